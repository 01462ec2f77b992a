"""What somebody stated of a figure, and what is wrong with it."""

from kpisite.core.exact import ZERO
from kpisite.core.issue import Source
from kpisite.language.base import Quantity
from kpisite.language.figures.model import Given

Stated = tuple[Quantity | str, Source]
"""What somebody stated of a figure, and where."""


def misstated(given: Given, value: Quantity | str) -> str:
    """What is wrong with a figure as it was stated, as the end of a fault's code; or nothing."""
    if isinstance(value, str):
        if given.unit != "choice":
            return "not-number"
        return "" if value in given.choices else "choice"
    if given.unit == "choice":
        return "choice"
    if value.value != ZERO and value.is_percent != (given.unit == "percent"):
        return "not-percent" if value.is_percent else "percent"
    if given.low is not None and value.value < given.low.value:
        return "low"
    if given.high is not None and value.value > given.high.value:
        return "high"
    return ""
