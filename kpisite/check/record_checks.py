"""The checks of records: each against its appraisee, its form and its policy."""

from collections import defaultdict
from collections.abc import Iterator

from kpisite.check.afterwards_checks import afterwards_faults, ruling_faults
from kpisite.check.book import Book
from kpisite.check.form_checks import department_faults, form_faults, without_misspelt
from kpisite.check.known import (
    has_unread,
    is_unread,
    unknown,
    unknown_department,
    unknown_employee,
    unknown_scheme,
)
from kpisite.check.shape import Filed
from kpisite.check.ungoverned import are_policies_known
from kpisite.core.fault import Fact, Issue, Source
from kpisite.core.month import Month, Period
from kpisite.language.policy import Policy
from kpisite.language.record import Record
from kpisite.language.scheme import Scheme
from kpisite.language.staff import Employee

APPRAISEE = ("employee", "department")


def duplicate_records(book: Book) -> Iterator[Issue]:
    """Two records of one appraisee and month, of which only one can be right."""
    seen: dict[tuple[str, Month, str | None], Filed[Record]] = {}
    for filed in book.records:
        name = (filed.model.appraisee, filed.model.month, filed.model.part)
        if _is_unsure(filed):
            continue
        if name in seen:
            facts: dict[str, Fact] = {"employee": name[0], "month": name[1]}
            also = (_appraisee_at(seen[name]),)
            yield Issue(code="duplicate-record", at=_appraisee_at(filed), facts=facts, also=also)
        seen.setdefault(name, filed)


def _is_unsure(filed: Filed[Record]) -> bool:
    """Whether a key that says of which post it is, or on which form, is there but unreadable."""
    return filed.lacks("part") or filed.lacks("scheme")


def _appraisee_at(filed: Filed[Record]) -> Source:
    return filed.at("employee" if filed.model.department is None else "department")


def record_faults(book: Book) -> Iterator[Issue]:
    """Each record against its appraisee, its form and its policy."""
    scored = {(filed.model.department, filed.model.month) for filed in book.records}
    whole = {
        (filed.model.employee, filed.model.month)
        for filed in book.records
        if filed.model.part is None
    }
    sound: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    for filed in book.records:
        record = filed.model
        if _is_unsure(filed):
            continue
        if record.department is not None:
            yield from unknown_department(book, record.department, filed.at("department"))
            if record.department not in book.department_by_id:
                continue
        elif record.appraisee not in book.staff:
            yield from unknown_employee(book, record.appraisee, filed.at("employee"))
            continue
        scheme = book.scheme_of(record)
        # The month alone where there is no form.
        period = Period(record.month, "month" if scheme is None else scheme.model.per)
        if record.department is None:
            yield from _employment_faults(filed, book.staff[record.appraisee], period)
        yield from _event_dates(filed, period)
        yield from _rated_faults(book, filed)
        yield from afterwards_faults(book, filed)
        if record.part is not None:
            yield from _part_faults(book, filed, record.part, whole)
            if book.post_of(record) is None:
                continue
        if scheme is None:
            yield from _no_scheme(book, filed)
            continue
        if scheme.left_out or is_unread(book, f"records/schemes/{scheme.model.id}"):
            continue
        yield from _period_faults(book, filed, scheme, period)
        yield from ruling_faults(filed, scheme.model)
        appraises = "employee" if record.department is None else "department"
        if appraises != scheme.model.appraises:
            facts: dict[str, Fact] = {"scheme": scheme.model.name}
            yield Issue(code="wrong-appraisee", at=_appraisee_at(filed), facts=facts)
        forgiven = without_misspelt(book, filed, scheme.model)
        yield from form_faults(forgiven, scheme.model, sound[scheme.path])
        yield from department_faults(book, forgiven, scored)
        yield from _policy_of_record(book, forgiven, scheme.model)


def _part_faults(
    book: Book, filed: Filed[Record], part: str, whole: set[tuple[str | None, Month]]
) -> Iterator[Issue]:
    """A part of a month in a department where no post was held, or where the month ended, and one
    without the record that it is a part of."""
    record, person = filed.model, book.staff.get(filed.model.employee or "")
    if person is not None and person.left_out:
        return
    last = None if person is None else person.model.post_in(record.month)
    facts: dict[str, Fact] = {"department": part, "month": record.month}
    if book.post_of(record) is None:
        yield Issue(code="part-not-held", at=filed.at("part"), facts=facts)
    elif last is not None and last.department == part:
        yield Issue(code="part-is-last", at=filed.at("part"), facts=facts)
    elif (record.employee, record.month) not in whole and not is_unread(
        book, f"records/{record.month}/{record.employee}"
    ):
        facts = {"id": record.employee or "", "month": record.month}
        yield Issue(code="part-alone", at=filed.at("part"), facts=facts)


def _employment_faults(
    filed: Filed[Record], employee: Filed[Employee], period: Period
) -> Iterator[Issue]:
    record, person = filed.model, employee.model
    if not person.is_employed_in(record.month):
        facts: dict[str, Fact] = {
            "employee": person.name,
            "month": record.month,
            "joined": str(person.joined),
            "left": str(person.left or "…"),
        }
        also = (employee.at("joined" if person.joined > record.month.last_day else "left"),)
        yield Issue(code="not-employed", at=filed.at("month"), facts=facts, also=also)
    for index, event in enumerate(record.event):
        is_outside = event.date < person.joined or (person.left and event.date > person.left)
        if is_outside and period.takes(event.date):
            facts = {"date": str(event.date), "employee": person.name}
            also = (employee.at("joined"),)
            at = filed.at("event", index, "date")
            yield Issue(code="event-outside-employment", at=at, facts=facts, also=also)


