"""The table that a number is looked up in: `80,000 ≤ 126,000 < 130,000 → 1%`."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from operator import eq, ge, gt, le, lt
from typing import ClassVar

from kpisite.core.exact import ZERO, compare
from kpisite.core.formula.base import Binding, Cells, Figures, Formula, bracketed, settled
from kpisite.core.immutable import immutable


@immutable(kw_only=False)
class Edge:
    """Where a row begins: `from` (≥) or `above` (>) on a rising table, `to` (≤) or `below` (<)
    on a falling one.  A row with no edge takes the rest."""

    sign: str
    at: Formula

    def holds(self, value: Decimal, parts: Figures) -> bool:
        """Whether `value` lies on this side of the edge; on the edge itself, ≥ and ≤ hold."""
        return HOLDS[self.sign](compare(value, self.at.value(parts)), 0)


HOLDS: Mapping[str, Callable[[int, int], bool]] = {
    "≥": ge, ">": gt, "≤": le, "<": lt, "=": eq,
}  # fmt: skip
OPPOSITE_SIGNS = {"≥": "<", ">": "≤", "≤": ">", "<": "≥"}
MIRRORED_SIGNS = {"≥": "≤", ">": "<", "≤": "≥", "<": ">"}
SPREADSHEET_SIGNS = {"≥": ">=", ">": ">", "≤": "<=", "<": "<", "=": "="}


@immutable(kw_only=False)
class LookupRow:
    """One line of a table: the edge at which it begins, and what it gives."""

    edge: Edge | None
    gives: Formula


@immutable(kw_only=False)
class Lookup(Formula):
    """The first row, from the top, on which a number stands; zero below the last."""

    of: Formula
    rows: tuple[LookupRow, ...]
    binding: ClassVar[Binding] = Binding.CHOICE

    def _row(self, parts: Figures) -> int:
        """Which row it stands on; beyond the last, that many."""
        value = self.of.value(parts)
        for index, row in enumerate(self.rows):
            if row.edge is None or row.edge.holds(value, parts):
                return index
        return len(self.rows)

    def value(self, parts: Figures) -> Decimal:
        index = self._row(parts)
        return self.rows[index].gives.value(parts) if index < len(self.rows) else ZERO

    def text(self, parts: Figures) -> str:
        """The number between the two edges of its row: `80,000 ≤ 126,000 < 130,000 → 1%`."""
        index = self._row(parts)
        row = self.rows[index] if index < len(self.rows) else None
        edge = None if row is None else row.edge
        beyond = self.rows[index - 1].edge if index else None
        gives = "0" if row is None else row.gives.text(parts)
        if edge is None and beyond is None:
            return gives
        return f"{range_text(self.of, edge, beyond, parts)} → {gives}"

    def cell(self, cells: Cells) -> str:
        of, formula = settled(self.of, cells), "0"
        for row in reversed(self.rows):
            gives = row.gives.cell(cells)
            if row.edge is None:
                formula = gives
            else:
                sign = SPREADSHEET_SIGNS[row.edge.sign]
                at = settled(row.edge.at, cells)
                formula = f"IF({of}{sign}{at},{gives},{formula})"
        return formula

    @property
    def cell_binding(self) -> Binding:
        """A function's own brackets hold what is in it, unless the first row takes all."""
        return self.binding if self.rows and self.rows[0].edge is None else Binding.ATOM


def range_text(of: Formula, edge: Edge | None, beyond: Edge | None, parts: Figures) -> str:
    """A number between the edge of its row and that of the row before: `94% ≤ 96% < 97%`."""
    bounds = [] if edge is None else [(edge.sign, edge.at.text(parts))]
    if beyond is not None:
        bounds.append((OPPOSITE_SIGNS[beyond.sign], beyond.at.text(parts)))
    number = bracketed(of, parts, Binding.SUM)
    below = "".join(f"{at} {MIRRORED_SIGNS[sign]} " for sign, at in bounds if sign in "≥>")
    above = "".join(f" {sign} {at}" for sign, at in bounds if sign in "≤<")
    if below and not above:
        (sign, at), *_ = bounds
        return f"{number} {sign} {at}"
    return f"{below}{number}{above}"
