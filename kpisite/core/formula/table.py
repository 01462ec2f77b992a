"""A table by one or two numbers or choices: `94% ≤ 96% < 97%, 85% ≤ 88% < 90% → 1.25`."""

from decimal import Decimal
from typing import ClassVar

from kpisite.core.formula.arithmetic import Constant
from kpisite.core.formula.base import Binding, Cells, Figures, Formula, settled
from kpisite.core.formula.lookup import (
    OPPOSITE_SIGNS,
    SPREADSHEET_SIGNS,
    Edge,
    range_text,
)
from kpisite.core.immutable import immutable


class OutsideTable(ArithmeticError):
    """A number or choice for which a table has no line, as it is shown; whoever evaluates it
    reports that."""

    def __init__(self, of: Formula, shown: str) -> None:
        super().__init__(shown)
        self.of, self.shown = of, shown


class EdgesOutOfOrder(OutsideTable):
    """Edges by figures that do not fall or rise as those of a table have to, as they are shown."""


@immutable(kw_only=False)
class Choice(Formula):
    """One of the choices of a figure, by its number among them; in a spreadsheet it is the word.

    `id` is what it is called in files, where that is another word, as of a grade.
    """

    word: str
    number: int
    id: str = ""
    binding: ClassVar[Binding] = Binding.ATOM
    is_written: ClassVar[bool] = True

    def value(self, parts: Figures) -> Decimal:
        return Decimal(self.number)

    def text(self, parts: Figures) -> str:
        return self.word

    def cell(self, cells: Cells) -> str:
        return '"' + self.word.replace('"', '""') + '"'


@immutable(kw_only=False)
class Axis(Formula):
    """Which line of a table a number stands on, from one: the first whose edge it is on the right
    side of, or one more than there are edges.  With edges that it has to equal there is no rest.
    """

    of: Formula
    edges: tuple[Edge, ...]
    binding: ClassVar[Binding] = Binding.CHOICE

    @property
    def is_of_equals(self) -> bool:
        """Whether a number has to be one of those that are stated."""
        return self.edges[0].sign == "="

    def _in_order(self, parts: Figures) -> None:
        """Holds edges that are figures to the order that was checked of those that are numbers."""
        if self.is_of_equals or all(isinstance(edge.at, Constant) for edge in self.edges):
            return
        values = [edge.at.value(parts) for edge in self.edges]
        if values != sorted(values, reverse=self.edges[0].sign in "≥>"):
            raise EdgesOutOfOrder(self.of, ", ".join(edge.at.text(parts) for edge in self.edges))

    def value(self, parts: Figures) -> Decimal:
        value = self.of.value(parts)
        self._in_order(parts)
        for index, edge in enumerate(self.edges):
            if edge.holds(value, parts):
                return Decimal(index + 1)
        if self.is_of_equals:
            raise OutsideTable(self.of, self.of.text(parts))
        return Decimal(len(self.edges) + 1)

    def text(self, parts: Figures) -> str:
        if self.is_of_equals:
            return self.of.text(parts)
        line = int(self.value(parts)) - 1
        edge = self.edges[line] if line < len(self.edges) else None
        beyond = self.edges[line - 1] if line else None
        return range_text(self.of, edge, beyond, parts)

    def cell(self, cells: Cells) -> str:
        of = settled(self.of, cells)
        if self.is_of_equals:
            values = ",".join(edge.at.cell(cells) for edge in self.edges)
            return f"MATCH({of},{{{values}}},0)"
        passed = (
            f"({of}{SPREADSHEET_SIGNS[OPPOSITE_SIGNS[edge.sign]]}{settled(edge.at, cells)})"
            for edge in self.edges
        )
        return "+".join(("1", *passed))


@immutable(kw_only=False)
class Table(Formula):
    """The cell at which a number stands among the rows and, in a table by two, another among the
    columns; `cells` are row by row."""

    rows: Axis
    columns: Axis | None
    cells: tuple[tuple[Formula, ...], ...]
    binding: ClassVar[Binding] = Binding.CHOICE

    def at(self, parts: Figures) -> Formula:
        """The cell that holds for these figures."""
        row = self.cells[int(self.rows.value(parts)) - 1]
        return row[0 if self.columns is None else int(self.columns.value(parts)) - 1]

    def value(self, parts: Figures) -> Decimal:
        return self.at(parts).value(parts)

    def text(self, parts: Figures) -> str:
        axes = [self.rows.text(parts)]
        if self.columns is not None:
            axes.append(self.columns.text(parts))
        return f"{', '.join(axes)} → {self.at(parts).text(parts)}"

    def cell(self, cells: Cells) -> str:
        row = self.rows.cell(cells)
        column = "1" if self.columns is None else self.columns.cell(cells)
        if all(isinstance(one, Constant) for line in self.cells for one in line):
            lines = (",".join(one.cell(cells) for one in line) for line in self.cells)
            return f"INDEX({{{';'.join(lines)}}},{row},{column})"
        each = [one.cell(cells) for line in self.cells for one in line]
        width = len(self.cells[0])
        place = row if width == 1 else f"({row}-1)*{width}+{column}"
        return f"CHOOSE({place},{','.join(each)})"

    @property
    def cell_binding(self) -> Binding:
        """A function's own brackets hold what is in it."""
        return Binding.ATOM
