"""The checks of units: what is held against one another is a plain number or a percentage alike,
within a policy and its forms, in a record, and from one record to the next."""

from collections import defaultdict
from collections.abc import Iterator

from kpisite.check.entry import Entry
from kpisite.check.filed import Filed
from kpisite.check.ground import Ground
from kpisite.check.known import without_follow_on
from kpisite.check.roster import Compared, Roster
from kpisite.core.address import address_of
from kpisite.core.issue import Issue, Source
from kpisite.core.month import Period
from kpisite.core.text import Text
from kpisite.language.consequence import Award, Review
from kpisite.language.scheme import Scheme
from kpisite.language.units import (
    Placed,
    figure_of_another_unit,
    figures_of_another_unit,
    mixed_units,
    of_another_unit,
)


def units_of_policies(ground: Ground) -> Iterator[Issue]:
    """Lines of pay that want a figure in another unit than one another, or than the form does."""
    for filed in ground.policies:
        schemes = (ground.scheme(id, filed.model.from_) for id in filed.model.schemes)
        rows = [
            one
            for scheme in schemes
            if scheme is not None and not scheme.left_out
            for one in scheme.model.comparisons(scheme.at())
            if not one.odd
        ]
        lines = filed.model.comparisons(filed.at())
        yield from without_follow_on(filed, mixed_units(lines, rows))


def units_of_records(ground: Ground, entry: Entry) -> Iterator[Issue]:
    """Figures of a record that are not of the unit of what its form and policy hold them
    against."""
    filed, scheme, policy = entry.filed, entry.scheme, entry.policy
    if scheme is None or not filed.model.metrics:
        return
    asked = ground.comparisons_at.get(scheme.path, ())
    if policy is not None:
        asked += ground.comparisons_at.get(policy.path, ())
    figures = {
        id: Placed(quantity, filed.at("metrics", id))
        for id, quantity in filed.model.metrics.items()
    }
    yield from figures_of_another_unit(asked, figures)


def units_among_records(_: Ground, roster: Roster) -> Iterator[Issue]:
    """Figures of several records that are compared, ranked or added up, and are not of one unit."""
    groups: defaultdict[tuple[str, ...], list[tuple[Compared, str]]] = defaultdict(list)
    for record in roster.records:
        for one in record.compared:
            groups[one.metric, *one.group].append((one, record.path))
    known = set()
    for several in groups.values():
        if len({one.quantity.is_percent for one, _ in several}) == 1:
            continue
        names = {
            Placed(one.quantity, Source(path, ("metrics", one.metric))): (one.metric, one.name)
            for one, path in several
        }
        for figure, other in of_another_unit(names):
            if figure not in known:
                known.add(figure)
                yield figure_of_another_unit(*names[figure], figure, other)


def compared(ground: Ground, entry: Entry) -> Iterator[Compared]:
    """The figures of a record that are held against those of others."""
    record = entry.record
    if entry.scheme is None or not record.metrics:
        return
    groups = [one for one in _groups(entry, entry.scheme) if one[1] in record.metrics]
    known = {issue.facts["metric"] for issue in units_of_records(ground, entry)} if groups else ()
    for name, metric, group in groups:
        if metric not in known:
            yield Compared(name=name, metric=metric, group=group, quantity=record.metrics[metric])


def _groups(entry: Entry, scheme: Filed[Scheme]) -> Iterator[tuple[Text, str, tuple[str, ...]]]:
    """The figures of the record that meet those of other records, each with what holds them
    against one another and the group in which they meet."""
    record, post = entry.record, entry.post
    department = record.department if post is None else post.department
    within = {
        "department": address_of(department or "", entry.one_off),
        "scheme": scheme.model.id,
        "post": "" if post is None else repr(post.title),
        "company": "",
    }
    month = str(record.month)
    for one in scheme.model.indicators.values():
        for group, metric in one.ranks():
            yield one.name, metric, (month, group, within[group])
    if entry.policy is None:
        return
    rules = entry.policy.model
    ranked: str = rules.ranking.within
    conditions: tuple[Award | Review, ...] = (*rules.award, *rules.review)
    for condition in conditions:
        for metric in condition.last_in:
            yield condition.name, metric, (month, rules.id, ranked, within[ranked])
    for line in rules.pay:
        # The figures of a month are one record's, but where somebody moved within it.
        per = line.summed_over
        if per is not None and (per != "month" or entry.has_moved):
            period = Period(record.month, per)
            for metric in line.metrics():
                yield line.name, metric, (record.appraisee, rules.id, str(period.first))
