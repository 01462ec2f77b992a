"""What follows from standing first, last or in a grade, in one month or over several: awards and
reviews (F03, F12, F16, F17), and pools shared out in a department (F14)."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from kpisite.core.exact import ZERO
from kpisite.core.issue import Fact, Issue, Source
from kpisite.language.base import Flag, Id, Model, NotNegative, Positive, Words
from kpisite.language.figures.condition import Condition as FigureCondition


class Eligibility(Model):
    """Who is appraised at all.

    Whoever was absent for more than `absent-days` of the calendar year, up to the end of the
    month, is not; maternity leave counts for nothing here.  Neither is anybody employed for fewer
    than `least-days` of the month, or, with `probation = false`, on probation at its end.
    """

    absent_days: Annotated[int, Field(ge=0, strict=True)] | None = None
    least_days: Annotated[int, Field(ge=0, le=31, strict=True)] | None = None
    probation: Flag = Field(default=True, description="People on probation are appraised")


class Ranking(Model):
    """Among whom people are ranked; everyone tied has the better rank."""

    within: Literal["department", "post", "scheme", "company"] = "department"


class Condition(Model):
    """What has to be so in a month; all that is stated must hold."""

    id: Id
    name: Words
    first: Flag = False
    last: Flag = Field(default=False, description="Nobody is last where all are tied or alone")
    last_in: tuple[Id, ...] = Field(default=(), description="Also last in these figures")
    grades: tuple[Id, ...] = Field(default=(), description="One of these grades")
    at_least: Id | None = Field(default=None, description="This grade or a better one")
    events: tuple[Id, ...] = Field(default=(), description="One of these events happened")
    none_of: tuple[Id, ...] = Field(default=(), description="None of these events happened")
    if_: FigureCondition | None = Field(default=None, description="Figures are so, as in a gate")

    @property
    def run(self) -> str:
        """What a run of months is remembered by: an award and a review may share an id."""
        return f"{type(self).__name__} {self.id}"

    @property
    def is_of_everybody(self) -> bool:
        """Whether it states nothing, so that it would hold for everybody in every month."""
        stated = Condition.model_fields.keys() - {"id", "name"}
        return not any(getattr(self, field) for field in stated)

    def never(self, known: Sequence[str]) -> tuple[str, str] | None:
        """Two of the keys, of what is stated, that exclude each other; `known` are the grades from
        the best down."""
        grades = [known.index(id) for id in self.grades if id in known]
        least = known.index(self.at_least) if self.at_least in known else None
        if self.first and self.last:
            return "first", "last"
        if least is not None and len(grades) == len(self.grades) > 0 and min(grades) > least:
            return "grades", "at-least"
        if self.events and set(self.events) <= set(self.none_of):
            return "events", "none-of"
        return None

    def idle_issues(self, known: Sequence[str], at: Source) -> Iterator[Issue]:
        """Conditions that can never hold, or that change nothing; `at` is the entry."""
        keys = self.never(known)
        if keys is not None:
            facts: dict[str, Fact] = {"name": self.name, "one": keys[0], "other": keys[1]}
            yield Issue(code="condition-never", at=at.at(keys[1]), facts=facts)


class Award(Condition):
    """An amount, or what a `figure` of the policy comes to, in each month in which it is due.

    Of one month it is due in each month in which the condition holds; of several `months` when it
    has held for so many running, once in a run however long that lasts.  `once` says it otherwise:
    true is once in a run, also of one month, and false is each month from the one in which the run
    is long enough.
    """

    amount: Positive | None = Field(default=None, description="Where no figure says it")
    figure: Id | None = Field(default=None, description="The figure that says how much")
    months: Annotated[int, Field(ge=1, le=24, strict=True)] = 1
    once: Flag | None = Field(default=None, description="Once in a run, or in each of its months")

    @property
    def is_once(self) -> bool:
        """Whether it is due once in a run."""
        return self.months > 1 if self.once is None else self.once

    @model_validator(mode="after")
    def _states_an_amount(self) -> "Award":
        if (self.amount is None) == (self.figure is None):
            raise PydanticCustomError("award-amount", "amount or figure")
        return self


class Review(Condition):
    """Something that touches a person's job: HR sees it with its reasons and decides.

    It is due in each month in which the condition holds; of several `months` once in a run, when
    the condition has held for so many; with `in-all`, when it holds for the last of so many months
    of a calendar year.
    """

    text: Words | None = None
    months: Annotated[int, Field(ge=1, le=24, strict=True)] = 1
    in_all: Annotated[int, Field(ge=1, le=12, strict=True)] | None = None

    @property
    def is_once(self) -> bool:
        """Whether it is due once in a run."""
        return self.months > 1

    def idle_issues(self, known: Sequence[str], at: Source) -> Iterator[Issue]:
        """Also months running where months of the year are counted."""
        yield from super().idle_issues(known, at)
        if self.in_all is not None and self.months > 1:
            facts: dict[str, Fact] = {"name": self.name, "months": self.months}
            yield Issue(code="months-idle", at=at.at("months"), facts=facts)


class Pool(Model):
    """Points taken off, at `per-point` each, first reward the best of the department and are then
    shared evenly.

    Points off are those of tallies from their start, and of steps and distances from their full
    points, on each row's own scale; what raters mark, and what is earned in proportion (ratio) or
    by rank, takes nothing off.  The cents that do not divide go one each by largest remainder: as
    an even part leaves all the same, from the highest total down.  Points off in a department that
    was left within the month cost nothing and enter no pool.
    """

    per_point: Positive
    best: NotNegative = ZERO
