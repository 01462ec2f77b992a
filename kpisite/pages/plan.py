"""What there is to show, and to whom: the selection, its audiences, and what each of them sees."""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypeVar

from kpisite.check.located import Located
from kpisite.check.roll import Unrecorded
from kpisite.core.digest import digest
from kpisite.core.month import Month
from kpisite.core.text import Language
from kpisite.history.authors import NO_AUTHORS, Authors
from kpisite.history.commits import NO_HISTORY, History
from kpisite.language.staff import Department
from kpisite.outcomes.brief import Brief, DueReview
from kpisite.outcomes.group import in_order
from kpisite.outcomes.outline import Asked, Carded, Cell, Facet, Outline, seen_by_facet
from kpisite.pages.attachments import NO_VERSIONS, Attachments
from kpisite.pages.audience import Audience, Capability
from kpisite.pages.calibration import calibration
from kpisite.pages.pay_rows import PayRow
from kpisite.pages.remembered import NO_MEMORY, Memory
from kpisite.pages.rule_book import RuleBook
from kpisite.pages.seen import Seen, question, seen_of
from kpisite.pages.selection import Selection
from kpisite.pages.site_results import SiteResults
from kpisite.pages.trees import Trees
from kpisite.words import money_words

C = TypeVar("C", bound=Carded)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedCopy:
    """The signed copy that stands beside a scorecard's page, and whether it is of what that says
    now."""

    href: str
    is_of_now: bool


