"""The checks of pay files: whose they are, which salaries they state, and shared bonuses."""

from collections.abc import Iterator

from kpisite.check.book import Book
from kpisite.check.known import has_unread, unknown_employee
from kpisite.core.exact import percent
from kpisite.core.fault import Fact, Issue, Source
from kpisite.core.month import Month


def pay_faults(book: Book) -> Iterator[Issue]:
    """Pay of nobody, and two salaries from one month."""
    for filed in book.pay.values():
        yield from unknown_employee(book, filed.model.employee, filed.at("employee"))
        seen: dict[Month, Source] = {}
        for index, salary in enumerate(filed.model.salary):
            at = filed.at("salary", index, "from")
            if salary.from_ in seen:
                facts: dict[str, Fact] = {"id": str(salary.from_)}
                also = (seen[salary.from_],)
                yield Issue(code="duplicate-id", at=at, facts=facts, also=also)
            seen.setdefault(salary.from_, at)


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


def project_faults(book: Book) -> Iterator[Issue]:
    """Projects of one id in a month, shared by nobody we know, or not shared out whole."""
    for filed in book.month_pay.values():
        seen: dict[str, Source] = {}
        for index, project in enumerate(filed.model.project):
            at = filed.at("project", index)
            facts: dict[str, Fact]
            if project.id in seen:
                facts = {"id": project.id}
                also = (seen[project.id],)
                yield Issue(code="duplicate-id", at=at.at("id"), facts=facts, also=also)
            seen.setdefault(project.id, at.at("id"))
            for id in project.shares:
                yield from unknown_employee(book, id, at.at("shares", id))
            is_whole = filed.is_whole(filed.in_file(("project", index, "shares")))
            if is_whole and not project.is_shared_out:
                facts = {"name": project.name, "sum": percent(project.shares_in_all)}
                yield Issue(code="project-shares", at=at.at("shares"), facts=facts)
