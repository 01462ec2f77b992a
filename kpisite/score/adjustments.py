"""What moves a total after its parts, or stays in sight beside them: deductions, bonuses, vetoes,
incidents, and what happened among those who report."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from kpisite.core.captions import caption
from kpisite.core.exact import ZERO
from kpisite.core.formula import Constant, Formula, Operand, Product, sum_of_parts
from kpisite.core.issue import Source
from kpisite.core.working import Kind, Unit, Working, derive
from kpisite.language.adjustment import Incident, Liability, Veto
from kpisite.language.methods import EventRule, Sheet
from kpisite.language.methods.events import dated, event_on_record, events_workings
from kpisite.language.record import Record

AMONG_REPORTS = caption("times-among-reports")
NO_POINTS = Constant(ZERO)


def adjustments(rules: Iterable[EventRule], record: Record, at: Source) -> tuple[Working, ...]:
    """For each rule that was broken or earned, its events added up."""
    added = []
    for rule in rules:
        events = events_workings({rule.id: rule}, record, at)
        if events:
            added.append(
                derive(
                    rule.id,
                    Kind.ADJUSTMENT,
                    rule.name,
                    sum_of_parts(len(events)),
                    events,
                    sources=tuple(source for event in events for source in event.sources),
                )
            )
    return tuple(added)


def vetoes(rules: Iterable[Veto], record: Record, at: Source) -> Iterator[Working]:
    """The totals that vetoes by events set, each with those that brought it on."""
    for rule in rules:
        yield from _on_record(rule, Constant(rule.total), record, at)


def incidents(rules: Iterable[Incident], record: Record, at: Source) -> Iterator[Working]:
    """What is on record and moves no points of the person's own, so that it stays in sight."""
    for rule in rules:
        for working in _on_record(rule, NO_POINTS, record, at):
            yield replace(working, counts=False)


def _on_record(
    rule: Veto | Incident, formula: Constant, record: Record, at: Source
) -> Iterator[Working]:
    """The rule with what it states, where the record has an event of it, on its events by day,
    each with its reason and its evidence: how many there are does not matter."""
    events = tuple(
        event_on_record(rule.id, rule.name, event, at.at("event", index))
        for _, index, event in sorted(
            (event.date, index, event)
            for index, event in enumerate(record.event)
            if event.rule == rule.id
        )
    )
    if events:
        sources = tuple(source for event in events for source in event.sources)
        yield derive(rule.id, Kind.ADJUSTMENT, rule.name, formula, events, sources=sources)


def liabilities(rules: Iterable[Liability], sheet: Sheet, *, sets_total: bool) -> Iterator[Working]:
    """What happened in the records of those who report to the appraisee: on which days and how
    often, not to whom."""
    for liability in rules:
        if (liability.total is not None) != sets_total:
            continue
        days = tuple(
            _day(liability, day, times) for day, times in sorted(_by_day(liability, sheet).items())
        )
        if not days:
            continue
        count = derive(
            f"{liability.id}-count",
            Kind.FIGURE,
            AMONG_REPORTS,
            sum_of_parts(len(days)),
            days,
            unit=Unit.FIGURE,
        )
        formula: Formula = (
            Constant(liability.total)
            if liability.total is not None
            else Product((Constant(liability.points or ZERO), Operand(0)))
        )
        yield derive(liability.id, Kind.ADJUSTMENT, liability.name, formula, (count,))


def _by_day(liability: Liability, sheet: Sheet) -> Mapping[date, int]:
    """How often it happened on each day, whoever it was."""
    times: Counter[date] = Counter()
    for record in sheet.reports():
        for event in record.event:
            if event.rule == liability.event:
                times[event.date] += event.count
    return times


def _day(liability: Liability, day: date, times: int) -> Working:
    return Working(
        id=f"{liability.id}-{day}",
        kind=Kind.EVENT,
        label=dated(liability.name, day),
        value=Decimal(times),
        unit=Unit.FIGURE,
    )
