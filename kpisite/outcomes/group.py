"""Some people's scorecards taken together, and digests that stand for all of them.

A site's people come in groups, those of a department in one, so that a changed mark leaves all
groups but one as they are: whoever asks what they rest on asks digests, and nobody reads them.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain

from kpisite.core.digest import digest
from kpisite.core.immutable import immutable
from kpisite.core.month import Month
from kpisite.outcomes.outline import QUESTIONS, Cell, Outline, by_cell

OutlinesOf = Mapping[str, Sequence[Outline]]
"""By id the scorecards of a person or department in outline, month by month."""


@immutable(kw_only=False)
class GroupsCell:
    """A group's scorecards of a department's month: how many there are of the month itself and its
    parts, and of one-off appraisals; the paths of the policies that each kind is under, and of the
    forms of the first; whether any pays, and whether any is in dispute; a digest of all that they
    have `said`, and one of what they answer to each question."""

    cards: int
    one_offs: int
    policies: tuple[str, ...]
    one_off_policies: tuple[str, ...]
    schemes: tuple[str, ...]
    is_paid: bool
    is_disputed: bool
    said: str
    answers: Mapping[str, str]

    @classmethod
    def of(cls, outlines: Sequence[Outline]) -> "GroupsCell":
        """What there is to say of these scorecards."""
        of_month = [one for one in outlines if one.one_off is None]
        one_offs = [one for one in outlines if one.one_off is not None]
        return cls(
            cards=len(of_month),
            one_offs=len(one_offs),
            policies=tuple(sorted({one.policy for one in of_month})),
            one_off_policies=tuple(sorted({one.policy for one in one_offs})),
            schemes=tuple(sorted({one.scheme for one in of_month})),
            is_paid=any(one.is_paid for one in outlines),
            is_disputed=any(one.is_disputed for one in outlines),
            said=digest(*(one.said for one in outlines)),
            answers={
                what: digest(*(f"{one.path} {getattr(one, what)}" for one in outlines))
                for what in QUESTIONS
            },
        )


@immutable(kw_only=False)
class CellOfAll:
    """All scorecards of a department's month, likewise."""

    month: Month
    department: str
    cards: int
    one_offs: int
    policies: frozenset[str]
    one_off_policies: frozenset[str]
    schemes: frozenset[str]
    is_paid: bool
    is_disputed: bool

    @classmethod
    def of(cls, cell: str, several: Sequence[GroupsCell]) -> "CellOfAll":
        """A cell, as questions name it, of several groups."""
        month, department = cell.split(" ", 1)
        return cls(
            month=Month.parse(month),
            department=department,
            cards=sum(one.cards for one in several),
            one_offs=sum(one.one_offs for one in several),
            policies=frozenset(path for one in several for path in one.policies),
            one_off_policies=frozenset(path for one in several for path in one.one_off_policies),
            schemes=frozenset(path for one in several for path in one.schemes),
            is_paid=any(one.is_paid for one in several),
            is_disputed=any(one.is_disputed for one in several),
        )

    @property
    def cell(self) -> Cell:
        """The department's month."""
        return str(self.month), self.department


@immutable
class Group:
    """Some appraisees: by id whether each is a person, and a `key` of all that their results rest
    on.

    `months` are digests of where their scorecards of each month belong, `departments` of where
    those of all who have one from a department do, and `aftermaths` of what checks of a month read;
    `pays` is one of whether each pays under which policy, and `with_issues` are those in whose
    results something is wrong.  Where it `is_shown`, the outlines have the digests of all that
    pages ask for.
    """

    key: str
    people: Mapping[str, bool]
    with_issues: tuple[str, ...]
    is_shown: bool
    pays: str
    aftermaths: Mapping[str, str]
    months: Mapping[str, str]
    departments: Mapping[str, str]
    cells: Mapping[str, GroupsCell]

    @classmethod
    def of(cls, key: str, people: OutlinesOf, with_issues: Iterable[str] = ()) -> "Group":
        """The group of those with these scorecards."""
        places = {id: digest(*(one.place for one in several)) for id, several in people.items()}
        outlines = [one for several in people.values() for one in several]
        by_month: defaultdict[str, list[Outline]] = defaultdict(list)
        of_departments: defaultdict[str, set[str]] = defaultdict(set)
        for one in outlines:
            by_month[str(one.month)].append(one)
            of_departments[one.department_id].add(one.appraisee_id)
        months = sorted(by_month.items())
        return cls(
            key=key,
            people={id: any(one.is_person for one in each) for id, each in people.items()},
            with_issues=tuple(with_issues),
            is_shown=all(one.whole for one in outlines),
            pays=digest(*(f"{o.path} {o.policy} {o.is_paid} {o.is_provisional}" for o in outlines)),
            aftermaths={
                month: digest(*(f"{one.path} {one.aftermath}" for one in several))
                for month, several in months
            },
            months={month: digest(*(one.place for one in several)) for month, several in months},
            departments={
                id: digest(*(places[one] for one in sorted(ids)))
                for id, ids in sorted(of_departments.items())
            },
            cells={
                " ".join(cell): GroupsCell.of(several)
                for cell, several in by_cell(outlines).items()
            },
        )


def group_name(outlines: Sequence[Outline]) -> str:
    """The group that somebody with these scorecards belongs to: that of the last department."""
    return outlines[-1].department_id if outlines else ""


