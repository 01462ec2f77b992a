"""What HR wrote wrongly, and where: the one shape in which every stage reports."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, TypeVar

from kpisite.core.month import Month
from kpisite.core.text import Text

Severity = Literal["error", "warning"]
Key = str | int
Keys = tuple[Key, ...]
Fact = str | int | Decimal | Month | Text | tuple[str, ...]


@dataclass(frozen=True, slots=True, order=True)
class Source:
    """The entry of a file that a number or a fault rests on, by file and keys.

    Lines are found from it only when somebody asks for them (`Documents.place`), which keeps
    scoring from reading positions that no page will show.
    """

    path: str
    keys: Keys = ()

    def at(self, *keys: Key) -> "Source":
        """The entry below this one."""
        return Source(self.path, self.keys + keys)


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A position in a file as an editor counts it: line and column from one, in characters."""

    path: str
    line: int = 1
    column: int = 1
    end: int = 1
    """The column of the last character on the line that the fault covers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """One thing to mend: a stable code, where, and the facts that its message names.

    The words live in `words/faults.toml`, one entry a code, so that an issue can be told in any
    language; `at` and `also` are sources or, in a file that cannot be read, places.
    """

    code: str
    at: Source | Place
    facts: Mapping[str, Fact] = field(default_factory=dict)
    also: tuple[Source | Place, ...] = ()


Product = TypeVar("Product")
Outcome = tuple[Product, list[Issue]]
"""What a stage returns: its product, and everything it found wrong on the way."""


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that was most likely meant by `word`, or nothing where none is near."""
    import difflib

    found = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return found[0] if found else ""
