"""Duties met out of a list (F01, F02): points by their number, or points for each."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from kpisite.core.captions import caption, listed, signs
from kpisite.core.exact import CONTEXT, ZERO, plain
from kpisite.core.formula import Constant, Edge, Formula, Lookup, LookupRow, Operand, Product
from kpisite.core.issue import Fact, Issue, Source
from kpisite.core.text import NO_TEXT, Text
from kpisite.core.working import Kind, Unit, Working, derive
from kpisite.language.base import Id, Model, NotNegative, Positive, Words
from kpisite.language.clause import Clause, Names, clause
from kpisite.language.methods.base import Marked
from kpisite.language.methods.marking import Issues, Tick, Ticks
from kpisite.language.record import Mark, Record


class Duty(Model):
    """A line of the list."""

    id: Id
    name: Words


class Count(Model):
    """So many duties met, or more, give so many points; the last line takes the rest."""

    from_: Annotated[int, Field(ge=0, strict=True)] | None = None
    points: NotNegative


def count_issues(counts: Sequence[Count], of: int, name: Text, at: Source) -> Iterator[Issue]:
    """Lines out of order, for more things than there are, and all alike; `at` is the indicator's
    entry, and `of` how many things can be counted."""
    for index, count in enumerate(counts):
        before = counts[index - 1].from_ if index else None
        if index and (before is None or (count.from_ is not None and count.from_ >= before)):
            yield Issue(code="step-dead", at=at.at("counts", index))
        if count.from_ is not None and count.from_ > of:
            facts: dict[str, Fact] = {"from": count.from_, "count": of}
            yield Issue(code="count-beyond", at=at.at("counts", index, "from"), facts=facts)
    below = () if counts[-1].from_ is None else (ZERO,)
    if len({*below, *(count.points for count in counts)}) == 1:
        facts = {"name": name, "value": plain(counts[0].points)}
        yield Issue(code="steps-alike", at=at.at("counts"), facts=facts)


def by_count(counts: Iterable[Count]) -> Formula:
    """Over part 0, a number of things: the points of the first line that it reaches."""
    return Lookup(
        Operand(0),
        tuple(
            LookupRow(
                None if count.from_ is None else Edge("≥", Constant(Decimal(count.from_))),
                Constant(count.points),
            )
            for count in counts
        ),
    )


def count_clauses(counts: Iterable[Count]) -> Iterator[Clause]:
    """What so many things give."""
    for count in counts:
        edge = caption("rubric-rest") if count.from_ is None else f"≥ {count.from_}"
        yield clause(caption("rubric-met", edge=edge), points=plain(count.points))


class Checklist(Marked):
    """The rater lists the duties met, by their ids, or states how many; an empty list is none."""

    says = caption("says-checklist")

    method: Literal["checklist"]
    duties: Annotated[tuple[Duty, ...], Field(min_length=1)]
    each: Positive | None = Field(default=None, description="Points for each duty met")
    counts: tuple[Count, ...] = Field(default=(), description="Points by the number met")

    @property
    def marking(self) -> Ticks:
        """A tick for each duty met."""
        return Ticks(items=tuple(Tick(id=one.id, name=one.name) for one in self.duties))

    def clauses(self, names: Names) -> Iterator[Clause]:
        """The duties, each with a box, and what so many of them give."""
        each = "" if self.each is None else plain(self.each)
        for duty in self.duties:
            yield clause(signs("□ {name}", name=duty.name), points=each)
        yield from count_clauses(self.counts)

    def scheme_issues(self, at: Source) -> Iterator[Issue]:
        """Both ways of counting or none, counts out of order, full points missed."""
        if (self.each is None) == (not self.counts):
            yield Issue(code="checklist-yield", at=at, facts={"indicator": self.name})
            return
        if self.counts:
            yield from count_issues(self.counts, len(self.duties), self.name, at)
        top = self._points_for(len(self.duties))
        if top != self.points:
            yield Issue(
                code="points-unreachable",
                at=at.at("each" if self.each else "counts"),
                facts={"indicator": self.name, "top": top, "points": self.points},
            )

    def _points_for(self, met: int) -> Decimal:
        if self.each is not None:
            return CONTEXT.multiply(self.each, Decimal(met))
        for count in self.counts:
            if count.from_ is None or met >= count.from_:
                return count.points
        return ZERO

    def mark_issues(self, mark: Mark, record: Record) -> Issues:
        """Duties that the list does not have or that are named twice; a count out of bounds."""
        known = {duty.id for duty in self.duties}
        match mark:
            case tuple():
                for index, id in enumerate(mark):
                    if id not in known:
                        yield "unknown-duty", {"id": id, "known": tuple(sorted(known))}
                    elif id in mark[:index]:
                        yield "duty-twice", {"id": id}
            case Decimal() if mark == mark.to_integral_value() and 0 <= mark <= len(known):
                pass
            case _:
                yield "mark-no-count", {"mark": str(mark), "most": len(known)}

    def meaning(self, mark: Mark, record: Record) -> Text:
        """The names of the duties met."""
        if not isinstance(mark, tuple):
            return NO_TEXT
        return listed(duty.name for duty in self.duties if duty.id in mark)

    @cached_property
    def formula(self) -> Formula:
        """Over part 0, the number of duties met."""
        if self.each is not None:
            return Product((Operand(0), Constant(self.each)))
        return by_count(self.counts)

    def marked(self, rater: str, label: Text, mark: Mark, at: Source) -> Working:
        """The points for the number of duties met."""
        met = Decimal(len(mark)) if isinstance(mark, tuple) else mark
        assert isinstance(met, Decimal)
        count = Working(
            id=f"{rater}-met",
            kind=Kind.FIGURE,
            label=caption("duties-met"),
            value=met,
            most=Decimal(len(self.duties)),
            unit=Unit.FIGURE,
            sources=(at,),
        )
        return derive(
            rater, Kind.MARK, label, self.formula, (count,), most=self.points, rater=rater,
            sources=(at,),
        )  # fmt: skip
