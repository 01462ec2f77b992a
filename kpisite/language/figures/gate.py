"""Gates and limits of a policy: what bars a grade, and what a group must keep to."""

from typing import ClassVar, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from kpisite.core.text import Text
from kpisite.language.base import Id, Model, Words
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
        if self.at_most is None and self.at_least is None:
            raise PydanticCustomError("limit-bound", "at-most or at-least")
        return self

    @property
    def label(self) -> Text:
        """What it is called."""
        return self.name or Text(zh=self.id, en=self.id)
