"""Gates and limits of a policy: what bars a grade, and what a group must keep to."""

from collections.abc import Mapping
from typing import ClassVar, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from kpisite.core.text import Text
from kpisite.language.base import Id, Model, Quantity, Words
from kpisite.language.figures.condition import Condition
from kpisite.language.figures.value import Value
from kpisite.language.quota import Within


class Gate(Model):
    """Where the condition holds, the grade is that one or a worse; the total stays as it is."""

    named_in_file: ClassVar = True

    id: Id
    name: Words | None = None
    if_: Condition
    grade_at_most: Id

    @property
    def label(self) -> Text:
        """What it is called."""
        return self.name or Text(zh=self.id, en=self.id)


#: The bounds of a limit by their keys: what a figure is that keeps to it.
LIMIT_SIGNS = {"at-most": "≤", "at-least": "≥"}


class Limit(Model):
    """What a figure of a group, such as the mean of a department, may come to at most or at least.

    It is held against what every group of the policy comes to, once a month, and bars nobody: what
    is wrong is reported.
    """

    named_in_file: ClassVar = True

    id: Id
    name: Words | None = None
    figure: Id
    at_most: Value | None = None
    at_least: Value | None = None
    within: Within = "department"
    as_: Literal["warning", "error"] = Field(default="warning", description="How grave it is")

    @model_validator(mode="after")
    def _states_a_bound(self) -> "Limit":
        if not self.bounds:
            raise PydanticCustomError("limit-bound", "at-most or at-least")
        return self

    @property
    def bounds(self) -> Mapping[str, Quantity | str]:
        """The bounds that are stated, by their keys: numbers, or ids of figures."""
        both = {"at-most": self.at_most, "at-least": self.at_least}
        return {key: bound for key, bound in both.items() if bound is not None}

    @property
    def asked(self) -> Mapping[str, str]:
        """The figures that it asks for, by their keys, those that stand as bounds too."""
        bounds = self.bounds.items()
        return {"figure": self.figure} | {key: one for key, one in bounds if isinstance(one, str)}

    @property
    def label(self) -> Text:
        """What it is called."""
        return self.name or Text(zh=self.id, en=self.id)
