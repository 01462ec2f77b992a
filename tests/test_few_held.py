"""Of everybody's months few are held as they were read: those that were asked for last."""

from pathlib import Path
from typing import Any

import pytest

from kpisite.disk.cache import RUNS, Store
from kpisite.examine.alone import Alone
from kpisite.examine.cells import Cells
from kpisite.examine.kept import WRITTEN, Kept
from kpisite.examine.people import People
from kpisite.pages.selection import Selection
from kpisite.site import Site
from tests.sites import run, small_site, write
from tests.trees import files_in

JUNE, JULY, AUGUST = ("2026-06", "store"), ("2026-07", "store"), ("2026-08", "x")


class Noted(Kept):
    """A store that has two scorecards of every department's month, and says of which it was
    asked."""

    def __init__(self) -> None:
        super().__init__(None)
        self.asked: list[str] = []

    def get(self, name: str, key: str, kind: Any) -> Any:
        self.asked.append(name)
        return {"A": object(), "B": object()}


def test_the_months_asked_for_last_are_held_as_far_as_there_is_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("kpisite.examine.cells.MOST_HELD", 4)
    kept = Noted()
    cells = Cells(kept, lambda _: {})
    for cell in (JUNE, JULY, JUNE, AUGUST, JUNE):
        cells.briefs(cell, ())
    assert kept.asked == ["briefs 2026-06 store", "briefs 2026-07 store", "briefs 2026-08 x"]
    cells.briefs(JULY, ())
    assert kept.asked[3:] == ["briefs 2026-07 store"]


def test_pages_are_the_same_where_there_is_room_for_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = write(small_site(), tmp_path / "site")
    assert run("build", "--no-pdf", at=site).code == 0
    before = files_in(site / "output")
    monkeypatch.setattr("kpisite.examine.cells.MOST_HELD", 0)
    loaded = Site.find(site).check(keeps=True)
    Site.find(site).build(loaded, tmp_path / "again", Selection(pdf=False))
    assert files_in(tmp_path / "again") == before


def test_what_a_run_has_put_it_is_given_again_even_where_nothing_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("no folder, so no store")
    store = Store(tmp_path, RUNS)
    Kept(store).put("name", "key", WRITTEN, b"before")
    for kept in (Kept(None), Kept(store, only_read=True), Kept(Store(file, RUNS))):
        before = kept.get("name", "key", WRITTEN)
        one = kept.for_a_run()
        one.put("name", "key", WRITTEN, b"now")
        assert one.get("name", "key", WRITTEN) == b"now"
        assert one.only_reading().get("name", "key", WRITTEN) == b"now"
        assert kept.get("name", "key", WRITTEN) == before
        one.drop("name")
        assert one.get("name", "key", WRITTEN) == before
    store.close()


@pytest.mark.parametrize("keeps", [True, False])
def test_nothing_is_found_twice_for_want_of_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, keeps: bool
) -> None:
    monkeypatch.setattr("kpisite.examine.alone.MOST_HELD", 0)
    monkeypatch.setattr("kpisite.examine.cells.MOST_HELD", 0)
    found: list[str] = []

    def noted(cls: Any, name: str) -> None:
        find = getattr(cls, name)

        def find_noted(self: Any, what: str, *more: Any) -> Any:
            found.append(what)
            return find(self, what, *more)

        monkeypatch.setattr(cls, name, find_noted)

    noted(Alone, "_record")
    noted(People, "_made")
    site = Site.find(write(small_site(), tmp_path / "site"))
    loaded = site.check(keeps=keeps, workers=1)
    assert loaded.all.briefs and loaded.all.briefs and loaded.book.roster.records
    assert len(found) == len(set(found)) > 4
