"""Where a site is built, and who may read it: no link is followed, nobody else's is replaced."""

import os
import shutil
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

import kpisite.products.output
from kpisite.disk.staging import MARKER
from tests.machines import SOMEBODY, as_somebody, given_to_somebody, mounted, open_folder
from tests.sites import ROOT, built, edit, run, small_site, write
from tests.test_build import left_over, stopped_halfway
from tests.trees import digest, files_in, without_store

PAGE = "employees/A2/2026-10.html"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """The small company."""
    return write(small_site(), tmp_path / "site")


def changed(site: Path, *, back: bool = False) -> None:
    """The small company, with a mark that shows on many pages."""
    old, new = "supervisor = 40", "supervisor = 60"
    edit(site, "records/2026-10/A2.toml", *((new, old) if back else (old, new)))


def modes(output: Path) -> tuple[set[str], set[str]]:
    """The modes of all folders, and of all files, from `output` downwards."""
    found: tuple[set[str], set[str]] = set(), set()
    for place in (output, *output.rglob("*")):
        status = place.lstat()
        found[stat.S_ISREG(status.st_mode)].add(f"{stat.S_IMODE(status.st_mode):o}")
    return found


# Where.


def refused(site: Path, *arguments: str, saying: str) -> None:
    ran = run("build", "--no-pdf", *arguments, at=site)
    assert (ran.code, ran.output) == (2, ""), ran.errors
    assert saying in ran.errors
    assert "Traceback" not in ran.errors


def test_an_output_that_is_a_link_is_refused_and_the_site_it_leads_to_stays(
    site: Path, tmp_path: Path
) -> None:
    other = write(small_site(), tmp_path / "other")
    before = digest(built(other, "--no-pdf"))
    changed(site)
    (site / "output").symlink_to(other / "output")
    refused(site, saying="是一个链接")
    refused(site, "--output", "output", saying="是一个链接")
    refused(site, "--output", "../other/output", saying="在另一个网站的文件夹里")
    assert digest(other / "output") == before
    assert (site / "output").is_symlink()


def test_a_link_on_the_way_to_the_output_is_the_owners_own(site: Path, tmp_path: Path) -> None:
    (tmp_path / "www").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "www")
    assert (built(site, "--no-pdf", "--output", "../link/hr") / "hr/index.html").is_file()
    assert (tmp_path / "www/hr/hr/index.html").is_file()


@pytest.mark.parametrize("output", [".", "..", "records", "records/look", "themes/look",
                                    "records/2026-10", ".kpisite/look", "link/look"])  # fmt: skip
def test_no_site_is_built_over_records_or_among_them_whatever_marker_lies_there(
    site: Path, output: str
) -> None:
    (site / "themes").mkdir()
    (site / ".kpisite").mkdir()
    (site / "link").symlink_to("records/2026-10")
    for place in (site, site.parent, site / "records", site / "records/2026-10"):
        (place / MARKER).touch()
    before = without_store(site)
    refused(site, "--output", output, saying="--output 另选一个空文件夹")
    assert without_store(site) == before


# Who may read.


def test_what_is_built_is_for_its_owner_alone(site: Path) -> None:
    umask = os.umask(0)
    try:
        built(site)
    finally:
        os.umask(umask)
    assert modes(site / "output") == ({"700"}, {"600"})
    assert modes(site / ".kpisite") == ({"700"}, {"600", "666"})  # the latter its .gitignore


def test_the_mode_of_the_folder_is_that_of_all_that_is_in_it_changed_or_not(site: Path) -> None:
    output = built(site, "--no-pdf")
    for mode, of_files in (("750", "640"), ("700", "600"), ("755", "644")):
        output.chmod(int(mode, 8))
        umask = os.umask(0o077)
        try:
            built(site, "--no-pdf")
        finally:
            os.umask(umask)
        assert modes(output) == ({mode}, {of_files})


def test_files_of_the_old_site_are_taken_over_only_as_they_were_made(
    site: Path, tmp_path: Path
) -> None:
    output = built(site, "--no-pdf")
    before = digest(output)
    twin = tmp_path / "twin"
    twin.write_bytes((output / PAGE).read_bytes())
    (output / PAGE).unlink()
    (output / PAGE).symlink_to(twin)
    (output / "employees/A1").rename(tmp_path / "A1")
    (output / "employees/A1").symlink_to(tmp_path / "A1")
    (output / "hr/index.html").chmod(0o6777)
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "pipe").rename(output / "hr/grades.html")
    built(site, "--no-pdf")
    assert digest(output) == before
    assert modes(output) == ({"700"}, {"600"})
    assert not [place for place in output.rglob("*") if place.is_symlink()]
    assert twin.stat().st_nlink == 1
    assert (tmp_path / "A1/2026-10.html").stat().st_nlink == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="gives files away")
