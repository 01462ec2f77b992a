"""What spans people, kept a department's month at a time: briefs, lists of wages, what checks need.

So a changed mark has one department's month read and written again, and not everybody's.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Generic, TypeVar

from kpisite.core.digest import digest
from kpisite.core.immutable import immutable
from kpisite.core.recent import Recent
from kpisite.examine.kept import WRITTEN, Kept
from kpisite.language.serial import Serial
from kpisite.outcomes.aftermath import Aftermath
from kpisite.outcomes.brief import Brief
from kpisite.outcomes.outline import Cell, Outline
from kpisite.pages.pay_rows import PayRow

T = TypeVar("T")

#: What is kept of so many scorecards is held as it was read, that of the cells asked for last.
MOST_HELD = 3000

Found = Mapping[str, Mapping[str, bytes]]
"""What is kept of some of an appraisee's scorecards, by the name of its piece and the path of each,
as JSON: it is written once, where it is made, and joined to what is kept of others as it is."""


@immutable(kw_only=False)
class Piece(Generic[T]):
    """One thing that is kept of each department's month: its name, how that of one scorecard and
    those of all are written, and the digest of one in its outline."""

    name: str
    one: Serial[T]
    all: Serial[dict[str, T]]
    digest_in: Callable[[Outline], str]


BRIEFS = Piece("briefs", Serial(Brief), Serial(dict[str, Brief]), lambda one: one.whole)
PAY_ROWS = Piece("pay", Serial(PayRow), Serial(dict[str, PayRow]), lambda one: one.pay_row)
AFTERMATHS = Piece(
    "after", Serial(Aftermath), Serial(dict[str, Aftermath]), lambda one: one.aftermath
)
#: What pages show of a scorecard, and what checks need, which is enough where nothing is built.
PIECES_OF_PAGES: tuple[Piece[Any], ...] = (BRIEFS, PAY_ROWS, AFTERMATHS)
PIECES_OF_CHECKS: tuple[Piece[Any], ...] = (AFTERMATHS,)


class Cells:
    """The departments' months; `find` finds again all of an appraisee that the store has lost."""

    def __init__(self, kept: Kept, find: Callable[[str], Found]) -> None:
        self._kept = kept
        self._find = find
        self._held = Recent[tuple[str, Cell], Mapping[str, Any]](MOST_HELD)

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
        name = piece.name, cell
        found: Mapping[str, T] | None = self._held.get(name)
        if found is None:
            found = self._known(piece, cell, tuple(of))
            self._held.hold(name, found)
        return found

    def _known(self, piece: Piece[T], cell: Cell, outlines: Iterable[Outline]) -> Mapping[str, T]:
        """What is kept of a cell with these outlines, or is found again."""
        kept = self._kept.get(_name(piece, cell), _key(piece, outlines), piece.all)
        if kept is not None:
            return kept
        again = {id: self._find(id) for id in {one.appraisee_id for one in outlines}}
        written = {one.path: again[one.appraisee_id][piece.name][one.path] for one in outlines}
        return piece.all.from_bytes(_joined(written))

    def bring_up_to_date(
        self,
        before: Mapping[Cell, list[Outline]],
        now: Mapping[Cell, list[Outline]],
        found: Mapping[str, Found],
        pieces: Iterable[Piece[Any]],
    ) -> None:
        """Keeps these pieces of the cells that are others than `before`, with what was `found` by
        appraisee."""
        for cell in before.keys() - now.keys():
            for piece in PIECES_OF_PAGES:
                self._kept.drop(_name(piece, cell))
        for piece in pieces:
            for cell, outlines in now.items():
                old = before.get(cell, [])
                if _key(piece, outlines) != _key(piece, old):
                    self._renew(piece, cell, old, outlines, found)

    def _renew(
        self,
        piece: Piece[Any],
        cell: Cell,
        old: Iterable[Outline],
        outlines: Iterable[Outline],
        found: Mapping[str, Found],
    ) -> None:
        known: dict[str, bytes] | None = None
        made: dict[str, bytes] = {}
        for one in outlines:
            fresh = found.get(one.appraisee_id, {}).get(piece.name, {})
            if one.path in fresh:
                made[one.path] = fresh[one.path]
                continue
            if known is None:
                kept = self._kept.get(_name(piece, cell), _key(piece, old), piece.all) or {}
                known = {path: piece.one.as_bytes(value) for path, value in kept.items()}
            if one.path not in known:
                known |= self._find(one.appraisee_id)[piece.name]
            made[one.path] = known[one.path]
        self._kept.put(_name(piece, cell), _key(piece, outlines), WRITTEN, _joined(made))


def _joined(written: Mapping[str, bytes]) -> bytes:
    """Values that are written already as one, each by its path."""
    rows = (json.dumps(path).encode() + b":" + value for path, value in written.items())
    return b"{" + b",".join(rows) + b"}"


def _name(piece: Piece[Any], cell: Cell) -> str:
    return f"{piece.name} {' '.join(cell)}"


def _key(piece: Piece[Any], outlines: Iterable[Outline]) -> str:
    return digest(*(f"{one.path} {piece.digest_in(one)}" for one in outlines))
