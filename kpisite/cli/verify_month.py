"""`kpisite verify MONTH --rev REV`: whether a month still comes out as it did at a commit."""

import json

import click

from kpisite.cli.past import examined_past, past_or_stop
from kpisite.cli.site import require_month, show, stop
from kpisite.cli.spoken import said
from kpisite.cli.status import CLEAN, FOUND
from kpisite.examine.load import Loaded
from kpisite.site import Site
from kpisite.verify.month import differences, month_of
from kpisite.words import has_errors

#: The shape of the JSON; another number where what it says changes its meaning.
FORMAT = 1
#: So many files are named; JSON has them all.
MOST_NAMED = 40


def verify_month(site: Site, named: str, revision: str, *, as_json: bool) -> int:
    """Compares the month as the commit gives it with what the folder gives, byte for byte; the
    exit code."""
    month = require_month(named)
    past = past_or_stop(site, revision)
    then = _sound(examined_past(past), revision)
    now = _sound(site.check(), said("diff-folder"))
    before = month_of(then, site.theme(then, past.find_theme), month)
    if not before:
        raise click.UsageError(said("month-without-records", month=month))
    found = differences(before, month_of(now, site.theme(now), month))
    if as_json:
        data = {
            "format": FORMAT, "month": str(month), "revision": past.commit, "files": len(before),
            "todays_pay": past.has_todays_pay,
            "differences": [{"change": word, "place": place} for word, place in found],
        }  # fmt: skip
        click.echo(json.dumps(data, ensure_ascii=False, indent=2).encode())
        return FOUND if found else CLEAN
    if past.has_todays_pay:
        click.echo(said("build-todays-pay", rev=revision), err=True)
    for word, place in found[:MOST_NAMED]:
        click.echo(f"{said(f'verify-month-{word}')}  {place}")
    if len(found) > MOST_NAMED:
        click.echo(said("verify-month-more", count=len(found) - MOST_NAMED))
    key = "verify-month-other" if found else "verify-month-same"
    click.echo(said(key, month=month, revision=revision, count=len(found), files=len(before)))
    return FOUND if found else CLEAN


def _sound(loaded: Loaded, name: str) -> Loaded:
    """What was read, where no error forbids to score it; else the errors, and the end."""
    if has_errors(loaded.issues):
        show(loaded.issues, loaded.book, None, "text", to_stderr=True)
        click.echo(said("verify-month-errors", state=name), err=True)
        stop(FOUND)
    return loaded
