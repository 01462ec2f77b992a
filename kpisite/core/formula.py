"""How a number came about, written once and read four ways.

A formula refers to the workings that it stands on by position, and says the same thing as a
value, as text with the actual figures in it, and as a spreadsheet formula.  Because the value is
reckoned from the very formula that is shown, the page cannot explain a number that it did not
compute.  Formulas hold no figures of a person, so that one serves everybody on a scheme.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from enum import IntEnum
from functools import cache
from operator import ge, gt, le, lt
from typing import Protocol

from kpisite.core.exact import (
    ZERO,
    compare,
    cut,
    difference,
    half_up,
    percent,
    plain,
    product,
    quotient,
    remembered,
    settle,
    total,
)


class Figure(Protocol):
    """What a formula reads of a working: its value, and its value as people read it."""

    @property
    def value(self) -> Decimal:
        """The number itself."""
        ...

    @property
    def shown(self) -> str:
        """The number in its own unit and places: `40%`, `88.0`, `126000`."""
        ...


Figures = Sequence[Figure]
Cells = Sequence[str]


class Binding(IntEnum):
    """How tightly a formula's text holds together, to set brackets only where they are needed."""

    CHOICE = 0
    SUM = 1
    PRODUCT = 2
    ATOM = 3


class Formula(Protocol):
    """A way to reckon one number from others."""

    @property
    def binding(self) -> Binding:
        """How tightly its text holds together."""
        ...

    def value(self, parts: Figures) -> Decimal:
        """The exact number."""
        ...

    def text(self, parts: Figures) -> str:
        """The reckoning with the figures in it, as a clerk would write it."""
        ...

    def cell(self, cells: Cells) -> str:
        """The reckoning as a spreadsheet writes it, `cells` being the addresses of the parts."""
        ...


def _bracketed(formula: Formula, parts: Figures, binding: Binding) -> str:
    text = formula.text(parts)
    return text if _binding(formula, parts) >= binding else f"({text})"


def _binding(formula: Formula, parts: Figures) -> Binding:
    """How tightly the text holds together; a bound that does not bite is not written."""
    if isinstance(formula, Within | Least | Whole):
        return Binding.CHOICE if formula.bites(parts) else _binding(formula.of, parts)
    return formula.binding


def _bitten(of: Formula, parts: Figures, then: str) -> str:
    """The text of a number that a bound changes, and what becomes of it: `8 − 12 = −4 < 0 → 0`."""
    text, exact = _bracketed(of, parts, Binding.SUM), readable(of.value(parts))
    return f"{text} {then}" if text == exact else f"{text} = {exact} {then}"


#: A spreadsheet reckons in binary, where 84.95 may come out as 84.94999999999999.  Before it
#: rounds, compares or counts whole steps, a formula drops what lies beyond so many places.
CELL_PLACES = 10


def _enclosed(formula: Formula, cells: Cells, binding: Binding) -> str:
    """The formula's cell text, in brackets where it holds together less tightly than `binding`."""
    cell = formula.cell(cells)
    return cell if _cell_binding(formula) >= binding else f"({cell})"


def _cell_binding(formula: Formula) -> Binding:
    """How tightly the cell text holds together; a function's own brackets hold what is in it."""
    match formula:
        case Sum(terms=()) | Product(factors=()):
            return Binding.ATOM
        case Sum(terms=(only,)) | Product(factors=(only,)):
            return _cell_binding(only)
        case Within(of=of, floor=None, cap=None):
            return _cell_binding(of)
        case Within() | Rounded() | Ladder(rungs=(Rung(edge=Edge()), *_)):
            return Binding.ATOM
        case _:
            return formula.binding


def _settled(formula: Formula, cells: Cells) -> str:
    """The formula's cell text, rid of what binary arithmetic adds to it."""
    cell = formula.cell(cells)
    return cell if isinstance(formula, Part | Given) else f"ROUND({cell},{CELL_PLACES})"


@dataclass(frozen=True, slots=True)
class Part:
    """The part at `index`."""

    index: int
    binding: Binding = Binding.ATOM

    def value(self, parts: Figures) -> Decimal:
        return parts[self.index].value

    def text(self, parts: Figures) -> str:
        return parts[self.index].shown

    def cell(self, cells: Cells) -> str:
        return cells[self.index]


