"""`kpisite answer`: writes what somebody answers to a scorecard into the record."""

from datetime import date, datetime
from pathlib import Path

import click

from kpisite.cli.arguments import parted
from kpisite.cli.site import DayType, MonthType, explained, in_folder, in_language, opened, sound
from kpisite.cli.spoken import command, said
from kpisite.cli.writing import editing, put_in_place, report
from kpisite.core.month import Month
from kpisite.core.text import Language
from kpisite.desk.answering import RECORD_ORDER, STATES, State, answer_edit
from kpisite.edit.change import edited
from kpisite.examine.load import Loaded
from kpisite.outcomes.results import Result
from kpisite.site import Site


@command
@click.argument("person")
@click.argument("month", type=MonthType())
@click.argument("state", type=click.Choice(STATES))
@click.option("--on", "day", type=DayType())
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
    """Write PERSON's answer to the scorecard of MONTH, with the fingerprint of what it says now.

    Several people who answer alike are named together, parted by commas.
    """
    site = opened(folder)
    loaded = sound(site, language)
    language = language or loaded.book.site.model.language
    on = date.today() if day is None else day.date()
    changes = []
    for id in parted([person]):
        result = _answerable(site, loaded, id, month, language)
        path = result.card.record.path
        with editing(loaded, language):
            edit = answer_edit(loaded.book, result, state, on, words, witness)
            changes.append(edited(path, site.content(path), [edit], RECORD_ORDER))
    put_in_place(site, loaded, changes, language, dry_run=dry_run, as_json=as_json)
    lines = (
        said("written" if change.is_any else "written-already", path=change.path)
        for change in changes
    )
    report(changes, "\n".join(lines), dry_run=dry_run, as_json=as_json)


def _answerable(site: Site, loaded: Loaded, id: str, month: Month, language: Language) -> Result:
    """The scorecard that somebody answers: a person's, of the whole month, and final."""
    result = explained(site, loaded, id, month, language).result
    if result.record.part is not None or not result.is_person:
        raise click.UsageError(said("answer-whole", id=id))
    if result.card.is_provisional:
        raise click.UsageError(said("answer-provisional", id=id, month=month))
    return result
