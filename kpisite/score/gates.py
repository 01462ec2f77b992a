"""What gates cap and vetoes by a condition lower: each that took effect is a row with its reason,
on the figures it asked for."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from kpisite.core.captions import caption
from kpisite.core.formula import Constant, Edge, Operand
from kpisite.core.formula.table import Choice
from kpisite.core.formula.where import Test, Tests, Where
from kpisite.core.text import Text
from kpisite.core.working import Kind, Unit, Working, derive
from kpisite.language.base import Quantity
from kpisite.language.figures.condition import Bounds, Combined, Together
from kpisite.language.scheme import Scheme

FigureOf = Callable[[str], Working | None]


def gates_met(scheme: Scheme, on: str | None, figure: FigureOf) -> tuple[Working, ...]:
    """The gates on the total, or on a part or section, whose condition holds."""
    found = (
        _met(gate.id, gate.name, gate.if_, gate.at_most, figure)
        for gate in scheme.gate
        if gate.on == on
    )
    return tuple(one for one in found if one is not None)


def vetoes_met(scheme: Scheme, figure: FigureOf) -> Iterator[Working]:
    """The totals that vetoes set whose condition holds."""
    for veto in scheme.veto:
        if veto.if_ is not None:
            made = _met(veto.id, veto.name, veto.if_, veto.total, figure)
            if made is not None:
                yield made


def _met(
    id: str, name: Text, condition: Combined, at_most: Decimal, figure: FigureOf
) -> Working | None:
    why = condition.holds(figure)
    if why is None:
        return None
    label = caption("named", name=name, label=why)
    return tested(id, label, condition, at_most, figure, is_met=True)


def tested(
    id: str, label: Text, condition: Combined, gives: Decimal, figure: FigureOf, *, is_met: bool
) -> Working | None:
    """What a rule sets, on the figures that its condition asks for; None where it cannot be seen
    whether it holds, as one of them is not known."""
    asked = {one: figure(one) for one in dict.fromkeys(condition.named())}
    known = {one: made for one, made in asked.items() if made is not None}
    if not known.keys() >= set(Together.named(condition)):
        return None
    formula = _Tested(known).where(condition, Constant(gives), is_met=is_met)
    if condition.any and not formula.some:
        return None
    return derive(id, Kind.ADJUSTMENT, label, formula, tuple(known.values()))


class _Tested:
    """A condition as a formula over its figures, in the order in which they are known."""

    def __init__(self, known: Mapping[str, Working]) -> None:
        self._known = known
        self._at = {id: Operand(index) for index, id in enumerate(known)}

    def where(self, condition: Combined, gives: Constant, *, is_met: bool) -> Where:
        """What `gives` says where the condition holds."""
        groups = (one for one in condition.any if self._known.keys() >= set(one.named()))
        return Where(self._tests(condition), tuple(map(self._tests, groups)), gives, is_met)

    def _tests(self, together: Together) -> Tests:
        return tuple(
            test for id, bounds in together.figures.items() for test in self._of(id, bounds)
        )

    def _of(self, id: str, bounds: Bounds) -> Iterator[Test]:
        if bounds.are:
            yield Test(self._at[id], tuple(self._equal(id, one) for one in bounds.are))
        for sign, value in bounds.stated():
            yield Test(self._at[id], (Edge(sign, self._bound(value)),))

    def _bound(self, value: Quantity | str) -> Operand | Constant:
        if isinstance(value, Quantity):
            return Constant(value.value, is_percent=value.is_percent)
        return self._at[value]

    def _equal(self, id: str, value: Quantity | str) -> Edge:
        """One of what a figure may be; a choice stands in its cell by its word."""
        own = self._known[id]
        if isinstance(value, str) and own.unit is Unit.CHOICE:
            is_own = value in (own.word_id, own.word)
            return Edge("=", Choice(own.word if is_own else value, 0))
        return Edge("=", self._bound(value))
