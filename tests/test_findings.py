"""HR's page of a month says what `check` finds in it, and nobody else's does."""

import shutil
from pathlib import Path

import pytest

from tests.sites import POLICY, built, run, small_site, write

LATE = "\n[rated]\nsupervisor = { on = 2026-12-24 }\n"


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    files = small_site(policy=POLICY)
    files["records/2026-10/A1.toml"] += LATE
    files["records/2026-09/A1.toml"] += LATE.replace("12-24", "11-24")
    site = write(files, tmp_path_factory.mktemp("findings"))
    built(site, "--no-pdf")
    return site


def page(site: Path, place: str) -> str:
    return (site / "output" / place).read_text(encoding="utf-8")


def test_a_month_of_hrs_says_what_is_wrong_in_it_where_and_how_to_mend_it(finished: Path) -> None:
    checked = run("check", at=finished)
    assert (
        checked.output.count("warning[outside-window]")
        + checked.output.count("警告[outside-window]")
        == 2
    ), checked.output
    for place, own, other in (("hr/index.html", "10", "09"), ("hr/2026-09.html", "09", "10")):
        text = page(finished, place)
        assert "outside-window" in text
        assert f"records/2026-{own}/A1.toml 第 " in text
        assert f"records/2026-{other}/A1.toml" not in text
        assert f'href="desk/2026-{own}/A1.html">安然</a> <span class="soft">records' in text


def test_nobody_else_reads_what_was_found(finished: Path) -> None:
    output = finished / "output"
    told = [
        one.relative_to(output).as_posix()
        for one in sorted(output.rglob("*.html"))
        if "outside-window" in one.read_text(encoding="utf-8")
    ]
    assert told == ["hr/2026-09.html", "hr/index.html"]


def test_a_line_that_moves_is_another_page(finished: Path, tmp_path: Path) -> None:
    """A comment changes no result, and still the line that is named."""
    site = Path(shutil.copytree(finished, tmp_path / "site"))
    record = site / "records/2026-10/A1.toml"
    record.write_text("# hand in the sheet\n" + record.read_text(encoding="utf-8"), "utf-8")
    before = page(site, "hr/index.html")
    built(site, "--no-pdf")
    assert page(site, "hr/index.html") != before
    fresh = Path(shutil.copytree(site, tmp_path / "fresh"))
    shutil.rmtree(fresh / "output")
    shutil.rmtree(fresh / ".kpisite", ignore_errors=True)
    built(fresh, "--no-pdf")
    assert page(site, "hr/index.html") == page(fresh, "hr/index.html")


def test_what_is_accepted_is_not_told_again(finished: Path, tmp_path: Path) -> None:
    site = Path(shutil.copytree(finished, tmp_path / "site"))
    record = site / "records/2026-10/A1.toml"
    accepted = '\n[[accept]]\ncode = "outside-window"\nreason = "出差"\n'
    record.write_text(record.read_text(encoding="utf-8") + accepted, "utf-8")
    built(site, "--no-pdf")
    assert "outside-window" not in page(site, "hr/index.html")
    assert "outside-window" in page(site, "hr/2026-09.html")
