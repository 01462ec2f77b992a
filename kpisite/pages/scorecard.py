"""The facts of one scorecard page, HTML or print, ready to be shown: no template reckons."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property

from markupsafe import Markup

from kpisite.check.book import Book
from kpisite.core.exact import (
    ONE,
    compare,
    decimal_places,
    fixed,
    half_up,
    percent,
    plain,
    remembered,
    total,
)
from kpisite.core.text import Language, Text
from kpisite.core.working import Kind, Working
from kpisite.language.grade import Grade
from kpisite.language.methods import Marked, Measured, Planned, SurveyMean, Tally
from kpisite.language.policy import Policy
from kpisite.language.record import NOTE
from kpisite.language.scheme import Scheme
from kpisite.outcomes.results import Result
from kpisite.outcomes.seal import fingerprint
from kpisite.pages.afterwards import Afterwards, afterwards
from kpisite.pages.prose import prose
from kpisite.words import page_words

#: A column shows at most so many places where the scheme rounds only the total.
MOST_PLACES_SHOWN = 2
#: A mark in a rater's column shows at most so many.
MARK_PLACES = 2
#: So many rows are kept for those of other records that are alike.
MOST_ROWS_KEPT = 10_000
#: Workings unfold so many levels deep on a page; `explain` and the workbook go to the ground.
DEEPEST_SHOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A figure that a working stands on, at its depth below it: what it is, its value, and how
    it came or what the form says of it."""

    label: str
    value: str
    meaning: str = ""
    depth: int = 0
    is_event: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """How one number came about, for unfolding: the reckoning, its figures, and the files."""

    reckoning: str
    leaves: tuple[Leaf, ...]
    places: tuple[str, ...]
    note: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of the form."""

    kind: str
    label: str
    most: str
    marks: tuple[str, ...]
    value: str
    bar: str
    text: Markup
    work: Work | None
    weight: str = ""
    alike: object = None
    """Rows that have this in common differ in nothing but the places of their work."""

    def standing_at(self, places: tuple[str, ...]) -> "Row":
        """The same row of another record."""
        work = self.work
        if work is not None:
            work = Work(reckoning=work.reckoning, leaves=work.leaves, places=places, note=work.note)
        return Row(
            kind=self.kind,
            label=self.label,
            most=self.most,
            marks=self.marks,
            value=self.value,
            bar=self.bar,
            text=self.text,
            work=work,
            weight=self.weight,
            alike=self.alike,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A grade on the scale: where it begins, and where its name stands, in percent.

    The lowest grade has no bound.
    """

    name: str
    bound: str
    at: str
    middle: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Where a total stands among the grades; lengths in percent of the width."""

    ticks: tuple[Tick, ...]
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeFacts:
    """A grade and what it means."""

    name: str
    meanings: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What somebody wrote under the form."""

    who: str
    on: str
    html: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Who marked or signs, in which capacity, and when."""

    capacity: str
    name: str
    on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScorecardFacts:
    """All that a scorecard page shows, in words and figures of one language."""

    name: str
    employee: str
    department: str
    title: str
    month: str
    month_note: str
    scheme: str
    caption: str
    raters: tuple[str, ...]
    rated: tuple[Signer, ...]
    rows: tuple[Row, ...]
    total: str
    most: str
    total_work: Work
    is_provisional: bool
    grade: GradeFacts | None
    change: str
    before: str
    to_next: str
    next_grade: str
    scale: Scale | None
    pay: tuple[Row, ...]
    wage: str
    wage_name: str
    notes: tuple[Note, ...]
    after: Afterwards
    signatures: tuple[Signer, ...]
    fingerprint: str
    sources: tuple[str, ...]

    def without_pay(self) -> "ScorecardFacts":
        """The same page with no trace of an amount in it."""
        return replace(self, pay=(), wage="")


def scorecard_facts(
    book: Book, result: Result, language: Language, forms: "dict[str, FormWords] | None" = None
) -> ScorecardFacts:
    """The page of `result`, with the pay where there is any; `forms` keeps from one to the next
    what they have in common."""
    return _Facts(book, result, language, {} if forms is None else forms).all()


def pay_rows(book: Book, result: Result, language: Language) -> tuple[Row, ...]:
    """The components of the wage with their workings, one a row; a list of many has no room for
    places."""
    wage = result.wage
    facts = _Facts(book, result, language, {}, tells_places=False)
    return () if wage is None else tuple(facts.pay_rows(wage))


class FormWords:
    """What all scorecards on one form have in common, put into words once.

    Marks are few and people many, so that most rows of a month have been written before: they are
    kept by all that they depend on, and are `alike`.
    """

    def __init__(self, scheme: Scheme, language: Language) -> None:
        self._scheme = scheme
        self._language: Language = language
        self._words = page_words(language)
        self._rows: dict[tuple[object, ...], Row] = {}

    def say(self, text: Text) -> str:
        """The text in the language of the pages."""
        return text.say(self._language)

    @cached_property
    def caption(self) -> str:
        """Who marks with which share, and how it is rounded."""
        comma = self._words["comma"]
        shares = comma.join(
            f"{self.say(self._scheme.rater_name(id))} {plain(weight * 100)}%"
            for id, weight in self._scheme.counted_raters.items()
        )
        reviewers = self._words["list-comma"].join(
            self.say(self._scheme.rater_name(id)) for id in self._scheme.reviewers
        )
        if reviewers:
            shares = self._words["in-turn"].format(raters=reviewers)
        places = self._scheme.rounding.total
        rounding = self._words["rounded" if places else "rounded-whole"].format(places=places)
        return self._words["dot"].join(part for part in (shares, rounding) if part)

    @cached_property
    def raters(self) -> tuple[str, ...]:
        """The raters with a column: all of them, or none on a form that is reckoned throughout."""
        takes_marks = any(
            not isinstance(indicator, Measured) or indicator.reviewed
            for indicator in self._scheme.indicators.values()
        )
        return tuple(self._scheme.raters) if takes_marks else ()

    @cached_property
    def weights(self) -> Mapping[str, Decimal]:
        """What the form's rows and parts count for, where they are weighted."""
        weights = {part.id: part.weight for part in self._scheme.part}
        weights |= {row.id: row.weight for row in self._scheme.indicators.values()}
        return {id: weight for id, weight in weights.items() if weight is not None}

    @cached_property
    def factors(self) -> frozenset[str]:
        """The parts that multiply what the others come to."""
        return frozenset(part.id for part in self._scheme.part if part.role == "factor")

    def row(
        self,
        made_of: tuple[object, ...],
        make: Callable[[], Row],
        places: Callable[[], tuple[str, ...]],
    ) -> Row:
        """The row that is made of just this, in its own place of the files."""
        known = self._rows.get(made_of)
        if known is not None:
            return known.standing_at(places())
        row = replace(make(), alike=object())
        if len(self._rows) < MOST_ROWS_KEPT:
            self._rows[made_of] = row
        return row


