"""Rules by which dated events are counted, and events as rows of a scorecard."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Protocol

from pydantic import Field, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from kpisite.core.captions import caption, listed
from kpisite.core.exact import ZERO, plain, with_minus
from kpisite.core.formula import Clamp, Operand, Product, sum_of_parts
from kpisite.core.issue import Fact, Issue, Source
from kpisite.core.text import Text, composed
from kpisite.core.working import Kind, Unit, Working, derive
from kpisite.language.base import (
    NUMBER_SCHEMA,
    Flag,
    Id,
    Model,
    Positive,
    Words,
    exact_number,
)
from kpisite.language.clause import Clause
from kpisite.language.record import Event, Record


def _points(value: Any) -> tuple[Decimal, Decimal]:
    """Fixed points as a range of one, or the range within which severity decides."""
    bounds = value if isinstance(value, list) and len(value) == 2 else [value]
    numbers = sorted(exact_number(bound) for bound in bounds)
    low, high = numbers[0], numbers[-1]
    if low * high < ZERO:
        raise PydanticCustomError("severity", "two bounds of one sign")
    if low == high == ZERO:
        raise PydanticCustomError("points-idle", "points that change something")
    return low, high


def _taken(value: Any) -> tuple[Decimal, Decimal]:
    """Points that are taken, with or without the minus: `5`, `-5` and `[2, 5]` alike."""
    low, high = sorted(-abs(bound) for bound in _points(value))
    return low, high


_POINTS_SCHEMA = WithJsonSchema(
    {
        "anyOf": [
            NUMBER_SCHEMA,
            {"type": "array", "items": NUMBER_SCHEMA, "minItems": 2, "maxItems": 2},
        ]
    }
)
PointsOrRange = Annotated[tuple[Decimal, Decimal], PlainValidator(_points), _POINTS_SCHEMA]
TakenOrRange = Annotated[tuple[Decimal, Decimal], PlainValidator(_taken), _POINTS_SCHEMA]


class Rule(Protocol):
    """What every rule says of its events, whether they move points or not."""

    @property
    def name(self) -> Text:
        """What it is called."""
        ...

    @property
    def evidence(self) -> bool:
        """Whether an event must name its source."""
        ...

    @property
    def reason(self) -> bool:
        """Whether an event must give a written reason."""
        ...


def unwritten(rule: Rule, event: Event, at: Source) -> Iterator[Issue]:
    """The evidence and the reason that an event lacks."""
    facts: dict[str, Fact] = {"rule": rule.name}
    if rule.evidence and not event.source.strip():
        yield Issue(code="evidence-missing", at=at, facts=facts)
    if rule.reason and not event.reason.strip():
        yield Issue(code="reason-missing", at=at, facts=facts)


def to_be_written(rule: Rule) -> Iterator[Text]:
    """What has to be written with an event, in words."""
    if rule.evidence:
        yield caption("rubric-evidence")
    if rule.reason:
        yield caption("rubric-reason")


def _range(low: Decimal, high: Decimal) -> str:
    """`−2`, or `−6 … −2` where severity decides.

    >>> _range(Decimal(-6), Decimal(-2)), _range(Decimal(5), Decimal(5))
    ('−6 … −2', '+5')
    """
    said = [f"{'+' if one > 0 else ''}{with_minus(plain(one))}" for one in (low, high)]
    return said[0] if low == high else " … ".join(said)


class EventRule(Model):
    """Something that happens, and what each time is worth.

    `points = -2` takes two; `points = [-6, -2]` lets the event say how many, by severity.  All
    events of the rule together move no more than `most` points either way.
    """

    named_in_file: ClassVar = True

    id: Id
    name: Words
    points: PointsOrRange
    most: Positive | None = Field(default=None, description="The most that all of them move")
    evidence: Flag = Field(default=False, description="An event must name its source")
    reason: Flag = Field(default=False, description="An event must give a written reason")

    def most_issues(self, at: Source) -> Iterator[Issue]:
        """A most that is less than one event moves; `at` is the rule's entry."""
        each = max(abs(bound) for bound in self.points)
        if self.most is not None and self.most < each:
            facts: dict[str, Fact] = {"rule": self.name, "points": each, "most": self.most}
            yield Issue(code="most-below-one", at=at.at("most"), facts=facts)

    def event_issues(self, event: Event, at: Source) -> Iterator[Issue]:
        """What an event lacks, or a severity out of range."""
        yield from unwritten(self, event, at)
        low, high = self.points
        facts: dict[str, Fact] = {"rule": self.name, "low": low, "high": high}
        if event.points is None:
            if low != high:
                yield Issue(code="severity-missing", at=at, facts=facts)
        elif not low <= self.points_of(event) <= high:
            facts |= {"points": event.points, "meant": plain(low) if low == high else ""}
            yield Issue(code="severity-outside", at=at.at("points"), facts=facts)

    def points_of(self, event: Event) -> Decimal:
        """What one occurrence is worth."""
        return self.points[0] if event.points is None else event.points

    @property
    def clause(self) -> Clause:
        """What each occurrence moves, the most that all of them do, and what has to be written."""
        most = () if self.most is None else (caption("rubric-most", most=plain(self.most)),)
        text = listed((self.name, *most, *to_be_written(self)), "clause-comma")
        return Clause((text,), _range(*self.points), about=("rule", self.id))

    @property
    def written_points(self) -> str:
        """The points as a file states them: `-2`, `[-6, -2]`."""
        low, high = self.points
        return plain(low) if low == high else f"[{plain(low)}, {plain(high)}]"


