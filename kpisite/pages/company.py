"""The first page of those who read of several departments."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kpisite.core.month import MONTHS_IN, Month
from kpisite.language.staff import Department
from kpisite.outcomes.brief import Brief
from kpisite.pages.attention import Need, attention, disputes_of_earlier_months
from kpisite.pages.audience import Audience, Capability, card_path
from kpisite.pages.calibration import calibration
from kpisite.pages.lines import Summary
from kpisite.pages.navigation import ways
from kpisite.pages.page import HtmlPage, Page
from kpisite.pages.plan import SitePlan
from kpisite.pages.sums import summaries_for
from kpisite.pages.unrecorded import WithoutRecord, without_records
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


def company_page(plan: SitePlan, audience: Audience, seen: Sequence[Brief]) -> Iterator[Page]:
    """What needs a person, and the newest month of every department; where no scorecards may be
    seen, sums alone."""
    if not seen:
        return
    newest = max(one.month for one in seen)
    of_newest = [one for one in seen if one.month == newest]
    names_people = audience.can(Capability.CARDS)
    yield HtmlPage(
        audience=audience,
        path="index.html",
        template="company.html",
        title=plan.first_page_of(audience),
        facts={
            "departments": tuple(
                _department(plan, audience, department, results, newest)
                for department, results in plan.departments(seen)
            ),
            "attention": _attention(plan, audience, seen, newest) if names_people else (),
            "calibration": calibration(plan.book, of_newest, plan.language)
            if audience.can(Capability.CALIBRATION)
            else (),
            "unrecorded": _unrecorded(plan, audience, newest) if names_people else (),
            "month": month_in_words(newest, plan.language),
            "people": len({one.appraisee_id for one in of_newest if one.is_person}),
            **ways(plan, audience),
        },
    )


def _attention(
    plan: SitePlan, audience: Audience, seen: Sequence[Brief], newest: Month
) -> tuple[Need, ...]:
    """What needs a person in the newest month, and what is still open of those before it."""

    def href(brief: Brief) -> str:
        return f"{card_path(audience, brief)}.html"

    of_newest = [one for one in seen if one.month == newest]
    before = [one for one in seen if one.month < newest]
    return (
        *attention(plan.book, of_newest, plan.language, href),
        *disputes_of_earlier_months(before, plan.language, href),
    )


def _unrecorded(plan: SitePlan, audience: Audience, newest: Month) -> tuple[WithoutRecord, ...]:
    """Who has no record; what was forgotten stays in sight month after month, until it is written
    or excused."""
    reported = [
        one for one in plan.unrecorded_to(audience) if one.month == newest or one.reason is None
    ]
    return without_records(plan, reported, names_months=True)


def _department(
    plan: SitePlan,
    audience: Audience,
    department: Department,
    results: Sequence[Brief],
    newest: Month,
) -> DepartmentFacts:
    last = max(one.month for one in results)
    folder = audience.layout.department.format(department=department.id)

    def href(month: Month) -> str:
        within = f"{month}/" if audience.can(Capability.CARDS) else ""
        return f"{folder}{within}index.html"

    forms = [
        FormFacts(
            summary=summary,
            month="" if month == newest else month_in_words(month, plan.language),
            href=href(month),
        )
        for month, of_form in _current(results, last)
        for summary in summaries_for(plan, audience, of_form)
    ]
    return DepartmentFacts(
        name=department.name.say(plan.language),
        href=href(last),
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
