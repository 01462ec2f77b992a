"""The files that `kpisite import` is given: read, known for what they are, and taken in."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import wraps
from pathlib import Path
from typing import Any

import click

from kpisite.check.kinds import MAPPING_KIND
from kpisite.check.shape import shaped
from kpisite.cli.site import DayType, MonthType, stop
from kpisite.cli.spoken import said
from kpisite.cli.status import MISUSED
from kpisite.core.issue import Fact, Issue, Place
from kpisite.core.month import Month
from kpisite.core.text import Language
from kpisite.desk.collected import Taken
from kpisite.desk.proposal import Proposal, proposed
from kpisite.desk.sheets.back import How, is_rater_sheet, taken_back
from kpisite.desk.taken_in import taken_in
from kpisite.desk.targets import unfit_targets
from kpisite.desk.whose_row import Into, records_by_person
from kpisite.disk.files import content_at
from kpisite.examine.load import Loaded
from kpisite.language.mapping import NOT_TAKEN, Mapping
from kpisite.read.document import Document
from kpisite.read.parse import read_document
from kpisite.tables.grid import CannotRead, Grid
from kpisite.tables.reading import grids, has_library, is_workbook
from kpisite.tables.rows import heads_of, plain_word
from kpisite.words import page_words

#: What a file that was sent again is called by the programs that save it: `考勤(1)`.
_COPY = re.compile(r"\s*(\(\d+\)|（\d+）| - 副本| - Copy)$")


@dataclass(slots=True)
class Wanted:
    """What all the files together ask for, and what is wrong in them; lists of the staff are taken
    in together at the end."""

    taken: Taken = field(default_factory=Taken)
    staff: list[tuple[Into, Grid]] = field(default_factory=list)
    documents: dict[str, Document] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How the files are to be taken: by which mapping, of which month, which sheets of a workbook,
    and how sheets that come back are."""

    loaded: Loaded
    language: Language
    by: Path | None
    sheets: tuple[str, ...]
    how: How


