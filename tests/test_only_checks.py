"""What pages show is found for builds, and no later than it is asked for: a check leaves it out,
unless the build before kept it of everybody, which then stays whole."""

from pathlib import Path

import pytest

from kpisite.check.ground import Ground
from kpisite.outcomes.brief import Brief, brief_of
from kpisite.outcomes.results import Result
from kpisite.pages.selection import Selection
from kpisite.site import Site
from tests.sites import edit, run, small_site, write
from tests.trees import files_in


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return write(small_site(), tmp_path / "site")


@pytest.fixture
def in_brief(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of the records whose results were put in brief."""
    found: list[str] = []

    def noted(ground: Ground, result: Result) -> Brief:
        found.append(result.card.record.path)
        return brief_of(ground, result)

    monkeypatch.setattr("kpisite.examine.written.brief_of", noted)
    return found


def test_a_check_puts_nothing_in_brief_and_the_build_after_it_everything(
    site: Path, in_brief: list[str]
) -> None:
    assert run("check", at=site).code == 0
    assert in_brief == []
    assert run("build", "--no-pdf", at=site).code == 0
    assert len(in_brief) == len(set(in_brief)) >= 4


def test_a_check_between_builds_puts_in_brief_whoever_changed_and_nobody_else(
    site: Path, in_brief: list[str]
) -> None:
    assert run("build", "--no-pdf", at=site).code == 0
    in_brief.clear()
    edit(site, "records/2026-10/A2.toml", "79999.99", "79999.98")
    assert run("check", at=site).code == 0
    assert in_brief == ["records/2026-10/A2.toml"]
    assert run("build", "--no-pdf", at=site).code == 0
    assert in_brief == ["records/2026-10/A2.toml"]


def test_pages_are_the_same_after_a_check_that_left_them_out(site: Path, tmp_path: Path) -> None:
    for place, only_checks in (("whole", False), ("later", True)):
        loaded = Site.find(site).check(keeps=True, only_checks=only_checks)
        Site.find(site).build(loaded, tmp_path / place, Selection(pdf=False))
        (site / ".kpisite" / "runs.sqlite").unlink()
    whole, later = (files_in(tmp_path / one) for one in ("whole", "later"))
    assert later == whole
    assert len(whole) > 10
