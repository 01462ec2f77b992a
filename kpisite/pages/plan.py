"""What there is to show, and to whom: the selection, its audiences, and the pages of scorecards.

Pages about one scorecard come from `Plan.card_pages`, a person at a time; those about several are
made office by office, and `offices.py` has the table of them.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import groupby
from typing import Any

from kpisite.check.book import Book
from kpisite.check.roll import Unrecorded, unrecorded
from kpisite.core.month import Month
from kpisite.core.text import Language
from kpisite.history import NO_HISTORY, History
from kpisite.language.staff import Department
from kpisite.outcomes.brief import Brief, briefs
from kpisite.outcomes.results import Result
from kpisite.pages.attachments import NO_VERSIONS, Attachments
from kpisite.pages.audience import Audience, Role, audiences
from kpisite.pages.calibration import calibration
from kpisite.pages.form_words import FormWords
from kpisite.pages.scorecard import ScorecardFacts, scorecard_facts
from kpisite.words import month_in_words, page_words, period_in_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page to be written: where in whose tree, from which template, with which facts.

    Its suffix picks the writer.  `card` is a scorecard as its reader may see it, and `bare` the
    same without pay, one and the same for all of its readers; `record` is the path of its record.
    """

    audience: Audience
    path: str
    template: str
    title: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    card: ScorecardFacts | None = None
    bare: ScorecardFacts | None = None
    record: str = ""

    @property
    def place(self) -> str:
        """Its path under the output folder."""
        return f"{self.audience.folder}/{self.path}"

    @property
    def root(self) -> str:
        """The way from the page to the root of its tree."""
        return "../" * self.path.count("/")


