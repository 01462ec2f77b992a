"""A policy as those have it who see pay, and not what is for payroll and HR alone."""

from typing import Any

from kpisite.language.figures.levels import Levels
from kpisite.language.grade import Grade
from kpisite.language.policy import Policy


def as_shown(policy: Policy, levels: Levels) -> Policy:
    """The policy without the lines that only payroll and HR see, and without what is stated for
    these alone: figures, limits on them, awards, the pool, and columns of amounts in the table of
    grades."""
    if not policy.lines_of_payroll:
        return policy
    given = {one.gives_out() for one in policy.lines_of_payroll}
    columns = columns_of_payroll(policy)
    rest: dict[str, Any] = {
        "pay": policy.lines_shown,
        "award": policy.award if policy.shows_awards else (),
        "pool": None if "pool" in given else policy.pool,
        "figure": tuple(one for one in policy.figure if one.id not in levels.of_payroll),
        "table": tuple(one for one in policy.table if one.id not in levels.of_payroll),
        "limit": tuple(
            one for one in policy.limit if levels.of_payroll.isdisjoint(one.asked.values())
        ),
        "grade": tuple(_without(grade, columns) for grade in policy.grade),
    }
    stated = {name: getattr(policy, name) for name in type(policy).model_fields}
    return Policy.model_construct(**(stated | rest))


def columns_of_payroll(policy: Policy) -> frozenset[str]:
    """The columns of amounts that only lines of payroll pay by."""
    of_payroll = {one.grade_column for one in policy.lines_of_payroll}
    shown = {one.grade_column for one in policy.lines_shown}
    return frozenset(of_payroll - shown - {""})


def _without(grade: Grade, columns: frozenset[str]) -> Grade:
    return grade.model_copy(update=dict.fromkeys(columns))
