"""The checks within and between files, each a function that stands in one table at the foot.

The tables say what a check may look at: a file alone, the ground, a record on it, or the roster of
all records.  A change to one record so asks for the checks of that record, and of the roster where
it is something else to others than it was.  The order of a table is the order of nothing but the
page.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from kpisite.check.audience_checks import (
    audience_issues,
    audiences_of_nobody,
    readers_who_left,
)
from kpisite.check.awaited import months_that_wait, sums_without_figures
from kpisite.check.closing_checks import closings_that_changed
from kpisite.check.condition_checks import conditions_beyond_the_year, names_in_conditions
from kpisite.check.date_checks import amendments_of_nothing, days_of_records, days_out_of_order
from kpisite.check.earlier_checks import earlier_of_forms
from kpisite.check.entry import Entry
from kpisite.check.figure_checks import figures_that_nobody_asks_for
from kpisite.check.figure_reach import figures_left_idle
from kpisite.check.file_checks import entries_that_stand_twice, too_long_for_paper
from kpisite.check.ground import Ground
from kpisite.check.head_count import held_by_heads
from kpisite.check.kinds import kind_of
from kpisite.check.known import (
    has_unread,
    unknown,
    unknown_department,
    unknown_employee,
    unknown_scheme,
    without_follow_on,
)
from kpisite.check.one_off_checks import (
    one_off_forms,
    one_off_forms_of_posts,
    one_off_records,
    one_off_records_elsewhere,
    policies_of_one_off_forms,
)
from kpisite.check.pay_checks import (
    part_months_unstated,
    parts_that_are_not_paid,
    pay_issues,
    pay_that_is_not_here,
    project_issues,
)
from kpisite.check.payroll_checks import lines_of_payroll
from kpisite.check.policy_figure_checks import (
    figures_of_policies,
    figures_that_forms_lack,
    figures_that_policies_want,
)
from kpisite.check.reach import (
    averages_out_of_reach,
    bounds_out_of_reach,
    edges_out_of_reach,
    scales_apart,
    totals_beyond_their_scale,
)
from kpisite.check.record_checks import names_taken, record_issues
from kpisite.check.roll import excuses_for_nobody, forgotten, months_left_out
from kpisite.check.roster import Roster
from kpisite.check.roster_checks import (
    departments_not_appraised,
    duplicate_records,
    names_alike,
    names_that_differ_by_case,
    parts_alone,
)
from kpisite.check.scheme_checks import issues_of_scheme
from kpisite.check.shape import Filed
from kpisite.check.taken_up import pay_astray
from kpisite.check.ungoverned import schemes_without_policy
from kpisite.check.unit_checks import units_among_records, units_of_policies, units_of_records
from kpisite.core.issue import Fact, Issue, Source
from kpisite.core.text import Text
from kpisite.language.staff import Employee
from kpisite.read.document import Document

FileCheck = Callable[[Filed[Any], Document], Iterable[Issue]]
GroundCheck = Callable[[Ground], Iterable[Issue]]
RecordCheck = Callable[[Ground, Entry], Iterable[Issue]]
RosterCheck = Callable[[Ground, Roster], Iterable[Issue]]


#: What a department's month has beside the pages and printed forms of its people.
BESIDE_FORMS = ("index", "summary")


def ids_that_are_taken(ground: Ground) -> Iterator[Issue]:
    """People and departments whose record, pay file, page or form would stand in the place of
    another file: `month`, `2026-10`, `index`, `summary`; and whatever is filed under a name that
    Windows keeps for a device: `con`, `NUL`."""
    ids = [(one.model.id, one.at("id")) for one in ground.staff.values()]
    ids += [
        (one.id, ground.departments.at("department", index, "id"))
        for index, one in enumerate(ground.departments.model.department)
    ]
    for id, at in ids:
        files = {"record": f"records/2000-01/{id}.toml", "pay": f"records/pay/{id}.toml"}
        kinds = {name: kind_of(path.lower()) for name, path in files.items()}
        is_theirs = all(kind is not None and kind.name == name for name, kind in kinds.items())
        if not is_theirs or id.lower() in BESIDE_FORMS:
            yield Issue(code="reserved-id", at=at, facts={"id": id})
    ids += [(filed.model.id, filed.at("id")) for filed in ground.schemes]
    ids += [(filed.model.id, filed.at("id")) for filed in ground.policies]
    ids += [
        (one.id, ground.site.at("audience", index, "id"))
        for index, one in enumerate(ground.site.model.audience)
    ]
    for id, at in ids:
        if _DEVICE.fullmatch(id):
            yield Issue(code="device-id", at=at, facts={"id": id})


#: Windows opens a device in the place of a file of this name, whatever its suffix.
_DEVICE = re.compile(r"con|prn|aux|nul|(com|lpt)[0-9]", re.IGNORECASE)


def versions_that_stand_twice(ground: Ground) -> Iterator[Issue]:
    """Two versions of a scheme or policy from one month."""
    seen: dict[tuple[str, ...], Source] = {}
    for kind, shelf in (("scheme", ground.schemes), ("policy", ground.policies)):
        for filed in shelf:
            name, at = (kind, filed.model.id, str(filed.model.from_)), filed.at("from")
            if name in seen:
                facts: dict[str, Fact] = {"id": filed.model.id}
                yield Issue(code="duplicate-id", at=at, facts=facts, also=(seen[name],))
            seen.setdefault(name, at)


def scheme_issues(ground: Ground) -> Iterator[Issue]:
    """What is wrong within a scheme."""
    for filed in ground.schemes:
        yield from without_follow_on(filed, issues_of_scheme(filed.model, Source(filed.path)))


def policy_issues(ground: Ground) -> Iterator[Issue]:
    """What is wrong within a policy, the schemes it names, and policies in each other's way."""
    for filed in ground.policies:
        yield from without_follow_on(filed, filed.model.issues(Source(filed.path)))
        if not filed.left_out:
            yield from pay_astray(filed)
        for index, scheme in enumerate(filed.model.schemes):
            yield from unknown_scheme(ground, scheme, filed.at("schemes", index))
            for other in ground.policies:
                if (
                    other.path < filed.path
                    and scheme in other.model.schemes
                    and other.model.from_ == filed.model.from_
                ):
                    also = (other.at("schemes"),)
                    at = filed.at("schemes", index)
                    yield Issue(code="two-policies", at=at, facts={"scheme": scheme}, also=also)


