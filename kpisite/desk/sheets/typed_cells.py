"""A cell in which somebody typed, and what a record is to say for it."""

from dataclasses import dataclass
from decimal import Decimal

from kpisite.core.issue import Fact, Issue
from kpisite.desk.asked import Slot, in_steps, written_figure
from kpisite.edit.written import Value
from kpisite.tables.grid import Broken, Grid, Raw, Spot
from kpisite.tables.values import number_of, share_of, text_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell that stands for something: where it is, what is in it, and what was."""

    grid: Grid
    row: int
    column: int
    base: str

    @property
    def raw(self) -> Raw:
        """What stands in it."""
        return self.grid.at(self.row, self.column)

    @property
    def said(self) -> str:
        """The same as a text."""
        said = text_of(self.raw)
        return said.shown if isinstance(said, Broken) else said

    @property
    def is_changed(self) -> bool:
        """Whether it says something else than it did."""
        return isinstance(self.raw, Broken) or self.said != text_of(self.base)

    @property
    def spot(self) -> Spot:
        """Where it is."""
        return Spot(self.grid, self.row, self.column)

    def issue(self, code: str, **facts: Fact) -> Issue:
        """A fault of the cell."""
        return self.spot.issue(code, **facts)


def decoded(slot: Slot, cell: Cell) -> Value | Issue:
    """What was typed, as the record says it."""
    if slot.kind == "text":
        said = text_of(cell.raw)
        return cell.issue(said.code, found=said.shown) if isinstance(said, Broken) else said
    if slot.kind == "level":
        return _level(slot, cell)
    is_percent = slot.kind == "percent"
    number = number_of(cell.raw)
    if is_percent:
        is_shown = (cell.row, cell.column) in cell.grid.percents
        number = share_of(cell.raw, is_percent=is_shown)
    if isinstance(number, Broken):
        return cell.issue(number.code, found=number.shown)
    if slot.kind in ("figure", "percent"):
        return written_figure(number, is_percent=is_percent)
    return _points(slot, cell, number)


def is_said_already(slot: Slot, value: Value) -> bool:
    """Whether the record says that value, however a cell writes it: 98% or 0.98, a level by its
    name or its points."""
    if slot.kind == "percent":
        return value == slot.as_written
    if slot.kind == "level":
        return any(one.label == slot.shown and one.value == value for one in slot.options)
    if isinstance(slot.shown, Decimal):
        return value == slot.shown
    return isinstance(value, str) and value == text_of(slot.shown)


def _points(slot: Slot, cell: Cell, number: Decimal) -> Value | Issue:
    assert slot.low is not None and slot.high is not None and slot.step is not None
    is_within = slot.low <= number <= slot.high and in_steps(number, slot.step)
    if not is_within or (slot.choices and number not in slot.choices):
        return cell.issue(
            "sheet-out-of-bounds", typed=number, low=slot.low, high=slot.high, step=slot.step
        )
    return number


def _level(slot: Slot, cell: Cell) -> Value | Issue:
    labels = [one for one in slot.options if one.label == cell.said]
    meant = labels or [one for one in slot.options if cell.said in one.means]
    if len(meant) == 1:
        return meant[0].value
    choices = tuple(one.label for one in slot.options)
    return cell.issue("sheet-no-choice", typed=cell.said, choices=choices)
