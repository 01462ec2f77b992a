"""Events that sheets and tables say, against those that stand in the records.

An event that came from a table bears its name in `imported`, and one from a sheet the sheet's and
the row's.  So what is sent again corrected takes the place of what was there, 2 becomes 3 and not
5; what the record says without that mark was written by hand and stays.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kpisite.core.issue import Fact, Issue
from kpisite.desk.asked import Share
from kpisite.edit.change import Edit
from kpisite.language.record import Event
from kpisite.tables.grid import Spot

#: What an event says, in the order in which it is written.
SAYS = ("rule", "date", "points", "count", "source", "reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """What a row says of one person's events: one; or, with None or a count of 0, that there is
    none.

    `table` is what the events are known by that came from there before.  `of` is the rule that a
    column counts, of which the table then says everything; without it the row is one event of
    several.  An `is_besides` table was said to be one of its own, and counts beside others.
    """

    share: Share
    spot: Spot
    event: Mapping[str, Any] | None
    table: str
    of: str = ""
    is_besides: bool = False


Wanted = tuple[str, Edit]


def events_of(rows: Sequence[EventRow]) -> tuple[list[Wanted], list[Issue]]:
    """The edits, each with the path of its record, by which the records say what the rows do; and
    what is wrong with them."""
    edits: list[Wanted] = []
    issues = list(_said_twice(rows))
    groups: defaultdict[tuple[str, str, str], list[EventRow]] = defaultdict(list)
    for row in rows:
        groups[row.share.filed.path, row.table, row.of].append(row)
    taken: defaultdict[str, set[int]] = defaultdict(set)
    if not issues:
        for (path, _, _), several in groups.items():
            found, wrong = _of_one(several, taken[path])
            edits += ((path, edit) for edit in found)
            issues += wrong
    return edits, issues


def _said_twice(rows: Sequence[EventRow]) -> Iterator[Issue]:
    """Rows that say the very same, or count one person's events of a rule once more."""
    first: dict[tuple[object, ...], EventRow] = {}
    for row in rows:
        if row.event is None or row.event.get("count") == 0:
            continue
        said: object = (row.table, row.of) if row.of else repr(dict(row.event))
        other = first.setdefault((row.share.filed.path, said), row)
        if other is not row:
            code = "import-count-twice" if row.of else "import-row-twice"
            yield row.spot.issue(code, other.spot)


def said_by(event: Event) -> dict[str, Any]:
    """What an event of a record says, as a row would; where it came from is no part of it."""
    values = {name: getattr(event, name) for name in SAYS}
    return {name: value for name, value in values.items()
            if not (value is None or value == "" or (name == "count" and value == 1))}  # fmt: skip


def _of_one(rows: Sequence[EventRow], taken: set[int]) -> tuple[list[Edit], list[Issue]]:
    """What the rows of one table about one record change in it; `taken` are the events of the
    record that were spoken of already."""
    events = rows[0].share.record.event
    left: list[EventRow] = []
    for row in rows:
        same = (i for i, one in enumerate(events) if i not in taken and said_by(one) == row.event)
        index = next(same, None)
        if index is not None:
            taken.add(index)
        elif row.event is not None and row.event.get("count") != 0:
            left.append(row)
    own = [i for i, one in enumerate(events) if i not in taken and _is_from(one, rows[0])]
    taken.update(own)
    edits: list[Edit] = []
    issues: list[Issue] = []
    for row in left:
        assert row.event is not None
        index = next((i for i in own if events[i].rule == row.event["rule"]), None)
        if index is not None:
            own = [i for i in own if i != index]
            edits += _instead(index, events[index], row)
            continue
        others = (one for i, one in enumerate(events) if i not in own and _rivals(one, row))
        other = next(others, None)
        if other is not None:
            issues.append(_rival(row, other))
        entry = {**row.event, "imported": row.table}
        edits.append(Edit(keys=("event",), value=entry, is_new=True))
    return edits + [Edit(keys=("event", i), is_gone=True) for i in own], issues


def _is_from(event: Event, row: EventRow) -> bool:
    """Whether an event came from where the row does and is of what the row speaks of; a count from
    before tables were named is known by its day and its source."""
    if row.of and event.rule != row.of:
        return False
    if row.of and not event.imported and row.event is not None:
        return _are_alike(event, row.event)
    return event.imported == row.table


def _rivals(event: Event, row: EventRow) -> bool:
    """Whether an event from elsewhere may be the one that the row says otherwise."""
    assert row.event is not None
    if row.is_besides or event.rule != row.event["rule"]:
        return False
    if row.of:
        return event.imported not in ("", row.table)
    return _are_alike(event, row.event)


def _are_alike(event: Event, said: Mapping[str, Any]) -> bool:
    """Whether an event is of the day, source and reason that a row says."""
    there = said_by(event)
    return all(there.get(name) == said.get(name) for name in ("date", "source", "reason"))


def _rival(row: EventRow, event: Event) -> Issue:
    assert row.event is not None
    facts: dict[str, Fact] = {
        "rule": event.rule,
        "date": str(event.date),
        "there": event.count,
        "count": int(row.event.get("count", 1)),
        "path": row.share.filed.path,
        "table": event.imported or "–",
    }
    is_table = row.of or not row.table.startswith(SHEET)
    code = "import-event-rival" if is_table else "sheet-event-rival"
    return row.spot.issue(code, **facts)


#: What an event from a sheet is known by begins so, and then names the hand and the row.
SHEET = "sheet "


def _instead(index: int, event: Event, row: EventRow) -> Iterator[Edit]:
    """The entries of an event that the row says otherwise."""
    assert row.event is not None
    there = said_by(event)
    for name in SAYS:
        if name in row.event and row.event[name] != there.get(name):
            yield Edit(keys=("event", index, name), value=row.event[name])
        elif name in there and name not in row.event:
            yield Edit(keys=("event", index, name), is_gone=True)
    if event.imported != row.table:
        yield Edit(keys=("event", index, "imported"), value=row.table)
