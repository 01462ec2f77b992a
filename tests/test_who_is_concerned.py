"""Whom a changed file concerns: nobody else's scorecard is made anew."""

from pathlib import Path

import pytest

from kpisite.pages.shares import Part, Share
from kpisite.products.work import Work
from tests.sites import edit, run, small_site, write


@pytest.fixture
def site(tmp_path: Path) -> Path:
    written = write(small_site(), tmp_path)
    assert run("build", "--no-pdf", at=written).code == 0
    return written


def made_in(site: Path, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The records whose pages a build makes."""
    made: set[str] = set()
    write_part = Work._write_part

    def noted(self: Work, part: Part, share: Share) -> object:
        made.add(part.record)
        return write_part(self, part, share)

    monkeypatch.setattr(Work, "_write_part", noted)
    assert run("build", "--no-pdf", at=site).code == 0
    return made - {""}


def test_a_new_name_concerns_whoever_bears_it(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    edit(site, "records/staff/A2.toml", "白露", "白霜")
    assert made_in(site, monkeypatch) == {"records/2026-10/A2.toml"}


def test_a_superiors_name_concerns_those_who_are_marked(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = "records/staff/M1.toml"
    edit(site, path, 'name = "', 'name = "新')
    made = made_in(site, monkeypatch)
    assert made <= {
        f"records/2026-{month}/{id}.toml" for month in ("09", "10") for id in ("A1", "A2")
    }


def test_a_record_of_the_newest_month_concerns_none_before(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = "records/2026-10/A1.toml"
    text = (site / path).read_text(encoding="utf-8")
    edit(site, path, text, text + "\n# nothing\n")
    assert made_in(site, monkeypatch) == {path}


def test_somebodys_pay_concerns_nobody_else(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = next((site / "records/pay").glob("[A-Z]*.toml"))
    text = place.read_text(encoding="utf-8")
    place.write_text(text + "\n# nothing\n", encoding="utf-8")
    made = made_in(site, monkeypatch)
    assert made
    assert all(path.endswith(f"/{place.name}") for path in made)
