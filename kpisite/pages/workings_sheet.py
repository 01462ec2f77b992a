"""The second sheet of a scorecard's workbook: every working a row, with its rule and its place."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from kpisite.core.exact import plain
from kpisite.core.text import NO_TEXT
from kpisite.core.working import Kind, Working
from kpisite.pages.cells import (
    Cell,
    Look,
    PlacedWorking,
    SheetRow,
    Worksheet,
    content_of,
    is_idle,
    is_stated,
    number_format,
)
from kpisite.pages.grades_sheet import AMOUNTS
from kpisite.pages.placed import LOOKS, ROWS_ABOVE, Placed

#: The most significant digits that a double holds for certain.
DOUBLE_DIGITS = 15
MOST_LINES_NAMED = 12


@dataclass(frozen=True, slots=True)
class WorkingsSheet:
    """The workings of one result."""

    placed: Placed

    def sheet(self) -> Worksheet:
        """All workings: of the total, of figures in sight, of the grade and of the wage."""
        facts, words = self.placed.facts, self.placed.words
        title = words["dot"].join((facts.name, facts.employee, facts.month, facts.scheme))
        heads = ("indicator", "workbook-value", "most", "workbook-rule", "workbook-note", "record")
        lines = (
            SheetRow(cells=(Cell(value=title, look=Look.TITLE, across=len(heads)),)),
            SheetRow(
                cells=(Cell(value=words["workbook-hint"], look=Look.SMALL, across=len(heads)),)
            ),
            SheetRow(cells=tuple(Cell(value=words[head], look=Look.HEAD) for head in heads)),
            *self._rows(self.placed.total),
            *(line for rows in self.placed.figures for line in self._rows(rows)),
            *(line for rows in self.placed.grade for line in self._rows(rows)),
            *self._rows(self.placed.wage),
        )
        widths = (28, 12, 7, 34, 30, 30)
        return Worksheet(
            name=words["workbook-workings"], widths=widths, lines=lines, frozen=ROWS_ABOVE
        )

    def _rows(self, rows: Sequence[PlacedWorking]) -> Iterator[SheetRow]:
        """A line for every working, with the meaning of a mark from the row that it is a mark
        of."""
        above: dict[int, Working] = {}
        for row in rows:
            above[row.depth] = row.working
            yield self._row(row, above.get(row.depth - 1))

    def _row(self, row: PlacedWorking, above: Working | None) -> SheetRow:
        working = row.working
        formula = row.formula or self._grade_amount(working, above)
        look = LOOKS.get(working.kind, Look.TEXT)
        if not working.counts:
            look = Look.ASIDE
        label = self.placed.say(working.label)
        if not working.counts:
            label += self.placed.words["workbook-aside"]
        is_written = not formula and look is Look.TEXT and is_stated(working)
        cells = (
            Cell(value=label, look=look, indent=row.depth),
            Cell(
                value=content_of(working),
                formula=formula,
                look=Look.WRITTEN if is_written else look,
                format=number_format(working),
            ),
            Cell(value="" if working.most is None else working.most, look=look),
            Cell(value=self._rule(working), look=look),
            Cell(value=self._note(working, above), look=look),
            Cell(value=self._places(working), look=look),
        )
        return SheetRow(cells=cells, depth=row.depth)

    def _rule(self, working: Working) -> str:
        """The calculation with the figures of the record and what it came to; of a written figure,
        the digits that its cell cannot hold."""
        if is_idle(working):
            return self.placed.words["workbook-not-met"]
        if is_stated(working):
            return "" if is_held_by_double(working.value) else plain(working.value)
        return working.calculation or ("" if working.rule == working.shown else working.rule)

    def _grade_amount(self, working: Working, line: Working | None) -> str:
        """An amount that the grade table states, looked up there by the grade."""
        if self.placed.result.policy is None or line is None or not self.placed.grades:
            return ""
        for component in self.placed.result.policy.model.pay:
            if component.grade_column and component.id == line.id and line.parts:
                if line.parts[0] is working:
                    column = "CD"[AMOUNTS.index(component.grade_column)]
                    return self.placed.by_grade(column)
        return ""

    def _note(self, working: Working, above: Working | None) -> str:
        """What somebody wrote, or what the form says of the mark."""
        indicator = self.placed.scheme.indicators.get("" if above is None else above.id)
        meaning = NO_TEXT
        if above is not None and working.rater and indicator is not None:
            record = self.placed.result.record
            mark = record.marks.get(above.id, {}).get(working.rater)
            meaning = NO_TEXT if mark is None else indicator.meaning(mark, record)
        return "\n".join(said for said in (self.placed.say(meaning), working.note) if said)

    def _places(self, working: Working) -> str:
        """The lines of the files that the number rests on: `records/2026-10/CS017.toml:15,16`."""
        if working.parts and working.kind not in (Kind.EVENT, Kind.MARK):
            return ""
        lines: defaultdict[str, set[int]] = defaultdict(set)
        for source in working.sources_in(self.placed.result.card.record.path):
            place = self.placed.ground.documents.place(source)
            lines[place.path].add(place.line)
        return "\n".join(f"{path}:{_listed(found)}" for path, found in lines.items())


def is_held_by_double(value: Decimal) -> bool:
    """Whether a spreadsheet's cell shows every digit of `value`.

    >>> is_held_by_double(Decimal("126000.00")), is_held_by_double(Decimal("123456789012345.67"))
    (True, False)
    """
    return len(plain(value).lstrip("-0.").replace(".", "")) <= DOUBLE_DIGITS


def _listed(lines: set[int]) -> str:
    listed = ",".join(str(line) for line in sorted(lines)[:MOST_LINES_NAMED])
    return listed + ",…" if len(lines) > MOST_LINES_NAMED else listed
