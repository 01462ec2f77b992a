"""`kpisite bundle`: a department's month in one file."""

from pathlib import Path

import click

from kpisite.cli.as_data import with_json
from kpisite.cli.build import can_print_or_stop, known_audiences
from kpisite.cli.site import (
    MonthType,
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
from kpisite.pages.audience import SIGNED_IN, reads_forms_of
from kpisite.words import page_words


@command
@click.argument("department")
@click.argument("month", type=MonthType())
@click.option("--audience", metavar="ID", default=SIGNED_IN)
@into("FILE")
@with_json
@in_language
@in_folder
def bundle(
    department: str,
    month: Month,
    audience: str,
    output: Path | None,
    force: bool,
    language: Language | None,
    folder: Path | None,
) -> None:
    """Print the forms of DEPARTMENT's MONTH into one file, under a list of them."""
    site = opened(folder)
    loaded = sound(site, language)
    language = language or loaded.ground.site.model.language
    words = page_words(language)
    known_departments(loaded.ground, (department,))
    known_audiences(loaded.ground, [audience])
    if not reads_forms_of(loaded.ground, audience, department):
        raise click.UsageError(said("no-bundle", id=audience, department=department))
    path = started_in(folder) / (output or f"{department}-{month}.pdf")
    refuse_to_replace([path], language, force=force)
    can_print_or_stop(language)
    content = site.bundle(loaded, department, month, audience)
    if content is None:
        raise click.UsageError(words["no-record"].format(id=department, month=month))
    write(path, content, language, force=force)
