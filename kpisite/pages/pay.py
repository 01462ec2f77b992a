"""Wages as pages show them: the components of one, and the sheets of a month."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup

from kpisite.check.book import Book
from kpisite.core.exact import fixed, total
from kpisite.core.text import Language
from kpisite.outcomes.results import Result
from kpisite.pages.row import Row
from kpisite.pages.unfold import Unfolding
from kpisite.words import page_words


@dataclass(frozen=True, slots=True, kw_only=True)
class PayLine:
    """One person's wage of a month, component by component."""

    employee: str
    name: str
    department: str
    total: str
    grade: str
    amounts: tuple[str, ...]
    wage: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaySheet:
    """The wages that one policy gives in a month, with the sums of its columns."""

    policy: str
    columns: tuple[str, ...]
    lines: tuple[PayLine, ...]
    sums: tuple[str, ...]
    wage: str


def pay_rows(result: Result, unfolding: Unfolding) -> Iterator[Row]:
    """The components of the wage with their workings, one a row; none where there is no wage."""
    if result.wage is None:
        return
    grade, language = result.grade, unfolding.language
    dot = page_words(language)["dot"]
    for line in result.wage.parts:
        if not line.value and not line.parts:
            continue
        level = ""
        if line.parts and grade is not None and line.parts[0].id == grade.id:
            level = dot.join(
                text.say(language) for text in (grade.name, grade.level) if text is not None
            )
        yield Row(
            kind=line.kind.value,
            label=line.label.say(language),
            most=level,
            marks=(),
            value=line.shown,
            bar="",
            text=Markup(""),
            work=unfolding.work(line, line.parts) if line.parts else None,
        )


def pay_sheets(book: Book, results: Iterable[Result], language: Language) -> tuple[PaySheet, ...]:
    """The wages of a month by policy, in the order of ids."""
    sheets: dict[str, list[Result]] = {}
    for result in sorted(results, key=lambda one: one.appraisee_id):
        if result.wage is not None and result.policy is not None:
            sheets.setdefault(result.policy.path, []).append(result)
    return tuple(_pay_sheet(book, sheet, language) for _, sheet in sorted(sheets.items()))


def _pay_sheet(book: Book, sheet: list[Result], language: Language) -> PaySheet:
    policy = sheet[0].policy
    assert policy is not None
    columns = policy.model.pay
    amounts = [[part.value for part in one.wage.parts] for one in sheet if one.wage]
    return PaySheet(
        policy=policy.model.name.say(language),
        columns=tuple(component.name.say(language) for component in columns),
        lines=tuple(
            PayLine(
                employee=one.appraisee_id,
                name=one.card.appraisee.name.say(language),
                department=book.department_by_id[one.department_id].name.say(language),
                total=one.card.total.shown,
                grade="" if one.grade is None else one.grade.name.say(language),
                amounts=tuple(part.shown for part in one.wage.parts),
                wage=one.wage.shown,
                rows=tuple(pay_rows(one, _without_places(one, language))),
            )
            for one in sheet
            if one.wage is not None
        ),
        sums=tuple(_money(total(row[index] for row in amounts)) for index in range(len(columns))),
        wage=_money(total(value for row in amounts for value in row)),
    )


def _without_places(result: Result, language: Language) -> Unfolding:
    return Unfolding(
        scheme=result.card.scheme.model, record=result.record, language=language, documents=None
    )


def _money(amount: Decimal) -> str:
    return fixed(amount, 2, grouped=True).replace("-", "−")
