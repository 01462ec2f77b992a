"""`kpisite keys`: keys for trying how forms are signed."""

from datetime import datetime
from pathlib import Path

import click

from kpisite.cli.as_data import with_json
from kpisite.cli.refusals import require_library
from kpisite.cli.site import in_folder, in_language, opened, saving, started_in
from kpisite.cli.spoken import command, said
from kpisite.core.text import Language
from kpisite.disk.files import save, token
from kpisite.words import page_words

#: Where the keys go if no folder is named.
FOLDER = "demo-keys"


@command
@click.argument("what", metavar="demo", expose_value=False, type=click.Choice(["demo"]))
@click.argument("into", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@click.option("--staff", metavar="ID", multiple=True)
@with_json
@in_language
@in_folder
def keys(
    into: Path | None,
    staff: tuple[str, ...],
    language: Language | None,
    folder: Path | None,
) -> None:
    """Make a company's certificate authority for trying, and a key for each employee.

    DIR is demo-keys/ in the site by default.
    """
    site = opened(folder)
    book = site.check().book
    language = language or book.site.model.language
    require_library()
    from kpisite.sign.demo import MARK, make_demo

    target = site.root / FOLDER if into is None else started_in(folder) / into
    if target.exists():
        raise click.UsageError(said("keys-there", path=target))
    for id in staff:
        if id not in book.staff:
            raise click.UsageError(said("keys-nobody", id=id))
    people = {
        id: one.model.name for id, one in sorted(book.staff.items()) if not staff or id in staff
    }
    password = token()
    made = make_demo(
        book.site.model.company.say(language), people, password, datetime.now().astimezone()
    )
    loud = said("keys-demo", count=len(people), path=target, mark=MARK)
    files = {
        ".gitignore": b"*\n",
        "README.txt": loud.encode(),
        "password.txt": f"{password}\n".encode(),
        "authority.pem": made.authority,
        **{f"{id}.p12": content for id, content in made.keys.items()},
    }
    with saving(page_words(language)):
        for name, content in files.items():
            save(target / name, content, over=False)
    click.echo(loud)
