"""Shares: how one is written, and the bounds of each kind by what it is for.

A share stands in quotes, as a percentage or as a fraction of two whole numbers: `"40%"`, `"1/3"`.
The fraction is for what no percentage states exactly; it is kept to sixty digits, so that three
thirds make one to the last of the thirty places to which numbers are settled.
"""

import re
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError, PydanticKnownError

from kpisite.core.exact import MOST_PARTS, quotient
from kpisite.language.base import percentage_of

_FRACTION = re.compile(r"([1-9][0-9]*)/([1-9][0-9]*)")


def share_of(value: Any) -> Decimal:
    """The share that a percentage or a fraction in quotes states.

    >>> share_of("40%"), share_of("1/3") == Decimal("0.33")
    (Decimal('0.4'), False)
    """
    found = _FRACTION.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return percentage_of(value)
    if max(len(digits) for digits in found.groups()) > len(str(MOST_PARTS)):
        raise PydanticCustomError("share", "a fraction of small numbers")
    return quotient(Decimal(found[1]), Decimal(found[2]))


def _pattern(most: int, *, zero: bool) -> str:
    """Percentages up to `most`, a power of ten, and fractions, as a regular expression without
    anchors; a fraction it bounds where it can (`_fraction`)."""
    digits = len(str(most)) - 2
    above = rf"0*({most}(\.0+)?|[1-9][0-9]{{0,{digits}}}(\.[0-9]+)?)|0+\.0*[1-9][0-9]*"
    percent = rf"{above}|0+(\.0+)?" if zero else above
    return rf"({percent}) *%|{_fraction(most)}"


def _fraction(most: int) -> str:
    """Fractions of a whole: of digits exactly, otherwise no longer above than below, so that
    `12/11` passes, and only the check refuses it; where more than a whole may stand, all."""
    if most > 100:
        return "[1-9][0-9]{0,3}/[1-9][0-9]{0,3}"
    digits = [f"{above}/[{above}-9]" for above in range(1, 10)]
    numbers = ["[1-9]" + "[0-9]" * length for length in range(4)]
    longer = [f"{numbers[n]}/[1-9][0-9]{{{max(n, 1)},3}}" for n in range(4)]
    return "|".join((*digits, *longer))


def _written(most: int, *, zero: bool) -> WithJsonSchema:
    pattern = f"^({_pattern(most, zero=zero)})$"
    return WithJsonSchema({"type": "string", "pattern": pattern, "examples": ["40%"]})


def _bound(value: Any) -> Decimal | None:
    if value == "none":
        return None
    share = share_of(value)
    if share <= 0:
        raise PydanticKnownError("greater_than", {"gt": 0})
    if share > 100:
        raise PydanticKnownError("less_than_equal", {"le": 100})
    return share


#: A part of a whole, which is neither nothing nor more than it: what a rater, a task, a question
#: or an indicator weighs, what somebody has of a project, what of a bonus is set aside.
Weight = Annotated[Decimal, PlainValidator(share_of), Field(gt=0, le=1), _written(100, zero=False)]
#: How much of something there is, from nothing to all of it: a level's share of the points, a
#: commission's rate, how many should have a grade.
Portion = Annotated[Decimal, PlainValidator(share_of), Field(ge=0, le=1), _written(100, zero=True)]
#: What is earned of a nominal amount, which may be more than it: a step's share of the points.
Yield = Annotated[Decimal, PlainValidator(share_of), Field(ge=0, le=10), _written(1000, zero=True)]
#: By how much an amount is multiplied, which cannot be nothing.
Rate = Annotated[Decimal, PlainValidator(share_of), Field(gt=0, le=10), _written(1000, zero=False)]
#: How far along a plan something begins, from its start to a hundred times of it.
Multiple = Annotated[
    Decimal, PlainValidator(share_of), Field(ge=0, le=100), _written(10000, zero=True)
]
#: A multiple that bounds something, or `"none"` where nothing does.
Bound = Annotated[
    Decimal | None,
    PlainValidator(_bound),
    WithJsonSchema({"type": "string", "pattern": f"^(none|{_pattern(10000, zero=False)})$"}),
]
