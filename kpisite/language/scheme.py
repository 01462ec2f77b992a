"""`schemes/ID.toml`: a form, read from top to bottom as on paper."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from kpisite.core.exact import HUNDRED, ONE, ZERO, compare, total
from kpisite.core.issue import Keys, Outcome, Source
from kpisite.core.month import Per
from kpisite.core.text import Text, canonical_text
from kpisite.core.working import Working
from kpisite.language.adjustment import Incident, Liability, Veto
from kpisite.language.base import (
    Flag,
    Id,
    Model,
    MonthOf,
    Number,
    Positive,
    Words,
    data_of,
)
from kpisite.language.figures.model import Figure, RowList, TableFigure
from kpisite.language.figures.plan import MONTHS, Plan, Scope
from kpisite.language.figures.planning import planned
from kpisite.language.file import FileModel
from kpisite.language.gate import Conditioned, FormGate
from kpisite.language.methods import Deduction, EventRule, Indicator
from kpisite.language.methods.events import times_on_record
from kpisite.language.methods.indicator import Surroundings
from kpisite.language.part import Part
from kpisite.language.rater import (
    APPRAISEE,
    APPRAISEE_NAME,
    RATER_NAMES,
    Rater,
    Signature,
    written_rater,
    written_signature,
)
from kpisite.language.record import Mark, Record
from kpisite.language.units import Comparison


class Rounding(Model):
    """How many decimal places are kept, half up, of what; what is not named stays exact."""

    indicator: Annotated[int, Field(ge=0, le=6, strict=True)] | None = None
    part: Annotated[int, Field(ge=0, le=6, strict=True)] | None = None
    total: Annotated[int, Field(ge=0, le=6, strict=True)] = 1


class Scheme(FileModel):
    """A form and how it is computed, from a month on.

    The total is the parts added up, times the factors, plus the extra parts, less deductions and
    liabilities, plus bonuses, not below `floor` nor above `cap`, nor above what a veto lowers it
    to; rounded half up at last.
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
        dict[
            Id, Annotated[Rater, BeforeValidator(written_rater, json_schema_input_type=str | Rater)]
        ],
        Field(min_length=1),
    ]
    missing: Literal["error", "share", "provisional"] = Field(
        default="error",
        description="A missing mark: a fault, shared out over the other raters, or provisional",
    )
    rounding: Rounding = Rounding()
    figure: tuple[Figure, ...] = ()
    table: tuple[TableFigure, ...] = ()
    list_: tuple[RowList, ...] = ()
    gate: tuple[FormGate, ...] = ()
    part: Annotated[tuple[Part, ...], Field(min_length=1)]
    deduction: tuple[Deduction, ...] = ()
    bonus: tuple[EventRule, ...] = ()
    veto: tuple[Veto, ...] = ()
    incident: tuple[Incident, ...] = ()
    liability: tuple[Liability, ...] = ()
    floor: Number = ZERO
    cap: Number | None = None
    scored_only: Flag = Field(
        default=False, description="Neither grade nor pay follows: no policy names the form"
    )
    one_off: Flag = Field(
        default=False,
        description="Filled in beside the form of the month, as at the end of a probation",
    )
    notes: dict[Id, Words] = Field(
        default_factory=dict, description="Boxes for remarks besides those of the raters"
    )
    signatures: tuple[
        Annotated[
            Signature,
            BeforeValidator(written_signature, json_schema_input_type=Words | Signature),
        ],
        ...,
    ] = Field(default=(), description="Who signs the printed form")

    @cached_property
    def scale(self) -> Decimal:
        """What a weight of 100% is worth.

        Where all that the form adds up is weighted and the weights make 100%, that is the form's
        points, be they 4, 10 or 500.  Otherwise it is 100, so that 30%, 30% and 20% make a form of
        80 (F08).
        """
        weights = self.top_weights
        if None in weights or compare(total(one for one in weights if one is not None), ONE):
            return HUNDRED
        return self.points

    @cached_property
    def top_weights(self) -> tuple[Decimal | None, ...]:
        """The weights of what the form adds up: its parts, or the rows of those without one; None
        for each that stands by its points."""
        weights: list[Decimal | None] = []
        for part in self.part:
            if part.role != "score":
                continue
            if part.weight is not None or part.scaled:
                weights.append(part.weight)
            else:
                weights += part.weights or [None]
                weights += [None] * len(part.section)
        return tuple(weights)

    @cached_property
    def signers(self) -> tuple[Signature, ...]:
        """Who signs the printed form, in this order: as the form says, and the person appraised
        besides where it does not say so, for everybody signs what is said of them."""
        signs = any(one.rater == APPRAISEE for one in self.signatures)
        if signs or self.appraises != "employee":
            return self.signatures
        return (*self.signatures, Signature(name=APPRAISEE_NAME, rater=APPRAISEE))

    @cached_property
    def meaning(self) -> str:
        """All of the form that a mark or the total means something by, as one text to take digests
        of: ids, points, weights, rules and rounding, and neither words, boxes to write in,
        accepted warnings, whether a policy is to follow or it is filled in beside another form, nor
        since when."""
        said = data_of(self, with_texts=False)
        beside = ("from_", "notes", "signatures", "accept", "scored_only", "one_off")
        return canonical_text({key: one for key, one in said.items() if key not in beside})

    @cached_property
    def indicators(self) -> dict[str, Indicator]:
        """Every indicator of the form by id, in the form's order."""
        return {indicator.id: indicator for indicator, _ in self.placed_indicators(Source(""))}

    @cached_property
    def plan(self) -> Plan:
        """The figures of the form, ready to be computed."""
        return self.plan_and_issues[0]

    @cached_property
    def sound_plan(self) -> Plan:
        """The figures of the form that rest on none in which anything is wrong: of the others it is
        said what that is, and not what would follow from it."""
        plan, issues = self.plan_and_issues
        return plan.without(one.at.keys for one in issues if isinstance(one.at, Source))

    @cached_property
    def plan_and_issues(self) -> Outcome[Plan]:
        """The figures of the form, and what is wrong in them; `at` is a file without a name."""
        if not (self.figure or self.table or self.list_ or self.conditions):
            return Plan(), []
        return planned(self.figure, self.table, self.list_, self.scope, Source(""))

    @cached_property
    def conditions(self) -> tuple[Conditioned, ...]:
        """What takes effect where figures are so: gates, and the vetoes that no event brings on."""
        gates = (Conditioned("gate", n, one.name, one.if_) for n, one in enumerate(self.gate))
        vetoes = (
            Conditioned("veto", index, one.name, one.if_)
            for index, one in enumerate(self.veto)
            if one.if_ is not None
        )
        return (*gates, *vetoes)

    @property
    def vetoes_by_events(self) -> tuple[Veto, ...]:
        """The vetoes that an event of a record brings on, and no figure."""
        return tuple(one for one in self.veto if one.if_ is None)

    @property
    def asked(self) -> frozenset[str]:
        """What its rows, gates and vetoes ask for, and the figures that are shown by themselves."""
        asked = {id for one in self.conditions for id in one.if_.named()}
        asked |= {id for names in self.scope.rows.values() for id in names}
        return frozenset(asked | {one.id for one in (*self.figure, *self.table) if one.shown})

    @cached_property
    def has_conditions_on_rows(self) -> bool:
        """Whether points of rows decide, by themselves or in a figure, if a gate or veto holds."""
        asked = (id for one in self.conditions for id in one.if_.named())
        return not self.rests_on(asked).isdisjoint(self.scope.rows)

    @cached_property
    def scope(self) -> Scope:
        """What formulas may name beside figures: the ids of rows, with what each is made of."""
        rows: dict[str, tuple[str, ...]] = {}
        for part in self.part:
            rows[part.id] = tuple(row.id for row in part.rows)
            rows |= {one.id: tuple(row.id for row in one.indicator) for one in part.section}
        for id, one in self.indicators.items():
            rows[id] = one.metrics()
        return Scope(
            rows=rows,
            sections=tuple(one.id for part in self.part for one in part.section),
            indicators=tuple(self.indicators),
            rules=tuple(self.rules),
            folds=MONTHS,
            of_earlier=frozenset({"total", "grade"}),
        )

    @cached_property
    def looks_at(self) -> frozenset[Surroundings]:
        """What of the month around a record its total rests on; where it is nothing, no other
        record can change it."""
        looks = [one.looks_at for one in self.indicators.values()]
        looks += [frozenset({"records"})] if self.liability else []
        return frozenset[Surroundings]().union(*looks)

    @cached_property
    def rules(self) -> dict[str, EventRule | Veto | Incident]:
        """Every rule that an event may name, of the total and of its tallies."""
        rules: dict[str, EventRule | Veto | Incident] = {
            veto.id: veto for veto in self.vetoes_by_events
        }
        rules |= {incident.id: incident for incident in self.incident}
        rules |= {rule.id: rule for rule in (*self.deduction, *self.bonus)}
        for indicator in self.indicators.values():
            rules |= indicator.rules()
        return rules

    def takes(self, record: Record) -> Iterator[Keys]:
        """The entries of the record's lists that its rows count, and those of its own rules."""
        for indicator in self.indicators.values():
            yield from indicator.takes(record)
        own = self._own_rules
        yield from (("event", i) for i, event in enumerate(record.event) if event.rule in own)

    @cached_property
    def _own_rules(self) -> frozenset[str]:
        """The ids of the rules that are no row's."""
        own: list[EventRule | Veto | Incident] = [*self.deduction, *self.bonus]
        return frozenset(rule.id for rule in (*own, *self.vetoes_by_events, *self.incident))

    def rows_that_take(self, name: str) -> frozenset[str]:
        """The ids of the indicators that count the entries of a record's list."""
        return frozenset(id for id, one in self.indicators.items() if one.takes_from == name)

    @cached_property
    def taking(self) -> frozenset[str]:
        """The ids of what takes points off the total."""
        return frozenset(
            (*(rule.id for rule in self.deduction), *(one.id for one in self.liability))
        )

    @cached_property
    def metrics(self) -> frozenset[str]:
        """The figures that the form looks up in a record, those too that a record may lack."""
        own = frozenset(id for id, one in self.plan.of_record.items() if one.unit != "choice")
        return own.union(
            metric
            for indicator in self.indicators.values()
            for metric in indicator.metrics()
            if ("", metric) not in self.plan.names
        )

    def rests_on(self, names: Iterable[str]) -> frozenset[str]:
        """The ids of all figures and rows that these rest on, and these themselves."""
        found: set[str] = set()
        ahead = list(names)
        while ahead:
            name = ahead.pop()
            if name not in found:
                found.add(name)
                ahead += self.scope.rows.get(name, ())
                ahead += (id for _, id in self.plan.needs(("", name)))
        return frozenset(found)

    def times(self, rule: str, record: Record, at: Source) -> tuple[Working, ...]:
        """The events of a rule in a record, each with how often it happened."""
        return times_on_record(rule, self.rules[rule].name, record, at)

    @cached_property
    def starts(self) -> dict[str, Decimal]:
        """Where the indicators begin that points are taken off or put on."""
        return {id: one.start_at for id, one in self.indicators.items() if one.start_at is not None}

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

    def awaited_raters(self, marks: Mapping[str, Mark]) -> tuple[str, ...]:
        """The raters whose marks must still come, unless those that are there share them out."""
        missing = self.missing_raters(marks)
        is_shared = self.missing == "share" and len(missing) < len(self.counted_raters)
        return () if is_shared else missing

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

    def comparisons(self, at: Source) -> Iterator[Comparison]:
        """The figures that the form holds against one another; `at` is its file."""
        for indicator, here in self.placed_indicators(at):
            yield from indicator.comparisons(here)
