"""A month's records, each alone, as one run hands them on to the next: a line for each.

What is kept of a record is read as far as somebody asks, and written again as it was.  Of all but
the one that has changed only the placings are asked for, by which everybody is ranked.
"""

from collections import defaultdict
from collections.abc import Mapping

from kpisite.check.located import Located
from kpisite.check.roster import RECORDED, Recorded
from kpisite.core.digest import digest
from kpisite.core.immutable import immutable
from kpisite.examine.acceptance import Waiver
from kpisite.language.serial import Serial
from kpisite.outcomes.placing import PLACINGS, Placing


@immutable
class KeptRecord:
    """What became of a record alone, by the digest of its file, what was `asked` of the ground and
    a digest of the `answers`; `recorded` is None where nothing could be made of it."""

    digest: str
    asked: tuple[str, ...]
    answers: str
    issues: tuple[Located, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    recorded: Recorded | None = None


@immutable
class Score:
    """What a record comes to: whether it rests on others of its month (`looks_around`), or may rest
    on the months before (`looks_back`); where it does neither and could be scored, its placing."""

    placing: Placing | None = None
    looks_around: bool = False
    looks_back: bool = False


_RECORD = Serial(KeptRecord)
#: What is known of a record before it is read: whether anything is wrong or accepted in it, and
#: whether it looks around, or back.
_REMARKS, _AROUND, _BACK = "!", "a", "b"


class Row:
    """A record alone; `role` is a digest of what it is to others, and nothing where nothing could
    be made of it; `department` is where it is placed, and nothing where it is not yet.

    `placing` is as it is written, and nothing where the record was not scored: an error stands in
    it, or in the ground, or it rests on other records.
    """

    __slots__ = ("_marks", "_rest", "department", "digest", "placing", "role")

    def __init__(
        self, digest: str, role: str, marks: str, department: str, placing: bytes, rest: bytes
    ) -> None:
        self.digest = digest
        self.role = role
        self._marks = marks
        self.department = department
        self.placing = placing
        self._rest = rest

    @classmethod
    def of(cls, one: KeptRecord, score: Score) -> "Row":
        """The row of what became of a record."""
        placing = score.placing
        marks = (
            (_REMARKS, one.issues or one.waivers),
            (_AROUND, score.looks_around),
            (_BACK, score.looks_back),
        )
        return cls(
            one.digest,
            "" if one.recorded is None else digest(RECORDED.as_bytes(one.recorded).decode()),
            "".join(mark for mark, holds in marks if holds),
            "" if placing is None else placing.department,
            b"" if placing is None else PLACINGS.as_bytes((placing,))[1:-1],
            _RECORD.as_bytes(one),
        )

    @classmethod
    def read(cls, line: bytes) -> tuple[str, "Row"]:
        """A path, and the row that `written` wrote of it."""
        head, placing, rest = line.split(b"\t")
        own, role, marks, department, path = head.decode().split(" ", 4)
        return path, cls(own, role, marks, department, placing, rest)

    def written(self, path: str) -> bytes:
        """The row as a line."""
        head = f"{self.digest} {self.role} {self._marks} {self.department} {path}"
        return b"\t".join((head.encode(), self.placing, self._rest))

    @property
    def _record(self) -> KeptRecord:
        return _RECORD.from_bytes(self._rest)

    @property
    def issues(self) -> tuple[Located, ...]:
        """What is wrong in it."""
        return self._record.issues if _REMARKS in self._marks else ()

    @property
    def waivers(self) -> tuple[Waiver, ...]:
        """The warnings that it accepts."""
        return self._record.waivers if _REMARKS in self._marks else ()

    @property
    def looks_around(self) -> bool:
        """Whether it rests on others of the month."""
        return _AROUND in self._marks

    @property
    def looks_back(self) -> bool:
        """Whether it may rest on the months before."""
        return _BACK in self._marks

    @property
    def recorded(self) -> Recorded | None:
        """What it is to others."""
        return self._record.recorded

    @property
    def asked(self) -> tuple[str, ...]:
        """What was asked of the ground."""
        return self._record.asked

    @property
    def answers(self) -> str:
        """A digest of what was answered."""
        return self._record.answers


Rows = Mapping[str, Row]
"""Those of a month by path."""


def by_department(rows: Rows) -> Mapping[str, Rows]:
    """These rows by the department that each is placed in."""
    found: defaultdict[str, dict[str, Row]] = defaultdict(dict)
    for path, row in rows.items():
        found[row.department][path] = row
    return found


def placings_of(rows: Rows) -> dict[str, Placing]:
    """The placings of those that were scored, by path: read all at once, for they are many."""
    written = {path: row.placing for path, row in rows.items() if row.placing}
    read = PLACINGS.from_bytes(b"[" + b",".join(written.values()) + b"]")
    return dict(zip(written, read, strict=True))


@immutable
class KeptMonth:
    """A month's records, each alone; all of them were answered as they say by the ground of this
    digest."""

    ground: str
    rows: Rows


class _AsLines:
    """How the records of a month are kept."""

    def as_bytes(self, value: KeptMonth) -> bytes:
        """They as bytes."""
        lines = (row.written(path) for path, row in value.rows.items())
        return b"\n".join((value.ground.encode(), *lines))

    def from_bytes(self, content: bytes) -> KeptMonth:
        """Those that `as_bytes` wrote; ValueError for anything else."""
        ground, *lines = content.split(b"\n")
        return KeptMonth(ground=ground.decode(), rows=dict(map(Row.read, lines)))


MONTH = _AsLines()
