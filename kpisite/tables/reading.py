"""A file of tables, by what its bytes are: a workbook, or a CSV file in whatever encoding.

The one module that knows python-calamine.
"""

import csv
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from importlib.util import find_spec
from io import BytesIO, StringIO
from typing import Any

from kpisite.tables.grid import Broken, CannotRead, Grid, Look, Raw
from kpisite.tables.xml import MOST_CELLS, looks

#: What a CSV file may part its columns by.
DELIMITERS = (",", "\t", ";", "，", "|")
_ZIP, _OLD = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
#: Encodings that a file names by its first bytes.
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
#: Those that are tried where it does not, the strict one first.
_ENCODINGS = ("utf-8", "gb18030")


def has_library() -> bool:
    """Whether workbooks can be read; CSV files can in any case."""
    return find_spec("python_calamine") is not None


def is_workbook(content: bytes) -> bool:
    """Whether the bytes are those of a workbook."""
    return content.startswith((_ZIP, _OLD))


def grids(file: str, content: bytes) -> tuple[Grid, ...]:
    """The sheets of a file, one for a CSV file; CannotRead where nothing can be made of it."""
    if content.startswith(_OLD):
        raise CannotRead("table-old-or-locked")
    if content.startswith(_ZIP):
        return tuple(_sheets(file, content))
    return (_csv(file, content),)


def _sheets(file: str, content: bytes) -> Iterator[Grid]:
    from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

    found = looks(content)
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        metadata = book.sheets_metadata
    except (CalamineError, OSError, ValueError) as error:
        raise CannotRead("table-no-workbook") from error
    for one in metadata:
        look = found.get(one.name, Look())
        try:
            sheet = book.get_sheet_by_name(one.name)
            rows = sheet.to_python(skip_empty_area=False)
        except (CalamineError, OSError, ValueError):
            continue  # a chart is no table
        yield Grid(
            file=file,
            name=one.name,
            rows=tuple(_rows(rows, look)),
            percents=look.percents,
            hidden=look.hidden,
            merged=tuple((first, last) for first, last in sheet.merged_cell_ranges or ()),
            is_hidden=one.visible is not SheetVisibleEnum.Visible,
        )


def _rows(rows: list[list[Any]], look: Look) -> Iterator[tuple[Raw, ...]]:
    """The rows, as far as there are values and cells that lack theirs."""
    broken: defaultdict[int, dict[int, Broken]] = defaultdict(dict)
    for (number, column), one in look.broken.items():
        broken[number][column] = one
    count = max([len(rows), *(number + 1 for number in broken)])
    for number in range(count):
        values = rows[number] if number < len(rows) else []
        own = broken.get(number, {})
        width = max([len(values), *(column + 1 for column in own)])
        raws = (_raw(one) for one in (*values, *[""] * (width - len(values))))
        yield tuple(own.get(column, raw) for column, raw in enumerate(raws))


def _raw(value: Any) -> Raw:
    match value:
        case bool() | str():
            return value
        case int():
            return Decimal(value)
        case float():
            return Decimal(f"{value:.15g}")
        case datetime():
            return value.date() if value.time() == time() else value.isoformat(" ")
        case date():
            return value
        case time() | timedelta():
            return str(value)
        case _:
            return "" if value is None else str(value)


def _csv(file: str, content: bytes) -> Grid:
    text = _decoded(content)
    if "\0" in text:
        raise CannotRead("table-no-text")
    delimiter = _delimiter(text)
    rows: list[tuple[Raw, ...]] = []
    cells = 0
    try:
        for row in csv.reader(StringIO(text, newline=""), delimiter=delimiter):
            cells += len(row)
            if cells > MOST_CELLS:
                raise CannotRead("table-too-many-cells", most=MOST_CELLS)
            rows.append(tuple(row))
    except csv.Error:
        raise CannotRead("table-no-text") from None
    return Grid(file=file, rows=tuple(rows), is_text=True)


def _decoded(content: bytes) -> str:
    marked = next((name for mark, name in _MARKS if content.startswith(mark)), None)
    for encoding in (marked,) if marked else _ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise CannotRead("table-no-text")


def _delimiter(text: str) -> str:
    """What parts the columns: of those that there are, what is most in the first lines."""
    head = "\n".join(text.split("\n", 20)[:20])
    return max(DELIMITERS, key=lambda one: (head.count(one), -DELIMITERS.index(one)))
