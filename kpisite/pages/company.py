"""HR's first page, over the whole company."""

from collections.abc import Iterator, Sequence

from kpisite.outcomes.results import Result
from kpisite.pages.attention import attention
from kpisite.pages.audience import Audience
from kpisite.pages.calibration import calibration
from kpisite.pages.department import line_in_month
from kpisite.pages.lines import tables
from kpisite.pages.plan import Page, Plan, by_month
from kpisite.words import month_in_words


def company_page(plan: Plan, audience: Audience, seen: Sequence[Result]) -> Iterator[Page]:
    """HR's first page: the newest month of every department, and what needs a person."""
    if not seen:
        return
    newest = max(one.month for one in seen)
    of_newest = [one for one in seen if one.month == newest]
    departments = []
    for department, of_department in plan.departments(seen):
        month, of_month = list(by_month(of_department).items())[-1]
        lines = [(one, line_in_month(plan, audience, one)) for one in of_month]
        departments.append(
            {
                "name": department.name.say(plan.language),
                "href": f"{department.id}/index.html",
                "month": month_in_words(month, plan.language),
                "month_href": f"{department.id}/{month}/index.html",
                "people": len(of_month),
                "sheets": tables(lines, plan.language),
            }
        )
    yield Page(
        audience=audience,
        path="index.html",
        template="company.html",
        title=plan.words("hr-title"),
        facts={
            "departments": tuple(departments),
            "attention": attention(plan.book, of_newest, plan.language, with_reviews=True),
            "calibration": calibration(plan.book, of_newest, plan.language),
            "month": month_in_words(newest, plan.language),
            "has_grades": plan.has_grades(audience),
        },
    )
