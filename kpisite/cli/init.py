"""`kpisite init`: a small site to begin with, or one on a form that comes with kpisite."""

import json
from datetime import date
from pathlib import Path

import click

from kpisite.check.kinds import SCHEMA_FOLDER
from kpisite.check.schemas import schemas
from kpisite.cli.as_data import note, with_json
from kpisite.cli.site import MonthType, in_folder, in_language, saving, show, started_in, stop
from kpisite.cli.spoken import command, said, spoken
from kpisite.cli.status import FOUND
from kpisite.core.month import Month
from kpisite.core.text import Language
from kpisite.desk.start import NoShipped, empty_site, shipped_schemes, site_on, small_site
from kpisite.disk.files import is_empty, make_folder, new_key
from kpisite.edit.change import Change, write
from kpisite.examine.load import examine_files
from kpisite.packaged import packaged_samples
from kpisite.read.file import File
from kpisite.words import has_errors, key_words, page_words


@command
@click.argument("target", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@click.option("--from", "schemes", metavar="SCHEME", multiple=True)
@click.option("--empty", is_flag=True)
@click.option("--month", type=MonthType())
@click.option("--list", "is_list", is_flag=True)
@with_json
@in_language
@in_folder
def init(
    target: Path | None,
    schemes: tuple[str, ...],
    empty: bool,
    month: Month | None,
    is_list: bool,
    language: Language | None,
    folder: Path | None,
) -> None:
    """Make a small working site in DIR, by default here: one department, one form, four people.

    With --from it is on a form that comes with kpisite, with its policy; its month is laid out to
    be filled in.
    """
    language = language or spoken()
    samples = packaged_samples()
    if is_list:
        for one in shipped_schemes(samples).values():
            click.echo(f"{one.form:4} {one.id:24} {one.name.say(language)}".rstrip())
        return
    root = started_in(folder) / (target or ".")
    if not is_empty(root):
        raise click.UsageError(said("init-not-empty", folder=root))
    if len(schemes) > 1 and not empty:
        raise click.UsageError(said("init-one-scheme"))
    month = month or Month.of(date.today()).plus(-1)
    try:
        if empty:
            files = empty_site(samples, schemes, language, month)
        elif not schemes:
            files = small_site(samples, language, month)
        else:
            files, month = site_on(samples, schemes[-1], language, month, new_key)
    except NoShipped as none:
        raise click.UsageError(said("init-no-scheme", id=none.args[0])) from None
    loaded = examine_files(
        lambda: [File(path, one) for path, one in files.items() if path.endswith(".toml")],
        lambda _name: None,
    )
    if has_errors(loaded.issues) and not empty:
        show(loaded.issues, loaded.book, language, "text", to_stderr=True)
        stop(FOUND)
    for name, schema in schemas(key_words()).items():
        text = json.dumps(schema, ensure_ascii=False, indent=1) + "\n"
        files[f"{SCHEMA_FOLDER}/{name}.json"] = text.encode()
    changes = [Change(path=path, before=None, after=one) for path, one in sorted(files.items())]
    with saving(page_words(language)):
        make_folder(root)
        write(root, changes)
    note(files=[change.path for change in changes])
    place = "." if target is None else f'"{target}"' if " " in str(target) else str(target)
    if empty:
        click.echo(said("init-done-empty", folder=place, next=month.plus(1)))
        return
    person = next((one for one in loaded.book.records if one.model.employee), None)
    facts = {
        "folder": place,
        "who": loaded.book.records[0].model.appraisee if person is None else person.model.appraisee,
        "month": month,
        "next": month.plus(1),
    }
    click.echo(said("init-done", **facts))
