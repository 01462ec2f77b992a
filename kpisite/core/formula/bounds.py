"""Formulas that keep a number within bounds, or round it."""

from decimal import ROUND_FLOOR, Decimal
from typing import ClassVar

from kpisite.core.exact import RoundingMode, compare, plain, rounded, settle
from kpisite.core.formula.base import (
    CELL_PLACES,
    Binding,
    Cells,
    Figures,
    Formula,
    bracketed,
    changed_text,
    readable,
    settled,
)
from kpisite.core.immutable import immutable


@immutable(kw_only=False)
class Clamp(Formula):
    """A number kept at or above `floor` and at or below `cap`, where these are stated; the text
    names them only where they change it."""

    of: Formula
    floor: Decimal | None = None
    cap: Decimal | None = None
    binding: ClassVar[Binding] = Binding.ATOM

    def value(self, parts: Figures) -> Decimal:
        value = self.of.value(parts)
        if self.floor is not None:
            value = max(value, self.floor)
        if self.cap is not None:
            value = min(value, self.cap)
        return value

    def changes_value(self, parts: Figures) -> bool:
        """Whether the bounds change the number."""
        return compare(self.value(parts), self.of.value(parts)) != 0

    def binding_in(self, parts: Figures) -> Binding:
        """That of the number where the bound changes nothing, as it is not written then."""
        return Binding.CHOICE if self.changes_value(parts) else self.of.binding_in(parts)

    def text(self, parts: Figures) -> str:
        if not self.changes_value(parts):
            return self.of.text(parts)
        bound = readable(self.value(parts))
        sign = ">" if self.of.value(parts) > self.value(parts) else "<"
        return changed_text(self.of, parts, f"{sign} {bound} → {bound}")

    def cell(self, cells: Cells) -> str:
        cell = self.of.cell(cells)
        if self.floor is not None:
            cell = f"MAX({plain(self.floor)},{cell})"
        return cell if self.cap is None else f"MIN({plain(self.cap)},{cell})"

    @property
    def cell_binding(self) -> Binding:
        """That of the number where nothing bounds it; a function's own brackets hold what is in
        it."""
        is_bounded = self.floor is not None or self.cap is not None
        return Binding.ATOM if is_bounded else self.of.cell_binding


@immutable(kw_only=False)
class Minimum(Formula):
    """The lower of a number and another: `126,000 > 80,000 → 80,000`, `6 ≤ 80,000 → 6`."""

    of: Formula
    other: Formula
    binding: ClassVar[Binding] = Binding.CHOICE

    def value(self, parts: Figures) -> Decimal:
        return min(self.of.value(parts), self.other.value(parts))

    def text(self, parts: Figures) -> str:
        other = bracketed(self.other, parts, Binding.SUM)
        sign = ">" if self.other.value(parts) < self.of.value(parts) else "≤"
        return changed_text(self.of, parts, f"{sign} {other} → {readable(self.value(parts))}")

    def cell(self, cells: Cells) -> str:
        return f"MIN({self.of.cell(cells)},{self.other.cell(cells)})"

    @property
    def cell_binding(self) -> Binding:
        """A function's own brackets hold what is in it."""
        return Binding.ATOM


@immutable(kw_only=False)
class Floor(Formula):
    """The whole steps in a number, `2.9 → 2`; the text of a whole number is its own."""

    of: Formula
    binding: ClassVar[Binding] = Binding.ATOM

    def value(self, parts: Figures) -> Decimal:
        return settle(self.of.value(parts)).to_integral_value(ROUND_FLOOR)

    def changes_value(self, parts: Figures) -> bool:
        """Whether there is anything beyond whole steps."""
        return compare(self.of.value(parts), self.value(parts)) != 0

    def binding_in(self, parts: Figures) -> Binding:
        """That of the number where the bound changes nothing, as it is not written then."""
        return Binding.CHOICE if self.changes_value(parts) else self.of.binding_in(parts)

    def text(self, parts: Figures) -> str:
        if not self.changes_value(parts):
            return self.of.text(parts)
        return changed_text(self.of, parts, f"→ {readable(self.value(parts))}")

    def cell(self, cells: Cells) -> str:
        return f"INT({settled(self.of, cells)})"


@immutable(kw_only=False)
class Rounded(Formula):
    """A number rounded half up, or in another way; the text keeps the number before it in sight."""

    of: Formula
    places: int
    mode: RoundingMode = "half-up"
    binding: ClassVar[Binding] = Binding.CHOICE

    def value(self, parts: Figures) -> Decimal:
        return rounded(self.of.value(parts), self.places, self.mode)

    def changes_value(self, parts: Figures) -> bool:
        """Whether rounding changes the number."""
        value = self.of.value(parts)
        return compare(rounded(value, self.places, self.mode), value) != 0

    def text(self, parts: Figures) -> str:
        value, text = self.of.value(parts), self.of.text(parts)
        if compare(rounded(value, self.places, self.mode), value) == 0:
            return text
        exact = readable(value)
        is_said = text == exact or text.endswith(f"→ {exact}")
        return text if is_said else f"{text} = {exact}"

    def cell(self, cells: Cells) -> str:
        # To more places than binary arithmetic has there is nothing to drop before.
        is_fine = self.places >= CELL_PLACES
        of = self.of.cell(cells) if is_fine else settled(self.of, cells)
        if self.mode != "half-even":
            return f"{_FUNCTIONS[self.mode]}({of},{self.places})"
        # No function of every spreadsheet rounds so: half up, less one where that was an odd tie.
        up, power = f"ROUND({of},{self.places})", 10**self.places
        beyond = f"ROUND(MOD(ABS({of})*{power},1),{CELL_PLACES - self.places})"
        odd = f"MOD(ROUND(ABS({up})*{power},0),2)=1"
        return f"IF(AND({beyond}=0.5,{odd}),{up}-SIGN({of})/{power},{up})"

    @property
    def cell_binding(self) -> Binding:
        """A function's own brackets hold what is in it."""
        return Binding.ATOM


_FUNCTIONS: dict[RoundingMode, str] = {"half-up": "ROUND", "up": "ROUNDUP", "down": "ROUNDDOWN"}
