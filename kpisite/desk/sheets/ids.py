"""The hidden sheets of a rater's workbook: what each cell stands for, and what may be chosen."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from kpisite.core.exact import plain
from kpisite.core.issue import Keys
from kpisite.desk.asked import Shown, Slot
from kpisite.pages.cells import Cell, SheetRow, Worksheet, address

#: The hidden sheets: what each cell stands for, and what may be chosen.
IDS, LISTS = "kpisite", "kpisite-lists"
#: The version of what stands in them.
VERSION = "1"
#: The cell for the day of the marks, by the keys of its row and column.
DAY_ROW, DAY_COLUMN = "day", "on"


@dataclass(slots=True)
class Ids:
    """What the hidden sheets say, as it comes together."""

    slots: dict[tuple[str, Keys, str], Slot] = field(default_factory=dict)
    lines: list[tuple[str, str, str, str, str, str]] = field(default_factory=list)
    lists: list[tuple[str, ...]] = field(default_factory=list)

    def put(self, sheet: str, row: str, column: str, slot: Slot) -> None:
        """The cell in that row and column stands for the value."""
        self.slots[slot.id] = slot
        keys = json.dumps([*slot.keys, slot.duty], ensure_ascii=False)
        self.lines.append((sheet, row, column, slot.path, keys, canonical(slot.shown)))

    def listed(self, labels: tuple[str, ...]) -> str:
        """Where the labels stand that a cell may be chosen from."""
        if labels not in self.lists:
            self.lists.append(labels)
        row = self.lists.index(labels)
        first, last = address(row, 0), address(row, len(labels) - 1)
        return f"'{LISTS}'!${first.rstrip('0123456789')}${row + 1}:" + (
            f"${last.rstrip('0123456789')}${row + 1}"
        )

    def sheets(self, about: Sequence[tuple[str, str]]) -> tuple[Worksheet, ...]:
        """The hidden sheets."""
        lines = [*about, *self.lines]
        return (
            _hidden(IDS, [tuple(line) for line in lines]),
            _hidden(LISTS, self.lists or [("",)]),
        )


def _hidden(name: str, rows: Sequence[Sequence[str]]) -> Worksheet:
    lines = (SheetRow(cells=tuple(Cell(value=one) for one in row), height=15) for row in rows)
    return Worksheet(name=name, widths=(12,), lines=tuple(lines), is_locked=True, is_hidden=True)


def canonical(shown: Shown | date) -> str:
    """What stands in a cell as one text, the same for equal numbers.

    >>> canonical(Decimal("8.0")), canonical(" 8 "), canonical("")
    ('8', '8', '')
    """
    return plain(shown) if isinstance(shown, Decimal) else str(shown).strip()
