"""References to things that are not there, reported with what was probably meant, and not reported
where they may well be there: in a file or an entry that could not be read."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from kpisite.check.filed import Filed
from kpisite.check.ground import Ground
from kpisite.check.roster import Roster
from kpisite.core.address import address_of
from kpisite.core.issue import Fact, Issue, Keys, Place, Source, nearest


def unknown(what: str, id: str, known: Iterable[str], at: Source) -> Issue:
    """`id` names no scheme, rater, … of those `known`."""
    names = tuple(sorted(known))
    facts: dict[str, Fact] = {"id": id, "meant": nearest(id, names), "known": names}
    return Issue(code=f"unknown-{what}", at=at, facts=facts)


def unknown_employee(ground: Ground, id: str | None, at: Source) -> Iterator[Issue]:
    """`id` names nobody of the staff."""
    if id is not None and id not in ground.staff and not is_unread(ground, f"records/staff/{id}"):
        yield unknown("employee", id, ground.staff, at)


def unknown_department(ground: Ground, id: str, at: Source) -> Iterator[Issue]:
    """`id` names no department, where all of them could be read."""
    filed = ground.departments
    is_read = ground.documents.get(filed.path) is not None and filed.path not in ground.unread
    if id not in ground.department_by_id and is_read and not filed.left_out:
        yield unknown("department", id, ground.department_by_id, at)


def unknown_scheme(ground: Ground, id: str | None, at: Source) -> Iterator[Issue]:
    """`id` names no scheme in any version."""
    if id and id not in ground.scheme_ids and not is_unread(ground, f"records/schemes/{id}"):
        yield unknown("scheme", id, ground.scheme_ids, at)


def addresses_called(ground: Ground, name: str) -> tuple[str, ...]:
    """What records somebody may mean by a name: by `CS017@store` no other, and by `CS017-store`, as
    its scorecard is called in files of closed months, the same, where nobody is called so."""
    if name in ground.staff or name in ground.department_by_id:
        return (name,)
    found = (
        address_of(name[:at], name[at + 1 :])
        for at, sign in enumerate(name)
        if sign == "-" and name[:at] in ground.staff
        if name[at + 1 :] in ground.one_off_forms or name[at + 1 :] in ground.department_by_id
    )
    return tuple(found) or (name,)


def is_unread(among: Ground | Roster, stem: str) -> bool:
    """Whether a file that begins with `stem` is there, though nothing could be made of it."""
    return any(path.startswith((f"{stem}.", f"{stem}@")) for path in among.unread)


def has_unread(among: Ground | Roster, folder: str) -> bool:
    """Whether a file in `folder` is there, though nothing could be made of it."""
    return any(path.startswith(folder) for path in among.unread)


def without_follow_on(filed: Filed[Any], issues: Iterable[Issue]) -> Iterator[Issue]:
    """The issues that a model reports of itself, at their places in its file, without those that
    only follow from an entry left out of the same row of the form, or of what it adds up."""
    for issue in issues:
        keys = filed.in_file(issue.at.keys) if isinstance(issue.at, Source) else ()
        if not all(filed.is_whole((table,)) for table in _NAMED_IN.get(issue.code, ())):
            continue
        if filed.is_whole(_row(keys)):
            also = tuple(_in_file(filed, other) for other in issue.also)
            yield replace(issue, at=Source(filed.path, keys), also=also)


def _in_file(filed: Filed[Any], at: Source | Place) -> Source | Place:
    return Source(at.path, filed.in_file(at.keys)) if isinstance(at, Source) else at


#: The tables of the same file in which a name should stand that a fault calls unknown.
_NAMED_IN = {
    "unknown-rater": ("raters",),
    "unknown-grade": ("grade",),
    "grades-missing": ("grade",),
    "grade-amount-missing": ("grade",),
    "unknown-figure": ("figure", "table", "list", "part"),
    "figure-of-rows": ("figure", "table", "list", "part"),
    "figure-total": ("figure", "table", "list", "part"),
    "unknown-list": ("list",),
}

#: The tables of a scheme, policy or record that stand for themselves.
_ROWS = (
    "part", "section", "indicator", "deduction", "bonus", "veto", "event", "pay", "award", "review",
    "figure", "table", "list", "gate",
)  # fmt: skip
#: The tables of a record of which each entry stands for itself.
_ENTRIES = ("marks", "metrics", "notes", "rated", "survey", "task")


def _row(keys: Keys) -> Keys:
    """The row, or the heading with its rows, in which an entry of a scheme or record stands."""
    if keys[:1] and keys[0] in _ENTRIES:
        return keys[:2]
    depth = 0
    while len(keys) > depth + 1 and keys[depth] in _ROWS:
        depth += 2
    if depth == 0 and keys[-1:] != ("points",):
        return keys[:1]
    return keys[:depth]
