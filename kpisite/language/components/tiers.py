"""A commission whose rate depends on how far an actual figure exceeds a plan (F03, F10)."""

from collections.abc import Iterator
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from kpisite.core.captions import caption, signs
from kpisite.core.exact import ONE, ZERO, percent
from kpisite.core.formula import (
    Clamp,
    Constant,
    Difference,
    Edge,
    Formula,
    Lookup,
    LookupRow,
    Minimum,
    Operand,
    Product,
    Sum,
    readable,
    sum_of_parts,
)
from kpisite.core.issue import Fact, Issue, Source
from kpisite.core.month import Month, Per, Period
from kpisite.core.text import Text
from kpisite.core.working import Kind, Unit, Working, derive
from kpisite.language.base import Flag, Id, Model, Number, Quantity, Words
from kpisite.language.clause import Clause, clause, remark
from kpisite.language.components.base import Component, Grounds, MonthFigures, Terms, amount_idle
from kpisite.language.grade import Grade
from kpisite.language.methods.sheet import metric_working
from kpisite.language.share import Multiple, Portion
from kpisite.language.units import Comparison, Placed

MONEY = caption("commission")


class Tier(Model):
    """A rate, and where it begins: at a multiple of the plan plus an amount.

    `from = "100%"` is the plan itself or more; `above = "100%", plus = 50_000` is more than the
    plan and 50,000.  A tier with no edge holds below the others.
    """

    from_: Multiple | None = None
    above: Multiple | None = None
    plus: Number = ZERO
    rate: Portion

    @model_validator(mode="after")
    def _states_one_edge(self) -> "Tier":
        if self.from_ is not None and self.above is not None:
            raise PydanticCustomError("step-edges", "one edge")
        return self

    @property
    def times(self) -> Decimal | None:
        """The multiple of the plan at which the tier begins."""
        return self.from_ if self.from_ is not None else self.above

    def beyond(self, plan: Text) -> Text | None:
        """Where it begins, `> Planned sales + 50,000`; None where it begins at nothing."""
        if self.times is None:
            return None
        return signs(
            "{sign} {plan}{times}{plus}",
            sign="≥" if self.from_ is not None else ">",
            plan=plan,
            times="" if self.times == ONE else f" × {percent(self.times)}",
            plus="" if self.plus == ZERO else f" + {readable(self.plus)}",
        )


