"""`schemes/ID.toml`: a form, read from top to bottom as on paper."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cached_property, reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from kpisite.core.exact import CONTEXT, HUNDRED, ONE, ZERO, total
from kpisite.core.fault import Fact, Issue, Source, nearest
from kpisite.core.month import Per
from kpisite.core.text import Text
from kpisite.language.base import (
    Id,
    Model,
    MonthOf,
    Number,
    Positive,
    Share,
    Words,
)
from kpisite.language.methods import METHODS, EventRule, Indicator, Marked, Measured, Planned, Tally
from kpisite.language.methods.steps import Steps
from kpisite.language.record import Mark

if TYPE_CHECKING:
    AnyIndicator = Indicator
else:
    AnyIndicator = Annotated[reduce(or_, METHODS), Field(discriminator="method")]


class Rater(Model):
    """Whose marks a form takes, and how they count.

    With a `weight` the marks are blended; `in-turn` raters review one after the other, and the
    last review that is there is the result; `shown` marks stand on the form and count for
    nothing.  `peers` give several marks, of which only the mean is shown, from at least `least`.
    """

    weight: Share | None = None
    role: Literal["counted", "in-turn", "shown"] = "counted"
    name: Words | None = None
    peers: bool = False
    least: Annotated[int, Field(ge=1, strict=True)] = 3

    def is_enough(self, mark: Mark) -> bool:
        """Whether a mark may count: anybody's own, or those of enough peers."""
        if not self.peers:
            return True
        return (len(mark) if isinstance(mark, Mapping) else 1) >= self.least

    @model_validator(mode="after")
    def _weighs_if_counted(self) -> "Rater":
        if (self.weight is None) == (self.role == "counted"):
            raise PydanticCustomError("rater-weight", "a weight where the mark is counted")
        return self


def _rater(value: Any) -> Any:
    if isinstance(value, str):
        return {"weight": value} if value.endswith("%") else {"role": value}
    return value


#: What the usual raters are called on a form that does not name them itself.
RATER_NAMES = {
    "self": Text(zh="自评", en="Self"),
    "supervisor": Text(zh="上级", en="Supervisor"),
    "manager": Text(zh="经理", en="Manager"),
    "general-manager": Text(zh="总经理", en="General manager"),
    "peer": Text(zh="同事", en="Peers"),
    "customer": Text(zh="客户", en="Customers"),
}


class Rounding(Model):
    """How many decimal places are kept, half up, of what; what is not named stays exact."""

    indicator: Annotated[int, Field(ge=0, le=6, strict=True)] | None = None
    part: Annotated[int, Field(ge=0, le=6, strict=True)] | None = None
    total: Annotated[int, Field(ge=0, le=6, strict=True)] = 1


class Section(Model):
    """A heading within a part, with its indicators; worth their points added up, and kept within
    `floor` and `cap` where these are stated, so that its rows may make up for one another."""

    id: Id
    name: Words
    points: Positive | None = None
    floor: Number | None = None
    cap: Number | None = None
    indicator: Annotated[tuple[AnyIndicator, ...], Field(min_length=1)]

    @property
    def added(self) -> Decimal:
        """What the indicators can give together."""
        return total(indicator.points for indicator in self.indicator)

    @property
    def most(self) -> Decimal:
        """The stated points, or those of the indicators together."""
        return self.points or self.added


class Part(Model):
    """A part of the form: indicators, or sections of them, and what they are worth together.

    With a `weight` the part has a scale of its own, and that share of 100 is what it can give;
    otherwise its points are added to the others'.  A `scaled` part is brought from what its rows
    add up to, to its stated points (F15).  A `factor` multiplies what the other parts come to by
    its own share of its points (F08); an `extra` part comes on top of the form's points (F18); a
    `shown` part stands on the form and counts for nothing (F04).
    """

    id: Id
    name: Words
    points: Positive | None = None
    weight: Share | None = None
    role: Literal["score", "factor", "extra", "shown"] = "score"
    scaled: bool = False
    floor: Number | None = None
    cap: Number | None = None
    section: tuple[Section, ...] = ()
    indicator: tuple[AnyIndicator, ...] = ()

    @property
    def rows(self) -> tuple[Section | Indicator, ...]:
        """What the part is made of, in the form's order: loose indicators, then sections."""
        return (*self.indicator, *self.section)

    @property
    def added(self) -> Decimal:
        """What the rows can give together, by points or, where they are weighted, of 100."""
        return total(worth(row) for row in self.rows)

    @property
    def most(self) -> Decimal:
        """The stated points, or those of the rows together."""
        return self.points or self.added


def worth(row: "Section | Indicator | Part") -> Decimal:
    """The most that `row` adds to what stands above it: its points, or its share of 100."""
    if isinstance(row, Section):
        return row.most
    if row.weight is not None:
        return CONTEXT.multiply(row.weight, HUNDRED)
    return row.most if isinstance(row, Part) else row.points


