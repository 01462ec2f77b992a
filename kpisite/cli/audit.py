"""`kpisite audit`: does anything in a finished output belong to somebody else?"""

import json
from pathlib import Path

import click

from kpisite.cli.site import in_folder, in_language, opened, sound, started_in, stop
from kpisite.cli.spoken import command, said, spoken
from kpisite.cli.status import FOUND, MISUSED
from kpisite.core.text import Language
from kpisite.site import OUTPUT
from kpisite.words import command_words


@command
@click.argument("output", required=False, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True)
@in_language
@in_folder
def audit(
    output: Path | None, as_json: bool, language: Language | None, folder: Path | None
) -> None:
    """Read a finished output, and say what in it belongs to somebody else."""
    from kpisite.audit.finding import findings, has_forms, trees_in
    from kpisite.audit.owning import Company
    from kpisite.paper.scan import has_libraries

    site = opened(folder)
    place = site.root / OUTPUT if output is None else started_in(folder) / output
    if not place.is_dir():
        raise click.UsageError(said("audit-nothing", folder=place))
    loaded = sound(site, language)
    words = command_words(language or spoken())
    if has_forms(place) and not has_libraries():
        click.echo(words["audit-library"], err=True)
        stop(MISUSED)
    company = Company(loaded.book, loaded.all)
    found = list(findings(company, place))
    if as_json:
        told = [{"place": one.place, "kind": one.kind, "what": one.what} for one in found]
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        for one in found:
            click.echo(f"{one.place}: {words[f'audit-{one.kind}'].format(what=one.what)}")
        key = "audit-found" if found else "audit-clean"
        click.echo(words[key].format(count=len(found), trees=trees_in(company, place)))
    if found:
        stop(FOUND)
