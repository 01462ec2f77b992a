"""Records on forms that fold earlier months, which are scored before their months are placed.

Each rests on its appraisee's earlier months and on nobody else's, so that people are shared out
over the processes, each with all the months that are to be scored.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Self

from kpisite.check.entry import Entry
from kpisite.check.ground import Ground
from kpisite.core.address import appraisee_of
from kpisite.core.immutable import immutable
from kpisite.examine.alone import Alone
from kpisite.examine.base import Base
from kpisite.examine.rows import Rows
from kpisite.examine.run import Run
from kpisite.language.figures.earlier import MonthBefore
from kpisite.outcomes.placing import Placing, placing_of
from kpisite.score.card import Scorecard
from kpisite.score.handed import Taking, handed_on

#: So many are a piece of the work.
PEOPLE_A_PIECE = 25


@immutable
class Scored:
    """What a record's scorecard is to its month, what it takes of earlier ones, and hands on."""

    placing: Placing
    taking: Taking | None
    handed: MonthBefore | None

    @classmethod
    def of(cls, ground: Ground, card: Scorecard) -> Self:
        """That of a scorecard."""
        return cls(
            placing=placing_of(ground, card),
            taking=Taking.of(Entry.of(ground, card.record)),
            handed=handed_on(ground, card),
        )


def scored_ahead(run: Run, base: Base, alone: Alone, months: Iterable[Rows]) -> dict[str, Scored]:
    """By path the records of these months, one after the other, that look back and not around, of
    everybody of whom no month does both: what others come to is only known month by month.  Parts
    of months and one-off appraisals hand nothing on."""
    paths: defaultdict[str, list[str]] = defaultdict(list)
    look_around: set[str] = set()
    for rows in months:
        for path, row in rows.items():
            if row.looks_back and not row.looks_around:
                paths[appraisee_of(path)].append(path)
            is_handed_on = row.recorded is not None and row.recorded.is_of_month
            if row.looks_around and is_handed_on:
                look_around.add(appraisee_of(path))

    def of_person(id: str) -> list[Scored]:
        found = []
        for path in paths[id]:
            found.append(Scored.of(base.ground, alone.scorer.card(base.records.at(path))))
            alone.handed.put(path, found[-1].handed)
        return found

    people = [id for id in paths if id not in look_around]
    found = run.for_each(people, of_person, PEOPLE_A_PIECE)
    return {path: one for id in people for path, one in zip(paths[id], found[id], strict=True)}
