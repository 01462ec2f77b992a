"""HR's first page, over the whole company."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kpisite.core.month import MONTHS_IN, Month
from kpisite.language.staff import Department
from kpisite.outcomes.brief import Brief
from kpisite.pages.attention import attention, disputes_of_earlier_months
from kpisite.pages.audience import Audience
from kpisite.pages.calibration import calibration
from kpisite.pages.lines import Summary, summaries
from kpisite.pages.plan import Page, Plan, card_path
from kpisite.pages.unrecorded import without_records
from kpisite.words import month_in_words


@dataclass(frozen=True, slots=True, kw_only=True)
class FormFacts:
    """A form's newest month in short; `month` names it where it is not the company's newest."""

    summary: Summary
    month: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentFacts:
    """A department, form by form; its own link leads to its newest month."""

    name: str
    href: str
    forms: tuple[FormFacts, ...]


def company_page(plan: Plan, audience: Audience, seen: Sequence[Brief]) -> Iterator[Page]:
    """HR's first page: what needs a person, and the newest month of every department."""
    if not seen:
        return
    newest = max(one.month for one in seen)
    # What was forgotten stays in sight month after month, until it is written or excused.
    of_month = [one for one in plan.unrecorded if one.month == newest or one.reason is None]
    of_newest = [one for one in seen if one.month == newest]

    def href(brief: Brief) -> str:
        return f"{card_path(audience, brief)}.html"

    yield Page(
        audience=audience,
        path="index.html",
        template="company.html",
        title=plan.words("hr-title"),
        facts={
            "departments": tuple(
                _department(plan, department, results, newest)
                for department, results in plan.departments(seen)
            ),
            "attention": (
                *attention(plan.book, of_newest, plan.language, href, with_reviews=True),
                *disputes_of_earlier_months(
                    (one for one in seen if one.month < newest), plan.language, href
                ),
            ),
            "calibration": calibration(plan.book, of_newest, plan.language),
            "unrecorded": without_records(plan, of_month, names_months=True),
            "month": month_in_words(newest, plan.language),
            "people": len({one.appraisee_id for one in of_newest if one.is_person}),
            "has_grades": plan.has_grades(audience),
        },
    )


def _department(
    plan: Plan, department: Department, results: Sequence[Brief], newest: Month
) -> DepartmentFacts:
    last = max(one.month for one in results)
    forms = [
        FormFacts(
            summary=summary,
            month="" if month == newest else month_in_words(month, plan.language),
            href=f"{department.id}/{month}/index.html",
        )
        for month, of_form in _current(results, last)
        for summary in summaries(plan.book, of_form, plan.language)
    ]
    return DepartmentFacts(
        name=department.name.say(plan.language),
        href=f"{department.id}/{last}/index.html",
        forms=tuple(forms),
    )


def _current(results: Iterable[Brief], last: Month) -> Iterator[tuple[Month, list[Brief]]]:
    """Of each form its newest month, as long as no other has been due up to the month `last`: that
    of a quarter stands for three months, and a form that was given up goes with its month."""
    by_form: defaultdict[str, defaultdict[Month, list[Brief]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for one in results:
        by_form[one.scheme][one.month].append(one)
    for _, months in sorted(by_form.items()):
        month = max(months)
        if month.plus(MONTHS_IN[months[month][0].period.per]) > last:
            yield month, months[month]
