"""The checks of a record alone: against its appraisee, its form and its policy."""

from collections.abc import Iterator
from dataclasses import replace

from kpisite.check.afterwards_checks import afterwards_issues, ruling_issues
from kpisite.check.awaited import awaited, to_sum
from kpisite.check.entry import Entry
from kpisite.check.figure_checks import figures_of_record, with_figures
from kpisite.check.filed import Filed
from kpisite.check.form_checks import (
    department_asked,
    form_issues,
    issues_of_whole_rows,
    without_misspelt,
)
from kpisite.check.ground import Ground
from kpisite.check.known import (
    has_unread,
    is_unread,
    unknown,
    unknown_department,
    unknown_employee,
    unknown_scheme,
)
from kpisite.check.one_off_checks import form_of_file
from kpisite.check.roster import Recorded
from kpisite.check.ungoverned import are_policies_known
from kpisite.check.unit_checks import compared
from kpisite.core.address import name_in_month
from kpisite.core.issue import Fact, Issue
from kpisite.core.month import Month, Period
from kpisite.language.policy import Policy
from kpisite.language.record import Record
from kpisite.language.scheme import Scheme
from kpisite.language.staff import Employee

APPRAISEE = ("employee", "department")


def recorded(ground: Ground, entry: Entry) -> Recorded:
    """What the record is to others."""
    filed, record, scheme = entry.filed, entry.record, entry.scheme
    return Recorded(
        path=filed.path,
        appraisee=record.appraisee,
        is_person=record.department is None,
        month=record.month,
        part=record.part,
        one_off=entry.one_off or form_of_file(ground, entry),
        scheme="" if scheme is None else scheme.path,
        asked=department_asked(entry),
        compared=tuple(compared(ground, entry)),
        left_out=tuple(_left_out(ground, filed)),
        waits=ground.waits_in(record.month) and bool(awaited(ground, filed)),
        to_sum=to_sum(ground, filed) if ground.waits_in(record.month) else (),
    )


def _left_out(ground: Ground, filed: Filed[Record]) -> Iterator[str]:
    """The keys of which it is not known what they say; of a form, whether it is a one-off one."""
    for key in ("department", "part"):
        if filed.is_left_out(key):
            yield key
    id = filed.model.scheme
    versions = (one for one in ground.schemes if one.model.id == id)
    if filed.is_left_out("scheme") or (
        id is not None
        and (
            is_unread(ground, f"records/schemes/{id}")
            or any(one.is_left_out("one-off") for one in versions)
        )
    ):
        yield "scheme"


def record_issues(ground: Ground, entry: Entry) -> Iterator[Issue]:
    """A record against its appraisee, its form and its policy."""
    filed, record, scheme, period = entry.filed, entry.record, entry.scheme, entry.period
    if filed.is_left_out("part") or filed.is_left_out("scheme"):
        return
    if record.department is not None:
        yield from unknown_department(ground, record.department, filed.at("department"))
        if record.department not in ground.department_by_id:
            return
    elif entry.person is None:
        yield from unknown_employee(ground, record.appraisee, filed.at("employee"))
        return
    if entry.person is not None:
        yield from _employment_issues(filed, entry.person, period)
    yield from _event_dates(filed, period)
    yield from _rated_issues(ground, entry)
    yield from afterwards_issues(ground, entry)
    if form_of_file(ground, entry) is not None:
        return
    if record.part is not None and entry.one_off is None:
        yield from _part_issues(entry, record.part)
        if entry.post is None:
            return
    if scheme is None:
        yield from _no_scheme(ground, entry)
        return
    if is_unread(ground, f"records/schemes/{scheme.model.id}"):
        return
    if scheme.left_out:
        yield from issues_of_whole_rows(filed, scheme)
        return
    yield from _period_issues(entry, scheme)
    yield from ruling_issues(filed, scheme.model)
    appraises = "employee" if record.department is None else "department"
    if appraises != scheme.model.appraises:
        facts: dict[str, Fact] = {"scheme": scheme.model.name}
        yield Issue(code="wrong-appraisee", at=entry.appraisee_at, facts=facts)
    asked = ground.figures_asked(scheme, entry.policy)
    forgiven = without_misspelt(filed, scheme.model, asked)
    entry = entry if forgiven is filed else replace(entry, filed=forgiven)
    sound, waits = ground.sound_marks[scheme.path], ground.waits_in(record.month)
    if scheme.model.plan.figures or record.list_ or record.choices:
        found, issues = figures_of_record(ground, entry, waits=waits)
        yield from issues
        forgiven = with_figures(forgiven, found)
    yield from form_issues(forgiven, scheme.model, sound, waits=waits)
    yield from _policy_of_record(ground, entry, asked)


def _part_issues(entry: Entry, part: str) -> Iterator[Issue]:
    """A part of a month in a department where no post was held, or where the month ended."""
    filed, record, person = entry.filed, entry.record, entry.person
    if person is not None and person.left_out:
        return
    last = None if person is None else person.model.post_in(record.month)
    facts: dict[str, Fact] = {"department": part, "month": record.month}
    if entry.post is None:
        yield Issue(code="part-not-held", at=filed.at("part"), facts=facts)
    elif last is not None and last.department == part:
        yield Issue(code="part-is-last", at=filed.at("part"), facts=facts)


