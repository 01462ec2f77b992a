"""`kpisite rule`: writes the ruling on an appeal, or on an objection, into the record."""

import re
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import click

from kpisite.cli.site import DayType, MonthType, explained, in_folder, in_language, opened, sound
from kpisite.cli.spoken import command, said
from kpisite.cli.writing import editing, put_in_place, report
from kpisite.core.month import Month
from kpisite.core.text import Language
from kpisite.desk.answering import (
    OUTCOMES,
    RECORD_ORDER,
    Outcome,
    RulingGiven,
    may_be_ruled_on,
    open_appeal,
    ruling_edits,
)
from kpisite.edit.change import edited
from kpisite.language.base import DIGITS


@command
@click.argument("person")
@click.argument("month", type=MonthType())
@click.argument("outcome", type=click.Choice(OUTCOMES))
@click.option("--why", metavar="TEXT", required=True)
@click.option("--total", metavar="NUMBER")
@click.option("--on", "day", type=DayType())
@click.option("--handler", metavar="ID")
@click.option("--about", metavar="TEXT")
@click.option("--dry-run", is_flag=True)
@click.option("--json", "as_json", is_flag=True)
@in_language
@in_folder
def rule(
    person: str,
    month: Month,
    outcome: Outcome,
    why: str,
    total: str | None,
    day: datetime | None,
    handler: str | None,
    about: str | None,
    dry_run: bool,
    as_json: bool,
    language: Language | None,
    folder: Path | None,
) -> None:
    """Write the ruling on PERSON's appeal against the scorecard of MONTH.

    Where there is no appeal but an objection, --handler makes an appeal of it.
    """
    site = opened(folder)
    loaded = sound(site, language)
    language = language or loaded.book.site.model.language
    result = explained(site, loaded, person, month, language).result
    record = result.record
    if not may_be_ruled_on(result):
        raise click.UsageError(said("rule-nothing", id=person, month=month))
    reason = about or ("" if record.answer is None else record.answer.text)
    if open_appeal(record) is None and (handler is None or not reason.strip()):
        code = "rule-objection" if reason.strip() else "rule-objection-wordless"
        raise click.UsageError(said(code, id=person))
    ruling = RulingGiven(
        on=date.today() if day is None else day.date(),
        outcome=outcome,
        why=why,
        total=None if total is None else _number(total),
    )
    path = result.card.record.path
    with editing(loaded, language):
        edits = [*ruling_edits(record, ruling, reason, handler)]
        change = edited(path, site.content(path), edits, RECORD_ORDER)
    put_in_place(
        site,
        loaded,
        [change],
        language,
        dry_run=dry_run,
        as_json=as_json,
        despite=("closed-changed",),
    )
    report([change], said("written", path=path), dry_run=dry_run, as_json=as_json)


def _number(text: str) -> Decimal:
    if re.fullmatch(rf"-?{DIGITS}", text) is None:
        raise click.UsageError(said("rule-no-number", text=text))
    return Decimal(text)