class Groups:
    """All groups, of which the scorecards in outline are read where somebody asks for them."""

    def __init__(self, of: Mapping[str, Group], people_of: Callable[[str], OutlinesOf]) -> None:
        """`people_of` reads a group, by its name."""
        self.of = of
        self._people_of = people_of
        self._read: dict[str, OutlinesOf] = {}
        self._by_cell: dict[str, Mapping[Cell, Sequence[Outline]]] = {}
        self._in_cell: dict[Cell, list[Outline]] = {}

    @classmethod
    def made(cls, people: Mapping[str, Sequence[Outline]], keys: Mapping[str, str]) -> "Groups":
        """The groups of these people, whose results rest on what these keys are of."""
        named: defaultdict[str, dict[str, Sequence[Outline]]] = defaultdict(dict)
        for id, several in sorted(people.items()):
            named[group_name(several)][id] = several
        groups = {
            name: Group.of(digest(*(f"{id} {keys[id]}" for id in of_group)), of_group)
            for name, of_group in sorted(named.items())
        }
        return cls(groups, named.__getitem__)

    def where(self, takes: Callable[[Outline], bool]) -> "Groups":
        """The groups of those scorecards that it takes."""
        people, keys = dict[str, Sequence[Outline]](), dict[str, str]()
        for name, group in self.of.items():
            for id, several in self.people_of(name).items():
                taken = [one for one in several if takes(one)]
                if taken:
                    people[id], keys[id] = taken, group.key
        return Groups.made(people, keys)

    def people_of(self, name: str) -> OutlinesOf:
        """Those in a group."""
        if name not in self._read:
            self._read[name] = self._people_of(name)
        return self._read[name]

    @cached_property
    def name_of(self) -> Mapping[str, str]:
        """By id the group that somebody is in."""
        return {id: name for name, group in self.of.items() for id in group.people}

    @cached_property
    def persons(self) -> frozenset[str]:
        """The appraisees who are persons, and no departments."""
        return frozenset(
            id for group in self.of.values() for id, is_person in group.people.items() if is_person
        )

    @cached_property
    def departments(self) -> frozenset[str]:
        """The departments that any scorecard is from."""
        return frozenset(id for group in self.of.values() for id in group.departments)

    @cached_property
    def departments_of_months(self) -> frozenset[str]:
        """Those that any scorecard is from that is not of a one-off appraisal."""
        return frozenset(one.department for one in self.cells if one.cards)

    @cached_property
    def cells(self) -> Sequence["CellOfAll"]:
        """The departments' months, the earliest first."""
        return [
            CellOfAll.of(cell, [self.of[name].cells[cell] for name in names])
            for cell, names in sorted(self.by_cell.items())
        ]

    @property
    def scorecards(self) -> int:
        """How many scorecards there are."""
        return sum(one.cards + one.one_offs for one in self.cells)

    def of_person(self, id: str) -> Sequence[Outline]:
        """The scorecards of somebody, month by month; none of nobody."""
        name = self.name_of.get(id)
        return () if name is None else self.people_of(name)[id]

    @cached_property
    def by_cell(self) -> Mapping[str, Sequence[str]]:
        """By department's month, as questions name it, the groups that have any of it."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for name, group in self.of.items():
            for cell in group.cells:
                found[cell].append(name)
        return found

    def in_cell(self, cell: Cell) -> Sequence[Outline]:
        """The scorecards of a department's month, by appraisee."""
        if cell not in self._in_cell:
            names = self.by_cell.get(" ".join(cell), ())
            found = chain.from_iterable(self._cells_of(name).get(cell, ()) for name in names)
            self._in_cell[cell] = _in_order(found)
        return self._in_cell[cell]

    def answer(self, cell: str, what: str) -> str:
        """A digest of what a department's month, as questions name it, answers to one of them."""
        names = self.by_cell.get(cell, ())
        return digest(*(self.of[name].cells[cell].answers[what] for name in names))

    def from_department(self, id: str) -> list[Outline]:
        """The scorecards from a department, by month, then appraisee."""
        names = (name for name, group in self.of.items() if id in group.departments)
        found = chain.from_iterable(map(self._outlines, names))
        return _in_order(one for one in found if one.department_id == id)

    def of_month(self, month: Month) -> list[Outline]:
        """The scorecards of a month, by appraisee."""
        names = (name for name, group in self.of.items() if str(month) in group.months)
        found = chain.from_iterable(map(self._outlines, names))
        return _in_order(one for one in found if one.month == month)

    @cached_property
    def all(self) -> tuple[Outline, ...]:
        """Every scorecard in outline, by month, then appraisee."""
        return tuple(_in_order(chain.from_iterable(map(self._outlines, self.of))))

    def _cells_of(self, name: str) -> Mapping[Cell, Sequence[Outline]]:
        if name not in self._by_cell:
            self._by_cell[name] = by_cell(self._outlines(name))
        return self._by_cell[name]

    def _outlines(self, name: str) -> Iterator[Outline]:
        return chain.from_iterable(self.people_of(name).values())


def in_order(one: Outline) -> tuple[Month, str, str]:
    """By what scorecards are put in order: by month, then appraisee."""
    return one.month, one.appraisee_id, one.order


def _in_order(outlines: Iterable[Outline]) -> list[Outline]:
    return sorted(outlines, key=in_order)
