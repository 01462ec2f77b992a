"""What verifying takes from the last run, and what it does not look at, changes nothing of what it
says of a form."""

import shutil
from pathlib import Path

import pytest

from kpisite.disk.cache import RUNS, Store
from kpisite.verify.past import Past
from tests.repositories import commit, git
from tests.sites import record, run, small_site
from tests.test_verify import FORM, RECORD, verified_site, verify

HOUSE = "themes/house/"
THEME = {
    "kpisite.toml": small_site()["kpisite.toml"].replace("\n", '\ntheme = "house"\n', 1),
    f"{HOUSE}theme.toml": 'extends = "default"\n',
}
DEFAULT = (Path(__file__).parent.parent / "kpisite/themes/default/print.html").read_text()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return verified_site(tmp_path_factory)


@pytest.fixture
def own(site: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(site, tmp_path / "own"))


@pytest.mark.parametrize(
    ("files", "total"),
    [
        ({}, "verify-total-holds"),
        ({RECORD: record("A1", "2026-10", care=(60, 49), sales="130000.01")},
         "verify-total-differs"),
        ({"records/2026-10/A2.toml": record("A2", "2026-10", care=(9, 9))}, "verify-total-holds"),
        ({"records/2026-10/A2.toml": "nonsense = 7\n"}, "verify-unsound"),
        ({"records/2026-09/A2.toml": record("A1", "2026-09")}, "verify-unsound"),
        ({"records/pay/B1.toml": "employee = 'B9'\n"}, "verify-unsound"),
        (THEME, "verify-total-holds"),
        (THEME | {f"{HOUSE}print.html": DEFAULT.replace("</body>", "x</body>")},
         "verify-total-holds"),
        (THEME | {f"{HOUSE}print.html": "{{ 1 // 0 }}"}, "verify-unsound"),
        (THEME | {f"{HOUSE}print.html": "{% if %}"}, "verify-unsound"),
        (THEME | {f"{HOUSE}department.html": "{{ 1 // 0 }}"}, "verify-total-holds"),
    ],
    ids=[
        "sound", "tampered-record", "another-record", "faulty-record", "twice", "faulty-pay",
        "theme", "other-look", "cannot-show-it", "no-template", "cannot-show-other-pages",
    ],
)  # fmt: skip
def test_a_form_is_judged_alike_with_what_the_last_run_left_and_without(
    own: Path, files: dict[str, str], total: str
) -> None:
    """The one state of the site that git knows is not the one that the form was printed from."""
    git(own, "checkout", "-q", "--orphan", "rewritten")
    commit(own, {"records/README.md": "x\n", **files}, "2026-11-05")
    run("check", at=own)
    with_store = verify(own, FORM)
    shutil.rmtree(own / ".kpisite")
    assert {**verify(own, FORM), "printing": with_store["printing"]} == with_store
    assert with_store["levels"]["total"]["why"] == total


def test_what_the_last_run_found_is_read_and_not_changed(own: Path) -> None:
    commit(own, {RECORD: record("A1", "2026-10", care=(10, 10))}, "2026-11-20")
    before = pieces(own)
    past = Past(own)
    assert past._kept.is_there
    oldest = past.line[-1]
    assert past.at(oldest.id).is_sound
    assert past.at(oldest.id).examination._months.before.keys() == {"2026-09", "2026-10"}
    assert verify(own, FORM)["levels"]["bytes"]["verdict"] == "holds"
    assert pieces(own) == before


def pieces(site: Path) -> dict[str, bytes | None]:
    store = Store(site, RUNS)
    found = {key: store.get(key) for key in Store.names(store)}
    store.close()
    return found


def test_a_store_that_is_damaged_or_of_somebody_elses_making_is_not_believed(own: Path) -> None:
    before = verify(own, FORM)
    store = own / ".kpisite" / RUNS
    for content in (store.read_bytes().replace(b"standings", b"standinxs"), b"nonsense", b""):
        store.write_bytes(content)
        assert verify(own, FORM) == before


def test_what_another_user_or_another_machine_found_is_not_believed(
    own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert any(pieces(own).values())
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "another"))
    assert not any(pieces(own).values())
    monkeypatch.delenv("XDG_STATE_HOME")
    monkeypatch.delenv("HOME")  # and nothing can be told apart
    assert not Past(own)._kept.is_there


def test_where_the_last_run_left_nothing_no_findings_are_kept(own: Path) -> None:
    shutil.rmtree(own / ".kpisite")
    verify(own, FORM)
    assert not (own / ".kpisite" / RUNS).exists()
