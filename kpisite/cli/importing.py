"""`kpisite import`: takes back sheets, and takes in workbooks and CSV by a mapping."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from kpisite.check.kinds import SEAL_FILE, FileKind
from kpisite.check.located import Located, all_located
from kpisite.check.shape import shaped
from kpisite.cli.site import MonthType, in_folder, in_language, opened, show, started_in, stop
from kpisite.cli.spoken import command, said
from kpisite.cli.status import CLEAN, FOUND, MISUSED
from kpisite.cli.to_file import refuse_to_replace, write
from kpisite.cli.writing import editing, put_in_place
from kpisite.core.issue import Fact, Issue, Place
from kpisite.core.month import Month
from kpisite.core.text import Language
from kpisite.desk.answering import RECORD_ORDER
from kpisite.desk.proposal import Proposal, mapping_text, proposed
from kpisite.desk.sheet_back import Taken, is_rater_sheet, taken_back
from kpisite.desk.staff_list import StaffTaken, staff_taken
from kpisite.desk.taken_in import Into, taken_in
from kpisite.disk.files import content_at, new_key
from kpisite.edit.change import Change, Edit, edited
from kpisite.examine.load import Loaded
from kpisite.language.mapping import NOT_TAKEN, Mapping
from kpisite.read.document import Document
from kpisite.read.parse import read_document
from kpisite.site import Site
from kpisite.tables.grid import CannotRead, Grid
from kpisite.tables.reading import grids, has_library, is_workbook
from kpisite.words import has_errors, page_words

#: A mapping fits its model as a file of the site fits its own.
MAPPING_KIND = FileKind("mapping", re.compile(".*"), Mapping, {})


@dataclass(slots=True)
class Wanted:
    """What all the files together ask for: edits by the file of the site, and what is wrong."""

    edits: dict[str, list[Edit]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    documents: dict[str, Document] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)
    contested: list[str] = field(default_factory=list)

    def twice(self) -> str | None:
        """A place for which two values are wanted, neither of which may be chosen in silence."""
        for path, edits in self.edits.items():
            values: dict[tuple[str | int, ...], Any] = {}
            for one in edits:
                if not one.is_new and values.setdefault(tuple(one.keys), one.value) != one.value:
                    return f"{path} {'.'.join(map(str, one.keys))}"
        return next(iter(self.contested), None)

    def add(self, taken: Taken) -> None:
        """What one file asks for besides."""
        self.issues += taken.issues
        for path, edits in taken.edits.items():
            known = self.edits.setdefault(path, [])
            known += [one for one in edits if one not in known]

    def add_staff(self, taken: StaffTaken) -> None:
        """What a list of the staff asks for besides."""
        self.issues += taken.issues
        for path, content in taken.files.items():
            if self.files.setdefault(path, content) != content and path != SEAL_FILE:
                self.contested.append(path)
        for path, edits in taken.edits.items():
            self.edits.setdefault(path, []).extend(edits)


def _mapped(
    file: Path, sheets: Sequence[Grid], by: Path | None, month: Month | None, loaded: Loaded,
    wanted: Wanted, language: Language,
) -> None:  # fmt: skip
    """Takes in a table by its mapping: the one named, the one beside it, or what its heads say."""
    mapping = _mapping(file, sheets, by, loaded, wanted, language)
    if mapping is None:
        return
    month = month or mapping.month
    if mapping.into in ("records", "events", "survey") and month is None:
        if "month" not in mapping.columns.values():
            raise click.UsageError(said("import-which-month", path=file.name))
    chosen = [one for one in sheets if mapping.sheet in (None, one.name)]
    if not chosen:
        at = Place(file.name)
        facts: dict[str, Fact] = {
            "sheet": mapping.sheet or "",
            "known": tuple(one.name for one in sheets),
        }
        wanted.issues.append(Issue(code="import-no-sheet", at=at, facts=facts))
        return
    into = Into(book=loaded.book, mapping=mapping, month=month, file=file.name)
    if mapping.into == "staff":
        wanted.add_staff(staff_taken(into, chosen[0], new_key))
    else:
        wanted.add(taken_in(into, chosen[0]))


def _mapping(
    file: Path, sheets: Sequence[Grid], by: Path | None, loaded: Loaded, wanted: Wanted,
    language: Language,
) -> Mapping | None:  # fmt: skip
    beside = _beside(file)
    path = by or (beside if beside.is_file() else None)
    if path is None:
        proposal = proposed(loaded.book, sheets)
        if proposal is None:
            raise click.UsageError(said("import-no-mapping", path=file.name))
        click.echo(_told_of(proposal, language), err=True)
        return proposal.mapping
    content = content_at(path)
    if content is None:
        raise click.UsageError(said("import-no-file", path=path))
    document, issues = read_document(path.name, content)
    filed = None
    if document is not None:
        wanted.documents[path.name] = document
        filed, misfits = shaped(document, MAPPING_KIND)
        issues = [*issues, *misfits]
    wanted.issues += issues
    return None if filed is None or issues else filed.model


def _beside(file: Path) -> Path:
    """Where the mapping of a file stands by default."""
    return file.with_name(f"{file.stem}.import.toml")


def _told_of(proposal: Proposal, language: Language) -> str:
    """How a table is read without a mapping: what each column is taken for, and what is left."""
    words = page_words(language)
    columns = [
        f"{head} → {target if isinstance(target, str) else ', '.join(target)}"
        for head, target in proposal.mapping.columns.items()
        if target != NOT_TAKEN
    ]
    told = said("import-read-as", columns=words["list-comma"].join(columns))
    if proposal.unknown:
        told += "\n" + said("import-left", columns=words["list-comma"].join(proposal.unknown))
    return told


def _propose(
    file: Path, sheets: Sequence[Grid], loaded: Loaded, language: Language, *, force: bool
) -> None:
    """Writes the mapping that the heads of a table say."""
    proposal = proposed(loaded.book, sheets)
    if proposal is None:
        raise click.UsageError(said("import-unknown-heads", path=file.name))
    path = _beside(file)
    refuse_to_replace([path], language, force=force)
    write(path, mapping_text(proposal, file.name, language).encode(), language, force=force)


@command
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--by", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE")
@click.option("--propose", is_flag=True)
@click.option("--force", is_flag=True)
@click.option("--month", type=MonthType())
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]))
@click.option("--write", "writes", is_flag=True)
@click.option("--json", "as_json", is_flag=True)
@in_language
@in_folder
def import_(
    files: tuple[Path, ...],
    by: Path | None,
    propose: bool,
    force: bool,
    month: Month | None,
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
    here = started_in(folder)
    for path in files:
        sheets = _read(here / path, wanted)
        if propose and sheets:
            _propose(here / path, sheets, loaded, language, force=force)
        elif is_rater_sheet(sheets):
            wanted.add(taken_back(loaded.book, sheets, today))
        elif sheets:
            mapping = None if by is None else here / by
            _mapped(here / path, sheets, mapping, month, loaded, wanted, language)
    if propose and not wanted.issues:
        return
    if wanted.issues and has_errors(wanted.issues):
        _report_issues(wanted, loaded, language, as_json=as_json)
        stop(FOUND)
    if wanted.issues:
        show(_located(wanted), loaded.book, language, "text", to_stderr=True)
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
    twice = wanted.twice()
    if twice is not None:
        click.echo(said("import-twice", place=twice), err=True)
        stop(FOUND)
    with editing(loaded, language):
        changes = [
            edited(path, site.content(path), edits, RECORD_ORDER)
            for path, edits in sorted(wanted.edits.items())
        ]
    new = (Change(path=path, before=None, after=one) for path, one in wanted.files.items())
    changes = sorted([*changes, *new], key=lambda one: one.path)
    changes = [one for one in changes if one.is_any]
    put_in_place(site, loaded, changes, language, dry_run=not writes, as_json=as_json)
    count = sum(len(wanted.edits.get(one.path, (1,))) for one in changes)
    if as_json:
        click.echo(
            json.dumps(
                _report(changes, wanted, writes=writes), ensure_ascii=False, indent=2
            ).encode()
        )
    elif not changes:
        click.echo(said("import-nothing"))
    else:
        key = "import-written" if writes else "import-shown"
        click.echo(said(key, files=len(changes), count=count))
    stop(CLEAN)


def _report(changes: Sequence[Change], wanted: Wanted, *, writes: bool) -> dict[str, Any]:
    files = [
        {
            "file": change.path,
            "changes": [
                {"keys": list(one.keys), "value": _plain(one.value), "new": one.is_new}
                for one in wanted.edits.get(change.path, ())
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


def _report_issues(wanted: Wanted, loaded: Loaded, language: Language, *, as_json: bool) -> None:
    """What is wrong in the tables, as `check` reports what is wrong in the site."""
    format = "json" if as_json else "text"
    show(_located(wanted), loaded.book, language, format, to_stderr=not as_json)
    if not as_json:
        click.echo(said("not-written"), err=True)


def _located(wanted: Wanted) -> list[Located]:
    return all_located(wanted.issues, wanted.documents.get)
