"""A department's month in one file: the list of it, every form, a bookmark for each."""

import re
from pathlib import Path

import pytest
from pypdf import PdfReader

from tests.archives import issues_of
from tests.sites import run, small_site, write
from tests.trees import pdf_text


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(small_site(), tmp_path_factory.mktemp("bundles"))


def bundle(site: Path, *options: str) -> bytes:
    place = site / "bundle.pdf"
    ran = run("bundle", "desk", "2026-10", "-o", place, "--force", *options, at=site)
    assert (ran.code, ran.errors) == (0, "")
    return place.read_bytes()


def test_a_bundle_begins_with_the_list_and_leads_to_every_form_by_a_bookmark(site: Path) -> None:
    content = bundle(site)
    (site / "bundle.pdf").write_bytes(content)
    reader = PdfReader(site / "bundle.pdf")
    titles = [str(one["/Title"]) for one in reader.outline if isinstance(one, dict)]
    assert titles == [
        "客服部 · 2026 年 10 月",
        "安然 · 2026 年 10 月 · 月度考核",
        "白露 · 2026 年 10 月 · 月度考核",
    ]
    pages = pdf_text(content).split("\f")[:-1]
    assert "考核汇总" in pages[0]
    for title, page in zip(titles[1:], pages[1:], strict=True):
        assert title.split(" · ")[0] in page
    for entry, number in zip(reader.outline, range(3), strict=True):
        assert not isinstance(entry, list)
        assert reader.get_destination_page_number(entry) == number


def test_a_bundle_has_the_pay_for_hr_alone(site: Path) -> None:
    managers, hrs = (pdf_text(bundle(site, "--audience", one)) for one in ("managers", "hr"))
    assert not re.search(r"\d,\d{3}\.\d\d|工资|机密", managers)
    assert "3,483.45" in hrs or "3,183.45" in hrs
    assert "含工资 · 机密" in hrs


def test_a_bundle_is_fit_for_archives_and_screen_readers_and_holds_no_box_to_sign(
    site: Path,
) -> None:
    content = bundle(site)
    assert issues_of(content) == []
    (site / "bundle.pdf").write_bytes(content)
    reader = PdfReader(site / "bundle.pdf")
    assert not reader.get_fields()
    assert not reader.attachments
    assert reader.metadata is not None
    assert reader.metadata.title == "客服部 · 2026 年 10 月"


def test_the_same_bundle_is_the_same_bytes_from_a_full_store_and_an_empty_one(site: Path) -> None:
    first = bundle(site)
    assert bundle(site) == first
    (site / ".kpisite/forms.sqlite").unlink()
    assert bundle(site) == first


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(("nowhere", "2026-10"), "nowhere"), (("desk", "2020-01"), "2020-01 没有 desk 的记录")],
)
def test_what_is_not_there_is_said_in_a_line(
    site: Path, arguments: tuple[str, ...], said: str
) -> None:
    ran = run("bundle", *arguments, at=site)
    assert ran.code == 2
    assert said in ran.errors
