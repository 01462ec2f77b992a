"""An amount in proportion to the total, from a threshold on (F09, F21)."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Literal

from pydantic import Field

from kpisite.core.captions import caption, signs
from kpisite.core.exact import ONE, ZERO, percent, plain
from kpisite.core.formula import (
    Constant,
    Edge,
    Formula,
    Lookup,
    LookupRow,
    Operand,
    Product,
    Quotient,
)
from kpisite.core.working import Working, before_rounding
from kpisite.language.base import Number, Positive
from kpisite.language.clause import Clause, clause, remark
from kpisite.language.components.amounts import BASE_SALARY, base_salary
from kpisite.language.components.base import Grounds, Terms
from kpisite.language.components.by_days import ByDays
from kpisite.language.share import Rate


class Proportion(ByDays):
    """`amount`, or where none is stated the base salary, times `rate`, times the total ÷ `of`, the
    full points of the form; a total below `threshold` pays none.

    The total counts as it was before it was rounded, so that pay is rounded once, to the cent.
    A policy that pays by the number on the form says `total = "shown"`.  The threshold, as a grade,
    always takes the number shown.
    """

    says = caption("says-proportion")

    method: Literal["proportion"]
    amount: Positive | None = None
    rate: Rate = ONE
    of: Positive | None = Field(default=None, description="The form's full points")
    total: Literal["exact", "shown"] = Field(
        default="exact", description="The total before it was rounded, or the number shown"
    )
    threshold: Number | None = None

    def clauses(self, terms: Terms) -> Iterator[Clause]:
        """What is multiplied by what, and the threshold."""
        stated = self.amount
        yield clause(
            signs(
                "{base}{rate} × {total} ÷ {full}",
                base=BASE_SALARY if stated is None else terms.money.show(stated),
                rate="" if self.rate == ONE else f" × {percent(self.rate)}",
                total=caption("total-before-rounding" if self.total == "exact" else "total"),
                full=caption("full-points") if self.of is None else plain(self.of),
            )
        )
        if self.threshold is not None:
            yield remark("pay-threshold", threshold=plain(self.threshold))

    def held_against_total(self) -> Mapping[str, Decimal]:
        """The full points of the form, and the threshold, as far as they are stated."""
        stated = {"of": self.of, "threshold": self.threshold}
        return {key: points for key, points in stated.items() if points is not None}

    def base_salary_needed(self) -> bool:
        """Where no amount is stated."""
        return self.amount is None

    def working(self, grounds: Grounds) -> Working:
        """The amount, to the cent."""
        shown = grounds.total
        total = shown if self.total == "shown" else before_rounding(shown)
        parts: tuple[Working, ...] = (total,)
        base: Formula
        if self.amount is None:
            parts = (total, base_salary(grounds))
            base = Operand(1)
        else:
            base = Constant(self.amount)
        rate = () if self.rate == ONE else (Constant(self.rate, is_percent=True),)
        full = self.of or shown.most
        assert full is not None, "every total has its full points"
        formula: Formula = Product((base, *rate, Quotient(Operand(0), Constant(full))))
        formula, parts = self.by_days(formula, parts, grounds)
        if self.threshold is not None:
            reached = Operand(0)
            if total is not shown:
                reached, parts = Operand(len(parts)), (*parts, shown)
            edge = Edge("≥", Constant(self.threshold))
            formula = Lookup(reached, (LookupRow(edge, formula), LookupRow(None, Constant(ZERO))))
        return self.line(grounds.money.rounds(formula), parts, grounds)
