"""The one door to what an examination finds."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from functools import cache, cached_property, partial
from itertools import chain
from typing import TypeVar

from kpisite.check.assemble import alone, check_roster
from kpisite.check.book import Book
from kpisite.check.ground import Ground
from kpisite.check.kinds import RECORD_KIND
from kpisite.check.located import Located
from kpisite.check.roll import Unrecorded, unrecorded
from kpisite.check.roster import Roster
from kpisite.core.address import month_of
from kpisite.core.digest import digest
from kpisite.core.issue import Issue
from kpisite.core.month import Month
from kpisite.examine.acceptance import Waiver
from kpisite.examine.alone import Alone
from kpisite.examine.base import Base
from kpisite.examine.inputs import Inputs
from kpisite.examine.kept import ISSUES, UNRECORDED, Kept, KeptIssues, kept_issue
from kpisite.examine.months import Months
from kpisite.examine.people import People
from kpisite.examine.remembered import Remembered
from kpisite.examine.run import Run
from kpisite.examine.whole import Faulty, left_out
from kpisite.outcomes.aftermath import Aftermath
from kpisite.outcomes.outline import Outline, by_cell
from kpisite.outcomes.results import Result
from kpisite.outcomes.summary_checks import (
    MONTH_CHECKS,
    OUTLINE_CHECKS,
    SUMMARY_CHECKS,
    MonthCheck,
    OutlineCheck,
    SummaryCheck,
)
from kpisite.pages.site_results import ByMonth, SiteResults, site_results_of
from kpisite.read.file import File
from kpisite.words import has_errors

T = TypeVar("T")
C = TypeVar("C", bound=Callable[..., Iterable[Issue]])


class Examination:
    """A site's files, everything wrong in them, and, where none of it is an error, all that
    follows: each part is found when it is asked for first."""

    def __init__(
        self,
        files: Iterable[File],
        code: str,
        kept: Kept,
        workers: int,
        *,
        only_checks: bool = False,
    ) -> None:
        """`code` is a digest of what besides the files the answers rest on: the program.  Where
        nothing is kept it may be empty.  `only_checks` says that nobody means to ask for pages,
        so that what they show need not be found; whoever does all the same has all scored again."""
        self._run = Run(files, code, kept, workers)
        self._base = Base(self._run)
        self._alone = Alone(self._run, self._base)
        self._months = Months(self._run, self._base, self._alone)
        self._people = self._appraised(is_shown=not only_checks)

    def expect_pages(self) -> None:
        """Has what pages show found along with the rest, where nobody has asked for anything."""
        self._people = self._appraised(is_shown=True)

    def _appraised(self, *, is_shown: bool) -> People:
        return People(self._run, self._base, self._alone, self._months, is_shown=is_shown)

    @property
    def inputs(self) -> Inputs:
        """The files, told apart by what they say."""
        return self._run.inputs

    @property
    def kept(self) -> Kept:
        """What one run hands on to the next."""
        return self._run.kept

    @property
    def ground(self) -> Ground:
        """The ground, among whose documents all of the site can be found."""
        return self._base.ground

    def paths_of(self, id: str) -> tuple[str, ...]:
        """The paths of the records of an appraisee of a sound site, month by month."""
        return self._people.paths_of(id)

    def located(self, issues: Iterable[Issue]) -> tuple[Located, ...]:
        """The issues with their places found."""
        return self._base.located(issues)

    # All records together.

    @cached_property
    def roster_digest(self) -> str:
        """A digest of the ground, and of what all records are to one another."""
        return digest(self.inputs.of_ground, *self._months.roster_digests.values())

    @property
    def roster(self) -> Roster:
        """What the records are to one another, which is read for whoever asks, and large."""
        rows = (self._alone.of_month(month) for month in self.inputs.months)
        found = [(path, one.recorded) for of_month in rows for path, one in of_month.items()]
        return Roster.of(
            (one for _, one in found if one is not None),
            (path for path, one in found if one is None),
        )

    @property
    def unrecorded(self) -> tuple[Unrecorded, ...]:
        """Who has no record of a month, excused or not."""
        return self._of_all_records[0]

    @property
    def _of_roster(self) -> tuple[Located, ...]:
        return self._of_all_records[1]

    @cached_property
    def _of_all_records(self) -> tuple[tuple[Unrecorded, ...], tuple[Located, ...]]:
        """Who has no record, and what is wrong in the roster, which is read once for both."""
        roster, key, own = cache(lambda: self.roster), self.roster_digest, self._base.own
        kept = self.kept.get("unrecorded", key, UNRECORDED)
        if kept is None:
            kept = unrecorded(own, roster())
            self.kept.put("unrecorded", key, UNRECORDED, kept)
        return kept, self._kept_issues("roster", key, lambda: check_roster(own, roster()))

    # Everything wrong.

    @cached_property
    def issues_before_scoring(self) -> tuple[Located, ...]:
        """Everything wrong that can be found without scoring."""
        return (*self._base.kept_ground.issues, *self._months.issues, *self._of_roster)

    @cached_property
    def waivers(self) -> tuple[Waiver, ...]:
        """The entries by which files accept warnings of theirs."""
        return (*self._base.kept_ground.waivers, *self._months.waivers)

    @cached_property
    def is_sound(self) -> bool:
        """Whether it can be scored."""
        return not has_errors(self.issues_before_scoring)

    @cached_property
    def issues(self) -> tuple[Located, ...]:
        """Everything wrong in the files, accepted or not, and no theme looked at."""
        if not self.is_sound:
            return (*self.issues_before_scoring, *self._of_what_is_whole())
        people = self._people
        groups = people.groups.of.values()
        of_months = [self._issues_of_month(people, month) for month in self._months_checked(people)]
        key = digest(self.roster_digest, *(one.pays for one in groups))
        of_outlines = self._summaries(OUTLINE_CHECKS, key, self._check_outlines)
        key = digest(
            self.roster_digest, *(each for one in groups for each in one.aftermaths.values())
        )
        of_all = self._summaries(SUMMARY_CHECKS, key, self._check_all)
        return (
            *self.issues_before_scoring,
            *_issues_of_people(people),
            *chain.from_iterable(of_months),
            *chain.from_iterable(of_outlines),
            *chain.from_iterable(of_all),
        )

    def _of_what_is_whole(self) -> Iterator[Located]:
        """What is wrong in the results on which no error bears, and in the months of which none is
        left out."""
        faulty = Faulty.of((*self._base.kept_ground.issues, *self._of_roster))
        if faulty.everything:
            return
        rows = {month: self._alone.of_month(month) for month in self.inputs.months}
        left = left_out(self.ground, faulty, self._of_roster, rows)
        if len(left) == len(self.inputs.records):
            return
        run = self._run.only_reading()
        months = Months(run, self._base, self._alone, left)
        people = People(run, self._base, self._alone, months, is_shown=False)
        yield from _issues_of_people(people)
        with_gaps = {*faulty.months, *map(month_of, left)}
        for month in self._months_checked(people):
            if str(month) not in with_gaps:
                yield from self._issues_of_month(people, month)

    def _summaries(
        self,
        checks: Iterable[tuple[C, Callable[[Ground], bool]]],
        key: str,
        find: Callable[[C], Iterable[Issue]],
    ) -> list[tuple[Located, ...]]:
        """What those of the checks find that apply, or found when the key was the same."""
        return [
            self._kept_issues(f"summary {check.__name__}", key, partial(find, check))
            for check, applies in checks
            if applies(self.ground)
        ]

    def _months_checked(self, people: People) -> Sequence[Month]:
        """The months that have anything to be checked by itself."""
        if not self._checks_of_month:
            return ()
        found = {month for group in people.groups.of.values() for month in group.months}
        return sorted({*map(Month.parse, found), *self.ground.closed})

    @cached_property
    def _checks_of_month(self) -> Sequence[MonthCheck]:
        return [check for check, applies in MONTH_CHECKS if applies(self.ground)]

    def _issues_of_month(self, people: People, month: Month) -> tuple[Located, ...]:
        groups = people.groups.of.values()
        of_groups = (one.aftermaths.get(str(month), "") for one in groups)
        key = digest(self.inputs.of_ground, *of_groups)

        def check() -> Iterator[Issue]:
            found = _aftermaths(people, people.groups.of_month(month))
            for one in self._checks_of_month:
                yield from one(self.ground, month, found)

        return self._kept_issues(f"month {month}", key, check)

    def _check_outlines(self, check: OutlineCheck) -> Iterable[Issue]:
        return check(self.ground, self.unrecorded, self._people.groups.all)

    def _check_all(self, check: SummaryCheck) -> Iterable[Issue]:
        return check(self.ground, _aftermaths(self._people, self._people.groups.all))

    def _kept_issues(
        self, name: str, key: str, check: Callable[[], Iterable[Issue]]
    ) -> tuple[Located, ...]:
        """What a check over many things finds, or found when all of them were as they are."""
        kept = self.kept.get(name, key, ISSUES)
        if kept is not None:
            return self.located(one.issue() for one in kept.issues)
        issues = tuple(check())
        plain = [kept_issue(one) for one in issues]
        if None not in plain:
            found = KeptIssues(issues=tuple(one for one in plain if one is not None))
            self.kept.put(name, key, ISSUES, found)
        return self.located(issues)

    # All that follows.

    @cached_property
    def site_results(self) -> SiteResults:
        """What there is to show."""
        people = self._people if self._people.is_shown else self._appraised(is_shown=True)
        groups, cells = people.groups, people.cells
        return SiteResults(
            ground=self.ground,
            groups=groups,
            brief_of=lambda one: cells.briefs(one.cell, groups.in_cell(one.cell))[one.path],
            results=ByMonth(people.whose, self._results_in, self._base.questions),
            pay_row_of=lambda one: cells.pay_rows(one.cell, groups.in_cell(one.cell))[one.path],
            key_of=people.key_of,
            paths_of=people.paths_of,
            questions=self._base.questions,
            answer=self._base.answer,
            keys_of_months=people.keys_up_to,
            unrecorded=self.unrecorded,
            memory=Remembered(self.kept, self.of_core),
        )

    def of_person(self, id: str) -> SiteResults:
        """What there is to show of one appraisee, as if there were nobody else."""
        return site_results_of(self.ground, self._people.results.of(id))

    @property
    def of_core(self) -> str:
        """A digest of what all that follows rests on, besides what it asks for."""
        return self._base.of_core

    def _results_in(self, id: str, month: str) -> Mapping[str, Result]:
        return {one.card.record.path: one for one in self._people.results.of_month(id, month)}

    @cached_property
    def results(self) -> tuple[Result, ...]:
        """Everybody's results, by month, then appraisee."""
        found = (
            result for id in self._people.groups.name_of for result in self._people.results.of(id)
        )
        return tuple(sorted(found, key=lambda one: (one.month, one.appraisee_id, one.order)))

    @cached_property
    def book(self) -> Book:
        """Everything HR wrote, every record read."""
        ground = self.ground
        filed = {}
        for path in self.inputs.records:
            document = self._base.texts.get(path)
            found = None if document is None else alone(document, RECORD_KIND)[0]
            if found is not None:
                filed[path] = found
        everything = {one.name: getattr(ground, one.name) for one in fields(ground)}
        roster = self.roster
        everything["unread"] = ground.unread | roster.unread
        records = tuple(filed[one.path] for one in roster.records)
        return Book(**everything, records=records, roster=roster)


def _issues_of_people(people: People) -> Iterator[Located]:
    """What is wrong in everybody's results."""
    for id in sorted(id for one in people.groups.of.values() for id in one.with_issues):
        yield from people.issues_of(id)


def _aftermaths(people: People, outlines: Sequence[Outline]) -> Sequence[Aftermath]:
    """What checks need of these scorecards, in their order, read a department's month at a time."""
    found: dict[str, Aftermath] = {}
    for cell, several in by_cell(outlines).items():
        known = people.cells.aftermaths(cell, people.groups.in_cell(cell))
        found |= {one.path: known[one.path] for one in several}
    return [found[one.path] for one in outlines]
