"""The page of grades (考核结果应用表): the tables that people are graded by and, for those who see
pay, how it comes about besides: commission, awards."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from kpisite.pages.audience import Audience
from kpisite.pages.grade_table import GradeTable
from kpisite.pages.navigation import ways
from kpisite.pages.page import HtmlPage, Link, Page, PrintedList
from kpisite.pages.plan import SitePlan
from kpisite.pages.policy_page import PolicyRules, policy_view
from kpisite.pages.rule_places import GRADES, page_of
from kpisite.pages.seen import Seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    """What a version of a policy makes of a total, as a reader may know it; all else that it
    states stands on its page, at `href` from the root of the tree."""

    name: str
    since: str
    href: str
    table: GradeTable | None
    rules: PolicyRules


def grades_page(plan: SitePlan, audience: Audience, seen: Seen) -> Iterator[Page]:
    """The grade tables that apply to what the audience sees, and how pay comes about."""
    own = _own_grade(seen) if audience.scope.person else ("", 0)
    found = tuple(
        _graded(plan, audience, path, own) for path in plan.paths_of_grades(audience, seen.every)
    )
    if not found:
        return
    yield HtmlPage(
        audience=audience,
        path=GRADES,
        template="grades.html",
        title=plan.words("grades-title"),
        facts={
            "policies": found,
            "tables": _tables(found),
            "up": Link(plan.first_page_of(audience), "index.html"),
            "pdf": "grades.pdf" if plan.selection.pdf else "",
            **ways(plan, audience),
        },
    )
    if plan.selection.pdf:
        unmarked = tuple(replace(one, table=one.rules.table) for one in found)
        yield PrintedList(
            audience=audience,
            path="grades.pdf",
            template="paper-grades.html",
            title=plan.words("grades-title"),
            facts={
                "policies": unmarked,
                "tables": _tables(unmarked),
                "confidential": False,
                "version": "",
            },
        )


def _tables(policies: Sequence[Graded]) -> tuple[GradeTable, ...]:
    """The grade tables alone, for themes that were made when there was nothing else on the page."""
    return tuple(one.table for one in policies if one.table is not None)


def _graded(plan: SitePlan, audience: Audience, path: str, own: tuple[str, int]) -> Graded:
    policy = plan.book.rules_at[path].model
    rules = plan.rules.policy(path, policy_view(audience)._replace(with_advice=False))
    table = rules.table
    if table is not None and path == own[0]:
        rows = list(table.rows)
        rows[own[1]] = replace(rows[own[1]], is_own=True)
        table = replace(table, rows=tuple(rows))
    return Graded(
        name=policy.name.say(plan.language),
        since=plan.words("since").format(month=policy.from_),
        href=page_of(policy),
        table=table,
        rules=rules,
    )


def _own_grade(seen: Seen) -> tuple[str, int]:
    """The policy and the row of the grade that the person last reached."""
    for one in reversed(seen.briefs):
        if one.grade is not None:
            return one.policy, one.grade
    return "", 0
