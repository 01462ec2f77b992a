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
from kpisite.load import load
from kpisite.outcomes.results import Result, results
from kpisite.score.scorecard import score
from tests.sites import ROOT, copy_sample, run, sample_site, words_of

EXPECTED = ROOT / "tests/expected/sample.csv"
#: A column of the table, and the component of the wage that it is about.
COMPONENTS = {"salary": "post-salary", "commission": "commission", "other": "other"}

Key = tuple[str, str]


def expected() -> dict[Key, dict[str, str]]:
    with EXPECTED.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len({(row["employee"], row["month"]) for row in rows}) == len(rows)
    return {
        (row["employee"], row["month"]): {
            key: row[key] for key in ("total", "grade", *COMPONENTS, "wage")
        }
        for row in rows
    }


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
    told = {}
    for result in scored:
        data = as_data(result, book, "zh")
        parts = {part["id"]: part["value"] for part in data["pay"]["working"]["parts"]}
        told[data["employee"], data["month"]] = {
            "total": data["total"],
            "grade": data["grade"],
            **{column: parts[id] for column, id in COMPONENTS.items()},
            "wage": data["pay"]["amount"],
        }
    table = expected()
    for key, row in table.items():
        for column in COMPONENTS:
            assert Decimal(row[column]) == Decimal(told[key].pop(column)), (key, column)
            del row[column]
    assert told == table


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


def test_the_pages_show_what_was_reckoned_by_hand(sample: Path) -> None:
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
        amounts = [f"{Decimal(row[column]):,.2f}" for column in COMPONENTS]
        cells = [words_of(cell).strip() for cell in re.findall(r"<td.*?</td>", line)]
        assert cells[1:] == [row["total"], row["grade"], *amounts, wage]


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


def test_payroll_adds_up_each_column(sample: Path) -> None:
    table = expected()
    for month in sorted({month for _, month in table}):
        rows = [row for (_, at), row in table.items() if at == month]
        html = (sample / f"output/payroll/{month}.html").read_text(encoding="utf-8")
        (foot,) = re.findall(r"<tfoot>(.*?)</tfoot>", html, re.DOTALL)
        sums = [
            f"{sum(Decimal(row[column]) for row in rows):,.2f}" for column in (*COMPONENTS, "wage")
        ]
        assert words_of(foot).split()[1:] == sums


def test_the_wage_is_the_sum_of_its_printed_components(scored: tuple[Result, ...]) -> None:
    for result in scored:
        assert result.wage is not None
        printed = [int(part.shown.replace(",", "").replace(".", "")) for part in result.wage.parts]
        assert sum(printed) == int(fixed(result.wage.value, 2).replace(".", ""))
