"""The bases of methods: a row is marked by raters, measured from figures, or planned by the
record."""

from pydantic import Field

from kpisite.core.exact import HUNDRED, ONE, ZERO
from kpisite.core.issue import Source
from kpisite.core.text import Text
from kpisite.core.working import Working
from kpisite.language.base import Flag
from kpisite.language.methods.indicator import Asked, Indicator, Subrow
from kpisite.language.methods.marking import InPoints, Issues, points_issues
from kpisite.language.methods.sheet import Sheet
from kpisite.language.record import Mark, Record, Task


class Marked(Indicator):
    """An indicator for which every rater gives a mark."""

    rated = "row"

    @property
    def takes_marks(self) -> bool:
        """Always."""
        return True

    def asked(self, record: Record) -> tuple[Asked, ...]:
        """Its own."""
        keys, marks = ("marks", self.id), record.marks.get(self.id, {})
        within = keys if marks else ("marks",)
        return (Asked(id=self.id, name=self.name, keys=keys, marks=marks, within=within),)

    def cache_key(self, record: Record) -> tuple[str, str] | None:
        """All that the row rests on, as long as that is what stands beside its id among the marks:
        marks are few and people many, so that most rows of a company are like another.  None where
        figures come in besides."""
        return None if self.metrics() else (self.id, repr(record.marks.get(self.id)))

    def marked(self, rater: str, label: Text, mark: Mark, at: Source) -> Working:
        """The points that `mark`, free of faults, is worth in the hand of one rater."""
        raise NotImplementedError


class Measured(Indicator):
    """An indicator computed from figures and events.

    Where it is `reviewed`, raters may put a mark of their own in place of what was computed, and
    the last review present is the result (F05).
    """

    reviewed: Flag = Field(default=False, description="Raters may correct the points computed")

    @property
    def takes_marks(self) -> bool:
        """Where raters may correct it."""
        return self.reviewed

    @property
    def is_marked_in_steps(self) -> bool:
        """Where raters may correct it."""
        return self.reviewed

    def measured(self, sheet: Sheet) -> Working:
        """The indicator's working, from a record free of faults."""
        raise NotImplementedError


class Planned(Indicator):
    """An indicator whose rows the record itself writes, each marked by every rater."""

    rated = "tasks"

    @property
    def is_filled_in(self) -> bool:
        """Always, row by row."""
        return True

    @property
    def marking(self) -> InPoints:
        """How a rater enters the mark of a task: from 0 to 100, in halves."""
        return InPoints(low=ZERO, most=HUNDRED, step=ONE / 2)

    def mark_issues(self, mark: Mark, record: Record) -> Issues:
        """What is wrong with a rater's mark of a task, or with one peer's."""
        return points_issues(mark, self.marking.most, self.marking.step)

    def rows(self, record: Record) -> tuple[tuple[int, Task], ...]:
        """The tasks with their places in the record."""
        raise NotImplementedError

    def asked(self, record: Record) -> tuple[Asked, ...]:
        """Those of each task."""
        return tuple(
            Asked(
                id=task.id,
                name=task.name,
                keys=("task", index, "marks"),
                marks=task.marks,
                within=("task", index),
            )
            for index, task in self.rows(record)
        )

    def subrows(self, record: Record) -> tuple[Subrow, ...]:
        """The tasks."""
        return tuple(
            Subrow(id=task.id, weight=task.weight, task=task) for _, task in self.rows(record)
        )
