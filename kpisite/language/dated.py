"""Figures that hold from a month on: of a person, a department, the company, or somebody's pay."""

from collections.abc import Sequence
from typing import ClassVar

from kpisite.core.month import Month
from kpisite.language.base import Id, Model, MonthOf
from kpisite.language.figures.value import Value


class DatedFigure(Model):
    """What a figure is from a month on, until a later entry says otherwise."""

    told_apart: ClassVar = ("id", "from_")

    id: Id
    from_: MonthOf
    is_: Value


def held_in(figures: Sequence[DatedFigure], id: str, month: Month) -> int | None:
    """The index of the entry that holds in `month`; None before the first."""
    held = [
        (one.from_, index)
        for index, one in enumerate(figures)
        if one.id == id and one.from_ <= month
    ]
    return max(held)[1] if held else None
