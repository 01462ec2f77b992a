"""All that follows from a site's records: months in brief, and each whole when it is asked for."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kpisite.check.ground import Ground
from kpisite.check.roll import Unrecorded
from kpisite.outcomes.brief import Brief
from kpisite.outcomes.results import Result

#: So many people's results are kept at a time; they are large.
MOST_PEOPLE = 40


class ResultsByPath(Mapping[str, Result]):
    """The results by the path of the record, found a person at a time, and not kept for long."""

    def __init__(
        self, whose: Mapping[str, str], results_of: Callable[[str], Sequence[Result]]
    ) -> None:
        """`whose` are the appraisees by the path of the record."""
        self._whose = whose
        self._results_of = results_of
        self._kept: dict[str, dict[str, Result]] = {}

    def __getitem__(self, path: str) -> Result:
        person = self._whose[path]
        if person not in self._kept:
            if len(self._kept) >= MOST_PEOPLE:
                self._kept.clear()
            found = self._results_of(person)
            self._kept[person] = {one.card.record.path: one for one in found}
        return self._kept[person][path]

    def __contains__(self, path: object) -> bool:
        return path in self._whose

    def __iter__(self) -> Iterator[str]:
        return iter(self._whose)

    def __len__(self) -> int:
        return len(self._whose)


@dataclass(frozen=True, slots=True)
class Digests:
    """What an appraisee's results rest on, and what they are in brief, in few digits."""

    results: str
    briefs: str


@dataclass(frozen=True, kw_only=True)
class SiteResults:
    """What there is to show of a site in which no error was found.

    Briefs stand by month, then appraisee; `results` are by the path of the record.
    """

    ground: Ground
    briefs: tuple[Brief, ...]
    results: Mapping[str, Result]
    digests: Mapping[str, Digests]
    unrecorded: tuple[Unrecorded, ...]
