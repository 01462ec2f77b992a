"""From a site's files to all that follows from them: read, checked, scored, person by person.

In two rounds, because people's months meet in between.  First each record alone: is it sound, and
what does it come to (`Placing`)?  Then, from these small values, where everybody stands and what is
shared out.  Then each person alone again, month after month, to the results.  Both rounds are
shared out over processes, and of both is kept what the next run would find again (`Kept`).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from functools import cached_property
from itertools import chain, groupby
from typing import TypeVar

from kpisite.acceptance import Waiver, waivers
from kpisite.check.assemble import alone, check_ground, check_record, check_roster, shelved
from kpisite.check.book import Book
from kpisite.check.ground import Ground
from kpisite.check.kinds import RECORD_KIND
from kpisite.check.located import Located, located
from kpisite.check.roll import Unrecorded, unrecorded
from kpisite.check.roster import RECORDED, Roster
from kpisite.core.fault import Issue
from kpisite.core.month import Month
from kpisite.inputs import Inputs, digest
from kpisite.kept import (
    FACES,
    GROUND,
    ISSUES,
    MONTH,
    MONTH_IN_BRIEF,
    PERSON,
    PLACES,
    UNRECORDED,
    Face,
    Kept,
    KeptGround,
    KeptIssues,
    KeptMonth,
    KeptPerson,
    KeptPlaces,
    KeptRecord,
    MonthInBrief,
    kept_issue,
)
from kpisite.outcomes.aftermath import AFTERMATHS, aftermath_of
from kpisite.outcomes.brief import BRIEFS, Brief, brief_of
from kpisite.outcomes.carry import NO_HISTORY
from kpisite.outcomes.placing import placing_of
from kpisite.outcomes.pools import POOL_SHARES, pool_shares
from kpisite.outcomes.result_checks import RESULT_CHECKS
from kpisite.outcomes.results import Result, finish
from kpisite.outcomes.standing import STANDINGS, standings
from kpisite.outcomes.summary_checks import SUMMARY_CHECKS
from kpisite.pages.pay_rows import PAY_ROWS, PayRow, pay_row_of
from kpisite.pages.site_results import ByPath, Digests, SiteResults
from kpisite.read.document import Documents
from kpisite.read.site import File, read_file, read_site
from kpisite.records import Records, Shelf, Texts
from kpisite.score.scorecard import Scorer, looks_around
from kpisite.spread import pieces_of, spread
from kpisite.words import has_errors

T = TypeVar("T")

#: So many are a piece of the work, and below so many pieces a fork costs more than it saves.
RECORDS_A_PIECE, PEOPLE_A_PIECE = 100, 25
WORTH_A_FORK = 3
#: The shelves of a ground whose files are many, or large, and mostly nobody's concern.
LARGE_SHELVES = ("staff", "pay", "closed", "amendments")


class Examination:
    """A site's files, everything wrong in them, and, where none of it is an error, all that
    follows: each part is found when it is asked for first."""

    def __init__(self, files: Iterable[File], code: str, kept: Kept, workers: int) -> None:
        """`code` is a digest of what besides the files the answers rest on: the program.  Where
        nothing is kept it may be empty."""
        self.inputs = Inputs(files, code)
        self.kept = kept
        self._workers = workers

    # The ground.

    @cached_property
    def _ground(self) -> tuple[Ground, KeptGround]:
        """The ground, whose documents are its own, and what is wrong in it."""
        files, key = self.inputs.ground, self.inputs.of_ground
        kept = self.kept.get("ground", key, GROUND)
        if kept is not None:
            return self._ground_again(kept), kept
        documents, issues = read_site(files)
        unread = frozenset(
            file.path
            for file in files
            if documents.get(file.path) is None and file.trouble != "stray-file"
        )
        ground, faults = check_ground(documents, unread)
        found = KeptGround(
            issues=tuple(located(one, documents.get) for one in (*issues, *faults)),
            waivers=tuple(one for document in documents for one in waivers(document)),
            unread=tuple(sorted(ground.unread)),
            shelves={
                shelf: {str(key): filed.path for key, filed in getattr(ground, shelf).items()}
                for shelf in LARGE_SHELVES
            },
        )
        if not has_errors(found.issues):
            self.kept.put("ground", key, GROUND, found)
        return ground, found

    def _ground_again(self, kept: KeptGround) -> Ground:
        """The ground as it was when no error was found in it, with large shelves read at need."""
        large = {path for shelf in kept.shelves.values() for path in shelf.values()}
        files = {file.path: file for file in self.inputs.ground}
        documents, _ = read_site(file for path, file in files.items() if path not in large)
        texts = Texts(files, {one.path: one for one in documents})
        shelves = kept.shelves
        months = {
            shelf: Shelf({Month.parse(key): one for key, one in shelves[shelf].items()}, texts)
            for shelf in ("closed", "amendments")
        }
        ground, _ = shelved(documents, frozenset(kept.unread))
        return replace(
            ground,
            documents=Documents(texts),
            staff=Shelf(shelves["staff"], texts),
            pay=Shelf(shelves["pay"], texts),
            closed=months["closed"],
            amendments=months["amendments"],
        )

    @cached_property
    def ground(self) -> Ground:
        """The ground, among whose documents all of the site can be found."""
        own, _ = self._ground
        return replace(own, documents=Documents(self._texts))

    @cached_property
    def _texts(self) -> Texts:
        own, _ = self._ground
        files = {file.path: file for file in self.inputs.ground} | self.inputs.records
        return Texts(files, own.documents.by_path)

    @cached_property
    def records(self) -> Records:
        """The records, which are read when they are asked for."""
        return Records(self.inputs, self._texts)

    # Each record alone.

    @cached_property
    def _in_brief_before(self) -> Mapping[str, MonthInBrief]:
        """Those of the months that are as they were, and in which no record had an error."""
        found = {
            month: self.kept.get(f"brief {month}", key, MONTH_IN_BRIEF)
            for month, key in self.inputs.of_month.items()
        }
        return {month: one for month, one in found.items() if one is not None}

    @cached_property
    def _alone(self) -> dict[str, Mapping[str, KeptRecord]]:
        """By month and path, each record of the months that are not as they were; others are added
        when somebody asks for them."""
        return self._each_alone(
            [month for month in self.inputs.by_month if month not in self._in_brief_before]
        )

    def _of_month(self, month: str) -> Mapping[str, KeptRecord]:
        """Each record of a month alone, by path."""
        if month not in self._alone:
            self._alone.update(self._each_alone([month]))
        return self._alone[month]

    def _each_alone(self, months: Sequence[str]) -> dict[str, Mapping[str, KeptRecord]]:
        before: dict[str, Mapping[str, KeptRecord]] = {}
        for month in months:
            kept = self.kept.get(f"records {month}", self.inputs.of_ground, MONTH)
            before[month] = {} if kept is None else kept.records
        todo = [
            path
            for month in months
            for path in self.inputs.by_month[month]
            if not self._is_as_before(before[month], path)
        ]
        found = self._found_alone(todo)
        made: dict[str, Mapping[str, KeptRecord]] = {}
        for month, old in before.items():
            paths = self.inputs.by_month[month]
            made[month] = {path: found.get(path) or old[path] for path in paths}
            if any(path in found for path in paths) or len(old) != len(paths):
                rows = KeptMonth(records=made[month])
                self.kept.put(f"records {month}", self.inputs.of_ground, MONTH, rows)
        return made

    def _is_as_before(self, before: Mapping[str, KeptRecord], path: str) -> bool:
        return path in before and before[path].digest == self.inputs.of_file[path]

    def _found_alone(self, paths: Sequence[str]) -> dict[str, KeptRecord]:
        is_sound, scorer = not has_errors(self._ground[1].issues), self._scorer

        def find(path: str) -> KeptRecord:
            return self._record_alone(path, scorer, is_sound)

        return self._for_each(paths, find, RECORDS_A_PIECE)

    def _for_each(
        self, names: Sequence[str], find: Callable[[str], T], at_a_time: int
    ) -> dict[str, T]:
        """What `find` gives for each name, by several processes where the names are many."""
        pieces = pieces_of(names, at_a_time)

        def work(piece: int) -> list[T]:
            return [find(name) for name in pieces[piece]]

        workers = self._workers if len(pieces) >= WORTH_A_FORK else 1
        answers = spread(work, len(pieces), workers)
        return dict(zip(names, chain.from_iterable(answers), strict=True))

    @cached_property
    def _scorer(self) -> Scorer:
        """What it finds of a month holds, for the records stay as they are."""
        return Scorer(self.ground, self.records.of_month)

    def _record_alone(self, path: str, scorer: Scorer, is_sound: bool) -> KeptRecord:
        ground = self.ground
        document, issues = read_file(self.inputs.records[path])
        checked = None if document is None else check_record(ground, document)
        issues = [*issues, *(() if checked is None else checked.issues)]
        filed = None if checked is None else checked.filed
        looks, placing = False, None
        if filed is not None and is_sound and not has_errors(issues):
            looks = looks_around(ground, filed.model)
            placing = None if looks else placing_of(ground, scorer.card(filed))
        return KeptRecord(
            digest=self.inputs.of_file[path],
            issues=self.located(issues),
            waivers=() if document is None else tuple(waivers(document)),
            recorded=None if checked is None else checked.recorded,
            placing=placing,
            looks_around=looks,
        )

    # All records together.

    @cached_property
    def _roster_digests(self) -> Mapping[str, str]:
        """By month, a digest of what its records are to one another."""
        return {
            month: self._in_brief_before[month].roster
            if month in self._in_brief_before
            else _digest_of_roster(self._of_month(month))
            for month in self.inputs.by_month
        }

    @cached_property
    def roster_digest(self) -> str:
        """A digest of the ground, and of what all records are to one another."""
        return digest(self.inputs.of_ground, *self._roster_digests.values())

    @cached_property
    def roster(self) -> Roster:
        """What the records are to one another."""
        rows = [self._of_month(month) for month in self.inputs.by_month]
        found = [(path, one.recorded) for of_month in rows for path, one in of_month.items()]
        return Roster.of(
            (one for _, one in found if one is not None),
            (path for path, one in found if one is None),
        )

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

    def located(self, issues: Iterable[Issue]) -> tuple[Located, ...]:
        """The issues with their places found."""
        return tuple(located(one, self._texts.get) for one in issues)

    @cached_property
    def _of_months(self) -> tuple[MonthInBrief | KeptRecord, ...]:
        """What was found in records, each alone."""
        return (
            *self._in_brief_before.values(),
            *(
                row
                for month in self.inputs.by_month
                if month not in self._in_brief_before
                for row in self._of_month(month).values()
            ),
        )

    @cached_property
    def faults(self) -> tuple[Located, ...]:
        """Everything wrong that can be found without scoring."""
        of_roster = self._kept_issues(
            "roster", self.roster_digest, lambda: check_roster(self._ground[0], self.roster)
        )
        of_records = chain.from_iterable(one.issues for one in self._of_months)
        return (*self._ground[1].issues, *of_records, *of_roster)

    @cached_property
    def waivers(self) -> tuple[Waiver, ...]:
        """The entries by which files accept warnings of theirs."""
        of_records = chain.from_iterable(one.waivers for one in self._of_months)
        return (*self._ground[1].waivers, *of_records)

    @cached_property
    def is_sound(self) -> bool:
        """Whether it can be scored."""
        return not has_errors(self.faults)

    # Where everybody stands.

    @cached_property
    def _in_brief(self) -> Mapping[str, MonthInBrief]:
        """Every month of a sound site in brief, the earliest first."""
        return {
            month: self._in_brief_before.get(month) or self._placed(month)[0]
            for month in self.inputs.by_month
        }

    def places(self, month: str) -> KeptPlaces:
        """Where a month's records stand."""
        if month not in self._places:
            kept = self.kept.get(f"places {month}", self.inputs.of_month[month], PLACES)
            self._places[month] = self._placed(month)[1] if kept is None else kept
        return self._places[month]

    @cached_property
    def _places(self) -> dict[str, KeptPlaces]:
        return {}

    def _placed(self, month: str) -> tuple[MonthInBrief, KeptPlaces]:
        rows, key, ground = self._of_month(month), self.inputs.of_month[month], self.ground
        placings = {path: one.placing for path, one in rows.items() if one.placing is not None}
        scorer = self._scorer
        for path, one in rows.items():
            if one.looks_around:
                placings[path] = placing_of(ground, scorer.card(self.records.at(path)))
        ordered = sorted(placings.values(), key=lambda one: (one.appraisee, one.part or ""))
        places = KeptPlaces(
            standings=dict(standings(ground, ordered)), pools=dict(pool_shares(ground, ordered))
        )
        in_brief = MonthInBrief(
            issues=tuple(issue for one in rows.values() for issue in one.issues),
            waivers=tuple(waiver for one in rows.values() for waiver in one.waivers),
            roster=self._roster_digests[month],
            of_records={
                one.path: (
                    one.appraisee,
                    _rests_on(rows[one.path], one.path, places, key),
                )
                for one in ordered
            },
        )
        self.kept.put(f"places {month}", key, PLACES, places)
        self.kept.put(f"brief {month}", key, MONTH_IN_BRIEF, in_brief)
        self._places[month] = places
        return in_brief, places

    # Each person alone.

    @cached_property
    def people(self) -> Mapping[str, tuple[str, ...]]:
        """The appraisees of a sound site by id, each with the paths of the records, month by
        month, that of a whole month before those of its parts."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for in_brief in self._in_brief.values():
            for path, (appraisee, _) in in_brief.of_records.items():
                found[appraisee].append(path)
        return {id: tuple(paths) for id, paths in sorted(found.items())}

    @cached_property
    def _keys(self) -> Mapping[str, str]:
        """By id, a digest of all that an appraisee's results rest on."""
        rests_on = {
            path: one
            for in_brief in self._in_brief.values()
            for path, (_, one) in in_brief.of_records.items()
        }
        return {
            id: digest(self.inputs.of_ground, *(f"{path} {rests_on[path]}" for path in paths))
            for id, paths in self.people.items()
        }

    @cached_property
    def faces(self) -> Mapping[str, Face]:
        """What is to be known of each appraisee without reading more."""
        before = self.kept.get("people", "", FACES) or {}
        todo = [id for id, key in self._keys.items() if id not in before or before[id].key != key]
        for month in self.inputs.by_month if todo else ():
            self.places(month)  # before the fork, once for all
        found = self._for_each(todo, self._person, PEOPLE_A_PIECE)
        for id, person in found.items():
            self.kept.put(f"person {id}", self._keys[id], PERSON, person)
            self._people_read[id] = person
        faces = {
            id: _face(key, found[id]) if id in found else before[id]
            for id, key in self._keys.items()
        }
        if found or faces.keys() != before.keys():
            for id in before.keys() - faces.keys():
                self.kept.drop(f"person {id}")
            self.kept.put("people", "", FACES, faces)
        return faces

    @cached_property
    def _people_read(self) -> dict[str, KeptPerson]:
        return {}

    def person(self, id: str) -> KeptPerson:
        """An appraisee's months in brief."""
        if id not in self._people_read:
            key = self.faces[id].key
            kept = self.kept.get(f"person {id}", key, PERSON)
            self._people_read[id] = self._person(id) if kept is None else kept
        return self._people_read[id]

    def _person(self, id: str) -> KeptPerson:
        ground, found = self.ground, self.results_of(id)
        return KeptPerson(
            briefs=tuple(brief_of(ground, one) for one in found),
            aftermaths=tuple(aftermath_of(ground, one) for one in found),
            pay_rows=tuple(pay_row_of(one, ground.site.model.language) for one in found),
            issues=self.located(
                issue for one in found for check in RESULT_CHECKS for issue in check(ground, one)
            ),
        )

    def results_of(self, id: str) -> tuple[Result, ...]:
        """An appraisee's results, month by month."""
        scorer = self._scorer
        history, made = NO_HISTORY, list[Result]()
        for month, several in groupby(self.people[id], key=month_of):
            places = self.places(month)
            cards = tuple(scorer.card(self.records.at(path)) for path in several)
            found, history = finish(self.ground, cards, places.standings, places.pools, history)
            made += found
        return tuple(made)

    # Everything wrong.

    @cached_property
    def issues(self) -> tuple[Located, ...]:
        """Everything wrong in the files, accepted or not, and no theme looked at."""
        if not self.is_sound:
            return self.faults
        of_people = [self.person(id).issues for id, face in self.faces.items() if face.has_issues]
        key = digest(self.roster_digest, *(one.aftermaths for one in self.faces.values()))
        of_all = self._kept_issues("summary", key, self._check_summary)
        return (*self.faults, *chain.from_iterable(of_people), *of_all)

    # All of it.

    @cached_property
    def whose(self) -> Mapping[str, str]:
        """The appraisees by the path of the record."""
        return {path: id for id, paths in self.people.items() for path in paths}

    @cached_property
    def briefs(self) -> tuple[Brief, ...]:
        """Everybody's months in brief, by month, then appraisee."""
        found = (brief for id in self.faces for brief in self.person(id).briefs)
        return tuple(sorted(found, key=lambda one: (one.month, one.appraisee_id, one.part or "")))

    @cached_property
    def site_results(self) -> SiteResults:
        """What there is to show."""
        return SiteResults(
            ground=self.ground,
            briefs=self.briefs,
            results=ByPath(self.whose, self._results_by_path),
            digests={
                id: Digests(results=face.key, briefs=face.briefs, pay=face.pay)
                for id, face in self.faces.items()
            },
            pay_rows=ByPath(self.whose, self._pay_rows_of),
            unrecorded=self.unrecorded,
        )

    def _pay_rows_of(self, id: str) -> Mapping[str, PayRow]:
        return {one.path: one for one in self.person(id).pay_rows}

    def _results_by_path(self, id: str) -> Mapping[str, Result]:
        return {one.card.record.path: one for one in self.results_of(id)}

    @cached_property
    def results(self) -> tuple[Result, ...]:
        """Everybody's results, by month, then appraisee."""
        found = (result for id in self.people for result in self.results_of(id))
        return tuple(
            sorted(found, key=lambda one: (one.month, one.appraisee_id, one.record.part or ""))
        )

    @cached_property
    def unrecorded(self) -> tuple[Unrecorded, ...]:
        """Who has no record of a month, excused or not."""
        kept = self.kept.get("unrecorded", self.roster_digest, UNRECORDED)
        if kept is None:
            kept = unrecorded(self._ground[0], self.roster)
            self.kept.put("unrecorded", self.roster_digest, UNRECORDED, kept)
        return kept

    @cached_property
    def book(self) -> Book:
        """Everything HR wrote, every record read."""
        texts, ground = self._texts, self.ground
        filed = {}
        for path in self.inputs.records:
            document = texts.get(path)
            found = None if document is None else alone(document, RECORD_KIND)[0]
            if found is not None:
                filed[path] = found
        everything = {one.name: getattr(ground, one.name) for one in fields(ground)}
        everything["unread"] = ground.unread | self.roster.unread
        records = tuple(filed[one.path] for one in self.roster.records)
        return Book(**everything, records=records, roster=self.roster)

    def _check_summary(self) -> Iterator[Issue]:
        found = sorted(
            (one for id in self.people for one in self.person(id).aftermaths),
            key=lambda one: (one.month, one.appraisee, one.path),
        )
        for check in SUMMARY_CHECKS:
            yield from check(self.ground, self.roster, found)


def month_of(path: str) -> str:
    """The month that the record at `path` stands under."""
    return path.split("/")[1]


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


def _face(key: str, person: KeptPerson) -> Face:
    return Face(
        key=key,
        aftermaths=digest(AFTERMATHS.as_bytes(person.aftermaths).decode()),
        briefs=digest(BRIEFS.as_bytes(person.briefs).decode()),
        pay=digest(PAY_ROWS.as_bytes(person.pay_rows).decode()),
        has_issues=bool(person.issues),
    )
