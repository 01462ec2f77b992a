"""Everybody in outline is kept in groups: a changed mark has one of them read and written anew, and
a lost one is found again."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kpisite.disk.cache import RUNS, Store
from kpisite.examine.faces import FACES, PEOPLE, Faces, FacesOf
from kpisite.examine.people import People
from tests.sites import edit, run, small_site, write

A2 = "records/2026-10/A2.toml"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    place = write(small_site(), tmp_path / "site")
    assert run("build", "--no-pdf", at=place).code == 0
    return place


def groups(site: Path) -> dict[str, bytes]:
    store = Store(site, RUNS)
    found = {name: store.get(name) or b"" for name in store.names(f"{PEOPLE} ")}
    store.close()
    return found


def people_in(piece: bytes) -> set[str]:
    return set(FACES.from_bytes(piece.partition(b"\n")[2]))


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Whose results were found again."""
    found: list[str] = []
    find: Callable[..., Any] = People._from

    def noted(people: People, id: str, *args: Any) -> Any:
        found.append(id)
        return find(people, id, *args)

    monkeypatch.setattr(People, "_from", noted)
    return found


def test_a_changed_mark_has_one_group_of_everybody_read_and_written_again(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[set[str]] = []
    as_kept = Faces.from_bytes

    def noted(faces: Faces, content: bytes) -> FacesOf:
        found = as_kept(faces, content)
        read.append(set(found))
        return found

    before = groups(site)
    assert len(before) >= 2
    edit(site, A2, "79999.99", "79999.98")
    monkeypatch.setattr(Faces, "from_bytes", noted)
    assert run("check", at=site).code == 0
    monkeypatch.undo()
    after = groups(site)
    (changed,) = (name for name in before if before[name] != after[name])
    assert read == [people_in(after[changed])] and "A2" in read[0]


def test_of_a_lost_group_everybody_is_looked_at_again_once(
    site: Path, looked_at: list[str]
) -> None:
    lost, content = next(
        (name, one) for name, one in groups(site).items() if "A2" in people_in(one)
    )
    store = Store(site, RUNS)
    store.drop(lost)
    store.close()
    edit(site, A2, "79999.99", "79999.98")
    assert run("check", at=site).code == 0
    assert people_in(content) <= set(looked_at)
    assert people_in(groups(site)[lost]) == people_in(content)
    looked_at.clear()
    edit(site, A2, "79999.98", "79999.97")
    assert run("check", at=site).code == 0
    assert looked_at == ["A2"]


def test_names_are_found_by_how_they_begin(tmp_path: Path) -> None:
    store = Store(tmp_path, RUNS)
    for name in ("people 1", "people", "person", "people \U0010fffe", "peoplf"):
        store.put(name, b"")
    assert sorted(store.names("people ")) == ["people 1", "people \U0010fffe"]
    assert len(store.names()) == 5
    store.close()
