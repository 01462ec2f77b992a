"""How far a figure can go, by how far those go that it rests on: what is said of all records
before any is there.

A range takes in all that a figure may be, and may take in more: a formula that names a figure
twice does not know that it is the same.  So a bound out of it is out of reach for certain.
"""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from kpisite.core.exact import ONE, ZERO, product, quotient, rounded, total
from kpisite.core.formula import (
    Clamp,
    Constant,
    Difference,
    Formula,
    Operand,
    Product,
    Quotient,
    Rounded,
    Sum,
)
from kpisite.core.formula.functions import Extreme, Negative, Power, RoundedOperand
from kpisite.core.formula.table import Choice, Table
from kpisite.core.immutable import immutable
from kpisite.language.figures.each import OfEach
from kpisite.language.figures.model import Fold, Given, RowList
from kpisite.language.figures.plan import EVENTS, Planned

#: Beyond this, bounds are as good as none.
FARTHEST = Decimal(10) ** 30


@immutable(kw_only=False)
class Range:
    """From the least to the most that a figure may be; None where nothing bounds it."""

    low: Decimal | None = None
    high: Decimal | None = None

    def takes(self, value: Decimal) -> bool:
        """Whether a number lies in it."""
        return (self.low is None or self.low <= value) and (self.high is None or value <= self.high)

    @property
    def is_zero(self) -> bool:
        """Whether it holds nothing but zero."""
        return self.low == ZERO == self.high


ANY = Range()


def range_of(formula: Formula, operands: Sequence[Range]) -> Range:
    """How far a formula goes over operands that go so far."""
    known = _KNOWN.get(type(formula))
    found = ANY if known is None else known(formula, operands)
    far_low = found.low is not None and abs(found.low) > FARTHEST
    far_high = found.high is not None and abs(found.high) > FARTHEST
    return Range(None if far_low else found.low, None if far_high else found.high)


def _operand(formula: Operand, operands: Sequence[Range]) -> Range:
    return operands[formula.index]


def _constant(formula: Constant, _: Sequence[Range]) -> Range:
    return Range(formula.figure, formula.figure)


def _choice(formula: Choice, _: Sequence[Range]) -> Range:
    return Range(Decimal(formula.number), Decimal(formula.number))


def _sum(formula: Sum, operands: Sequence[Range]) -> Range:
    each = [range_of(one, operands) for one in formula.terms]
    return Range(added(one.low for one in each), added(one.high for one in each))


def added(bounds: Iterable[Decimal | None]) -> Decimal | None:
    """Bounds added up; None where one of them is open."""
    stated = list(bounds)
    known = [one for one in stated if one is not None]
    return total(known) if len(known) == len(stated) else None


def _negative(formula: Negative, operands: Sequence[Range]) -> Range:
    return _turned(range_of(formula.of, operands))


def _turned(one: Range) -> Range:
    low = None if one.high is None else -one.high
    return Range(low, None if one.low is None else -one.low)


def _difference(formula: Difference, operands: Sequence[Range]) -> Range:
    first, second = range_of(formula.first, operands), _turned(range_of(formula.second, operands))
    return Range(added((first.low, second.low)), added((first.high, second.high)))


def _product(formula: Product, operands: Sequence[Range]) -> Range:
    found = Range(ONE, ONE)
    for factor in formula.factors:
        found = _times(found, range_of(factor, operands))
    return found


def _times(one: Range, other: Range) -> Range:
    if one.is_zero or other.is_zero:
        return Range(ZERO, ZERO)
    if None in (one.low, one.high, other.low, other.high):
        is_above = all(each.low is not None and each.low >= ZERO for each in (one, other))
        if not is_above:
            return ANY
        assert one.low is not None and other.low is not None
        is_bounded = one.high is not None and other.high is not None
        high = product((one.high, other.high)) if is_bounded else None  # type: ignore[arg-type]
        return Range(product((one.low, other.low)), high)
    ends = [product((a, b)) for a in (one.low, one.high) for b in (other.low, other.high)]  # type: ignore[arg-type]
    return Range(min(ends), max(ends))


def _quotient(formula: Quotient, operands: Sequence[Range]) -> Range:
    top, bottom = range_of(formula.top, operands), range_of(formula.bottom, operands)
    if bottom.takes(ZERO):
        return ANY
    if bottom.low is not None and bottom.low > ZERO:
        least = None if bottom.high is None else quotient(ONE, bottom.high)
        return _times(top, Range(least or ZERO, quotient(ONE, bottom.low)))
    assert bottom.high is not None
    most = None if bottom.low is None else quotient(ONE, bottom.low)
    return _times(top, Range(quotient(ONE, bottom.high), most or ZERO))


