"""`kpisite sheet`: a workbook for each rater of a month."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import click

from kpisite.check.ground import Ground
from kpisite.cli.site import MonthType, in_folder, in_language, opened, saving, sound, started_in
from kpisite.cli.spoken import command, said
from kpisite.cli.to_file import refuse_in_site
from kpisite.core.month import Month
from kpisite.core.text import Language
from kpisite.desk.hands import Hand, HandKind, hands
from kpisite.desk.sheets.back import is_taken_back_already
from kpisite.desk.sheets.rater_sheet import rater_sheet
from kpisite.disk.files import content_at, save
from kpisite.words import page_words
from kpisite.write.workbook import xlsx

#: Where sheets are written, from the site's folder.
FOLDER = "sheets"
#: Signs that the name of a file cannot hold, here or on Windows.
_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f]')
#: What the name of a file says of who marks in it, where that is no rater by name.
NAMED: dict[HandKind, str] = {"own": "sheet-own-file", "peers": "sheet-peers-file"}


@command
@click.argument("month", type=MonthType())
@click.option("--rater", "raters", metavar="ID", multiple=True)
@click.option("--self", "own", is_flag=True)
@click.option("--peers", is_flag=True)
@click.option("--each", is_flag=True)
@click.option("-o", "--output", type=click.Path(file_okay=False, path_type=Path), metavar="DIR")
@click.option("--force", is_flag=True)
@click.option("--json", "as_json", is_flag=True)
@in_language
@in_folder
def sheet(
    month: Month,
    raters: tuple[str, ...],
    own: bool,
    peers: bool,
    each: bool,
    output: Path | None,
    force: bool,
    as_json: bool,
    language: Language | None,
    folder: Path | None,
) -> None:
    """Make a workbook for each rater of MONTH, with their people and rows, to be taken back."""
    if own and peers:
        raise click.UsageError(said("sheet-one-kind"))
    site = opened(folder)
    loaded = sound(site, language)
    book = loaded.book
    language = language or book.site.model.language
    kind: HandKind = "own" if own else "peers" if peers else "raters"
    chosen = _chosen(book, hands(book, month, kind), month, raters)
    if each:
        chosen = [replace(one, shares=(share,)) for one in chosen for share in one.shares]
    target = started_in(folder) / output if output else site.root / FOLDER / str(month)
    refuse_in_site([target])
    names = [_file_name(one, each=each) for one in chosen]
    files = {
        target / name: xlsx(rater_sheet(book, one, language, is_each=each).workbook)
        for name, one in zip(names, chosen, strict=True)
    }
    replaced = set[Path]()
    for path, content in files.items():
        there = content_at(path)
        if there is None or there == content:
            continue
        if not force and not is_taken_back_already(book, path.name, there):
            raise click.UsageError(said("sheet-there", path=path))
        replaced.add(path)
    for path, content in files.items():
        with saving(page_words(language), path):
            if content_at(path) != content:
                save(path, content, over=path in replaced)
    if as_json:
        reported = {"month": str(month), "files": [str(path) for path in files]}
        click.echo(json.dumps(reported, ensure_ascii=False, indent=2).encode())
    else:
        click.echo(said("sheet-done", month=month, count=len(files), folder=target))


def _chosen(book: Ground, found: Sequence[Hand], month: Month, raters: Sequence[str]) -> list[Hand]:
    """Those that were asked for; a usage error where there is nobody."""
    if month in book.closed:
        raise click.UsageError(said("sheet-closed", month=month))
    if not found:
        raise click.UsageError(said("sheet-none", month=month))
    for id in raters:
        if id not in {one.id for one in found}:
            raise click.UsageError(said("sheet-no-rater", id=id, month=month))
    return [one for one in found if not raters or one.id in raters]


def _file_name(hand: Hand, *, each: bool) -> str:
    """`2026-11-CS001-王敏.xlsx`; one of a single appraisee names them too."""
    name = "-".join(one for one in _name_parts(hand, each=each) if one)
    return _NOT_IN_NAMES.sub("-", name) + ".xlsx"


def _name_parts(hand: Hand, *, each: bool) -> Iterator[str]:
    yield str(hand.month)
    yield hand.id or said("sheet-nobody")
    yield hand.name if hand.id else ""
    if hand.kind in NAMED:
        yield said(NAMED[hand.kind])
    if each and hand.kind != "own":
        yield hand.shares[0].address
