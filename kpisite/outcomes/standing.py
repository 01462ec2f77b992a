"""Where each scorecard stands in its month: whether it counts, its grade, its rank."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from kpisite.check.book import Book
from kpisite.check.shape import Filed
from kpisite.core.month import Month, Per, Period
from kpisite.core.text import Text
from kpisite.language.consequence import Eligibility
from kpisite.language.grade import Grade
from kpisite.language.policy import Policy
from kpisite.language.record import Record
from kpisite.language.staff import Employee
from kpisite.score.card import Scorecard
from kpisite.score.totals import share_of_full

#: Why a scorecard is left out of grades and ranking.
LeftOut = Literal["", "part", "no-policy", "provisional", "absent", "short", "probation"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A scorecard in its month.  `rank` counts from one among `ranked` people, by the share of
    their forms' full points; everybody tied has the better rank, and nobody is last where all are
    tied or there is only one."""

    card: Scorecard
    policy: Filed[Policy] | None
    left_out: LeftOut
    grade: int | None = None
    rank: int | None = None
    ranked: int = 0
    is_last: bool = False

    @property
    def record(self) -> Record:
        """The record behind the scorecard."""
        return self.card.record.model

    @property
    def month(self) -> Month:
        """The month appraised."""
        return self.record.month

    @property
    def period(self) -> Period:
        """The months that the form appraises with it."""
        return self.card.period

    @property
    def grade_row(self) -> Grade | None:
        """The row of the grade table."""
        if self.grade is None or self.policy is None:
            return None
        return self.policy.model.grade[self.grade]


Group = tuple[str, Month, Per, str | Text]


def group_of(standing: Standing) -> Group | None:
    """The people with whom a scorecard is ranked; None for one that is not ranked."""
    if standing.policy is None or standing.left_out or not standing.card.appraisee.is_person:
        return None
    policy, card = standing.policy.model, standing.card
    among: dict[str, str | Text] = {
        "department": card.appraisee.department,
        "post": card.appraisee.title,
        "scheme": card.scheme.model.id,
    }
    return policy.id, standing.month, card.scheme.model.per, among[policy.ranking.within]


def standings(book: Book, cards: tuple[Scorecard, ...]) -> tuple[Standing, ...]:
    """The standing of every scorecard, in their order."""
    graded = [_graded(book, card) for card in cards]
    groups: defaultdict[Group, list[Standing]] = defaultdict(list)
    for standing in graded:
        group = group_of(standing)
        if group is not None:
            groups[group].append(standing)
    ranked = _ranked(groups)
    return tuple(ranked.get(standing.card.record.path, standing) for standing in graded)


def _graded(book: Book, card: Scorecard) -> Standing:
    record = card.record.model
    policy = book.policy(card.scheme.model.id, record.month)
    if record.part is not None:
        return Standing(card=card, policy=policy, left_out="part")
    if policy is None:
        return Standing(card=card, policy=None, left_out="no-policy")
    if card.is_provisional:
        return Standing(card=card, policy=policy, left_out="provisional")
    limit, employee = policy.model.eligibility, book.staff.get(record.employee or "")
    if limit is not None and employee is not None:
        reason = _left_out(limit, employee.model, card.period)
        if reason:
            return Standing(card=card, policy=policy, left_out=reason)
    grade = policy.model.grade_of(card.total.value)
    return Standing(card=card, policy=policy, left_out="", grade=grade)


def _left_out(limit: Eligibility, employee: Employee, period: Period) -> LeftOut:
    """Why somebody is not appraised for a period, or nothing."""
    days = sum(employee.days_employed(month) for month in period.months)
    if limit.absent_days is not None and employee.absent_days(period.last) > limit.absent_days:
        return "absent"
    if limit.least_days is not None and days < limit.least_days:
        return "short"
    if not limit.probation and employee.is_on_probation(period.last):
        return "probation"
    return ""


def _ranked(groups: Mapping[Group, list[Standing]]) -> dict[str, Standing]:
    """Everybody who is ranked, by the path of the record."""
    ranked = {}
    for several in groups.values():
        totals = sorted((share_of_full(one.card.total) for one in several), reverse=True)
        all_tied = totals[0] == totals[-1]
        for one in several:
            value = share_of_full(one.card.total)
            ranked[one.card.record.path] = Standing(
                card=one.card,
                policy=one.policy,
                left_out="",
                grade=one.grade,
                rank=totals.index(value) + 1,
                ranked=len(totals),
                is_last=not all_tied and value == totals[-1],
            )
    return ranked
