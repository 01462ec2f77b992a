"""The records of each month taken together: where everybody stands, and what is shared out."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from itertools import chain, takewhile
from typing import Self, TypeVar

from kpisite.check.located import Located
from kpisite.core.address import month_of
from kpisite.core.digest import digest
from kpisite.core.immutable import immutable
from kpisite.core.recent import Recent
from kpisite.examine.acceptance import Waiver
from kpisite.examine.alone import Alone
from kpisite.examine.base import Base
from kpisite.examine.kept import (
    IN_BRIEF,
    MONTH_IN_BRIEF,
    PLACES,
    WRITTEN,
    InBrief,
    KeptPlaces,
    MonthInBrief,
    RecordInBrief,
)
from kpisite.examine.looking_back import Scored, scored_ahead
from kpisite.examine.rows import Row, Rows, placings_of
from kpisite.examine.run import Run
from kpisite.language.figures.earlier import TAKEN
from kpisite.outcomes.placing import Placing
from kpisite.outcomes.pools import POOL_SHARES, pool_shares
from kpisite.outcomes.standing import STANDINGS, standings
from kpisite.score.handed import Taking

T = TypeVar("T")

#: Of so many records it is held what was asked for last of departments' months.
MOST_HELD = 3000


class Months:
    """The months of a site, of which those that are as they were are known in brief; `left_out` are
    the records that are not to be scored, as if they were not there."""

    def __init__(
        self, run: Run, base: Base, alone: Alone, left_out: frozenset[str] = frozenset()
    ) -> None:
        self._left_out = left_out
        self._with_gaps = {month_of(path) for path in left_out}
        self._run = run
        self._base = base
        self._alone = alone
        self._places: dict[str, KeptPlaces] = {}
        self._of_cells = Recent[str, InBrief](MOST_HELD)
        self._lost: set[str] = set()
        self._ahead: dict[str, Scored] = {}
        self._looked_ahead: set[str] = set()

    @cached_property
    def before(self) -> Mapping[str, MonthInBrief]:
        """Those of the months that are as they were, and in which no record had an error."""
        found = {
            month: self._run.kept.get(f"brief {month}", key, MONTH_IN_BRIEF)
            for month, key in self._run.inputs.of_month.items()
        }
        return {month: one for month, one in found.items() if one is not None}

    @cached_property
    def _in_records(self) -> Mapping[str, "MonthInBrief | _InRecords"]:
        """By month what was found in its records, each alone."""
        others = [month for month in self._run.inputs.months if month not in self.before]
        found = {month: _InRecords.of(rows) for month, rows in self._alone.each(others)}
        return {**self.before, **found}

    @property
    def issues(self) -> Iterator[Located]:
        """What is wrong in records, each alone."""
        return chain.from_iterable(one.issues for one in self._in_records.values())

    @property
    def waivers(self) -> Iterator[Waiver]:
        """The warnings that records accept."""
        return chain.from_iterable(one.waivers for one in self._in_records.values())

    @property
    def roster_digests(self) -> Mapping[str, str]:
        """By month, a digest of what its records are to one another."""
        found = self._in_records
        return {month: found[month].roster for month in self._run.inputs.months}

    @cached_property
    def in_brief(self) -> Mapping[str, MonthInBrief]:
        """Every month of what can be scored in brief, the earliest first."""
        found = {}
        for month in self._run.inputs.months:
            before = None if self._is_new(month) else self.before[month]
            if before is None or before.taken != self._taken(before.taking)[1]:
                before = self._placed(month)[0]
            else:
                self._hand_on(before)
            found[month] = before
        return found

    @cached_property
    def cells(self) -> Mapping[str, str]:
        """By department's month, as questions name it, a digest of all that the results of its
        records rest on besides the ground and other months."""
        return {
            f"{month} {department}": of_cell
            for month, in_brief in self.in_brief.items()
            for department, of_cell in in_brief.departments.items()
        }

    def in_cell(self, cell: str) -> InBrief:
        """The records of a department's month in brief; those that the store has lost are found
        again with all of their month."""
        found = self._of_cells.get(cell) or self._kept_in(cell)
        if found is None:
            month = cell.partition(" ")[0]
            self._lost.add(month)
            self._placed(month)
            found = self._kept_in(cell)
            assert found is not None, "put there now"
        self._of_cells.hold(cell, found)
        return found

    def _kept_in(self, cell: str) -> InBrief | None:
        return self._run.kept.get(_name(cell), self.cells[cell], IN_BRIEF)

    def _hand_on(self, month: MonthInBrief) -> None:
        for path, handed in month.handed_on.items():
            self._alone.handed.put(path, handed)

    def _taken(self, taking: Mapping[str, Taking]) -> tuple[Mapping[str, str], str]:
        """What records take of earlier months, as a digest of each by path, and one of all."""
        ground, handed = self._base.ground, self._alone.handed
        of_each = {}
        for path, one in taking.items():
            scheme = ground.scheme_at(one.scheme)
            taken = handed.taken(path, one, scheme).months
            of_each[path] = digest(TAKEN.as_bytes(taken).decode())
        return of_each, digest(*of_each.values()) if of_each else ""

    def places(self, month: str) -> KeptPlaces:
        """Where a month's records stand."""
        if month not in self._places:
            key = self._key(month, self.in_brief[month].taken)
            has_gaps = month in self._with_gaps
            kept = None if has_gaps else self._run.kept.get(f"places {month}", key, PLACES)
            self._places[month] = self._placed(month)[1] if kept is None else kept
        return self._places[month]

    def _key(self, month: str, taken: str) -> str:
        """A digest of all that a month rests on: its files, and what it takes of earlier ones."""
        key = self._run.inputs.of_month[month]
        return digest(key, taken) if taken else key

    def _rows(self, month: str) -> Rows:
        of_month = self._alone.of_month(month)
        return {path: one for path, one in of_month.items() if path not in self._left_out}

    def _scored(self, month: str, rows: Rows) -> Mapping[str, Scored]:
        """The records of a month that rest on other records, scored now that the earlier months
        are: together with those of the months from here on that are sure to be placed."""
        if month not in self._looked_ahead:
            later = (one for one in self._run.inputs.months if one > month)
            ahead = [month, *takewhile(self._is_new, later)]
            self._looked_ahead.update(ahead)
            months = map(self._rows, ahead)
            self._ahead |= scored_ahead(self._run, self._base, self._alone, months)
        ground, scorer = self._base.ground, self._alone.scorer
        return {
            path: self._ahead.pop(path)
            if path in self._ahead
            else Scored.of(ground, scorer.card(self._base.records.at(path)))
            for path, one in rows.items()
            if one.looks_around or one.looks_back
        }

    def _is_new(self, month: str) -> bool:
        return month in self._with_gaps or month not in self.before

    def _placed(self, month: str) -> tuple[MonthInBrief, KeptPlaces]:
        rows, ground = self._rows(month), self._base.ground
        scored = self._scored(month, rows)
        placings = placings_of(rows)
        placings |= {path: one.placing for path, one in scored.items()}
        taking = _known({path: one.taking for path, one in scored.items()})
        handed = _known({path: one.handed for path, one in scored.items()})
        of_each, taken = self._taken(taking)
        key = self._key(month, taken)
        ordered = sorted(placings.values(), key=lambda one: (one.appraisee, one.order))
        places = KeptPlaces(
            standings=dict(standings(ground, ordered)), pools=dict(pool_shares(ground, ordered))
        )
        in_brief = MonthInBrief(
            issues=self._in_records[month].issues,
            waivers=self._in_records[month].waivers,
            roster=self._in_records[month].roster,
            departments=self._keep_cells(
                month,
                ordered,
                lambda path: _rests_on(rows[path], places, path, key, of_each.get(path, "")),
            ),
            taking=taking,
            taken=taken,
            handed_on=handed,
        )
        self._hand_on(in_brief)
        self._run.kept.put(f"places {month}", key, PLACES, places)
        self._run.kept.put(
            f"brief {month}", self._run.inputs.of_month[month], MONTH_IN_BRIEF, in_brief
        )
        self._places[month] = places
        return in_brief, places

    def _keep_cells(
        self, month: str, placings: Iterable[Placing], rests_on: Callable[[str], str]
    ) -> Mapping[str, str]:
        """Keeps the records of a month in brief, those of each department that are others than
        before; by department a digest of them."""
        kept = self._run.kept
        found: defaultdict[str, dict[str, RecordInBrief]] = defaultdict(dict)
        for one in placings:
            in_brief = RecordInBrief(one.appraisee, one.order, rests_on(one.path))
            found[one.department][one.path] = in_brief
        written = {department: IN_BRIEF.as_bytes(several) for department, several in found.items()}
        now = {department: digest(content.decode()) for department, content in written.items()}
        old = None if month in self._lost else kept.get(f"brief {month}", "", MONTH_IN_BRIEF)
        before = {} if old is None else old.departments
        for department, known in now.items():
            if before.get(department) != known:
                kept.put(_name(f"{month} {department}"), known, WRITTEN, written[department])
        for department in before.keys() - now.keys():
            kept.drop(_name(f"{month} {department}"))
        return now


