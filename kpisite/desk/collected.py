"""What sheets and tables ask for, edit by edit with the cell that asks for it, as one list.

Two cells that ask for one value must agree, and an entry more is asked for by one row alone:
neither is chosen or passed over in silence.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from kpisite.core.issue import Issue
from kpisite.desk.events_in import EventRow, events_of
from kpisite.edit.change import Edit
from kpisite.edit.written import written
from kpisite.tables.grid import Spot

#: By what entries of a list are the same; those of others are where they say the same.
NAMED_BY: Mapping[str, tuple[str, ...]] = {"survey": ("of", "by")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """An edit of the file at a path, and the cell that asks for it; one `is_there` where the file
    says so already, and is only held against what other cells say."""

    path: str
    edit: Edit
    spot: Spot
    is_there: bool = False


@dataclass(slots=True)
class Taken:
    """What a sheet or a table asks for, the events that it says, and what is wrong in it."""

    asks: list[Ask] = field(default_factory=list)
    events: list[EventRow] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)

    def ask(self, path: str, edit: Edit, spot: Spot, *, is_there: bool = False) -> None:
        """Asks for an edit, on behalf of a cell."""
        self.asks.append(Ask(path=path, edit=edit, spot=spot, is_there=is_there))

    def add(self, other: "Taken") -> None:
        """What another sheet asks for besides."""
        self.asks += other.asks
        self.events += other.events
        self.issues += other.issues


def agreed(
    taken: Taken, besides: Mapping[str, list[Edit]]
) -> tuple[dict[str, list[Edit]], list[Issue]]:
    """The edits of each file, with those `besides`, in the order in which they can be done, each
    once; and where two cells do not agree."""
    edits: defaultdict[str, list[Edit]] = defaultdict(list)
    for path, several in besides.items():
        edits[path] += several
    of_events, issues = events_of(taken.events)
    issues += _without_doubles(taken.asks, edits)
    for path, edit in of_events:
        edits[path].append(edit)
    return {path: sorted(several, key=_order) for path, several in edits.items() if several}, issues


def _order(edit: Edit) -> tuple[int, int]:
    """Values first, which go by the places as they are; then what is to go, the last first; then
    what is new."""
    if edit.is_gone:
        return 1, -next((one for one in reversed(edit.keys) if isinstance(one, int)), 0)
    return (2 if edit.is_new else 0), 0


def _without_doubles(asks: Iterable[Ask], edits: defaultdict[str, list[Edit]]) -> Iterator[Issue]:
    """Enters each edit once, and reports a cell that wants what an earlier one does not."""
    first: dict[tuple[object, ...], Ask] = {}
    for ask in asks:
        edit = ask.edit
        other = first.setdefault((ask.path, edit.is_new, edit.keys, _name(edit)), ask)
        if other is ask:
            if not ask.is_there:
                edits[ask.path].append(edit)
        elif edit.is_new:
            yield ask.spot.issue("import-row-twice", other.spot)
        elif other.edit != edit:
            facts = {
                "key": ".".join(map(str, edit.keys)),
                "path": ask.path,
                "value": _said(edit),
                "there": _said(other.edit),
            }
            yield ask.spot.issue("import-contested", other.spot, **facts)


def _name(edit: Edit) -> str:
    """What tells an entry that is new from others in the same list."""
    if not edit.is_new:
        return ""
    assert isinstance(edit.value, Mapping)
    by = NAMED_BY.get(str(edit.keys[-1]), tuple(edit.value))
    return repr([edit.value.get(one) for one in by])


def _said(edit: Edit) -> str:
    return "–" if edit.is_gone else shown(edit.value)


def shown(value: Any) -> str:
    """A value as a report shows it: a text bare, and anything else as TOML has it."""
    if isinstance(value, str | int | Decimal | date):
        return str(value)
    return written(value)
