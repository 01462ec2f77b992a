"""A figure picks the band, and a rater marks inside it (F13)."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from kpisite.core.captions import caption, signs
from kpisite.core.exact import compare
from kpisite.core.issue import Fact, Issue, Source
from kpisite.core.text import NO_TEXT, Text
from kpisite.core.working import Working
from kpisite.language.base import Id, Quantity, Words
from kpisite.language.clause import Clause, Names, clause
from kpisite.language.methods.bands import Band, unmarkable
from kpisite.language.methods.base import Marked
from kpisite.language.methods.marking import InPoints, Issues, points_issues
from kpisite.language.methods.sheet import mark_working
from kpisite.language.methods.steps import EDGES, RISING, Edged, edges_of
from kpisite.language.record import Mark, Record
from kpisite.language.units import Comparison


class MetricBand(Edged, Band):
    """A band and the figures that lead to it; the edges are those of a step."""

    @model_validator(mode="after")
    def _states_one_edge(self) -> "MetricBand":
        if sum(getattr(self, key) is not None for key in EDGES) > 1:
            raise PydanticCustomError("step-edges", "one edge")
        return self

    @property
    def edge(self) -> tuple[str, Quantity] | None:
        """The key of the edge and the figure at it."""
        for key in EDGES:
            amount = getattr(self, key)
            if amount is not None:
                return key, amount
        return None

    def takes(self, figure: Decimal) -> bool:
        """Whether a figure lies on this band's side of its edge."""
        if self.edge is None:
            return True
        key, amount = self.edge
        side = compare(figure, amount.value)
        return {"from_": side >= 0, "above": side > 0, "to": side <= 0, "below": side < 0}[key]


class MetricBands(Marked):
    """The first band, from the best, whose edge the figure reaches; the rater's mark lies in it."""

    says = caption("says-metric-bands")

    method: Literal["metric-bands"]
    metric: Id
    metric_name: Words | None = None
    bands: Annotated[tuple[MetricBand, ...], Field(min_length=1)]

    @property
    def is_marked_in_steps(self) -> bool:
        """Always."""
        return True

    @property
    def marking(self) -> InPoints:
        """Points of the bands, of which the figure picks one."""
        low = min(band.low for band in self.bands)
        return InPoints(low=low, most=self.most, step=self.step, is_picked=True)

    def metrics(self) -> tuple[str, ...]:
        """The figure that picks the band."""
        return (self.metric,)

    def clauses(self, names: Names) -> Iterator[Clause]:
        """The bands, and the figures that lead to them."""
        metric = self.metric_name or self.name
        for band in self.bands:
            picked = signs("{metric} {reached}", metric=metric, reached=band.reached)
            yield clause(picked, band.name, band.text, points=str(band.points))

    def band_for(self, record: Record) -> MetricBand | None:
        """The band that the record's figure picks."""
        figure = record.metrics.get(self.metric)
        if figure is None:
            return None
        return next((band for band in self.bands if band.takes(figure.value)), None)

    def scheme_issues(self, at: Source) -> Iterator[Issue]:
        """Edges out of order, figures that lead to no band, and full points out of reach."""
        for index, band in enumerate(self.bands[:-1]):
            if band.edge is None:
                yield Issue(code="step-dead", at=at.at("bands", index + 1))
        if self.bands[-1].edge is not None:
            last = at.at("bands", len(self.bands) - 1)
            yield Issue(code="bands-open", at=last, facts={"indicator": self.name})
        stated = [(i, band.edge) for i, band in enumerate(self.bands) if band.edge is not None]
        for (_, (before_key, before)), (index, (key, amount)) in pairwise(stated):
            rising = before_key in RISING
            if (key in RISING) != rising:
                yield Issue(code="steps-turn", at=at.at("bands", index))
            elif amount.is_percent != before.is_percent and amount.value and before.value:
                continue  # Of two units, which is reported, and then in no order.
            elif (amount.value >= before.value) if rising else (amount.value <= before.value):
                yield Issue(code="step-dead", at=at.at("bands", index))
        yield from unmarkable(self.bands, self.step, at)
        top = max(band.high for band in self.bands)
        if top != self.points:
            facts: dict[str, Fact] = {"indicator": self.name, "top": top, "points": self.points}
            yield Issue(code="points-unreachable", at=at.at("bands", 0), facts=facts)

    def comparisons(self, at: Source) -> Iterator[Comparison]:
        """The figure with every edge."""
        yield Comparison(
            name=self.name, metrics=(self.metric,), stated=edges_of(self.bands, at.at("bands"))
        )

    def mark_issues(self, mark: Mark, record: Record) -> Issues:
        """A mark outside the band that the figure picked."""
        issues = list(points_issues(mark, self.points, self.step))
        yield from issues
        band = self.band_for(record)
        if issues or band is None or not isinstance(mark, Decimal):
            return
        if not band.low <= mark <= band.high:
            figure = record.metrics[self.metric]
            yield (
                "mark-outside-picked-band",
                {"mark": mark, "band": str(band.points), "figure": figure.value},
            )

    def meaning(self, mark: Mark, record: Record) -> Text:
        """The text of the band that the figure picked, or its name."""
        band = self.band_for(record)
        return NO_TEXT if band is None else band.text or band.name or NO_TEXT

    def marked(self, rater: str, label: Text, mark: Mark, at: Source) -> Working:
        """The mark itself."""
        assert isinstance(mark, Decimal)
        return mark_working(rater, label, mark, at, most=self.points)
