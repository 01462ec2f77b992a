"""The sample company: what was computed by hand is what `explain` says and what the pages show.

`sample.csv` has every record on F02 with each component of the wage; the other tables have records
on the other forms.
"""

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
from kpisite.outcomes.brief import brief_of, briefs
from kpisite.outcomes.results import Result
from kpisite.pages.afterwards import afterwards
from kpisite.pages.audience import Capability, built_in, card_path
from kpisite.pages.calibration import calibration
from tests.sites import (
    ROOT,
    copy_sample,
    run,
    sample_book,
    sample_results,
    sample_scorecards,
)
from tests.trees import words_of

TABLES = sorted((ROOT / "tests/expected").glob("*.csv"))
F02 = "sample"
#: Columns of `sample.csv` that are about a component of the wage by another name than its id.
NAMED_ELSE = {"salary": "post-salary"}

Key = tuple[str, str]
Row = dict[str, str]


def rows(*tables: str) -> dict[Key, Row]:
    """What was computed by hand, by appraisee and month; of all tables or of those named."""
    found: dict[Key, Row] = {}
    for table in TABLES:
        with table.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if "total" in row and (not tables or table.stem in tables):
                    key = row.pop("employee"), row.pop("month")
                    assert key not in found, (table.stem, key)
                    found[key] = {
                        column: said for column, said in row.items() if "by_hand" not in column
                    }
    return found


def paid(*tables: str) -> dict[Key, Row]:
    """The rows of those who are paid by their appraisal; who was left out is not."""
    return {key: row for key, row in rows(*tables).items() if row.get("wage")}


def components(row: Row) -> dict[str, Decimal]:
    """The amounts of a row of `sample.csv` by the ids of their components."""
    columns = [column for column in row if column not in ("total", "grade", "wage")]
    return {NAMED_ELSE.get(column, column): Decimal(row[column]) for column in columns}


def money(amount: Decimal | str | int) -> str:
    return f"{Decimal(amount):,.2f}".replace("-", "−")


@pytest.fixture
def book() -> Book:
    return sample_book()


@pytest.fixture
def scored() -> dict[Key, Result]:
    """The results that were computed by hand."""
    wanted = rows()
    return {key: result for key, result in sample_scorecards().items() if key in wanted}


def test_every_row_has_a_record_and_every_record_on_f02_a_row(
    book: Book, scored: dict[Key, Result]
) -> None:
    assert set(scored) == set(rows())
    on_f02 = {key for key, result in scored.items() if result.card.scheme.model.id == "cs-agent"}
    assert on_f02 == set(rows(F02))
    assert on_f02 == {
        (one.model.employee, str(one.model.month))
        for one in book.records
        if book.scheme_id_of(one.model) == "cs-agent"
    }


def test_explain_says_what_was_computed_by_hand(book: Book, scored: dict[Key, Result]) -> None:
    for key, row in rows().items():
        reported = as_data(scored[key], book, "zh")
        assert (reported["total"], reported["grade"] or "") == (row["total"], row["grade"]), key
        amount = reported["pay"] and reported["pay"]["amount"]
        if "wage" in row:
            assert amount == (row["wage"] or None), key
    for key, row in paid(F02).items():
        parts = as_data(scored[key], book, "zh")["pay"]["working"]["parts"]
        assert {part["id"]: Decimal(part["value"]) for part in parts} == components(row)


@pytest.mark.parametrize(
    ("employee", "month"), [("CS017", "2026-10"), ("CS005", "2026-10"), ("CS014", "2026-07")]
)
def test_the_command_prints_the_same_tree_as_json(
    sample: Path, scored: dict[Key, Result], book: Book, employee: str, month: str
) -> None:
    ran = run("explain", employee, month, "--json", at=sample)
    assert ran.code == 0
    assert json.loads(ran.output) == as_data(scored[employee, month], book, "zh")


def test_explain_draws_the_rule_the_figures_and_the_lines_they_stand_on(sample: Path) -> None:
    drawn = run("explain", "CS017", "2026-10", at=sample).output
    assert re.search(r"总分 +88\.0 / 100 +=", drawn)
    assert re.search(
        r"处理投诉及售后 +17\.6 / 20  = 20 × 40% \+ 16 × 60%  “一起破损件未回访”\n", drawn
    )
    assert re.search(r"上级 +16 / 20  records/2026-10/CS017\.toml:16\n", drawn)
    assert "130,000 × (80,000 ≤ 130,000 ≤ 80,000 + 50,000 → 1%)" in drawn


def test_the_pages_show_what_was_computed_by_hand(
    sample: Path, book: Book, scored: dict[Key, Result]
) -> None:
    for key, row in rows().items():
        result = scored[key]
        trees = [built_in("hr"), built_in("managers", result.department_id)]
        trees += [built_in("employees", result.appraisee_id)] if result.is_person else []
        for audience in trees:
            page = f"output/{audience.folder}/{card_path(audience, brief_of(book, result))}.html"
            total, grade, wage = on_card(sample / page)
            assert (total, grade) == (row["total"], row["grade"]), page
            if not audience.can(Capability.PAY):
                assert wage is None, page
            elif row.get("wage"):
                assert wage == money(row["wage"]), page


def test_payroll_shows_each_component_that_was_computed_by_hand(sample: Path, book: Book) -> None:
    for (employee, month), row in paid(F02).items():
        html = (sample / f"output/payroll/{month}.html").read_text(encoding="utf-8")
        (line,) = re.findall(rf"<tr>(?:(?!</tr>).)*\b{employee}\b.*?</tr>", html, re.DOTALL)
        cells = [words_of(cell).strip() for cell in re.findall(r"<td.*?</td>", line)]
        shown = dict(zip(columns_of(sheet_of(html, employee))[1:], cells, strict=True))
        assert (shown["总分"], shown["等级"]) == (row["total"], row["grade"])
        assert shown["本月工资（元）"] == money(row["wage"])
        for name, amount in named(components(row), book).items():
            assert shown[name] == money(amount), (employee, month, name)


