"""The rows of a form as one record fills them in."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

from markupsafe import Markup

from kpisite.core.exact import compare, decimal_places, fixed, percent, plain, total, with_minus
from kpisite.core.working import Kind, Unit, Working
from kpisite.language.record import Task
from kpisite.pages.charts import bar
from kpisite.pages.form_words import FormWords
from kpisite.pages.prose import prose
from kpisite.pages.row import Row, Work
from kpisite.pages.rule_places import place_of_working
from kpisite.pages.unfold import Unfolding

#: A column shows at most so many places where the scheme rounds only the total.
MOST_PLACES_SHOWN = 2
#: A mark in a rater's column shows at most so many.
MARK_PLACES = 2
NONE = Markup("")
#: In the place of points where nothing that counts has come yet: what is missing is no zero.
NOTHING_YET = "–"
#: What is a heading over rows of its own.
HEADINGS = (Kind.PART, Kind.SECTION)


class _Line(NamedTuple):
    """A row to be: its working, what it unfolds on, and what makes it with so many places."""

    working: Working
    leaves: Sequence[Working]
    row: Callable[[int], Row]


@dataclass(frozen=True, slots=True)
class FormRows:
    """The rows of `form` with the figures of one record."""

    form: FormWords
    unfolding: Unfolding

    def all(self, total: Working) -> Iterator[Row]:
        """Parts, sections and indicators in the form's order, then adjustments, then what a ruling
        or another department's part of the month made of the total, and the total before."""
        counted = [
            row
            for part in total.parts
            if part.counts or part.kind is Kind.STEP
            for row in part.among(_ROW_KINDS)
        ]
        places = _places(counted)
        for line in self._lines_to(total):
            yield line.row(places)

    def unfolding_on(self, total: Working) -> Iterator[tuple[Working, Sequence[Working]]]:
        """In the order of the rows, the working of each, and those below it that it unfolds on."""
        for line in self._lines_to(total):
            yield line.working, line.leaves

    def _lines_to(self, total: Working) -> Iterator[_Line]:
        """The rows that lead to a total, those of a total before it first."""
        for part in sorted(total.parts, key=lambda one: one.kind is not Kind.STEP):
            if part.kind is Kind.STEP:
                yield from self._lines_to(part)
            if part.kind in (Kind.STEP, Kind.FIGURE):
                yield _Line(part, (), partial(self._total_before, part))
                continue
            for working in part.among(_ROW_KINDS):
                leaves = () if working.kind in HEADINGS else working.parts
                yield _Line(working, leaves, partial(self._row, working))
                if working.kind is Kind.INDICATOR:
                    yield from self._lines_within(working)

    def _lines_within(self, working: Working) -> Iterator[_Line]:
        """The rows of an indicator's own: the month's tasks, or the questions of a survey."""
        indicator = self.form.scheme.indicators.get(working.id)
        subrows = () if indicator is None else indicator.subrows(self.unfolding.record)
        if not subrows:
            return
        steps = {step.id: step for step in working.walk() if step.kind is Kind.STEP}
        for one in subrows:
            if one.id in steps:
                step, weight = steps[one.id], "" if one.weight is None else percent(one.weight)
                if one.task is not None:
                    step = replace(step, note=self._said_of_task(one.task))
                yield self._line_of_step(step, weight)

    def _said_of_task(self, task: Task) -> str:
        """Its days, what was expected and what came of it."""
        days = "–".join(str(day) for day in (task.from_, task.to) if day is not None)
        said = [("", days), (self.form.words["task-expected"], task.expected)]
        said.append((self.form.words["task-result"], task.result))
        return self.form.words["dot"].join(name + text for name, text in said if text)

    def _line_of_step(self, working: Working, weight: str) -> _Line:
        return _Line(working, working.parts, partial(self._step, working, weight))

    def _total_before(self, working: Working, places: int) -> Row:
        row = self._step(working, "", places)
        return replace(row, kind=Kind.ADJUSTMENT.value, work=self.unfolding.work(working, ()))

    def _step(self, working: Working, weight: str, places: int) -> Row:
        marks = {part.rater: _mark(part) for part in working.parts if part.rater}
        value = _mark(working)
        if self.unfolding.has_nothing_yet(working):
            value = NOTHING_YET
        elif decimal_places(working.value) <= places:
            value = with_minus(fixed(working.value, places))
        return Row(
            kind=working.kind.value,
            label=self.form.say(working.label),
            weight=weight,
            most="" if working.most is None else plain(working.most),
            marks=tuple(marks.get(rater, "") for rater in self.form.raters),
            value=value,
            bar="",
            text=Markup(""),
            work=self.unfolding.work(working, working.parts),
        )

    def _row(self, working: Working, places: int) -> Row:
        """A row; of an indicator that many records share, and of a heading whose rows add up to it,
        made once for all of them."""
        if working.kind in HEADINGS:
            work = self._work_of_heading(working)
            if work is not None:
                return self._new_row(working, places, work)
            cache_key = (working.kind, working.id, working.value, places)
            return self.form.row(cache_key, lambda: self._new_row(working, places, None))
        return working.once(
            (Row, self.form.language, places),
            lambda: self._new_row(working, places, self.unfolding.work(working, working.parts)),
        )

    def _work_of_heading(self, working: Working) -> Work | None:
        """The working of a heading; none where its own rows add up to it."""
        added = total(part.value for part in working.parts)
        return None if compare(added, working.value) == 0 else self.unfolding.work(working, ())

    def _new_row(self, working: Working, places: int, work: Work | None) -> Row:
        marks = {part.rater: _mark(part) for part in working.parts if part.rater}
        indicator = self.form.scheme.indicators.get(working.id)
        text = None if indicator is None else indicator.text
        is_nothing = working.kind is Kind.INDICATOR and self.unfolding.has_nothing_yet(working)
        value = with_minus(fixed(working.value, places))
        if working.unit is not Unit.POINTS:
            value = working.shown
        weighted = self.form.weights.get(working.id)
        return Row(
            kind=working.kind.value,
            label=self.form.say(working.label),
            weight=self.form.words["as-factor"]
            if working.id in self.form.factors
            else ""
            if weighted is None
            else percent(weighted),
            most="" if working.most is None else plain(working.most),
            marks=tuple(marks.get(rater, "") for rater in self.form.raters),
            value=NOTHING_YET if is_nothing else value,
            bar=working.percent_of_most if working.kind is Kind.INDICATOR else "",
            picture=_picture(working, self.form.raters)
            if working.most and not is_nothing
            else NONE,
            text=prose("" if text is None else self.form.say(text)),
            work=work,
            place=place_of_working(working, self.form.figures),
        )


def _picture(working: Working, raters: Sequence[str]) -> Markup:
    """How full a part or an indicator is, and how each rater marked it."""
    if working.kind not in (Kind.PART, Kind.INDICATOR):
        return NONE
    given = {part.rater: part.percent_of_most for part in working.parts if part.rater}
    return bar(working.percent_of_most, [given.get(rater, "") for rater in raters])


_ROW_KINDS = frozenset((Kind.PART, Kind.SECTION, Kind.INDICATOR, Kind.ADJUSTMENT))


def _places(workings: Sequence[Working]) -> int:
    """As many decimal places as the column needs, so that its figures line up."""
    return min(
        max((decimal_places(one.value) for one in workings if one.unit is Unit.POINTS), default=0),
        MOST_PLACES_SHOWN,
    )


def _mark(working: Working) -> str:
    """A rater's mark as its column shows it; a mean of peers may have no end."""
    places = decimal_places(working.value)
    return working.shown if places <= MARK_PLACES else with_minus(fixed(working.value, MARK_PLACES))
