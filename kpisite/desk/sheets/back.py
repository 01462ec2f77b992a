"""A rater's sheet that comes back: what was typed in it, as edits of the records.

Each cell is held against what stood in it when the sheet was made, and against what the record says
now.  What nobody typed over changes nothing, and what has changed in the record meanwhile is
reported and not written over.  What a sheet may say is asked of the records anew, so that nobody
can mark in another's name by what stands in the hidden sheet.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kpisite.check.book import Book
from kpisite.core.issue import Fact, Issue, Keys, Place
from kpisite.core.month import Month
from kpisite.core.text import LANGUAGES
from kpisite.desk.asked import MET, NOT_MET, Slot
from kpisite.desk.collected import Taken, agreed
from kpisite.desk.hands import Hand, HandKind, hands
from kpisite.desk.pending import who_marks
from kpisite.desk.sheets.cells_by_key import KeyedCells, lines_of, pairs_of
from kpisite.desk.sheets.event_cells import EVENT_FIELDS, event_rows
from kpisite.desk.sheets.ids import IDS, VERSION, canonical
from kpisite.desk.sheets.rater_sheet import KINDS, rater_sheet
from kpisite.desk.sheets.typed_cells import Cell, decoded, is_said_already
from kpisite.edit.change import Edit
from kpisite.language.rater import APPRAISEE
from kpisite.language.record import Record
from kpisite.tables.grid import Broken, CannotRead, Grid, Spot
from kpisite.tables.reading import grids, has_library
from kpisite.tables.values import day_of, is_empty, text_of

Marked = dict[tuple[str, str], Spot]
"""In whose record and in whose name marks were given, with the first cell that gives one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class How:
    """How a sheet is taken back: marks that bear no day were given `today`, it must be of `month`
    where one was asked for; whether a cell that was emptied `clears` what the record says, and
    whether one that was filled in goes `over` what the record came to say meanwhile."""

    today: date
    month: Month | None = None
    clears: bool = False
    over: bool = False


def is_rater_sheet(grids: Iterable[Grid]) -> bool:
    """Whether it is a workbook that `kpisite sheet` made."""
    return any(grid.name == IDS for grid in grids)


def taken_back(book: Book, grids: Sequence[Grid], how: How) -> Taken:
    """What was typed in the sheet."""
    taken = Taken()
    _Back(book, grids, how, taken).take()
    return taken


def is_taken_back_already(book: Book, name: str, content: bytes) -> bool:
    """Whether a sheet says nothing that the records do not, so that nothing is lost with it: nobody
    typed in it yet, or all that was typed has been taken back."""
    if not has_library():
        return False
    try:
        sheets = grids(name, content)
    except CannotRead:
        return False
    if not is_rater_sheet(sheets):
        return False
    taken = taken_back(book, sheets, How(today=date.min, over=True))
    edits, issues = agreed(taken, {})
    return not (edits or issues or taken.issues)


