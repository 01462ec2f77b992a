"""Makes the files of this folder again from the fonts as they are published on npm.

    npm pack @expo-google-fonts/noto-sans-sc@0.4.3 @expo-google-fonts/noto-sans@0.4.2
    npm pack @expo-google-fonts/noto-sans-jp@0.4.3
    python -m kpisite.fonts.build THE_FOLDER_WITH_ALL_TGZ

With Debian's fonts-hanazono and fonts-symbola on the machine, the list of what these draw besides
is written too.  The same packages and the same fontTools give the same bytes. Four things are done
to each weight:

- Layout keeps kerning, marks and compositions. What vertical text and hinting need goes.
- Letters that a colleague's name may have and Noto Sans SC lacks (ł, š, ệ, ά) come from Noto Sans,
  its sister, and so do the thin spaces.
- What is never drawn (zero-width joiners, variation selectors) gets an empty glyph.
- Glyphs are put in the order of GB 2312, common characters first. A PDF keeps every glyph number
  up to the highest it uses, so this makes files smaller and a tenth faster to print, and nobody
  needs a second, smaller font beside the one that has the rare names.
"""

import argparse
import hashlib
import io
import tarfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from fontTools import subset
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from fontTools.ttLib.reorderGlyphs import reorderGlyphs

from kpisite.fonts import COVERAGE, FILES, FOLDER, FURTHER, FURTHER_COVERAGE, OF_LANGUAGES

CHINESE = "expo-google-fonts-noto-sans-sc-0.4.3.tgz"
JAPANESE = "expo-google-fonts-noto-sans-jp-0.4.3.tgz"
LETTERS = "expo-google-fonts-noto-sans-0.4.2.tgz"
SHA256 = {
    CHINESE: "0d69d0f4971d2ff574e3d93cbc218dc950bf3f3f8f8e2c008d97687ed53aee59",
    JAPANESE: "563ee80509692e2b2f42ceae6a0b82afecb90daa1b3d025bcebdf3d9120f43a3",
    LETTERS: "98cf14a19b8e67a0e76bfd4d5df98937b9734e6dde570bd750f2259042042548",
}
STYLES = {400: "400Regular", 600: "600SemiBold"}

ZERO_WIDTH = (
    *(0x00AD, 0x034F, 0x180E, 0xFEFF),
    *range(0x200B, 0x2010),
    *range(0x2028, 0x202F),
    *range(0x2060, 0x2070),
    *range(0xFE00, 0xFE10),
    *range(0xE0100, 0xE01F0),
)
BORROWED = (
    *range(0x0100, 0x0250),  # Latin Extended-A and -B
    *range(0x0370, 0x0530),  # Greek and Cyrillic
    *range(0x1E00, 0x1F00),  # Latin Extended Additional: Vietnamese
    *range(0x2000, 0x2070),  # general punctuation, with the thin spaces
    *range(0x20A0, 0x20C0),  # currencies
)
FIGURE_SPACE = 0x2007
#: What stands among English words and is as wide as a Chinese character in a Chinese typeface; and
#: the spaces, which Pango takes out of the typeface of what is before them.
SPACES = (0x0020, 0x00A0)
MARKS = (*SPACES, 0x00B7, 0x2013, 0x2014, 0x2018, 0x2019, 0x201C, 0x201D, 0x2026)


def main() -> None:
    """Writes the fonts, the list of characters and the licence."""
    parser = argparse.ArgumentParser(description="Make the packaged fonts again.")
    parser.add_argument("packages", type=Path, help="the folder with the npm packages")
    parser.add_argument("--into", type=Path, default=FOLDER, help="where to write")
    arguments = parser.parse_args()
    build(arguments.packages, arguments.into)


