"""The checks of pay files: whose they are, which salaries they state, and shared bonuses."""

from collections import defaultdict
from collections.abc import Iterator

from kpisite.check.book import Book
from kpisite.check.known import has_unread, unknown_employee
from kpisite.check.shape import Filed
from kpisite.core.exact import percent
from kpisite.core.fault import Fact, Issue
from kpisite.core.month import Month, Period
from kpisite.language.components.by_days import ByDays
from kpisite.language.part_month import is_served_in_part
from kpisite.language.policy import Policy
from kpisite.language.record import Record


def pay_faults(book: Book) -> Iterator[Issue]:
    """Pay of nobody."""
    for filed in book.pay.values():
        yield from unknown_employee(book, filed.model.employee, filed.at("employee"))


def pay_that_is_not_here(book: Book) -> Iterator[Issue]:
    """Policies that count on pay files where there is not one of them."""
    if book.has_pay or has_unread(book, "records/pay/"):
        return
    for filed in book.policies:
        for index, component in enumerate(filed.model.pay):
            if component.reads_pay():
                facts: dict[str, Fact] = {"component": component.name}
                at = filed.at("pay", index, "method")
                yield Issue(code="pay-folder-missing", at=at, facts=facts)


#: How many places in staff files are named beside a policy that forgot somebody.
MOST_PLACES = 3


def part_months_unstated(book: Book) -> Iterator[Issue]:
    """Policies that do not say what is due to those who joined or left within the month, where
    they pay somebody who did; told once for the policy, as one line there settles it."""
    joiners: defaultdict[str, list[Filed[Record]]] = defaultdict(list)
    for filed in book.records:
        scheme, policy = book.scheme_of(filed.model), _policy_of(book, filed)
        if policy is None or scheme is None or filed.model.part is not None:
            continue
        if filed.model.employee not in book.staff:
            continue
        if book.staff[filed.model.appraisee].left_out:
            continue
        person = book.staff[filed.model.appraisee].model
        period = Period(filed.model.month, scheme.model.per)
        if person.is_employed_in(filed.model.month) and any(
            is_served_in_part(person, component.months_of(period))
            for _, component in _without_rule(policy)
        ):
            joiners[policy.path].append(filed)
    for policy in book.policies:
        if policy.path in joiners:
            yield _part_month_unstated(book, policy, joiners[policy.path])


def _without_rule(policy: Filed[Policy]) -> Iterator[tuple[int, ByDays]]:
    """The components that follow the days served, for which no rule is stated."""
    for index, component in enumerate(policy.model.pay):
        if isinstance(component, ByDays) and component.rule(policy.model.part_month) is None:
            if not policy.lacks("part-month") and not policy.lacks("pay", index, "part-month"):
                yield index, component


def _part_month_unstated(book: Book, policy: Filed[Policy], records: list[Filed[Record]]) -> Issue:
    index, component = next(_without_rule(policy))
    staff = [book.staff[one.model.appraisee] for one in records]
    people = [
        f"{person.model.name} {one.model.month}" for person, one in zip(staff, records, strict=True)
    ]
    facts: dict[str, Fact] = {"component": component.name, "people": tuple(people)}
    also = tuple(
        person.at("joined" if Month.of(person.model.joined) >= one.model.month else "left")
        for person, one in zip(staff[:MOST_PLACES], records, strict=False)
    )
    at = policy.at("pay", index, "method")
    return Issue(code="part-month-unstated", at=at, facts=facts, also=also)


def parts_that_are_not_paid(book: Book) -> Iterator[Issue]:
    """Parts of a month in a former post whose policy pays: the month is paid whole by the policy
    of the post held last, unless the former's says that months are paid whole, and what else is
    due is a line of the pay file."""
    for filed in book.records:
        record = filed.model
        if record.part is None or record.employee not in book.staff:
            continue
        policy, last = _policy_of(book, filed), _policy_of_last(book, record)
        if policy is None or last is None or policy.path == last.path or not policy.model.pay:
            continue
        if policy.model.part_month == "whole" or not book.has_pay:
            continue
        pay = book.pay.get(record.appraisee)
        if pay is not None and pay.model.lines_in(record.month):
            continue
        facts: dict[str, Fact] = {
            "name": book.staff[record.appraisee].model.name,
            "id": record.appraisee,
            "month": record.month,
            "policy": policy.model.name,
            "last": last.model.name,
        }
        yield Issue(code="part-unpaid", at=filed.at("part"), facts=facts, also=(policy.at("pay"),))


def _policy_of(book: Book, filed: Filed[Record]) -> Filed[Policy] | None:
    scheme = book.scheme_of(filed.model)
    return None if scheme is None else book.policy(scheme.model.id, filed.model.month)


def _policy_of_last(book: Book, record: Record) -> Filed[Policy] | None:
    whole = next(
        (
            one
            for one in book.records
            if one.model.part is None
            and one.model.employee == record.employee
            and one.model.month == record.month
        ),
        None,
    )
    return None if whole is None else _policy_of(book, whole)


def project_faults(book: Book) -> Iterator[Issue]:
    """Projects of a month shared by nobody we know, or not shared out whole."""
    for filed in book.month_pay.values():
        for index, project in enumerate(filed.model.project):
            at = filed.at("project", index)
            facts: dict[str, Fact]
            for id in project.shares:
                yield from unknown_employee(book, id, at.at("shares", id))
            is_whole = filed.is_whole(filed.in_file(("project", index, "shares")))
            if is_whole and not project.is_shared_out:
                facts = {"name": project.name, "sum": percent(project.shares_in_all)}
                yield Issue(code="project-shares", at=at.at("shares"), facts=facts)
