"""The workings of a result in the rows of a workbook's sheet: of the total, of what else is in
sight, of the grade and of the wage."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from kpisite.check.ground import Ground
from kpisite.core.formula import CELL_PLACES, Edge, Operand
from kpisite.core.formula.table import Axis, Choice
from kpisite.core.text import Language, Text
from kpisite.core.working import Kind, Unit, Working
from kpisite.language.grade import Grade
from kpisite.language.policy import Policy
from kpisite.outcomes.figures import PolicyFigures
from kpisite.outcomes.gates import by_figure
from kpisite.outcomes.results import Result
from kpisite.pages.cells import Cell, Look, PlacedWorking, content_of, number_format
from kpisite.pages.consequence_rules import Consequences
from kpisite.pages.ledger import Ledger
from kpisite.pages.live import LiveCard
from kpisite.pages.policy_page import policy_voice
from kpisite.pages.scorecard import scorecard_facts
from kpisite.score.gates import tested
from kpisite.words import money_words

#: The rows above the first working: what the sheet is, what may be changed, the heads.
ROWS_ABOVE = 3
#: How the rows of some kinds look, on the form and among the workings.
LOOKS = {
    Kind.TOTAL: Look.TOTAL,
    Kind.WAGE: Look.TOTAL,
    Kind.PART: Look.PART,
    Kind.SECTION: Look.PART,
}
Rows = tuple[PlacedWorking, ...]


class Placed:
    """One result, with a row for each of its workings."""

    def __init__(self, ground: Ground, result: Result, language: Language) -> None:
        self.ground = ground
        self.result = result
        self.language: Language = language
        self.policy = None if result.policy is None else result.policy.model
        self.words = money_words(language, ground.money_of(self.policy))
        self.facts = scorecard_facts(ground, result, language)
        self.scheme = result.card.scheme.model
        self._live = LiveCard(ground, result.card, language)
        self._ledger = Ledger(ROWS_ABOVE + 1)
        self.total = self._ledger.add(self._live.card.total)
        self.figures = tuple(self._added(one) for one in result.figures.shown)
        has_grade = self.policy is not None and result.grade is not None
        self.grades: tuple[Grade, ...] = self.policy.grade if self.policy and has_grade else ()
        self.grade = self._graded(self.policy) if self.policy and self.grades else ()
        paid = result.paid_in_all
        self.wage = () if paid is None else self._added(paid)

    def say(self, text: Text) -> str:
        """The text in the workbook's language."""
        return text.say(self.language)

    def sheet(self, word: str) -> str:
        """What formulas call a sheet."""
        return f"'{self.words[word]}'"

    def shown(self, row: PlacedWorking, look: Look) -> Cell:
        """The value of a working, wherever that is computed or written."""
        return Cell(
            value=content_of(row.working),
            formula=f"{self.sheet('workbook-workings')}!{row.address}",
            look=look,
            format=number_format(row.working),
        )

    def by_grade(self, column: str) -> str:
        """The cell of the grade table's `column` in the row of the grade."""
        number = f"{self.sheet('workbook-workings')}!{self.grade[-1][0].address}"
        cells = f"{self.sheet('workbook-grades')}!{column}2:{column}{len(self.grades) + 1}"
        return f"INDEX({cells},{number})"

    def _added(self, working: Working) -> Rows:
        below = (row.address for row in self.total if row.depth == 1)
        total = (self.total[0].address, *below)
        return self._ledger.add(self._live.tree(working), total=total)

    # The grade, as the number of its row in the grade table.

    def _graded(self, policy: Policy) -> tuple[Rows, ...]:
        """What the grade goes by, the gates on it, and last the grade: no better than these."""
        reached, around = self.result.standing.grade, self.result.around
        assert reached is not None and self.result.policy is not None
        if around is None:
            formula = "" if policy.quota else self._by(policy, self.total[0])
            return (self._grade_row("workbook-grade", reached, formula),)
        figures = PolicyFigures(self.ground, self._live.card, self.result.policy, around)
        before = by_figure(policy, replace(self.result.standing, grade=around.grade), figures).grade
        by = None if policy.graded is None else figures.figure(policy.graded)
        there = [rows for rows in self.figures if rows[0].working.id == policy.graded]
        placed = () if by is None or there or policy.quota else (self._added(by),)
        formula = "" if policy.quota else self._by(policy, (*there, *placed, self.total)[0][0])
        gates = tuple(self._gates(policy, figures))
        if not gates or before is None:
            return (*placed, self._grade_row("workbook-grade", reached, formula))
        first = self._grade_row("workbook-grade-before", before, formula)
        limits = (first, *(self._added(one) for one in gates))
        cells = ",".join(rows[0].address for rows in limits)
        return (*placed, *limits, self._grade_row("workbook-grade", reached, f"MAX({cells})"))

    def _grade_row(self, word: str, grade: int, formula: str) -> Rows:
        name = self.words[word]
        working = Working(
            id=word,
            kind=Kind.STEP,
            label=Text(zh=name, en=name),
            value=Decimal(grade + 1),
            unit=Unit.FIGURE,
        )
        return (self._ledger.line(working, formula),)

    def _by(self, policy: Policy, row: PlacedWorking) -> str:
        """The number of the grade that a total or a figure reaches, by what the grade table
        states; a table that gives grades has their names."""
        if row.working.unit is Unit.CHOICE:
            names = (one.name.say(self.ground.site.model.language) for one in policy.grade)
            edges = (Edge("=", Choice(name, number)) for number, name in enumerate(names, 1))
            return Axis(Operand(0), tuple(edges)).cell((row.address,))
        points, table = f"ROUND({row.address},{CELL_PLACES})", self.sheet("workbook-grades")
        below = (
            f"({points}<{table}!B{number})"
            for number, grade in enumerate(policy.grade[:-1], 2)
            if grade.from_ is not None
        )
        return "+".join(("1", *below))

    def _gates(self, policy: Policy, figures: PolicyFigures) -> Iterator[Working]:
        """The best grade that each gate allows where it holds, as far as that can be seen."""
        voice = policy_voice(self.ground, policy, self.language)
        ids = [one.id for one in policy.grade]
        for gate, said in zip(policy.gate, Consequences(policy, voice).gates(), strict=True):
            label = Text(zh=said.text, en=said.text)
            best = Decimal(ids.index(gate.grade_at_most) + 1)
            is_met = gate.if_.holds(figures.figure_or_other) is not None
            made = tested(gate.id, label, gate.if_, best, figures.figure_or_other, is_met=is_met)
            if made is not None:
                yield made
