"""Which pages there are: the table `PAGES` says who gets which, and each entry makes its pages.

Pages about one scorecard come from `card_pages`, a person at a time; pages about several come from
the makers in `PAGES`, an audience or a department at a time.  `shares` is all of it, in pieces that
several processes can share out among themselves.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from itertools import groupby
from typing import Any

from kpisite.check.book import Book
from kpisite.core.month import Month
from kpisite.core.text import Language
from kpisite.language.staff import Department
from kpisite.outcomes.results import Result
from kpisite.pages.attention import attention
from kpisite.pages.audience import Audience, Role, audiences
from kpisite.pages.calibration import calibration
from kpisite.pages.form_words import FormWords
from kpisite.pages.grades import grade_tables
from kpisite.pages.lines import line_of, tables
from kpisite.pages.pay import pay_sheets
from kpisite.pages.payroll import payroll_workbook
from kpisite.pages.scorecard import ScorecardFacts, scorecard_facts
from kpisite.words import month_in_words, page_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page to be written: where in whose tree, from which template, with which facts.

    Its suffix picks the writer.  `links` are what differs between the trees that hold the same
    scorecard, so that its body is made once.
    """

    audience: Audience
    path: str
    template: str
    title: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    card: ScorecardFacts | None = None

    @property
    def place(self) -> str:
        """Its path under the output folder."""
        return f"{self.audience.folder}/{self.path}"

    @property
    def root(self) -> str:
        """The way from the page to the root of its tree."""
        return "../" * self.path.count("/")


@dataclass(frozen=True, kw_only=True)
class Selection:
    """What a build is asked for; nothing named means all of it."""

    months: frozenset[Month] = frozenset()
    departments: frozenset[str] = frozenset()
    employees: frozenset[str] = frozenset()
    roles: frozenset[Role] = frozenset()
    pdf: bool = True

    def takes(self, result: Result) -> bool:
        """Whether the scorecard is asked for."""
        return (
            (not self.months or result.month in self.months)
            and (not self.departments or result.department_id in self.departments)
            and (not self.employees or result.appraisee_id in self.employees)
        )

    @property
    def is_all(self) -> bool:
        """Whether every page is asked for."""
        return not (self.months or self.departments or self.employees or self.roles)


