"""The checks of records: each against its appraisee, its form and its policy."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from kpisite.check.book import Book
from kpisite.check.known import (
    is_unread,
    of_whole,
    unknown,
    unknown_department,
    unknown_employee,
    unknown_scheme,
)
from kpisite.check.misfit import written
from kpisite.check.shape import Filed
from kpisite.core.fault import Fact, Issue, Keys, Source, nearest
from kpisite.core.month import Month
from kpisite.core.text import Text
from kpisite.language.methods import (
    DepartmentScore,
    EventRule,
    Indicator,
    Marked,
    Measured,
    Planned,
)
from kpisite.language.methods.base import Faults, points_faults
from kpisite.language.policy import Policy
from kpisite.language.record import NOTE, Mark, Record
from kpisite.language.scheme import Scheme
from kpisite.language.staff import Employee

APPRAISEE = ("employee", "department")


def duplicate_records(book: Book) -> Iterator[Issue]:
    """Two records of one appraisee and month, of which only one can be right."""
    seen: dict[tuple[str, Month, str | None], Filed[Record]] = {}
    for filed in book.records:
        name = (filed.model.appraisee, filed.model.month, filed.model.part)
        if name in seen:
            facts: dict[str, Fact] = {"employee": name[0], "month": name[1]}
            also = (_appraisee_at(seen[name]),)
            yield Issue(code="duplicate-record", at=_appraisee_at(filed), facts=facts, also=also)
        seen.setdefault(name, filed)


def _appraisee_at(filed: Filed[Record]) -> Source:
    return filed.at("employee" if filed.model.department is None else "department")


def record_faults(book: Book) -> Iterator[Issue]:
    """Each record against its appraisee, its form and its policy."""
    scored = {(filed.model.department, filed.model.month) for filed in book.records}
    for filed in book.records:
        record = filed.model
        if record.department is not None:
            yield from unknown_department(book, record.department, filed.at("department"))
            if record.department not in book.department_by_id:
                continue
        elif record.appraisee not in book.staff:
            yield from unknown_employee(book, record.appraisee, filed.at("employee"))
            continue
        else:
            yield from _employment_faults(filed, book.staff[record.appraisee])
        yield from _event_dates(filed)
        yield from _rated_faults(book, filed)
        yield from _afterwards_faults(book, filed)
        if record.part is not None:
            yield from _part_faults(book, filed, record.part)
            if book.post_of(record) is None:
                continue
        scheme = book.scheme_of(record)
        if scheme is None:
            yield from _no_scheme(book, filed)
            continue
        if scheme.left_out or is_unread(book, f"records/schemes/{scheme.model.id}"):
            continue
        forgiven = _without_misspelt(book, filed, scheme.model)
        yield from _form_faults(forgiven, scheme.model)
        yield from _department_faults(book, forgiven, scheme.model, scored)
        yield from _policy_of_record(book, forgiven, scheme.model)


def _part_faults(book: Book, filed: Filed[Record], part: str) -> Iterator[Issue]:
    """A part of a month in a department where no post was held, or where the month ended."""
    record, person = filed.model, book.staff.get(filed.model.employee or "")
    if person is not None and person.left_out:
        return
    last = None if person is None else person.model.post_in(record.month)
    facts: dict[str, Fact] = {"department": part, "month": record.month}
    if book.post_of(record) is None:
        yield Issue(code="part-not-held", at=filed.at("part"), facts=facts)
    elif last is not None and last.department == part:
        yield Issue(code="part-is-last", at=filed.at("part"), facts=facts)


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
        is_outside = event.date < person.joined or (person.left and event.date > person.left)
        if is_outside and Month.of(event.date) == record.month:
            facts = {"date": str(event.date), "employee": person.name}
            also = (employee.at("joined"),)
            at = filed.at("event", index, "date")
            yield Issue(code="event-outside-employment", at=at, facts=facts, also=also)


def _afterwards_faults(book: Book, filed: Filed[Record]) -> Iterator[Issue]:
    """Answers, appeals and plans: people who are nobody, raters who rule on themselves, and days
    in the wrong order."""
    record, post = filed.model, book.post_of(filed.model)
    answer = record.answer
    if answer is not None:
        yield from unknown_employee(book, answer.witness, filed.at("answer", "witness"))
        is_witnessed = answer.witness is not None or filed.lacks("answer", "witness")
        if answer.state == "refused" and not is_witnessed:
            yield Issue(code="witness-missing", at=filed.at("answer"))
    raters = {rated.by for rated in record.rated.values()} | {record.employee}
    raters.add(None if post is None else post.superior)
    for index, appeal in enumerate(record.appeal):
        at = filed.at("appeal", index)
        yield from unknown_employee(book, appeal.handler, at.at("handler"))
        if appeal.handler in raters:
            facts: dict[str, Fact] = {"handler": appeal.handler}
            yield Issue(code="handler-rated", at=at.at("handler"), facts=facts)
        if appeal.ruling is not None and appeal.ruling.on < appeal.on:
            facts = {"on": str(appeal.on), "ruled": str(appeal.ruling.on)}
            yield Issue(code="ruling-too-early", at=at.at("ruling", "on"), facts=facts)
    for index, remark in enumerate(record.remark):
        yield from unknown_employee(book, remark.by, filed.at("remark", index, "by"))
    for index, plan in enumerate(record.plan):
        yield from unknown_employee(book, plan.owner, filed.at("plan", index, "owner"))


def _event_dates(filed: Filed[Record]) -> Iterator[Issue]:
    for index, event in enumerate(filed.model.event):
        if Month.of(event.date) != filed.model.month:
            facts: dict[str, Fact] = {"date": str(event.date), "month": filed.model.month}
            at = filed.at("event", index, "date")
            yield Issue(code="event-outside-month", at=at, facts=facts)


def _no_scheme(book: Book, filed: Filed[Record]) -> Iterator[Issue]:
    record = filed.model
    id = book.scheme_id_of(record)
    facts: dict[str, Fact]
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


def _form_faults(filed: Filed[Record], scheme: Scheme) -> Iterator[Issue]:
    record = filed.model
    known = scheme.indicators
    appraises = "employee" if record.department is None else "department"
    if appraises != scheme.appraises:
        yield Issue(code="wrong-appraisee", at=_appraisee_at(filed), facts={"scheme": scheme.name})
    for id in record.marks:
        if id not in known:
            yield unknown("indicator", id, known, filed.at("marks", id))
    for indicator in known.values():
        yield from _marks_faults(filed, scheme, indicator)
        if isinstance(indicator, Marked | Measured):
            yield from _metrics_missing(filed, indicator)
        if isinstance(indicator, Measured):
            yield from of_whole(filed, indicator.record_faults(record, Source(filed.path)))
        if isinstance(indicator, Planned):
            yield from of_whole(filed, indicator.record_faults(record, Source(filed.path)))
            for index, task in indicator.rows(record):
                at = filed.at("task", index)
                yield from _missing_marks(scheme, indicator, task.marks, at, filed)
                for rater in task.marks:
                    if rater not in scheme.raters:
                        yield unknown("rater", rater, scheme.raters, at.at("marks", rater))
    yield from _event_faults(filed, scheme)
    yield from _note_faults(filed, scheme)


def _note_faults(filed: Filed[Record], scheme: Scheme) -> Iterator[Issue]:
    """Notes by nobody that the form knows, and in none of its boxes."""
    known = {*scheme.raters, *scheme.notes}
    for id in filed.model.notes:
        if id not in known:
            yield unknown("note", id, known, filed.at("notes", id))


def _without_misspelt(book: Book, filed: Filed[Record], scheme: Scheme) -> Filed[Record]:
    """The record as lacking whatever an unknown name in it most likely means, so that a slip in a
    name is told once, and not as something missing too."""
    record, policy = filed.model, book.policy(scheme.id, filed.model.month)
    pay = () if policy is None else policy.model.pay
    figures = scheme.metrics.union(*(component.metrics() for component in pay))
    known = scheme.indicators
    meant: set[Keys] = {("metrics", nearest(id, figures)) for id in record.metrics.keys() - figures}
    meant |= {("marks", nearest(id, known)) for id in record.marks.keys() - known.keys()}
    meant |= {
        ("marks", id, nearest(rater, scheme.raters))
        for id, marks in record.marks.items()
        for rater in marks.keys() - scheme.raters.keys() - {NOTE}
    }
    meant = {keys for keys in meant if keys[-1]}
    return replace(filed, left_out=filed.left_out | meant) if meant else filed


def _metrics_missing(filed: Filed[Record], indicator: Marked | Measured) -> Iterator[Issue]:
    for metric in indicator.metrics():
        if metric not in filed.model.metrics and not filed.lacks("metrics", metric):
            facts: dict[str, Fact] = {"metric": metric, "indicator": indicator.name}
            yield Issue(code="metric-missing", at=filed.at("metrics"), facts=facts)


def _marks_faults(filed: Filed[Record], scheme: Scheme, indicator: Indicator) -> Iterator[Issue]:
    marks = filed.model.marks.get(indicator.id, {})
    at = filed.at("marks", indicator.id) if marks else filed.at("marks")
    given = {rater: mark for rater, mark in marks.items() if rater != NOTE}
    if given and not _takes_marks(indicator):
        facts: dict[str, Fact] = {"indicator": indicator.name}
        yield Issue(code="mark-not-asked", at=at, facts=facts)
        return
    for rater, mark in given.items():
        if rater not in scheme.raters:
            here = filed.at("marks", indicator.id, rater)
            yield unknown("rater", rater, scheme.raters, here)
            continue
        for one in _each(scheme, rater, mark):
            for code, facts in _mark_faults(indicator, one, filed.model):
                here = filed.at("marks", indicator.id, rater)
                about: dict[str, Fact] = {
                    "indicator": indicator.name,
                    "rater": scheme.rater_name(rater),
                }
                if not isinstance(one, Decimal):
                    about["mark"] = written(one)
                yield Issue(code=code, at=here, facts=facts | about)
    if isinstance(indicator, Marked):
        yield from _missing_marks(scheme, indicator, marks, at, filed)


def _takes_marks(indicator: Indicator) -> bool:
    return isinstance(indicator, Marked) or (isinstance(indicator, Measured) and indicator.reviewed)


def _each(scheme: Scheme, rater: str, mark: Mark) -> tuple[Mark, ...]:
    """The single marks in what stands under a rater: one, or each peer's."""
    if scheme.raters[rater].peers and isinstance(mark, Mapping):
        return tuple(mark.values())
    return (mark,)


