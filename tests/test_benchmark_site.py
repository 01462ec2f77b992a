"""The benchmark compares like with like: a sound company, and the same figures from both sides."""

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.agreement import differing, figures
from benchmarks.company import (
    company_files,
    made_up,
    record_text,
    with_another_mark,
    write_company,
    write_files,
)
from benchmarks.contests import HUGO, Contest, Sites, contests
from benchmarks.hugo_site import hugo_files, write_hugo
from benchmarks.measure import Memory, Seconds
from benchmarks.report import HEAD, Result, results_page, times_as_fast
from tests.sites import run


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("company")
    write_company(folder, people=6, months=2)
    return folder


def build_both(folder: Path, people: int, months: int) -> tuple[Path, Path]:
    """The pages of both programs, of all trees."""
    made = write_company(folder / "site", people, months)
    ours, theirs = folder / "ours", folder / "theirs"
    assert run("-C", str(folder / "site"), "build", "--no-pdf", "--output", str(ours)).code == 0
    write_hugo(made, folder / "hugo")
    settings = ["--config", "hugo.toml,all.toml", "--panicOnWarning"]
    command = [HUGO, "--quiet", "-s", str(folder / "hugo"), *settings, "-d", str(theirs)]
    subprocess.run(command, check=True, capture_output=True)
    return ours, theirs


def test_the_company_has_no_fault(company):
    ran = run("-C", str(company), "check")
    assert (ran.code, ran.output + ran.errors) == (0, "没有发现问题。\n")


def test_a_company_in_which_some_fail_has_no_fault_either(tmp_path):
    write_company(tmp_path, people=80, months=1)
    assert any("[[plan]]" in one.read_text() for one in tmp_path.glob("records/2026-01/*.toml"))
    assert run("-C", str(tmp_path), "check").output == "没有发现问题。\n"


def test_the_same_arguments_give_the_same_files():
    first, second = (list(company_files(made_up(6, 2))) for _ in range(2))
    assert first == second
    assert len(dict(first)) == len(first)


def test_more_months_are_further_records():
    few, more = (dict(company_files(made_up(6, months))) for months in (2, 13))
    assert few.keys() < more.keys()
    assert "records/2027-01/CS00006.toml" in more


def test_both_give_the_same_figures_across_the_turn_of_a_year(tmp_path):
    ours, theirs = build_both(tmp_path, people=5, months=14)
    assert differing(ours, theirs) == []
    pages = [one for one in theirs.rglob("*.html") if one.name != "grades.html"]
    assert len(pages) == 5 * 14 * 3 + 5 + 2 * (1 + 14) + 1 + (1 + 2 + 14)


def test_figures_are_read_from_a_page_of_either(tmp_path):
    for side in build_both(tmp_path, people=5, months=2):
        page = figures(side / "hr/service-01/2026-02/CS00002.html")
        assert page.answer[0].replace(".", "").isdigit()
        assert page.answer[2].startswith("第 ") and page.answer[3].startswith("比 1 月 ")
        labels = [row[0] for row in page.rows]
        assert {"行为考核", "工作业绩", "总分", "销售提成", "本月工资（元）"} <= set(labels)
        assert all(row[-1] for row in page.rows)
        pay = figures(side / "managers/service-01/2026-02/CS00002.html")
        assert "本月工资（元）" not in [row[0] for row in pay.rows]


def test_pages_that_say_something_else_are_reported(tmp_path):
    page = "<title>A</title><h1>A</h1><table><tr><th>{}</th><td>8.0</td></tr></table>"
    for side, said in (("ours", "one"), ("theirs", "two")):
        for name in ("same", "other"):
            (tmp_path / side).mkdir(exist_ok=True)
            text = page.format(said if name == "other" else "<b>of</b> both")
            (tmp_path / side / f"{name}.html").write_text(text)
    assert figures(tmp_path / "ours/same.html").rows == [("of both", "8")]
    assert differing(tmp_path / "ours", tmp_path / "theirs") == ["other.html"]
    (tmp_path / "ours/more.html").write_text("")
    assert differing(tmp_path / "ours", tmp_path / "theirs") == ["more.html"]


