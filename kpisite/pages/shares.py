"""All pages for all audiences in pieces, each with a key of all that its pages rest on.

A piece whose key is that of the build before has the same pages, and need not be made again.  Of
lists the key says where everybody belongs, and what they ask for besides is taken down while they
are made: a department's month here or there, each with a digest of its own.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

from kpisite.core.address import month_of
from kpisite.core.digest import digest
from kpisite.core.month import Month
from kpisite.core.questions import answers
from kpisite.outcomes.group import Group
from kpisite.outcomes.outline import QUESTIONS
from kpisite.pages.audience import Audience, Capability, card_path
from kpisite.pages.findings import issues_of
from kpisite.pages.page import Page
from kpisite.pages.page_plan import PagePlan
from kpisite.pages.registry import Listed, all_lists, own_lists
from kpisite.pages.seen import CELL

Pages = Callable[[], Iterator[Page]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Some pages of a share, with a key of all that they rest on; of the record at `record`, or of
    several."""

    name: str
    key: str
    record: str = ""
    pages: Pages


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A piece of the work: the pages that hang on a person, or, where `person` is empty, lists; of
    no more than so many scorecards, where that is known."""

    name: str
    key: str
    person: str = ""
    scorecards: int = 0
    parts: Callable[[], Sequence[Part]]

    def left_to_ask(self, asked: Iterable[str]) -> tuple[str, ...]:
        """Of what its pages asked for, what its key says nothing of: that of a person is of all of
        the person's months."""
        return tuple(
            sorted(one for one in asked if not self.person or not one.startswith(f"{CELL} "))
        )

    def pages(self) -> Iterator[Page]:
        """All pages of the share."""
        for part in self.parts():
            yield from part.pages()


