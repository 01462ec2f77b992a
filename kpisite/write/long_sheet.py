"""The lines of long lists in a workbook: put into the file as text beside the first of their kind.

A list has thousands of lines and few kinds of them, told apart by the looks and types of their
cells.  What writes workbooks writes one line of each kind, and so says how each cell is to look;
the others differ from it in what stands in them alone, and are set here, a line in a few
microseconds.  Whatever is out of the ordinary makes a kind of its own.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from html import escape
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from kpisite.pages.cells import Cell, SheetRow, Worksheet, address

#: From so many lines on a list is a long one.
LONG = 200
STRINGS = "xl/sharedStrings.xml"
SHEETS = "xl/worksheets/"

#: A text that nothing has to be done to but to set the signs of XML in escapes.
_PLAIN = re.compile(r"(?![-=+@\s])[^\x00-\x1f_\ufffe\uffff]{1,1000}(?<!\s)")
_ROW = re.compile(r'<row r="\d+"([^>]*)>(.*?)</row>')
_CELL = re.compile(r'<c r="[A-Z]+\d+"( s="\d+")?(.*?)(?:/>|</c>)')
_ITEM = re.compile(r"<si><t[^>]*>(.*?)</t></si>", re.DOTALL)
_COUNTS = re.compile(r' count="\d+" uniqueCount="\d+"')
_LAST = re.compile(r'(<dimension ref="[A-Z]+\d+:[A-Z]+)\d+')

#: The one formula that lists have: the sum of some cells.
_SUM = re.compile(r"SUM\([A-Z]+\d+:[A-Z]+\d+\)")

Kind = tuple[object, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LongSheet:
    """A long list by kinds of lines: `few` is the sheet with the first of each kind, `kinds` says
    of each line which of these it is like."""

    sheet: Worksheet
    few: Worksheet
    kinds: tuple[int, ...]


def long_sheet(sheet: Worksheet, height: Callable[[SheetRow], float]) -> LongSheet | None:
    """The sheet as a long list; None where it is none.  `height` gives that of a line."""
    if len(sheet.lines) < LONG or sheet.hidden_rows:
        return None
    numbers: dict[Kind, int] = {}
    few: list[SheetRow] = []
    kinds: list[int] = []
    for line in sheet.lines:
        kind = (line.height or height(line), *map(_kind, line.cells))
        if line.depth or None in kind:
            return None
        if kind not in numbers:
            numbers[kind] = len(few)
            few.append(line)
        kinds.append(numbers[kind])
    return LongSheet(sheet=sheet, few=replace(sheet, lines=tuple(few)), kinds=tuple(kinds))


def _kind(cell: Cell) -> Kind | None:
    """What a cell is besides its content; None of what stands in no list."""
    value, formula = cell.value, cell.formula
    if cell.input is not None or cell.link or cell.across != 1:
        return None
    if isinstance(value, Decimal):
        if formula and not _SUM.fullmatch(formula):
            return None
        return (cell.look, cell.format, cell.indent, "sum" if formula else "number")
    if formula or not isinstance(value, str):
        return None
    is_plain = _PLAIN.fullmatch(value)
    return (cell.look, cell.format, cell.indent, "text" if is_plain else f"={value}")


def with_lines(content: bytes, sheets: Mapping[int, LongSheet]) -> bytes | None:
    """The workbook with all lines of its long lists, by the numbers of the sheets from 1; None
    where what is there is laid out otherwise than it is known here."""
    with ZipFile(BytesIO(content)) as file:
        parts = {one.filename: file.read(one) for one in file.infolist()}
    strings = _Strings(parts[STRINGS].decode())
    for number, sheet in sheets.items():
        name = f"{SHEETS}sheet{number}.xml"
        text = parts[name].decode()
        rows = _ROW.findall(text)
        if len(rows) != len(sheet.few.lines):
            return None
        lines = "".join(_lines(sheet, rows, strings))
        before, after = text.index("<sheetData>"), text.index("</sheetData>")
        head = _LAST.sub(rf"\g<1>{len(sheet.kinds)}", text[:before], count=1)
        parts[name] = f"{head}<sheetData>{lines}{text[after:]}".encode()
    named = sum(part.count(b' t="s"') for name, part in parts.items() if name.startswith(SHEETS))
    parts[STRINGS] = strings.text(named).encode()
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as file:
        for name, part in parts.items():
            info = ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = ZIP_DEFLATED
            file.writestr(info, part)
    return made.getvalue()


def _lines(long: LongSheet, rows: Sequence[tuple[str, str]], strings: "_Strings") -> Iterator[str]:
    """The rows of a list, each like the one of its kind in `rows`: its attributes and cells."""
    known = [(re.sub(r' spans="[^"]*"', "", one), _CELL.findall(cells)) for one, cells in rows]
    columns = [address(0, column)[:-1] for column in range(max(len(one) for _, one in known))]
    for number, (kind, line) in enumerate(zip(long.kinds, long.sheet.lines, strict=True), 1):
        attributes, cells = known[kind]
        yield f'<row r="{number}"{attributes}>'
        for column, (look, rest), cell in zip(columns, cells, line.cells, strict=False):
            value = cell.value
            if isinstance(value, Decimal):
                said = (
                    f"><f>{cell.formula}</f><v>{float(value)}</v></c>"
                    if cell.formula
                    else f"><v>{float(value):.16G}</v></c>"
                )
            elif isinstance(value, str) and _PLAIN.fullmatch(value):
                said = f' t="s"><v>{strings.number(value)}</v></c>'
            else:
                said = f"{rest}</c>" if rest else "/>"
            yield f'<c r="{column}{number}"{look}{said}'
        yield "</row>"


class _Strings:
    """The texts of a workbook, which its cells name by their numbers."""

    def __init__(self, text: str) -> None:
        self._head, _, rest = text.partition("<si>")
        self._items = _ITEM.findall(f"<si>{rest}")
        self._begun = f"<si>{rest}".removesuffix("</sst>")
        self._numbers = {one: number for number, one in enumerate(self._items)}
        self._new: list[str] = []

    def number(self, value: str) -> int:
        """The number of a text, which is added where it is new."""
        text = escape(value, quote=False)
        if text not in self._numbers:
            self._numbers[text] = len(self._items) + len(self._new)
            self._new.append(text)
        return self._numbers[text]

    def text(self, count: int) -> str:
        """The part of the workbook that has them all, which so many cells name."""
        new = "".join(f"<si><t>{one}</t></si>" for one in self._new)
        counts = f' count="{count}" uniqueCount="{len(self._numbers)}"'
        return f"{_COUNTS.sub(counts, self._head, count=1)}{self._begun}{new}</sst>"
