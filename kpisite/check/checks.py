"""The checks between files.  Each is a function from the book to what is wrong in it, and stands
in `CHECKS` at the foot; their order is the order of nothing but this page."""

from collections.abc import Callable, Iterable, Iterator

from kpisite.check.book import Book
from kpisite.check.shape import Filed
from kpisite.core.fault import Fact, Issue, Source, nearest
from kpisite.core.month import Month
from kpisite.language.methods import Marked, Measured
from kpisite.language.record import NOTE, Record
from kpisite.language.scheme import Rule, Scheme
from kpisite.language.staff import Employee

Check = Callable[[Book], Iterable[Issue]]


def names_that_differ_by_case(book: Book) -> Iterator[Issue]:
    """Files that one computer keeps apart and the next takes for one: `cs017`, `CS017`."""
    seen: dict[str, str] = {}
    for path in sorted(document.path for document in book.documents):
        other = seen.setdefault(path.lower(), path)
        if other != path:
            yield Issue(code="case-clash", at=Source(path), also=(Source(other),))


def ids_that_stand_twice(book: Book) -> Iterator[Issue]:
    """Two departments of one id, or two versions of a scheme or policy from one month."""
    entries: list[tuple[tuple[str, ...], Source]] = [
        (("department", one.id), book.departments.at("department", index, "id"))
        for index, one in enumerate(book.departments.model.department)
    ]
    entries += [
        ((kind, filed.model.id, str(filed.model.from_)), filed.at("from"))
        for kind, shelf in (("scheme", book.schemes), ("policy", book.policies))
        for filed in shelf
    ]
    seen: dict[tuple[str, ...], Source] = {}
    for name, at in entries:
        if name in seen:
            yield Issue(code="duplicate-id", at=at, facts={"id": name[1]}, also=(seen[name],))
        seen.setdefault(name, at)


def scheme_faults(book: Book) -> Iterator[Issue]:
    """What is wrong within a scheme."""
    for filed in book.schemes:
        if not filed.left_out:
            yield from filed.model.faults(filed.at())


def policy_faults(book: Book) -> Iterator[Issue]:
    """What is wrong within a policy, the schemes it names, and policies in each other's way."""
    known = book.scheme_ids
    for filed in book.policies:
        if not filed.left_out:
            yield from filed.model.faults(filed.at())
        for index, scheme in enumerate(filed.model.schemes):
            if scheme not in known and not _is_unread(book, f"records/schemes/{scheme}"):
                yield _unknown("scheme", scheme, known, filed.at("schemes", index))
            for other in book.policies:
                if (
                    other.path < filed.path
                    and scheme in other.model.schemes
                    and other.model.from_ == filed.model.from_
                ):
                    also = (other.at("schemes"),)
                    at = filed.at("schemes", index)
                    yield Issue(code="two-policies", at=at, facts={"scheme": scheme}, also=also)


def department_faults(book: Book) -> Iterator[Issue]:
    """A department whose manager is nobody."""
    for index, department in enumerate(book.departments.model.department):
        at = book.departments.at("department", index, "manager")
        yield from _unknown_employee(book, department.manager, at)


def staff_faults(book: Book) -> Iterator[Issue]:
    """Posts and dates of employment that cannot be, and whom they name."""
    for filed in book.staff.values():
        employee = filed.model
        if employee.left is not None and employee.left < employee.joined:
            facts: dict[str, Fact] = {"joined": str(employee.joined), "left": str(employee.left)}
            yield Issue(
                code="left-before-joined", at=filed.at("left"), facts=facts,
                also=(filed.at("joined"),),
            )  # fmt: skip
        yield from _post_faults(book, filed)


def _post_faults(book: Book, filed: Filed[Employee]) -> Iterator[Issue]:
    employee = filed.model
    for index, post in enumerate(employee.post):
        at = filed.at("post", index)
        if index and post.from_ <= employee.post[index - 1].from_:
            also = (filed.at("post", index - 1, "from"),)
            facts: dict[str, Fact] = {"from": str(post.from_)}
            yield Issue(code="posts-order", at=at.at("from"), facts=facts, also=also)
        if post.from_ < employee.joined:
            facts = {"from": str(post.from_), "joined": str(employee.joined)}
            also = (filed.at("joined"),)
            yield Issue(code="post-before-joined", at=at.at("from"), facts=facts, also=also)
        if post.department not in book.department_by_id:
            known = book.department_by_id
            yield _unknown("department", post.department, known, at.at("department"))
        if post.superior == employee.id:
            yield Issue(code="own-superior", at=at.at("superior"))
        else:
            yield from _unknown_employee(book, post.superior, at.at("superior"))
        known_schemes = book.scheme_ids
        if post.scheme and post.scheme not in known_schemes:
            if not _is_unread(book, f"records/schemes/{post.scheme}"):
                yield _unknown("scheme", post.scheme, known_schemes, at.at("scheme"))


