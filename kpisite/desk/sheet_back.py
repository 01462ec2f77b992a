"""A rater's sheet that comes back: what was typed in it, as edits of the records.

Each cell is held against what stood in it when the sheet was made, and against what the record says
now.  What nobody typed over changes nothing, and what has changed in the record meanwhile is
reported and not written over.  What a sheet may say is asked of the records anew, so that nobody
can mark in another's name by what stands in the hidden sheet.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from kpisite.check.book import Book
from kpisite.core.issue import Fact, Issue, Keys, Place
from kpisite.core.month import Month
from kpisite.core.text import Language
from kpisite.desk.asked import MET, NOT_MET, Hand, Share, Slot, hands, in_steps, written_figure
from kpisite.desk.pending import who_marks
from kpisite.desk.rater_sheet import (
    EVENT_FIELDS,
    IDS,
    VERSION,
    canonical,
    rater_sheet,
)
from kpisite.edit.change import Edit
from kpisite.edit.written import Value
from kpisite.language.rater import APPRAISEE
from kpisite.language.record import Record
from kpisite.tables.grid import Broken, Grid, Raw
from kpisite.tables.values import day_of, is_empty, number_of, share_of, text_of

#: What a record already says, so that it need not be written again.
Edits = Mapping[str, Sequence[Edit]]


@dataclass(slots=True)
class Taken:
    """What a sheet says: the edits of each record, and what is wrong in it."""

    edits: defaultdict[str, list[Edit]] = field(default_factory=lambda: defaultdict(list))
    issues: list[Issue] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell that stands for something: where it is, what is in it, and what was."""

    grid: Grid
    row: int
    column: int
    base: str

    @property
    def raw(self) -> Raw:
        """What stands in it."""
        return self.grid.at(self.row, self.column)

    @property
    def said(self) -> str:
        """The same as a text."""
        said = text_of(self.raw)
        return said.shown if isinstance(said, Broken) else said

    @property
    def is_changed(self) -> bool:
        """Whether it says something else than it did."""
        return isinstance(self.raw, Broken) or self.said != text_of(self.base)

    def issue(self, code: str, **facts: Fact) -> Issue:
        """A fault of the cell."""
        return self.grid.issue(code, self.row, self.column, **facts)


def is_rater_sheet(grids: Iterable[Grid]) -> bool:
    """Whether it is a workbook that `kpisite sheet` made."""
    return any(grid.name == IDS for grid in grids)


def taken_back(book: Book, grids: Sequence[Grid], today: date) -> Taken:
    """What was typed in the sheet; marks that bear no day were given `today`."""
    taken = Taken()
    _Back(book, grids, today, taken).take()
    return taken


