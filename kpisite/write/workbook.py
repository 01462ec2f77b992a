"""Workbooks from cells: the one module that knows XlsxWriter.

A text is always written as a text, whatever it begins with; a formula is only ever one that
kpisite made over addresses and figures of its own.  Beside each formula stands the exact value to
the nearest double, for readers that do not compute on opening.  The bytes hold no clock.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache, partial
from io import BytesIO
from typing import Any

from kpisite.core.exact import ONE, plain
from kpisite.pages.cells import (
    GENERAL,
    THIS_ROW,
    Cell,
    Input,
    Look,
    SheetRow,
    Workbook,
    Worksheet,
    address,
)
from kpisite.write.long_sheet import long_sheet, with_lines

#: Every workbook is created at this moment, so that one record makes one file.
CREATED = datetime(2000, 1, 1)
#: The longest text that a cell holds.
LONGEST_TEXT = 32_767
#: Excel folds rows so deep and no deeper.
DEEPEST_FOLD = 7
A4 = 9
#: In percent, what goes over several pages is printed so large.
WIDE_SCALE = 60
LINE_HEIGHT, SMALL_LINE_HEIGHT = 17, 13
HIGHEST_LINE = 400
#: What a spreadsheet would take for the start of a formula if somebody typed it.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")

_EDGE = {"border": 1, "border_color": "#C8CDD2"}
_LOOKS: Mapping[Look, dict[str, Any]] = {
    Look.TEXT: _EDGE,
    Look.SMALL: {"font_size": 9, "font_color": "#5F6B76"},
    Look.COMPANY: {"align": "center", "font_color": "#5F6B76"},
    Look.TITLE: {"align": "center", "bold": True, "font_size": 14},
    Look.FACT: _EDGE | {"bold": True, "bg_color": "#F3F5F7"},
    Look.HEAD: _EDGE | {"bold": True, "bg_color": "#DDE5EC"},
    Look.PART: _EDGE | {"bold": True, "bg_color": "#F3F5F7"},
    Look.TOTAL: _EDGE | {"bold": True, "bg_color": "#E4ECE2"},
    Look.WRITTEN: _EDGE | {"bg_color": "#FFF8DC"},
    Look.ASIDE: _EDGE | {"font_color": "#8A949E"},
    Look.RUBRIC: _EDGE | {"font_size": 9, "font_color": "#3C4650", "valign": "top"},
    Look.INPUT: _EDGE | {"bg_color": "#F1F8EE", "align": "center"},
    Look.INPUT_TEXT: _EDGE | {"bg_color": "#F1F8EE", "valign": "top"},
    Look.TO_FILL_IN: _EDGE | {"bg_color": "#FFF3C4", "align": "center"},
    Look.LOCKED: _EDGE | {"bg_color": "#F3F5F7", "font_color": "#5F6B76", "align": "center"},
}
#: What still is to be typed, in the colour that a cell then has.
_TO_FILL_IN = {"bg_color": "#FFF3C4"}
#: How a day is shown where no other format is named.
_DAY = "yyyy-mm-dd"
_ALL = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "vcenter", "text_wrap": True}


def xlsx(workbook: Workbook, *, cached: bool = True) -> bytes:
    """The workbook as an .xlsx file; without `cached`, formulas stand beside zeros, so that a
    value read from it can only be one that a spreadsheet computed."""
    found = (long_sheet(sheet, partial(_height, sheet.widths)) for sheet in workbook.sheets)
    long = {number: one for number, one in enumerate(found, 1) if one is not None and cached}
    if long:
        few = (
            long[number].few if number in long else sheet
            for number, sheet in enumerate(workbook.sheets, 1)
        )
        content = with_lines(_written(replace(workbook, sheets=tuple(few))), long)
        if content is not None:
            return content
    return _written(workbook, cached=cached)


def _written(workbook: Workbook, *, cached: bool = True) -> bytes:
    import xlsxwriter

    file = BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    with xlsxwriter.Workbook(file, options) as book:
        book.set_properties({"title": workbook.title, "created": CREATED})
        formats = _Formats(book)
        empty = book.add_format(_TO_FILL_IN)
        for sheet in workbook.sheets:
            to = book.add_worksheet(sheet.name)
            _Writer(to, formats, sheet, cached=cached, empty=empty).write()
    return file.getvalue()


class _Formats:
    """The formats of a workbook, each made once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[object, ...], Any] = {}

    def of(self, cell: Cell) -> Any:
        is_text = isinstance(cell.value, str)
        is_risky = is_text and str(cell.value).startswith(FORMULA_SIGNS)
        format = _format(cell)
        key = (cell.look, format, cell.indent, is_risky, is_text, cell.input is None)
        if key not in self._made:
            align = {} if is_text else {"align": "right"}
            self._made[key] = self._book.add_format(
                _ALL
                | align
                | _LOOKS[cell.look]
                | {"num_format": format, "indent": cell.indent, "quote_prefix": is_risky}
                | ({} if cell.input is None else {"locked": False})
            )
        return self._made[key]


def _format(cell: Cell) -> str:
    is_day = isinstance(cell.value, date) or (cell.input is not None and cell.input.kind == "day")
    return _DAY if is_day and cell.format == GENERAL else cell.format