def pay_faults(book: Book) -> Iterator[Issue]:
    """Pay of nobody, and two salaries from one month."""
    for filed in book.pay.values():
        yield from _unknown_employee(book, filed.model.employee, filed.at("employee"))
        seen: dict[Month, Source] = {}
        for index, salary in enumerate(filed.model.salary):
            at = filed.at("salary", index, "from")
            if salary.from_ in seen:
                facts: dict[str, Fact] = {"id": str(salary.from_)}
                also = (seen[salary.from_],)
                yield Issue(code="duplicate-id", at=at, facts=facts, also=also)
            seen.setdefault(salary.from_, at)


def duplicate_records(book: Book) -> Iterator[Issue]:
    """Two records of one employee and month, of which only one can be right."""
    seen: dict[tuple[str, Month], Filed[Record]] = {}
    for filed in book.records:
        name = (filed.model.employee, filed.model.month)
        if name in seen:
            facts: dict[str, Fact] = {"employee": name[0], "month": name[1]}
            also = (seen[name].at("employee"),)
            at = filed.at("employee")
            yield Issue(code="duplicate-record", at=at, facts=facts, also=also)
        seen.setdefault(name, filed)


def record_faults(book: Book) -> Iterator[Issue]:
    """Each record against its employee, its form and its policy."""
    for filed in book.records:
        employee = book.staff.get(filed.model.employee)
        if employee is None:
            yield from _unknown_employee(book, filed.model.employee, filed.at("employee"))
            continue
        yield from _employment_faults(filed, employee)
        yield from _rated_faults(book, filed)
        scheme = book.scheme_of(filed.model)
        if scheme is None:
            yield from _no_scheme(book, filed)
            continue
        if not scheme.left_out:
            yield from _form_faults(filed, scheme.model)
        yield from _policy_of_record(book, filed, scheme.model)


def _employment_faults(filed: Filed[Record], employee: Filed[Employee]) -> Iterator[Issue]:
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
        at = filed.at("event", index, "date")
        if Month.of(event.date) != record.month:
            facts = {"date": str(event.date), "month": record.month}
            yield Issue(code="event-outside-month", at=at, facts=facts)
        elif event.date < person.joined or (person.left and event.date > person.left):
            facts = {"date": str(event.date), "employee": person.name}
            also = (employee.at("joined"),)
            yield Issue(code="event-outside-employment", at=at, facts=facts, also=also)


def _no_scheme(book: Book, filed: Filed[Record]) -> Iterator[Issue]:
    record = filed.model
    id = book.scheme_id_of(record)
    if id is None:
        person = book.staff[record.employee]
        facts: dict[str, Fact] = {"employee": person.model.name, "month": record.month}
        yield Issue(code="no-scheme", at=filed.at("employee"), facts=facts, also=(person.at(),))
    elif id in book.scheme_ids:
        facts = {"scheme": id, "month": record.month}
        yield Issue(code="scheme-not-yet", at=filed.at("month"), facts=facts)
    elif record.scheme and not _is_unread(book, f"records/schemes/{id}"):
        yield _unknown("scheme", id, book.scheme_ids, filed.at("scheme"))


def _rated_faults(book: Book, filed: Filed[Record]) -> Iterator[Issue]:
    """Raters that the form does not have, or that are nobody."""
    scheme = book.scheme_of(filed.model)
    known = set() if scheme is None else set(scheme.model.raters)
    for rater, rated in filed.model.rated.items():
        at = filed.at("rated", rater)
        if scheme is not None and rater not in known:
            yield _unknown("rater", rater, known, at)
        yield from _unknown_employee(book, rated.by, at.at("by"))


def _form_faults(filed: Filed[Record], scheme: Scheme) -> Iterator[Issue]:
    record = filed.model
    known = scheme.indicators
    for id in record.marks:
        indicator = known.get(id)
        if indicator is None:
            yield _unknown("indicator", id, known, filed.at("marks", id))
        elif not isinstance(indicator, Marked):
            facts: dict[str, Fact] = {"indicator": indicator.name}
            yield Issue(code="mark-not-asked", at=filed.at("marks", id), facts=facts)
    for indicator in known.values():
        if isinstance(indicator, Marked):
            yield from _marks_faults(filed, scheme, indicator)
        elif isinstance(indicator, Measured) and not filed.lacks("metrics"):
            yield from (
                issue
                for issue in indicator.record_faults(record, filed.at())
                if not filed.lacks("metrics", str(issue.facts.get("metric", "")))
            )
    yield from _event_faults(filed, scheme)


