"""What git remembers of a site: which commit last changed a file, and the site as it stood then."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from kpisite.history.commits import UNCOMMITTED, UNKNOWN, Revision, history_of, is_on_line, line_of
from kpisite.history.states import file_at, site_at
from tests.repositories import commit, git
from tests.sites import built, small_site

RECORD = "records/2026-09/A1.toml"
ODD = 'records/2026-09/员工 "甲".toml'


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A repository with a site in it, of which nothing is committed yet."""
    root = tmp_path / "site"
    root.mkdir()
    git(root, "init", "-q")
    return root


def test_a_file_has_the_last_commit_that_changed_it_and_the_day_its_author_wrote(
    site: Path,
) -> None:
    first = commit(site, {"kpisite.toml": "1", RECORD: "a", ODD: "b"}, "2026-09-30", "-1100")
    second = commit(site, {RECORD: "c"}, "2026-10-02", "+1400")
    history = history_of(site)
    assert history.issue == ""
    assert history.of("kpisite.toml") == history.of(ODD) == Revision(first, "2026-09-30")
    assert history.of(RECORD) == Revision(second, "2026-10-02")


def test_a_site_in_a_folder_of_the_repository_has_the_same_revisions(site: Path) -> None:
    first = commit(site, {"hr/kpisite.toml": "1", f"hr/{ODD}": "b", "README": "x"}, "2026-09-30")
    commit(site, {"README": "y", RECORD: "another site's"}, "2026-10-05")
    history = history_of(site / "hr")
    assert history.of(ODD) == Revision(first, "2026-09-30")
    assert history.of(RECORD) == UNCOMMITTED
    assert site_at(site / "hr", first, largest=99) == {"kpisite.toml": b"1", ODD: b"b"}


def test_what_is_not_committed_like_this_is_said_to_be_so(site: Path) -> None:
    commit(site, {"kpisite.toml": "1", RECORD: "a", ODD: "b"}, "2026-09-30")
    (site / RECORD).write_text("changed", encoding="utf-8")
    (site / "records/new.toml").write_text("new", encoding="utf-8")
    history = history_of(site)
    assert history.of(RECORD) == history.of("records/new.toml") == UNCOMMITTED
    assert history.of(ODD).commit
    git(site, "add", "-A")
    assert history_of(site).of(RECORD) == UNCOMMITTED


def test_a_file_touched_and_not_changed_is_committed(site: Path) -> None:
    commit(site, {"kpisite.toml": "1", RECORD: "a"}, "2026-09-30")
    os.utime(site / RECORD, (1, 1))
    assert history_of(site).of(RECORD).commit
    assert not (site / ".git/index.lock").exists()


def test_where_there_is_no_repository_nothing_is_known(tmp_path: Path) -> None:
    history = history_of(tmp_path)
    assert (history.issue, history.of(RECORD)) == ("no-repository", UNKNOWN)


def test_a_site_that_is_not_committed_is_in_no_repository(site: Path) -> None:
    assert history_of(site).issue == "no-repository"
    commit(site, {"README": "somebody's home"}, "2026-09-30")
    (site / "kpisite.toml").write_text("1", encoding="utf-8")
    history = history_of(site)
    assert (history.issue, history.of("kpisite.toml")) == ("no-repository", UNKNOWN)


