"""What spans people, kept a department's month at a time: briefs, lists of wages, what checks need.

So a changed mark has one department's month read and written again, and not everybody's.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from kpisite.core.digest import digest
from kpisite.examine.kept import Kept, Kind
from kpisite.language.serial import Serial
from kpisite.outcomes.aftermath import Aftermath
from kpisite.outcomes.brief import Brief
from kpisite.outcomes.outline import Cell, Outline
from kpisite.pages.pay_rows import PayRow

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What is kept of some of an appraisee's scorecards, each by its path."""

    briefs: Mapping[str, Brief]
    pay_rows: Mapping[str, PayRow]
    aftermaths: Mapping[str, Aftermath]


BRIEFS = Serial(dict[str, Brief])
PAY_ROWS = Serial(dict[str, PayRow])
AFTERMATHS = Serial(dict[str, Aftermath])


class Cells:
    """The departments' months; `find` finds again all of an appraisee that the store has lost."""

    def __init__(self, kept: Kept, find: Callable[[str], Found]) -> None:
        self._kept = kept
        self._find = find
        self._read: dict[tuple[str, Cell], Mapping[str, object]] = {}

    def briefs(self, cell: Cell, of: Iterable[Outline]) -> Mapping[str, Brief]:
        """The months in brief of a cell, whose outlines are these."""
        return self._all("briefs", cell, of, BRIEFS, lambda one: one.briefs)

    def pay_rows(self, cell: Cell, of: Iterable[Outline]) -> Mapping[str, PayRow]:
        """What lists of wages unfold of them."""
        return self._all("pay", cell, of, PAY_ROWS, lambda one: one.pay_rows)

    def aftermaths(self, cell: Cell, of: Iterable[Outline]) -> Mapping[str, Aftermath]:
        """What the checks of a month need of them."""
        return self._all("after", cell, of, AFTERMATHS, lambda one: one.aftermaths)

    def _all(
        self,
        name: str,
        cell: Cell,
        of: Iterable[Outline],
        kind: Kind[dict[str, T]],
        part: Callable[[Found], Mapping[str, T]],
    ) -> Mapping[str, T]:
        if (name, cell) not in self._read:
            outlines = tuple(of)
            found = self._kept.get(_name(name, cell), _key(outlines), kind)
            if found is None:
                found = {}
                for id in {one.appraisee_id for one in outlines}:
                    found |= part(self._find(id))
            self._read[name, cell] = found
        return self._read[name, cell]  # type: ignore[return-value]

    def bring_up_to_date(
        self,
        before: Mapping[Cell, list[Outline]],
        now: Mapping[Cell, list[Outline]],
        found: Mapping[str, Found],
    ) -> None:
        """Keeps the cells that are others than `before`, with what was `found` by appraisee."""
        for cell in before.keys() - now.keys():
            for name in ("briefs", "pay", "after"):
                self._kept.drop(_name(name, cell))
        for cell, outlines in now.items():
            old = before.get(cell, [])
            if outlines != old:
                self._renew("briefs", cell, old, outlines, BRIEFS, found, lambda one: one.briefs)
                self._renew("pay", cell, old, outlines, PAY_ROWS, found, lambda one: one.pay_rows)
                self._renew(
                    "after", cell, old, outlines, AFTERMATHS, found, lambda one: one.aftermaths
                )

    def _renew(
        self,
        name: str,
        cell: Cell,
        old: Iterable[Outline],
        outlines: Iterable[Outline],
        kind: Kind[dict[str, T]],
        found: Mapping[str, Found],
        part: Callable[[Found], Mapping[str, T]],
    ) -> None:
        known: dict[str, T] | None = None
        made: dict[str, T] = {}
        for one in outlines:
            fresh = part(found[one.appraisee_id]) if one.appraisee_id in found else {}
            if one.path in fresh:
                made[one.path] = fresh[one.path]
                continue
            if known is None:
                known = self._kept.get(_name(name, cell), _key(old), kind) or {}
            if one.path not in known:
                known |= part(self._find(one.appraisee_id))
            made[one.path] = known[one.path]
        self._kept.put(_name(name, cell), _key(outlines), kind, made)
        self._read[name, cell] = made


def _name(name: str, cell: Cell) -> str:
    return f"{name} {' '.join(cell)}"


def _key(outlines: Iterable[Outline]) -> str:
    return digest(*(f"{one.path} {one.whole} {one.pay_row} {one.aftermath}" for one in outlines))
