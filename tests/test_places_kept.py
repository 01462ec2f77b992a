"""Where people stand is found again for those alone beside whom a record has changed."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from kpisite.disk.cache import RUNS, Store
from kpisite.examine import months, placed
from tests.sites import POLICY, edit, run, small_site, write

A2 = "records/2026-10/A2.toml"
ACROSS = "\nranking = { within = "


def site_under(folder: Path, policy: str) -> Path:
    place = write(small_site(policy=policy), folder / "site")
    assert run("check", at=place).code == 0
    return place


@pytest.fixture
def where_placed(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, set[str]]]:
    """What was placed: under which name, and whose records."""
    found: list[tuple[str, set[str]]] = []
    place = placed.place

    def noted(kept: Any, ground: Any, where: str, key: str, placings: Iterable[Any]) -> Any:
        several = list(placings)
        found.append((where, {one.appraisee for one in several}))
        return place(kept, ground, where, key, several)

    monkeypatch.setattr(months, "place", noted)
    return found


def ranked_within(whom: str) -> str:
    return POLICY.replace("\nwindow", f'{ACROSS}"{whom}" }}\nwindow')


def test_where_people_stand_apart_one_department_of_the_month_is_placed_again(
    tmp_path: Path, where_placed: list[tuple[str, set[str]]]
) -> None:
    site = site_under(tmp_path, POLICY)
    where_placed.clear()
    edit(site, A2, "79999.99", "79999.98")
    assert run("check", at=site).code == 0
    assert where_placed == [("2026-10 desk", {"A1", "A2"})]


@pytest.mark.parametrize("whom", ["company", "post", "scheme"])
def test_where_anybody_is_ranked_across_departments_all_of_the_month_are(
    whom: str, tmp_path: Path, where_placed: list[tuple[str, set[str]]]
) -> None:
    site = site_under(tmp_path, ranked_within(whom))
    where_placed.clear()
    edit(site, A2, "79999.99", "79999.98")
    assert run("check", at=site).code == 0
    assert where_placed == [("2026-10", {"A1", "A2", "B1"})]


def names_of(site: Path) -> set[str]:
    store = Store(site, RUNS)
    found = {one for one in store.names() if one.startswith(("places ", "brief "))}
    store.close()
    return found


def test_of_what_is_kept_otherwise_now_nothing_is_left(tmp_path: Path) -> None:
    site = site_under(tmp_path, POLICY)
    apart = names_of(site)
    assert {"places 2026-10 desk", "brief 2026-10 desk", "places 2026-10 store"} <= apart
    policy = site / "records/policies/rules.toml"
    policy.write_text(ranked_within("company").lstrip("\n"), encoding="utf-8")
    assert run("check", at=site).code == 0
    together = names_of(site)
    assert {one for one in together if one.startswith("places")} == {
        "places 2026-09",
        "places 2026-10",
    }
    policy.write_text(POLICY.lstrip("\n"), encoding="utf-8")
    edit(site, "records/staff/B1.toml", '"store"', '"desk"')
    assert run("check", at=site).code == 0
    assert names_of(site) == {one for one in apart if "store" not in one}


@pytest.mark.parametrize("lost", ["places 2026-10 desk", "brief 2026-10 desk"])
def test_what_the_store_has_lost_is_found_again(lost: str, tmp_path: Path) -> None:
    site = site_under(tmp_path, POLICY)
    store = Store(site, RUNS)
    there = store.get(lost)
    store.drop(lost)
    store.close()
    edit(site, "records/2026-09/A1.toml", 'employee = "A1"', 'employee = "A1" #')
    assert run("check", at=site).code == 0
    edit(site, "records/2026-09/A1.toml", 'employee = "A1" #', 'employee = "A1"')
    assert run("check", at=site).code == 0
    store = Store(site, RUNS)
    assert there is not None and store.get(lost) == there
    store.close()
