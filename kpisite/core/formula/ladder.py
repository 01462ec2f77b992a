"""The table that a number is looked up in: `80,000 ≤ 126,000 < 130,000 → 1%`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from operator import ge, gt, le, lt
from typing import ClassVar

from kpisite.core.exact import ZERO, compare
from kpisite.core.formula.base import Binding, Cells, Figures, Formula, bracketed, settled


@dataclass(frozen=True, slots=True)
class Edge:
    """Where a rung begins: `from` (≥) or `above` (>) on a rising ladder, `to` (≤) or `below` (<)
    on a falling one.  A rung with no edge takes the rest."""

    sign: str
    at: Formula

    def holds(self, value: Decimal, parts: Figures) -> bool:
        """Whether `value` lies on this side of the edge; on the edge itself, ≥ and ≤ hold."""
        return HOLDS[self.sign](compare(value, self.at.value(parts)), 0)


HOLDS: Mapping[str, Callable[[int, int], bool]] = {"≥": ge, ">": gt, "≤": le, "<": lt}
OPPOSITE_SIGNS = {"≥": "<", ">": "≤", "≤": ">", "<": "≥"}
MIRRORED_SIGNS = {"≥": "≤", ">": "<"}
SPREADSHEET_SIGNS = {"≥": ">=", ">": ">", "≤": "<=", "<": "<"}


@dataclass(frozen=True, slots=True)
class Rung:
    """One line of a table: the edge at which it begins, and what it gives."""

    edge: Edge | None
    gives: Formula


@dataclass(frozen=True, slots=True)
class Ladder(Formula):
    """The first rung, from the top, on which a number stands; zero below the last."""

    of: Formula
    rungs: tuple[Rung, ...]
    binding: ClassVar[Binding] = Binding.CHOICE

    def _rung(self, parts: Figures) -> Rung | None:
        value = self.of.value(parts)
        for rung in self.rungs:
            if rung.edge is None or rung.edge.holds(value, parts):
                return rung
        return None

    def value(self, parts: Figures) -> Decimal:
        rung = self._rung(parts)
        return ZERO if rung is None else rung.gives.value(parts)

    def text(self, parts: Figures) -> str:
        """The number between the two edges of its rung: `80,000 ≤ 126,000 < 130,000 → 1%`."""
        rung = self._rung(parts)
        index = len(self.rungs) if rung is None else self.rungs.index(rung)
        edge = None if rung is None else rung.edge
        beyond = self.rungs[index - 1].edge if index else None
        bounds = [] if edge is None else [(edge.sign, edge.at.text(parts))]
        if beyond is not None:
            bounds.append((OPPOSITE_SIGNS[beyond.sign], beyond.at.text(parts)))
        gives = "0" if rung is None else rung.gives.text(parts)
        of = bracketed(self.of, parts, Binding.SUM)
        below = "".join(f"{at} {MIRRORED_SIGNS[sign]} " for sign, at in bounds if sign in "≥>")
        above = "".join(f" {sign} {at}" for sign, at in bounds if sign in "≤<")
        if below and not above:
            (sign, at), *_ = bounds
            return f"{of} {sign} {at} → {gives}"
        return f"{below}{of}{above} → {gives}" if bounds else gives

    def cell(self, cells: Cells) -> str:
        of, formula = settled(self.of, cells), "0"
        for rung in reversed(self.rungs):
            gives = rung.gives.cell(cells)
            if rung.edge is None:
                formula = gives
            else:
                sign = SPREADSHEET_SIGNS[rung.edge.sign]
                at = settled(rung.edge.at, cells)
                formula = f"IF({of}{sign}{at},{gives},{formula})"
        return formula

    @property
    def cell_binding(self) -> Binding:
        """A function's own brackets hold what is in it, unless the first rung takes all."""
        return self.binding if self.rungs and self.rungs[0].edge is None else Binding.ATOM
