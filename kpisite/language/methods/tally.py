"""Dated occurrences counted down from full points, up from none, or both ways as a ledger
(F05, F07, F12, F14, F19)."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal, Protocol

from pydantic import Field, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from kpisite.core.captions import caption
from kpisite.core.exact import ONE, ZERO, plain, total
from kpisite.core.formula import Clamp, Constant, Formula, Operand, Product, Sum, sum_of_parts
from kpisite.core.issue import Fact, Issue, Keys, Source
from kpisite.core.text import Text, composed
from kpisite.core.working import Kind, Unit, Working, derive
from kpisite.language.base import (
    NUMBER_SCHEMA,
    Flag,
    Id,
    Model,
    Number,
    Positive,
    Words,
    exact_number,
)
from kpisite.language.bounds import Bounds, capped, floored
from kpisite.language.methods.base import Measured, Sheet
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


Bound = Annotated[
    Decimal | None,
    PlainValidator(lambda value: None if value == "none" else exact_number(value)),
    WithJsonSchema({"anyOf": [NUMBER_SCHEMA, {"const": "none"}]}),
]


class Tally(Measured):
    """Starts at `start`, which is the full points unless stated, and counts dated events off and
    on, kept between `floor` and `cap`; either may be "none"."""

    says = caption("says-tally")

    takes_from: ClassVar = "event"

    method: Literal["tally"]
    start: Number | None = None
    floor: Bound = ZERO
    cap: Bound | Literal["points"] = "points"
    rule: Annotated[tuple[TallyRule, ...], Field(min_length=1)]

    def rules(self) -> Mapping[str, EventRule]:
        """The events it counts."""
        return {rule.id: rule for rule in self.rule}

    def takes(self, record: Record) -> Iterator[Keys]:
        """The events of its rules."""
        rules = self.rules()
        return (("event", i) for i, event in enumerate(record.event) if event.rule in rules)

    @property
    def begin(self) -> Decimal:
        """Where a month without events stands."""
        return self.points if self.start is None else self.start

    @property
    def ceiling(self) -> Decimal | None:
        """The most it can come to, or None where there is no cap."""
        return self.points if self.cap == "points" else self.cap

    @property
    def most(self) -> Decimal:
        """The cap, or the points where there is none."""
        return self.ceiling or self.points

    @property
    def start_at(self) -> Decimal:
        """Where it starts."""
        return self.begin

    @property
    def highest(self) -> Decimal | None:
        """As far up as events lead, within the cap."""
        return capped(self._led_to(ONE), self.ceiling)

    @property
    def lowest(self) -> Decimal | None:
        """As far down as events lead, within the floor."""
        return floored(self._led_to(-ONE), self.floor)

    def _led_to(self, sign: Decimal) -> Decimal | None:
        """Where all events that move it up, or down, lead from the start without bounds; None where
        they have no most."""
        moving = [rule for rule in self.rule if any(sign * bound > ZERO for bound in rule.points)]
        stated = [rule.most for rule in moving if rule.most is not None]
        if len(stated) < len(moving):
            return None
        return self.begin + sign * total(stated)

    def scheme_issues(self, at: Source) -> Iterator[Issue]:
        """A start outside the bounds, bounds and full points that no event leads to, and rules
        that move nothing."""
        for index, rule in enumerate(self.rule):
            yield from rule.most_issues(at.at("rule", index))
        floor, cap = self.floor, self.ceiling
        if (floor is not None and self.begin < floor) or (cap is not None and self.begin > cap):
            yield Issue(code="start-outside", at=at.at("start"), facts={"indicator": self.name})
            return
        stated = None if isinstance(self.cap, str) else self.cap
        bounds = Bounds(floor, stated, low=self._led_to(-ONE), top=self._led_to(ONE))
        issues = list(bounds.issues(self.name, self.points, at))
        yield from issues
        top = self.highest
        if top is not None and top < self.points and not issues:
            facts: dict[str, Fact] = {"indicator": self.name, "top": top, "points": self.points}
            yield Issue(code="points-unreachable", at=at.at("rule"), facts=facts)
        if not issues:
            yield from self._blocked_rules(at)

    def _blocked_rules(self, at: Source) -> Iterator[Issue]:
        """Rules that move the points only to where the bound at which they begin forbids."""
        begins_at = {"cap": self.ceiling, "floor": self.floor}
        for key, bound in begins_at.items():
            if bound is None or self.begin != bound:
                continue
            blocked = [one for one in self.rule if (one.points[1] > ZERO) == (key == "cap")]
            for rule in blocked:
                has_others = len(blocked) < len(self.rule)
                if rule.makes_up and has_others:
                    continue
                low, high = rule.points
                turned = rule.model_copy(update={"points": (-high, -low)}).written_points
                facts: dict[str, Fact] = {
                    "rule": rule.name,
                    "points": rule.written_points,
                    "bound": bound,
                    "turned": turned,
                    "meant": turned if has_others else "",
                }
                here = at.at("rule", self.rule.index(rule), "points")
                yield Issue(code=f"rule-at-{key}", at=here, facts=facts)

    def formula(self, count: int) -> Formula:
        """The start and the first `count` parts, within bounds."""
        terms: tuple[Formula, ...] = tuple(Operand(index) for index in range(count))
        if self.begin != ZERO or not terms:
            terms = (Constant(self.begin), *terms)
        return Clamp(Sum(terms), self.floor, self.ceiling) if count else Sum(terms)

    def measured(self, sheet: Sheet) -> Working:
        """The ledger of the month, event by event."""
        parts = events_workings(self.rules(), sheet.record, sheet.at)
        formula = self.formula(len(parts))
        return derive(self.id, Kind.INDICATOR, self.name, formula, parts, most=self.points)
