"""What is kept between builds is never believed: damaged, forged or foreign, it is made anew."""

import fcntl
import os
import shutil
import sqlite3
import stat
import tempfile
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

import kpisite.products.print_key
from kpisite.disk.cache import FormCache
from kpisite.disk.scratch import scratch
from kpisite.packaged import PRINTING, printing_code
from kpisite.products.print_key import salt_of
from kpisite.products.state import BUILT
from tests.sites import ROOT, built, edit, run, small_site, write
from tests.test_build import press
from tests.trees import digest, files_in

__all__ = ["press"]

pytestmark = pytest.mark.usefixtures("press")
KEY, OTHER = "a" * 64, "b" * 64


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """The small company."""
    return write(small_site(), tmp_path / "site")


def store(site: Path) -> Path:
    return site / ".kpisite/forms.sqlite"


def changed(site: Path, statement: str, *values: object) -> None:
    with sqlite3.connect(store(site)) as connection:
        connection.execute(statement, values)
    connection.close()


def keys(site: Path) -> set[str]:
    """The keys of all prints that are kept, and of nothing else beside them."""
    connection = sqlite3.connect(store(site))
    found = {key for (key,) in connection.execute("SELECT key FROM piece")}
    connection.close()
    return found - {BUILT}


def test_a_form_is_kept_and_given_back(site: Path) -> None:
    first = FormCache(site)
    assert first.get(KEY) is None
    first.put(KEY, b"%PDF of A1")
    assert FormCache(site).get(KEY) == b"%PDF of A1"
    assert FormCache(site).get(OTHER) is None


def test_what_a_whole_build_had_no_use_for_is_forgotten(site: Path) -> None:
    built(site)
    kept = keys(site)
    built(site, "--employee", "A2")
    assert keys(site) >= kept, "a part of the site forgets nothing"
    edit(site, "records/2026-10/A2.toml", "supervisor = 40", "supervisor = 60")
    built(site)
    assert len(keys(site)) == len(kept)
    assert keys(site) != kept


def forged(site: Path) -> None:
    """Other forms, each with the seal of a user without a secret."""
    for key in keys(site):
        content = b"%PDF forged %%EOF"
        seal = sha256(f"forms.sqlite\0{key}\0".encode() + content).digest()
        changed(site, "UPDATE piece SET (seal, content) = (?, ?) WHERE key = ?", seal, content, key)


Harm = Callable[[Path], object]
#: What is done to the store, and how many of the forms in it stay as they were.
HARMS: dict[str, tuple[int, Harm]] = {
    "zeros": (0, lambda site: changed(
        site, "UPDATE piece SET content = zeroblob(length(content))")),
    "half of each": (0, lambda site: changed(
        site, "UPDATE piece SET content = substr(content, 1, 99)")),
    "another person's form": (1, lambda site: changed(
        site, "UPDATE piece SET content = (SELECT content FROM piece ORDER BY key LIMIT 1)")),
    "another person's form and digest": (1, lambda site: changed(
        site, "UPDATE piece SET (seal, content) = "
        "(SELECT seal, content FROM piece ORDER BY key LIMIT 1)")),
    "forged": (0, lambda site: changed(
        site, "UPDATE piece SET content = ?", b"%PDF forged %%EOF")),
    "forged, with a digest that anybody can make": (0, forged),
    "text for bytes": (0, lambda site: changed(site, "UPDATE piece SET content = 'x'")),
    "nothing": (0, lambda site: changed(
        site, "UPDATE piece SET content = NULL, seal = NULL")),
    "cut off": (0, lambda site: os.truncate(store(site), 5000)),
    "empty": (0, lambda site: os.truncate(store(site), 0)),
    "no store at all": (0, lambda site: store(site).write_bytes(b"hello" * 999)),
    "another shape": (0, lambda site: changed(site, "CREATE TABLE more (x)")),
    "a trigger": (0, lambda site: changed(
        site, "CREATE TRIGGER t AFTER INSERT ON piece BEGIN DELETE FROM piece; END")),
    "open to all": (0, lambda site: store(site).chmod(0o666)),
    "a folder": (0, lambda site: replace(site, Path.mkdir)),
    "a pipe": (0, lambda site: replace(site, os.mkfifo)),
    "a journal that is a folder": (0, lambda site: (
        site / ".kpisite/forms.sqlite-journal").mkdir()),
    "the folder is gone": (0, lambda site: (
        site / ".kpisite").rename(site / "elsewhere")),
}  # fmt: skip


def test_a_bit_that_was_turned_is_found(site: Path) -> None:
    before = digest(built(site))
    turn_a_bit(site)
    forget_the_run(site)
    assert "新生成 1 份" in run("build", at=site).output
    assert digest(site / "output") == before


def forget_the_run(site: Path) -> None:
    """So that what stands in the output is asked for again."""
    with suppress(FileNotFoundError, NotADirectoryError):
        (site / ".kpisite/runs.sqlite").unlink()


def turn_a_bit(site: Path) -> None:
    content = store(site).read_bytes()
    at = content.index(b"%PDF") + 9
    store(site).write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])


