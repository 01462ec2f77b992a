"""What every pay component has in common: its line on the wage, and the grounds it reads."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from decimal import Decimal
from types import MappingProxyType
from typing import ClassVar, Literal

from pydantic import Field

from kpisite.core.exact import ZERO
from kpisite.core.formula import Formula
from kpisite.core.immutable import immutable
from kpisite.core.issue import Issue, Source
from kpisite.core.money import YUAN, Money
from kpisite.core.month import Month, Per, Period
from kpisite.core.text import Text
from kpisite.core.working import Kind, Working
from kpisite.language.base import Id, Model, Quantity, Words, name_beside
from kpisite.language.clause import Clause, Names
from kpisite.language.consequence import Pool
from kpisite.language.grade import Grade
from kpisite.language.part_month import PartMonth
from kpisite.language.project import Project
from kpisite.language.quota import Within
from kpisite.language.record import Record
from kpisite.language.staff import Employee, Pay
from kpisite.language.units import Comparison

#: To whom the cents go that do not divide: by largest remainder, or from the highest key down.
Odd = Literal["largest-remainder", "highest"]
#: Why nobody is given a part; with `nothing` there is none to give.
Unsplit = Literal["", "nothing", "empty", "negative", "amounts", "unknown"]


@immutable
class Share:
    """Somebody's part of an amount that a group splits by a key: all the keys together, among so
    many people, and the odd `cent` that falls to it, of the money's last place."""

    keys: Decimal = ZERO
    people: int = 0
    cent: Decimal = ZERO
    why: Unsplit = ""
    lacking: str = ""
    """Of the figures that it goes by, the first that somebody of the group has none of."""
    of: str = ""
    """Who that is."""


@immutable
class MonthFigures:
    """The figures of one record, and where it stands."""

    month: Month
    figures: Mapping[str, Quantity]
    at: Source


def _no_figure(_: str) -> Working | None:
    return None


@immutable
class Grounds:
    """All that one person's pay of one month may be computed from."""

    record: Record
    record_at: Source
    period: Period
    """The months that the record is about, of which its own is the last."""
    earlier: tuple[MonthFigures, ...]
    """The person's figures of the calendar year's months before, in order."""
    employee: Employee
    employee_at: Source
    part_month: PartMonth | None
    """What the policy states of months that were served in part."""
    leaves: bool = False
    """Whether the month is the last of the employment."""
    money: Money = YUAN
    total: Working
    grade: Grade | None
    grade_at: Source
    pay: Pay | None
    pay_at: Source
    awards: tuple[Working, ...] = ()
    pool: Working | None = None
    """The person's part of the department's pool."""
    projects: tuple[tuple[Project, Source], ...] = ()
    """The projects of the month whose bonuses are shared."""
    figure: Callable[[str], Working | None] = _no_figure
    """Gives a figure of the policy."""
    shares: Mapping[str, Share] = field(default_factory=dict)
    """The person's part of what is split, by the component that splits it."""
    moved: Callable[[], tuple[Working, Working]]
    """Gives the points that the rows took off, and those that they put on."""

    @property
    def figures(self) -> MonthFigures:
        """The figures of the record itself."""
        return MonthFigures(month=self.record.month, figures=self.record.metrics, at=self.record_at)


@immutable
class SplitAmong:
    """An amount that is shared out `within` a group by a key, both figures of the policy; and to
    whom the cents go that do not divide."""

    amount: str
    by: str
    within: Within
    odd: Odd


@immutable
class Terms:
    """What a line of the pay says its amounts in: what figures are called, the policy's money, and
    the pool, if it has one."""

    names: Names
    money: Money
    pool: Pool | None

    def name(self, figure: str) -> str:
        """What a figure is called; its id where it has no name."""
        return self.names.get(figure, figure)


def amount_idle(name: Text, key: str, at: Source) -> Issue:
    """A line of the wage that is nothing whatever the month brings, because `key` is."""
    return Issue(code="amount-idle", at=at, facts={"component": name, "key": key})


