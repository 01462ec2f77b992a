"""How long a copy is kept, what holds it longer, and what was deleted: all in plain files.

A copy may be deleted after the years that the site gives its class, from the end of its month on,
and not before the day that was promised when it was taken in.  A hold on a person, or on one
file, goes before; it is written into `holds.toml` with a reason, and stays there when it has ended.
"""

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import tomli_w

from kpisite.archive.copy import ABOUT, Archived, RetentionClass
from kpisite.archive.folder import (
    DELETED,
    HOLDS,
    ArchiveRefuses,
    copies_of,
    digest_of,
    drop,
    months_in,
    own_file,
    read_bounded,
    save_own,
    take_out,
    unlisted_in,
)
from kpisite.core.month import Month
from kpisite.language.site import Retention


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A person's copies, or one file, that may not be deleted: since when and why, and when and
    why that ended."""

    what: str
    since: date
    reason: str
    until: date | None = None
    end: str = ""

    def keeps(self, copy: Archived) -> bool:
        """Whether the copy may not be deleted because of it."""
        return self.until is None and self.what in (copy.series.appraisee, copy.path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdue:
    """A copy whose time is over, and what holds it all the same."""

    copy: Archived
    keep_until: date
    holds: tuple[Hold, ...]


def keep_until(month: Month, retention: RetentionClass, years: Retention) -> date:
    """The last day on which a copy of that class is kept for certain.

    >>> keep_until(Month(2026, 2), "pay", Retention()), keep_until(Month(2028, 2), "scores",
    ...                                                            Retention())
    (datetime.date(2028, 2, 29), datetime.date(2029, 2, 28))
    """
    return month.plus(12 * getattr(years, retention)).last_day


def due_on(archive: Path, day: date, years: Retention) -> list[Overdue]:
    """The copies whose time is over on `day`, in the order of their paths, held or not."""
    holds, found = holds_of(archive), []
    for month in months_in(archive):
        for copy in copies_of(archive, month):
            last = max(copy.keep_until, keep_until(month, copy.series.retention, years))
            if last < day:
                kept = tuple(one for one in holds if one.keeps(copy))
                found.append(Overdue(copy=copy, keep_until=last, holds=kept))
    return found


def delete_due(archive: Path, due: Sequence[Overdue], day: date) -> list[Overdue]:
    """Deletes what is due and not held, as it was shown, and writes down first what goes; what
    was deleted."""
    _finish(archive)
    gone = [one for one in due if not one.holds]
    if not gone:
        return []
    before = own_file(archive, DELETED)
    entries = [
        {
            "file": one.copy.path,
            "title": one.copy.title,
            "sha256": one.copy.sha256,
            "retention": one.copy.series.retention,
            "keep-until": one.keep_until,
            "added": one.copy.added,
            "on": day,
        }
        for one in gone
    ]
    save_own(archive, DELETED, before + _as_tables(entries, "deleted"))
    take_out(archive, [one.copy for one in gone])
    return gone


def _finish(archive: Path) -> None:
    """Deletes what a command that was killed had written down as deleted, and no list names."""
    deleted = deleted_of(archive)
    for month in months_in(archive):
        for path in unlisted_in(archive, month):
            copy = path.removesuffix(ABOUT)
            is_beside = copy in deleted and path != copy
            if is_beside or deleted.get(path) == digest_of(read_bounded(archive / path)):
                drop(archive, path)


def _as_tables(entries: Sequence[dict[str, Any]], key: str) -> bytes:
    """Entries of a list of tables, one below the other, so that more can follow."""
    return "".join(f"[[{key}]]\n{tomli_w.dumps(one)}\n" for one in entries).encode()


def deleted_of(archive: Path) -> dict[str, str]:
    """The digests of what was deleted, by path."""
    return {
        one["file"]: one["sha256"]
        for one in _tables(archive, DELETED, "deleted")
        if isinstance(one.get("file"), str) and isinstance(one.get("sha256"), str)
    }


def holds_of(archive: Path) -> list[Hold]:
    """All holds that were ever written down; refused where any cannot be understood, for what it
    holds would be deleted."""
    return list(_holds(archive))


def _holds(archive: Path) -> Iterator[Hold]:
    for one in _tables(archive, HOLDS, "hold"):
        hold = Hold(
            what=one.get("what", ""),
            since=one.get("since", date.min),
            reason=one.get("reason", ""),
            until=one.get("until"),
            end=one.get("end", ""),
        )
        is_sound = (
            set(one) <= {"what", "since", "reason", "until", "end"}
            and all(isinstance(text, str) for text in (hold.what, hold.reason, hold.end))
            and hold.what and hold.reason and type(hold.since) is date
            and (hold.until is None or (type(hold.until) is date and hold.end))
        )  # fmt: skip
        if not is_sound:
            raise ArchiveRefuses("archive-own-broken", path=HOLDS)
        yield hold


def _tables(archive: Path, name: str, key: str) -> list[dict[str, Any]]:
    try:
        data = tomllib.loads(own_file(archive, name).decode())
    except (ValueError, RecursionError):
        raise ArchiveRefuses("archive-own-broken", path=name) from None
    tables = data.pop(key, [])
    if data or not isinstance(tables, list) or not all(isinstance(one, dict) for one in tables):
        raise ArchiveRefuses("archive-own-broken", path=name)
    return tables


def hold(archive: Path, what: str, reason: str, day: date) -> None:
    """Writes down that a person's copies, or one file, may not be deleted."""
    _write_holds(archive, [*holds_of(archive), Hold(what=what, since=day, reason=reason)])


def release(archive: Path, what: str, reason: str, day: date) -> int:
    """Ends the holds on a person or file, with a reason; how many there were."""
    holds = holds_of(archive)
    ended = [one for one in holds if one.what == what and one.until is None]
    if ended:
        now = [replace(one, until=day, end=reason) if one in ended else one for one in holds]
        _write_holds(archive, now)
    return len(ended)


def _write_holds(archive: Path, holds: Sequence[Hold]) -> None:
    entries = [
        {"what": one.what, "since": one.since, "reason": one.reason}
        | ({} if one.until is None else {"until": one.until, "end": one.end})
        for one in holds
    ]
    save_own(archive, HOLDS, _as_tables(entries, "hold"))
