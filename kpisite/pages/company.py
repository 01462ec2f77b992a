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
from kpisite.pages.overview import done_of, overview
from kpisite.pages.page import HtmlPage, Link, Page
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
    done: str = ""
    """How many of the scorecards that are expected in the month are final."""
    is_done: bool = True


def company_page(plan: SitePlan, audience: Audience, seen: Sequence[Brief]) -> Iterator[Page]:
    """Each month of every department, the newest first of all: what needs a person, how much is
    done, what it pays; where no scorecards may be seen, sums alone."""
    months = sorted({one.month for one in seen})
    for index, month in enumerate(months):
        before = months[index - 1] if index else None
        after = months[index + 1] if index + 1 < len(months) else None
        upto = seen if after is None else [one for one in seen if one.month <= month]
        yield _of_month(plan, audience, upto, month, before, after)


def _path(month: Month, *, is_newest: bool) -> str:
    return "index.html" if is_newest else f"{month}.html"


def _of_month(
    plan: SitePlan,
    audience: Audience,
    seen: Sequence[Brief],
    month: Month,
    before: Month | None,
    after: Month | None,
) -> HtmlPage:
    """The page of a month, from what is seen up to it."""
    of_month = [one for one in seen if one.month == month]
    names_people = audience.can(Capability.CARDS)
    newest = max(one.month for one in plan.seen_by(audience))
    title = plan.first_page_of(audience)
    return HtmlPage(
        audience=audience,
        path=_path(month, is_newest=after is None),
        template="company.html",
        title=title if after is None else f"{title} · {month_in_words(month, plan.language)}",
        facts={
            "departments": tuple(
                _department(plan, audience, department, results, month)
                for department, results in plan.departments(seen)
            ),
            "attention": _attention(plan, audience, seen, month, is_newest=after is None)
            if names_people
            else (),
            "calibration": calibration(plan.book, of_month, plan.language)
            if audience.can(Capability.CALIBRATION)
            else (),
            "unrecorded": _unrecorded(plan, audience, month, is_newest=after is None)
            if names_people
            else (),
            "month": month_in_words(month, plan.language),
            "people": len({one.appraisee_id for one in of_month if one.is_person}),
            "overview": overview(
                plan, audience, month, seen, lambda one: f"{card_path(audience, one)}.html"
            )
            if names_people
            else None,
            "before": _month_link(plan, before, newest),
            "after": _month_link(plan, after, newest),
            **ways(plan, audience),
        },
    )


def _month_link(plan: SitePlan, month: Month | None, newest: Month) -> Link | None:
    if month is None:
        return None
    label = month_in_words(month, plan.language, with_year=False)
    return Link(label, _path(month, is_newest=month == newest))


def _attention(
    plan: SitePlan, audience: Audience, seen: Sequence[Brief], month: Month, *, is_newest: bool
) -> tuple[Need, ...]:
    """What needs a person in a month, and beside the newest what is still open of those before."""

    def href(brief: Brief) -> str:
        return f"{card_path(audience, brief)}.html"

    of_month = [one for one in seen if one.month == month]
    before = [one for one in seen if one.month < month] if is_newest else []
    return (
        *attention(plan.book, of_month, plan.language, href),
        *disputes_of_earlier_months(before, plan.language, href),
    )


def _unrecorded(
    plan: SitePlan, audience: Audience, month: Month, *, is_newest: bool
) -> tuple[WithoutRecord, ...]:
    """Who has no record; what was forgotten stays in sight beside the newest month, until it is
    written or excused."""
    listed = [
        one
        for one in plan.unrecorded_to(audience)
        if one.month == month or (is_newest and one.reason is None)
    ]
    return without_records(plan, listed, names_months=True)


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
    done, expected = done_of(
        plan,
        audience,
        newest,
        [one for one in results if one.month == newest],
        department.id,
    )
    names_people = audience.can(Capability.CARDS)
    return DepartmentFacts(
        done=plan.words("done-short").format(done=done, expected=expected)
        if names_people and expected
        else "",
        is_done=done == expected,
        name=department.name.say(plan.language),
        href=href(last),
        forms=tuple(forms),
    )


def _current(results: Iterable[Brief], last: Month) -> Iterator[tuple[Month, list[Brief]]]:
    """Of each form its newest month, as long as no other has been due up to the month `last`: that
    of a quarter stands for three months, and a form that was given up goes with its month."""
    by_scheme: defaultdict[str, defaultdict[Month, list[Brief]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for one in results:
        by_scheme[one.scheme][one.month].append(one)
    for _, months in sorted(by_scheme.items()):
        month = max(months)
        if month.plus(MONTHS_IN[months[month][0].period.per]) > last:
            yield month, months[month]
