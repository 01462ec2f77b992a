"""`kpisite explain`: one scorecard's tree of workings, in the terminal or as JSON."""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from kpisite.check.ground import Ground
from kpisite.cli.site import MonthType, explained, in_folder, in_language, opened, sound
from kpisite.cli.spoken import command
from kpisite.core.exact import fixed, plain
from kpisite.core.issue import Place
from kpisite.core.month import Month
from kpisite.core.text import Language
from kpisite.core.working import EXACT_TOTAL, Kind, Working
from kpisite.outcomes.results import Result
from kpisite.words import page_words


@command
@click.argument("employee")
@click.argument("month", type=MonthType())
@click.option("--json", "as_json", is_flag=True)
@in_language
@in_folder
def explain(
    employee: str, month: Month, as_json: bool, language: Language | None, folder: Path | None
) -> None:
    """Show how EMPLOYEE's total and pay of MONTH came about, down to each line of the record.

    EMPLOYEE is an id, or the id of a department that is appraised itself.  Of a month in two posts
    it is that of the last; EMPLOYEE@DEPARTMENT is the part in the former department.
    """
    site = opened(folder)
    loaded = sound(site, language)
    book = loaded.ground
    language = language or book.site.model.language
    shown = explained(site, loaded, employee, month, language)
    found = shown.result
    if as_json:
        reported = json.dumps(as_data(found, book, language), ensure_ascii=False, indent=2)
        click.echo(reported.encode())
        return
    click.echo("\n".join(drawn(found, book, language)))
    for part in shown.parts:
        words = page_words(language)
        click.echo(words["other-parts"].format(id=part.address, month=month))


def as_data(result: Result, book: Ground, language: Language) -> dict[str, Any]:
    """A result as JSON says it: every number a string, so that none is rounded on the way."""
    wage = result.wage
    return {
        "employee": result.appraisee_id,
        "part": result.record.part,
        "month": str(result.month),
        "scheme": result.card.scheme.model.id,
        "total": result.card.total.shown,
        "grade": None if result.grade is None else result.grade.name.say(language),
        "no_grade": why_ungraded(result, language) or None,
        "pay": None
        if wage is None
        else {
            "amount": fixed(wage.value, 2 if wage.places is None else wage.places),
            "working": _data(wage, result, book, language),
        },
        "provisional": result.card.is_provisional,
        "working": _data(result.card.total, result, book, language),
    }


def why_ungraded(result: Result, language: Language) -> str:
    """Why there is no grade; empty where there is one."""
    words = page_words(language)
    if result.grade is not None:
        return ""
    if result.card.is_provisional:
        return words["provisional"]
    reason = result.standing.left_out or "no-grades"
    return words.get(f"no-grade-{reason}") or words[f"left-out-{reason}"]


def _data(working: Working, result: Result, book: Ground, language: Language) -> dict[str, Any]:
    places = _places(working, result, book)
    return {
        "id": working.id,
        "kind": working.kind.value,
        "label": working.label.say(language),
        "value": _number(working, working.value),
        "most": None if working.most is None else plain(working.most),
        "rule": working.rule,
        "note": working.note,
        "parts": [_data(part, result, book, language) for part in working.parts],
        "sources": [{"file": place.path, "line": place.line} for place in places],
    }


def _places(working: Working, result: Result, book: Ground) -> list[Place]:
    sources = working.sources_in(result.card.record.path)
    return [book.documents.place(source) for source in sources]


def _number(working: Working, value: Decimal) -> str:
    return plain(value) if working.places is None else fixed(value, working.places)


def drawn(result: Result, book: Ground, language: Language) -> Iterator[str]:
    """The tree line by line: label, rule, value, and the line of the file it rests on."""
    words = page_words(language)
    card = result.card
    yield f"{card.appraisee.name.say(language)} {result.address}  {result.month}  " + (
        card.scheme.model.name.say(language)
    )
    yield ""
    yield from _branch(card.total, result, book, language, "", "")
    if result.grade is not None:
        yield f"{words['grade']}  {result.grade.name.say(language)}"
    else:
        yield f"{words['no-grade']}{words['dot']}{why_ungraded(result, language)}"
    if result.wage is not None:
        yield ""
        yield from _branch(result.wage, result, book, language, "", "")


def _parts_shown(working: Working) -> list[Working]:
    """What a number was made of, without a total that it rests on, unless that is another than the
    one shown."""
    return [one for one in working.parts if one.kind is not Kind.TOTAL or _is_exact_total(one)]


def _is_exact_total(working: Working) -> bool:
    return working.kind is Kind.TOTAL and working.id == EXACT_TOTAL


def _branch(
    working: Working, result: Result, book: Ground, language: Language, first: str, rest: str
) -> Iterator[str]:
    from wcwidth import wcswidth

    places = _places(working, result, book)
    most = "" if working.most is None else f" / {plain(working.most)}"
    head = f"{first}{working.label.say(language)}"
    pad = " " * max(2, 34 - wcswidth(head))
    sign = "≈" if working.is_rounded else "="
    computed = f"  {sign} {working.rule}" if working.calculation else ""
    is_written = not working.parts or working.kind is Kind.FIGURE
    where = f"  {places[0].path}:{places[0].line}" if places and is_written else ""
    said = " ".join(working.note.split())
    aside = "" if working.counts else f"  ({page_words(language)['not-counted']})"
    note = f"  “{said}”" if said else ""
    yield f"{head}{pad}{working.shown}{most}{computed}{aside}{where}{note}"
    parts = [] if _is_exact_total(working) else _parts_shown(working)
    for index, part in enumerate(parts):
        is_last = index == len(parts) - 1
        yield from _branch(
            part,
            result,
            book,
            language,
            rest + ("└ " if is_last else "├ "),
            rest + ("  " if is_last else "│ "),
        )
