"""What unfolds under a wage, component by component: on a scorecard, and in lists of many, for
which it is kept."""

from collections.abc import Iterable, Iterator
from typing import Self

from markupsafe import Markup

from kpisite.check.ground import Ground
from kpisite.core.immutable import immutable
from kpisite.core.text import Language
from kpisite.core.working import Kind, Working
from kpisite.outcomes.results import Result
from kpisite.pages.row import Leaf, Row, Work
from kpisite.pages.rule_places import place_of_working
from kpisite.pages.unfold import Unfolding
from kpisite.words import money_words, page_words


def shown_lines(lines: Iterable[Working]) -> Iterator[Working]:
    """The components of an amount that have a row: what is nothing and made of nothing has none."""
    return (line for line in lines if line.value or line.parts)


def pay_rows(lines: Iterable[Working], unfolding: Unfolding) -> Iterator[Row]:
    """The components of an amount that are shown, with their workings, one a row."""
    grade, language = unfolding.result.grade, unfolding.language
    dot = page_words(language)["dot"]
    for line in shown_lines(lines):
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
            place=place_of_working(line),
        )


@immutable
class PayrollPay:
    """What only payroll and HR see of a scorecard's pay: the lines, and all that is paid."""

    rows: tuple[Row, ...]
    name: str
    in_all: str


def payroll_pay(book: Ground, result: Result, language: Language) -> PayrollPay | None:
    """What others than payroll and HR do not see; None where there is no such thing."""
    if result.payroll is None or result.policy is None:
        return None
    unfolding = Unfolding(result=result, language=language)
    money = book.money_of(result.policy.model)
    return PayrollPay(
        rows=tuple(pay_rows(result.pay_of_payroll, unfolding)),
        name=money_words(language, money)["paid-in-all"],
        in_all=result.payroll.shown,
    )


@immutable
class Unfolded:
    """A component of a wage as it unfolds in a list of many: its name,
    the level that a grade leads to, its amount, and how that came; without `leaves` it does not
    unfold."""

    label: str
    level: str
    value: str
    calculation: str
    computed: str
    remarks: tuple[str, ...]
    leaves: tuple[Leaf, ...]

    @classmethod
    def of(cls, row: Row) -> Self:
        """What there is to keep of a row."""
        work = row.work
        return cls(
            label=row.label,
            level=row.most,
            value=row.value,
            calculation="" if work is None else work.calculation,
            computed="" if work is None else work.computed,
            remarks=() if work is None else work.remarks,
            leaves=() if work is None else work.leaves,
        )

    def row(self) -> Row:
        """The row as a page shows it."""
        work = Work(
            calculation=self.calculation,
            leaves=self.leaves,
            note=Markup(""),
            computed=self.computed,
            remarks=self.remarks,
        )
        return Row(
            kind=Kind.PAY.value,
            label=self.label,
            most=self.level,
            marks=(),
            value=self.value,
            bar="",
            text=Markup(""),
            work=work if self.leaves else None,
        )


@immutable
class PayRow:
    """What a list of wages unfolds of one person's, beside what its brief says; put into words, so
    that it can be kept for pages in the same language."""

    path: str
    unfolded: tuple[Unfolded, ...]

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows as a page shows them."""
        return tuple(one.row() for one in self.unfolded)


def pay_row_of(result: Result, language: Language) -> PayRow:
    """What lists of wages unfold of a result; nothing where there is no wage."""
    unfolding = Unfolding(result=result, language=language)
    return kept_of(result.card.record.path, pay_rows(result.pay_lines, unfolding))


def kept_of(path: str, rows: Iterable[Row]) -> PayRow:
    """What is kept of the rows of a wage, be it those of the scorecard's own page."""
    return PayRow(path=path, unfolded=tuple(Unfolded.of(row) for row in rows))


def income_rows(lines: Iterable[Working], language: Language) -> Iterator[Row]:
    """The components of a year's income, each with the amounts of its months."""
    for line in lines:
        leaves = tuple(
            Leaf(label=month.label.say(language), value=month.shown) for month in line.parts
        )
        yield Row(
            kind=line.kind.value,
            label=line.label.say(language),
            most="",
            marks=(),
            value=line.shown,
            bar="",
            text=Markup(""),
            work=Work(calculation=line.calculation, leaves=leaves, note=Markup("")),
        )
