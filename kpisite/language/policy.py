"""`policies/ID.toml`: what follows from a total: grades, pay, and the days for marking."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property, reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from kpisite.core.exact import ONE, ZERO, compare, percent, total
from kpisite.core.issue import Fact, Issue, Source, nearest
from kpisite.core.month import Month
from kpisite.core.text import Text
from kpisite.language.base import Flag, Id, MonthOf, Words
from kpisite.language.components import COMPONENTS, Component
from kpisite.language.consequence import Award, Eligibility, Pool, Ranking, Review
from kpisite.language.figures.gate import Gate, Limit
from kpisite.language.figures.model import Figure, TableFigure
from kpisite.language.file import FileModel
from kpisite.language.grade import Grade
from kpisite.language.money import MoneyRules
from kpisite.language.month_file import Window
from kpisite.language.part_month import PartMonth
from kpisite.language.quota import Quota
from kpisite.language.units import Comparison

if TYPE_CHECKING:
    AnyComponent = Component
else:
    AnyComponent = Annotated[reduce(or_, COMPONENTS), Field(discriminator="method")]


class Policy(FileModel):
    """The rules around one or several forms, from a month on (F03 around F02)."""

    id: Id
    name: Words
    from_: MonthOf
    schemes: Annotated[tuple[Id, ...], Field(min_length=1)]
    window: Window | None = Field(default=None, description="Days of the following month")
    answers: Flag = Field(
        default=True, description="Whether the people appraised are asked for an answer"
    )
    answer_days: Annotated[int, Field(ge=1, le=60, strict=True)] = Field(
        default=5, description="Days after the window within which the scorecard is answered"
    )
    plan_for: tuple[Id, ...] = Field(
        default=(), description="Grades after which an improvement plan is asked for"
    )
    part_month: PartMonth | None = Field(
        default=None, description="What is due for a month of which somebody served a part"
    )
    eligibility: Eligibility | None = None
    ranking: Ranking = Ranking()
    grade: tuple[Grade, ...] = Field(default=(), description="None where only pay follows")
    quota: Quota | None = Field(default=None, description="Grades by rank, so many of each")
    graded: Id | None = Field(
        default=None, description="The figure that the grades go by, where not the total"
    )
    figure: tuple[Figure, ...] = ()
    table: tuple[TableFigure, ...] = ()
    gate: tuple[Gate, ...] = ()
    limit: tuple[Limit, ...] = ()
    award: tuple[Award, ...] = ()
    review: tuple[Review, ...] = ()
    pool: Pool | None = None
    money: MoneyRules | None = Field(default=None, description="Where it is not the site's")
    pay: tuple[AnyComponent, ...] = ()
    sum: Words | None = Field(default=None, description="What the sum of the pay is called")

    @cached_property
    def by_run(self) -> dict[str, Award | Review]:
        """The awards and reviews by what their runs of months are remembered by."""
        rules: tuple[Award | Review, ...] = (*self.award, *self.review)
        return {rule.run: rule for rule in rules}

    @cached_property
    def compared(self) -> frozenset[str]:
        """The figures in which a rule asks for the lowest of those ranked together."""
        return frozenset(id for rule in self.by_run.values() for id in rule.last_in)

    @cached_property
    def lines_shown(self) -> tuple[Component, ...]:
        """The lines of the wage that the person sees."""
        return tuple(one for one in self.pay if not one.is_of_payroll)

    @cached_property
    def lines_of_payroll(self) -> tuple[Component, ...]:
        """Those that only payroll and HR see."""
        return tuple(one for one in self.pay if one.is_of_payroll)

    @property
    def shows_awards(self) -> bool:
        """Whether whoever sees pay may know of the awards, which are paid by a line they see."""
        return all(one.gives_out() != "awards" for one in self.lines_of_payroll)

    @cached_property
    def reads_pay(self) -> bool:
        """Whether wages rest on files in `records/pay/`, which may live in another repository."""
        return any(self.is_of_pay_files(component) for component in self.pay)

    @cached_property
    def shown_reads_pay(self) -> bool:
        """Whether what the person sees of the wage rests on them."""
        return any(self.is_of_pay_files(component) for component in self.lines_shown)

    def is_of_pay_files(self, component: Component) -> bool:
        """Whether a line rests on files in `records/pay/`, by itself or by figures."""
        gives_awards = component.gives_out() == "awards" and self._has_awards_by_figures
        return component.reads_pay() or (
            self._names_pay and (bool(component.figures()) or gives_awards)
        )

    @cached_property
    def _has_awards_by_figures(self) -> bool:
        return any(one.figure is not None or one.if_ is not None for one in self.award)

    @cached_property
    def _names_pay(self) -> bool:
        """Whether any figure comes from pay files, or names the base salary."""
        names = {id for figure in self.figure for id in figure.named}
        names |= {id for table in self.table for id in table.named}
        names |= {id for one in self.award if one.if_ is not None for id in one.if_.named()}
        return any(one.from_ == "pay" for one in self.figure) or any(
            "base-salary" in name for name in names
        )

    @cached_property
    def asks_for_figures(self) -> bool:
        """Whether anything in it goes by figures, of its own or of its forms."""
        rules: tuple[Award | Review, ...] = (*self.award, *self.review)
        has_own = self.figure or self.table or self.gate
        return bool(has_own) or any(rule.if_ is not None for rule in rules)

    @cached_property
    def record_figures(self) -> frozenset[str]:
        """The numbers that records state for its figures."""
        return frozenset(
            one.id for one in self.figure if one.from_ == "record" and one.unit != "choice"
        )

    def answer_by(self, month: Month) -> date | None:
        """The last day on which a scorecard of `month` may be answered; none without a window, nor
        where no answer is asked for."""
        if self.window is None or not self.answers:
            return None
        closes = month.plus(1).first_day.replace(day=self.window.to)
        return closes + timedelta(days=self.answer_days)

    def grade_of(self, shown: Decimal) -> int | None:
        """The index of the grade that a rounded total earns; the lower bound belongs to it."""
        if not self.grade:
            return None
        for index, grade in enumerate(self.grade):
            if grade.from_ is None or shown >= grade.from_:
                return index
        return len(self.grade) - 1

    @property
    def grades_by_total_alone(self) -> bool:
        """Whether a total says its grade by itself, with no rank, figure or gate."""
        return self.quota is None and self.graded is None and not self.gate

    def allowed_from(self, index: int, shown: Decimal) -> int:
        """The best grade, from that one down, that a rounded total is enough for."""
        for lower in range(index, len(self.grade)):
            least = self.grade[lower].from_
            if least is None or shown >= least:
                return lower
        return len(self.grade) - 1

    def issues(self, at: Source) -> Iterator[Issue]:
        """Grades out of order or open below, components that do not fit them, and days for answers
        that nobody is asked for."""
        if not self.answers and "answer_days" in self.model_fields_set:
            yield Issue(code="answer-days-idle", at=at.at("answer-days"))
        yield from self._grade_issues(at)
        yield from self._suggested_too_many(at)
        known = [grade.id for grade in self.grade]
        for index, id in enumerate(self.plan_for):
            if id not in known:
                yield _unknown_grade(id, known, at.at("plan-for", index))
        stated: tuple[tuple[str, tuple[Award | Review, ...]], ...] = (
            ("award", self.award),
            ("review", self.review),
        )
        for key, conditions in stated:
            for index, condition in enumerate(conditions):
                here = at.at(key, index)
                yield from condition.idle_issues(known, here)
                if condition.is_of_everybody:
                    yield _of_everybody(condition.name, known, here)
                asked = [(id, here.at("grades", n)) for n, id in enumerate(condition.grades)]
                if condition.at_least is not None:
                    asked.append((condition.at_least, here.at("at-least")))
                for id, place in asked:
                    if id not in known:
                        yield _unknown_grade(id, known, place)
        for index, component in enumerate(self.pay):
            yield from component.policy_issues(self.grade, at.at("pay", index))

    def _grade_issues(self, at: Source) -> Iterator[Issue]:
        """Grades out of order, open below, or out of reach, and quotas that are none."""
        if self.quota is not None:
            yield from self.quota.issues(self.grade, at.at("quota"))
        for index, grade in enumerate(self.grade):
            here, last = at.at("grade", index), index == len(self.grade) - 1
            if self.quota is None:
                yield from _without_quota(grade, here)
            if grade.from_ is None and not last and self.quota is None:
                yield Issue(code="grade-unreachable", at=here, facts={"grade": grade.name})
            if last and grade.from_ is not None:
                yield Issue(code="grades-open-below", at=here, facts={"grade": grade.name})
            before = self.grade[index - 1].from_ if index else None
            if before is not None and grade.from_ is not None and grade.from_ >= before:
                facts: dict[str, Fact] = {"grade": grade.name, "from": grade.from_}
                also = (at.at("grade", index - 1, "from"),)
                yield Issue(code="grades-order", at=here.at("from"), facts=facts, also=also)

    def _suggested_too_many(self, at: Source) -> Iterator[Issue]:
        """Shares of people that come to more than all of them."""
        stated = [i for i, grade in enumerate(self.grade) if grade.suggested is not None]
        shares = total(self.grade[i].suggested or ZERO for i in stated)
        if compare(shares, ONE) > 0:
            facts: dict[str, Fact] = {"sum": percent(shares)}
            first, *others = (at.at("grade", index, "suggested") for index in stated)
            yield Issue(code="suggested-sum", at=first, facts=facts, also=tuple(others))

    def comparisons(self, at: Source) -> Iterator[Comparison]:
        """The figures that the pay holds against one another; `at` is the policy's file."""
        for index, component in enumerate(self.pay):
            yield from component.comparisons(at.at("pay", index))


def _without_quota(grade: Grade, at: Source) -> Iterator[Issue]:
    """How many are to have a grade, where nothing says that grades go by rank."""
    for key in ("share", "at-least", "at-most"):
        if getattr(grade, key.replace("-", "_")) is not None:
            facts: dict[str, Fact] = {"grade": grade.name, "key": key}
            yield Issue(code="quota-missing", at=at.at(key), facts=facts)


def _of_everybody(name: Text, grades: list[str], at: Source) -> Issue:
    everybody = f'at-least = "{grades[-1]}"' if grades else "none-of = [ … ]"
    facts: dict[str, Fact] = {"name": name, "everybody": everybody}
    return Issue(code="condition-missing", at=at, facts=facts)


def _unknown_grade(id: str, known: list[str], at: Source) -> Issue:
    facts: dict[str, Fact] = {"id": id, "meant": nearest(id, known), "known": tuple(known)}
    return Issue(code="unknown-grade", at=at, facts=facts)
