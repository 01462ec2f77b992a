"""How far points go: the least and the most that rows, parts and totals of a form come to."""

from collections.abc import Callable, Iterable
from decimal import Decimal

from kpisite.core.exact import ZERO, product, quotient, rounded, total
from kpisite.language.bounds import capped, floored
from kpisite.language.figures.ranges import Range
from kpisite.language.methods import Indicator
from kpisite.language.part import Part, Section, worth
from kpisite.language.scheme import Scheme


def highest_total(scheme: Scheme) -> Decimal | None:
    """The most that a total can come to; None where nothing bounds it."""
    unbounded = without_cap(scheme)
    if unbounded is None or scheme.cap is None:
        return unbounded if scheme.cap is None else scheme.cap
    return min(unbounded, scheme.cap)


def range_of_total(scheme: Scheme) -> Range:
    """How far a total goes, rounded or not, with what a veto or a liability lowers it to, and what
    a ruling may set it to."""
    low = min(scheme.floor, ZERO, *(one.total for one in scheme.veto), *_liable(scheme))
    top = highest_total(scheme)
    places = scheme.rounding.total
    if top is not None:
        top = max(top, rounded(top, places), scheme.points)
    return Range(min(low, rounded(low, places)), top)


def _liable(scheme: Scheme) -> list[Decimal]:
    return [one.total for one in scheme.liability if one.total is not None]


def without_cap(scheme: Scheme) -> Decimal | None:
    """The most that the parts and bonuses give together, before the form's cap."""
    tops = {part.id: highest_of_part(part, scheme.scale) for part in scheme.part}
    parts = [
        _times(tops[part.id], worth(part, scheme.scale), part.most(scheme.scale))
        for part in scheme.part
        if part.role == "score"
    ]
    most = _sum(parts)
    for part in scheme.part:
        if part.role == "factor" and most is not None:
            most = _times(tops[part.id], most, part.most(scheme.scale))
    extras = [tops[part.id] for part in scheme.part if part.role == "extra"]
    return _sum([most, *extras, *(rule.most for rule in scheme.bonus)])


def highest_of_part(part: Part, scale: Decimal) -> Decimal | None:
    """The most that the rows of a part come to, within its cap."""
    top = capped(highest_of_rows(part, scale), part.cap)
    return _times(top, part.most(scale), part.added(scale)) if part.scaled else top


def highest_of_rows(part: Part | Section, scale: Decimal) -> Decimal | None:
    """The most that the rows come to together, before any cap; None where nothing bounds one."""
    return _of_rows(part, scale, lambda row: row.highest, lambda top, one: capped(top, one.cap))


def lowest_of_rows(part: Part | Section, scale: Decimal) -> Decimal | None:
    """The least that the rows come to together, before any floor."""
    return _of_rows(part, scale, lambda row: row.lowest, lambda top, one: floored(top, one.floor))


def _of_rows(
    part: Part | Section,
    scale: Decimal,
    end_of: Callable[[Indicator], Decimal | None],
    held: Callable[[Decimal | None, Section], Decimal | None],
) -> Decimal | None:
    """What the rows come to where each is at one end; a section is `held` within its own bound."""
    if isinstance(part, Section):
        return _sum([end_of(row) for row in part.indicator])
    return _sum(
        [
            held(_of_rows(row, scale, end_of, held), row)
            if isinstance(row, Section)
            else _times(end_of(row), worth(row, scale), row.points)
            for row in part.rows
        ]
    )


def _sum(tops: Iterable[Decimal | None]) -> Decimal | None:
    known = list(tops)
    stated = [one for one in known if one is not None]
    return total(stated) if len(stated) == len(known) else None


def _times(top: Decimal | None, most: Decimal, own: Decimal) -> Decimal | None:
    """`top` of `own`, brought to `most`."""
    return None if top is None else quotient(product((top, most)), own)
