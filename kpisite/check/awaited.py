"""What a record still lacks of what its form and its policy ask for.

Where the month waits (`missing = "provisional"` in `month.toml`) a record that lacks something is
provisional, and this says what it waits for; elsewhere each is a fault.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Literal

from kpisite.check.filed import Filed
from kpisite.check.ground import Ground
from kpisite.check.roster import Recorded, Roster, ToSum
from kpisite.core.address import address_of
from kpisite.core.immutable import immutable
from kpisite.core.issue import Fact, Issue, Source
from kpisite.core.month import Month, Period
from kpisite.core.text import Text
from kpisite.language.components import Component
from kpisite.language.methods import Indicator
from kpisite.language.policy import Policy
from kpisite.language.record import Record
from kpisite.language.scheme import Scheme

#: Marks of raters; a figure; answers to a survey, or tasks, that the row is made of.
What = Literal["mark", "figure", "entries"]


@immutable
class Awaited:
    """Something that is to come: marks of `raters` in a row, a figure, or the entries of a row.

    `id` is that of the row or the figure, `name` what the row, or the line of the pay, is called.
    """

    what: What
    id: str
    name: Text
    raters: tuple[str, ...] = ()
    is_of_payroll: bool = False
    """Whether only lines of the pay ask for it that nobody but payroll and HR sees."""


def awaited(ground: Ground, filed: Filed[Record]) -> tuple[Awaited, ...]:
    """All that the record lacks, in the form's order, each figure once."""
    scheme = ground.scheme_of(filed.model)
    if scheme is None or scheme.left_out or filed.left_out:
        return ()
    policy = ground.policy(scheme.model.id, filed.model.month)
    found = [*_of_form(filed.model, scheme.model)]
    if policy is not None and not policy.left_out:
        found += _of_pay(filed.model, policy.model)
    figures: set[str] = set()
    kept = []
    for one in found:
        if one.what != "figure" or one.id not in figures:
            kept.append(one)
        figures |= {one.id} if one.what == "figure" else set()
    return tuple(kept)


def written_metrics(scheme: Scheme, indicator: Indicator) -> tuple[str, ...]:
    """The figures that a row wants of the record itself; the form's own figures, which it may name
    as well, are asked for by themselves."""
    own = scheme.plan.names
    return tuple(one for one in indicator.metrics() if ("", one) not in own)


def figures_awaited(scheme: Scheme, record: Record) -> tuple[str, ...]:
    """The form's figures that the record has to state and does not."""
    return tuple(
        id
        for id, one in scheme.plan.of_record.items()
        if one.default is None and id not in record.metrics and id not in record.choices
    )


def lists_awaited(scheme: Scheme, record: Record) -> tuple[str, ...]:
    """The lists of which the record has fewer rows than the form asks for, unfilled ones, or
    weights that do not add up yet."""
    lists = scheme.plan.lists.items()
    return tuple(id for id, one in lists if one.awaits_rows(record.list_.get(id, ())))


def lacks_figures(scheme: Scheme, indicator: Indicator, record: Record) -> bool:
    """Whether anything that a row wants of the record is still to come, be it by a figure of the
    form's own."""
    if any(one not in record.metrics for one in written_metrics(scheme, indicator)):
        return True
    if not scheme.plan.figures:
        return False
    behind = {one for id in indicator.metrics() for one in scheme.plan.needs(("", id))}
    figures = {("", id) for id in figures_awaited(scheme, record)}
    lists = lists_awaited(scheme, record)
    return bool(behind & figures) or any(of in lists for of, _ in behind)


def _of_form(record: Record, scheme: Scheme) -> Iterator[Awaited]:
    for id in figures_awaited(scheme, record):
        yield Awaited(what="figure", id=id, name=scheme.plan.of_record[id].label)
    for id in lists_awaited(scheme, record):
        yield Awaited(what="entries", id=id, name=scheme.plan.lists[id].label)
    for indicator in scheme.indicators.values():
        yield from _figures(record, indicator, written_metrics(scheme, indicator))
        for asked in indicator.asked(record):
            raters = scheme.awaited_raters(asked.marks)
            if raters:
                yield Awaited(what="mark", id=asked.id, name=asked.name, raters=raters)
        if any(True for _ in indicator.still_to_come(record, Source(""))):
            yield Awaited(what="entries", id=indicator.id, name=indicator.name)


def _figures(
    record: Record, row: Indicator | Component, metrics: Sequence[str]
) -> Iterator[Awaited]:
    for metric in metrics:
        if metric not in record.metrics:
            yield Awaited(what="figure", id=metric, name=row.figure_name(metric))


def _of_pay(record: Record, policy: Policy) -> Iterator[Awaited]:
    for component in policy.lines_shown:
        yield from _figures(record, component, component.metrics())
    for component in policy.lines_of_payroll:
        for one in _figures(record, component, component.metrics()):
            yield replace(one, is_of_payroll=True)


def to_sum(ground: Ground, filed: Filed[Record]) -> tuple[ToSum, ...]:
    """The figures to come that a line of the pay adds up over more than the month."""
    record, scheme = filed.model, ground.scheme_of(filed.model)
    policy = None if scheme is None else ground.policy(scheme.model.id, record.month)
    if policy is None or record.employee is None:
        return ()
    return tuple(
        ToSum(metric=metric, name=component.name, per=component.summed_over)
        for component in policy.model.pay
        if component.summed_over and component.summed_over != "month"
        for metric in component.metrics()
        if metric not in record.metrics and not filed.is_left_out("metrics", metric)
    )


def months_that_wait(ground: Ground, roster: Roster) -> Iterator[Issue]:
    """Months in which something may still come, and whose records wait for it; reported once a
    month, as everybody waits at its beginning."""
    waiting: defaultdict[Month, list[Recorded]] = defaultdict(list)
    for one in roster.records:
        if one.waits and one.month not in ground.closed:
            waiting[one.month].append(one)
    for month, several in sorted(waiting.items()):
        facts: dict[str, Fact] = {
            "month": month,
            "count": len(several),
            "names": tuple(_name(ground, one) for one in several),
        }
        yield Issue(code="month-waits", at=ground.months[month].at("missing"), facts=facts)


def _name(ground: Ground, one: Recorded) -> str:
    person, address = ground.staff.get(one.appraisee), address_of(one.appraisee, one.qualifier)
    return address if person is None else f"{person.model.name} {address}"


def sums_without_figures(ground: Ground, roster: Roster) -> Iterator[Issue]:
    """Figures still to come of a month that a later one has paid for already, and that would be
    left out of its sum."""
    settled = {
        (one.appraisee, one.month) for one in roster.records if not one.waits and one.is_of_month
    }
    for one in roster.records:
        for lacking in one.to_sum:
            last = Period(one.month, lacking.per).whole_months[-1]
            paid_in = _paid_in(ground, one.appraisee, last)
            if one.month < paid_in and (one.appraisee, paid_in) in settled:
                facts: dict[str, Fact] = {"metric": lacking.metric, "indicator": lacking.name}
                yield Issue(code="metric-missing", at=one.at("metrics"), facts=facts)


def _paid_in(ground: Ground, employee: str, last: Month) -> Month:
    """The month that pays: the last of the period, or of the employment where that ends before."""
    person = ground.staff.get(employee)
    left = None if person is None else person.model.left
    return last if left is None else min(last, Month.of(left))