def _employment_issues(
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


def _period_issues(entry: Entry, scheme: Filed[Scheme]) -> Iterator[Issue]:
    """A record of a quarter or year that is filed under a month before its end, where nobody left
    in that month."""
    record, person = entry.record, entry.person
    left = None if person is None else person.model.left
    if not entry.period.is_whole and (left is None or Month.of(left) != record.month):
        facts: dict[str, Fact] = {"scheme": scheme.model.name, "month": record.month}
        at = entry.filed.at("month")
        yield Issue(code="period-not-over", at=at, facts=facts, also=(scheme.at("per"),))


def _event_dates(filed: Filed[Record], period: Period) -> Iterator[Issue]:
    for index, event in enumerate(filed.model.event):
        if not period.takes(event.date):
            facts: dict[str, Fact] = {"date": str(event.date), "month": str(period)}
            at = filed.at("event", index, "date")
            yield Issue(code="event-outside-month", at=at, facts=facts)


def _no_scheme(ground: Ground, entry: Entry) -> Iterator[Issue]:
    filed, record, id, person = entry.filed, entry.record, entry.scheme_id, entry.person
    facts: dict[str, Fact]
    if record.department is not None and ground.departments.left_out:
        return
    if id is None:
        if person is not None and person.left_out:
            return
        name = record.appraisee if person is None else person.model.name
        facts = {"employee": name, "month": record.month}
        also = () if person is None else (person.at(),)
        yield Issue(code="no-scheme", at=entry.appraisee_at, facts=facts, also=also)
    elif id in ground.scheme_ids and not is_unread(ground, f"records/schemes/{id}"):
        facts = {"scheme": id, "month": record.month}
        yield Issue(code="scheme-not-yet", at=filed.at("month"), facts=facts)
    else:
        yield from unknown_scheme(ground, record.scheme, filed.at("scheme"))


def _rated_issues(ground: Ground, entry: Entry) -> Iterator[Issue]:
    """Raters that the form does not have, or that are nobody."""
    scheme = entry.scheme
    for rater, rated in entry.record.rated.items():
        at = entry.filed.at("rated", rater)
        if scheme is not None and not scheme.left_out and rater not in scheme.model.raters:
            yield unknown("rater", rater, scheme.model.raters, at)
        yield from unknown_employee(ground, rated.by, at.at("by"))


def _salary_issues(ground: Ground, entry: Entry, policy: Filed[Policy]) -> Iterator[Issue]:
    """A base salary that pay is computed from, and that nobody wrote."""
    record, person = entry.record, entry.person
    pay = ground.pay.get(record.employee or "")
    if record.employee is None or person is None or record.part is not None or not ground.has_pay:
        return
    is_there = not is_unread(ground, f"records/pay/{record.employee}")
    is_there = is_there and (pay is None or pay.is_whole(("salary",)))
    if not is_there or (pay is not None and pay.model.salary_in(record.month) is not None):
        return
    for component in ground.paid_from_salary[policy.path]:
        facts: dict[str, Fact] = {
            "name": person.model.name,
            "id": record.employee,
            "month": record.month,
            "component": component.name,
        }
        yield Issue(code="salary-missing", at=entry.filed.at("employee"), facts=facts)


def _policy_of_record(ground: Ground, entry: Entry, asked: frozenset[str]) -> Iterator[Issue]:
    filed, record, policy = entry.filed, entry.record, entry.policy
    waits = ground.waits_in(record.month)
    is_known = not has_unread(ground, "records/policies/")
    if policy is None:
        is_known = are_policies_known(ground)
    facts: dict[str, Fact]
    if policy is not None:
        yield from _salary_issues(ground, entry, policy)
        is_known = is_known and not policy.left_out
        for component in () if waits or asked <= record.metrics.keys() else policy.model.pay:
            for metric in component.metrics():
                if metric not in record.metrics and not filed.is_left_out("metrics", metric):
                    facts = {"metric": metric, "indicator": component.name}
                    yield Issue(code="metric-missing", at=filed.at("metrics"), facts=facts)
        window, begin = policy.model.window, entry.period.first.first_day
        for rater, rated in record.rated.items():
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
    faulty = frozenset[str]() if entry.scheme is None else entry.scheme.model.plan.faulty
    faulty |= frozenset() if policy is None else ground.levels_at(policy.path).plan.faulty
    for metric in record.metrics:
        if is_known and metric not in asked and metric not in faulty:
            yield unknown("metric", metric, asked, filed.at("metrics", metric))


def names_taken(ground: Ground, entry: Entry) -> Iterator[Issue]:
    """A part of a month, or a one-off appraisal, whose page and form would stand in the place of
    somebody's who may have a record or not."""
    if entry.qualifier is None:
        return
    name = name_in_month(entry.record.appraisee, entry.qualifier)
    if name in ground.staff or name in ground.department_by_id:
        at = entry.filed.at("part" if entry.one_off is None else "scheme")
        yield Issue(code="part-name-taken", at=at, facts={"id": name})
