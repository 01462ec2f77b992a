"""`kpisite verify --scan`: what the records say of the codes on scanned pages."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from kpisite.cli.site import sound, stop
from kpisite.cli.spoken import said, spoken
from kpisite.cli.status import FOUND, MISUSED
from kpisite.core.code import FormCode, parse_code
from kpisite.outcomes.after import version_of
from kpisite.outcomes.results import Result
from kpisite.paper.scan import UnreadableScan, codes_in, has_libraries
from kpisite.site import Site
from kpisite.verify.past import Past
from kpisite.verify.scan import Age, Scanned, looked_up


def verify_scans(site: Site, places: Sequence[tuple[Path, Path]], *, as_json: bool) -> int:
    """Prints what the records say of each code on the pages; the exit code."""
    if not has_libraries():
        click.echo(said("verify-needs-scan"), err=True)
        stop(MISUSED)
    today, past = sound(site, spoken()), Past(site.root)
    data, code = list[dict[str, Any]](), 0
    for file, place in places:
        found, why = list[Scanned](), ""
        try:
            found = [looked_up(one, today, past) for one in _codes(place.read_bytes())]
        except UnreadableScan as refusal:
            why = f"verify-scan-{refusal.code}"
        why = why or ("" if found else "verify-no-code")
        if why or any(one.age is not Age.TODAY for one in found):
            code = FOUND
        data.append(
            {"file": str(file), "why": why, "codes": [_as_data(one, today) for one in found]}
        )
        if not as_json:
            click.echo("\n".join([f"{file}: {said(why)}"] if why else _report(file, found)))
    if as_json:
        reported = json.dumps({"format": 1, "files": data}, ensure_ascii=False, indent=2)
        click.echo(reported.encode())
    return code


def _codes(content: bytes) -> list[FormCode]:
    texts = dict.fromkeys(text for page in codes_in(content) for text in page)
    return [code for code in map(parse_code, texts) if code is not None]


def _report(file: Path, found: Sequence[Scanned]) -> Iterator[str]:
    for one in found:
        code = one.code
        about = [code.appraisee, code.qualifier, str(code.month), code.fingerprint]
        yield f"{file}  {' · '.join(filter(None, about))}"
        facts = {"commit": one.commit[:12], "day": one.day}
        yield f"  {said(f'verify-scan-{one.age.value}', **facts)}"
        if one.then is not None:
            yield f"  {said('verify-scan-then', total=_total(one.then))}"
        if one.result is not None:
            name = one.result.card.appraisee.name.say(spoken())
            yield f"  {said('verify-scan-now', name=name, total=_total(one.result))}"


def _total(result: Result) -> str:
    grade = "" if result.grade is None else result.grade.name.say(spoken())
    return f"{result.card.total.shown} {grade}".strip()


def _as_data(one: Scanned, today: Any) -> dict[str, Any]:
    code = one.code
    return {
        "appraisee": code.appraisee,
        "part": code.qualifier,
        "month": str(code.month),
        "fingerprint": code.fingerprint,
        "age": one.age.value,
        "commit": one.commit,
        "day": one.day,
        "then": None if one.then is None else _total(one.then),
        "now": None if one.result is None else _total(one.result),
        "version": "" if one.result is None else version_of(today.book, one.result),
    }
