"""What a signature shows on the paper: the signer's name, in which capacity, and when.

Drawn with our own font, of which only the characters in use go into the file, so that the form
stays archival.  The small font is made once for all the forms that somebody signs together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import sha256
from typing import Any

import uharfbuzz
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.content import ResourceType
from pyhanko.pdf_utils.generic import NameObject as Name
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.stamp import BaseStampStyle
from pyhanko.stamp.base import BaseStamp

from kpisite import fonts

#: A sign for what the font cannot draw: a missing glyph is allowed in no archival file.
MISSING = "〓"
#: Always in the font, so that the next second does not need another one.
ALWAYS = "0123456789-: +.UTC" + MISSING
#: In points, where the box has room: the name, and the smaller lines below it.
NAME_SIZE, LINE_SIZE = 12.0, 7.5
LEADING = 1.25
MARGIN = 3.0
UNNEEDED_TABLES = (b"GSUB", b"GPOS", b"GDEF", b"name", b"OS/2", b"post")
FONT = Name("/F1")


@dataclass(frozen=True, slots=True)
class Subset:
    """A font of some characters: its file, and the glyph and advance of each of them; lengths are
    in thousandths of the size."""

    characters: str
    file: bytes
    glyphs: Mapping[str, tuple[int, int]]
    ascent: int
    descent: int

    @property
    def name(self) -> str:
        """The name under which a PDF file knows the subset: six letters, and the font's own."""
        digest = sha256(self.characters.encode()).digest()
        tag = "".join(chr(ord("A") + byte % 26) for byte in digest[:6])
        return f"{tag}+NotoSansSC-Regular"

    def width(self, line: str) -> float:
        """How wide a line is at size 1."""
        return sum(self.glyphs[one][1] for one in line) / 1000


def subset_for(text: str) -> Subset:
    """Our font with no more than what `text` needs."""
    return _subset("".join(sorted({*text, *ALWAYS})))


@lru_cache(maxsize=32)
def _subset(characters: str) -> Subset:
    wanted = uharfbuzz.SubsetInput()
    wanted.unicode_set.set({ord(one) for one in characters})
    wanted.flags = uharfbuzz.SubsetFlags.NO_HINTING | uharfbuzz.SubsetFlags.NO_LAYOUT_CLOSURE
    wanted.drop_table_tag_set.update({int.from_bytes(one) for one in UNNEEDED_TABLES})
    face = uharfbuzz.subset(_face(), wanted)
    font, scale = uharfbuzz.Font(face), 1000 / face.upem
    extents = font.get_font_extents("ltr")
    glyphs = {one: font.get_nominal_glyph(ord(one)) for one in characters}
    return Subset(
        characters=characters,
        file=face.blob.data,
        glyphs={
            one: (glyph, round(font.get_glyph_h_advance(glyph) * scale))
            for one, glyph in glyphs.items()
        },
        ascent=round(extents.ascender * scale),
        descent=round(extents.descender * scale),
    )


@cache
def _face() -> Any:
    return uharfbuzz.Face(fonts.FILES[400].read_bytes())


@dataclass(frozen=True)
class Stamp(BaseStampStyle):
    """A stamp of some lines, the first of them large."""

    lines: Sequence[str] = ()

    def create_stamp(
        self, writer: BasePdfFileWriter, box: BoxConstraints, text_params: dict[str, Any]
    ) -> "_Appearance":
        """The stamp for one box of one file."""
        return _Appearance(writer, self, box)


def _drawable(line: str) -> str:
    return "".join(one if ord(one) in _covered() else MISSING for one in line)


@cache
def _covered() -> frozenset[int]:
    return frozenset(_face().unicodes)


class _Appearance(BaseStamp):
    """What a viewer draws in the box of a signature field."""

    def render(self) -> bytes:
        lines = [_drawable(line) for line in self.style.lines]
        font = subset_for("".join(lines))
        self.set_resource(ResourceType.FONT, FONT, _embedded(self._ensure_writer, font))
        width, height = float(self.box.width), float(self.box.height)
        drawn = [f"q 0.4 w 0.2 0.2 {width - 0.4:.2f} {height - 0.4:.2f} re S 0 g BT"]
        for line, size, y in _laid_out(font, lines, width, height):
            glyphs = "".join(f"{font.glyphs[one][0]:04X}" for one in line)
            drawn.append(f"{FONT} {size:.2f} Tf 1 0 0 1 {MARGIN:g} {y:.2f} Tm <{glyphs}> Tj")
        return " ".join([*drawn, "ET Q"]).encode("ascii")


