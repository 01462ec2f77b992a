"""What a scorecard's page says besides the form: what is awaited, what changed, how to answer."""

import re
from pathlib import Path

import pytest

from tests.sites import built, edit, run, small_site, write
from tests.small_forms import form
from tests.small_forms import site as of_forms
from tests.trees import words_of

RECORD = "records/2026-10/A1.toml"


def page(site: Path, tree: str = "employees/A1", name: str = "2026-10") -> str:
    output = built(site, "--no-pdf")
    return (output / tree / f"{name}.html").read_text(encoding="utf-8")


def test_rows_that_changed_since_the_month_before_are_listed_with_both_figures(
    tmp_path: Path,
) -> None:
    # care: 50 × 40% + 40 × 60% = 44, then 60 × 40% + 50 × 60% = 54; speed stays what it was.
    html = page(write(small_site(), tmp_path))
    table = re.search(r'<table class="since">.*?</table>', html, re.DOTALL)
    assert table is not None
    assert words_of(table[0]).split() == ["指标", "上次", "本次", "变化", "细心", "44", "54", "+10"]


def test_a_manager_who_did_not_see_the_month_before_reads_no_change_from_it(tmp_path: Path) -> None:
    files = small_site()
    moved = files["records/staff/A1.toml"] + (
        '\n[[post]]\nfrom = 2026-10-01\ndepartment = "store"\ntitle = "专员"\n'
        'scheme = "form"\nsuperior = "M2"\n'
    )
    site = write(files | {"records/staff/A1.toml": moved}, tmp_path)
    output = built(site, "--no-pdf")
    own, new = (
        (output / path).read_text(encoding="utf-8")
        for path in ("employees/A1/2026-10.html", "managers/store/2026-10/A1.html")
    )
    assert 'class="since"' in own
    assert 'class="since"' not in new
    assert 'class="chart"' in own
    assert 'class="chart"' not in new


def test_a_provisional_total_is_a_dash_and_says_who_is_awaited(tmp_path: Path) -> None:
    site = write(small_site(), tmp_path)
    write({"records/2026-10/month.toml": 'month = "2026-10"\nmissing = "provisional"\n'}, site)
    edit(site, RECORD, "speed = { self = 30, supervisor = 20 }", "speed = { self = 30 }")
    html = page(site)
    head = words_of(html.split("<table")[0])
    assert re.search(r'<span class="total soft">—</span>', html)
    assert "待：上级 丁岚的评分（1 项）" in head
    first = (site / "output/employees/A1/index.html").read_text(encoding="utf-8")
    assert re.search(r'<span class="total soft">—</span>', first)


PLAN_FORM = form(
    '[[part.indicator]]\nid = "plan"\nname = "计划"\npoints = 50\nmethod = "tasks"\n', 50
)
TASK = '[[task]]\nid = "t"\nname = "理货"\nweight = "100%"\n'


@pytest.mark.parametrize(
    ("says", "plan", "task", "remark"),
    [
        ("", "–", None, "数据未到"),
        (TASK, "–", "–", "尚缺boss评分"),
        (f"{TASK}marks = {{ boss = 0 }}\n", "0", "0", None),
        (f"{TASK}marks = {{ boss = 90 }}\n", "45", "90", None),
    ],
)
def test_a_task_that_nobody_marked_yet_is_no_zero(
    says: str, plan: str, task: str | None, remark: str | None, tmp_path: Path
) -> None:
    waits = 'month = "2026-10"\nmissing = "provisional"\n'
    files = of_forms(PLAN_FORM, {"A": says}, more={"records/2026-10/month.toml": waits})
    html = page(write(files, tmp_path), "employees/A")
    table = html.split('<table class="form')[1].split("</table>")[0]
    lines = [words_of(f"<tr{line}").split() for line in table.split("<tr")[1:]]
    shown = {words[0]: words[-1] for words in lines if words[0] in ("计划", "理货")}
    assert shown == {"计划": plan} | ({} if task is None else {"理货": task})
    assert [one for one in ("数据未到", "尚缺boss评分") if one in table] == [remark] * bool(remark)


def test_how_until_when_and_to_whom_to_answer_stands_on_the_page(tmp_path: Path) -> None:
    words = words_of(page(write(small_site(), tmp_path)))
    # The window closes on the 6th of the following month, and there are five days after it.
    assert "待本人确认（2026-11-11 前）" in words.split("考核表")[0]
    assert "交 丁岚" in words
    assert "向人力资源部申诉" in words


def test_an_objection_stands_beside_the_total(tmp_path: Path) -> None:
    site = write(small_site(), tmp_path)
    answered = run("answer", "A1", "2026-10", "objected", "--on", "2026-11-08", at=site)
    assert answered.code == 0, answered.errors
    html = page(site)
    assert '<p class="state objected">' in html
    assert html.index('class="state objected"') < html.index("<table")


def test_lines_of_files_are_named_to_hr_and_managers_alone(tmp_path: Path) -> None:
    output = built(write(small_site(), tmp_path), "--no-pdf")
    line = re.compile(rf"{RECORD} 第 [\d、]+ 行")
    for tree, sees in (
        ("employees/A1/2026-10.html", False),
        ("managers/desk/2026-10/A1.html", True),
        ("hr/desk/2026-10/A1.html", True),
    ):
        said = (output / tree).read_text(encoding="utf-8")
        assert bool(line.search(said)) == sees, tree
        assert (RECORD in said) == sees, tree
