"""A department's pages, in its manager's tree and in HR's."""

from collections.abc import Iterator, Sequence

from kpisite.core.month import Month
from kpisite.language.staff import Department
from kpisite.outcomes.brief import Brief
from kpisite.pages.attention import Need, attention, disputes_of_earlier_months
from kpisite.pages.audience import Audience
from kpisite.pages.lines import Line, Listed, Summary, filled, line_of, tables, with_trends
from kpisite.pages.navigation import ways
from kpisite.pages.overview import overview
from kpisite.pages.page import HtmlPage, Link, Page, PrintedList
from kpisite.pages.plan import SitePlan, by_month
from kpisite.pages.totals import means_charts
from kpisite.pages.unrecorded import WithoutRecord, without_records
from kpisite.words import month_in_words

#: What the printed summary of a department's month is called, beside its page.
SUMMARY = "summary.pdf"


def department_months(
    plan: SitePlan, audience: Audience, department: Department, results: Sequence[Brief]
) -> Iterator[Page]:
    """A department's months: an index of them, and each month's summary."""
    prefix = audience.layout.department.format(department=department.id)
    name = department.name.say(plan.language)
    of_months = by_month(results)
    months = list(of_months)
    summaries = []
    means: list[tuple[Month, Summary]] = []
    for index, (month, of_month) in enumerate(of_months.items()):
        path = f"{prefix}{month}/index.html"
        sheets = tables(
            plan.book, (_listed(plan, audience, one) for one in of_month), plan.language
        )
        label = month_in_words(month, plan.language)
        in_short = tuple(sheet.summary for sheet in sheets)
        summaries.append((label, f"{month}/index.html", in_short))
        means += [(month, sheet.summary) for sheet in sheets]
        glance = overview(plan, audience, month, results, lambda one: f"{one.appraisee_id}.html")
        before = months[index - 1] if index else None
        after = months[index + 1] if index + 1 < len(months) else None
        without = _unrecorded(plan, audience, department, month)
        common = {"department": name, "month": label, "sheets": sheets, "unrecorded": without}
        if plan.selection.pdf:
            yield PrintedList(
                audience=audience,
                path=f"{prefix}{month}/{SUMMARY}",
                template="paper-department.html",
                title=f"{name} · {label}",
                facts={
                    **common,
                    "confidential": any(sheet.has.wage for sheet in sheets),
                    "version": plan.version_of_month(month),
                    "pages": {},
                },
            )
        yield HtmlPage(
            audience=audience,
            path=path,
            template="department.html",
            title=f"{name} · {label}",
            facts={
                **common,
                "attention": (
                    *attention(
                        plan.book,
                        of_month,
                        plan.language,
                        lambda one: f"{one.appraisee_id}.html",
                    ),
                    *(_earlier_disputes(plan, results, month) if after is None else ()),
                ),
                "overview": glance,
                "calibration": plan.calibrated(audience, department.id, month, of_month),
                "pdf": SUMMARY if plan.selection.pdf else "",
                **ways(plan, audience),
                "before": _month_link(plan, before),
                "after": _month_link(plan, after),
                "up": Link(plan.words("all-months"), "../index.html"),
            },
        )
    people = _people(plan, audience, results)
    yield HtmlPage(
        audience=audience,
        path=f"{prefix}index.html",
        template="months.html",
        title=name,
        facts={
            "department": name,
            "months": tuple(reversed(summaries)),
            "people": people,
            "charts": means_charts(means, plan.language),
            "has": filled(people),
            **ways(plan, audience),
            "up": Link(plan.words("all-departments"), "../index.html") if prefix else None,
        },
    )


def _earlier_disputes(plan: SitePlan, briefs: Sequence[Brief], newest: Month) -> tuple[Need, ...]:
    """What is still open of the months before the newest, on whose page it stays in sight."""
    return disputes_of_earlier_months(
        (one for one in briefs if one.month < newest),
        plan.language,
        lambda one: f"../{one.month}/{one.appraisee_id}.html",
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
