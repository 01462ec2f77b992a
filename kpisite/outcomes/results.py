"""What follows from a scorecard: its standing, what is due, pay, and how it stands to the month
before."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby

from kpisite.check.book import Book
from kpisite.check.shape import Filed
from kpisite.core.exact import ZERO, difference
from kpisite.core.fault import Source
from kpisite.core.formula import sum_of_parts
from kpisite.core.month import Month, Period
from kpisite.core.text import Text
from kpisite.core.working import Kind, Unit, Working, derive
from kpisite.language.components import Grounds, MonthFigures
from kpisite.language.consequence import Award, Review
from kpisite.language.grade import Grade
from kpisite.language.policy import Policy
from kpisite.language.project import Project
from kpisite.language.record import Record
from kpisite.outcomes.carry import NO_CARRY, NO_HISTORY, Carry, History, LastTotal
from kpisite.outcomes.consequences import Due, award_working, consequences
from kpisite.outcomes.pools import points_moved, pool_shares
from kpisite.outcomes.standing import Standing, standings
from kpisite.score.card import Scorecard

#: A total that is final can be compared, graded or not.
COMPARABLE = ("", "no-policy")
WAGE = Text(zh="本月工资", en="Wage of the month")


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A scorecard with what follows from it.

    A scorecard that is left out has no grade, no rank and no wage.  `change` is the total less
    that of the month before on the same scheme, in the department `change_from`, and `to_next` what
    is short of the next better grade, unless a veto holds, which more points would not lift.
    `due` are the month's awards and reviews; reviews are for HR alone.
    """

    card: Scorecard
    standing: Standing
    wage: Working | None
    change: Decimal | None
    change_from: str
    to_next: Decimal | None
    next_grade: Grade | None
    due: tuple[Due, ...]

    @property
    def policy(self) -> Filed[Policy] | None:
        """The rules that govern the scheme in the month."""
        return self.standing.policy

    @property
    def grade(self) -> Grade | None:
        """The row of the grade table that the total reached."""
        return self.standing.grade_row

    @property
    def awards(self) -> tuple[Due, ...]:
        """The awards among what is due."""
        return tuple(one for one in self.due if isinstance(one.rule, Award))

    @property
    def reviews(self) -> tuple[Due, ...]:
        """The reviews among what is due."""
        return tuple(one for one in self.due if isinstance(one.rule, Review))

    @property
    def record(self) -> Record:
        """The record that was scored."""
        return self.card.record.model

    @property
    def appraisee_id(self) -> str:
        """The id of the person or department appraised."""
        return self.card.appraisee.id

    @property
    def address(self) -> str:
        """What its record is called in the month's folder, and so on the command line: `CS017`, or
        `CS017@store` for a part of the month."""
        part = self.record.part
        return self.appraisee_id if part is None else f"{self.appraisee_id}@{part}"

    @property
    def is_person(self) -> bool:
        """Whether a person was appraised, and not a department."""
        return self.card.appraisee.is_person

    @property
    def month(self) -> Month:
        """The month appraised."""
        return self.card.record.model.month

    @property
    def period(self) -> Period:
        """The months appraised, of which `month` is the last."""
        return self.card.period

    @property
    def department_id(self) -> str:
        """The department that the person's post of the month belongs to."""
        return self.card.appraisee.department


def results(book: Book, cards: tuple[Scorecard, ...]) -> tuple[Result, ...]:
    """The result of every scorecard, in their order, which is that of their months."""
    made: list[Result] = []
    carry = NO_CARRY
    for _, of_month in groupby(cards, key=lambda card: card.record.model.month):
        found, carry = month_results(book, tuple(of_month), carry)
        made += found
    return tuple(made)


