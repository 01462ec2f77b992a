"""What one run hands on to the next: plain values, each under the key of what it was made of.

None of it is needed, and none of it is believed without its key.  A piece of the store is its key
in one line and then its value as JSON; whoever reads it says which key it must have.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from dataclasses import field
from typing import Protocol, Self, TypeVar

from kpisite.check.located import Facts, Located
from kpisite.check.roll import Unrecorded
from kpisite.core.immutable import immutable
from kpisite.core.issue import Fix, Issue, Place, Source
from kpisite.disk.cache import Store
from kpisite.examine.acceptance import Waiver
from kpisite.language.figures.earlier import MonthBefore
from kpisite.language.serial import Serial
from kpisite.outcomes.carry import EarlierMonths
from kpisite.outcomes.pools import PoolPortion
from kpisite.outcomes.standing import Standing
from kpisite.score.handed import Taking

T = TypeVar("T")


class Kind(Protocol[T]):
    """How values of one type are kept."""

    def as_bytes(self, value: T) -> bytes:
        """A value as bytes."""

    def from_bytes(self, content: bytes) -> T:
        """The value that these bytes were made of; ValueError where they were not."""


class Written:
    """What another process has written as bytes already."""

    def as_bytes(self, value: bytes) -> bytes:
        """The bytes as they are."""
        return value

    def from_bytes(self, content: bytes) -> bytes:
        """The same."""
        return content


@immutable
class KeptIssue:
    """An issue whose places are still to be found: of what rests on many files none may be kept, as
    a line moves and the issue stays."""

    code: str
    at: Source | None
    place: Place | None
    facts: Facts
    also: tuple[Source, ...]
    fix: tuple[Source, str, bool] | None

    def issue(self) -> Issue:
        """The issue that it was."""
        at = self.at or self.place
        assert at is not None
        fix = None if self.fix is None else Fix(*self.fix)
        return Issue(code=self.code, at=at, facts=self.facts, also=self.also, fix=fix)


def kept_issue(issue: Issue) -> KeptIssue | None:
    """The issue as it can be kept; None for one that cannot be."""
    fix, also = issue.fix, tuple(one for one in issue.also if isinstance(one, Source))
    if also != issue.also or (fix is not None and not isinstance(fix.at, Source)):
        return None
    return KeptIssue(
        code=issue.code,
        at=issue.at if isinstance(issue.at, Source) else None,
        place=issue.at if isinstance(issue.at, Place) else None,
        facts=issue.facts,
        also=also,
        fix=(fix.at, fix.text, fix.is_key) if fix and isinstance(fix.at, Source) else None,
    )


@immutable
class KeptGround:
    """What was wrong in the ground, where the files of each kind stand of which there are many, by
    what they are looked up by, and where its other files (`few`); and the digest of its core."""

    issues: tuple[Located, ...]
    waivers: tuple[Waiver, ...]
    unread: tuple[str, ...]
    shelves: Mapping[str, Mapping[str, str]]
    few: tuple[str, ...]
    core: str


@immutable
class KeptPlaces:
    """Where the records of a month, or of a department's, stand among one another, by path."""

    standings: Mapping[str, Standing]
    pools: Mapping[str, PoolPortion]


@immutable
class MonthInBrief:
    """A month in which no record has an error: what is wrong all the same, a digest of what its
    records are to one another, and, by department, one of all that the results of its records rest
    on besides the ground and other months.  Where nobody stands among people of another department,
    `apart` has the same keys: by it is known what places were found from.

    `taking` says by path of which form, and since when, a record looks back, `taken` is a digest of
    what these records take of earlier months, and `handed_on` what later ones may take of them."""

    issues: tuple[Located, ...]
    waivers: tuple[Waiver, ...]
    roster: str
    departments: Mapping[str, str]
    apart: Mapping[str, str] = field(default_factory=dict)
    taking: Mapping[str, Taking] = field(default_factory=dict)
    taken: str = ""
    handed_on: Mapping[str, MonthBefore] = field(default_factory=dict)