def _period_faults(
    book: Book, filed: Filed[Record], scheme: Filed[Scheme], period: Period
) -> Iterator[Issue]:
    """A record of a quarter or year that is filed under a month before its end, where nobody left
    in that month."""
    record = filed.model
    person = book.staff.get(record.employee or "")
    left = None if person is None else person.model.left
    if not period.is_whole and (left is None or Month.of(left) != record.month):
        facts: dict[str, Fact] = {"scheme": scheme.model.name, "month": record.month}
        at = filed.at("month")
        yield Issue(code="period-not-over", at=at, facts=facts, also=(scheme.at("per"),))


def _event_dates(filed: Filed[Record], period: Period) -> Iterator[Issue]:
    for index, event in enumerate(filed.model.event):
        if not period.takes(event.date):
            facts: dict[str, Fact] = {"date": str(event.date), "month": str(period)}
            at = filed.at("event", index, "date")
            yield Issue(code="event-outside-month", at=at, facts=facts)


def _no_scheme(book: Book, filed: Filed[Record]) -> Iterator[Issue]:
    record = filed.model
    id = book.scheme_id_of(record)
    facts: dict[str, Fact]
    if record.department is not None and book.departments.left_out:
        return
    if id is None:
        person = book.staff.get(record.appraisee)
        if person is not None and person.left_out:
            return
        name = record.appraisee if person is None else person.model.name
        facts = {"employee": name, "month": record.month}
        also = () if person is None else (person.at(),)
        yield Issue(code="no-scheme", at=_appraisee_at(filed), facts=facts, also=also)
    elif id in book.scheme_ids and not is_unread(book, f"records/schemes/{id}"):
        facts = {"scheme": id, "month": record.month}
        yield Issue(code="scheme-not-yet", at=filed.at("month"), facts=facts)
    else:
        yield from unknown_scheme(book, record.scheme, filed.at("scheme"))


def _rated_faults(book: Book, filed: Filed[Record]) -> Iterator[Issue]:
    """Raters that the form does not have, or that are nobody."""
    scheme = book.scheme_of(filed.model)
    for rater, rated in filed.model.rated.items():
        at = filed.at("rated", rater)
        if scheme is not None and not scheme.left_out and rater not in scheme.model.raters:
            yield unknown("rater", rater, scheme.model.raters, at)
        yield from unknown_employee(book, rated.by, at.at("by"))


def _salary_faults(book: Book, filed: Filed[Record], policy: Filed[Policy]) -> Iterator[Issue]:
    """A base salary that pay is reckoned from, and that nobody wrote."""
    record = filed.model
    pay = book.pay.get(record.employee or "")
    if record.employee is None or record.part is not None or not book.has_pay:
        return
    is_there = not is_unread(book, f"records/pay/{record.employee}")
    is_there = is_there and (pay is None or pay.is_whole(("salary",)))
    for index, component in enumerate(policy.model.pay):
        is_whole = policy.is_whole(policy.in_file(("pay", index)))
        if is_whole and component.base_salary_needed():
            if is_there and (pay is None or pay.model.salary_in(record.month) is None):
                facts: dict[str, Fact] = {
                    "name": book.staff[record.employee].model.name,
                    "id": record.employee,
                    "month": record.month,
                    "component": component.name,
                }
                yield Issue(code="salary-missing", at=filed.at("employee"), facts=facts)


def _policy_of_record(book: Book, filed: Filed[Record], scheme: Scheme) -> Iterator[Issue]:
    record = filed.model
    policy = book.policy(scheme.id, record.month)
    is_known = not has_unread(book, "records/policies/")
    if policy is None:
        is_known = are_policies_known(book)
    asked = set(scheme.metrics)
    facts: dict[str, Fact]
    if policy is not None:
        yield from _salary_faults(book, filed, policy)
        is_known = is_known and not policy.left_out
        for component in policy.model.pay:
            for metric in component.metrics():
                asked.add(metric)
                if metric not in record.metrics and not filed.lacks("metrics", metric):
                    facts = {"metric": metric, "indicator": component.name}
                    yield Issue(code="metric-missing", at=filed.at("metrics"), facts=facts)
        window = policy.model.window
        for rater, rated in record.rated.items():
            begin = Period(record.month, scheme.per).first.first_day
            if window is None or rated.on is None or rated.on < begin:
                continue  # before the period, which is a fault of its own
            month = record.month.plus(1)
            if not window.takes(record.month, rated.on):
                facts = {
                    "date": str(rated.on),
                    "from": f"{month}-{window.from_:02}",
                    "to": f"{month}-{window.to:02}",
                }
                at = filed.at("rated", rater, "on")
                yield Issue(code="outside-window", at=at, facts=facts)
    for metric in record.metrics:
        if metric not in asked and is_known:
            yield unknown("metric", metric, asked, filed.at("metrics", metric))