class Plan:
    """All that there is to show, and to whom, for one selection of it."""

    def __init__(self, book: Book, results: tuple[Result, ...], selection: Selection) -> None:
        self.book = book
        self.language: Language = book.site.model.language
        self.selection = selection
        self.results = tuple(result for result in results if selection.takes(result))
        self._whole_months = {
            (one.appraisee_id, one.month): one for one in results if one.record.part is None
        }
        self._seen: dict[Audience, tuple[Result, ...]] = {}
        self._forms: dict[str, FormWords] = {}

    def words(self, key: str) -> str:
        """A word of the pages in the site's language."""
        return page_words(self.language)[key]

    @cached_property
    def audiences(self) -> tuple[Audience, ...]:
        """Everybody who has a tree."""
        roles = self.selection.roles
        return tuple(
            audience
            for audience in audiences(self.book, self.results)
            if not roles or audience.role in roles
        )

    @cached_property
    def _by_name(self) -> Mapping[tuple[Role, str], Audience]:
        return {(audience.role, audience.id): audience for audience in self.audiences}

    @cached_property
    def by_employee(self) -> Mapping[str, tuple[Result, ...]]:
        """The selected results of each person, month by month; in one with several, the one that
        takes in the others comes last."""
        ordered = sorted(
            self.results, key=lambda one: (one.appraisee_id, one.month, one.record.part is None)
        )
        return {
            id: tuple(several) for id, several in groupby(ordered, key=lambda one: one.appraisee_id)
        }

    def months_up_to(self, result: Result, audience: Audience) -> tuple[Result, ...]:
        """The person's results up to this one, as far as the audience may see them."""
        return tuple(
            one
            for one in self.by_employee[result.appraisee_id]
            if one.month <= result.month and audience.sees(one)
        )

    def as_seen(self, result: Result, audience: Audience) -> Result:
        """`result` without the change from a month that the audience may not see, as a change
        tells the total that it is from."""
        if result.change is None:
            return result
        before = self._whole_months[result.appraisee_id, result.month.plus(-1)]
        return result if audience.sees(before) else replace(result, change=None)

    def card_pages(self, employee: str) -> Iterator[Page]:
        """The scorecards of one person, for everybody who may read them."""
        months = self.by_employee[employee]
        for result in months:
            bodies: dict[bool, ScorecardFacts] = {}
            for audience in self._readers(result):
                seen = self.as_seen(result, audience)
                body = bodies.get(seen is result)
                if body is None:
                    body = bodies[seen is result] = scorecard_facts(
                        self.book, seen, self.language, self._forms
                    )
                body = body if audience.sees_pay else body.without_pay()
                yield from self._card(audience, result, body, months)

    def _readers(self, result: Result) -> Iterator[Audience]:
        """Who has the scorecard's page in their tree: the person, the manager, and HR."""
        for role, id in (
            (Role.EMPLOYEE, result.appraisee_id if result.is_person else ""),
            (Role.MANAGER, result.department_id),
            (Role.HR, ""),
        ):
            audience = self._by_name.get((role, id))
            if audience is not None:
                yield audience

    def _card(
        self,
        audience: Audience,
        result: Result,
        body: ScorecardFacts,
        months: tuple[Result, ...],
    ) -> Iterator[Page]:
        path = card_path(audience, result)
        seen = [one for one in months if audience.sees(one)]
        index = seen.index(result)
        around = {
            "before": self._link(audience, seen[index - 1], result) if index else None,
            "after": self._link(audience, seen[index + 1], result)
            if index + 1 < len(seen)
            else None,
            "pdf": path.rpartition("/")[2] + ".pdf" if self.selection.pdf else "",
            "up": "index.html",
        }
        yield Page(
            audience=audience,
            path=f"{path}.html",
            template="card.html",
            title=f"{body.name} · {body.month}",
            facts=around,
            card=body,
        )
        if self.selection.pdf:
            yield Page(
                audience=audience,
                path=f"{path}.pdf",
                template="print.html",
                title=f"{body.name} · {body.month} · {body.scheme}",
                card=body,
            )

    def _link(self, audience: Audience, to: Result, result: Result) -> tuple[str, str]:
        """The label and way from one scorecard to another: a month, or the other department of
        the same month."""
        label = month_in_words(to.month, self.language, with_year=False)
        if to.month == result.month:
            label = self.book.department_by_id[to.department_id].name.say(self.language)
        up = "../" * card_path(audience, result).count("/")
        return label, f"{up}{card_path(audience, to)}.html"

    def seen_by(self, audience: Audience) -> tuple[Result, ...]:
        """The selected results in an office's tree, as it may see them."""
        if audience not in self._seen:
            within = audience.role is Role.MANAGER
            among = self._by_department.get(audience.id, ()) if within else self.results
            self._seen[audience] = tuple(
                self.as_seen(result, audience) for result in among if audience.sees(result)
            )
        return self._seen[audience]

    @cached_property
    def _by_department(self) -> Mapping[str, list[Result]]:
        return _grouped(self.results)

    def has_grades(self, audience: Audience) -> bool:
        """Whether an office's tree has a page of grades to link to."""
        return any(one.policy and one.policy.model.grade for one in self.seen_by(audience))

    def departments(self, results: Iterable[Result]) -> Iterator[tuple[Department, list[Result]]]:
        """The departments that have any of `results`, in the company's order, with theirs."""
        grouped = _grouped(results)
        for department in self.book.departments.model.department:
            if department.id in grouped:
                yield department, grouped[department.id]

    def shares(self, people: int) -> Iterator["Share"]:
        """The lists of every office, the longest first, then all that hangs on so many people at
        a time."""
        for audience in reversed(self.audiences):
            if audience.role is not Role.EMPLOYEE:
                for pages in self._list_pages(audience):
                    yield Share(0, pages)
        everybody = list(self.by_employee)
        for start in range(0, len(everybody), people):
            several = everybody[start : start + people]
            yield Share(len(several), partial(self._pages_of, several))

    def _list_pages(self, audience: Audience) -> Iterator[Callable[[], Iterator[Page]]]:
        """What makes the pages of one office about several scorecards."""
        seen = self.seen_by(audience)
        for make in PAGES[audience.role]:
            yield partial(make, self, audience, seen)
        for make_for in DEPARTMENT_PAGES.get(audience.role, ()):
            for department, results in self.departments(seen):
                yield partial(make_for, self, audience, department, results)

    def _pages_of(self, people: Iterable[str]) -> Iterator[Page]:
        """All pages that hang on these people: the scorecards, and their own lists."""
        for employee in people:
            yield from self.card_pages(employee)
            audience = self._by_name.get((Role.EMPLOYEE, employee))
            if audience is not None and self.by_employee[employee][0].is_person:
                for make in PAGES[Role.EMPLOYEE]:
                    yield from make(self, audience, self.by_employee[employee])