class _Back:
    """A sheet being taken back."""

    def __init__(self, book: Book, grids: Sequence[Grid], today: date, taken: Taken) -> None:
        self.book, self.grids, self.today, self.taken = book, grids, today, taken
        self.ids = next(grid for grid in grids if grid.name == IDS)
        self.by_name = {grid.name: grid for grid in grids}
        self._keys: dict[str, tuple[dict[str, int], dict[str, int]]] = {}
        self._gone: set[str] = set()

    def take(self) -> None:
        about = dict(_pairs(self.ids))
        hand = self._hand(about)
        if hand is None:
            return
        language: Language = "en" if about.get("language") == "en" else "zh"
        slots = rater_sheet(self.book, hand, language).slots
        day, events = self.today, defaultdict[tuple[str, str], dict[str, Cell]](dict)
        duties = defaultdict[tuple[str, Keys], list[tuple[Slot, Cell]]](list)
        marked: set[tuple[str, str]] = set()
        is_day_typed = False
        for line in _lines(self.ids):
            cell = self._cell(*line[:3], line[5])
            if cell is None:
                continue
            if line[4] == "day":
                is_day_typed, day = self._day(cell, day)
            elif line[4] == "event":
                events[line[0], line[1]][line[2]] = cell
            else:
                marked |= self._value(slots, line[3], line[4], cell, duties)
        marked |= self._duties(duties)
        self._rated(hand, marked, day, is_day_typed=is_day_typed)
        for cells in events.values():
            self._event(hand, cells)

    def _hand(self, about: Mapping[str, str]) -> Hand | None:
        """Whose sheet it is, as far as the site knows them."""
        if about.get("kpisite-sheet") != VERSION:
            self._issue("sheet-version")
            return None
        try:
            month = Month.parse(about.get("month", ""))
        except ValueError:
            self._issue("sheet-version")
            return None
        if month in self.book.closed:
            self._issue("sheet-closed", month=month)
            return None
        own = about.get("own") == "yes"
        id = about.get("hand", "")
        found = [one for one in hands(self.book, month, own=own) if one.id == id]
        if not found:
            self._issue("sheet-nobody", id=id or "–", month=month)
            return None
        return found[0]

    def _issue(self, code: str, **facts: Fact) -> None:
        place = Place(self.ids.file)
        self.taken.issues.append(Issue(code=code, at=place, facts=facts))

    def _cell(self, sheet: str, row: str, column: str, base: str) -> Cell | None:
        """The cell that bears those keys, wherever it has come to stand."""
        grid = self.by_name.get(sheet)
        if grid is None:
            if sheet not in self._gone:
                self._gone.add(sheet)
                self._issue("sheet-gone", sheet=sheet)
            return None
        if sheet not in self._keys:
            self._keys[sheet] = self._keys_of(grid)
        rows, columns = self._keys[sheet]
        if row in rows and column in columns:
            return Cell(grid=grid, row=rows[row], column=columns[column], base=base)
        key = row if row not in rows else column
        if f"{sheet} {key}" not in self._gone:
            self._gone.add(f"{sheet} {key}")
            self.taken.issues.append(grid.issue("sheet-key-gone", 0, 0, key=key))
        return None

    def _keys_of(self, grid: Grid) -> tuple[dict[str, int], dict[str, int]]:
        """Which row and which column bears each key."""
        rows: dict[str, int] = {}
        columns: dict[str, int] = {}
        for number in range(len(grid.rows)):
            self._enter(grid, rows, number, (number, 0))
        for number in range(len(grid.rows[0]) if grid.rows else 0):
            self._enter(grid, columns, number, (0, number))
        return rows, columns

    def _enter(self, grid: Grid, keys: dict[str, int], at: int, cell: tuple[int, int]) -> None:
        key = str(text_of(grid.at(*cell)))
        if key in keys and key:
            self.taken.issues.append(grid.issue("sheet-key-twice", *cell, key=key))
        elif key:
            keys[key] = at

    def _value(
        self,
        slots: Mapping[tuple[str, Keys, str], Slot],
        path: str,
        keys_text: str,
        cell: Cell,
        duties: dict[tuple[str, Keys], list[tuple[Slot, Cell]]],
    ) -> set[tuple[str, str]]:
        """Enters an edit where something was typed; in whose record and name a mark was given."""
        keys, duty = _keys(keys_text)
        slot = slots.get((path, keys, duty))
        if slot is not None and duty:
            duties[path, keys].append((slot, cell))
        if not cell.is_changed:
            return set()
        if slot is None:
            self.taken.issues.append(cell.issue("sheet-not-asked", path=path or "–"))
            return set()
        if duty or text_of(canonical(slot.shown)) == cell.said:
            return set()
        if text_of(canonical(slot.shown)) != text_of(cell.base):
            self._conflict(slot, cell)
            return set()
        value = decoded(slot, cell)
        if isinstance(value, Issue):
            self.taken.issues.append(value)
            return set()
        self.taken.edits[path].append(Edit(keys=keys, value=value))
        return _marked_by(path, keys)

    def _conflict(self, slot: Slot, cell: Cell) -> None:
        issue = cell.issue(
            "sheet-changed-meanwhile",
            path=slot.path,
            now=canonical(slot.shown) or "–",
            base=cell.base or "–",
            typed=cell.said or "–",
        )
        self.taken.issues.append(issue)

    def _duties(
        self, duties: Mapping[tuple[str, Keys], Sequence[tuple[Slot, Cell]]]
    ) -> set[tuple[str, str]]:
        """The marks that are lists of duties met: all of a list, or none."""
        marked: set[tuple[str, str]] = set()
        for (path, keys), cells in duties.items():
            changed = [one for one in cells if one[1].is_changed and one[1].said != one[0].shown]
            if not changed:
                continue
            stale = [(s, c) for s, c in changed if s.shown != text_of(c.base)]
            wrong = [one for _, one in cells if one.said not in (MET, NOT_MET)]
            for slot, cell in stale:
                self._conflict(slot, cell)
            for cell in () if stale else wrong:
                code = "sheet-no-choice" if cell.said else "sheet-duty-open"
                facts: dict[str, Fact] = {"choices": (MET, NOT_MET)}
                self.taken.issues.append(cell.issue(code, typed=cell.said, **facts))
            if not stale and not wrong:
                met = [slot.duty for slot, cell in cells if cell.said == MET]
                self.taken.edits[path].append(Edit(keys=keys, value=met))
                marked |= _marked_by(path, keys)
        return marked

    def _day(self, cell: Cell, day: date) -> tuple[bool, date]:
        if is_empty(cell.raw):
            return False, day
        found = day_of(cell.raw)
        if isinstance(found, Broken):
            self.taken.issues.append(cell.issue(found.code, found=found.shown))
            return False, day
        return True, found

    def _rated(
        self, hand: Hand, marked: Iterable[tuple[str, str]], day: date, *, is_day_typed: bool
    ) -> None:
        """Who marked and when, in the records where somebody did."""
        records = {share.filed.path: share.record for share in hand.shares}
        for path, rater in sorted(set(marked)):
            record = records[path]
            there = record.rated.get(rater)
            if there is None:
                entry: dict[str, Any] = {"on": day}
                if rater != APPRAISEE and _is_known(self.book, record, rater, hand):
                    entry = {"by": hand.id, "on": day}
                self.taken.edits[path].append(Edit(keys=("rated", rater), value=entry))
            elif there.on is None or (is_day_typed and there.on != day):
                self.taken.edits[path].append(Edit(keys=("rated", rater, "on"), value=day))

    def _event(self, hand: Hand, cells: Mapping[str, Cell]) -> None:
        """An event more, where a row says one that the record does not."""
        if all(is_empty(cell.raw) for cell in cells.values()) or len(cells) < len(EVENT_FIELDS):
            return
        found = _event_of(hand, cells)
        if isinstance(found, Issue):
            self.taken.issues.append(found)
            return
        share, event = found
        if not is_event_there(share.record, event):
            edit = Edit(keys=("event",), value=event, is_new=True)
            if edit not in self.taken.edits[share.filed.path]:
                self.taken.edits[share.filed.path].append(edit)


