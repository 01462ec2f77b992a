"""Reports on printed forms, for people and for programs."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kpisite.cli.spoken import said, spoken
from kpisite.paper.pdf import LARGEST_FILE, MIB, Unreadable
from kpisite.verify.report import Finding, Printing, Report, Signature, Verdict
from kpisite.words import page_words

#: What versions of a scorecard are called; an amended one has its number besides.
VERSIONS = ("open", "closed", "amended")


def report_text(file: Path, report: Report | Unreadable) -> Iterator[str]:
    """A report for people: the form, its levels, its signatures, and what else is to be known."""
    if isinstance(report, Unreadable):
        yield f"{file}: {_why_not(report)}"
        return
    facts = report.form
    about = [str(facts[key]) for key in ("appraisee", "part", "month") if facts.get(key)]
    about += [_state(str(facts["version"]))] if facts.get("version") else []
    yield f"{file}  {' · '.join(about)}".rstrip()
    for level, finding in report.levels.items():
        verdict = said(f"verify-{finding.verdict.value}")
        yield f"  {said(f'verify-level-{level.value}')}  {verdict}  {_says(finding)}"
    if report.printing is not Printing.NONE:
        yield f"    {said(f'verify-printing-{report.printing.value}')}"
    for one in report.signatures:
        yield f"    {_signature(one)}"
    if report.unsigned:
        comma = said("verify-comma")
        yield f"    {said('verify-not-signed', names=comma.join(report.unsigned))}"
    for remark in report.remarks:
        yield f"  {_says(remark)}"


def _state(version: str) -> str:
    """Which version of the scorecard a form says that it is, in words where it is one we print."""
    kind, _, count = version.partition("-")
    if kind not in VERSIONS:
        return version
    return page_words(spoken())[f"version-{kind}"].format(number=count)


def _why_not(reason: Unreadable) -> str:
    return said(f"verify-{reason.code}", most=LARGEST_FILE // MIB)


def _signature(one: Signature) -> str:
    verdict = said(f"verify-{one.finding.verdict.value}")
    if not one.signer:
        return f"{one.capacity or one.name}  {verdict}  {_says(one.finding)}".lstrip()
    when = said("verify-attested" if one.is_attested else "verify-claimed", at=one.at)
    after = said(f"verify-since-{one.since}") if one.since else ""
    by = said(
        "verify-by", capacity=one.capacity, name=one.signer, issuer=one.issuer, serial=one.serial
    )
    reason = said("verify-states", reason=one.reason) if one.reason != one.capacity else ""
    parts = (by, when, reason, verdict, _says(one.finding), after)
    return "  ".join(part for part in parts if part)


def _says(finding: Finding) -> str:
    return said(finding.code, **finding.facts)


def report_data(file: Path, report: Report | Unreadable) -> dict[str, Any]:
    """A report for programs."""
    if isinstance(report, Unreadable):
        broken = {
            "verdict": Verdict.BROKEN.value,
            "why": f"verify-{report.code}",
            "says": _why_not(report),
        }
        return {"file": str(file), "verdict": Verdict.BROKEN.value, "unreadable": broken}
    return {
        "file": str(file),
        "verdict": report.verdict.value,
        "form": dict(report.form),
        "printing": report.printing.value,
        "levels": {level.value: _finding(one) for level, one in report.levels.items()},
        "signatures": [
            {
                "field": one.name,
                "capacity": one.capacity,
                "signer": one.signer,
                "for": one.whom,
                "reason": one.reason,
                "issuer": one.issuer,
                "serial": one.serial,
                "sha256": one.sha256,
                "at": one.at,
                "attested": one.is_attested,
                "timestamp": one.is_timestamp,
                "since": one.since,
                **_finding(one.finding),
            }
            for one in report.signatures
        ],
        "unsigned": list(report.unsigned),
        "remarks": [_finding(one) for one in report.remarks],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    facts = {key: str(value) for key, value in finding.facts.items()}
    return {
        "verdict": finding.verdict.value, "why": finding.code, "says": _says(finding),
        "facts": facts,
    }  # fmt: skip
