"""The one door to what an examination finds."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields
from functools import cached_property
from itertools import chain

from kpisite.check.assemble import alone, check_roster
from kpisite.check.book import Book
from kpisite.check.ground import Ground
from kpisite.check.kinds import RECORD_KIND
from kpisite.check.located import Located
from kpisite.check.roll import Unrecorded, unrecorded
from kpisite.check.roster import Roster
from kpisite.core.digest import digest
from kpisite.core.issue import Issue
from kpisite.examine.acceptance import Waiver
from kpisite.examine.alone import Alone
from kpisite.examine.base import Base
from kpisite.examine.inputs import Inputs
from kpisite.examine.kept import ISSUES, UNRECORDED, Kept, KeptIssues, kept_issue
from kpisite.examine.months import Months
from kpisite.examine.people import People
from kpisite.examine.run import Run
from kpisite.outcomes.brief import Brief, brief_of
from kpisite.outcomes.results import Result
from kpisite.outcomes.summary_checks import SUMMARY_CHECKS
from kpisite.pages.pay_rows import PayRow
from kpisite.pages.site_results import ByPath, Digests, SiteResults
from kpisite.read.file import File
from kpisite.words import has_errors


class Examination:
    """A site's files, everything wrong in them, and, where none of it is an error, all that
    follows: each part is found when it is asked for first."""

    def __init__(self, files: Iterable[File], code: str, kept: Kept, workers: int) -> None:
        """`code` is a digest of what besides the files the answers rest on: the program.  Where
        nothing is kept it may be empty."""
        self._run = Run(files, code, kept, workers)
        self._base = Base(self._run)
        self._alone = Alone(self._run, self._base)
        self._months = Months(self._run, self._base, self._alone)
        self._people = People(self._run, self._base, self._alone, self._months)

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

    @property
    def people(self) -> Mapping[str, tuple[str, ...]]:
        """The appraisees of a sound site by id, each with the paths of the records, month by
        month."""
        return self._people.paths

    def located(self, issues: Iterable[Issue]) -> tuple[Located, ...]:
        """The issues with their places found."""
        return self._base.located(issues)

    # All records together.

    @cached_property
    def roster_digest(self) -> str:
        """A digest of the ground, and of what all records are to one another."""
        return digest(self.inputs.of_ground, *self._months.roster_digests.values())

    @cached_property
    def roster(self) -> Roster:
        """What the records are to one another."""
        rows = [self._alone.of_month(month) for month in self.inputs.by_month]
        found = [(path, one.recorded) for of_month in rows for path, one in of_month.items()]
        return Roster.of(
            (one for _, one in found if one is not None),
            (path for path, one in found if one is None),
        )

    @cached_property
    def unrecorded(self) -> tuple[Unrecorded, ...]:
        """Who has no record of a month, excused or not."""
        kept = self.kept.get("unrecorded", self.roster_digest, UNRECORDED)
        if kept is None:
            kept = unrecorded(self._base.own, self.roster)
            self.kept.put("unrecorded", self.roster_digest, UNRECORDED, kept)
        return kept

    # Everything wrong.

    @cached_property
    def issues_before_scoring(self) -> tuple[Located, ...]:
        """Everything wrong that can be found without scoring."""
        of_roster = self._kept_issues(
            "roster", self.roster_digest, lambda: check_roster(self._base.own, self.roster)
        )
        of_records = chain.from_iterable(one.issues for one in self._months.each_found)
        return (*self._base.kept_ground.issues, *of_records, *of_roster)

    @cached_property
    def waivers(self) -> tuple[Waiver, ...]:
        """The entries by which files accept warnings of theirs."""
        of_records = chain.from_iterable(one.waivers for one in self._months.each_found)
        return (*self._base.kept_ground.waivers, *of_records)

    @cached_property
    def is_sound(self) -> bool:
        """Whether it can be scored."""
        return not has_errors(self.issues_before_scoring)

    @cached_property
    def issues(self) -> tuple[Located, ...]:
        """Everything wrong in the files, accepted or not, and no theme looked at."""
        if not self.is_sound:
            return self.issues_before_scoring
        faces = self._people.faces
        of_people = [self._people.person(id).issues for id in faces if faces[id].has_issues]
        key = digest(self.roster_digest, *(one.aftermaths for one in faces.values()))
        of_all = self._kept_issues("summary", key, self._check_summary)
        return (*self.issues_before_scoring, *chain.from_iterable(of_people), *of_all)

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

    def _check_summary(self) -> Iterator[Issue]:
        found = sorted(
            (one for id in self.people for one in self._people.person(id).aftermaths),
            key=lambda one: (one.month, one.appraisee, one.path),
        )
        for check in SUMMARY_CHECKS:
            yield from check(self.ground, self.roster, found)

    # All that follows.

    @cached_property
    def _whose(self) -> Mapping[str, str]:
        """The appraisees by the path of the record."""
        return {path: id for id, paths in self.people.items() for path in paths}

    @cached_property
    def briefs(self) -> tuple[Brief, ...]:
        """Everybody's months in brief, by month, then appraisee."""
        found = (brief for id in self._people.faces for brief in self._people.person(id).briefs)
        return tuple(sorted(found, key=lambda one: (one.month, one.appraisee_id, one.part or "")))

    @cached_property
    def site_results(self) -> SiteResults:
        """What there is to show."""
        return SiteResults(
            ground=self.ground,
            briefs=self.briefs,
            results=ByPath(self._whose, self._results_by_path),
            digests={
                id: Digests(results=face.key, of_records=face.of_records)
                for id, face in self._people.faces.items()
            },
            pay_rows=ByPath(self._whose, self._pay_rows_of),
            unrecorded=self.unrecorded,
        )

    def of_person(self, id: str) -> SiteResults:
        """What there is to show of one appraisee, as if there were nobody else."""
        found = self._people.results_of(id)
        return SiteResults(
            ground=self.ground,
            briefs=tuple(brief_of(self.ground, one) for one in found),
            results={one.card.record.path: one for one in found},
            pay_rows={},
            digests={},
            unrecorded=(),
        )

    def _pay_rows_of(self, id: str) -> Mapping[str, PayRow]:
        return {one.path: one for one in self._people.pay_rows(id)}

    def _results_by_path(self, id: str) -> Mapping[str, Result]:
        return {one.card.record.path: one for one in self._people.results_of(id)}

    @cached_property
    def results(self) -> tuple[Result, ...]:
        """Everybody's results, by month, then appraisee."""
        found = (result for id in self.people for result in self._people.results_of(id))
        return tuple(
            sorted(found, key=lambda one: (one.month, one.appraisee_id, one.record.part or ""))
        )

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
        everything["unread"] = ground.unread | self.roster.unread
        records = tuple(filed[one.path] for one in self.roster.records)
        return Book(**everything, records=records, roster=self.roster)
