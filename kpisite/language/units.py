"""One rule of units: figures that are compared, ordered, multiplied or divided are of one unit.

A figure is a plain number or a percentage, as it is written.  `"35%"` is 0.35, and 35 held against
it would pass for 3500%; nobody can tell which was meant, so nothing is guessed: whoever holds
figures against one another says so by a `Comparison`, and the checks do the rest.  Zero is zero in
either unit.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from kpisite.core.exact import HUNDRED, ZERO, percent, plain, product, quotient
from kpisite.core.immutable import immutable
from kpisite.core.issue import Fact, Issue, Source
from kpisite.core.text import Text
from kpisite.language.base import Quantity


@immutable(kw_only=False)
class Placed:
    """A figure and the entry that states it; `said` where nothing is written that one could quote,
    such as totals, which are in points."""

    quantity: Quantity
    at: Source
    said: Text | None = None

    def agrees(self, other: "Placed") -> bool:
        """Whether two figures may be held against one another."""
        is_zero = ZERO in (self.quantity.value, other.quantity.value)
        return is_zero or self.quantity.is_percent == other.quantity.is_percent


@immutable
class Comparison:
    """Figures that a row of a form, or a line of the pay, holds against one another: those that it
    states itself, and those of the record, by id.  `given` is what stands fast by its nature and
    sets the unit: totals, which are in points, or money."""

    name: Text
    metrics: tuple[str, ...] = ()
    stated: tuple[Placed, ...] = ()
    given: Placed | None = None

    @property
    def odd(self) -> tuple[tuple[Placed, Placed], ...]:
        """Those of the figures stated that are not of the others' unit, each with one of these."""
        if self.given is None:
            return tuple(of_another_unit(self.stated))
        return tuple((one, self.given) for one in self.stated if not one.agrees(self.given))

    @property
    def example(self) -> Placed | None:
        """The figure that shows of which unit the record's have to be, if there is one."""
        having = (one for one in self.stated if one.quantity.value != ZERO)
        return self.given or next(having, None)


def of_another_unit(figures: Iterable[Placed]) -> Iterator[tuple[Placed, Placed]]:
    """Those of `figures` that are not of the unit of most of them, each with one that is; where
    there are as many of both, the first sets the unit."""
    having = [one for one in figures if one.quantity.value != ZERO]
    counts = Counter(one.quantity.is_percent for one in having)
    if len(counts) == 2:
        unit = counts.most_common(1)[0][0]
        example = next(one for one in having if one.quantity.is_percent == unit)
        yield from ((one, example) for one in having if one.quantity.is_percent != unit)


def mixed_units(
    comparisons: Iterable[Comparison], others: Iterable[Comparison] = ()
) -> Iterator[Issue]:
    """What is stated in two units though it is held against one another, in one row or, by way of
    a figure of the record, in two; `others` are rows elsewhere that use the same figures, and in
    which nothing is wrong."""
    of_metric: dict[str, Placed] = {}
    for comparison in others:
        if comparison.example is not None:
            of_metric |= dict.fromkeys(comparison.metrics, comparison.example)
    for comparison in comparisons:
        for one, other in comparison.odd:
            code = "units-mixed" if comparison.given is None else "edge-not-points"
            yield _mixed(code, comparison.name, one, other)
        if comparison.odd or comparison.example is None:
            continue
        for metric in comparison.metrics:
            other = of_metric.setdefault(metric, comparison.example)
            if not other.agrees(comparison.example):
                yield _mixed("units-mixed", comparison.name, comparison.example, other)
                break


def figures_of_another_unit(
    comparisons: Iterable[Comparison], figures: Mapping[str, Placed]
) -> Iterator[Issue]:
    """The figures of a record, by id, that are not of the unit of what they are held against;
    each is reported once."""
    reported: set[str] = set()
    for comparison in comparisons:
        own = {figures[id]: id for id in comparison.metrics if id in figures}
        example = comparison.example
        if comparison.odd:
            continue
        if example is None:
            wrong = tuple(of_another_unit(own))
        else:
            wrong = tuple((one, example) for one in own if not one.agrees(example))
        for one, other in wrong:
            if own[one] not in reported:
                reported.add(own[one])
                yield figure_of_another_unit(own[one], comparison.name, one, other)


def figure_of_another_unit(metric: str, name: Text, one: Placed, other: Placed) -> Issue:
    """The fault at a figure of a record; `other` is what it is held against."""
    facts: dict[str, Fact] = {"metric": metric} | _facts(name, one, other)
    code = "metric-not-percent" if one.quantity.is_percent else "metric-percent"
    return Issue(code=code, at=one.at, facts=facts, also=(other.at,))


def _mixed(code: str, name: Text, one: Placed, other: Placed) -> Issue:
    return Issue(code=code, at=one.at, facts=_facts(name, one, other), also=(other.at,))


def _facts(name: Text, one: Placed, other: Placed) -> dict[str, Fact]:
    """Both figures as they are written, and the first as it would be in the other's unit."""
    quantity = one.quantity
    other_unit = Quantity(quantity.value, is_percent=not quantity.is_percent)
    return {
        "indicator": name,
        "value": _written(quantity),
        "same": _written(other_unit),
        "likely": _likely(quantity),
        "other": other.said or _written(other.quantity),
    }


def _likely(quantity: Quantity) -> str:
    """The digits as they stand, in the other unit, which is a hundred times more or less."""
    if quantity.is_percent:
        return plain(product((quantity.value, HUNDRED)))
    return _written(Quantity(quotient(quantity.value, HUNDRED), is_percent=True))


def _written(quantity: Quantity) -> str:
    return f'"{percent(quantity.value)}"' if quantity.is_percent else plain(quantity.value)
