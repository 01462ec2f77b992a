"""What a workbook is made of: sheets of rows of cells, and where a working stands in them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Literal, overload

from kpisite.core.exact import HUNDRED, decimal_places
from kpisite.core.formula import Constant
from kpisite.core.formula.where import Where
from kpisite.core.working import Unit, Working
from kpisite.pages.remembered import Lines


class Look(StrEnum):
    """What a cell is, which decides how it looks."""

    TEXT = "text"
    SMALL = "small"
    COMPANY = "company"
    TITLE = "title"
    FACT = "fact"
    HEAD = "head"
    PART = "part"
    TOTAL = "total"
    WRITTEN = "written"
    """A figure that somebody wrote, which HR may change to see what follows."""
    ASIDE = "aside"
    """What is shown and counts for nothing."""
    RUBRIC = "rubric"
    """What a form says of a row, in small type."""
    INPUT = "input"
    """Where a figure or a choice is to be typed."""
    INPUT_TEXT = "input-text"
    """Where a text is to be typed."""
    TO_FILL_IN = "to-fill-in"
    """How a cell looks that still is to be typed in."""
    LOCKED = "locked"
    """What somebody else has written, and nobody may type over."""


GENERAL = "General"
"""The number format that shows as many places as a number has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """What may be typed into a cell: one of some values, which stand here or in the cells that
    `listed` names; a number from `low` to `high` in whole multiples of `step`; a day; or a text.

    `help` is said to whoever types something else; one that is optional may stay empty.
    """

    kind: Literal["choice", "number", "day", "text"]
    choices: tuple[Decimal, ...] = ()
    listed: str = ""
    low: Decimal | None = None
    high: Decimal | None = None
    step: Decimal | None = None
    help: str = ""
    is_optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A text, a number or a day, and the formula that computes it anew, without a sign before it.

    Where there is an `input` it may be typed over, in a sheet that is locked otherwise; `link` is
    a place of the workbook to go to.
    """

    value: str | Decimal | date = ""
    input: Input | None = None
    link: str = ""
    formula: str = ""
    look: Look = Look.TEXT
    format: str = GENERAL
    indent: int = 0
    across: int = 1
    """How many columns it goes over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRow:
    """A row; one with a `depth` folds under the rows before it; by default it is as high as its
    texts ask for."""

    cells: tuple[Cell, ...] = ()
    depth: int = 0
    height: int | None = None


THIS_ROW = "\0"
"""Stands in a formula for the number of the row that it is in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing(Sequence[SheetRow]):
    """The rows of a long list between those above and below it, made when they are asked for."""

    head: tuple[SheetRow, ...]
    lines: Lines[SheetRow]
    foot: tuple[SheetRow, ...]

    def __len__(self) -> int:
        return len(self.head) + len(self.lines) + len(self.foot)

    def __iter__(self) -> Iterator[SheetRow]:
        yield from (*self.head, *self.lines, *self.foot)

    @overload
    def __getitem__(self, at: int) -> SheetRow: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[SheetRow]: ...
    def __getitem__(self, at: int | slice) -> SheetRow | Sequence[SheetRow]:
        """Some rows, or one by its number."""
        return tuple(self)[at]


@dataclass(frozen=True, slots=True, kw_only=True)
class Worksheet:
    """A sheet: the widths of its columns in digits, and how many rows stay in sight, the last of
    which is printed on every page.

    `frozen_columns` stay in sight too, and are printed on every page with all of the rows that do;
    a column of no width, and as many rows as `hidden_rows` says, are not shown.
    """

    name: str
    widths: tuple[int, ...]
    lines: Sequence[SheetRow]
    frozen: int = 0
    frozen_columns: int = 0
    hidden_rows: int = 0
    is_locked: bool = False
    is_hidden: bool = False
    is_wide: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbook:
    """Sheets under a title."""

    title: str
    sheets: tuple[Worksheet, ...]


def address(row: int, column: int) -> str:
    """A cell as formulas name it, by its row and column from zero.

    >>> address(0, 0), address(9, 27)
    ('A1', 'AB10')
    """
    return f"{letters(column)}{row + 1}"


def letters(column: int) -> str:
    """A column as formulas name it, by its number from zero."""
    said, rest = "", column + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        said = chr(ord("A") + letter) + said
    return said


VALUE_COLUMN = "B"
"""Where the values of workings stand."""

#: What Excel can read in one cell.  A sum of more events than that stands as its value.
LONGEST_FORMULA, DEEPEST_FORMULA = 8192, 64


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedWorking:
    """A working in its row, the first being 1, with the formula over the cells of its parts;
    a written figure has none."""

    working: Working
    row: int
    depth: int
    formula: str

    @property
    def address(self) -> str:
        """Where its value stands."""
        return f"{VALUE_COLUMN}{self.row}"


def formula_over(working: Working, addresses: Sequence[str]) -> str:
    """The formula of a working over the cells of its parts; none where it is written, or longer
    than a spreadsheet can read."""
    if working.formula is None or is_stated(working):
        return ""
    formula = working.formula.cell(addresses)
    return formula if _is_readable(formula) else ""


def is_stated(working: Working) -> bool:
    """Whether a record, a scheme or a policy states the value, so that nothing computes it."""
    return working.formula is None or isinstance(working.formula, Constant)


def is_idle(working: Working) -> bool:
    """Whether it is what a rule sets where its condition holds, which it does not."""
    return isinstance(working.formula, Where) and not working.formula.is_met


def _is_readable(formula: str) -> bool:
    depth = deepest = 0
    for character in formula:
        depth += (character == "(") - (character == ")")
        deepest = max(deepest, depth)
    return len(formula) < LONGEST_FORMULA and deepest <= DEEPEST_FORMULA


def content_of(working: Working) -> str | Decimal:
    """What stands in the cell of a working: its value, the word that was chosen, or nothing of a
    rule that does not hold."""
    if is_idle(working):
        return ""
    return working.word if working.unit is Unit.CHOICE else working.value


def number_format(working: Working) -> str:
    """How a spreadsheet prints the value: money to the cent, a share in percent, a rounded number
    in its places, any other in full.

    >>> from kpisite.core.text import Text
    >>> from kpisite.core.working import Kind
    >>> number_format(Working(id="a", kind=Kind.FIGURE, label=Text(), value=Decimal("0.995"),
    ...                       unit=Unit.SHARE))
    '0.00%'
    """
    value = working.value
    if working.unit is Unit.CHOICE:
        return GENERAL
    if working.unit is Unit.MONEY:
        return money_format(2 if working.places is None else working.places)
    if working.places is not None:
        return places_format("0", working.places)
    if working.unit is Unit.SHARE:
        return places_format("0", max(decimal_places(value * HUNDRED), 2)) + "%"
    if working.unit is Unit.FIGURE and abs(value) >= 1000:
        return places_format("#,##0", max(decimal_places(value), 2))
    return GENERAL


def money_format(places: int) -> str:
    """`#,##0.00` for an amount of two places."""
    return places_format("#,##0", places)


def places_format(whole: str, places: int) -> str:
    """`0.00` for two places after `0`."""
    return f"{whole}.{'0' * min(places, 10)}" if places else whole
