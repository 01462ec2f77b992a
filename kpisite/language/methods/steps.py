"""A figure through steps (F15, F21): 36% of enquiries converted gives 80% of the points."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from kpisite.core.captions import caption, signs
from kpisite.core.exact import ZERO, plain, product
from kpisite.core.formula import Constant, Edge, Formula, Lookup, LookupRow, Operand, Product
from kpisite.core.issue import Fact, Issue, Source
from kpisite.core.text import Text
from kpisite.core.working import Kind, Working, derive
from kpisite.language.base import Amount, Id, Model, Number, Words
from kpisite.language.clause import Clause, Names, clause, figure_text
from kpisite.language.methods.base import Measured
from kpisite.language.methods.sheet import Sheet, metric_working
from kpisite.language.share import Yield
from kpisite.language.units import Comparison, Placed

#: The key that states an edge, and the sign it stands for.
EDGES = {"from_": "≥", "above": ">", "to": "≤", "below": "<"}
RISING = ("from_", "above")


class Edged(Model):
    """What begins at an edge: `from` (this much or more) and `above` (more than this) rise; `to`
    and `below` fall; what has no edge takes the rest."""

    from_: Amount | None = Field(default=None)
    above: Amount | None = None
    to: Amount | None = None
    below: Amount | None = None

    @property
    def reached(self) -> Text:
        """When a figure reaches it: `≥ 35%`; what has no edge takes the rest."""
        for key, sign in EDGES.items():
            amount = getattr(self, key)
            if amount is not None:
                return signs("{sign} {amount}", sign=sign, amount=figure_text(amount))
        return caption("rubric-rest")


class Step(Edged):
    """One step: where it begins, and the points or the share of the points it gives.

    `from` (this much or more) and `above` (more than this) rise; `to` and `below` fall; a step
    with no edge takes the rest.
    """

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

    says = caption("says-steps")

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

    @property
    def lowest(self) -> Decimal:
        """The lowest step, or none below the last."""
        return lowest_of(self.steps, self.points)

    @property
    def start_at(self) -> Decimal:
        """The full points."""
        return self.points

    def clauses(self, names: Names) -> Iterator[Clause]:
        """What each step gives, and where it begins."""
        metric = self.metric_name or self.name
        for step in self.steps:
            text = signs("{metric} {reached}", metric=metric, reached=step.reached)
            yield clause(text, points=plain(step.worth(self.points)))

    def scheme_issues(self, at: Source) -> Iterator[Issue]:
        """Steps that turn round, that can never be reached, or that miss the full points."""
        yield from ladder_issues(self.steps, self.name, self.points, at)

    def comparisons(self, at: Source) -> Iterator[Comparison]:
        """The figure with every edge."""
        yield Comparison(
            name=self.name, metrics=(self.metric,), stated=edges_of(self.steps, at.at("steps"))
        )

    @cached_property
    def formula(self) -> Formula:
        """The table over part 0, the figure; a share of the points is multiplied out."""
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
    return Edge(EDGES[key], Constant(value, is_percent=is_percent))


def edges_of(rows: Iterable[Edged], at: Source) -> tuple[Placed, ...]:
    """The figures at which steps or bands begin; `at` is their list."""
    return tuple(
        Placed(getattr(row, key), at.at(index, key.rstrip("_")))
        for index, row in enumerate(rows)
        for key in EDGES
        if getattr(row, key) is not None
    )


def ladder_issues(
    steps: Sequence[Step], name: Text, points: Decimal, at: Source
) -> Iterator[Issue]:
    """What is wrong with the steps of the indicator that is called `name` and stands `at`."""
    edges = [(index, step.edge) for index, step in enumerate(steps)]
    for index, edge in edges[:-1]:
        if edge is None:
            yield Issue(code="step-dead", at=at.at("steps", index + 1))
    stated = [(index, edge) for index, edge in edges if edge is not None]
    for (_, before), (index, edge) in pairwise(stated):
        rising = before[0] in RISING
        if (edge[0] in RISING) != rising:
            yield Issue(code="steps-turn", at=at.at("steps", index))
        elif edge[2] != before[2] and edge[1] and before[1]:
            continue  # Of two units, which is reported, and then in no order.
        elif (edge[1] >= before[1]) if rising else (edge[1] <= before[1]):
            if not (edge[1] == before[1] and (before[0], edge[0]) in _SAME_EDGE):
                yield Issue(code="step-dead", at=at.at("steps", index))
    top = max(step.worth(points) for step in steps)
    facts: dict[str, Fact]
    if len(set(_given_by(steps, points))) == 1:
        facts = {"name": name, "value": plain(top)}
        yield Issue(code="steps-alike", at=at.at("steps"), facts=facts)
    elif top < points:
        facts = {"indicator": name, "top": top, "points": points}
        yield Issue(code="points-unreachable", at=at.at("steps"), facts=facts)


def _given_by(steps: Sequence[Step], points: Decimal) -> Iterator[Decimal]:
    """What the steps give, and nothing below the last where it has an edge."""
    yield from (step.worth(points) for step in steps)
    if steps[-1].edge is not None:
        yield ZERO


def lowest_of(steps: Sequence[Step], points: Decimal) -> Decimal:
    """The least that the steps give."""
    return min(_given_by(steps, points))


def ladder_of(steps: tuple[Step, ...], points: Decimal) -> Formula:
    """The steps over part 0; where all of them give shares, the share times the points."""
    shares = all(step.share is not None for step in steps)
    rows = tuple(
        LookupRow(
            None if step.edge is None else _edge(step.edge),
            Constant(step.share or ZERO, is_percent=True)
            if shares
            else Constant(step.worth(points)),
        )
        for step in steps
    )
    lookup = Lookup(Operand(0), rows)
    return Product((lookup, Constant(points))) if shares else lookup
