"""A figure through steps (F15, F21): 36% of enquiries converted gives 80% of the points."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from kpisite.core.exact import ZERO, product
from kpisite.core.fault import Fact, Issue, Source
from kpisite.core.formula import Edge, Formula, Given, Ladder, Part, Product, Rung
from kpisite.core.text import Text
from kpisite.core.working import Kind, Working, derive
from kpisite.language.base import Amount, Id, Model, Number, Quantity, Words
from kpisite.language.methods.base import Measured, Sheet, metric_working, unit_faults
from kpisite.language.record import Record
from kpisite.language.share import Yield

#: The key that states an edge, and the sign it stands for.
EDGES = {"from_": "≥", "above": ">", "to": "≤", "below": "<"}
RISING = ("from_", "above")


class Step(Model):
    """One step: where it begins, and the points or the share of the points it gives.

    `from` (this much or more) and `above` (more than this) rise; `to` and `below` fall; a step
    with no edge takes the rest.
    """

    from_: Amount | None = Field(default=None)
    above: Amount | None = None
    to: Amount | None = None
    below: Amount | None = None
    share: Yield | None = None
    points: Number | None = None

    @model_validator(mode="after")
    def _states_one_edge_and_one_yield(self) -> "Step":
        if sum(getattr(self, key) is not None for key in EDGES) > 1:
            raise PydanticCustomError("step-edges", "one edge")
        if (self.share is None) == (self.points is None):
            raise PydanticCustomError("step-yield", "either a share or points")
        return self

    def worth(self, points: Decimal) -> Decimal:
        """What the step gives of an indicator's points."""
        return self.points if self.points is not None else product((self.share or ZERO, points))

    @property
    def edge(self) -> tuple[str, Decimal, bool] | None:
        """The key of the edge, the number at it, and whether that is a percentage."""
        for key in EDGES:
            amount = getattr(self, key)
            if amount is not None:
                return key, amount.value, amount.is_percent
        return None


class Steps(Measured):
    """A figure is looked up in steps, from the best to the worst; below the last it gives none."""

    says = Text(
        zh="按指标值所达到的档位给分，可升可降，边界可含可不含。",
        en="A figure is looked up in steps that rise or fall, edges included or not.",
    )

    method: Literal["steps"]
    metric: Id
    metric_name: Words | None = Field(default=None)
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]

    def metrics(self) -> tuple[str, ...]:
        """The one figure that is looked up."""
        return (self.metric,)

    @property
    def most(self) -> Decimal:
        """The highest step, which may lie above the nominal points (F07: 55 of 50)."""
        return max(step.worth(self.points) for step in self.steps)

    def scheme_faults(self, at: Source) -> Iterator[Issue]:
        """Steps that turn round, that can never be reached, or that miss the full points."""
        edges = [(index, step.edge) for index, step in enumerate(self.steps)]
        for index, edge in edges[:-1]:
            if edge is None:
                yield Issue(code="step-dead", at=at.at("steps", index + 1))
        stated = [(index, edge) for index, edge in edges if edge is not None]
        for (_, before), (index, edge) in pairwise(stated):
            rising = before[0] in RISING
            if (edge[0] in RISING) != rising:
                yield Issue(code="steps-turn", at=at.at("steps", index))
            elif (edge[1] >= before[1]) if rising else (edge[1] <= before[1]):
                if not (edge[1] == before[1] and (before[0], edge[0]) in _SAME_EDGE):
                    yield Issue(code="step-dead", at=at.at("steps", index))
        if self.most < self.points:
            facts: dict[str, Fact] = {
                "indicator": self.name,
                "top": self.most,
                "points": self.points,
            }
            yield Issue(code="points-unreachable", at=at.at("steps"), facts=facts)

    def record_faults(self, record: Record, at: Source) -> Iterator[Issue]:
        """A figure that is a percentage where the edges are none, or the other way round."""
        yield from unit_faults(self, self.metric, edges_of(self.steps), record, at)

    @cached_property
    def formula(self) -> Formula:
        """The ladder over part 0, the figure; a share of the points is multiplied out."""
        return ladder_of(self.steps, self.points)

    def measured(self, sheet: Sheet) -> Working:
        """The points of the step on which the figure stands."""
        figure = sheet.record.metrics[self.metric]
        part = metric_working(self.metric, self.metric_name or self.name, figure, sheet.at)
        return derive(self.id, Kind.INDICATOR, self.name, self.formula, (part,), most=self.points)


#: Two edges at one figure that still leave both steps reachable: more than 5, then from 5.
_SAME_EDGE = {("above", "from_"), ("below", "to")}


def _edge(edge: tuple[str, Decimal, bool]) -> Edge:
    key, value, is_percent = edge
    return Edge(EDGES[key], Given(value, is_percent=is_percent))


def edges_of(steps: Sequence[Step]) -> tuple[Quantity, ...]:
    """The figures at which steps begin."""
    edges = (step.edge for step in steps)
    return tuple(Quantity(value, percent) for _, value, percent in filter(None, edges))


def ladder_of(steps: tuple[Step, ...], points: Decimal) -> Formula:
    """The steps over part 0; where all of them give shares, the share times the points."""
    shares = all(step.share is not None for step in steps)
    rungs = tuple(
        Rung(
            None if step.edge is None else _edge(step.edge),
            Given(step.share or ZERO, is_percent=True) if shares else Given(step.worth(points)),
        )
        for step in steps
    )
    ladder = Ladder(Part(0), rungs)
    return Product((ladder, Given(points))) if shares else ladder
