"""An actual figure against its target, pro rata (F15, F18)."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

from pydantic import Field

from kpisite.core.captions import caption, signs
from kpisite.core.exact import CONTEXT, HUNDRED, ONE, ZERO, percent, plain
from kpisite.core.formula import Clamp, Constant, Formula, Operand, Product, Quotient
from kpisite.core.issue import Fact, Issue, Source
from kpisite.core.text import Text
from kpisite.core.working import Kind, Working, derive
from kpisite.language.base import Amount, Flag, Id, Quantity, Words
from kpisite.language.clause import Clause, Names, bounds, clause, figure_text, remark
from kpisite.language.methods.base import Measured
from kpisite.language.methods.sheet import Sheet, metric_working
from kpisite.language.record import Record
from kpisite.language.share import Bound, Yield
from kpisite.language.units import Comparison, Placed


class Ratio(Measured):
    """The points times actual ÷ target, or target ÷ actual where lower is better, from nothing
    up to `cap`.

    The divisor is above zero.  Where it is zero, `zero-target` says what is earned, and without
    that it is a fault; only where lower is better, and the target above zero, does an actual figure
    of zero earn the `cap`, as the figures next to it do.  A divisor below zero would turn losses
    into a ratio that is the better the larger they are, and is always a fault.
    """

    says = caption("says-ratio")

    method: Literal["ratio"]
    actual: Id
    target: Id | Amount
    actual_name: Words | None = None
    target_name: Words | None = None
    lower_is_better: Flag = False
    cap: Bound = ONE
    zero_target: Yield | None = Field(
        default=None,
        description="The share earned where it would divide by zero",
    )

    def _share_of_zero(self, target: Decimal) -> Decimal | None:
        """What no divisor earns, if the form says so: of a figure that is better the lower it is,
        none is as good as next to none."""
        if self.zero_target is None and self.lower_is_better and target > ZERO:
            return self.cap
        return self.zero_target

    def metrics(self) -> tuple[str, ...]:
        """The actual figure, and the target where the scheme does not state it."""
        return (self.actual, self.target) if isinstance(self.target, str) else (self.actual,)

    @property
    def most(self) -> Decimal:
        """The points times the cap."""
        return self.points if self.cap is None else CONTEXT.multiply(self.points, self.cap)

    @property
    def highest(self) -> Decimal | None:
        """The points times the cap, if there is one."""
        return None if self.cap is None else self.most

    def clauses(self, names: Names) -> Iterator[Clause]:
        """The points times one figure over the other, as the working shows it."""
        actual: Text = self.actual_name or self.name
        target: Text = self.target_name or caption("target")
        if isinstance(self.target, Quantity):
            stated = figure_text(self.target)
            target = signs("{target} {stated}", target=target, stated=stated)
        top, bottom = (target, actual) if self.lower_is_better else (actual, target)
        points = plain(self.points)
        yield clause(signs("{top} ÷ {bottom} × {points}", top=top, bottom=bottom, points=points))
        if self.cap is None:
            yield remark("rubric-no-cap")
        else:
            yield from bounds(None, self.most)
        if self.zero_target is not None:
            earned = plain(self.points * self.zero_target)
            yield remark("rubric-zero", figure=bottom, points=earned)

    def scheme_issues(self, at: Source) -> Iterator[Issue]:
        """A cap below the full points, or below what is earned of zero; a target that leads to no
        ratio."""
        facts: dict[str, Fact]
        if self.cap is not None and self.cap < ONE:
            facts = {"indicator": self.name, "top": self.most, "points": self.points}
            yield Issue(code="points-unreachable", at=at.at("cap"), facts=facts)
        if isinstance(self.target, Quantity) and self._is_out_of_use(self.target):
            facts = {"indicator": self.name, "target": plain(self.target.value)}
            yield Issue(code="target-not-positive", at=at.at("target"), facts=facts)
        if self.cap is not None and self.zero_target is not None and self.zero_target > self.cap:
            facts = {"share": percent(self.zero_target), "cap": percent(self.cap)}
            yield Issue(code="zero-target-above-cap", at=at.at("zero-target"), facts=facts)

    def _is_out_of_use(self, target: Quantity | str) -> bool:
        """Whether the form states a target that leads to no ratio: one of zero may where lower is
        better, if the form says what an actual figure of zero earns."""
        if isinstance(target, str) or target.value > ZERO:
            return False
        return target.value < ZERO or not self.lower_is_better or self.zero_target is None

    def record_issues(self, record: Record, at: Source) -> Iterator[Issue]:
        """A divisor of zero of which the form says nothing, or one below zero."""
        target = record.metrics.get(self.target) if isinstance(self.target, str) else self.target
        divisor = self.actual if self.lower_is_better else self.target
        figure = record.metrics.get(divisor) if isinstance(divisor, str) else None
        if target is None or figure is None or figure.value > ZERO:
            return
        if self._is_out_of_use(self.target):
            return
        here = at.at("metrics", str(divisor))
        facts: dict[str, Fact] = {"metric": str(divisor), "indicator": self.name, "id": self.id}
        if figure.value < ZERO:
            facts["value"] = plain(figure.value * HUNDRED if figure.is_percent else figure.value)
            yield Issue(code="divisor-below-zero", at=here, facts=facts)
        elif self._share_of_zero(target.value) is None:
            yield Issue(code="divisor-zero", at=here, facts=facts)

    def comparisons(self, at: Source) -> Iterator[Comparison]:
        """The actual figure with its target."""
        if isinstance(self.target, str):
            yield Comparison(name=self.name, metrics=(self.actual, self.target))
        else:
            stated = (Placed(self.target, at.at("target")),)
            yield Comparison(name=self.name, metrics=(self.actual,), stated=stated)

    def measured(self, sheet: Sheet) -> Working:
        """The share of the points that the figures earn."""
        record = sheet.record
        label = self.actual_name or self.name
        parts = [metric_working(self.actual, label, record.metrics[self.actual], sheet.at)]
        target: Formula
        if isinstance(self.target, str):
            name = self.target_name or caption("target")
            parts.append(metric_working(self.target, name, record.metrics[self.target], sheet.at))
            target = Operand(1)
        else:
            target = Constant(self.target.value, is_percent=self.target.is_percent)
        top, bottom = (target, Operand(0)) if self.lower_is_better else (Operand(0), target)
        share: Formula
        if bottom.value(parts) == ZERO:
            share_of_zero = self._share_of_zero(target.value(parts))
            assert share_of_zero is not None, "checked"
            share = Constant(share_of_zero, is_percent=True)
        else:
            share = Clamp(Quotient(top, bottom), ZERO, self.cap)
        formula = Product((share, Constant(self.points)))
        return derive(self.id, Kind.INDICATOR, self.name, formula, tuple(parts), most=self.points)
