"""The records of each month taken together: where everybody stands, and what is shared out."""

from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import chain, takewhile
from typing import Any, Self, TypeVar

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
    InBrief,
    KeptPlaces,
    MonthInBrief,
)
from kpisite.examine.looking_back import Scored, scored_ahead
from kpisite.examine.placed import keep_in_brief, place, rests_on
from kpisite.examine.rows import Rows, by_department, placings_of
from kpisite.examine.run import Run
from kpisite.language.figures.earlier import TAKEN
from kpisite.outcomes.placing import Placing
from kpisite.outcomes.standing import stands_apart
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
                before = self._placed(month)
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
        return self._run.kept.get(f"brief {cell}", self.cells[cell], IN_BRIEF)

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

    def places(self, month: str, departments: Iterable[str]) -> KeptPlaces:
        """Where the records of these departments stand in a month."""
        in_brief = self.in_brief[month]
        if not in_brief.apart:
            return self._places_in(month, self._key(month, in_brief.taken))
        cells = ((f"{month} {one}", in_brief.apart[one]) for one in sorted(set(departments)))
        several = [self._places_in(cell, key) for cell, key in cells]
        if len(several) == 1:
            return several[0]
        return KeptPlaces(
            standings=ChainMap(*(dict(one.standings) for one in several)),
            pools=ChainMap(*(dict(one.pools) for one in several)),
        )

    def _places_in(self, where: str, key: str) -> KeptPlaces:
        """Those of a month, or of a department's where people stand apart."""
        month = where.partition(" ")[0]
        if where not in self._places:
            has_gaps = month in self._with_gaps
            kept = None if has_gaps else self._run.kept.get(f"places {where}", key, PLACES)
            if kept is None:
                self._lost.add(month)
                self._placed(month)
            else:
                self._places[where] = kept
        return self._places[where]

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

    def _placed(self, month: str) -> MonthInBrief:
        """A month of which something is new, placed and kept."""
        rows = self._rows(month)
        before = None if month in self._lost else self._before(month)
        in_brief = (
            self._placed_apart(month, rows, before)
            if self._is_apart(month, rows)
            else self._placed_together(month, rows, before)
        )
        self._hand_on(in_brief)
        kept = self._run.kept
        if before is not None:
            for department in before.departments.keys() - in_brief.departments.keys():
                kept.drop(f"brief {month} {department}")
            for department in before.apart.keys() - in_brief.apart.keys():
                kept.drop(f"places {month} {department}")
        if in_brief.apart:
            kept.drop(f"places {month}")
        kept.put(f"brief {month}", self._run.inputs.of_month[month], MONTH_IN_BRIEF, in_brief)
        return in_brief

    def _before(self, month: str) -> MonthInBrief | None:
        """A month as it was kept of whatever files."""
        return self._run.kept.get(f"brief {month}", "", MONTH_IN_BRIEF)

    def _is_apart(self, month: str, rows: Rows) -> bool:
        """Whether where somebody stands in a month rests on nobody of another department."""
        return (
            month not in self._with_gaps
            and all(stands_apart(one.model) for one in self._base.ground.policies)
            and not any(one.looks_around or one.looks_back for one in rows.values())
        )

    def _placed_apart(self, month: str, rows: Rows, before: MonthInBrief | None) -> MonthInBrief:
        """A month in which people stand apart: a department of which all records are as they were
        is not looked at."""
        apart, departments = dict[str, str](), dict[str, str]()
        for department, several in by_department(rows).items():
            files = (f"{path} {row.digest}" for path, row in several.items())
            key = apart[department] = digest(self._run.inputs.of_ground, *files)
            is_same = before is not None and before.apart.get(department) == key
            if before is not None and is_same and department in before.departments:
                departments[department] = before.departments[department]
                continue
            cell = f"{month} {department}"
            placings = placings_of(several).values()
            places = self._place(cell, key, placings)
            rest_on = {one.path: rests_on(several[one.path], places, one.path) for one in placings}
            departments |= keep_in_brief(self._run.kept, month, placings, rest_on, before)
        return self._in_brief(month, departments, apart=apart)

    def _placed_together(self, month: str, rows: Rows, before: MonthInBrief | None) -> MonthInBrief:
        scored = self._scored(month, rows)
        placings = placings_of(rows)
        placings |= {path: one.placing for path, one in scored.items()}
        taking = _known({path: one.taking for path, one in scored.items()})
        handed = _known({path: one.handed for path, one in scored.items()})
        of_each, taken = self._taken(taking)
        key = self._key(month, taken)
        places = self._place(month, key, placings.values())
        rest_on = {
            path: rests_on(rows[path], places, path, key, of_each.get(path, ""))
            for path in placings
        }
        departments = keep_in_brief(self._run.kept, month, placings.values(), rest_on, before)
        return self._in_brief(month, departments, taking=taking, taken=taken, handed_on=handed)

    def _place(self, where: str, key: str, placings: Iterable[Placing]) -> KeptPlaces:
        self._places[where] = place(self._run.kept, self._base.ground, where, key, placings)
        return self._places[where]

    def _in_brief(self, month: str, departments: Mapping[str, str], **more: Any) -> MonthInBrief:
        found = self._in_records[month]
        return MonthInBrief(
            issues=found.issues,
            waivers=found.waivers,
            roster=found.roster,
            departments=departments,
            **more,
        )


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
