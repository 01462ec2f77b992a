"""The parts of a form, with their sections and indicators."""

from decimal import Decimal
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from kpisite.core.exact import product, total, whole_again
from kpisite.language.base import Flag, Id, Model, Number, Positive, Words
from kpisite.language.methods import METHODS, Indicator
from kpisite.language.share import Weight

if TYPE_CHECKING:
    AnyIndicator = Indicator
else:
    AnyIndicator = Annotated[reduce(or_, METHODS), Field(discriminator="method")]


class Section(Model):
    """A heading within a part, with its indicators; worth their points added up, and kept within
    `floor` and `cap` where these are stated, so that its rows may make up for one another."""

    named_in_file: ClassVar = True

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

    With a `weight` the part has a scale of its own, and that share of the form's is what it can
    give; otherwise its points are added to the others'.  A `scaled` part is brought from what its
    rows add up to, to its stated points (F15).  A `factor` multiplies what the other parts come to
    by its own share of its points (F08); an `extra` part comes on top of the form's points (F18); a
    `shown` part stands on the form and counts for nothing (F04).
    """

    named_in_file: ClassVar = True

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
    def has_own_scale(self) -> bool:
        """Whether what the rows come to counts as a share of what they could, and not as points."""
        return self.weight is not None or self.role == "factor"

    @property
    def weights(self) -> tuple[Decimal, ...]:
        """What its rows weigh; none where they stand by their points."""
        return tuple(one.weight for one in self.indicator if one.weight is not None)

    def added(self, scale: Decimal) -> Decimal:
        """What the rows can give together, by points or, where they are weighted, of `scale`."""
        return whole_again(total(worth(row, scale) for row in self.rows))

    def most(self, scale: Decimal) -> Decimal:
        """The stated points, or those of the rows together."""
        return self.points or self.added(scale)


def worth(row: "Section | Indicator | Part", scale: Decimal) -> Decimal:
    """The most that `row` adds to what stands above it: its points, or its share of `scale`."""
    if isinstance(row, Section):
        return row.most
    if row.weight is not None:
        return product((row.weight, scale))
    return row.most(scale) if isinstance(row, Part) else row.points
