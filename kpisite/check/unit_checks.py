"""The checks of units: what is held against one another is a plain number or a percentage alike,
within a policy and its forms, in a record, and from one record to the next."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache

from kpisite.check.book import Book
from kpisite.check.known import of_whole
from kpisite.check.shape import Filed
from kpisite.core.fault import Issue, Key
from kpisite.core.month import Period
from kpisite.core.text import Text
from kpisite.language.components import Tiers
from kpisite.language.consequence import Award, Review
from kpisite.language.methods import Rank
from kpisite.language.policy import Policy
from kpisite.language.record import Record
from kpisite.language.scheme import Scheme
from kpisite.language.units import (
    Comparison,
    Placed,
    figure_of_another_unit,
    figures_of_another_unit,
    mixed_units,
    of_another_unit,
)


def units_of_policies(book: Book) -> Iterator[Issue]:
    """Lines of pay that want a figure in another unit than one another, or than the form does."""
    for filed in book.policies:
        forms = (book.scheme(id, filed.model.from_) for id in filed.model.schemes)
        rows = [
            one
            for form in forms
            if form is not None and not form.left_out
            for one in form.model.comparisons(form.at())
            if not one.odd
        ]
        lines = filed.model.comparisons(filed.at())
        yield from of_whole(filed, mixed_units(lines, rows))


def units_of_records(book: Book) -> Iterator[Issue]:
    """Figures of a record that are not of the unit of what its form and policy hold them against,
    and figures of several records that are compared, ranked or added up."""

    @cache
    def asked(scheme: str | None, policy: str | None) -> tuple[Comparison, ...]:
        forms = [one for one in book.schemes if one.path == scheme and not one.left_out]
        rules = [one for one in book.policies if one.path == policy and not one.left_out]
        return (
            *(one for form in forms for one in form.model.comparisons(form.at())),
            *(one for rule in rules for one in rule.model.comparisons(rule.at())),
        )

    sound: dict[tuple[Key, ...], list[tuple[Text, str, Placed]]] = defaultdict(list)
    for filed in book.records:
        scheme = book.scheme_of(filed.model)
        if scheme is None or not filed.model.metrics:
            continue
        policy = book.policy(scheme.model.id, filed.model.month)
        figures = {
            id: Placed(quantity, filed.at("metrics", id))
            for id, quantity in filed.model.metrics.items()
        }
        paths = (scheme.path, None if policy is None else policy.path)
        odd = list(figures_of_another_unit(asked(*paths), figures))
        yield from odd
        told = {issue.facts["metric"] for issue in odd}
        for name, id, group in _groups(book, filed, scheme, policy):
            if id in figures and id not in told:
                sound[(id, *group)].append((name, id, figures[id]))
    yield from _of_groups(sound.values())


def _of_groups(groups: Iterable[list[tuple[Text, str, Placed]]]) -> Iterator[Issue]:
    told = set()
    for several in groups:
        names = {one: (id, name) for name, id, one in several}
        for one, other in of_another_unit(names):
            id, name = names[one]
            if one not in told:
                told.add(one)
                yield figure_of_another_unit(id, name, one, other)


def _groups(
    book: Book, filed: Filed[Record], scheme: Filed[Scheme], policy: Filed[Policy] | None
) -> Iterator[tuple[Text, str, tuple[Key, ...]]]:
    """The figures of the record that meet those of other records, each with what holds them
    against one another and the group in which they meet."""
    record, post = filed.model, book.post_of(filed.model)
    department = record.department if post is None else post.department
    within = {
        "department": department or "",
        "scheme": scheme.model.id,
        "post": "" if post is None else repr(post.title),
    }
    month = str(record.month)
    for one in scheme.model.indicators.values():
        if isinstance(one, Rank):
            yield one.name, one.metric, (month, one.within, within[one.within])
    if policy is None:
        return
    rules, group = policy.model, policy.model.ranking.within
    conditions: tuple[Award | Review, ...] = (*rules.award, *rules.review)
    for condition in conditions:
        for metric in condition.last_in:
            yield condition.name, metric, (month, rules.id, group, within[group])
    for line in rules.pay:
        if isinstance(line, Tiers):
            period = Period(record.month, line.per)
            for metric in line.metrics():
                yield line.name, metric, (record.appraisee, rules.id, str(period.first))
