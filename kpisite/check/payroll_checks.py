"""The checks of lines of pay for payroll and HR alone: that nobody else reads them elsewhere."""

from collections.abc import Iterator

from kpisite.check.ground import Ground
from kpisite.check.policy_plan import asked_by
from kpisite.check.shape import Filed
from kpisite.core.issue import Fact, Issue, Source
from kpisite.language.components import Component
from kpisite.language.components.by_grade import ByGrade
from kpisite.language.figures.levels import SECRET, Levels
from kpisite.language.policy import Policy


def lines_of_payroll(ground: Ground) -> Iterator[Issue]:
    """Wages of which the person would see nothing, and lines for payroll whose very amount the
    person is shown by something else."""
    for filed in ground.policies:
        policy = filed.model
        if filed.left_out or not policy.lines_of_payroll:
            continue
        if not policy.lines_shown:
            yield Issue(code="pay-all-of-payroll", at=filed.at("pay", 0, "shown-to"))
            continue
        levels, issues = ground.levels_and_issues[filed.path]
        yield from () if issues else _shown_elsewhere(filed, levels)


def _shown_elsewhere(filed: Filed[Policy], levels: Levels) -> Iterator[Issue]:
    policy = filed.model
    asked = asked_by(policy, with_payroll=False)
    shown = {id for _, id in levels.plan.rests_on(("", one) for one in asked)}
    if any(one.base_salary_needed() for one in policy.lines_shown):
        shown.add(SECRET)
    for index, line in enumerate(policy.pay):
        for ids in _amounts_of(line, policy) if line.is_of_payroll else ():
            if shown.issuperset(ids):
                yield _issue(line, ids[0], filed.at("pay", index, "shown-to"))
        columns = {one.column for one in policy.lines_shown if isinstance(one, ByGrade)}
        if line.is_of_payroll and isinstance(line, ByGrade) and line.column in columns:
            yield _issue(line, line.column, filed.at("pay", index, "shown-to"))


def _amounts_of(line: Component, policy: Policy) -> Iterator[tuple[str, ...]]:
    """The figures that are the amount itself, or together say it: what is split, and by which
    key."""
    if line.figures():
        yield line.figures()
    if line.gives_out() == "salary":
        yield (SECRET,)
    if line.gives_out() == "awards":
        yield from ((one.figure,) for one in policy.award if one.figure is not None)


def _issue(line: Component, id: str, at: Source) -> Issue:
    facts: dict[str, Fact] = {"component": line.name, "id": id}
    return Issue(code="payroll-line-shown", at=at, facts=facts)
