"""One appraisee's month, scored: a tree of workings that ends in the total.

The total is reckoned in one stated order: the parts added up by points or weight, less
deductions, plus bonuses, kept within floor and cap, overruled by a veto, rounded half up.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from kpisite.check.book import Book
from kpisite.check.shape import Filed
from kpisite.core.exact import HUNDRED, ZERO
from kpisite.core.fault import Source
from kpisite.core.formula import (
    Difference,
    Formula,
    Given,
    Part,
    Product,
    Quotient,
    Rounded,
    Sum,
    Within,
    sum_of_parts,
)
from kpisite.core.text import Text
from kpisite.core.working import Kind, Working, derive
from kpisite.language import scheme as language
from kpisite.language.methods import Indicator, Marked, Measured
from kpisite.language.record import NOTE, Record
from kpisite.language.scheme import Rule, Scheme, Section, Veto, worth
from kpisite.language.staff import Employee, Post

TOTAL = Text(zh="总分", en="Total")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scorecard:
    """A record scored on its form.  A provisional one lacks marks that its scheme waits for."""

    record: Filed[Record]
    employee: Employee
    post: Post
    scheme: Filed[Scheme]
    total: Working
    is_provisional: bool


def score(book: Book) -> tuple[Scorecard, ...]:
    """The scorecard of every record of a book in which no error was found, in its order."""
    forms = {filed.path: Form(filed.model) for filed in book.schemes}
    return tuple(_scorecard(book, record, forms) for record in book.records)


def _scorecard(book: Book, record: Filed[Record], forms: dict[str, "Form"]) -> Scorecard:
    scheme, post = book.scheme_of(record.model), book.post_of(record.model)
    assert scheme is not None and post is not None, "checked"
    form = forms[scheme.path]
    return Scorecard(
        record=record,
        employee=book.staff[record.model.employee].model,
        post=post,
        scheme=scheme,
        total=form.total(record.model, record.at()),
        is_provisional=form.is_provisional(record.model),
    )


class Form:
    """A scheme made ready for scoring: its formulas, which hold nobody's figures, are made once."""

    def __init__(self, scheme: Scheme) -> None:
        self._scheme = scheme
        self._blends: dict[tuple[str, ...], Formula] = {}

    def is_provisional(self, record: Record) -> bool:
        """Whether a mark is not there yet and the scheme waits for it."""
        return self._scheme.missing == "provisional" and any(
            rater not in record.marks.get(indicator.id, {})
            for indicator in self._scheme.indicators.values()
            if isinstance(indicator, Marked)
            for rater in self._scheme.counted_raters
        )

    def total(self, record: Record, at: Source) -> Working:
        """The record's total, on its parts and adjustments."""
        scheme = self._scheme
        parts = tuple(self._part(part, record, at) for part in scheme.part)
        events = defaultdict(list)
        for index, event in enumerate(record.event):
            events[event.rule].append((event, at.at("event", index)))
        taken = [_tally(rule, events[rule.id]) for rule in scheme.deduction if events.get(rule.id)]
        given = [_tally(rule, events[rule.id]) for rule in scheme.bonus if events.get(rule.id)]
        vetoes = [_veto(rule, events[rule.id]) for rule in scheme.veto if events.get(rule.id)]
        return derive(
            "total",
            Kind.TOTAL,
            TOTAL,
            self._total_formula(len(taken), len(given), bool(vetoes)),
            (*parts, *taken, *given, *vetoes),
            most=scheme.points,
            places=scheme.rounding.total,
        )

    def _total_formula(self, taken: int, given: int, is_vetoed: bool) -> Formula:
        scheme, count = self._scheme, len(self._scheme.part)
        if is_vetoed:
            return Rounded(Part(count + taken + given), scheme.rounding.total)
        terms: tuple[Formula, ...] = tuple(
            _contribution(part, scheme.points, index) for index, part in enumerate(scheme.part)
        )
        sum_: Formula = Sum(terms)
        for index in range(count, count + taken):
            sum_ = Difference(sum_, Part(index))
        for index in range(count + taken, count + taken + given):
            sum_ = Sum((sum_, Part(index)))
        if taken or given or scheme.cap is not None:
            sum_ = Within(sum_, scheme.floor if taken else None, scheme.cap)
        return Rounded(sum_, scheme.rounding.total)

    def _part(self, part: language.Part, record: Record, at: Source) -> Working:
        rows = tuple(
            self._section(row, record, at)
            if isinstance(row, Section)
            else self._indicator(row, record, at)
            for row in part.rows
        )
        formula = Sum(
            tuple(_contribution(row, HUNDRED, index) for index, row in enumerate(part.rows))
        )
        return derive(
            part.id,
            Kind.PART,
            part.name,
            self._rounded(formula, self._scheme.rounding.part),
            rows,
            most=part.most,
            places=self._scheme.rounding.part,
        )

    def _section(self, section: Section, record: Record, at: Source) -> Working:
        rows = tuple(self._indicator(row, record, at) for row in section.indicator)
        formula = sum_of_parts(len(rows))
        return derive(section.id, Kind.SECTION, section.name, formula, rows, most=section.most)

    def _indicator(self, indicator: Indicator, record: Record, at: Source) -> Working:
        if isinstance(indicator, Measured):
            return indicator.measured(record, at)
        assert isinstance(indicator, Marked)
        marks = record.marks.get(indicator.id, {})
        here = at.at("marks", indicator.id)
        given = [
            (
                rater,
                indicator.marked(
                    rater, self._scheme.rater_name(rater), marks[rater], here.at(rater)
                ),
            )
            for rater in self._scheme.raters
            if rater in marks and rater != NOTE
        ]
        counted = [(rater, mark) for rater, mark in given if rater in self._counted]
        shown = [mark for rater, mark in given if rater not in self._counted]
        formula = self._rounded(
            self._blend(tuple(rater for rater, _ in counted)), self._scheme.rounding.indicator
        )
        return derive(
            indicator.id,
            Kind.INDICATOR,
            indicator.name,
            formula,
            (*(mark for _, mark in counted), *shown),
            most=indicator.points,
            places=self._scheme.rounding.indicator,
            sources=(here,),
            note=record.note_on(indicator.id),
        )

    @cached_property
    def _counted(self) -> dict[str, Decimal]:
        return self._scheme.counted_raters

    def _blend(self, raters: tuple[str, ...]) -> Formula:
        """The raters' marks by their weights; what is missing is shared out over those present."""
        if raters not in self._blends:
            self._blends[raters] = _blend(raters, self._counted)
        return self._blends[raters]

    @staticmethod
    def _rounded(formula: Formula, places: int | None) -> Formula:
        return formula if places is None else Rounded(formula, places)


