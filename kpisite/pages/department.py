"""A department's pages, in its manager's tree and in HR's."""

from collections.abc import Iterator, Sequence

from kpisite.core.month import Month
from kpisite.language.staff import Department
from kpisite.outcomes.brief import Brief
from kpisite.pages.attention import Need, attention, calls_of, disputes_of_earlier_months
from kpisite.pages.audience import Audience, card_name
from kpisite.pages.lines import Line, Listed, filled, line_of, summaries, tables, with_trends
from kpisite.pages.navigation import ways
from kpisite.pages.one_offs import one_off_lines
from kpisite.pages.overview import overview
from kpisite.pages.page import HtmlPage, Link, Page, PrintedList
from kpisite.pages.plan import SitePlan, by_month
from kpisite.pages.seen import Seen
from kpisite.pages.totals import distribution, means_charts
from kpisite.pages.unrecorded import WithoutRecord, without_records
from kpisite.words import month_in_words

#: What the printed summary of a department's month is called, beside its page.
SUMMARY = "summary.pdf"


def department_month(
    plan: SitePlan, audience: Audience, department: Department, month: Month, seen: Seen
) -> Iterator[Page]:
    """A department's month: its lists, to read and to print."""
    folder = f"{audience.layout.department.format(department=department.id)}{month}/"
    name, label = department.name.say(plan.language), month_in_words(month, plan.language)
    in_month = seen.in_month(month)
    of_month = in_month.briefs
    listed = (_listed(plan, audience, one) for one in of_month)
    sheets = tables(plan.book, listed, plan.language)
    index = seen.months.index(month)
    before = seen.months[index - 1] if index else None
    after = seen.months[index + 1] if index + 1 < len(seen.months) else None
    without = _unrecorded(plan, audience, department, month)
    one_offs = one_off_lines(plan, in_month, lambda one: card_name(audience, one))
    common = {
        "department": name,
        "month": label,
        "sheets": sheets,
        "one_offs": one_offs,
        "unrecorded": without,
    }
    if plan.selection.pdf:
        yield PrintedList(
            audience=audience,
            path=f"{folder}{SUMMARY}",
            template="paper-department.html",
            title=f"{name} · {label}",
            facts={
                **common,
                "confidential": any(sheet.has.wage for sheet in sheets),
                "version": plan.version_of_month(month),
                "pages": {},
                "distributions": tuple(
                    distribution(sheet.summary.counts, plan.language) for sheet in sheets
                ),
            },
        )

    def href(one: Brief) -> str:
        return f"{card_name(audience, one)}.html"

    yield HtmlPage(
        audience=audience,
        path=f"{folder}index.html",
        template="department.html",
        title=f"{name} · {label}",
        facts={
            **common,
            "attention": (
                *attention(
                    calls_of(plan.book, in_month.of(in_month.every), plan.language, href),
                    plan.language,
                ),
                *(_earlier_disputes(plan, audience, seen, month) if after is None else ()),
            ),
            "overview": overview(plan, audience, month, seen, href, department.id),
            "calibration": plan.calibrated(audience, department.id, month, of_month),
            "pdf": SUMMARY if plan.selection.pdf else "",
            **ways(plan, audience),
            "before": _month_link(plan, before),
            "after": _month_link(plan, after),
            "up": Link(plan.words("all-months"), "../index.html"),
        },
    )


def department_index(
    plan: SitePlan, audience: Audience, department: Department, seen: Seen
) -> Iterator[Page]:
    """A department's months in short, the newest first, and its people."""
    prefix = audience.layout.department.format(department=department.id)
    name = department.name.say(plan.language)
    briefs = seen.briefs
    of_months = by_month(briefs)
    in_short = {
        month: summaries(plan.book, of_months.get(month, ()), plan.language)
        for month in seen.months
    }
    months = [
        (month_in_words(month, plan.language), f"{month}/index.html", several)
        for month, several in in_short.items()
    ]
    means = [(month, one) for month, several in in_short.items() for one in several]
    people = _people(plan, audience, briefs)
    yield HtmlPage(
        audience=audience,
        path=f"{prefix}index.html",
        template="months.html",
        title=name,
        facts={
            "department": name,
            "months": tuple(reversed(months)),
            "people": people,
            "charts": means_charts(means, plan.language),
            "has": filled(people),
            **ways(plan, audience),
            "up": Link(plan.words("all-departments"), "../index.html") if prefix else None,
        },
    )


def _earlier_disputes(
    plan: SitePlan, audience: Audience, seen: Seen, newest: Month
) -> tuple[Need, ...]:
    """What is still open of the months before the newest, on whose page it stays in sight."""
    disputed = seen.up_to(newest.plus(-1)).disputed
    return disputes_of_earlier_months(
        plan.book,
        disputed.of(disputed.every),
        plan.language,
        lambda one: f"../{one.month}/{card_name(audience, one)}.html",
    )


def _unrecorded(
    plan: SitePlan, audience: Audience, department: Department, month: Month
) -> tuple[WithoutRecord, ...]:
    """Who of the department has no record."""
    return without_records(
        plan,
        [
            one
            for one in plan.unrecorded_to(audience)
            if one.department == department.id and one.month == month
        ],
    )


def _month_link(plan: SitePlan, month: Month | None) -> Link | None:
    if month is None:
        return None
    label = month_in_words(month, plan.language, with_year=False)
    return Link(label, f"../{month}/index.html")


def _listed(plan: SitePlan, audience: Audience, brief: Brief) -> Listed:
    """A scorecard on its month's sheet, beside which its page stands."""
    return Listed(
        brief=brief,
        line=line_of(
            plan.book,
            brief,
            plan.language,
            href=f"{brief.appraisee_id}.html",
            pdf=f"{brief.appraisee_id}.pdf" if plan.selection.pdf else "",
        ),
        months=plan.months_up_to(brief, audience),
    )


def _people(plan: SitePlan, audience: Audience, seen: Sequence[Brief]) -> tuple[Line, ...]:
    """Everybody once, with the newest month the department saw of them."""
    newest = {one.appraisee_id: one for one in sorted(seen, key=lambda one: one.month)}
    listed = [
        Listed(
            brief=one,
            line=line_of(
                plan.book,
                one,
                plan.language,
                href=f"{one.month}/{id}.html",
            ),
            months=plan.months_up_to(one, audience),
        )
        for id, one in sorted(newest.items())
    ]
    return with_trends(listed, plan.language)
