"""The checks of pay files: whose they are, which salaries they state, and shared bonuses."""

from collections import defaultdict
from collections.abc import Iterator

from kpisite.check.filed import Filed
from kpisite.check.ground import Ground
from kpisite.check.known import has_unread, unknown_employee
from kpisite.check.roster import Recorded, Roster
from kpisite.core.exact import percent
from kpisite.core.issue import Fact, Issue
from kpisite.core.month import Month, Period
from kpisite.language.components import Component
from kpisite.language.part_month import is_served_in_part
from kpisite.language.policy import Policy


def pay_issues(ground: Ground) -> Iterator[Issue]:
    """Pay of nobody."""
    for filed in ground.pay.values():
        yield from unknown_employee(ground, filed.model.employee, filed.at("employee"))


def pay_that_is_not_here(ground: Ground) -> Iterator[Issue]:
    """Policies that count on pay files where there is not one of them."""
    if ground.has_pay or has_unread(ground, "records/pay/"):
        return
    for filed in ground.policies:
        for index, component in enumerate(filed.model.pay):
            if filed.model.is_of_pay_files(component):
                facts: dict[str, Fact] = {"component": component.name}
                at = filed.at("pay", index, "method")
                yield Issue(code="pay-folder-missing", at=at, facts=facts)


#: How many places in staff files are named beside a policy that forgot somebody.
MOST_PLACES = 3


def part_months_unstated(ground: Ground, roster: Roster) -> Iterator[Issue]:
    """Policies that do not say what is due to those who joined or left within the month, where
    they pay somebody who did; reported once for the policy, as one line there settles it."""
    unstated = {one.path: several for one in ground.policies if (several := [*_without_rule(one)])}
    joiners: defaultdict[str, list[Recorded]] = defaultdict(list)
    for one in roster.records if unstated else ():
        policy = _policy_of(ground, one)
        if policy is None or policy.path not in unstated or not one.is_of_month:
            continue
        filed = ground.staff.get(one.appraisee) if one.is_person else None
        if filed is None or filed.left_out or not filed.model.is_employed_in(one.month):
            continue
        period = Period(one.month, ground.scheme_at(one.scheme).per)
        if any(
            is_served_in_part(filed.model, component.months_of(period))
            for _, component in unstated[policy.path]
        ):
            joiners[policy.path].append(one)
    for policy in ground.policies:
        if policy.path in joiners:
            yield _part_month_unstated(ground, policy, joiners[policy.path])


def _without_rule(policy: Filed[Policy]) -> Iterator[tuple[int, Component]]:
    """The components that follow the days served, for which no rule is stated."""
    for index, component in enumerate(policy.model.pay):
        rule = component.part_month_rule(policy.model.part_month)
        if component.follows_days and rule is None:
            written = (("part-month",), ("pay", index, "part-month"))
            if not any(policy.is_left_out(*keys) for keys in written):
                yield index, component


def _part_month_unstated(ground: Ground, policy: Filed[Policy], records: list[Recorded]) -> Issue:
    index, component = next(_without_rule(policy))
    staff = [ground.staff[one.appraisee] for one in records]
    people = [
        f"{person.model.name} {one.month}" for person, one in zip(staff, records, strict=True)
    ]
    facts: dict[str, Fact] = {"component": component.name, "people": tuple(people)}
    also = tuple(
        person.at("joined" if Month.of(person.model.joined) >= one.month else "left")
        for person, one in zip(staff[:MOST_PLACES], records, strict=False)
    )
    at = policy.at("pay", index, "method")
    return Issue(code="part-month-unstated", at=at, facts=facts, also=also)


def parts_that_are_not_paid(ground: Ground, roster: Roster) -> Iterator[Issue]:
    """Parts of a month in a former post whose policy pays: the month is paid whole by the policy
    of the post held last, unless the former's says that months are paid whole, and what else is
    due is a line of the pay file."""
    parts = [one for one in roster.records if one.part is not None]
    whole = {
        (one.appraisee, one.month): one
        for one in reversed(roster.records if parts else ())
        if one.is_of_month and one.is_person
    }
    for one in parts:
        if not one.is_person or one.appraisee not in ground.staff:
            continue
        policy = _policy_of(ground, one)
        last = _policy_of(ground, whole.get((one.appraisee, one.month)))
        if policy is None or last is None or policy.path == last.path or not policy.model.pay:
            continue
        if policy.model.part_month == "whole" or not ground.has_pay:
            continue
        pay = ground.pay.get(one.appraisee)
        if pay is not None and pay.model.lines_in(one.month):
            continue
        facts: dict[str, Fact] = {
            "name": ground.staff[one.appraisee].model.name,
            "id": one.appraisee,
            "month": one.month,
            "policy": policy.model.name,
            "last": last.model.name,
        }
        yield Issue(code="part-unpaid", at=one.at("part"), facts=facts, also=(policy.at("pay"),))


def _policy_of(ground: Ground, one: Recorded | None) -> Filed[Policy] | None:
    if one is None or not one.scheme:
        return None
    return ground.policy(ground.scheme_at(one.scheme).id, one.month)


def project_issues(ground: Ground) -> Iterator[Issue]:
    """Projects of a month shared by nobody we know, or not shared out whole."""
    for filed in ground.month_pay.values():
        for index, project in enumerate(filed.model.project):
            at = filed.at("project", index)
            facts: dict[str, Fact]
            for id in project.shares:
                yield from unknown_employee(ground, id, at.at("shares", id))
            is_whole = filed.is_whole(filed.in_file(("project", index, "shares")))
            if is_whole and not project.is_shared_out:
                facts = {"name": project.name, "sum": percent(project.shares_in_all)}
                yield Issue(code="project-shares", at=at.at("shares"), facts=facts)
