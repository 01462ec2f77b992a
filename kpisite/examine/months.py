"""The records of each month taken together: where everybody stands, and what is shared out."""

from collections.abc import Mapping
from functools import cached_property

from kpisite.check.roster import RECORDED
from kpisite.core.digest import digest
from kpisite.examine.alone import Alone
from kpisite.examine.base import Base
from kpisite.examine.kept import MONTH_IN_BRIEF, PLACES, KeptPlaces, KeptRecord, MonthInBrief
from kpisite.examine.run import Run
from kpisite.outcomes.placing import placing_of
from kpisite.outcomes.pools import POOL_SHARES, pool_shares
from kpisite.outcomes.standing import STANDINGS, standings


class Months:
    """The months of a site, of which those that are as they were are known in brief."""

    def __init__(self, run: Run, base: Base, alone: Alone) -> None:
        self._run = run
        self._base = base
        self._alone = alone
        self._places: dict[str, KeptPlaces] = {}

    @cached_property
    def before(self) -> Mapping[str, MonthInBrief]:
        """Those of the months that are as they were, and in which no record had an error."""
        found = {
            month: self._run.kept.get(f"brief {month}", key, MONTH_IN_BRIEF)
            for month, key in self._run.inputs.of_month.items()
        }
        return {month: one for month, one in found.items() if one is not None}

    @cached_property
    def each_found(self) -> tuple[MonthInBrief | KeptRecord, ...]:
        """What was found in records, each alone."""
        others = [month for month in self._run.inputs.by_month if month not in self.before]
        self._alone.find(others)
        rows = (row for month in others for row in self._alone.of_month(month).values())
        return (*self.before.values(), *rows)

    @cached_property
    def roster_digests(self) -> Mapping[str, str]:
        """By month, a digest of what its records are to one another."""
        return {
            month: self.before[month].roster
            if month in self.before
            else _digest_of_roster(self._alone.of_month(month))
            for month in self._run.inputs.by_month
        }

    @cached_property
    def in_brief(self) -> Mapping[str, MonthInBrief]:
        """Every month of a sound site in brief, the earliest first."""
        return {
            month: self.before.get(month) or self._placed(month)[0]
            for month in self._run.inputs.by_month
        }

    def places(self, month: str) -> KeptPlaces:
        """Where a month's records stand."""
        if month not in self._places:
            key = self._run.inputs.of_month[month]
            kept = self._run.kept.get(f"places {month}", key, PLACES)
            self._places[month] = self._placed(month)[1] if kept is None else kept
        return self._places[month]

    def _placed(self, month: str) -> tuple[MonthInBrief, KeptPlaces]:
        rows, key = self._alone.of_month(month), self._run.inputs.of_month[month]
        ground, scorer = self._base.ground, self._alone.scorer
        placings = {path: one.placing for path, one in rows.items() if one.placing is not None}
        for path, one in rows.items():
            if one.looks_around:
                placings[path] = placing_of(ground, scorer.card(self._base.records.at(path)))
        ordered = sorted(placings.values(), key=lambda one: (one.appraisee, one.part or ""))
        places = KeptPlaces(
            standings=dict(standings(ground, ordered)), pools=dict(pool_shares(ground, ordered))
        )
        in_brief = MonthInBrief(
            issues=tuple(issue for one in rows.values() for issue in one.issues),
            waivers=tuple(waiver for one in rows.values() for waiver in one.waivers),
            roster=self.roster_digests[month],
            of_records={
                one.path: (
                    one.appraisee,
                    _rests_on(rows[one.path], one.path, places, key),
                )
                for one in ordered
            },
        )
        self._run.kept.put(f"places {month}", key, PLACES, places)
        self._run.kept.put(f"brief {month}", key, MONTH_IN_BRIEF, in_brief)
        self._places[month] = places
        return in_brief, places


def _digest_of_roster(rows: Mapping[str, KeptRecord]) -> str:
    return digest(
        *(
            path if one.recorded is None else RECORDED.as_bytes(one.recorded).decode()
            for path, one in rows.items()
        )
    )


def _rests_on(row: KeptRecord, path: str, places: KeptPlaces, month: str) -> str:
    """A digest of all that the result of a record rests on, besides the ground and other months."""
    share = {path: places.pools[path]} if path in places.pools else {}
    return digest(
        row.digest,
        STANDINGS.as_bytes({path: places.standings[path]}).decode(),
        POOL_SHARES.as_bytes(share).decode(),
        month if row.looks_around else "",
    )
