"""Dated occurrences counted down from full points, up from none, or both ways as a ledger
(F05, F07, F12, F14, F19)."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import Field, PlainValidator, WithJsonSchema

from kpisite.core.captions import caption
from kpisite.core.exact import ONE, ZERO, plain, total
from kpisite.core.formula import Clamp, Constant, Formula, Operand, Sum
from kpisite.core.issue import Fact, Issue, Keys, Source
from kpisite.core.working import Kind, Working, derive
from kpisite.language.base import (
    NUMBER_SCHEMA,
    Number,
    exact_number,
)
from kpisite.language.bounds import Bounds, capped, floored
from kpisite.language.clause import Clause, Names, bounds, clause, remark
from kpisite.language.methods.base import Measured
from kpisite.language.methods.events import EventRule, TallyRule, events_workings
from kpisite.language.methods.sheet import Sheet
from kpisite.language.record import Record

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

    def clauses(self, names: Names) -> Iterator[Clause]:
        """Where it starts, its rules, and between what it is kept."""
        if self.start is not None and self.start != self.points:
            yield clause(caption("rubric-start"), points=plain(self.start))
        for rule in self.rule:
            yield rule.clause
        if self.floor is None:
            yield remark("rubric-no-floor")
        if self.ceiling is None:
            yield remark("rubric-no-cap")
        yield from bounds(self.floor, None if self.cap == "points" else self.ceiling)

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
