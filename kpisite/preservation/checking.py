"""The archive, checked: whether its copies are authentic, whole, usable and safe.

- *Authentic*: the signatures hold, and the file is about whom and what its name says.
- *Whole*: what the lists name is there, byte for byte, and nothing besides.
- *Usable*: each opens, has its pages, and what kpisite printed still says that it is PDF/A.
- *Safe*: for its owner's eyes alone, and nothing leads elsewhere.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from kpisite.archive.copy import ABOUT, Archived, named
from kpisite.archive.folder import (
    DELETED,
    HOLDS,
    SUMS,
    ArchiveRefuses,
    Found,
    copy_at,
    digest_of,
    everything_in,
    is_as_listed,
    is_private,
    months_in,
    read_bounded,
    sums_of,
)
from kpisite.core.month import Month
from kpisite.paper import scan
from kpisite.preservation.authentic import signature_issue
from kpisite.preservation.pdf import read_pdf
from kpisite.preservation.retention import deleted_of, holds_of

Quality = Literal["authentic", "whole", "usable", "safe"]
QUALITIES: tuple[Quality, ...] = ("authentic", "whole", "usable", "safe")


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveIssue:
    """Something that is wrong with a file of the archive: which quality it lacks, and the code of
    its words in the catalogue, with their facts."""

    quality: Quality
    code: str
    path: str
    facts: Mapping[str, object]


def _issue(quality: Quality, code: str, path: str, **facts: object) -> ArchiveIssue:
    return ArchiveIssue(quality=quality, code=code, path=path, facts={"path": path, **facts})


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """How many copies were looked at, and all that is wrong."""

    copies: int
    issues: Sequence[ArchiveIssue]


def check_archive(archive: Path, months: Sequence[Month], now: datetime) -> Checked:
    """The archive, or some months of it, with all that is wrong; what lies beside the months is
    looked at in any case."""
    entries = list(everything_in(archive))
    wanted = months or months_in(archive)
    deleted, issues = dict[str, str](), list(_safety(entries, wanted))
    try:
        holds_of(archive)
    except ArchiveRefuses as refused:
        issues.append(_issue("whole", refused.code, HOLDS, **_more(refused)))
    try:
        deleted = deleted_of(archive)
    except ArchiveRefuses as refused:
        issues.append(_issue("whole", refused.code, DELETED, **_more(refused)))
    issues += _beside_months(entries, archive)
    copies = 0
    for month in wanted:
        found, more = _check_month(archive, month, entries, deleted, now)
        copies += found
        issues += more
    ordered = sorted(issues, key=lambda one: (one.path, QUALITIES.index(one.quality), one.code))
    return Checked(copies=copies, issues=ordered)


def _safety(entries: Sequence[Found], months: Sequence[Month]) -> Iterator[ArchiveIssue]:
    folders = {str(month) for month in months}
    for one in entries:
        if "/" in one.path and one.path.partition("/")[0] not in folders:
            continue
        if not (one.is_file or one.is_folder):
            yield _issue("safe", "archive-link", one.path)
        elif not is_private(one):
            yield _issue("safe", "archive-open", one.path, mode=f"{one.mode:o}")


def _beside_months(entries: Sequence[Found], archive: Path) -> Iterator[ArchiveIssue]:
    months = {str(month) for month in months_in(archive)}
    for one in entries:
        if "/" not in one.path and one.path not in (HOLDS, DELETED) and one.path not in months:
            yield _issue("whole", "archive-extra", one.path)


def _check_month(
    archive: Path,
    month: Month,
    entries: Sequence[Found],
    deleted: Mapping[str, str],
    now: datetime,
) -> tuple[int, list[ArchiveIssue]]:
    """How many copies a month has, and what is wrong with it."""
    there = {one.path for one in entries if one.path.startswith(f"{month}/")}
    there.discard(f"{month}/{SUMS}")
    try:
        sums = sums_of(archive, month)
    except ArchiveRefuses as refused:
        return 0, [_issue("whole", refused.code, f"{month}/{SUMS}", **_more(refused))]
    issues = []
    for path in sorted(there - set(sums)):
        code = "archive-left-over" if path.removesuffix(ABOUT) in deleted else "archive-extra"
        issues.append(_issue("whole", code, path))
    issues += [_issue("whole", "archive-missing", path) for path in sorted(set(sums) - there)]
    copies = [path for path in sorted(sums) if named(path) is not None]
    issues += _gaps(copies, deleted)
    for path in sorted(set(sums) & there):
        try:
            issues += _check_file(archive, path, sums, now)
        except ArchiveRefuses as refused:
            issues.append(_issue("usable", refused.code, path, **_more(refused)))
    return len(copies), issues


def _more(refused: ArchiveRefuses) -> dict[str, object]:
    return {key: one for key, one in refused.facts.items() if key != "path"}


def _gaps(copies: Sequence[str], deleted: Mapping[str, str]) -> Iterator[ArchiveIssue]:
    """Editions that were there before another, and are neither there nor deleted by us."""
    gone = [found for path in deleted if (found := named(path)) is not None]
    known = [found for path in copies if (found := named(path)) is not None]
    editions = {(series, edition) for series, edition, _ in (*known, *gone)}
    for series, edition, suffix in known:
        for before in range(1, edition):
            if (series, before) not in editions:
                yield _issue("whole", "archive-missing", series.path(before, suffix))


def _check_file(
    archive: Path, path: str, sums: Mapping[str, str], now: datetime
) -> Iterator[ArchiveIssue]:
    content = read_bounded(archive / path)
    if digest_of(content) != sums[path]:
        yield _issue("whole", "archive-changed", path)
        return
    if path.endswith(ABOUT):
        copy_path = path.removesuffix(ABOUT)
        if named(copy_path) is None or copy_path not in sums:
            yield _issue("whole", "archive-extra", path)
        return
    if named(path) is None:
        yield _issue("whole", "archive-extra", path)
        return
    beside = f"{path}{ABOUT}"
    if beside not in sums:
        yield _issue("whole", "archive-missing", beside)
        return
    if not is_as_listed(archive, beside, sums):
        return  # which is reported where it stands
    try:
        copy = copy_at(archive, path)
    except ArchiveRefuses:
        copy = None
    if copy is None or (copy.sha256, copy.size) != (sums[path], len(content)):
        yield _issue("whole", "archive-about-broken", beside)
        return
    yield from _check_copy(copy, content, now)


def _check_copy(copy: Archived, content: bytes, now: datetime) -> Iterator[ArchiveIssue]:
    """What is wrong with a copy whose bytes are those that were taken in."""
    if copy.suffix != "pdf":
        if scan.has_libraries():
            try:
                scan.picture(content)
            except scan.UnreadableScan as unreadable:
                yield _issue("usable", f"archive-{unreadable.code}", copy.path)
        return
    facts = read_pdf(content)
    if facts.pages != copy.pages:
        yield _issue("usable", "archive-pages-other", copy.path, pages=facts.pages)
    if copy.series.origin == "scan":
        return
    if not facts.is_archival:
        yield _issue("usable", "archive-not-archival", copy.path)
    series, said = copy.series, facts.said
    is_of = said and (
        said["appraisee"], said["part"], said["month"], said["fingerprint"].replace(" ", "")
    ) == (series.appraisee, series.qualifier, str(series.month), copy.fingerprint)  # fmt: skip
    if not is_of:
        yield _issue("authentic", "archive-not-as-named", copy.path)
    if series.origin == "signed":
        issue = signature_issue(content, now)
        if issue or not facts.is_signed:
            yield _issue("authentic", "archive-not-authentic", copy.path, issue=issue or "–")
