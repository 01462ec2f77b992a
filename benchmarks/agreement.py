"""Whether kpisite's pages and Hugo's give a reader the same figures.

The two are written by different hands, so their words are not held against one another but what the
pages are for: whose page it is, total, grade, rank, and every row of every table with its figures.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

#: Spread evenly over a large site, besides every page that is asked for by name.
PAGES_COMPARED = 200

#: Hugo has one page of the grades for everybody, kpisite one in each tree, the rules beside it, and
#: HR's of each month.
NOT_PAIRED = re.compile(r"(.*/)?((grades|rules)\.html|rules/[^/]+\.html)|hr/\d{4}-\d{2}\.html")

_MONTH = re.compile(r"(\d{4}) 年 (\d{1,2}) 月")
#: What is reported besides under a year's name, such as the months that it has so far.
_YEAR = re.compile(r"(\d{4}) 年(?:（至 \d+ 月）)?")
#: Where all points of a column are whole, kpisite leaves the decimals out.
_WHOLE = re.compile(r"\A(\d+)\.0\Z")
#: What stands beside a figure to explain it, or a second time for a narrow screen.
BESIDES = frozenset({"why", "fold", "done"})
#: Elements without an end.
_VOID = frozenset({"br", "meta", "link", "col", "rect", "line", "circle", "polyline"})


@dataclass(slots=True)
class Figures:
    """What a page says: its heading, what stands beside it, and its tables' rows, sorted."""

    heading: str = ""
    answer: Sequence[str] = ()
    rows: list[tuple[str, ...]] = field(default_factory=list)


def differing(ours: Path, theirs: Path, always: str = "") -> list[str]:
    """The pages that only one has, or whose figures are others.

    Of a large site some pages are compared, with all whose path has `always` in it.
    """
    mine, other = _pages(ours), _pages(theirs)
    step = max(len(mine) // PAGES_COMPARED, 1)
    compared = {*mine[::step], *(page for page in mine if always and always in page)}
    return sorted(set(mine) ^ set(other)) or [
        page for page in sorted(compared) if not agree(figures(ours / page), figures(theirs / page))
    ]


def agree(mine: Figures, other: Figures) -> bool:
    """Whether kpisite's page says all that Hugo's does; it has further tables, of its charts and of
    what changed, which Hugo's user would not write."""
    beside = Counter(mine.rows)
    beside.subtract(other.rows)
    alike = (mine.heading, list(mine.answer)) == (other.heading, list(other.answer))
    return alike and all(count >= 0 for count in beside.values())


def _pages(folder: Path) -> list[str]:
    paths = (page.relative_to(folder).as_posix() for page in folder.rglob("*.html"))
    return sorted(path for path in paths if not NOT_PAIRED.fullmatch(path))


def figures(page: Path) -> Figures:
    """What a page says in figures.

    A row is its label and the texts of its cells; what unfolds under a label, and pictures, are
    left out, and a table's head with them.
    """
    reader = _Reader()
    reader.feed(page.read_text(encoding="utf-8"))
    reader.close()
    found = reader.found
    found.rows.sort()
    return found


class _Reader(HTMLParser):
    """Collects the texts of the elements that matter, each by its nearest one."""

    def __init__(self) -> None:
        super().__init__()
        self.found = Figures()
        self._path: list[tuple[str, str]] = []
        self._said: list[str] = []
        self._row: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _VOID:
            return
        self._path.append((tag, dict(attrs).get("class") or ""))
        if tag in ("h1", "th", "td") or self._is_beside():
            self._said = []
        elif tag == "tr":
            self._row = []

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A drawn shape: nothing to read."""

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID or not self._path:
            return
        text = _plain("".join(self._said))
        if tag == "h1":
            self.found.heading = text
        elif self._is_beside():
            self.found.answer = [*self.found.answer, text]
        elif tag in ("th", "td") and not self._is_in("thead"):
            self._row.append(text)
        elif tag == "tr" and any(self._row):
            self.found.rows.append(tuple(self._row))
        while self._path and self._path.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._is_in("svg", "details") and not self._is_in("summary"):
            return
        besides = any(tag == "span" and {*of.split()} & BESIDES for tag, of in self._path)
        if not self._is_in("svg") and not besides:
            self._said.append(data)

    def _is_in(self, *tags: str) -> bool:
        return any(tag in tags for tag, _ in self._path)

    def _is_beside(self) -> bool:
        """Whether it is one of the figures beside the heading."""
        return (
            len(self._path) > 1 and self._path[-1][0] == "span" and (self._path[-2][1] == "answer")
        )


def _plain(text: str) -> str:
    """A text with the spaces, months, years and whole numbers of points that both write alike."""
    text = _MONTH.sub(lambda found: f"{found[1]}-{int(found[2]):02}", " ".join(text.split()))
    return _WHOLE.sub(r"\1", _YEAR.sub(r"\1", text))
