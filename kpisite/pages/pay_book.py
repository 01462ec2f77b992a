"""Pay as a workbook with its sums as formulas, and as records for other programs."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from kpisite.core.digest import digest
from kpisite.core.text import Language, Text
from kpisite.pages.cells import (
    GENERAL,
    THIS_ROW,
    Cell,
    Listing,
    Look,
    SheetRow,
    Workbook,
    Worksheet,
    address,
    letters,
    money_format,
)
from kpisite.pages.paid import Leading, Paid
from kpisite.pages.pay import PayTable, of_payroll
from kpisite.pages.remembered import Lines
from kpisite.pages.unrecorded import WithoutRecord
from kpisite.words import page_words

#: The keys of the columns that say whose pay it is.
WHO = ("employee-id", "name")
#: The widths of columns by the key of their words; amounts are as wide as the last.
WIDTHS = {"employee-id": 12, "name": 14, "department": 18, "form": 22, "total": 9}
AMOUNT_WIDTH = 14
LONGEST_SHEET_NAME = 31


def pay_book(
    tables: Sequence[PayTable], unpaid: Sequence[WithoutRecord], title: str, language: Language
) -> Workbook:
    """A sheet for each policy, whose sums are formulas and tie to the scorecards', and one of those
    who have no record and so no wage."""
    names = sheet_names(table.policy.id for table in tables)
    sheets = [_sheet(table, name, language) for table, name in zip(tables, names, strict=True)]
    if unpaid:
        sheets.append(_unpaid(unpaid, language))
    return Workbook(title=title, sheets=tuple(sheets))


def _unpaid(unpaid: Sequence[WithoutRecord], language: Language) -> Worksheet:
    words = page_words(language)
    heads = (words[key] for key in (*WHO, "department", "reason"))
    lines = [SheetRow(cells=tuple(Cell(value=head, look=Look.HEAD) for head in heads))]
    for one in unpaid:
        texts = (one.id, one.name, one.department, one.reason)
        lines.append(SheetRow(cells=tuple(Cell(value=text) for text in texts)))
    widths = (*(WIDTHS[key] for key in (*WHO, "department")), 60)
    return Worksheet(name=words["unrecorded"], widths=widths, lines=tuple(lines), frozen=1)


def sheet_names(ids: Iterable[str]) -> list[str]:
    """What the sheets of a workbook are called after some ids: a spreadsheet takes 31 characters,
    no two names that differ by case alone, and keeps `History` for itself.

    >>> sheet_names(["rules", "Rules", "x" * 40, "x" * 41])
    ['rules', 'Rules~2', 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx', 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxx~2']
    """
    names: list[str] = []
    taken = {"history"}
    for id in ids:
        name, number = id[:LONGEST_SHEET_NAME], 1
        while name.lower() in taken:
            number += 1
            ending = f"~{number}"
            name = id[: LONGEST_SHEET_NAME - len(ending)] + ending
        taken.add(name.lower())
        names.append(name)
    return names


def _sheet(table: PayTable, name: str, language: Language) -> Worksheet:
    words = page_words(language)
    keys = [*WHO, *(column.key for column in table.before)]
    heads, widths = [words[key] for key in keys], [WIDTHS.get(key, 10) for key in keys]
    blocks = _blocks(table, language)
    for block in blocks:
        heads += [*block.columns.values(), block.sum_name]
        widths += [AMOUNT_WIDTH] * len(block.columns) + [AMOUNT_WIDTH + 2]
    head = SheetRow(cells=tuple(Cell(value=head, look=Look.HEAD) for head in heads))
    lines = Listing(
        head=(head,),
        lines=table.lines.each(lambda paid: _line(table, blocks, paid), table.shape),
        foot=(_sums(table, blocks, 1 + len(table.lines), words["sum"]),),
    )
    return Worksheet(name=name, widths=tuple(widths), lines=lines, frozen=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Block:
    """Components side by side by what they are called, and then a sum, into which goes that of the
    block before."""

    columns: Mapping[str, str]
    sum_name: str
    sum_of: Callable[[Paid], Decimal]
    sum: Decimal


def _blocks(table: PayTable, language: Language) -> tuple[_Block, ...]:
    """What the person sees of the pay, and, where there is any, what only payroll and HR see."""
    seen = _Block(
        columns={id: name.say(language) for id, name in table.columns.items()},
        sum_name=table.sum_name,
        sum_of=lambda paid: paid.value,
        sum=table.added.wages,
    )
    if not table.hidden_columns:
        return (seen,)
    hidden = _Block(
        columns={id: of_payroll(name, language) for id, name in table.hidden_columns.items()},
        sum_name=table.in_all_name,
        sum_of=lambda paid: paid.in_all,
        sum=table.added.in_all,
    )
    return seen, hidden


def _line(table: PayTable, blocks: Sequence[_Block], paid: Paid) -> SheetRow:
    cells = [Cell(value=text) for text in _who(paid)]
    cells += [Cell(value=leading.value, format=_format(leading)) for leading in paid.before]
    first = len(cells)
    for block in blocks:
        cells += _amounts(table, paid, block.columns)
        cells.append(_summed(table, block.sum_of(paid), first, len(cells) - 1))
        first = len(cells) - 1
    return SheetRow(cells=tuple(cells))


def _amounts(table: PayTable, paid: Paid, components: Iterable[str]) -> Iterator[Cell]:
    values = paid.by_component
    for component in components:
        value = values.get(component)
        yield Cell() if value is None else _amount(value, table)


def _summed(table: PayTable, value: Decimal, first: int, last: int) -> Cell:
    return Cell(
        value=value,
        formula=f"SUM({letters(first)}{THIS_ROW}:{letters(last)}{THIS_ROW})",
        look=Look.TOTAL,
        format=money_format(table.money.places),
    )


def _who(paid: Paid) -> tuple[str, str]:
    return paid.employee, paid.name


def _format(leading: Leading) -> str:
    if leading.number is None:
        return GENERAL
    return "0" + ("." + "0" * leading.places if leading.places else "")


def _amount(value: Decimal, table: PayTable) -> Cell:
    return Cell(value=value, format=money_format(table.money.places))


def _sums(table: PayTable, blocks: Sequence[_Block], rows: int, label: str) -> SheetRow:
    """The sums of the columns of amounts, `rows` being the number of the last person's row."""
    before = len(WHO) + len(table.before)
    cells = [Cell(value=label, look=Look.TOTAL)]
    cells += [Cell(look=Look.TOTAL) for _ in range(before - 1)]
    values: list[Decimal] = []
    for block in blocks:
        values += [table.added.sums[component] for component in block.columns]
        values.append(block.sum)
    for index, value in enumerate(values):
        at = before + index
        formula = f"SUM({address(1, at)}:{address(rows - 1, at)})"
        style = money_format(table.money.places)
        cells.append(Cell(value=value, formula=formula, look=Look.TOTAL, format=style))
    return SheetRow(cells=tuple(cells))


