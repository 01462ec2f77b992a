"""A site built from a commit, and a month held against what it was at one."""

import json
from pathlib import Path

import pytest

from tests.repositories import commit, git
from tests.sites import built, edit, run, small_site

RECORD = "records/2026-10/A1.toml"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """The small company, with October committed and tagged."""
    root = tmp_path / "site"
    root.mkdir()
    git(root, "init", "-q")
    commit(root, small_site() | {".gitignore": "output\n*.old\n"}, "2026-11-03")
    git(root, "tag", "v2026-10")
    return root


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file() and not file.name.startswith(".")
    }


def test_a_commit_builds_to_the_bytes_that_it_built_to_then(site: Path, tmp_path: Path) -> None:
    then = files(built(site, "--no-pdf", "--output", tmp_path / "then"))
    edit(site, RECORD, "supervisor = 50", "supervisor = 45")
    commit(site, {}, "2026-11-05")
    edit(site, RECORD, "supervisor = 45", "supervisor = 44")
    again = files(built(site, "--no-pdf", "--rev", "v2026-10", "--output", tmp_path / "again"))
    assert again == then
    assert files(built(site, "--no-pdf", "--output", tmp_path / "now")) != then
    assert (site / RECORD).read_text(encoding="utf-8").count("supervisor = 44") == 1


def test_an_old_state_takes_the_place_of_todays_pages_nowhere_unasked(site: Path) -> None:
    ran = run("build", "--no-pdf", "--rev", "v2026-10", at=site)
    assert ran.code == 2
    assert "--output" in ran.errors
    ran = run("build", "--no-pdf", "--rev", "v1", "--output", "x", at=site)
    assert ran.code == 2
    assert "git log --oneline" in ran.errors
    assert not (site / "x").exists()


def test_pay_that_is_in_no_commit_is_todays_and_said_to_be(site: Path, tmp_path: Path) -> None:
    git(site, "rm", "-q", "-r", "--cached", "records/pay")
    git(site, "commit", "-q", "-m", "pay goes elsewhere")
    ran = run("build", "--no-pdf", "--rev", "HEAD", "--output", tmp_path / "x", at=site)
    assert ran.code == 0
    assert "records/pay/" in ran.errors


def test_a_month_that_says_the_same_is_the_same_though_later_months_were_added(site: Path) -> None:
    files_of_later = {
        f"records/2026-11/{id}.toml": (site / f"records/2026-10/{id}.toml")
        .read_text(encoding="utf-8")
        .replace("2026-10", "2026-11")
        for id in ("A1", "A2", "B1")
    }
    commit(site, files_of_later, "2026-12-03", author="另一个人")
    edit(site, RECORD, "plan = 80000\n", "plan = 80000\n# 注\n")
    ran = run("verify", "2026-10", "--rev", "v2026-10", at=site)
    assert (ran.code, ran.errors) == (0, "")
    assert "逐字节相同" in ran.output


def test_each_file_of_a_month_that_is_otherwise_is_named(site: Path) -> None:
    edit(site, RECORD, "supervisor = 50", "supervisor = 45")
    ran = run("verify", "2026-10", "--rev", "v2026-10", "--json", at=site)
    assert ran.code == 1
    found = json.loads(ran.output)
    places = {one["place"] for one in found["differences"]}
    assert {"employees/A1/2026-10.html", "employees/A1/2026-10.pdf"} <= places
    assert not any("B1" in place for place in places)
    assert found["revision"] == git(site, "rev-parse", "v2026-10")
    assert (
        "kpisite diff v2026-10 --month 2026-10"
        in run("verify", "2026-10", "--rev", "v2026-10", at=site).output
    )


def test_what_cannot_be_compared_is_refused(site: Path) -> None:
    assert run("verify", "x.pdf", "--rev", "v2026-10", at=site).code == 2
    assert run("verify", "2031-01", "--rev", "v2026-10", at=site).code == 2
    assert run("verify", "2026-10", "2026-09", "--rev", "v2026-10", at=site).code == 2
    edit(site, RECORD, "supervisor = 50", "supervisor = 500")
    ran = run("verify", "2026-10", "--rev", "v2026-10", at=site)
    assert ran.code == 1
    assert "没有比较" in ran.errors
