"""The sheet of one form: its rows down, the people across."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from kpisite.core.exact import plain
from kpisite.core.text import Text
from kpisite.desk.asked import Share, beside_mark, box_slots, figure_slot, mark_slots
from kpisite.desk.figures_asked import figures_asked
from kpisite.desk.sheets.within import SheetBook, Waiting, label_of
from kpisite.language.methods import Indicator
from kpisite.language.methods.marking import Tick, Ticks
from kpisite.language.policy import Policy
from kpisite.language.rater import APPRAISEE
from kpisite.pages.cells import Cell, Look, SheetRow, Worksheet, address
from kpisite.pages.rubric import rubric
from kpisite.words import month_in_words

#: The rows above the first row of a form: keys, title, people, heads.
HEAD_ROWS = 4


@dataclass(frozen=True, slots=True)
class Column:
    """A column under a person: marks of a rater, locked or to be typed, or what is said of them."""

    share: Share
    rater: str = ""
    is_input: bool = True


class FormSheet:
    """The sheet of one form: its rows down, the people across."""

    def __init__(self, within: SheetBook, shares: Sequence[Share]) -> None:
        self.within, self.shares = within, shares
        self.scheme = shares[0].scheme
        self.name = within.name(within.say(self.scheme.name))
        self.columns = [column for share in shares for column in columns_of(share)]
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

    def _waiting(self) -> "dict[str, list[Waiting]]":
        """The cells of each person that must be filled in, as other sheets name them, and whether
        they are empty."""
        waiting: dict[str, list[Waiting]] = {share.address: [] for share in self.shares}
        rows = self.scheme.indicators
        for number, line in enumerate(self.lines):
            key = str(line.cells[0].value).partition("#")[0]
            column = 0
            for cell in line.cells:
                row = rows.get(key)
                is_rated = row is not None and row.rated == "row"
                is_asked = is_rated or key.startswith("metrics.")
                if cell.look is Look.INPUT and is_asked:
                    named = f"'{self.name}'!{address(number, column)}"
                    whose = self.columns[column - 4].share.address
                    waiting[whose].append((named, cell.value == ""))
                column += cell.across
        return waiting

    def _heads(self) -> Iterator[SheetRow]:
        within = self.within
        keys = [Cell(), Cell(), Cell(), Cell()]
        keys += [Cell(value=key_of(column)) for column in self.columns]
        yield SheetRow(cells=tuple(keys), height=15)
        month = month_in_words(within.hand.month, within.language)
        title = f"{within.say(self.scheme.name)}  {month}"
        yield SheetRow(cells=(Cell(), Cell(value=title, look=Look.FACT, across=3)), height=26)
        people = [
            Cell(value=self._head_of(share), look=Look.HEAD, across=len(columns_of(share)))
            for share in self.shares
            if columns_of(share)
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
        return "\n".join(one for one in (label_of(share, self.within.language), title) if one)

    def _column_name(self, column: Column) -> str:
        if not column.rater:
            return self.within.word("sheet-why")
        return self.within.say(self.scheme.rater_name(column.rater))

    def _width(self, column: Column) -> int:
        """Enough for the longest word over the column, as far as columns can be wide."""
        words = self._column_name(column).split()
        return min(max([8, *(len(word) + 3 for word in words if word.isascii())]), 14)

    def _heading(self, name: Text, indent: int = 0) -> None:
        label = Cell(value=self.within.say(name), look=Look.PART, across=3, indent=indent)
        rest = (Cell(look=Look.PART) for _ in self.columns)
        self.lines.append(SheetRow(cells=(Cell(), label, *rest)))

    def _row(self, row: Indicator) -> None:
        self._line(row, "", row.name, self._rubric_of(row))
        for duty in _ticks_of(row):
            self._line(row, duty.id, duty.name, "", indent=2)

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

    def _cell(self, row: Indicator, duty: str, key: str, column: Column) -> Cell:
        share, within = column.share, self.within
        if not column.rater:
            if duty or not mark_slots(row, share, APPRAISEE, within.language):
                return Cell(look=Look.LOCKED)
            return within.cell(self.name, key, key_of(column), beside_mark(share, row))
        slots = mark_slots(row, share, column.rater, within.language)
        slot = next((one for one in slots if one.duty == duty), None)
        if slot is None:
            said = "" if _ticks_of(row) else self._instead(row)
            return Cell(value=said, look=Look.LOCKED)
        if not column.is_input:
            return Cell(value=slot.shown, look=Look.LOCKED)
        return within.cell(self.name, key, key_of(column), slot)

    def _instead(self, row: Indicator) -> str:
        """Why nothing is to be typed in a row."""
        key = "sheet-see-tasks" if row.rated == "tasks" else "sheet-computed"
        return self.within.word(key)

    def _bounds_of(self, row: Indicator) -> str:
        slots = mark_slots(row, self.shares[0], APPRAISEE, self.within.language)
        if not slots or slots[0].kind != "points":
            return plain(row.most)
        return self.within.bounds(slots[0])

    def _rubric_of(self, row: Indicator) -> str:
        said = [] if row.text is None else [row.text.say(self.within.language).strip()]
        if not _ticks_of(row):
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
                across = len(columns_of(share))
                slot = figure_slot(share, metric, is_percent=is_percent)
                cell = Cell(look=Look.LOCKED)
                if share.is_superior:
                    cell = self.within.cell(self.name, key, key_of(columns_of(share)[0]), slot)
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
                across = len(columns_of(share))
                cell = Cell(look=Look.LOCKED)
                if key in own:
                    cell = self.within.cell(self.name, row, key_of(columns_of(share)[0]), own[key])
                if across:
                    cells.append(replace(cell, across=across))
            self.lines.append(SheetRow(cells=tuple(cells), height=72))

    def _box_name(self, key: str) -> str:
        if key in self.scheme.raters:
            rater = self.within.say(self.scheme.rater_name(key))
            return self.within.word("new-note", rater=rater)
        return self.within.say(self.scheme.notes[key])


def _ticks_of(row: Indicator) -> tuple[Tick, ...]:
    """What is ticked in the row, each on a line of its own."""
    return row.marking.items if isinstance(row.marking, Ticks) else ()


def columns_of(share: Share) -> tuple[Column, ...]:
    """The columns of a person: marks to see, marks to give, and why they were given."""
    seen = (Column(share, rater, is_input=False) for rater in share.seen)
    given = tuple(Column(share, rater) for rater in share.raters)
    why = (Column(share),) if given and share.writes_why else ()
    return (*seen, *given, *why) or (Column(share),)


def key_of(column: Column) -> str:
    """The key that a column bears in the hidden row."""
    return f"{column.share.address}:{column.rater or 'note'}"
