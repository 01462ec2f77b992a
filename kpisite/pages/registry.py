"""The registry of pages: what makes which page, and what an audience must be able to see for it.

An audience gets a page where it has the capability that the row `needs`, none that it is made
`without`, and a tree of one of the layouts.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Generic, TypeVar

from kpisite.core.month import Month
from kpisite.language.staff import Department
from kpisite.outcomes.brief import Brief
from kpisite.pages.audience import (
    DEPARTMENTS,
    ONE_DEPARTMENT,
    OWN,
    Audience,
    Capability,
    Layout,
    card_path,
)
from kpisite.pages.blank import blank_page
from kpisite.pages.company import company_page
from kpisite.pages.department import department_months
from kpisite.pages.grades import grades_page
from kpisite.pages.page import Page
from kpisite.pages.payroll import payroll_month, payroll_pages
from kpisite.pages.person import own_months
from kpisite.pages.plan import SitePlan, by_month
from kpisite.pages.search import search_index
from kpisite.pages.sums import department_sums

Pages = Callable[[], Iterator[Page]]
Maker = Callable[[SitePlan, Audience, Sequence[Brief]], Iterator[Page]]
MonthMaker = Callable[[SitePlan, Audience, Month, Sequence[Brief]], Iterator[Page]]
DepartmentMaker = Callable[[SitePlan, Audience, Department, Sequence[Brief]], Iterator[Page]]

M = TypeVar("M")


@dataclass(frozen=True, slots=True, kw_only=True)
class Made(Generic[M]):
    """What makes some pages, and who has them."""

    by: M
    needs: Capability
    without: Capability | None = None
    layouts: tuple[Layout, ...] = (OWN, ONE_DEPARTMENT, DEPARTMENTS)

    def is_for(self, audience: Audience) -> bool:
        """Whether the audience has these pages."""
        is_kept_back = self.without is not None and audience.can(self.without)
        return audience.can(self.needs) and not is_kept_back and audience.layout in self.layouts


#: Pages over all that an audience sees.
PAGES: tuple[Made[Maker], ...] = (
    Made(by=own_months, needs=Capability.CARDS, layouts=(OWN,)),
    Made(by=company_page, needs=Capability.SUMS, layouts=(DEPARTMENTS,)),
    Made(by=search_index, needs=Capability.CARDS, layouts=(ONE_DEPARTMENT, DEPARTMENTS)),
    Made(by=payroll_pages, needs=Capability.PAYROLL),
    Made(by=grades_page, needs=Capability.GRADES),
)

#: Pages of one month.
MONTH_PAGES: tuple[Made[MonthMaker], ...] = (Made(by=payroll_month, needs=Capability.PAYROLL),)

#: Pages of one department.
DEPARTMENT_PAGES: tuple[Made[DepartmentMaker], ...] = (
    Made(by=department_months, needs=Capability.CARDS, layouts=(ONE_DEPARTMENT, DEPARTMENTS)),
    Made(by=department_sums, needs=Capability.SUMS, without=Capability.CARDS),
)


def makers(table: Iterable[Made[M]], audience: Audience) -> Iterator[M]:
    """What of a table makes pages for the audience."""
    return (made.by for made in table if made.is_for(audience))


def page_at(plan: SitePlan, audience: Audience, path: str) -> Page | None:
    """The page at `path` of an audience's tree, where there is one; of the others no more are made
    than it takes to find it."""
    for make in _makers_towards(plan, audience, path):
        for page in make():
            if page.audience.folder == audience.folder and page.path == path:
                return page
    return None


def _makers_towards(plan: SitePlan, audience: Audience, path: str) -> Iterator[Pages]:
    """What makes the pages of an audience, first what is likely to make that at `path`."""
    seen = plan.seen_by(audience)
    stem = path.rpartition(".")[0]
    for brief in seen if audience.can(Capability.CARDS) else ():
        if card_path(audience, brief) == stem:
            yield partial(_pages_of_card, plan, brief)
    for make in makers(PAGES, audience):
        yield partial(make, plan, audience, seen)
    named: list[tuple[str, Pages]] = []
    for make_month in makers(MONTH_PAGES, audience):
        for month, of_month in by_month(seen).items():
            named.append((str(month), partial(make_month, plan, audience, month, of_month)))
    for make_for in makers(DEPARTMENT_PAGES, audience):
        for department, briefs in plan.departments(seen):
            pages = partial(make_for, plan, audience, department, briefs)
            named.append((department.id, pages))
    yield from (pages for name, pages in named if name in path)
    yield from (pages for name, pages in named if name not in path)


def _pages_of_card(plan: SitePlan, brief: Brief) -> Iterator[Page]:
    for one, pages in plan.cards_of(brief.appraisee_id):
        if one.path == brief.path:
            yield from pages


#: On so many forms scorecards are tried.
MOST_FORMS = 10


def examples(plan: SitePlan) -> Iterator[Page]:
    """Some pages of every kind: for one audience of each kind, its newest month and one department,
    and for one person on each form; and a blank form."""
    one_of_each = {audience.kind: audience for audience in reversed(plan.shared_trees)}
    for audience in reversed(one_of_each.values()):
        seen = plan.seen_by(audience)
        for make in makers(PAGES, audience):
            yield from make(plan, audience, seen)
        for make_month in makers(MONTH_PAGES, audience):
            for month, of_month in list(by_month(seen).items())[-1:]:
                yield from make_month(plan, audience, month, of_month)
        for make_for in makers(DEPARTMENT_PAGES, audience):
            for department, briefs in islice(plan.departments(seen), 1):
                yield from make_for(plan, audience, department, briefs)
    by_scheme: dict[str, str] = {}
    for employee, months in plan.by_employee.items():
        by_scheme.setdefault(months[-1].scheme, employee)
    for employee in dict.fromkeys(islice(by_scheme.values(), MOST_FORMS)):
        yield from plan.card_pages(employee)
        yield from own_lists(plan, employee)
    for filed in plan.book.schemes[:1]:
        yield blank_page(plan.book, filed.model, plan.language, None, None)


def own_lists(plan: SitePlan, employee: str) -> Iterator[Page]:
    """A person's own pages besides the scorecards."""
    audience = plan.own_trees.get(employee)
    if audience is not None:
        seen = plan.seen_by(audience)
        for make in makers(PAGES, audience):
            yield from make(plan, audience, seen)
