"""The sample company: what was reckoned by hand is what `explain` says and what the pages show."""

import csv
import json
import re
from decimal import Decimal
from pathlib import Path

import pytest

from kpisite.check.book import Book
from kpisite.cli.explain import as_data
from kpisite.core.exact import fixed
from kpisite.core.month import Month
from kpisite.load import load
from kpisite.outcomes.results import Result, results
from kpisite.score.scorecard import score
from tests.sites import ROOT, copy_sample, run, sample_site, words_of

EXPECTED = ROOT / "tests/expected/sample.csv"
#: Columns of the table that are about a component of the wage by another name than its id.
NAMED_ELSE = {"salary": "post-salary"}

Key = tuple[str, str]


def expected() -> dict[Key, dict[str, str]]:
    with EXPECTED.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len({(row["employee"], row["month"]) for row in rows}) == len(rows)
    return {(row.pop("employee"), row.pop("month")): row for row in rows if [row.pop("by_hand")]}


def components(row: dict[str, str]) -> dict[str, Decimal]:
    """The amounts of a row of the table by the ids of their components."""
    columns = [column for column in row if column not in ("total", "grade", "wage")]
    return {NAMED_ELSE.get(column, column): Decimal(row[column]) for column in columns}


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sample_site(tmp_path_factory)


@pytest.fixture(scope="module")
def book(sample: Path) -> Book:
    book, _ = load(sample)
    return book


@pytest.fixture(scope="module")
def scored(book: Book) -> tuple[Result, ...]:
    return results(book, score(book))


def test_every_record_is_in_the_table_and_the_other_way_round(book: Book) -> None:
    assert {(one.model.employee, str(one.model.month)) for one in book.records} == set(expected())


def test_explain_says_what_was_reckoned_by_hand(book: Book, scored: tuple[Result, ...]) -> None:
    table = expected()
    for result in scored:
        data = as_data(result, book, "zh")
        row = table.pop((data["employee"], data["month"]))
        told = (data["total"], data["grade"], data["pay"]["amount"])
        assert told == (row["total"], row["grade"], row["wage"]), data["employee"]
        parts = data["pay"]["working"]["parts"]
        assert {part["id"]: Decimal(part["value"]) for part in parts} == components(row)
    assert not table


@pytest.mark.parametrize(
    ("employee", "month"), [("CS017", "2026-10"), ("CS005", "2026-10"), ("CS014", "2026-07")]
)
def test_the_command_prints_the_same_tree_as_json(
    sample: Path, scored: tuple[Result, ...], book: Book, employee: str, month: str
) -> None:
    ran = run("explain", employee, month, "--json", at=sample)
    assert ran.code == 0
    (result,) = (one for one in scored if (one.appraisee_id, str(one.month)) == (employee, month))
    assert json.loads(ran.output) == as_data(result, book, "zh")


def test_explain_draws_the_rule_the_figures_and_the_lines_they_stand_on(sample: Path) -> None:
    drawn = run("explain", "CS017", "2026-10", at=sample).output
    assert re.search(r"总分 +88\.0 / 100 +=", drawn)
    assert re.search(r"处理投诉及售后 +17\.6 / 20  = 20 × 40% \+ 16 × 60%\n", drawn)
    assert re.search(r"上级 +16 / 20  records/2026-10/CS017\.toml:16\n", drawn)
    assert "130,000 × (80,000 ≤ 130,000 ≤ 80,000 + 50,000 → 1%)" in drawn


