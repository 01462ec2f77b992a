"""`2026-10/CS017.toml` and `2026-10/month.toml`: one appraisee's month, and the month itself."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field, PlainValidator, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from kpisite.language.base import (
    Amount,
    Day,
    Id,
    Model,
    MonthOf,
    Number,
    Prose,
    Words,
    exact_number,
)

Mark = Decimal | str | tuple[str, ...] | Mapping[str, Decimal]
"""A rater's mark: points, the name of a level, the duties met, or points by peer."""

NOTE = "note"
"""The key beside the raters' marks under which anybody writes why."""


def _mark(value: Any) -> Mark:
    match value:
        case str() if value.strip():
            return value
        case list() if all(isinstance(item, str) for item in value):
            return tuple(value)
        case dict() if value:
            return {str(peer): exact_number(points) for peer, points in value.items()}
        case _:
            return exact_number(value)


RaterMark = Annotated[
    Mark,
    PlainValidator(_mark),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number"},
                {"type": "string"},
                {"type": "array", "items": {"type": "string"}},
                {"type": "object", "additionalProperties": {"type": "number"}},
            ]
        }
    ),
]


class Rated(Model):
    """Who marked in a rater's name, and on which day."""

    by: Id | None = None
    on: Day | None = None


class Event(Model):
    """A dated occurrence that a rule of the scheme counts."""

    rule: Id
    date: Day
    points: Number | None = Field(default=None, description="By severity, where the rule asks")
    reason: Prose = ""
    source: Prose = ""


class Record(Model):
    """One appraisee's month as HR writes it: the form filled in."""

    employee: Id
    month: MonthOf
    scheme: Id | None = Field(default=None, description="Where it is not the post's own form")
    rated: dict[Id, Rated] = Field(default_factory=dict)
    marks: dict[Id, dict[Id, RaterMark]] = Field(default_factory=dict)
    metrics: dict[Id, Amount] = Field(default_factory=dict)
    event: tuple[Event, ...] = ()
    notes: dict[Id, Prose] = Field(default_factory=dict)

    def note_on(self, indicator: str) -> str:
        """What was written beside the marks of `indicator`."""
        note = self.marks.get(indicator, {}).get(NOTE, "")
        return note if isinstance(note, str) else ""


class Window(Model):
    """The days, in the month after the one appraised, from and to which marks are given."""

    from_: Annotated[int, Field(ge=1, le=28, strict=True)]
    to: Annotated[int, Field(ge=1, le=28, strict=True)]

    @model_validator(mode="after")
    def _in_order(self) -> "Window":
        if self.to < self.from_:
            raise PydanticCustomError("window-order", "a window that ends before it begins")
        return self


class MonthFile(Model):
    """`month.toml`: what holds for everybody in the month."""

    month: MonthOf
    note: Words | None = Field(default=None, description="A line that stands on every page")