def liabilities_for_nothing(ground: Ground) -> Iterator[Issue]:
    """Joint liability for an event that no form of the site knows, which would never come true."""
    if any(one.left_out for one in ground.schemes) or has_unread(ground, "records/schemes/"):
        return
    rules = {id for filed in ground.schemes for id in filed.model.rules}
    for filed in ground.schemes:
        for index, liability in enumerate(filed.model.liability):
            if liability.event not in rules:
                at = filed.at("liability", index, "event")
                yield unknown("rule", liability.event, rules, at)


def department_issues(ground: Ground) -> Iterator[Issue]:
    """A department whose manager or form is not there, or whose id is also a person's."""
    for index, department in enumerate(ground.departments.model.department):
        at = ground.departments.at("department", index)
        yield from unknown_employee(ground, department.manager, at.at("manager"))
        if department.id in ground.staff:
            also = (ground.staff[department.id].at("id"),)
            facts: dict[str, Fact] = {"id": department.id}
            yield Issue(code="duplicate-id", at=at.at("id"), facts=facts, also=also)
        yield from unknown_scheme(ground, department.scheme, at.at("scheme"))


def staff_issues(ground: Ground) -> Iterator[Issue]:
    """Posts and dates of employment that cannot be, and whom they name."""
    for filed in ground.staff.values():
        employee = filed.model
        if employee.left is not None and employee.left < employee.joined:
            facts: dict[str, Fact] = {"joined": str(employee.joined), "left": str(employee.left)}
            yield Issue(
                code="left-before-joined", at=filed.at("left"), facts=facts,
                also=(filed.at("joined"),),
            )  # fmt: skip
        for index, absence in enumerate(employee.absence):
            if absence.to < absence.from_:
                facts = {"from": str(absence.from_), "to": str(absence.to)}
                yield Issue(code="absence-order", at=filed.at("absence", index, "to"), facts=facts)
            else:
                yield from _absence_outside(filed, index)
        yield from _post_issues(ground, filed)


