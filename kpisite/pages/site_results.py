"""All that follows from a site's records: everybody in outline, and whole when it is asked for."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from kpisite.check.ground import Ground
from kpisite.check.roll import Unrecorded
from kpisite.core.address import month_of
from kpisite.core.questions import Questions
from kpisite.outcomes.brief import Brief, brief_of
from kpisite.outcomes.group import Groups
from kpisite.outcomes.outline import Outline, outline_of, with_digests
from kpisite.outcomes.results import Result
from kpisite.pages.pay_rows import PayRow, pay_row_of
from kpisite.pages.remembered import NO_MEMORY, Memory

#: So many months' results are kept at a time; they are large.
MOST_MONTHS = 500


class ByMonth(Mapping[str, Result]):
    """The results by the path of the record, found a person's month at a time, and not kept for
    long."""

    def __init__(
        self,
        whose: Mapping[str, str],
        found_in: Callable[[str, str], Mapping[str, Result]],
        questions: Questions,
    ) -> None:
        """`whose` says by path whose record it is, and `found_in` gives those of a person in a
        month; what that asks, whoever is given them asks as well."""
        self._questions = questions
        self._whose = whose
        self._found_in = found_in
        self._kept: dict[str, tuple[Result, frozenset[str]]] = {}

    def __getitem__(self, path: str) -> Result:
        if path not in self._kept:
            if len(self._kept) >= MOST_MONTHS:
                self._kept.clear()
            with self._questions.taken() as asked:
                found = self._found_in(self._whose[path], month_of(path))
            self._kept |= {at: (result, frozenset(asked)) for at, result in found.items()}
        result, asked_for_it = self._kept[path]
        self._questions.note_all(asked_for_it)
        return result

    def __contains__(self, path: object) -> bool:
        return path in self._whose

    def __iter__(self) -> Iterator[str]:
        return iter(self._whose)

    def __len__(self) -> int:
        return len(self._whose)


@dataclass(frozen=True, kw_only=True)
class SiteResults:
    """What there is to show of a site in which no error was found.

    `results` are by the path of the record.  `key_of` gives a digest of all that an appraisee's
    results rest on, `keys_of_months` of those up to each month;
    `paths_of` are those of the records.
    """

    ground: Ground
    groups: Groups
    brief_of: Callable[[Outline], Brief]
    results: Mapping[str, Result]
    pay_row_of: Callable[[Outline], PayRow]
    key_of: Callable[[str], str]
    keys_of_months: Callable[[str], Mapping[str, str]]
    paths_of: Callable[[str], Sequence[str]]
    unrecorded: tuple[Unrecorded, ...]
    questions: Questions = field(default_factory=Questions)
    answer: Callable[[str], str] = lambda _: ""
    """The answer to a question about the ground."""
    memory: Memory = NO_MEMORY

    @property
    def outlines(self) -> tuple[Outline, ...]:
        """Every scorecard in outline, by month, then appraisee."""
        return self.groups.all

    @cached_property
    def briefs(self) -> tuple[Brief, ...]:
        """Everybody's months in brief, in the order of the outlines: of a large site much."""
        return tuple(map(self.brief_of, self.outlines))


def site_results_of(
    ground: Ground, found: Sequence[Result], unrecorded: Sequence[Unrecorded] = ()
) -> SiteResults:
    """What there is to show of these results alone."""
    language = ground.site.model.language
    results = {one.card.record.path: one for one in found}
    briefs = {path: brief_of(ground, one) for path, one in results.items()}
    people: defaultdict[str, list[Outline]] = defaultdict(list)
    for path, one in results.items():
        outline = with_digests(outline_of(one), briefs[path])
        people[outline.appraisee_id].append(outline)
    return SiteResults(
        ground=ground,
        groups=Groups.made(people, dict.fromkeys(people, "")),
        brief_of=lambda one: briefs[one.path],
        results=results,
        pay_row_of=lambda one: pay_row_of(results[one.path], language),
        key_of=lambda _: "",
        paths_of=lambda id: [one.path for one in people[id]],
        keys_of_months=lambda _: {str(one.month): "" for one in found},
        unrecorded=tuple(unrecorded),
    )
