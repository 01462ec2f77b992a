"""The workings of a scorecard in the rows of one sheet, each figure once.

What a record states may enter several numbers: a part of the form and a figure that a gate goes by,
a figure in sight and a line of the wage.  It has one cell, to which all others refer, so that
whoever changes it sees all follow.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from kpisite.core.formula import Rounded
from kpisite.core.working import Kind, Working
from kpisite.pages.cells import VALUE_COLUMN, PlacedWorking, formula_over

ROWS = (Kind.PART, Kind.SECTION, Kind.INDICATOR)
#: What may stand in several places and is the same in all; a mark belongs to its row.
SHARED = (Kind.FIGURE, Kind.STEP, Kind.ADJUSTMENT, *ROWS)


@dataclass(slots=True)
class _Node:
    """A working in its row; `same` is the number that it shares with its like, or none.

    `is_total` is the total that stands elsewhere, on which a wage rests.
    """

    working: Working
    depth: int
    below: tuple["_Node", ...] = ()
    same: int | None = None
    is_total: bool = False
    row: int = 0
    refers: bool = False

    @property
    def address(self) -> str:
        """Where its value stands."""
        return f"{VALUE_COLUMN}{self.row}"

    @property
    def is_row(self) -> bool:
        """Whether it is a row of the form, which stands there with all its marks."""
        return self.working.kind in ROWS

    @property
    def has_no_row(self) -> bool:
        """Whether nothing is to be computed of the total that stands elsewhere."""
        return self.is_total and isinstance(self.working.formula, Rounded)

    def walk(self) -> Iterator["_Node"]:
        """This and all below it."""
        yield self
        for one in self.below:
            yield from one.walk()


@dataclass(slots=True)
class Ledger:
    """The rows of a sheet from `next` on, as trees of workings are added."""

    next: int
    _numbers: dict[tuple[object, ...], int] = field(default_factory=dict)
    _home: dict[int, _Node] = field(default_factory=dict)

    def add(self, working: Working, *, total: Sequence[str] = ()) -> tuple[PlacedWorking, ...]:
        """A working and all below it, each before its parts; what stands in the sheet already, or
        is a row of the form, refers to the row where it does.

        A wage rests on the total, which stands elsewhere: `total` are its address and those of its
        parts, from which the total before it was rounded is computed in a row of the wage's own.
        """
        top = self._node(working, 0, is_outer=bool(total))
        rows = {one.same for one in top.walk() if one.is_row}
        placed: list[_Node] = []
        self._place(top, rows, placed)
        return tuple(self._written(node, total) for node in placed)

    def line(self, working: Working, formula: str) -> PlacedWorking:
        """A row by itself, which computes from cells that are no parts of it."""
        self.next += 1
        return PlacedWorking(working=working, row=self.next - 1, depth=0, formula=formula)

    def _node(self, working: Working, depth: int, *, is_outer: bool) -> _Node:
        if is_outer and working.kind is Kind.TOTAL:
            return _Node(working, depth, is_total=True)
        below = tuple(self._node(one, depth + 1, is_outer=is_outer) for one in working.parts)
        return _Node(working, depth, below, self._number(working, below))

    def _number(self, working: Working, below: tuple[_Node, ...]) -> int | None:
        """The same for workings that cannot differ: made alike of the same, or written at the same
        place; none for what rests on a total, be it of another record, or on no place known."""
        same = tuple(one.same for one in below)
        is_known = bool(working.formula or working.sources)
        if None in same or not is_known or working.kind is Kind.TOTAL:
            return None
        said = (working.id, working.rater, working.unit, working.value, working.formula)
        return self._numbers.setdefault((*said, working.sources, same), len(self._numbers))

    def _place(self, node: _Node, rows: set[int | None], placed: list[_Node]) -> None:
        node.row = self.next
        self.next += 1
        placed.append(node)
        if node.same is not None and node.working.kind in SHARED:
            node.refers = node.same in self._home or (node.same in rows and not node.is_row)
            if node.refers:
                return
            self._home[node.same] = node
        for one in node.below:
            if not one.has_no_row:
                self._place(one, rows, placed)

    def _written(self, node: _Node, total: Sequence[str]) -> PlacedWorking:
        if node.refers and node.same is not None:
            formula = self._home[node.same].address
        elif node.is_total:
            formula = formula_over(node.working, total[1:])
        else:
            cells = [total[0] if one.has_no_row else one.address for one in node.below]
            formula = formula_over(node.working, cells)
        return PlacedWorking(working=node.working, row=node.row, depth=node.depth, formula=formula)
