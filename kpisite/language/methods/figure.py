"""The points that a figure of the form comes to, as a formula, table or fold says."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

from kpisite.core.captions import caption
from kpisite.core.formula import Clamp, Constant, Formula, Operand, Product
from kpisite.core.issue import Source
from kpisite.core.working import Kind, Unit, Working, derive
from kpisite.language.base import Id, Number
from kpisite.language.clause import Clause, Names, bounds, remark
from kpisite.language.methods.base import Measured
from kpisite.language.methods.sheet import Sheet, metric_working
from kpisite.language.units import Comparison


class FigureIndicator(Measured):
    """The figure is the points, or, where it is a percentage, the share of them; kept at or above
    `floor` and at or below `cap`, where these are stated."""

    says = caption("says-figure-indicator")

    method: Literal["figure"]
    figure: Id
    floor: Number | None = None
    cap: Number | None = None

    def metrics(self) -> tuple[str, ...]:
        """The figure."""
        return (self.figure,)

    @property
    def figure_of_points(self) -> str:
        """The figure."""
        return self.figure

    @property
    def highest(self) -> Decimal | None:
        """The cap, if there is one."""
        return self.cap

    @property
    def lowest(self) -> Decimal | None:
        """The floor, if there is one."""
        return self.floor

    def clauses(self, names: Names) -> Iterator[Clause]:
        """The figure, and between what its points are kept."""
        yield remark("rubric-figure", figure=names.get(self.figure, self.figure))
        yield from bounds(self.floor, self.cap)

    def comparisons(self, at: Source) -> Iterator[Comparison]:
        """None: points and shares are told apart by how the figure is written."""
        return iter(())

    def measured(self, sheet: Sheet) -> Working:
        """The figure, or its share of the points, within the bounds."""
        figure = sheet.record.metrics[self.figure]
        part = metric_working(self.figure, self.name, figure, sheet.at)
        formula: Formula = Operand(0)
        if part.unit is Unit.SHARE:
            formula = Product((formula, Constant(self.points)))
        if self.floor is not None or self.cap is not None:
            formula = Clamp(formula, self.floor, self.cap)
        return derive(self.id, Kind.INDICATOR, self.name, formula, (part,), most=self.points)
