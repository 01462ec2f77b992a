"""Points lost for each step away from a target, whole or pro rata."""

from collections.abc import Iterator
from decimal import Decimal
from functools import cached_property
from typing import Literal

from pydantic import Field

from kpisite.core.captions import caption
from kpisite.core.exact import ZERO, plain
from kpisite.core.formula import (
    Clamp,
    Constant,
    Difference,
    Floor,
    Formula,
    Operand,
    Product,
    Quotient,
    Sum,
)
from kpisite.core.issue import Fact, Issue, Source
from kpisite.core.working import Kind, Working, derive
from kpisite.language.base import Amount, Flag, Id, Positive, Words
from kpisite.language.clause import Clause, Names, clause, figure_text, remark
from kpisite.language.methods.base import Measured
from kpisite.language.methods.sheet import Sheet, metric_working
from kpisite.language.units import Comparison, Placed


class Distance(Measured):
    """Full points at the target; on the worse side of it, `loses` points for `every` so much away.

    `worse` says which side that is.  With `whole` only full steps count, otherwise parts of one
    count pro rata.  No more than `most-lost` is taken, by default all of the points.
    """

    says = caption("says-distance")

    method: Literal["distance"]
    metric: Id
    metric_name: Words | None = None
    target: Amount
    worse: Literal["below", "above", "either"]
    every: Amount
    loses: Positive
    whole: Flag = Field(default=True, description="Only full steps count")
    most_lost: Positive | None = None

    def metrics(self) -> tuple[str, ...]:
        """The one figure."""
        return (self.metric,)

    @property
    def start_at(self) -> Decimal:
        """The full points."""
        return self.points

    def clauses(self, names: Names) -> Iterator[Clause]:
        """What each step away from the target takes, and the most that all of them do."""
        away = caption(
            f"rubric-distance-{self.worse}",
            metric=self.metric_name or self.name,
            target=figure_text(self.target),
            every=figure_text(self.every),
        )
        yield clause(away, points=f"−{plain(self.loses)}")
        yield remark("rubric-whole-steps" if self.whole else "rubric-pro-rata")
        if self.most_lost is not None:
            yield remark("rubric-most", most=plain(self.most_lost))

    def scheme_issues(self, at: Source) -> Iterator[Issue]:
        """A step of nothing, and more to lose than there is."""
        facts: dict[str, Fact]
        if self.every.value <= ZERO:
            yield Issue(code="step-not-positive", at=at.at("every"))
        if self.most_lost is not None and self.most_lost < self.loses:
            facts = {"rule": self.name, "points": self.loses, "most": self.most_lost}
            yield Issue(code="most-below-one", at=at.at("most-lost"), facts=facts)
        if self.most_lost is not None and self.most_lost > self.points:
            facts = {
                "indicator": self.name,
                "lost": self.most_lost,
                "points": self.points,
            }
            yield Issue(code="loses-too-much", at=at.at("most-lost"), facts=facts)

    def comparisons(self, at: Source) -> Iterator[Comparison]:
        """The figure, its target, and the step by which the way between them is measured."""
        yield Comparison(
            name=self.name,
            metrics=(self.metric,),
            stated=(Placed(self.target, at.at("target")), Placed(self.every, at.at("every"))),
        )

    @cached_property
    def formula(self) -> Formula:
        """Over part 0, the figure."""
        target = Constant(self.target.value, is_percent=self.target.is_percent)
        below = Clamp(Difference(target, Operand(0)), floor=ZERO)
        above = Clamp(Difference(Operand(0), target), floor=ZERO)
        sides: dict[str, Formula] = {
            "below": below,
            "above": above,
            "either": Sum((below, above)),
        }
        step = Constant(self.every.value, is_percent=self.every.is_percent)
        steps: Formula = Quotient(sides[self.worse], step)
        if self.whole:
            steps = Floor(steps)
        most = self.points if self.most_lost is None else self.most_lost
        lost = Clamp(Product((steps, Constant(self.loses))), cap=most)
        return Difference(Constant(self.points), lost)

    def measured(self, sheet: Sheet) -> Working:
        """The points left."""
        figure = sheet.record.metrics[self.metric]
        part = metric_working(self.metric, self.metric_name or self.name, figure, sheet.at)
        return derive(self.id, Kind.INDICATOR, self.name, self.formula, (part,), most=self.points)
