"""Workbooks from cells: the one module that knows XlsxWriter.

A text is always written as a text, whatever it begins with; a formula is only ever one that
kpisite made over addresses and figures of its own.  Beside each formula stands the exact value to
the nearest double, for readers that do not reckon on opening.  The bytes hold no clock.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

from kpisite.pages.cells import Cell, Look, SheetRow, Workbook, Worksheet

#: Every workbook is created at this moment, so that one record makes one file.
CREATED = datetime(2000, 1, 1)
#: The longest text that a cell holds.
LONGEST_TEXT = 32_767
#: Excel folds rows so deep and no deeper.
DEEPEST_FOLD = 7
A4 = 9
LINE_HEIGHT = 17
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
}
_ALL = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "vcenter", "text_wrap": True}


def xlsx(workbook: Workbook, *, cached: bool = True) -> bytes:
    """The workbook as an .xlsx file; without `cached`, formulas stand beside zeros, so that a
    value read from it can only be one that a spreadsheet reckoned."""
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
        for sheet in workbook.sheets:
            _Writer(book.add_worksheet(sheet.name), formats, sheet, cached=cached).write()
    return file.getvalue()


class _Formats:
    """The formats of a workbook, each made once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[Look, str, int, bool, bool], Any] = {}

    def of(self, cell: Cell) -> Any:
        is_text = isinstance(cell.value, str)
        is_risky = is_text and str(cell.value).startswith(FORMULA_SIGNS)
        key = (cell.look, cell.format, cell.indent, is_risky, is_text)
        if key not in self._made:
            align = {} if is_text else {"align": "right"}
            self._made[key] = self._book.add_format(
                _ALL
                | align
                | _LOOKS[cell.look]
                | {"num_format": cell.format, "indent": cell.indent, "quote_prefix": is_risky}
            )
        return self._made[key]


class _Writer:
    """One sheet being written."""

    def __init__(self, to: Any, formats: _Formats, sheet: Worksheet, *, cached: bool) -> None:
        self._to = to
        self._formats = formats
        self._sheet = sheet
        self._cached = cached

    def write(self) -> None:
        to, sheet = self._to, self._sheet
        for column, width in enumerate(sheet.widths):
            to.set_column(column, column, width)
        to.outline_settings(symbols_below=False)
        to.freeze_panes(sheet.frozen, 0)
        to.set_paper(A4)
        to.set_portrait()
        to.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        to.fit_to_pages(1, 0)
        to.repeat_rows(sheet.frozen - 1)
        to.set_footer("&C&P / &N")
        for row, line in enumerate(sheet.lines):
            depth = min(line.depth, DEEPEST_FOLD)
            to.set_row(row, self._height(line), None, {"level": depth} if depth else {})
            column = 0
            for cell in line.cells:
                self._write(row, column, cell)
                column += cell.across

    def _write(self, row: int, column: int, cell: Cell) -> None:
        to, format = self._to, self._formats.of(cell)
        if cell.across > 1:
            to.merge_range(row, column, row, column + cell.across - 1, "", format)
        if cell.formula:
            value = _cached(cell.value) if self._cached else 0
            to.write_formula(row, column, "=" + cell.formula, format, value)
        elif isinstance(cell.value, Decimal):
            to.write_number(row, column, float(cell.value), format)
        elif cell.value:
            to.write_string(row, column, _shortened(cell.value), format)
        else:
            to.write_blank(row, column, None, format)

    def _height(self, line: SheetRow) -> float:
        """As many lines as the fullest cell takes; spreadsheets do not find out by themselves for
        cells that go over several columns."""
        lines, column = 1, 0
        for cell in line.cells:
            width = sum(self._sheet.widths[column : column + cell.across]) - 2 * cell.indent
            column += cell.across
            if isinstance(cell.value, str):
                lines = max(lines, sum(_lines(text, width) for text in cell.value.split("\n")))
        return min(lines * LINE_HEIGHT + 3, HIGHEST_LINE)


def _lines(text: str, width: int) -> int:
    from wcwidth import wcswidth

    return max(-(-max(wcswidth(text), 0) // max(width - 2, 4)), 1)


def _cached(value: str | Decimal) -> str | float:
    return value if isinstance(value, str) else float(value)


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"