class _Facts:
    """The one result being put into words."""

    def __init__(
        self,
        book: Book,
        result: Result,
        language: Language,
        forms: dict[str, FormWords],
        *,
        tells_places: bool = True,
    ) -> None:
        self._book = book
        self._result = result
        self._language: Language = language
        self._words = page_words(language)
        self._scheme: Scheme = result.card.scheme.model
        path = result.card.scheme.path
        if path not in forms:
            forms[path] = FormWords(self._scheme, language)
        self._form = forms[path]
        self._tells_places = tells_places

    def all(self) -> ScorecardFacts:
        result, card, say = self._result, self._result.card, self._form.say
        month_file = self._book.months.get(result.month)
        month_note = None if month_file is None else month_file.model.note
        wage = result.wage
        return ScorecardFacts(
            name=say(card.appraisee.name),
            employee=result.appraisee_id,
            department=say(self._book.department_by_id[result.department_id].name),
            title=say(card.appraisee.title),
            month=month_in_words(result.month.first_day, self._language),
            month_note="" if month_note is None else say(month_note),
            scheme=say(self._scheme.name),
            caption=self._form.caption,
            raters=tuple(say(self._scheme.rater_name(rater)) for rater in self._form.raters),
            rated=tuple(self._rated.values()),
            rows=tuple(self._rows(card.total)),
            total=card.total.shown,
            most=plain(self._scheme.points),
            total_work=self._work(card.total, ()),
            is_provisional=card.is_provisional,
            grade=None if result.grade is None else self._grade(result.grade),
            change="" if result.change is None else signed(result.change, card.total.places or 0),
            before=month_in_words(result.month.plus(-1).first_day, self._language, with_year=False),
            to_next="" if result.to_next is None else fixed(result.to_next, card.total.places or 0),
            next_grade="" if result.next_grade is None else say(result.next_grade.name),
            scale=None
            if result.policy is None or result.grade is None
            else scale(result.policy.model, self._scheme.points, card.total.value, self._language),
            pay=() if wage is None else tuple(self.pay_rows(wage)),
            wage="" if wage is None else wage.shown,
            wage_name=self._wage_name(),
            notes=tuple(self._notes()),
            after=afterwards(self._book, result, self._language),
            signatures=tuple(self._signatures()),
            fingerprint=fingerprint(self._book, card),
            sources=(
                card.record.path,
                f"{self._scheme.id}{self._words['since'].format(month=self._scheme.from_)}",
            ),
        )

    def _wage_name(self) -> str:
        """What the policy calls the sum of the pay, with its unit."""
        policy = self._result.policy
        if policy is None or policy.model.sum is None:
            return self._words["wage"]
        return self._words["in-yuan"].format(name=self._form.say(policy.model.sum))

    @cached_property
    def _rated(self) -> dict[str, Signer]:
        """Whoever marked, by rater: as the record says, or else the person and the superior."""
        record, appraisee = self._result.record, self._result.card.appraisee
        signers = {}
        for rater in self._scheme.raters:
            rated = record.rated.get(rater)
            by = None if rated is None else rated.by
            if by is None:
                by = {"self": record.employee, "supervisor": appraisee.superior}.get(rater)
            filed = self._book.staff.get(by or "")
            if rated is not None or filed is not None:
                signers[rater] = Signer(
                    capacity=self._form.say(self._scheme.rater_name(rater)),
                    name="" if filed is None else filed.model.name,
                    on="" if rated is None or rated.on is None else str(rated.on),
                )
        return signers

    def _signatures(self) -> Iterator[Signer]:
        for signature in self._scheme.signatures:
            signer = self._rated.get(signature.rater or "")
            yield Signer(
                capacity=self._form.say(signature.name),
                name="" if signer is None else signer.name,
                on="" if signer is None else signer.on,
            )

    def _rows(self, total: Working) -> Iterator[Row]:
        """Parts, sections and indicators in the form's order, then adjustments, then what a ruling
        or another department's part of the month made of the total, and the total before."""
        counted = [
            row
            for part in total.parts
            if part.counts or part.kind is Kind.STEP
            for row in _rows_of(part)
        ]
        yield from self._rows_to(total, self._places(counted))

    def _rows_to(self, total: Working, places: int) -> Iterator[Row]:
        """The rows that lead to a total, those of a total before it first."""
        for part in sorted(total.parts, key=lambda one: one.kind is not Kind.STEP):
            if part.kind is Kind.STEP:
                yield from self._rows_to(part, places)
            if part.kind in (Kind.STEP, Kind.FIGURE):
                row = self._step(part, "", places)
                yield replace(row, kind=Kind.ADJUSTMENT.value, work=self._work(part, ()))
                continue
            for working in _rows_of(part):
                yield self._row(working, places)
                if working.kind is Kind.INDICATOR:
                    yield from self._rows_within(working, places)

    def _rows_within(self, working: Working, places: int) -> Iterator[Row]:
        """The rows of an indicator's own: the month's tasks, or the questions of a survey."""
        indicator = self._scheme.indicators.get(working.id)
        if not isinstance(indicator, Planned | SurveyMean):
            return
        steps = {step.id: step for step in working.walk() if step.kind is Kind.STEP}
        if isinstance(indicator, Planned):
            for _, task in indicator.rows(self._result.record):
                days = "–".join(str(day) for day in (task.from_, task.to) if day is not None)
                said = [("", days), (self._words["task-expected"], task.expected)]
                said.append((self._words["task-result"], task.result))
                note = self._words["dot"].join(name + text for name, text in said if text)
                yield self._step(replace(steps[task.id], note=note), percent(task.weight), places)
        else:
            for question in indicator.questions:
                if question.id in steps:
                    weight = "" if question.weight is None else percent(question.weight)
                    yield self._step(steps[question.id], weight, places)

    def _step(self, working: Working, weight: str, places: int) -> Row:
        marks = {part.rater: _mark(part) for part in working.parts if part.rater}
        return Row(
            kind=working.kind.value,
            label=self._form.say(working.label),
            weight=weight,
            most="" if working.most is None else plain(working.most),
            marks=tuple(marks.get(rater, "") for rater in self._form.raters),
            value=fixed(working.value, places)
            if decimal_places(working.value) <= places
            else _mark(working),
            bar="",
            text=Markup(""),
            work=self._work(working, working.parts),
        )

    def _places(self, workings: Sequence[Working]) -> int:
        """As many decimal places as the column needs, so that its figures line up."""
        return min(
            max((decimal_places(working.value) for working in workings), default=0),
            MOST_PLACES_SHOWN,
        )

    def _row(self, working: Working, places: int) -> Row:
        made_of = self._made_of(working)
        if made_of is None:
            return self._new_row(working, places)
        return self._form.row(
            (*made_of, places),
            lambda: self._new_row(working, places),
            lambda: tuple(self._places_of(working, working.parts)),
        )

    def _made_of(self, working: Working) -> tuple[object, ...] | None:
        """All that the row depends on, where that is no more than the raters' marks."""
        indicator = self._scheme.indicators.get(working.id)
        marks = self._result.record.marks.get(working.id, {})
        if not isinstance(indicator, Marked) or indicator.metrics() or NOTE in marks:
            return None
        if any(isinstance(mark, Mapping) for mark in marks.values()):
            return None
        return (working.id, working.kind, working.value, len(working.parts), *marks.items())

    def _new_row(self, working: Working, places: int) -> Row:
        is_taken = working.kind is Kind.ADJUSTMENT and working.id in self._scheme.taking
        marks = {part.rater: _mark(part) for part in working.parts if part.rater}
        indicator = self._scheme.indicators.get(working.id)
        text = None if indicator is None else indicator.text
        value = fixed(working.value, places).replace("-", "−")
        weighted = self._form.weights.get(working.id)
        return Row(
            kind=working.kind.value,
            label=self._form.say(working.label),
            weight=self._words["as-factor"]
            if working.id in self._form.factors
            else ""
            if weighted is None
            else percent(weighted),
            most="" if working.most is None else plain(working.most),
            marks=tuple(marks.get(rater, "") for rater in self._form.raters),
            value=f"−{value}" if is_taken else value,
            bar=working.percent_of_most if working.kind is Kind.INDICATOR else "",
            text=prose("" if text is None else self._form.say(text)),
            work=self._work_of(working),
        )

    def _work_of(self, working: Working) -> Work | None:
        """The working of a row; none for a heading that its own rows add up to."""
        if working.kind not in (Kind.PART, Kind.SECTION):
            return self._work(working, working.parts)
        added = total(part.value for part in working.parts)
        return None if compare(added, working.value) == 0 else self._work(working, ())

    def _work(self, working: Working, leaves: Sequence[Working]) -> Work:
        """The working to unfold under a number."""
        rule = working.rule
        is_bare = not rule or rule in (working.shown, plain(working.value))
        is_said = rule.endswith(f"→ {working.shown}")
        reckoning = "" if is_bare else rule if is_said else f"{rule} = {working.shown}"
        if not leaves and isinstance(self._scheme.indicators.get(working.id), Tally):
            reckoning = self._words["no-events"]
        return Work(
            reckoning=reckoning,
            leaves=tuple(self._leaves(working, leaves, 0)),
            places=tuple(self._places_of(working, leaves)),
            note=prose(working.note),
        )

    def _leaves(self, working: Working, parts: Sequence[Working], depth: int) -> Iterator[Leaf]:
        """Everything below a working down to the written figures, each after what it is in; a
        total that pay rests on is told elsewhere, and not to those who only pay."""
        for part in parts:
            yield self._leaf(working, part, depth)
            below = [one for one in part.parts if one.kind not in (Kind.TOTAL, Kind.INDICATOR)]
            if depth < DEEPEST_SHOWN and part.kind is not Kind.TOTAL:
                yield from self._leaves(part, below, depth + 1)

    def _leaf(self, working: Working, leaf: Working, depth: int) -> Leaf:
        indicator = self._scheme.indicators.get(working.id)
        said = []
        of_rows = leaf.kind is Kind.TOTAL or any(one.kind is Kind.INDICATOR for one in leaf.parts)
        if not of_rows and leaf.rule not in ("", leaf.shown, plain(leaf.value)):
            said.append(leaf.rule)
        if leaf.rater and isinstance(indicator, Marked):
            mark = self._result.record.marks.get(working.id, {}).get(leaf.rater)
            said.append(
                "" if mark is None else self._form.say(indicator.meaning(mark, self._result.record))
            )
        said.append(leaf.note)
        return Leaf(
            label=self._form.say(leaf.label),
            value=leaf.shown,
            meaning=self._words["dot"].join(one for one in said if one),
            depth=depth,
            is_event=leaf.kind is Kind.EVENT,
        )

    def _places_of(self, working: Working, leaves: Sequence[Working]) -> Iterator[str]:
        """The lines of the files, each once, that the number rests on."""
        if not self._tells_places:
            return
        below = [one for leaf in leaves for one in leaf.walk()]
        sources = [source for one in below for source in one.sources] or list(working.sources)
        lines: dict[str, set[int]] = {}
        for source in sources:
            line = self._book.documents.line(source)
            lines.setdefault(source.path, set()).add(line)
        for path, numbers in lines.items():
            listed = self._words["list-comma"].join(str(line) for line in sorted(numbers))
            yield self._words["line-of"].format(path=path, line=listed)

    def _grade(self, grade: Grade) -> GradeFacts:
        meanings = [
            (self._words[f"grade-{key}"], self._form.say(said))
            for key in ("training", "promotion", "level", "text")
            if (said := getattr(grade, key)) is not None
        ]
        return GradeFacts(name=self._form.say(grade.name), meanings=tuple(meanings))

    def pay_rows(self, wage: Working) -> Iterator[Row]:
        """The wage's components."""
        grade = self._result.grade
        for line in wage.parts:
            if not line.value and not line.parts:
                continue
            level = ""
            if line.parts and grade is not None and line.parts[0].id == grade.id:
                level = self._words["dot"].join(
                    self._form.say(text) for text in (grade.name, grade.level) if text is not None
                )
            yield Row(
                kind=line.kind.value,
                label=self._form.say(line.label),
                most=level,
                marks=(),
                value=line.shown,
                bar="",
                text=Markup(""),
                work=self._work(line, line.parts) if line.parts else None,
            )

    def _notes(self) -> Iterator[Note]:
        """What was noted through the month, by day, then what raters wrote at its end."""
        for remark in sorted(self._result.record.remark, key=lambda one: one.on):
            filed = self._book.staff.get(remark.by or "")
            who = "" if filed is None else filed.model.name
            yield Note(who=who, on=str(remark.on), html=prose(remark.text))
        for rater, text in self._result.record.notes.items():
            html, signer = prose(text), self._rated.get(rater)
            if html:
                box = self._scheme.notes.get(rater)
                who = rater if box is None else self._form.say(box)
                if signer is not None:
                    who = f"{signer.capacity} {signer.name}".strip()
                yield Note(who=who, on="" if signer is None else signer.on, html=html)


