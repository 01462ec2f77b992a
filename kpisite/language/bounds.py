"""Floors and caps, held against how far goes what they bound."""

from collections.abc import Iterator
from decimal import Decimal

from kpisite.core.immutable import immutable
from kpisite.core.issue import Fact, Issue, Source
from kpisite.core.text import Text


@immutable(kw_only=False)
class Bounds:
    """A floor and a cap as stated, and between what the points would lie without them; None where
    nothing is stated, or nothing bounds them."""

    floor: Decimal | None
    cap: Decimal | None
    low: Decimal | None = None
    top: Decimal | None = None

    def issues(
        self, name: Text, points: Decimal, at: Source, *, is_counted: bool = True
    ) -> Iterator[Issue]:
        """Bounds that change nothing, or that leave out the full points.

        A floor of zero may stand anywhere, and so may a cap at the highest, for forms on paper say
        so too.  What comes on top of a form's points (`is_counted` is false) has none to reach.
        """
        facts: dict[str, Fact] = {"name": name, "points": points}
        if self.cap is not None and self.top is not None and self.cap > self.top:
            yield out_of_reach(name, "cap", self.cap, name, self.top, at.at("cap"))
        if is_counted and self.cap is not None and self.cap < points:
            yield Issue(code="cap-below-full", at=at.at("cap"), facts=facts | {"cap": self.cap})
        if self.floor is not None and self.floor >= points:
            here = at.at("floor")
            yield Issue(code="floor-at-full", at=here, facts=facts | {"floor": self.floor})
        elif self.floor and self.low is not None and self.floor < self.low:
            reported: dict[str, Fact] = {"name": name, "floor": self.floor, "low": self.low}
            yield Issue(code="floor-idle", at=at.at("floor"), facts=reported)


def capped(top: Decimal | None, cap: Decimal | None) -> Decimal | None:
    """The lower of the two, where None bounds nothing."""
    return cap if top is None else top if cap is None else min(top, cap)


def floored(low: Decimal | None, floor: Decimal | None) -> Decimal | None:
    """The higher of the two, where None bounds nothing."""
    return floor if low is None else low if floor is None else max(low, floor)


def out_of_reach(
    name: Text, key: str, value: Decimal, whole: Text, most: Decimal, at: Source
) -> Issue:
    """What stands at a number to which `whole` does not go."""
    facts: dict[str, Fact] = {
        "name": name,
        "key": key,
        "value": value,
        "scheme": whole,
        "most": most,
    }
    return Issue(code="out-of-reach", at=at, facts=facts)
