"""`kpisite answer`: writes what somebody answers to a scorecard into the record."""

from datetime import date, datetime
from pathlib import Path

import click

from kpisite.cli.site import MonthType, explained, in_folder, in_language, opened, sound
from kpisite.cli.spoken import command, said
from kpisite.cli.writing import editing, put_in_place, report
from kpisite.core.month import Month
from kpisite.core.text import Language
from kpisite.desk.answering import RECORD_ORDER, STATES, State, answer_edit
from kpisite.edit.change import edited


@command
@click.argument("person")
@click.argument("month", type=MonthType())
@click.argument("state", type=click.Choice(STATES))
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]))
@click.option("--words", metavar="TEXT", default="")
@click.option("--witness", metavar="ID")
@click.option("--dry-run", is_flag=True)
@click.option("--json", "as_json", is_flag=True)
@in_language
@in_folder
def answer(
    person: str,
    month: Month,
    state: State,
    day: datetime | None,
    words: str,
    witness: str | None,
    dry_run: bool,
    as_json: bool,
    language: Language | None,
    folder: Path | None,
) -> None:
    """Write PERSON's answer to the scorecard of MONTH, with the fingerprint of what it says now."""
    site = opened(folder)
    loaded = sound(site, language)
    language = language or loaded.book.site.model.language
    result = explained(site, loaded, person, month, language).result
    if result.record.part is not None or not result.is_person:
        raise click.UsageError(said("answer-whole", id=person))
    if result.card.is_provisional:
        raise click.UsageError(said("answer-provisional", id=person, month=month))
    on = date.today() if day is None else day.date()
    path = result.card.record.path
    with editing(loaded, language):
        edit = answer_edit(loaded.book, result, state, on, words, witness)
        change = edited(path, site.content(path), [edit], RECORD_ORDER)
    put_in_place(site, loaded, [change], language, dry_run=dry_run, as_json=as_json)
    text = said("written" if change.is_any else "written-already", path=path)
    report([change], text, dry_run=dry_run, as_json=as_json)
