"""Conditions: what figures have to be for a gate, a limit or a fold to take effect.

    if = { late = { from = 13 } }
    if = { any = [{ late = { from = 20 } }, { absent = { above = 2 } }] }

Several figures in one condition must all be so; of those under `any`, one.
"""

from collections.abc import Callable, Iterator
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from kpisite.core.captions import listed
from kpisite.core.exact import compare, percent, with_minus
from kpisite.core.formula import readable
from kpisite.core.formula.lookup import HOLDS
from kpisite.core.text import Text, composed
from kpisite.core.working import Unit, Working
from kpisite.language.base import Id, Model, Quantity
from kpisite.language.figures.value import Value

#: The keys of a bound, with the sign that they stand for.
SIGNS = {"from_": "≥", "above": ">", "to": "≤", "below": "<"}


class Bounds(Model):
    """What one figure has to be: within bounds, each a number or another figure's id, or, of a
    choice, one of some words."""

    from_: Value | None = None
    above: Value | None = None
    to: Value | None = None
    below: Value | None = None
    are: tuple[Value, ...] = ()

    @model_validator(mode="after")
    def _states_something(self) -> "Bounds":
        if not self.are and all(getattr(self, key) is None for key in SIGNS):
            raise PydanticCustomError("condition-bounds", "a bound")
        return self

    def stated(self) -> Iterator[tuple[str, Quantity | str]]:
        """The bounds that are stated, each with its sign."""
        for key, sign in SIGNS.items():
            value = getattr(self, key)
            if value is not None:
                yield sign, value


def _by_figure(value: Any) -> Any:
    """The figures of a condition apart from `any`, as the model has them."""
    if not isinstance(value, dict) or "figures" in value:
        return value
    figures = {key: one for key, one in value.items() if key != "any"}
    return {"figures": figures} | ({"any": value["any"]} if "any" in value else {})


class Together(Model):
    """Figures by id that all have to be within their bounds."""

    figures: dict[Id, Bounds] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _states_something(self) -> "Together":
        if not self.figures and not getattr(self, "any", ()):
            raise PydanticCustomError("condition-bounds", "a figure with a bound")
        return self

    def named(self) -> Iterator[str]:
        """The ids of all figures that it asks for, those that stand as bounds too."""
        for id, bounds in self.figures.items():
            yield id
            yield from (value for _, value in bounds.stated() if isinstance(value, str))

    def holds(self, figure: Callable[[str], Working | None]) -> Text | None:
        """Why it holds, in words that a clerk follows: `迟到 13 ≥ 13`; None where it does not, or
        where a figure is not known."""
        said: list[Text] = []
        for id, bounds in self.figures.items():
            found = _within(bounds, figure(id), figure)
            if found is None:
                return None
            said.append(found)
        return listed(said, "clause-comma")


class Combined(Together):
    """A condition: figures that all have to be so, and others of which one is enough."""

    any: tuple[Annotated[Together, BeforeValidator(_by_figure)], ...] = ()

    def named(self) -> Iterator[str]:
        """Those too that stand under `any`."""
        yield from super().named()
        for one in self.any:
            yield from one.named()

    def holds(self, figure: Callable[[str], Working | None]) -> Text | None:
        """Also one of those under `any`, where there are some: the first that holds is named."""
        together = super().holds(figure)
        if together is None or not self.any:
            return together
        met = next((why for one in self.any if (why := one.holds(figure)) is not None), None)
        if met is None or not self.figures:
            return met
        return listed((together, met), "clause-comma")


_BOUNDS_SCHEMA = {
    "type": "object",
    "minProperties": 1,
    "additionalProperties": {
        "anyOf": [
            {"type": "array"},
            {
                "type": "object",
                "properties": {
                    **{key: {} for key in ("from", "above", "to", "below")},
                    "are": {"type": "array"},
                },
                "additionalProperties": False,
                "minProperties": 1,
            },
        ]
    },
}

Condition = Annotated[Combined, BeforeValidator(_by_figure), WithJsonSchema(_BOUNDS_SCHEMA)]


def _within(
    bounds: Bounds, own: Working | None, figure: Callable[[str], Working | None]
) -> Text | None:
    """The figure with the bounds that it keeps; None where it does not keep one."""
    if own is None:
        return None
    said = f" {own.shown}"
    if bounds.are:
        words = {one for one in bounds.are if isinstance(one, str)}
        numbers = [one.value for one in bounds.are if isinstance(one, Quantity)]
        is_one = (
            (own.word_id or own.word) in words if own.unit is Unit.CHOICE else own.value in numbers
        )
        if not is_one:
            return None
        said = f" = {own.shown}"
    for sign, value in bounds.stated():
        other = figure(value) if isinstance(value, str) else value
        if other is None or not HOLDS[sign](compare(own.value, other.value), 0):
            return None
        shown = other.shown if isinstance(other, Working) else _shown(other)
        said += f" {sign} {shown}"
    return composed(lambda language: f"{own.label.say(language)}{said}", (own.label,))


def _shown(value: Quantity) -> str:
    return with_minus(percent(value.value)) if value.is_percent else readable(value.value)