def test_where_git_is_missing_nothing_is_known(
    site: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    commit(site, {"kpisite.toml": "1", RECORD: "a"}, "2026-09-30")
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    history = history_of(site)
    assert (history.issue, history.of(RECORD)) == ("no-git", UNKNOWN)


def test_a_repository_that_git_refuses_is_reported_with_the_reason(site: Path) -> None:
    commit(site, {"kpisite.toml": "1", RECORD: "a"}, "2026-09-30")
    shutil.rmtree(site / ".git/objects")
    (site / ".git/objects").mkdir()
    history = history_of(site)
    assert history.issue == "git-refuses"
    assert history.of(RECORD) == UNKNOWN


def test_in_a_shallow_clone_only_what_is_left_of_history_is_known(
    site: Path, tmp_path: Path
) -> None:
    commit(site, {"kpisite.toml": "1", RECORD: "a", ODD: "b"}, "2026-09-30")
    commit(site, {RECORD: "c"}, "2026-10-02")
    last = commit(site, {ODD: "d"}, "2026-10-03")
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", "--depth", "2", site.as_uri(), str(clone))
    history = history_of(clone)
    assert history.issue == "shallow"
    assert history.of(ODD) == Revision(last, "2026-10-03")
    assert history.of(RECORD) == history.of("kpisite.toml") == UNKNOWN


def test_what_a_merge_brought_in_is_the_merges(site: Path) -> None:
    first = commit(site, {"kpisite.toml": "1", RECORD: "a", ODD: "b"}, "2026-09-30")
    git(site, "checkout", "-q", "-b", "side")
    aside = commit(site, {RECORD: "c"}, "2026-10-01")
    git(site, "checkout", "-q", "main")
    commit(site, {"records/other.toml": "x"}, "2026-10-02")
    git(site, "merge", "-q", "--no-ff", "-m", "m", "side", day="2026-10-04")
    merge = git(site, "rev-parse", "HEAD")
    assert history_of(site).of(RECORD) == Revision(merge, "2026-10-04")
    assert history_of(site).of(ODD) == Revision(first, "2026-09-30")
    assert is_on_line(site, merge)
    assert not is_on_line(site, aside)


def test_nothing_of_the_moment_changes_what_is_known(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit(site, {"kpisite.toml": "1", RECORD: "a"}, "2026-09-30", "-1100")
    before = history_of(site)
    git(site, "config", "log.follow", "true")
    git(site, "config", "core.quotePath", "true")
    git(site, "config", "log.showRoot", "false")
    git(site, "config", "log.date", "relative")
    git(site, "config", "diff.renames", "copies")
    for name, value in {
        "TZ": "Asia/Tokyo", "LC_ALL": "zh_CN.UTF-8", "GIT_DIR": "/nowhere", "GIT_INDEX_FILE": "/no",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    assert history_of(site) == before


def test_a_form_says_which_revision_of_its_record_it_shows(site: Path) -> None:
    files = small_site() | {".gitignore": "output\n"}
    first = commit(site, files, "2026-09-30")
    commit(site, {"records/staff/A1.toml": files["records/staff/A1.toml"] + "\n"}, "2026-10-02")
    assert about(site, "A1", "2026-09")["revision"] == first
    assert about(site, "A1", "2026-09")["revised"] == "2026-09-30"
    assert about(site, "A1", "2026-09")["made-by"]["weasyprint"]
    with (site / RECORD).open("a", encoding="utf-8") as file:
        file.write("# not committed\n")
    assert about(site, "A1", "2026-09")["revision"] == "uncommitted"
    shutil.rmtree(site / ".git")
    assert about(site, "A1", "2026-09")["revision"] == ""


def about(site: Path, employee: str, month: str) -> dict[str, Any]:
    """What the form that a build prints of somebody says of itself."""
    output = built(site, "--audience", "employees", "--employee", employee)
    with pikepdf.open(output / f"employees/{employee}/{month}.pdf") as pdf:
        said: dict[str, Any] = json.loads(pdf.attachments["kpisite.json"].get_file().read_bytes())
    return said


def test_no_program_that_the_repository_names_is_run(site: Path, tmp_path: Path) -> None:
    commit(site, {"kpisite.toml": "1", RECORD: "a", ".gitattributes": "* diff=x"}, "2026-09-30")
    (site / RECORD).write_text("b", encoding="utf-8")
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\n", encoding="utf-8")
    trap.chmod(0o755)
    for name in ("core.fsmonitor", "diff.external", "diff.x.command", "diff.x.textconv"):
        git(site, "config", name, str(trap))
    assert history_of(site).of(RECORD) == UNCOMMITTED
    assert not (tmp_path / "sprung").exists()


def test_the_line_is_read_down_to_a_commit(site: Path) -> None:
    first = commit(site, {"kpisite.toml": "1", RECORD: "a"}, "2026-09-30")
    second = commit(site, {RECORD: "b"}, "2026-10-01")
    commit(site, {"README": "no matter"}, "2026-10-02")
    third = commit(site, {"records/other.toml": "x"}, "2026-10-03")
    assert [one.id for one in line_of(site, second)] == [third, second]
    assert [one.id for one in line_of(site, "")] == [third, second, first]
    assert [one.id for one in line_of(site, "", (RECORD,))] == [second, first]


def test_the_site_is_read_as_it_stood(site: Path) -> None:
    first = commit(site, {"kpisite.toml": "1\n", RECORD: "甲\n\n", "output/x": "no"}, "2026-09-30")
    (site / "records/link.toml").symlink_to("/etc/passwd")
    second = commit(site, {RECORD: "乙", "records/big.toml": "x" * 100}, "2026-10-01")
    assert site_at(site, first, largest=50) == {"kpisite.toml": b"1\n", RECORD: "甲\n\n".encode()}
    later = site_at(site, second, largest=50)
    assert later[RECORD] == "乙".encode()
    assert later["records/big.toml"] is later["records/link.toml"] is None
    assert file_at(site, first, RECORD) == "甲\n\n".encode()
    assert file_at(site, first, "records/none.toml") is None
