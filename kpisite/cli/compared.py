"""A comparison of two states as people and machines read it: one function a format, in
`COMPARED`."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import click

from kpisite.core.exact import ZERO, difference, fixed, signed
from kpisite.core.money import Money
from kpisite.core.text import Language
from kpisite.desk.compare import Comparison, Move, Side, Sum
from kpisite.words import command_words, page_words

#: So many scorecards stand in a text or a comment; of more their number is, and JSON has them all.
MOST_SHOWN = 200
USUAL = Money().currency
#: So many entries of one record.
MOST_ENTRIES = 12
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>()#+!|~-])")


@dataclass(frozen=True, slots=True)
class Shown:
    """A comparison, in a language, and whether amounts of pay are shown."""

    of: Comparison
    language: Language
    with_pay: bool

    def word(self, key: str, **facts: object) -> str:
        """A word of the command line."""
        return command_words(self.language)[key].format(**facts)

    @property
    def moves(self) -> tuple[Move, ...]:
        """Those that are written out."""
        return self.of.moves[:MOST_SHOWN]

    @property
    def digest(self) -> str:
        """By which it is acknowledged."""
        return self.of.digest(with_pay=self.with_pay)

    def department(self, id: str) -> str:
        """A department's name, or the word for all."""
        if not id:
            return self.word("diff-all")
        found = self.of.departments.get(id)
        return id if found is None else found.say(self.language)

    def turn(self, move: Move, what: str) -> str:
        """`88 → 88.2`, or what it is where it stayed."""
        sides = [self._figure(side, what) for side in (move.before, move.after)]
        return sides[1] if sides[0] == sides[1] else " → ".join(one or "–" for one in sides)

    def _figure(self, side: Side | None, what: str) -> str:
        value = None if side is None else getattr(side, what)
        if value is None:
            return ""
        if isinstance(value, Decimal) and side is not None:
            return self.amount(side.money, value)
        return value if isinstance(value, str) else str(value.say(self.language))

    def amount(self, money: Money, value: Decimal) -> str:
        """An amount, with its currency where that is another than most sites have."""
        shown = money.show(value)
        return shown if money.currency == USUAL else f"{money.currency} {shown}"

    def entries(self, move: Move) -> list[str]:
        """`细心 · 上级 4 → 5` for each entry that says something else."""
        if move.kind != "moved":
            return [self.word(f"diff-{move.kind}")]
        said = [
            f"{one.label} {one.before or '–'} → {one.after or '–'}"
            for one in move.entries[:MOST_ENTRIES]
        ]
        more = len(move.entries) - MOST_ENTRIES
        return [*said, self.word("diff-more-entries", count=more)] if more > 0 else said

    def sum(self, one: Sum) -> str:
        """A department's month in a line."""
        said = [self.word("diff-moved", count=one.moved)]
        if one.regraded:
            said.append(self.word("diff-regraded", count=one.regraded))
        for money, before, after in one.pay if self.with_pay else ():
            change = difference(after, before)
            if change != ZERO:
                facts = {"before": self.amount(money, before), "after": self.amount(money, after)}
                said.append(self.word("diff-cost", change=signed(change, money.places), **facts))
        return page_words(self.language)["dot"].join(said)

    def remarks(self) -> Iterator[str]:
        """What besides is otherwise, or cannot be known."""
        left = len(self.of.moves) - MOST_SHOWN
        if left > 0:
            yield self.word("diff-more", count=left)
        if self.of.rules:
            comma = page_words(self.language)["list-comma"]
            yield self.word("diff-rules", paths=comma.join(one.path for one in self.of.rules))
        paid = sum(one.moves("pay") for one in self.of.moves)
        if paid and not self.with_pay:
            yield self.word("diff-pay-hidden", count=paid)
        for key, state in self.of.unknown:
            yield self.word(key, state=state)


def text(shown: Shown) -> str:
    """For a terminal; nothing where nothing is otherwise."""
    return "".join(f"{line}\n" for line in _lines(shown))


