"""The first pages of HR, managers and payroll: what is done, what is paid, who is meant."""

import re
from pathlib import Path

import pytest

from tests.sites import SITE, built, edit, record, run, small_site, write
from tests.trees import words_of


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    site = write(small_site(), tmp_path_factory.mktemp("glance"))
    return built(site, "--no-pdf")


def page(output: Path, path: str) -> str:
    return (output / path).read_text(encoding="utf-8")


def glance(html: str) -> str:
    found = re.search(r'<p class="glance">.*?</p>', html, re.DOTALL)
    assert found is not None
    return " ".join(words_of(found[0]).split())


def test_hr_reads_every_month_and_gets_from_one_to_the_next(output: Path) -> None:
    newest, before = page(output, "hr/index.html"), page(output, "hr/2026-09.html")
    assert '<a href="2026-09.html" rel="prev">' in newest
    assert '<a href="index.html" rel="next">' in before
    assert "2026 年 9 月" in before
    assert not (output / "hr/2026-10.html").exists()


def test_what_a_month_pays_is_held_against_the_month_before(output: Path) -> None:
    # September: A1 44 + 24 = 68, 良 1,500; 70,000 × 0.5% = 350. October: A1 78, 1,500 + 130,000.01
    # × 1.2% = 1,560.00 + 123.45; A2 68, 1,500 + 79,999.99 × 0.5% = 400.00; B1 100, 1,800 + 350.
    said = glance(page(output, "hr/index.html"))
    assert "已完成 3 / 应有 3" in said
    assert "工资合计 7,233.45" in said
    assert "比上月 +5,383.45" in said
    assert "未封账" in said
    assert "比上月" not in glance(page(output, "hr/2026-09.html"))


def test_a_manager_without_pay_reads_none_of_it(output: Path) -> None:
    said = glance(page(output, "managers/desk/2026-10/index.html"))
    assert said == "已完成 2 / 应有 2 · 未封账"


def test_who_is_awaited_or_forgotten_is_missing_from_what_is_done(tmp_path: Path) -> None:
    files = small_site("records/2026-10/B1.toml")
    files["records/2026-10/month.toml"] = 'month = "2026-10"\nmissing = "provisional"\n'
    site = write(files, tmp_path)
    edit(site, "records/2026-10/A2.toml", "speed = { self = 30, supervisor = 20 }", "")
    found = built(site, "--no-pdf")
    html = page(found, "hr/index.html")
    assert "已完成 1 / 应有 3" in glance(html)
    assert "完成 1/2" in words_of(html)
    for tree in ("hr/desk", "managers/desk"):  # of whom another department forgot, nothing
        assert "已完成 1 / 应有 2" in glance(page(found, f"{tree}/2026-10/index.html"))


def test_whoever_has_yet_to_answer_is_named(output: Path) -> None:
    needs = page(output, "hr/index.html").split('class="needs"')[1].split("</section>")[0]
    words = "".join(words_of(needs).split())
    assert "3人尚未答复，截止2026-11-11：安然、白露、程砚。" in words


def test_of_many_the_first_are_named_and_the_others_unfold(tmp_path: Path) -> None:
    files = small_site()
    for number in range(10):
        id = f"C{number}"
        staff = files["records/staff/A2.toml"].replace("A2", id).replace("白露", f"丙{number}号")
        files[f"records/staff/{id}.toml"] = staff
        files[f"records/2026-10/{id}.toml"] = record(id, "2026-10")
        files["records/2026-09/month.toml"] += f'{id} = "借调"\n'
    html = page(built(write(files, tmp_path), "--no-pdf"), "managers/desk/2026-10/index.html")
    needs = html.split('class="needs"')[1].split("</section>")[0]
    assert needs.count("<a ") >= 12
    assert "其余 4 人" in needs


