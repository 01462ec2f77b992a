"""`kpisite import`: takes back sheets, and takes in workbooks and CSV by a mapping."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from kpisite.check.located import Located
from kpisite.cli.site import in_folder, in_language, opened, show, started_in, stop
from kpisite.cli.spoken import command, said
from kpisite.cli.status import CLEAN, FOUND, MISUSED
from kpisite.cli.writing import editing, put_in_place
from kpisite.core.issue import Issue, Place
from kpisite.core.text import Language
from kpisite.desk.answering import RECORD_ORDER
from kpisite.desk.sheet_back import Taken, is_rater_sheet, taken_back
from kpisite.edit.change import Change, Edit, edited
from kpisite.files import content_at
from kpisite.load import Loaded
from kpisite.site import Site
from kpisite.tables.grid import CannotRead, Grid
from kpisite.tables.reading import grids, has_library, is_workbook
from kpisite.words import has_errors


@dataclass(slots=True)
class Wanted:
    """What all the files together ask for: edits by the file of the site, and what is wrong."""

    edits: dict[str, list[Edit]] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)

    def add(self, taken: Taken) -> None:
        """What one file asks for besides."""
        self.issues += taken.issues
        for path, edits in taken.edits.items():
            known = self.edits.setdefault(path, [])
            known += [one for one in edits if one not in known]


@command
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]))
@click.option("--write", "writes", is_flag=True)
@click.option("--json", "as_json", is_flag=True)
@in_language
@in_folder
def import_(
    files: tuple[Path, ...],
    day: datetime | None,
    writes: bool,
    as_json: bool,
    language: Language | None,
    folder: Path | None,
) -> None:
    """Take back sheets that were filled in, and show what would change; with --write change it."""
    site = opened(folder)
    loaded = site.check()
    language = language or loaded.book.site.model.language
    today = date.today() if day is None else day.date()
    wanted = Wanted()
    for path in files:
        sheets = _read(started_in(folder) / path, wanted)
        if is_rater_sheet(sheets):
            wanted.add(taken_back(loaded.book, sheets, today))
        elif sheets:
            raise click.UsageError(said("import-no-mapping", path=path))
    if wanted.issues and has_errors(wanted.issues):
        _report_issues(wanted.issues, loaded, language, as_json=as_json)
        stop(FOUND)
    _put(site, loaded, wanted, language, writes=writes, as_json=as_json)


def _read(path: Path, wanted: Wanted) -> tuple[Grid, ...]:
    """The sheets of a file; what cannot be read is reported with the rest."""
    content = content_at(path)
    if content is None:
        raise click.UsageError(said("import-no-file", path=path))
    if is_workbook(content) and not has_library():
        click.echo(said("import-no-library"), err=True)
        stop(MISUSED)
    try:
        return grids(path.name, content)
    except CannotRead as cannot:
        at = Place(path.name)
        wanted.issues.append(Issue(code=cannot.code, at=at, facts=cannot.facts))
        return ()


def _put(
    site: Site,
    loaded: Loaded,
    wanted: Wanted,
    language: Language,
    *,
    writes: bool,
    as_json: bool,
) -> None:
    """Shows or writes what is wanted, where the site is as sound with it as without."""
    with editing(loaded, language):
        changes = [
            edited(path, site.content(path), edits, RECORD_ORDER)
            for path, edits in sorted(wanted.edits.items())
        ]
    changes = [one for one in changes if one.is_any]
    put_in_place(site, loaded, changes, language, dry_run=not writes, as_json=as_json)
    count = sum(len(wanted.edits[one.path]) for one in changes)
    if as_json:
        click.echo(
            json.dumps(_told(changes, wanted, writes=writes), ensure_ascii=False, indent=2).encode()
        )
    elif not changes:
        click.echo(said("import-nothing"))
    else:
        key = "import-written" if writes else "import-shown"
        click.echo(said(key, files=len(changes), count=count))
    stop(CLEAN)


def _told(changes: Sequence[Change], wanted: Wanted, *, writes: bool) -> dict[str, Any]:
    files = [
        {
            "file": change.path,
            "changes": [
                {"keys": list(one.keys), "value": _plain(one.value), "new": one.is_new}
                for one in wanted.edits[change.path]
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


def _report_issues(
    issues: Iterable[Issue], loaded: Loaded, language: Language, *, as_json: bool
) -> None:
    """What is wrong in the tables, as `check` reports what is wrong in the site."""
    found = [_located(one) for one in issues]
    show(found, loaded.book, language, "json" if as_json else "text", to_stderr=not as_json)
    if not as_json:
        click.echo(said("not-written"), err=True)


def _located(issue: Issue) -> Located:
    assert isinstance(issue.at, Place)
    return Located(code=issue.code, at=issue.at, facts=issue.facts)
