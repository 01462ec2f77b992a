"""A department in sums, for those who read nothing of single people."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from kpisite.language.staff import Department
from kpisite.outcomes.brief import Brief
from kpisite.pages.audience import Audience, Capability
from kpisite.pages.lines import Summary, by_scheme, summaries
from kpisite.pages.navigation import ways
from kpisite.pages.page import HtmlPage, Link, Page
from kpisite.pages.plan import SitePlan, by_month
from kpisite.pages.seen import Seen
from kpisite.pages.totals import means_charts
from kpisite.words import month_in_words

#: The fewest people whose mean is shown to those who may not read their scorecards.
FEWEST_IN_MEAN = 3
#: The fewest whose grades are counted for them.
FEWEST_IN_GRADES = 5


def summaries_for(plan: SitePlan, audience: Audience, seen: Sequence[Brief]) -> tuple[Summary, ...]:
    """The sheets in short; without scorecards, no figure over so few that it tells of one."""
    if audience.can(Capability.CARDS):
        return summaries(plan.book, seen, plan.language)
    return tuple(
        _of_enough(summary, of_scheme)
        for of_scheme in by_scheme(seen)
        for summary in summaries(plan.book, of_scheme, plan.language)
    )


def _of_enough(summary: Summary, of_scheme: Sequence[Brief]) -> Summary:
    counted = len({one.appraisee_id for one in of_scheme if one.is_person and not one.reason})
    graded = sum(one.is_person and one.grade is not None for one in of_scheme)
    return replace(
        summary,
        counted=summary.counted if counted >= FEWEST_IN_MEAN else 0,
        mean=summary.mean if counted >= FEWEST_IN_MEAN else "",
        grades=summary.grades if graded >= FEWEST_IN_GRADES else (),
        counts=summary.counts if graded >= FEWEST_IN_GRADES else (),
        is_withheld=counted < FEWEST_IN_MEAN,
    )


def department_sums(
    plan: SitePlan, audience: Audience, department: Department, seen: Seen
) -> Iterator[Page]:
    """A department's months in sums, form by form, the newest first."""
    name = department.name.say(plan.language)
    of_months = by_month(seen.briefs)
    months = [
        (month_in_words(month, plan.language), summaries_for(plan, audience, of_month))
        for month, of_month in of_months.items()
    ]
    yield HtmlPage(
        audience=audience,
        path=f"{department.id}/index.html",
        template="sums.html",
        title=name,
        facts={
            "department": name,
            "months": tuple(reversed(months)),
            "charts": means_charts(
                [
                    (month, summary)
                    for month, (_, of_month) in zip(of_months, months, strict=True)
                    for summary in of_month
                ],
                plan.language,
            ),
            **ways(plan, audience),
            "up": Link(plan.words("all-departments"), "../index.html"),
        },
    )
