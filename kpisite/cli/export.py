"""`kpisite export`: scorecards as files to take elsewhere."""

import json
from pathlib import Path
from typing import Any

import click

from kpisite.cli.site import (
    MonthType,
    explained,
    in_folder,
    in_language,
    known_departments,
    opened,
    sound,
    started_in,
)
from kpisite.cli.spoken import command, said
from kpisite.cli.to_file import into, refuse_to_replace, write
from kpisite.core.month import Month
from kpisite.core.text import Language
from kpisite.examine.load import Loaded
from kpisite.outcomes.results import Result
from kpisite.site import Site
from kpisite.words import page_words


@command
@click.argument("employee", required=False)
@click.argument("month_of_one", metavar="[MONTH]", type=MonthType(), required=False)
@click.option("--workbook", is_flag=True)
@click.option("--json", "as_json", is_flag=True)
@click.option("--csv", "as_csv", is_flag=True)
@click.option("--tree", metavar="TREE", default="hr")
@click.option("--month", type=MonthType())
@click.option("--department", metavar="ID")
@into("PATH")
@in_language
@in_folder
def export(
    employee: str | None,
    month_of_one: Month | None,
    workbook: bool,
    as_json: bool,
    as_csv: bool,
    tree: str,
    month: Month | None,
    department: str | None,
    output: Path | None,
    force: bool,
    language: Language | None,
    folder: Path | None,
) -> None:
    """Write what a tree shows as data, or EMPLOYEE's scorecard of MONTH, or all of --month, as a
    workbook that computes.

    Of a month in two posts EMPLOYEE@DEPARTMENT is the part in the former department.
    """
    if workbook + as_json + as_csv != 1:
        raise click.UsageError(said("export-what"))
    if not workbook:
        if employee is not None or department is not None:
            raise click.UsageError(said("export-tree-whole"))
        site = opened(folder)
        loaded = sound(site, language)
        data = _data(site, loaded, tree, month)
        language = language or loaded.ground.site.model.language
        if as_json:
            content = (json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode()
            _put_json(content, output, started_in(folder), language, force=force)
        else:
            place = started_in(folder) / (output or f"export-{tree.replace('/', '-')}")
            _put_tables(data, place, language, force=force)
        return
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


def _data(site: Site, loaded: Loaded, tree: str, month: Month | None) -> dict[str, Any]:
    """What a tree shows, of one month or of all; a usage error where there is no such tree."""
    from kpisite.pages.exported import exported
    from kpisite.pages.selection import Selection

    months = frozenset() if month is None else frozenset({month})
    plan = site.trees(loaded, Selection(months=months, pdf=False)).plan
    audience = next((one for one in plan.audiences if one.folder == tree), None)
    if audience is None:
        known = ", ".join(one.folder for one in plan.audiences)
        raise click.UsageError(said("no-tree", tree=tree, known=known))
    return exported(plan, audience)


def _put_json(
    content: bytes, output: Path | None, here: Path, language: Language, *, force: bool
) -> None:
    if output is None or str(output) == "-":
        click.echo(content, nl=False)
        return
    refuse_to_replace([here / output], language, force=force)
    write(here / output, content, language, force=force)


def _put_tables(data: dict[str, Any], place: Path, language: Language, *, force: bool) -> None:
    from kpisite.pages.exported import tables
    from kpisite.write.table import csv_bytes

    found = {place / name: csv_bytes(rows) for name, rows in tables(data).items()}
    refuse_to_replace(list(found), language, force=force)
    for path, content in found.items():
        write(path, content, language, force=force)


def _chosen(
    loaded: Loaded, month: Month | None, department: str | None, language: Language
) -> list[Result]:
    """The scorecards of the month; a usage error where there is none."""
    known_departments(loaded.ground, () if department is None else (department,))
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