Around = Mapping[tuple[Audience, str], tuple[Brief | None, Brief | None]]
"""In a reader's tree, the scorecards before and after that of a record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedCopy:
    """The signed copy that stands beside a scorecard's page, and whether it is of what that says
    now."""

    href: str
    is_of_now: bool


@dataclass(frozen=True, kw_only=True)
class Selection:
    """What a build is asked for; nothing named means all of it."""

    months: frozenset[Month] = frozenset()
    departments: frozenset[str] = frozenset()
    employees: frozenset[str] = frozenset()
    roles: frozenset[Role] = frozenset()
    pdf: bool = True

    def takes(self, brief: Brief) -> bool:
        """Whether the scorecard is asked for."""
        return (
            (not self.months or brief.month in self.months)
            and (not self.departments or brief.department_id in self.departments)
            and (not self.employees or brief.appraisee_id in self.employees)
        )

    @property
    def has_whole_years(self) -> bool:
        """Whether no month of a year is left out, so that the year can be added up."""
        return not self.months

    @property
    def is_all(self) -> bool:
        """Whether every page is asked for."""
        return not (self.months or self.departments or self.employees or self.roles)


class Plan:
    """All that there is to show, and to whom, for one selection of it."""

    def __init__(
        self,
        book: Book,
        results: tuple[Result, ...],
        selection: Selection,
        *,
        history: History = NO_HISTORY,
        made_by: Mapping[str, str] = NO_VERSIONS,
    ) -> None:
        """`history` knows the revision of each record, and `made_by` the versions of what forms are
        printed with."""
        self.book = book
        self.history = history
        self.language: Language = book.site.model.language
        self.selection = selection
        self.briefs = tuple(one for one in briefs(book, results) if selection.takes(one))
        self.results = {one.card.record.path: one for one in results}
        #: By the place of a scorecard's page without its suffix.
        self.signed: Mapping[str, SignedCopy] = {}
        self._seen: dict[Audience, tuple[Brief, ...]] = {}
        self.attachments = Attachments(book, self.language, made_by)
        self._forms: dict[str, FormWords] = {}
        self._calibrated: dict[tuple[str, Month], tuple[str, ...]] = {}

    def version_of_month(self, month: Month) -> str:
        """Whether the month is closed, in words."""
        return self.words("version-closed" if month in self.book.closed else "version-open")

    def words(self, key: str) -> str:
        """A word of the pages in the site's language."""
        return page_words(self.language)[key]

    @cached_property
    def audiences(self) -> tuple[Audience, ...]:
        """Everybody who has a tree."""
        roles = self.selection.roles
        return tuple(
            audience
            for audience in audiences(self.book, self.briefs)
            if not roles or audience.role in roles
        )

    def tree_of(self, role: Role, id: str = "") -> Audience | None:
        """The reader or office of that name, where the selection has a tree for it."""
        return self._by_name.get((role, id))

    @cached_property
    def _by_name(self) -> Mapping[tuple[Role, str], Audience]:
        return {(audience.role, audience.id): audience for audience in self.audiences}

    @cached_property
    def by_employee(self) -> Mapping[str, tuple[Brief, ...]]:
        """The selected scorecards of each person, month by month; in one with several, the one that
        takes in the others comes last."""
        ordered = sorted(
            self.briefs, key=lambda one: (one.appraisee_id, one.month, one.part is None)
        )
        return {
            id: tuple(several) for id, several in groupby(ordered, key=lambda one: one.appraisee_id)
        }

    def months_up_to(self, brief: Brief, audience: Audience) -> tuple[Brief, ...]:
        """The person's months up to this one, as far as the audience may see them."""
        return tuple(
            one
            for one in self.by_employee[brief.appraisee_id]
            if one.month <= brief.month and audience.sees(one)
        )

    def _as_seen(self, brief: Brief, audience: Audience) -> Brief:
        """`brief` without the change from a month that the audience may not see, as a change tells
        the total that it is from."""
        if brief.change is None or audience.sees_department(brief.change_from):
            return brief
        return replace(brief, change=None)

    def card_pages(self, employee: str) -> Iterator[Page]:
        """The scorecards of one person, for everybody who may read them."""
        for _, pages in self.cards_of(employee):
            yield from pages

    def cards_of(self, employee: str) -> Iterator[tuple[Brief, Iterator[Page]]]:
        """Each scorecard of one person with its pages, which are made when they are asked for."""
        months = self.by_employee[employee]
        around = self._around(months)
        for brief in months:
            yield brief, self._pages_of(brief, around)

    def _pages_of(self, brief: Brief, around: Around) -> Iterator[Page]:
        result = self.results[brief.path]
        made: dict[bool, tuple[ScorecardFacts, ScorecardFacts]] = {}
        for audience in self.readers(brief):
            sees_change = audience.sees_department(brief.change_from)
            if sees_change not in made:
                seen = result if sees_change else replace(result, change=None)
                facts = scorecard_facts(self.book, seen, self.language, self._forms)
                made[sees_change] = facts, facts.without_pay()
            facts, bare = made[sees_change]
            around_it = around[audience, brief.path]
            yield from self._card(
                audience, brief, facts if audience.sees_pay else bare, bare, *around_it
            )

    def readers(self, brief: Brief) -> Iterator[Audience]:
        """Who has the scorecard's page in their tree: the person, the manager, and HR."""
        for role, id in (
            (Role.EMPLOYEE, brief.appraisee_id if brief.is_person else ""),
            (Role.MANAGER, brief.department_id),
            (Role.HR, ""),
        ):
            audience = self.tree_of(role, id)
            if audience is not None:
                yield audience

    def _around(self, months: Sequence[Brief]) -> Around:
        """In each reader's tree, the scorecards before and after that of a record."""
        trees: defaultdict[Audience, list[Brief]] = defaultdict(list)
        for brief in months:
            for audience in self.readers(brief):
                trees[audience].append(brief)
        return {
            (audience, one.path): (before, after)
            for audience, tree in trees.items()
            for before, one, after in zip([None, *tree[:-1]], tree, [*tree[1:], None], strict=True)
        }

    def _card(
        self,
        audience: Audience,
        brief: Brief,
        card: ScorecardFacts,
        bare: ScorecardFacts,
        before: Brief | None,
        after: Brief | None,
    ) -> Iterator[Page]:
        path = card_path(audience, brief)
        around = {
            "before": None if before is None else self._link(audience, before, brief),
            "after": None if after is None else self._link(audience, after, brief),
            "pdf": path.rpartition("/")[2] + ".pdf" if self.selection.pdf else "",
            "signed": self.signed.get(f"{audience.folder}/{path}"),
            "up": (self._list_name(audience, brief), "index.html"),
        }
        yield Page(
            audience=audience,
            path=f"{path}.html",
            template="card.html",
            title=f"{card.name} · {card.month}",
            facts=around,
            card=card,
            bare=bare,
        )
        if self.selection.pdf:
            yield Page(
                audience=audience,
                path=f"{path}.pdf",
                template="print.html",
                title=f"{card.name} · {card.month} · {card.scheme}",
                card=card,
                record=brief.path,
            )

    def _list_name(self, audience: Audience, brief: Brief) -> str:
        """What the list is called that a scorecard's page stands beside."""
        if audience.role is Role.EMPLOYEE:
            return self.words("all-months")
        return self.words("list-of").format(
            department=self.department_name(brief),
            month=month_in_words(brief.month, self.language, with_year=False),
        )

    def department_name(self, brief: Brief) -> str:
        """The department that the scorecard is from."""
        return self.book.department_by_id[brief.department_id].name.say(self.language)

    def in_department(self, brief: Brief, month: str) -> str:
        """A month's label with the department of `brief`, where the month has several."""
        name = self.department_name(brief)
        return self.words("month-in-department").format(month=month, department=name)

    def _link(self, audience: Audience, to: Brief, brief: Brief) -> tuple[str, str]:
        """The label and way from one scorecard to another: its period, and the department where the
        month has several."""
        label = period_in_words(to.period, self.language, with_year=False)
        if to.month == brief.month or to.part is not None:
            label = self.in_department(to, label)
        up = "../" * card_path(audience, brief).count("/")
        return label, f"{up}{card_path(audience, to)}.html"

    def seen_by(self, audience: Audience) -> tuple[Brief, ...]:
        """The selected scorecards in an office's tree, as it may see them."""
        if audience not in self._seen:
            within = audience.role is Role.MANAGER
            among = self._by_department.get(audience.id, ()) if within else self.briefs
            self._seen[audience] = tuple(
                self._as_seen(brief, audience) for brief in among if audience.sees(brief)
            )
        return self._seen[audience]

    @cached_property
    def _by_department(self) -> Mapping[str, list[Brief]]:
        return _grouped(self.briefs)

    @cached_property
    def unrecorded(self) -> tuple[Unrecorded, ...]:
        """Who has no record of the months and departments that are asked for."""
        asked = self.selection
        return tuple(
            one
            for one in unrecorded(self.book, self.book.roster)
            if (not asked.months or one.month in asked.months)
            and (not asked.departments or one.department in asked.departments)
            and (not asked.employees or one.id in asked.employees)
        )

    def calibrated(self, department: str, month: Month, of: Sequence[Brief]) -> tuple[str, ...]:
        """How the raters of a department's month mark, which its manager and HR are told alike."""
        if (department, month) not in self._calibrated:
            self._calibrated[department, month] = calibration(self.book, of, self.language)
        return self._calibrated[department, month]

    def has_grades(self, audience: Audience) -> bool:
        """Whether an office's tree has a page of grades to link to."""
        return self.has_grades_of(self.seen_by(audience))

    def has_grades_of(self, seen: Iterable[Brief]) -> bool:
        """Whether any of `seen` is under a policy with grades, so that there is a page of them."""
        policies = map(self.book.policy_at, {one.policy for one in seen})
        return any(policy is not None and policy.grade for policy in policies)

    def departments(self, briefs: Iterable[Brief]) -> Iterator[tuple[Department, list[Brief]]]:
        """The departments that have any of `briefs`, in the company's order, with theirs."""
        grouped = _grouped(briefs)
        for department in self.book.departments.model.department:
            if department.id in grouped:
                yield department, grouped[department.id]


def by_month(briefs: Iterable[Brief]) -> Mapping[Month, list[Brief]]:
    """The scorecards by month, the earliest first."""
    grouped: defaultdict[Month, list[Brief]] = defaultdict(list)
    for brief in briefs:
        grouped[brief.month].append(brief)
    return dict(sorted(grouped.items()))


def _grouped(briefs: Iterable[Brief]) -> Mapping[str, list[Brief]]:
    """The scorecards by department."""
    grouped: defaultdict[str, list[Brief]] = defaultdict(list)
    for brief in briefs:
        grouped[brief.department_id].append(brief)
    return grouped


def card_path(audience: Audience, brief: Brief) -> str:
    """Where a scorecard stands in an audience's tree, without its suffix."""
    match audience.role:
        case Role.EMPLOYEE if brief.part is not None:
            return f"{brief.month}-{brief.department_id}"
        case Role.EMPLOYEE:
            return str(brief.month)
        case Role.HR:
            return f"{brief.department_id}/{brief.month}/{brief.appraisee_id}"
        case _:
            return f"{brief.month}/{brief.appraisee_id}"
