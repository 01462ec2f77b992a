"""An amount from the grade table (F03 post salary, F12 bonus)."""

from collections.abc import Iterator
from typing import Literal

from kpisite.core.captions import caption
from kpisite.core.exact import ZERO
from kpisite.core.formula import Operand
from kpisite.core.issue import Fact, Issue, Source
from kpisite.core.month import Month, Period
from kpisite.core.working import Kind, Unit, Working
from kpisite.language.components.base import Grounds, amount_idle
from kpisite.language.components.by_days import ByDays
from kpisite.language.grade import Grade


class ByGrade(ByDays):
    """What the grade table states for the month's grade."""

    says = caption("says-by-grade")

    method: Literal["by-grade"]
    column: Literal["salary", "bonus"] = "salary"

    @property
    def grade_column(self) -> Literal["salary", "bonus"]:
        """As it says."""
        return self.column

    def gives_out(self) -> str:
        """Its column of the grade table."""
        return f"grade.{self.column}"

    def policy_issues(self, grades: tuple[Grade, ...], at: Source) -> Iterator[Issue]:
        """A grade that states no amount, and no grades at all."""
        if not grades:
            facts: dict[str, Fact] = {"component": self.name}
            yield Issue(code="grades-missing", at=at.at("method"), facts=facts)
        for grade in grades:
            if getattr(grade, self.column) is None:
                facts = {"grade": grade.name, "column": self.column}
                yield Issue(code="grade-amount-missing", at=at, facts=facts)
        if grades and all(getattr(grade, self.column) == ZERO for grade in grades):
            yield amount_idle(self.name, self.column, at.at("column"))

    def working(self, grounds: Grounds) -> Working:
        """The amount, standing on the grade and through it on the total."""
        grade = grounds.grade
        assert grade is not None, "checked"
        amount = Working(
            id=grade.id,
            kind=Kind.FIGURE,
            label=grade.name,
            value=getattr(grade, self.column) or ZERO,
            unit=Unit.MONEY,
            places=grounds.money.printed,
            parts=(grounds.total,),
            sources=(grounds.grade_at.at(self.column),),
        )
        formula, parts = self.by_days(Operand(0), (amount,), grounds)
        return self.line(grounds.money.rounds(formula), parts, grounds)

    def months_of(self, period: Period) -> tuple[Month, ...]:
        """A post salary is paid for the month, a bonus for what the form appraises."""
        return (period.last,) if self.column == "salary" else period.whole_months
