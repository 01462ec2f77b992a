"""The first page of those who read of several departments."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kpisite.core.month import MONTHS_IN, Month
from kpisite.language.staff import Department
from kpisite.outcomes.brief import Brief
from kpisite.outcomes.outline import Outline
from kpisite.pages.attention import Need, attention, disputes_of_earlier_months
from kpisite.pages.audience import Audience, Capability, card_path
from kpisite.pages.calibration import calibration
from kpisite.pages.findings import findings
from kpisite.pages.lines import Summary
from kpisite.pages.navigation import ways
from kpisite.pages.overview import done_of, overview
from kpisite.pages.page import HtmlPage, Link, Page
from kpisite.pages.plan import SitePlan
from kpisite.pages.seen import Seen
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


def company_month(plan: SitePlan, audience: Audience, month: Month, seen: Seen) -> Iterator[Page]:
    """A month of every department, that of the newest first of all: what needs a person, how much
    is done, what it pays; where no scorecards may be seen, sums alone."""
    index = seen.months.index(month)
    before = seen.months[index - 1] if index else None
    after = seen.months[index + 1] if index + 1 < len(seen.months) else None
    yield _of_month(plan, audience, seen, month, before, after)


def _path(month: Month, *, is_newest: bool) -> str:
    return "index.html" if is_newest else f"{month}.html"


def _of_month(
    plan: SitePlan,
    audience: Audience,
    seen: Seen,
    month: Month,
    before: Month | None,
    after: Month | None,
) -> HtmlPage:
    """The page of a month, from what is seen up to it."""
    of_month = seen.in_month(month).briefs
    names_people = audience.can(Capability.CARDS)
    newest = seen.months[-1]
    title = plan.first_page_of(audience)
    return HtmlPage(
        audience=audience,
        path=_path(month, is_newest=after is None),
        template="company.html",
        title=title if after is None else f"{title} · {month_in_words(month, plan.language)}",
        facts={
            "departments": tuple(
                _department(plan, audience, department, seen, results, month)
                for department, results in plan.departments(seen.up_to(month).every)
            ),
            "attention": _attention(plan, audience, seen, month, is_newest=after is None)
            if names_people
            else (),
            "calibration": calibration(plan.book, of_month, plan.language)
            if audience.can(Capability.CALIBRATION)
            else (),
            "findings": findings(
                plan, audience, month, lambda one: f"{card_path(audience, one)}.html"
            ),
            "unrecorded": _unrecorded(plan, audience, month, is_newest=after is None)
            if names_people
            else (),
            "month": month_in_words(month, plan.language),
            "people": len({one.appraisee_id for one in of_month if one.is_person}),
            "overview": overview(
                plan,
                audience,
                month,
                seen,
                lambda one: f"{card_path(audience, one)}.html",
                share=f"{audience.folder} {company_month.__name__} {month}",
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
    plan: SitePlan, audience: Audience, seen: Seen, month: Month, *, is_newest: bool
) -> tuple[Need, ...]:
    """What needs a person in a month, and beside the newest what is still open of those before."""

    def href(brief: Brief) -> str:
        return f"{card_path(audience, brief)}.html"

    earlier, of_month = seen.up_to(month.plus(-1)).disputed, seen.in_month(month)
    before = earlier.of(earlier.every) if is_newest else ()
    return (
        *attention(plan.book, of_month.of(of_month.every), plan.language, href),
        *disputes_of_earlier_months(plan.book, before, plan.language, href),
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
    seen: Seen,
    outlines: Sequence[Outline],
    newest: Month,
) -> DepartmentFacts:
    last = max(one.month for one in outlines)
    of_months = [one for one in outlines if one.one_off is None]
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
        for month, of_form in _current(plan, of_months)
        for summary in summaries_for(plan, audience, seen.of(of_form))
    ]
    done, expected = done_of(
        plan,
        audience,
        newest,
        seen.of(one for one in of_months if one.month == newest),
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


def _current(plan: SitePlan, results: Sequence[Outline]) -> Iterator[tuple[Month, list[Outline]]]:
    """Of each form its newest month, as long as no other has been due up to the newest of all: that
    of a quarter stands for three months, and a form that was given up goes with its month."""
    by_form: defaultdict[str, defaultdict[Month, list[Outline]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for one in results:
        by_form[one.scheme][one.month].append(one)
    last = max((one.month for one in results), default=None)
    for scheme, months in sorted(by_form.items()):
        month = max(months)
        if last is None or month.plus(MONTHS_IN[plan.book.scheme_at(scheme).per]) > last:
            yield month, months[month]
