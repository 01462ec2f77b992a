"""Who counts in grades and ranking, and why somebody does not."""

from typing import Literal

from kpisite.check.ground import Ground
from kpisite.core.month import Period
from kpisite.language.consequence import Eligibility
from kpisite.language.policy import Policy
from kpisite.language.staff import Employee
from kpisite.score.card import Scorecard

#: Why a scorecard is left out of grades and ranking.
LeftOut = Literal["", "part", "no-policy", "provisional", "absent", "short", "probation"]


def left_out_of(ground: Ground, card: Scorecard, policy: Policy | None) -> LeftOut:
    """Why the scorecard is left out of grades and ranking, or nothing."""
    record = card.record.model
    if record.part is not None:
        return "part"
    if policy is None:
        return "no-policy"
    if card.is_provisional:
        return "provisional"
    limit, employee = policy.eligibility, ground.staff.get(record.employee or "")
    if limit is None or employee is None:
        return ""
    return _not_appraised(limit, employee.model, card.period)


def _not_appraised(limit: Eligibility, employee: Employee, period: Period) -> LeftOut:
    """Why somebody is not appraised for a period, or nothing."""
    days = sum(employee.days_employed(month) for month in period.months)
    if limit.absent_days is not None and employee.absent_days(period.last) > limit.absent_days:
        return "absent"
    if limit.least_days is not None and days < limit.least_days:
        return "short"
    if not limit.probation and employee.is_on_probation(period.last):
        return "probation"
    return ""