def _lines(shown: Shown) -> Iterator[str]:
    remarks = list(shown.remarks())
    if not shown.of.moves and not shown.of.rules:
        return
    yield shown.word("diff-head", before=shown.of.before, after=shown.of.after)
    for move in shown.moves:
        yield ""
        name = move.name.say(shown.language)
        yield f"{name} {move.address}  {move.month}  {shown.department(move.department)}"
        reported = [
            f"{shown.word(f'diff-{what}')} {shown.turn(move, what)}"
            for what in ("total", "grade", *(("pay",) if shown.with_pay else ()))
            if move.moves(what)
        ]
        if reported and move.kind == "moved":
            yield f"  {'   '.join(reported)}"
        yield from (f"  {one}" for one in shown.entries(move))
    if shown.of.moves:
        yield ""
    for one in shown.of.sums():
        month = one.month or shown.word("diff-all-months")
        yield f"{month}  {shown.department(one.department)}  {shown.sum(one)}"
    yield from remarks
    if shown.of.is_any:
        yield shown.word("diff-digest", digest=shown.digest)


def markdown(shown: Shown) -> str:
    """For the comment on a merge request."""
    return "".join(f"{line}\n" for line in _markdown(shown))


def _markdown(shown: Shown) -> Iterator[str]:
    head = shown.word("diff-head", before=shown.of.before, after=shown.of.after)
    yield f"### {_escaped(head)}"
    yield ""
    if not shown.of.moves and not shown.of.rules:
        yield shown.word("diff-nothing")
        return
    columns = ["total", "grade", *(["pay"] if shown.with_pay else [])]
    if shown.of.moves:
        heads = ["who", "month", "department", *columns, "what"]
        yield f"| {' | '.join(shown.word(f'diff-{one}') for one in heads)} |"
        yield f"| {' | '.join('---' for _ in heads)} |"
    for move in shown.moves:
        cells = [
            f"{move.name.say(shown.language)} {move.address}",
            move.month,
            shown.department(move.department),
            *(shown.turn(move, what) for what in columns),
        ]
        what = "<br>".join(map(_escaped, shown.entries(move)))
        yield f"| {' | '.join(map(_escaped, cells))} | {what} |"
    yield ""
    for one in shown.of.sums():
        month = one.month or shown.word("diff-all-months")
        place = f"{month} {shown.department(one.department)}"
        yield f"- **{_escaped(place)}** {_escaped(shown.sum(one))}"
    yield from (f"- {_escaped(one)}" for one in shown.remarks())
    if shown.of.is_any:
        yield ""
        yield shown.word("diff-digest", digest=f"`{shown.digest}`")


def _escaped(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", text)


def as_json(shown: Shown) -> str:
    """For programs: every number a string, so that none is rounded on the way."""
    data = {
        "version": 1,
        "before": shown.of.before,
        "after": shown.of.after,
        "changed": shown.of.is_any,
        "digest": shown.digest if shown.of.is_any else None,
        "scorecards": [_scorecard(shown, one) for one in shown.of.moves],
        "sums": [_sum(shown, one) for one in shown.of.sums()],
        "rules": [one.path for one in shown.of.rules],
        "unknown": [{"code": key, "state": state} for key, state in shown.of.unknown],
    }
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _scorecard(shown: Shown, move: Move) -> dict[str, Any]:
    return {
        "id": move.address,
        "name": move.name.say(shown.language),
        "department": move.department,
        "month": move.month,
        "change": move.kind,
        "before": _side(shown, move.before),
        "after": _side(shown, move.after),
        **({} if shown.with_pay else {"pay_changed": move.moves("pay")}),
        "entries": [
            {"keys": list(one.keys), "label": one.label, "before": one.before, "after": one.after}
            for one in move.entries
        ],
    }


def _side(shown: Shown, side: Side | None) -> dict[str, Any] | None:
    if side is None:
        return None
    grade = None if side.grade is None else side.grade.say(shown.language)
    data: dict[str, Any] = {"total": side.total, "grade": grade}
    if shown.with_pay:
        data["pay"] = None if side.pay is None else fixed(side.pay, side.money.places)
    return data


def _sum(shown: Shown, one: Sum) -> dict[str, Any]:
    data: dict[str, Any] = {
        "department": one.department or None,
        "month": one.month or None,
        "changed": one.moved,
        "regraded": one.regraded,
    }
    if shown.with_pay:
        data["pay"] = [
            {
                "currency": money.currency,
                "before": fixed(before, money.places),
                "after": fixed(after, money.places),
            }
            for money, before, after in one.pay
        ]
    return data


COMPARED: dict[str, Callable[[Shown], str]] = {
    "text": text,
    "markdown": markdown,
    "json": as_json,
}


def say_compared(shown: Shown, format: str) -> None:
    """Prints a comparison: a text as the terminal has it, and what machines read as UTF-8."""
    said = COMPARED[format](shown)
    click.echo(said if format == "text" else said.encode(), nl=False)
