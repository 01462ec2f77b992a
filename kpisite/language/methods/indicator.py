"""What every row of a form answers, whatever its method: how it is marked, what it asks for, and
what stands of it on a page."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import ClassVar, Literal

from pydantic import Field

from kpisite.core.exact import ONE, ZERO
from kpisite.core.immutable import immutable
from kpisite.core.issue import Fact, Issue, Keys, Source
from kpisite.core.text import NO_TEXT, Text
from kpisite.language.base import Id, Model, Positive, Words, name_beside
from kpisite.language.clause import Clause, Names
from kpisite.language.methods.events import EventRule
from kpisite.language.methods.marking import InPoints, Issues, Marking, finer_step, points_issues
from kpisite.language.methods.questionnaire import Questionnaire
from kpisite.language.methods.sheet import Within
from kpisite.language.record import Mark, Record, Task
from kpisite.language.share import Weight
from kpisite.language.units import Comparison

Surroundings = Literal["records", "department", "average"]
"""What a row may rest on besides its own record: others of the month, the total of the appraisee's
department, the mean of that department's people."""


@immutable
class Subrow:
    """A row below the row, with its weight: a question, or a `task` of the record.  The working
    has a step of the same id."""

    id: str
    weight: Decimal | None
    task: Task | None = None


Rated = Literal["nothing", "row", "tasks"]


@immutable
class Asked:
    """Marks that raters are asked for: of the row `id` or of a task, and where they stand, or would
    stand, in the record."""

    id: str
    name: Text
    keys: Keys
    marks: Mapping[str, Mark]
    within: Keys
    """The entry that lacks them while there are none."""


class Indicator(Model):
    """A row of the form.  `points` is the most it gives on its own scale; a `weight` sets what
    that scale is worth in the part, where the part is weighted rather than added up."""

    named_in_file: ClassVar = True

    #: Stands under the method's name in the documentation.
    says: ClassVar[Text]
    #: The list of the record that its entries stand in, where it counts any.
    takes_from: ClassVar[str] = ""
    #: What every rater has to mark: the row itself, tasks that the record writes in its place, or
    #: nothing, because figures and events decide.
    rated: ClassVar[Rated] = "nothing"
    #: What of the month around a record its points rest on; nothing for nearly all.
    looks_at: ClassVar[frozenset[Surroundings]] = frozenset()

    id: Id
    name: Words
    points: Positive = Decimal(100)
    weight: Weight | None = None
    step: Positive = Field(default=ONE, description="The smallest difference between two marks")
    text: Words | None = Field(default=None, description="What is appraised, in Markdown")

    @property
    def most(self) -> Decimal:
        """The most this indicator can reach on its own scale."""
        return self.points

    @property
    def start_at(self) -> Decimal | None:
        """The points from which it takes off or puts on, by events or by a figure; none where
        points are given or earned instead.  What a pool or `points` of the pay count follows."""
        return None

    @property
    def highest(self) -> Decimal | None:
        """The most that a month can bring it to; None where nothing bounds it."""
        return self.most

    @property
    def lowest(self) -> Decimal | None:
        """The least that a month can bring it to; None where nothing bounds it."""
        return ZERO

    @property
    def people_needed(self) -> int:
        """Of so many people of the department the total has to be final."""
        return 0

    @property
    def is_marked_in_steps(self) -> bool:
        """Whether raters give it points, in whole multiples of `step`."""
        return False

    @property
    def takes_marks(self) -> bool:
        """Whether raters give the row marks of its own."""
        return False

    @property
    def is_filled_in(self) -> bool:
        """Whether raters mark the row, or the tasks that the record writes in its place."""
        return self.takes_marks

    @property
    def marking(self) -> Marking:
        """How a rater enters a mark, where raters give any: points from none to the most."""
        return InPoints(low=ZERO, most=self.most, step=self.step)

    def mark_issues(self, mark: Mark, record: Record) -> Issues:
        """What is wrong with `mark`; nothing where it can be scored."""
        return points_issues(mark, self.most, self.step)

    def asked(self, record: Record) -> tuple[Asked, ...]:
        """The marks that every rater is asked for: its own, or those of each task in its place."""
        return ()

    def meaning(self, mark: Mark, record: Record) -> Text:
        """What the form says of `mark` in words, such as the text of its band; or nothing."""
        return NO_TEXT

    def metrics(self) -> tuple[str, ...]:
        """The ids of the figures that bound its marks, or that it needs."""
        return ()

    def figure_name(self, metric: str) -> Text:
        """What one of these figures is called where it is asked for: as the row calls it, or as the
        row is called."""
        return name_beside(self, metric) or self.name

    @property
    def figure_of_points(self) -> str | None:
        """The form's figure that is its points, or the share of them, as it stands; if any is."""
        return None

    @property
    def department_full(self) -> Decimal | None:
        """Out of how many points it takes the total of the department, where it says so itself."""
        return None

    @property
    def questionnaire(self) -> Questionnaire | None:
        """What respondents are asked, where it is computed from answers."""
        return None

    def rules(self) -> Mapping[str, EventRule]:
        """The rules whose events it counts, by their ids."""
        return MappingProxyType({})

    def clauses(self, names: Names) -> Iterator[Clause]:
        """What the form states of how the row is marked or computed, in the form's order; nothing
        where `says` says it all.  `names` are those of the form's figures."""
        return iter(())

    def subrows(self, record: Record) -> tuple[Subrow, ...]:
        """The rows below it that pages show each by itself; none where its parts unfold in it."""
        return ()

    def cache_key(self, record: Record) -> tuple[str, str] | None:
        """All that the row rests on, where that is no more than the raters' marks."""
        return None

    def step_issues(self, at: Source) -> Iterator[Issue]:
        """Full points that are no multiple of the step, so that nobody could be given them."""
        if self.is_marked_in_steps and self.points % self.step:
            facts: dict[str, Fact] = {
                "indicator": self.name,
                "step": self.step,
                "points": self.points,
                "finer": finer_step(self.points),
            }
            yield Issue(code="step-uneven", at=at.at("step"), facts=facts)

    def scheme_issues(self, at: Source) -> Iterator[Issue]:
        """What is wrong with the parameters taken together; `at` is the indicator's entry."""
        return iter(())

    def still_to_come(self, record: Record, at: Source) -> Iterator[Issue]:
        """What the row lacks besides marks and figures before it says anything; `at` is the
        record."""
        return iter(())

    def record_issues(self, record: Record, at: Source) -> Iterator[Issue]:
        """What the record has wrong for this indicator beyond marks, and figures that are missing;
        `at` is the record."""
        return iter(())

    def ranks(self) -> tuple[tuple[Within, str], ...]:
        """The figures by which it ranks, each with the group; it waits for those of everybody."""
        return ()

    def takes(self, record: Record) -> Iterator[Keys]:
        """The entries of the record's lists that the row counts, by their keys.

        An entry counts in one row: one that none takes, or two, is a fault.
        """
        return iter(())

    def comparisons(self, at: Source) -> Iterator[Comparison]:
        """The figures that it holds against one another; `at` is the indicator's entry."""
        return iter(())
