"""Points by the mean of the department's totals (F05)."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from kpisite.core.captions import caption
from kpisite.core.exact import plain
from kpisite.core.formula import Constant
from kpisite.core.issue import Issue, Source
from kpisite.core.working import Kind, Working, derive
from kpisite.language.base import Quantity
from kpisite.language.clause import Clause, Names, clause, remark
from kpisite.language.methods.base import Measured
from kpisite.language.methods.indicator import Surroundings
from kpisite.language.methods.sheet import Sheet
from kpisite.language.methods.steps import Step, edges_of, ladder_issues, ladder_of, lowest_of
from kpisite.language.units import Comparison, Placed

MEAN = caption("mean-in-points")


class DepartmentAverage(Measured):
    """The steps of the mean total of the department's people in the month.

    A mean that contained this row would hang on itself: for the mean, everybody has the full
    points of it.  A mean of fewer people than `least` is a fault: of two people it tells each the
    other's total.
    """

    says = caption("says-department-average")

    looks_at = frozenset[Surroundings]({"average"})

    method: Literal["department-average"]
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]
    least: Annotated[int, Field(ge=1, strict=True)] = 3

    @property
    def most(self) -> Decimal:
        """The highest step."""
        return max(step.worth(self.points) for step in self.steps)

    @property
    def lowest(self) -> Decimal:
        """The lowest step, or none below the last."""
        return lowest_of(self.steps, self.points)

    @property
    def people_needed(self) -> int:
        """As many as the form says."""
        return self.least

    def clauses(self, names: Names) -> Iterator[Clause]:
        """What each step gives, and of how many people the mean has to be."""
        yield clause(self.says)
        for step in self.steps:
            yield clause(step.reached, points=plain(step.worth(self.points)))
        yield remark("rubric-least", least=self.least)

    def scheme_issues(self, at: Source) -> Iterator[Issue]:
        """Steps that turn round, that can never be reached, or that miss the full points."""
        yield from ladder_issues(self.steps, self.name, self.points, at)

    def comparisons(self, at: Source) -> Iterator[Comparison]:
        """The mean, which is in points, with every edge."""
        mean = Placed(Quantity(self.points), at.at("method"), MEAN)
        yield Comparison(name=self.name, given=mean, stated=edges_of(self.steps, at.at("steps")))

    def measured(self, sheet: Sheet) -> Working:
        """The points of the step on which the mean stands; all of them until it is known."""
        if sheet.average is None:
            parts: tuple[Working, ...] = ()
            return derive(
                self.id, Kind.INDICATOR, self.name, Constant(self.points), parts, most=self.points
            )
        formula = ladder_of(self.steps, self.points)
        return derive(
            self.id, Kind.INDICATOR, self.name, formula, (sheet.average,), most=self.points
        )
