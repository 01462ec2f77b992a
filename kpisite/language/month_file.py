"""`2026-10/month.toml`: the month itself, what holds for everybody in it, and who has no record."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from kpisite.core.month import Month
from kpisite.language.base import (
    ID,
    Id,
    Model,
    MonthOf,
    Words,
    Written,
)
from kpisite.language.figures.value import Value
from kpisite.language.file import FileModel


class Window(Model):
    """The days, in the month after the one appraised, from and to which marks are given."""

    from_: Annotated[int, Field(ge=1, le=28, strict=True)]
    to: Annotated[int, Field(ge=1, le=28, strict=True)]

    def takes(self, month: Month, day: date) -> bool:
        """Whether marks of `month` given on `day` were given in the window."""
        return Month.of(day) == month.plus(1) and self.from_ <= day.day <= self.to

    @model_validator(mode="after")
    def _in_order(self) -> "Window":
        if self.to < self.from_:
            raise PydanticCustomError("window-order", "a window that ends before it begins")
        return self


#: Who is excused: a person, a department, or the part of a month that a person served in one.
Excused = Annotated[str, Field(strict=True, pattern=f"^{ID}(@{ID})?$")]


class MonthFile(FileModel):
    """`month.toml`: what holds for everybody in the month, and who has no record of it.

    `excused` is by employee or by department, whose people it takes in as far as they have no
    record, and the department's own form; `CS017@store` is the part of a month in the store.
    """

    month: MonthOf
    note: Words | None = Field(default=None, description="A line that stands on every page")
    figures: dict[Id, Value] = Field(
        default_factory=dict, description="Figures of the month that are everybody's"
    )
    missing: Literal["provisional"] | None = Field(
        default=None, description="Marks and figures still to come make a scorecard provisional"
    )
    excused: dict[Excused, Written] = Field(
        default_factory=dict, description="Who has no record this month, and why"
    )
