"""What stands in the pay files and no wage takes up."""

from collections.abc import Iterator, Sequence

from kpisite.check.book import Book
from kpisite.check.roll import unrecorded
from kpisite.core.exact import money, percent
from kpisite.core.fault import Fact, Issue
from kpisite.core.month import Month
from kpisite.language.components import Component, Other, ShareOf
from kpisite.outcomes.results import Result

Paid = set[tuple[Month, str]]


def shares_that_nobody_is_paid(book: Book, results: Sequence[Result]) -> Iterator[Issue]:
    """Shares of a project's bonus whose owner has no wage of the month with a line for them."""
    paid = _paid(results, ShareOf)
    for month, filed in sorted(book.month_pay.items()):
        for index, project in enumerate(filed.model.project):
            for id in project.shares:
                if (month, id) not in paid and id in book.staff:
                    facts: dict[str, Fact] = {
                        "name": book.staff[id].model.name,
                        "project": project.name,
                        "share": percent(project.shares[id]),
                    }
                    at = filed.at("project", index, "shares", id)
                    yield Issue(code="share-unpaid", at=at, facts=facts)


def lines_that_nobody_is_paid(book: Book, results: Sequence[Result]) -> Iterator[Issue]:
    """Lines of a pay file for a month in which no wage of the person pays them.

    One of a month to come waits for it; one of somebody whose record is still missing, or waits
    for marks, is as late as the record, which is told by itself.
    """
    paid = _paid(results, Other)
    newest = max((filed.model.month for filed in book.records), default=None)
    late = {
        (one.month, one.id)
        for one in unrecorded(book, book.roster)
        if one.reason is None and one.part is None
    }
    late |= {(one.month, one.appraisee_id) for one in results if one.card.is_provisional}
    for id, filed in sorted(book.pay.items()):
        if id not in book.staff:
            continue
        for index, line in enumerate(filed.model.line):
            if (line.month, id) in paid or (line.month, id) in late:
                continue
            facts: dict[str, Fact] = {
                "name": book.staff[id].model.name,
                "line": line.name,
                "amount": money(line.amount),
                "month": line.month,
            }
            is_early = newest is None or line.month > newest
            code = "pay-line-early" if is_early else "pay-line-unpaid"
            yield Issue(code=code, at=filed.at("line", index, "month"), facts=facts)


def _paid(results: Sequence[Result], component: type[Component]) -> Paid:
    """Who has a wage of which month with a line of that kind in it."""
    return {
        (result.month, result.appraisee_id)
        for result in results
        if result.wage is not None
        and result.policy is not None
        and any(isinstance(one, component) for one in result.policy.model.pay)
    }
