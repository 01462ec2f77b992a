"""The checks of what figures count: in formulas, at the edges of tables, in gates, and where a
method holds a computed figure against its own edges."""

from collections.abc import Iterator, Mapping

from kpisite.core.captions import caption
from kpisite.core.exact import ZERO
from kpisite.core.issue import Fact, Issue, Source
from kpisite.core.text import Text
from kpisite.language.base import Quantity
from kpisite.language.figures.condition import Combined
from kpisite.language.figures.plan import Planned
from kpisite.language.figures.units import UNLIKE, Counts, Mixed, Units
from kpisite.language.scheme import Scheme

NAMES: Mapping[Counts, Text] = {
    "any": caption("counts-any"),
    "plain": caption("counts-plain"),
    "number": caption("counts-plain"),
    "percent": caption("counts-share"),
    "share": caption("counts-share"),
    "money": caption("counts-money"),
    "points": caption("counts-points"),
    "choice": caption("counts-choice"),
}


def units_of_figures(scheme: Scheme, at: Source) -> Iterator[Issue]:
    """Units that meet though they may not; `at` is the form's file."""
    units = units_in(scheme)
    for own in scheme.sound_plan.figures.values():
        yield from mixed_units(own, units, Source(at.path, own.at.keys))
    yield from _shares_that_count_as_points(scheme, units, at)
    for one in scheme.conditions:
        yield from mixed_bounds(one.if_, units, one.name, one.at(at))
    for comparison in scheme.comparisons(at):
        example = comparison.example
        for metric in comparison.metrics if example is not None and not comparison.odd else ():
            assert example is not None
            if (
                "",
                metric,
            ) in scheme.sound_plan.figures and metric not in scheme.sound_plan.of_record:
                found = _mixed(units, metric, example.quantity)
                if found is not None:
                    yield _issue(comparison.name, metric, found, example.at)


def mixed_units(own: Planned, units: Units, at: Source) -> Iterator[Issue]:
    """The first units that meet in a figure though they may not."""
    mixed = next(iter(units.mixed(own)), None)
    if mixed is not None:
        yield _issue(own.label, own.name[1], mixed, at)


def mixed_bounds(condition: Combined, units: Units, name: Text, at: Source) -> Iterator[Issue]:
    """Bounds of a condition that are not of the unit of their figure."""
    stated = (
        (id, bound)
        for one in (condition, *condition.any)
        for id, bounds in one.figures.items()
        for _, bound in bounds.stated()
    )
    for id, bound in stated:
        mixed = _mixed(units, id, bound)
        if mixed is not None:
            yield _issue(name, id, mixed, at)


def units_in(scheme: Scheme) -> Units:
    """The units of a form's figures."""
    return Units(scheme.sound_plan, lambda id: _of_row(scheme, id))


def is_unstated_share(scheme: Scheme, units: Units, own: Planned) -> bool:
    """Whether a figure comes to a percentage and does not say so."""
    return scheme.sound_plan.unit_of(own.name) is None and units.of(own.name) == "percent"


def _shares_that_count_as_points(scheme: Scheme, units: Units, at: Source) -> Iterator[Issue]:
    """Rows by a figure that comes to a percentage and does not say so: 97% would be 0.97 points."""
    asked = (one.figure_of_points for one in scheme.indicators.values())
    for id in dict.fromkeys(filter(None, asked)):
        own = scheme.sound_plan.figures.get(("", id))
        if own is not None and is_unstated_share(scheme, units, own):
            facts: dict[str, Fact] = {"figure": own.label, "id": id}
            yield Issue(code="figure-unit-unstated", at=Source(at.path, own.at.keys), facts=facts)


def _of_row(scheme: Scheme, id: str) -> Counts:
    return "points" if id in scheme.scope.rows or id == "full" else "any"


def _mixed(units: Units, id: str, bound: Quantity | str) -> Mixed | None:
    """A bound that is not of the unit of its figure."""
    if not isinstance(bound, Quantity) or bound.value == ZERO:
        return None
    of, stated = units.of(("", id)), "share" if bound.is_percent else "number"
    pair: frozenset[Counts] = frozenset((of, stated))  # type: ignore[arg-type]
    return Mixed(stated, of) if pair in UNLIKE else None  # type: ignore[arg-type]


def _issue(name: Text, id: str, mixed: Mixed, at: Source) -> Issue:
    facts: dict[str, Fact] = {"figure": name, "id": id}
    if mixed.one == "choice":
        return Issue(code="choice-computed", at=at, facts=facts)
    facts |= {"one": NAMES[mixed.one], "other": NAMES[mixed.other]}
    return Issue(code="figure-units", at=at, facts=facts)
