"""All that follows from a site's records: months in brief, and each whole when it is asked for."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from kpisite.check.ground import Ground
from kpisite.check.roll import Unrecorded
from kpisite.outcomes.brief import Brief
from kpisite.outcomes.results import Result
from kpisite.pages.pay_rows import PayRow

T = TypeVar("T")

#: So many people's results are kept at a time; they are large.
MOST_PEOPLE = 40


class ByPath(Mapping[str, T]):
    """What there is of each record by its path, found a person at a time, and not kept for long."""

    def __init__(
        self, whose: Mapping[str, str], found_of: Callable[[str], Mapping[str, T]]
    ) -> None:
        """`whose` are the appraisees by the path of the record, `found_of` gives all of one's."""
        self._whose = whose
        self._found_of = found_of
        self._kept: dict[str, Mapping[str, T]] = {}

    def __getitem__(self, path: str) -> T:
        person = self._whose[path]
        if person not in self._kept:
            if len(self._kept) >= MOST_PEOPLE:
                self._kept.clear()
            self._kept[person] = self._found_of(person)
        return self._kept[person][path]

    def __contains__(self, path: object) -> bool:
        return path in self._whose

    def __iter__(self) -> Iterator[str]:
        return iter(self._whose)

    def __len__(self) -> int:
        return len(self._whose)


@dataclass(frozen=True, slots=True)
class Digests:
    """Digests: of what an appraisee's results rest on, and by the path of each record, of what its
    result is in brief, and of what lists of wages unfold of it."""

    results: str
    of_records: Mapping[str, tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class SiteResults:
    """What there is to show of a site in which no error was found.

    Briefs stand by month, then appraisee; `results` are by the path of the record.
    """

    ground: Ground
    briefs: tuple[Brief, ...]
    results: Mapping[str, Result]
    pay_rows: Mapping[str, PayRow]
    digests: Mapping[str, Digests]
    unrecorded: tuple[Unrecorded, ...]
