"""The figures of a form made ready: each with the formula that computes it from others.

    [[figure]]
    id = "result"
    is = "(actual - baseline) ÷ (target - baseline)"

A plan holds nobody's figures, so that one serves everybody on a form; `planning.py` makes it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from operator import eq

from kpisite.core.captions import caption
from kpisite.core.formula import Formula
from kpisite.core.immutable import immutable
from kpisite.core.issue import Keys, Source
from kpisite.core.text import Text
from kpisite.language.figures.model import (
    EARLIER,
    Column,
    Computed,
    Figure,
    FigureUnit,
    Fold,
    Given,
    RowList,
    TableFigure,
)

Name = tuple[str, str]
"""The list of whose rows a figure is, or nothing, and its id."""

EVENTS, SECTIONS, INDICATORS = "events", "sections", "indicators"
"""What a fold of a form may be over beside its lists: events of a rule, and rows of the form."""
MONTHS = frozenset({"year", "quarter", "service", EARLIER})
"""The months that a fold may be over: those up to this one, or those before it."""
OF_ROWS = ("points", "share")
"""What may be folded of rows of the form: their points, or the share of their full points."""


@immutable
class Planned:
    """A figure with its formula over others, its operands; one that is given has neither.

    A fold has `fold` in place of a formula: how many rows there are is only known of a record.
    """

    name: Name
    label: Text
    model: Computed | Column
    at: Source
    operands: tuple[Name, ...] = ()
    formula: Formula | None = None
    fold: tuple[Fold, str] | None = None
    of_earlier: tuple[str, ...] = ()
    """What a fold over months asks for of the months before."""
    start: Formula | None = None
    """What such a fold comes to where there are none, over the operands."""

    @property
    def folded(self) -> Figure:
        """The figure that states a fold, with what it goes over and which of that counts, be it of
        nothing yet; nobody asks this of a table, a column or a formula."""
        assert isinstance(self.model, Figure)
        return self.model

    @property
    def given(self) -> Given | None:
        """What is said of a figure that somebody states; None of one that is computed."""
        model = self.model
        if isinstance(model, Column) or (isinstance(model, Figure) and model.from_ is not None):
            return model
        return None

    @property
    def formulas(self) -> tuple[Formula, ...]:
        """What it is computed by over its operands: its formula, or the start of a fold."""
        return tuple(one for one in (self.formula, self.start) if one is not None)

    @property
    def is_of_newest(self) -> bool:
        """Whether it takes the newest value alone, whatever that was."""
        is_bare = isinstance(self.model, Figure) and self.model.where is None
        return self.fold is not None and self.fold[0] == "last" and is_bare


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The figures of one form, by name, and the lists whose rows some are of."""

    figures: Mapping[Name, Planned] = field(default_factory=dict)
    lists: Mapping[str, RowList] = field(default_factory=dict)
    names: frozenset[Name] = frozenset()
    """The names of all figures, those too that something is wrong in."""

    @cached_property
    def faulty(self) -> frozenset[str]:
        """The ids of figures that something is wrong in, which are no unknown names."""
        return frozenset(id for _, id in self.names - self.figures.keys())

    def without(self, entries: Iterable[Keys]) -> "Plan":
        """The plan without the figures that are at fault: those at or around these entries of the
        file, those that something is wrong in, and all that rest on any of them."""
        lost = set(self.names - self.figures.keys())
        for keys in entries:
            lost |= {
                name
                for name, own in self.figures.items()
                if all(map(eq, own.at.keys, keys))  # one stands within the other
            }
        if not lost:
            return self
        figures = {
            name: own for name, own in self.figures.items() if not self.rests_on([name]) & lost
        }
        return replace(self, figures=figures)

    @cached_property
    def order(self) -> tuple[Name, ...]:
        """All figures, each after its operands."""
        order: list[Name] = []
        seen: set[Name] = set()

        def visit(name: Name) -> None:
            if name in seen or name not in self.figures:
                return
            seen.add(name)
            for operand in self.figures[name].operands:
                visit(operand)
            order.append(name)

        for name in self.figures:
            visit(name)
        return tuple(order)

    def needs(self, name: Name) -> frozenset[Name]:
        """All that a figure rests on, the last operands too, and itself."""
        if name not in self._needs:
            own = self.figures.get(name)
            operands = () if own is None else own.operands
            self._needs[name] = frozenset({name}).union(*(self.needs(one) for one in operands))
        return self._needs[name]

    @cached_property
    def _needs(self) -> dict[Name, frozenset[Name]]:
        return {}

    def rests_on(self, names: Iterable[Name]) -> frozenset[Name]:
        """All that figures rest on in any month, and these themselves."""
        found, ahead = set[Name](), list(names)
        while ahead:
            name = ahead.pop()
            own = self.figures.get(name)
            if name not in found and own is not None:
                ahead += (*own.operands, *(("", id) for id in own.of_earlier))
            found.add(name)
        return frozenset(found)

    @cached_property
    def over_months(self) -> tuple[Planned, ...]:
        """The folds over months."""
        return tuple(one for one in self.figures.values() if one.of_earlier)

    @cached_property
    def of_earlier(self) -> frozenset[str]:
        """What is asked for of earlier months."""
        return frozenset(id for one in self.over_months for id in one.of_earlier)

    def unit_of(self, name: Name) -> FigureUnit | None:
        """What a figure counts, as it says or, of a fold, as what is folded does; None for a plain
        number."""
        own = self.figures.get(name)
        if own is None:
            return None
        stated = own.model.unit if isinstance(own.model, Given | TableFigure) else None
        if stated is not None or own.fold is None or own.fold[0] == "count":
            return stated
        if own.folded.over in (SECTIONS, INDICATORS):
            return "percent" if own.fold[1] == "share" else "points"
        if own.of_earlier:
            return self._unit_of_months(own)
        return self.unit_of(own.operands[0]) if own.operands else None

    def _unit_of_months(self, own: Planned) -> FigureUnit | None:
        """What a fold over months counts: what it folds, which may be such a fold again."""
        seen = set[str]()
        while own.fold is not None and own.of_earlier and own.name[1] not in seen:
            seen.add(own.name[1])
            if own.fold[1] == "total":
                return "points"
            of = self.figures.get(("", own.fold[1]))
            if of is None or not of.of_earlier:
                return None if of is None else self.unit_of(of.name)
            own = of
        return None

    @cached_property
    def of_record(self) -> Mapping[str, Figure]:
        """The figures that the record states, by id."""
        return {
            id: one.model
            for (of, id), one in self.figures.items()
            if not of and isinstance(one.model, Figure) and one.model.from_ == "record"
        }


