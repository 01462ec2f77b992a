"""What HR wrote wrongly, and where: the one shape in which every stage reports."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, TypeVar

from kpisite.core.immutable import immutable
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


@immutable(kw_only=False)
class Fix:
    """A remedy as a machine applies it: `text` in the place of the value of the entry `at`, or of
    its key, or of the columns that a place covers."""

    at: Source | Place
    text: str
    is_key: bool = False


@immutable
class Issue:
    """One thing to mend: a stable code, where, and the facts that its message names.

    The words live in `words/faults.toml`, one entry a code, so that an issue can be put in any
    language; `at` and `also` are sources or, in a file that cannot be read, places.
    """

    code: str
    at: Source | Place
    facts: Mapping[str, Fact] = field(default_factory=dict)
    also: tuple[Source | Place, ...] = ()
    fix: Fix | None = None
    """Where it is plain what was meant; the words may say it with `{write}`."""


Product = TypeVar("Product")
Outcome = tuple[Product, list[Issue]]
"""What a stage returns: its product, and everything it found wrong on the way."""


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that was most likely meant by `word`, or nothing where none is near or two
    are equally near.

    Near is a mistake of the fingers: one letter left out, put in, exchanged or swapped with the
    next, in a word of up to five letters, two in one of up to ten, and so on.

    >>> nearest("grades", ["grade", "rate"]), nearest("gate", ["raters"])
    ('grade', '')
    >>> nearest("A3", ["A1", "A2"]), nearest("fom", ["form", "from"])
    ('', '')

    Of two that are equally near, the one of which it is a longer or shorter form was meant.

    >>> nearest("grades", ["grade", "graded"])
    'grade'
    """
    most = min((len(word) + 4) // 5, _MOST_EDITS)
    edits = {
        other: _edits(word.lower(), other.lower())
        for other in set(known) - {word}
        if abs(len(other) - len(word)) <= most
    }
    fewest = min(edits.values(), default=most + 1)
    found = [other for other, count in edits.items() if count == fewest]
    if len(found) > 1:
        found = [one for one in found if word.startswith(one) or one.startswith(word)]
    if len(found) != 1 or fewest > most or fewest >= min(len(word), len(found[0])):
        return ""
    return found[0]


#: What differs more was not meant, however long it is.
_MOST_EDITS = 4


def _edits(one: str, other: str) -> int:
    """So many letters were left out, put in, exchanged, or swapped with the next."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        two_before, before, row = before, row, [i]
        for j, written in enumerate(other, 1):
            count = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != written))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == written:
                count = min(count, two_before[j - 2] + 1)
            row.append(count)
    return row[-1]
