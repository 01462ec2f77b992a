"""Amounts that stand elsewhere: the base salary, awards, a share of a pool (F09, F14, F16)."""

from collections.abc import Iterator
from typing import Literal

from kpisite.core.captions import caption
from kpisite.core.exact import ZERO
from kpisite.core.formula import Operand, Sum, sum_of_parts
from kpisite.core.issue import Source
from kpisite.core.month import Month, Period
from kpisite.core.working import Working
from kpisite.language.clause import Clause, remark
from kpisite.language.components.base import Component, Grounds, Terms
from kpisite.language.components.by_days import ByDays

BASE_SALARY = caption("base-salary")


def base_salary(grounds: Grounds) -> Working:
    """The base salary that the pay file states for the month; none where it states none."""
    index = None if grounds.pay is None else grounds.pay.salary_in(grounds.record.month)
    amount = ZERO
    sources: tuple[Source, ...] = ()
    if grounds.pay is not None and index is not None:
        amount = grounds.pay.salary[index].amount
        sources = (grounds.pay_at.at("salary", index, "amount"),)
    return grounds.money.figure("base-salary", BASE_SALARY, amount, sources=sources)


class BaseSalary(ByDays):
    """The dated base salary of the pay file, for the days served of the month."""

    says = caption("says-base-salary")

    method: Literal["salary"]

    def gives_out(self) -> str:
        """The base salary."""
        return "salary"

    def base_salary_needed(self) -> bool:
        """Always."""
        return True

    def working(self, grounds: Grounds) -> Working:
        """The base salary itself, or as much of it as is due."""
        formula, parts = self.by_days(Operand(0), (base_salary(grounds),), grounds)
        return self.line(grounds.money.rounds(formula), parts, grounds)

    def months_of(self, period: Period) -> tuple[Month, ...]:
        """It is paid for the month, on a quarter's form too."""
        return (period.last,)


class Awards(Component):
    """The awards of the policy that are due this month."""

    says = caption("says-awards")

    method: Literal["awards"]

    def gives_out(self) -> str:
        """The awards."""
        return "awards"

    def working(self, grounds: Grounds) -> Working:
        """Each award with the months that earned it."""
        formula = sum_of_parts(len(grounds.awards))
        return self.line(formula, grounds.awards, grounds)


class PoolShare(Component):
    """The person's part of the department's pool: the reward of the best, and an even share."""

    says = caption("says-pool-share")

    method: Literal["pool"]

    def gives_out(self) -> str:
        """The pool."""
        return "pool"

    def clauses(self, terms: Terms) -> Iterator[Clause]:
        """What a point is worth, and what goes to the best."""
        if terms.pool is not None:
            said = terms.money.said
            each, best = said(terms.pool.per_point), said(terms.pool.best)
            yield remark("pay-pool", amount=each, best=best)

    def working(self, grounds: Grounds) -> Working:
        """The part, or nothing where there is no pool."""
        parts = () if grounds.pool is None else (grounds.pool,)
        formula = Operand(0) if parts else Sum(())
        return self.line(formula, parts, grounds)