#: What a formula may name beside the figures of the file: of whom and of which period they are.
BUILT_IN: Mapping[str, Text] = {
    "days-employed": caption("days-employed"),
    "days-in-month": caption("days-in-the-month"),
    "months-served": caption("months-served-this-year"),
    "service-months": caption("months-of-service"),
    "absent-days": caption("days-absent-this-year"),
    "full": caption("full-points"),
}


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What else of a file the formulas in it may name: ids of parts, sections and indicators, with
    the names that each is made of, and what is built in."""

    rows: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    built_in: Mapping[str, Text] = field(default_factory=lambda: BUILT_IN)
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The words of those of them that are choices."""
    sections: tuple[str, ...] = ()
    indicators: tuple[str, ...] = ()
    rules: tuple[str, ...] | None = None
    """The ids of the rules whose events may be folded; None where no events are at hand."""
    shown_as: Mapping[str, str] = field(default_factory=dict)
    """What grades are called, by the words that formulas name them by."""
    folds: frozenset[str] = frozenset()
    """What a fold may go over beside the rows of a list: months, or people."""
    of_earlier: frozenset[str] = frozenset()
    """What may be asked for of earlier months alone."""

    def within(self, over: str, on: str | None) -> tuple[str, ...]:
        """The sections or indicators of the form, or of one row of it, in the form's order."""
        every = self.sections if over == SECTIONS else self.indicators
        if on is None:
            return every
        below, ahead = set[str](), [on]
        while ahead:
            for one in self.rows.get(ahead.pop(), ()):
                if one in self.rows and one not in below:
                    below.add(one)
                    ahead.append(one)
        return tuple(one for one in every if one in below)
