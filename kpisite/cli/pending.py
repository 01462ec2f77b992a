"""`kpisite status`: what is still to come of a month, by manager."""

import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import click

from kpisite.check.ground import Ground
from kpisite.cli.site import DayType, MonthType, in_folder, in_language, opened, stop
from kpisite.cli.spoken import command
from kpisite.cli.status import CLEAN, FOUND
from kpisite.core.month import Month
from kpisite.core.text import Language
from kpisite.desk.pending import Pending, pending
from kpisite.examine.load import Loaded
from kpisite.site import Site
from kpisite.words import command_words, has_errors, month_in_words, with_form

#: So many rows or figures are named; of more their number is.
MOST_NAMED = 4


@command
@click.argument("month", type=MonthType(), required=False)
@click.option("--for", "asked", metavar="ID", multiple=True)
@click.option("--message", is_flag=True)
@click.option("--on", "day", type=DayType())
@click.option("--json", "as_json", is_flag=True)
@in_language
@in_folder
def status(
    month: Month | None,
    asked: tuple[str, ...],
    message: bool,
    day: datetime | None,
    as_json: bool,
    language: Language | None,
    folder: Path | None,
) -> None:
    """List by manager what is still to come of MONTH, by default the last one: records, marks,
    figures, answers, plans, rulings, signatures, and the days left."""
    site = opened(folder)
    loaded = site.check()
    language = language or loaded.book.site.model.language
    words = command_words(language)
    month = month or max((one.month for one in loaded.book.roster.records), default=None)
    if month is None:
        raise click.UsageError(words["status-no-record"])
    for id in asked:
        if id not in loaded.book.staff:
            raise click.UsageError(words["no-employee"].format(id=id))
    today = date.today() if day is None else day.date()
    is_sound = not has_errors(loaded.issues)
    found = _found(site, loaded, month, language) if is_sound else pending(loaded.book, month)
    found = tuple(one for one in found if not asked or one.asked in asked)
    report = PendingReport(loaded.book, month, today, language)
    if as_json:
        reported = report.data(found) | {"complete": is_sound}
        click.echo(json.dumps(reported, ensure_ascii=False, indent=2).encode())
    else:
        lines = report.messages(found) if message else report.lines(found)
        click.echo("\n".join(lines))
    if not is_sound:
        click.echo(words["status-errors"], err=True)
    stop(FOUND if found or not is_sound else CLEAN)


def _found(site: Site, loaded: Loaded, month: Month, language: Language) -> tuple[Pending, ...]:
    """All that is pending in a site that can be scored; signatures where forms are archived."""
    from kpisite.preservation.unsigned import signing_states

    archive = site.archive(loaded)
    signing = []
    if archive.is_dir():
        signing = signing_states(loaded.book, loaded.results, archive, month, language)
    return pending(loaded.book, month, loaded.results, signing)


class PendingReport:
    """What is pending as people and machines read it, on a day."""

    def __init__(self, book: Ground, month: Month, today: date, language: Language) -> None:
        self._book = book
        self._month = month
        self._today = today
        self._language = language
        self._words = command_words(language)

    def lines(self, found: Sequence[Pending]) -> Iterator[str]:
        """A block for each manager, whose columns stand below one another."""
        month = month_in_words(self._month, self._language)
        if not found:
            yield self._words["status-nothing"].format(month=month)
            return
        people = len({one.appraisee for one in found})
        yield self._words["status-head"].format(month=month, count=len(found), people=people)
        for asked, several in groupby(found, key=lambda one: one.asked):
            own = list(several)
            yield ""
            yield self._words["status-manager"].format(name=self._named(asked), count=len(own))
            rows = [(self._whose(one), self._said(one), self._left(one)) for one in own]
            width, wide = (max(map(_width, column)) for column in list(zip(*rows, strict=True))[:2])
            for index, (whose, said, left) in enumerate(rows):
                shown = "" if index and own[index - 1].address == own[index].address else whose
                line = f"  {_padded(shown, width)}  {_padded(said, wide)}  {left}"
                yield line.rstrip()

    def messages(self, found: Sequence[Pending]) -> Iterator[str]:
        """For each manager a text to paste into a chat."""
        month = month_in_words(self._month, self._language)
        for number, (asked, several) in enumerate(groupby(found, key=lambda one: one.asked)):
            own = list(several)
            if number:
                yield ""
            name = self._name(asked)
            yield self._words["status-message"].format(name=name, month=month, count=len(own))
            people = groupby(own, key=lambda one: one.address)
            for index, (_, of_person) in enumerate(people, 1):
                yield self._asked_of(index, list(of_person))

    def _asked_of(self, index: int, own: Sequence[Pending]) -> str:
        """All that is pending about one appraisee in a line, with the days left for the first."""
        said = self._words["status-semicolon"].join(map(self._said, own))
        name, form = own[0].name.say(self._language), own[0].form
        if form is not None:
            name = with_form(name, form, self._language)
        line = self._words["status-message-line"].format(number=index, whose=name, what=said)
        dated = [one for one in own if one.until is not None]
        first = min(dated, key=lambda one: str(one.until), default=None)
        left = "" if first is None else self._left(first)
        return line + (self._words["status-in-brackets"].format(left=left) if left else "")

    def data(self, found: Sequence[Pending]) -> dict[str, Any]:
        """The same as data."""
        say = self._language
        return {
            "month": str(self._month),
            "on": str(self._today),
            "pending": [
                {
                    "kind": one.kind,
                    "asked": one.asked or None,
                    "appraisee": one.address,
                    "name": one.name.say(say),
                    "rater": None if one.rater is None else one.rater.say(say),
                    "what": [text.say(say) for text in one.what],
                    "until": None if one.until is None else str(one.until),
                    "days_left": self._days(one),
                }
                for one in found
            ],
        }

    def _name(self, id: str) -> str:
        filed = self._book.staff.get(id)
        return filed.model.name if filed is not None else id or self._words["status-nobody"]

    def _named(self, id: str) -> str:
        return f"{self._name(id)} {id}".strip() if id in self._book.staff else self._name(id)

    def _whose(self, one: Pending) -> str:
        return f"{one.name.say(self._language)} {one.address}"

    def _said(self, one: Pending) -> str:
        rater = "" if one.rater is None else one.rater.say(self._language)
        comma = self._words["status-comma"]
        said = comma.join(text.say(self._language) for text in one.what[:MOST_NAMED])
        if len(one.what) > MOST_NAMED:
            said = self._words["status-more"].format(names=said, count=len(one.what))
        key = {
            "record": "status-record", "mark": "status-mark", "figure": "status-figure",
            "entries": "status-entries", "ruling": "status-ruling", "answer": "status-answer",
            "plan": "status-plan", "signature": "status-signature",
        }[one.kind]  # fmt: skip
        return self._words[key].format(rater=rater, what=said)

    def _days(self, one: Pending) -> int | None:
        return None if one.until is None else (one.until - self._today).days

    def _left(self, one: Pending) -> str:
        days = self._days(one)
        if days is None:
            return ""
        key = "status-left" if days > 0 else "status-today" if days == 0 else "status-late"
        return self._words[key].format(days=abs(days), until=one.until)


def _width(text: str) -> int:
    from wcwidth import wcswidth

    return max(wcswidth(text), 0)


def _padded(text: str, width: int) -> str:
    """The text, as wide on a terminal as its column; Chinese takes two places."""
    return text + " " * (width - _width(text))