def month_results(
    book: Book, cards: tuple[Scorecard, ...], carry: Carry
) -> tuple[tuple[Result, ...], Carry]:
    """The results of one month's scorecards, in their order, and what later months may know.

    `carry` is that of the months before: all at once, one by one, or from a carry that was kept,
    the results are the same.
    """
    placed = standings(book, cards)
    followed = consequences(book, placed, carry)
    pools = pool_shares(placed)
    made = []
    histories = {**carry.histories, **followed.histories}
    for standing in placed:
        id, path = standing.card.appraisee.id, standing.card.record.path
        history = carry.of(id)
        due = followed.due.get(path, ())
        wage = _wage(book, standing, history, due, pools)
        made.append(_result(standing, history, wage, due))
        if standing.record.part is None:
            histories[id] = _after(histories.get(id, NO_HISTORY), standing)
    return tuple(made), Carry(histories=histories)


def _after(history: History, standing: Standing) -> History:
    """The appraisee's history with this month in it."""
    card, month = standing.card, standing.month
    own = MonthFigures(month=month, figures=standing.record.metrics, at=card.record.at())
    earlier = [one for one in history.figures if one.month.year == month.year]
    return replace(
        history,
        last=LastTotal(
            month=month,
            scheme=card.scheme.model.id,
            total=card.total.value,
            left_out=standing.left_out,
            department=card.appraisee.department,
        ),
        figures=(*earlier, own),
    )


def _result(
    standing: Standing, history: History, wage: Working | None, due: tuple[Due, ...]
) -> Result:
    """`history` is that of the same appraisee before this month."""
    card, change, better = standing.card, None, None
    before = history.last
    if (
        before is not None
        and before.month == standing.period.before.last
        and before.left_out in COMPARABLE
        and before.scheme == card.scheme.model.id
        and standing.left_out in COMPARABLE
    ):
        change = difference(card.total.value, before.total)
    if standing.policy is not None and standing.grade and not card.set_by:
        better = standing.policy.model.grade[standing.grade - 1]
    return Result(
        card=card,
        standing=standing,
        wage=wage,
        change=change,
        change_from="" if change is None or before is None else before.department,
        to_next=None if better is None else (better.from_ or ZERO) - card.total.value,
        next_grade=better,
        due=due,
    )


def _wage(
    book: Book,
    standing: Standing,
    history: History,
    due: tuple[Due, ...],
    pools: Mapping[str, Working],
) -> Working | None:
    """The components of the policy added up, each to the cent; None where it pays nothing."""
    card, policy, grade = standing.card, standing.policy, standing.grade
    if policy is None or standing.left_out or not policy.model.pay:
        return None
    if not card.appraisee.is_person:
        return None
    record = card.record
    pay, person = book.pay.get(card.appraisee.id), book.staff[card.appraisee.id]
    points_off, points_on = points_moved(card)
    grounds = Grounds(
        record=record.model,
        record_at=record.at(),
        period=card.period,
        employee=person.model,
        employee_at=person.at(),
        part_month=policy.model.part_month,
        leaves=_leaves(book, standing),
        earlier=history.figures,
        total=card.total,
        grade=standing.grade_row,
        grade_at=policy.at("grade", grade or 0),
        pay=None if pay is None else pay.model,
        pay_at=record.at() if pay is None else pay.at(),
        awards=tuple(award_working(one) for one in due if isinstance(one.rule, Award)),
        pool=pools.get(record.path),
        points_off=points_off,
        points_on=points_on,
        projects=_projects(book, standing.month),
    )
    lines = tuple(component.working(grounds) for component in policy.model.pay)
    label = policy.model.sum or WAGE
    return derive("wage", Kind.WAGE, label, sum_of_parts(len(lines)), lines, unit=Unit.MONEY)


def _projects(book: Book, month: Month) -> tuple[tuple[Project, Source], ...]:
    filed = book.month_pay.get(month)
    if filed is None:
        return ()
    return tuple(
        (project, filed.at("project", index)) for index, project in enumerate(filed.model.project)
    )


def _leaves(book: Book, standing: Standing) -> bool:
    """Whether the employment ends in the month."""
    left = book.staff[standing.card.appraisee.id].model.left
    return left is not None and Month.of(left) == standing.month
