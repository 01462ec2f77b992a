"""Everybody in outline, as one run hands it on to the next: group by group.

What stands for each group is read at once, and the people in it where somebody asks for them.  So a
changed mark has one group read and written again, and of a lost one few people are looked at again:
those in it, and who shares a department's month with them.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from typing import Any, TypeVar

from kpisite.core.digest import digest
from kpisite.core.immutable import immutable
from kpisite.core.month import Month
from kpisite.examine.kept import Kept
from kpisite.outcomes.group import Group, GroupsCell, OutlinesOf, group_name
from kpisite.outcomes.outline import Outline, cell_of

T = TypeVar("T")

#: What is kept of all groups together, and, with a group's name behind it, the people in it.
PEOPLE = "people"


@immutable(kw_only=False)
class Face:
    """What of an appraisee is to be known without reading more: the key of all that the results
    rest on besides the ground, the scorecards in outline, whether anything is wrong, and what was
    asked of the ground with a digest of the answers."""

    key: str
    outlines: tuple[Outline, ...]
    has_issues: bool
    asked: tuple[str, ...] = ()
    answers: str = ""

    @property
    def is_shown(self) -> bool:
        """Whether the outlines have the digests of all that pages ask for."""
        return all(one.whole for one in self.outlines)

    @property
    def full_key(self) -> str:
        """A digest of all that the results rest on."""
        return digest(self.key, self.answers)


FacesOf = Mapping[str, Face]
"""By id the faces of some appraisees."""


@immutable(kw_only=False)
class KeptGroup:
    """A group as it is kept: the digest of the `ground` that its faces were found on, and, by
    department's month of theirs, one of all that rests on (`Months.cells`)."""

    ground: str
    cells: Mapping[str, str]
    group: Group

    @classmethod
    def of(cls, ground: str, cells: Mapping[str, str], faces: FacesOf) -> "KeptGroup":
        """The group of these people; `cells` are the digests of everybody's months."""
        key = digest(*(f"{id} {one.full_key} {one.is_shown}" for id, one in faces.items()))
        with_issues = (id for id, one in faces.items() if one.has_issues)
        group = Group.of(key, outlines_of(faces), with_issues)
        return cls(ground, {cell: cells[cell] for cell in group.cells}, group)


def outlines_of(faces: FacesOf) -> OutlinesOf:
    """The scorecards of these people in outline."""
    return {id: one.outlines for id, one in faces.items()}


def in_groups(faces: FacesOf) -> Mapping[str, FacesOf]:
    """These people by the groups that they belong to."""
    found: dict[str, dict[str, Face]] = {}
    for id, one in sorted(faces.items()):
        found.setdefault(group_name(one.outlines), {})[id] = one
    return dict(sorted(found.items()))


class Faces:
    """How faces are kept: there are many, so as lists of plain values."""

    def as_bytes(self, value: FacesOf) -> bytes:
        """The faces as bytes."""
        plain = {
            id: [one.key, one.has_issues, one.asked, one.answers, *map(_plain, one.outlines)]
            for id, one in value.items()
        }
        return _as_bytes(plain)

    def from_bytes(self, content: bytes) -> FacesOf:
        """The faces that `as_bytes` wrote; ValueError for anything else."""
        return _read(content, lambda values: _face(*values))


class KeptGroups:
    """How what stands for each group is kept, likewise."""

    def as_bytes(self, value: Mapping[str, KeptGroup]) -> bytes:
        """The groups as bytes."""
        return _as_bytes(
            {
                name: [one.ground, one.cells, *(getattr(one.group, each) for each in _GROUPED),
                       {cell: _values(of, _OF_CELL) for cell, of in one.group.cells.items()}]
                for name, one in value.items()
            }
        )  # fmt: skip

    def from_bytes(self, content: bytes) -> Mapping[str, KeptGroup]:
        """The groups that `as_bytes` wrote; ValueError for anything else."""
        return _read(content, lambda values: _group(*values))


def _as_bytes(plain: Mapping[str, object]) -> bytes:
    return json.dumps(plain, separators=(",", ":")).encode()


def _read(content: bytes, make: Callable[[list[Any]], T]) -> Mapping[str, T]:
    try:
        return {name: make(values) for name, values in json.loads(content).items()}
    except (TypeError, AttributeError, KeyError, IndexError) as problem:
        raise ValueError from problem


FACES, GROUPS = Faces(), KeptGroups()


def _face(key: str, has_issues: bool, asked: list[str], answers: str, *outlines: list[Any]) -> Face:
    return Face(key, tuple(map(_outline, outlines)), has_issues, tuple(asked), answers)


def _group(ground: str, known: dict[str, str], *values: Any) -> KeptGroup:
    *plain, cells = values
    of_group = dict(zip(_GROUPED, plain, strict=True))
    of_group["with_issues"] = tuple(of_group["with_issues"])
    return KeptGroup(
        ground,
        dict(known),  # ValueError for what an older version kept
        Group(**of_group, cells={cell: _cell(*of) for cell, of in cells.items()}),
    )


def _cell(
    cards: int,
    one_offs: int,
    policies: list[str],
    one_off_policies: list[str],
    schemes: list[str],
    *rest: Any,
) -> GroupsCell:
    return GroupsCell(
        cards, one_offs, tuple(policies), tuple(one_off_policies), tuple(schemes), *rest
    )


def _values(one: object, names: Iterable[str]) -> list[object]:
    return [getattr(one, name) for name in names]


def _plain(one: Outline) -> list[object]:
    values = _values(one, _OUTLINED)
    values[_MONTH] = str(one.month)
    return values


def _outline(values: list[Any]) -> Outline:
    values.append(cell_of(values[_MONTH], values[_DEPARTMENT]))
    values[_MONTH] = Month.parse(values[_MONTH])
    return Outline(*values)


_OUTLINED = tuple(one.name for one in fields(Outline) if one.name != "cell")
_MONTH, _DEPARTMENT = _OUTLINED.index("month"), _OUTLINED.index("department_id")
_GROUPED = tuple(one.name for one in fields(Group) if one.name != "cells")
_OF_CELL = tuple(one.name for one in fields(GroupsCell))


class KeptFaces:
    """The groups of the run before, and the faces in them as far as they are still there."""

    def __init__(self, kept: Kept) -> None:
        self._kept = kept
        self.groups = kept.get(PEOPLE, "", GROUPS) or {}
        self._read: dict[str, FacesOf] = {}

    def of(self, name: str) -> FacesOf:
        """The faces of a group; of one that is lost, none."""
        if name not in self._read:
            group = self.groups[name].group
            found = self._kept.get(_name(name), group.key, FACES) or {}
            self._read[name] = found if found.keys() == group.people.keys() else {}
        return self._read[name]

    def put(self, name: str, key: str, faces: FacesOf) -> None:
        """Keeps the faces of a group."""
        self._kept.put(_name(name), key, FACES, faces)

    def keep(self, groups: Mapping[str, KeptGroup], made: Mapping[str, FacesOf]) -> None:
        """Keeps the groups of now; `made` are the faces of those that may be others."""
        for name, faces in made.items():
            if name not in self.groups or self.groups[name].group.key != groups[name].group.key:
                self.put(name, groups[name].group.key, faces)
        for name in self.groups.keys() - groups.keys():
            self._kept.drop(_name(name))
        if groups != self.groups:
            self._kept.put(PEOPLE, "", GROUPS, groups)


def _name(group: str) -> str:
    return f"{PEOPLE} {group}"
