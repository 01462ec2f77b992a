"""All pages for all audiences in pieces, each with a key of all that its pages rest on.

A piece whose key is that of the build before has the same pages, and need not be made again.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

from kpisite.core.digest import digest
from kpisite.core.month import Month
from kpisite.language.staff import Department
from kpisite.outcomes.brief import Brief
from kpisite.pages.audience import Audience, Capability, card_path
from kpisite.pages.page import Page
from kpisite.pages.payroll import paid_months
from kpisite.pages.plan import SitePlan, by_month
from kpisite.pages.registry import (
    DEPARTMENT_PAGES,
    MONTH_PAGES,
    PAGES,
    DepartmentMaker,
    Maker,
    MonthMaker,
    makers,
    own_lists,
)

Pages = Callable[[], Iterator[Page]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A piece of the work: the pages that hang on a person, or, where `person` is empty, lists."""

    name: str
    key: str
    person: str = ""
    pages: Pages


class Shares:
    """The pieces of a plan; `look` is a digest of all that every page rests on."""

    def __init__(self, plan: SitePlan, look: str) -> None:
        self._plan = plan
        self._look = look
        self._readers: dict[str, str] = {}

    def all(self) -> Iterator[Share]:
        """The lists of every tree about several people, the longest first, then those of each
        department, which several have alike, then what hangs on each person."""
        yield from self.lists()
        yield from map(self._of_person, self._plan.by_employee)

    def lists(self) -> Iterator[Share]:
        """The pieces that hang on nobody alone."""
        plan = self._plan
        of_departments: defaultdict[str, list[tuple[Audience, Pages]]] = defaultdict(list)
        for audience in reversed(plan.shared_trees):
            within = plan.within(audience)
            for make in makers(PAGES, audience):
                yield Share(
                    name=f"{audience.folder} {make.__name__}",
                    key=digest(self._everybody, audience.folder, make.__name__),
                    pages=partial(_over_all, plan, audience, make),
                )
            for make_month in makers(MONTH_PAGES, audience):
                for month in by_month(within):
                    yield Share(
                        name=f"{audience.folder} {make_month.__name__} {month}",
                        key=self._of_wages(audience.folder, month, within),
                        pages=partial(_over_month, plan, audience, make_month, month),
                    )
            for make_for in makers(DEPARTMENT_PAGES, audience):
                for department, _ in plan.departments(within):
                    pages = partial(_over_department, plan, audience, make_for, department)
                    of_departments[department.id].append((audience, pages))
        for id, several in of_departments.items():
            people = sorted({one.appraisee_id for one in plan.in_department(id)})
            missing = [repr(one) for one in plan.unrecorded if one.department == id]
            folders = [audience.folder for audience, _ in several]
            in_brief = [self._in_brief(person) for person in people]
            yield Share(
                name=f"department {id}",
                key=digest(self._look, *folders, "", *people, *in_brief, *missing),
                pages=partial(_pages_from, [pages for _, pages in several]),
            )

    def _in_brief(self, id: str) -> str:
        """A digest of somebody's months in brief."""
        of_records = self._plan.digests[id].of_records
        return digest(*(f"{path} {brief}" for path, (brief, _) in of_records.items()))

    @cached_property
    def _everybody(self) -> str:
        """A digest of everybody's months in brief."""
        briefs = [f"{id} {self._in_brief(id)}" for id in self._plan.by_employee]
        return digest(self._look, *briefs, *map(repr, self._plan.unrecorded))

    def _of_wages(self, folder: str, month: Month, within: Sequence[Brief]) -> str:
        """The wages of a month and of the one before, and in which months anybody is paid."""
        digests = self._plan.digests
        people = [
            f"{one.path} {' '.join(digests[one.appraisee_id].of_records[one.path])}"
            for one in within
            if one.month in (month, month.plus(-1))
        ]
        paid = map(str, paid_months(within))
        missing = [repr(one) for one in self._plan.unrecorded if one.month == month]
        return digest(self._look, folder, str(month), *paid, "", *people, *missing)

    def _of_person(self, id: str) -> Share:
        plan, months = self._plan, self._plan.by_employee[id]
        departments = sorted({one.department_id for one in months})
        return Share(
            name=f"person {id}",
            key=digest(
                self._look,
                id,
                plan.digests[id].results,
                str(id in plan.own_trees),
                *map(self._readers_in, departments),
                *(f"{one.path} {self._written(one)}" for one in months),
                *self._signed[id],
                *self._without_record[id],
            ),
            person=id,
            pages=partial(_pages_of, plan, id),
        )

    def _written(self, brief: Brief) -> str:
        """What is known of who wrote a record, and the figures that its month shares."""
        plan = self._plan
        if not plan.history.revisions and not plan.authors.stories:
            return plan.history.issue
        authors = map(plan.authors.digest_of, (brief.path, f"records/{brief.month}/month.toml"))
        return " ".join([repr(plan.history.of(brief.path)), *authors])

    def _readers_in(self, department: str) -> str:
        """Whose trees the scorecards of a department are in, besides people's own."""
        if department not in self._readers:
            seeing = [
                one.folder
                for one in self._plan.shared_trees
                if one.can(Capability.CARDS) and one.scope.takes_department(department)
            ]
            self._readers[department] = digest(*seeing)
        return self._readers[department]

    @cached_property
    def _signed(self) -> Mapping[str, list[str]]:
        """By person, what stands signed beside the scorecards' pages."""
        plan, found = self._plan, defaultdict[str, list[str]](list)
        for brief in plan.briefs if plan.signed else ():
            for audience in plan.readers(brief):
                place = f"{audience.folder}/{card_path(audience, brief)}"
                if place in plan.signed:
                    found[brief.appraisee_id].append(f"{place} {plan.signed[place]!r}")
        return found

    @cached_property
    def _without_record(self) -> Mapping[str, list[str]]:
        """By person, the months without a record."""
        found = defaultdict[str, list[str]](list)
        for one in self._plan.unrecorded:
            found[one.id].append(repr(one))
        return found


def _over_all(plan: SitePlan, audience: Audience, make: Maker) -> Iterator[Page]:
    yield from make(plan, audience, plan.seen_by(audience))


def _over_month(
    plan: SitePlan, audience: Audience, make: MonthMaker, month: Month
) -> Iterator[Page]:
    seen = [one for one in plan.seen_by(audience) if one.month == month]
    yield from make(plan, audience, month, seen)


def _over_department(
    plan: SitePlan, audience: Audience, make: DepartmentMaker, department: Department
) -> Iterator[Page]:
    seen = [one for one in plan.seen_by(audience) if one.department_id == department.id]
    yield from make(plan, audience, department, seen)


def _pages_from(several: Iterable[Pages]) -> Iterator[Page]:
    for make in several:
        yield from make()


def _pages_of(plan: SitePlan, person: str) -> Iterator[Page]:
    """All pages that hang on a person: the scorecards, and the own lists."""
    yield from plan.card_pages(person)
    yield from own_lists(plan, person)