def _laid_out(
    font: Subset, lines: Sequence[str], width: float, height: float
) -> list[tuple[str, float, float]]:
    """Each line with its size and the height of its base line: from the top down, in the middle,
    and made smaller where it would not fit."""
    sizes = [
        min(NAME_SIZE if index == 0 else LINE_SIZE, (width - 2 * MARGIN) / (font.width(line) or 1))
        for index, line in enumerate(lines)
    ]
    needed = sum(sizes) * LEADING
    shrunk = min(1.0, (height - MARGIN) / needed)
    sizes = [size * shrunk for size in sizes]
    top = (height + needed * shrunk) / 2
    placed = []
    for line, size in zip(lines, sizes, strict=True):
        placed.append((line, size, top - size))
        top -= size * LEADING
    return placed


def _embedded(writer: BasePdfFileWriter, font: Subset) -> generic.IndirectObject:
    """The font as an object of the file."""
    file = generic.StreamObject(
        {Name("/Length1"): generic.NumberObject(len(font.file))}, stream_data=font.file
    )
    file.compress()
    descriptor = _dictionary(
        Type=Name("/FontDescriptor"),
        FontName=Name(f"/{font.name}"),
        Flags=generic.NumberObject(4),
        FontBBox=_numbers(-1000, font.descent, 2000, font.ascent),
        ItalicAngle=generic.NumberObject(0),
        Ascent=generic.NumberObject(font.ascent),
        Descent=generic.NumberObject(font.descent),
        CapHeight=generic.NumberObject(733),
        StemV=generic.NumberObject(80),
        FontFile2=writer.add_object(file),
    )
    widths = generic.ArrayObject()
    for glyph, advance in sorted(set(font.glyphs.values())):
        widths += [generic.NumberObject(glyph), _numbers(advance)]
    drawn = _dictionary(
        Type=Name("/Font"),
        Subtype=Name("/CIDFontType2"),
        BaseFont=Name(f"/{font.name}"),
        CIDSystemInfo=_dictionary(
            Registry=generic.pdf_string("Adobe"),
            Ordering=generic.pdf_string("Identity"),
            Supplement=generic.NumberObject(0),
        ),
        CIDToGIDMap=Name("/Identity"),
        FontDescriptor=writer.add_object(descriptor),
        W=widths,
    )
    return writer.add_object(
        _dictionary(
            Type=Name("/Font"),
            Subtype=Name("/Type0"),
            BaseFont=Name(f"/{font.name}"),
            Encoding=Name("/Identity-H"),
            DescendantFonts=generic.ArrayObject([writer.add_object(drawn)]),
            ToUnicode=writer.add_object(_to_unicode(font)),
        )
    )


def _to_unicode(font: Subset) -> generic.StreamObject:
    """What each glyph means, for whoever copies the text or has it read out."""
    meaning = {glyph: character for character, (glyph, _) in font.glyphs.items()}
    pairs = sorted(meaning.items())
    blocks = []
    for start in range(0, len(pairs), 100):
        some = pairs[start : start + 100]
        lines = [f"<{glyph:04X}> <{one.encode('utf-16-be').hex()}>" for glyph, one in some]
        blocks += [f"{len(some)} beginbfchar", *lines, "endbfchar"]
    text = "\n".join(
        (
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
            "/CMapName /Adobe-Identity-UCS def /CMapType 2 def",
            "1 begincodespacerange <0000> <FFFF> endcodespacerange",
            *blocks,
            "endcmap CMapName currentdict /CMap defineresource pop end end",
        )
    )
    stream = generic.StreamObject(stream_data=text.encode("ascii"))
    stream.compress()
    return stream


def _dictionary(**entries: generic.PdfObject) -> generic.DictionaryObject:
    return generic.DictionaryObject({Name(f"/{key}"): one for key, one in entries.items()})


def _numbers(*numbers: int) -> generic.ArrayObject:
    return generic.ArrayObject(generic.NumberObject(one) for one in numbers)
