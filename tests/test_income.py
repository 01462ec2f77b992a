"""What a year's wages come to, on the person's first page and in payroll's tree (F10)."""

import csv
import re
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

from python_calamine import CalamineWorkbook

from kpisite.core.exact import total
from kpisite.outcomes.income import incomes
from tests.marked_months import says
from tests.sites import built, sample_results, write
from tests.small_forms import CARE, Files, form, in_brief, record, site, staff
from tests.trees import words_of

FORM = form(CARE)
POLICY = """
id = "{id}"
name = "{name}"
from = "2026-01"
schemes = ["{scheme}"]

[[pay]]
id = "base"
name = "基本工资"
method = "salary"

[[pay]]
id = "pieces"
name = "计件"
method = "per-unit"
metric = "pieces"
each = 0.335
"""


def paid_in(months: dict[str, int]) -> Files:
    """A site on which A made so many pieces a month, at 3,000.10 and, from 2027, 3,100."""
    salary = "".join(
        f'[[salary]]\nfrom = "{since}"\namount = {amount}\n'
        for since, amount in (("2026-01", "3_000.10"), ("2027-01", "3_100"))
    )
    reported = {f"{month}/A": says(80, pieces=pieces) for month, pieces in months.items()}
    return site(
        FORM,
        reported,
        POLICY.format(id="rules", name="办法", scheme="form"),
        {"records/pay/A.toml": f'employee = "A"\n{salary}'},
    )


def test_an_income_is_the_months_added_up_component_by_component() -> None:
    files = paid_in({"2026-11": 100, "2026-12": 101, "2027-01": 3})
    (first, second) = incomes(*in_brief(files))
    # 33.50 and 33.835, rounded to 33.84 in its month; nothing is rounded again.
    assert {part.id: part.value for part in first.working.parts} == {
        "base": Decimal("6000.20"),
        "pieces": Decimal("67.34"),
    }
    assert (first.year, first.working.value) == (2026, Decimal("6067.54"))
    assert (second.year, second.working.value) == (2027, Decimal("3101.01"))
    assert [part.id for part in first.working.parts[1].parts] == ["2026-11", "2026-12"]


def test_a_year_of_one_month_says_no_more_than_the_month(tmp_path: Path) -> None:
    output = built(write(paid_in({"2026-11": 1, "2026-12": 1, "2027-01": 3}), tmp_path), "--no-pdf")
    text = (output / "employees/A/index.html").read_text(encoding="utf-8")
    assert re.findall(r"<h2>(\d+) 年收入（2 个月，至 12 月）</h2>", text) == ["2026"]
    assert (output / "payroll/2027.html").exists()


def test_an_income_under_two_policies_is_told_apart(tmp_path: Path) -> None:
    files = paid_in({"2026-10": 1, "2026-11": 2, "2026-12": 3})
    other = {
        "records/schemes/other.toml": FORM.replace('id = "form"', 'id = "other"'),
        "records/policies/other.toml": POLICY.format(id="other", name="新办法", scheme="other"),
        "records/staff/A.toml": staff(
            "A",
            more='[[post]]\nfrom = 2026-09-01\ndepartment = "desk"\ntitle = "专员"\n'
            'scheme = "other"\nsuperior = "M"\n',
        ),
        "records/2026-08/A.toml": record("A", says(80, pieces=7), "2026-08"),
        "records/2026-07/A.toml": record("A", says(80, pieces=7), "2026-07"),
    }
    page = built(write(files | other, tmp_path), "--no-pdf") / "employees/A/index.html"
    text = words_of(page.read_text(encoding="utf-8"))
    # Three months of 3,000.10 and 0.34, 0.67 and 1.01; before them two of 2.35, from 2.345.
    assert "9,002.32" in text
    assert "6,004.90" in text
    assert "新办法" in text


def test_the_samples_income_of_f10_is_as_computed_by_hand(sample: Path) -> None:
    # 12,000 twice; 4,000 and 8,000.00; 1,500 in June.
    page = (sample / "output/employees/PT003/index.html").read_text(encoding="utf-8")
    (table,) = re.findall(r'<table class="pay">.*?</table>', page, re.DOTALL)
    amounts = re.findall(r'<td class="n">(.*?)</td>', table)
    assert amounts == ["24,000.00", "12,000.00", "1,500.00", "37,500.00"]


def test_the_years_tables_tie_to_the_scorecards(sample: Path) -> None:
    wages: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for one in sample_results():
        if one.wage is not None and one.policy is not None:
            assert one.month.year == 2026
            wages[one.policy.model.id, one.appraisee_id] += one.wage.value
    payroll = sample / "output/payroll"
    with (payroll / "payroll-2026.csv").open(encoding="utf-8-sig", newline="") as file:
        heads, *rows = csv.reader(file)
    assert heads[-1] == "2026 年收入（元）"
    assert sorted(Decimal(row[-1]) for row in rows) == sorted(wages.values())
    book = CalamineWorkbook.from_path(payroll / "payroll-2026.xlsx")
    for name in book.sheet_names:
        _, *people, sums = book.get_sheet_by_name(name).to_python()
        reported = {str(row[0]): Decimal(str(row[-1])) for row in people}
        assert reported == {id: value for (policy, id), value in wages.items() if policy == name}
        assert Decimal(str(sums[-1])) == total(reported.values())