def test_the_owner_of_the_folder_keeps_what_root_builds_into_it(site: Path) -> None:
    output = built(site, "--no-pdf")
    os.chown(output, SOMEBODY, 12345)
    output.chmod(0o750)
    changed(site)
    built(site, "--no-pdf")
    owners = {(one.lstat().st_uid, one.lstat().st_gid) for one in (output, *output.rglob("*"))}
    assert owners == {(SOMEBODY, 12345)}
    assert modes(output) == ({"750"}, {"640"})


# What cannot be deleted.


def test_a_read_only_folder_of_the_old_site_stops_no_build() -> None:
    with open_folder() as folder:
        site = write(small_site(), folder / "site")
        given_to_somebody(site)
        assert as_somebody("build", "-C", site, "--no-pdf").returncode == 0
        for place in (site / "output/hr", site / "output/hr/desk", site / "output"):
            place.chmod(0o500)
        for back in (False, True):
            before = digest(site / "output")
            changed(site, back=back)
            ran = as_somebody("build", "-C", site, "--no-pdf")
            assert (ran.returncode, "警告" in ran.stderr) == (0, False), ran.stderr
            assert digest(site / "output") != before
            assert left_over(site) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="needs two users")
def test_over_another_users_site_the_new_one_is_out_and_what_is_left_is_a_warning() -> None:
    with open_folder() as folder:
        site = write(small_site(), folder / "site")
        built(site, "--no-pdf")
        for place in (site / "output", *(site / "output").rglob("*")):
            place.chmod(0o755)
        given_to_somebody(site)
        for place in (site / "output", *(site / "output").rglob("*")):
            os.chown(place, 0, SOMEBODY)
        for back in (False, True):
            changed(site, back=back)
            ran = as_somebody("build", "-C", site, "--no-pdf")
            assert ran.returncode == 0, ran.stderr
            assert "网站已经生成；只是旧的文件夹" in ran.stderr
            assert "份考核" in ran.stdout
            page = (site / "output" / PAGE).read_text(encoding="utf-8")
            assert ("80.0" in page) is not back
        assert len(left_over(site)) == 1


# A system that cannot exchange two folders.


def test_without_an_exchange_the_site_is_replaced_all_the_same(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kpisite.products.output, "_exchange", lambda *_: False)
    before = digest(built(site, "--no-pdf"))
    changed(site)
    after = digest(built(site, "--no-pdf"))
    assert after != before
    assert left_over(site) == []
    assert after == digest(built(site, "--no-pdf", "--output", "afresh"))


KILLED = """
import os, signal, sys
from pathlib import Path
import kpisite.products.output
rename, exchange, count = Path.rename, kpisite.products.output._exchange, 0

def kill_after(done):
    global count
    count += 1
    if count == {which}:
        os.kill(os.getpid(), signal.SIGKILL)
    return done

if {exchanges}:
    kpisite.products.output._exchange = lambda *both: kill_after(exchange(*both))
else:
    kpisite.products.output._exchange = lambda *_: False
    Path.rename = lambda self, to: kill_after(rename(self, to))
from kpisite.cli.main import main
main(["build", "-C", sys.argv[1], "--no-pdf"])
"""


def killed(site: Path, which: int, *, exchanges: bool) -> None:
    code = KILLED.format(which=which, exchanges=exchanges)
    ran = subprocess.run([sys.executable, "-c", code, str(site)], check=False, cwd=ROOT)
    assert ran.returncode == -signal.SIGKILL


def test_a_kill_between_two_renames_is_undone_at_the_next_start_even_of_a_build_that_fails(
    site: Path,
) -> None:
    before = digest(built(site, "--no-pdf"))
    changed(site)
    killed(site, 1, exchanges=False)
    assert not (site / "output").exists()
    edit(site, "records/2026-10/A2.toml", "supervisor = 60", "supervisor = 600")
    ran = run("build", "--no-pdf", at=site)
    assert ran.code == 1
    assert "已把原来的网站放回" in ran.errors
    assert digest(site / "output") == before
    edit(site, "records/2026-10/A2.toml", "supervisor = 600", "supervisor = 60")
    assert digest(built(site, "--no-pdf")) != before
    assert left_over(site) == []


@pytest.mark.parametrize("which", [2, 3])
def test_a_kill_after_the_second_rename_leaves_the_new_site(site: Path, which: int) -> None:
    built(site, "--no-pdf")
    changed(site)
    killed(site, which, exchanges=False)
    after = digest(site / "output")
    assert after == digest(built(site, "--no-pdf", "--output", "afresh"))
    assert digest(built(site, "--no-pdf")) == after
    (site / "afresh").rename(site / "records/../.afresh")
    assert left_over(site) == [".afresh"]


# A folder that can only stay where it is.