def test_the_weakest_rows_and_the_grades_are_counted(output: Path) -> None:
    # care: 54 and 44 of 60 are 81.7% in the mean; speed: 24 of 40 twice are 60%.  There are but two
    # rows, so none is the weakest of several.
    html = page(output, "managers/desk/2026-10/index.html")
    assert "得分率最低的指标" not in html
    shares = re.search(r'<figure class="shares">.*?</figure>', html, re.DOTALL)
    assert shares is not None
    assert words_of(shares[0]).split() == ["等级分布", "优", "0", "良", "2", "差", "0"]


def test_all_rows_of_a_month_stand_in_one_table(output: Path) -> None:
    html = page(output, "managers/desk/2026-10/index.html")
    table = re.search(r'<div class="scroll".*?</table>', html, re.DOTALL)
    assert table is not None
    words = " ".join(words_of(table[0]).split())
    assert words == "姓名 细心 速度 总分 安然 54 24 78.0 白露 44 24 68.0"


def test_means_are_drawn_over_the_months_and_withheld_where_they_tell_of_one(
    tmp_path: Path,
) -> None:
    audience = '[[audience]]\nid = "sums"\nname = "工会"\ndepartments = "all"\n'
    output = built(write(small_site(site=SITE + audience), tmp_path), "--no-pdf")
    assert "各月平均分" in page(output, "managers/desk/index.html")
    assert "各月平均分" not in page(output, "audiences/sums/desk/index.html")
    assert 'class="glance"' not in page(output, "audiences/sums/index.html")


def test_payroll_has_one_sum_the_change_and_the_way_on(output: Path) -> None:
    html = page(output, "payroll/2026-10.html")
    head = words_of(html.split("<h2>")[0])
    assert "7,233.45" in head
    assert "比上月 +5,383.45" in head
    assert "payroll-2026-10.xlsx" in head
    assert '<a href="2026-09.html" rel="prev">' in html
    assert 'rel="prev"' not in page(output, "payroll/2026-09.html")
    assert [word for word in ("制表", "复核", "批准") if word not in words_of(html)] == []


def test_an_amended_month_names_whose_scorecard_was_changed_after_closing(tmp_path: Path) -> None:
    site = write(small_site(), tmp_path)
    assert run("close", "2026-09", "--despite-open", "--on", "2026-11-20", at=site).code == 0
    edit(site, "records/2026-09/A1.toml", "self = 50", "self = 60")
    amend = ("amend", "2026-09", "--all", "--why", "漏看录音", "--on", "2026-11-25")
    ran = run(*amend, "--by", "M1", "--approved-by", "M2", at=site)
    assert ran.code == 0, ran.errors
    html = page(built(site, "--no-pdf"), "hr/2026-09.html")
    assert "已封账" in glance(html)
    assert "封账以后更正了 1 份：" in html
    assert '<a href="desk/2026-09/A1.html">安然</a>' in html


def test_wages_of_the_month_before_change_the_page_of_the_next(tmp_path: Path) -> None:
    site = write(small_site(), tmp_path)
    built(site, "--no-pdf")
    edit(site, "records/2026-09/A1.toml", "sales = 70000", "sales = 72000")
    # 2,000 × 0.5% = 10 more in September, and so 10 less of a change to October.
    assert "比上月 +5,373.45" in words_of(page(built(site, "--no-pdf"), "payroll/2026-10.html"))


def test_the_own_grade_is_marked_in_the_own_table_and_in_no_other(output: Path) -> None:
    # A1 came to 78.0 in October: 良.
    own = page(output, "employees/A1/grades.html")
    assert re.findall(r'<tr class="own"><th scope="row" class="unbroken">(.*?)</th>', own) == [
        "良（本人）"
    ]
    assert 'class="own"' not in page(output, "managers/desk/grades.html")


def test_a_link_to_the_grades_is_called_as_the_page_is(output: Path) -> None:
    title = re.search(r"<h1>(.*?)</h1>", page(output, "hr/grades.html"))
    assert title is not None
    assert f'<a href="grades.html">{title[1]}</a>' in page(output, "hr/index.html")
