"""Payroll's pages: the wages of each month, to read and as a table for other programs."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from kpisite.check.book import Book
from kpisite.core.exact import total
from kpisite.core.text import Language
from kpisite.core.working import Working
from kpisite.outcomes.results import Result
from kpisite.pages.audience import Audience
from kpisite.pages.cells import Cell, Line, Look, Sheet, Workbook
from kpisite.pages.pay import pay_sheets
from kpisite.pages.plan import Page, Plan, by_month
from kpisite.words import month_in_words, page_words

MONEY = "#,##0.00"
#: The columns before the amounts: id, name, department, form, total, grade.
BEFORE = 6


def payroll_pages(plan: Plan, audience: Audience, seen: Sequence[Result]) -> Iterator[Page]:
    """The wages month by month, to read and as files for the payroll's own programs."""
    index = []
    for month, of_month in by_month(seen).items():
        if all(one.wage is None for one in of_month):
            continue
        sheets = pay_sheets(plan.book, of_month, plan.language)
        label = month_in_words(month, plan.language)
        title = f"{plan.words('payroll-title')} · {label}"
        index.append((label, f"{month}.html", sheets))
        yield Page(
            audience=audience,
            path=f"{month}.html",
            template="payroll.html",
            title=title,
            facts={
                "month": label,
                "sheets": sheets,
                "up": "index.html",
                "has_grades": plan.has_grades(audience),
                "files": (f"payroll-{month}.xlsx", f"payroll-{month}.csv"),
            },
        )
        workbook = payroll_workbook(plan.book, of_month, plan.language, title)
        for suffix in ("xlsx", "csv"):
            yield Page(
                audience=audience,
                path=f"payroll-{month}.{suffix}",
                template="",
                title=title,
                facts={"workbook": workbook},
            )
    yield Page(
        audience=audience,
        path="index.html",
        template="payroll-months.html",
        title=plan.words("payroll-title"),
        facts={"months": tuple(reversed(index)), "has_grades": plan.has_grades(audience)},
    )


def payroll_workbook(
    book: Book, results: Iterable[Result], language: Language, title: str
) -> Workbook:
    """A sheet for each policy; wages and sums are formulas, and tie to the scorecards'."""
    words = page_words(language)
    by_policy: dict[str, list[Result]] = {}
    for result in sorted(results, key=lambda one: one.appraisee_id):
        if result.wage is not None and result.policy is not None:
            by_policy.setdefault(result.policy.model.id, []).append(result)
    sheets = []
    for id, paid in sorted(by_policy.items()):
        wages = [one.wage for one in paid if one.wage is not None]
        names = [part.label.say(language) for part in wages[0].parts]
        heads = [
            words["employee-id"], words["name"], words["department"], words["form"],
            words["total"], words["grade"], *names, words["wage"],
        ]  # fmt: skip
        lines = [Line(cells=tuple(Cell(value=head, look=Look.HEAD) for head in heads))]
        for row, (result, wage) in enumerate(zip(paid, wages, strict=True), 2):
            lines.append(_line(book, result, wage, row, language))
        lines.append(_sums(wages, len(lines), words["sum"]))
        widths = (12, 14, 18, 22, 9, 10, *(14 for _ in names), 16)
        sheets.append(Sheet(name=id[:31], widths=widths, lines=tuple(lines), frozen=1))
    return Workbook(title=title, sheets=tuple(sheets))


def _line(book: Book, result: Result, wage: Working, row: int, language: Language) -> Line:
    first, last = _column(BEFORE), _column(BEFORE + len(wage.parts) - 1)
    grade = "" if result.grade is None else result.grade.name.say(language)
    places = "0" + ("." + "0" * result.card.total.places if result.card.total.places else "")
    return Line(
        cells=(
            Cell(value=result.appraisee_id),
            Cell(value=result.card.appraisee.name.say(language)),
            Cell(value=book.department_by_id[result.department_id].name.say(language)),
            Cell(value=result.card.scheme.model.name.say(language)),
            Cell(value=result.card.total.value, format=places),
            Cell(value=grade),
            *(Cell(value=part.value, format=MONEY) for part in wage.parts),
            Cell(
                value=wage.value,
                formula=f"SUM({first}{row}:{last}{row})",
                look=Look.TOTAL,
                format=MONEY,
            ),
        )
    )


def _sums(wages: list[Working], rows: int, label: str) -> Line:
    """The sums of the columns of amounts, `rows` being the number of the last person's row."""
    columns = [[wage.parts[index].value for wage in wages] for index in range(len(wages[0].parts))]
    columns.append([wage.value for wage in wages])
    cells = [Cell(value=label, look=Look.TOTAL)]
    cells += [Cell(look=Look.TOTAL) for _ in range(BEFORE - 1)]
    for index, values in enumerate(columns):
        column = _column(BEFORE + index)
        cells.append(
            Cell(
                value=total(values),
                formula=f"SUM({column}2:{column}{rows})",
                look=Look.TOTAL,
                format=MONEY,
            )
        )
    return Line(cells=tuple(cells))


def _column(index: int) -> str:
    """The letters of a column, the first being A at 0."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def payroll_rows(workbook: Workbook) -> list[tuple[str | Decimal, ...]]:
    """The same as one table for other programs, without sums: a column for each component of any
    policy, empty for people whose policy does not have it."""
    heads: list[str] = []
    people = []
    for sheet in workbook.sheets:
        names = [str(cell.value) for cell in sheet.lines[0].cells]
        heads += [name for name in names if name not in heads]
        people += [
            dict(zip(names, (cell.value for cell in line.cells), strict=True))
            for line in sheet.lines[1:-1]
        ]
    if not heads:
        return []
    wage = str(workbook.sheets[0].lines[0].cells[-1].value)
    ordered = [*(head for head in heads if head != wage), wage]
    return [tuple(ordered), *(tuple(one.get(head, "") for head in ordered) for one in people)]
