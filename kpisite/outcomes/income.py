"""What a year's wages come to, component by component (F10)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kpisite.core.formula import sum_of_parts
from kpisite.core.text import Text
from kpisite.core.working import Kind, Unit, Working, derive
from kpisite.outcomes.results import Result


@dataclass(frozen=True, slots=True, kw_only=True)
class Income:
    """One person's wages of a calendar year under one policy, to the cent and as far as there are
    months; `working` adds up the components, each of them the sum of its months."""

    year: int
    paid: tuple[Result, ...]
    working: Working

    @property
    def newest(self) -> Result:
        """The last month paid, whose policy names the components."""
        return self.paid[-1]


def incomes(results: Iterable[Result]) -> tuple[Income, ...]:
    """The incomes by year, policy and person, in this order."""
    paid: defaultdict[tuple[int, str, str], list[Result]] = defaultdict(list)
    for result in sorted(results, key=lambda one: one.month):
        if result.wage is not None and result.policy is not None:
            name = (result.month.year, result.policy.model.id, result.appraisee_id)
            paid[name].append(result)
    return tuple(
        Income(year=year, paid=tuple(months), working=_added_up(year, months))
        for (year, _, _), months in sorted(paid.items(), key=lambda one: one[0])
    )


def _added_up(year: int, months: Sequence[Result]) -> Working:
    lines: dict[str, list[Working]] = {}
    names: dict[str, Text] = {}
    for result in months:
        assert result.wage is not None
        for line in result.wage.parts:
            names[line.id] = line.label
            lines.setdefault(line.id, []).append(_of_month(result, line))
    parts = tuple(
        derive(id, Kind.PAY, names[id], sum_of_parts(len(amounts)), tuple(amounts), unit=Unit.MONEY)
        for id, amounts in lines.items()
    )
    label = Text(zh=f"{year} 年收入", en=f"Income of {year}")
    return derive("income", Kind.WAGE, label, sum_of_parts(len(parts)), parts, unit=Unit.MONEY)


def _of_month(result: Result, line: Working) -> Working:
    """A component's amount in one month, told on that month's scorecard."""
    month = str(result.month)
    return Working(
        id=month,
        kind=Kind.FIGURE,
        label=Text(zh=month, en=month),
        value=line.value,
        unit=Unit.MONEY,
    )
