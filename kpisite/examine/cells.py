"""What spans people, kept a department's month at a time: briefs, lists of wages, what checks need.

So a changed mark has one department's month read and written again, and not everybody's.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

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


#: How it comes from another process: pickling costs more than twice as much.
FOUND = Serial(Found)


@dataclass(frozen=True, slots=True)
class Piece(Generic[T]):
    """One thing that is kept of each department's month: its name, how, and where it is `Found`."""

    name: str
    kind: Kind[dict[str, T]]
    part: Callable[[Found], Mapping[str, T]]


BRIEFS = Piece("briefs", Serial(dict[str, Brief]), lambda one: one.briefs)
PAY_ROWS = Piece("pay", Serial(dict[str, PayRow]), lambda one: one.pay_rows)
AFTERMATHS = Piece("after", Serial(dict[str, Aftermath]), lambda one: one.aftermaths)
PIECES: tuple[Piece[Any], ...] = (BRIEFS, PAY_ROWS, AFTERMATHS)


class Cells:
    """The departments' months; `find` finds again all of an appraisee that the store has lost."""

    def __init__(self, kept: Kept, find: Callable[[str], Found]) -> None:
        self._kept = kept
        self._find = find
        self._read: dict[tuple[str, Cell], Mapping[str, object]] = {}

    def briefs(self, cell: Cell, of: Iterable[Outline]) -> Mapping[str, Brief]:
        """The months in brief of a cell, whose outlines are these."""
        return self._all(BRIEFS, cell, of)

    def pay_rows(self, cell: Cell, of: Iterable[Outline]) -> Mapping[str, PayRow]:
        """What lists of wages unfold of them."""
        return self._all(PAY_ROWS, cell, of)

    def aftermaths(self, cell: Cell, of: Iterable[Outline]) -> Mapping[str, Aftermath]:
        """What the checks of a month need of them."""
        return self._all(AFTERMATHS, cell, of)

    def _all(self, piece: Piece[T], cell: Cell, of: Iterable[Outline]) -> Mapping[str, T]:
        if (piece.name, cell) not in self._read:
            outlines = tuple(of)
            found = self._kept.get(_name(piece, cell), _key(outlines), piece.kind)
            if found is None:
                found = {}
                for id in {one.appraisee_id for one in outlines}:
                    found |= piece.part(self._find(id))
            self._read[piece.name, cell] = found
        return self._read[piece.name, cell]  # type: ignore[return-value]

    def bring_up_to_date(
        self,
        before: Mapping[Cell, list[Outline]],
        now: Mapping[Cell, list[Outline]],
        found: Mapping[str, Found],
    ) -> None:
        """Keeps the cells that are others than `before`, with what was `found` by appraisee."""
        for cell in before.keys() - now.keys():
            for piece in PIECES:
                self._kept.drop(_name(piece, cell))
        for cell, outlines in now.items():
            old = before.get(cell, [])
            for piece in PIECES if outlines != old else ():
                self._renew(piece, cell, old, outlines, found)

    def _renew(
        self,
        piece: Piece[T],
        cell: Cell,
        old: Iterable[Outline],
        outlines: Iterable[Outline],
        found: Mapping[str, Found],
    ) -> None:
        known: dict[str, T] | None = None
        made: dict[str, T] = {}
        for one in outlines:
            fresh = piece.part(found[one.appraisee_id]) if one.appraisee_id in found else {}
            if one.path in fresh:
                made[one.path] = fresh[one.path]
                continue
            if known is None:
                known = self._kept.get(_name(piece, cell), _key(old), piece.kind) or {}
            if one.path not in known:
                known |= piece.part(self._find(one.appraisee_id))
            made[one.path] = known[one.path]
        self._kept.put(_name(piece, cell), _key(outlines), piece.kind, made)
        self._read[piece.name, cell] = made


def _name(piece: Piece[Any], cell: Cell) -> str:
    return f"{piece.name} {' '.join(cell)}"


def _key(outlines: Iterable[Outline]) -> str:
    return digest(*(f"{one.path} {one.whole} {one.pay_row} {one.aftermath}" for one in outlines))
