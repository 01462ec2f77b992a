"""The first sheet of a scorecard's workbook: the form as it stands on paper."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kpisite.core.working import Kind
from kpisite.pages.cells import Cell, Look, PlacedWorking, SheetRow, Worksheet, is_idle
from kpisite.pages.pay import of_payroll
from kpisite.pages.placed import LOOKS, ROWS_ABOVE, Placed

_FORM_ROWS = (Kind.PART, Kind.SECTION, Kind.INDICATOR, Kind.ADJUSTMENT)


@dataclass(frozen=True, slots=True)
class FormSheet:
    """The form, each number of which refers to the workings."""

    placed: Placed

    def sheet(self) -> Worksheet:
        """Whose it is, the rows with their marks, and what stands below."""
        raters = tuple(self.placed.scheme.raters)
        widths = (30, 9, *(9 for _ in raters), 10)
        lines = (
            *self._title(len(widths)),
            SheetRow(cells=tuple(Cell(value=head, look=Look.HEAD) for head in self._form_heads())),
            *(self._form_row(row, raters) for row in self.placed.total if _is_on_form(row)),
            self._total_row(len(raters)),
            *self._below(len(widths)),
        )
        frozen = next(n for n, line in enumerate(lines, 1) if line.cells[0].look is Look.HEAD)
        return Worksheet(name=self.placed.words["form"], widths=widths, lines=lines, frozen=frozen)

    def _form_heads(self) -> tuple[str, ...]:
        scheme, words = self.placed.scheme, self.placed.words
        raters = (self.placed.say(scheme.rater_name(rater)) for rater in scheme.raters)
        return (words["indicator"], words["most"], *raters, words["result"])

    def _title(self, columns: int) -> Iterator[SheetRow]:
        facts, words = self.placed.facts, self.placed.words
        company = self.placed.say(self.placed.ground.site.model.company)
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
        """The grade that is reached now, looked up in the grade table."""
        words, grade = self.placed.words, self.placed.result.grade
        if grade is None:
            said = words["provisional" if self.placed.result.card.is_provisional else "no-grade"]
            return Cell(value=said, across=across)
        formula = self.placed.by_grade("A") if self.placed.grades else ""
        return Cell(value=self.placed.say(grade.name), formula=formula, across=across)

    def _form_row(self, row: PlacedWorking, raters: Sequence[str]) -> SheetRow:
        working = row.working
        look = LOOKS.get(working.kind, Look.TEXT)
        parts = {part.working.rater: part for part in self._parts_of(row) if part.working.rater}
        marks = tuple(
            self._mark(parts[rater]) if rater in parts else Cell(look=look) for rater in raters
        )
        result = self.placed.shown(row, look)
        most = Cell(value="" if working.most is None else working.most, look=look)
        label = Cell(value=self.placed.say(working.label), look=look, indent=row.depth - 1)
        return SheetRow(cells=(label, most, *marks, result))

    def _mark(self, row: PlacedWorking) -> Cell:
        return self.placed.shown(row, Look.TEXT if row.working.counts else Look.ASIDE)

    def _parts_of(self, row: PlacedWorking) -> Iterator[PlacedWorking]:
        """The rows one step below `row`."""
        for below in self.placed.total[row.row - ROWS_ABOVE :]:
            if below.depth <= row.depth:
                return
            if below.depth == row.depth + 1:
                yield below

    def _total_row(self, raters: int) -> SheetRow:
        look, row = Look.TOTAL, self.placed.total[0]
        most = "" if row.working.most is None else row.working.most
        cells = (Cell(value=self.placed.words["total"], look=look), Cell(value=most, look=look))
        return SheetRow(cells=(*cells, *(Cell(look=look),) * raters, self.placed.shown(row, look)))

    def _below(self, columns: int) -> Iterator[SheetRow]:
        """Figures in sight, pay, notes, signatures, and what the figures rest on."""
        facts, words = self.placed.facts, self.placed.words
        for rows in self.placed.figures:
            label = Cell(value=self.placed.say(rows[0].working.label), across=columns - 1)
            yield SheetRow(cells=(label, self.placed.shown(rows[0], Look.TEXT)))
        if self.placed.wage:
            name = facts.wage_name or words["wage"]
            yield SheetRow(cells=(Cell(value=name, look=Look.HEAD, across=columns),))
            yield from self._pay(columns)
        written = self.placed.result.record.notes.items()
        notes = {rater: text for rater, text in written if text.strip()}
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
        whole, has_more = self.placed.wage[0], self.placed.result.payroll is not None
        wage = self.placed.wage[1] if has_more else whole
        lines = [one for one in self.placed.wage if one.working.kind is Kind.PAY]
        for row in lines:
            if row.depth == wage.depth + 1:
                yield self._of_pay(self.placed.say(row.working.label), row, Look.TEXT, columns)
        yield self._of_pay(self._sum_name(), wage, Look.TOTAL, columns)
        for row in lines if has_more else ():
            if row.depth == wage.depth and row.working.value:  # 0 says that there is no such line
                label = of_payroll(row.working.label, self.placed.language)
                yield self._of_pay(label, row, Look.TEXT, columns)
        if has_more:
            yield self._of_pay(self.placed.words["paid-in-all"], whole, Look.TOTAL, columns)

    def _sum_name(self) -> str:
        """What the policy calls the sum of the pay, if it does."""
        policy = self.placed.result.policy
        named = None if policy is None else policy.model.sum
        return self.placed.words["sum"] if named is None else self.placed.say(named)

    def _of_pay(self, label: str, row: PlacedWorking, look: Look, columns: int) -> SheetRow:
        name = Cell(value=label, look=look, across=columns - 1)
        return SheetRow(cells=(name, self.placed.shown(row, look)))

    def _box(self, key: str) -> str:
        """What stands over somebody's notes: a rater's name, or that of a box of the form."""
        if key in self.placed.scheme.raters:
            return self.placed.say(self.placed.scheme.rater_name(key))
        box = self.placed.scheme.notes.get(key)
        return key if box is None else self.placed.say(box)


def _is_on_form(row: PlacedWorking) -> bool:
    """Whether it is a row of the form, or something that moved the total."""
    return row.working.kind in _FORM_ROWS and not is_idle(row.working)


def _fact(label: str, cell: Cell) -> SheetRow:
    return SheetRow(cells=(Cell(value=label, look=Look.FACT), cell))
