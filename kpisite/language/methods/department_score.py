"""A share of the department's own total (F08: 80% of its manager's score, 20% of a member's)."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

from pydantic import Field

from kpisite.core.captions import caption
from kpisite.core.exact import plain
from kpisite.core.formula import Constant, Formula, Operand, Product, Quotient
from kpisite.core.working import Kind, Working, derive
from kpisite.language.base import Positive
from kpisite.language.clause import Clause, Names, clause, remark
from kpisite.language.methods.base import Measured
from kpisite.language.methods.indicator import Surroundings
from kpisite.language.methods.sheet import Sheet


class DepartmentScore(Measured):
    """The total of the person's department in the same month, brought from the department's full
    points to the indicator's.

    The total is the number that the department's form shows, rounded as that form says.  Where `of`
    is stated, the total counts out of that: no less than the form's full points, as the row would
    be worth more than its own, but more where a form of 80 counts as 80 of 100 (F08)."""

    says = caption("says-department-score")

    looks_at = frozenset[Surroundings]({"department"})

    method: Literal["department-score"]
    of: Positive | None = Field(default=None, description="The full points of its form")

    @property
    def lowest(self) -> None:
        """Nobody can say, where the department's form goes below zero."""
        return None

    @property
    def department_full(self) -> Decimal | None:
        """As it says."""
        return self.of

    def clauses(self, names: Names) -> Iterator[Clause]:
        """Out of how many points the total counts, where it says so."""
        yield clause(self.says)
        if self.of is not None:
            yield remark("rubric-out-of", most=plain(self.of))

    def measured(self, sheet: Sheet) -> Working:
        """The department's total on this indicator's scale."""
        assert sheet.department is not None, "checked"
        total = sheet.department
        part = Working(
            id="department",
            kind=Kind.FIGURE,
            label=caption("department-total"),
            value=total.value,
            most=total.most,
            places=total.places,
            sources=total.sources,
        )
        formula: Formula = Operand(0)
        full = self.of or total.most
        assert full is not None, "every total has its full points"
        if full != self.points:
            formula = Product((Quotient(Operand(0), Constant(full)), Constant(self.points)))
        return derive(self.id, Kind.INDICATOR, self.name, formula, (part,), most=self.points)
