"""Everybody in outline, as one run hands it on to the next: in a few buckets, by person.

So a changed mark has one of the buckets written again, and of a lost one few people are looked at
again: those in it, and who shares a department's month with them.
"""

import json
from collections import defaultdict
from collections.abc import Container, Mapping
from dataclasses import dataclass, fields
from functools import cache
from typing import Any
from zlib import crc32

from kpisite.core.digest import digest
from kpisite.core.month import Month
from kpisite.examine.kept import Kept
from kpisite.outcomes.outline import Outline

#: How many buckets there are.
BUCKETS = 16


@dataclass(frozen=True, slots=True)
class Face:
    """What of an appraisee is to be known without reading more: the key of all that the results
    rest on besides the ground, the scorecards in outline, whether anything is wrong, and what was
    asked of the ground with a digest of the answers.

    `pays` and `aftermaths` are digests of what checks over everybody read of the outlines: whether
    each pays under which policy, and what it leaves behind.
    """

    key: str
    outlines: tuple[Outline, ...]
    has_issues: bool
    asked: tuple[str, ...] = ()
    answers: str = ""
    pays: str = ""
    aftermaths: str = ""

    @property
    def is_shown(self) -> bool:
        """Whether the outlines have the digests of all that pages ask for."""
        return all(one.whole for one in self.outlines)

    @classmethod
    def of(
        cls,
        key: str,
        outlines: tuple[Outline, ...],
        *,
        has_issues: bool,
        asked: tuple[str, ...],
        answers: str,
    ) -> "Face":
        """The face of somebody with these scorecards."""
        pays = (f"{one.path} {one.policy} {one.is_paid} {one.is_provisional}" for one in outlines)
        aftermaths = (f"{one.path} {one.aftermath}" for one in outlines)
        return cls(key, outlines, has_issues, asked, answers, digest(*pays), digest(*aftermaths))


class Faces:
    """How faces are kept: there are many, so as lists of plain values."""

    def as_bytes(self, value: Mapping[str, Face]) -> bytes:
        """The faces as bytes."""
        plain = {
            id: [
                *(one.key, one.has_issues, one.asked, one.answers, one.pays, one.aftermaths),
                *map(_plain, one.outlines),
            ]
            for id, one in value.items()
        }
        return json.dumps(plain, separators=(",", ":")).encode()

    def from_bytes(self, content: bytes) -> Mapping[str, Face]:
        """The faces that `as_bytes` wrote; ValueError for anything else."""
        try:
            return {id: _face(*values) for id, values in json.loads(content).items()}
        except (TypeError, AttributeError, KeyError) as problem:
            raise ValueError from problem


FACES = Faces()


def _face(
    key: str,
    has_issues: bool,
    asked: list[str],
    answers: str,
    pays: str,
    aftermaths: str,
    *outlines: list[Any],
) -> Face:
    known = tuple(map(_outline, outlines))
    return Face(key, known, has_issues, tuple(asked), answers, pays, aftermaths)


def _plain(one: Outline) -> list[object]:
    values = [getattr(one, name) for name in _OUTLINED]
    values[_MONTH] = str(one.month)
    return values


@cache
def _month(text: str) -> Month:
    return Month.parse(text)


def _outline(values: list[Any]) -> Outline:
    values.append((values[_MONTH], values[_DEPARTMENT]))
    values[_MONTH] = _month(values[_MONTH])
    return Outline(*values)


_OUTLINED = tuple(one.name for one in fields(Outline) if one.name != "cell")
_MONTH, _DEPARTMENT = _OUTLINED.index("month"), _OUTLINED.index("department_id")


class KeptFaces:
    """The faces of the run before, and the digest of the ground that each bucket was found on."""

    def __init__(self, kept: Kept) -> None:
        self._kept = kept
        self._ground: list[str] = []
        self.of: dict[str, Face] = {}
        for bucket in range(BUCKETS):
            found = kept.keyed(_name(bucket), "", FACES)
            self._ground.append(found[0])
            self.of |= found[1] or {}

    def ground(self, id: str) -> str:
        """A digest of the ground on which a face was found."""
        return self._ground[_bucket(id)]

    def keep(self, now: Mapping[str, Face], ground: str, changed: Container[str]) -> None:
        """Keeps the faces of now; `changed` are those that were others, or are gone."""
        buckets: defaultdict[int, dict[str, Face]] = defaultdict(dict)
        for id, one in now.items():
            buckets[_bucket(id)][id] = one
        stale = {_bucket(id) for id in (*now, *self.of) if id in changed}
        for bucket in range(BUCKETS):
            if bucket in stale or self._ground[bucket] != ground:
                self._kept.put(_name(bucket), ground, FACES, buckets[bucket])


def _name(bucket: int) -> str:
    return f"people {bucket}"


def _bucket(id: str) -> int:
    return crc32(id.encode()) % BUCKETS
