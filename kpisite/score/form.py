"""A scheme made ready for scoring: a record in, the working of its total out.

The total is computed in one stated order: the parts added up by points or weight, times the
factors, plus the extras, less deductions, plus bonuses, kept within floor and cap, lowered by a
veto, rounded half up.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from kpisite.core.captions import caption
from kpisite.core.formula import (
    Clamp,
    Constant,
    Formula,
    Minimum,
    Operand,
    Product,
    Quotient,
    Rounded,
    Sum,
    sum_of_parts,
)
from kpisite.core.working import Kind, Working, derive
from kpisite.language.figures.earlier import MonthValue
from kpisite.language.methods import Indicator, Sheet
from kpisite.language.part import Part, Section, worth
from kpisite.language.record import Record
from kpisite.language.scheme import Scheme
from kpisite.score.adjustments import adjustments, incidents, liabilities, vetoes
from kpisite.score.card import UNVETOED
from kpisite.score.figures import Scoring
from kpisite.score.gates import gates_met, vetoes_met
from kpisite.score.indicators import indicator_working
from kpisite.score.raters import Raters
from kpisite.score.totals import TOTAL

Row = Part | Section | Indicator

#: So many workings are kept for other records with the same marks.
MOST_KEPT = 10_000
WITHOUT_GATE = caption("total-before-it-is-capped")
WITHOUT_VETO = caption("total-without-the-veto")


class Form:
    """A scheme made ready for scoring: its formulas, which hold nobody's figures, are made once."""

    def __init__(self, scheme: Scheme, handed_on: frozenset[str] = frozenset()) -> None:
        """`handed_on` is what later months ask for of a record."""
        self._scheme = scheme
        self._handed_on = handed_on
        self._raters = Raters(scheme)
        self._formulas = {part.id: self._part_formula(part) for part in scheme.part}
        #: Of a total before it is rounded, by how much else moved points.
        self._totals: dict[int, Formula] = {}
        self._kept: dict[tuple[str, str], Working] = {}
        self._rows: dict[str, Row] = dict(scheme.indicators)
        for part in scheme.part:
            self._rows |= {part.id: part} | {one.id: one for one in part.section}

    def is_provisional(self, record: Record) -> bool:
        """Whether a mark is not there yet and the scheme waits for it."""
        return self._scheme.missing == "provisional" and any(
            self._scheme.missing_raters(asked.marks)
            for indicator in self._scheme.indicators.values()
            for asked in indicator.asked(record)
        )

    def total(self, sheet: Sheet) -> Working:
        """The record's total, on its parts and adjustments."""
        return self._total(sheet, Scoring(self._scheme, sheet, self._row))

    def scored(self, sheet: Sheet) -> tuple[Working, tuple[MonthValue, ...]]:
        """The record's total, and what it hands on to later months."""
        scoring = Scoring(self._scheme, sheet, self._row)
        total = self._total(sheet, scoring)
        return total, scoring.handed_on(self._handed_on) if self._handed_on else ()

    def _total(self, sheet: Sheet, scoring: Scoring) -> Working:
        scheme, record, at = self._scheme, sheet.record, sheet.at
        parts = self._each(scheme.part, scoring)
        taken = (
            *adjustments(scheme.deduction, record, at),
            *liabilities(scheme.liability, sheet, sets_total=False),
        )
        given = adjustments(scheme.bonus, record, at)
        overruling = (
            *vetoes(scheme.vetoes_by_events, record, at),
            *vetoes_met(scheme, scoring.figure),
            *liabilities(scheme.liability, sheet, sets_total=True),
        )
        label = WITHOUT_VETO if overruling else WITHOUT_GATE
        if scheme.gate:
            overruling += gates_met(scheme, None, scoring.figure)
        places = scheme.rounding.total
        moved = len(taken) + len(given)
        formula = self._totals.get(moved) or self._before_rounding(moved)
        self._totals[moved] = formula
        beside = (*incidents(scheme.incident, record, at), *scoring.shown())
        rows = (*parts, *taken, *given, *beside)
        if overruling:
            unvetoed = derive(UNVETOED, Kind.STEP, label, formula, rows, most=scheme.points)
            formula = _lowered(len(overruling))
            rows = (*overruling, unvetoed)
        rounded = Rounded(formula, places)
        return derive("total", Kind.TOTAL, TOTAL, rounded, rows, most=scheme.points, places=places)

    def _before_rounding(self, moved: int) -> Formula:
        """The parts, factors, extras, and what else moved points, within bounds, in this order."""
        scheme, count = self._scheme, len(self._scheme.part)
        by_role: defaultdict[str, list[Formula]] = defaultdict(list)
        for index, part in enumerate(scheme.part):
            by_role[part.role].append(
                _contribution(part, index, scheme.scale)
                if part.role == "score"
                else Quotient(Operand(index), Constant(part.most(scheme.scale)))
                if part.role == "factor"
                else Operand(index)
            )
        total: Formula = Sum(tuple(by_role["score"]))
        if by_role["factor"]:
            total = Product((total, *by_role["factor"]))
        if by_role["extra"]:
            total = Sum((total, *by_role["extra"]))
        if moved:
            total = Sum((total, *(Operand(index) for index in range(count, count + moved))))
        return Clamp(total, scheme.floor, scheme.cap)

    def _row(self, id: str, scoring: Scoring) -> Working | None:
        """The working of a part, section or indicator; None of what is no row."""
        row = self._rows.get(id)
        return None if row is None else self._working(row, scoring)

    def _each(self, rows: Iterable[Row], scoring: Scoring) -> tuple[Working, ...]:
        """The workings of some rows; made once in a record, where figures may ask for them too."""
        if scoring.has_figures:
            return tuple(self._working(row, scoring) for row in rows)
        return tuple(
            self._indicator(row, scoring)
            if not isinstance(row, Part | Section)
            else self._new(row, scoring)
            for row in rows
        )

    def _working(self, row: Row, scoring: Scoring) -> Working:
        """The working of a row, made once in a record."""
        if row.id not in scoring.made:
            scoring.made[row.id] = self._new(row, scoring)
        return scoring.made[row.id]

    def _new(self, row: Row, scoring: Scoring) -> Working:
        if isinstance(row, Part):
            return self._part(row, scoring)
        if isinstance(row, Section):
            return self._section(row, scoring)
        return self._indicator(row, scoring)

    def _part(self, part: Part, scoring: Scoring) -> Working:
        made = derive(
            part.id,
            Kind.PART,
            part.name,
            self._formulas[part.id],
            self._each(part.rows, scoring),
            most=part.most(self._scheme.scale),
            places=self._scheme.rounding.part,
        )
        made = self._gated(made, scoring) if self._scheme.gate else made
        return replace(made, counts=False) if part.role == "shown" else made

    def _gated(self, made: Working, scoring: Scoring) -> Working:
        """A part or section, as low as the gates on it that took effect."""
        gates = gates_met(self._scheme, made.id, scoring.figure)
        if not gates:
            return made
        assert made.formula is not None
        formula, count = made.formula, len(made.parts)
        for index in range(count, count + len(gates)):
            formula = Minimum(formula, Operand(index))
        parts = (*made.parts, *gates)
        return replace(made, formula=formula, parts=parts, value=formula.value(parts))

    def _part_formula(self, part: Part) -> Formula:
        scale = self._scheme.scale
        formula: Formula = Sum(
            tuple(_contribution(row, index, scale) for index, row in enumerate(part.rows))
        )
        if part.floor is not None or part.cap is not None:
            formula = Clamp(formula, part.floor, part.cap)
        if part.scaled:
            brought = Quotient(Constant(part.most(scale)), Constant(part.added(scale)))
            formula = Product((formula, brought))
        return _rounded(formula, self._scheme.rounding.part)

    def _section(self, section: Section, scoring: Scoring) -> Working:
        rows = self._each(section.indicator, scoring)
        formula: Formula = sum_of_parts(len(rows))
        if section.floor is not None or section.cap is not None:
            formula = Clamp(formula, section.floor, section.cap)
        places = self._scheme.rounding.part
        made = derive(
            section.id,
            Kind.SECTION,
            section.name,
            _rounded(formula, places),
            rows,
            most=section.most,
            places=places,
        )
        return self._gated(made, scoring) if self._scheme.gate else made

    def _indicator(self, indicator: Indicator, scoring: Scoring) -> Working:
        """The indicator's working; the same marks are not computed twice."""
        record = scoring.sheet.record
        key = indicator.cache_key(record)
        if key is None:
            return self._computed(indicator, scoring)
        kept = self._kept.get(key)
        if kept is not None:
            return kept
        made = self._computed(indicator, scoring)
        if len(self._kept) < MOST_KEPT:
            self._kept[key] = made.shared()
        return made

    def _computed(self, indicator: Indicator, scoring: Scoring) -> Working:
        made = scoring.scored(
            indicator, lambda sheet: indicator_working(indicator, sheet, self._raters)
        )
        places = self._scheme.rounding.indicator
        if places is None or made.places is not None:
            return made
        assert made.formula is not None
        formula = Rounded(made.formula, places)
        return replace(made, formula=formula, value=formula.value(made.parts), places=places)


def _rounded(formula: Formula, places: int | None) -> Formula:
    return formula if places is None else Rounded(formula, places)


def _lowered(count: int) -> Formula:
    """The part after the first `count`, or the lowest of these where one is lower: a veto lowers a
    total and never raises it."""
    lowest: Formula = Operand(count)
    for index in range(count):
        lowest = Minimum(lowest, Operand(index))
    return lowest


def _contribution(row: Part | Section | Indicator, index: int, scale: Decimal) -> Formula:
    """What the row at `index` adds above it: its points, or its weight of `scale`, from its own
    scale."""
    if isinstance(row, Section) or row.weight is None:
        return Operand(index)
    own = row.most(scale) if isinstance(row, Part) else row.points
    if own == scale:
        return Product((Operand(index), Constant(row.weight, is_percent=True)))
    return Product((Quotient(Operand(index), Constant(own)), Constant(worth(row, scale))))
