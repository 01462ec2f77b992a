"""Each person alone, month after month, to the results."""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Set
from dataclasses import replace
from functools import cached_property
from itertools import chain, groupby

from kpisite.check.located import Located
from kpisite.core.address import month_of
from kpisite.core.digest import digest
from kpisite.core.immutable import immutable
from kpisite.core.questions import answers
from kpisite.examine.alone import Alone
from kpisite.examine.base import Base
from kpisite.examine.cells import PIECES_OF_CHECKS, PIECES_OF_PAGES, Cells, Found
from kpisite.examine.faces import (
    Face,
    FacesOf,
    KeptFaces,
    KeptGroup,
    in_groups,
    outlines_of,
)
from kpisite.examine.in_brief import RecordsOf, Whose, changed_cells, records_in
from kpisite.examine.kept import PERSON, WRITTEN, KeptPerson, KeptStep
from kpisite.examine.months import Months
from kpisite.examine.results import NO_PAST, Results
from kpisite.examine.run import Run
from kpisite.examine.written import written
from kpisite.outcomes.carry import EarlierMonths
from kpisite.outcomes.group import Groups, in_order
from kpisite.outcomes.outline import Cell, Outline, by_cell
from kpisite.outcomes.result_checks import RESULT_CHECKS

#: So many are a piece of the work.
PEOPLE_A_PIECE = 25
#: Of so many people what was kept is held at a time.
MOST_KEPT = 40

Steps = tuple[KeptStep, ...]