def _mark_faults(indicator: Indicator, mark: Mark, record: Record) -> Faults:
    if isinstance(indicator, Marked):
        yield from indicator.mark_faults(mark, record)
    else:
        yield from points_faults(mark, indicator.most, indicator.step)


def _missing_marks(
    scheme: Scheme,
    indicator: Indicator,
    marks: Mapping[str, Mark],
    at: Source,
    filed: Filed[Record],
) -> Iterator[Issue]:
    """Marks that the form cannot do without, by what its `missing` says."""
    missing = scheme.missing_raters(marks)
    some_are_there = len(missing) < len(scheme.counted_raters)
    if scheme.missing == "provisional" or (scheme.missing == "share" and some_are_there):
        return
    missing = tuple(id for id in missing if not filed.lacks("marks", indicator.id, id))
    if missing:
        names = [scheme.rater_name(id) for id in missing]
        entries = ", ".join(f"{id} = …" for id in missing)
        has_line = bool(set(marks) - {NOTE})
        facts: dict[str, Fact] = {
            "indicator": indicator.name,
            "rater": Text(
                zh="、".join(name.say("zh") for name in names),
                en=", ".join(name.say("en") for name in names),
            ),
            "entries": entries if has_line else f"{indicator.id} = {{ {entries} }}",
        }
        yield Issue(code="mark-missing", at=at, facts=facts)


