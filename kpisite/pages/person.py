"""A person's own first page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from kpisite.check.ground import Ground
from kpisite.core.text import Language
from kpisite.outcomes.brief import Brief
from kpisite.outcomes.income import incomes
from kpisite.pages.audience import Audience, card_path
from kpisite.pages.lines import filled, line_of
from kpisite.pages.navigation import ways
from kpisite.pages.one_offs import one_off_lines
from kpisite.pages.page import HtmlPage, Page
from kpisite.pages.pay import in_unit, shared_wage_name
from kpisite.pages.pay_rows import income_rows
from kpisite.pages.plan import SitePlan
from kpisite.pages.row import Row
from kpisite.pages.seen import Seen
from kpisite.pages.totals import totals_chart
from kpisite.pages.trend import trends
from kpisite.words import month_in_words, page_words


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomeFacts:
    """What a person was paid in a year, component by component; the policy is named where the year
    knows several."""

    heading: str
    policy: str
    rows: tuple[Row, ...]
    name: str
    wage: str


def own_months(plan: SitePlan, audience: Audience, seen_months: Seen) -> Iterator[Page]:
    """A person's months, the newest first."""
    seen = seen_months.briefs
    lines = [
        line_of(
            plan.book,
            brief,
            plan.language,
            href=f"{card_path(audience, brief)}.html",
            pdf=f"{card_path(audience, brief)}.pdf" if plan.selection.pdf else "",
        )
        for brief in seen
    ]
    for index, brief in enumerate(seen):
        if brief.part is not None:
            lines[index] = replace(
                lines[index], month=plan.month_in_department(brief, lines[index].month)
            )
    newest = (*seen_months.one_off_briefs, *seen)[-1]
    facts = {
        "name": newest.appraisee.name.say(plan.language),
        "employee": newest.appraisee_id,
        "department": plan.department_name(newest),
        "title": newest.appraisee.title.say(plan.language),
        "lines": tuple(reversed(lines)),
        "has": filled(lines),
        "wage_name": shared_wage_name(plan.book, seen, plan.language),
        "one_offs": one_off_lines(plan, seen_months, lambda one: card_path(audience, one)),
        "trend": trends([seen], plan.language)[0],
        "chart": totals_chart(plan.book, seen, newest, plan.language),
        "is_provisional": newest.is_provisional,
        "incomes": tuple(_incomes(plan.book, seen, plan.language))
        if plan.selection.has_whole_years
        else (),
        **ways(plan, audience),
    }
    yield HtmlPage(
        audience=audience,
        path="index.html",
        template="person.html",
        title=newest.appraisee.name.say(plan.language),
        facts=facts,
    )


def _incomes(book: Ground, months: Sequence[Brief], language: Language) -> Iterator[IncomeFacts]:
    """The years in which more than one month was paid, the newest first."""
    found = [income for income in reversed(incomes(book, months)) if len(income.paid) > 1]
    for income in found:
        newest = income.newest
        policy = book.policy_at(newest.policy)
        assert policy is not None, "whoever is paid is under a policy"
        is_one_of_several = sum(other.year == income.year for other in found) > 1
        yield IncomeFacts(
            heading=page_words(language)["income-heading"].format(
                year=income.year,
                count=len(income.paid),
                month=month_in_words(newest.month, language, with_year=False),
            ),
            policy=policy.name.say(language) if is_one_of_several else "",
            rows=tuple(income_rows(income.working.parts, language)),
            name=in_unit(income.working.label, book.money_of(policy), language),
            wage=income.working.shown,
        )
