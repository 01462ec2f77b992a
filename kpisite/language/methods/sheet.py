"""What a measured indicator is computed from, and figures and marks as leaves of a working."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Literal

from kpisite.core.immutable import immutable
from kpisite.core.issue import Source
from kpisite.core.text import Text
from kpisite.core.working import Kind, Unit, Working
from kpisite.language.base import Quantity
from kpisite.language.figures.earlier import Earlier
from kpisite.language.figures.model import Figure
from kpisite.language.figures.stated import Stated
from kpisite.language.record import Record

Within = Literal["department", "scheme"]


@immutable
class Figures:
    """A figure in a group of records: its values, settled, in ascending order, and how many records
    lack it."""

    values: tuple[Decimal, ...]
    lacking: int = 0


@immutable
class Sheet:
    """What a measured indicator is computed from: the record, and what lies around it.

    `figures` gives a figure of the records of the same month in the appraisee's department or on
    the same scheme, the record itself among them; `reports` those of the people who report to the
    appraisee; `department` is the department's own total, where it was appraised, and `average`
    the mean of its people's, once that is known.  `stated` gives what somebody stated of a figure
    of the form, whose path is `form`, `built_in` what is known of everybody, and `earlier` are the
    appraisee's months before, as far as the form takes anything of them.
    """

    record: Record
    at: Source
    figures: Callable[[Within, str], Figures]
    reports: Callable[[], Sequence[Record]] = tuple
    department: Working | None = None
    average: Working | None = None
    form: str = ""
    stated: Callable[[Figure], Stated | None] = lambda _: None
    built_in: Callable[[str], Working | None] = lambda _: None
    earlier: Earlier | None = None


def metric_working(metric: str, label: Text, figure: Quantity, at: Source) -> Working:
    """A figure of the record as the leaf of a working."""
    return Working(
        id=metric,
        kind=Kind.FIGURE,
        label=label,
        value=figure.value,
        unit=Unit.SHARE if figure.is_percent else Unit.FIGURE,
        sources=(at.at("metrics", metric),),
    )


def mark_working(rater: str, label: Text, value: Decimal, at: Source, *, most: Decimal) -> Working:
    """Points that a rater wrote, as the leaf of a working."""
    return Working(
        id=rater, kind=Kind.MARK, label=label, value=value, most=most, sources=(at,), rater=rater
    )