@dataclass(frozen=True, slots=True)
class Given:
    """A figure that the scheme or policy itself states, a weight or a rate."""

    figure: Decimal
    is_percent: bool = False
    binding: Binding = Binding.ATOM

    def value(self, parts: Figures) -> Decimal:
        return self.figure

    def text(self, parts: Figures) -> str:
        return percent(self.figure) if self.is_percent else readable(self.figure)

    def cell(self, cells: Cells) -> str:
        return plain(self.figure)


@dataclass(frozen=True, slots=True)
class Sum:
    """The terms added up; nothing adds up to zero."""

    terms: tuple[Formula, ...]
    binding: Binding = Binding.SUM

    def value(self, parts: Figures) -> Decimal:
        return total(term.value(parts) for term in self.terms)

    def text(self, parts: Figures) -> str:
        texts = [_bracketed(term, parts, Binding.SUM) for term in self.terms]
        joined = texts[0] if texts else "0"
        for text in texts[1:]:
            joined += f" − {text[1:]}" if text.startswith("−") else f" + {text}"
        return joined

    def cell(self, cells: Cells) -> str:
        return "+".join(_enclosed(term, cells, Binding.SUM) for term in self.terms) or "0"


@dataclass(frozen=True, slots=True)
class Difference:
    """The first less the second."""

    first: Formula
    second: Formula
    binding: Binding = Binding.SUM

    def value(self, parts: Figures) -> Decimal:
        return difference(self.first.value(parts), self.second.value(parts))

    def text(self, parts: Figures) -> str:
        second = _bracketed(self.second, parts, Binding.PRODUCT)
        second = f"({second})" if second.startswith("−") else second
        return f"{_bracketed(self.first, parts, Binding.SUM)} − {second}"

    def cell(self, cells: Cells) -> str:
        first = _enclosed(self.first, cells, Binding.SUM)
        return f"{first}-{_enclosed(self.second, cells, Binding.PRODUCT)}"


@dataclass(frozen=True, slots=True)
class Product:
    """The factors multiplied."""

    factors: tuple[Formula, ...]
    binding: Binding = Binding.PRODUCT

    def value(self, parts: Figures) -> Decimal:
        return product(factor.value(parts) for factor in self.factors)

    def text(self, parts: Figures) -> str:
        return " × ".join(_bracketed(factor, parts, Binding.PRODUCT) for factor in self.factors)

    def cell(self, cells: Cells) -> str:
        return "*".join(_enclosed(factor, cells, Binding.PRODUCT) for factor in self.factors) or "1"


@dataclass(frozen=True, slots=True)
class Quotient:
    """The first divided by the second, which is never zero where this formula is chosen."""

    top: Formula
    bottom: Formula
    binding: Binding = Binding.PRODUCT

    def value(self, parts: Figures) -> Decimal:
        return quotient(self.top.value(parts), self.bottom.value(parts))

    def text(self, parts: Figures) -> str:
        top = _bracketed(self.top, parts, Binding.PRODUCT)
        return f"{top} ÷ {_bracketed(self.bottom, parts, Binding.ATOM)}"

    def cell(self, cells: Cells) -> str:
        top = _enclosed(self.top, cells, Binding.PRODUCT)
        return f"{top}/{_enclosed(self.bottom, cells, Binding.ATOM)}"


@dataclass(frozen=True, slots=True)
class Within:
    """A number kept at or above `floor` and at or below `cap`, where these are stated; the text
    names them only where they change it."""

    of: Formula
    floor: Decimal | None = None
    cap: Decimal | None = None
    binding: Binding = Binding.ATOM

    def value(self, parts: Figures) -> Decimal:
        value = self.of.value(parts)
        if self.floor is not None:
            value = max(value, self.floor)
        if self.cap is not None:
            value = min(value, self.cap)
        return value

    def bites(self, parts: Figures) -> bool:
        """Whether the bounds change the number."""
        return self.value(parts) != self.of.value(parts)

    def text(self, parts: Figures) -> str:
        if not self.bites(parts):
            return self.of.text(parts)
        bound = readable(self.value(parts))
        sign = ">" if self.of.value(parts) > self.value(parts) else "<"
        return _bitten(self.of, parts, f"{sign} {bound} → {bound}")

    def cell(self, cells: Cells) -> str:
        cell = self.of.cell(cells)
        if self.floor is not None:
            cell = f"MAX({plain(self.floor)},{cell})"
        return cell if self.cap is None else f"MIN({plain(self.cap)},{cell})"


