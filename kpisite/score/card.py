"""A scorecard: who, on which form, and the tree of workings of the total."""

from collections.abc import Iterator

from kpisite.check.filed import Filed
from kpisite.core.address import Qualified
from kpisite.core.immutable import immutable
from kpisite.core.month import Period
from kpisite.core.text import Text
from kpisite.core.working import Kind, Working
from kpisite.language.figures.earlier import Earlier, MonthValue
from kpisite.language.record import Record
from kpisite.language.scheme import Scheme

#: What a record states, and numbers are computed from.
WRITTEN = (Kind.MARK, Kind.FIGURE, Kind.EVENT)
UNVETOED = "unvetoed"
"""The id of the total that a veto sets aside."""


@immutable
class Appraisee:
    """Who was appraised, a person or a department, and in which capacity."""

    id: str
    name: Text
    title: Text
    department: str
    superior: str | None
    is_person: bool


@immutable
class Scorecard(Qualified):
    """A record scored on its form.  A provisional one lacks marks that its scheme waits for."""

    record: Filed[Record]
    appraisee: Appraisee
    scheme: Filed[Scheme]
    total: Working
    is_provisional: bool
    took: Earlier | None = None
    """What of the earlier months its form takes."""
    hands_on: tuple[MonthValue, ...] = ()
    """What later months ask for of its figures and rows."""

    @property
    def shown(self) -> str:
        """The total as people read it; a dash where nothing that counts has come yet, for what is
        missing is no zero."""
        if not self.is_provisional:
            return self.total.shown
        has_any = any(one.counts and one.kind in WRITTEN for one in self.total.walk())
        return self.total.shown if has_any else "–"

    @property
    def set_by(self) -> tuple[Working, ...]:
        """The vetoes and liabilities that lowered the total, whatever else was reached; none where
        a ruling has set it since."""
        total = as_scored(self.total)
        if total is not self.total and self.record.model.ruled is not None:
            return ()
        unvetoed = next(_steps(total, UNVETOED), None)
        if unvetoed is None:
            return ()
        return tuple(
            one for one in total.parts if one.kind is Kind.ADJUSTMENT and one.value < unvetoed.value
        )

    @property
    def one_off(self) -> str | None:
        """The id of the form of a one-off appraisal; None where it is of a month or of a part."""
        return self.scheme.model.id if self.scheme.model.one_off else None

    @property
    def part(self) -> str | None:
        """The department of a part of the month; None where it is none of a part."""
        return self.record.model.part

    @property
    def period(self) -> Period:
        """The months that it appraises, the last of which it is filed under."""
        return Period(self.record.model.month, self.scheme.model.per)


def as_scored(total: Working) -> Working:
    """The total of the form's own rows, before a ruling or another department's part."""
    while before := next(_steps(total, "before"), None):
        total = before
    return total


def _steps(total: Working, id: str) -> Iterator[Working]:
    """The steps of that name, which are not rows that HR gave an id."""
    return (one for one in total.parts if one.kind is Kind.STEP and one.id == id)
