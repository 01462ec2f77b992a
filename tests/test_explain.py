"""`kpisite explain` and `export` of one scorecard: which one is meant, why there is no grade, and
rows of any id."""

import json
from pathlib import Path

import pytest

from kpisite.score.scorecard import score
from tests.marked_months import BY_GRADE, FORM, GRADES, HEAD, months, moved, policy, says
from tests.sites import book_of, run, write
from tests.small_forms import CARE, Files, form, site, staff


def at(files: Files, folder: Path) -> Path:
    return write(files, folder)


def last_line(files: Files, folder: Path, *arguments: str) -> str:
    ran = run("explain", "A", "2026-10", *arguments, at=at(files, folder))
    assert ran.code == 0, ran.errors
    return ran.output.splitlines()[-1]


@pytest.fixture
def two_posts(tmp_path: Path) -> Path:
    return at(moved("2026-10", "2026-10-16", 80, 90), tmp_path)


def test_a_part_of_a_month_is_explained_by_the_name_of_its_file(two_posts: Path) -> None:
    whole = run("explain", "A", "2026-10", at=two_posts).output
    assert "(90.0 × 16 + 80.0 × 15) ÷ 31" in whole
    assert whole.splitlines()[-1] == "原部门的一段另见：kpisite explain A@desk 2026-10"
    part = run("explain", "A@desk", "2026-10", at=two_posts).output
    assert part.startswith("员工A A@desk  2026-10") and "80.0 / 100" in part
    assert part.splitlines()[-1] == "没有等级 · 本月部分时间，计入月末所在部门的总分"
    data = json.loads(run("explain", "A@desk", "2026-10", "--json", at=two_posts).output)
    assert (data["employee"], data["part"], data["total"]) == ("A", "desk", "80.0")


def test_people_with_the_same_marks_rest_each_on_the_lines_of_their_own_file(
    tmp_path: Path,
) -> None:
    """They share what was computed of the row, and B's mark stands two lines further down."""
    reported = {"2026-10": {"A": says(80), "B": f"\n\n{says(80)}"}}
    folder = at(site(FORM, months(reported), policy()), tmp_path)
    for id, line in (("A", 3), ("B", 5)):
        explained = json.loads(run("explain", id, "2026-10", "--json", at=folder).output)
        (row,) = explained["working"]["parts"][0]["parts"]
        place = {"file": f"records/2026-10/{id}.toml", "line": line}
        assert [mark["sources"] for mark in row["parts"]] == [[place]]
        assert (
            f"records/2026-10/{id}.toml:{line}" in run("explain", id, "2026-10", at=folder).output
        )
    first, second = (card.total for card in score(book_of(site(FORM, months(reported), policy()))))
    assert first.parts[0].parts[0] is second.parts[0].parts[0]


def test_no_record_is_found_by_the_name_of_a_post_that_was_not_held(two_posts: Path) -> None:
    for command in (["explain"], ["export", "--workbook"]):
        ran = run(*command, "A@store", "2026-10", at=two_posts)
        assert (ran.code, "2026-10 没有 A@store 的记录" in ran.errors) == (2, True)


def test_both_parts_of_a_month_are_exported_under_names_of_their_own(two_posts: Path) -> None:
    ran = run("export", "--workbook", "--month", "2026-10", "-o", "books", at=two_posts)
    assert ran.code == 0, ran.errors
    names = sorted(file.name for file in (two_posts / "books").iterdir())
    assert names == [f"{id}-2026-10.xlsx" for id in ("A", "A@desk", "B", "C")]
    assert run("export", "--workbook", "A@desk", "2026-10", at=two_posts).code == 0
    assert (two_posts / "A@desk-2026-10.xlsx").exists()


JOINED = {"records/staff/A.toml": staff("A").replace("2024-01-01", "2026-10-16")}
PROBATION = {"records/staff/A.toml": staff("A", more="probation = 2026-12-31\n")}


@pytest.mark.parametrize(
    ("rules", "more", "expected"),
    [
        (policy(), {}, "等级  及格"),
        ("", {}, "没有等级 · 没有制度管这张考核表"),
        (HEAD, {}, "没有等级 · 制度没有等级"),
        (policy(top="eligibility = { probation = false }\n"), PROBATION,
         "没有等级 · 试用期内，不参加考核"),
        (policy(top="eligibility = { least-days = 20 }\n"), JOINED,
         "没有等级 · 在职天数不足，不参加考核"),
    ],
)  # fmt: skip
def test_it_says_why_there_is_no_grade(
    rules: str, more: Files, expected: str, tmp_path: Path
) -> None:
    files = site(FORM, months({"2026-10": {"A": 80}}), rules, more)
    assert last_line(files, tmp_path) == expected
    data = json.loads(run("explain", "A", "2026-10", "--json", at=tmp_path).output)
    assert data["no_grade"] == (expected.partition(" · ")[2] or None)


def test_it_says_that_marks_are_missing(tmp_path: Path) -> None:
    scheme = FORM.replace("points = 100", 'missing = "provisional"\npoints = 100', 1)
    files = site(scheme, {"A": ""}, HEAD + GRADES)
    assert last_line(files, tmp_path) == "没有等级 · 暂定（评分或数据未齐）"


@pytest.mark.parametrize("id", ["total", "before", "unvetoed", "wage"])
def test_a_row_of_any_id_is_drawn(id: str, tmp_path: Path) -> None:
    scheme = form(CARE.replace('id = "care"', f'id = "{id}"'))
    files = site(scheme, {"A": f"marks.{id} = {{ boss = 80 }}\n"}, policy(BY_GRADE))
    drawn = run("explain", "A", "2026-10", at=at(files, tmp_path)).output
    assert drawn.count("细心") == 1
    wage = drawn.partition("本月工资")[2]
    assert "总分" not in wage and "细心" not in wage, "the total is drawn once"
