"""A scheme made ready for scoring: a record in, the working of its total out.

The total is reckoned in one stated order: the parts added up by points or weight, times the
factors, plus the extras, less deductions, plus bonuses, kept within floor and cap, overruled by a
veto, rounded half up.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from kpisite.core.exact import HUNDRED, ZERO
from kpisite.core.fault import Source
from kpisite.core.formula import (
    Difference,
    Formula,
    Given,
    Least,
    Part,
    Product,
    Quotient,
    Rounded,
    Sum,
    Within,
    sum_of_parts,
)
from kpisite.core.formula import mean as mean_of
from kpisite.core.text import Text
from kpisite.core.working import Kind, Unit, Working, derive
from kpisite.language import scheme as language
from kpisite.language.methods import EventRule, Indicator, Marked, Measured, Planned, Sheet
from kpisite.language.methods.base import mark_working, metric_working
from kpisite.language.methods.tally import events_workings
from kpisite.language.record import NOTE, Mark, Record
from kpisite.language.scheme import Incident, Liability, Scheme, Section, Veto, worth

TOTAL = Text(zh="总分", en="Total")
UNVETOED = Text(zh="未否决时的总分", en="Total without the veto")
RECKONED = Text(zh="按登记计算", en="As reckoned")


class Form:
    """A scheme made ready for scoring: its formulas, which hold nobody's figures, are made once."""

    def __init__(self, scheme: Scheme) -> None:
        self._scheme = scheme
        self._counted = scheme.counted_raters
        self._reviewers = scheme.reviewers
        self._blends: dict[tuple[str, ...], Formula] = {}

    def is_provisional(self, record: Record) -> bool:
        """Whether a mark is not there yet and the scheme waits for it."""
        return self._scheme.missing == "provisional" and any(
            self._scheme.missing_raters(marks)
            for indicator in self._scheme.indicators.values()
            for marks in _awaited(indicator, record)
        )

    def total(self, sheet: Sheet) -> Working:
        """The record's total, on its parts and adjustments."""
        scheme, record, at = self._scheme, sheet.record, sheet.at
        parts = tuple(
            replace(self._part(part, sheet), counts=part.role != "shown") for part in scheme.part
        )
        taken = (
            *_adjustments(scheme.deduction, record, at),
            *_liabilities(scheme.liability, sheet, sets_total=False),
        )
        given = _adjustments(scheme.bonus, record, at)
        vetoes = (
            *_vetoes(scheme.veto, record, at),
            *_liabilities(scheme.liability, sheet, sets_total=True),
        )
        places = scheme.rounding.total
        formula = Rounded(self._before_rounding(len(taken), len(given)), places)
        rows = (*parts, *taken, *given, *_incidents(scheme.incident, record, at))
        if vetoes:
            unvetoed = derive(
                "unvetoed", Kind.STEP, UNVETOED, formula, rows, most=scheme.points, places=places
            )
            formula = Rounded(_lowest(len(vetoes)), places)
            rows = (*vetoes, replace(unvetoed, counts=False))
        return derive("total", Kind.TOTAL, TOTAL, formula, rows, most=scheme.points, places=places)

    def _before_rounding(self, taken: int, given: int) -> Formula:
        """The parts, factors, extras, deductions, bonuses and bounds, in this order."""
        scheme, count = self._scheme, len(self._scheme.part)
        by_role: defaultdict[str, list[Formula]] = defaultdict(list)
        for index, part in enumerate(scheme.part):
            by_role[part.role].append(
                _contribution(part, index)
                if part.role == "score"
                else Quotient(Part(index), Given(part.most))
                if part.role == "factor"
                else Part(index)
            )
        total: Formula = Sum(tuple(by_role["score"]))
        if by_role["factor"]:
            total = Product((total, *by_role["factor"]))
        if by_role["extra"]:
            total = Sum((total, *by_role["extra"]))
        for index in range(count, count + taken):
            total = Difference(total, Part(index))
        if given:
            bonuses = (Part(index) for index in range(count + taken, count + taken + given))
            total = Sum((total, *bonuses))
        return Within(total, scheme.floor, scheme.cap)

    def _part(self, part: language.Part, sheet: Sheet) -> Working:
        rows = tuple(
            self._section(row, sheet) if isinstance(row, Section) else self._indicator(row, sheet)
            for row in part.rows
        )
        formula: Formula = Sum(
            tuple(_contribution(row, index) for index, row in enumerate(part.rows))
        )
        if part.floor is not None or part.cap is not None:
            formula = Within(formula, part.floor, part.cap)
        if part.scaled:
            formula = Product((formula, Quotient(Given(part.most), Given(part.added))))
        return derive(
            part.id,
            Kind.PART,
            part.name,
            self._rounded(formula, self._scheme.rounding.part),
            rows,
            most=part.most,
            places=self._scheme.rounding.part,
        )

    def _section(self, section: Section, sheet: Sheet) -> Working:
        rows = tuple(self._indicator(row, sheet) for row in section.indicator)
        formula: Formula = sum_of_parts(len(rows))
        if section.floor is not None or section.cap is not None:
            formula = Within(formula, section.floor, section.cap)
        places = self._scheme.rounding.part
        return derive(
            section.id,
            Kind.SECTION,
            section.name,
            self._rounded(formula, places),
            rows,
            most=section.most,
            places=places,
        )

    def _indicator(self, indicator: Indicator, sheet: Sheet) -> Working:
        record, at = sheet.record, sheet.at.at("marks", indicator.id)
        marks = {
            rater: mark
            for rater, mark in record.marks.get(indicator.id, {}).items()
            if rater != NOTE
        }
        note = record.note_on(indicator.id)
        if isinstance(indicator, Marked):
            given = self._given(marks, at, indicator.marked)
            made = self._judged(indicator, given, (at,), note)
            figures = tuple(
                replace(
                    metric_working(id, indicator.metric_label(id), record.metrics[id], sheet.at),
                    counts=False,
                )
                for id in indicator.metrics()
            )
            if figures:
                made = replace(made, parts=(*made.parts, *figures))
        elif isinstance(indicator, Planned):
            made = self._planned(indicator, sheet)
        else:
            assert isinstance(indicator, Measured)
            made = indicator.measured(sheet)
            if marks:
                made = self._reviewed(indicator, made, marks, at, note)
            elif note:
                made = replace(made, note=note)
        places = self._scheme.rounding.indicator
        if places is None or made.places is not None:
            return made
        return rounded(made, places)

    def _given(
        self,
        marks: Mapping[str, Mark],
        at: Source,
        marked: Callable[[str, Text, Mark, Source], Working],
    ) -> dict[str, Working]:
        """The raters' workings in the form's order; peers stand as their mean, once they are
        enough."""
        given = {}
        for id, rater in self._scheme.raters.items():
            if id not in marks or not rater.is_enough(marks[id]):
                continue
            label, mark, here = self._scheme.rater_name(id), marks[id], at.at(id)
            if rater.peers and isinstance(mark, Mapping):
                each = tuple(marked(id, label, one, here) for one in mark.values())
                given[id] = _peers(id, label, each, here)
            else:
                given[id] = marked(id, label, mark, here)
        return given

    def _judged(
        self,
        indicator: Indicator,
        given: Mapping[str, Working],
        sources: tuple[Source, ...],
        note: str,
    ) -> Working:
        """What the raters' marks come to: blended, or the last review."""
        counted = [id for id in given if id in self._counted]
        reviews = [id for id in given if id in self._reviewers]
        if reviews:
            counted = reviews[-1:]
        formula: Formula = Part(0) if reviews else self._blend(tuple(counted))
        shown = [replace(given[id], counts=False) for id in given if id not in counted]
        return derive(
            indicator.id,
            Kind.INDICATOR,
            indicator.name,
            formula,
            (*(given[id] for id in counted), *shown),
            most=indicator.points,
            sources=sources,
            note=note,
        )

    def _reviewed(
        self,
        indicator: Measured,
        made: Working,
        marks: Mapping[str, Mark],
        at: Source,
        note: str,
    ) -> Working:
        """The last review in place of what was reckoned, which stays in sight."""

        def written(rater: str, label: Text, mark: Mark, here: Source) -> Working:
            assert isinstance(mark, Decimal)
            return mark_working(rater, label, mark, here, most=indicator.points)

        given = self._given(marks, at, written)
        if not any(id in self._counted or id in self._reviewers for id in given):
            shown = tuple(replace(mark, counts=False) for mark in given.values())
            return replace(made, parts=(*made.parts, *shown), note=note)
        judged = self._judged(indicator, given, (at,), note)
        reckoned = replace(made, kind=Kind.STEP, label=RECKONED, counts=False)
        return replace(judged, parts=(*judged.parts, reckoned))

    def _planned(self, indicator: Planned, sheet: Sheet) -> Working:
        """Each task as the raters see it, by its weight."""

        def written(rater: str, label: Text, mark: Mark, here: Source) -> Working:
            assert isinstance(mark, Decimal)
            return mark_working(rater, label, mark, here, most=HUNDRED)

        tasks, terms = [], []
        for place, (index, task) in enumerate(indicator.rows(sheet.record)):
            at = sheet.at.at("task", index)
            given = self._given(task.marks, at.at("marks"), written)
            judged = self._judged(indicator, given, (at,), task.result)
            named = Text(zh=task.name.say("zh"), en=task.name.say("en"))
            tasks.append(replace(judged, id=task.id, kind=Kind.STEP, label=named, most=HUNDRED))
            terms.append(Product((Part(place), Given(task.weight, is_percent=True))))
        formula: Formula = Sum(tuple(terms))
        if indicator.points != HUNDRED:
            formula = Product((formula, Quotient(Given(indicator.points), Given(HUNDRED))))
        return derive(
            indicator.id,
            Kind.INDICATOR,
            indicator.name,
            formula,
            tuple(tasks),
            most=indicator.points,
        )

    def _blend(self, raters: tuple[str, ...]) -> Formula:
        """The raters' marks by their weights; what is missing is shared out over those present."""
        if raters not in self._blends:
            self._blends[raters] = _blend(raters, self._counted)
        return self._blends[raters]

    @staticmethod
    def _rounded(formula: Formula, places: int | None) -> Formula:
        return formula if places is None else Rounded(formula, places)


