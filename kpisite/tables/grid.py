"""A table as it was read: its cells where they stand, and what cannot be taken for a value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from kpisite.core.issue import Fact, Issue, Place
from kpisite.pages.cells import address


@dataclass(frozen=True, slots=True)
class Broken:
    """What stands in a cell that says nothing, by the code of its fault, and as far as it can be
    shown."""

    code: str
    shown: str = ""


Raw = str | Decimal | bool | date | Broken
"""What stands in a cell; an empty one is an empty text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A sheet of a file: its rows from the first of all, and what else is to be known of them.

    `percents` are the cells that are shown as percentages, `hidden` the rows that are not shown,
    all from zero.
    """

    file: str
    name: str = ""
    rows: tuple[tuple[Raw, ...], ...] = ()
    percents: frozenset[tuple[int, int]] = frozenset()
    hidden: frozenset[int] = frozenset()
    merged: tuple[tuple[tuple[int, int], tuple[int, int]], ...] = ()
    """The first and the last cell of each area that is one cell to look at."""
    is_hidden: bool = False
    is_text: bool = False
    """Whether every cell is a text, as in a CSV file."""

    @property
    def label(self) -> str:
        """How reports name it: `staff.xlsx [Sheet1]`."""
        return f"{self.file} [{self.name}]" if self.name else self.file

    def at(self, row: int, column: int) -> Raw:
        """What stands in a cell."""
        if row >= len(self.rows) or column >= len(self.rows[row]):
            return ""
        return self.rows[row][column]

    def issue(self, code: str, row: int, column: int = 0, /, **facts: Fact) -> Issue:
        """A fault of a cell, with its place and its address."""
        place = Place(self.label, row + 1, column + 1, column + 1)
        reported: Mapping[str, Fact] = {"cell": address(row, column), **facts}
        return Issue(code=code, at=place, facts=reported)


@dataclass(frozen=True, slots=True)
class Spot:
    """A cell that asks for something, or the row of which it is the first."""

    grid: Grid
    row: int
    column: int = 0

    @property
    def place(self) -> Place:
        """Where it is, as a report has it."""
        return Place(self.grid.label, self.row + 1, self.column + 1, self.column + 1)

    def named_beside(self, other: "Spot") -> str:
        """What it is called in a report about another cell: `F6`, or `staff.xlsx [Sheet1] F6`."""
        named = address(self.row, self.column)
        return named if self.grid.label == other.grid.label else f"{self.grid.label} {named}"

    def issue(self, code: str, *others: "Spot", **facts: Fact) -> Issue:
        """A fault of the cell, beside which `others` are named."""
        also = tuple(one.place for one in others)
        given: Mapping[str, Fact] = {"cell": address(self.row, self.column), **facts}
        if others:
            given = {**given, "other": others[0].named_beside(self)}
        return Issue(code=code, at=self.place, facts=given, also=also)


class CannotRead(ValueError):
    """A file of which nothing can be made: the code and the facts of why."""

    def __init__(self, code: str, **facts: Fact) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a sheet's own XML says of it that its values do not."""

    hidden: frozenset[int] = frozenset()
    percents: frozenset[tuple[int, int]] = frozenset()
    broken: Mapping[tuple[int, int], Broken] = field(default_factory=dict)
