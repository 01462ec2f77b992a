"""A few files changed where they stand: all of them or none, however it is ended."""

import json
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from kpisite.disk.staging import MARKER, Busy
from kpisite.disk.update import JOURNAL
from kpisite.products.output import Unfit, restore, updated
from tests.sites import ROOT
from tests.trees import files_in

OLD = {"a/index.html": b"old", "a/b/one.html": b"one", "c/two.html": b"two", MARKER: b""}
NEW = {"a/index.html": b"new", "a/d/e.html": b"added", MARKER: b""}


@pytest.fixture
def output(tmp_path: Path) -> Path:
    """A folder that kpisite built."""
    for path, content in OLD.items():
        place = tmp_path / "output" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    for place in (tmp_path / "output", *(tmp_path / "output").rglob("*")):
        place.chmod(0o750 if place.is_dir() else 0o640)
    return tmp_path / "output"


def brought_up_to_date(output: Path) -> None:
    with updated(output) as update:
        update.write("a/index.html", b"new")
        update.write("a/d/e.html", b"added")
        update.leave_out(["a/b/one.html", "c/two.html"])


def test_files_are_written_replaced_and_removed_and_empty_folders_with_them(output: Path) -> None:
    brought_up_to_date(output)
    assert files_in(output) == NEW
    assert not (output / "c").exists()
    assert not (output / "a/b").exists()
    assert [one.name for one in output.parent.iterdir()] == ["output"]


def test_what_is_new_has_the_mode_of_the_site(output: Path) -> None:
    brought_up_to_date(output)
    assert stat.S_IMODE((output / "a/d").stat().st_mode) == 0o750
    assert stat.S_IMODE((output / "a/d/e.html").stat().st_mode) == 0o640


def test_a_file_that_is_the_same_is_left_alone(output: Path) -> None:
    before = (output / "c/two.html").stat()
    with updated(output) as update:
        assert not update.write("c/two.html", b"two")
        assert update.write("a/index.html", b"new")
    after = (output / "c/two.html").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_nothing_changes_where_the_block_fails(output: Path) -> None:
    with pytest.raises(ZeroDivisionError), updated(output) as update:
        update.write("a/index.html", b"new")
        raise ZeroDivisionError
    assert files_in(output) == OLD
    assert [one.name for one in output.parent.iterdir()] == ["output"]


def test_what_is_no_site_of_ours_is_not_changed(output: Path, tmp_path: Path) -> None:
    (output / MARKER).unlink()
    with pytest.raises(FileNotFoundError), updated(output):
        pass
    (tmp_path / "link").symlink_to(output)
    with pytest.raises(Unfit), updated(tmp_path / "link"):
        pass


def test_two_at_once_are_refused(output: Path) -> None:
    with updated(output), pytest.raises(Busy), updated(output):
        pass


KILLED = """
import os, signal, sys
from pathlib import Path
import kpisite.disk.update
from kpisite.products.output import updated

count = 0

def dying(function):
    def call(*arguments, **options):
        global count
        count += 1
        if count == {which}:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*arguments, **options)
    return call

class Dying:
    def __getattr__(self, name):
        found = getattr(os, name)
        return dying(found) if name in ("replace", "unlink", "mkdir", "rmdir", "chmod") else found

kpisite.disk.update.os = Dying()
with updated(Path(sys.argv[1])) as update:
    update.write("a/index.html", b"new")
    update.write("a/d/e.html", b"added")
    update.leave_out(["a/b/one.html", "c/two.html"])
"""


@pytest.mark.parametrize("which", range(1, 12))
def test_a_kill_at_any_step_leaves_the_old_files_or_what_makes_the_new_ones(
    output: Path, which: int
) -> None:
    code = KILLED.format(which=which)
    ran = subprocess.run([sys.executable, "-c", code, str(output)], check=False, cwd=ROOT)
    if ran.returncode == 0:  # there are not so many steps
        assert which > 8
        assert files_in(output) == NEW
        return
    assert ran.returncode == -signal.SIGKILL
    done = restore(output)
    assert done == ("" if which == 1 else "finished")
    assert files_in(output) == (OLD if which == 1 else NEW)
    brought_up_to_date(output)
    assert files_in(output) == NEW
    assert [one.name for one in output.parent.iterdir()] == ["output"]


def left_by_somebody(output: Path, listed: object) -> Path:
    """A folder aside with a journal, as though a killed build had left it."""
    folder = output.parent / f".output.building-{'0' * 16}"
    folder.mkdir(0o700)
    (folder / MARKER).touch()
    (folder / JOURNAL).write_text(json.dumps(listed), encoding="utf-8")
    return folder


@pytest.mark.parametrize("path", ["../kept", "a/../../kept", "/kept", "link/kept", "./../kept"])
def test_a_journal_reaches_nothing_outside_of_the_site(output: Path, path: str) -> None:
    (output.parent / "kept").write_bytes(b"kept")
    (output / "link").symlink_to(output.parent)
    left_by_somebody(output, {"put": [], "removed": [path]})
    restore(output)
    assert (output.parent / "kept").read_bytes() == b"kept"


def test_a_folder_that_others_may_write_is_no_journal_of_ours(output: Path) -> None:
    folder = left_by_somebody(output, {"put": [], "removed": ["c/two.html"]})
    folder.chmod(0o777)
    assert restore(output) == ""
    assert (output / "c/two.html").exists()


def test_a_link_in_the_way_of_a_new_folder_is_replaced(output: Path) -> None:
    (output.parent / "elsewhere").mkdir()
    os.symlink(output.parent / "elsewhere", output / "a/d")
    brought_up_to_date(output)
    assert files_in(output) == NEW
    assert list((output.parent / "elsewhere").iterdir()) == []
