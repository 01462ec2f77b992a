"""A figure's rank within a group (F18: share of team sales)."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

from kpisite.core.captions import caption
from kpisite.core.exact import ONE, settle
from kpisite.core.formula import Constant, Difference, Formula, Operand, Product, Quotient
from kpisite.core.issue import Source
from kpisite.core.working import Kind, Unit, Working, derive
from kpisite.language.base import Flag, Id, Words
from kpisite.language.clause import Clause, Names, clause, remark
from kpisite.language.methods.base import Measured
from kpisite.language.methods.indicator import Surroundings
from kpisite.language.methods.sheet import Sheet, Within, metric_working
from kpisite.language.units import Comparison


class Rank(Measured):
    """The first of the group has all points, the last none, those between pro rata:
    points × (n − rank) ÷ (n − 1).

    Equals share the better rank; whoever is alone is first.  The working shows the rank and how
    many were ranked, and nobody else's figure.
    """

    says = caption("says-rank")

    looks_at = frozenset[Surroundings]({"records"})

    method: Literal["rank"]
    metric: Id
    metric_name: Words | None = None
    within: Within = "scheme"
    lower_is_better: Flag = False

    def metrics(self) -> tuple[str, ...]:
        """The figure that is ranked."""
        return (self.metric,)

    def ranks(self) -> tuple[tuple[Within, str], ...]:
        """The figure, in its group."""
        return ((self.within, self.metric),)

    def clauses(self, names: Names) -> Iterator[Clause]:
        """The group, and who is first in it."""
        yield remark(
            "rubric-rank",
            metric=self.metric_name or self.name,
            group=caption(f"within-{self.within}"),
            order=caption("rank-up" if self.lower_is_better else "rank-down"),
        )
        yield clause(self.says)

    def comparisons(self, at: Source) -> Iterator[Comparison]:
        """The figure, with those of the others in the group."""
        yield Comparison(name=self.name, metrics=(self.metric,))

    def measured(self, sheet: Sheet) -> Working:
        """The points of the rank."""
        own = sheet.record.metrics[self.metric]
        values = sheet.figures(self.within, self.metric).values
        ahead = bisect_left(values, settle(own.value))
        if not self.lower_is_better:
            ahead = len(values) - bisect_right(values, settle(own.value))
        metric = metric_working(self.metric, self.metric_name or self.name, own, sheet.at)
        rank = Working(
            id=f"{self.id}-rank",
            kind=Kind.FIGURE,
            label=caption("rank"),
            value=Decimal(ahead + 1),
            unit=Unit.FIGURE,
            parts=(metric,),
            sources=metric.sources,
        )
        count = Working(
            id=f"{self.id}-count",
            kind=Kind.FIGURE,
            label=caption("people-ranked"),
            value=Decimal(len(values)),
            unit=Unit.FIGURE,
        )
        formula: Formula = Constant(self.points)
        if len(values) > 1:
            share = Quotient(
                Difference(Operand(1), Operand(0)), Difference(Operand(1), Constant(ONE))
            )
            formula = Product((Constant(self.points), share))
        return derive(self.id, Kind.INDICATOR, self.name, formula, (rank, count), most=self.points)
