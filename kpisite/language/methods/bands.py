"""Points inside the bands of a rubric (F02, F11, F20, F22)."""

import re
from collections.abc import Iterator, Sequence
from decimal import ROUND_CEILING, Decimal
from typing import Annotated, Any, Literal

from pydantic import Field, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from kpisite.core.captions import caption
from kpisite.core.exact import ONE, ZERO, plain
from kpisite.core.issue import Fact, Issue, Source
from kpisite.core.text import NO_TEXT, Text
from kpisite.core.working import Working
from kpisite.language.base import DIGITS, NUMBER_SCHEMA, Flag, Model, Words, exact_number
from kpisite.language.clause import Clause, Names, clause
from kpisite.language.methods.base import Marked
from kpisite.language.methods.marking import InPoints, Issues, points_issues
from kpisite.language.methods.sheet import mark_working
from kpisite.language.record import Mark, Record

_WRITTEN_SPAN = rf" *({DIGITS}) *(?:[-–—~～] *({DIGITS}) *)?"
_SPAN = re.compile(_WRITTEN_SPAN)


class Span(tuple[Decimal, Decimal]):
    """The lowest and the highest mark of a band, both included."""

    __slots__ = ()

    def __str__(self) -> str:
        """As on the form: `3–4`, or `5` for a band of one mark."""
        low, high = self
        return plain(low) if low == high else f"{plain(low)}–{plain(high)}"


def _span(value: Any) -> Span:
    if isinstance(value, Span):
        return value
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        value = plain(exact_number(value))
    found = _SPAN.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise PydanticCustomError("span", 'a band such as "3-4" or "5"')
    low = exact_number(Decimal(found[1]))
    high = exact_number(Decimal(found[2])) if found[2] else low
    if high < low:
        low, high = high, low
    return Span((low, high))


class Band(Model):
    """One level of a rubric: the marks it holds, and what it takes to be there."""

    points: Annotated[
        Span,
        PlainValidator(_span),
        WithJsonSchema(
            {
                "anyOf": [
                    {"type": "string", "pattern": f"^{_WRITTEN_SPAN}$"},
                    NUMBER_SCHEMA | {"minimum": 0},
                ]
            }
        ),
    ]
    name: Words | None = None
    text: Words | None = None

    @property
    def low(self) -> Decimal:
        """The lowest mark."""
        return self.points[0]

    @property
    def high(self) -> Decimal:
        """The highest mark."""
        return self.points[1]


def unmarkable(bands: Sequence[Band], step: Decimal, at: Source) -> Iterator[Issue]:
    """Bands in which no multiple of the step lies, so that no mark is ever in them; `at` is the
    indicator's entry."""
    for index, band in enumerate(bands):
        first = (band.low / step).to_integral_value(rounding=ROUND_CEILING) * step
        if first > band.high:
            facts: dict[str, Fact] = {"band": str(band.points), "step": step}
            yield Issue(code="band-between-steps", at=at.at("bands", index), facts=facts)


class Bands(Marked):
    """The rater gives points inside one band of a rubric, in whole steps.

    Bands stand from the best to the worst, in whole points: 28–34 follows 35–39, and where half
    points may be given, 34.5 is in neither.  Two bands may share an edge, and the upper one then
    holds it.  A form that leaves marks out on purpose says `gaps = true`.
    """

    says = caption("says-bands")

    method: Literal["bands"]
    bands: Annotated[tuple[Band, ...], Field(min_length=1)]
    gaps: Flag = Field(default=False, description="Marks between bands are left out on purpose")

    @property
    def is_marked_in_steps(self) -> bool:
        """Always."""
        return True

    @property
    def marking(self) -> InPoints:
        """Points of the bands."""
        low = min(band.low for band in self.bands)
        return InPoints(low=low, most=self.most, step=self.step)

    def clauses(self, names: Names) -> Iterator[Clause]:
        """The bands, from the best to the worst."""
        for band in self.bands:
            yield clause(band.name, band.text, points=str(band.points))

    def band_of(self, mark: Decimal) -> Band | None:
        """The uppermost band that holds `mark`."""
        for band in self.bands:
            if band.low <= mark <= band.high:
                return band
        return None

    def scheme_issues(self, at: Source) -> Iterator[Issue]:
        """Bands out of order, overlapping, apart, or short of the points or of zero."""
        for index, (upper, lower) in enumerate(zip(self.bands, self.bands[1:], strict=False), 1):
            here, there = at.at("bands", index), at.at("bands", index - 1)
            facts = {"upper": str(upper.points), "lower": str(lower.points)}
            if lower.high > upper.low:
                yield Issue(code="bands-overlap", at=here, facts=facts, also=(there,))
            elif not self.gaps and lower.high < upper.low - max(self.step, ONE):
                yield Issue(code="bands-gap", at=here, facts=facts, also=(there,))
        yield from unmarkable(self.bands, self.step, at)
        top, bottom = self.bands[0].high, self.bands[-1].low
        if top != self.points:
            facts_of_top: dict[str, Fact] = {
                "indicator": self.name,
                "top": top,
                "points": self.points,
            }
            yield Issue(code="points-unreachable", at=at.at("bands", 0), facts=facts_of_top)
        if bottom != ZERO and not self.gaps:
            last = at.at("bands", len(self.bands) - 1)
            facts_of_bottom: dict[str, Fact] = {"indicator": self.name, "bottom": bottom}
            yield Issue(code="bands-above-zero", at=last, facts=facts_of_bottom)

    def mark_issues(self, mark: Mark, record: Record) -> Issues:
        """A mark that is no number, out of bounds, between two steps or between two bands."""
        issues = list(points_issues(mark, self.points, self.step))
        yield from issues
        if not issues and isinstance(mark, Decimal) and self.band_of(mark) is None:
            spans = tuple(str(band.points) for band in self.bands)
            yield "mark-outside-bands", {"mark": mark, "bands": spans}

    def meaning(self, mark: Mark, record: Record) -> Text:
        """The text of the band that holds the mark, or its name."""
        band = self.band_of(mark) if isinstance(mark, Decimal) else None
        return NO_TEXT if band is None else band.text or band.name or NO_TEXT

    def marked(self, rater: str, label: Text, mark: Mark, at: Source) -> Working:
        """The mark itself; its band gives it its name."""
        assert isinstance(mark, Decimal)
        return mark_working(rater, label, mark, at, most=self.points)