def build(packages: Path, into: Path) -> None:
    """Writes every file that is made, from the npm packages in the folder `packages`."""
    covered: set[int] = set()
    for weight, file in FILES.items():
        style = STYLES[weight]
        font = strip(open_font(extract(packages / CHINESE, f"{style}/NotoSansSC_{style}.ttf")))
        letters = open_font(extract(packages / LETTERS, f"{style}/NotoSans_{style}.ttf"))
        add_blank(font, ZERO_WIDTH)
        add_letters(font, letters, BORROWED)
        put_in_order(font)
        name_both_owners(font, letters)
        font.save(into / file.name)
        marks(letters, font).save(into / OF_LANGUAGES["Latin marks"][weight].name)
        japanese = open_font(extract(packages / JAPANESE, f"{style}/NotoSansJP_{style}.ttf"))
        japanese = strip(japanese, list_common_japanese())
        put_in_order(japanese, list_common_japanese())
        japanese.save(into / OF_LANGUAGES["Noto Sans JP"][weight].name)
        covered = covered & set(font.getBestCmap()) if covered else set(font.getBestCmap())
    lines = (f"{first:X}-{last:X}\n" for first, last in split_into_ranges(covered))
    (into / COVERAGE.name).write_text("".join(lines), encoding="ascii")
    if all(typeface.file.is_file() for typeface in FURTHER):
        (into / FURTHER_COVERAGE.name).write_text(list_further(covered), encoding="ascii")
    licences = [extract(packages / name, "LICENSE_FONT").read().decode() for name in SHA256]
    (into / "OFL.txt").write_text(join_licences(*licences), encoding="utf-8")


def extract(package: Path, path: str) -> io.BytesIO:
    """One file of an npm package, whose bytes must be the ones this script was written for."""
    content = package.read_bytes()
    if hashlib.sha256(content).hexdigest() != SHA256[package.name]:
        raise ValueError(f"{package}: not the file that npm had published")
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        found = archive.extractfile(f"package/{path}")
        if found is None:
            raise FileNotFoundError(f"{package}: {path}")
        return io.BytesIO(found.read())


def open_font(file: io.BytesIO) -> TTFont:
    """The font in a file, which keeps its date when it is saved."""
    return TTFont(file, recalcTimestamp=False)


def strip(font: TTFont, characters: Iterable[int] = ()) -> TTFont:
    """The font with all its characters, or with those given, without what a horizontal page on
    paper does not use."""
    options = subset.Options(
        layout_features=["kern", "mark", "ccmp"],
        hinting=False,
        name_IDs=["*"],
        notdef_outline=True,
    )
    options.drop_tables += ["BASE", "STAT", "gasp", "vhea", "vmtx"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=tuple(characters) or font.getBestCmap())
    subsetter.subset(font)
    saved = io.BytesIO()
    font.save(saved)
    return open_font(saved)


def add_blank(font: TTFont, characters: Iterable[int]) -> None:
    """Gives every character that the font lacks one shared glyph, empty and without width."""
    name = "zerowidth"
    add_glyph(font, name, TTGlyphPen(None), width=0)
    for character in characters:
        add_character(font, character, name)


def add_letters(font: TTFont, letters: TTFont, characters: Iterable[int]) -> None:
    """Takes the outlines of characters that the font lacks from another of the same scale."""
    has, gives = set(font.getBestCmap()), letters.getBestCmap()
    outlines = letters.getGlyphSet()
    for character in characters:
        if character in has or character not in gives:
            continue
        drawing = DecomposingRecordingPen(outlines)
        outlines[gives[character]].draw(drawing)
        pen = TTGlyphPen(None)
        drawing.replay(pen)
        name = f"u{character:04X}"
        add_glyph(font, name, pen, width=outlines[gives[character]].width)
        add_character(font, character, name)
    # A figure space is there to stand in a column of figures, so it takes the width of ours.
    font["hmtx"][f"u{FIGURE_SPACE:04X}"] = (font["hmtx"][font.getBestCmap()[ord("0")]][0], 0)


def add_glyph(font: TTFont, name: str, pen: TTGlyphPen, width: int) -> None:
    """Adds a glyph at the end of the font."""
    glyph = pen.glyph()
    font["glyf"][name] = glyph
    glyph.recalcBounds(font["glyf"])
    font["hmtx"][name] = (width, getattr(glyph, "xMin", 0))


