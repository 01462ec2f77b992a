"""The one door to a site: one process may go through it a thousand times and leaves nothing."""

import gc
import weakref
from pathlib import Path

import pytest

from kpisite.check.book import Book
from kpisite.core.month import Month
from kpisite.pages.selection import Selection
from kpisite.products import work
from kpisite.site import NoScorecard, NoSite, Site, Unsound
from tests.conftest import SOUND
from tests.sites import in_a_process, small_site, write
from tests.trees import files_in

NO_PDF = Selection(pdf=False)

TEMPLATE = '<!doctype html><title>{{ page.title }}</title><p class="mine">{{ company }}</p>\n'


ENGLISH = SOUND | {
    "kpisite.toml": 'company = "Clear Lake"\nlanguage = "en"\ntheme = "own"\n',
    "themes/own/theme.toml": 'extends = "default"\n',
    "themes/own/grades.html": TEMPLATE,
}
CHANGED = SOUND | {
    "records/2026-10/CS017.toml": SOUND["records/2026-10/CS017.toml"].replace(
        "supervisor = 8", "supervisor = 7"
    )
}


def test_sites_built_one_after_the_other_are_those_of_processes_of_their_own(
    tmp_path: Path,
) -> None:
    fresh = {}
    for name, files in (("sound", SOUND), ("english", ENGLISH)):
        root = write(files, tmp_path / name)
        ran = in_a_process("-C", root, "build")
        assert ran.returncode == 0, ran.stderr
        fresh[name] = files_in(root / "output")
    built = []
    for number, files in enumerate((ENGLISH, CHANGED, SOUND)):
        root = write(files, tmp_path / str(number))
        site = Site.find(root)
        site.build(site.check(), root / "output", workers=1)
        built.append(files_in(root / "output"))
    assert built[0] == fresh["english"]
    assert built[1] != fresh["sound"] == built[2]


@pytest.mark.parametrize("workers", [1, 2])
def test_nothing_of_a_build_outlives_it(
    workers: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "WORTH_A_FORK", 1)
    root = write(SOUND, tmp_path)
    site, frozen, books = Site.find(root), gc.get_freeze_count(), list[weakref.ref[Book]]()
    for number in range(30 if workers == 1 else 3):
        note = f'note = "{number}"'
        month = SOUND["records/2026-10/month.toml"].replace('note  = "双十一备战"', note)
        (root / "records/2026-10/month.toml").write_text(month)
        loaded = site.check()
        books.append(weakref.ref(loaded.book))
        site.build(loaded, root / "output", NO_PDF, workers=workers)
        del loaded
    gc.collect()
    assert [one for one in books if one() is not None] == []
    assert gc.isenabled()
    assert gc.get_freeze_count() == frozen


def test_printing_leaves_nothing_either(tmp_path: Path) -> None:
    root = write(SOUND, tmp_path)
    site, frozen = Site.find(root), gc.get_freeze_count()
    loaded = site.check()
    book = weakref.ref(loaded.book)
    assert site.build(loaded, root / "output", workers=1).printed > 0
    del loaded
    gc.collect()
    assert book() is None
    assert gc.get_freeze_count() == frozen


def test_a_site_is_found_from_a_folder_within_it(tmp_path: Path) -> None:
    root = write(SOUND, tmp_path / "site")
    assert Site.find(root / "records/2026-10") == Site.find(root) == Site(root.resolve())
    with pytest.raises(NoSite):
        Site.find(tmp_path)


def test_nothing_is_made_of_an_unsound_site(tmp_path: Path) -> None:
    root = write(SOUND | {"records/2026-10/CS017.toml": "employee = \n"}, tmp_path)
    site = Site.find(root)
    with pytest.raises(Unsound) as raised:
        site.sound()
    assert raised.value.loaded.issues
    with pytest.raises(Unsound):
        site.build(site.check(), root / "output")
    assert not (root / "output").exists()


def test_a_scorecard_is_explained_or_the_reason_given_why_there_is_none(tmp_path: Path) -> None:
    site = Site.find(write(small_site(), tmp_path))
    loaded, month = site.sound(), Month.parse("2026-09")
    assert site.explain(loaded, "A1", month).result.card.total.shown == "68.0"
    with pytest.raises(NoScorecard) as excused:
        site.explain(loaded, "A2", month)
    assert excused.value.reason is not None
    assert excused.value.reason.say("zh") == "借调"
    with pytest.raises(NoScorecard) as unknown:
        site.explain(loaded, "Z9", month)
    assert unknown.value.reason is None