class People:
    """The appraisees of a sound site; those whose months are as they were are not looked at again,
    and of the others no month before the first that is another."""

    def __init__(
        self, run: Run, base: Base, alone: Alone, months: Months, *, is_shown: bool
    ) -> None:
        """Where it `is_shown`, all that pages ask for is found; else what checks need, and the rest
        only where the run before kept it of everybody, so that it stays whole."""
        self._is_wanted = is_shown
        self._run = run
        self._base = base
        self._alone = alone
        self._months = months
        self._kept_steps: dict[str, Steps] = {}
        self._found: dict[str, FacesOf] = {}
        self._of_unchanged: dict[str, RecordsOf] = {}
        self.cells = Cells(run.kept, lambda id: self._from(id, ()).found)

    @cached_property
    def whose(self) -> Mapping[str, str]:
        """By path the appraisee of each record; nobody else is looked at for those that are not as
        they were."""
        return Whose(self._records, self._months)

    def paths_of(self, id: str) -> tuple[str, ...]:
        """The paths of an appraisee's records, month by month, that of a whole month before those
        of its parts; none of nobody."""
        return tuple(self._records_of(id))

    def _records_of(self, id: str) -> RecordsOf:
        """The same with what is known of each; of those in groups that are the same, a group is
        read at a time."""
        if id in self._records:
            return self._records[id]
        if id in self._same_name_of and id not in self._of_unchanged:
            group = self._same[self._same_name_of[id]].group
            found = records_in(self._months, group.cells)
            self._of_unchanged |= {one: found[one] for one in group.people}
        return self._of_unchanged.get(id, {})

    @cached_property
    def _same_name_of(self) -> Mapping[str, str]:
        return {id: name for name, one in self._same.items() for id in one.group.people}

    @cached_property
    def _changed(self) -> frozenset[str]:
        """The departments' months in which a record, or what its result rests on, is another."""
        return changed_cells(self._before.groups.values(), self._months.cells)

    @cached_property
    def _records(self) -> Mapping[str, RecordsOf]:
        """The records of those who are in no group that is the same: theirs stand in departments'
        months that have changed, or that their group had before."""
        cells = self._changed.union(*(one.group.cells for one in self._other_groups.values()))
        found = records_in(self._months, sorted(cells & self._months.cells.keys()))
        return {id: one for id, one in found.items() if id not in self._same_name_of}

    def keys_up_to(self, id: str) -> Mapping[str, str]:
        """By month, a digest of all that an appraisee's results of the month rest on."""
        said = self._face(id).answers
        return {month: digest(key, said) for month, key in self._keys_of_months(id).items()}

    @cached_property
    def _keys(self) -> Mapping[str, str]:
        """By id, a digest of all that the results of those who are in no group that is the same
        rest on besides what they ask of the ground."""
        return {id: self._key(records) for id, records in self._records.items()}

    def _key(self, records: RecordsOf) -> str:
        rest_on = (f"{path} {rests_on}" for path, (_, rests_on) in records.items())
        return digest(self._base.of_core, *rest_on)

    def _keys_of_months(self, id: str) -> Mapping[str, str]:
        """By month, a digest of all that an appraisee's results of the month rest on, likewise:
        that of the month before is in it."""
        keys, key, records = dict[str, str](), self._base.of_core, self._records_of(id)
        for month, several in groupby(records, key=month_of):
            key = digest(key, *(f"{path} {records[path][1]}" for path in several))
            keys[month] = key
        return keys

    def key_of(self, id: str) -> str:
        """A digest of all that an appraisee's results rest on."""
        return self._face(id).full_key

    def _face(self, id: str) -> Face:
        return self._faces_in(self.groups.name_of[id])[id]

    @cached_property
    def _before(self) -> KeptFaces:
        """Everybody's faces as they were kept."""
        return KeptFaces(self._run.kept)

    @cached_property
    def _same(self) -> Mapping[str, KeptGroup]:
        """The groups in which there is all that is wanted, and nobody is another, on this ground:
        nobody in them is looked at.  All that one has of departments' months is as it was, and
        nobody of it stands in another's that has changed."""
        ground, in_cell = self._run.inputs.of_ground, self._months.in_cell
        there = self._changed & self._months.cells.keys()
        others = {one.appraisee for cell in there for one in in_cell(cell).values()}
        return {
            name: one
            for name, one in self._before.groups.items()
            if (one.group.is_shown or not self._is_wanted)
            and one.ground == ground
            and self._changed.isdisjoint(one.group.cells)
            and others.isdisjoint(one.group.people)
        }

    @property
    def _other_groups(self) -> Mapping[str, KeptGroup]:
        """The others as they were."""
        return {name: one for name, one in self._before.groups.items() if name not in self._same}

    @cached_property
    def _others_before(self) -> FacesOf:
        """Those in these as far as they were kept."""
        return {id: one for name in self._other_groups for id, one in self._before.of(name).items()}

    @cached_property
    def _unchanged_faces(self) -> FacesOf:
        """Those of them in which there is all that is wanted and whose ground answers as it did."""
        groups, ground = self._before.groups, self._run.inputs.of_ground
        on_ground = {
            id for one in groups.values() if one.ground == ground for id in one.group.people
        }
        return {
            id: one
            for id, one in self._others_before.items()
            if (one.is_shown or not self._is_wanted) and (id in on_ground or self._is_answered(one))
        }

    @cached_property
    def is_shown(self) -> bool:
        """Whether all that pages ask for is found."""
        return (
            self._is_wanted
            or any(one.group.is_shown for one in self._same.values())
            or any(
                one.is_shown and one.key == self._keys.get(id)
                for id, one in self._unchanged_faces.items()
            )
        )

    @cached_property
    def groups(self) -> Groups:
        """Everybody, group by group: what is to be known of each appraisee without reading
        more."""
        kept = self._run.kept
        before, sound = self._others_before, self._unchanged_faces
        keys = self._keys
        todo = [id for id, key in keys.items() if id not in sound or sound[id].key != key]
        starts = {id: self._unchanged(id) if id in sound else () for id in todo}
        self._prepare(starts)
        faces = {id: before[id] for id in keys if id not in starts}
        made: dict[str, Found] = {}
        for id, one in self._run.each(
            todo, lambda id: _sent(self._from(id, starts[id])), PEOPLE_A_PIECE
        ):
            faces[id] = self._face_of(id, keys[id], one, before[id] if starts[id] else NOBODY)
            kept.put(f"person {id}", faces[id].full_key, WRITTEN, one.person)
            made[id] = one.found
        groups = self._regrouped(faces)
        gone = {id for one in self._other_groups.values() for id in one.group.people} - faces.keys()
        for id in gone:
            kept.drop(f"person {id}")
        others = made.keys() | gone
        self._keep_cells(groups, made, before, others)
        return groups

    def _face_of(self, id: str, key: str, made: "_Sent", old: Face) -> Face:
        """The face of somebody of whom this was `made`, and whose first months are as in `old`."""
        at = {each.path: each for each in (*old.outlines, *made.outlines)}
        asked = tuple(sorted({*old.asked, *made.asked}))
        said = answers(asked, self._base.answer)
        outlines = tuple(at[path] for path in self.paths_of(id))
        return Face(key, outlines, made.has_issues, asked, said)

    def _face_again(self, id: str) -> Face:
        return self._face_of(id, self._key(self._records_of(id)), _sent(self._from(id, ())), NOBODY)

    def _regrouped(self, faces: FacesOf) -> Groups:
        """The groups that are as they were, and these people in theirs, all of which are kept."""
        found = dict(in_groups(faces))
        for name in found.keys() & self._same.keys():  # somebody has joined it
            found[name] = dict(sorted((*self._faces_in(name).items(), *found[name].items())))
        ground = self._run.inputs.of_ground
        cells = self._months.cells
        of_found = {name: KeptGroup.of(ground, cells, one) for name, one in found.items()}
        groups = dict(sorted((dict(self._same) | of_found).items()))
        self._before.keep(groups, found)
        self._found = found
        return Groups(
            {name: one.group for name, one in groups.items()},
            lambda name: outlines_of(self._faces_in(name)),
        )

    def _faces_in(self, name: str) -> FacesOf:
        """The faces in a group; those of one that the store has lost are found again."""
        if name in self._found:
            return self._found[name]
        kept = self._before.of(name)
        if not kept:
            group = self._same[name].group
            kept = {id: self._face_again(id) for id in group.people}
            self._before.put(name, group.key, kept)
        self._found[name] = kept
        return kept

    def _keep_cells(
        self, groups: Groups, made: Mapping[str, Found], before: FacesOf, others: Set[str]
    ) -> None:
        """Keeps the departments' months of those who are `others` than `before`."""
        of_others = chain(
            (one for id in others & before.keys() for one in before[id].outlines),
            (one for id in others & groups.name_of.keys() for one in groups.of_person(id)),
        )
        changed = {one.cell for one in of_others}
        if not changed:
            return
        names = {" ".join(cell) for cell in changed}
        unchanged = [
            one
            for name, kept in self._same.items()
            if not names.isdisjoint(kept.group.cells)
            for several in outlines_of(self._faces_in(name)).values()
            for one in several
        ]
        self.cells.bring_up_to_date(
            _cells((*unchanged, *_outlines(before)), changed),
            {cell: list(groups.in_cell(cell)) for cell in sorted(changed) if groups.in_cell(cell)},
            made,
            PIECES_OF_PAGES if self.is_shown else PIECES_OF_CHECKS,
        )

    def _is_answered(self, one: Face) -> bool:
        """Whether the ground answers as it did."""
        return one.answers == answers(one.asked, self._base.answer)

    def _unchanged(self, id: str) -> Steps:
        """The first months of an appraisee that are as they were."""
        before = self._run.kept.get(f"person {id}", "", PERSON)
        same: list[KeptStep] = []
        keys = self._keys_of_months(id).items()
        for one, now in zip(() if before is None else before.steps, keys, strict=False):
            if (one.month, one.key) != now:
                break
            same.append(one)
        return tuple(same)

    def _prepare(self, starts: Mapping[str, Steps]) -> None:
        """Has at hand, before the fork and once for all, what the months to come ask for."""
        wanted = {
            (month_of(path), department)
            for id, done in starts.items()
            for path, (department, _) in self._records_of(id).items()
            if not done or month_of(path) > done[-1].month
        }
        for month, department in sorted(wanted):
            self._months.places(month, [department])

    @cached_property
    def results(self) -> Results:
        """What everybody's records come to."""
        return Results(self._base, self._alone, self._months, self.paths_of, self._kept_after)

    def _kept_after(self, id: str, month: str) -> EarlierMonths:
        return next(one.after for one in self._steps_of(id) if one.month == month)

    def issues_of(self, id: str) -> Iterator[Located]:
        """What is wrong in an appraisee's results."""
        return chain.from_iterable(one.issues for one in self._steps_of(id))

    def _steps_of(self, id: str) -> Steps:
        """An appraisee's months, of which those of few people are held at a time."""
        if id not in self._kept_steps:
            if len(self._kept_steps) >= MOST_KEPT:
                self._kept_steps.clear()
            kept = self._run.kept.get(f"person {id}", self.key_of(id), PERSON)
            self._kept_steps[id] = self._from(id, ()).steps if kept is None else kept.steps
        return self._kept_steps[id]

    def _from(self, id: str, done: Steps) -> "_Made":
        """An appraisee's months after those that are `done`, in all forms in which they are
        kept."""
        with self._base.questions.taken() as asked:
            made = self._made(id, done)
        return replace(made, asked=tuple(asked))

    def _made(self, id: str, done: Steps) -> "_Made":
        ground, keys = self._base.ground, self._keys_of_months(id)
        steps, outlines = list(done), list[Outline]()
        found_here: defaultdict[str, dict[str, bytes]] = defaultdict(dict)
        past = (done[-1].month, done[-1].after) if done else NO_PAST
        for month, found, after in self.results.after(id, *past):
            issues = self._base.located(
                issue for one in found for check in RESULT_CHECKS for issue in check(ground, one)
            )
            steps.append(KeptStep(month=month, key=keys[month], issues=issues, after=after))
            for one in found:
                outline, pieces = written(ground, one, is_shown=self.is_shown)
                outlines.append(outline)
                for name, content in pieces.items():
                    found_here[name][outline.path] = content
        return _Made(steps=tuple(steps), found=dict(found_here), outlines=tuple(outlines))


