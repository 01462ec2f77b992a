"""One TOML file, read: its data with exact decimals, and where each entry stands."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from kpisite.core.issue import Key, Keys, Place, Source
from kpisite.core.text import canonical_text
from kpisite.read.lines import lines_of_entries
from kpisite.read.toml import nodes

#: What stands where no entry is.
MISSING = object()


def value_at(data: Any, keys: Keys) -> Any:
    """The value at `keys` of what a file says, or `MISSING`."""
    for key in keys:
        try:
            data = data[key]
        except (KeyError, IndexError, TypeError):
            return MISSING
    return data


@dataclass(frozen=True)
class Document:
    """A file's text as written, the part of it that is TOML, and the data in that.

    `broken` are the entries, and the tables, of lines that could not be read, so that nobody is
    told that something is missing when it is only misspelt.
    """

    path: str
    text: str
    data: Mapping[str, Any]
    readable: str
    broken: frozenset[Keys] = frozenset()
    origin: Callable[[Keys], Keys] | None = None
    """Where in the file an entry of the data stands, where some is written once and named."""

    @cached_property
    def _nodes(self) -> Mapping[str, Any]:
        return nodes(self.readable)

    @cached_property
    def _headers(self) -> Mapping[Keys, int]:
        """The line that opens each table, and the first that opens one below it."""
        from kpisite.read.statements import statements  # late: most entries are found without

        lines: dict[Keys, int] = {}
        for statement in statements(self.text):
            if statement.is_header:
                for depth in range(len(statement.keys), 0, -1):
                    lines.setdefault(statement.keys[:depth], statement.first)
        return lines

    @cached_property
    def lines(self) -> list[str]:
        """The text's lines, without their ends."""
        return self.text.split("\n")

    def line_at(self, number: int) -> str:
        """A line as it is written, by its number from one; nothing beyond the last."""
        return self.lines[number - 1] if number <= len(self.lines) else ""

    @cached_property
    def canonical(self) -> str:
        """The data as text that is the same wherever its entries stand, and whichever warnings
        about them are accepted."""
        return canonical_text({key: one for key, one in self.data.items() if key != "accept"})

    @cached_property
    def _lines_of_entries(self) -> Mapping[Keys, int]:
        return dict(lines_of_entries(self.readable))

    def line(self, keys: Keys) -> int:
        """The line of `place(keys)`, which for nearly every entry of a record is quickly found."""
        keys = keys if self.origin is None else self.origin(keys)
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
        keys = keys if self.origin is None else self.origin(keys)
        node: Any = self._nodes
        found: Any = None
        headed: Keys = ()
        for depth, key in enumerate(keys, 1):
            step = _step(node, key)
            if step is None:
                break
            if _is_entry(step):
                found, headed, node = step, (), step["value"]
            else:
                headed, node = keys[:depth], step
        if headed in self._headers:
            number = self._headers[headed]
            return Place(self.path, number, 1, len(self.lines[number - 1].rstrip()))
        if found is None:
            return Place(self.path, *self._first_entry())
        return self._spot(found, "key" if "key_line" in found else "value")

    def value(self, keys: Keys) -> object:
        """The value at `keys`, or None."""
        found: object = value_at(self.data, keys)
        return None if found is MISSING else found

    def value_place(self, keys: Keys) -> Place | None:
        """Where the value at `keys` stands, if it stands on one line by itself."""
        keys = keys if self.origin is None else self.origin(keys)
        node: Any = self._nodes
        step: Any = None
        for key in keys:
            step = _step(node, key)
            if step is None:
                return None
            node = step["value"] if _is_entry(step) else step
        if not _is_entry(step) or not isinstance(step.get("value_line"), int):
            return None
        return self._spot(step, "value")

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


def _is_entry(step: Any) -> bool:
    """Whether the step has a place of its own; a table opened by a header has only entries, one of
    which may well be called `value`."""
    return isinstance(step, Mapping) and any(
        isinstance(step.get(line), int | tuple) for line in ("key_line", "value_line")
    )


def _characters(line: str, column: int) -> int:
    """The column in characters of the byte column `column`, both from one."""
    if line.isascii():
        return column
    return len(line.encode()[: column - 1].decode(errors="ignore")) + 1


class Documents:
    """All documents of a site by path; finds the place of any source."""

    __slots__ = ("_documents",)

    def __init__(self, documents: Mapping[str, Document]) -> None:
        self._documents = documents

    @property
    def by_path(self) -> Mapping[str, Document]:
        """Each document by its path."""
        return self._documents

    def __iter__(self) -> Iterator[Document]:
        return iter(self._documents.values())

    def __len__(self) -> int:
        return len(self._documents)

    def get(self, path: str) -> Document | None:
        """The document at `path`, if it could be read."""
        return self._documents.get(path)

    def lines(self, path: str, entries: Iterable[Keys]) -> list[int]:
        """The lines of entries of a file, each once: all that pages say of their places."""
        document = self._documents.get(path)
        return [1] if document is None else sorted(set(map(document.line, entries)))

    def place(self, source: Source | Place) -> Place:
        """The line and column of `source`; the file's start where it was not read."""
        if isinstance(source, Place):
            return source
        document = self._documents.get(source.path)
        return Place(source.path) if document is None else document.place(source.keys)