class _Back:
    """A sheet being taken back."""

    def __init__(self, book: Book, grids: Sequence[Grid], how: How, taken: Taken) -> None:
        self.book, self.grids, self.how, self.taken = book, grids, how, taken
        self.ids = next(grid for grid in grids if grid.name == IDS)
        self.cells = KeyedCells(grids, self.ids.file, taken.issues)
        self._cleared: defaultdict[tuple[str, Keys], list[tuple[Keys, Spot]]] = defaultdict(list)

    def take(self) -> None:
        about = dict(pairs_of(self.ids))
        hand = self._hand(about)
        if hand is None:
            return
        language = next((one for one in LANGUAGES if one == about.get("language")), "zh")
        slots = rater_sheet(self.book, hand, language).slots
        day, events = self.how.today, defaultdict[tuple[str, str], dict[str, Cell]](dict)
        duties = defaultdict[tuple[str, Keys], list[tuple[Slot, Cell]]](list)
        marked: Marked = {}
        is_day_typed = False
        for line in lines_of(self.ids):
            cell = self.cells.at(*line[:3], line[5])
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
        self._clear(hand)
        for (_, row), cells in events.items():
            if len(cells) == len(EVENT_FIELDS):
                for found in event_rows(hand, row, cells, clears=self.how.clears):
                    if isinstance(found, Issue):
                        self.taken.issues.append(found)
                    else:
                        self.taken.events.append(found)

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
        if self.how.month not in (None, month):
            assert self.how.month is not None
            self._issue("sheet-other-month", month=month, asked=self.how.month)
            return None
        if month in self.book.closed:
            self._issue("sheet-closed", month=month)
            return None
        id, kind = about.get("hand", ""), _kind(about)
        found = [one for one in hands(self.book, month, kind) if one.id == id]
        if not found:
            self._issue("sheet-nobody", id=id or "–", month=month)
            return None
        return found[0]

    def _issue(self, code: str, **facts: Fact) -> None:
        place = Place(self.ids.file)
        self.taken.issues.append(Issue(code=code, at=place, facts=facts))

    def _value(
        self,
        slots: Mapping[tuple[str, Keys, str], Slot],
        path: str,
        keys_text: str,
        cell: Cell,
        duties: dict[tuple[str, Keys], list[tuple[Slot, Cell]]],
    ) -> Marked:
        """Enters an edit where something was typed; in whose record and name a mark was given."""
        keys, duty = _keys(keys_text)
        slot = slots.get((path, keys, duty))
        if slot is not None and duty:
            duties[path, keys].append((slot, cell))
        if not cell.is_changed:
            return {}
        if slot is None:
            self.taken.issues.append(cell.issue("sheet-not-asked", path=path or "–"))
            return {}
        if duty or text_of(canonical(slot.shown)) == cell.said:
            return {}
        value = None if is_empty(cell.raw) else decoded(slot, cell)
        if isinstance(value, Issue):
            self.taken.issues.append(value)
        elif value is not None and is_said_already(slot, value):
            pass
        elif text_of(canonical(slot.shown)) != text_of(cell.base) and not self.how.over:
            self._conflict(slot, cell)
        elif value is None:
            self._empty(slot, cell)
        else:
            self.taken.ask(path, Edit(keys=keys, value=value), cell.spot)
            return _marked_by(path, keys, cell)
        return {}

    def _empty(self, slot: Slot, cell: Cell) -> None:
        """A cell from which somebody took what the record says: gone where that was asked for."""
        if self.how.clears:
            self._cleared[slot.path, slot.keys[:2]].append((slot.keys, cell.spot))
        else:
            self.taken.issues.append(cell.issue("sheet-cleared", path=slot.path, base=cell.base))

    def _clear(self, hand: Hand) -> None:
        """What was emptied goes, and a row of marks with it of which nothing is left."""
        records = {share.filed.path: share.record for share in hand.shares}
        asked = {(ask.path, ask.edit.keys[:2]) for ask in self.taken.asks}
        for (path, row), gone in self._cleared.items():
            there = records[path].marks.get(str(row[-1]), {}) if row[0] == "marks" else {}
            is_all = {keys for keys, _ in gone} == {(*row, rater) for rater in there}
            if is_all and (path, row) not in asked:
                self.taken.ask(path, Edit(keys=row, is_gone=True), gone[0][1])
                continue
            for keys, spot in gone:
                self.taken.ask(path, Edit(keys=keys, is_gone=True), spot)

    def _conflict(self, slot: Slot, cell: Cell) -> None:
        issue = cell.issue(
            "sheet-changed-meanwhile",
            path=slot.path,
            now=canonical(slot.shown) or "–",
            base=cell.base or "–",
            typed=cell.said or "–",
        )
        self.taken.issues.append(issue)

    def _duties(self, duties: Mapping[tuple[str, Keys], Sequence[tuple[Slot, Cell]]]) -> Marked:
        """The marks that are lists of duties met: all of a list, or none."""
        marked: Marked = {}
        for (path, keys), cells in duties.items():
            changed = [one for one in cells if one[1].is_changed and one[1].said != one[0].shown]
            if not changed:
                continue
            stale = [(s, c) for s, c in changed if s.shown != text_of(c.base)]
            stale = [] if self.how.over else stale
            wrong = [one for _, one in cells if one.said not in (MET, NOT_MET)]
            for slot, cell in stale:
                self._conflict(slot, cell)
            if not stale and all(is_empty(cell.raw) for _, cell in cells):
                self._empty(*cells[0])
                continue
            for cell in () if stale else wrong:
                code = "sheet-no-choice" if cell.said else "sheet-duty-open"
                facts: dict[str, Fact] = {"choices": (MET, NOT_MET)}
                self.taken.issues.append(cell.issue(code, typed=cell.said, **facts))
            if not stale and not wrong:
                met = [slot.duty for slot, cell in cells if cell.said == MET]
                self.taken.ask(path, Edit(keys=keys, value=met), cells[0][1].spot)
                marked |= _marked_by(path, keys, cells[0][1])
        return marked

    def _day(self, cell: Cell, day: date) -> tuple[bool, date]:
        if is_empty(cell.raw):
            return False, day
        found = day_of(cell.raw)
        if isinstance(found, Broken):
            self.taken.issues.append(cell.issue(found.code, found=found.shown))
            return False, day
        return True, found

    def _rated(self, hand: Hand, marked: Marked, day: date, *, is_day_typed: bool) -> None:
        """Who marked and when, in the records where somebody did."""
        records = {share.filed.path: share.record for share in hand.shares}
        for (path, rater), spot in sorted(marked.items(), key=lambda item: item[0]):
            record = records[path]
            there = record.rated.get(rater)
            if there is None:
                entry: dict[str, Any] = {"on": day}
                is_one = rater != APPRAISEE and hand.kind != "peers"
                if is_one and _is_known(self.book, record, rater, hand):
                    entry = {"by": hand.id, "on": day}
                self.taken.ask(path, Edit(keys=("rated", rater), value=entry), spot)
            elif there.on is None or (is_day_typed and there.on != day and hand.kind != "peers"):
                self.taken.ask(path, Edit(keys=("rated", rater, "on"), value=day), spot)


def _kind(about: Mapping[str, str]) -> HandKind:
    """Whose sheet it is, by what the hidden sheet says."""
    found: Iterator[HandKind] = (kind for kind, said in KINDS.items() if said == about.get("own"))
    return next(found, "raters")


def _keys(text: str) -> tuple[Keys, str]:
    """The keys of a value, and the duty; nothing where the hidden sheet was meddled with."""
    try:
        *keys, duty = json.loads(text)
    except (ValueError, TypeError, RecursionError):
        return (), ""
    return tuple(one for one in keys if isinstance(one, str | int)), str(duty)


def _marked_by(path: str, keys: Keys, cell: Cell) -> Marked:
    """In whose record, and in the name of which rater, a mark at `keys` is given."""
    is_mark = keys[0] == "marks" or (keys[0] == "task" and "marks" in keys)
    rater = str(keys[2] if keys[0] == "marks" else keys[-1])
    return {(path, rater): cell.spot} if is_mark and rater != "note" else {}


def _is_known(book: Book, record: Record, rater: str, hand: Hand) -> bool:
    """Whether it is the hand itself that marks, and does not only ask for the marks."""
    return bool(hand.id) and (rater == "supervisor" or who_marks(book, record, rater) == hand.id)
