"""`kpisite verify --scan`: what the records say of the code on a scanned page."""

import json
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from tests.repositories import commit
from tests.sites import edit, record, run
from tests.test_verify import BARE, FORM, RECORD, own, site

__all__ = ("own", "site")


def scan(site: Path, file: str | Path, *, code: int) -> dict[str, Any]:
    """What is said of the one code on the page."""
    ran = run("verify", "--scan", file, "--json", at=site)
    assert ran.code == code, ran.output + ran.errors
    found: list[dict[str, Any]] = json.loads(ran.output)["files"][0]["codes"]
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize("suffix", ["png", "jpg"])
def test_the_page_of_a_form_is_todays(site: Path, tmp_path: Path, suffix: str) -> None:
    with pypdfium2.PdfDocument(site / FORM) as pdf:
        pdf[0].render(scale=2).to_pil().save(tmp_path / f"scan.{suffix}")
    found = scan(site, tmp_path / f"scan.{suffix}", code=0)
    assert (found["age"], found["appraisee"], found["month"]) == ("today", "A1", "2026-10")
    assert found["now"] == "78.0 良"


def test_the_copy_without_pay_is_todays_too(site: Path) -> None:
    assert scan(site, BARE, code=0)["age"] == "today"


def test_a_page_from_before_a_change_is_an_older_one_and_says_of_when(own: Path) -> None:
    commit(own, {RECORD: record("A1", "2026-10", care=(10, 10), sales="1")}, "2026-11-20")
    found = scan(own, FORM, code=1)
    assert (found["age"], found["day"]) == ("older", "2026-11-02")
    assert (found["then"], found["now"]) == ("78.0 良", "34.0 差")  # 10 + 12 + 12


def test_a_page_of_what_no_record_ever_said_is_unknown(own: Path) -> None:
    edit(own, RECORD, "care = { self = 60", "care = { self = 11")
    assert run("build", "--employee", "A1", at=own).code == 0
    edit(own, RECORD, "care = { self = 11", "care = { self = 12")
    assert scan(own, FORM, code=1)["age"] == "unknown"


def test_a_page_of_another_company_is_said_to_be_so(own: Path) -> None:
    edit(own, "kpisite.toml", "小店", "大店")
    assert scan(own, FORM, code=1)["age"] == "other-site"


def test_a_page_without_a_code_gets_a_line(site: Path, tmp_path: Path) -> None:
    from PIL import Image

    Image.new("L", (400, 400), 255).save(tmp_path / "blank.png")
    ran = run("verify", "--scan", tmp_path / "blank.png", "--language", "zh", at=site)
    assert (ran.code, "没有找到考核表的码" in ran.output) == (1, True)


def test_people_read_what_the_records_say(site: Path) -> None:
    ran = run("verify", "--scan", FORM, "--language", "zh", at=site)
    assert "指纹与现在的记录相符" in ran.output
    assert "现在：安然，78.0 良" in ran.output


def test_a_file_that_is_no_picture_gets_a_line(site: Path) -> None:
    ran = run("verify", "--scan", "kpisite.toml", "--language", "zh", at=site)
    assert (ran.code, "不是 PNG、JPEG 或 PDF" in ran.output) == (1, True)