@dataclass(frozen=True, slots=True)
class Least:
    """A number, or a lower one in its place, which the text names only then."""

    of: Formula
    lower: Formula
    binding: Binding = Binding.ATOM

    def value(self, parts: Figures) -> Decimal:
        return min(self.of.value(parts), self.lower.value(parts))

    def bites(self, parts: Figures) -> bool:
        """Whether the other is the lower one."""
        return self.lower.value(parts) < self.of.value(parts)

    def text(self, parts: Figures) -> str:
        if not self.bites(parts):
            return self.of.text(parts)
        lower = _bracketed(self.lower, parts, Binding.SUM)
        return _bitten(self.of, parts, f"> {lower} → {readable(self.lower.value(parts))}")

    def cell(self, cells: Cells) -> str:
        return f"MIN({self.of.cell(cells)},{self.lower.cell(cells)})"


@dataclass(frozen=True, slots=True)
class Whole:
    """The whole steps in a number, `2.9 → 2`; the text of a whole number is its own."""

    of: Formula
    binding: Binding = Binding.ATOM

    def value(self, parts: Figures) -> Decimal:
        return settle(self.of.value(parts)).to_integral_value(ROUND_FLOOR)

    def bites(self, parts: Figures) -> bool:
        """Whether there is anything beyond whole steps."""
        return compare(self.of.value(parts), self.value(parts)) != 0

    def text(self, parts: Figures) -> str:
        if not self.bites(parts):
            return self.of.text(parts)
        return _bitten(self.of, parts, f"→ {readable(self.value(parts))}")

    def cell(self, cells: Cells) -> str:
        return f"INT({_settled(self.of, cells)})"


@dataclass(frozen=True, slots=True)
class Rounded:
    """A number rounded half up, or `down`; the text keeps the number before it in sight."""

    of: Formula
    places: int
    down: bool = False
    binding: Binding = Binding.CHOICE

    def value(self, parts: Figures) -> Decimal:
        return self._rounded(self.of.value(parts))

    def _rounded(self, value: Decimal) -> Decimal:
        return (cut if self.down else half_up)(value, self.places)

    def bites(self, parts: Figures) -> bool:
        """Whether rounding changes the number."""
        value = self.of.value(parts)
        return self._rounded(value) != value

    def text(self, parts: Figures) -> str:
        value, text = self.of.value(parts), self.of.text(parts)
        if self._rounded(value) == value:
            return text
        exact = readable(value)
        is_said = text == exact or text.endswith(f"→ {exact}")
        return text if is_said else f"{text} = {exact}"

    def cell(self, cells: Cells) -> str:
        name = "ROUNDDOWN" if self.down else "ROUND"
        return f"{name}({_settled(self.of, cells)},{self.places})"


@remembered
def readable(value: Decimal) -> str:
    """`value` for reading: thousands set off, and an ellipsis after the sixth decimal place.

    >>> readable(Decimal(126000)), readable(Decimal(2) / 3)
    ('126,000', '0.666666…')
    """
    whole, _, fraction = plain(value).partition(".")
    sign, digits = ("−", whole[1:]) if whole.startswith("-") else ("", whole)
    grouped = f"{sign}{int(digits):,}"
    if not fraction:
        return grouped
    return f"{grouped}.{fraction}" if len(fraction) <= 6 else f"{grouped}.{fraction[:6]}…"


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
class Ladder:
    """The first rung, from the top, on which a number stands; zero below the last."""

    of: Formula
    rungs: tuple[Rung, ...]
    binding: Binding = Binding.CHOICE

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
        of = _bracketed(self.of, parts, Binding.SUM)
        below = "".join(f"{at} {MIRRORED_SIGNS[sign]} " for sign, at in bounds if sign in "≥>")
        above = "".join(f" {sign} {at}" for sign, at in bounds if sign in "≤<")
        if below and not above:
            (sign, at), *_ = bounds
            return f"{of} {sign} {at} → {gives}"
        return f"{below}{of}{above} → {gives}" if bounds else gives

    def cell(self, cells: Cells) -> str:
        of, formula = _settled(self.of, cells), "0"
        for rung in reversed(self.rungs):
            gives = rung.gives.cell(cells)
            if rung.edge is None:
                formula = gives
            else:
                sign = SPREADSHEET_SIGNS[rung.edge.sign]
                at = _settled(rung.edge.at, cells)
                formula = f"IF({of}{sign}{at},{gives},{formula})"
        return formula


def mean(count: int) -> Formula:
    """The mean of the first `count` parts."""
    return Quotient(Sum(tuple(Part(index) for index in range(count))), Given(Decimal(count)))


@cache
def sum_of_parts(count: int) -> Formula:
    """The first `count` parts added up."""
    return Sum(tuple(Part(index) for index in range(count)))