def with_how(command: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command the options that say how sheets are taken back, as one argument `how`."""

    @click.option("--month", type=MonthType())
    @click.option("--on", "day", type=DayType())
    @click.option("--clear", "clears", is_flag=True)
    @click.option("--over", is_flag=True)
    @wraps(command)
    def with_them(
        month: Month | None, day: datetime | None, *, clears: bool, over: bool, **others: Any
    ) -> Any:
        today = date.today() if day is None else day.date()
        how = How(today=today, month=month, clears=clears, over=over)
        return command(how=how, **others)

    return with_them


def taken(path: Path, asked: Asked, wanted: Wanted) -> None:
    """Takes in a file, whatever it is."""
    found = read(path, wanted)
    if is_rater_sheet(found):
        wanted.taken.add(taken_back(asked.loaded.book, found, asked.how))
    elif sheets := _chosen(path, found, asked.sheets, wanted):
        _by_mapping(path, sheets, asked, wanted)


def read(path: Path, wanted: Wanted) -> tuple[Grid, ...]:
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
        wanted.taken.issues.append(Issue(code=cannot.code, at=at, facts=cannot.facts))
        return ()


def _chosen(
    path: Path, sheets: Sequence[Grid], names: Sequence[str], wanted: Wanted
) -> tuple[Grid, ...]:
    """The sheets that were asked for by name, or all; a fault for a name that there is not."""
    for name in names:
        if name not in {one.name for one in sheets}:
            wanted.taken.issues.append(_no_sheet(path, name, sheets))
    return tuple(one for one in sheets if not names or one.name in names)


def _no_sheet(path: Path, name: str, sheets: Sequence[Grid]) -> Issue:
    known = tuple(one.name for one in sheets)
    facts: dict[str, Fact] = {"sheet": name, "known": known}
    return Issue(code="import-no-sheet", at=Place(path.name), facts=facts)


def _by_mapping(path: Path, sheets: Sequence[Grid], asked: Asked, wanted: Wanted) -> None:
    """Takes in a table by its mapping: the one named, the one beside it, or what its heads say.

    Of a workbook every sheet that the mapping fits is taken in, and every other that says anything
    is named.
    """
    file = asked.by or beside(path)
    if asked.by is None and not file.is_file():
        found = list(_by_heads(path, sheets, asked))
    else:
        mapping = _mapping(file, wanted)
        found = [] if mapping is None else [*_by_one(path, sheets, mapping, wanted)]
        if mapping is None:
            return
    used = {id(grid) for _, grid in found}
    for grid in sheets:
        if id(grid) not in used and found and _says_anything(grid):
            wanted.taken.issues.append(
                grid.issue("import-sheet-passed", 0, 0, sheet=grid.name, rows=len(grid.rows))
            )
    for mapping, grid in found:
        into = _into(path, mapping, asked)
        if mapping.into == "staff":
            wanted.staff.append((into, grid))
        else:
            wanted.taken.add(taken_in(into, grid))


def _says_anything(grid: Grid) -> bool:
    """Whether a sheet has more than a line."""
    return sum(any(cell != "" for cell in row) for row in grid.rows) > 1


def _by_heads(path: Path, sheets: Sequence[Grid], asked: Asked) -> Iterator[tuple[Mapping, Grid]]:
    """Each sheet whose heads say what they are."""
    proposals = [(proposed(asked.loaded.book, (one,)), one) for one in sheets if not one.is_hidden]
    if not any(proposal for proposal, _ in proposals):
        raise click.UsageError(said("import-no-mapping", path=path.name))
    for proposal, grid in proposals:
        if proposal is not None:
            named = f"[{grid.name}] " if len(proposals) > 1 else ""
            click.echo(named + said_of(proposal, asked.language), err=True)
            yield proposal.mapping, grid


def _by_one(
    path: Path, sheets: Sequence[Grid], mapping: Mapping, wanted: Wanted
) -> Iterator[tuple[Mapping, Grid]]:
    """The sheets that a mapping names or, where it names none, that have all its heads."""
    names = (mapping.sheet,) if isinstance(mapping.sheet, str) else mapping.sheet
    if names is not None:
        for name in names:
            named = [one for one in sheets if one.name == name]
            if not named:
                wanted.taken.issues.append(_no_sheet(path, name, sheets))
            yield from ((mapping, one) for one in named)
        return
    wanted_heads = {plain_word(head) for head, one in mapping.columns.items() if one != NOT_TAKEN}
    fitting = [
        grid
        for grid in sheets
        if not grid.is_hidden
        and wanted_heads <= {plain_word(one) for one in heads_of(grid, mapping.head, mapping.heads)}
    ]
    yield from ((mapping, grid) for grid in fitting or sheets[:1])


def _into(path: Path, mapping: Mapping, asked: Asked) -> Into:
    month = asked.how.month or mapping.month
    if mapping.into in ("records", "events", "survey") and month is None:
        targets = {
            target
            for one in mapping.columns.values()
            for target in ((one,) if isinstance(one, str) else one)
        }
        if "month" not in targets:
            raise click.UsageError(said("import-which-month", path=path.name))
    book = asked.loaded.book
    return Into(
        book=book,
        mapping=mapping,
        month=month,
        file=path.name,
        table=mapping.table or _COPY.sub("", path.stem)[:120],
        is_named=mapping.table is not None,
        is_month_asked=asked.how.month is not None,
        records=records_by_person(book),
    )


def _mapping(path: Path, wanted: Wanted) -> Mapping | None:
    """The mapping in a file, where it has no faults."""
    content = content_at(path)
    if content is None:
        raise click.UsageError(said("import-no-file", path=path))
    document, issues = read_document(path.name, content)
    filed = None
    if document is not None:
        wanted.documents[path.name] = document
        filed, more = shaped(document, MAPPING_KIND)
        issues = [*issues, *more]
        if filed is not None and not issues:
            issues = [*unfit_targets(filed)]
    wanted.taken.issues += issues
    return None if filed is None or issues else filed.model


def beside(file: Path) -> Path:
    """Where the mapping of a file stands by default."""
    return file.with_name(f"{file.stem}.import.toml")


def said_of(proposal: Proposal, language: Language) -> str:
    """How a table is read without a mapping: what each column is taken for, and what is left."""
    words = page_words(language)
    columns = [
        f"{head} → {target if isinstance(target, str) else ', '.join(target)}"
        for head, target in proposal.mapping.columns.items()
        if target != NOT_TAKEN
    ]
    text = said("import-read-as", columns=words["list-comma"].join(columns))
    if proposal.unknown:
        text += "\n" + said("import-left", columns=words["list-comma"].join(proposal.unknown))
    return text