def test_of_a_changed_mark_hugo_gets_the_files_that_change():
    company = made_up(2, 2)
    changed, record = with_another_mark(company, 1)
    before, after = (dict(hugo_files(one)) for one in (company, changed))
    differ = {path for path in before if before[path] != after[path]}
    assert f"content/records/service-01/{record.month}/{record.person.id}.md" in differ
    assert f"content/people/{record.person.id}.md" in differ
    assert "content/records/service-01/2026-02/_index.md" in differ
    assert "content/records/service-01/2026-01/CS00002.md" not in differ


def test_a_changed_mark_is_no_fault_and_changes_the_total(tmp_path):
    company = write_company(tmp_path, people=6, months=1)
    before = run("-C", str(tmp_path), "explain", "CS00001", "2026-01").output
    _, record = with_another_mark(company, 0)
    write_files(tmp_path, [(record.path, record_text(record))])
    assert run("-C", str(tmp_path), "check").output == "没有发现问题。\n"
    assert run("-C", str(tmp_path), "explain", "CS00001", "2026-01").output != before


def test_changes_between_builds_are_taken_back(tmp_path):
    sites = Sites(tmp_path, people=2, months=2, with_hugo=True)
    folders = (sites.ours, sites.theirs)
    before = [_texts(folder) for folder in folders]
    sites.change_newest()
    assert [_changed(was, folder) for was, folder in zip(before, folders, strict=True)] == [1, 3]
    sites.change_first()
    assert _changed(before[0], sites.ours) == 2
    sites.restore()
    assert [_texts(folder) for folder in folders] == before
    shutil.rmtree(tmp_path)


def _texts(folder: Path) -> dict[Path, str]:
    return {one: one.read_text() for one in folder.rglob("*") if one.is_file()}


def _changed(before: dict[Path, str], folder: Path) -> int:
    now = _texts(folder)
    return sum(before[path] != now[path] for path in before)


def test_without_hugo_only_kpisite_is_timed(tmp_path):
    several = contests(tmp_path, people=1, months=1, forms=1, with_hugo=False)
    assert {by for one in several for by in one.commands} == {"kpisite"}
    assert not (tmp_path / "hugo").exists()
    names = [one.name for one in several]
    assert all(one.slower in names for one in several if one.slower)


def test_the_ratio_is_the_middle_one_of_the_rounds():
    assert times_as_fast([1.0, 2.0, 4.0], [3.0, 4.0, 4.0]) == 2.0


def test_the_page_of_results_is_a_whole_table_that_says_how_to_run_it_again():
    cold = Contest(name="all", commands={}, bar="≥ 2 × Hugo")
    results = [
        Result(
            contest=cold,
            files=1200,
            seconds={
                "kpisite": [Seconds(2.0, 4.0), Seconds(1.0, 2.0)],
                "Hugo": [Seconds(4.0, 4.0), Seconds(3.0, 2.0)],
            },
            memory={"kpisite": Memory(90, 50), "Hugo": Memory(2000, 1999)},
        ),
        Result(
            contest=replace(cold, name="again", slower="all", bar=""),
            seconds={"kpisite": [Seconds(0.2, 0.1), Seconds(0.1, 0.1)]},
        ),
    ]
    page = results_page(results, ["--people", "6"])
    rows = [
        tuple(cell.strip() for cell in line.strip("|").split("|"))
        for line in page.splitlines()
        if line.startswith("|")
    ]
    assert rows[0] == HEAD
    assert rows[2:] == [
        ("all", "1,200", "1.50 (3.00)", "3.50 (3.00)", "2.50 (1.00)", "", "800.0",
         "50 (90)", "1,999 (2,000)", "≥ 2 × Hugo"),
        ("again", "", "0.15 (0.10)", "", "", "10.00 (30.00)", "", "", "", ""),
    ]  # fmt: skip
    assert "`python -m benchmarks.run --people 6`" in page
    assert "processors" in page and "Hugo 0." in page and page.endswith("|\n")
