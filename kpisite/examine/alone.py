"""Each record alone: whether it is sound, what it is to others, and what it comes to."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import chain, islice

from kpisite.check.assemble import check_record
from kpisite.check.entry import Entry
from kpisite.core.digest import digest
from kpisite.core.questions import answers
from kpisite.core.recent import Recent
from kpisite.examine.acceptance import waivers
from kpisite.examine.base import Base
from kpisite.examine.kept import WRITTEN
from kpisite.examine.rows import (
    BODIES,
    AsLines,
    Bodies,
    KeptMonth,
    KeptRecord,
    Row,
    Rows,
    Score,
    by_department,
)
from kpisite.examine.run import Run
from kpisite.outcomes.placing import placing_of
from kpisite.read.file import File
from kpisite.read.site import read_file
from kpisite.score.handed import Handed, hands_on
from kpisite.score.scorecard import Scorer, looks_around
from kpisite.words import has_errors

#: So many are a piece of the work.
RECORDS_A_PIECE = 100
#: Of so many the rows are held at a time, those of the months asked for last.
MOST_HELD = 3000


class Alone:
    """The records by month and path; those that are as they were are not looked at again."""

    def __init__(self, run: Run, base: Base) -> None:
        self._run = run
        self._base = base
        self.handed = Handed()
        self._held = Recent[str, Rows](MOST_HELD)

    @cached_property
    def scorer(self) -> Scorer:
        """What it finds of a month holds, for the records stay as they are."""
        return Scorer(self._base.ground, self._base.records.of_month, self.handed)

    def of_month(self, month: str) -> Rows:
        """Each record of a month, by path."""
        rows = self._held.get(month)
        if rows is None:
            ((_, rows),) = self.each([month])
        return rows

    def each(self, months: Sequence[str]) -> Iterator[tuple[str, Rows]]:
        """The records of each of these months, found all at once where they are many; what is
        asked for again later is read again."""
        inputs, before = self._run.inputs, {month: self._before(month) for month in months}
        others = {
            month: [
                path
                for path, file in inputs.files_in(month).items()
                if not self._is_as_before(old, path, file)
            ]
            for month, old in before.items()
        }
        todo = list(chain.from_iterable(others.values()))
        found = iter(self._run.each(todo, self._record, RECORDS_A_PIECE))
        for month, old in before.items():
            new = dict(islice(found, len(others[month])))
            rows = {path: new.get(path) or old.rows[path] for path in inputs.files_in(month)}
            self._keep(month, old, rows)
            self._held.hold(month, rows)
            yield month, rows

    def _keep(self, month: str, before: KeptMonth, rows: Rows) -> None:
        """Keeps the rows of a month, and the bodies of the departments in which one is another."""
        kept, ground = self._run.kept, self._run.inputs.of_ground
        other = {
            one.department
            for some, beside in ((rows, before.rows), (before.rows, rows))
            for path, one in some.items()
            if beside.get(path) is not one
        }
        if not other and before.ground == ground:
            return
        departments = {
            one: key for one, key in before.departments.items() if before.rows and one not in other
        }
        others = {path: row for path, row in rows.items() if row.department in other}
        for department, several in by_department(others).items():
            content = BODIES.as_bytes({path: row.body for path, row in several.items()})
            departments[department] = key = digest(content.decode())
            kept.put(_bodies(month, department), key, WRITTEN, content)
        for department in before.departments.keys() - departments.keys():
            kept.drop(_bodies(month, department))
        now = KeptMonth(ground=ground, departments=departments, rows=rows)
        kept.put(f"records {month}", self._base.of_core, self._lines(month), now)

    def _before(self, month: str) -> KeptMonth:
        """A month as it was kept; on another core, which bodies there are of it and no more."""
        found = self._run.kept.keyed(f"records {month}", "", self._lines(month))
        key, kept = found
        if kept is None:
            return KeptMonth(ground="", departments={}, rows={})
        return kept if key == self._base.of_core else replace(kept, ground="", rows={})

    def _lines(self, month: str) -> AsLines:
        def bodies_of(department: str, key: str) -> Bodies:
            name = _bodies(month, department)
            return Bodies(
                lambda: self._run.kept.get(name, key, BODIES), lambda path: self._record(path).body
            )

        return AsLines(bodies_of)

    def _is_as_before(self, before: KeptMonth, path: str, file: File) -> bool:
        """Whether a record is what it was, and the ground answers as it did."""
        one = before.rows.get(path)
        if one is None or one.digest != file.digest:
            return False
        is_answered = before.ground == self._run.inputs.of_ground
        return is_answered or one.answers == answers(one.asked, self._base.answer)

    def _record(self, path: str) -> Row:
        with self._base.questions.taken() as asked:
            found, score = self._found_in(path)
        said = answers(asked, self._base.answer)
        return Row.of(replace(found, asked=tuple(sorted(asked)), answers=said), score)

    def _found_in(self, path: str) -> tuple[KeptRecord, Score]:
        base, ground = self._base, self._base.ground
        document, issues = read_file(self._run.inputs.records[path])
        checked = None if document is None else check_record(ground, document)
        issues = [*issues, *(() if checked is None else checked.issues)]
        entry = None if checked is None else checked.entry
        recorded = None if checked is None else checked.recorded
        is_whole = not has_errors(issues) and base.can_score(recorded)
        score = Score() if entry is None or not is_whole else self._score(entry)
        record = KeptRecord(
            digest=self._run.inputs.records[path].digest,
            asked=(),
            answers="",
            issues=base.located(issues),
            waivers=() if document is None else tuple(waivers(document)),
            recorded=recorded,
        )
        return record, score

    def _score(self, entry: Entry) -> Score:
        ground = self._base.ground
        around, back = looks_around(ground, entry.record), hands_on(ground, entry.record)
        placing = None if around or back else placing_of(ground, self.scorer.card_of(entry))
        return Score(placing=placing, looks_around=around, looks_back=back)


def _bodies(month: str, department: str) -> str:
    """What the bodies of a department's month are kept under."""
    return f"records {month} {department}"