class Tiers(Component):
    """The actual figure times the rate of the tier it reaches; the rate applies to all of it, or,
    where `slices` is set, each slice earns the rate of its own tier.  Per quarter or year, the
    figures of its months are added up and paid in its last, or in the last of the employment.

    A plan is above zero: every multiple of none is none, so that anything would reach the highest
    tier.  Where it is zero and something was done, `zero-plan` is the rate."""

    says = caption("says-tiers")

    method: Literal["tiers"]
    actual: Id
    plan: Id
    actual_name: Words
    plan_name: Words
    tiers: Annotated[tuple[Tier, ...], Field(min_length=1)]
    slices: Flag = False
    zero_plan: Portion | None = Field(
        default=None, description="The rate on all of it where the plan is zero"
    )
    per: Per = "month"

    def metrics(self) -> tuple[str, ...]:
        """The actual figure and the plan."""
        return (self.actual, self.plan)

    @property
    def summed_over(self) -> Per:
        """As it says."""
        return self.per

    def clauses(self, terms: Terms) -> Iterator[Clause]:
        """The tiers from the lowest, whether they are slices, and what holds without a plan."""
        for tier in reversed(self.tiers):
            beyond = tier.beyond(self.plan_name)
            reached = (
                caption("rubric-rest")
                if beyond is None
                else signs("{actual} {beyond}", actual=self.actual_name, beyond=beyond)
            )
            yield clause(reached, points=percent(tier.rate))
        if len(self.tiers) > 1:
            yield remark("pay-slices" if self.slices else "pay-whole", actual=self.actual_name)
        if self.zero_plan is not None:
            yield remark("pay-zero-plan", plan=self.plan_name, rate=percent(self.zero_plan))

    def policy_issues(self, grades: tuple[Grade, ...], at: Source) -> Iterator[Issue]:
        """Tiers out of order, or with no rate below the first edge."""
        rates = {tier.rate for tier in self.tiers}
        if rates == {ZERO} and not self.zero_plan:
            yield amount_idle(self.name, "rate", at.at("tiers"))
        elif len(rates) == 1 and len(self.tiers) > 1:
            facts: dict[str, Fact] = {"name": self.name, "value": percent(self.tiers[0].rate)}
            yield Issue(code="steps-alike", at=at.at("tiers"), facts=facts)
        if self.tiers[0].times is not None:
            yield Issue(code="tiers-open-below", at=at.at("tiers", 0))
        for index, tier in enumerate(self.tiers[1:], 1):
            before = self.tiers[index - 1]
            edge = (tier.times, tier.plus)
            is_after = before.times is None or (edge != _edge_of(before) and _rises(before, tier))
            if tier.times is None or not is_after:
                yield Issue(code="tiers-order", at=at.at("tiers", index))

    def comparisons(self, at: Source) -> Iterator[Comparison]:
        """The actual figure and the plan, of which the rates make money."""
        money = Placed(Quantity(ONE), at.at("method"), MONEY)
        yield Comparison(name=self.name, metrics=(self.actual, self.plan), given=money)

    @cached_property
    def formula(self) -> Formula:
        """Over part 0, the actual figure, and part 1, the plan; not yet rounded."""
        if self.slices:
            return Sum(tuple(self._slice(index) for index in range(len(self.tiers))))
        rows = tuple(
            LookupRow(_edge_formula(tier), Constant(tier.rate, is_percent=True))
            for tier in reversed(self.tiers)
        )
        return Product((Operand(0), Lookup(Operand(0), rows)))

    def _slice(self, index: int) -> Formula:
        """What lies between this tier's edge and the next, at this tier's rate."""
        low = _bound(self.tiers[index])
        over: Formula = Operand(0)
        if index + 1 < len(self.tiers):
            high = _bound(self.tiers[index + 1])
            assert high is not None
            over = Minimum(Operand(0), high)
        if low is not None:
            over = Clamp(Difference(over, low), floor=ZERO)
        return Product((over, Constant(self.tiers[index].rate, is_percent=True)))

    def working(self, grounds: Grounds) -> Working:
        """The commission on the two figures of the month, or of the period that ends with it."""
        period = Period(grounds.record.month, self.per)
        if not period.is_whole and not grounds.leaves:
            return self.line(Sum(()), (), grounds)
        first, own = (
            period.first,
            grounds.period.first,
        )  # a quarter's own record takes in its months
        months = [one for one in grounds.earlier if first <= one.month < own]
        months.append(grounds.figures)
        figures = (
            _figure(self.actual, self.actual_name, months),
            _figure(self.plan, self.plan_name, months),
        )
        formula = self.formula
        if figures[1].value == ZERO and self.zero_plan is not None:
            formula = Product((Operand(0), Constant(self.zero_plan, is_percent=True)))
        return self.line(grounds.money.rounds(formula), figures, grounds)

    def plan_lacked(self, made: Working) -> str:
        """The plan, where it is below zero, or zero and nothing says what is paid then."""
        if len(made.parts) < 2:
            return ""
        actual, plan = (part.value for part in made.parts)
        is_lacked = plan < ZERO or (plan == ZERO and actual != ZERO and self.zero_plan is None)
        return self.plan if is_lacked else ""


def _figure(metric: str, name: Text, months: list[MonthFigures]) -> Working:
    """The month's figure, or the sum of those of several."""
    parts = tuple(
        metric_working(metric, _in_month(name, one.month, len(months)), one.figures[metric], one.at)
        for one in months
        if metric in one.figures
    )
    if len(parts) == 1:
        return parts[0]
    formula = sum_of_parts(len(parts))
    return derive(metric, Kind.STEP, name, formula, parts, unit=Unit.FIGURE)


def _in_month(name: Text, month: Month, count: int) -> Text:
    if count == 1:
        return name
    return caption("label-and-value", label=month, value=name)


def _edge_of(tier: Tier) -> tuple[Decimal, Decimal]:
    return (tier.times or ZERO, tier.plus)


def _rises(before: Tier, tier: Tier) -> bool:
    """Whether a tier begins above another whatever the plan, by its multiple or by what is added
    to it."""
    times, plus = _edge_of(tier)
    return times >= (before.times or ZERO) and (plus >= before.plus)


def _bound(tier: Tier) -> Formula | None:
    if tier.times is None:
        return None
    plan: Formula = Operand(1)
    if tier.times != ONE:
        plan = Product((plan, Constant(tier.times, is_percent=True)))
    return plan if tier.plus == ZERO else Sum((plan, Constant(tier.plus)))


def _edge_formula(tier: Tier) -> Edge | None:
    bound = _bound(tier)
    if bound is None:
        return None
    return Edge("≥" if tier.from_ is not None else ">", bound)
