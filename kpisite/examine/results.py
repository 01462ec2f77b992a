"""What the records of each appraisee come to, month after month."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from kpisite.core.address import month_of
from kpisite.examine.alone import Alone
from kpisite.examine.base import Base
from kpisite.examine.months import Months
from kpisite.outcomes.carry import NO_HISTORY, EarlierMonths
from kpisite.outcomes.results import Result, finish

#: Before anybody's first month.
NO_PAST = "", NO_HISTORY


class Results:
    """The results of appraisees, of whose records `paths_of` gives those of each, month by month;
    `kept_after` gives what was kept of what months after one of theirs may know."""

    def __init__(
        self,
        base: Base,
        alone: Alone,
        months: Months,
        paths_of: Callable[[str], Sequence[str]],
        kept_after: Callable[[str, str], EarlierMonths],
    ) -> None:
        self._base = base
        self._alone = alone
        self._months = months
        self._paths_of = paths_of
        self._kept_after = kept_after
        self._reached = ("", *NO_PAST)
        """Whose results were asked for last, of which month, and what later ones may know."""

    def after(
        self, id: str, past: str, history: EarlierMonths
    ) -> Iterator[tuple[str, Sequence[Result], EarlierMonths]]:
        """Month by month the results of an appraisee after those of the month `past`, and what
        later months may know; `history` is that after the past one."""
        scorer, paths = self._alone.scorer, self._paths_of(id)
        later = paths[bisect_right(paths, past, key=month_of) :]
        for month, several in groupby(later, key=month_of):
            cards = tuple(scorer.card(self._base.records.at(path)) for path in several)
            places = self._months.places(month, (one.appraisee.department for one in cards))
            found, history = finish(
                self._base.ground, cards, places.standings, places.pools, history
            )
            yield month, found, history

    def of(self, id: str) -> tuple[Result, ...]:
        """An appraisee's results, month by month; none of somebody who has no record."""
        return tuple(one for _, found, _ in self.after(id, *NO_PAST) for one in found)

    def of_month(self, id: str, month: str) -> tuple[Result, ...]:
        """An appraisee's results of one month, on what is known of those before."""
        found_in = self.after(id, *self._past(id, month))
        found, after = next((found, after) for at, found, after in found_in if at == month)
        self._reached = id, month, after
        return tuple(found)

    def _past(self, id: str, month: str) -> tuple[str, EarlierMonths]:
        """The appraisee's last month before another, and what that one may know: pages ask for one
        month after the other, and else it is what was kept."""
        paths = self._paths_of(id)
        count = bisect_left(paths, month, key=month_of)
        if not count:
            return NO_PAST
        past, (whose, reached, after) = month_of(paths[count - 1]), self._reached
        return past, after if (whose, reached) == (id, past) else self._kept_after(id, past)