def _name(cell: str) -> str:
    """What a department's month in brief is kept under."""
    return f"brief {cell}"


@immutable(kw_only=False)
class _InRecords:
    """What is wrong, and accepted, in the records of a month, each alone; and a digest of what they
    are to one another."""

    issues: tuple[Located, ...]
    waivers: tuple[Waiver, ...]
    roster: str

    @classmethod
    def of(cls, rows: Rows) -> Self:
        """What these say."""
        return cls(
            tuple(issue for one in rows.values() for issue in one.issues),
            tuple(waiver for one in rows.values() for waiver in one.waivers),
            digest(*(one.role or path for path, one in rows.items())),
        )


def _known(found: Mapping[str, T | None]) -> dict[str, T]:
    """Of what was looked up by path, what is there."""
    return {path: one for path, one in found.items() if one is not None}


def _rests_on(row: Row, places: KeptPlaces, path: str, month: str, taken: str) -> str:
    """A digest of all that the result of a record rests on, besides the ground and the results of
    other months; `taken` is one of what its form takes of earlier ones."""
    share = {path: places.pools[path]} if path in places.pools else {}
    return digest(
        row.digest,
        STANDINGS.as_bytes({path: places.standings[path]}).decode(),
        POOL_SHARES.as_bytes(share).decode(),
        month if row.looks_around else "",
        taken,
    )
