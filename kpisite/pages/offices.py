"""Who gets which pages about several scorecards, and all pages in shares.

The tables `PAGES` and `DEPARTMENT_PAGES` say what makes the pages of each role: an audience or a
department of it at a time.  `shares` is all of it with the scorecards themselves, in pieces that
several processes can share out among themselves.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice

from kpisite.core.month import Month
from kpisite.language.staff import Department
from kpisite.outcomes.brief import Brief
from kpisite.outcomes.results import Result
from kpisite.pages.audience import Audience, Role
from kpisite.pages.blank import blank_page
from kpisite.pages.company import company_page
from kpisite.pages.department import department_months
from kpisite.pages.grades import grades_page
from kpisite.pages.payroll import payroll_month, payroll_pages
from kpisite.pages.person import own_months
from kpisite.pages.plan import Page, Plan, by_month, card_path

Pages = Callable[[], Iterator[Page]]
Maker = Callable[[Plan, Audience, Sequence[Brief]], Iterator[Page]]
MonthMaker = Callable[[Plan, Audience, Month, Sequence[Result]], Iterator[Page]]
DepartmentMaker = Callable[[Plan, Audience, Department, Sequence[Brief]], Iterator[Page]]

PAGES: dict[Role, tuple[Maker, ...]] = {
    Role.EMPLOYEE: (own_months, grades_page),
    Role.MANAGER: (grades_page,),
    Role.HR: (company_page, grades_page),
    Role.PAYROLL: (payroll_pages, grades_page),
}

#: Pages of one month, from its results themselves.
MONTH_PAGES: dict[Role, tuple[MonthMaker, ...]] = {Role.PAYROLL: (payroll_month,)}

DEPARTMENT_PAGES: dict[Role, tuple[DepartmentMaker, ...]] = {
    Role.MANAGER: (department_months,),
    Role.HR: (department_months,),
}


@dataclass(frozen=True, slots=True)
class Share:
    """A piece of the work: the pages that hang on so many people, or, for none, an office's."""

    people: int
    pages: Pages


def shares(plan: Plan, people: int) -> Iterator[Share]:
    """The lists of every office, the longest first, then those of each department, which its
    manager and HR have alike, then all that hangs on so many people at a time."""
    yield from _of_offices(plan)
    everybody = list(plan.by_employee)
    for start in range(0, len(everybody), people):
        several = everybody[start : start + people]
        yield Share(len(several), partial(_pages_of, plan, several))


def printed_lists(plan: Plan) -> Iterator[Page]:
    """Every list that is printed besides being shown: those of the offices, and what each person
    has of them."""
    for share in _of_offices(plan):
        yield from (page for page in share.pages() if page.path.endswith(".pdf"))
    for employee, months in plan.by_employee.items():
        audience = plan.tree_of(Role.EMPLOYEE, employee)
        if audience is not None and months[0].is_person:
            for page in grades_page(plan, audience, months):
                if page.path.endswith(".pdf"):
                    yield page


def _of_offices(plan: Plan) -> Iterator[Share]:
    of_departments: dict[str, list[Pages]] = {}
    for audience in reversed(plan.audiences):
        if audience.role is not Role.EMPLOYEE:
            seen = plan.seen_by(audience)
            for make in PAGES[audience.role]:
                yield Share(0, partial(make, plan, audience, seen))
            for make_month in MONTH_PAGES.get(audience.role, ()):
                for month, of_month in by_month(seen).items():
                    results = [plan.results[one.path] for one in of_month]
                    yield Share(0, partial(make_month, plan, audience, month, results))
            for make_for in DEPARTMENT_PAGES.get(audience.role, ()):
                for department, briefs in plan.departments(seen):
                    makers = of_departments.setdefault(department.id, [])
                    makers.append(partial(make_for, plan, audience, department, briefs))
    for makers in of_departments.values():
        yield Share(0, partial(_pages_from, makers))


def page_at(plan: Plan, audience: Audience, path: str) -> Page | None:
    """The page at `path` of an audience's tree, where there is one; of the others no more are made
    than it takes to find it."""
    for make in _makers_towards(plan, audience, path):
        for page in make():
            if page.audience == audience and page.path == path:
                return page
    return None


def _makers_towards(plan: Plan, audience: Audience, path: str) -> Iterator[Pages]:
    """What makes the pages of an audience, first what is likely to make that at `path`."""
    is_person = audience.role is Role.EMPLOYEE
    seen = plan.by_employee.get(audience.id, ()) if is_person else plan.seen_by(audience)
    stem = path.rpartition(".")[0]
    for brief in seen:
        if card_path(audience, brief) == stem:
            yield partial(_pages_of_card, plan, brief)
    for make in PAGES[audience.role]:
        yield partial(make, plan, audience, seen)
    named: list[tuple[str, Pages]] = []
    for make_month in MONTH_PAGES.get(audience.role, ()):
        for month, of_month in by_month(seen).items():
            results = [plan.results[one.path] for one in of_month]
            named.append((str(month), partial(make_month, plan, audience, month, results)))
    for make_for in DEPARTMENT_PAGES.get(audience.role, ()):
        for department, briefs in plan.departments(seen):
            pages = partial(make_for, plan, audience, department, briefs)
            named.append((department.id, pages))
    yield from (pages for name, pages in named if name in path)
    yield from (pages for name, pages in named if name not in path)


def _pages_of_card(plan: Plan, brief: Brief) -> Iterator[Page]:
    for one, pages in plan.cards_of(brief.appraisee_id):
        if one.path == brief.path:
            yield from pages


#: On so many forms scorecards are tried.
MOST_FORMS = 10


def examples(plan: Plan) -> Iterator[Page]:
    """Some pages of every kind: of one office of each role, its newest month and one department,
    and of one person on each form; and a blank form."""
    for role in Role:
        audience = next((one for one in plan.audiences if one.role is role), None)
        if audience is None or role is Role.EMPLOYEE:
            continue
        seen = plan.seen_by(audience)
        for make in PAGES[role]:
            yield from make(plan, audience, seen)
        for make_month in MONTH_PAGES.get(role, ()):
            for month, of_month in list(by_month(seen).items())[-1:]:
                results = [plan.results[one.path] for one in of_month]
                yield from make_month(plan, audience, month, results)
        for make_for in DEPARTMENT_PAGES.get(role, ()):
            for department, briefs in islice(plan.departments(seen), 1):
                yield from make_for(plan, audience, department, briefs)
    by_scheme: dict[str, str] = {}
    for employee, months in plan.by_employee.items():
        by_scheme.setdefault(months[-1].scheme, employee)
    yield from _pages_of(plan, dict.fromkeys(islice(by_scheme.values(), MOST_FORMS)))
    for filed in plan.book.schemes[:1]:
        yield blank_page(plan.book, filed.model, plan.language, None, None)


def _pages_from(makers: Iterable[Pages]) -> Iterator[Page]:
    for make in makers:
        yield from make()


def _pages_of(plan: Plan, people: Iterable[str]) -> Iterator[Page]:
    """All pages that hang on these people: the scorecards, and their own lists."""
    for employee in people:
        yield from plan.card_pages(employee)
        audience, months = plan.tree_of(Role.EMPLOYEE, employee), plan.by_employee[employee]
        if audience is not None and months[0].is_person:
            for make in PAGES[Role.EMPLOYEE]:
                yield from make(plan, audience, months)
