"""The rows of a rater's sheet in which events are written down, and what they say.

A row is known by a number that no other of the same hand's sheets has, so that what is typed over
in it later takes the place of the event that it made.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from kpisite.core.issue import Issue
from kpisite.desk.asked import Share
from kpisite.desk.events_in import SHEET, EventRow
from kpisite.desk.hands import Hand
from kpisite.desk.sheets.typed_cells import Cell
from kpisite.tables.grid import Broken
from kpisite.tables.values import day_of, is_empty, number_of, text_of

#: What an event says, and what its columns are called.
EVENT_WORDS = {
    "person": "sheet-person",
    "rule": "sheet-rule",
    "date": "sheet-date",
    "count": "sheet-count",
    "points": "sheet-points",
    "source": "sheet-source",
    "reason": "sheet-reason",
}
EVENT_FIELDS = tuple(EVENT_WORDS)


def known_as(hand: Hand, row: str) -> str:
    """What an event from the row of a hand's sheet is known by in a record."""
    return f"{SHEET}{hand.id} {row}".replace("  ", " ")


def first_free(hand: Hand, prefix: str) -> int:
    """The first number of a row from which no event has come yet."""
    start = known_as(hand, prefix)
    numbers = [
        int(number)
        for share in hand.shares
        for one in share.record.event
        if one.imported.startswith(start)
        and (number := one.imported.removeprefix(start)).isdecimal()
    ]
    return max(numbers, default=0) + 1


def event_rows(
    hand: Hand, row: str, cells: Mapping[str, Cell], *, clears: bool
) -> Iterator[EventRow | Issue]:
    """What a row says: an event that is new, or instead of the one that came from it before."""
    key = known_as(hand, row)
    before = [
        share for share in hand.shares if any(one.imported == key for one in share.record.event)
    ]
    spot = next(iter(cells.values())).spot
    if all(is_empty(cell.raw) for cell in cells.values()):
        for share in before:
            if clears:
                yield EventRow(share=share, spot=spot, event=None, table=key)
            else:
                yield next(iter(cells.values())).issue("sheet-event-cleared", path=share.filed.path)
        return
    found = _event_of(hand, cells)
    if isinstance(found, Issue):
        yield found
        return
    own, event = found
    yield EventRow(share=own, spot=spot, event=event, table=key)
    for share in before:
        if share.filed.path != own.filed.path:
            yield EventRow(share=share, spot=spot, event=None, table=key)


def _event_of(hand: Hand, cells: Mapping[str, Cell]) -> tuple[Share, dict[str, Any]] | Issue:
    """A row of the events: whose it is, and what the record is to say."""
    for needed in ("person", "rule", "date"):
        if is_empty(cells[needed].raw):
            return cells[needed].issue("sheet-event-open")
    words = cells["person"].said.split()
    shares = [one for one in hand.shares if one.is_superior and one.address == words[-1]]
    if not shares:
        choices = tuple(one.address for one in hand.shares if one.is_superior)
        return cells["person"].issue("sheet-no-choice", typed=cells["person"].said, choices=choices)
    share, rule = shares[0], cells["rule"].said
    rules = share.scheme.rules
    ids = _rules_called(share, rule)
    if not ids and (other := _on_other_form(hand, share, rule)) is not None:
        return cells["rule"].issue(
            "sheet-rule-other-form",
            typed=rule,
            person=cells["person"].said,
            form=other.scheme.name,
            own=share.scheme.name,
            meant=" ".join((*words[:-1], other.address))
            if other.record.appraisee == share.record.appraisee
            else "",
            choices=tuple(rules),
        )
    if len(ids) != 1:
        return cells["rule"].issue("sheet-no-choice", typed=rule, choices=tuple(rules))
    day = day_of(cells["date"].raw)
    if isinstance(day, Broken):
        return cells["date"].issue(day.code, found=day.shown)
    event: dict[str, Any] = {"rule": ids[0], "date": day}
    for name in ("points", "count"):
        if not is_empty(cells[name].raw):
            number = number_of(cells[name].raw)
            if isinstance(number, Broken):
                return cells[name].issue(number.code, found=number.shown)
            if name == "count" and not (number == int(number) and 1 <= number <= 1000):
                return cells[name].issue("import-no-count", found=number, least=1, most=1000)
            if name == "points" or number != 1:
                event[name] = int(number) if number == int(number) else number
    for name in ("source", "reason"):
        if not is_empty(cells[name].raw):
            said = text_of(cells[name].raw)
            if isinstance(said, Broken):
                return cells[name].issue(said.code, found=said.shown)
            event[name] = said
    return share, event


def _rules_called(share: Share, typed: str) -> list[str]:
    """The rules of a form that a cell may mean, by id."""
    rules = share.scheme.rules.items()
    return [id for id, one in rules if typed.split()[-1:] == [id] or typed in one.name.words]


def _on_other_form(hand: Hand, share: Share, typed: str) -> Share | None:
    """A record with a rule of that name, before others one of the same person: the list of a cell
    has the rules of all forms, for it cannot know whom its row is about."""
    found = [one for one in hand.shares if one.is_superior and _rules_called(one, typed)]
    whose = share.record.appraisee
    return next(iter(sorted(found, key=lambda one: one.record.appraisee != whose)), None)
