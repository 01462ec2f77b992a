"""Audiences that a site declares: what they are shown, and what is wrong in their entries."""

import re
from pathlib import Path

import pytest

from kpisite.packaged import packaged_theme
from tests.marked_months import FORM, months, policy
from tests.sites import SITE, built, run, small_site, write
from tests.small_forms import Files, site, staff
from tests.trees import files_in, said, whole, words_of


def audience(id: str, departments: str = '"all"', more: str = "") -> str:
    return (
        f'\n[[audience]]\nid = "{id}"\nname = "读者"\ndepartments = {departments}\n'
        + more.replace("; ", "\n")
        + "\n"
    )


def of_people(count: int) -> Files:
    """So many people with totals of 80 and more, and an audience that reads sums."""
    totals = {f"A{number}": 80 + number for number in range(count)}
    files = site(FORM, months({"2026-10": totals}), policy())
    files["kpisite.toml"] += audience("council")
    return files


@pytest.mark.parametrize(
    ("people", "mean", "has_grades"),
    [(2, None, False), (3, "81.0", False), (4, "81.5", False), (5, "82.0", True)],
)
def test_a_sum_over_few_people_is_not_reported(
    tmp_path: Path, people: int, mean: str | None, has_grades: bool
) -> None:
    output = built(write(of_people(people), tmp_path), "--no-pdf")
    tree = output / "audiences/council"
    for page in ("index.html", "desk/index.html"):
        shown = words_of((tree / page).read_text(encoding="utf-8"))
        assert f"{people} 人" in shown
        assert ("人数太少" in shown) == (mean is None)
        assert (mean or "8") in shown or mean is None
        assert bool(re.search(rf"及格\s*{people}", shown)) == has_grades, shown
    hrs = words_of((output / "hr/index.html").read_text(encoding="utf-8"))
    assert "人数太少" not in hrs


def test_sums_name_nobody_and_have_no_page_of_anybody(tmp_path: Path) -> None:
    output = built(write(of_people(5), tmp_path))
    tree = output / "audiences/council"
    rules = {"grades.html", "grades.pdf", "rules.html"}
    assert {one for one in files_in(tree) if not one.startswith("rules/")} - rules == {
        "index.html",
        "desk/index.html",
        "script.js",
        "style.css",
    }
    assert not re.search("员工A|records/", whole(tree))


REVIEW = """
[[review]]
id = "twice"
name = "连续两次"
months = 2
grades = ["fail"]
"""

MOVED = """
[[post]]
from = 2026-10-01
department = "store"
title = "仓管"
scheme = "form"
superior = "M"
"""

TWO = """
[[department]]
id = "desk"
name = "客服部"

[[department]]
id = "store"
name = "仓储部"
"""


def test_a_review_that_rests_on_a_month_elsewhere_is_not_shown(tmp_path: Path) -> None:
    failing = {"A": 10, "B": 10}
    files = site(FORM, months({"2026-09": failing, "2026-10": failing}), policy(REVIEW))
    files["records/departments.toml"] = TWO
    files["records/staff/A.toml"] = staff("A", more=MOVED)
    files["records/staff/B.toml"] = staff("B", department="store")
    more = "cards = true; reviews = true"
    files["kpisite.toml"] += audience("store-head", '["store"]', more) + audience("all", more=more)
    output = built(write(files, tmp_path), "--no-pdf")

    def reported(tree: str) -> list[str]:
        page = (output / tree / "index.html").read_text(encoding="utf-8")
        return re.findall(r"(员工[AB])</a>：连续两次", page)

    assert reported("hr") == reported("audiences/all") == ["员工A", "员工B"]
    assert reported("audiences/store-head") == ["员工B"]


def declared(*entries: str) -> str:
    return SITE + "".join(entries)


def test_declared_audiences_are_built_alone_and_not_for_people_picked_out(tmp_path: Path) -> None:
    entries = audience("council"), audience("head", '["desk"]', "cards = true")
    folder = write(small_site(site=declared(*entries)), tmp_path)
    output = built(folder, "--audience", "council", "--no-pdf")
    assert {path.split("/")[0] for path in files_in(output)} == {"audiences", ".kpisite-output"}
    assert {one.name for one in (output / "audiences").iterdir()} == {"council"}
    output = built(folder, "--employee", "A1", "--no-pdf")
    assert {one.name for one in (output / "audiences").iterdir()} == {"head"}
    ran = run("build", "--audience", "board", at=folder)
    assert ran.code == 2 and "board" in ran.errors and "council" in ran.errors


def test_an_audience_with_scorecards_has_bundles_of_its_departments(tmp_path: Path) -> None:
    entries = audience("council"), audience("head", '["desk"]', "cards = true")
    folder = write(small_site(site=declared(*entries)), tmp_path)
    line = ("bundle", "desk", "2026-10", "--force", "-o", folder / "b.pdf", "--audience")
    assert run(*line, "head", at=folder).code == 0
    assert "安然" in said("b.pdf", (folder / "b.pdf").read_bytes())
    for id in ("council", "employees", "payroll"):
        ran = run(*line, id, at=folder)
        assert ran.code == 2 and id in ran.errors, id
    ran = run("bundle", "store", "2026-10", "--audience", "head", at=folder)
    assert ran.code == 2 and "store" in ran.errors


@pytest.mark.parametrize(
    ("departments", "more", "expected"),
    [
        ('"all"', 'cards = "yes"; pay = true', ["wrong-type"]),
        ('"desk"', "", ["wrong-type"]),
        ("[]", "", ["empty"]),
        ('["no such"]', "", ["not-an-id"]),
        ('["dexk"]', "", ["unknown-department"]),
        ('"all"', 'readers = ["A7"]', ["unknown-employee"]),
        ('"all"', "pay = true; reviews = true", ["audience-without-cards"] * 2),
        ('"all"', 'readers = ["A1", "A1"]', ["listed-twice"]),
    ],
)
def test_each_mistake_is_reported_once(
    tmp_path: Path, departments: str, more: str, expected: list[str]
) -> None:
    folder = write(small_site(site=declared(audience("head", departments, more))), tmp_path)
    assert codes(folder) == expected


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        (("HR",), ["audience-reserved"]),
        (("audiences",), ["audience-reserved"]),
        (("con",), ["device-id"]),
        (("head", "Head"), ["id-case"]),
        (("head", "head"), ["duplicate-id"]),
    ],
)
def test_an_id_is_neither_reserved_nor_anothers(
    tmp_path: Path, ids: tuple[str, ...], expected: list[str]
) -> None:
    folder = write(small_site(site=declared(*map(audience, ids))), tmp_path)
    assert codes(folder) == expected


def codes(folder: Path) -> list[str]:
    return re.findall(r"错误\[([a-z-]+)\]", run("check", at=folder).output)


def test_a_theme_of_its_own_without_the_page_of_sums_is_a_fault_where_it_is_needed(
    tmp_path: Path,
) -> None:
    theme = packaged_theme("default")
    assert theme is not None
    files = small_site(site=declared('theme = "ours"\n'))
    files["themes/ours/theme.toml"] = ""
    files |= {f"themes/ours/{name}": text for name, text in theme.items() if name != "sums.html"}
    folder = write(files, tmp_path)
    assert codes(folder) == []
    (folder / "kpisite.toml").write_text(
        declared('theme = "ours"\n', audience("council")), encoding="utf-8"
    )
    ran = run("check", at=folder)
    assert "theme-template" in ran.output and "sums.html" in ran.output
