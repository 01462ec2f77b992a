"""`kpisite blank`: a form to fill in by hand, as a PDF."""

from pathlib import Path

import click

from kpisite.check.ground import Ground
from kpisite.cli.as_data import with_json
from kpisite.cli.build import can_print_or_stop
from kpisite.cli.site import (
    MonthType,
    in_folder,
    in_language,
    opened,
    sound,
    started_in,
)
from kpisite.cli.spoken import command, said
from kpisite.cli.to_file import into, refuse_to_replace, write
from kpisite.core.month import Month
from kpisite.core.text import Language
from kpisite.language.scheme import Scheme
from kpisite.language.staff import Employee


@command
@click.argument("scheme", required=False)
@click.option("--for", "person", metavar="EMPLOYEE")
@click.option("--month", type=MonthType())
@into("FILE")
@with_json
@in_language
@in_folder
def blank(
    scheme: str | None,
    person: str | None,
    month: Month | None,
    output: Path | None,
    force: bool,
    language: Language | None,
    folder: Path | None,
) -> None:
    """Print the form SCHEME without marks, or the one that EMPLOYEE fills in in MONTH."""
    if person is not None and month is None:
        raise click.UsageError(said("blank-month"))
    if scheme is None and person is None:
        raise click.UsageError(said("blank-what"))
    site = opened(folder)
    loaded = sound(site, language)
    book = loaded.ground
    language = language or book.site.model.language
    employee = None if person is None else _employee(book, person)
    chosen = _scheme(book, scheme, employee, month)
    parts = (chosen.id, person or "", "" if month is None else str(month))
    path = started_in(folder) / (output or f"{'-'.join(part for part in parts if part)}.pdf")
    refuse_to_replace([path], language, force=force)
    can_print_or_stop(language)
    content = site.blank(loaded, chosen, language, employee, month)
    write(path, content, language, force=force)


def _employee(book: Ground, id: str) -> Employee:
    filed = book.staff.get(id)
    if filed is None:
        raise click.UsageError(said("no-employee", id=id))
    return filed.model


def _scheme(book: Ground, id: str | None, employee: Employee | None, month: Month | None) -> Scheme:
    """The version that holds in the month, or the newest; that of the post where none is named."""
    if id is None and employee is not None and month is not None:
        post = employee.post_in(month)
        id = None if post is None else post.scheme
    versions = [filed.model for filed in book.schemes if filed.model.id == id]
    if month is not None:
        versions = [one for one in versions if one.from_ <= month]
    if not versions:
        raise click.UsageError(said("no-scheme", id=id or "–"))
    return max(versions, key=lambda one: one.from_)
