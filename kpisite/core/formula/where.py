"""A number that holds where figures are so, as a gate or a veto sets it, and what it lowers."""

from decimal import Decimal
from typing import ClassVar

from kpisite.core.formula.arithmetic import Constant
from kpisite.core.formula.base import CELL_PLACES, Binding, Cells, Figures, Formula
from kpisite.core.formula.lookup import SPREADSHEET_SIGNS, Edge
from kpisite.core.formula.table import Choice
from kpisite.core.immutable import immutable

#: What a cell holds where the condition does not: a text, which a spreadsheet's MIN passes over.
NOTHING = '""'


@immutable(kw_only=False)
class Test:
    """One figure that lies on the right side of an edge, or equals one of some."""

    of: Formula
    edges: tuple[Edge, ...]

    def cell(self, cells: Cells) -> str:
        """Whether it does, as a spreadsheet writes it; an edge that it equals is enough.

        Figures may be computed in their cells, and are rid of what binary arithmetic adds there;
        a choice is a word.
        """
        is_word = any(isinstance(one.at, Choice) for one in self.edges)
        of = self.of.cell(cells) if is_word else _number(self.of, cells)
        tests = [f"{of}{SPREADSHEET_SIGNS[one.sign]}{_number(one.at, cells)}" for one in self.edges]
        return tests[0] if len(tests) == 1 else f"OR({','.join(tests)})"


Tests = tuple[Test, ...]


@immutable(kw_only=False)
class Where(Formula):
    """What `gives` comes to where all tests are passed and, of the groups in `some`, if there are
    any, all tests of one.

    Whoever makes it has seen whether they are, and says so by `is_met`; its value and text are
    those of `gives`.  In a spreadsheet, where the figures may be changed, it tests them.
    """

    tests: Tests
    some: tuple[Tests, ...]
    gives: Formula
    is_met: bool = True
    binding: ClassVar[Binding] = Binding.CHOICE

    def value(self, parts: Figures) -> Decimal:
        return self.gives.value(parts)

    def text(self, parts: Figures) -> str:
        return self.gives.text(parts)

    def cell(self, cells: Cells) -> str:
        needed = [one.cell(cells) for one in self.tests]
        if self.some:
            each = [_all([one.cell(cells) for one in group]) for group in self.some]
            needed.append(each[0] if len(each) == 1 else f"OR({','.join(each)})")
        return f"IF({_all(needed)},{self.gives.cell(cells)},{NOTHING})"

    @property
    def cell_binding(self) -> Binding:
        """A function's own brackets hold what is in it."""
        return Binding.ATOM


@immutable(kw_only=False)
class Unlowered(Formula):
    """A number that the rules at `places` leave as it is; in a spreadsheet, where the figures may
    be changed, each that comes to hold lowers it."""

    of: Formula
    places: tuple[int, ...]
    binding: ClassVar[Binding] = Binding.CHOICE

    def value(self, parts: Figures) -> Decimal:
        return self.of.value(parts)

    def text(self, parts: Figures) -> str:
        return self.of.text(parts)

    def binding_in(self, parts: Figures) -> Binding:
        """That of the number, which is all that is written."""
        return self.of.binding_in(parts)

    def cell(self, cells: Cells) -> str:
        lowest = ",".join(cells[place] for place in self.places)
        return f"MIN({self.of.cell(cells)},{lowest})"

    @property
    def cell_binding(self) -> Binding:
        """A function's own brackets hold what is in it."""
        return Binding.ATOM


def _number(formula: Formula, cells: Cells) -> str:
    cell = formula.cell(cells)
    return cell if isinstance(formula, Constant | Choice) else f"ROUND({cell},{CELL_PLACES})"


def _all(tests: list[str]) -> str:
    return tests[0] if len(tests) == 1 else f"AND({','.join(tests)})"
