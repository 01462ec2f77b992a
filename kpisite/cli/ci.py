"""`kpisite ci`: what a forge runs for a site, written into it."""

from pathlib import Path

import click

from kpisite.cli.as_data import note_file, with_json
from kpisite.cli.site import in_folder, in_language, opened, saving
from kpisite.cli.spoken import command, said, spoken
from kpisite.core.text import Language
from kpisite.disk.files import save_in_site
from kpisite.history.commits import way_from_top
from kpisite.history.git import GitRefuses
from kpisite.packaged import packaged_ci
from kpisite.words import page_words

#: Where each forge looks for what it is to run, from the repository's root.
PLACES = {"github": ".github/workflows/kpisite.yml", "gitlab": ".gitlab-ci.yml"}


@command
@click.argument("forge", type=click.Choice(tuple(PLACES)))
@click.option("--force", is_flag=True)
@with_json
@in_language
@in_folder
def ci(forge: str, force: bool, language: Language | None, folder: Path | None) -> None:
    """Write what FORGE runs for the site: check, comment what a request changes for people, build,
    and publish each tree."""
    site = opened(folder)
    words = page_words(language or spoken())
    try:
        if way_from_top(site.root):
            raise click.UsageError(said("ci-not-at-top"))
    except GitRefuses:
        pass
    path = PLACES[forge]
    if site.content(path) is not None and not force:
        raise click.UsageError(words["file-there"].format(path=path))
    with saving(words, site.root / path):
        save_in_site(site.root, path, packaged_ci(forge), over=force)
    note_file(Path(path))
    click.echo(words["file-written"].format(path=path))
    click.echo(said("ci-next"))