@dataclass(frozen=True, slots=True)
class Share:
    """A piece of the work: the pages that hang on so many people, or, for none, an office's."""

    people: int
    pages: Callable[[], Iterator[Page]]


def _grouped(results: Iterable[Result]) -> Mapping[str, list[Result]]:
    """The results by department."""
    grouped: defaultdict[str, list[Result]] = defaultdict(list)
    for result in results:
        grouped[result.department_id].append(result)
    return grouped


def _by_month(results: Iterable[Result]) -> Mapping[Month, list[Result]]:
    """The results by month, the earliest first."""
    grouped: defaultdict[Month, list[Result]] = defaultdict(list)
    for result in results:
        grouped[result.month].append(result)
    return dict(sorted(grouped.items()))


def card_path(audience: Audience, result: Result) -> str:
    """Where a scorecard stands in an audience's tree, without its suffix."""
    match audience.role:
        case Role.EMPLOYEE if result.record.part is not None:
            return f"{result.month}-{result.department_id}"
        case Role.EMPLOYEE:
            return str(result.month)
        case Role.HR:
            return f"{result.department_id}/{result.month}/{result.appraisee_id}"
        case _:
            return f"{result.month}/{result.appraisee_id}"


def _own_months(plan: Plan, audience: Audience, seen: tuple[Result, ...]) -> Iterator[Page]:
    """A person's months, the newest first."""
    lines = [
        line_of(
            result,
            plan.language,
            href=f"{card_path(audience, result)}.html",
            pdf=f"{card_path(audience, result)}.pdf" if plan.selection.pdf else "",
            sees_pay=True,
            months=seen[: index + 1],
        )
        for index, result in enumerate(seen)
    ]
    for index, result in enumerate(seen):
        if result.record.part is not None:
            former = plan.book.department_by_id[result.department_id].name.say(plan.language)
            lines[index] = replace(lines[index], month=f"{lines[index].month} {former}")
    newest = seen[-1]
    facts = {
        "name": newest.card.appraisee.name.say(plan.language),
        "employee": newest.appraisee_id,
        "department": plan.book.department_by_id[newest.department_id].name.say(plan.language),
        "title": newest.card.appraisee.title.say(plan.language),
        "lines": tuple(reversed(lines)),
        "has_grades": _has_grades(seen),
    }
    yield Page(
        audience=audience,
        path="index.html",
        template="person.html",
        title=newest.card.appraisee.name.say(plan.language),
        facts=facts,
    )


def _has_grades(seen: tuple[Result, ...]) -> bool:
    """Whether the audience's tree has a page of grades to link to."""
    return any(one.policy and one.policy.model.grade for one in seen)


def _grades(plan: Plan, audience: Audience, seen: tuple[Result, ...]) -> Iterator[Page]:
    """The grade-to-salary tables that apply to what the audience sees."""
    found = grade_tables(seen, plan.language, sees_pay=audience.sees_pay)
    if found:
        yield Page(
            audience=audience,
            path="grades.html",
            template="grades.html",
            title=plan.words("grades-title"),
            facts={"tables": found},
        )


def _department_months(
    plan: Plan, audience: Audience, department: Department, results: list[Result]
) -> Iterator[Page]:
    """A department's months: an index of them, and each month's summary."""
    prefix = f"{department.id}/" if audience.role is Role.HR else ""
    name = department.name.say(plan.language)
    by_month = _by_month(results)
    months = list(by_month)
    summaries = []
    for index, (month, of_month) in enumerate(by_month.items()):
        path = f"{prefix}{month}/index.html"
        lines = [(one, _line_in_month(plan, audience, one)) for one in of_month]
        sheets = tables(lines, plan.language)
        summaries.append((month_in_words(month, plan.language), f"{month}/index.html", sheets))
        before = months[index - 1] if index else None
        after = months[index + 1] if index + 1 < len(months) else None
        yield Page(
            audience=audience,
            path=path,
            template="department.html",
            title=f"{name} · {month_in_words(month, plan.language)}",
            facts={
                "department": name,
                "month": month_in_words(month, plan.language),
                "sheets": sheets,
                "attention": attention(
                    of_month, plan.language, with_reviews=audience.role is Role.HR
                ),
                "calibration": calibration(plan.book, of_month, plan.language),
                "sees_pay": audience.sees_pay,
                "has_grades": plan.has_grades(audience),
                "before": _month_link(plan, before),
                "after": _month_link(plan, after),
                "up": "../index.html",
            },
        )
    yield Page(
        audience=audience,
        path=f"{prefix}index.html",
        template="months.html",
        title=name,
        facts={
            "department": name,
            "months": tuple(reversed(summaries)),
            "people": _people(plan, audience, results),
            "has_grades": plan.has_grades(audience),
            "up": "../index.html" if prefix else "",
        },
    )