def _marks_faults(filed: Filed[Record], scheme: Scheme, indicator: Marked) -> Iterator[Issue]:
    marks = filed.model.marks.get(indicator.id, {})
    at = filed.at("marks", indicator.id) if marks else filed.at("marks")
    for rater, mark in marks.items():
        if rater == NOTE:
            continue
        here = filed.at("marks", indicator.id, rater)
        if rater not in scheme.raters:
            yield _unknown("rater", rater, scheme.raters, here)
            continue
        for code, facts in indicator.mark_faults(mark):
            about: dict[str, Fact] = {
                "indicator": indicator.name,
                "rater": scheme.rater_name(rater),
            }
            yield Issue(code=code, at=here, facts=about | facts)
    for rater in scheme.counted_raters:
        is_there = rater in marks or filed.lacks("marks", indicator.id, rater)
        is_borne = scheme.missing == "provisional" or (
            scheme.missing == "share" and any(other in marks for other in scheme.counted_raters)
        )
        if not is_there and not is_borne:
            facts_of_missing: dict[str, Fact] = {
                "indicator": indicator.name,
                "id": indicator.id,
                "rater": scheme.rater_name(rater),
                "rater_id": rater,
            }
            yield Issue(code="mark-missing", at=at, facts=facts_of_missing)


def _event_faults(filed: Filed[Record], scheme: Scheme) -> Iterator[Issue]:
    for index, event in enumerate(filed.model.event):
        rule = scheme.rules.get(event.rule)
        if rule is None:
            at = filed.at("event", index, "rule")
            yield _unknown("rule", event.rule, scheme.rules, at)
        elif isinstance(rule, Rule) and rule.evidence and not event.source.strip():
            facts: dict[str, Fact] = {"rule": rule.name}
            yield Issue(code="evidence-missing", at=filed.at("event", index), facts=facts)


def _policy_of_record(book: Book, filed: Filed[Record], scheme: Scheme) -> Iterator[Issue]:
    record = filed.model
    policy = book.policy(scheme.id, record.month)
    asked = set(scheme.metrics)
    if policy is not None:
        for component in policy.model.pay:
            for metric in component.metrics():
                asked.add(metric)
                if metric not in record.metrics and not filed.lacks("metrics", metric):
                    facts: dict[str, Fact] = {"metric": metric, "indicator": component.name}
                    yield Issue(code="metric-missing", at=filed.at("metrics"), facts=facts)
        window = policy.model.window
        for rater, rated in record.rated.items():
            if window is None or rated.on is None:
                continue
            month = record.month.plus(1)
            if Month.of(rated.on) != month or not window.from_ <= rated.on.day <= window.to:
                facts = {
                    "date": str(rated.on),
                    "from": f"{month}-{window.from_:02}",
                    "to": f"{month}-{window.to:02}",
                }
                at = filed.at("rated", rater, "on")
                yield Issue(code="outside-window", at=at, facts=facts)
    for metric in record.metrics:
        if metric not in asked:
            yield _unknown("metric", metric, asked, filed.at("metrics", metric))


def _unknown(what: str, id: str, known: Iterable[str], at: Source) -> Issue:
    names = tuple(sorted(known))
    facts: dict[str, Fact] = {"id": id, "meant": nearest(id, names), "known": names}
    return Issue(code=f"unknown-{what}", at=at, facts=facts)


def _unknown_employee(book: Book, id: str | None, at: Source) -> Iterator[Issue]:
    if id is not None and id not in book.staff and not _is_unread(book, f"records/staff/{id}"):
        yield _unknown("employee", id, book.staff, at)


def _is_unread(book: Book, stem: str) -> bool:
    """Whether a file that begins with `stem` is there, though nothing could be made of it."""
    return any(path.startswith((f"{stem}.", f"{stem}@")) for path in book.unread)


CHECKS: tuple[Check, ...] = (
    names_that_differ_by_case,
    ids_that_stand_twice,
    scheme_faults,
    policy_faults,
    department_faults,
    staff_faults,
    pay_faults,
    duplicate_records,
    record_faults,
)
