"""People's records in brief, read a department's month at a time: by which it is seen who is as
before, and who has to be looked at again.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import chain

from kpisite.core.address import month_of
from kpisite.examine.faces import KeptGroup
from kpisite.examine.months import Months

RecordsOf = Mapping[str, tuple[str, str]]
"""By path the records of an appraisee, in their order, each with the department that it is placed
in and a digest of all that its result rests on besides the ground and other months."""


class Whose(Mapping[str, str]):
    """By path the appraisee of each record: of those in `records` it is known, and others are
    looked up in all `months`."""

    def __init__(self, records: Mapping[str, RecordsOf], months: Months) -> None:
        self._near = {path: id for id, paths in records.items() for path in paths}
        self._months = months

    @cached_property
    def _all(self) -> Mapping[str, str]:
        cells = self._months.cells
        found = chain.from_iterable(self._months.in_cell(cell).items() for cell in cells)
        return {path: one.appraisee for path, one in found}

    def __getitem__(self, path: str) -> str:
        return self._near.get(path) or self._all[path]

    def __contains__(self, path: object) -> bool:
        return path in self._near or path in self._all

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)


def records_in(months: Months, cells: Iterable[str]) -> Mapping[str, RecordsOf]:
    """By id the records of appraisees in these departments' months, month by month, that of a whole
    month before those of its parts."""
    found: defaultdict[str, list[tuple[str, str, str, tuple[str, str]]]] = defaultdict(list)
    for cell in cells:
        department = cell.split(" ", 1)[1]
        for path, one in months.in_cell(cell).items():
            kept = department, one.rests_on
            found[one.appraisee].append((month_of(path), one.order, path, kept))
    return {
        id: {path: kept for _, _, path, kept in sorted(several)}
        for id, several in sorted(found.items())
    }


def changed_cells(groups: Iterable[KeptGroup], now: Mapping[str, str]) -> frozenset[str]:
    """The departments' months in which a record, or what its result rests on, is another `now` than
    when these groups were kept."""
    before = dict[str, str]()
    for one in groups:
        before |= one.cells
    everywhere = before.keys() | now.keys()
    return frozenset(cell for cell in everywhere if before.get(cell) != now.get(cell))
