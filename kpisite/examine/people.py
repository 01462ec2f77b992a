"""Each person alone, month after month, to the results."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property
from itertools import groupby

from kpisite.core.digest import digest
from kpisite.examine.alone import Alone
from kpisite.examine.base import Base
from kpisite.examine.kept import FACES, PERSON, Face, KeptPerson
from kpisite.examine.months import Months
from kpisite.examine.run import Run
from kpisite.outcomes.aftermath import AFTERMATHS, aftermath_of
from kpisite.outcomes.brief import BRIEFS, brief_of
from kpisite.outcomes.carry import NO_HISTORY
from kpisite.outcomes.result_checks import RESULT_CHECKS
from kpisite.outcomes.results import Result, finish
from kpisite.pages.pay_rows import PAY_ROWS, PayRow, pay_row_of

#: So many are a piece of the work.
PEOPLE_A_PIECE = 25


class People:
    """The appraisees of a sound site; those whose months are as they were are not looked at
    again."""

    def __init__(self, run: Run, base: Base, alone: Alone, months: Months) -> None:
        self._run = run
        self._base = base
        self._alone = alone
        self._months = months
        self._read: dict[str, KeptPerson] = {}

    @cached_property
    def paths(self) -> Mapping[str, tuple[str, ...]]:
        """By id the paths of an appraisee's records, month by month, that of a whole month before
        those of its parts."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for in_brief in self._months.in_brief.values():
            for path, (appraisee, _) in in_brief.of_records.items():
                found[appraisee].append(path)
        return {id: tuple(paths) for id, paths in sorted(found.items())}

    @cached_property
    def _keys(self) -> Mapping[str, str]:
        """By id, a digest of all that an appraisee's results rest on."""
        rests_on = {
            path: one
            for in_brief in self._months.in_brief.values()
            for path, (_, one) in in_brief.of_records.items()
        }
        of_ground = self._run.inputs.of_ground
        return {
            id: digest(of_ground, *(f"{path} {rests_on[path]}" for path in paths))
            for id, paths in self.paths.items()
        }

    @cached_property
    def faces(self) -> Mapping[str, Face]:
        """What is to be known of each appraisee without reading more."""
        kept = self._run.kept
        before = kept.get("people", "", FACES) or {}
        todo = [id for id, key in self._keys.items() if id not in before or before[id].key != key]
        for month in self._run.inputs.by_month if todo else ():
            self._months.places(month)  # before the fork, once for all
        found = self._run.for_each(todo, self._found, PEOPLE_A_PIECE)
        for id, (person, pay_rows) in found.items():
            kept.put(f"person {id}", self._keys[id], PERSON, person)
            kept.put(f"pay {id}", self._keys[id], PAY_ROWS, pay_rows)
            self._read[id] = person
        faces = {
            id: _face(key, *found[id]) if id in found else before[id]
            for id, key in self._keys.items()
        }
        if found or faces.keys() != before.keys():
            for id in before.keys() - faces.keys():
                kept.drop(f"person {id}")
                kept.drop(f"pay {id}")
            kept.put("people", "", FACES, faces)
        return faces

    def person(self, id: str) -> KeptPerson:
        """An appraisee's months in brief."""
        if id not in self._read:
            kept = self._run.kept.get(f"person {id}", self.faces[id].key, PERSON)
            self._read[id] = self._found(id)[0] if kept is None else kept
        return self._read[id]

    def pay_rows(self, id: str) -> tuple[PayRow, ...]:
        """What lists of wages unfold of an appraisee's months."""
        kept = self._run.kept.get(f"pay {id}", self.faces[id].key, PAY_ROWS)
        return self._found(id)[1] if kept is None else kept

    def _found(self, id: str) -> tuple[KeptPerson, tuple[PayRow, ...]]:
        ground, found = self._base.ground, self.results_of(id)
        person = KeptPerson(
            briefs=tuple(brief_of(ground, one) for one in found),
            aftermaths=tuple(aftermath_of(ground, one) for one in found),
            issues=self._base.located(
                issue for one in found for check in RESULT_CHECKS for issue in check(ground, one)
            ),
        )
        return person, tuple(pay_row_of(one, ground.site.model.language) for one in found)

    def results_of(self, id: str) -> tuple[Result, ...]:
        """An appraisee's results, month by month; none of somebody who has no record."""
        scorer = self._alone.scorer
        history, made = NO_HISTORY, list[Result]()
        for month, several in groupby(self.paths.get(id, ()), key=month_of):
            places = self._months.places(month)
            cards = tuple(scorer.card(self._base.records.at(path)) for path in several)
            found, history = finish(
                self._base.ground, cards, places.standings, places.pools, history
            )
            made += found
        return tuple(made)


def month_of(path: str) -> str:
    """The month that the record at `path` stands under."""
    return path.split("/")[1]


def _face(key: str, person: KeptPerson, pay_rows: Iterable[PayRow]) -> Face:
    return Face(
        key=key,
        aftermaths=digest(AFTERMATHS.as_bytes(person.aftermaths).decode()),
        of_records={
            brief.path: (
                digest(BRIEFS.as_bytes((brief,)).decode()),
                digest(PAY_ROWS.as_bytes((row,)).decode()),
            )
            for brief, row in zip(person.briefs, pay_rows, strict=True)
        },
        has_issues=bool(person.issues),
    )
