"""HR's first page, over the whole company."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kpisite.outcomes.results import Result
from kpisite.pages.attention import attention
from kpisite.pages.audience import Audience
from kpisite.pages.calibration import calibration
from kpisite.pages.lines import Summary, summaries
from kpisite.pages.plan import Page, Plan, by_month, card_path
from kpisite.words import month_in_words


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentFacts:
    """A department's newest month form by form; `month` names it where it is not the company's
    newest."""

    name: str
    month: str
    href: str
    sheets: tuple[Summary, ...]


def company_page(plan: Plan, audience: Audience, seen: Sequence[Result]) -> Iterator[Page]:
    """HR's first page: what needs a person, and the newest month of every department."""
    if not seen:
        return
    newest = max(one.month for one in seen)
    of_newest = [one for one in seen if one.month == newest]
    departments = []
    for department, of_department in plan.departments(seen):
        month, of_month = list(by_month(of_department).items())[-1]
        departments.append(
            DepartmentFacts(
                name=department.name.say(plan.language),
                month="" if month == newest else month_in_words(month, plan.language),
                href=f"{department.id}/{month}/index.html",
                sheets=summaries(of_month, plan.language),
            )
        )
    yield Page(
        audience=audience,
        path="index.html",
        template="company.html",
        title=plan.words("hr-title"),
        facts={
            "departments": tuple(departments),
            "attention": attention(
                plan.book,
                of_newest,
                plan.language,
                lambda one: f"{card_path(audience, one)}.html",
                with_reviews=True,
            ),
            "calibration": calibration(plan.book, of_newest, plan.language),
            "month": month_in_words(newest, plan.language),
            "people": len({one.appraisee_id for one in of_newest if one.is_person}),
            "has_grades": plan.has_grades(audience),
        },
    )
