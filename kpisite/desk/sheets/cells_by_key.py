"""The cells of a sheet that came back, by the keys that their rows and columns bear."""

from collections.abc import Iterator, Sequence

from kpisite.core.issue import Issue, Place
from kpisite.desk.sheets.typed_cells import Cell
from kpisite.tables.grid import Grid
from kpisite.tables.values import is_empty, text_of


class KeyedCells:
    """The sheets of a workbook, in which cells are looked up; what is missing is reported once."""

    def __init__(self, grids: Sequence[Grid], file: str, issues: list[Issue]) -> None:
        self._by_name = {grid.name: grid for grid in grids}
        self._file, self._issues = file, issues
        self._keys: dict[str, tuple[dict[str, int], dict[str, int]]] = {}
        self._gone: set[str] = set()

    def at(self, sheet: str, row: str, column: str, base: str) -> Cell | None:
        """The cell that bears those keys, wherever it has come to stand."""
        grid = self._by_name.get(sheet)
        if grid is None:
            if sheet not in self._gone:
                self._gone.add(sheet)
                at = Place(self._file)
                self._issues.append(Issue(code="sheet-gone", at=at, facts={"sheet": sheet}))
            return None
        if sheet not in self._keys:
            self._keys[sheet] = self._keys_of(grid)
        rows, columns = self._keys[sheet]
        if row in rows and column in columns:
            return Cell(grid=grid, row=rows[row], column=columns[column], base=base)
        key = row if row not in rows else column
        if f"{sheet} {key}" not in self._gone:
            self._gone.add(f"{sheet} {key}")
            self._issues.append(grid.issue("sheet-key-gone", 0, 0, key=key))
        return None

    def _keys_of(self, grid: Grid) -> tuple[dict[str, int], dict[str, int]]:
        """Which row and which column bears each key."""
        rows: dict[str, int] = {}
        columns: dict[str, int] = {}
        for number in range(len(grid.rows)):
            self._enter(grid, rows, number, (number, 0))
        for number in range(len(grid.rows[0]) if grid.rows else 0):
            self._enter(grid, columns, number, (0, number))
        return rows, columns

    def _enter(self, grid: Grid, keys: dict[str, int], at: int, cell: tuple[int, int]) -> None:
        key = str(text_of(grid.at(*cell)))
        if key in keys and key:
            self._issues.append(grid.issue("sheet-key-twice", *cell, key=key))
        elif key:
            keys[key] = at


def pairs_of(ids: Grid) -> Iterator[tuple[str, str]]:
    """What the hidden sheet says of the workbook as a whole."""
    for row in ids.rows:
        if len(row) < 3 or is_empty(row[2]):
            yield str(text_of(row[0])), str(text_of(row[1])) if len(row) > 1 else ""


def lines_of(ids: Grid) -> Iterator[tuple[str, str, str, str, str, str]]:
    """What it says of each cell: sheet, keys of row and column, path, keys, what stood there."""
    for row in ids.rows:
        said = [str(text_of(one)) for one in (*row, *[""] * 6)][:6]
        if said[2]:
            yield said[0], said[1], said[2], said[3], said[4], said[5]
