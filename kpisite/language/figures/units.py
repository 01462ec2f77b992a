"""What formulas count: percentages, money and points may not be added to one another, nor held
against one another.

A number that a formula states takes the unit of what it meets, so that `1 + growth` and
`fund - 500` are right; a percentage that it states does not.
"""

from collections.abc import Iterator, Sequence
from typing import Literal

from kpisite.core.exact import ZERO
from kpisite.core.formula import (
    Constant,
    Difference,
    Formula,
    Operand,
    Product,
    Quotient,
    Rounded,
    Sum,
)
from kpisite.core.formula.functions import Extreme, Negative, RoundedOperand
from kpisite.core.formula.table import Axis, Choice, Table
from kpisite.core.immutable import immutable
from kpisite.language.figures.each import OfEach
from kpisite.language.figures.plan import Planned

Counts = Literal["any", "plain", "percent", "money", "points", "choice", "number", "share"]
"""`plain` is what somebody states that is no percentage, `any` what nothing is known of; `number`
and `share` are what a formula itself states, the second a percentage."""

#: What may not be added up, nor be the least or greatest of the same numbers.
APART: frozenset[frozenset[Counts]] = frozenset(
    frozenset(pair)
    for pair in (
        ("percent", "money"), ("percent", "points"), ("money", "points"),
        ("share", "money"), ("share", "points"),
    )
)  # fmt: skip
#: What may not be added up besides: what somebody states takes no unit from what it meets.
SUMS_APART: frozenset[frozenset[Counts]] = APART | frozenset(
    frozenset(pair) for pair in (("plain", "percent"), ("plain", "share"))
)
#: What may not be held against one another besides: edges and bounds are of their figure's unit.
UNLIKE: frozenset[frozenset[Counts]] = APART | frozenset(
    frozenset(pair) for pair in (("percent", "number"), ("share", "plain"), ("percent", "plain"))
)


@immutable(kw_only=False)
class Mixed:
    """Two units that meet though they may not."""

    one: Counts
    other: Counts


class Units(OfEach[Counts]):
    """The units of the figures of a plan."""

    def _new(self, own: Planned) -> Counts:
        stated = self._plan.unit_of(own.name)
        if stated is not None and stated != "number":
            return stated
        if own.given is not None:
            return "plain"
        if own.formula is None:
            return "any"
        found, _ = self._in(own.formula, self.operands(own))
        return {"share": "percent", "number": "any"}.get(found, found)  # type: ignore[return-value]

    def mixed(self, own: Planned) -> Iterator[Mixed]:
        """The units that meet in a figure though they may not, and a unit that it states and does
        not come to."""
        if own.formula is None:
            return
        found, wrong = self._in(own.formula, self.operands(own))
        yield from wrong
        stated = self._plan.unit_of(own.name)
        if stated in ("percent", "money", "points") and not wrong:
            if frozenset((found, stated)) in APART:
                yield Mixed(found, stated)

    def _in(self, formula: Formula, operands: Sequence[Counts]) -> tuple[Counts, list[Mixed]]:
        """What a formula comes to, and what is mixed in it."""
        wrong: list[Mixed] = []
        return _counts(formula, operands, wrong), wrong


def _counts(formula: Formula, operands: Sequence[Counts], wrong: list[Mixed]) -> Counts:
    match formula:
        case Operand():
            return operands[formula.index]
        case Constant():
            return "share" if formula.is_percent else "number"
        case Choice():
            return "choice"
        case Rounded() | Negative():
            return _counts(formula.of, operands, wrong)
        case RoundedOperand():
            return _counts(formula.rounded.of, operands, wrong)
        case Sum() | Extreme():
            return _met([_counts(one, operands, wrong) for one in formula.terms], wrong)
        case Difference():
            each = (formula.first, formula.second)
            return _met([_counts(one, operands, wrong) for one in each], wrong)
        case Product():
            return _times([_counts(one, operands, wrong) for one in formula.factors], wrong)
        case Quotient():
            top = _counts(formula.top, operands, wrong)
            bottom = _counts(formula.bottom, operands, wrong)
            _no_choice((top, bottom), wrong)
            return "any" if bottom in ("money", "points") else _times([top], wrong)
        case Table():
            for axis in (formula.rows, formula.columns):
                if axis is not None:
                    _held(axis, operands, wrong)
            return _of_cells(formula, operands, wrong)
    return "any"


def _of_cells(table: Table, operands: Sequence[Counts], wrong: list[Mixed]) -> Counts:
    """What the cells count: percentages where one of them is, and nothing says otherwise."""
    cells = [one for row in table.cells for one in row]
    counted = {
        _counts(one, operands, wrong)
        for one in cells
        if not (isinstance(one, Constant) and one.figure == ZERO and not one.is_percent)
    }
    if counted & {"share", "percent"} and counted <= {"share", "percent", "any"}:
        return "percent"
    return counted.pop() if len(counted) == 1 else "any"


def _held(axis: Axis, operands: Sequence[Counts], wrong: list[Mixed]) -> None:
    """An axis with edges that are not of its unit."""
    of = _counts(axis.of, operands, wrong)
    for edge in axis.edges:
        at = _counts(edge.at, operands, wrong)
        is_zero = isinstance(edge.at, Constant) and edge.at.figure == ZERO
        if not is_zero and frozenset((of, at)) in UNLIKE:
            wrong.append(Mixed(at, of))
            return


def _met(each: Sequence[Counts], wrong: list[Mixed]) -> Counts:
    """What numbers come to that are added up, or of which one is chosen."""
    _no_choice(each, wrong)
    found: Counts = "number"
    for one in each:
        if frozenset((found, one)) in SUMS_APART:
            wrong.append(Mixed(found, one))
            return "any"
        if found in ("number", "any", "plain", "share"):
            found = one if one != "number" or found == "number" else found
    return found


def _times(each: Sequence[Counts], wrong: list[Mixed]) -> Counts:
    """What numbers come to that are multiplied: money or points, where one of them is."""
    _no_choice(each, wrong)
    counted = [one for one in each if one in ("money", "points")]
    if len(counted) == 1:
        return counted[0]
    if not counted and all(one == "number" for one in each):
        return "number"
    return "any"


def _no_choice(each: Sequence[Counts], wrong: list[Mixed]) -> None:
    """Words cannot be computed with."""
    if "choice" in each:
        wrong.append(Mixed("choice", "any"))
