"""The roll: who holds a form in a month, and so has a record of it or a written reason for none.

A month is on the roll when it has any record, or excuses somebody.  Whoever holds a post with a
form in it, on the last day of the month or of the employment, is due; so is a department with a
form, and so is the part of the month that somebody who moved within it served elsewhere.  A form is
due from its `from` on, one of a quarter or year in its last month, or in the month in which the
person leaves.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from kpisite.check.filed import Filed
from kpisite.check.ground import Ground
from kpisite.check.known import is_unread, unknown_employee
from kpisite.check.roster import Roster
from kpisite.core.address import Qualified, address_of, month_of, name_in_month
from kpisite.core.captions import caption, listed
from kpisite.core.immutable import immutable
from kpisite.core.issue import Fact, Issue, Source
from kpisite.core.month import Month, Period
from kpisite.core.text import Text
from kpisite.language.closing import REMOVED
from kpisite.language.staff import Employee

#: What an absence is called where it covers the whole of what a form appraises.
AWAY = {
    "leave": caption("leave"),
    "sick": caption("sick-leave"),
    "maternity": caption("maternity-leave"),
}


@immutable
class Unrecorded(Qualified):
    """Somebody, or a department, who holds a form in a month and has no record of it.

    `reason` is why, in writing, and `excused_at` the entry of the month's file that gives it; a
    reason of None is somebody forgotten.  `part` is the department of a part of the month, where
    the person has a record of the rest, `one_off` the form of an appraisal that stands beside the
    month's and that nobody lacks.
    """

    id: str
    part: str | None = None
    one_off: str | None = None
    name: Text
    department: str
    is_person: bool
    month: Month
    at: Source
    reason: Text | None = None
    excused_at: Source | None = None

    @property
    def address(self) -> str:
        """What its file would be called, and who is excused: `CS017`, or `CS017@store`."""
        return address_of(self.id, self.qualifier)

    @property
    def name_in_month(self) -> str:
        """What it would be called among the scorecards of a closed month."""
        return name_in_month(self.id, self.qualifier)


def unrecorded(ground: Ground, roster: Roster) -> tuple[Unrecorded, ...]:
    """Everybody without a record, by month and id, excused or not."""
    recorded, parts = roster.appraised, roster.parts
    unsure = {(one.appraisee, one.month) for one in roster.records if "part" in one.left_out}
    found = []
    for month in _months(ground, roster):
        for one in sorted(_due(ground, month, recorded), key=lambda one: one.address):
            if one.part is None:
                is_missing = (one.id, month) not in recorded
            else:
                is_missing = (one.id, None, month) in parts and (one.id, month) not in unsure
                is_missing = is_missing and (one.id, one.part, month) not in parts
            if is_missing and not is_unread(roster, f"records/{month}/{one.address}"):
                found.append(_with_reason(ground, one))
    return tuple(found)


def to_be_recorded(ground: Ground, roster: Roster, month: Month) -> tuple[Unrecorded, ...]:
    """Whoever is due in a month, on the roll or not, and has neither a record nor a reason for
    none; those of a part of the month too, by id."""
    return tuple(
        one
        for one in sorted(_due(ground, month), key=lambda one: one.address)
        if (one.id, one.part, month) not in roster.parts
        and not is_unread(roster, f"records/{month}/{one.address}")
        and _with_reason(ground, one).reason is None
    )


def forgotten(ground: Ground, roster: Roster) -> Iterator[Issue]:
    """Everybody who should have a record and has neither one nor a reason, once a person; in a
    closed month it is an error.  A department whose total some form counts is missed there."""
    awaited = {(one.asked, one.month) for one in roster.records}
    by_person: dict[tuple[str, str], list[Unrecorded]] = {}
    for one in unrecorded(ground, roster):
        closed = ground.closed.get(one.month)
        # Each is a fault of its own.
        is_gone = closed is not None and one.name_in_month in closed.model.card
        waits = not one.is_person and (one.id, one.month) in awaited
        if one.reason is None and not is_gone and not waits and not _may_be_excused(ground, one):
            code = "record-missing" if closed is None else "closed-without"
            by_person.setdefault((code, one.address), []).append(one)
    for (code, id), several in by_person.items():
        files = tuple(f"records/{one.month}/{id}.toml" for one in several)
        facts: dict[str, Fact] = {
            "id": _as_key(id),
            "name": several[0].name,
            "months": tuple(str(one.month) for one in several),
            "files": files,
            "excuses": tuple(f"records/{one.month}/month.toml" for one in several),
        }
        yield Issue(code=code, at=several[-1].at, facts=facts)


def _may_be_excused(ground: Ground, one: Unrecorded) -> bool:
    """Whether a reason was written that could not be read."""
    filed = ground.months.get(one.month)
    if filed is None:
        return is_unread(ground, f"records/{one.month}/month")
    return any(filed.is_left_out("excused", id) for id in (one.address, one.department))


def _as_key(address: str) -> str:
    """An address as a key of TOML, which takes no `@` without quotes."""
    return f'"{address}"' if "@" in address else address


def excuses_for_nobody(ground: Ground, roster: Roster) -> Iterator[Issue]:
    """Reasons given for nobody we know, or for somebody who has a record or needs none."""
    used = {one.excused_at for one in unrecorded(ground, roster)}
    for month, filed in sorted(ground.months.items()):
        for id in filed.model.excused:
            at = filed.at("excused", id)
            whose, _, _ = id.partition("@")
            is_department = id in ground.department_by_id
            if not is_department and whose not in ground.staff:
                yield from unknown_employee(ground, whose, at)
            elif at not in used and not _is_unsure(ground, whose):
                yield Issue(code="excuse-unused", at=at, facts={"id": id, "month": month})


def _is_unsure(ground: Ground, id: str) -> bool:
    """Whether what could not be read may be what an excuse is for."""
    people = [ground.staff[id]] if id in ground.staff else ground.staff.values()
    return (
        any(one.left_out for one in people)
        or any(one.left_out for one in ground.schemes)
        or any(path.startswith(("records/schemes/", "records/staff/")) for path in ground.unread)
        or bool(ground.departments.left_out)
    )


def _months(ground: Ground, roster: Roster) -> list[Month]:
    months = {month for _, month in roster.appraised}
    months |= {month for month, filed in ground.months.items() if filed.model.excused}
    months |= {Month.parse(month_of(path)) for path in roster.unread}
    return sorted(months)


def months_left_out(ground: Ground, roster: Roster) -> Iterator[Issue]:
    """Months of which nobody has a record or is excused, between two that are on the roll, where
    somebody holds a form; one that was closed is missed by its closing."""
    on_roll = _months(ground, roster)
    closed = {*map(str, ground.closed), *ground.closings.model.month}
    month = on_roll[0] if on_roll else None
    while month is not None and month < on_roll[-1]:
        month = month.plus(1)
        if month in on_roll or str(month) in closed:
            continue
        departments = sorted({one.department for one in _due(ground, month)})
        if departments and not is_unread(ground, f"records/{month}/month"):
            filed = ground.months.get(month)
            path = f"records/{month}/month.toml"
            excuses = ", ".join(f'{id} = "…"' for id in departments)
            facts: dict[str, Fact] = {"month": month, "path": path, "excuses": excuses}
            at = Source(path) if filed is None else filed.at("month")
            yield Issue(code="month-left-out", at=at, facts=facts)


def _due(
    ground: Ground, month: Month, recorded: frozenset[tuple[str, Month]] = frozenset()
) -> Iterator[Unrecorded]:
    """Whoever holds a form that is due in the month, with or without a record; of those recorded,
    only the ones who may lack the record of a part."""
    for filed in ground.staff.values():
        if len(filed.model.post) == 1 and (filed.model.id, month) in recorded:
            continue
        if not filed.left_out and filed.model.is_employed_in(month):
            yield from _due_person(ground, filed, month)
    for department in ground.departments.model.department:
        if _is_due(ground, department.scheme, month, ends=False):
            yield Unrecorded(
                id=department.id,
                name=department.name,
                department=department.id,
                is_person=False,
                month=month,
                at=ground.department_at(department.id).at("scheme"),
            )


def _due_person(ground: Ground, filed: Filed[Employee], month: Month) -> Iterator[Unrecorded]:
    employee = filed.model
    post = employee.post_in(month)
    ends = employee.left is not None and Month.of(employee.left) == month
    if post is not None and _is_due(ground, post.scheme, month, ends=ends):
        yield Unrecorded(
            id=employee.id,
            name=Text(zh=employee.name, en=employee.name),
            department=post.department,
            is_person=True,
            month=month,
            at=filed.at("post", employee.post.index(post), "scheme"),
        )
    last = "" if post is None else post.department
    for department in {one.department for one in employee.post} - {last}:
        former = employee.post_within(month, department)
        if former is not None and _is_due(ground, former.scheme, month, ends=False):
            yield Unrecorded(
                id=employee.id,
                part=department,
                name=Text(zh=employee.name, en=employee.name),
                department=department,
                is_person=True,
                month=month,
                at=filed.at("post", employee.post.index(former), "scheme"),
            )


def _is_due(ground: Ground, scheme: str | None, month: Month, *, ends: bool) -> bool:
    filed = None if scheme is None else ground.scheme(scheme, month)
    if filed is None or filed.left_out or filed.model.one_off:
        return False
    return ends or Period(month, filed.model.per).is_whole


def _with_reason(ground: Ground, one: Unrecorded) -> Unrecorded:
    """With the month's written reason: the person's own, the department's, an absence that covers
    all of the period, or an amendment that took the record out of a closed month."""
    filed = ground.months.get(one.month)
    given: Mapping[str, str] = {} if filed is None else filed.model.excused
    for id in (one.address, one.department):
        if filed is not None and id in given:
            reason = Text(zh=given[id], en=given[id])
            return replace(one, reason=reason, excused_at=filed.at("excused", id))
    return replace(one, reason=_away(ground, one) or _taken_out(ground, one))


def _away(ground: Ground, one: Unrecorded) -> Text | None:
    """The kind of absence, where days away cover every day employed in the period."""
    if not one.is_person:
        return None
    employee = ground.staff[one.id].model
    if one.part is not None:
        return _away_all(employee, employee.days_within(one.month, one.part))
    post = employee.post_in(one.month)
    scheme = None if post is None else ground.scheme(post.scheme or "", one.month)
    period = Period(one.month, "month" if scheme is None else scheme.model.per)
    months = [month for month in period.months if employee.is_employed_in(month)]
    return _away_all(employee, {day for month in months for day in employee.days_within(month)})


def _away_all(employee: Employee, days: set[date]) -> Text | None:
    """The kinds of absence, where they cover every one of the days."""
    away = {kind: set[date]() for kind in AWAY}
    for absence in employee.absence:
        away[absence.kind] |= absence.days_between(min(days), max(days)) if days else set()
    if not days or not days <= set[date]().union(*away.values()):
        return None
    kinds = {kind for kind, of_kind in away.items() if of_kind}
    return listed(AWAY[kind] for kind in sorted(kinds))


def _taken_out(ground: Ground, one: Unrecorded) -> Text | None:
    filed = ground.amendments.get(one.month)
    for amendment in reversed(() if filed is None else filed.model.amendment):
        if amendment.appraisee == one.name_in_month:
            why = amendment.why
            return Text(zh=why, en=why) if amendment.digest == REMOVED else None
    return None
