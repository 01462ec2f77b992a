"""How much of an amount is due for a month or quarter that somebody served only in part.

No law states one rule for all, so a policy states its own: by calendar days, by the 21.75 paid
days of an average month, by thirty days a month, or whole.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Literal

from kpisite.core.captions import caption
from kpisite.core.exact import product, quotient, total
from kpisite.core.immutable import immutable
from kpisite.core.month import Month
from kpisite.core.text import Text
from kpisite.language.staff import Employee

PartMonth = Literal["calendar-days", "21.75-days", "30-days", "whole"]

DAYS = caption("days-employed")
WEEKDAYS = caption("weekdays-employed")


@immutable
class DayRule:
    """Which days of the employment count, and how many of them a whole month has."""

    label: Text
    days: Callable[[Employee, Month], int]
    of: Callable[[Month], Decimal]


DAY_RULES: Mapping[PartMonth, DayRule] = {
    "calendar-days": DayRule(
        label=DAYS, days=Employee.days_employed, of=lambda month: Decimal(month.last_day.day)
    ),
    "21.75-days": DayRule(
        label=WEEKDAYS, days=Employee.weekdays_employed, of=lambda _: Decimal("21.75")
    ),
    "30-days": DayRule(label=DAYS, days=Employee.days_employed, of=lambda _: Decimal(30)),
}


@immutable
class Served:
    """So many days of those that the months have by the rule; never more than all."""

    label: Text
    days: Decimal
    of: Decimal

    def share_of(self, amount: Decimal) -> Decimal:
        """As much of the amount as is due for the days, exactly."""
        return quotient(product((amount, min(self.days, self.of))), self.of)


def is_served_in_part(employee: Employee, months: Sequence[Month]) -> bool:
    """Whether somebody joined after the first day of the months or left before the last."""
    return any(employee.days_employed(month) < month.last_day.day for month in months)


def served(rule: PartMonth | None, employee: Employee, months: Sequence[Month]) -> Served | None:
    """The days that are paid of the months; None where the whole amount is due."""
    if rule is None or rule == "whole" or not is_served_in_part(employee, months):
        return None
    by = DAY_RULES[rule]
    days = Decimal(sum(by.days(employee, month) for month in months))
    return Served(label=by.label, days=days, of=total(map(by.of, months)))