@immutable
class _Made:
    """An appraisee's months: the steps are those of all, what is found and the outlines those of
    the months that are new, and `asked` what was asked of the ground for these."""

    steps: Steps
    found: Found
    outlines: tuple[Outline, ...]
    asked: tuple[str, ...] = ()


@immutable
class _Sent:
    """The same as it comes from another process: written already, as it is much to take apart and
    to put together again."""

    person: bytes
    has_issues: bool
    found: Found
    outlines: tuple[Outline, ...]
    asked: tuple[str, ...]


def _sent(made: _Made) -> _Sent:
    return _Sent(
        person=PERSON.as_bytes(KeptPerson(steps=made.steps)),
        has_issues=any(step.issues for step in made.steps),
        found=made.found,
        outlines=made.outlines,
        asked=made.asked,
    )


#: Of whom nothing was known before.
NOBODY = Face("", (), has_issues=False)


def _outlines(faces: FacesOf) -> Iterator[Outline]:
    return chain.from_iterable(one.outlines for one in faces.values())


def _cells(outlines: Iterable[Outline], among: Container[Cell]) -> Mapping[Cell, list[Outline]]:
    """The scorecards in outline by department and month, `among` some of these, those of each by
    appraisee."""
    some = (one for one in outlines if one.cell in among)
    return by_cell(sorted(some, key=in_order))
