"""Of printed forms no more is kept than the trees have."""

import shutil
from pathlib import Path

from kpisite.disk.cache import FORMS, FormCache, Store
from tests.lively_site import lively_site
from tests.sites import edit, run, write

RECORD = "records/2026-10/A3.toml"


def kept(site: Path) -> set[str]:
    store = Store(site, FORMS)
    try:
        return set(store.names())
    finally:
        store.close()


def test_what_a_changed_record_had_printed_is_not_kept(tmp_path: Path) -> None:
    site, clean = tmp_path / "site", tmp_path / "clean"
    write(lively_site(), site)
    assert run("build", at=site).code == 0
    before = kept(site)
    edit(site, RECORD, "supervisor = 53", "supervisor = 52")
    assert run("build", at=site).code == 0
    shutil.copytree(site, clean, ignore=shutil.ignore_patterns(".kpisite", "output"))
    assert run("build", at=clean).code == 0
    assert kept(site) == kept(clean) != before


def test_forms_are_forgotten_by_their_keys(tmp_path: Path) -> None:
    store = FormCache(tmp_path)
    for key in ("one", "two"):
        store.put(key, b"a form")
    store.forget(["one", "three"])
    assert store.names() == ["two"]
    store.close()
