"""Payroll's pages: the wages of each month and year, to read and as tables for other programs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from kpisite.core.exact import money, total
from kpisite.core.month import Month
from kpisite.outcomes.income import incomes
from kpisite.outcomes.results import Result
from kpisite.pages.audience import Audience
from kpisite.pages.pay import PaySheet, PayTable, pay_sheet, tables_of_month, tables_of_year
from kpisite.pages.pay_book import pay_book, pay_records
from kpisite.pages.plan import Page, Plan, by_month
from kpisite.words import month_in_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A month or year of pay: how many people were paid, and what in all, over every policy."""

    name: str
    href: str
    people: int
    sum: str
    sheets: tuple[PaySheet, ...]


def payroll_pages(plan: Plan, audience: Audience, seen: Sequence[Result]) -> Iterator[Page]:
    """The wages month by month and year by year, the newest first in the index of them."""
    index = []
    for period, label, tables in _periods(plan, seen):
        pages = list(_pages_of(plan, audience, period, label, tables))
        index.append(
            Period(
                name=label,
                href=f"{period}.html",
                people=len({one.result.appraisee_id for table in tables for one in table.people}),
                sum=money(total(table.in_all for table in tables)),
                sheets=pages[0].facts["sheets"],
            )
        )
        yield from pages
    yield Page(
        audience=audience,
        path="index.html",
        template="payroll-months.html",
        title=plan.words("payroll-title"),
        facts={"periods": tuple(reversed(index)), "has_grades": plan.has_grades(audience)},
    )


def _periods(
    plan: Plan, seen: Sequence[Result]
) -> Iterator[tuple[Month | int, str, tuple[PayTable, ...]]]:
    """Each month with wages, and each year after the last of its months."""
    paid = [(month, some) for month, some in by_month(seen).items() if any(r.wage for r in some)]
    for year, group in groupby(paid, key=lambda one: one[0].year):
        months = list(group)
        for month, of_month in months:
            label = month_in_words(month, plan.language)
            yield month, label, tables_of_month(plan.book, of_month, plan.language)
        if plan.selection.has_whole_years:
            of_year = incomes(one for _, of_month in months for one in of_month)
            through = month_in_words(months[-1][0], plan.language, with_year=False)
            label = plan.words("year-through").format(year=year, month=through)
            yield year, label, tables_of_year(plan.book, of_year, plan.language)


def _pages_of(
    plan: Plan, audience: Audience, period: Month | int, label: str, tables: Sequence[PayTable]
) -> Iterator[Page]:
    """A month's or year's page, its workbook and its records."""
    title = f"{plan.words('payroll-title')} · {label}"
    yield Page(
        audience=audience,
        path=f"{period}.html",
        template="payroll.html",
        title=title,
        facts={
            "month": label,
            "sheets": tuple(pay_sheet(table, plan.language) for table in tables),
            "up": (plan.words("all-months"), "index.html"),
            "has_grades": plan.has_grades(audience),
            "files": (f"payroll-{period}.xlsx", f"payroll-{period}.csv"),
        },
    )
    is_month = isinstance(period, Month)
    sum_name = plan.words("wage") if is_month else tables[0].sum_name
    for suffix, facts in (
        ("xlsx", {"workbook": pay_book(tables, title, plan.language)}),
        ("csv", {"rows": pay_records(tables, sum_name, plan.language)}),
    ):
        path = f"payroll-{period}.{suffix}"
        yield Page(audience=audience, path=path, template="", title=title, facts=facts)
