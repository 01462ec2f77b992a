"""Workbooks as somebody sends them back: cells typed into the XML, as a spreadsheet saves them."""

import re
import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import escape

import xlsxwriter

from kpisite.pages.cells import address
from kpisite.tables.grid import Grid
from kpisite.tables.reading import grids
from kpisite.tables.values import text_of

Value = str | int | float | None
#: A cell of a rater's sheet, by the name of the sheet and the keys of its row and column.
Where = tuple[str, str, str]


def typed(content: bytes, cells: Mapping[Where, Value]) -> bytes:
    """The workbook with these values typed into it."""
    sheets = {one.name: number for number, one in enumerate(grids("x.xlsx", content), 1)}
    found = {one.name: one for one in grids("x.xlsx", content)}
    new: dict[str, dict[str, Value]] = {}
    for (sheet, row, column), value in cells.items():
        path = f"xl/worksheets/sheet{sheets[sheet]}.xml"
        new.setdefault(path, {})[place(found[sheet], row, column)] = value
    return rewritten(content, lambda path, text: _with(text, new.get(path, {})))


def place(grid: Grid, row: str, column: str) -> str:
    """The address of the cell that bears the keys."""
    rows = [text_of(one[0]) if one else "" for one in grid.rows]
    columns = [text_of(one) for one in grid.rows[0]]
    return address(rows.index(row), columns.index(column))


def _with(text: str, cells: Mapping[str, Value]) -> str:
    for at, value in cells.items():
        found = re.search(rf'<c r="{at}"( s="\d+")?[^>]*?(/>|>.*?</c>)', text, re.DOTALL)
        assert found is not None, at
        new = _cell(at, found[1] or "", value)
        text = text[: found.start()] + new + text[found.end() :]
    return text


def _cell(at: str, style: str, value: Value) -> str:
    if value is None:
        return f'<c r="{at}"{style}/>'
    if isinstance(value, str):
        said = escape(value)
        return f'<c r="{at}"{style} t="inlineStr"><is><t xml:space="preserve">{said}</t></is></c>'
    return f'<c r="{at}"{style}><v>{value!r}</v></c>'


def rewritten(content, change) -> bytes:
    """The workbook with each of its XML files as `change` makes it from its path and text."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            data = old.read(info)
            if info.filename.endswith((".xml", ".rels")):
                data = change(info.filename, data.decode()).encode()
            new.writestr(info.filename, data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def workbook(*rows, name: str = "Sheet1", more=None) -> bytes:
    """A workbook of one sheet; `more` is done to the sheet and its workbook besides."""
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet(name)
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if hasattr(value, "isoformat"):
                    sheet.write_datetime(number, column, value, day)
                elif value is not None:
                    sheet.write(number, column, value)
        if more is not None:
            more(sheet, book)
    return out.getvalue()


def sheets_of(root: Path, month: str) -> list[Path]:
    """The sheets of a month, by name."""
    return sorted((root / "sheets" / month).iterdir())
