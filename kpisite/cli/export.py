"""`kpisite export`: scorecards as files to take elsewhere."""

from pathlib import Path

import click

from kpisite.cli.site import (
    MonthType,
    explained,
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
from kpisite.load import Loaded
from kpisite.outcomes.results import Result
from kpisite.words import page_words


@command
@click.argument("employee", required=False)
@click.argument("month_of_one", metavar="[MONTH]", type=MonthType(), required=False)
@click.option("--workbook", is_flag=True)
@click.option("--month", type=MonthType())
@click.option("--department", metavar="ID")
@into("PATH")
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
        raise click.UsageError(said("export-what"))
    if (employee is None) == (month is None) or (month_of_one is None) != (employee is None):
        raise click.UsageError(said("export-whose"))
    if department is not None and month is None:
        raise click.UsageError(said("department-of-month"))
    site = opened(folder)
    loaded = sound(site, language)
    language = language or loaded.ground.site.model.language
    if employee is not None and month_of_one is not None:
        chosen = [explained(site, loaded, employee, month_of_one, language).result]
    else:
        chosen = _chosen(loaded, month, department, language)
    here = started_in(folder)
    if employee is not None:
        paths = [here / (output or _file_name(chosen[0]))]
    else:
        paths = [here / (output or ".") / _file_name(result) for result in chosen]
    refuse_to_replace(paths, language, force=force)
    for path, result in zip(paths, chosen, strict=True):
        write(path, site.workbook(loaded, result, language), language, force=force)


def _chosen(
    loaded: Loaded, month: Month | None, department: str | None, language: Language
) -> list[Result]:
    """The scorecards of the month; a usage error where there is none."""
    if department is not None and department not in loaded.ground.department_by_id:
        raise click.UsageError(said("no-department", id=department))
    found = [
        result
        for result in loaded.results
        if result.month == month and department in (None, result.department_id)
    ]
    if not found:
        if department is None:
            raise click.UsageError(said("month-without-records", month=month))
        text = page_words(language)["no-record"].format(id=department, month=month)
        raise click.UsageError(text)
    return found


def _file_name(result: Result) -> str:
    return f"{result.address}-{result.month}.xlsx"
