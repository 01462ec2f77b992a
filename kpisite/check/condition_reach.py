"""Conditions that always hold, or never do, by how far the figures go that they ask for: of gates,
vetoes, awards, reviews and folds."""

from collections.abc import Iterator

from kpisite.core.issue import Issue, Source
from kpisite.core.text import Text
from kpisite.language.base import Quantity
from kpisite.language.figures.condition import Bounds, Combined, Together
from kpisite.language.figures.plan import MONTHS, Plan
from kpisite.language.figures.ranges import Range, Ranges


def verdict(
    condition: Together,
    ranges: Ranges,
    name: Text,
    at: Source,
    *,
    of: str = "gate",
    rows: str = "",
) -> Iterator[Issue]:
    """A condition of a gate, or `of` a veto or another, that always holds, or never does; `rows`
    is the list whose rows it is about."""
    found = holding(condition, ranges, rows)
    if found is not None:
        said = "always" if found else "never"
        yield Issue(code=f"{of}-{said}", at=at, facts={of: name})


def idle_folds(plan: Plan, ranges: Ranges, path: str) -> Iterator[Issue]:
    """Folds whose `where` leaves nothing out, or all; `path` is the file.  Of earlier months, which
    may have been on another form, nothing is said."""
    for own in plan.figures.values():
        if own.fold is None or own.folded.over in MONTHS:
            continue
        model = own.folded
        if model.where is not None:
            at = Source(path, (*own.at.keys, "where"))
            of = model.over if model.over in plan.lists else ""
            yield from verdict(model.where, ranges, own.label, at, of="if", rows=of or "")


def holding(condition: Together, ranges: Ranges, rows: str = "") -> bool | None:
    """Whether a condition, of the rows of a list where `rows` says which, always or never holds;
    None where it depends."""
    found = [
        _of_bounds(bounds, ranges.of(ranges.named(rows, id)))
        for id, bounds in condition.figures.items()
    ]
    if isinstance(condition, Combined) and condition.any:
        each = [holding(one, ranges, rows) for one in condition.any]
        found.append(True if True in each else None if None in each else False)
    return False if False in found else None if None in found else True


def _of_bounds(bounds: Bounds, of: Range) -> bool | None:
    found: list[bool | None] = []
    for sign, stated in bounds.stated():
        if not isinstance(stated, Quantity):
            return None
        found.append(_of_bound(sign, stated, of))
    if bounds.are:
        numbers = [one.value for one in bounds.are if isinstance(one, Quantity)]
        is_out = len(numbers) == len(bounds.are) and not any(map(of.takes, numbers))
        found.append(False if is_out else None)
    return False if False in found else None if None in found else True


def _of_bound(sign: str, stated: Quantity, of: Range) -> bool | None:
    """Whether all of a range keeps a bound, or none of it does."""
    at = stated.value
    if sign in "≥>":
        is_all = of.low is not None and (of.low >= at if sign == "≥" else of.low > at)
        is_none = of.high is not None and (of.high < at if sign == "≥" else of.high <= at)
    else:
        is_all = of.high is not None and (of.high <= at if sign == "≤" else of.high < at)
        is_none = of.low is not None and (of.low > at if sign == "≤" else of.low >= at)
    return True if is_all else False if is_none else None
