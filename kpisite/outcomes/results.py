"""What follows from a scorecard: grade, pay, and how it stands to the month before."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from kpisite.check.book import Book
from kpisite.check.shape import Filed
from kpisite.core.formula import sum_of_parts
from kpisite.core.month import Month
from kpisite.core.text import Text
from kpisite.core.working import Kind, Unit, Working, derive
from kpisite.language.components import Grounds
from kpisite.language.grade import Grade
from kpisite.language.policy import Policy
from kpisite.language.record import Record
from kpisite.score.scorecard import Scorecard

WAGE = Text(zh="本月工资", en="Wage of the month")


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A scorecard with what follows from it.

    A provisional scorecard has no grade and earns nothing yet; one whose scheme no policy governs
    never does.  `change` is the total less that of the month before on the same scheme, and
    `to_next` what is short of the next better grade.
    """

    card: Scorecard
    policy: Filed[Policy] | None
    grade: Grade | None
    wage: Working | None
    change: Decimal | None
    to_next: Decimal | None
    next_grade: Grade | None

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
    def department_id(self) -> str:
        """The department that the person's post of the month belongs to."""
        return self.card.appraisee.department


def results(book: Book, cards: tuple[Scorecard, ...]) -> tuple[Result, ...]:
    """The result of every scorecard, in their order."""
    earlier = {(card.appraisee.id, card.record.model.month): card for card in cards}
    return tuple(_result(book, card, earlier) for card in cards)


def _result(book: Book, card: Scorecard, earlier: Mapping[tuple[str, Month], Scorecard]) -> Result:
    record = card.record.model
    policy = book.policy(card.scheme.model.id, record.month)
    if policy is None or card.is_provisional:
        return Result(
            card=card, policy=policy, grade=None, wage=None,
            change=None, to_next=None, next_grade=None,
        )  # fmt: skip
    index = policy.model.grade_of(card.total.value)
    better = policy.model.grade[index - 1] if index else None
    before = earlier.get((card.appraisee.id, record.month.plus(-1)))
    is_comparable = (
        before is not None
        and not before.is_provisional
        and before.scheme.model.id == card.scheme.model.id
    )
    return Result(
        card=card,
        policy=policy,
        grade=policy.model.grade[index],
        wage=_wage(book, card, policy, index),
        change=card.total.value - before.total.value if before and is_comparable else None,
        to_next=None if better is None else (better.from_ or Decimal(0)) - card.total.value,
        next_grade=better,
    )


def _wage(book: Book, card: Scorecard, policy: Filed[Policy], index: int) -> Working | None:
    """The components of the policy added up, each to the cent; None where it pays nothing."""
    if not policy.model.pay or not card.appraisee.is_person:
        return None
    record = card.record
    pay = book.pay.get(card.appraisee.id)
    grounds = Grounds(
        record=record.model,
        record_at=record.at(),
        total=card.total,
        grade=policy.model.grade[index],
        grade_at=policy.at("grade", index),
        pay=None if pay is None else pay.model,
        pay_at=record.at() if pay is None else pay.at(),
    )
    lines = tuple(component.working(grounds) for component in policy.model.pay)
    return derive("wage", Kind.WAGE, WAGE, sum_of_parts(len(lines)), lines, unit=Unit.MONEY)
