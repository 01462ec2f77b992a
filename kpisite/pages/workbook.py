"""What the workbook of a scorecard says: a form to read, and every working as a row to check.

The form's cells and the derived workings are formulas over the figures that somebody wrote, so
that HR can change a mark and watch the total, the grade and the wage move.  A spreadsheet computes
in doubles, to some fifteen digits, where kpisite is exact: formulas drop what binary arithmetic
adds before they round or compare (`CELL_PLACES`), and a written figure of more digits than a
double holds stands in full beside its cell.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal

from kpisite.check.ground import Ground
from kpisite.core.exact import plain
from kpisite.core.text import NO_TEXT, Language, Text
from kpisite.core.working import Kind, Working
from kpisite.language.components.by_grade import ByGrade
from kpisite.language.grade import Grade
from kpisite.language.methods import Marked
from kpisite.language.policy import Policy
from kpisite.outcomes.results import Result
from kpisite.pages.cells import (
    DEEPEST_FORMULA,
    Cell,
    Look,
    PlacedWorking,
    SheetRow,
    Workbook,
    Worksheet,
    content_of,
    is_stated,
    number_format,
)
from kpisite.pages.ledger import Ledger
from kpisite.pages.pay import of_payroll
from kpisite.pages.scorecard import scorecard_facts
from kpisite.words import money_words

#: The rows above the first working: what the sheet is, what may be changed, the heads.
ROWS_ABOVE = 3
#: The most significant digits that a double holds for certain.
DOUBLE_DIGITS = 15
MOST_LINES_NAMED = 12

_FORM_ROWS = (Kind.PART, Kind.SECTION, Kind.INDICATOR, Kind.ADJUSTMENT)
_LOOKS = {
    Kind.TOTAL: Look.TOTAL,
    Kind.WAGE: Look.TOTAL,
    Kind.PART: Look.PART,
    Kind.SECTION: Look.PART,
}
#: The columns of the grade table that hold amounts.
AMOUNTS = ("salary", "bonus")


def scorecard_workbook(book: Ground, result: Result, language: Language) -> Workbook:
    """The form, the workings of total and wage, and the grade table where a grade was earned."""
    return _Sheets(book, result, language).all()


class _Sheets:
    """The one result being laid out in cells."""

    def __init__(self, book: Ground, result: Result, language: Language) -> None:
        self._book = book
        self._result = result
        self._language: Language = language
        policy = None if result.policy is None else result.policy.model
        self._words = money_words(language, book.money_of(policy))
        self._facts = scorecard_facts(book, result, language)
        self._scheme = result.card.scheme.model
        self._grades: tuple[Grade, ...] = ()
        if policy is not None and result.grade is not None and _is_by_total(result, policy):
            self._grades = policy.grade[:DEEPEST_FORMULA]
        ledger = Ledger(ROWS_ABOVE + 1)
        self._total = ledger.add(result.card.total)
        total = (self._total[0].address, *(row.address for row in self._total if row.depth == 1))
        self._figures = tuple(ledger.add(one, total=total) for one in result.figures.shown)
        paid = result.paid_in_all
        self._wage = () if paid is None else ledger.add(paid, total=total)

    def all(self) -> Workbook:
        facts = self._facts
        sheets = (self._form(), self._workings(), *(self._grade_table() if self._grades else ()))
        return Workbook(title=f"{facts.scheme} {facts.name} {self._result.month}", sheets=sheets)

    def _say(self, text: Text) -> str:
        return text.say(self._language)

    # The form.

    def _form(self) -> Worksheet:
        raters = tuple(self._scheme.raters)
        widths = (30, 9, *(9 for _ in raters), 10)
        lines = (
            *self._title(len(widths)),
            SheetRow(cells=tuple(Cell(value=head, look=Look.HEAD) for head in self._form_heads())),
            *(self._form_row(row, raters) for row in self._total if row.working.kind in _FORM_ROWS),
            self._total_row(len(raters)),
            *self._below(len(widths)),
        )
        frozen = next(n for n, line in enumerate(lines, 1) if line.cells[0].look is Look.HEAD)
        return Worksheet(name=self._words["form"], widths=widths, lines=lines, frozen=frozen)

    def _form_heads(self) -> tuple[str, ...]:
        raters = (self._say(self._scheme.rater_name(rater)) for rater in self._scheme.raters)
        return (self._words["indicator"], self._words["most"], *raters, self._words["result"])

    def _title(self, columns: int) -> Iterator[SheetRow]:
        facts, words = self._facts, self._words
        company = self._say(self._book.site.model.company)
        yield SheetRow(cells=(Cell(value=company, look=Look.COMPANY, across=columns),))
        yield SheetRow(cells=(Cell(value=facts.scheme, look=Look.TITLE, across=columns),))
        for label, value in (
            (words["name"], facts.name),
            (words["employee-id"], facts.employee),
            (words["department"], facts.department),
            (words["title"], facts.title),
            (words["month"], facts.month),
        ):
            yield _fact(label, Cell(value=value, across=columns - 1))
        yield _fact(words["grade"], self._grade_cell(across=columns - 1))
        yield SheetRow(cells=(Cell(value=facts.caption, look=Look.SMALL, across=columns),))

    def _grade_cell(self, *, across: int = 1) -> Cell:
        """The grade that the total earns now, looked up in the grade table."""
        words, grade = self._words, self._result.grade
        if grade is None:
            said = words["provisional" if self._result.card.is_provisional else "no-grade"]
            return Cell(value=said, across=across)
        total = f"{self._sheet_of('workbook-workings')}!{self._total[0].address}"
        formula = self._by_grade(total, "A") if self._grades else ""
        return Cell(value=self._say(grade.name), formula=formula, across=across)

    def _sheet_of(self, word: str) -> str:
        return f"'{self._words[word]}'"

    def _form_row(self, row: PlacedWorking, raters: Sequence[str]) -> SheetRow:
        working = row.working
        look = _LOOKS.get(working.kind, Look.TEXT)
        parts = {part.working.rater: part for part in self._parts_of(row) if part.working.rater}
        marks = tuple(
            self._shown(parts[rater], Look.TEXT if parts[rater].working.counts else Look.ASIDE)
            if rater in parts
            else Cell(look=look)
            for rater in raters
        )
        result = self._shown(row, look)
        most = Cell(value="" if working.most is None else working.most, look=look)
        label = Cell(value=self._say(working.label), look=look, indent=row.depth - 1)
        return SheetRow(cells=(label, most, *marks, result))

    def _parts_of(self, row: PlacedWorking) -> Iterator[PlacedWorking]:
        """The rows one step below `row`."""
        for below in self._total[row.row - ROWS_ABOVE :]:
            if below.depth <= row.depth:
                return
            if below.depth == row.depth + 1:
                yield below

    def _shown(self, row: PlacedWorking, look: Look) -> Cell:
        """The value of a working, wherever that is computed or written."""
        return Cell(
            value=content_of(row.working),
            formula=f"{self._sheet_of('workbook-workings')}!{row.address}",
            look=look,
            format=number_format(row.working),
        )

    def _total_row(self, raters: int) -> SheetRow:
        look, row = Look.TOTAL, self._total[0]
        most = "" if row.working.most is None else row.working.most
        cells = (Cell(value=self._words["total"], look=look), Cell(value=most, look=look))
        return SheetRow(cells=(*cells, *(Cell(look=look),) * raters, self._shown(row, look)))

    def _below(self, columns: int) -> Iterator[SheetRow]:
        """Figures in sight, pay, notes, signatures, and what the figures rest on."""
        facts, words = self._facts, self._words
        for rows in self._figures:
            label = Cell(value=self._say(rows[0].working.label), across=columns - 1)
            yield SheetRow(cells=(label, self._shown(rows[0], Look.TEXT)))
        if self._wage:
            name = facts.wage_name or words["wage"]
            yield SheetRow(cells=(Cell(value=name, look=Look.HEAD, across=columns),))
            yield from self._pay(columns)
        notes = {rater: text for rater, text in self._result.record.notes.items() if text.strip()}
        if notes:
            yield SheetRow(cells=(Cell(value=words["notes"], look=Look.HEAD, across=columns),))
        for rater, text in notes.items():
            yield _fact(self._box(rater), Cell(value=text, across=columns - 1))
        if facts.signatures:
            yield SheetRow(cells=(Cell(value=words["signatures"], look=Look.HEAD, across=columns),))
        for signer in facts.signatures:
            signed = "  ".join(said for said in (signer.name, signer.on) if said)
            yield _fact(signer.capacity, Cell(value=signed, across=columns - 1))
        rests = f"{words['fingerprint']} {facts.fingerprint}{words['dot']}" + words["dot"].join(
            facts.sources
        )
        yield SheetRow(cells=(Cell(value=rests, look=Look.SMALL, across=columns),))

    def _pay(self, columns: int) -> Iterator[SheetRow]:
        """The wage line by line, and what only payroll and HR see, where there is any, below."""
        whole, wage, has_more = self._wage[0], self._wage[0], self._result.payroll is not None
        if has_more:
            wage = self._wage[1]
        lines = [one for one in self._wage if one.working.kind is Kind.PAY]
        for row in lines:
            if row.depth == wage.depth + 1:
                yield self._of_pay(self._say(row.working.label), row, Look.TEXT, columns)
        yield self._of_pay(self._sum_name(), wage, Look.TOTAL, columns)
        for row in lines if has_more else ():
            if row.depth == wage.depth and row.working.value:  # 0 says that there is no such line
                label = of_payroll(row.working.label, self._language)
                yield self._of_pay(label, row, Look.TEXT, columns)
        if has_more:
            yield self._of_pay(self._words["paid-in-all"], whole, Look.TOTAL, columns)

    def _sum_name(self) -> str:
        """What the policy calls the sum of the pay, if it does."""
        policy = self._result.policy
        named = None if policy is None else policy.model.sum
        return self._words["sum"] if named is None else self._say(named)

    def _of_pay(self, label: str, row: PlacedWorking, look: Look, columns: int) -> SheetRow:
        name = Cell(value=label, look=look, across=columns - 1)
        return SheetRow(cells=(name, self._shown(row, look)))

    def _box(self, key: str) -> str:
        """What stands over somebody's notes: a rater's name, or that of a box of the form."""
        if key in self._scheme.raters:
            return self._say(self._scheme.rater_name(key))
        box = self._scheme.notes.get(key)
        return key if box is None else self._say(box)

    # The workings.

    def _workings(self) -> Worksheet:
        facts, words = self._facts, self._words
        title = words["dot"].join((facts.name, facts.employee, facts.month, facts.scheme))
        heads = ("indicator", "workbook-value", "most", "workbook-rule", "workbook-note", "record")
        lines = (
            SheetRow(cells=(Cell(value=title, look=Look.TITLE, across=len(heads)),)),
            SheetRow(
                cells=(Cell(value=words["workbook-hint"], look=Look.SMALL, across=len(heads)),)
            ),
            SheetRow(cells=tuple(Cell(value=words[head], look=Look.HEAD) for head in heads)),
            *self._rows(self._total),
            *(line for rows in self._figures for line in self._rows(rows)),
            *self._rows(self._wage),
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
        look = _LOOKS.get(working.kind, Look.TEXT)
        if not working.counts:
            look = Look.ASIDE
        label = self._say(working.label)
        if not working.counts:
            label += self._words["workbook-aside"]
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
            Cell(value=_rule(working), look=look),
            Cell(value=self._note(working, above), look=look),
            Cell(value=self._places(working), look=look),
        )
        return SheetRow(cells=cells, depth=row.depth)

    def _grade_amount(self, working: Working, line: Working | None) -> str:
        """An amount that the grade table states, looked up there by the total."""
        if self._result.policy is None or line is None or not self._grades:
            return ""
        for component in self._result.policy.model.pay:
            if isinstance(component, ByGrade) and component.id == line.id and line.parts:
                if line.parts[0] is working:
                    column = "CD"[AMOUNTS.index(component.column)]
                    return self._by_grade(self._total[0].address, column)
        return ""

    def _note(self, working: Working, above: Working | None) -> str:
        """What somebody wrote, or what the form says of the mark."""
        indicator = self._scheme.indicators.get("" if above is None else above.id)
        meaning = NO_TEXT
        if above is not None and working.rater and isinstance(indicator, Marked):
            mark = self._result.record.marks.get(above.id, {}).get(working.rater)
            meaning = NO_TEXT if mark is None else indicator.meaning(mark, self._result.record)
        return "\n".join(said for said in (self._say(meaning), working.note) if said)

    def _places(self, working: Working) -> str:
        """The lines of the files that the number rests on: `records/2026-10/CS017.toml:15,16`."""
        if working.parts and working.kind not in (Kind.EVENT, Kind.MARK):
            return ""
        lines: defaultdict[str, set[int]] = defaultdict(set)
        for source in working.sources_in(self._result.card.record.path):
            place = self._book.documents.place(source)
            lines[place.path].add(place.line)
        return "\n".join(f"{path}:{_listed(found)}" for path, found in lines.items())

    # The grade table.

    def _grade_table(self) -> tuple[Worksheet]:
        words = self._words
        amounts = [
            key for key in AMOUNTS if any(getattr(grade, key) is not None for grade in self._grades)
        ]
        keys = AMOUNTS if "bonus" in amounts else AMOUNTS[: len(amounts)]
        heads = (words["grade"], words["workbook-from"], *(words[f"grade-{key}"] for key in keys))
        lines = [SheetRow(cells=tuple(Cell(value=head, look=Look.HEAD) for head in heads))]
        for grade in self._grades:
            figures = (grade.from_, *(getattr(grade, key) for key in keys))
            cells = (
                Cell(value="", look=Look.TEXT)
                if figure is None
                else Cell(value=figure, look=Look.WRITTEN)
                for figure in figures
            )
            lines.append(SheetRow(cells=(Cell(value=self._say(grade.name)), *cells)))
        widths = (20, 14, *(24 for _ in keys))
        name = words["workbook-grades"]
        return (Worksheet(name=name, widths=widths, lines=tuple(lines), frozen=1),)

    def _by_grade(self, total: str, column: str) -> str:
        """The cell of the grade table's `column` in the row that `total` reaches."""
        table = self._sheet_of("workbook-grades")
        last = len(self._grades) + 1
        formula = f"{table}!{column}{last}"
        for row in range(last - 1, 1, -1):
            formula = f"IF({total}>={table}!B{row},{table}!{column}{row},{formula})"
        return formula


def _is_by_total(result: Result, policy: Policy) -> bool:
    """Whether the grade is that of the total alone, which a spreadsheet can look up."""
    return not result.standing.why and policy.quota is None and policy.graded is None


def _fact(label: str, cell: Cell) -> SheetRow:
    return SheetRow(cells=(Cell(value=label, look=Look.FACT), cell))


def _rule(working: Working) -> str:
    """The calculation with the figures of the record and what it came to; of a written figure, the
    digits that its cell cannot hold."""
    if is_stated(working):
        return "" if is_held_by_double(working.value) else plain(working.value)
    return working.calculation or ("" if working.rule == working.shown else working.rule)


def is_held_by_double(value: Decimal) -> bool:
    """Whether a spreadsheet's cell shows every digit of `value`.

    >>> is_held_by_double(Decimal("126000.00")), is_held_by_double(Decimal("123456789012345.67"))
    (True, False)
    """
    return len(plain(value).lstrip("-0.").replace(".", "")) <= DOUBLE_DIGITS


def _listed(lines: set[int]) -> str:
    listed = ",".join(str(line) for line in sorted(lines)[:MOST_LINES_NAMED])
    return listed + ",…" if len(lines) > MOST_LINES_NAMED else listed
