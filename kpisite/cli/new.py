"""`kpisite new`: lays out a month, a record for everybody who is to have one."""

import json
from collections.abc import Sequence
from pathlib import Path

import click

from kpisite.check.ground import Ground
from kpisite.check.roll import Unrecorded
from kpisite.cli.site import (
    MonthType,
    in_folder,
    in_language,
    known,
    known_departments,
    opened,
    stop,
)
from kpisite.cli.spoken import command, said
from kpisite.cli.status import CLEAN, FOUND
from kpisite.cli.writing import editing, put_in_place
from kpisite.core.month import Month
from kpisite.core.text import Language
from kpisite.desk.new import laid_out, missing_in, month_waiting, without_form
from kpisite.words import MOST_LISTED, has_errors, page_words


@command
@click.argument("month", type=MonthType())
@click.option("--employee", "employees", metavar="ID", multiple=True)
@click.option("--department", "departments", metavar="ID", multiple=True)
@click.option("--dry-run", is_flag=True)
@click.option("--json", "as_json", is_flag=True)
@in_language
@in_folder
def new(
    month: Month,
    employees: tuple[str, ...],
    departments: tuple[str, ...],
    dry_run: bool,
    as_json: bool,
    language: Language | None,
    folder: Path | None,
) -> None:
    """Lay out MONTH: a record for everybody who holds a form and has none; nothing is written over.

    The rows of the form stand in its order as comments to fill in.  What is missing makes a
    scorecard provisional, so that the site can be built at once.
    """
    site = opened(folder)
    loaded = site.check()
    book = loaded.book
    own = book.site.model.language
    _refuse(book, month, employees, departments)
    found = missing_in(loaded.book, month, employees, departments)
    formless = without_form(loaded.book, month, employees, departments)
    with editing(loaded, language or own):
        changes = [laid_out(book, one, own) for one in found]
        if found:
            changes.insert(0, month_waiting(month, site.content(_file_of(month)), own))
    issues = put_in_place(
        site, loaded, changes, language or own, dry_run=dry_run, as_json=as_json, despite=None
    )
    if as_json:
        listed = [
            {"id": one.id, "part": one.part, "file": change.path}
            for one, change in zip(found, changes[1:], strict=True)
        ]
        reported = {
            "month": str(month),
            "written": not dry_run,
            "records": listed,
            "without_form": [one.id for one in formless],
        }
        click.echo(json.dumps(reported, ensure_ascii=False, indent=2).encode())
    elif not dry_run:
        click.echo(_report(found, month, language or own))
        if formless:
            names = _listed([f"{one.name} {one.id}" for one in formless], language or own)
            click.echo(said("new-without-form", count=len(formless), names=names))
    stop(FOUND if has_errors(issues) else CLEAN)


def _file_of(month: Month) -> str:
    return f"records/{month}/month.toml"


def _refuse(
    book: Ground, month: Month, employees: Sequence[str], departments: Sequence[str]
) -> None:
    if month in book.closed:
        raise click.UsageError(said("new-closed", month=month))
    known("no-employee", employees, book.staff)
    known_departments(book, departments)


def _report(found: Sequence[Unrecorded], month: Month, language: Language) -> str:
    if not found:
        return said("new-nothing", month=month)
    listed = _listed([f"{one.name.say(language)} {one.address}" for one in found], language)
    return said("new-written", month=month, count=len(found), names=listed)


def _listed(names: Sequence[str], language: Language) -> str:
    words = page_words(language)
    listed = words["list-comma"].join(names[:MOST_LISTED])
    if len(names) > MOST_LISTED:
        listed = words["listed"].format(listed=listed, more=len(names) - MOST_LISTED)
    return listed