@pytest.mark.parametrize("options", [(), ("--bind",)])
def test_a_volume_is_built_into_again_and_again(
    site: Path, tmp_path: Path, options: tuple[str, ...]
) -> None:
    (site / "output").mkdir()
    (tmp_path / "volume").mkdir()
    with mounted(site / "output", *options, *([str(tmp_path / "volume")] if options else [])):
        (site / "output").chmod(0o750)
        (site / "output/lost+found").mkdir()
        before = digest(built(site, "--no-pdf"))
        changed(site)
        same = site / "output/employees/B1/2026-10.html"
        inode = same.stat().st_ino
        assert digest(built(site, "--no-pdf", "--employee=A2")) != before
        assert not same.exists()
        assert not (site / "output/payroll/B1").exists()
        after = digest(built(site, "--no-pdf"))
        assert after == digest(built(site, "--no-pdf", "--output", "afresh"))
        inode = same.stat().st_ino
        built(site, "--no-pdf")
        assert same.stat().st_ino == inode
        (site / "output/lost+found").rmdir()
        assert modes(site / "output") == ({"750"}, {"640"})
        assert {one.name for one in (site / "output").iterdir()} == {
            MARKER, "employees", "managers", "hr", "payroll"
        }  # fmt: skip


@pytest.mark.parametrize("exchanges", [True, False])
@pytest.mark.parametrize("which", [1, 2, 3, 4])
def test_a_kill_while_a_volume_is_brought_up_to_date_leaves_whole_trees(
    site: Path, exchanges: bool, which: int
) -> None:
    new = write(small_site(), site.parent / "new")
    changed(new)
    new_trees = trees_in(built(new, "--no-pdf"))
    (site / "output").mkdir()
    with mounted(site / "output"):
        old_trees = trees_in(built(site, "--no-pdf"))
        changed(site)
        killed(site, which, exchanges=exchanges)
        kpisite.products.output.restore(site / "output")
        found = trees_in(site / "output")
        assert found.keys() == old_trees.keys()
        for name, tree in found.items():
            assert tree in (old_trees[name], new_trees[name]), name
        assert trees_in(built(site, "--no-pdf")) == new_trees
        assert [one for one in (site / "output").iterdir() if "building" in one.name] == []


def trees_in(output: Path) -> dict[str, dict[str, bytes]]:
    return {
        tree.name: files_in(tree)
        for tree in output.iterdir()
        if tree.is_dir() and not tree.name.startswith(".")
    }


def test_a_folder_beside_which_nothing_may_be_written_is_built_into() -> None:
    with open_folder() as folder:
        site = write(small_site(), folder / "site")
        (site / "output").mkdir()
        given_to_somebody(site)
        site.chmod(0o555)
        for back in (False, True):
            changed(site, back=back)
            ran = as_somebody("build", "-C", site, "--no-pdf")
            assert ran.returncode == 0, ran.stderr
            assert ("80.0" in (site / "output" / PAGE).read_text(encoding="utf-8")) is not back
        assert not [one for one in (site / "output").iterdir() if "building" in one.name]


# Builds that are ended.


def left_by_a_killed_build(site: Path) -> Path:
    process = stopped_halfway(site, "--no-pdf")
    process.kill()
    process.communicate()
    (left,) = (site / name for name in left_over(site))
    return left


def test_what_a_killed_build_leaves_is_for_its_owner_alone_and_not_for_git(site: Path) -> None:
    umask = os.umask(0)
    try:
        left = left_by_a_killed_build(site)
    finally:
        os.umask(umask)
    assert left.name.startswith(".output.building-")
    assert stat.S_IMODE(left.stat().st_mode) == 0o700
    subprocess.run(["git", "init", "-q"], cwd=site, check=True)
    reported = subprocess.run(
        ["git", "status", "--porcelain", "-uall"], cwd=site, check=True, capture_output=True
    )
    assert b"building" not in reported.stdout
    built(site, "--no-pdf")
    assert left_over(site) == [".git"]


def test_only_what_a_build_left_is_deleted(site: Path) -> None:
    ours = left_by_a_killed_build(site)
    kept = {
        ".output.building-mine/a": "x",
        f".output.building-{'0' * 16}/a": "x",
        ".output.bak/a": "x",
    }
    write(kept, site)
    (site / ".output.old-0123456789abcdef").symlink_to(site / "records")
    built(site, "--no-pdf")
    assert not ours.exists()
    assert all((site / path).is_file() for path in kept)
    assert (site / "records/departments.toml").is_file()


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
@pytest.mark.parametrize("worth", [300, 1])
def test_a_build_that_is_told_to_stop_tidies_up_and_says_so_to_the_shell(
    site: Path, number: int, code: int, worth: int
) -> None:
    before = digest(built(site, "--no-pdf"))
    shutil.rmtree(site / ".kpisite")  # so that all is made anew
    when = "count == 9" if worth > 1 else "os.getpid() != parent"
    process = stopped_halfway(site, "--no-pdf", worth=worth, when=when)
    process.send_signal(number)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == code
    assert "Traceback" not in errors
    assert digest(site / "output") == before
    assert left_over(site) == []
