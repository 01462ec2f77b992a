"""The workbook in which somebody marks: what it is, a sheet for each form, tasks and events.

Each cell to be typed in stands in a row and under a column that bear a key in a hidden column and
row, and a hidden sheet says for every pair of keys which value of which record that is and what
stood there.  So rows may be sorted, moved and put in between, and what comes back is held against
what was there (`kpisite.desk.sheet_back`).
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from kpisite.check.book import Book
from kpisite.core.exact import plain
from kpisite.core.issue import Keys
from kpisite.core.text import Language, Text
from kpisite.desk.asked import (
    MET,
    NOT_MET,
    Hand,
    Share,
    Shown,
    Slot,
    beside_mark,
    box_slots,
    figure_slot,
    mark_slots,
    note_slot,
    task_slot,
)
from kpisite.desk.layout import figures_asked
from kpisite.language.methods import Indicator, Marked, Planned
from kpisite.language.methods.checklist import Checklist
from kpisite.language.policy import Policy
from kpisite.language.rater import APPRAISEE
from kpisite.language.scheme import Scheme
from kpisite.pages.cells import (
    LONGEST_FORMULA,
    Cell,
    Input,
    Look,
    SheetRow,
    Workbook,
    Worksheet,
    address,
)
from kpisite.pages.rubric import rubric
from kpisite.words import command_words, month_in_words

#: The hidden sheets: what each cell stands for, and what may be chosen.
IDS, LISTS = "kpisite", "kpisite-lists"
#: The version of what stands in them.
VERSION = "1"
#: The cell for the day of the marks, by the keys of its row and column.
DAY_ROW, DAY_COLUMN = "day", "on"
#: So many events may be written down in a sheet.
EVENT_ROWS = 15
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
#: The rows above the first row of a form: keys, title, people, heads.
HEAD_ROWS = 4
LONGEST_NAME = 31


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """The workbook of a hand, and all that may be typed in it, by what each value is known by."""

    workbook: Workbook
    slots: dict[tuple[str, Keys, str], Slot]


@dataclass(slots=True)
class Ids:
    """What the hidden sheets say, as it comes together."""

    slots: dict[tuple[str, Keys, str], Slot] = field(default_factory=dict)
    lines: list[tuple[str, str, str, str, str, str]] = field(default_factory=list)
    lists: list[tuple[str, ...]] = field(default_factory=list)

    def put(self, sheet: str, row: str, column: str, slot: Slot) -> None:
        """The cell in that row and column stands for the value."""
        self.slots[slot.id] = slot
        keys = json.dumps([*slot.keys, slot.duty], ensure_ascii=False)
        self.lines.append((sheet, row, column, slot.path, keys, canonical(slot.shown)))

    def listed(self, labels: tuple[str, ...]) -> str:
        """Where the labels stand that a cell may be chosen from."""
        if labels not in self.lists:
            self.lists.append(labels)
        row = self.lists.index(labels)
        first, last = address(row, 0), address(row, len(labels) - 1)
        return f"'{LISTS}'!${first.rstrip('0123456789')}${row + 1}:" + (
            f"${last.rstrip('0123456789')}${row + 1}"
        )

    def sheets(self, about: Sequence[tuple[str, str]]) -> tuple[Worksheet, ...]:
        """The hidden sheets."""
        lines = [*about, *self.lines]
        return (
            _hidden(IDS, [tuple(line) for line in lines]),
            _hidden(LISTS, self.lists or [("",)]),
        )


def _hidden(name: str, rows: Sequence[Sequence[str]]) -> Worksheet:
    lines = (SheetRow(cells=tuple(Cell(value=one) for one in row), height=15) for row in rows)
    return Worksheet(name=name, widths=(12,), lines=tuple(lines), is_locked=True, is_hidden=True)


def canonical(shown: Shown | date) -> str:
    """What stands in a cell as one text, the same for equal numbers.

    >>> canonical(Decimal("8.0")), canonical(" 8 "), canonical("")
    ('8', '8', '')
    """
    return plain(shown) if isinstance(shown, Decimal) else str(shown).strip()


def rater_sheet(book: Book, hand: Hand, language: Language) -> Made:
    """The workbook in which `hand` marks."""
    return _Workbook(book, hand, language).made()


class _Workbook:
    """A workbook being laid out."""

    def __init__(self, book: Book, hand: Hand, language: Language) -> None:
        self.book, self.hand, self.language = book, hand, language
        self.words = command_words(language)
        self.ids = Ids()
        self.people = {_label(one, language): one for one in hand.shares}
        self.names: set[str] = set()

    def made(self) -> Made:
        groups: dict[str, list[Share]] = {}
        for share in self.hand.shares:
            path = self.book.scheme_of(share.record)
            groups.setdefault("" if path is None else path.path, []).append(share)
        self.names |= {self.word("sheet-first").lower(), IDS, LISTS}
        forms = [_Form(self, shares) for shares in groups.values()]
        sheets = [form.sheet() for form in forms]
        sheets += [*_tasks(self), *_events(self)]
        waiting = {id: (form.name, cells) for form in forms for id, cells in form.waiting.items()}
        first = _first(self, waiting)
        about = [
            ("kpisite-sheet", VERSION),
            ("month", str(self.hand.month)),
            ("hand", self.hand.id),
            ("own", "yes" if _is_own(self.hand) else "no"),
            ("language", self.language),
        ]
        title = f"{self.hand.month} {self.hand.name}".strip()
        hidden = self.ids.sheets(about)
        return Made(
            workbook=Workbook(title=title, sheets=(first, *sheets, *hidden)),
            slots=self.ids.slots,
        )

    def say(self, text: Text) -> str:
        """A text in one line."""
        return " ".join(text.say(self.language).split())

    def word(self, key: str, **facts: object) -> str:
        """A word of the catalogue."""
        return self.words[key].format(**facts)

    def name(self, wanted: str) -> str:
        """A name for a sheet, as Excel takes it and no other has it."""
        bare = "".join("-" if sign in "[]:*?/\\'" else sign for sign in wanted).strip()
        tried, number = bare[:LONGEST_NAME], 1
        while tried.lower() in self.names:
            number += 1
            tried = f"{bare[: LONGEST_NAME - 4]} {number}"
        self.names.add(tried.lower())
        return tried

    def cell(self, sheet: str, row: str, column: str, slot: Slot, indent: int = 0) -> Cell:
        """The cell for a value, entered among the ids."""
        self.ids.put(sheet, row, column, slot)
        look = Look.INPUT_TEXT if slot.kind == "text" else Look.INPUT
        format = "0.00%" if slot.kind == "percent" else "General"
        return Cell(value=slot.shown, look=look, input=self.input(slot), format=format)

    def input(self, slot: Slot) -> Input:
        """What may be typed for a value."""
        if slot.kind == "text":
            return Input(kind="text")
        if slot.kind in ("level", "duty"):
            labels = tuple(one.label for one in slot.options) or (MET, NOT_MET)
            return Input(kind="choice", listed=self.ids.listed(labels), help=self.bounds(slot))
        return Input(
            kind="number",
            choices=slot.choices,
            low=slot.low,
            high=slot.high,
            step=slot.step,
            help=self.bounds(slot),
        )

    def bounds(self, slot: Slot) -> str:
        """What may stand there, in words."""
        if slot.kind == "duty":
            return self.word("sheet-duty", met=MET, unmet=NOT_MET)
        if slot.kind == "level":
            return self.word("sheet-choose")
        if slot.kind in ("figure", "percent"):
            return self.word("sheet-percent" if slot.kind == "percent" else "sheet-figure")
        if slot.low is None or slot.high is None:
            return ""
        step = ""
        if slot.step is not None and slot.step != 1:
            step = self.word("new-step", step=plain(slot.step))
        return f"{plain(slot.low)}–{plain(slot.high)}{step}"


def _is_own(hand: Hand) -> bool:
    return all(share.raters == (APPRAISEE,) for share in hand.shares)


def _label(share: Share, language: Language) -> str:
    """Whom a row or a column is about: the name and the id."""
    name = " ".join(share.name.say(language).split())
    return f"{name} {share.address}"


#: A cell of another sheet, and whether it is empty.
_Waiting = tuple[str, bool]


@dataclass(frozen=True, slots=True)
class _Column:
    """A column under a person: marks of a rater, locked or to be typed, or what is said of them."""

    share: Share
    rater: str = ""
    is_input: bool = True


class _Form:
    """The sheet of one form: its rows down, the people across."""

    def __init__(self, within: _Workbook, shares: Sequence[Share]) -> None:
        self.within, self.shares = within, shares
        self.scheme = shares[0].scheme
        self.name = within.name(within.say(self.scheme.name))
        self.columns = [column for share in shares for column in _columns(share)]
        self.lines: list[SheetRow] = []

    def sheet(self) -> Worksheet:
        """The sheet."""
        self.lines += self._heads()
        for part in self.scheme.part:
            self._heading(part.name)
            for row in part.indicator:
                self._row(row)
            for section in part.section:
                self._heading(section.name, indent=1)
                for row in section.indicator:
                    self._row(row)
        self._figures()
        self._boxes()
        self.waiting = self._waiting()
        is_one = len(self.shares) == 1
        note = 40 if is_one else 16
        widths = [self._width(column) if column.rater else note for column in self.columns]
        return Worksheet(
            name=self.name,
            widths=(0, 18, 10, 46 if is_one else 44, *widths),
            lines=tuple(self.lines),
            frozen=HEAD_ROWS,
            frozen_columns=4,
            hidden_rows=1,
            is_locked=True,
            is_wide=True,
        )

    def _waiting(self) -> "dict[str, list[_Waiting]]":
        """The cells of each person that must be filled in, as other sheets name them, and whether
        they are empty."""
        waiting: dict[str, list[_Waiting]] = {share.address: [] for share in self.shares}
        rows = self.scheme.indicators
        for number, line in enumerate(self.lines):
            key = str(line.cells[0].value).partition("#")[0]
            column = 0
            for cell in line.cells:
                is_asked = isinstance(rows.get(key), Marked) or key.startswith("metrics.")
                if cell.look is Look.INPUT and is_asked:
                    named = f"'{self.name}'!{address(number, column)}"
                    whose = self.columns[column - 4].share.address
                    waiting[whose].append((named, cell.value == ""))
                column += cell.across
        return waiting

    def _heads(self) -> Iterator[SheetRow]:
        within = self.within
        keys = [Cell(), Cell(), Cell(), Cell()]
        keys += [Cell(value=_key(column)) for column in self.columns]
        yield SheetRow(cells=tuple(keys), height=15)
        month = month_in_words(within.hand.month, within.language)
        title = f"{within.say(self.scheme.name)}  {month}"
        yield SheetRow(cells=(Cell(), Cell(value=title, look=Look.FACT, across=3)), height=26)
        people = [
            Cell(value=self._head_of(share), look=Look.HEAD, across=len(_columns(share)))
            for share in self.shares
            if _columns(share)
        ]
        corner = Cell(value=within.word("sheet-corner"), look=Look.SMALL, across=3)
        yield SheetRow(cells=(Cell(), corner, *people), height=38)
        heads = ("sheet-row", "sheet-points", "sheet-rubric")
        named = [Cell(value=within.word(head), look=Look.HEAD) for head in heads]
        named += [Cell(value=self._column_name(one), look=Look.HEAD) for one in self.columns]
        yield SheetRow(cells=(Cell(), *named), height=30)

    def _head_of(self, share: Share) -> str:
        post = self.within.book.post_of(share.record)
        title = "" if post is None else self.within.say(post.title)
        return "\n".join(one for one in (_label(share, self.within.language), title) if one)

    def _column_name(self, column: _Column) -> str:
        if not column.rater:
            return self.within.word("sheet-why")
        return self.within.say(self.scheme.rater_name(column.rater))

    def _width(self, column: _Column) -> int:
        """Enough for the longest word over the column, as far as columns can be wide."""
        words = self._column_name(column).split()
        return min(max([8, *(len(word) + 3 for word in words if word.isascii())]), 14)

    def _heading(self, name: Text, indent: int = 0) -> None:
        label = Cell(value=self.within.say(name), look=Look.PART, across=3, indent=indent)
        rest = (Cell(look=Look.PART) for _ in self.columns)
        self.lines.append(SheetRow(cells=(Cell(), label, *rest)))

    def _row(self, row: Indicator) -> None:
        if isinstance(row, Checklist):
            self._line(row, "", row.name, self._rubric_of(row))
            for duty in row.duties:
                self._line(row, duty.id, duty.name, "", indent=2)
        else:
            self._line(row, "", row.name, self._rubric_of(row))

    def _line(self, row: Indicator, duty: str, name: Text, rubric: str, indent: int = 0) -> None:
        key = f"{row.id}#{duty}" if duty else row.id
        cells = [self._cell(row, duty, key, column) for column in self.columns]
        head = (
            Cell(value=key),
            Cell(value=self.within.say(name), look=Look.TEXT, indent=indent),
            Cell(value="" if duty else self._bounds_of(row), look=Look.LOCKED),
            Cell(value=rubric, look=Look.RUBRIC),
        )
        self.lines.append(SheetRow(cells=(*head, *cells)))

    def _cell(self, row: Indicator, duty: str, key: str, column: _Column) -> Cell:
        share, within = column.share, self.within
        is_list = isinstance(row, Checklist)
        if not column.rater:
            if duty or not mark_slots(row, share, APPRAISEE, within.language):
                return Cell(look=Look.LOCKED)
            return within.cell(self.name, key, _key(column), beside_mark(share, row))
        slots = mark_slots(row, share, column.rater, within.language)
        slot = next((one for one in slots if one.duty == duty), None)
        if slot is None:
            said = "" if is_list else self._instead(row)
            return Cell(value=said, look=Look.LOCKED)
        if not column.is_input:
            return Cell(value=slot.shown, look=Look.LOCKED)
        return within.cell(self.name, key, _key(column), slot)

    def _instead(self, row: Indicator) -> str:
        """Why nothing is to be typed in a row."""
        key = "sheet-see-tasks" if isinstance(row, Planned) else "sheet-computed"
        return self.within.word(key)

    def _bounds_of(self, row: Indicator) -> str:
        slots = mark_slots(row, self.shares[0], APPRAISEE, self.within.language)
        if isinstance(row, Checklist) or not slots or slots[0].kind != "points":
            return plain(row.most)
        return self.within.bounds(slots[0])

    def _rubric_of(self, row: Indicator) -> str:
        said = [] if row.text is None else [row.text.say(self.within.language).strip()]
        if not isinstance(row, Checklist):
            for one in rubric(row, self.within.language):
                said.append(f"{one.points}  {one.text}".strip())
        return "\n".join(said)

    def _figures(self) -> None:
        """The figures that rows and pay ask for, through the superior."""
        asked = figures_asked(self.scheme, self._policy())
        if not asked or not any(share.is_superior for share in self.shares):
            return
        said = self.within.word("sheet-figures")
        self._heading(Text(zh=said, en=said))
        for metric, (name, is_percent) in asked.items():
            key = f"metrics.{metric}"
            cells = [Cell(value=key), Cell(value=self.within.say(name)), Cell(look=Look.LOCKED)]
            hint = self.within.word("sheet-percent" if is_percent else "sheet-figure")
            cells.append(Cell(value=hint, look=Look.RUBRIC))
            for share in self.shares:
                across = len(_columns(share))
                slot = figure_slot(share, metric, is_percent=is_percent)
                cell = Cell(look=Look.LOCKED)
                if share.is_superior:
                    cell = self.within.cell(self.name, key, _key(_columns(share)[0]), slot)
                if across:
                    cells.append(replace(cell, across=across))
            self.lines.append(SheetRow(cells=tuple(cells)))

    def _policy(self) -> Policy | None:
        filed = self.within.book.policy(self.scheme.id, self.within.hand.month)
        return None if filed is None else filed.model

    def _boxes(self) -> None:
        """The boxes for remarks, one row each."""
        boxes = [box_slots(share) for share in self.shares]
        for key in dict.fromkeys(key for one in boxes for key in one):
            name = self._box_name(key)
            row = f"notes.{key}"
            cells = [Cell(value=row), Cell(value=name, look=Look.PART, across=3)]
            for share, own in zip(self.shares, boxes, strict=True):
                across = len(_columns(share))
                cell = Cell(look=Look.LOCKED)
                if key in own:
                    cell = self.within.cell(self.name, row, _key(_columns(share)[0]), own[key])
                if across:
                    cells.append(replace(cell, across=across))
            self.lines.append(SheetRow(cells=tuple(cells), height=72))

    def _box_name(self, key: str) -> str:
        if key in self.scheme.raters:
            rater = self.within.say(self.scheme.rater_name(key))
            return self.within.word("new-note", rater=rater)
        return self.within.say(self.scheme.notes[key])


def _columns(share: Share) -> tuple[_Column, ...]:
    """The columns of a person: marks to see, marks to give, and why they were given."""
    seen = (_Column(share, rater, is_input=False) for rater in share.seen)
    given = tuple(_Column(share, rater) for rater in share.raters)
    is_own = share.raters == (APPRAISEE,)
    why = () if is_own or not given else (_Column(share),)
    return (*seen, *given, *why) or (_Column(share),)


def _key(column: _Column) -> str:
    return f"{column.share.address}:{column.rater or 'note'}"


def _tasks(within: _Workbook) -> Iterator[Worksheet]:
    """The tasks of everybody who has any, a row each, with what came of them and their marks."""
    shares = [share for share in within.hand.shares if share.record.task]
    if not shares:
        return
    name = within.name(within.word("sheet-tasks"))
    seen = list(dict.fromkeys(rater for share in shares for rater in share.seen))
    given = list(dict.fromkeys(rater for share in shares for rater in share.raters))
    heads = ["sheet-person", "sheet-task", "sheet-weight", "sheet-expected", "sheet-result"]
    keys = [Cell(), *(Cell() for _ in heads[:-1]), Cell(value="result")]
    keys += [Cell(value=f"shown-{one}") for one in seen] + [Cell(value=one) for one in given]
    named = [Cell(value=within.word(one), look=Look.HEAD) for one in heads]
    scheme = shares[0].scheme
    raters = [*seen, *given]
    named += [Cell(value=within.say(_rater_name(scheme, one)), look=Look.HEAD) for one in raters]
    lines = [SheetRow(cells=tuple(keys), height=15), SheetRow(cells=(Cell(), *named), height=30)]
    for share in shares:
        lines += _task_lines(within, name, share, seen, given)
    yield Worksheet(
        name=name,
        widths=(0, 16, 28, 8, 34, 40, *(9 for _ in raters)),
        lines=tuple(lines),
        frozen=2,
        frozen_columns=3,
        hidden_rows=1,
        is_locked=True,
        is_wide=True,
    )


def _rater_name(scheme: Scheme, rater: str) -> Text:
    return scheme.rater_name(rater) if rater in scheme.raters else Text(zh=rater, en=rater)


def _task_lines(
    within: _Workbook, name: str, share: Share, seen: Sequence[str], given: Sequence[str]
) -> Iterator[SheetRow]:
    for index, task in enumerate(share.record.task):
        row = f"{share.address}:{task.id}"
        slot = note_slot(share, ("task", index, "result"), task.result)
        result = Cell(value=task.result, look=Look.LOCKED)
        if share.is_superior:
            result = within.cell(name, row, "result", slot)
        cells = [
            Cell(value=row),
            Cell(value=_label(share, within.language)),
            Cell(value=within.say(task.name)),
            Cell(value=f"{plain(task.weight * 100)}%", look=Look.LOCKED),
            Cell(value=task.expected, look=Look.RUBRIC),
            result,
        ]
        for rater in seen:
            mark = task_slot(share, index, rater).shown if rater in share.scheme.raters else ""
            cells.append(Cell(value=mark, look=Look.LOCKED))
        for rater in given:
            if rater in share.raters:
                cells.append(within.cell(name, row, rater, task_slot(share, index, rater)))
            else:
                cells.append(Cell(look=Look.LOCKED))
        yield SheetRow(cells=tuple(cells))


def _events(within: _Workbook) -> Iterator[Worksheet]:
    """What happened on a day: what is written down already, and rows for more."""
    shares = [one for one in within.hand.shares if one.is_superior and one.scheme.rules]
    if not shares:
        return
    name = within.name(within.word("sheet-events"))
    keys = [Cell(), *(Cell(value=one) for one in EVENT_FIELDS)]
    said = Cell(value=within.word("sheet-events-how"), look=Look.SMALL, across=len(EVENT_FIELDS))
    heads = [Cell(value=within.word(one), look=Look.HEAD) for one in EVENT_WORDS.values()]
    lines = [
        SheetRow(cells=tuple(keys), height=15),
        SheetRow(cells=(Cell(), said)),
        SheetRow(cells=(Cell(), *heads), height=30),
    ]
    for share in shares:
        lines += _events_there(within, share)
    people = tuple(_label(one, within.language) for one in shares)
    rules = tuple(dict.fromkeys(label for one in shares for label in rule_labels(one, within)))
    inputs = _event_inputs(within, people, rules)
    for number in range(1, EVENT_ROWS + 1):
        row = f"event-{number}"
        cells = [Cell(value=row)]
        for field_name, input in zip(EVENT_FIELDS, inputs, strict=True):
            look = Look.INPUT if input.kind != "text" else Look.INPUT_TEXT
            cells.append(Cell(look=look, input=replace(input, is_optional=True)))
            within.ids.lines.append((name, row, field_name, "", "event", ""))
        lines.append(SheetRow(cells=tuple(cells), height=20))
    yield Worksheet(
        name=name,
        widths=(0, 18, 34, 13, 8, 8, 26, 34),
        lines=tuple(lines),
        frozen=3,
        frozen_columns=2,
        hidden_rows=1,
        is_locked=True,
        is_wide=True,
    )


def rule_labels(share: Share, within: "_Workbook") -> dict[str, str]:
    """The rules that an event about somebody may name, by how a cell calls them."""
    return {f"{within.say(one.name)} {id}": id for id, one in share.scheme.rules.items()}


def _event_inputs(
    within: _Workbook, people: tuple[str, ...], rules: tuple[str, ...]
) -> tuple[Input, ...]:
    choose = within.word("sheet-choose")
    first, last = within.hand.month.first_day, within.hand.month.last_day
    days = within.word("sheet-day", first=first, last=last)
    return (
        Input(kind="choice", listed=within.ids.listed(people), help=choose),
        Input(kind="choice", listed=within.ids.listed(rules), help=choose),
        Input(kind="day", help=days),
        Input(kind="number", low=Decimal(1), high=Decimal(1000), step=Decimal(1)),
        Input(kind="number", help=within.word("sheet-figure")),
        Input(kind="text"),
        Input(kind="text"),
    )


def _events_there(within: _Workbook, share: Share) -> Iterator[SheetRow]:
    for event in share.record.event:
        rule = share.scheme.rules.get(event.rule)
        shown: tuple[Shown | date, ...] = (
            _label(share, within.language),
            event.rule if rule is None else within.say(rule.name),
            event.date,
            Decimal(event.count),
            "" if event.points is None else event.points,
            event.source,
            event.reason,
        )
        yield SheetRow(cells=(Cell(), *(Cell(value=one, look=Look.LOCKED) for one in shown)))


def _first(within: _Workbook, waiting: dict[str, tuple[str, list[_Waiting]]]) -> Worksheet:
    """The sheet that explains: what this is, until when, and who is still to be marked."""
    hand, word = within.hand, within.word
    month = month_in_words(hand.month, within.language)
    title = word("sheet-title-own" if _is_own(hand) else "sheet-title", month=month)
    who = f"{hand.name} {hand.id}".strip() if hand.id else word("sheet-nobody")
    company = within.book.site.model.company.say(within.language)
    lines = [
        SheetRow(cells=(Cell(), Cell(), Cell(value=DAY_COLUMN)), height=15),
        SheetRow(cells=(Cell(), Cell(value=title, look=Look.TITLE, across=5)), height=34),
        SheetRow(cells=(Cell(), Cell(value=company, look=Look.COMPANY, across=5))),
        _fact(word("sheet-who"), Cell(value=who, across=4)),
        _fact(word("sheet-window"), Cell(value=_window(within), across=4)),
        _day_line(within),
        SheetRow(),
        SheetRow(cells=(Cell(), Cell(value=word("sheet-how"), look=Look.PART, across=5))),
    ]
    for number, key in enumerate(HOW, 1):
        cell = Cell(value=f"{number}. {word(key)}", across=5)
        lines.append(SheetRow(cells=(Cell(), cell)))
    lines += [
        SheetRow(),
        SheetRow(cells=(Cell(), *_legend(within))),
        SheetRow(),
    ]
    heads = ("sheet-person", "sheet-post", "sheet-form", "sheet-left", "sheet-go")
    named = (Cell(value=word(head), look=Look.HEAD) for head in heads)
    lines.append(SheetRow(cells=(Cell(), *named)))
    for share in hand.shares:
        lines.append(_person_line(within, share, *waiting[share.address]))
    return Worksheet(
        name=word("sheet-first"),
        widths=(0, 20, 18, 26, 10, 24),
        lines=tuple(lines),
        hidden_rows=1,
        is_locked=True,
    )


#: How a sheet is filled in, in order.
HOW = ("sheet-how-yellow", "sheet-how-locked", "sheet-how-empty", "sheet-how-back")


def _fact(label: str, cell: Cell) -> SheetRow:
    return SheetRow(cells=(Cell(), Cell(value=label, look=Look.FACT), cell))


def _day_line(within: _Workbook) -> SheetRow:
    """The day on which the marks were given, once for all."""
    word = within.word
    input = Input(kind="day", help=word("sheet-on-help"), is_optional=True)
    day = Cell(look=Look.INPUT, input=input)
    within.ids.lines.append((word("sheet-first"), DAY_ROW, DAY_COLUMN, "", "day", ""))
    said = Cell(value=word("sheet-on-help"), look=Look.SMALL, across=3)
    return SheetRow(
        cells=(Cell(value=DAY_ROW), Cell(value=word("sheet-on"), look=Look.FACT), day, said)
    )


def _window(within: _Workbook) -> str:
    """The days on which marks are to be given, as far as the policies say."""
    following = within.hand.month.plus(1)
    found = []
    for share in within.hand.shares:
        policy = within.book.policy(share.scheme.id, within.hand.month)
        window = None if policy is None else policy.model.window
        if window is not None:
            found.append((f"{following}-{window.from_:02}", f"{following}-{window.to:02}"))
    spans = sorted(set(found))
    return within.word("new-list").join(f"{first} – {last}" for first, last in spans) or "–"


def _legend(within: _Workbook) -> Iterator[Cell]:
    word = within.word
    yield Cell(value=word("sheet-legend"), look=Look.FACT)
    yield Cell(value=word("sheet-legend-empty"), look=Look.TO_FILL_IN)
    yield Cell(value=word("sheet-legend-done"), look=Look.INPUT)
    yield Cell(value=word("sheet-legend-locked"), look=Look.LOCKED, across=2)


def _person_line(
    within: _Workbook, share: Share, sheet: str, cells: Sequence[_Waiting]
) -> SheetRow:
    """A person, and how many cells are left to fill in, which goes down as they are."""
    post = within.book.post_of(share.record)
    empty = "+".join(f'({one}="")' for one, _ in cells)
    left = Decimal(sum(is_empty for _, is_empty in cells))
    return SheetRow(
        cells=(
            Cell(),
            Cell(value=_label(share, within.language)),
            Cell(value="" if post is None else within.say(post.title)),
            Cell(value=within.say(share.scheme.name)),
            Cell(value=left, formula=empty if len(empty) < LONGEST_FORMULA else ""),
            Cell(value=f"→ {sheet}", link=f"'{sheet}'!B4"),
        )
    )