class Deduction(EventRule):
    """Something for which points are taken off the total.

    Its table says so already, so that its points, and those of an event by severity, may stand with
    or without the minus of a tally; they are shown with it.
    """

    points: TakenOrRange

    def points_of(self, event: Event) -> Decimal:
        """What one occurrence takes."""
        return self.points[0] if event.points is None else -abs(event.points)


class TallyRule(EventRule):
    """A rule of a tally, whose points have a minus where they are taken.

    In a tally that begins at its cap, points put on can only make up for points taken off, and at
    its floor the other way round; a rule that is meant so says `makes-up = true`.
    """

    makes_up: Flag = Field(default=False, description="It only makes up for what others moved")


def event_working(rule: EventRule, event: Event, at: Source) -> Working:
    """An event as a row of its own: its day, what it was, and its points times its count."""
    each = Working(
        id=f"{rule.id}-points",
        kind=Kind.FIGURE,
        label=rule.name,
        value=rule.points_of(event),
        sources=(at,),
    )
    label, note = dated(rule.name, event.date), _why(event)
    if event.count == 1:
        return Working(
            id=rule.id, kind=Kind.EVENT, label=label, value=each.value, sources=(at,), note=note
        )
    count = Working(
        id=f"{rule.id}-count",
        kind=Kind.FIGURE,
        label=caption("times"),
        value=Decimal(event.count),
        unit=Unit.FIGURE,
        sources=(at.at("count"),),
    )
    formula = Product((Operand(0), Operand(1)))
    return derive(rule.id, Kind.EVENT, label, formula, (each, count), sources=(at,), note=note)


def event_on_record(id: str, name: Text, event: Event, at: Source) -> Working:
    """An event that is worth no points of its own, such as a veto's, as a row: its day, and how
    many times."""
    return Working(
        id=id,
        kind=Kind.EVENT,
        label=dated(name, event.date),
        value=Decimal(event.count),
        unit=Unit.FIGURE,
        sources=(at,),
        note=_why(event),
    )


def times_on_record(id: str, name: Text, record: Record, at: Source) -> tuple[Working, ...]:
    """The events of a rule in the order of their days, each with how often it happened."""
    found = sorted(
        (event.date, index) for index, event in enumerate(record.event) if event.rule == id
    )
    return tuple(
        event_on_record(id, name, record.event[index], at.at("event", index)) for _, index in found
    )


def dated(name: Text, day: date) -> Text:
    """What happened on a day: `2026-10-12 Late`."""
    return composed(lambda language: f"{day} {name.say(language)}", (name,))


def _why(event: Event) -> str:
    """The reason, and the evidence."""
    return " ".join(said for said in (event.reason, event.source) if said.strip())


def events_workings(
    rules: Mapping[str, EventRule], record: Record, at: Source
) -> tuple[Working, ...]:
    """Every event of the record that one of the rules counts, by day; those of a rule with a most
    stand together under it."""
    placed = sorted(
        (event.date, index, event)
        for index, event in enumerate(record.event)
        if event.rule in rules
    )
    rows = []
    for rule in rules.values():
        own = [
            (day, index, event_working(rule, event, at.at("event", index)))
            for day, index, event in placed
            if event.rule == rule.id
        ]
        if rule.most is not None and own:
            bounded = Clamp(sum_of_parts(len(own)), floor=-rule.most, cap=rule.most)
            parts = tuple(working for _, _, working in own)
            sources = tuple(source for part in parts for source in part.sources)
            together = derive(rule.id, Kind.EVENT, rule.name, bounded, parts, sources=sources)
            own = [(own[0][0], own[0][1], together)]
        rows += own
    return tuple(working for _, _, working in sorted(rows, key=lambda row: row[:2]))
