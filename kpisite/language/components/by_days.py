"""Components whose amount stands for a whole month or quarter, and so follows the days served."""

from collections.abc import Sequence
from decimal import Decimal
from typing import ClassVar

from kpisite.core.exact import memoized
from kpisite.core.formula import Clamp, Constant, Formula, Operand, Product, Quotient
from kpisite.core.working import Kind, Unit, Working
from kpisite.language.components.base import Component, Grounds
from kpisite.language.part_month import PartMonth, served


class ByDays(Component):
    """An amount that is due in part where the employment began or ended within its months.

    What rests on the person's own figures, such as a commission, is no such amount: who served
    fewer days sold less.
    """

    follows_days: ClassVar = True

    part_month: PartMonth | None = None

    def part_month_rule(self, stated: PartMonth | None) -> PartMonth | None:
        """Its own rule for a month served in part, or else the one that the policy has stated."""
        return self.part_month or stated

    def by_days(
        self, whole: Formula, parts: tuple[Working, ...], grounds: Grounds
    ) -> tuple[Formula, tuple[Working, ...]]:
        """`whole` over `parts`, times the days served where these are not all of them."""
        rule = self.part_month_rule(grounds.part_month)
        found = served(rule, grounds.employee, self.months_of(grounds.period))
        if found is None:
            return whole, parts
        figure = Working(
            id="days-served",
            kind=Kind.FIGURE,
            label=found.label,
            value=found.days,
            unit=Unit.FIGURE,
            sources=tuple(grounds.employee_at.at(key) for key in self._ends(grounds)),
        )
        return _times_days(whole, len(parts), found.of), (*parts, figure)

    def _ends(self, grounds: Grounds) -> Sequence[str]:
        """The keys of the staff file that say why the months were not served whole."""
        months, person = self.months_of(grounds.period), grounds.employee
        joined = ("joined",) if person.joined > months[0].first_day else ()
        left = person.left is not None and person.left < months[-1].last_day
        return (*joined, "left") if left else joined


@memoized
def _times_days(whole: Formula, index: int, of: Decimal) -> Formula:
    days = Clamp(Operand(index), cap=of)
    return Quotient(Product((whole, days)), Constant(of))
