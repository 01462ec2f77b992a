"""An amount in proportion to the total, from a threshold on (F09, F21)."""

from collections.abc import Iterator
from typing import Literal

from kpisite.core.exact import HUNDRED, ONE, ZERO
from kpisite.core.fault import Issue, Source
from kpisite.core.formula import (
    Edge,
    Formula,
    Given,
    Ladder,
    Part,
    Product,
    Quotient,
    Rounded,
    Rung,
)
from kpisite.core.text import Text
from kpisite.core.working import Kind, Unit, Working, derive
from kpisite.language.base import Number, Positive
from kpisite.language.components.amounts import base_salary
from kpisite.language.components.base import Grounds
from kpisite.language.components.by_days import ByDays
from kpisite.language.grade import Grade
from kpisite.language.share import Rate


class Proportion(ByDays):
    """`amount`, or where none is stated the base salary, times `rate`, times the total ÷ `of`;
    a total below `threshold` pays none."""

    says = Text(
        zh="按总分占满分的比例计发，可设起付分。",
        en="In proportion to the total, from a threshold on.",
    )

    method: Literal["proportion"]
    amount: Positive | None = None
    rate: Rate = ONE
    of: Positive = HUNDRED
    threshold: Number | None = None

    def base_salary_needed(self) -> bool:
        """Where no amount is stated."""
        return self.amount is None

    def policy_faults(self, grades: tuple[Grade, ...], at: Source) -> Iterator[Issue]:
        """Nothing can be wrong that the types allow."""
        return iter(())

    def working(self, grounds: Grounds) -> Working:
        """The amount, to the cent."""
        parts: tuple[Working, ...] = (grounds.total,)
        base: Formula
        if self.amount is None:
            parts = (grounds.total, base_salary(grounds))
            base = Part(1)
        else:
            base = Given(self.amount)
        rate = () if self.rate == ONE else (Given(self.rate, is_percent=True),)
        formula: Formula = Product((base, *rate, Quotient(Part(0), Given(self.of))))
        formula, parts = self.by_days(formula, parts, grounds)
        if self.threshold is not None:
            edge = Edge("≥", Given(self.threshold))
            formula = Ladder(Part(0), (Rung(edge, formula), Rung(None, Given(ZERO))))
        return derive(self.id, Kind.PAY, self.name, Rounded(formula, 2), parts, unit=Unit.MONEY)
