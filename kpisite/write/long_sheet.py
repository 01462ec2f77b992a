"""The lines of long lists in a workbook: put into the file as text beside the first of their kind.

A list has thousands of lines and few kinds of them, told apart by the looks and types of their
cells.  What writes workbooks writes one line of each kind, and so says how each cell is to look;
the others differ from it in what stands in them alone, and are set here, a line in a few
microseconds.  Whatever is out of the ordinary makes a kind of its own.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from html import escape
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from kpisite.core.digest import digest
from kpisite.language.serial import Serial
from kpisite.pages.cells import THIS_ROW, Cell, Listing, SheetRow, Worksheet, letters

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
_SUM = re.compile(r"SUM\([A-Z]+(?:\d+|\0):[A-Z]+(?:\d+|\0)\)")

Kind = tuple[object, ...]
Filled = tuple[str, tuple[str, ...]]
"""A line by a digest of its kind, which is empty where it stands in no list, and what is set into
its cells one after the other: texts, numbers, and sums."""

#: How lines are kept between two builds, each with its key.
FILLED = Serial(dict[str, tuple[str, Filled]])


@dataclass(frozen=True, slots=True, kw_only=True)
class LongSheet:
    """A long list: `few` is the sheet with the first line of each of the `kinds` that there are,
    `lines` are all of them."""

    few: Worksheet
    kinds: Sequence[str]
    lines: Sequence[Filled]


def long_sheet(sheet: Worksheet, height: Callable[[SheetRow], float]) -> LongSheet | None:
    """The sheet as a long list; None where it is none.  `height` gives that of a line, by the
    widths of the columns."""
    if len(sheet.lines) < LONG or sheet.hidden_rows:
        return None
    lines = list[Filled]()
    firsts: dict[str, Callable[[], SheetRow]] = {}
    for find, filled in _filled(sheet, height):
        lines.append(filled)
        firsts.setdefault(filled[0], find)
    if "" in firsts:
        return None
    few = tuple(find() for find in firsts.values())
    return LongSheet(few=replace(sheet, lines=few), kinds=tuple(firsts), lines=lines)


def _filled(
    sheet: Worksheet, height: Callable[[SheetRow], float]
) -> Iterator[tuple[Callable[[], SheetRow], Filled]]:
    """Every line after what finds it, of those that are kept as it was in the build before."""

    def fill(line: SheetRow) -> Filled:
        kind = (line.height or height(line), *map(_kind, line.cells))
        if line.depth or None in kind:
            return "", ()
        return digest(repr(kind)), tuple(_set_into(line.cells))

    def filled(lines: Iterable[SheetRow]) -> Iterator[tuple[Callable[[], SheetRow], Filled]]:
        return ((partial(_itself, line), fill(line)) for line in lines)

    if isinstance(sheet.lines, Listing):
        yield from filled(sheet.lines.head)
        lines = sheet.lines.lines.resting_on(" ".join(map(str, sheet.widths)))
        for name, section, one in lines.placed("xlsx", FILLED, fill):
            yield partial(lines.find, section, name), one
        yield from filled(sheet.lines.foot)
    else:
        yield from filled(sheet.lines)


def _itself(line: SheetRow) -> SheetRow:
    return line


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


def _set_into(cells: Iterable[Cell]) -> Iterator[str]:
    """What is set into those cells of a line that differ from the first of its kind."""
    for cell in cells:
        value = cell.value
        if isinstance(value, Decimal):
            number = float(value)
            sum_of = f"<f>{cell.formula}</f><v>{number}" if cell.formula else ""
            yield sum_of or f"<v>{number:.16G}"
        elif isinstance(value, str) and _PLAIN.fullmatch(value):
            yield escape(value, quote=False)


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
        if len(rows) != len(sheet.kinds):
            return None
        lines = "".join(_lines(sheet, rows, strings))
        before, after = text.index("<sheetData>"), text.index("</sheetData>")
        head = _LAST.sub(rf"\g<1>{len(sheet.lines)}", text[:before], count=1)
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
    shapes = {
        kind: _shape(attributes, cells, line.cells)
        for kind, (attributes, cells), line in zip(long.kinds, rows, long.few.lines, strict=True)
    }
    for number, (kind, filled) in enumerate(long.lines, 1):
        shape, texts = shapes[kind]
        said = list(filled)
        for place in texts:
            said[place] = f"<v>{strings.number(said[place])}"
        yield (shape % tuple(said)).replace(THIS_ROW, str(number))


def _shape(attributes: str, row: str, cells: Iterable[Cell]) -> tuple[str, Sequence[int]]:
    """A kind of line as text with places for what is set into it, and which of these are texts."""
    shape, texts, places = f'<row r="{THIS_ROW}"{_unspanned(attributes)}>', list[int](), 0
    shape = shape.replace("%", "%%")
    for column, ((look, rest), cell) in enumerate(zip(_CELL.findall(row), cells, strict=True)):
        kind = "" if isinstance(cell.value, Decimal) else ' t="s"'
        is_set = isinstance(cell.value, Decimal) or _PLAIN.fullmatch(str(cell.value))
        end = f"{kind}>%s</v></c>" if is_set else (f"{rest}</c>" if rest else "/>")
        shape += f'<c r="{letters(column)}{THIS_ROW}"{look}'
        shape += end if is_set else end.replace("%", "%%")
        if is_set:
            texts += [places] if kind else []
            places += 1
    return f"{shape}</row>", texts


def _unspanned(attributes: str) -> str:
    return re.sub(r' spans="[^"]*"', "", attributes)


class _Strings:
    """The texts of a workbook, which its cells name by their numbers."""

    def __init__(self, text: str) -> None:
        self._head, _, rest = text.partition("<si>")
        self._items = _ITEM.findall(f"<si>{rest}")
        self._begun = f"<si>{rest}".removesuffix("</sst>")
        self._numbers = {one: number for number, one in enumerate(self._items)}
        self._new: list[str] = []

    def number(self, text: str) -> int:
        """The number of a text, with the signs of XML in escapes, which is added where it is
        new."""
        if text not in self._numbers:
            self._numbers[text] = len(self._items) + len(self._new)
            self._new.append(text)
        return self._numbers[text]

    def text(self, count: int) -> str:
        """The part of the workbook that has them all, which so many cells name."""
        new = "".join(f"<si><t>{one}</t></si>" for one in self._new)
        counts = f' count="{count}" uniqueCount="{len(self._numbers)}"'
        return f"{_COUNTS.sub(counts, self._head, count=1)}{self._begun}{new}</sst>"