def _awaited(indicator: Indicator, record: Record) -> Iterator[Mapping[str, Mark]]:
    """The marks that a form waits for: the indicator's own, or those of its tasks."""
    if isinstance(indicator, Marked):
        yield record.marks.get(indicator.id, {})
    elif isinstance(indicator, Planned):
        yield from (task.marks for _, task in indicator.rows(record))


def rounded(working: Working, places: int) -> Working:
    """The same working with its result rounded half up."""
    assert working.formula is not None
    formula = Rounded(working.formula, places)
    return replace(working, formula=formula, value=formula.value(working.parts), places=places)


def _peers(id: str, label: Text, each: tuple[Working, ...], at: Source) -> Working:
    """The mean of peers' marks as one figure: who gave which is nobody's to see."""
    mean = mean_of(len(each)).value(each)
    count = len(each)
    return Working(
        id=id,
        kind=Kind.MARK,
        label=Text(
            zh=f"{label.say('zh')}（{count} 人平均）", en=f"{label.say('en')} (mean of {count})"
        ),
        value=mean,
        most=each[0].most,
        sources=(at,),
        rater=id,
    )


def _blend(raters: tuple[str, ...], weights: Mapping[str, Decimal]) -> Formula:
    if not raters:
        return Given(ZERO)
    if len(raters) == 1:
        return Part(0)
    terms = tuple(
        Product((Part(index), Given(weights[rater], is_percent=True)))
        for index, rater in enumerate(raters)
    )
    if len(raters) == len(weights):
        return Sum(terms)
    present = sum((weights[rater] for rater in raters), ZERO)
    return Quotient(Sum(terms), Given(present, is_percent=True))


