"""Whether two trees of pages tell a reader the same, word by word."""

import re
from html import unescape
from pathlib import Path

#: Spread evenly over a large site.
PAGES_COMPARED = 200


def differing(ours: Path, theirs: Path, always: str = "") -> list[str]:
    """The pages that only one has, or that say different words.

    Of a large site some pages are compared, with all whose path has `always` in it.
    """
    mine, other = _pages(ours), _pages(theirs)
    step = max(len(mine) // PAGES_COMPARED, 1)
    compared = {*mine[::step], *(page for page in mine if always and always in page)}
    return sorted(set(mine) ^ set(other)) or [
        page for page in sorted(compared) if words(ours / page) != words(theirs / page)
    ]


def _pages(folder: Path) -> list[str]:
    return sorted(page.relative_to(folder).as_posix() for page in folder.rglob("*.html"))


def words(page: Path) -> list[str]:
    """What a reader sees of a page."""
    text = page.read_text(encoding="utf-8").partition("<title>")[2]
    return unescape(re.sub(r"<[^>]+>", " ", text)).split()
