"""One TOML file, read: its data with exact decimals, and where each entry stands.

`read_document("records/2026-10/CS017.toml", b'employee = "CS017"')` gives a document and no
issues.  A file with broken lines gives an issue for each of them and a document of the rest, so
that one slip of the keyboard hides no other fault; a file that cannot be read at all gives None.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any

import toml_rs

from kpisite.core.fault import Issue, Key, Keys, Outcome, Place, Source
from kpisite.read.lines import lines_of_entries

#: A record is a few kilobytes; a file beyond this is something else put here by mistake.
LARGEST_FILE = 1024 * 1024
#: After so many broken lines in one file the rest is more noise than help.
MOST_BROKEN_LINES = 50

_WHERE = re.compile(r"TOML parse error at line (\d+), column (\d+)")
_ENTRY = re.compile(r"""\s*(?P<key>[\w.\-"' \u4e00-\u9fff]+?)\s*[=＝:：]""")
_FULL_WIDTH = {
    "＝": "=", "，": ",", "“": '"', "”": '"', "‘": "'", "’": "'", "【": "[", "】": "]",
    "［": "[", "］": "]", "｛": "{", "｝": "}", "＃": "#", "．": ".", "：": "=", "\u3000": " ",
}  # fmt: skip
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"|\'[^\']*\'')
#: The parser descends once for each level; nobody writes a form this deep by hand.
DEEPEST = 100
_BRACKET = re.compile(r"[\[\]{}]")
_DOTTED = re.compile(r"(?<![\w-])(?:[\w-]++\s*+\.\s*+){%d}" % DEEPEST)


@dataclass(frozen=True)
class Document:
    """A file's text as written, the part of it that is TOML, and the data in that.

    `broken` names the keys of lines that could not be read, so that nobody is told that an entry
    is missing when it is only misspelt.
    """

    path: str
    text: str
    data: Mapping[str, Any]
    readable: str
    broken: frozenset[str] = frozenset()

    @cached_property
    def _nodes(self) -> Mapping[str, Any]:
        return toml_rs.load_with_metadata(self.readable).meta["nodes"]

    @cached_property
    def lines(self) -> list[str]:
        """The text's lines, without their ends."""
        return self.text.split("\n")

    @cached_property
    def _lines_of_entries(self) -> Mapping[Keys, int]:
        return dict(lines_of_entries(self.readable))

    def line(self, keys: Keys) -> int:
        """The line of `place(keys)`, which for nearly every entry of a record is quickly found."""
        for length in range(len(keys), 0, -1):
            found = self._lines_of_entries.get(keys[:length])
            if found is not None:
                return found
        return self.place(keys).line

    def place(self, keys: Keys) -> Place:
        """Where the entry at `keys` stands; where there is none, the nearest entry around it.

        A key stands at its name, an element of an array at its value.  Columns are counted in
        characters.
        """
        node: Any = self._nodes
        found: Any = None
        headed: Keys = ()
        for depth, key in enumerate(keys, 1):
            step = _step(node, key)
            if step is None:
                break
            if "key_line" in step or "value_line" in step:
                found, headed = step, ()
            else:
                headed = keys[:depth]
            node = step.get("value", step)
        if headed:
            return self._header(headed)
        if found is None:
            return Place(self.path, *self._first_entry())
        return self._spot(found, "key" if "key_line" in found else "value")

    def _header(self, keys: Keys) -> Place:
        """The line `[a.b]` that opens the table at `keys`, or the first that opens it deeper."""
        dotted = r"\s*\.\s*".join(rf"[\"']?{re.escape(str(key))}[\"']?" for key in keys)
        header = re.compile(rf"\s*\[+\s*{dotted}\s*[\].]")
        for number, line in enumerate(self.lines, 1):
            if header.match(line):
                return Place(self.path, number, 1, len(line.rstrip()))
        return Place(self.path, *self._first_entry())

    def _spot(self, node: Mapping[str, Any], which: str) -> Place:
        line, columns = node[f"{which}_line"], node[f"{which}_col"]
        first_line = line[0] if isinstance(line, tuple) else line
        first, last = columns if isinstance(columns, tuple) else (columns, columns)
        written = self.lines[first_line - 1]
        if isinstance(line, tuple):
            last = len(written.encode())
        return Place(self.path, first_line, _characters(written, first), _characters(written, last))

    def _first_entry(self) -> tuple[int, int, int]:
        for number, line in enumerate(self.lines, 1):
            if line.strip() and not line.lstrip().startswith("#"):
                return number, 1, max(len(line.rstrip()), 1)
        return 1, 1, 1


def _step(node: Any, key: Key) -> Any:
    if isinstance(key, int):
        return node[key] if isinstance(node, list) and 0 <= key < len(node) else None
    return node.get(key) if isinstance(node, Mapping) else None


def _characters(line: str, column: int) -> int:
    """The column in characters of the byte column `column`, both from one."""
    if line.isascii():
        return column
    return len(line.encode()[: column - 1].decode(errors="ignore")) + 1


def _number(text: str) -> Decimal:
    try:
        return Decimal(text.replace("_", ""))
    except InvalidOperation:
        return Decimal("NaN")


def read_document(path: str, content: bytes) -> Outcome[Document | None]:
    """The document in `content`, and what in it is not TOML; None where nothing can be read."""
    text, issues = _decoded(path, content)
    if text is None:
        return None, issues
    lines = text.split("\n")
    deep = _too_deep(text, lines)
    if deep is not None:
        return None, [Issue(code="too-deep", at=Place(path, deep), facts={"most": DEEPEST})]
    broken: set[str] = set()
    while len(issues) < MOST_BROKEN_LINES:
        try:
            data = toml_rs.loads("\n".join(lines), parse_float=_number)
        except ValueError as error:
            issue, key = _syntax_issue(path, lines, str(error))
            issues.append(issue)
            if key is None:
                return None, issues
            assert isinstance(issue.at, Place)
            lines[issue.at.line - 1] = ""
            broken.add(key)
        else:
            return Document(path, text, data, "\n".join(lines), frozenset(broken)), issues
    return None, issues


def _decoded(path: str, content: bytes) -> Outcome[str | None]:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return None, [Issue(code="not-utf8", at=Place(path), facts={"encoding": "UTF-16"})]
    try:
        text = content.removeprefix(b"\xef\xbb\xbf").decode()
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line = before.count(b"\n") + 1
        column = len(before.rpartition(b"\n")[2].decode(errors="replace")) + 1
        return None, [
            Issue(
                code="not-utf8",
                at=Place(path, line, column, column),
                facts={"encoding": _likely_encoding(content)},
            )
        ]
    return text.replace("\r\n", "\n"), []


def _too_deep(text: str, lines: list[str]) -> int | None:
    """The first line that nests deeper than the parser can follow, strings not counted."""
    if all(text.count(sign) < DEEPEST // 2 for sign in "[{."):
        return None
    depth = 0
    for number, line in enumerate(lines, 1):
        if line.count(".") < DEEPEST and line.count("[") + line.count("{") + depth < DEEPEST:
            for bracket in _BRACKET.findall(line):
                depth = depth + 1 if bracket in "[{" else max(depth - 1, 0)
            continue
        bare = _QUOTED.sub("q", line)
        for bracket in _BRACKET.findall(bare):
            depth = depth + 1 if bracket in "[{" else max(depth - 1, 0)
            if depth > DEEPEST:
                return number
        if _DOTTED.search(bare):
            return number
    return None


def _likely_encoding(content: bytes) -> str:
    try:
        content.decode("gb18030")
    except UnicodeDecodeError:
        return "?"
    return "GBK"


def _syntax_issue(path: str, lines: list[str], message: str) -> tuple[Issue, str | None]:
    """The issue that the parser's message tells of, and the key of the line where the rest of
    the file can be read without it."""
    where = _WHERE.match(message)
    number, column = (int(where[1]), int(where[2])) if where else (1, 1)
    number = min(number, len(lines))
    detail = message.rstrip().rsplit("\n", 1)[-1].strip()
    line = lines[number - 1]
    entry = _ENTRY.match(line)
    key = entry["key"].strip().strip("\"'") if entry else None
    if detail == "duplicate key" and key is not None:
        first = _first_line_with(key, lines[: number - 1])
        also = () if first is None else (Place(path, first, 1, len(lines[first - 1])),)
        place = Place(path, number, column, column + len(key) - 1)
        return Issue(code="duplicate-key", at=place, facts={"key": key}, also=also), key
    for character, meant in _outside_quotes(line):
        column = line.index(character) + 1
        place = Place(path, number, column, column)
        facts = {"character": character, "meant": meant}
        return Issue(code="full-width", at=place, facts=facts), key
    place = Place(path, number, column, max(column, min(column, len(line))))
    return Issue(code="not-toml", at=place, facts={"detail": detail}), key


def _first_line_with(key: str, lines: list[str]) -> int | None:
    for number in range(len(lines), 0, -1):
        entry = _ENTRY.match(lines[number - 1])
        if entry and entry["key"].strip().strip("\"'") == key:
            return number
        if lines[number - 1].lstrip().startswith("["):
            return None
    return None


def _outside_quotes(line: str) -> Iterator[tuple[str, str]]:
    bare = _QUOTED.sub("", line.partition("#")[0])
    for character in bare:
        if character in _FULL_WIDTH:
            yield character, _FULL_WIDTH[character]


class Documents:
    """All documents of a site by path; finds the place of any source."""

    __slots__ = ("_documents",)

    def __init__(self, documents: Mapping[str, Document]) -> None:
        self._documents = documents

    def __iter__(self) -> Iterator[Document]:
        return iter(self._documents.values())

    def __len__(self) -> int:
        return len(self._documents)

    def get(self, path: str) -> Document | None:
        """The document at `path`, if it could be read."""
        return self._documents.get(path)

    def line(self, source: Source) -> int:
        """The line of `source`, which is all that pages tell of its place."""
        document = self._documents.get(source.path)
        return 1 if document is None else document.line(source.keys)

    def place(self, source: Source | Place) -> Place:
        """The line and column of `source`; the file's start where it was not read."""
        if isinstance(source, Place):
            return source
        document = self._documents.get(source.path)
        return Place(source.path) if document is None else document.place(source.keys)
