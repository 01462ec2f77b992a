"""What the XML of a workbook says that its values do not: rows that are hidden, cells that are
percentages, errors, formulas that nobody has computed; and whether it is safe to open.

A workbook is a ZIP file and may unpack to anything, and one cell far away makes a table of
billions: so it is unpacked and counted here first, within bounds, and only then given to the
library.
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from typing import Any
from xml.parsers import expat

from kpisite.tables.grid import Broken, CannotRead, Look

#: The most bytes that a workbook may unpack to, the most files in it, and the most cells between
#: the first and the last of a sheet.
MOST_BYTES, MOST_FILES, MOST_CELLS = 1 << 28, 4000, 4_000_000
_CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
#: The numbers of the formats that are percentages by themselves.
_PERCENT_FORMATS = ("9", "10")
_LOCAL_HEADER = struct.Struct("<26xHH")

Attributes = Mapping[str, str]


def looks(content: bytes) -> dict[str, Look]:
    """Each sheet of the workbook by its name; CannotRead where it is none, or not to be opened."""
    parts = _parts(content)
    if "xl/workbook.xml" not in parts:
        raise CannotRead("table-no-workbook")
    percents = _percent_styles(parts.get("xl/styles.xml", b""))
    targets = {
        one["Id"]: one["Target"]
        for tag, one in _elements(parts.get("xl/_rels/workbook.xml.rels", b""))
        if tag == "Relationship" and "Id" in one and "Target" in one
    }
    found = {}
    for tag, one in _elements(parts["xl/workbook.xml"]):
        if tag == "sheet" and "name" in one:
            id = next((value for key, value in one.items() if key.endswith(":id")), "")
            path = targets.get(id, "").removeprefix("/")
            path = path if path.startswith("xl/") else f"xl/{path}"
            found[one["name"]] = _Sheet(percents).read(parts.get(path, b""))
    return found


def _parts(content: bytes) -> dict[str, bytes]:
    """The XML files in it, unpacked no further than is allowed."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, UnicodeError, NotImplementedError):
        raise CannotRead("table-no-workbook") from None
    if len(infos) > MOST_FILES:
        raise CannotRead("table-too-large", most=MOST_BYTES >> 20)
    left, found = MOST_BYTES, {}
    for info in infos:
        if info.flag_bits & 1:
            raise CannotRead("table-locked")
        unpacked = _unpacked(content, info, left)
        left -= len(unpacked)
        if info.filename.endswith((".xml", ".rels")):
            if b"<!DOCTYPE" in unpacked or b"<!ENTITY" in unpacked:
                raise CannotRead("table-entities")
            found[info.filename.replace("\\", "/")] = unpacked
    return found


def _unpacked(content: bytes, info: zipfile.ZipInfo, most: int) -> bytes:
    """A file of it, whatever its header says of its size."""
    start = info.header_offset
    header = content[start : start + 30]
    if len(header) < 30 or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise CannotRead("table-no-workbook")
    begin = start + 30 + sum(_LOCAL_HEADER.unpack(header))
    packed = content[begin : begin + info.compress_size]
    if info.compress_type == zipfile.ZIP_STORED:
        found = packed
    else:
        inflate = zlib.decompressobj(-15)
        try:
            found = inflate.decompress(packed, most + 1)
        except zlib.error:
            raise CannotRead("table-no-workbook") from None
    if len(found) > most:
        raise CannotRead("table-too-large", most=MOST_BYTES >> 20)
    return found


def _parser() -> Any:
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def refuse(*_: object) -> None:
        raise CannotRead("table-entities")

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    return parser


def _parse(parser: Any, content: bytes) -> None:
    try:
        if content:
            parser.Parse(content, True)
    except expat.ExpatError:
        raise CannotRead("table-no-workbook") from None


def _elements(content: bytes) -> Iterator[tuple[str, Attributes]]:
    """The opening tags of an XML file, without their prefixes."""
    found: list[tuple[str, Attributes]] = []
    parser = _parser()
    parser.StartElementHandler = lambda tag, one: found.append((tag.rpartition(":")[2], one))
    _parse(parser, content)
    yield from found


