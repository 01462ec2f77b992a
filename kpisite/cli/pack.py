"""`kpisite pack`: what is sent, to whom, with a manifest."""

import json
from collections.abc import Iterator
from pathlib import Path

import click

from kpisite.cli.build import can_print_or_stop, reported
from kpisite.cli.progress import progress_shown
from kpisite.cli.site import MonthType, in_folder, in_language, opened, saving, sound, started_in
from kpisite.cli.spoken import command, said
from kpisite.cli.to_file import refuse_in_site
from kpisite.core.month import Month
from kpisite.core.text import Language
from kpisite.desk.pack import MANIFEST, archives, digest_of, manifest
from kpisite.disk.files import is_empty, save
from kpisite.examine.load import Loaded
from kpisite.pages.audience import SIGNED_IN, reads_forms_of
from kpisite.pages.selection import Selection
from kpisite.products.output import files_below
from kpisite.site import OUTPUT, Site
from kpisite.words import page_words


@command
@click.argument("month", type=MonthType())
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="DIR", required=True)
@click.option("--no-pdf", is_flag=True)
@click.option("--json", "as_json", is_flag=True)
@in_language
@in_folder
def pack(
    month: Month,
    output: Path,
    no_pdf: bool,
    as_json: bool,
    language: Language | None,
    folder: Path | None,
) -> None:
    """Build the site, and put into DIR what is sent: an archive of each reader's pages, the forms
    of each department's MONTH in one file, payroll's lists of it, and the digests of all."""
    site = opened(folder)
    loaded = sound(site, language, keeps=True)
    language = language or loaded.ground.site.model.language
    place = started_in(folder) / output
    if not any(one.month == month for one in loaded.all.outlines):
        raise click.UsageError(said("month-without-records", month=month))
    refuse_in_site([place])
    if not is_empty(place):
        raise click.UsageError(said("pack-not-empty", folder=output))
    if not no_pdf:
        can_print_or_stop(language)
    built, words = site.root / OUTPUT, page_words(language)
    with reported(built, words), progress_shown() as progress:
        site.build(loaded, built, Selection(pdf=not no_pdf), progress=progress)
    digests = {}
    with saving(words):
        for name, content in _packed(site, loaded, built, month, pdf=not no_pdf):
            save(place / name, content, over=False)
            digests[name] = digest_of(content)
        save(place / MANIFEST, manifest(digests), over=False)
    if as_json:
        listed = [{"file": name, "sha256": one} for name, one in sorted(digests.items())]
        data = {"format": 1, "month": str(month), "folder": str(output), "files": listed}
        click.echo(json.dumps(data, ensure_ascii=False, indent=2).encode())
        return
    click.echo(said("packed", count=len(digests), folder=output, manifest=MANIFEST))


def _packed(
    site: Site, loaded: Loaded, built: Path, month: Month, *, pdf: bool
) -> Iterator[tuple[str, bytes]]:
    """Each file that is sent, by its name."""
    trees = {
        one.folder: dict(files_below(built / one.folder)) for one in site.trees(loaded).audiences
    }
    payroll = trees.pop("payroll", {})
    yield from archives(trees)
    for path, content in sorted(payroll.items()):
        if path.rpartition(".")[0] == f"payroll-{month}":
            yield path, content
    for department in loaded.ground.department_by_id if pdf else ():
        if reads_forms_of(loaded.ground, SIGNED_IN, department):
            forms = site.bundle(loaded, department, month, SIGNED_IN)
            if forms is not None:
                yield f"department-{department}-{month}.pdf", forms
