"""The parts of a form, with their sections and indicators."""

from decimal import Decimal
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from kpisite.core.exact import CONTEXT, HUNDRED, total
from kpisite.language.base import Flag, Id, Model, Number, Positive, Weight, Words
from kpisite.language.methods import METHODS, Indicator

if TYPE_CHECKING:
    AnyIndicator = Indicator
else:
    AnyIndicator = Annotated[reduce(or_, METHODS), Field(discriminator="method")]


class Section(Model):
    """A heading within a part, with its indicators; worth their points added up, and kept within
    `floor` and `cap` where these are stated, so that its rows may make up for one another."""

    id: Id
    name: Words
    points: Positive | None = None
    floor: Number | None = None
    cap: Number | None = None
    indicator: Annotated[tuple[AnyIndicator, ...], Field(min_length=1)]

    @property
    def added(self) -> Decimal:
        """What the indicators can give together."""
        return total(indicator.points for indicator in self.indicator)

    @property
    def most(self) -> Decimal:
        """The stated points, or those of the indicators together."""
        return self.points or self.added


class Part(Model):
    """A part of the form: indicators, or sections of them, and what they are worth together.

    With a `weight` the part has a scale of its own, and that share of 100 is what it can give;
    otherwise its points are added to the others'.  A `scaled` part is brought from what its rows
    add up to, to its stated points (F15).  A `factor` multiplies what the other parts come to by
    its own share of its points (F08); an `extra` part comes on top of the form's points (F18); a
    `shown` part stands on the form and counts for nothing (F04).
    """

    id: Id
    name: Words
    points: Positive | None = None
    weight: Weight | None = None
    role: Literal["score", "factor", "extra", "shown"] = "score"
    scaled: Flag = False
    floor: Number | None = None
    cap: Number | None = None
    section: tuple[Section, ...] = ()
    indicator: tuple[AnyIndicator, ...] = ()

    @property
    def rows(self) -> tuple[Section | Indicator, ...]:
        """What the part is made of, in the form's order: loose indicators, then sections."""
        return (*self.indicator, *self.section)

    @property
    def added(self) -> Decimal:
        """What the rows can give together, by points or, where they are weighted, of 100."""
        return total(worth(row) for row in self.rows)

    @property
    def most(self) -> Decimal:
        """The stated points, or those of the rows together."""
        return self.points or self.added


def worth(row: "Section | Indicator | Part") -> Decimal:
    """The most that `row` adds to what stands above it: its points, or its share of 100."""
    if isinstance(row, Section):
        return row.most
    if row.weight is not None:
        return CONTEXT.multiply(row.weight, HUNDRED)
    return row.most if isinstance(row, Part) else row.points