class Veto(Model):
    """Something that sets the month's total, whatever else was reached."""

    id: Id
    name: Words
    total: Number = ZERO
    evidence: bool = Field(default=False, description="An event must name its source")


class Incident(Model):
    """Something recorded that moves no points of the person's own, but may bind the superior."""

    id: Id
    name: Words
    evidence: bool = Field(default=False, description="An event must name its source")


class Liability(Model):
    """What an event in the record of somebody who reports to the appraisee does to the
    appraisee's own total (连带责任, F01): takes `points` each time, or sets the `total`."""

    id: Id
    name: Words
    event: Id
    points: Positive | None = None
    total: Number | None = None

    @model_validator(mode="after")
    def _takes_or_sets(self) -> "Liability":
        if (self.points is None) == (self.total is None):
            raise PydanticCustomError("step-yield", "either points or a total")
        return self


#: The rater, and signer, who is the person appraised.
APPRAISEE = "self"


class Signature(Model):
    """A line to sign on, and the rater whose name and day stand under it; `self` is the person
    appraised, who may sign without having marked."""

    name: Words
    rater: Id | None = None


def _signature(value: Any) -> Any:
    """A bare text is a line that no rater of the form signs."""
    return value if isinstance(value, dict) and "name" in value else {"name": value}


class Scheme(Model):
    """A form and how it is reckoned, from a month on.

    The total is the parts added up, times the factors, plus the extra parts, less deductions and
    liabilities, plus bonuses, not below `floor` nor above `cap`, or what a veto sets it to;
    rounded half up at last.
    """

    id: Id
    name: Words
    from_: MonthOf
    appraises: Literal["employee", "department"] = "employee"
    per: Per = Field(
        default="month", description="What one record appraises; it is filed under the last month"
    )
    points: Positive = HUNDRED
    raters: Annotated[
        dict[Id, Annotated[Rater, BeforeValidator(_rater, json_schema_input_type=str | Rater)]],
        Field(min_length=1),
    ]
    missing: Literal["error", "share", "provisional"] = Field(
        default="error",
        description="A missing mark: a fault, shared out over the other raters, or provisional",
    )
    rounding: Rounding = Rounding()
    part: Annotated[tuple[Part, ...], Field(min_length=1)]
    deduction: tuple[EventRule, ...] = ()
    bonus: tuple[EventRule, ...] = ()
    veto: tuple[Veto, ...] = ()
    incident: tuple[Incident, ...] = ()
    liability: tuple[Liability, ...] = ()
    floor: Number = ZERO
    cap: Number | None = None
    notes: dict[Id, Words] = Field(
        default_factory=dict, description="Boxes for remarks besides those of the raters"
    )
    signatures: tuple[
        Annotated[
            Signature,
            BeforeValidator(_signature, json_schema_input_type=Words | Signature),
        ],
        ...,
    ] = Field(default=(), description="Who signs the printed form")

    @cached_property
    def indicators(self) -> dict[str, Indicator]:
        """Every indicator of the form by id, in the form's order."""
        return {indicator.id: indicator for indicator, _ in self.placed_indicators(Source(""))}

    @cached_property
    def rules(self) -> dict[str, EventRule | Veto | Incident]:
        """Every rule that an event may name, of the total and of its tallies."""
        rules: dict[str, EventRule | Veto | Incident] = {veto.id: veto for veto in self.veto}
        rules |= {incident.id: incident for incident in self.incident}
        rules |= {rule.id: rule for rule in (*self.deduction, *self.bonus)}
        for indicator in self.indicators.values():
            if isinstance(indicator, Tally):
                rules |= indicator.rules()
        return rules

    @cached_property
    def taking(self) -> frozenset[str]:
        """The ids of what takes points off the total."""
        return frozenset(
            (*(rule.id for rule in self.deduction), *(one.id for one in self.liability))
        )

    @cached_property
    def metrics(self) -> frozenset[str]:
        """The figures that the form looks up in a record."""
        return frozenset(
            metric
            for indicator in self.indicators.values()
            if isinstance(indicator, Marked | Measured)
            for metric in indicator.metrics()
        )

    @cached_property
    def starts(self) -> dict[str, Decimal]:
        """Where the indicators begin that points are taken off or put on: tallies where they say,
        steps at their full points."""
        return {
            id: one.begin if isinstance(one, Tally) else one.points
            for id, one in self.indicators.items()
            if isinstance(one, Tally | Steps)
        }

    @cached_property
    def counted_raters(self) -> dict[str, Decimal]:
        """The raters whose marks are blended, with their shares."""
        return {id: rater.weight for id, rater in self.raters.items() if rater.weight is not None}

    @cached_property
    def reviewers(self) -> tuple[str, ...]:
        """The raters who review in turn, the last of whom has the last word."""
        return tuple(id for id, rater in self.raters.items() if rater.role == "in-turn")

    def missing_raters(self, marks: Mapping[str, Mark]) -> tuple[str, ...]:
        """The raters whose marks the form waits for; of those who review in turn, one is enough."""
        present = {id for id in marks if id in self.raters and self.raters[id].is_enough(marks[id])}
        if self.reviewers:
            return () if present & set(self.reviewers) else self.reviewers[:1]
        return tuple(id for id in self.counted_raters if id not in present)

    def rater_name(self, rater: str) -> Text:
        """What the form calls a rater: its own word, the usual one, or the bare id."""
        return self.raters[rater].name or RATER_NAMES.get(rater, Text(zh=rater, en=rater))

    def placed_indicators(self, at: Source) -> Iterator[tuple[Indicator, Source]]:
        """Every indicator with its entry in the file `at`."""
        for p, part in enumerate(self.part):
            here = at.at("part", p)
            for i, indicator in enumerate(part.indicator):
                yield indicator, here.at("indicator", i)
            for s, section in enumerate(part.section):
                for i, indicator in enumerate(section.indicator):
                    yield indicator, here.at("section", s, "indicator", i)

    def faults(self, at: Source) -> Iterator[Issue]:
        """What is wrong with the form taken as a whole; `at` is its file."""
        yield from self._sums(at)
        yield from self._names(at)
        for key in ("deduction", "bonus"):
            for index, rule in enumerate(getattr(self, key)):
                if rule.points[0] < ZERO:
                    told: dict[str, Fact] = {"rule": rule.name, "points": abs(rule.points[0])}
                    yield Issue(code="points-sign", at=at.at(key, index, "points"), facts=told)
        for index, signature in enumerate(self.signatures):
            if signature.rater and signature.rater not in (APPRAISEE, *self.raters):
                facts: dict[str, Fact] = {
                    "id": signature.rater,
                    "meant": nearest(signature.rater, self.raters),
                    "known": tuple(self.raters),
                }
                here = at.at("signatures", index, "rater")
                yield Issue(code="unknown-rater", at=here, facts=facts)
        for indicator, here in self.placed_indicators(at):
            yield from indicator.scheme_faults(here)
        takes_marks = any(
            isinstance(indicator, Marked | Planned) for indicator in self.indicators.values()
        )
        if takes_marks and not self.counted_raters and not self.reviewers:
            yield Issue(code="no-rater-counts", at=at.at("raters"))
        if self.counted_raters and self.reviewers:
            yield Issue(code="raters-mixed", at=at.at("raters"))

    def _sums(self, at: Source) -> Iterator[Issue]:
        facts: dict[str, Fact]
        weights = total(self.counted_raters.values())
        if self.counted_raters and weights != ONE:
            yield Issue(code="rater-weights", at=at.at("raters"), facts={"sum": weights * HUNDRED})
        for p, part in enumerate(self.part):
            here = at.at("part", p)
            if not part.rows:
                yield Issue(code="part-empty", at=here, facts={"part": part.name})
                continue
            if any(indicator.weight is not None for indicator in part.indicator):
                for i, indicator in enumerate(part.indicator):
                    if indicator.weight is None:
                        facts = {"indicator": indicator.name, "part": part.name}
                        yield Issue(code="weight-missing", at=here.at("indicator", i), facts=facts)
            if part.scaled:
                facts = {"name": part.name, "sum": part.added, "points": part.most}
                yield Issue(code="part-scaled", at=here.at("points"), facts=facts)
            elif part.added != part.most:
                facts = {"name": part.name, "sum": part.added, "points": part.most}
                yield Issue(code="points-sum", at=here.at("points"), facts=facts)
            for s, section in enumerate(part.section):
                if section.added != section.most:
                    facts = {"name": section.name, "sum": section.added, "points": section.most}
                    yield Issue(code="points-sum", at=here.at("section", s, "points"), facts=facts)
        added = total(worth(part) for part in self.part if part.role == "score")
        if added != self.points:
            facts = {"name": self.name, "sum": added, "points": self.points}
            yield Issue(code="points-sum", at=at.at("points"), facts=facts)

    def _names(self, at: Source) -> Iterator[Issue]:
        """Ids that stand for two things on one form."""
        entries = [(indicator.id, here) for indicator, here in self.placed_indicators(at)]
        entries += [(part.id, at.at("part", p)) for p, part in enumerate(self.part)]
        entries += [
            (section.id, at.at("part", p, "section", s))
            for p, part in enumerate(self.part)
            for s, section in enumerate(part.section)
        ]
        for key in ("deduction", "bonus", "veto", "incident", "liability"):
            entries += [(rule.id, at.at(key, i)) for i, rule in enumerate(getattr(self, key))]
        entries += [
            (rule.id, here.at("rule", index))
            for indicator, here in self.placed_indicators(at)
            if isinstance(indicator, Tally)
            for index, rule in enumerate(indicator.rule)
        ]
        seen: dict[str, Source] = {}
        for id, here in entries:
            if id in seen:
                facts = {"id": id}
                yield Issue(code="duplicate-id", at=here.at("id"), facts=facts, also=(seen[id],))
            seen.setdefault(id, here)