class Component(Model):
    """One line of the wage, rounded once to the places of its currency."""

    #: Stands under the component's name in the documentation.
    says: ClassVar[Text]
    #: Whether points that were taken off are taken from the wage, which the law may call a fine.
    fines: ClassVar[bool] = False
    #: Whether less is due where the employment began or ended within its months.
    follows_days: ClassVar[bool] = False

    id: Id
    name: Words
    shown_to: Literal["person", "payroll"] = Field(
        default="person", description="Whoever sees the person's pay, or payroll and HR alone"
    )

    @property
    def is_of_payroll(self) -> bool:
        """Whether only payroll and HR see it, so that it stands in no wage that others see."""
        return self.shown_to == "payroll"

    def metrics(self) -> tuple[str, ...]:
        """The ids of the figures of the record that it needs."""
        return ()

    def figure_name(self, metric: str) -> Text:
        """What one of these figures is called where it is asked for: as the line calls it, or as
        the line is called; not so where whoever is asked does not see that line."""
        called = Text(zh=metric, en=metric) if self.is_of_payroll else self.name
        return name_beside(self, metric) or called

    def figures_by_key(self) -> Mapping[str, str]:
        """The ids of the figures of the policy that it needs, by the keys that name them."""
        return MappingProxyType({})

    def figures(self) -> tuple[str, ...]:
        """The ids of the figures of the policy that it needs."""
        return tuple(self.figures_by_key().values())

    @property
    def split(self) -> SplitAmong | None:
        """How it shares out an amount among a group, where it does."""
        return None

    @property
    def summed_over(self) -> Per | None:
        """The period whose figures are added up and paid in its last month; within a month, those
        of several posts.  None where it adds none up."""
        return None

    @property
    def grade_column(self) -> Literal["", "salary", "bonus"]:
        """The column of amounts of the grade table that it pays by, or nothing."""
        return ""

    def held_against_total(self) -> Mapping[str, Decimal]:
        """The points that it holds the total against, by the keys that state them."""
        return MappingProxyType({})

    def months_of(self, period: Period) -> tuple[Month, ...]:
        """The months that the amount stands for: those of the calendar's month, quarter or year."""
        return period.whole_months

    def part_month_rule(self, stated: PartMonth | None) -> PartMonth | None:
        """How days served count, where it follows them (`follows_days`): by a rule of its own, or
        else by the one that the policy has stated."""
        return None

    def base_salary_needed(self) -> bool:
        """Whether it is computed from the base salary of the pay file."""
        return False

    def reads_pay(self) -> bool:
        """Whether it rests on files in `records/pay/`, which may live in another repository."""
        return self.base_salary_needed()

    def gives_out(self) -> str:
        """The name of what it pays out whole, which no other line of the pay may pay out again, or
        nothing."""
        return ""

    def clauses(self, terms: Terms) -> Iterator[Clause]:
        """What the policy states of how the line comes about, besides what the other answers say;
        nothing where `says` says it all."""
        return iter(())

    def policy_issues(self, grades: tuple[Grade, ...], at: Source) -> Iterator[Issue]:
        """What is wrong with the parameters, alone or against the grades."""
        return iter(())

    def comparisons(self, at: Source) -> Iterator[Comparison]:
        """The figures that it holds against one another; `at` is the component's entry."""
        return iter(())

    def plan_lacked(self, made: Working) -> str:
        """The figure of the plan, where `made`, its own working, rests on one that no multiple can
        be taken of; or nothing."""
        return ""

    def working(self, grounds: Grounds) -> Working:
        """The amount with its calculation."""
        raise NotImplementedError

    def line(self, formula: Formula, parts: tuple[Working, ...], grounds: Grounds) -> Working:
        """The amount that `formula` makes of its parts, which is rounded already or needs none."""
        return grounds.money.line(self.id, Kind.PAY, self.name, formula, parts)