def _percent_styles(content: bytes) -> frozenset[str]:
    """The numbers of the styles that show percentages."""
    formats, styles, is_within = set(_PERCENT_FORMATS), [], False
    for tag, one in _elements(content):
        if tag == "numFmt" and "%" in one.get("formatCode", ""):
            formats.add(one.get("numFmtId", ""))
        if tag in ("cellXfs", "cellStyles", "dxfs"):
            is_within = tag == "cellXfs"
        if tag == "xf" and is_within:
            styles.append(one.get("numFmtId", ""))
    return frozenset(str(index) for index, one in enumerate(styles) if one in formats)


class _Sheet:
    """One sheet being looked at, tag by tag."""

    def __init__(self, percents: frozenset[str]) -> None:
        self._styles = percents
        self._row = self._column = -1
        self._last = (0, 0)
        self._hidden: set[int] = set()
        self._percents: set[tuple[int, int]] = set()
        self._broken: dict[tuple[int, int], Broken] = {}
        self._is_error = self._has_formula = self._has_value = self._is_text = False
        self._text: list[str] = []
        self._is_in_value = False

    def read(self, content: bytes) -> Look:
        parser = _parser()
        opening: Mapping[str, Callable[[Attributes], None]] = {
            "row": self._open_row, "c": self._open_cell, "f": self._open_formula,
            "v": self._open_value, "is": self._open_value,
        }  # fmt: skip

        def start(tag: str, attributes: Attributes) -> None:
            handler = opening.get(tag.rpartition(":")[2])
            if handler is not None:
                handler(attributes)

        def end(tag: str) -> None:
            if tag.rpartition(":")[2] == "c":
                self._close_cell()
            elif tag.rpartition(":")[2] in ("v", "is"):
                self._is_in_value = False

        def data(text: str) -> None:
            if self._is_in_value and len(self._text) < 4:
                self._text.append(text)

        parser.StartElementHandler = start
        parser.EndElementHandler = end
        parser.CharacterDataHandler = data
        _parse(parser, content)
        return Look(
            hidden=frozenset(self._hidden),
            percents=frozenset(self._percents),
            broken=self._broken,
        )

    def _open_row(self, attributes: Attributes) -> None:
        stated = attributes.get("r", "")
        self._row = int(stated) - 1 if stated.isdecimal() else self._row + 1
        self._column = -1
        if attributes.get("hidden") in ("1", "true"):
            self._hidden.add(self._row)

    def _open_cell(self, attributes: Attributes) -> None:
        found = _CELL.fullmatch(attributes.get("r", ""))
        if found is None:
            self._column += 1
        else:
            self._column, self._row = _number(found[1]) - 1, int(found[2]) - 1
        self._is_error = attributes.get("t") == "e"
        self._is_text = attributes.get("t") in ("s", "str", "inlineStr", "b", "d")
        self._has_formula = self._has_value = False
        self._text = []
        if attributes.get("s") in self._styles:
            self._percents.add((self._row, self._column))

    def _open_formula(self, _: Attributes) -> None:
        self._has_formula = True

    def _open_value(self, _: Attributes) -> None:
        self._has_value = self._is_in_value = True

    def _close_cell(self) -> None:
        here, said = (self._row, self._column), "".join(self._text)
        if self._has_value:
            self._last = (max(self._last[0], here[0]), max(self._last[1], here[1]))
            if (self._last[0] + 1) * (self._last[1] + 1) > MOST_CELLS:
                raise CannotRead("table-too-many-cells", most=MOST_CELLS)
        if self._is_error:
            self._broken[here] = Broken("cell-error", said[:40])
        elif self._has_formula and not self._has_value:
            self._broken[here] = Broken("cell-not-computed")
        elif not self._is_text and _has_lost_digits(said):
            self._broken[here] = Broken("cell-digits-lost", said[:40])


def _has_lost_digits(number: str) -> bool:
    """Whether it is a whole number that a cell cannot hold exactly, as an identity number typed
    without an apostrophe is."""
    try:
        return abs(float(number)) >= 1e15
    except ValueError:
        return False


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
