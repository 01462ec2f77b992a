"""Gates of a form: what its total, or a part of it, comes to at most where something is so."""

from typing import ClassVar

from pydantic import Field

from kpisite.core.immutable import immutable
from kpisite.core.issue import Source
from kpisite.core.text import Text
from kpisite.language.base import Id, Model, Number, Words
from kpisite.language.figures.condition import Combined, Condition


class FormGate(Model):
    """Caps the total, or a part or section, where a condition holds; it never raises one (门槛).

    What it asks for are figures of the form and points of its rows, as `if = { safety = { below =
    60 } }`; why it took effect stands on the scorecard.
    """

    named_in_file: ClassVar = True

    id: Id
    name: Words
    if_: Condition
    on: Id | None = Field(default=None, description="The part or section; else the total")
    at_most: Number


@immutable(kw_only=False)
class Conditioned:
    """A gate or veto that a condition brings on: its table in the form's file and its place there,
    its name, and the condition."""

    key: str
    place: int
    name: Text
    if_: Combined

    def at(self, file: Source) -> Source:
        """The condition's entry."""
        return file.at(self.key, self.place, "if")