@immutable(kw_only=False)
class RecordInBrief:
    """Of a record of such a month: whose it is, by what it is put in order with others of the
    person's month, and a digest of all that its result rests on besides the ground and the person's
    other months."""

    appraisee: str
    order: str
    rests_on: str


InBrief = Mapping[str, RecordInBrief]
"""The records of a department's month by path."""


@immutable
class KeptStep:
    """An appraisee's month: a digest of all that its results rest on, what is wrong in them, and
    what later months may know, so that where a later month is another, only that and those after it
    are computed again."""

    month: str
    key: str
    issues: tuple[Located, ...]
    after: EarlierMonths


@immutable
class KeptPerson:
    """An appraisee's months, one after the other."""

    steps: tuple[KeptStep, ...]


@immutable
class KeptIssues:
    """The issues of a check over many things."""

    issues: tuple[KeptIssue, ...]


@immutable
class KeptWhole:
    """Everything wrong in a site and its theme: what is left to report, and what is accepted."""

    issues: tuple[Located, ...]
    accepted: tuple[Located, ...]


#: What the lines of a list are kept under, before the name of its share of the pages.
LINES = "lines"
GROUND = Serial(KeptGround)
PLACES = Serial(KeptPlaces)
MONTH_IN_BRIEF = Serial(MonthInBrief)
IN_BRIEF = Serial(dict[str, RecordInBrief])
PERSON = Serial(KeptPerson)
WRITTEN = Written()
ISSUES = Serial(KeptIssues)
WHOLE = Serial(KeptWhole)
UNRECORDED = Serial(tuple[Unrecorded, ...])


class Kept:
    """The store of a site, by names and keys; without a store nothing is kept, and where it is
    `only_read` nothing more."""

    def __init__(self, store: Store | None, *, only_read: bool = False) -> None:
        self._store = store
        self._only_read = only_read
        self._held: dict[str, bytes] | None = None

    @property
    def is_there(self) -> bool:
        """Whether there is a store."""
        return self._store is not None

    def for_a_run(self) -> Self:
        """The same for one run, which is given what it has put there even where that can or may
        not be kept: so whoever has found something need not hold it besides."""
        other = copy(self)
        other._held = dict(self._held or {})
        return other

    def only_reading(self) -> Self:
        """The same for a part of a run that keeps nothing."""
        other = self.for_a_run()
        other._only_read = True
        return other

    def get(self, name: str, key: str, kind: Kind[T]) -> T | None:
        """The value kept under that name, where it is under that key; of no key, under any."""
        return self.keyed(name, key, kind)[1]

    def keyed(self, name: str, key: str, kind: Kind[T]) -> tuple[str, T | None]:
        """The same, after the key that it is under."""
        content = None if self._held is None else self._held.get(name)
        if content is None and self._store is not None:
            content = self._store.get(name)
        if content is None:
            return "", None
        before, _, value = content.partition(b"\n")
        found = before.decode(errors="replace")
        if key and found != key:
            return "", None
        try:
            return found, kind.from_bytes(value)
        except ValueError:
            return "", None

    def put(self, name: str, key: str, kind: Kind[T], value: T) -> None:
        """Keeps a value under a name, in the place of what was there."""
        written = self._written
        if written is None and self._held is None:
            return
        content = key.encode() + b"\n" + kind.as_bytes(value)
        is_kept = written is not None and written.put(name, content)
        if self._held is not None:
            self._held.pop(name, None)
            if not is_kept:
                self._held[name] = content

    def drop(self, name: str) -> None:
        """Forgets what is kept under a name."""
        if self._held is not None:
            self._held.pop(name, None)
        if self._written is not None:
            self._written.drop(name)

    @property
    def _written(self) -> Store | None:
        """The store, where anything may be put there."""
        return None if self._only_read else self._store

    def names(self, beginning: str) -> list[str]:
        """The names of what is kept that begin so."""
        return [] if self._store is None else self._store.names(beginning)

    @contextmanager
    def together(self) -> Iterator[None]:
        """Keeps all that is put within the block at once."""
        if self._written is None:
            yield
            return
        with self._written.together():
            yield


NOTHING_KEPT = Kept(None)
