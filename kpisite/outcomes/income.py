"""What a year's wages come to, component by component (F10)."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from kpisite.check.ground import Ground
from kpisite.core.captions import caption
from kpisite.core.formula import sum_of_parts
from kpisite.core.text import Text
from kpisite.core.working import Kind, Unit, Working, derive
from kpisite.outcomes.brief import Amount, Brief, BriefWage


@dataclass(frozen=True, slots=True, kw_only=True)
class Income:
    """One person's wages of a calendar year under one policy, to the cent and as far as there are
    months; `working` adds up the components, each of them the sum of its months, and `hidden` are
    those that only payroll and HR see."""

    year: int
    paid: tuple[Brief, ...]
    working: Working
    hidden: tuple[Working, ...] = ()

    @property
    def newest(self) -> Brief:
        """The last month paid, whose policy names the components."""
        return self.paid[-1]


def incomes(ground: Ground, briefs: Iterable[Brief]) -> tuple[Income, ...]:
    """The incomes by year, policy and person, in this order."""
    paid: defaultdict[tuple[int, str, str], list[Brief]] = defaultdict(list)
    for brief in sorted(briefs, key=lambda one: one.month):
        policy = ground.policy_at(brief.policy)
        if brief.wage is not None and policy is not None:
            paid[brief.month.year, policy.id, brief.appraisee_id].append(brief)
    return tuple(
        Income(
            year=year,
            paid=tuple(months),
            working=_added_up(year, months),
            hidden=_lines(months, lambda wage: wage.hidden),
        )
        for (year, _, _), months in sorted(paid.items(), key=lambda one: one[0])
    )


def _added_up(year: int, months: Sequence[Brief]) -> Working:
    parts = _lines(months, lambda wage: wage.amounts)
    label = caption("income-of-year", year=year)
    return derive("income", Kind.WAGE, label, sum_of_parts(len(parts)), parts, unit=Unit.MONEY)


def _lines(
    months: Sequence[Brief], amounts_of: Callable[[BriefWage], Iterable[Amount]]
) -> tuple[Working, ...]:
    """The components of some wages, each the sum of its months."""
    lines: dict[str, list[Working]] = {}
    names: dict[str, Text] = {}
    for brief in months:
        assert brief.wage is not None
        for amount in amounts_of(brief.wage):
            names[amount.id] = amount.label
            lines.setdefault(amount.id, []).append(_of_month(brief, amount))
    return tuple(
        derive(id, Kind.PAY, names[id], sum_of_parts(len(amounts)), tuple(amounts), unit=Unit.MONEY)
        for id, amounts in lines.items()
    )


def _of_month(brief: Brief, amount: Amount) -> Working:
    """A component's amount in one month, shown on that month's scorecard."""
    month = str(brief.month)
    return Working(
        id=month,
        kind=Kind.FIGURE,
        label=Text(zh=month, en=month),
        value=amount.value,
        unit=Unit.MONEY,
    )
