"""The fonts that every PDF is set in, and the characters that they can draw.

Noto Sans SC in two weights travels with the package, complete, because a form must look the same
wherever it is printed, and a colleague called 㛃 or 𬭎 must find the name in it. How the files were
made, and from what, is told in `kpisite.fonts.build`.

Two smaller ones stand before it where a page's language has shapes of its own: Noto Sans JP, with
the characters of JIS X 0208 as Japan writes them, and the Western quotes and dashes of English,
which a Chinese typeface sets as wide as a character. The style sheet of the forms chooses by
`:lang`.

Behind it stand typefaces of the machine, for characters that it lacks and for no others: `FURTHER`.
What none of them can draw is printed as a stand-in that names it.
"""

import re
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path

from kpisite.core.immutable import immutable

FOLDER = Path(__file__).parent
#: So many digits of its content tell a typeface from others of its name.
TYPEFACE_DIGITS = 16
FAMILY = "Noto Sans SC"
FILES = {400: FOLDER / "NotoSansSC-Regular.ttf", 600: FOLDER / "NotoSansSC-SemiBold.ttf"}
#: What stands before these on pages in English and in Japanese.
OF_LANGUAGES = {
    "Latin marks": {
        400: FOLDER / "LatinMarks-Regular.ttf",
        600: FOLDER / "LatinMarks-SemiBold.ttf",
    },
    "Noto Sans JP": {
        400: FOLDER / "NotoSansJP-Regular.ttf",
        600: FOLDER / "NotoSansJP-SemiBold.ttf",
    },
}
#: All files that forms are set in.
PACKAGED = (*FILES.values(), *(file for face in OF_LANGUAGES.values() for file in face.values()))
COVERAGE = FOLDER / "coverage.txt"
#: What `FURTHER` draws where it is installed, by package: what a remedy may promise.
FURTHER_COVERAGE = FOLDER / "further.txt"


@immutable
class Typeface:
    """A typeface that is used where it is installed: the Debian package that brings it, its file,
    and the first and last character that it is asked for."""

    package: str
    file: Path
    first: int
    last: int

    def draws(self, character: str) -> bool:
        """Whether it is here, and has a glyph for the character."""
        point = ord(character)
        return self.first <= point <= self.last and point in _characters_of(self.file)


_DEBIAN = Path("/usr/share/fonts/truetype")
#: Rare Han of Extension B to F, then emoji and other signs in one colour.
FURTHER: tuple[Typeface, ...] = tuple(
    Typeface(package=package, file=_DEBIAN / file, first=first, last=last)
    for package, file, first, last in (
        ("fonts-hanazono", "hanazono/HanaMinA.ttf", 0x20000, 0x3FFFF),
        ("fonts-hanazono", "hanazono/HanaMinB.ttf", 0x20000, 0x3FFFF),
        ("fonts-symbola", "ancient-scripts/Symbola_hint.ttf", 0x250, 0xDFFF),
        ("fonts-symbola", "ancient-scripts/Symbola_hint.ttf", 0xF900, 0x1FFFF),
    )
)


def uncovered(text: str) -> tuple[str, ...]:
    r"""The characters of `text` that no font can draw, each once, as they come up.

    They would be printed as empty boxes. Line ends and tabs are no characters to draw.

    >>> uncovered("李㛃：很好 \ue000 \ue000\n")
    ('\ue000',)
    """
    return tuple(one for one in outside_ours(text) if not _further_for(one))


def outside_ours(text: str) -> tuple[str, ...]:
    """The characters of `text` that the packaged fonts lack, each once; mostly they are emoji.

    >>> outside_ours("很好 👍👍 ☑")
    ('👍', '☑')
    """
    return tuple(dict.fromkeys(_outside_ours().findall(text)))


def with_stand_ins(text: str) -> str:
    """The text with a sign and the number of the character in the place of each that no font can
    draw: a form says what is amiss rather than show a box.

    >>> with_stand_ins("李\ue000")
    '李〓(U+E000)'
    """
    return _outside_ours().sub(
        lambda found: found[0] if _further_for(found[0]) else f"〓(U+{ord(found[0]):04X})", text
    )


def package_with(character: str) -> str:
    """The Debian package that would draw the character and is not here, or nothing."""
    point = ord(character)
    here = {typeface.package for typeface in FURTHER if typeface.file.is_file()}
    for package, covered in _coverage_of_packages().items():
        if package not in here and any(first <= point <= last for first, last in covered):
            return package
    return ""


def installed() -> tuple[Path, ...]:
    """The files of the further typefaces that are on this machine."""
    return tuple(dict.fromkeys(one.file for one in FURTHER if one.file.is_file()))


def versions_for(text: str) -> tuple[str, ...]:
    """What tells the further typefaces apart that `text` needs from others of their names; nothing
    for nearly every text."""
    rare = outside_ours(text)
    return tuple(_version_of(file) for file in installed()) if rare else ()


def typefaces_for(text: str) -> dict[str, str]:
    """The further typefaces that draw characters of `text`, by the name of the file, with a digest
    of it; none for nearly every text."""
    used = {
        next((typeface.file for typeface in FURTHER if typeface.draws(one)), None)
        for one in outside_ours(text)
    }
    files = sorted(file for file in used if file is not None)
    return {file.name: _version_of(file).partition(" ")[2][:TYPEFACE_DIGITS] for file in files}


def split_into_points(ranges: str) -> Iterator[tuple[int, int]]:
    """First and last characters out of `20-7E A0-FF`, at lines or blanks."""
    for line in ranges.split():
        first, _, last = line.partition("-")
        yield int(first, 16), int(last, 16)


def _further_for(character: str) -> bool:
    return any(typeface.draws(character) for typeface in FURTHER)


@cache
def _characters_of(file: Path) -> frozenset[int]:
    """The characters that a font file has glyphs for; none where it is missing or is no font."""
    from fontTools.ttLib import TTFont, TTLibError  # late: few texts have rare characters

    try:
        with TTFont(file, lazy=True) as font:
            return frozenset(font.getBestCmap() or ())
    except (OSError, TTLibError):
        return frozenset()


@cache
def _version_of(file: Path) -> str:
    """A digest of the whole file."""
    return f"{file.name} {sha256(file.read_bytes()).hexdigest()}"


@cache
def _coverage_of_packages() -> dict[str, tuple[tuple[int, int], ...]]:
    lines = FURTHER_COVERAGE.read_text(encoding="ascii").splitlines()
    named = (line.partition(" ") for line in lines)
    return {package: tuple(split_into_points(ranges)) for package, _, ranges in named}


@cache
def _outside_ours() -> re.Pattern[str]:
    covered = (
        f"\\U{first:08X}-\\U{last:08X}"
        for first, last in split_into_points(COVERAGE.read_text(encoding="ascii"))
    )
    return re.compile(f"[^\\n\\r\\t{''.join(covered)}]")