class SitePlan(Trees):
    """All that there is to show, and to whom, for one selection of it."""

    def __init__(
        self,
        found: SiteResults,
        selection: Selection,
        *,
        history: History = NO_HISTORY,
        authors: Authors = NO_AUTHORS,
        made_by: Mapping[str, str] = NO_VERSIONS,
        issues: Sequence[Located] = (),
    ) -> None:
        """`history` knows the revision of each record, `authors` who wrote what in it, and
        `made_by` the versions of what forms are printed with; `issues` were found in the site."""
        super().__init__(found.ground, found.groups, selection)
        self.history = history
        self.authors = authors
        self.language: Language = self.book.site.model.language
        self.issues = tuple(issues)
        self.results = found.results
        self.key_of, self.keys_of_months = found.key_of, found.keys_of_months
        self._paths_of = found.paths_of
        self._found = found
        self.questions, self.answer = found.questions, found.answer
        #: Of a part of the site nothing is remembered, which would be forgotten of the whole.
        self.memory: Memory = found.memory if selection.is_all else NO_MEMORY
        self._unrecorded = found.unrecorded
        #: By the place of a scorecard's page without its suffix.
        self.signed: Mapping[str, SignedCopy] = {}
        self._with_grades: dict[str, bool] = {}
        self._seen: dict[tuple[str, Facet], Seen] = {}
        self.attachments = Attachments(self.book, self.language, made_by)
        self._calibrated: dict[tuple[str, Month], tuple[str, ...]] = {}

    def _note(self, asked: Asked, cell: Cell) -> None:
        self.questions.note(question(asked, cell))

    def _outline_of(self, brief: Carded) -> Outline:
        several = self.groups.of_person(brief.appraisee_id)
        return next(one for one in several if one.path == brief.path)

    def brief(self, one: Carded) -> Brief:
        """A scorecard in brief, with all that is in it."""
        outline = one if isinstance(one, Outline) else self._outline_of(one)
        self._note("whole", outline.cell)
        return self._found.brief_of(outline)

    def pay_row(self, brief: Carded) -> PayRow:
        """What lists of wages unfold of a scorecard."""
        outline = self._outline_of(brief)
        self._note("pay_row", outline.cell)
        return self._found.pay_row_of(outline)

    def version_of_month(self, month: Month) -> str:
        """Whether the month is closed, in words."""
        return self.words("version-closed" if month in self.book.closed else "version-open")

    def words(self, key: str) -> str:
        """A word of the pages in the site's language."""
        return money_words(self.language, self.book.money_of(None))[key]

    def paths_of(self, id: str) -> Sequence[str]:
        """The paths of all records of somebody, in a fixed order; nobody is read for that."""
        return self._paths_of(id)

    def months_up_to(self, brief: Carded, audience: Audience) -> tuple[Brief, ...]:
        """The person's months up to this one, as far as the audience may see them; of a one-off
        scorecard there is none, for it is of no month."""
        return tuple(self.brief(one) for one in self.outlines_up_to(brief, audience))

    def outlines_up_to(self, brief: Carded, audience: Audience) -> list[Outline]:
        """The same in outline."""
        return [
            one
            for one in self.of_employee(brief.appraisee_id)
            if one.month <= brief.month
            and one.one_off is None
            and brief.one_off is None
            and audience.sees(one)
        ]

    def _as_seen(self, brief: Brief, audience: Audience) -> Brief:
        """`brief` without what the audience may not see of it: pay, reviews, and the change from a
        month in another department, as a change tells the total that it is from."""
        hidden: dict[str, Any] = {}
        if brief.wage is not None and not audience.can(Capability.PAY):
            hidden["wage"] = None
        elif brief.wage is not None and brief.wage.hidden and not audience.can(Capability.ALL_PAY):
            hidden["wage"] = brief.wage.without_hidden
        if brief.reviews:
            reviews = tuple(one for one in brief.reviews if self._sees_review(audience, brief, one))
            hidden |= {} if len(reviews) == len(brief.reviews) else {"reviews": reviews}
        if brief.change is not None and not audience.scope.takes_department(brief.change_from):
            hidden["change"] = None
        return replace(brief, **hidden) if hidden else brief

    def _sees_review(self, audience: Audience, brief: Brief, review: DueReview) -> bool:
        """Whether the audience may see a review, and every month that it rests on."""
        return audience.can(Capability.REVIEWS) and all(
            audience.sees(one)
            for one in self.of_employee(brief.appraisee_id)
            if one.month in review.months
        )

    def department_name(self, brief: Carded) -> str:
        """The department that the scorecard is from."""
        return self.book.department_by_id[brief.department_id].name.say(self.language)

    def month_in_department(self, brief: Carded, month: str) -> str:
        """A month's label with the department of `brief`, where the month has several."""
        name = self.department_name(brief)
        return self.words("month-in-department").format(month=month, department=name)

    def seen_by(self, audience: Audience, facet: Facet = "whole") -> Seen:
        """The selected scorecards in a tree, as its audience may see them, in the order of the
        book or, for one person, month by month."""
        known = self._seen.get((audience.folder, facet))
        if known is None:

            def brief_of(one: Outline, facet: Facet) -> Brief:
                self._note(facet, one.cell)
                return seen_by_facet(self._as_seen(self._found.brief_of(one), audience), facet)

            if audience.scope.person:
                return seen_of(self.within(audience), facet, brief_of, self._note)
            of_all = {one.cell: one for one in self.cells_in(audience)}
            known = Seen(
                cells=tuple(of_all),
                in_cell=lambda cell: [
                    one for one in self.groups.in_cell(cell) if audience.sees(one)
                ],
                has=lambda asked, cell: getattr(of_all[cell], asked),
                order=in_order,
                facet=facet,
                brief_of=brief_of,
                note=self._note,
            )
            self._seen[audience.folder, facet] = known
        return known

    def in_groups(self, seen: Seen) -> Mapping[str, Sequence[Cell]]:
        """Of the groups that people come in, whose scorecards are among those seen, the
        departments' months that these are of; for which nobody is read."""
        found = defaultdict[str, list[Cell]](list)
        for cell in seen.cells:
            for name in self.groups.by_cell.get(" ".join(cell), ()):
                found[name].append(cell)
        return found

    def answer_in(self, group: str, asked: Asked, cell: Cell) -> str:
        """A digest of what a group's part of a department's month answers, which is noted."""
        self._note(asked, cell)
        return self.groups.of[group].cells[" ".join(cell)].answers[asked]

    def answer_of(self, asked: Asked, cell: Cell) -> str:
        """That of all of the department's month."""
        self._note(asked, cell)
        return self.groups.answer(" ".join(cell), asked)

    def places_in(self, cell: Cell) -> str:
        """A digest of where all scorecards belong of whoever has one of a department's month, on
        which it rests what of them an audience may see."""
        names = self.groups.by_cell.get(" ".join(cell), ())
        return digest(*(self.groups.of[name].departments[cell[1]] for name in names))

    @cached_property
    def unrecorded(self) -> tuple[Unrecorded, ...]:
        """Who has no record of the months and departments that are asked for."""
        asked = self.selection
        return tuple(
            one
            for one in self._unrecorded
            if (not asked.months or one.month in asked.months)
            and (not asked.departments or one.department in asked.departments)
            and (not asked.employees or one.id in asked.employees)
        )

    def unrecorded_to(self, audience: Audience) -> tuple[Unrecorded, ...]:
        """Those of them whom the audience may be told of, and whether with the reason."""
        with_reasons = audience.can(Capability.EXCUSES)
        return tuple(
            one
            for one in self.unrecorded
            if audience.scope.takes_department(one.department)
            and (with_reasons or one.reason is None)
        )

    def calibrated(
        self, audience: Audience, department: str, month: Month, of: Sequence[Brief]
    ) -> tuple[str, ...]:
        """How the raters of a department's month mark, which all who may read it read alike."""
        if not audience.can(Capability.CALIBRATION):
            return ()
        if (department, month) not in self._calibrated:
            self._calibrated[department, month] = calibration(self.book, of, self.language)
        return self._calibrated[department, month]

    def has_grades(self, audience: Audience) -> bool:
        """Whether the tree has a page of grades to link to."""
        if audience.folder not in self._with_grades:
            is_for = audience.can(Capability.RULES)
            found = is_for and bool(self._with_grade(audience, self._policies_in(audience)))
            self._with_grades[audience.folder] = found
        return self._with_grades[audience.folder]

    def paths_of_grades(self, audience: Audience, cards: Iterable[Carded]) -> list[str]:
        """The versions of policies, by their paths, of which the page of grades tells: those that
        some of these scorecards are under, with grades or, for who sees pay, with pay."""
        return self._with_grade(audience, {one.policy for one in cards})

    def _policies_in(self, audience: Audience) -> set[str]:
        """The paths of the policies that any scorecard is under that the audience sees."""
        if audience.scope.person:
            return {one.policy for one in self.within(audience)}
        found = {path for one in self.cells_in(audience) for path in one.policies}
        if audience.can(Capability.CARDS):
            found.update(path for one in self.cells_in(audience) for path in one.one_off_policies)
        return found

    def _with_grade(self, audience: Audience, policies: Iterable[str]) -> list[str]:
        return [
            path
            for path in sorted(policies)
            if (policy := self.book.policy_at(path)) is not None
            and (policy.grade or (audience.can(Capability.PAY) and (policy.pay or policy.award)))
        ]

    def has_rules(self, audience: Audience) -> bool:
        """Whether the tree has pages of forms and policies to link to."""
        return audience.can(Capability.RULES)

    @cached_property
    def rules(self) -> RuleBook:
        """The forms and policies in words."""
        return RuleBook(self.book, self.language)

    def first_page_of(self, audience: Audience) -> str:
        """What the first page of the tree is called."""
        name = audience.first_page
        return self.words(name) if isinstance(name, str) else name.say(self.language)

    def departments(self, cards: Iterable[C]) -> Iterator[tuple[Department, list[C]]]:
        """The departments that have any of these scorecards, in the company's order, with
        theirs."""
        grouped: defaultdict[str, list[C]] = defaultdict(list)
        for one in cards:
            grouped[one.department_id].append(one)
        for department in self.in_order(grouped):
            yield department, grouped[department.id]

    def in_order(self, ids: Container[str]) -> Iterator[Department]:
        """The departments of these ids, in the company's order."""
        return (one for one in self.book.departments.model.department if one.id in ids)


def by_month(cards: Iterable[C]) -> Mapping[Month, list[C]]:
    """The scorecards by month, the earliest first."""
    grouped: defaultdict[Month, list[C]] = defaultdict(list)
    for one in cards:
        grouped[one.month].append(one)
    return dict(sorted(grouped.items()))
