"""`kpisite explain`: one scorecard's tree of workings, in the terminal or as JSON."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from kpisite.check.ground import Ground
from kpisite.cli.site import MonthType, explained, in_folder, in_language, opened, sound
from kpisite.cli.spoken import command
from kpisite.core.exact import fixed, plain
from kpisite.core.issue import Place, Source
from kpisite.core.month import Month
from kpisite.core.text import Language
from kpisite.core.working import EXACT_TOTAL, Kind, Working
from kpisite.history.authors import NO_AUTHORS, Authors, Wrote
from kpisite.outcomes.results import Result
from kpisite.pages.pay import of_payroll
from kpisite.pages.written import said_of, wrote_at
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
    history = site.history()
    authors = site.authors(loaded, history)
    if as_json:
        data = as_data(found, book, language, authors)
        reported = json.dumps(data, ensure_ascii=False, indent=2)
        click.echo(reported.encode())
        return
    click.echo("\n".join(drawn(found, book, language, authors)))
    if history.issue == "shallow":
        click.echo(page_words(language)["history-cut-off"], err=True)
    for one in shown.beside:
        words = page_words(language)
        key = "other-parts" if one.card.one_off is None else "other-one-offs"
        click.echo(words[key].format(id=one.address, month=month))


def as_data(
    result: Result, book: Ground, language: Language, authors: Authors = NO_AUTHORS
) -> dict[str, Any]:
    """A result as JSON says it: every number a string, so that none is rounded on the way."""
    wage, payroll, tree = result.wage, result.payroll, _Tree(result, book, language, authors)
    return {
        "employee": result.appraisee_id,
        "part": result.record.part,
        **({} if result.card.one_off is None else {"one_off": result.card.one_off}),
        "month": str(result.month),
        "scheme": result.card.scheme.model.id,
        "total": result.card.total.shown,
        "grade": None if result.grade is None else result.grade.name.say(language),
        "why_grade": [why.say(language) for why in result.standing.why],
        "figures": [_data(one, tree) for one in result.figures.shown],
        "no_grade": why_ungraded(result, language) or None,
        "pay": None if wage is None else _paid(wage, tree),
        **({} if payroll is None else {"paid_in_all": _paid(payroll, tree)}),
        "provisional": result.card.is_provisional,
        "working": _data(result.card.total, tree),
    }


def _paid(wage: Working, tree: "_Tree") -> dict[str, Any]:
    amount = fixed(wage.value, 2 if wage.places is None else wage.places)
    return {"amount": amount, "working": _data(wage, tree)}


def why_ungraded(result: Result, language: Language) -> str:
    """Why there is no grade; empty where there is one."""
    words = page_words(language)
    if result.grade is not None:
        return ""
    if result.card.is_provisional:
        return words["provisional"]
    reason = result.standing.left_out or "no-grades"
    return words.get(f"no-grade-{reason}") or words[f"left-out-{reason}"]


@dataclass(frozen=True, slots=True)
class _Tree:
    """What a working is reported with; `drawn` are the numbers that have been unfolded already."""

    result: Result
    book: Ground
    language: Language
    authors: Authors
    drawn: set[tuple[str, str, Decimal, str]] = field(default_factory=set)

    def label(self, working: Working) -> str:
        """What a number is called, and that the person does not see it."""
        if any(working is one for one in self.result.pay_of_payroll):
            return of_payroll(working.label, self.language)
        return working.label.say(self.language)

    def is_drawn(self, working: Working) -> bool:
        """Whether the same computed figure was unfolded before; if not, it is now."""
        if working.kind is not Kind.STEP or not working.parts:
            return False
        key = (working.id, working.label.say(self.language), working.value, working.rule)
        is_drawn = key in self.drawn
        self.drawn.add(key)
        return is_drawn

    def sources(self, working: Working) -> tuple[Source, ...]:
        """The entries that it rests on."""
        return working.sources_in(self.result.card.record.path)

    def places(self, working: Working) -> list[Place]:
        """Where they stand."""
        return [self.book.documents.place(source) for source in self.sources(working)]

    def wrote(self, source: Source) -> tuple[Wrote, str | None] | None:
        """Who wrote an entry last, and what it was before."""
        return wrote_at(source, self.book.documents, self.authors) if source.keys else None


def _data(working: Working, tree: _Tree) -> dict[str, Any]:
    return {
        "id": working.id,
        "kind": working.kind.value,
        "label": tree.label(working),
        "value": _number(working, working.value),
        "most": None if working.most is None else plain(working.most),
        "rule": working.rule,
        "note": working.note,
        "parts": [_data(part, tree) for part in working.parts],
        "sources": [_source(source, tree) for source in tree.sources(working)],
    }


def _source(source: Source, tree: _Tree) -> dict[str, Any]:
    place, wrote = tree.book.documents.place(source), tree.wrote(source)
    data: dict[str, Any] = {"file": place.path, "line": place.line}
    if wrote is not None:
        by, was = wrote
        data |= {"commit": by.commit, "author": by.author, "day": by.day, "was": was}
    return data


def _number(working: Working, value: Decimal) -> str:
    return plain(value) if working.places is None else fixed(value, working.places)


def drawn(
    result: Result, book: Ground, language: Language, authors: Authors = NO_AUTHORS
) -> Iterator[str]:
    """The tree line by line: label, rule, value, the line of the file it rests on, and who wrote
    that."""
    words, tree = page_words(language), _Tree(result, book, language, authors)
    card = result.card
    yield f"{card.appraisee.name.say(language)} {result.address}  {result.month}  " + (
        card.scheme.model.name.say(language)
    )
    yield ""
    yield from _branch(card.total, tree, "", "")
    if result.grade is not None:
        yield f"{words['grade']}  {result.grade.name.say(language)}"
        for why in result.standing.why:
            yield f"  {why.say(language)}"
    else:
        yield f"{words['no-grade']}{words['dot']}{why_ungraded(result, language)}"
    for figure in result.figures.shown:
        yield from _branch(figure, tree, "", "")
    if result.paid_in_all is not None:
        yield ""
        yield from _branch(result.paid_in_all, tree, "", "")


def _parts_shown(working: Working) -> list[Working]:
    """What a number was made of, without a total that it rests on, unless that is another than the
    one shown."""
    return [one for one in working.parts if one.kind is not Kind.TOTAL or _is_exact_total(one)]


def _is_exact_total(working: Working) -> bool:
    return working.kind is Kind.TOTAL and working.id == EXACT_TOTAL


def _branch(working: Working, tree: _Tree, first: str, rest: str) -> Iterator[str]:
    from wcwidth import wcswidth

    places, language = tree.places(working), tree.language
    most = "" if working.most is None else f" / {plain(working.most)}"
    head = f"{first}{tree.label(working)}"
    pad = " " * max(2, 34 - wcswidth(head))
    sign = "≈" if working.is_rounded else "="
    computed = f"  {sign} {working.rule}" if working.calculation else ""
    is_written = not working.parts or working.kind is Kind.FIGURE
    where = f"  {places[0].path}:{places[0].line}" if places and is_written else ""
    wrote = tree.wrote(tree.sources(working)[0]) if where else None
    where += f"  ({said_of(*wrote, language)})" if wrote is not None else ""
    said = " ".join(working.note.split())
    aside = "" if working.counts else f"  ({page_words(language)['not-counted']})"
    note = f"  “{said}”" if said else ""
    parts = [] if _is_exact_total(working) else _parts_shown(working)
    above = ""
    if parts and tree.is_drawn(working):
        parts, above = [], f"  ({page_words(language)['see-above']})"
    yield f"{head}{pad}{working.shown}{most}{computed}{above}{aside}{where}{note}"
    for index, part in enumerate(parts):
        is_last = index == len(parts) - 1
        yield from _branch(
            part,
            tree,
            rest + ("└ " if is_last else "├ "),
            rest + ("  " if is_last else "│ "),
        )
