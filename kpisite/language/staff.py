"""`departments.toml`, `staff/ID.toml` and `pay/ID.toml`: who works where, since when, for what."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from kpisite.core.month import Month
from kpisite.language.base import (
    WHOLE,
    Day,
    Id,
    Model,
    MonthOf,
    Name,
    NotNegative,
    Number,
    Prose,
    Words,
)
from kpisite.language.dated import DatedFigure
from kpisite.language.figures.value import Value
from kpisite.language.file import FileModel

SATURDAY = 5
"""Of the days of a week, from Monday, 0."""


class Department(Model):
    """A department and, by employee id, who manages it and so reads its scorecards."""

    id: Id
    name: Words
    manager: Id | None = None
    scheme: Id | None = Field(default=None, description="The form the department is appraised on")
    figure: tuple[DatedFigure, ...] = ()


class Departments(FileModel):
    """`departments.toml`: every department of the company, in the order of its lists."""

    department: Annotated[tuple[Department, ...], Field(min_length=1)]


class Post(Model):
    """What somebody does from a day on: department, title, scheme, and to whom they report."""

    from_: Day
    department: Id
    title: Words
    scheme: Id | None = Field(default=None, description="The form this post is appraised on")
    superior: Id | None = None
    figures: dict[Id, Value] = Field(
        default_factory=dict, description="Figures that hold as long as the post is held"
    )


class Absence(Model):
    """Days away from work, from the first to the last, both counted."""

    told_apart: ClassVar = WHOLE

    kind: Literal["leave", "sick", "maternity"]
    from_: Day
    to: Day

    def days_between(self, first: date, last: date) -> set[date]:
        """Those of its days that lie between two days, both counted."""
        begin, end = max(first, self.from_), min(last, self.to)
        return {begin + timedelta(days=count) for count in range((end - begin).days + 1)}


class Employee(FileModel):
    """`staff/ID.toml`: a person's name, first and last day, and dated posts."""

    id: Id
    name: Name
    joined: Day
    left: Day | None = Field(default=None, description="The last day of employment")
    probation: Day | None = Field(default=None, description="The last day of probation")
    post: Annotated[tuple[Post, ...], Field(min_length=1)]
    absence: tuple[Absence, ...] = ()
    figure: tuple[DatedFigure, ...] = ()

    def days_within(self, month: Month, department: str | None = None) -> set[date]:
        """The days of `month` employed, or those in the posts of one department."""
        first = max(self.joined, month.first_day)
        days = (first + timedelta(days=count) for count in range(self.days_employed(month)))
        if department is None:
            return set(days)
        posts = {day: self.post_on(day) for day in days}
        return {day for day, post in posts.items() if post and post.department == department}

    def is_away_in(self, month: Month) -> bool:
        """Whether absences cover the whole of `month`, which then breaks no run of months."""
        return (
            0
            < self.days_employed(month)
            == len(self._days_away(self.absence, month.first_day, month.last_day))
        )

    def last_day_in(self, month: Month) -> date:
        """The last day of `month`, or of the employment where that ends before."""
        return month.last_day if self.left is None else min(month.last_day, self.left)

    def days_employed(self, month: Month) -> int:
        """How many days of `month` lie within the employment."""
        first = max(self.joined, month.first_day)
        return max((self.last_day_in(month) - first).days + 1, 0)

    def weekdays_employed(self, month: Month) -> int:
        """How many Mondays to Fridays of `month` lie within the employment; public holidays are
        paid days and count, days at work on a weekend in exchange for them do not."""
        first = max(self.joined, month.first_day)
        days = (first + timedelta(days=count) for count in range(self.days_employed(month)))
        return sum(day.weekday() < SATURDAY for day in days)

    def is_on_probation(self, month: Month) -> bool:
        """Whether probation lasts to the end of `month`, or of the employment in it, or beyond."""
        return self.probation is not None and self.probation >= self.last_day_in(month)

    def absent_days(self, month: Month) -> int:
        """Days absent in the calendar year up to the end of `month`, maternity leave apart."""
        counted = (absence for absence in self.absence if absence.kind != "maternity")
        return len(self._days_away(counted, date(month.year, 1, 1), month.last_day))

    def _days_away(self, absences: Iterable[Absence], first: date, last: date) -> set[date]:
        """The days absent between two days; one that two entries cover is one day, and one before
        joining or after leaving is none."""
        first = max(first, self.joined)
        last = last if self.left is None else min(last, self.left)
        return {day for absence in absences for day in absence.days_between(first, last)}

    def is_employed_in(self, month: Month) -> bool:
        """Whether any day of `month` lies within the employment."""
        return self.joined <= month.last_day and (self.left is None or self.left >= month.first_day)

    def post_on(self, day: date) -> Post | None:
        """The post held on `day`: the last that began on or before it."""
        held = [post for post in self.post if post.from_ <= day]
        return max(held, key=lambda post: post.from_) if held else None

    def post_within(self, month: Month, department: str) -> Post | None:
        """The last post in `department` that was held on any day of `month`."""
        held = [
            post
            for post in self.post
            if post.department == department and self.days_in(post, month)
        ]
        return held[-1] if held else None

    def days_in(self, post: Post, month: Month) -> int:
        """How many days of `month` a post was held."""
        following = [one.from_ for one in self.post if one.from_ > post.from_]
        last = self.last_day_in(month)
        if following:
            last = min(last, min(following) - timedelta(days=1))
        return max((last - max(post.from_, month.first_day)).days + 1, 0)

    def post_in(self, month: Month) -> Post | None:
        """The post that counts for `month`: the one held on its last day, or on the last day of
        employment, or the first that began in it."""
        return self.post_on(self.last_day_in(month))


class Salary(Model):
    """The base salary from a month on."""

    told_apart: ClassVar = ("from_",)

    from_: MonthOf
    amount: NotNegative


class PayLine(Model):
    """An amount paid or kept back in one month for a reason of its own: `other` in F03."""

    told_apart: ClassVar = WHOLE

    month: MonthOf
    name: Words
    amount: Number
    reason: Prose = ""


class Seal(Model):
    """`pay/seal.toml`, which `kpisite seal` writes: the key with which wages that rest on pay files
    are sealed.

    Whoever has the key and a seal can try out salaries on it, and those are in the files beside it
    in any case; without the key a seal tells nothing.
    """

    key: Annotated[str, Field(strict=True, pattern=r"^[0-9a-f]{64}$")]


class Pay(FileModel):
    """`pay/ID.toml`: a person's dated base salary and other lines, apart from their marks."""

    employee: Id
    salary: tuple[Salary, ...] = ()
    line: tuple[PayLine, ...] = ()
    figure: tuple[DatedFigure, ...] = ()

    def salary_in(self, month: Month) -> int | None:
        """The index of the base salary that holds in `month`."""
        held = [
            (salary.from_, index)
            for index, salary in enumerate(self.salary)
            if salary.from_ <= month
        ]
        return max(held)[1] if held else None

    def lines_in(self, month: Month) -> tuple[tuple[int, PayLine], ...]:
        """The other lines of `month` with their places in the file."""
        return tuple((i, line) for i, line in enumerate(self.line) if line.month == month)
