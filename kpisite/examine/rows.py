"""A month's records, each alone, as one run hands them on to the next: a line for each.

All else that is kept of a record is read as far as somebody asks, a department's at a time, and
written again as it was.  Of all but the one that has changed only the placings are asked for, of
those beside whom it is ranked.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import cached_property

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


Body = tuple[bytes, bytes]
"""Of a record as it is written: the placing, and all else that became of it."""


class Bodies:
    """What is kept of the records of a department's month by path, read when one is asked for;
    those that the store has lost are found `again`."""

    def __init__(
        self, read: Callable[[], Mapping[str, Body] | None], again: Callable[[str], Body]
    ) -> None:
        self._read = read
        self._again = again

    @cached_property
    def _of(self) -> Mapping[str, Body]:
        return self._read() or {}

    def at(self, path: str) -> Body:
        """That of one."""
        return self._of.get(path) or self._again(path)


class Row:
    """A record alone; `role` is a digest of what it is to others, and nothing where nothing could
    be made of it; `department` is where it is placed, and nothing where it is not yet.

    Its body may be yet to be read: of most rows nobody asks more than whether they are as before.
    """

    __slots__ = ("_body", "_marks", "department", "digest", "role")

    def __init__(
        self, digest: str, role: str, marks: str, department: str, body: Body | tuple[Bodies, str]
    ) -> None:
        self.digest = digest
        self.role = role
        self._marks = marks
        self.department = department
        self._body = body

    @classmethod
    def of(cls, one: KeptRecord, score: Score) -> "Row":
        """The row of what became of a record."""
        placing = score.placing
        marks = (
            (_REMARKS, one.issues or one.waivers),
            (_AROUND, score.looks_around),
            (_BACK, score.looks_back),
        )
        written = b"" if placing is None else PLACINGS.as_bytes((placing,))[1:-1]
        return cls(
            one.digest,
            "" if one.recorded is None else digest(RECORDED.as_bytes(one.recorded).decode()),
            "".join(mark for mark, holds in marks if holds),
            "" if placing is None else placing.department,
            (written, _RECORD.as_bytes(one)),
        )

    @classmethod
    def read(cls, line: str, bodies: Mapping[str, Bodies]) -> tuple[str, "Row"]:
        """A path, and the row that `written` wrote of it; `bodies` are those by department."""
        own, role, marks, department, path = line.split(" ", 4)
        return path, cls(own, role, marks, department, (bodies[department], path))

    def written(self, path: str) -> str:
        """The row without its body as a line."""
        return f"{self.digest} {self.role} {self._marks} {self.department} {path}"

    @property
    def body(self) -> Body:
        """The placing and the rest, as they are written."""
        of, rest = self._body
        if isinstance(of, Bodies):
            assert isinstance(rest, str)
            self._body = of.at(rest)
            return self._body
        assert isinstance(rest, bytes)
        return of, rest

    @property
    def placing(self) -> bytes:
        """As it is written, and nothing where the record was not scored: an error stands in it, or
        in the ground, or it rests on other records."""
        return self.body[0]

    @property
    def _record(self) -> KeptRecord:
        return _RECORD.from_bytes(self.body[1])

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
    digest.  By department it has a digest of the bodies, which are kept apart."""

    ground: str
    departments: Mapping[str, str]
    rows: Rows


class AsLines:
    """How the records of a month are kept; `bodies_of` gives those of a department under a key."""

    def __init__(self, bodies_of: Callable[[str, str], Bodies]) -> None:
        self._bodies_of = bodies_of

    def as_bytes(self, value: KeptMonth) -> bytes:
        """They as bytes, without their bodies."""
        lines = (row.written(path) for path, row in value.rows.items())
        return "\n".join((value.ground, json.dumps(value.departments), *lines)).encode()

    def from_bytes(self, content: bytes) -> KeptMonth:
        """Those that `as_bytes` wrote; ValueError for anything else."""
        ground, keys, *lines = content.decode().split("\n")
        departments = dict(json.loads(keys))
        bodies = {one: self._bodies_of(one, key) for one, key in departments.items()}
        try:
            rows = dict(Row.read(line, bodies) for line in lines)
        except KeyError as problem:
            raise ValueError from problem
        return KeptMonth(ground=ground, departments=departments, rows=rows)


class _Bodies:
    """How the bodies of a department's month are kept."""

    def as_bytes(self, value: Mapping[str, Body]) -> bytes:
        """They as bytes."""
        return b"\n".join(b"\t".join((path.encode(), *one)) for path, one in value.items())

    def from_bytes(self, content: bytes) -> Mapping[str, Body]:
        """Those that `as_bytes` wrote; ValueError for anything else."""
        split = (line.split(b"\t") for line in content.split(b"\n"))
        return {path.decode(): (placing, rest) for path, placing, rest in split}


BODIES = _Bodies()
