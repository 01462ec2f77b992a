"""What follows from a scorecard: its standing, what is due, pay, and how it stands to the month
before."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from kpisite.check.book import Book
from kpisite.check.shape import Filed
from kpisite.core.exact import ZERO, difference
from kpisite.core.fault import Source
from kpisite.core.formula import sum_of_parts
from kpisite.core.month import Month, Period
from kpisite.core.text import Text
from kpisite.core.working import Kind, Unit, Working, derive
from kpisite.language.components import Grounds
from kpisite.language.consequence import Award, Review
from kpisite.language.grade import Grade
from kpisite.language.policy import Policy
from kpisite.language.project import Project
from kpisite.language.record import Record
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
    that of the month before on the same scheme, and `to_next` what is short of the next better
    grade.  `due` are the month's awards and reviews; reviews are for HR alone.
    """

    card: Scorecard
    standing: Standing
    wage: Working | None
    change: Decimal | None
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
    """The result of every scorecard, in their order."""
    placed = standings(book, cards)
    due = consequences(book, placed)
    pools = pool_shares(placed)
    history: defaultdict[str, list[Standing]] = defaultdict(list)
    made = []
    for standing in placed:
        months = history[standing.card.appraisee.id]
        path = standing.card.record.path
        wage = _wage(book, standing, months, due.get(path, ()), pools)
        made.append(_result(standing, months, wage, due.get(path, ())))
        if standing.record.part is None:
            months.append(standing)
    return tuple(made)


def _result(
    standing: Standing, months: list[Standing], wage: Working | None, due: tuple[Due, ...]
) -> Result:
    """`months` are those of the same appraisee before this one."""
    card, change, better = standing.card, None, None
    before = months[-1] if months else None
    if (
        before is not None
        and before.month == standing.period.before.last
        and before.left_out in COMPARABLE
        and before.card.scheme.model.id == card.scheme.model.id
    ):
        change = difference(card.total.value, before.card.total.value)
    if standing.policy is not None and standing.grade:
        better = standing.policy.model.grade[standing.grade - 1]
    return Result(
        card=card,
        standing=standing,
        wage=wage,
        change=change if standing.left_out in COMPARABLE else None,
        to_next=None if better is None else (better.from_ or ZERO) - card.total.value,
        next_grade=better,
        due=due,
    )


def _wage(
    book: Book,
    standing: Standing,
    months: list[Standing],
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
    pay = book.pay.get(card.appraisee.id)
    points_off, points_on = points_moved(card)
    grounds = Grounds(
        record=record.model,
        record_at=record.at(),
        period=card.period,
        leaves=_leaves(book, standing),
        earlier=tuple(_placed(one) for one in months),
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


def _placed(standing: Standing) -> tuple[Record, Source]:
    return standing.record, standing.card.record.at()
