"""The roster: of every record no more than other records, and the roll, depend on."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from kpisite.core.address import Qualified, is_record, name_in_month
from kpisite.core.immutable import immutable
from kpisite.core.issue import Source
from kpisite.core.month import Month, Per
from kpisite.core.text import Text
from kpisite.language.base import Quantity
from kpisite.language.serial import Serial


@immutable
class Compared:
    """A figure of a record, in which nothing is wrong taken alone, that is held against those of
    other records: by what, and in which group they meet."""

    name: Text
    metric: str
    group: tuple[str, ...]
    quantity: Quantity


@immutable
class ToSum:
    """A figure still to come that a line of the pay, of that name, adds up over a longer period."""

    metric: str
    name: Text
    per: Per


@immutable
class Recorded(Qualified):
    """What a record is to others: whose, of which month, part of one or one-off appraisal, and on
    which form."""

    path: str
    appraisee: str
    is_person: bool
    month: Month
    part: str | None = None
    one_off: str | None = None
    scheme: str = ""
    """The path of the version of the form that it is on; empty where there is none."""
    asked: str | None = None
    """The department whose total its form counts."""
    compared: tuple[Compared, ...] = ()
    left_out: tuple[str, ...] = ()
    """Those of the keys `department`, `part` and `scheme` that are there but could not be read."""

    waits: bool = False
    """Whether marks or figures are still to come, in a month that waits for them."""
    to_sum: tuple[ToSum, ...] = ()

    @property
    def is_unsure(self) -> bool:
        """Whether a key that says of which post it is, or on which form, could not be read."""
        return "part" in self.left_out or "scheme" in self.left_out

    @property
    def name_in_month(self) -> str:
        """What it is called among the scorecards of a closed month."""
        return name_in_month(self.appraisee, self.qualifier)

    def at(self, key: str) -> Source:
        """The entry of the record at one of its own keys."""
        return Source(self.path, (key,))

    @property
    def appraisee_at(self) -> Source:
        """The entry that says whose it is."""
        return self.at("employee" if self.is_person else "department")


#: How what one record is to others is kept.
RECORDED = Serial(Recorded)


@dataclass(frozen=True, kw_only=True)
class Roster:
    """All records of a site, as far as one looks at another, by month and appraisee.

    `unread` are the paths of records that are there, though nothing could be made of them.
    """

    records: tuple[Recorded, ...]
    unread: frozenset[str] = frozenset()

    @classmethod
    def of(cls, records: Iterable[Recorded], unread: Iterable[str] = ()) -> Self:
        """The roster of these records, in whichever order they come; of the files that could not be
        read it takes those that are records."""
        return cls(
            records=tuple(sorted(records, key=_by_month)),
            unread=frozenset(path for path in unread if is_record(path)),
        )

    @cached_property
    def appraised(self) -> frozenset[tuple[str, Month]]:
        """Who has a record of which month, be it a part of one."""
        return frozenset((one.appraisee, one.month) for one in self._of_months)

    @cached_property
    def parts(self) -> frozenset[tuple[str, str | None, Month]]:
        """Who has a record of which part of which month; the part is None for the month itself."""
        return frozenset((one.appraisee, one.part, one.month) for one in self._of_months)

    @property
    def _of_months(self) -> Iterator[Recorded]:
        """The records that are due, of months and of parts of them; nobody lacks a one-off one."""
        return (one for one in self.records if one.one_off is None)

    @cached_property
    def departments(self) -> dict[tuple[str, Month], Recorded]:
        """The records of departments."""
        return {(one.appraisee, one.month): one for one in self._of_months if not one.is_person}


def _by_month(one: Recorded) -> tuple[Month, str, str, str]:
    return one.month, one.appraisee, one.order, one.path
