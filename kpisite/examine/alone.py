"""Each record alone: whether it is sound, what it is to others, and what it comes to."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

from kpisite.check.assemble import check_record
from kpisite.core.questions import answers
from kpisite.examine.acceptance import waivers
from kpisite.examine.base import Base
from kpisite.examine.rows import MONTH, KeptMonth, KeptRecord, Row, Rows
from kpisite.examine.run import Run
from kpisite.outcomes.placing import Placing, placing_of
from kpisite.read.site import read_file
from kpisite.score.handed import Handed, hands_on
from kpisite.score.scorecard import Scorer, looks_around
from kpisite.words import has_errors

#: So many are a piece of the work.
RECORDS_A_PIECE = 100


class Alone:
    """The records by month and path; those that are as they were are not looked at again."""

    def __init__(self, run: Run, base: Base) -> None:
        self._run = run
        self._base = base
        self.handed = Handed()
        self._found: dict[str, Rows] = {}

    @cached_property
    def scorer(self) -> Scorer:
        """What it finds of a month holds, for the records stay as they are."""
        return Scorer(self._base.ground, self._base.records.of_month, self.handed)

    def of_month(self, month: str) -> Rows:
        """Each record of a month, by path."""
        self.find([month])
        return self._found[month]

    def find(self, months: Sequence[str]) -> None:
        """Has the records of these months at hand, all at once where they are many."""
        before: dict[str, Rows] = {}
        answered: set[str] = set()
        key, inputs = self._base.of_core, self._run.inputs
        for month in months:
            if month not in self._found:
                kept = self._run.kept.get(f"records {month}", key, MONTH)
                before[month] = {} if kept is None else kept.rows
                if kept is not None and kept.ground == inputs.of_ground:
                    answered.add(month)
        todo = [
            path
            for month, old in before.items()
            for path in inputs.paths_in(month)
            if not self._is_as_before(old, path, is_answered=month in answered)
        ]
        found = self._run.for_each(todo, self._record, RECORDS_A_PIECE)
        for month, old in before.items():
            paths = inputs.paths_in(month)
            self._found[month] = {path: found.get(path) or old[path] for path in paths}
            is_another = any(path in found for path in paths) or len(old) != len(paths)
            if is_another or month not in answered:
                rows = KeptMonth(ground=inputs.of_ground, rows=self._found[month])
                self._run.kept.put(f"records {month}", key, MONTH, rows)

    def _is_as_before(self, before: Rows, path: str, *, is_answered: bool) -> bool:
        """Whether a record is what it was, and the ground answers as it did, which may be known."""
        one = before.get(path)
        if one is None or one.digest != self._run.inputs.records[path].digest:
            return False
        return is_answered or one.answers == answers(one.asked, self._base.answer)

    def _record(self, path: str) -> Row:
        with self._base.questions.taken() as asked:
            found, placing = self._found_in(path)
        said = answers(asked, self._base.answer)
        return Row.of(replace(found, asked=tuple(sorted(asked)), answers=said), placing)

    def _found_in(self, path: str) -> tuple[KeptRecord, Placing | None]:
        base, ground = self._base, self._base.ground
        document, issues = read_file(self._run.inputs.records[path])
        checked = None if document is None else check_record(ground, document)
        issues = [*issues, *(() if checked is None else checked.issues)]
        entry = None if checked is None else checked.entry
        recorded = None if checked is None else checked.recorded
        looks, back, placing = False, False, None
        if entry is not None and not has_errors(issues) and base.can_score(recorded):
            looks, back = looks_around(ground, entry.record), hands_on(ground, entry.record)
            placing = None if looks or back else placing_of(ground, self.scorer.card_of(entry))
        record = KeptRecord(
            digest=self._run.inputs.records[path].digest,
            asked=(),
            answers="",
            issues=base.located(issues),
            waivers=() if document is None else tuple(waivers(document)),
            recorded=recorded,
            looks_around=looks,
            looks_back=back,
        )
        return record, placing
