"""The rows of a table under its heads, by what a mapping says that each column is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from unicodedata import normalize

from kpisite.core.issue import Fact, Issue
from kpisite.language.mapping import NOT_TAKEN
from kpisite.language.mapping import Mapping as TableMapping
from kpisite.tables.grid import Broken, Grid, Raw, Spot
from kpisite.tables.values import NOTHING, is_empty, text_of
from kpisite.words import headings

#: So many rows in a head may be joined.
JOINED = "/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of a table: what stands in it, by what each column is, and where."""

    grid: Grid
    number: int
    columns: Mapping[str, int]
    mapping: TableMapping

    def has(self, target: str) -> bool:
        """Whether the table has such a column, and anything stands in it here."""
        return target in self.columns and not is_nothing(self.raw(target))

    def raw(self, target: str) -> Raw:
        """What stands there."""
        column = self.columns.get(target)
        return "" if column is None else self.grid.at(self.number, column)

    def is_percent(self, target: str) -> bool:
        """Whether the cell shows a percentage."""
        return (self.number, self.columns[target]) in self.grid.percents

    def spot(self, column: str = "") -> Spot:
        """The cell of a column, or the first."""
        return Spot(self.grid, self.number, self.columns.get(column, 0))

    def issue(self, code: str, column: str = "", /, **facts: Fact) -> Issue:
        """A fault of the row, or of the column in it."""
        return self.grid.issue(code, self.number, self.columns.get(column, 0), **facts)


@dataclass(slots=True)
class Table:
    """The rows that say something, what is wrong, and which rows were passed over and why."""

    rows: list[Row] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)


def is_nothing(raw: Raw) -> bool:
    """Whether a cell is empty, or says by a dash that there is nothing."""
    return is_empty(raw) or (isinstance(raw, str) and plain_word(raw) in NOTHING)


def plain_word(text: str) -> str:
    r"""A head as it is compared: without spaces, marks of a required field, and capitals.

    >>> plain_word(" 工 号*\n"), plain_word("Ｎａｍｅ")
    ('工号', 'name')
    """
    said = "".join(normalize("NFKC", text).split()).strip("*:：")
    return said.casefold()


def heads_of(grid: Grid, head: int, heads: int) -> list[str]:
    """What stands over each column, where a head takes several rows joined by a slash."""
    rows = [spread(grid, number) for number in range(head - 1, head - 1 + heads)]
    width = max((len(row) for row in rows), default=0)
    found = []
    for column in range(width):
        parts = [_said(row[column]) for row in rows if column < len(row)]
        found.append(JOINED.join(dict.fromkeys(one for one in parts if one)))
    return found


def _said(raw: Raw) -> str:
    said = text_of(raw)
    return "" if isinstance(said, Broken) else " ".join(said.split())


def spread(grid: Grid, number: int) -> list[Raw]:
    """A row, in which each text of a merged area stands in all of its cells."""
    row = list(grid.rows[number]) if number < len(grid.rows) else []
    for first, last in grid.merged:
        if first[0] <= number <= last[0]:
            value = grid.at(*first)
            row += [""] * (last[1] + 1 - len(row))
            for column in range(first[1], last[1] + 1):
                if (number, column) != first:
                    row[column] = value if isinstance(value, str) else Broken("cell-merged")
    return row


def table_of(grid: Grid, mapping: TableMapping) -> Table:
    """The rows of the table, with what is wrong in its heads."""
    table = Table()
    heads = heads_of(grid, mapping.head, mapping.heads)
    columns = dict(_columns(grid, mapping, heads, table))
    if table.issues:
        return table  # nobody knows yet what the rows say
    last_head = mapping.head - 1 + mapping.heads
    rows = tuple(
        tuple(spread(grid, number)) if number >= last_head else row
        for number, row in enumerate(grid.rows)
    )
    whole = replace(grid, rows=rows)
    words = {plain_word(one) for one in heads}
    for number in range(last_head, len(rows)):
        row = Row(grid=whole, number=number, columns=columns, mapping=mapping)
        if _is_passed_over(row, words, table):
            continue
        if number in grid.hidden:
            table.issues.append(row.issue("import-row-hidden"))
        table.rows.append(row)
    if not table.rows and not table.issues:
        table.issues.append(grid.issue("import-no-rows", last_head))
    return table


def _columns(
    grid: Grid, mapping: TableMapping, heads: Sequence[str], table: Table
) -> Iterator[tuple[str, int]]:
    wanted = {plain_word(head): head for head in mapping.columns}
    found: dict[str, int] = {}
    row = mapping.head - 1
    for column, head in enumerate(heads):
        word = plain_word(head)
        if not word:
            continue
        if word not in wanted:
            table.issues.append(grid.issue("import-column-unknown", row, column, head=head))
        elif word in found and mapping.columns[wanted[word]] != NOT_TAKEN:
            table.issues.append(grid.issue("import-column-twice", row, column, head=head))
        else:
            found[word] = column
    for word, head in wanted.items():
        targets = mapping.columns[head]
        targets = (targets,) if isinstance(targets, str) else targets
        if word not in found:
            if targets != (NOT_TAKEN,):
                table.issues.append(grid.issue("import-column-gone", row, 0, head=head))
            continue
        yield from ((target, found[word]) for target in targets if target != NOT_TAKEN)


def _is_passed_over(row: Row, heads: set[str], table: Table) -> bool:
    """Whether a row says nothing of anybody: empty, a total, the heads again, a line below."""
    filled = [raw for raw in row.grid.rows[row.number] if not is_empty(raw)]
    if not filled:
        return True
    words = [plain_word(_said(raw)) for raw in filled]
    if any(_is_total(word) for word in words[:2]) and not (row.has("id") and row.has("name")):
        table.issues.append(row.issue("import-row-total", found=words[0] or words[1]))
        return True
    if len(words) > 1 and all(word in heads for word in words):
        return True
    is_note = any(sign in str(_said(filled[0])) for sign in "：:")  # 制表人：王敏
    if len(filled) == 1 and (is_note or not (row.has("id") or row.has("name"))):
        table.issues.append(row.issue("import-row-apart", found=_said(filled[0])[:40]))
        return True
    return False


def _is_total(word: str) -> bool:
    """Whether a row that begins with the word adds others up; Summer is a name.

    >>> _is_total("合计(元)"), _is_total("total:"), _is_total("summer")
    (True, True, False)
    """
    return any(
        word == start
        or (word.startswith(start) and not (start + word[len(start)]).isascii())
        or (word.startswith(start) and not word[len(start)].isalpha())
        for start in headings()["totals"]["starts"]
    )
