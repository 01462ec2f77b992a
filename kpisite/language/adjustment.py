"""What sets or moves a total beside its rows: vetoes, incidents, and liability for others."""

from decimal import Decimal
from typing import Annotated, Any, ClassVar

from pydantic import Field, PlainValidator, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from kpisite.core.exact import ZERO
from kpisite.language.base import (
    NUMBER_SCHEMA,
    Flag,
    Id,
    Model,
    Number,
    Words,
    exact_number,
)
from kpisite.language.figures.condition import Condition


class Veto(Model):
    """Something that lowers the month's total to its own, whatever else was reached.

    It never raises one: a total that is lower already stays.  It is brought on by an event of the
    record, or where it states `if`, by that condition, as a gate is, and by nothing else.
    """

    named_in_file: ClassVar = True

    id: Id
    name: Words
    total: Number = ZERO
    if_: Condition | None = Field(default=None, description="Brought on by figures, not events")
    evidence: Flag = Field(default=False, description="An event must name its source")
    reason: Flag = Field(default=False, description="An event must give a written reason")


class Incident(Model):
    """Something recorded that moves no points of the person's own, but may bind the superior."""

    named_in_file: ClassVar = True

    id: Id
    name: Words
    evidence: Flag = Field(default=False, description="An event must name its source")
    reason: Flag = Field(default=False, description="An event must give a written reason")


def _taken(value: Any) -> Decimal:
    """Points that are taken, with or without the minus, as a number below zero."""
    points = -abs(exact_number(value))
    if points == ZERO:
        raise PydanticCustomError("points-idle", "points that change something")
    return points


Taken = Annotated[Decimal, PlainValidator(_taken), WithJsonSchema(NUMBER_SCHEMA)]


class Liability(Model):
    """What an event in the record of somebody who reports to the appraisee does to the
    appraisee's own total (连带责任, F01): takes `points` each time, or lowers it to `total`."""

    named_in_file: ClassVar = True

    id: Id
    name: Words
    event: Id
    points: Taken | None = None
    total: Number | None = None

    @model_validator(mode="after")
    def _takes_or_sets(self) -> "Liability":
        if (self.points is None) == (self.total is None):
            raise PydanticCustomError("liability-yield", "either points or a total")
        return self
