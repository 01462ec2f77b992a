"""What every formula has in common, and how its text and its cell are put together."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from enum import IntEnum
from typing import ClassVar, Protocol

from kpisite.core.exact import memoized, plain


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


class Formula:
    """A way to compute one number from others."""

    __slots__ = ()

    #: How tightly its text, and as a rule its cell, holds together.
    binding: ClassVar[Binding]
    #: Whether its cell is a figure as it was written, to which binary arithmetic adds nothing.
    is_written: ClassVar[bool] = False

    def value(self, parts: Figures) -> Decimal:
        """The exact number."""
        raise NotImplementedError

    def text(self, parts: Figures) -> str:
        """The calculation with the figures in it, as a clerk would write it."""
        raise NotImplementedError

    def cell(self, cells: Cells) -> str:
        """The calculation as a spreadsheet writes it, `cells` being the addresses of the parts."""
        raise NotImplementedError

    def binding_in(self, parts: Figures) -> Binding:
        """How tightly the text holds together with these figures in it."""
        return self.binding

    @property
    def cell_binding(self) -> Binding:
        """How tightly the cell holds together."""
        return self.binding


def passages(formula: object) -> Iterator[Formula]:
    """A formula and all that it is made of, what stands in its rows and edges too."""
    if isinstance(formula, Formula):
        yield formula
    inner = formula if isinstance(formula, tuple) else _values(formula)
    for one in inner:
        yield from passages(one)


def _values(formula: object) -> tuple[object, ...]:
    names = getattr(formula, "__dataclass_fields__", ())
    return tuple(getattr(formula, name) for name in names)


def bracketed(formula: Formula, parts: Figures, binding: Binding) -> str:
    """The formula's text, in brackets where it holds together less tightly than `binding`."""
    text = formula.text(parts)
    return text if formula.binding_in(parts) >= binding else f"({text})"


def changed_text(of: Formula, parts: Figures, then: str) -> str:
    """The text of a number that a bound changes, and what becomes of it: `8 − 12 = −4 < 0 → 0`."""
    text, exact = bracketed(of, parts, Binding.SUM), readable(of.value(parts))
    return f"{text} {then}" if text == exact else f"{text} = {exact} {then}"


#: A spreadsheet computes in binary, where 84.95 may come out as 84.94999999999999.  Before it
#: rounds, compares or counts whole steps, a formula drops what lies beyond so many places.
CELL_PLACES = 10


def enclosed(formula: Formula, cells: Cells, binding: Binding) -> str:
    """The formula's cell text, in brackets where it holds together less tightly than `binding`."""
    cell = formula.cell(cells)
    return cell if formula.cell_binding >= binding else f"({cell})"


def settled(formula: Formula, cells: Cells) -> str:
    """The formula's cell text, rid of what binary arithmetic adds to it."""
    cell = formula.cell(cells)
    return cell if formula.is_written else f"ROUND({cell},{CELL_PLACES})"


@memoized
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
