"""`kpisite export`: scorecards as files to take elsewhere."""

import os
from pathlib import Path

import click

from kpisite.check.book import Book
from kpisite.cli.site import (
    MonthType,
    in_folder,
    in_language,
    result_of,
    saving,
    site_root,
    sound_site,
    started_in,
)
from kpisite.core.month import Month
from kpisite.core.text import Language
from kpisite.files import save
from kpisite.load import Loaded
from kpisite.outcomes.results import Result
from kpisite.pages.workbook import scorecard_workbook
from kpisite.words import page_words


@click.command(
    epilog="""\b
Examples:
  kpisite export --workbook CS017 2026-10
  kpisite export --workbook CS017@store 2026-10
  kpisite export --workbook CS017 2026-10 -o /tmp/li-na.xlsx --force
  kpisite export --workbook --month 2026-10 --department customer-service -o to-check

The workbook holds everything that HR may see, pay included."""
)
@click.argument("employee", required=False)
@click.argument("month_of_one", metavar="[MONTH]", type=MonthType(), required=False)
@click.option("--workbook", is_flag=True, help="As .xlsx, with live formulas.")
@click.option("--month", type=MonthType(), help="Every scorecard of this month.")
@click.option("--department", metavar="ID", help="With --month: only this department's.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="The file, or with --month the folder, to write; EMPLOYEE-MONTH.xlsx here by default.",
)
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@in_language
@in_folder
def export(
    employee: str | None,
    month_of_one: Month | None,
    workbook: bool,
    month: Month | None,
    department: str | None,
    output: Path | None,
    force: bool,
    language: Language | None,
    folder: Path | None,
) -> None:
    """Write EMPLOYEE's scorecard of MONTH, or all of --month, as a workbook that reckons.

    Of a month in two posts EMPLOYEE@DEPARTMENT is the part in the former department.
    """
    if not workbook:
        raise click.UsageError("say what to write: --workbook")
    if (employee is None) == (month is None) or (month_of_one is None) != (employee is None):
        raise click.UsageError("name EMPLOYEE and MONTH, or --month alone")
    if department is not None and month is None:
        raise click.UsageError("--department goes with --month")
    loaded = sound_site(site_root(folder), language)
    book = loaded.book
    language = language or book.site.model.language
    if employee is not None and month_of_one is not None:
        chosen = [result_of(loaded, employee, month_of_one, language)]
    else:
        chosen = _chosen(loaded, month, department)
    here = started_in(folder)
    if employee is not None:
        paths = [here / (output or _file_name(chosen[0]))]
    else:
        paths = [here / (output or ".") / _file_name(result) for result in chosen]
    _refuse_to_replace(paths, language, force=force)
    for path, result in zip(paths, chosen, strict=True):
        _write(path, book, result, language, force=force)


def _chosen(loaded: Loaded, month: Month | None, department: str | None) -> list[Result]:
    """The scorecards of the month; a usage error where there is none."""
    if department is not None and department not in loaded.book.department_by_id:
        raise click.UsageError(f"there is no department {department!r}")
    found = [
        result
        for result in loaded.results
        if result.month == month and department in (None, result.department_id)
    ]
    if not found:
        whose = f" of {department}" if department else ""
        raise click.UsageError(f"there is no record{whose} for {month}")
    return found


def _file_name(result: Result) -> str:
    return f"{result.address}-{result.month}.xlsx"


def _refuse_to_replace(paths: list[Path], language: Language, *, force: bool) -> None:
    """Stops before anything is written where a file is in the way."""
    there = next((path for path in paths if os.path.lexists(path)), None)
    if there is not None and not force:
        raise click.UsageError(page_words(language)["workbook-there"].format(path=there))


def _write(path: Path, book: Book, result: Result, language: Language, *, force: bool) -> None:
    from kpisite.write.workbook import xlsx

    words = page_words(language)
    content = xlsx(scorecard_workbook(book, result, language))
    with saving(words, path):
        save(path, content, over=force)
    click.echo(words["workbook-written"].format(path=path))