def _blend(raters: tuple[str, ...], weights: Mapping[str, Decimal]) -> Formula:
    if len(raters) == 1:
        return Part(0)
    terms = tuple(
        Product((Part(index), Given(weights[rater], is_percent=True)))
        for index, rater in enumerate(raters)
    )
    if len(raters) == len(weights) or not raters:
        return Sum(terms)
    present = sum((weights[rater] for rater in raters), ZERO)
    return Quotient(Sum(terms), Given(present, is_percent=True))


def _contribution(row: language.Part | Section | Indicator, whole: Decimal, index: int) -> Formula:
    """What the row at `index` adds above it: its points, or its weight of them on a scale of
    `whole`."""
    if isinstance(row, Section) or row.weight is None:
        return Part(index)
    own = row.most if isinstance(row, language.Part) else row.points
    share = Given(row.weight, is_percent=True)
    if own == whole:
        return Product((Part(index), share))
    return Product((Quotient(Part(index), Given(own)), Given(worth(row, whole))))


def _tally(rule: Rule, events: Iterable[tuple[object, Source]]) -> Working:
    """So many times the points of the rule, at most its `most`."""
    places = tuple(at for _, at in events)
    count = Working(
        id=f"{rule.id}-count",
        kind=Kind.EVENT,
        label=rule.name,
        value=Decimal(len(places)),
        sources=places,
    )
    formula: Formula = Product((Part(0), Given(rule.points)))
    if rule.most is not None:
        formula = Within(formula, cap=rule.most)
    return derive(rule.id, Kind.ADJUSTMENT, rule.name, formula, (count,), sources=places)


def _veto(rule: Veto, events: Iterable[tuple[object, Source]]) -> Working:
    return Working(
        id=rule.id,
        kind=Kind.ADJUSTMENT,
        label=rule.name,
        value=rule.total,
        sources=tuple(at for _, at in events),
    )