class Shares:
    """The pieces of a plan; `look` is a digest of all that every page rests on."""

    def __init__(self, plan: PagePlan, look: str) -> None:
        self._plan = plan
        self._look = look
        self._readers: dict[str, str] = {}
        self._asked: dict[str, str] = {}
        self._where: dict[str, str] = {}

    def all(self) -> Iterator[Share]:
        """The lists of every tree about several people, the longest first, then those of each
        department, which several have alike, then what hangs on each person, a department's people
        together: what is read for one of them serves the next."""
        yield from self.lists()
        for name in self.groups:
            yield from self.of_group(name)

    def answers(self, asked: Iterable[str]) -> str:
        """A digest of what is answered now to all that was asked for."""
        return answers(asked, self._answer)

    def _answer(self, asked: str) -> str:
        if asked not in self._asked:
            kind, _, of_cell = asked.partition(" ")
            what, _, cell = of_cell.partition(" ")
            self._asked[asked] = (
                self._plan.groups.answer(cell, what) if kind == CELL else self._plan.answer(asked)
            )
        return self._asked[asked]

    def answers_of(self, group: str) -> Mapping[str, Mapping[str, str]]:
        """What a group's part of each department's month answers to each question."""
        found = self._plan.groups.of.get(group)
        return {} if found is None else {name: one.answers for name, one in found.cells.items()}

    def asked_anew(self, before: Mapping[str, Mapping[str, Mapping[str, str]]]) -> frozenset[str]:
        """The questions for departments' months that these groups answer otherwise than `before`,
        by group; one that was not there had none."""
        found = set[str]()
        for group, cells in before.items():
            now = self.answers_of(group)
            for cell in now.keys() | cells.keys():
                was, said = cells.get(cell, {}), now.get(cell, {})
                found.update(
                    f"{CELL} {what} {cell}" for what in QUESTIONS if was.get(what) != said.get(what)
                )
        return frozenset(found)

    # Lists.

    def lists(self) -> Iterator[Share]:
        """The pieces that hang on nobody alone."""
        of_departments: defaultdict[str, list[tuple[Audience, Listed]]] = defaultdict(list)
        for audience in reversed(self._plan.shared_trees):
            for one in all_lists(self._plan, audience):
                if one.department is not None:
                    month = "" if one.month is None else f" {one.month}"
                    of_departments[f"department {one.department.id}{month}"].append((audience, one))
                    continue
                name = f"{audience.folder} {one.by}" + (f" {one.month}" if one.month else "")
                places = self._places_of(audience)
                if one.month is not None:
                    months = map(str, self._plan.months_in(audience))
                    found = map(repr, issues_of(self._plan, audience, one.month))
                    places = digest(
                        *months, "", self._up_to[one.month], self._missing(audience), *found
                    )
                size = self._in_month[one.month]
                yield _share(name, digest(self._look, name, places), [one.pages], size)
        for name, several in of_departments.items():
            assert several[0][1].department is not None
            id = several[0][1].department.id
            key = digest(
                self._look,
                name,
                self._in_department[id],
                *(f"{one.folder} {self._plan.has_grades(one)}" for one, _ in several),
                "",
                *self._missing_in[id],
            )
            yield _share(name, key, [one.pages for _, one in several])

    @cached_property
    def _in_month(self) -> Mapping[Month | None, int]:
        """How many scorecards there are of each month, and of all."""
        found = Counter[Month | None]()
        for one in self._plan.groups.cells:
            for month in (one.month, None):
                found[month] += one.cards + one.one_offs
        return found

    def _places_of(self, audience: Audience) -> str:
        """Where everybody belongs who is in an audience's scope, and who has no record there."""
        if audience.folder not in self._where:
            scope = audience.scope
            found = [of for id, of in self._in_department.items() if scope.takes_department(id)]
            missing = self._missing(audience)
            self._where[audience.folder] = digest(audience.folder, *found, missing)
        return self._where[audience.folder]

    def _missing(self, audience: Audience) -> str:
        scope = audience.scope
        return digest(
            *(
                said
                for id, several in sorted(self._missing_in.items())
                if scope.takes_department(id)
                for said in several
            )
        )

    @cached_property
    def _missing_in(self) -> Mapping[str, Sequence[str]]:
        """By department, who has no record."""
        found = defaultdict[str, list[str]](list)
        for one in self._plan.unrecorded:
            found[one.department].append(repr(one))
        return found

    @cached_property
    def _in_department(self) -> Mapping[str, str]:
        """Where all scorecards belong of whoever has one from a department."""
        found = defaultdict[str, list[str]](list)
        for group in self._plan.groups.of.values():
            for id, places in group.departments.items():
                found[id].append(places)
        return {id: digest(id, *places) for id, places in sorted(found.items())}

    @cached_property
    def _up_to(self) -> Mapping[Month, str]:
        """Where everybody's scorecards belong up to each month."""
        groups = self._plan.groups
        found, so_far = dict[Month, str](), ""
        for month in sorted({one.month for one in groups.cells}):
            places = (group.months.get(str(month), "") for group in groups.of.values())
            found[month] = so_far = digest(so_far, *places)
        return found

    # People.

    @property
    def groups(self) -> Mapping[str, Group]:
        """The groups that people come in."""
        return self._plan.groups.of

    def group_key(self, name: str) -> str:
        """A digest that stands for the keys of all whose pages are of a group: where it is the
        same, so is each of them."""
        plan, group = self._plan, self._plan.groups.of[name]
        of_people = (self._besides(id, plan.paths_of(id)) for id in group.people)
        return digest(
            self._look,
            group.key,
            *map(self._readers_in, sorted(group.departments)),
            "",
            *(one for several in of_people for one in several),
        )

    def of_group(self, name: str) -> Iterator[Share]:
        """What hangs on each person of a group."""
        return map(self._of_person, self._plan.groups.of[name].people)

    def _of_person(self, id: str) -> Share:
        plan, months = self._plan, self._plan.of_employee(id)
        key = digest(
            self._look,
            plan.key_of(id),
            *self._around(id),
            *self._besides(id, [one.path for one in months]),
        )
        return Share(
            name=share_of(id),
            key=key,
            person=id,
            scorecards=len(months),
            parts=partial(self._parts_of, id, key),
        )

    def _around(self, id: str) -> Iterator[str]:
        """What all pages of a person rest on besides the records: whose trees they are in."""
        months = self._plan.of_employee(id)
        places = digest(*(one.place for one in months))
        yield from (id, places, str(self._plan.own_tree(id) is not None))
        yield from map(self._readers_in, sorted({one.department_id for one in months}))

    def _besides(self, id: str, paths: Iterable[str]) -> Iterator[str]:
        """What else is known of a person and these records: who wrote them, which are signed, and
        which are missing."""
        yield from self._written_of(paths)
        yield from self._signed.get(id, ())
        yield from self._without_record.get(id, ())

    def _parts_of(self, id: str, key: str) -> list[Part]:
        """The scorecards of a person, and then the own lists."""
        plan, look = self._plan, digest(self._look, *self._around(id))
        of_months = plan.keys_of_months(id)
        parts = [
            Part(
                name=one.path,
                key=digest(
                    look,
                    one.path,
                    of_months[str(one.month)],
                    *self._written_of([one.path]),
                    *(said for said in self._signed[id] if said.startswith(f"{one.path} ")),
                ),
                record=one.path,
                pages=partial(plan.cards.of_card, one),
            )
            for one in plan.of_employee(id)
        ]
        return [*parts, Part(name="", key=key, pages=partial(own_lists, plan, id))]

    def _written_of(self, paths: Iterable[str]) -> Iterator[str]:
        """What is known of who wrote records, and the figures that their months share."""
        plan = self._plan
        if not plan.history.revisions and not plan.authors.stories:
            yield plan.history.issue
            return
        for path in paths:
            authors = map(plan.authors.digest_of, (path, f"records/{month_of(path)}/month.toml"))
            yield " ".join([path, repr(plan.history.of(path)), *authors])

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
        """By person, what stands signed beside the scorecards' pages, after the record's path."""
        plan, found = self._plan, defaultdict[str, list[str]](list)
        for one in plan.outlines if plan.signed else ():
            for audience in plan.readers(one):
                place = f"{audience.folder}/{card_path(audience, one)}"
                if place in plan.signed:
                    found[one.appraisee_id].append(f"{one.path} {place} {plan.signed[place]!r}")
        return found

    @cached_property
    def _without_record(self) -> Mapping[str, list[str]]:
        """By person, the months without a record."""
        found = defaultdict[str, list[str]](list)
        for one in self._plan.unrecorded:
            found[one.id].append(repr(one))
        return found


def share_of(id: str) -> str:
    """What the share of a person's pages is called."""
    return f"person {id}"


def _share(name: str, key: str, several: Sequence[Pages], scorecards: int = 0) -> Share:
    """The share of some lists, all made together."""
    parts = [Part(name=str(index), key=key, pages=pages) for index, pages in enumerate(several)]
    return Share(name=name, key=key, scorecards=scorecards, parts=lambda: parts)
