"""Who has a tree, and which scorecards stand in it, in outline: nobody is read for more."""

from collections.abc import Iterator, Sequence
from functools import cached_property

from kpisite.check.ground import Ground
from kpisite.core.month import Month
from kpisite.outcomes.group import CellOfAll, Groups
from kpisite.outcomes.outline import Carded, Outline
from kpisite.pages.audience import Audience, Capability, Scope, own, shared_audiences
from kpisite.pages.selection import Selection


class Trees:
    """The trees of a selection, and the scorecards that each is about."""

    def __init__(self, ground: Ground, groups: Groups, selection: Selection) -> None:
        self.book = ground
        self.selection = selection
        #: Those who are asked for, with the scorecards that are.
        self.groups = groups
        if selection.months or selection.departments or selection.employees:
            self.groups = groups.where(selection.takes)
        self._own_trees: dict[str, Audience | None] = {}
        self._readers: dict[str, tuple[Audience, ...]] = {}
        self._of_employee: dict[str, Sequence[Outline]] = {}
        self._cells_in: dict[str, Sequence[CellOfAll]] = {}
        self._in_tree: dict[str, Sequence[Outline]] = {}

    @property
    def outlines(self) -> Sequence[Outline]:
        """The scorecards that are asked for, by month, then appraisee."""
        return self.groups.all

    @property
    def audiences(self) -> tuple[Audience, ...]:
        """Everybody who has a tree."""
        own_trees = (self.own_tree(id) for id in self.employees)
        return (*(one for one in own_trees if one is not None), *self.shared_trees)

    def own_tree(self, id: str) -> Audience | None:
        """The tree of a person."""
        if id not in self._own_trees:
            one, asked = own(id), self.selection.audiences
            has_one = id in self.groups.persons and (not asked or one.kind in asked)
            self._own_trees[id] = one if has_one else None
        return self._own_trees[id]

    @cached_property
    def shared_trees(self) -> tuple[Audience, ...]:
        """The trees that are about several people; of people who are picked out no sums are shown
        to those who may not read of single people."""
        asked = self.selection
        return tuple(
            one
            for one in shared_audiences(self.book, self.groups)
            if (not asked.audiences or one.kind in asked.audiences)
            and not (asked.employees and one.reads_sums_alone)
        )

    @cached_property
    def employees(self) -> Sequence[str]:
        """The ids of all who are asked for."""
        return sorted(self.groups.name_of)

    def of_employee(self, id: str) -> Sequence[Outline]:
        """The selected scorecards of a person, month by month; in one with several, the one that
        takes in the others comes last, but for one-off ones."""
        if id not in self._of_employee:
            self._of_employee[id] = sorted(
                self.groups.of_person(id),
                key=lambda one: (one.month, one.one_off is not None, one.part is None),
            )
        return self._of_employee[id]

    def readers(self, brief: Carded) -> Iterator[Audience]:
        """Who has the scorecard's page in their tree, the person first."""
        tree = self.own_tree(brief.appraisee_id)
        if tree is not None and tree.sees_card(brief):
            yield tree
        if brief.department_id not in self._readers:
            self._readers[brief.department_id] = tuple(
                one for one in self.shared_trees if one.sees_card(brief)
            )
        yield from self._readers[brief.department_id]

    def within(self, audience: Audience) -> Sequence[Outline]:
        """The selected scorecards in the scope of an audience."""
        if audience.scope.person:
            return [one for one in self._within(audience.scope) if audience.sees(one)]
        if audience.folder not in self._in_tree:
            self._in_tree[audience.folder] = [
                one for one in self._within(audience.scope) if audience.sees(one)
            ]
        return self._in_tree[audience.folder]

    def cells_in(self, audience: Audience) -> Sequence[CellOfAll]:
        """The departments' months of which a tree about several has any scorecard, the earliest
        first, for which nobody is read; none of one person's."""
        if audience.folder not in self._cells_in and not audience.scope.person:
            reads_one_offs = audience.can(Capability.CARDS)
            self._cells_in[audience.folder] = [
                one
                for one in self.groups.cells
                if audience.scope.takes_department(one.department) and (one.cards or reads_one_offs)
            ]
        return self._cells_in.get(audience.folder, ())

    def months_in(self, audience: Audience) -> Sequence[Month]:
        """The months of which there is any scorecard in a tree about several, the earliest
        first."""
        return sorted({one.month for one in self.cells_in(audience)})

    def _within(self, scope: Scope) -> Sequence[Outline]:
        """Few scorecards, and among them all of the scope, in the order of the book."""
        if scope.person:
            return self.of_employee(scope.person)
        if scope.departments is not None and len(scope.departments) == 1:
            (only,) = scope.departments
            return self.groups.from_department(only)
        return self.outlines
