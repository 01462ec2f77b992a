"""`kpisite export` as data, and `kpisite pack`: what leaves the site, and for whom."""

import csv
import io
import json
import subprocess
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from kpisite.pages.exported import PAY, ROWS, SCORECARDS, UNRECORDED
from tests.sites import ROOT, edit, run, small_site, write


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """The small company, with somebody forgotten in October."""
    return write(small_site("records/2026-10/B1.toml"), tmp_path / "site")


def data(site: Path, tree: str, *more: str) -> dict[str, Any]:
    ran = run("export", "--json", "--tree", tree, *more, at=site)
    assert ran.code == 0, ran.errors
    found: dict[str, Any] = json.loads(ran.output)
    return found


def test_hr_reads_scorecards_rows_and_pay_exactly(site: Path) -> None:
    found = data(site, "hr", "--month", "2026-10")
    assert (found["format"], found["tree"]) == (1, "hr")
    first = next(one for one in found["scorecards"] if one["id"] == "A1")
    # 60 × 40% + 50 × 60% = 54; 30 × 40% + 20 × 60% = 24.
    assert (first["total"], first["grade"], first["grade_name"]) == ("78.0", "fair", "良")
    rows = {one["label"]: one for one in first["rows"]}
    assert rows["细心"]["marks"] == {"自评": "60", "上级": "50"}
    assert (rows["细心"]["value"], rows["细心"]["most"]) == ("54", "60")
    amounts = {one["id"]: one["amount"] for one in first["pay"]["components"]}
    assert amounts["post"] == "1500"
    assert amounts["other"] == "123.45"
    assert sum(map(Decimal, amounts.values())) == Decimal(first["pay"]["amount"])
    assert found["unrecorded"] == [
        {"id": "B1", "month": "2026-10", "department": "store", "reason": None}
    ]


def test_each_reader_has_what_the_pages_have_and_no_more(site: Path) -> None:
    manager = data(site, "managers/desk")
    assert {one["id"] for one in manager["scorecards"]} == {"A1", "A2"}
    assert not any("pay" in one for one in manager["scorecards"])
    own = data(site, "employees/A1")
    assert {(one["id"], one["month"]) for one in own["scorecards"]} == {
        ("A1", "2026-09"),
        ("A1", "2026-10"),
    }
    assert all(one["pay"] for one in own["scorecards"])
    payroll = data(site, "payroll")
    assert all(one["pay"] and "rows" not in one for one in payroll["scorecards"])
    assert not any("rank" in one or "fingerprint" in one for one in payroll["scorecards"])


def test_an_audience_of_sums_alone_gets_nobody(site: Path) -> None:
    more = (
        '\n[[audience]]\nid = "board"\nname = "董事会"\ndepartments = ["desk"]\nreaders = ["M1"]\n'
    )
    (site / "kpisite.toml").write_text((site / "kpisite.toml").read_text("utf-8") + more, "utf-8")
    ran = run("export", "--json", "--tree", "audiences/board", at=site)
    assert ran.code == 0, ran.errors
    found = json.loads(ran.output)
    assert (found["scorecards"], found["unrecorded"]) == ([], [])


def test_tables_have_their_columns_and_what_json_has(site: Path, tmp_path: Path) -> None:
    assert run("export", "--csv", "-o", tmp_path / "x", at=site).code == 0
    tables = {
        file.name: list(csv.reader(io.StringIO(file.read_text(encoding="utf-8-sig"))))
        for file in (tmp_path / "x").iterdir()
    }
    heads = {name: tuple(rows[0]) for name, rows in tables.items()}
    assert heads == {
        "scorecards.csv": SCORECARDS,
        "rows.csv": ROWS,
        "pay.csv": PAY,
        "unrecorded.csv": UNRECORDED,
    }
    found = data(site, "hr")
    assert len(tables["scorecards.csv"]) - 1 == len(found["scorecards"]) == 3
    in_all = [row for row in tables["pay.csv"] if row[:2] == ["'2026-10", "A1"] and row[4] == ""]
    pay = next(one["pay"] for one in found["scorecards"] if one["month"] == "2026-10")
    assert [row[-1] for row in in_all] == [pay["amount"]]
    assert run("export", "--csv", "-o", tmp_path / "x", at=site).code == 2, "nothing is replaced"


def test_every_column_and_key_stands_in_the_docs(site: Path) -> None:
    text = (ROOT / "docs/export.md").read_text(encoding="utf-8")
    found = data(site, "hr")
    keys = {*found, *found["scorecards"][0], *found["scorecards"][0]["rows"][0]}
    keys |= {*found["scorecards"][0]["pay"], *found["unrecorded"][0]}
    for name in {*keys, *SCORECARDS, *ROWS, *PAY, *UNRECORDED}:
        assert f"`{name}`" in text, name