def _extreme(formula: Extreme, operands: Sequence[Range]) -> Range:
    each = [range_of(one, operands) for one in formula.terms]
    if formula.which == "max":
        return _turned(_least_of([_turned(one) for one in each]))
    return _least_of(each)


def _least_of(each: Sequence[Range]) -> Range:
    lows = [one.low for one in each]
    highs = [one.high for one in each if one.high is not None]
    stated = [one for one in lows if one is not None]
    low = min(stated) if len(stated) == len(lows) else None
    return Range(low, min(highs) if highs else None)


def _power(formula: Power, operands: Sequence[Range]) -> Range:
    base = range_of(formula.base, operands)
    exponent = formula.exponent
    if not isinstance(exponent, Constant) or base.low is None or base.low < ZERO:
        return ANY
    if exponent.figure < ZERO or (base.high is not None and base.high > FARTHEST):
        return ANY
    low = Power(Constant(base.low), exponent).value(())
    high = None if base.high is None else Power(Constant(base.high), exponent).value(())
    return Range(low, high)


def _rounded(formula: Rounded, operands: Sequence[Range]) -> Range:
    of = range_of(formula.of, operands)
    ends = (
        None if end is None or abs(end) > FARTHEST else rounded(end, formula.places, formula.mode)
        for end in (of.low, of.high)
    )
    return Range(*ends)


def _rounded_operand(formula: RoundedOperand, operands: Sequence[Range]) -> Range:
    return _rounded(formula.rounded, operands)


def _clamp(formula: Clamp, operands: Sequence[Range]) -> Range:
    of = range_of(formula.of, operands)
    low = formula.floor if of.low is None else max(of.low, formula.floor or of.low)
    high = formula.cap if of.high is None else min(of.high, formula.cap or of.high)
    return Range(low, high)


def _table(formula: Table, operands: Sequence[Range]) -> Range:
    return hull([range_of(cell, operands) for row in formula.cells for cell in row])


def hull(each: Sequence[Range]) -> Range:
    """The range that takes in all of several."""
    lows = [one.low for one in each if one.low is not None]
    highs = [one.high for one in each if one.high is not None]
    return Range(
        min(lows) if len(lows) == len(each) > 0 else None,
        max(highs) if len(highs) == len(each) > 0 else None,
    )


_KNOWN: dict[type[Formula], Callable[..., Range]] = {
    Operand: _operand,
    Constant: _constant,
    Choice: _choice,
    Sum: _sum,
    Negative: _negative,
    Difference: _difference,
    Product: _product,
    Quotient: _quotient,
    Extreme: _extreme,
    Power: _power,
    Rounded: _rounded,
    RoundedOperand: _rounded_operand,
    Clamp: _clamp,
    Table: _table,
}


class Ranges(OfEach[Range]):
    """How far the figures of a plan go."""

    def _new(self, own: Planned) -> Range:
        if own.given is not None:
            return _given(own.given)
        if own.formula is not None:
            return range_of(own.formula, self.operands(own))
        return self._fold(own)

    def _fold(self, own: Planned) -> Range:
        assert own.fold is not None
        kind, model = own.fold[0], own.folded
        if own.of_earlier:
            return self._over_months(own, kind)
        rows = self._plan.lists.get(model.over or "")
        if kind == "count" or model.over == EVENTS:
            return Range(ZERO, None if rows is None else _most(rows))
        if rows is None:
            return ANY
        each = self.of(own.operands[0])
        if kind != "sum":
            return each
        is_above = each.low is not None and each.low >= ZERO
        high = None
        if rows.most is not None and each.high is not None and is_above:
            high = product((each.high, Decimal(rows.most)))
        return Range(ZERO if is_above else None, high)

    def _over_months(self, own: Planned, kind: Fold) -> Range:
        """How far a fold over months goes; it may fold what rests on itself, of which nothing is
        known while that is looked at."""
        assert own.fold is not None
        if kind == "count":
            months = getattr(own.model, "months", None)
            return Range(ZERO, None if months is None else Decimal(months))
        self._found[own.name] = ANY
        each = self.of(("", own.fold[1]))
        starts = [] if own.start is None else [range_of(own.start, self.operands(own))]
        if kind != "sum":
            return hull([each, *starts])
        is_above = all(one.low is not None and one.low >= ZERO for one in (each, *starts))
        return Range(ZERO) if is_above else ANY


def _most(rows: RowList) -> Decimal | None:
    return None if rows.most is None else Decimal(rows.most)


def _given(given: Given) -> Range:
    if given.unit == "choice":
        return ANY  # a word, with which nothing is computed
    low = None if given.low is None else given.low.value
    return Range(low, None if given.high is None else given.high.value)
