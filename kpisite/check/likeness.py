"""Formulas by what they come to, so that an amount is found however it is written.

Names are followed to what they are made of, the order of terms and factors is none, and what is
added up is gathered: `rate × deposit × 2`, `2 × (deposit × rate)` and `owed × 2` of an
`owed = "deposit × rate"` are one.  Sums are not multiplied out.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields
from fractions import Fraction
from itertools import product as combinations
from math import prod

from kpisite.core.exact import fraction
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
from kpisite.core.formula.base import passages
from kpisite.core.formula.functions import Extreme, Negative, Power, RoundedOperand
from kpisite.core.formula.table import Table
from kpisite.language.figures.plan import Name, Plan, Planned

Terms = tuple[tuple[int, Fraction], ...]
"""What is added up: how often each thing, by its number, in their order.  0 is the number one."""

_Split = Callable[[Formula], Iterable[Formula]]
ONE: Terms = ((0, Fraction(1)),)
#: More than so many cases of one formula are not gone through.
MOST_CASES = 200


class Likeness:
    """The formulas of one plan, each thing in them by a number that equal ones share."""

    def __init__(self, figures: Mapping[Name, Planned]) -> None:
        self._figures = figures
        self._numbers: dict[tuple[object, ...], int] = {("one",): 0}
        self._keys: list[tuple[object, ...]] = [("one",)]
        self._made: dict[Name, Terms] = {}
        self._cases_made: dict[tuple[Name, _Split], tuple[Terms, ...]] = {}
        for name in Plan(figures=figures).order:  # each after what it rests on, however deep
            self.of(name)
            for split in (_any_case, _numbers_of_tables):
                self._cases_of(name, split)

    def of(self, name: Name) -> Terms:
        """What a figure comes to."""
        if name not in self._made:
            self._made[name] = self._thing("name", name)  # a circle is reported elsewhere
            self._made[name] = self._new(name)
        return self._made[name]

    def _new(self, name: Name) -> Terms:
        own = self._figures.get(name)
        if own is not None and own.formula is not None:
            return self._read(own.formula, own.operands)
        if own is not None and own.fold is not None:
            said = (repr(getattr(own.folded, key)) for key in _OF_FOLDS)
            of = (name[0], own.fold[0], *map(self.of, own.operands))
            return self._thing("fold", *of, *own.of_earlier, *said)
        return self._thing("name", name)

    def within(self, own: Planned) -> Iterator[Terms]:
        """What every passage of a figure's formulas comes to, or does where a table gives a
        number by which it is multiplied; names are not followed."""
        for formula in (own.formula, own.start):
            for one in () if formula is None else passages(formula):
                yield from self._cases(one, own.operands, _numbers_of_tables)

    def cases(self, name: Name) -> tuple[Terms, ...]:
        """All that a figure may come to: of a least or greatest each of these, of a table each
        cell, of what is rounded that before."""
        return self._cases_of(name, _any_case)

    def _cases_of(self, name: Name, split: _Split) -> tuple[Terms, ...]:
        found = self._cases_made.get((name, split))
        if found is None:
            own = self._figures.get(name)
            found = self._cases_made[name, split] = (self.of(name),)  # for what is in a circle
            if own is not None and own.formula is not None:
                found = self._cases(own.formula, own.operands, split)
                self._cases_made[name, split] = found
        return found

    def _cases(
        self,
        formula: Formula,
        names: tuple[Name, ...],
        split: _Split,
    ) -> tuple[Terms, ...]:
        itself = self._read(formula, names)
        if isinstance(formula, Operand):
            return self._cases_of(names[formula.index], split)
        found = [case for one in split(formula) for case in self._cases(one, names, split)]
        below = _BELOW.get(type(formula))
        if below is not None:
            each = [self._cases(one, names, split) for one in below(formula)]
            if prod(map(len, each)) <= MOST_CASES:
                found += [self._joined(formula, case) for case in combinations(*each)]
        return tuple(dict.fromkeys((itself, *found)))[:MOST_CASES]

    def is_composed(self, terms: Terms) -> bool:
        """Whether it is more than one single thing, which may well be seen by itself."""
        things = [number for number, _ in terms if number]
        return len(things) > 1 or any(self._keys[one][0] not in _SINGLE for one in things)

    def _read(self, formula: Formula, names: tuple[Name, ...]) -> Terms:
        if isinstance(formula, Operand):
            return self.of(names[formula.index])
        if isinstance(formula, Constant):
            stated = fraction(formula.figure) or Fraction(formula.figure)
            return _scaled(ONE, stated)
        if isinstance(formula, RoundedOperand):
            return self._read(formula.rounded, names)
        below = _BELOW.get(type(formula))
        if below is not None:
            return self._joined(formula, tuple(self._read(one, names) for one in below(formula)))
        if (
            isinstance(formula, Power)
            and formula.is_exact
            and isinstance(formula.exponent, Constant)
        ):
            return self._times([self._read(formula.base, names)] * int(formula.exponent.figure))
        said = [self._said(getattr(formula, one.name), names) for one in fields(formula)]  # type: ignore[arg-type]
        if isinstance(formula, Extreme):
            said = [formula.which, *sorted({self._read(one, names) for one in formula.terms})]
        return self._thing(type(formula).__name__, *said)

    def _said(self, value: object, names: tuple[Name, ...]) -> object:
        if isinstance(value, Formula):
            return self._read(value, names)
        if isinstance(value, tuple):
            return tuple(self._said(one, names) for one in value)
        at = getattr(value, "at", None)
        return (value.sign, self._said(at, names)) if hasattr(value, "sign") else repr(value)

    def _joined(self, formula: Formula, of: tuple[Terms, ...]) -> Terms:
        if isinstance(formula, Product):
            return self._times(of)
        if isinstance(formula, Quotient):
            return self._times((of[0], self._inverse(of[1])))
        if isinstance(formula, Sum):
            return _added(of)
        rest = [_scaled(one, Fraction(-1)) for one in of[-1:]]
        return _added([*of[:-1], *rest])

    def _times(self, of: Iterable[Terms]) -> Terms:
        times, factors = Fraction(1), list[int]()
        for one in of:
            if not one:
                return ()
            many, number = self._one_thing(one)
            times *= many
            key = self._keys[number]
            factors += key[1:] if key[0] == "product" else [number] * (number != 0)  # type: ignore[arg-type]
        if len(factors) < 2:
            return _scaled(((factors[0], Fraction(1)),) if factors else ONE, times)
        return _scaled(self._thing("product", *sorted(factors)), times)

    def _one_thing(self, terms: Terms) -> tuple[Fraction, int]:
        """A sum as one thing, so many times."""
        first, many = terms[-1]
        if len(terms) == 1:
            return many, first
        return many, self._thing("sum", _scaled(terms, 1 / many))[0][0]

    def _inverse(self, terms: Terms) -> Terms:
        if not terms:
            return self._thing("inverse", 0)
        many, number = self._one_thing(terms)
        return _scaled(self._thing("inverse", number) if number else ONE, 1 / many)

    def _thing(self, *key: object) -> Terms:
        number = self._numbers.setdefault(key, len(self._numbers))
        if number == len(self._keys):
            self._keys.append(key)
        return ((number, Fraction(1)),)


def opposite(terms: Terms) -> Terms:
    """The same with the other sign."""
    return _scaled(terms, Fraction(-1))


def but_for_numbers(terms: Terms) -> Terms:
    """What is left without an addend and a factor that are mere numbers."""
    rest = tuple(one for one in terms if one[0])
    return _scaled(rest, 1 / rest[-1][1]) if rest else ()


def _scaled(terms: Terms, times: Fraction) -> Terms:
    return tuple((number, many * times) for number, many in terms if many * times)


def _added(several: Iterable[Terms]) -> Terms:
    found: dict[int, Fraction] = {}
    for terms in several:
        for number, many in terms:
            found[number] = found.get(number, Fraction(0)) + many
    return tuple(sorted((number, many) for number, many in found.items() if many))


def _any_case(formula: Formula) -> Iterable[Formula]:
    if isinstance(formula, RoundedOperand):
        return (formula.rounded.of,)
    if isinstance(formula, Rounded):
        return (formula.of,)
    if isinstance(formula, Extreme):
        return formula.terms
    return [cell for row in formula.cells for cell in row] if isinstance(formula, Table) else ()


def _numbers_of_tables(formula: Formula) -> Iterable[Formula]:
    cases = _any_case(formula) if isinstance(formula, Table) else ()
    return (one for one in cases if isinstance(one, Constant))


#: What arithmetic is made of.
_BELOW: Mapping[type[Formula], Callable[..., tuple[Formula, ...]]] = {
    Sum: lambda one: one.terms,
    Product: lambda one: one.factors,
    Difference: lambda one: (one.first, one.second),
    Quotient: lambda one: (one.top, one.bottom),
    Negative: lambda one: (one.of,),
}
_SINGLE = ("name", "fold", "Table", "Choice")
#: What says of a fold what it comes to, beside what is folded.
_OF_FOLDS = (
    "over", "on", "drop", "where", "months", "within", "gap", "start", "places", "round",
)  # fmt: skip
