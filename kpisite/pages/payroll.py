"""Payroll's pages: the wages of each month and year, to read and as tables for other programs."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from kpisite.core.exact import total
from kpisite.core.money import Money
from kpisite.core.month import Month
from kpisite.language.policy import Policy
from kpisite.pages.audience import Audience
from kpisite.pages.earned import Wages
from kpisite.pages.navigation import ways
from kpisite.pages.overview import amounts_in, change_of_pay, in_all
from kpisite.pages.page import HtmlPage, Link, ListPage, Page, PrintedList, TablePage, WorkbookPage
from kpisite.pages.pay import PayTable, pay_sheet, the_name
from kpisite.pages.pay_book import heads_of, pay_book, pay_records
from kpisite.pages.pay_tables import (
    tables_of_month,
    tables_of_year,
    wages_of_month,
    wages_of_year,
)
from kpisite.pages.plan import SitePlan
from kpisite.pages.seen import Seen
from kpisite.pages.unrecorded import without_records
from kpisite.words import month_in_words

Sum = tuple[Policy, int, Decimal]
"""How often a policy pays in a month or year, record by record, and what in all."""

#: A year has none before it to be held against.
NOTHING_AROUND: Mapping[str, object] = {"before": None, "after": None, "change": ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicySum:
    """How many people a policy paid in a month or year, and what in all."""

    policy: str
    people: int
    sum: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PayPeriod:
    """A month or year of pay: how many people were paid, and what in all, over every policy."""

    name: str
    href: str
    people: int
    sum: str
    policies: tuple[PolicySum, ...]


def payroll_pages(plan: SitePlan, audience: Audience, seen: Seen) -> Iterator[Page]:
    """The wages of each year, and the index of all months and years, the newest first."""
    periods = []
    paid = seen.paid
    share = f"{audience.folder} {payroll_pages.__name__}"
    for year, group in groupby(paid.months, _year):
        months = list(group)
        wages = wages_of_year(plan, audience, f"{share} {year}", paid.in_year(year))
        for month in months:
            label = month_in_words(month, plan.language)
            periods.append(_period(plan, label, month, *_sums_of(plan, wages, month)))
        if plan.selection.has_whole_years:
            through = month_in_words(months[-1], plan.language, with_year=False)
            label = plan.words("year-through").format(year=year, month=through)
            tables = tables_of_year(plan, year, wages)
            sums = [(one.policy, one.added.people, one.added.in_all) for one in tables]
            periods.append(_period(plan, label, year, wages.people, sums))
            yield from _pages_of(plan, audience, year, label, tables, wages.people)
    yield HtmlPage(
        audience=audience,
        path="index.html",
        template="payroll-months.html",
        title=plan.words("payroll-title"),
        facts={
            "periods": tuple(reversed(periods)),
            **ways(plan, audience),
        },
    )


def payroll_month(plan: SitePlan, audience: Audience, month: Month, seen: Seen) -> Iterator[Page]:
    """The wages of one month."""
    paid = seen.paid.months
    if month in paid:
        share = f"{audience.folder} {payroll_month.__name__} {month}"
        wages = wages_of_month(plan, audience, share, seen.in_month(month))
        tables = tables_of_month(plan, wages)
        label = month_in_words(month, plan.language)
        at = paid.index(month)
        last = amounts_in(plan, audience, month.plus(-1), share)
        change = change_of_pay(_by_money(tables), last)
        around = {
            "before": _month_link(plan, paid[at - 1] if at else None),
            "after": _month_link(plan, paid[at + 1] if at + 1 < len(paid) else None),
            "change": plan.words("pay-change").format(change=change) if change else "",
        }
        yield from _pages_of(plan, audience, month, label, tables, wages.people, around)


def _by_money(tables: Iterable[PayTable]) -> Mapping[Money, Decimal]:
    """What some tables pay, of each currency by itself."""
    sums: defaultdict[Money, list[Decimal]] = defaultdict(list)
    for table in tables:
        sums[table.money].append(table.added.in_all)
    return {money: total(several) for money, several in sums.items()}


def _month_link(plan: SitePlan, month: Month | None) -> Link | None:
    if month is None:
        return None
    return Link(month_in_words(month, plan.language, with_year=False), f"{month}.html")


def _year(month: Month) -> int:
    return month.year


def _sums_of(plan: SitePlan, of_year: Wages, month: Month) -> tuple[int, list[Sum]]:
    """How many people are paid in a month of a year, and what each policy pays."""
    several = [
        one.months[str(month)] for one in of_year.in_short.values() if str(month) in one.months
    ]
    by_policy: defaultdict[str, list[tuple[int, Decimal]]] = defaultdict(list)
    for of_group in several:
        for path, one in of_group.policies.items():
            by_policy[path].append(one)
    return sum(one.people for one in several), [
        (policy, sum(count for count, _ in each), total(amount for _, amount in each))
        for path, each in sorted(by_policy.items())
        if (policy := plan.book.policy_at(path)) is not None
    ]


def _period(
    plan: SitePlan, label: str, period: Month | int, people: int, sums: Sequence[Sum]
) -> PayPeriod:
    """A month or year in the index, with the sums of its policies."""
    amounts = [(plan.book.money_of(policy), amount) for policy, _, amount in sums]
    return PayPeriod(
        name=label,
        href=f"{period}.html",
        people=people,
        sum=in_all(plan, amounts),
        policies=tuple(
            PolicySum(
                policy=policy.name.say(plan.language), people=count, sum=in_all(plan, [amount])
            )
            for (policy, count, _), amount in zip(sums, amounts, strict=True)
        ),
    )


def _pages_of(
    plan: SitePlan,
    audience: Audience,
    period: Month | int,
    label: str,
    tables: Sequence[PayTable],
    people: int,
    around: Mapping[str, object] = NOTHING_AROUND,
) -> Iterator[Page]:
    """A month's or year's page, its workbook and its records."""
    title = f"{plan.words('payroll-title')} · {label}"
    missing = [one for one in plan.unrecorded_to(audience) if one.month == period and one.is_person]
    unpaid = without_records(plan, missing)
    is_month = isinstance(period, Month)
    suffixes = ("xlsx", "csv", "pdf") if plan.selection.pdf else ("xlsx", "csv")
    sheets = tuple(pay_sheet(table, plan.language) for table in tables)
    sums = [(plan.book.money_of(table.policy), table.added.in_all) for table in tables]
    grand = {
        "people": people,
        "in_all": in_all(plan, sums),
        "signers": tuple(plan.words(f"{key}-by") for key in ("prepared", "checked", "approved")),
    }
    yield ListPage(
        audience=audience,
        path=f"{period}.html",
        template="payroll.html",
        title=title,
        line="payroll-line.html",
        lists=tuple(sheet.lines for sheet in sheets),
        facts={
            "month": label,
            "sheets": sheets,
            **grand,
            **around,
            "up": Link(plan.words("all-months"), "index.html"),
            "unrecorded": unpaid,
            **ways(plan, audience),
            "files": tuple(f"payroll-{period}.{suffix}" for suffix in suffixes),
        },
    )
    if plan.selection.pdf:
        yield PrintedList(
            audience=audience,
            path=f"payroll-{period}.pdf",
            template="paper-payroll.html",
            title=title,
            facts={
                "sheets": sheets,
                **grand,
                "unrecorded": unpaid,
                "confidential": True,
                "version": plan.version_of_month(period) if isinstance(period, Month) else "",
            },
        )
    general = plan.words("wage") if is_month else tables[0].sum_name
    sum_name = the_name(table.sum_name for table in tables) or general
    yield WorkbookPage(
        audience=audience,
        path=f"payroll-{period}.xlsx",
        title=title,
        workbook=pay_book(tables, unpaid, title, plan.language),
    )
    yield TablePage(
        audience=audience,
        path=f"payroll-{period}.csv",
        title=title,
        rows=heads_of(tables, sum_name, plan.language),
        lists=pay_records(tables),
    )
