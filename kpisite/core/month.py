"""A calendar month, under which an appraisal is filed, and the period that one is about."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Literal

from kpisite.core.immutable import immutable

_READ = re.compile(r"([12][0-9]{3})-(0[1-9]|1[0-2])")


@cache
def _written(year: int, month: int) -> str:
    return f"{year:04}-{month:02}"


@cache
def _month_at(index: int) -> "Month":
    return Month(index // 12, index % 12 + 1)


@cache
def _last_day(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A year and a month, written `2026-10`; months sort by time and count across the year.

    Each is mostly one and the same value wherever it is read, so that it is soon found equal.

    >>> str(Month.parse("2026-12").plus(1))
    '2027-01'
    """

    year: int
    number: int

    @staticmethod
    def parse(text: str) -> "Month":
        """The month that `text` names; ValueError where it names none."""
        found = _READ.fullmatch(text)
        if found is None:
            raise ValueError(text)
        return _month_at(int(found[1]) * 12 + int(found[2]) - 1)

    @staticmethod
    def of(day: date) -> "Month":
        """The month in which `day` lies."""
        return _month_at(day.year * 12 + day.month - 1)

    def plus(self, months: int) -> "Month":
        """The month that many months later, or earlier where the count is negative."""
        return _month_at(self.year * 12 + self.number - 1 + months)

    @property
    def first_day(self) -> date:
        """The month's first day."""
        return date(self.year, self.number, 1)

    @property
    def last_day(self) -> date:
        """The month's last day, the 29th in a leap year's February."""
        return _last_day(self.year, self.number)

    def __str__(self) -> str:
        """The month as it is written in records and file names."""
        return _written(self.year, self.number)


Per = Literal["month", "two-months", "quarter", "four-months", "half-year", "year"]

#: The calendar year is cut into as many of each as go into it.
MONTHS_IN: dict[Per, int] = {
    "month": 1, "two-months": 2, "quarter": 3, "four-months": 4, "half-year": 6, "year": 12,
}  # fmt: skip


@immutable(kw_only=False)
class Period:
    """What one appraisal is about: a month, or the quarter, half-year or year as far as its `last`
    month.

    >>> [str(month) for month in Period(Month(2026, 9), "quarter").months]
    ['2026-07', '2026-08', '2026-09']
    >>> Period(Month(2026, 8), "half-year").is_whole, Period(Month(2026, 8), "four-months").is_whole
    (False, True)
    """

    last: Month
    per: Per = "month"

    @property
    def first(self) -> Month:
        """The month in which the calendar's month, quarter or year begins."""
        return self.last.plus(-((self.last.number - 1) % MONTHS_IN[self.per]))

    @property
    def months(self) -> tuple[Month, ...]:
        """Its months, the first to the last."""
        count = (self.last.number - 1) % MONTHS_IN[self.per]
        return tuple(self.last.plus(index - count) for index in range(count + 1))

    @property
    def whole_months(self) -> tuple[Month, ...]:
        """All months of the calendar's month, quarter or year, those after `last` too."""
        return tuple(self.first.plus(index) for index in range(MONTHS_IN[self.per]))

    @property
    def before(self) -> "Period":
        """The whole period that ends before it begins."""
        return Period(self.first.plus(-1), self.per)

    @property
    def is_whole(self) -> bool:
        """Whether the calendar's period ends with the last month."""
        return self.last.number % MONTHS_IN[self.per] == 0

    def takes(self, day: date) -> bool:
        """Whether `day` lies in it."""
        return self.first.first_day <= day <= self.last.last_day

    def __str__(self) -> str:
        """The month, or the first and the last: `2026-07–2026-09`."""
        return str(self.last) if self.first == self.last else f"{self.first}–{self.last}"
