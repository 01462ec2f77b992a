"""A scorecard with all that may lower it, for a workbook in which figures are changed.

A page shows the gates and vetoes that took effect.  In a workbook one that did not is to take
effect as soon as a figure says so; so each stands there on the figures that it asks for, and what
it may lower is computed with it.
"""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from kpisite.check.entry import Entry
from kpisite.check.givens import Givens
from kpisite.check.ground import Ground
from kpisite.core.captions import caption
from kpisite.core.exact import ONE, ZERO
from kpisite.core.formula import Constant, Edge, Formula, Operand, Rounded, sum_of_parts
from kpisite.core.formula.where import Test, Unlowered, Where
from kpisite.core.text import Language, Text
from kpisite.core.working import Kind, Unit, Working, derive
from kpisite.language.adjustment import Liability, Veto
from kpisite.language.gate import FormGate
from kpisite.pages.figure_rules import condition, names_in
from kpisite.pages.rubric import Voice
from kpisite.score.card import Scorecard, as_scored
from kpisite.score.gates import tested

ROWS = (Kind.PART, Kind.SECTION, Kind.INDICATOR)
TIMES = caption("times")


class LiveCard:
    """The trees of one scorecard, of the same values, with every gate and veto of its form."""

    def __init__(self, ground: Ground, card: Scorecard, language: Language) -> None:
        self._scheme = card.scheme.model
        self._voice = Voice(language, names_in(self._scheme, language))
        self._rows = {one.id: one for one in card.total.walk() if one.kind in ROWS}
        self._scored = as_scored(card.total)
        self._givens = Givens(ground, Entry.of(ground, card.record))
        self._idle: dict[str | None, tuple[Working, ...]] = {}
        self._figures = self._givens.computation(self._other, card.took)
        self.card = replace(card, total=self.tree(card.total))

    def tree(self, working: Working) -> Working:
        """A working of the scorecard, or one that rests on it."""
        made = working
        if working.parts:
            parts = tuple(self.tree(one) for one in working.parts)
            if self._is_scored(working):
                parts = tuple(self._by_times(one) for one in parts)
            made = replace(working, parts=parts)
        if self._is_scored(working):
            return _watched(made, self._idle_on(None), is_total=True)
        row = self._rows.get(working.id)
        is_row = row is not None and working.kind in (Kind.STEP, *ROWS) and _is_like(working, row)
        return _watched(made, self._idle_on(working.id)) if is_row else made

    def _is_scored(self, working: Working) -> bool:
        """Whether it is the total of the form's rows, by itself or as a step of what took its
        place."""
        kinds = (Kind.TOTAL, Kind.STEP)
        return working.kind in kinds and working.parts == self._scored.parts != ()

    def _other(self, id: str) -> Working | None:
        """What a condition asks for that is no figure."""
        row = self._rows.get(id)
        built_in = self._givens.built_in(id)
        return built_in if row is None else replace(self.tree(row), kind=Kind.STEP)

    def _idle_on(self, on: str | None) -> tuple[Working, ...]:
        """The rules on the total, or on a part or section, that did not take effect."""
        if on not in self._idle:
            self._idle[on] = tuple(self._of(on))
        return self._idle[on]

    def _of(self, on: str | None) -> Iterator[Working]:
        for gate in self._scheme.gate:
            if gate.on == on:
                yield from self._unmet(gate, gate.at_most)
        if on is not None:
            return
        there = {one.id for one in self._scored.parts if one.kind is Kind.ADJUSTMENT}
        for veto in self._scheme.veto:
            yield from self._unmet(veto, veto.total)
        for veto in self._scheme.vetoes_by_events:
            if veto.id not in there:
                yield _after(veto, veto.total)
        for one in self._scheme.liability:
            if one.total is not None and one.id not in there:
                yield _after(one, one.total)

    def _unmet(self, rule: FormGate | Veto, gives: Decimal) -> Iterator[Working]:
        """A rule whose condition does not hold; none where it does, or nobody can say."""
        if rule.if_ is None or rule.if_.holds(self._figures.figure) is not None:
            return
        name = self._voice.say(rule.name)
        why = condition(rule.if_, self._voice, self._voice.names)
        said = self._voice.word("with-condition", name=name, condition=why)
        label = Text(zh=said, en=said)
        made = tested(rule.id, label, rule.if_, gives, self._figures.figure, is_met=False)
        if made is not None:
            yield made

    def _by_times(self, working: Working) -> Working:
        """A veto by events that took effect, which is lifted where none of them is left."""
        ids = {one.id for one in self._scheme.veto} | {one.id for one in self._scheme.liability}
        is_set = working.kind is Kind.ADJUSTMENT and isinstance(working.formula, Constant)
        if not is_set or working.id not in ids:
            return working
        return replace(working, parts=(_times(working),), formula=_where_any(working.value))


def _after(rule: Veto | Liability, total: Decimal) -> Working:
    """A veto of which no event is on record."""
    times = Working(
        id=f"{rule.id}-times", kind=Kind.FIGURE, label=TIMES, value=ZERO, unit=Unit.FIGURE
    )
    formula = replace(_where_any(total), is_met=False)
    return derive(rule.id, Kind.ADJUSTMENT, rule.name, formula, (times,))


def _times(veto: Working) -> Working:
    """How often it happened that brought a veto on."""
    if len(veto.parts) == 1 and veto.parts[0].kind is Kind.FIGURE:
        return veto.parts[0]
    added = sum_of_parts(len(veto.parts))
    return derive(f"{veto.id}-times", Kind.FIGURE, TIMES, added, veto.parts, unit=Unit.FIGURE)


def _where_any(total: Decimal) -> Where:
    """A total that holds where something has happened at all."""
    return Where((Test(Operand(0), (Edge("≥", Constant(ONE)),)),), (), Constant(total))


def _is_like(working: Working, row: Working) -> bool:
    """Whether it is a row of the form, or what stands for it in a figure."""
    return working.formula == row.formula and working.parts == row.parts


def _watched(working: Working, idle: tuple[Working, ...], *, is_total: bool = False) -> Working:
    """A number on the rules too that leave it as it is; a total is rounded after them."""
    own = working.formula
    if not idle or own is None:
        return working
    places = tuple(range(len(working.parts), len(working.parts) + len(idle)))
    made: Formula = Unlowered(own, places)
    if is_total and isinstance(own, Rounded):
        made = replace(own, of=Unlowered(own.of, places))
    return replace(working, formula=made, parts=(*working.parts, *idle))
