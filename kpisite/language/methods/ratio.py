"""An actual figure against its target, pro rata (F15, F18)."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

from pydantic import Field

from kpisite.core.exact import CONTEXT, ONE, ZERO
from kpisite.core.fault import Issue, Source
from kpisite.core.formula import Formula, Given, Part, Product, Quotient, Within
from kpisite.core.text import Text
from kpisite.core.working import Kind, Working, derive
from kpisite.language.base import Amount, Flag, Id, Words
from kpisite.language.methods.base import Measured, Sheet, metric_working
from kpisite.language.share import Bound, Yield
from kpisite.language.units import Comparison, Placed


class Ratio(Measured):
    """The points times actual ÷ target, or target ÷ actual where lower is better, from nothing
    up to `cap`.  Where the divisor is zero, `zero-target` says what is earned."""

    says = Text(
        zh="按实际与目标之比计分，可设上限，可越低越好。",
        en="Points in proportion of the actual figure to its target.",
    )

    method: Literal["ratio"]
    actual: Id
    target: Id | Amount
    actual_name: Words | None = None
    target_name: Words | None = None
    lower_is_better: Flag = False
    cap: Bound = ONE
    zero_target: Yield | None = Field(
        default=None,
        description="The share earned where it would divide by zero: 100%, or, where lower is "
        "better, the cap",
    )

    @property
    def _share_of_zero(self) -> Decimal:
        """What no divisor earns: of a figure that is better the lower it is, none is the best."""
        if self.zero_target is not None:
            return self.zero_target
        return self.cap if self.lower_is_better and self.cap is not None else ONE

    def metrics(self) -> tuple[str, ...]:
        """The actual figure, and the target where the scheme does not state it."""
        return (self.actual, self.target) if isinstance(self.target, str) else (self.actual,)

    @property
    def most(self) -> Decimal:
        """The points times the cap."""
        return self.points if self.cap is None else CONTEXT.multiply(self.points, self.cap)

    def scheme_faults(self, at: Source) -> Iterator[Issue]:
        """A cap below the full points."""
        if self.cap is not None and self.cap < ONE:
            yield Issue(
                code="points-unreachable",
                at=at.at("cap"),
                facts={"indicator": self.name, "top": self.most, "points": self.points},
            )

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
            name = self.target_name or Text(zh="目标", en="Target")
            parts.append(metric_working(self.target, name, record.metrics[self.target], sheet.at))
            target = Part(1)
        else:
            target = Given(self.target.value, is_percent=self.target.is_percent)
        top, bottom = (target, Part(0)) if self.lower_is_better else (Part(0), target)
        share: Formula
        if bottom.value(parts) == ZERO:
            share = Given(self._share_of_zero, is_percent=True)
        else:
            share = Within(Quotient(top, bottom), ZERO, self.cap)
        formula = Product((share, Given(self.points)))
        return derive(self.id, Kind.INDICATOR, self.name, formula, tuple(parts), most=self.points)
