"""What one month hands on to the next: all that a later month may know of the earlier ones.

Outcomes are a fold over months: `month(inputs, carry) → (results, carry)`.  The carry is small and
plain, so that it can be kept between two builds, and a later month needs to be computed again only
where the carry that reaches it differs.
"""

from collections.abc import Mapping
from dataclasses import field
from decimal import Decimal

from kpisite.core.exact import ZERO
from kpisite.core.immutable import immutable
from kpisite.core.issue import Source
from kpisite.core.month import Month
from kpisite.core.text import NO_TEXT, Text
from kpisite.core.working import Kind, Unit, Working
from kpisite.language.components.base import MonthFigures
from kpisite.language.figures.earlier import MonthBefore
from kpisite.language.serial import Serial
from kpisite.score.eligible import LeftOut


@immutable
class Basis:
    """A month that an award or a review rests on, with the number that met the condition: the
    rank, how often events happened, or the total.  A review rests on the month alone."""

    month: Month
    label: Text = NO_TEXT
    value: Decimal = ZERO
    most: Decimal | None = None
    places: int | None = None
    is_count: bool = False
    sources: tuple[Source, ...] = ()

    def working(self) -> Working:
        """The number as the leaf of an award's working."""
        return Working(
            id=str(self.month),
            kind=Kind.FIGURE,
            label=self.label,
            value=self.value,
            most=self.most,
            places=self.places,
            unit=Unit.FIGURE if self.is_count else Unit.POINTS,
            sources=self.sources,
        )


@immutable
class Run:
    """How far a condition has held for one person: the months running, and those of the calendar
    year of the last one."""

    running: tuple[Basis, ...] = ()
    in_year: tuple[Basis, ...] = ()


NO_RUN = Run()


@immutable
class LastTotal:
    """A person's or department's last whole month: what the next is compared with."""

    month: Month
    scheme: str
    total: Decimal
    left_out: LeftOut
    department: str


@immutable
class EarlierMonths:
    """What is known of one appraisee's earlier months.

    `figures` are those of the calendar year's whole months.  `away` are months without a counting
    scorecard for a stated reason, which break no run.
    """

    last: LastTotal | None = None
    figures: tuple[MonthFigures, ...] = ()
    runs: Mapping[str, Run] = field(default_factory=dict)
    away: tuple[Month, ...] = ()
    months: tuple[MonthBefore, ...] = ()
    """What figures were in earlier months that policies ask for again."""


NO_HISTORY = EarlierMonths()


@immutable
class Carry:
    """What all earlier months come to, by the id of the appraisee."""

    histories: Mapping[str, EarlierMonths] = field(default_factory=dict)

    def of(self, appraisee: str) -> EarlierMonths:
        """What is known of an appraisee; of a newcomer, nothing."""
        return self.histories.get(appraisee, NO_HISTORY)


NO_CARRY = Carry()
#: How a carry is kept between two builds.
CARRIES = Serial(Carry)
