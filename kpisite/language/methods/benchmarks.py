"""How many figures beat their benchmark (F15 shop ratings)."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from kpisite.core.captions import caption, signs
from kpisite.core.exact import ONE, ZERO
from kpisite.core.formula import Constant, Edge, Lookup, LookupRow, Operand, sum_of_parts
from kpisite.core.issue import Fact, Issue, Source
from kpisite.core.text import Text
from kpisite.core.working import Kind, Unit, Working, derive
from kpisite.language.base import Amount, Flag, Id, Model, Words
from kpisite.language.clause import Clause, Names, clause, figure_text
from kpisite.language.methods.base import Measured
from kpisite.language.methods.checklist import Count, by_count, count_clauses, count_issues
from kpisite.language.methods.sheet import Sheet, metric_working
from kpisite.language.units import Comparison, Placed


class Benchmark(Model):
    """A figure of the record, and the figure of the record or number that it is held against."""

    told_apart: ClassVar = ("metric", "against")

    metric: Id
    name: Words
    against: Id | Amount


class Benchmarks(Measured):
    """Points by how many figures lie above their benchmark, or below where lower is better; a
    figure equal to its benchmark does not beat it unless `ties` says so."""

    says = caption("says-benchmarks")

    method: Literal["benchmarks"]
    benchmarks: Annotated[tuple[Benchmark, ...], Field(min_length=1)]
    counts: Annotated[tuple[Count, ...], Field(min_length=1)]
    lower_is_better: Flag = False
    ties: Flag = Field(default=False, description="A figure equal to its benchmark beats it")

    def metrics(self) -> tuple[str, ...]:
        """The figures, and their benchmarks where the record states them."""
        against = [one.against for one in self.benchmarks if isinstance(one.against, str)]
        return (*(one.metric for one in self.benchmarks), *against)

    def figure_name(self, metric: str) -> Text:
        """As the benchmark is called that it is held against, or of which it is one."""
        for one in self.benchmarks:
            if metric == one.metric:
                return one.name
            if metric == one.against:
                return caption("held-against", name=one.name)
        return self.name

    @property
    def _sign(self) -> str:
        """How a figure that beats its benchmark stands to it."""
        if self.lower_is_better:
            return "≤" if self.ties else "<"
        return "≥" if self.ties else ">"

    def clauses(self, names: Names) -> Iterator[Clause]:
        """What each figure is held against, and what so many wins give."""
        for one in self.benchmarks:
            against: str | Text
            if isinstance(one.against, str):
                against = names.get(one.against) or caption("rubric-benchmark")
            else:
                against = figure_text(one.against)
            yield clause(signs("{name} {sign} {of}", name=one.name, sign=self._sign, of=against))
        yield from count_clauses(self.counts)

    def scheme_issues(self, at: Source) -> Iterator[Issue]:
        """Counts out of order, and full points out of reach."""
        yield from count_issues(self.counts, len(self.benchmarks), self.name, at)
        reachable = [
            count.points
            for count in self.counts
            if count.from_ is None or count.from_ <= len(self.benchmarks)
        ]
        top = max(reachable, default=ZERO)
        if top != self.points:
            facts: dict[str, Fact] = {"indicator": self.name, "top": top, "points": self.points}
            yield Issue(code="points-unreachable", at=at.at("counts"), facts=facts)

    def comparisons(self, at: Source) -> Iterator[Comparison]:
        """Each figure with its own benchmark."""
        for index, one in enumerate(self.benchmarks):
            here = at.at("benchmarks", index, "against")
            if isinstance(one.against, str):
                yield Comparison(name=self.name, metrics=(one.metric, one.against))
            else:
                stated = (Placed(one.against, here),)
                yield Comparison(name=self.name, metrics=(one.metric,), stated=stated)

    def measured(self, sheet: Sheet) -> Working:
        """The points for the number of benchmarks beaten."""
        wins = tuple(self._win(one, sheet) for one in self.benchmarks)
        beaten = derive(
            f"{self.id}-beaten",
            Kind.STEP,
            caption("benchmarks-beaten"),
            sum_of_parts(len(wins)),
            wins,
            most=Decimal(len(wins)),
            unit=Unit.FIGURE,
        )
        formula = by_count(self.counts)
        return derive(self.id, Kind.INDICATOR, self.name, formula, (beaten,), most=self.points)

    def _win(self, one: Benchmark, sheet: Sheet) -> Working:
        record = sheet.record
        parts = [metric_working(one.metric, one.name, record.metrics[one.metric], sheet.at)]
        if isinstance(one.against, str):
            name = caption("benchmark")
            figure = record.metrics[one.against]
            parts.append(metric_working(one.against, name, figure, sheet.at))
            against: Operand | Constant = Operand(1)
        else:
            against = Constant(one.against.value, is_percent=one.against.is_percent)
        rows = (
            LookupRow(Edge(self._sign, against), Constant(ONE)),
            LookupRow(None, Constant(ZERO)),
        )
        formula = Lookup(Operand(0), rows)
        return derive(
            f"{self.id}-{one.metric}", Kind.STEP, one.name, formula, tuple(parts),
            most=ONE, unit=Unit.FIGURE,
        )  # fmt: skip
