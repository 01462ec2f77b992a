"""`kpisite amend`: writes why a closed month changed, with the digests of what it is now."""

from datetime import date, datetime
from pathlib import Path

import click

from kpisite.check.known import addresses_called
from kpisite.cli.site import DayType, MonthType, in_folder, in_language, opened, show, stop
from kpisite.cli.spoken import command, said
from kpisite.cli.status import FOUND
from kpisite.cli.writing import editing, put_in_place, report
from kpisite.core.month import Month
from kpisite.core.text import Language
from kpisite.desk.answering import AmendmentReason, amendment_edit, changed_in
from kpisite.edit.change import Change, Edit, edited
from kpisite.language.closing import Amendments
from kpisite.site import Site
from kpisite.words import has_errors, page_words

#: The faults that an amendment ends, and despite which a site can be scored.
ENDED = ("closed-changed", "closed-new", "closed-gone")


@command
@click.argument("month", type=MonthType())
@click.argument("people", nargs=-1, metavar="[PERSON]...")
@click.option("--all", "is_all", is_flag=True)
@click.option("--why", metavar="TEXT", required=True)
@click.option("--what", metavar="TEXT", default="")
@click.option("--by", metavar="ID", required=True)
@click.option("--approved-by", "approved", metavar="ID", required=True)
@click.option("--on", "day", type=DayType())
@click.option("--dry-run", is_flag=True)
@click.option("--json", "as_json", is_flag=True)
@in_language
@in_folder
def amend(
    month: Month,
    people: tuple[str, ...],
    is_all: bool,
    why: str,
    what: str,
    by: str,
    approved: str,
    day: datetime | None,
    dry_run: bool,
    as_json: bool,
    language: Language | None,
    folder: Path | None,
) -> None:
    """Write an amendment for each PERSON whose scorecard of a closed MONTH has changed, or for all
    of them: who changed it, why, who approved it, and the digests of what it is now."""
    if is_all == bool(people):
        raise click.UsageError(said("amend-whom"))
    site = opened(folder)
    loaded = site.check()
    language = language or loaded.book.site.model.language
    other = [one for one in loaded.issues if one.code not in ENDED]
    if has_errors(other):
        show(other, loaded.book, language, "text", to_stderr=True)
        stop(FOUND)
    changed = changed_in(loaded.book, month, loaded.results)
    addresses = {one.address for one in changed}
    wanted = set[str]()
    for name in people:
        called = [one for one in addresses_called(loaded.book, name) if one in addresses]
        if not called:
            raise click.UsageError(said("amend-nothing-of", id=name, month=month))
        wanted.add(called[0])
    if not changed:
        raise click.UsageError(said("amend-nothing", month=month))
    chosen = [one for one in changed if is_all or one.address in wanted]
    reason = AmendmentReason(
        on=date.today() if day is None else day.date(),
        by=by,
        approved=approved,
        why=why,
        what=what,
    )
    with editing(loaded, language):
        change = _amended(site, month, [amendment_edit(one, reason) for one in chosen])
    put_in_place(site, loaded, [change], language, dry_run=dry_run, as_json=as_json)
    listed = page_words(language)["list-comma"].join(one.address for one in chosen)
    text = said("amend-written", path=change.path, count=len(chosen), names=listed)
    report([change], text, dry_run=dry_run, as_json=as_json)


def _amended(site: Site, month: Month, edits: list[Edit]) -> Change:
    path = f"records/{month}/amendments.toml"
    before = site.content(path)
    head = f'#:schema ../.schema/amendments.json\n\nmonth = "{month}"\n'
    change = edited(path, before or head.encode(), edits, list(Amendments.model_fields))
    return Change(path=path, before=before, after=change.after)
