"""All pages for all audiences in pieces, each with a key of all that its pages rest on.

A piece whose key is that of the build before has the same pages, and need not be made again.  Of
lists the key says where everybody belongs, and what they ask for besides is taken down while they
are made: a department's month here or there, each with a digest of its own.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import get_args

from kpisite.core.digest import digest
from kpisite.core.month import Month
from kpisite.core.questions import answers
from kpisite.outcomes.outline import Outline, by_cell
from kpisite.pages.audience import Audience, Capability, card_path
from kpisite.pages.findings import issues_of
from kpisite.pages.page import Page
from kpisite.pages.plan import SitePlan
from kpisite.pages.registry import Listed, all_lists, own_lists
from kpisite.pages.seen import CELL, Asked

Pages = Callable[[], Iterator[Page]]

#: What may be asked of a department's month.
QUESTIONS: tuple[str, ...] = get_args(Asked)


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


Cells = Mapping[str, Mapping[str, str]]
"""By department's month, as questions name it, a digest of all that is answered of it, under
`ALL`, and what is answered to each question."""
ALL = "all"


class Shares:
    """The pieces of a plan; `look` is a digest of all that every page rests on, and `before` what
    the same program answered of departments' months in the build before."""

    def __init__(self, plan: SitePlan, look: str, before: Cells | None = None) -> None:
        self._plan = plan
        self._look = look
        self._before = before or {}
        self._readers: dict[str, str] = {}
        self._asked: dict[str, str] = {}
        self._where: dict[str, str] = {}

    def all(self) -> Iterator[Share]:
        """The lists of every tree about several people, the longest first, then those of each
        department, which several have alike, then what hangs on each person, a department's people
        together: what is read for one of them serves the next."""
        yield from self.lists()
        newest = {id: months[-1] for id, months in self._plan.by_employee.items()}
        yield from map(self._of_person, sorted(newest, key=lambda id: newest[id].department_id))

    def answers(self, asked: Iterable[str]) -> str:
        """A digest of what is answered now to all that was asked for."""
        return answers(asked, self._answer)

    def _answer(self, asked: str) -> str:
        if asked not in self._asked:
            self._asked[asked] = (
                self._answer_of_cell(*asked.split(" ", 2)[1:])
                if asked.startswith(f"{CELL} ")
                else self._plan.answer(asked)
            )
        return self._asked[asked]

    @cached_property
    def cells(self) -> Cells:
        """What is answered of departments' months; of one that is as it was, the same."""
        found: dict[str, Mapping[str, str]] = {}
        for cell, outlines in by_cell(self._plan.outlines).items():
            name, said = " ".join(cell), digest(*(one.said for one in outlines))
            before = self._before.get(name, {})
            found[name] = before if before.get(ALL) == said else {ALL: said, **_answered(outlines)}
        return found

    def asked_anew(self, before: Cells) -> frozenset[str]:
        """The questions for departments' months that are answered otherwise than `before`."""
        now = self.cells
        changed = [one for one in now.keys() | before.keys() if now.get(one) != before.get(one)]
        return frozenset(
            f"{CELL} {what} {one}"
            for one in changed
            for what in QUESTIONS
            if now.get(one, {}).get(what) != before.get(one, {}).get(what)
        )

    def _answer_of_cell(self, what: str, cell: str) -> str:
        return self.cells.get(cell, {}).get(what, "")

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
                    months = map(str, self._plan.seen_by(audience).months)
                    found = map(repr, issues_of(self._plan, audience, one.month))
                    places = digest(
                        *months, "", self._up_to[one.month], self._missing(audience), *found
                    )
                size = self._in_month["" if one.month is None else str(one.month)]
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
    def _in_month(self) -> Mapping[str, int]:
        """How many scorecards there are of each month, and of all."""
        return Counter(one.cell[0] for one in self._plan.outlines) | {"": len(self._plan.outlines)}

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
    def _person(self) -> Mapping[str, str]:
        """Where the scorecards of each appraisee belong."""
        return {
            id: digest(*(one.place for one in months))
            for id, months in self._plan.by_employee.items()
        }

    @cached_property
    def _in_department(self) -> Mapping[str, str]:
        """Where all scorecards belong of whoever has one from a department."""
        return {
            id: digest(
                id, *(self._person[one] for one in sorted({o.appraisee_id for o in several}))
            )
            for id, several in self._plan.by_department.items()
        }

    @cached_property
    def _up_to(self) -> Mapping[Month, str]:
        """Where everybody's scorecards belong up to each month."""
        by_month: defaultdict[Month, list[str]] = defaultdict(list)
        for one in self._plan.outlines:
            by_month[one.month].append(one.place)
        found, so_far = dict[Month, str](), ""
        for month, places in sorted(by_month.items()):
            found[month] = so_far = digest(so_far, *places)
        return found

    # People.

    def _of_person(self, id: str) -> Share:
        plan, months = self._plan, self._plan.by_employee[id]
        key = digest(
            self._look,
            plan.keys[id],
            *self._around(id),
            *(f"{one.path} {self._written(one)}" for one in months),
            *self._signed[id],
            *self._without_record[id],
        )
        return Share(
            name=f"person {id}",
            key=key,
            person=id,
            scorecards=len(months),
            parts=partial(self._parts_of, id, key),
        )

    def _around(self, id: str) -> Iterator[str]:
        """What all pages of a person rest on besides the records: whose trees they are in."""
        yield from (id, self._person[id], str(id in self._plan.own_trees))
        departments = {one.department_id for one in self._plan.by_employee[id]}
        yield from map(self._readers_in, sorted(departments))

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
                    self._written(one),
                    *(said for said in self._signed[id] if said.startswith(f"{one.path} ")),
                ),
                record=one.path,
                pages=partial(plan.cards.of_card, one),
            )
            for one in plan.by_employee[id]
        ]
        return [*parts, Part(name="", key=key, pages=partial(own_lists, plan, id))]

    def _written(self, one: Outline) -> str:
        """What is known of who wrote a record, and the figures that its month shares."""
        plan = self._plan
        if not plan.history.revisions and not plan.authors.stories:
            return plan.history.issue
        authors = map(plan.authors.digest_of, (one.path, f"records/{one.month}/month.toml"))
        return " ".join([repr(plan.history.of(one.path)), *authors])

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


def _answered(outlines: Sequence[Outline]) -> dict[str, str]:
    """What is answered of a department's month to each question."""
    return {
        what: digest(*(f"{one.path} {getattr(one, what)}" for one in outlines))
        for what in QUESTIONS
    }


def _share(name: str, key: str, several: Sequence[Pages], scorecards: int = 0) -> Share:
    """The share of some lists, all made together."""
    parts = [Part(name=str(index), key=key, pages=pages) for index, pages in enumerate(several)]
    return Share(name=name, key=key, scorecards=scorecards, parts=lambda: parts)
