"""`kpisite close`: freezes a month, so that nothing in it changes without an amendment."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import click

from kpisite.check.ground import Ground
from kpisite.cli.as_data import with_json
from kpisite.cli.closing import closed_text, list_as_closed, with_key
from kpisite.cli.site import DayType, MonthType, in_folder, in_language, opened, saving, sound
from kpisite.cli.spoken import command
from kpisite.core.month import Month
from kpisite.core.text import Language
from kpisite.disk.files import delete, save_in_site
from kpisite.language.closing import Closed
from kpisite.outcomes.results import Result
from kpisite.outcomes.seal import pay_seal, seal
from kpisite.outcomes.still_open import awaits_answer, is_disputed
from kpisite.source import RECORDS
from kpisite.words import page_words

#: A sentence names at most so many.
MOST_NAMED = 8


@command
@click.argument("month", type=MonthType())
@click.option(
    "--on",
    "day",
    type=DayType(),
)
@click.option(
    "--despite-open",
    is_flag=True,
)
@with_json
@in_language
@in_folder
def close(
    month: Month,
    day: datetime | None,
    despite_open: bool,
    language: Language | None,
    folder: Path | None,
) -> None:
    """Freeze MONTH: write digests of all that its numbers rest on to records/MONTH/closed.toml."""
    site = opened(folder)
    root, loaded = site.root, sound(site, language)
    book = loaded.ground
    language = language or book.site.model.language
    words = page_words(language)
    if month in book.closed:
        raise click.UsageError(words["close-again"].format(month=month))
    found = [one for one in loaded.results if one.month == month]
    if not found:
        raise click.UsageError(words["close-nothing"].format(month=month))
    waiting = [_named(one, language) for one in found if one.card.is_provisional]
    if waiting:
        names = words["list-comma"].join(waiting)
        raise click.UsageError(words["close-provisional"].format(names=names))
    forgotten = [
        f"{one.name.say(language)} {one.address}"
        for one in loaded.examination.unrecorded
        if one.month == month and one.reason is None
    ]
    if forgotten:
        names = words["list-comma"].join(forgotten)
        raise click.UsageError(words["close-missing"].format(month=month, names=names))
    on = date.today() if day is None else day.date()
    if on <= month.last_day:
        raise click.UsageError(words["close-too-early"].format(month=month, day=on))
    said = _still_open(book, found, language)
    if said and not despite_open:
        raise click.UsageError(words["close-open"].format(open=said))
    book = with_key(root, book, found)
    data = {
        "month": str(month),
        "on": on,
        "card": {
            one.name_in_month: {
                "digest": seal(one),
                **({"pay": pay_seal(book, one)} if one.wage is not None else {}),
                "total": one.card.total.shown,
                "grade": "" if one.grade is None else one.grade.name.say(book.site.model.language),
            }
            for one in sorted(found, key=lambda one: one.name_in_month)
        },
    }
    path = f"{RECORDS}/{month}/closed.toml"
    text = closed_text(Closed.model_validate(data))
    with saving(words):
        save_in_site(root, path, text, over=False)
        try:
            list_as_closed(root, book, {month: text})
        except BaseException:
            delete(root / path)  # one without the other would be a fault
            raise
    click.echo(words["closed"].format(month=month, count=len(found), path=root / path))


def _still_open(book: Ground, results: Sequence[Result], language: Language) -> str:
    """Which objections and appeals are open, and who has not answered; empty where all is
    settled."""
    words = page_words(language)
    reported = []
    for key, several in (
        ("close-disputed", [one for one in results if is_disputed(one)]),
        ("close-unanswered", [one for one in results if awaits_answer(book, one, with_pay=True)]),
    ):
        named = [_named(one, language) for one in several[:MOST_NAMED]]
        names = words["list-comma"].join(named)
        names += words["and-others"] if len(named) < len(several) else ""
        if several:
            reported.append(words[key].format(count=len(several), names=names))
    return words["comma"].join(reported)


def _named(one: Result, language: Language) -> str:
    return f"{one.card.appraisee.name.say(language)} {one.address}"