class _Writer:
    """One sheet being written."""

    def __init__(
        self, to: Any, formats: _Formats, sheet: Worksheet, *, cached: bool, empty: Any
    ) -> None:
        self._to = to
        self._formats = formats
        self._sheet = sheet
        self._cached = cached
        self._empty = empty
        self._inputs: list[tuple[int, int]] = []

    def write(self) -> None:
        to, sheet = self._to, self._sheet
        self._set_up()
        for row, line in enumerate(sheet.lines):
            depth = min(line.depth, DEEPEST_FOLD)
            options: dict[str, Any] = {"level": depth} if depth else {}
            options |= {"hidden": True} if row < sheet.hidden_rows else {}
            to.set_row(row, line.height or _height(sheet.widths, line), None, options)
            column = 0
            for cell in line.cells:
                self._write(row, column, cell)
                column += cell.across
        self._mark_what_is_empty()

    def _set_up(self) -> None:
        to, sheet = self._to, self._sheet
        for column, width in enumerate(sheet.widths):
            to.set_column(column, column, width, None, {} if width else {"hidden": True})
        to.outline_settings(symbols_below=False)
        to.freeze_panes(sheet.frozen, sheet.frozen_columns)
        to.set_paper(A4)
        to.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        if sheet.is_wide:
            to.set_landscape()
            to.set_print_scale(WIDE_SCALE)
        else:
            to.set_portrait()
            to.fit_to_pages(1, 0)
        if sheet.frozen_columns:
            to.repeat_rows(0, sheet.frozen - 1)
            to.repeat_columns(0, sheet.frozen_columns - 1)
        elif sheet.frozen:
            to.repeat_rows(sheet.frozen - 1)
        to.set_footer("&C&P / &N")
        if sheet.is_locked:
            to.protect("", {"format_columns": True, "format_rows": True})
        if sheet.is_hidden:
            to.very_hidden()

    def _write(self, row: int, column: int, cell: Cell) -> None:
        to, format = self._to, self._formats.of(cell)
        if cell.across > 1:
            to.merge_range(row, column, row, column + cell.across - 1, "", format)
        if cell.link:
            to.write_url(row, column, f"internal:{cell.link}", format, str(cell.value))
        elif cell.formula:
            value = _cached(cell.value) if self._cached else 0
            formula = cell.formula.replace(THIS_ROW, str(row + 1))
            to.write_formula(row, column, "=" + formula, format, value)
        elif isinstance(cell.value, Decimal):
            to.write_number(row, column, float(cell.value), format)
        elif isinstance(cell.value, date):
            to.write_datetime(row, column, cell.value, format)
        elif cell.value:
            to.write_string(row, column, _shortened(cell.value), format)
        else:
            to.write_blank(row, column, None, format)
        if cell.input is not None and cell.input.kind != "text":
            to.data_validation(row, column, row, column, _validation(cell.input, row, column))
            if not cell.input.is_optional:
                self._inputs.append((row, column))

    def _mark_what_is_empty(self) -> None:
        """Shows which of the cells that are to be filled in are not."""
        if self._inputs:
            (row, column), *_ = self._inputs
            rule = {"type": "blanks", "format": self._empty}
            rule |= {"multi_range": " ".join(address(*one) for one in self._inputs)}
            self._to.conditional_format(row, column, row, column, rule)


def _height(widths: Sequence[int], line: SheetRow) -> float:
    """As many lines as the fullest cell takes; spreadsheets do not find out by themselves for cells
    that go over several columns."""
    height, column = LINE_HEIGHT, 0
    for cell in line.cells:
        if isinstance(cell.value, str):
            width = sum(widths[column : column + cell.across]) - 2 * cell.indent
            is_small = cell.look is Look.RUBRIC
            width += width // 4 if is_small else 0
            if width > 0:
                lines = sum(_lines(text, width) for text in cell.value.split("\n"))
                height = max(height, lines * (SMALL_LINE_HEIGHT if is_small else LINE_HEIGHT))
        column += cell.across
    return min(height + 3, HIGHEST_LINE)


def _lines(text: str, width: int) -> int:
    if text.isascii() and len(text) <= max(width - 2, 4):
        return 1
    return _lines_of(text, width)


@lru_cache(maxsize=10_000)
def _lines_of(text: str, width: int) -> int:
    from wcwidth import wcswidth

    return max(-(-max(wcswidth(text), 0) // max(width - 2, 4)), 1)


def _cached(value: str | Decimal | date) -> str | float:
    return float(value) if isinstance(value, Decimal) else str(value)


def _validation(input: Input, row: int, column: int) -> dict[str, Any]:
    """What Excel is to let pass in a cell, and what it says of anything else."""
    rule: dict[str, Any] = {"ignore_blank": True, "error_type": "stop"}
    if input.help:
        rule["error_message"] = input.help[:255]
    if input.listed:
        return rule | {"validate": "list", "source": "=" + input.listed}
    if input.choices:
        return rule | {"validate": "list", "source": [plain(one) for one in input.choices]}
    if input.kind == "day":
        bounds = {"minimum": date(2000, 1, 1), "maximum": date(2199, 12, 31)}
        return rule | {"validate": "date", "criteria": "between"} | bounds
    if input.low is None or input.high is None:
        formula = f"=ISNUMBER({address(row, column)})"
        return rule | {"validate": "custom", "value": formula}
    if input.step not in (None, ONE):
        formula = "AND(" + ",".join(_conditions(input, address(row, column))) + ")"
        return rule | {"validate": "custom", "value": f"={formula}"}
    bounds_of = {"minimum": float(input.low), "maximum": float(input.high)}
    kind = "decimal" if input.step is None else "integer"
    return rule | {"validate": kind, "criteria": "between"} | bounds_of


def _conditions(input: Input, cell: str) -> Iterator[str]:
    assert input.low is not None and input.high is not None and input.step is not None
    yield f"ISNUMBER({cell})"
    yield f"{cell}>={plain(input.low)}"
    yield f"{cell}<={plain(input.high)}"
    times = f"ROUND({cell}/{plain(input.step)},6)"
    yield f"{times}=ROUND({times},0)"


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"
