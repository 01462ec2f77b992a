"""How a rater enters a mark, as a row says it of itself: in points, by a level, by ticks.

Sheets, the editor's help and what is typed back go by these three, and know no method.
"""

from collections.abc import Iterator
from decimal import Decimal

from kpisite.core.exact import ZERO
from kpisite.core.immutable import immutable
from kpisite.core.issue import Fact
from kpisite.core.text import Text
from kpisite.language.record import Mark

Issues = Iterator[tuple[str, dict[str, Fact]]]
"""Codes and facts, which the check puts in their place."""


@immutable
class InPoints:
    """Points from `low` to `most`, in whole multiples of `step`."""

    low: Decimal
    most: Decimal
    step: Decimal
    is_picked: bool = False
    """Whether a figure of the record picks the part of the span that a mark may lie in."""


@immutable
class Choice:
    """One of several levels: the id that a record names it by, where it has one, and its points."""

    id: str | None
    points: Decimal
    name: Text | None

    @property
    def written(self) -> Decimal | str:
        """What the record says for it: its id, or else its points."""
        return self.points if self.id is None else self.id

    def is_meant_by(self, mark: Mark) -> bool:
        """Whether a mark names it by its id, or states its points."""
        return mark == (self.id if isinstance(mark, str) else self.points)


@immutable
class OneOf:
    """One of these levels."""

    choices: tuple[Choice, ...]


@immutable
class Tick:
    """Something that is met or not."""

    id: str
    name: Text


@immutable
class Ticks:
    """A tick for each of these that was met."""

    items: tuple[Tick, ...]


Marking = InPoints | OneOf | Ticks


def points_issues(mark: Mark, most: Decimal, step: Decimal) -> Issues:
    """What is wrong with a mark that should be points from zero to `most` in whole steps."""
    if not isinstance(mark, Decimal):
        yield "mark-not-points", {"mark": str(mark)}
    elif mark > most:
        yield "mark-too-high", {"mark": mark, "most": most}
    elif mark < ZERO:
        yield "mark-below-zero", {"mark": mark}
    elif mark % step:
        yield "mark-between-steps", {"mark": mark, "step": step, "finer": finer_step(mark)}


def finer_step(mark: Decimal) -> Decimal:
    """The coarsest usual step of which `mark` is a whole multiple."""
    usual = (Decimal(step) for step in ("1", "0.5", "0.1", "0.05", "0.01"))
    exponent = mark.as_tuple().exponent
    assert isinstance(exponent, int)
    return next((step for step in usual if not mark % step), Decimal(1).scaleb(exponent))
