"""The grades on a line, and where on it a total stands."""

from decimal import Decimal
from functools import lru_cache

from kpisite.core.exact import ONE, half_up, memoized, plain
from kpisite.core.immutable import immutable
from kpisite.core.text import Language
from kpisite.language.policy import Policy


@immutable
class Tick:
    """A grade on the scale: where it begins, and where its name stands, in percent.

    The lowest grade has no bound.
    """

    id: str
    name: str
    bound: str
    at: str
    middle: str


@immutable
class Scale:
    """Where a total stands among the grades; lengths in percent of the width."""

    ticks: tuple[Tick, ...]
    at: str


def scale(policy: Policy, points: Decimal, value: Decimal, language: Language) -> Scale | None:
    """The grades on a line that begins somewhat below the lowest bound and ends at the most.

    The line runs from 2% to 98% of the width; a total beyond its ends stands at them.
    """
    begin = _beginning(policy, points)
    if begin is None:
        return None
    grades = tuple((one.id, one.name.say(language), one.from_) for one in policy.grade)
    return Scale(ticks=_ticks(grades, begin, points), at=f"{_along(value, begin, points)}%")


@lru_cache(maxsize=256)
def _ticks(
    grades: tuple[tuple[str, str, Decimal | None], ...], begin: Decimal, points: Decimal
) -> tuple[Tick, ...]:
    """The grades on the line, each by its id, its name and where it begins: those of a policy are
    the same on all its scorecards."""

    def at(number: Decimal) -> Decimal:
        return _along(number, begin, points)

    ticks = []
    upper = points
    for id, name, bound in grades:
        if bound is None:
            continue
        ticks.append(
            Tick(
                id=id,
                name=name,
                bound=plain(bound),
                at=f"{at(bound)}%",
                middle=f"{half_up((at(bound) + at(upper)) / 2, 2)}%",
            )
        )
        upper = bound
    ticks += [
        Tick(id=id, name=name, bound="", at="2%", middle=f"{half_up((at(upper) + 2) / 2, 2)}%")
        for id, name, bound in grades
        if bound is None
    ]
    return tuple(ticks)


def place_on_scale(policy: Policy, points: Decimal, value: Decimal) -> str:
    """Where a total stands on the `scale`; empty where there is none."""
    begin = _beginning(policy, points)
    return "" if begin is None else f"{_along(value, begin, points)}%"


def _beginning(policy: Policy, points: Decimal) -> Decimal | None:
    bounds = [grade.from_ for grade in policy.grade if grade.from_ is not None]
    return min(bounds) - max((points - min(bounds)) * 2 / 7, ONE) if bounds else None


@memoized
def _along(number: Decimal, begin: Decimal, end: Decimal) -> Decimal:
    """Where `number` stands on a line from `begin` to `end`, in percent of the width."""
    along = (min(max(number, begin), end) - begin) / (end - begin)
    return half_up(Decimal(2) + along * 96, 2)
