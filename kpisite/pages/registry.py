"""The registry of pages: what makes which page, and what an audience must be able to see for it.

An audience gets a page where it has the capability that the row `needs`, none that it is made
`without`, and a tree of one of the layouts.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any, Generic, TypeVar

from kpisite.core.month import Month
from kpisite.language.staff import Department
from kpisite.outcomes.outline import Facet
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
from kpisite.pages.company import company_month
from kpisite.pages.department import department_index, department_month
from kpisite.pages.grades import grades_page
from kpisite.pages.page import Page
from kpisite.pages.page_plan import PagePlan
from kpisite.pages.payroll import payroll_month, payroll_pages
from kpisite.pages.person import own_months
from kpisite.pages.rules import rules_pages
from kpisite.pages.search import search_index
from kpisite.pages.seen import Seen
from kpisite.pages.sums import department_sums

Pages = Callable[[], Iterator[Page]]
Maker = Callable[[PagePlan, Audience, Seen], Iterator[Page]]
MonthMaker = Callable[[PagePlan, Audience, Month, Seen], Iterator[Page]]
DepartmentMaker = Callable[[PagePlan, Audience, Department, Seen], Iterator[Page]]
DepartmentMonthMaker = Callable[[PagePlan, Audience, Department, Month, Seen], Iterator[Page]]

M = TypeVar("M")


@dataclass(frozen=True, slots=True, kw_only=True)
class Made(Generic[M]):
    """What makes some pages, who has them, and of which facet of everybody's months."""

    by: M
    needs: Capability
    without: Capability | None = None
    layouts: tuple[Layout, ...] = (OWN, ONE_DEPARTMENT, DEPARTMENTS)
    facet: Facet = "whole"

    def is_for(self, audience: Audience) -> bool:
        """Whether the audience has these pages."""
        is_kept_back = self.without is not None and audience.can(self.without)
        return audience.can(self.needs) and not is_kept_back and audience.layout in self.layouts


#: Pages over all that an audience sees.
PAGES: tuple[Made[Maker], ...] = (
    Made(by=own_months, needs=Capability.CARDS, layouts=(OWN,)),
    Made(
        by=search_index,
        needs=Capability.CARDS,
        layouts=(ONE_DEPARTMENT, DEPARTMENTS),
        facet="who",
    ),
    Made(by=payroll_pages, needs=Capability.PAYROLL, facet="wages"),
    Made(by=grades_page, needs=Capability.RULES),
    Made(by=rules_pages, needs=Capability.RULES),
)

#: Pages of one month.
MONTH_PAGES: tuple[Made[MonthMaker], ...] = (
    Made(by=company_month, needs=Capability.SUMS, layouts=(DEPARTMENTS,)),
    Made(by=payroll_month, needs=Capability.PAYROLL),
)

#: Pages of one department.
DEPARTMENT_PAGES: tuple[Made[DepartmentMaker], ...] = (
    Made(by=department_index, needs=Capability.CARDS, layouts=(ONE_DEPARTMENT, DEPARTMENTS)),
    Made(by=department_sums, needs=Capability.SUMS, without=Capability.CARDS),
)

#: Pages of one department's month.
DEPARTMENT_MONTH_PAGES: tuple[Made[DepartmentMonthMaker], ...] = (
    Made(by=department_month, needs=Capability.CARDS, layouts=(ONE_DEPARTMENT, DEPARTMENTS)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """Some pages of a tree: the name of what makes them, and the department and the month that
    they are of."""

    by: str
    department: Department | None = None
    month: Month | None = None
    pages: Pages


def all_lists(plan: PagePlan, audience: Audience) -> Iterator[Listed]:
    """What makes the pages of a tree besides those of scorecards, piece by piece."""

    def listed(made: Made[Any], *args: object, **of: Any) -> Listed:
        def pages() -> Iterator[Page]:
            seen = plan.seen_by(audience, made.facet)
            if "department" in of:
                seen = seen.in_department(of["department"].id)
            found: Iterator[Page] = made.by(plan, audience, *args, seen)
            return found

        return Listed(by=made.by.__name__, pages=pages, **of)

    for over_all in _rows_for(PAGES, audience):
        yield listed(over_all)
    cells = plan.cells_in(audience)
    for over_month in _rows_for(MONTH_PAGES, audience):
        for month in plan.months_in(audience):
            yield listed(over_month, month, month=month)
    months: defaultdict[str, list[Month]] = defaultdict(list)
    for one in cells:
        months[one.department].append(one.month)
    for department in plan.in_order(months):
        for over in _rows_for(DEPARTMENT_PAGES, audience):
            yield listed(over, department, department=department)
        for each in _rows_for(DEPARTMENT_MONTH_PAGES, audience):
            for month in months[department.id]:
                yield listed(each, department, month, department=department, month=month)


def _rows_for(table: Iterable[Made[M]], audience: Audience) -> Iterator[Made[M]]:
    """The rows of a table that make pages for the audience."""
    return (made for made in table if made.is_for(audience))


def page_at(plan: PagePlan, audience: Audience, path: str) -> Page | None:
    """The page at `path` of an audience's tree, where there is one; of the others no more are made
    than it takes to find it."""
    for make in _makers_towards(plan, audience, path):
        for page in make():
            if page.audience.folder == audience.folder and page.path == path:
                return page
    return None


def _makers_towards(plan: PagePlan, audience: Audience, path: str) -> Iterator[Pages]:
    """What makes the pages of an audience, first what is likely to make that at `path`."""
    stem = path.rpartition(".")[0]
    for one in plan.within(audience) if audience.can(Capability.CARDS) else ():
        if card_path(audience, one) == stem:
            yield partial(plan.cards.of_card, one)
    listed = list(all_lists(plan, audience))
    listed.sort(key=lambda one: not _is_likely(one, audience, path))
    yield from (one.pages for one in listed)


def _is_likely(one: Listed, audience: Audience, path: str) -> bool:
    """Whether a piece is named as the page is, as far as it is named at all."""
    in_own = one.department is None or audience.layout.department == ""
    return (in_own or (one.department is not None and one.department.id in path)) and (
        one.month is None or str(one.month) in path
    )


#: On so many forms scorecards are tried.
MOST_FORMS = 10


def examples(plan: PagePlan) -> Iterator[Page]:
    """Some pages of every kind: for one audience of each kind, its newest month and one department,
    and for one person on each form; and a blank form."""
    one_of_each = {audience.kind: audience for audience in reversed(plan.shared_trees)}
    for audience in reversed(one_of_each.values()):
        cells = plan.cells_in(audience)
        newest = max(one.month for one in cells)
        ids = {one.department for one in cells}
        first = next((department.id for department in plan.in_order(ids)), "")
        for listed in all_lists(plan, audience):
            of_newest = listed.department is not None or listed.month in (None, newest)
            if of_newest and (listed.department is None or listed.department.id == first):
                yield from listed.pages()
    by_scheme: dict[str, str] = {}
    for employee in plan.employees:
        by_scheme.setdefault(plan.of_employee(employee)[-1].scheme, employee)
    for employee in dict.fromkeys(islice(by_scheme.values(), MOST_FORMS)):
        yield from plan.cards.of_person(employee)
        yield from own_lists(plan, employee)
    for filed in plan.book.schemes[:1]:
        yield blank_page(plan.book, filed.model, plan.language, None, None)


def own_lists(plan: PagePlan, employee: str) -> Iterator[Page]:
    """A person's own pages besides the scorecards."""
    audience = plan.own_tree(employee)
    if audience is not None:
        for listed in all_lists(plan, audience):
            yield from listed.pages()