def _pairs(ids: Grid) -> Iterator[tuple[str, str]]:
    for row in ids.rows:
        if len(row) < 3 or is_empty(row[2]):
            yield str(text_of(row[0])), str(text_of(row[1])) if len(row) > 1 else ""


def _lines(ids: Grid) -> Iterator[tuple[str, str, str, str, str, str]]:
    for row in ids.rows:
        said = [str(text_of(one)) for one in (*row, *[""] * 6)][:6]
        if said[2]:
            yield said[0], said[1], said[2], said[3], said[4], said[5]


def _keys(text: str) -> tuple[Keys, str]:
    """The keys of a value, and the duty; nothing where the hidden sheet was meddled with."""
    try:
        *keys, duty = json.loads(text)
    except (ValueError, TypeError, RecursionError):
        return (), ""
    return tuple(one for one in keys if isinstance(one, str | int)), str(duty)


def _marked_by(path: str, keys: Keys) -> set[tuple[str, str]]:
    """In whose record, and in the name of which rater, a mark at `keys` is given."""
    is_mark = keys[0] == "marks" or (keys[0] == "task" and "marks" in keys)
    return {(path, str(keys[-1]))} if is_mark and keys[-1] != "note" else set()


def _is_known(book: Book, record: Record, rater: str, hand: Hand) -> bool:
    """Whether it is the hand itself that marks, and does not only ask for the marks."""
    return bool(hand.id) and (rater == "supervisor" or who_marks(book, record, rater) == hand.id)


def decoded(slot: Slot, cell: Cell) -> Value | Issue:
    """What was typed, as the record says it."""
    if slot.kind == "text":
        said = text_of(cell.raw)
        return cell.issue(said.code, found=said.shown) if isinstance(said, Broken) else said
    if is_empty(cell.raw):
        return cell.issue("sheet-cleared", path=slot.path, base=cell.base)
    if slot.kind == "level":
        return _level(slot, cell)
    is_percent = slot.kind == "percent"
    number = number_of(cell.raw)
    if is_percent:
        is_shown = (cell.row, cell.column) in cell.grid.percents
        number = share_of(cell.raw, is_percent=is_shown)
    if isinstance(number, Broken):
        return cell.issue(number.code, found=number.shown)
    if slot.kind in ("figure", "percent"):
        return written_figure(number, is_percent=is_percent)
    return _points(slot, cell, number)


def _points(slot: Slot, cell: Cell, number: Decimal) -> Value | Issue:
    assert slot.low is not None and slot.high is not None and slot.step is not None
    is_within = slot.low <= number <= slot.high and in_steps(number, slot.step)
    if not is_within or (slot.choices and number not in slot.choices):
        return cell.issue(
            "sheet-out-of-bounds", typed=number, low=slot.low, high=slot.high, step=slot.step
        )
    return number


def _level(slot: Slot, cell: Cell) -> Value | Issue:
    labels = [one for one in slot.options if one.label == cell.said]
    meant = labels or [one for one in slot.options if cell.said in one.means]
    if len(meant) == 1:
        return meant[0].value
    choices = tuple(one.label for one in slot.options)
    return cell.issue("sheet-no-choice", typed=cell.said, choices=choices)


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
    ids = [
        id
        for id, one in rules.items()
        if rule.split()[-1:] == [id] or rule in (one.name.zh, one.name.en)
    ]
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
            if name == "points" or number != 1:
                event[name] = int(number) if number == int(number) else number
    for name in ("source", "reason"):
        if not is_empty(cells[name].raw):
            said = text_of(cells[name].raw)
            if isinstance(said, Broken):
                return cells[name].issue(said.code, found=said.shown)
            event[name] = said
    return share, event


def is_event_there(record: Record, event: Mapping[str, Any]) -> bool:
    """Whether the record says the very same event."""
    for one in record.event:
        said = {"rule": one.rule, "date": one.date}
        said |= {} if one.points is None else {"points": one.points}
        said |= {"count": one.count} if one.count != 1 else {}
        said |= {name: getattr(one, name) for name in ("source", "reason") if getattr(one, name)}
        if said == event:
            return True
    return False
