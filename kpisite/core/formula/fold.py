"""What many figures of one kind come to: their sum, mean, least or greatest."""

from collections.abc import Sequence
from decimal import Decimal
from typing import ClassVar, Literal

from kpisite.core.exact import quotient, total
from kpisite.core.formula.arithmetic import Constant, Operand, mean, sum_of_parts
from kpisite.core.formula.base import Binding, Cells, Figure, Figures, Formula
from kpisite.core.formula.functions import Extreme
from kpisite.core.immutable import immutable

Kind = Literal["sum", "mean", "min", "max", "count", "last"]


def fold_of(kind: Kind, parts: Sequence[Figure], highest: int = 0, lowest: int = 0) -> Formula:
    """What the parts come to, without so many of the highest and of the lowest."""
    count = len(parts)
    if highest or lowest:
        return Trimmed(kind, count, highest, lowest)
    if kind == "count":
        return Constant(Decimal(count))
    if kind == "sum" or count == 0:
        return sum_of_parts(count)
    if count == 1 or kind == "last":
        return Operand(count - 1)
    if kind == "mean":
        return mean(count)
    return Extreme("min" if kind == "min" else "max", tuple(map(Operand, range(count))))


@immutable(kw_only=False)
class Trimmed(Formula):
    """The sum or mean of `count` parts without the highest and lowest of them, which stand in
    brackets: `(92 + 90 + 88 + 85) ÷ 4 [96, 70]`.  Of equal ones, the first are dropped."""

    kind: Kind
    count: int
    highest: int
    lowest: int
    binding: ClassVar[Binding] = Binding.CHOICE

    def _kept(self, parts: Figures) -> tuple[list[Figure], list[Figure]]:
        """Those that count, in the order of the parts, and those that are dropped."""
        order = sorted(range(self.count), key=lambda index: parts[index].value)
        dropped = {*order[: self.lowest], *order[self.count - self.highest :]}
        each = range(self.count)
        kept = [parts[index] for index in each if index not in dropped]
        return kept, [parts[index] for index in each if index in dropped]

    def value(self, parts: Figures) -> Decimal:
        kept = [one.value for one in self._kept(parts)[0]]
        added = total(kept)
        return added if self.kind == "sum" else quotient(added, Decimal(len(kept)))

    def text(self, parts: Figures) -> str:
        kept, dropped = self._kept(parts)
        added = sum_of_parts(len(kept)).text(kept)
        if self.kind == "mean" and len(kept) > 1:
            added = f"({added}) ÷ {len(kept)}"
        return f"{added} [{', '.join(one.shown for one in dropped)}]"

    def cell(self, cells: Cells) -> str:
        """The sum without what `LARGE` and `SMALL` find, so that a changed mark is dropped too."""
        each = ",".join(cells[: self.count])
        ends = [f"LARGE(({each}),{n + 1})" for n in range(self.highest)]
        ends += [f"SMALL(({each}),{n + 1})" for n in range(self.lowest)]
        added = "-".join((f"SUM({each})", *ends))
        kept = self.count - self.highest - self.lowest
        return added if self.kind == "sum" else f"({added})/{kept}"

    @property
    def cell_binding(self) -> Binding:
        """That of a quotient or of a difference."""
        return Binding.SUM if self.kind == "sum" else Binding.PRODUCT
