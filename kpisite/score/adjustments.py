"""What moves a total after its parts, or stays in sight beside them: deductions, bonuses, vetoes,
incidents, and what happened among those who report."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal

from kpisite.core.exact import ZERO
from kpisite.core.fault import Source
from kpisite.core.formula import Formula, Given, Part, Product, sum_of_parts
from kpisite.core.text import Text
from kpisite.core.working import Kind, Unit, Working, derive
from kpisite.language.methods import EventRule, Sheet
from kpisite.language.methods.tally import events_workings
from kpisite.language.record import Record
from kpisite.language.scheme import Incident, Liability, Veto


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
    """The totals that vetoes set, each with the events that brought it on."""
    for rule in rules:
        yield from _on_record(rule, rule.total, record, at)


def incidents(rules: Iterable[Incident], record: Record, at: Source) -> Iterator[Working]:
    """What is on record and moves no points of the person's own, so that it stays in sight."""
    for rule in rules:
        for working in _on_record(rule, ZERO, record, at):
            yield replace(working, counts=False)


def _on_record(
    rule: Veto | Incident, value: Decimal, record: Record, at: Source
) -> Iterator[Working]:
    """The rule with `value`, where the record has an event of it, however many there are."""
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
            value=value,
            sources=tuple(here for here, _ in events),
            note=" ".join(event.reason for _, event in events if event.reason),
        )


def liabilities(rules: Iterable[Liability], sheet: Sheet, *, sets_total: bool) -> Iterator[Working]:
    """What happened in the records of those who report to the appraisee: how often, not to whom."""
    for liability in rules:
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
