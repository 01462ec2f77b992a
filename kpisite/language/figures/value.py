"""What somebody states of a figure: a number or a percentage, or the word of a choice."""

from typing import Annotated, Any

from pydantic import PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from kpisite.core.formula.parsing import LONGEST
from kpisite.language.base import (
    NUMBER_SCHEMA,
    PERCENTAGE,
    Quantity,
    exact_number,
    is_visible,
    percentage_of,
)


def value_of(value: Any) -> Quantity | str:
    """A number, a percentage in quotes, or one of the words of a choice."""
    if isinstance(value, Quantity):
        return value
    if isinstance(value, str):
        if PERCENTAGE.fullmatch(value):
            return Quantity(percentage_of(value), is_percent=True)
        if is_visible(value) and len(value) <= LONGEST:
            return value
        raise PydanticCustomError("figure-value", "a number, a percentage or a word")
    return Quantity(exact_number(value))


VALUE_SCHEMA = {"anyOf": [NUMBER_SCHEMA, {"type": "string", "minLength": 1}]}
Value = Annotated[Quantity | str, PlainValidator(value_of), WithJsonSchema(VALUE_SCHEMA)]
"""What somebody states of a figure: a number or a percentage, or the word of a choice."""

Cell = Value
"""What stands in a table or at an edge of one: a number or a percentage, or a formula."""
