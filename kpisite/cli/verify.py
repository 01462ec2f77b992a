"""`kpisite verify`: whether a printed form is whole, whose signatures it bears, and whether the
records still say what it says."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kpisite.cli.scanned import verify_scans
from kpisite.cli.site import in_folder, in_language, opened, started_in, stop
from kpisite.cli.spoken import command, said
from kpisite.cli.status import FOUND, MISUSED
from kpisite.core.text import Language
from kpisite.pdf import LARGEST_FILE, MIB, Unreadable
from kpisite.source import trusted
from kpisite.verify import verify_form
from kpisite.verify.past import Past
from kpisite.verify.report import Finding, Report, Signature, Verdict
from kpisite.verify.signatures import NoSigning, roots_in

if TYPE_CHECKING:
    from asn1crypto import x509

#: The shape of the JSON; another number where what it says changes its meaning.
FORMAT = 1


@command
@click.argument("files", metavar="FILE...", nargs=-1, required=True,
                type=click.Path(path_type=Path))  # fmt: skip
@click.option("--trust", "trust", metavar="FILE", multiple=True,
              type=click.Path(path_type=Path))  # fmt: skip
@click.option("--scan", is_flag=True)
@click.option("--strict", is_flag=True)
@click.option("--json", "as_json", is_flag=True)
@in_language
@in_folder
def verify(
    files: tuple[Path, ...],
    trust: tuple[Path, ...],
    scan: bool,
    strict: bool,
    as_json: bool,
    language: Language | None,
    folder: Path | None,
) -> None:
    """Verify printed forms: signatures, record, total, bytes; or look up the codes of scans."""
    del language  # the command line speaks it already
    site, start = opened(folder), started_in(folder)
    for file in (*files, *trust):
        if not (start / file).is_file():
            raise click.UsageError(said("verify-no-file", path=file))
    places = [(file, start / file) for file in files]
    if scan:
        stop(verify_scans(site, places, as_json=as_json))
    past, now = Past(site.root), datetime.now().astimezone()
    reports: list[tuple[Path, Report | Unreadable]] = []
    try:
        roots = _roots(site.root, [start / file for file in trust])
        for file, place in places:
            try:
                report: Report | Unreadable = verify_form(place.read_bytes(), past, roots, now)
            except Unreadable as refusal:
                report = refusal
            reports.append((file, report))
            if not as_json:
                click.echo("\n".join(_told(file, report)))
    except NoSigning:
        click.echo(said("verify-needs-sign"), err=True)
        stop(MISUSED)
    if as_json:
        data = {"format": FORMAT, "files": [_as_data(*one) for one in reports]}
        click.echo(json.dumps(data, ensure_ascii=False, indent=2).encode())
    stop(max(_code(report, strict=strict) for _, report in reports))


def _roots(root: Path, named: list[Path]) -> "list[x509.Certificate]":
    """The certificates to trust: those named, and those that the site keeps in `trust/`."""
    found = list[Any]()
    for place in named:
        try:
            found += roots_in([place.read_bytes()])
        except ValueError:
            raise click.UsageError(said("verify-no-certificate", path=place)) from None
    try:
        kept = trusted(root)
        return found + (roots_in(kept) if kept else [])
    except ValueError:
        raise click.UsageError(said("verify-no-certificate", path=root / "trust")) from None


def _code(report: Report | Unreadable, *, strict: bool) -> int:
    if isinstance(report, Unreadable) or report.verdict is Verdict.BROKEN:
        return FOUND
    return FOUND if strict and report.verdict is Verdict.UNDECIDED else 0


def _told(file: Path, report: Report | Unreadable) -> Iterator[str]:
    """A report for people: the form, its levels, its signatures, and what else is to be known."""
    if isinstance(report, Unreadable):
        yield f"{file}: {_why_not(report)}"
        return
    facts = report.form
    about = [str(facts[key]) for key in ("appraisee", "part", "month", "version") if facts.get(key)]
    yield f"{file}  {' · '.join(about)}".rstrip()
    for level, finding in report.levels.items():
        verdict = said(f"verify-{finding.verdict.value}")
        yield f"  {said(f'verify-level-{level.value}')}  {verdict}  {_says(finding)}"
    for one in report.signatures:
        yield f"    {_signature(one)}"
    if report.unsigned:
        comma = said("verify-comma")
        yield f"    {said('verify-not-signed', names=comma.join(report.unsigned))}"
    for remark in report.remarks:
        yield f"  {_says(remark)}"


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


def _as_data(file: Path, report: Report | Unreadable) -> dict[str, Any]:
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