def replace(site: Path, make: Callable[[Path], object]) -> None:
    store(site).unlink()
    make(store(site))


@pytest.mark.parametrize("harm", HARMS)
def test_a_store_that_was_tampered_with_is_not_believed_and_is_whole_again(
    site: Path, harm: str
) -> None:
    before = digest(built(site))
    unharmed, do = HARMS[harm]
    anew = len(keys(site)) - unharmed
    do(site)
    forget_the_run(site)
    ran = run("build", at=site)
    assert (ran.code, f"新生成 {anew} 份" in ran.output) == (0, True), ran
    assert digest(site / "output") == before
    assert "新生成 0 份" in run("build", at=site).output
    assert digest(site / "output") == before


def outside(tmp_path: Path) -> Path:
    names = ("0" * 64, "forms.sqlite", "keep.txt")
    return write(dict.fromkeys(names, "mine"), tmp_path / "outside")


LINKS = (".kpisite", *(f".kpisite/{name}" for name in (
    "pdf", "forms.sqlite", "forms.sqlite-journal", ".gitignore")))  # fmt: skip


@pytest.mark.parametrize("link", LINKS)
def test_no_link_in_the_store_is_followed_to_read_write_or_delete(
    site: Path, tmp_path: Path, link: str
) -> None:
    there = outside(tmp_path)
    before, modes = files_in(there), there.stat().st_mode
    (site / link).parent.mkdir(exist_ok=True)
    leads = there if link in (".kpisite", ".kpisite/pdf") else there / "forms.sqlite"
    (site / link).symlink_to(leads)
    for _ in range(2):
        assert run("build", at=site).code == 0
    assert (files_in(there), there.stat().st_mode) == (before, modes)


def test_a_link_that_leads_nowhere_makes_no_file_there(site: Path, tmp_path: Path) -> None:
    (site / ".kpisite").mkdir()
    store(site).symlink_to(tmp_path / "planted")
    built(site)
    assert not (tmp_path / "planted").exists()
    assert store(site).is_file()
    assert not store(site).is_symlink()


def test_the_store_is_for_its_owner_alone_and_forms_of_older_versions_go(site: Path) -> None:
    write({f".kpisite/pdf/{KEY}": "%PDF"}, site)
    (site / ".kpisite").chmod(0o755)
    built(site)
    assert stat.S_IMODE((site / ".kpisite").stat().st_mode) == 0o700
    assert stat.S_IMODE(store(site).stat().st_mode) == 0o600
    assert not (site / ".kpisite/pdf").exists()
    assert (site / ".kpisite/.gitignore").read_text(encoding="utf-8") == "*\n"


def test_a_store_that_somebody_else_holds_costs_only_time(site: Path) -> None:
    before = digest(built(site))
    holder = sqlite3.connect(store(site), isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    try:
        cache = FormCache(site)
        cache._opened()
        assert cache.get(KEY) is None
        cache.put(KEY, b"x")
    finally:
        holder.close()
    assert "新生成 0 份" in run("build", at=site).output
    assert digest(site / "output") == before


# Folders for a moment.


def test_a_scratch_folder_that_a_killed_program_left_is_deleted_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    left, in_use, theirs = (tmp_path / f"kpisite-{digit * 16}" for digit in ("1", "2", "x"))
    for folder in (left, in_use, theirs):
        write({"fonts.conf": "<fontconfig/>"}, folder)
    (tmp_path / f"kpisite-{'3' * 16}").symlink_to(theirs)
    lock = os.open(in_use, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with scratch() as folder, scratch() as other:
            assert folder.is_dir() and other.is_dir() and folder != other
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert not left.exists()
        assert files_in(in_use) and files_in(theirs)
        assert not folder.exists() and not other.exists()
    finally:
        os.close(lock)


@pytest.mark.parametrize("moment", ["open", "flock"])
def test_a_scratch_folder_that_another_process_deletes_before_it_is_locked_is_made_anew(
    moment: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    module = {"open": os, "flock": fcntl}[moment]
    real = getattr(module, moment)
    deleted: list[Path] = []

    def after_the_other(*arguments: Any, **more: Any) -> Any:
        if not deleted:
            deleted.extend(tmp_path.glob("kpisite-*"))
            deleted[0].rmdir()
        return real(*arguments, **more)

    monkeypatch.setattr(module, moment, after_the_other)
    with scratch() as folder:
        assert deleted and folder != deleted[0]
        with scratch():  # deletes whatever nobody holds
            assert folder.is_dir()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("module", ["write/tags.py", "core/attachment.py", "fonts/__init__.py"])
def test_a_form_that_other_code_printed_is_not_taken(
    module: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = salt_of("")
    for room in PRINTING:
        shutil.copytree(ROOT / "kpisite" / room, tmp_path / room)
    assert printing_code(tmp_path) == printing_code()
    with (tmp_path / module).open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    assert printing_code(tmp_path) != printing_code()
    monkeypatch.setattr(
        kpisite.products.print_key, "printing_code", lambda: printing_code(tmp_path)
    )
    assert salt_of("") != before
