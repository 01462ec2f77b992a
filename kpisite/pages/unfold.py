"""A working as it unfolds under its number on a page: the calculation, and its figures."""

from collections.abc import Iterator, Mapping, Sequence

from kpisite.check.awaited import lacks_figures
from kpisite.check.kinds import MONTH_KIND, kind_of
from kpisite.core.exact import ONE, plain
from kpisite.core.immutable import immutable
from kpisite.core.issue import Key, Source
from kpisite.core.text import Language
from kpisite.core.working import Kind, Unit, Working
from kpisite.language.methods import Indicator
from kpisite.language.methods.indicator import Asked
from kpisite.language.record import Mark, Record
from kpisite.language.scheme import Scheme
from kpisite.outcomes.results import Result
from kpisite.pages.prose import prose
from kpisite.pages.row import Leaf, Work
from kpisite.words import page_words

#: So many levels deep a figure unfolds wherever it stands, and deeper where it stands first.
DEEPEST_REPEATED = 3
_Unfolded = set[tuple[str, str, str, str]]


@immutable
class Unfolding:
    """How the workings of one result unfold."""

    result: Result
    language: Language

    @property
    def scheme(self) -> Scheme:
        """The form that was filled in."""
        return self.result.card.scheme.model

    @property
    def record(self) -> Record:
        """How it was filled in."""
        return self.result.record

    @property
    def _words(self) -> Mapping[str, str]:
        return page_words(self.language)

    def work(self, working: Working, leaves: Sequence[Working]) -> Work:
        """The working to unfold under a number, on `leaves` of its parts."""
        calculation = working.calculation
        remarks = tuple(self._remarks(working, leaves, is_computed=bool(calculation)))
        said = (calculation, *remarks) if calculation else remarks
        return Work(
            calculation=self._words["dot"].join(said),
            leaves=tuple(self._leaves(working, self._in_turn(leaves), 0, set())),
            note=prose(working.note),
            computed=calculation,
            remarks=remarks,
        )

    def _remarks(
        self, working: Working, leaves: Sequence[Working], *, is_computed: bool
    ) -> Iterator[str]:
        """Why there is no calculation to show, and whose marks it still waits for."""
        indicator = self.scheme.indicators.get(working.id)
        counted = [leaf for leaf in leaves if leaf.rater and leaf.counts]
        if is_computed:
            pass
        elif not leaves and indicator is not None and indicator.takes_from == "event":
            yield self._words["no-events"]
        elif len(counted) == 1 and any(leaf.rater and not leaf.counts for leaf in leaves):
            yield self._words["as-rated-by"].format(rater=counted[0].label.say(self.language))
        for asked in self._asked(working.id):
            if asked.id == working.id:
                yield from self._uncounted(asked.marks)
        if indicator is not None and self._lacks_figures(indicator):
            yield self._words["figures-to-come"]

    def _asked(self, id: str) -> Sequence[Asked]:
        """The marks that raters are asked for in a row, or in a task that stands below one."""
        indicator = self.scheme.indicators.get(id)
        if indicator is not None:
            return indicator.asked(self.record)
        planned = (one for one in self.scheme.indicators.values() if one.rated == "tasks")
        return [one for row in planned for one in row.asked(self.record) if one.id == id]

    def _lacks_figures(self, indicator: Indicator) -> bool:
        """Whether figures or entries of a row are still to come."""
        if not self.result.card.is_provisional:
            return False
        at = self.result.card.record.at()
        is_incomplete = lacks_figures(self.scheme, indicator, self.record)
        return is_incomplete or any(True for _ in indicator.still_to_come(self.record, at))

    def has_nothing_yet(self, working: Working) -> bool:
        """Whether a row, or a task below one, waits for marks or figures and has none that count,
        so that its zero is none."""
        indicator = self.scheme.indicators.get(working.id)
        parts = working.parts
        if indicator is not None and indicator.rated == "tasks":
            parts = tuple(mark for task in parts for mark in task.parts)
        if any(part.counts for part in parts):
            return False
        if any(self.scheme.awaited_raters(one.marks) for one in self._asked(working.id)):
            return True
        return indicator is not None and self._lacks_figures(indicator)

    def _uncounted(self, marks: Mapping[str, Mark]) -> Iterator[str]:
        """Peers who are too few to count, and raters whose marks are still to come."""
        for id, rater in self.scheme.raters.items():
            if id in marks and not rater.is_enough(marks[id]):
                name = self.scheme.rater_name(id).say(self.language)
                yield self._words["too-few"].format(rater=name, least=rater.least)
        missing = self.scheme.awaited_raters(marks)
        if missing and self.result.card.is_provisional:
            names = (self.scheme.rater_name(id).say(self.language) for id in missing)
            raters = self._words["list-comma"].join(names)
            yield self._words["still-missing"].format(raters=raters)

    def _in_turn(self, leaves: Sequence[Working]) -> list[Working]:
        """Raters' marks in the form's order, before all else that a number stands on."""
        turn = {id: index for index, id in enumerate(self.scheme.raters)}
        return sorted(leaves, key=lambda leaf: turn.get(leaf.rater, len(turn)))

    def _leaves(
        self, working: Working, parts: Sequence[Working], depth: int, unfolded: _Unfolded
    ) -> Iterator[Leaf]:
        """Everything below a working down to the written figures, each after what it is in; a
        total that pay rests on is shown elsewhere, and not to those who only pay."""
        for part in parts:
            yield self._leaf(working, part, depth)
            below = [one for one in part.parts if one.kind not in (Kind.TOTAL, Kind.INDICATOR)]
            if not below or part.kind is Kind.TOTAL:
                continue
            key = (part.id, part.label.say(self.language), plain(part.value), part.rule)
            if depth < DEEPEST_REPEATED or key not in unfolded:
                unfolded.add(key)
                yield from self._leaves(part, below, depth + 1, unfolded)

    def _leaf(self, working: Working, leaf: Working, depth: int) -> Leaf:
        indicator = self.scheme.indicators.get(working.id)
        said = []
        of_rows = leaf.kind is Kind.TOTAL or any(one.kind is Kind.INDICATOR for one in leaf.parts)
        if not of_rows and leaf.rule not in ("", leaf.shown, plain(leaf.value)):
            said.append(leaf.rule)
        if leaf.rater and indicator is not None:
            mark = self.record.marks.get(working.id, {}).get(leaf.rater)
            if mark is not None:
                said.append(indicator.meaning(mark, self.record).say(self.language))
        if leaf.rater and not leaf.counts:
            said.append(self._words["not-counted"])
        said.append(leaf.note)
        return Leaf(
            label=leaf.label.say(self.language),
            value=_times(leaf),
            meaning=self._words["dot"].join(one for one in said if one),
            depth=depth,
            is_event=leaf.kind is Kind.EVENT,
            source=self._written_in(leaf),
        )

    def _written_in(self, leaf: Working) -> Source | None:
        """The one entry of the record, or of the month's figures, that a figure was written in;
        none for what those wrote who are named nowhere, by rater."""
        if len(leaf.sources) != 1 or (leaf.parts and leaf.kind is not Kind.FIGURE):
            return None
        (source,) = leaf.sources
        is_told_of = not source.path or kind_of(source.path) is MONTH_KIND
        if not source.keys or not is_told_of or any(map(self._is_unnamed, source.keys)):
            return None
        return source

    def _is_unnamed(self, key: Key) -> bool:
        """Whether marks or answers below a key are by nobody in particular: peers, respondents."""
        rater = self.scheme.raters.get(key) if isinstance(key, str) else None
        return key == "survey" or (rater is not None and rater.is_several)


def _times(leaf: Working) -> str:
    """The value; of an event that is worth no points, how many times where that is not once."""
    if leaf.kind is not Kind.EVENT or leaf.unit is not Unit.FIGURE:
        return leaf.shown
    return "" if leaf.value == ONE else f"× {leaf.shown}"
