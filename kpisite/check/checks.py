"""The checks of files alone and of records alone, each a function that stands in a table at the
foot.

The tables say what a check may look at: a file alone, the ground, a record on it, or the roster of
all records; the ground and the roster, of which most runs have nothing to check, are in
`whole_checks.py`.  A change to one record so asks for the checks of that record, and of the roster
where it is something else to others than it was.  The order of a table is the order of nothing but
the page.
"""

from collections.abc import Callable, Iterable
from typing import Any

from kpisite.check.date_checks import days_of_records
from kpisite.check.entry import Entry
from kpisite.check.file_checks import entries_that_stand_twice, too_long_for_paper
from kpisite.check.filed import Filed
from kpisite.check.ground import Ground
from kpisite.check.one_off_checks import one_off_records
from kpisite.check.policy_figure_checks import figures_that_policies_want
from kpisite.check.record_checks import names_taken, record_issues
from kpisite.check.unit_checks import units_of_records
from kpisite.core.issue import Issue
from kpisite.read.document import Document

FileCheck = Callable[[Filed[Any], Document], Iterable[Issue]]
RecordCheck = Callable[[Ground, Entry], Iterable[Issue]]


#: The checks of a file alone, of whatever kind.
FILE_CHECKS: tuple[FileCheck, ...] = (
    entries_that_stand_twice,
    too_long_for_paper,
)

#: The checks of a record alone on the ground: none looks at another record.
RECORD_CHECKS: tuple[RecordCheck, ...] = (
    record_issues,
    one_off_records,
    names_taken,
    units_of_records,
    figures_that_policies_want,
    days_of_records,
)
