"""Pay as a workbook with its sums as formulas, and as records for other programs."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from kpisite.core.exact import total
from kpisite.core.text import Language
from kpisite.pages.cells import GENERAL, Cell, Line, Look, Sheet, Workbook
from kpisite.pages.pay import Paid, PayTable, Told
from kpisite.words import page_words

MONEY = "#,##0.00"
#: The keys of the columns that say whose pay it is.
WHO = ("employee-id", "name")
#: The widths of columns by the key of their words; amounts are as wide as the last.
WIDTHS = {"employee-id": 12, "name": 14, "department": 18, "form": 22, "total": 9}
AMOUNT_WIDTH = 14


def pay_book(tables: Sequence[PayTable], title: str, language: Language) -> Workbook:
    """A sheet for each policy; sums are formulas, and tie to the scorecards'."""
    return Workbook(title=title, sheets=tuple(_sheet(table, language) for table in tables))


def _sheet(table: PayTable, language: Language) -> Sheet:
    words = page_words(language)
    keys = [*WHO, *(column.key for column in table.before)]
    heads = [words[key] for key in keys]
    heads += [name.say(language) for name in table.columns.values()]
    heads.append(table.sum_name)
    lines = [Line(cells=tuple(Cell(value=head, look=Look.HEAD) for head in heads))]
    for row, paid in enumerate(table.people, 2):
        lines.append(_line(table, paid, row, language))
    lines.append(_sums(table, len(lines), words["sum"]))
    widths = [WIDTHS.get(key, 10) for key in keys]
    widths += [AMOUNT_WIDTH] * len(table.columns) + [AMOUNT_WIDTH + 2]
    return Sheet(name=table.policy.id[:31], widths=tuple(widths), lines=tuple(lines), frozen=1)


def _line(table: PayTable, paid: Paid, row: int, language: Language) -> Line:
    begin = len(WHO) + len(table.before)
    first, last = _column(begin), _column(begin + len(table.columns) - 1)
    amounts = [paid.by_component.get(component) for component in table.columns]
    return Line(
        cells=(
            *(Cell(value=text) for text in _who(paid, language)),
            *(Cell(value=told.value, format=_format(told)) for told in paid.before),
            *(Cell() if part is None else _amount(part.value) for part in amounts),
            Cell(
                value=paid.working.value,
                formula=f"SUM({first}{row}:{last}{row})",
                look=Look.TOTAL,
                format=MONEY,
            ),
        )
    )


def _who(paid: Paid, language: Language) -> tuple[str, str]:
    return paid.result.appraisee_id, paid.result.card.appraisee.name.say(language)


def _format(told: Told) -> str:
    if isinstance(told.value, str):
        return GENERAL
    return "0" + ("." + "0" * told.places if told.places else "")


def _amount(value: Decimal) -> Cell:
    return Cell(value=value, format=MONEY)


def _sums(table: PayTable, rows: int, label: str) -> Line:
    """The sums of the columns of amounts, `rows` being the number of the last person's row."""
    before = len(WHO) + len(table.before)
    columns = [total(table.amounts(component)) for component in table.columns]
    cells = [Cell(value=label, look=Look.TOTAL)]
    cells += [Cell(look=Look.TOTAL) for _ in range(before - 1)]
    for index, value in enumerate([*columns, table.in_all]):
        column = _column(before + index)
        formula = f"SUM({column}2:{column}{rows})"
        cells.append(Cell(value=value, formula=formula, look=Look.TOTAL, format=MONEY))
    return Line(cells=tuple(cells))


def _column(index: int) -> str:
    """The letters of a column, the first being A at 0."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def pay_records(
    tables: Sequence[PayTable], sum_name: str, language: Language
) -> tuple[tuple[str | Decimal, ...], ...]:
    """The same as one table, without sums: a column for each name that a component has in any
    policy, empty for people whose policy does not have it, and last of all `sum_name`."""
    words = page_words(language)
    if not tables:
        return ()
    names = list(dict.fromkeys(name for table in tables for name in _names(table, language)))
    keys = [*WHO, *(column.key for column in tables[0].before)]
    heads = (*(words[key] for key in keys), *names, sum_name)
    return (heads, *(row for table in tables for row in _records(table, names, language)))


def _names(table: PayTable, language: Language) -> list[str]:
    return [name.say(language) for name in table.columns.values()]


def _records(
    table: PayTable, names: Sequence[str], language: Language
) -> Iterator[tuple[str | Decimal, ...]]:
    for paid in table.people:
        told = {part.label.say(language): part.value for part in paid.working.parts}
        amounts = (told.get(name, "") for name in names)
        before = (one.value for one in paid.before)
        yield (*_who(paid, language), *before, *amounts, paid.working.value)
