"""Tasks that the record itself writes for the month, with weights and marks (F08 plan)."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from kpisite.core.captions import caption
from kpisite.core.exact import ONE, compare, percent, total
from kpisite.core.issue import Fact, Issue, Keys, Source
from kpisite.language.methods.base import Planned
from kpisite.language.record import Record, Task


class Tasks(Planned):
    """Each task is marked from 0 to 100 by every rater, and counts by its weight; the weights of
    a record's tasks add up to 100%."""

    says = caption("says-tasks")

    takes_from: ClassVar = "task"

    method: Literal["tasks"]

    def takes(self, record: Record) -> Iterator[Keys]:
        """The tasks that name it, or no row: with two such rows, each task names its own."""
        return (("task", index) for index, _ in self.rows(record))

    def rows(self, record: Record) -> tuple[tuple[int, Task], ...]:
        """The tasks that belong to this indicator, with their places in the record."""
        return tuple(
            (index, task)
            for index, task in enumerate(record.task)
            if task.of is None or task.of == self.id
        )

    def still_to_come(self, record: Record, at: Source) -> Iterator[Issue]:
        """No tasks."""
        if not self.rows(record):
            yield Issue(code="tasks-missing", at=at, facts={"indicator": self.name})

    def record_issues(self, record: Record, at: Source) -> Iterator[Issue]:
        """Weights that do not add up."""
        rows = self.rows(record)
        if not rows:
            return
        weights = total(task.weight for _, task in rows)
        if compare(weights, ONE):
            facts: dict[str, Fact] = {"name": self.name, "sum": percent(weights)}
            here = at.at("task", rows[0][0], "weight")
            yield Issue(code="weights-sum", at=here, facts=facts)
