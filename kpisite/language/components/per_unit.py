"""An amount for each of something: a bad review resolved, a point (F14, F17)."""

from collections.abc import Iterator
from typing import Literal

from kpisite.core.captions import caption, signs
from kpisite.core.exact import ZERO
from kpisite.core.formula import Constant, Difference, Operand, Product
from kpisite.core.issue import Issue, Source
from kpisite.core.working import Working
from kpisite.language.base import Id, Number, Positive, Quantity, Words
from kpisite.language.clause import Clause, clause, remark
from kpisite.language.components.base import Component, Grounds, Terms, amount_idle
from kpisite.language.grade import Grade
from kpisite.language.methods.sheet import metric_working
from kpisite.language.units import Comparison, Placed


class PerUnit(Component):
    """A figure of the record times an amount."""

    says = caption("says-per-unit")

    method: Literal["per-unit"]
    metric: Id
    metric_name: Words | None = None
    each: Number

    def metrics(self) -> tuple[str, ...]:
        """The figure."""
        return (self.metric,)

    def clauses(self, terms: Terms) -> Iterator[Clause]:
        """The figure times the amount."""
        metric = self.metric_name or self.name
        yield clause(signs("{metric} × {each}", metric=metric, each=terms.money.said(self.each)))

    def policy_issues(self, grades: tuple[Grade, ...], at: Source) -> Iterator[Issue]:
        """An amount of nothing."""
        if self.each == ZERO:
            yield amount_idle(self.name, "each", at.at("each"))

    def comparisons(self, at: Source) -> Iterator[Comparison]:
        """The figure, which counts units, and the amount for one of them: at 10, 95% may mean
        9.50 as well as 950."""
        each = Placed(Quantity(self.each), at.at("each"))
        yield Comparison(name=self.name, metrics=(self.metric,), given=each)

    def working(self, grounds: Grounds) -> Working:
        """The amount, to the cent."""
        figure = grounds.record.metrics[self.metric]
        label = self.metric_name or self.name
        part = metric_working(self.metric, label, figure, grounds.record_at)
        formula = grounds.money.rounds(Product((Operand(0), Constant(self.each))))
        return self.line(formula, (part,), grounds)


class PerPoint(Component):
    """The points that tallies, steps and distances put on, less those they took off, each worth
    `each`; as a pool counts them."""

    says = caption("says-per-point")

    fines = True

    method: Literal["points"]
    each: Positive

    def clauses(self, terms: Terms) -> Iterator[Clause]:
        """The amount for a point."""
        yield remark("pay-each", amount=terms.money.said(self.each))

    def working(self, grounds: Grounds) -> Working:
        """The amount, to the cent; it may be negative."""
        off, on = grounds.moved()
        parts = (on, off)
        points = Difference(Operand(0), Operand(1))
        formula = grounds.money.rounds(Product((points, Constant(self.each))))
        return self.line(formula, parts, grounds)
