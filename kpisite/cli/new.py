"""`kpisite new`: lays out a month, a record for everybody who is to have one."""

import json
from collections.abc import Sequence
from pathlib import Path

import click

from kpisite.check.ground import Ground
from kpisite.check.roll import Unrecorded
from kpisite.cli.arguments import parted
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
from kpisite.desk.new import laid_out, missing_in, month_waiting, once_on, without_form
from kpisite.words import MOST_LISTED, has_errors, page_words


@command
@click.argument("month", type=MonthType())
@click.option("--employee", "employees", metavar="ID", multiple=True)
@click.option("--department", "departments", metavar="ID", multiple=True)
@click.option("--one-off", metavar="SCHEME")
@click.option("--dry-run", is_flag=True)
@click.option("--json", "as_json", is_flag=True)
@in_language
@in_folder
def new(
    month: Month,
    employees: tuple[str, ...],
    departments: tuple[str, ...],
    one_off: str | None,
    dry_run: bool,
    as_json: bool,
    language: Language | None,
    folder: Path | None,
) -> None:
    """Lay out MONTH: a record for everybody who holds a form and has none; nothing is written over.

    The rows of the form stand in its order as comments to fill in.  What is missing makes a
    scorecard provisional, so that the site can be built at once.  With --one-off the people who
    are named get a record on that form, beside that of the month.
    """
    employees, departments = parted(employees), parted(departments)
    site = opened(folder)
    loaded = site.check()
    book = loaded.book
    own = book.site.model.language
    _refuse(book, month, employees, departments)
    if one_off is None:
        found = missing_in(book, month, employees, departments)
        formless = without_form(book, month, employees, departments)
    else:
        _refuse_one_off(book, one_off, month, employees, departments)
        found, formless = once_on(book, month, one_off, employees), ()
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
            | ({} if one.one_off is None else {"one_off": one.one_off})
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
        click.echo(_report(found, month, language or own, one_off))
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


def _refuse_one_off(
    book: Ground, form: str, month: Month, employees: Sequence[str], departments: Sequence[str]
) -> None:
    """What is no one-off form that holds in the month, and people who are not named."""
    if form not in book.one_off_forms or book.scheme(form, month) is None:
        names = ", ".join(sorted(book.one_off_forms)) or "–"
        raise click.UsageError(said("new-no-one-off", form=form, month=month, names=names))
    if not employees or departments:
        raise click.UsageError(said("new-one-off-whom", form=form))


def _report(
    found: Sequence[Unrecorded], month: Month, language: Language, one_off: str | None
) -> str:
    if not found:
        key = "new-nothing" if one_off is None else "new-nothing-once"
        return said(key, month=month, form=one_off)
    listed = _listed([f"{one.name.say(language)} {one.address}" for one in found], language)
    return said("new-written", month=month, count=len(found), names=listed)


def _listed(names: Sequence[str], language: Language) -> str:
    words = page_words(language)
    listed = words["list-comma"].join(names[:MOST_LISTED])
    if len(names) > MOST_LISTED:
        listed = words["listed"].format(listed=listed, more=len(names) - MOST_LISTED)
    return listed
