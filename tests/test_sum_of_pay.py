"""What the sum of the pay is called: as the policy says, in every list that knows one name."""

import csv
from pathlib import Path

from kpisite.pages.cells import Workbook
from kpisite.pages.workbook import scorecard_workbook
from tests.marked_months import HEAD
from tests.sites import built, write
from tests.small_forms import CARE, form, read, site, staff
from tests.trees import pdf_text, words_of

POLICY = """
[[pay]]
id = "merit"
name = "安全奖"
method = "proportion"
amount = 1_000
"""
NAMED = f'{HEAD}sum = "本月安全奖"\n{POLICY}'
MARKED = {"A": "marks.care = { boss = 90 }\n", "B": "marks.care = { boss = 80 }\n"}
#: B fills in another form, under a policy that names no sum.
SEVERAL = {
    "records/schemes/other.toml": form(CARE).replace('id = "form"', 'id = "other"'),
    "records/staff/B.toml": staff("B", scheme="other"),
    "records/policies/others.toml": (HEAD + POLICY)
    .replace('id = "rules"', 'id = "others"')
    .replace('["form"]', '["other"]'),
}


def heads(output: Path, path: str) -> list[str]:
    text = (output / path).read_text("utf-8-sig")
    return next(csv.reader(text.splitlines()))


def texts(workbook: Workbook) -> list[object]:
    return [cell.value for sheet in workbook.sheets for line in sheet.lines for cell in line.cells]


def test_every_list_of_one_policy_calls_the_sum_as_the_policy_does(tmp_path: Path) -> None:
    output = built(write(site(form(CARE), MARKED, NAMED), tmp_path))
    assert heads(output, "payroll/payroll-2026-10.csv")[-2:] == ["安全奖", "本月安全奖（元）"]
    for page in ("payroll/2026-10.html", "hr/desk/2026-10/index.html", "employees/A/index.html"):
        said = words_of((output / page).read_text("utf-8"))
        assert "本月安全奖（元）" in said and "本月工资" not in said, page
    printed = pdf_text((output / "hr/desk/2026-10/summary.pdf").read_bytes())
    assert "本月安全奖" in printed and "本月工资" not in printed


def test_the_workbook_of_a_scorecard_does_too() -> None:
    book, (result, *_), _ = read(site(form(CARE), MARKED, NAMED))
    said = texts(scorecard_workbook(book, result, "zh"))
    assert "本月安全奖（元）" in said and "本月安全奖" in said
    assert "本月工资（元）" not in said and "合计" not in said


def test_a_list_of_several_names_keeps_the_general_one(tmp_path: Path) -> None:
    output = built(write(site(form(CARE), MARKED, NAMED, SEVERAL), tmp_path), "--no-pdf")
    assert heads(output, "payroll/payroll-2026-10.csv")[-1] == "本月工资（元）"
    said = words_of((output / "hr/desk/2026-10/index.html").read_text("utf-8"))
    assert "本月安全奖（元）" in said and "本月工资（元）" in said  # a sheet of each form