def _month_link(plan: Plan, month: Month | None) -> tuple[str, str] | None:
    if month is None:
        return None
    label = month_in_words(month, plan.language, with_year=False)
    return label, f"../{month}/index.html"


def _line_in_month(plan: Plan, audience: Audience, result: Result) -> Any:
    return line_of(
        result,
        plan.language,
        href=f"{result.appraisee_id}.html",
        pdf=f"{result.appraisee_id}.pdf" if plan.selection.pdf else "",
        sees_pay=audience.sees_pay,
        months=plan.months_up_to(result, audience),
    )


def _people(plan: Plan, audience: Audience, seen: list[Result]) -> tuple[Any, ...]:
    """Everybody once, with the newest month the department saw of them."""
    newest = {one.appraisee_id: one for one in sorted(seen, key=lambda one: one.month)}
    return tuple(
        line_of(
            one,
            plan.language,
            href=f"{one.month}/{id}.html",
            pdf="",
            sees_pay=audience.sees_pay,
            months=plan.months_up_to(one, audience),
        )
        for id, one in sorted(newest.items())
    )


def _company(plan: Plan, audience: Audience, seen: tuple[Result, ...]) -> Iterator[Page]:
    """HR's first page: the newest month of every department, and what needs a person."""
    if not seen:
        return
    newest = max(one.month for one in seen)
    departments = []
    for department, of_department in plan.departments(seen):
        month, of_month = list(_by_month(of_department).items())[-1]
        lines = [(one, _line_in_month(plan, audience, one)) for one in of_month]
        departments.append(
            {
                "name": department.name.say(plan.language),
                "href": f"{department.id}/index.html",
                "month": month_in_words(month, plan.language),
                "month_href": f"{department.id}/{month}/index.html",
                "people": len(of_month),
                "sheets": tables(lines, plan.language),
            }
        )
    yield Page(
        audience=audience,
        path="index.html",
        template="company.html",
        title=plan.words("hr-title"),
        facts={
            "departments": tuple(departments),
            "attention": attention(
                (one for one in seen if one.month == newest), plan.language, with_reviews=True
            ),
            "calibration": calibration(
                plan.book, [one for one in seen if one.month == newest], plan.language
            ),
            "month": month_in_words(newest, plan.language),
            "has_grades": plan.has_grades(audience),
        },
    )


def _payroll(plan: Plan, audience: Audience, seen: tuple[Result, ...]) -> Iterator[Page]:
    """The wages month by month, to read and as files for the payroll's own programs."""
    index = []
    for month, of_month in _by_month(seen).items():
        if all(one.wage is None for one in of_month):
            continue
        sheets = pay_sheets(plan.book, of_month, plan.language)
        label = month_in_words(month, plan.language)
        title = f"{plan.words('payroll-title')} · {label}"
        index.append((label, f"{month}.html", sheets))
        yield Page(
            audience=audience,
            path=f"{month}.html",
            template="payroll.html",
            title=title,
            facts={
                "month": label,
                "sheets": sheets,
                "up": "index.html",
                "has_grades": plan.has_grades(audience),
                "files": (f"payroll-{month}.xlsx", f"payroll-{month}.csv"),
            },
        )
        workbook = payroll_workbook(plan.book, of_month, plan.language, title)
        for suffix in ("xlsx", "csv"):
            yield Page(
                audience=audience,
                path=f"payroll-{month}.{suffix}",
                template="",
                title=title,
                facts={"workbook": workbook},
            )
    yield Page(
        audience=audience,
        path="index.html",
        template="payroll-months.html",
        title=plan.words("payroll-title"),
        facts={"months": tuple(reversed(index)), "has_grades": plan.has_grades(audience)},
    )


Maker = Callable[[Plan, Audience, tuple[Result, ...]], Iterator[Page]]
DepartmentMaker = Callable[[Plan, Audience, Department, list[Result]], Iterator[Page]]

PAGES: dict[Role, tuple[Maker, ...]] = {
    Role.EMPLOYEE: (_own_months, _grades),
    Role.MANAGER: (_grades,),
    Role.HR: (_company, _grades),
    Role.PAYROLL: (_payroll, _grades),
}

DEPARTMENT_PAGES: dict[Role, tuple[DepartmentMaker, ...]] = {
    Role.MANAGER: (_department_months,),
    Role.HR: (_department_months,),
}