def _lowest(count: int) -> Formula:
    """The lowest of the first `count` parts."""
    lowest: Formula = Part(0)
    for index in range(1, count):
        lowest = Least(lowest, Part(index))
    return lowest


def _contribution(row: language.Part | Section | Indicator, index: int) -> Formula:
    """What the row at `index` adds above it: its points, or its weight of them on a scale of
    100."""
    if isinstance(row, Section) or row.weight is None:
        return Part(index)
    own = row.most if isinstance(row, language.Part) else row.points
    if own == HUNDRED:
        return Product((Part(index), Given(row.weight, is_percent=True)))
    return Product((Quotient(Part(index), Given(own)), Given(worth(row))))


def _adjustments(rules: Iterable[EventRule], record: Record, at: Source) -> tuple[Working, ...]:
    """For each rule that was broken or earned, its events added up."""
    adjustments = []
    for rule in rules:
        events = events_workings({rule.id: rule}, record, at)
        if events:
            adjustments.append(
                derive(
                    rule.id,
                    Kind.ADJUSTMENT,
                    rule.name,
                    sum_of_parts(len(events)),
                    events,
                    sources=tuple(source for event in events for source in event.sources),
                )
            )
    return tuple(adjustments)


def _vetoes(rules: Iterable[Veto], record: Record, at: Source) -> Iterator[Working]:
    for rule in rules:
        events = [
            (at.at("event", index), event)
            for index, event in enumerate(record.event)
            if event.rule == rule.id
        ]
        if events:
            yield Working(
                id=rule.id,
                kind=Kind.ADJUSTMENT,
                label=rule.name,
                value=rule.total,
                sources=tuple(here for here, _ in events),
                note=" ".join(event.reason for _, event in events if event.reason),
            )


def _incidents(incidents: Iterable[Incident], record: Record, at: Source) -> Iterator[Working]:
    """What is on record and moves no points of the person's own, so that it stays in sight."""
    for incident in incidents:
        events = [
            (at.at("event", index), event)
            for index, event in enumerate(record.event)
            if event.rule == incident.id
        ]
        if events:
            yield Working(
                id=incident.id,
                kind=Kind.ADJUSTMENT,
                label=incident.name,
                value=ZERO,
                sources=tuple(here for here, _ in events),
                note=" ".join(event.reason for _, event in events if event.reason),
                counts=False,
            )


def _liabilities(
    liabilities: Iterable[Liability], sheet: Sheet, *, sets_total: bool
) -> Iterator[Working]:
    """What happened in the records of those who report to the appraisee: how often, not to whom."""
    for liability in liabilities:
        if (liability.total is not None) != sets_total:
            continue
        times = sum(
            event.count
            for record in sheet.reports()
            for event in record.event
            if event.rule == liability.event
        )
        if not times:
            continue
        count = Working(
            id=f"{liability.id}-count",
            kind=Kind.FIGURE,
            label=Text(zh="下属发生次数", en="Times among those who report"),
            value=Decimal(times),
            unit=Unit.FIGURE,
        )
        formula: Formula = (
            Given(liability.total)
            if liability.total is not None
            else Product((Part(0), Given(liability.points or ZERO)))
        )
        yield derive(liability.id, Kind.ADJUSTMENT, liability.name, formula, (count,))
