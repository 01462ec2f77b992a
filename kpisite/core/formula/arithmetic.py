"""Formulas of plain arithmetic: parts, figures given, sums and products."""

from decimal import Decimal
from functools import cache
from typing import ClassVar

from kpisite.core.exact import (
    difference,
    fraction,
    percent,
    plain,
    product,
    quotient,
    total,
    with_minus,
)
from kpisite.core.formula.base import (
    Binding,
    Cells,
    Figures,
    Formula,
    bracketed,
    enclosed,
    readable,
)
from kpisite.core.immutable import immutable


@immutable(kw_only=False)
class Operand(Formula):
    """The part at `index`."""

    index: int
    binding: ClassVar[Binding] = Binding.ATOM
    is_written: ClassVar[bool] = True

    def value(self, parts: Figures) -> Decimal:
        return parts[self.index].value

    def text(self, parts: Figures) -> str:
        return parts[self.index].shown

    def cell(self, cells: Cells) -> str:
        return cells[self.index]


@immutable(kw_only=False)
class Constant(Formula):
    """A figure that the scheme or policy itself states, a weight or a rate."""

    figure: Decimal
    is_percent: bool = False
    binding: ClassVar[Binding] = Binding.ATOM
    is_written: ClassVar[bool] = True

    def value(self, parts: Figures) -> Decimal:
        return self.figure

    def text(self, parts: Figures) -> str:
        return with_minus(percent(self.figure)) if self.is_percent else readable(self.figure)

    def binding_in(self, parts: Figures) -> Binding:
        """That of a quotient for a share that is one, `1/3`."""
        return self.cell_binding if self.is_percent else self.binding

    def cell(self, cells: Cells) -> str:
        parts = fraction(self.figure)
        return plain(self.figure) if parts is None else f"{parts.numerator}/{parts.denominator}"

    @property
    def cell_binding(self) -> Binding:
        """That of a quotient for a figure that no decimal states."""
        return self.binding if fraction(self.figure) is None else Binding.PRODUCT


@immutable(kw_only=False)
class Sum(Formula):
    """The terms added up; nothing adds up to zero."""

    terms: tuple[Formula, ...]
    binding: ClassVar[Binding] = Binding.SUM

    def value(self, parts: Figures) -> Decimal:
        return total([term.value(parts) for term in self.terms])

    def text(self, parts: Figures) -> str:
        texts = [bracketed(term, parts, Binding.SUM) for term in self.terms]
        joined = texts[0] if texts else "0"
        for text in texts[1:]:
            joined += f" − {text[1:]}" if text.startswith("−") else f" + {text}"
        return joined

    def cell(self, cells: Cells) -> str:
        return "+".join(enclosed(term, cells, Binding.SUM) for term in self.terms) or "0"

    @property
    def cell_binding(self) -> Binding:
        """That of the one among one, and of a number among none."""
        if len(self.terms) > 1:
            return self.binding
        return self.terms[0].cell_binding if self.terms else Binding.ATOM


@immutable(kw_only=False)
class Difference(Formula):
    """The first less the second."""

    first: Formula
    second: Formula
    binding: ClassVar[Binding] = Binding.SUM

    def value(self, parts: Figures) -> Decimal:
        return difference(self.first.value(parts), self.second.value(parts))

    def text(self, parts: Figures) -> str:
        second = bracketed(self.second, parts, Binding.PRODUCT)
        second = f"({second})" if second.startswith("−") else second
        return f"{bracketed(self.first, parts, Binding.SUM)} − {second}"

    def cell(self, cells: Cells) -> str:
        first = enclosed(self.first, cells, Binding.SUM)
        return f"{first}-{enclosed(self.second, cells, Binding.PRODUCT)}"


@immutable(kw_only=False)
class Product(Formula):
    """The factors multiplied."""

    factors: tuple[Formula, ...]
    binding: ClassVar[Binding] = Binding.PRODUCT

    def value(self, parts: Figures) -> Decimal:
        return product([factor.value(parts) for factor in self.factors])

    def text(self, parts: Figures) -> str:
        return " × ".join(bracketed(factor, parts, Binding.PRODUCT) for factor in self.factors)

    def cell(self, cells: Cells) -> str:
        return "*".join(enclosed(factor, cells, Binding.PRODUCT) for factor in self.factors) or "1"

    @property
    def cell_binding(self) -> Binding:
        """That of the one among one, and of a number among none."""
        if len(self.factors) > 1:
            return self.binding
        return self.factors[0].cell_binding if self.factors else Binding.ATOM


@immutable(kw_only=False)
class Quotient(Formula):
    """The first divided by the second, which is never zero where this formula is chosen."""

    top: Formula
    bottom: Formula
    binding: ClassVar[Binding] = Binding.PRODUCT

    def value(self, parts: Figures) -> Decimal:
        return quotient(self.top.value(parts), self.bottom.value(parts))

    def text(self, parts: Figures) -> str:
        top = bracketed(self.top, parts, Binding.PRODUCT)
        return f"{top} ÷ {bracketed(self.bottom, parts, Binding.ATOM)}"

    def cell(self, cells: Cells) -> str:
        top = enclosed(self.top, cells, Binding.PRODUCT)
        return f"{top}/{enclosed(self.bottom, cells, Binding.ATOM)}"


def mean(count: int) -> Formula:
    """The mean of the first `count` parts."""
    return Quotient(Sum(tuple(Operand(index) for index in range(count))), Constant(Decimal(count)))


@cache
def sum_of_parts(count: int) -> Formula:
    """The first `count` parts added up."""
    return Sum(tuple(Operand(index) for index in range(count)))
