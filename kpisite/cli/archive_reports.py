"""What `kpisite archive` reports, for people as lines and for machines as data."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from kpisite.archive.folder import ArchiveRefuses
from kpisite.cli.spoken import said
from kpisite.core.month import Month
from kpisite.preservation.checking import Checked, Quality
from kpisite.preservation.retention import Overdue
from kpisite.preservation.unsigned import STATES, SigningState

#: What a file is that lacks a quality.
LACKING: dict[Quality, str] = {
    "authentic": "archive-authentic",
    "whole": "archive-whole",
    "usable": "archive-usable",
    "safe": "archive-safe",
}


def refused_in_words(refused: ArchiveRefuses) -> str:
    """Why a file or an archive was refused, and what to do about it."""
    return said(refused.code, **_listed(refused.facts))


def _listed(facts: Mapping[str, object]) -> dict[str, object]:
    comma = said("archive-comma")
    return {
        key: comma.join(map(str, one)) if isinstance(one, tuple) else one
        for key, one in facts.items()
    }


def checked_text(checked: Checked) -> str:
    """Each fault in a line, then how many."""
    lines = [
        f"{one.path}: {said(LACKING[one.quality])}: {said(one.code, **_listed(one.facts))}"
        for one in checked.issues
    ]
    key = "archive-faults" if lines else "archive-sound"
    return "\n".join([*lines, said(key, copies=checked.copies, count=len(lines))])


def checked_data(checked: Checked, archive: Path) -> dict[str, Any]:
    """The same as data."""
    return {
        "archive": str(archive),
        "copies": checked.copies,
        "sound": not checked.issues,
        "faults": [
            {
                "file": one.path,
                "quality": one.quality,
                "code": one.code,
                "message": said(one.code, **_listed(one.facts)),
            }
            for one in checked.issues
        ],
    }


def status_text(found: Sequence[SigningState], month: Month) -> str:
    """Who has yet to sign what: by department, and then by signer."""
    waiting = [one for one in found if one.missing]
    signed = len(found) - len(waiting)
    lines = [said("archive-status", month=month, count=len(found), signed=signed)]
    departments = list(dict.fromkeys(one.department for one in waiting))
    for department in departments:
        lines.append(department)
        for one in (each for each in waiting if each.department == department):
            lines.append(
                said(
                    f"archive-line-{one.state}",
                    name=one.name,
                    address=one.result.address,
                    signers=said("archive-comma").join(map(_signer, one.missing)),
                )
            )
    if waiting:
        lines.append(said("archive-by-signer"))
    for signer, several in _by_signer(waiting).items():
        names = said("archive-comma").join(f"{one.name} {one.result.address}" for one in several)
        lines.append(said("archive-signer", signer=signer, count=len(several), names=names))
    return "\n".join(lines)


def _signer(line: Any) -> str:
    return f"{line.capacity} {line.name}".strip()


def _by_signer(waiting: Sequence[SigningState]) -> dict[str, list[SigningState]]:
    """Those who are waited for: whoever has most to sign first."""
    found: dict[str, list[SigningState]] = {}
    for one in waiting:
        for line in one.missing:
            found.setdefault(_signer(line), []).append(one)
    return dict(sorted(found.items(), key=lambda item: (-len(item[1]), item[0])))


def status_data(found: Sequence[SigningState], month: Month) -> dict[str, Any]:
    """The same as data, with those that are signed."""
    counts: dict[str, int] = {state: sum(one.state == state for one in found) for state in STATES}
    return {
        "month": str(month),
        "scorecards": len(found),
        **counts,
        "cards": [
            {
                "appraisee": one.result.appraisee_id,
                "part": one.result.qualifier or "",
                "name": one.name,
                "department": one.result.department_id,
                "state": one.state,
                "missing": [
                    {"capacity": line.capacity, "rater": line.rater, "name": line.name}
                    for line in one.missing
                ],
                "files": [copy.path for copy in one.copies],
            }
            for one in found
        ],
    }


def due_text(found: Sequence[Overdue], on: date) -> str:
    """What may be deleted, and what is held, a line each."""
    if not found:
        return said("archive-nothing-due", day=on)
    lines = []
    for one in found:
        facts = {
            "path": one.copy.path,
            "title": one.copy.title,
            "day": one.keep_until,
            "kind": said(f"archive-class-{one.copy.series.retention}"),
        }
        reasons = said("archive-comma").join(hold.reason for hold in one.holds)
        key = "archive-due-held" if one.holds else "archive-due"
        lines.append(said(key, reasons=reasons, **facts))
    held = sum(bool(one.holds) for one in found)
    lines.append(said("archive-due-counts", day=on, count=len(found) - held, held=held))
    return "\n".join(lines)


def due_data(found: Sequence[Overdue], on: date, gone: Sequence[Overdue] | None) -> dict[str, Any]:
    """The same as data, with what was deleted."""
    return {
        "on": str(on),
        "due": [
            {
                "file": one.copy.path,
                "title": one.copy.title,
                "retention": one.copy.series.retention,
                "keep-until": str(one.keep_until),
                "held": [hold.reason for hold in one.holds],
            }
            for one in found
        ],
        "deleted": [one.copy.path for one in gone or ()],
    }