def test_what_cannot_be_exported_is_refused(site: Path) -> None:
    ran = run("export", "--json", "--tree", "nobody", at=site)
    assert ran.code == 2
    assert "managers/desk" in ran.errors
    assert run("export", at=site).code == 2
    assert run("export", "--json", "--csv", at=site).code == 2
    assert run("export", "--json", "A1", "2026-10", at=site).code == 2


@pytest.mark.parametrize(
    "place", ["records", "records/2026-10", "themes", "output", ".git", ".kpisite"]
)
@pytest.mark.parametrize(
    "command",
    [
        ("pack", "2026-10", "--no-pdf"),
        ("export", "--csv"),
        ("export", "--workbook", "A1", "2026-10"),
        ("sheet", "2026-10"),
        ("owners", "--hr", "@hr"),
        ("publish", "nginx"),
    ],
    ids=lambda one: " ".join(one[:2]),
)
def test_nothing_is_put_among_the_files_of_the_site(
    site: Path, command: tuple[str, ...], place: str
) -> None:
    before = {path.as_posix() for path in site.rglob("*")}
    ran = run(*command, "-o", f"{place}/x", at=site)
    assert (ran.code, ran.output) == (2, ""), ran
    assert "-o" in ran.errors
    new = {path.as_posix() for path in site.rglob("*")} - before
    assert not any(one.endswith("/x") for one in new), "what is kept of reading apart"
    assert all(".kpisite" in one for one in new)


# Packing.


def packed(site: Path, folder: Path, *more: str) -> dict[str, bytes]:
    ran = run("pack", "2026-10", "--no-pdf", "-o", folder, *more, at=site)
    assert ran.code == 0, ran.errors
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_each_reader_gets_an_archive_that_holds_the_tree(site: Path, tmp_path: Path) -> None:
    found = packed(site, tmp_path / "a")
    assert set(found) == {
        "SHA256SUMS", "employees-A1.zip", "employees-A2.zip", "hr.zip", "managers-desk.zip",
        "payroll-2026-10.csv", "payroll-2026-10.xlsx",
    }  # fmt: skip
    with zipfile.ZipFile(io.BytesIO(found["employees-A1.zip"])) as archive:
        names = archive.namelist()
        page = archive.read("A1/2026-10.html")
    tree = site / "output/employees/A1"
    assert names == sorted(
        f"A1/{file.relative_to(tree).as_posix()}" for file in tree.rglob("*") if file.is_file()
    )
    assert page == (tree / "2026-10.html").read_bytes()
    list_of_wages = (site / "output/payroll/payroll-2026-10.csv").read_bytes()
    assert found["payroll-2026-10.csv"] == list_of_wages


def test_the_same_pages_give_the_same_bytes_and_the_digests_hold(
    site: Path, tmp_path: Path
) -> None:
    first = packed(site, tmp_path / "a")
    assert packed(site, tmp_path / "b") == first
    line = ["sha256sum", "--strict", "-c", "SHA256SUMS"]
    ran = subprocess.run(line, cwd=tmp_path / "a", capture_output=True, check=False)
    assert ran.returncode == 0
    assert len(ran.stdout.splitlines()) == len(first) - 1
    edit(site, "records/2026-10/A2.toml", "supervisor = 40", "supervisor = 41")
    other = packed(site, tmp_path / "c")
    assert other["employees-A1.zip"] == first["employees-A1.zip"]
    assert other["employees-A2.zip"] != first["employees-A2.zip"]


def test_a_folder_with_something_in_it_is_left_alone(site: Path, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/mine").touch()
    assert run("pack", "2026-10", "--no-pdf", "-o", tmp_path / "a", at=site).code == 2
    assert [one.name for one in (tmp_path / "a").iterdir()] == ["mine"]
    assert run("pack", "2031-01", "--no-pdf", "-o", tmp_path / "b", at=site).code == 2
    assert not (tmp_path / "b").exists()


@pytest.mark.slow
def test_a_departments_forms_are_one_file(site: Path, tmp_path: Path) -> None:
    ran = run("pack", "2026-10", "--json", "-o", tmp_path / "a", at=site)
    assert ran.code == 0, ran.errors
    names = [one["file"] for one in json.loads(ran.output)["files"]]
    assert "department-desk-2026-10.pdf" in names
    assert "payroll-2026-10.pdf" in names
    assert (tmp_path / "a/department-desk-2026-10.pdf").read_bytes().startswith(b"%PDF")
