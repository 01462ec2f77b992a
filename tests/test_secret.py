"""The secret by which a user's own findings are told from what came from elsewhere."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

import kpisite.disk.secret
from kpisite.disk.cache import FormCache
from kpisite.disk.files import save
from kpisite.disk.secret import LENGTH, own_secret


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_STATE_HOME")
    return tmp_path / "home"


def place(home: Path) -> Path:
    return home / ".local/state/kpisite/secret"


def test_it_is_made_once_for_its_user_alone(home: Path) -> None:
    first = own_secret()
    assert first is not None and len(first) == LENGTH
    assert own_secret() == first == place(home).read_bytes()
    assert stat.S_IMODE(place(home).stat().st_mode) == 0o600
    assert stat.S_IMODE(place(home).parent.stat().st_mode) == 0o700
    assert [one.name for one in place(home).parent.iterdir()] == ["secret"]
    place(home).unlink()
    assert own_secret() not in (None, first)


def as_link(path: Path) -> None:
    path.rename(path.with_name("real"))
    path.symlink_to("real")


def in_its_place(path: Path, make: Callable[[Path], object]) -> None:
    path.unlink()
    make(path)
    path.chmod(0o700)


#: What is done to it, so that it is no secret, or may be none.
HARMS: dict[str, Callable[[Path], object]] = {
    "others may read it": lambda file: file.chmod(0o644),
    "its group may read it": lambda file: file.chmod(0o640),
    "others may look into its folder": lambda file: file.parent.chmod(0o755),
    "a link": as_link,
    "a link to its folder": lambda file: as_link(file.parent),
    "cut short": lambda file: file.write_bytes(b"1"),
    "too long": lambda file: file.write_bytes(b"1" * 99),
    "a folder": lambda file: in_its_place(file, Path.mkdir),
    "a pipe": lambda file: in_its_place(file, os.mkfifo),
}


@pytest.mark.parametrize("harm", HARMS)
def test_what_others_may_know_is_no_secret_and_stays_as_it_is(home: Path, harm: str) -> None:
    assert own_secret() is not None
    HARMS[harm](place(home))
    before = place(home).lstat().st_mode
    assert own_secret() is None
    assert place(home).lstat().st_mode == before


def test_what_somebody_else_made_is_no_secret(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert own_secret() is not None
    monkeypatch.setattr(kpisite.disk.secret, "user", lambda: 4711)
    assert own_secret() is None


def test_without_a_place_of_ones_own_there_is_none(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.write_text("no folder")
    assert own_secret() is None
    monkeypatch.setenv("HOME", "relative")
    assert own_secret() is None
    monkeypatch.delenv("HOME")
    assert own_secret() is None


def test_of_two_that_make_it_at_once_both_have_the_same(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def when_another_was_quicker(path: Path, content: bytes, *, over: bool) -> None:
        save(path, b"x" * LENGTH, over=over)
        save(path, content, over=over)

    monkeypatch.setattr(kpisite.disk.secret, "save", when_another_was_quicker)
    assert own_secret() == b"x" * LENGTH
    assert [one.name for one in place(home).parent.iterdir()] == ["secret"]


def test_what_was_kept_is_believed_by_its_own_user_alone(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    FormCache(tmp_path).put("key", b"a form")
    assert FormCache(tmp_path).get("key") == b"a form"
    monkeypatch.setenv("HOME", str(tmp_path / "somebody"))
    assert FormCache(tmp_path).get("key") is None


def test_where_there_is_no_secret_what_was_kept_serves_and_is_not_called_authentic(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HOME")
    store = FormCache(tmp_path)
    store.put("key", b"a form")
    assert (store.get("key"), store.is_authentic) == (b"a form", False)
    monkeypatch.setenv("HOME", str(home))
    assert FormCache(tmp_path).get("key") is None, "anybody can have put it there"