def posts_named_alike(ground: Ground) -> Iterator[Issue]:
    """Posts whose titles are alike in one language and not in the other, where people are ranked
    within their post: the title as a whole says which post it is."""
    if not any(filed.model.ranking.within == "post" for filed in ground.policies):
        return
    seen: dict[tuple[str, str], tuple[Text, Source]] = {}
    for filed in sorted(ground.staff.values(), key=lambda one: one.path):
        for index, post in enumerate(filed.model.post):
            at, title = filed.at("post", index, "title"), post.title
            others = [
                seen.setdefault((language, said), (title, at))
                for language, said in (("zh", title.zh), ("en", title.en), *title.others)
                if said
            ]
            other = next((one for one in others if one[0] != title), None)
            if other is not None:
                facts: dict[str, Fact] = {"title": _both(title), "other": _both(other[0])}
                yield Issue(code="posts-alike", at=at, facts=facts, also=(other[1],))


def _both(text: Text) -> str:
    """A text in all the languages that it has."""
    return " / ".join(text.words)


def _absence_outside(filed: Filed[Employee], index: int) -> Iterator[Issue]:
    """Days away none of which lies within the employment, so that they count for nothing."""
    employee, absence = filed.model, filed.model.absence[index]
    is_after = employee.left is not None and absence.from_ > employee.left
    if absence.to < employee.joined or is_after:
        facts: dict[str, Fact] = {
            "from": str(absence.from_),
            "to": str(absence.to),
            "joined": str(employee.joined),
            "left": str(employee.left or "…"),
        }
        also = (filed.at("left" if is_after else "joined"),)
        at = filed.at("absence", index, "from")
        yield Issue(code="absence-outside-employment", at=at, facts=facts, also=also)


def amendment_issues(ground: Ground) -> Iterator[Issue]:
    """Changes to closed months made or approved by somebody who is nobody here, or approved by
    those who made them or whom they are about."""
    for filed in ground.amendments.values():
        for index, one in enumerate(filed.model.amendment):
            at = filed.at("amendment", index)
            yield from unknown_employee(ground, one.by, at.at("by"))
            yield from unknown_employee(ground, one.approved, at.at("approved"))
            if one.approved in (one.by, one.appraisee):
                facts: dict[str, Fact] = {"approved": one.approved}
                yield Issue(code="amendment-own-approval", at=at.at("approved"), facts=facts)


def _post_issues(ground: Ground, filed: Filed[Employee]) -> Iterator[Issue]:
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
        yield from unknown_department(ground, post.department, at.at("department"))
        if post.superior == employee.id:
            yield Issue(code="own-superior", at=at.at("superior"))
        else:
            yield from unknown_employee(ground, post.superior, at.at("superior"))
        yield from unknown_scheme(ground, post.scheme, at.at("scheme"))


#: The checks of a file alone, of whatever kind.
FILE_CHECKS: tuple[FileCheck, ...] = (
    entries_that_stand_twice,
    too_long_for_paper,
)

#: The checks of the ground.
GROUND_CHECKS: tuple[GroundCheck, ...] = (
    ids_that_are_taken,
    versions_that_stand_twice,
    scheme_issues,
    bounds_out_of_reach,
    averages_out_of_reach,
    policy_issues,
    edges_out_of_reach,
    scales_apart,
    names_in_conditions,
    conditions_beyond_the_year,
    liabilities_for_nothing,
    department_issues,
    staff_issues,
    posts_named_alike,
    amendment_issues,
    closings_that_changed,
    pay_issues,
    pay_that_is_not_here,
    project_issues,
    figures_that_nobody_asks_for,
    figures_left_idle,
    earlier_of_forms,
    one_off_forms,
    one_off_forms_of_posts,
    policies_of_one_off_forms,
    units_of_policies,
    figures_of_policies,
    lines_of_payroll,
    days_out_of_order,
    audience_issues,
)

#: The checks of a record alone on the ground: none looks at another record.
RECORD_CHECKS: tuple[RecordCheck, ...] = (
    record_issues,
    one_off_records,
    names_taken,
    units_of_records,
    figures_that_policies_want,
    days_of_records,
)

#: The checks of records among one another, by what each of them is to the others.
ROSTER_CHECKS: tuple[RosterCheck, ...] = (
    names_that_differ_by_case,
    duplicate_records,
    names_alike,
    one_off_records_elsewhere,
    parts_alone,
    departments_not_appraised,
    totals_beyond_their_scale,
    schemes_without_policy,
    part_months_unstated,
    parts_that_are_not_paid,
    units_among_records,
    figures_that_forms_lack,
    held_by_heads,
    forgotten,
    months_left_out,
    months_that_wait,
    sums_without_figures,
    excuses_for_nobody,
    amendments_of_nothing,
    audiences_of_nobody,
    readers_who_left,
)