Record = tuple[str | Decimal, ...]
"""Somebody's pay in a table for other programs."""


def heads_of(tables: Sequence[PayTable], sum_name: str, language: Language) -> tuple[Record, ...]:
    """The heads of the same as one table, without sums: a column for each name that a component has
    in any policy, and then `sum_name`; where there are components that only payroll and HR see,
    these follow, and last what is paid in all."""
    words = page_words(language)
    if not tables:
        return ()
    columns, hidden = _all_columns(tables)
    keys = [*WHO, *(column.key for column in tables[0].before)]
    heads = (*(words[key] for key in keys), *(name.say(language) for name, _ in columns), sum_name)
    if hidden:
        heads += (*(of_payroll(name, language) for name, _ in hidden), tables[0].in_all_name)
    return (heads,)


def pay_records(tables: Sequence[PayTable]) -> tuple[Lines[Record], ...]:
    """What stands under these, table by table, empty for people whose policy does not have a
    column."""
    columns, hidden = _all_columns(tables)
    shape = digest(*map(repr, columns), "", *map(repr, hidden))
    return tuple(
        table.lines.each(
            partial(
                _record, _columns(table.columns), _columns(table.hidden_columns), columns, hidden
            ),
            f"{table.shape} {shape}",
        )
        for table in tables
    )


_Column = tuple[Text, int]
"""What a component is called, in all languages, and how many of its policy before it are called so
too."""


def _all_columns(tables: Iterable[PayTable]) -> tuple[list[_Column], list[_Column]]:
    """The columns of all tables, and those that only payroll and HR see."""
    return (
        _distinct(_columns(table.columns) for table in tables),
        _distinct(_columns(table.hidden_columns) for table in tables),
    )


def _distinct(several: Iterable[Mapping[str, _Column]]) -> list[_Column]:
    return list(dict.fromkeys(column for columns in several for column in columns.values()))


def _columns(named: Mapping[str, Text]) -> Mapping[str, _Column]:
    """The column of each component, by its id."""
    seen: Counter[Text] = Counter()
    columns = {}
    for id, name in named.items():
        columns[id] = (name, seen[name])
        seen[name] += 1
    return columns


def _record(
    own: Mapping[str, _Column],
    own_hidden: Mapping[str, _Column],
    columns: Sequence[_Column],
    hidden: Sequence[_Column],
    paid: Paid,
) -> Record:
    values = {own[one.id]: one.value for one in paid.amounts}
    amounts = (values.get(column, "") for column in columns)
    before = (one.value for one in paid.before)
    kept = {own_hidden[one.id]: one.value for one in paid.hidden}
    rest = (*(kept.get(column, "") for column in hidden), paid.in_all) if hidden else ()
    return (*_who(paid), *before, *amounts, paid.value, *rest)
