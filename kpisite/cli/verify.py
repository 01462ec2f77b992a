"""`kpisite verify`: whether a printed form is whole, whose signatures it bears, and whether the
records still say what it says.

What reads a site is imported only when a second process has begun with what else there is to do.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from kpisite.cli.site import in_folder, in_language, opened, started_in, stop
from kpisite.cli.spoken import command, said
from kpisite.cli.status import FOUND, MISUSED
from kpisite.core.memory import gc_paused
from kpisite.core.text import Language
from kpisite.disk.root import TRUST, find_site, trusted
from kpisite.paper.pdf import Unreadable
from kpisite.verify.assistant import Assistant
from kpisite.verify.prints import Prints
from kpisite.verify.report import NoSigning, Report, Verdict

#: The shape of the JSON; another number where what it says changes its meaning.
FORMAT = 1


@command
@click.argument("files", metavar="FILE...", nargs=-1, required=True,
                type=click.Path(path_type=Path))  # fmt: skip
@click.option("--trust", "trust", metavar="FILE", multiple=True,
              type=click.Path(path_type=Path))  # fmt: skip
@click.option("--scan", is_flag=True)
@click.option("--strict", is_flag=True)
@click.option("--rev", metavar="REV")
@click.option("--reprint", is_flag=True)
@click.option("--json", "as_json", is_flag=True)
@in_language
@in_folder
def verify(
    files: tuple[Path, ...],
    trust: tuple[Path, ...],
    scan: bool,
    strict: bool,
    rev: str | None,
    reprint: bool,
    as_json: bool,
    language: Language | None,
    folder: Path | None,
) -> None:
    """Verify printed forms: signatures, record, total, bytes; or look up the codes of scans; or
    compare a month with what it was at a commit."""
    del language  # the command line speaks it already
    start = started_in(folder)
    root = find_site(start)
    if root is None:
        raise click.UsageError(said("no-site", folder=start.resolve()))
    if rev is not None:
        from kpisite.cli.verify_month import verify_month

        if len(files) != 1:
            raise click.UsageError(said("verify-one-month"))
        stop(verify_month(opened(folder), str(files[0]), rev, as_json=as_json))
    for file in (*files, *trust):
        if not (start / file).is_file():
            raise click.UsageError(said("verify-no-file", path=file))
    places = [(file, start / file) for file in files]
    if scan:
        from kpisite.cli.scanned import verify_scans

        stop(verify_scans(opened(folder), places, as_json=as_json))
    now = datetime.now().astimezone()
    certificates = [(file, (start / file).read_bytes()) for file in trust]
    certificates += [(root / TRUST, content) for content in trusted(root)]
    first = places[0][1].read_bytes()
    prints = Prints(root, may_be_taken=not reprint)
    assistant = Assistant(
        [content for _, content in certificates], first, now,
        may_fork=True, printing_is_likely=not prints.may_have(first),
    )  # fmt: skip
    try:
        with gc_paused():
            code = _verify_all(root, places, certificates, assistant, prints, strict, as_json)
    finally:
        assistant.end()
    stop(code)


def _verify_all(
    root: Path,
    places: Sequence[tuple[Path, Path]],
    certificates: Sequence[tuple[Path, bytes]],
    assistant: Assistant,
    prints: Prints,
    strict: bool,
    as_json: bool,
) -> int:
    """Prints a report on each file; the exit code."""
    papers = [assistant.begin("paper")]
    files = "tree" if assistant.printing_is_likely else "ids"
    for name, *arguments in (("line", root), (files, root), ("program",)):
        assistant.begin(name, *arguments)  # that will be asked for
    trust = assistant.begin("bad_certificate")
    tickets = [assistant.begin("signatures")]  # of the first file, which the assistant has

    from kpisite.cli.verify_reports import report_data, report_text
    from kpisite.verify.form import report_on
    from kpisite.verify.past import Past

    past, reports = Past(root, assistant, prints), list[tuple[Path, Report | Unreadable]]()
    try:
        for number, (file, place) in enumerate(places):
            content = place.read_bytes()
            if number:
                papers.append(assistant.begin("paper", content))
                tickets.append(assistant.begin("signatures", content))
            try:
                paper = assistant.take(papers[-1])
                report: Report | Unreadable = report_on(
                    paper, past, lambda: assistant.take(tickets[-1])
                )
            except Unreadable as refusal:
                report = refusal
            if not number:
                _require_certificates(certificates, assistant.take(trust))
            reports.append((file, report))
            if not as_json:
                click.echo("\n".join(report_text(file, report)))
    except NoSigning:
        click.echo(said("verify-needs-sign"), err=True)
        stop(MISUSED)
    if as_json:
        data = {"format": FORMAT, "files": [report_data(*one) for one in reports]}
        click.echo(json.dumps(data, ensure_ascii=False, indent=2).encode())
    return max(_code(report, strict=strict) for _, report in reports)


def _require_certificates(certificates: Sequence[tuple[Path, bytes]], bad: int | None) -> None:
    """A usage error where a file to trust holds no certificate."""
    if bad is not None:
        raise click.UsageError(said("verify-no-certificate", path=certificates[bad][0]))


def _code(report: Report | Unreadable, *, strict: bool) -> int:
    if isinstance(report, Unreadable) or report.verdict is Verdict.BROKEN:
        return FOUND
    return FOUND if strict and report.verdict is Verdict.UNDECIDED else 0