def test_the_pages_show_what_was_reckoned_by_hand(sample: Path, book: Book) -> None:
    table = expected()
    for (employee, month), row in table.items():
        wage = f"{Decimal(row['wage']):,.2f}"
        for tree in (f"employees/{employee}/{month}", f"hr/customer-service/{month}/{employee}"):
            shown = on_card(sample / f"output/{tree}.html")
            assert shown == (row["total"], row["grade"], wage), tree
        shown = on_card(sample / f"output/managers/customer-service/{month}/{employee}.html")
        assert shown == (row["total"], row["grade"], None)
        payroll = (sample / f"output/payroll/{month}.html").read_text(encoding="utf-8")
        (line,) = re.findall(rf"<tr>(?:(?!</tr>).)*\b{employee}\b.*?</tr>", payroll, re.DOTALL)
        cells = [words_of(cell).strip() for cell in re.findall(r"<td.*?</td>", line)]
        shown_ = dict(zip(columns_of(payroll)[1:], cells, strict=True))
        assert (shown_["总分"], shown_["等级"], shown_["本月工资（元）"]) == (
            row["total"], row["grade"], wage,
        )  # fmt: skip
        for name, amount in named(components(row), book).items():
            assert shown_[name] == f"{amount:,.2f}", (employee, month, name)


def columns_of(html: str) -> list[str]:
    return re.findall(r'<th scope="col"[^>]*>(.*?)</th>', html)


def named(amounts: dict[str, Decimal], book: Book) -> dict[str, Decimal]:
    """The amounts by what the sample's policy calls their components."""
    policy = book.policy("cs-agent", Month(2026, 10))
    assert policy is not None
    return {one.name.zh: amounts[one.id] for one in policy.model.pay}


def on_card(page: Path) -> tuple[str, str, str | None]:
    """Total, grade and wage as somebody finds them at a glance."""
    html = page.read_text(encoding="utf-8")
    (total,) = re.findall(r'<span class="total">(.*?)</span>', html)
    (grade,) = re.findall(r'<span class="grade">(.*?)</span>', html)
    wages = re.findall(r'<table class="pay">.*<tr class="sum">.*?<td class="n">(.*?)</td>', html)
    assert re.search(rf'<tr class="sum">.*<td class="n result" [^>]*>{total}</td>', html)
    return total, grade, wages[0] if wages else None


def test_lists_show_the_same_totals_and_grades_from_the_highest_down(sample: Path) -> None:
    table = expected()
    for month in sorted({month for _, month in table}):
        of_month = {id: row for (id, at), row in table.items() if at == month}
        for tree in (f"managers/customer-service/{month}", f"hr/customer-service/{month}"):
            html = (sample / f"output/{tree}/index.html").read_text(encoding="utf-8")
            lines = re.findall(
                r'<th scope="row"><a href="(\w+)\.html">.*?<td class="n strong">(.*?)</td>'
                r'<td class="grade">(.*?)</td>',
                html,
            )
            assert {id: (total, grade) for id, total, grade in lines} == {
                id: (row["total"], row["grade"]) for id, row in of_month.items()
            }
            totals = [Decimal(total) for _, total, _ in lines]
            assert totals == sorted(totals, reverse=True)


def test_a_clean_sample_says_so(tmp_path: Path) -> None:
    ran = run("check", at=copy_sample(tmp_path))
    assert (ran.code, ran.output) == (0, "没有发现问题。\n")


def test_payroll_adds_up_each_column(sample: Path, book: Book) -> None:
    table = expected()
    for month in sorted({month for _, month in table}):
        rows = [row for (_, at), row in table.items() if at == month]
        html = (sample / f"output/payroll/{month}.html").read_text(encoding="utf-8")
        (foot,) = re.findall(r"<tfoot>(.*?)</tfoot>", html, re.DOTALL)
        sums = [words_of(cell).strip() for cell in re.findall(r"<t[hd].*?</t[hd]>", foot)]
        shown = dict(zip(columns_of(html), sums, strict=True))
        assert shown["本月工资（元）"] == f"{sum(Decimal(row['wage']) for row in rows):,.2f}"
        for name in named(components(rows[0]), book):
            added = sum(named(components(row), book)[name] for row in rows)
            assert shown[name] == f"{added:,.2f}", (month, name)


def test_the_wage_is_the_sum_of_its_printed_components(scored: tuple[Result, ...]) -> None:
    for result in scored:
        assert result.wage is not None
        printed = [int(part.shown.replace(",", "").replace(".", "")) for part in result.wage.parts]
        assert sum(printed) == int(fixed(result.wage.value, 2).replace(".", ""))