def sheet_of(html: str, employee: str) -> str:
    """The table of a page that has the employee's line."""
    (sheet,) = (
        table
        for table in re.findall(r"<table.*?</table>", html, re.DOTALL)
        if re.search(rf"\b{employee}\b", table)
    )
    return str(sheet)


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
    grades = re.findall(r'<span class="grade">(.*?)</span>', html)
    wages = re.findall(r'<table class="pay">.*<tr class="sum">.*?<td class="n">(.*?)</td>', html)
    assert re.search(rf'<tr class="sum">.*<td class="n result"[^>]*>{total}</td>', html)
    return total, grades[0] if grades else "", wages[0] if wages else None


def test_lists_show_the_same_totals_and_grades_from_the_highest_down(
    sample: Path, scored: dict[Key, Result]
) -> None:
    table = rows()
    months = {(one.department_id, str(one.month)) for one in scored.values()}
    for department, month in sorted(months):
        seen: dict[str, tuple[str, str]] = {}
        for tree in (f"managers/{department}/{month}", f"hr/{department}/{month}"):
            html = (sample / f"output/{tree}/index.html").read_text(encoding="utf-8")
            for sheet in re.findall(r'<table class="people">.*?</table>', html, re.DOTALL):
                lines = re.findall(
                    r'<th scope="row"><a href="([\w-]+)\.html">.*?<td class="n strong">(.*?)</td>'
                    r'(?:<td class="grade">(.*?)</td>)?',
                    sheet,
                )
                totals = [Decimal(total) for _, total, _ in lines]
                assert totals == sorted(totals, reverse=True), tree
                seen |= {id: (total, grade) for id, total, grade in lines}
            for (id, at), row in table.items():
                if at == month and scored[id, at].department_id == department:
                    assert seen[id] == (row["total"], row["grade"]), (tree, id)


def test_nothing_in_the_sample_keeps_it_from_being_built(tmp_path: Path) -> None:
    ran = run("check", at=copy_sample(tmp_path))
    assert ran.code == 0
    assert "错误[" not in ran.output


def test_payroll_adds_up_each_column(sample: Path, book: Book) -> None:
    table = paid(F02)
    for month in sorted({month for _, month in table}):
        of_month = {id: row for (id, at), row in table.items() if at == month}
        html = (sample / f"output/payroll/{month}.html").read_text(encoding="utf-8")
        sheet = sheet_of(html, min(of_month))
        (foot,) = re.findall(r"<tfoot>(.*?)</tfoot>", sheet, re.DOTALL)
        sums = [words_of(cell).strip() for cell in re.findall(r"<t[hd].*?</t[hd]>", foot)]
        shown = dict(zip(columns_of(sheet), sums, strict=True))
        added = sum(Decimal(row["wage"]) for row in of_month.values())
        assert shown["本月工资（元）"] == money(added), month
        amounts = [named(components(row), book) for row in of_month.values()]
        for name in amounts[0]:
            added = sum(one[name] for one in amounts)
            assert shown[name] == money(added), (month, name)


def test_the_wage_is_the_sum_of_its_printed_components() -> None:
    for result in sample_results():
        if result.wage is not None:
            printed = [cents(part.shown) for part in result.wage.parts]
            assert sum(printed) == cents(fixed(result.wage.value, 2)), result.card.record.path


def cents(amount: str) -> int:
    return int(amount.replace(",", "").replace(".", "").replace("−", "-"))


def test_a_scorecard_amended_after_closing_says_what_it_was_and_what_it_is(
    book: Book, scored: dict[Key, Result]
) -> None:
    reported = afterwards(book, scored["CS012", "2026-07"], "zh")
    assert [one.heading for one in reported.entries] == [
        "2026-08-21 更正：封账时 79.4 好，现为 80.6 好"
    ]
    english = afterwards(book, scored["CS012", "2026-07"], "en")
    assert english.entries[0].heading.endswith("79.4 Good at closing, 80.6 Good now")


def test_an_answer_is_not_due_before_the_ruling_or_amendment_it_is_to(
    book: Book, scored: dict[Key, Result]
) -> None:
    answers = {key: afterwards(book, result, "zh").answer.said for key, result in scored.items()}
    assert answers["CS012", "2026-07"] == answers["CS018", "2026-09"] == "待本人确认"
    assert answers["CS008", "2026-09"] == "待本人确认（2026-10-11 前）"


def test_grades_of_several_policies_are_never_reported_as_one_distribution(book: Book) -> None:
    october = [one for one in sample_results() if str(one.month) == "2026-10"]
    reported = [one for one in calibration(book, briefs(book, october), "zh") if "等级分布" in one]
    under = [one for one in october if one.policy and one.policy.model.id == "customer-service"]
    assert reported == [
        one for one in calibration(book, briefs(book, under), "zh") if "等级分布" in one
    ]
    assert reported == [
        "客服绩效管理办法的等级分布：优 2 人 12.5%（建议 10.0%）、良 8 人 50.0%（建议 40.0%）、"
        "好 5 人 31.3%（建议 35.0%）、及格 1 人 6.3%（建议 10.0%）、不及格 0 人 0.0%"
        "（比例四舍五入到 0.1%，合计不正好是 100%）。"
    ]
