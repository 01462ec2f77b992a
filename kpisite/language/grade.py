"""A row of the grade table (考核结果应用表, F03)."""

from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from kpisite.core.exact import ONE, ZERO, decimal_places
from kpisite.language.base import Amount, Id, Model, NotNegative, Number, Quantity, Words
from kpisite.language.share import Portion


def _people(bound: Quantity) -> Quantity:
    """So many people, or a share of them."""
    is_whole = bound.is_percent or not decimal_places(bound.value)
    if bound.value < ZERO or not is_whole or (bound.is_percent and bound.value > ONE):
        raise PydanticCustomError("people", "a number of people, or a share of them in quotes")
    return bound


People = Annotated[Amount, AfterValidator(_people)]


class Grade(Model):
    """What a total of `from` or more means, and what follows from it.

    The grade is that of the rounded total that is shown, so no score falls between two grades.
    """

    id: Id
    name: Words
    from_: Number | None = Field(default=None, description="None: whatever lies below the others")
    training: Words | None = None
    promotion: Words | None = None
    level: Words | None = Field(default=None, description="The post level it leads to")
    salary: NotNegative | None = None
    bonus: NotNegative | None = None
    share: Portion | None = Field(
        default=None, description="How many have it, where a quota says who"
    )
    at_least: People | None = Field(default=None, description="With a quota: no fewer have it")
    at_most: People | None = Field(default=None, description="With a quota: no more have it")
    suggested: Portion | None = Field(
        default=None, description="Advice on how many should have it; nobody is forced into it"
    )
    text: Words | None = Field(default=None, description="What the grade means, in a sentence")
