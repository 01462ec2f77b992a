"""What a formula written by HR may ask for beside plain arithmetic: the least and the greatest,
powers, and rounding in its midst."""

from decimal import Decimal, DivisionByZero, InvalidOperation
from itertools import pairwise
from typing import ClassVar, Literal

from kpisite.core.exact import CONTEXT, ZERO, compare, product
from kpisite.core.formula.arithmetic import Constant, Operand
from kpisite.core.formula.base import (
    Binding,
    Cells,
    Figures,
    Formula,
    bracketed,
    changed_text,
    enclosed,
    readable,
)
from kpisite.core.formula.bounds import Rounded
from kpisite.core.immutable import immutable


@immutable(kw_only=False)
class Negative(Formula):
    """A number with the other sign."""

    of: Formula
    binding: ClassVar[Binding] = Binding.PRODUCT

    def value(self, parts: Figures) -> Decimal:
        return CONTEXT.minus(self.of.value(parts))

    def text(self, parts: Figures) -> str:
        text = bracketed(self.of, parts, Binding.PRODUCT)
        return f"−({text})" if text.startswith("−") else f"−{text}"

    def cell(self, cells: Cells) -> str:
        return f"-{enclosed(self.of, cells, Binding.PRODUCT)}"


@immutable(kw_only=False)
class Extreme(Formula):
    """The least or the greatest of several numbers.

    A bound that the formula states is named only where it changes the number, `1.2 > 1 → 1`; of
    two numbers both are, `7,548 > 7,500 → 7,500`; more stand in their order, the one that counts
    first, `40 < 45 < 54 → 40`.  So it is read in any language, and shows by itself that it is so.
    """

    which: Literal["min", "max"]
    terms: tuple[Formula, ...]
    binding: ClassVar[Binding] = Binding.CHOICE

    def value(self, parts: Figures) -> Decimal:
        values = [term.value(parts) for term in self.terms]
        return min(values) if self.which == "min" else max(values)

    def _sole(self) -> Formula | None:
        """The one number among bounds that the formula states, where it is so."""
        others = [term for term in self.terms if not isinstance(term, Constant)]
        return others[0] if len(others) == 1 else None

    def changes_value(self, parts: Figures) -> bool:
        """Whether what is said is more than the text of the one number among bounds."""
        sole = self._sole()
        return sole is None or compare(sole.value(parts), self.value(parts)) != 0

    def binding_in(self, parts: Figures) -> Binding:
        """That of the number where the bounds change nothing, as they are not written then."""
        sole = self._sole()
        if sole is None or self.changes_value(parts):
            return self.binding
        return sole.binding_in(parts)

    def text(self, parts: Figures) -> str:
        sole, value = self._sole(), self.value(parts)
        beyond, within = (">", "≤") if self.which == "min" else ("<", "≥")
        chosen = next(one for one in self.terms if compare(one.value(parts), value) == 0)
        if sole is not None:
            if not self.changes_value(parts):
                return sole.text(parts)
            bound = bracketed(chosen, parts, Binding.SUM)
            return changed_text(sole, parts, f"{beyond} {bound} → {chosen.text(parts)}")
        if len(self.terms) == 2:
            first, other = self.terms
            sign = within if chosen is first else beyond
            then = f"{sign} {bracketed(other, parts, Binding.SUM)} → {_result(chosen, parts)}"
            return changed_text(first, parts, then)
        return f"{self._in_order(parts)} → {_result(chosen, parts)}"

    def _in_order(self, parts: Figures) -> str:
        """All of them one after the other, with what they come to where that is not plain."""
        sign = "<" if self.which == "min" else ">"
        ordered = sorted(
            self.terms, key=lambda term: term.value(parts), reverse=self.which == "max"
        )
        said = _valued(ordered[0], parts)
        for before, term in pairwise(ordered):
            is_same = compare(before.value(parts), term.value(parts)) == 0
            said += f" {'=' if is_same else sign} {_valued(term, parts)}"
        return said

    def cell(self, cells: Cells) -> str:
        return f"{self.which.upper()}({','.join(term.cell(cells) for term in self.terms)})"

    @property
    def cell_binding(self) -> Binding:
        """A function's own brackets hold what is in it."""
        return Binding.ATOM


def _valued(term: Formula, parts: Figures) -> str:
    """A figure as it is written, and of anything else the calculation with what it comes to."""
    if isinstance(term, Constant | Operand):
        return term.text(parts)
    text, exact = bracketed(term, parts, Binding.SUM), readable(term.value(parts))
    return text if text == exact else f"({text} = {exact})"


def _result(chosen: Formula, parts: Figures) -> str:
    """The number that was chosen, as it is written where it is one of the figures."""
    is_figure = isinstance(chosen, Constant | Operand)
    return chosen.text(parts) if is_figure else readable(chosen.value(parts))


#: A whole power up to this is multiplied out, and so exact.
LARGEST_EXACT = 20


@immutable(kw_only=False)
class Power(Formula):
    """A number raised to a power: exact where that is whole, and otherwise to sixty digits, which
    whoever uses it rounds to places that are stated.

    Below zero only whole powers are; nothing raised to a power below zero is.
    """

    base: Formula
    exponent: Formula
    binding: ClassVar[Binding] = Binding.ATOM

    @property
    def is_exact(self) -> bool:
        """Whether the power is a whole number that the formula states."""
        stated = self.exponent
        return (
            isinstance(stated, Constant)
            and stated.figure == stated.figure.to_integral_value()
            and ZERO <= stated.figure <= LARGEST_EXACT
        )

    def value(self, parts: Figures) -> Decimal:
        base, exponent = self.base.value(parts), self.exponent.value(parts)
        if exponent == exponent.to_integral_value() and ZERO <= exponent <= LARGEST_EXACT:
            return product([base] * int(exponent))
        if base == ZERO:
            if exponent < ZERO:
                raise DivisionByZero
            return ZERO
        if base < ZERO and exponent != exponent.to_integral_value():
            raise InvalidOperation
        return CONTEXT.power(base, exponent)

    def text(self, parts: Figures) -> str:
        base = bracketed(self.base, parts, Binding.ATOM)
        base = f"({base})" if base.startswith("−") else base
        return f"{base}^{bracketed(self.exponent, parts, Binding.ATOM)}"

    def cell(self, cells: Cells) -> str:
        return f"POWER({self.base.cell(cells)},{self.exponent.cell(cells)})"


@immutable(kw_only=False)
class RoundedOperand(Formula):
    """A number rounded in the midst of a formula, where the text has to say what became of it:
    `25 ÷ 20 = 1.25 → 2`."""

    rounded: Rounded
    binding: ClassVar[Binding] = Binding.CHOICE

    def value(self, parts: Figures) -> Decimal:
        return self.rounded.value(parts)

    def binding_in(self, parts: Figures) -> Binding:
        """That of the number where rounding changes nothing, as it is not written then."""
        if self.rounded.changes_value(parts):
            return self.binding
        return self.rounded.of.binding_in(parts)

    def text(self, parts: Figures) -> str:
        if not self.rounded.changes_value(parts):
            return self.rounded.of.text(parts)
        return changed_text(self.rounded.of, parts, f"→ {readable(self.value(parts))}")

    def cell(self, cells: Cells) -> str:
        return self.rounded.cell(cells)

    @property
    def cell_binding(self) -> Binding:
        """A function's own brackets hold what is in it."""
        return self.rounded.cell_binding
