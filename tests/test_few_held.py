"""Of everybody's months few are held as they were read: those that were asked for last."""

from pathlib import Path
from typing import Any

import pytest

from kpisite.examine.cells import Cells
from kpisite.examine.kept import Kept
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
