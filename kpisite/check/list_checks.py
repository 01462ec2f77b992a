"""The checks of lists: the rows that a record states, and what their columns add up to."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from kpisite.check.filed import Filed
from kpisite.check.known import unknown
from kpisite.check.stated_checks import misstatements
from kpisite.core.exact import ZERO, compare, product
from kpisite.core.issue import Fact, Issue, Source, nearest
from kpisite.language.base import Quantity
from kpisite.language.figures.model import Column, Given, RowList
from kpisite.language.record import Record
from kpisite.language.scheme import Scheme

Row = Mapping[str, Quantity | str]


def lists_of_record(scheme: Scheme, filed: Filed[Record], *, waits: bool) -> Iterator[Issue]:
    """Lists and columns that the form does not have, and those that it asks for in vain."""
    record = filed.model
    for id in record.list_:
        if id not in scheme.plan.lists:
            yield unknown("list", id, scheme.plan.lists, filed.at("list", id))
    for id, rows in scheme.plan.lists.items():
        stated = record.list_.get(id, ())
        facts: dict[str, Fact] = {"list": rows.label, "id": id, "count": len(stated)}
        at = filed.at("list", id) if stated else filed.at("list")
        if len(stated) < rows.least and not waits and not filed.is_left_out("list", id):
            yield Issue(code="list-too-short", at=at, facts=facts | {"least": rows.least})
        elif rows.most is not None and len(stated) > rows.most:
            yield Issue(code="list-too-long", at=at, facts=facts | {"most": rows.most})
        issues = [
            issue
            for index, row in enumerate(stated)
            for issue in _row(rows, row, filed.at("list", id, index), waits=waits)
        ]
        yield from issues or _sums(rows, stated, filed, waits=waits)


def _row(
    rows: RowList, row: Mapping[str, Quantity | str], at: Source, *, waits: bool
) -> Iterator[Issue]:
    columns = {one.id: one for one in rows.columns}
    for id, value in row.items():
        if id in columns:
            yield from misstatements(columns[id], columns[id].label, id, value, at.at(id))
        elif id != "name":
            yield unknown("column", id, [*columns, "name"], at.at(id))
    if waits:
        return
    meant = {nearest(id, columns) for id in row.keys() - columns.keys() - {"name"}}
    for id, column in columns.items():
        if id not in row and column.default is None and id not in meant:
            facts: dict[str, Fact] = {"column": column.label, "id": id, "list": rows.label}
            yield Issue(code="column-missing", at=at, facts=facts)


def _sums(
    rows: RowList, stated: Sequence[Row], filed: Filed[Record], *, waits: bool
) -> Iterator[Issue]:
    """Columns whose rows do not add up; while the month waits, what falls short may still come."""
    for index, due, found in rows.sums(stated):
        differs = compare(found, due)
        if differs == 0 or (waits and differs < 0):
            continue
        column = rows.columns[index]
        values = (row.get(column.id, column.default) for row in stated)
        facts: dict[str, Fact] = {
            "column": column.label,
            "list": rows.label,
            "values": " + ".join(one.text for one in values if isinstance(one, Quantity)),
            "sum": Quantity(found, is_percent=column.unit == "percent").text,
            "due": Quantity(due, is_percent=column.unit == "percent").text,
        }
        yield Issue(code="column-sum", at=filed.at("list", rows.id), facts=facts)


def sums_of_form(scheme: Scheme, at: Source) -> Iterator[Issue]:
    """Sums of columns that no record could keep to; `at` is the form's file."""
    for n, rows in enumerate(scheme.list_):
        for m, column in enumerate(rows.columns):
            if column.adds_up_to is not None:
                here = at.at("list", n, "columns", m, "adds-up-to")
                yield from _sum_of_column(rows, column, column.adds_up_to, here)


def _sum_of_column(rows: RowList, column: Column, due: Quantity, at: Source) -> Iterator[Issue]:
    facts: dict[str, Fact] = {"column": column.label, "id": column.id, "list": rows.label}
    if column.unit == "choice":
        yield Issue(code="column-sum-of-words", at=at, facts=facts)
        return
    misstated = list(misstatements(Given(unit=column.unit), column.label, column.id, due, at))
    yield from misstated
    least, most = _reach(rows, column)
    for bound, is_beyond in ((least, -1), (most, 1)):
        if not misstated and bound is not None and compare(due.value, bound) == is_beyond:
            sign = "≥" if is_beyond < 0 else "≤"
            facts["reach"] = f"{sign} {Quantity(bound, is_percent=due.is_percent).text}"
            yield Issue(code="column-sum-unreachable", at=at, facts=facts | {"due": due.text})


def _reach(rows: RowList, column: Column) -> tuple[Decimal | None, Decimal | None]:
    """The least and the most that the column can come to, where anything bounds it."""
    fewest = max(rows.least, 1)
    low = None if column.low is None else column.low.value
    high = None if column.high is None else column.high.value
    return (
        _times(low, rows.most if low is not None and low < ZERO else fewest),
        _times(high, rows.most if high is not None and high > ZERO else fewest),
    )


def _times(value: Decimal | None, count: int | None) -> Decimal | None:
    """So much of each of so many rows, where both are bounded."""
    return None if value is None or count is None else product((value, Decimal(count)))