_ROW_KINDS = (Kind.PART, Kind.SECTION, Kind.INDICATOR, Kind.ADJUSTMENT)


def _rows_of(working: Working) -> list[Working]:
    return [row for row in working.walk() if row.kind in _ROW_KINDS]


def _mark(working: Working) -> str:
    """A rater's mark as its column shows it; a mean of peers may have no end."""
    places = decimal_places(working.value)
    return working.shown if places <= MARK_PLACES else fixed(working.value, MARK_PLACES)


def signed(value: Decimal, places: int) -> str:
    """A change with its sign: `+1.5`, `−0.3`, `±0.0`."""
    sign = "+" if value > 0 else "−" if value < 0 else "±"
    return sign + fixed(abs(value), places)


def month_in_words(first: date, language: Language, *, with_year: bool = True) -> str:
    """The month as people say it."""
    words = page_words(language)
    key = "month-of-year" if with_year else "month-alone"
    name = words["months"].split(" ")[first.month - 1]
    return words[key].format(year=first.year, month=name)


def scale(policy: Policy, points: Decimal, value: Decimal, language: Language) -> Scale | None:
    """The grades on a line that begins somewhat below the lowest bound and ends at the most.

    The line runs from 2% to 98% of the width; a total beyond its ends stands at them.
    """
    begin = _beginning(policy, points)
    if begin is None:
        return None

    def at(number: Decimal) -> Decimal:
        return _along(number, begin, points)

    ticks = []
    upper = points
    for grade in policy.grade:
        if grade.from_ is None:
            continue
        ticks.append(
            Tick(
                name=grade.name.say(language),
                bound=plain(grade.from_),
                at=f"{at(grade.from_)}%",
                middle=f"{half_up((at(grade.from_) + at(upper)) / 2, 2)}%",
            )
        )
        upper = grade.from_
    ticks += [
        Tick(
            name=grade.name.say(language),
            bound="",
            at="2%",
            middle=f"{half_up((at(upper) + 2) / 2, 2)}%",
        )
        for grade in policy.grade
        if grade.from_ is None
    ]
    return Scale(ticks=tuple(ticks), at=f"{at(value)}%")


def place_on_scale(policy: Policy, points: Decimal, value: Decimal) -> str:
    """Where a total stands on the `scale`; empty where there is none."""
    begin = _beginning(policy, points)
    return "" if begin is None else f"{_along(value, begin, points)}%"


def _beginning(policy: Policy, points: Decimal) -> Decimal | None:
    bounds = [grade.from_ for grade in policy.grade if grade.from_ is not None]
    return min(bounds) - max((points - min(bounds)) * 2 / 7, ONE) if bounds else None


@remembered
def _along(number: Decimal, begin: Decimal, end: Decimal) -> Decimal:
    """Where `number` stands on a line from `begin` to `end`, in percent of the width."""
    along = (min(max(number, begin), end) - begin) / (end - begin)
    return half_up(Decimal(2) + along * 96, 2)