def _event_faults(filed: Filed[Record], scheme: Scheme) -> Iterator[Issue]:
    for index, event in enumerate(filed.model.event):
        at = Source(filed.path, ("event", index))
        rule = scheme.rules.get(event.rule)
        faults: Iterable[Issue] = ()
        if rule is None:
            faults = [unknown("rule", event.rule, scheme.rules, at.at("rule"))]
        elif isinstance(rule, EventRule):
            faults = rule.event_faults(event, at)
        elif rule.evidence and not event.source.strip():
            faults = [Issue(code="evidence-missing", at=at, facts={"rule": rule.name})]
        yield from of_whole(filed, faults)


def _department_faults(
    book: Book,
    filed: Filed[Record],
    scheme: Scheme,
    scored: set[tuple[str | None, Month]],
) -> Iterator[Issue]:
    """A department's total that is asked for but was not appraised in the month."""
    post = book.post_of(filed.model)
    asks = any(isinstance(one, DepartmentScore) for one in scheme.indicators.values())
    if not asks or post is None or (post.department, filed.model.month) in scored:
        return
    if not is_unread(book, f"records/{filed.model.month}/{post.department}"):
        facts: dict[str, Fact] = {"department": post.department, "month": filed.model.month}
        yield Issue(code="department-not-appraised", at=filed.at("month"), facts=facts)


def _salary_faults(book: Book, filed: Filed[Record], policy: Policy) -> Iterator[Issue]:
    """A base salary that pay is reckoned from, and that nobody wrote."""
    record = filed.model
    pay = book.pay.get(record.employee or "")
    if record.employee is None or record.part is not None or not book.pay:
        return
    for component in policy.pay:
        if component.base_salary_needed():
            if pay is None or pay.model.salary_in(record.month) is None:
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
    is_known = not any(path.startswith("records/policies/") for path in book.unread)
    asked = set(scheme.metrics)
    facts: dict[str, Fact]
    if policy is not None:
        yield from _salary_faults(book, filed, policy.model)
        is_known = is_known and not policy.left_out
        for component in policy.model.pay:
            for metric in component.metrics():
                asked.add(metric)
                if metric not in record.metrics and not filed.lacks("metrics", metric):
                    facts = {"metric": metric, "indicator": component.name}
                    yield Issue(code="metric-missing", at=filed.at("metrics"), facts=facts)
        window = policy.model.window
        for rater, rated in record.rated.items():
            if window is None or rated.on is None:
                continue
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
