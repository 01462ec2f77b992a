"""`kpisite import`: takes back sheets, and takes in workbooks and CSV by a mapping."""

import json
import os.path
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from kpisite.check.kinds import MAPPING_KIND, SCHEMA_FOLDER
from kpisite.check.located import Located, all_located
from kpisite.cli.import_files import Asked, Wanted, beside, read, said_of, taken, with_how
from kpisite.cli.site import in_folder, in_language, opened, show, started_in, stop
from kpisite.cli.spoken import command, said
from kpisite.cli.status import CLEAN, FOUND
from kpisite.cli.to_file import refuse_to_replace, write
from kpisite.cli.writing import editing, put_in_place
from kpisite.core.issue import Issue
from kpisite.core.text import Language
from kpisite.desk.answering import RECORD_ORDER
from kpisite.desk.collected import agreed
from kpisite.desk.proposal import mapping_text, proposed
from kpisite.desk.sheets.back import How
from kpisite.desk.staff.lists import staff_taken
from kpisite.disk.files import new_key
from kpisite.edit.change import Change, Edit, edited
from kpisite.examine.load import Loaded
from kpisite.site import Site
from kpisite.tables.grid import Grid
from kpisite.words import has_errors, page_words


def _propose(
    site: Site, file: Path, sheets: Sequence[Grid], loaded: Loaded, language: Language, *,
    force: bool, as_json: bool,
) -> None:  # fmt: skip
    """Writes the mapping that the heads of a table say."""
    proposal = proposed(loaded.book, sheets)
    if proposal is None:
        raise click.UsageError(said("import-unknown-heads", path=file.name))
    path = beside(file)
    refuse_to_replace([path], language, force=force)
    schema = site.root / SCHEMA_FOLDER / f"{MAPPING_KIND.name}.json"
    near = Path(os.path.relpath(schema, path.parent)).as_posix() if schema.is_file() else ""
    text = mapping_text(proposal, file.name, language, loaded.book, near)
    write(path, text.encode(), language, force=force, is_silent=as_json)
    if not as_json:
        click.echo(said_of(proposal, language))
        forms = proposal.mapping.values.get("scheme", {})
        titles = [title for title, form in forms.items() if not form]
        if titles:
            listed = page_words(language)["list-comma"].join(titles)
            click.echo(said("import-choose-forms", file=path.name, titles=listed))
    else:
        data = {
            "format": 1,
            "file": str(path),
            "into": proposal.mapping.into,
            "columns": proposal.mapping.columns,
            "unknown": proposal.unknown,
        }
        click.echo(json.dumps(data, ensure_ascii=False, indent=2).encode())


@command
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--by", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE")
@click.option("--propose", is_flag=True)
@click.option("--force", is_flag=True)
@click.option("--sheet", "sheet_names", metavar="NAME", multiple=True)
@with_how
@click.option("--write", "writes", is_flag=True)
@click.option("--json", "as_json", is_flag=True)
@in_language
@in_folder
def import_(
    files: tuple[Path, ...],
    by: Path | None,
    propose: bool,
    force: bool,
    sheet_names: tuple[str, ...],
    how: How,
    writes: bool,
    as_json: bool,
    language: Language | None,
    folder: Path | None,
) -> None:
    """Take back sheets that were filled in, and show what would change; with --write change it."""
    site = opened(folder)
    loaded = site.check()
    language = language or loaded.book.site.model.language
    wanted, here = Wanted(), started_in(folder)
    asked = Asked(
        loaded=loaded,
        language=language,
        by=None if by is None else here / by,
        sheets=sheet_names,
        how=how,
    )
    for path in files:
        if propose:
            sheets = tuple(
                one
                for one in read(here / path, wanted)
                if not sheet_names or one.name in sheet_names
            )
            if sheets:
                _propose(site, here / path, sheets, loaded, language, force=force, as_json=as_json)
        else:
            taken(here / path, asked, wanted)
    issues = wanted.taken.issues
    staff = staff_taken(loaded.book, wanted.staff, new_key)
    issues += staff.issues
    edits, more = agreed(wanted.taken, staff.edits)
    issues += more
    if propose and not issues:
        return
    found = _located(issues, wanted)
    if has_errors(issues):
        show(found, loaded.book, language, "json" if as_json else "text", to_stderr=not as_json)
        if not as_json:
            click.echo(said("not-written"), err=True)
        stop(FOUND)
    if issues:
        show(found, loaded.book, language, "text", to_stderr=True)
    _put(site, loaded, edits, staff.files, language, writes=writes, as_json=as_json)


def _put(
    site: Site,
    loaded: Loaded,
    edits: dict[str, list[Edit]],
    files: dict[str, bytes],
    language: Language,
    *,
    writes: bool,
    as_json: bool,
) -> None:
    """Shows or writes what is wanted, where the site is as sound with it as without."""
    with editing(loaded, language):
        changes = [
            edited(path, site.content(path), several, RECORD_ORDER)
            for path, several in sorted(edits.items())
        ]
    new = (Change(path=path, before=None, after=one) for path, one in files.items())
    changes = sorted([*changes, *new], key=lambda one: one.path)
    changes = [one for one in changes if one.is_any]
    put_in_place(site, loaded, changes, language, dry_run=not writes, as_json=as_json)
    count = sum(len(edits.get(one.path, (1,))) for one in changes)
    if as_json:
        reported = json.dumps(_report(changes, edits, writes=writes), ensure_ascii=False, indent=2)
        click.echo(reported.encode())
    elif not changes:
        click.echo(said("import-nothing"))
    else:
        key = "import-written" if writes else "import-shown"
        click.echo(said(key, files=len(changes), count=count))
    stop(CLEAN)


def _report(
    changes: Sequence[Change], edits: dict[str, list[Edit]], *, writes: bool
) -> dict[str, Any]:
    files = [
        {
            "file": change.path,
            "changes": [
                {
                    "keys": list(one.keys),
                    "value": None if one.is_gone else _plain(one.value),
                    "new": one.is_new,
                }
                for one in edits.get(change.path, ())
            ],
        }
        for change in changes
    ]
    return {"written": writes, "files": files}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value if isinstance(value, str | int | bool) else str(value)


def _located(issues: Sequence[Issue], wanted: Wanted) -> list[Located]:
    return all_located(issues, wanted.documents.get)