def add_character(font: TTFont, character: int, glyph: str) -> None:
    """Lets a character be drawn with a glyph, unless it has one."""
    for table in font["cmap"].tables:
        if table.format == 12 or (table.format == 4 and character <= 0xFFFF):
            table.cmap.setdefault(character, glyph)


def marks(letters: TTFont, beside: TTFont) -> TTFont:
    """The marks of English alone, as high and as deep as the typeface that they stand beside, so
    that no line is set wider for them."""
    font = strip(letters, MARKS)
    for table, names in HEIGHTS.items():
        for name in names:
            setattr(font[table], name, getattr(beside[table], name))
    for space in SPACES:
        of_ours = beside["hmtx"][beside.getBestCmap()[space]][0]
        font["hmtx"][font.getBestCmap()[space]] = (of_ours, 0)
    for record in font["name"].names:
        if record.nameID in (1, 4, 6, 16):
            name = record.toUnicode().replace("Noto Sans", "Latin marks")
            record.string = name.replace("NotoSans", "LatinMarks")
    return font


#: How high and deep a line of a typeface is, by the tables that say so.
HEIGHTS = {
    "hhea": ("ascent", "descent", "lineGap"),
    "OS/2": ("sTypoAscender", "sTypoDescender", "sTypoLineGap", "usWinAscent", "usWinDescent"),
}


def put_in_order(font: TTFont, common: Iterable[int] | None = None) -> None:
    """Numbers the glyphs by how likely a scorecard is to need them."""
    glyphs = font.getBestCmap()
    common = list_common_characters() if common is None else common
    wanted = [glyphs[character] for character in common if character in glyphs]
    reorderGlyphs(font, list(dict.fromkeys([".notdef", *wanted, *font.getGlyphOrder()])))


def list_common_characters() -> Iterator[int]:
    """Western letters, then GB 2312: punctuation, its 3,755 common characters, its 3,008 others."""
    return _western_then("gb2312", range(0xA1, 0xF8))


def list_common_japanese() -> Iterator[int]:
    """Western letters, then JIS X 0208: kana and signs, its 2,965 common characters, its others."""
    return _western_then("euc_jp", range(0xA1, 0xF5))


def _western_then(encoding: str, rows: Iterable[int]) -> Iterator[int]:
    yield from range(0x20, 0x7F)
    yield from range(0xA0, 0x100)
    yield from range(0x2000, 0x2070)
    for row in rows:
        for cell in range(0xA1, 0xFF):
            yield from map(ord, bytes((row, cell)).decode(encoding, errors="ignore"))


def name_both_owners(font: TTFont, letters: TTFont) -> None:
    """Puts the second copyright beside the first in the font's own names."""
    second = letters["name"].getDebugName(0)
    for record in font["name"].names:
        if record.nameID == 0:
            record.string = f"{record.toUnicode()} {second}"


def split_into_ranges(characters: set[int]) -> Iterator[tuple[int, int]]:
    """The characters as runs without a gap, in order.

    >>> list(split_into_ranges({1, 2, 3, 7}))
    [(1, 3), (7, 7)]
    """
    for first in sorted(character for character in characters if character - 1 not in characters):
        last = first
        while last + 1 in characters:
            last += 1
        yield first, last


def list_further(covered: set[int]) -> str:
    """What the further typefaces draw and ours do not, a line for each package."""
    lines = []
    for package in sorted({typeface.package for typeface in FURTHER}):
        points = {
            point
            for typeface in FURTHER
            if typeface.package == package
            for point in TTFont(typeface.file, lazy=True).getBestCmap()
            if typeface.first <= point <= typeface.last and point not in covered
        }
        ranges = (f"{first:X}-{last:X}" for first, last in split_into_ranges(points))
        lines.append(f"{package} {' '.join(ranges)}\n")
    return "".join(lines)


def join_licences(first: str, *others: str) -> str:
    """The Open Font License, once, under the copyright lines of all fonts."""
    lines = dict.fromkeys(one.splitlines()[0] for one in reversed(others))
    return "\n".join((*(one for one in lines if one != first.splitlines()[0]), first))


if __name__ == "__main__":
    main()
