"""A department's month in one file: the list of it, every form, a bookmark for each."""

import io
import re
from pathlib import Path

import pytest
from pypdf import PdfReader

from tests.archives import issues_of
from tests.sites import person, record, run, small_site, write
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


def test_the_cover_says_on_which_page_each_form_begins(site: Path) -> None:
    content = bundle(site)
    assert begins(content) == [1, 2, 3]
    assert (said_on_cover(content, "A1"), said_on_cover(content, "A2")) == (2, 3)


def test_a_cover_of_several_pages_moves_the_forms(tmp_path: Path) -> None:
    files = small_site()
    for number in range(10, 40):
        id = f"D{number}"
        files[f"records/staff/{id}.toml"] = person(id, "安然", "desk", "M1")
        files[f"records/2026-10/{id}.toml"] = record(id, "2026-10")
    content = bundle(write(files, tmp_path))
    first = begins(content)[1]
    assert first > 2
    said = [said_on_cover(content, one) for one in ("A1", "A2", "D10", "D39")]
    assert said == [first, first + 1, first + 2, first + 31]


def begins(content: bytes) -> list[int]:
    """The pages to which the bookmarks lead, the first of a file being 1."""
    reader = PdfReader(io.BytesIO(content))
    found = [one for one in reader.outline if not isinstance(one, list)]
    return [(reader.get_destination_page_number(one) or 0) + 1 for one in found]


def said_on_cover(content: bytes, id: str) -> int:
    """The page that the list names for somebody."""
    row = re.search(rf"^.* {id} .*$", pdf_text(content), re.MULTILINE)
    assert row is not None
    return int(row[0].split()[-1])


def test_a_bundle_has_nothing_to_prove_and_says_what_to_verify(site: Path) -> None:
    bundle(site)
    ran = run("verify", "bundle.pdf", "--language", "en", at=site)
    assert ran.code == 0
    assert "verify the single forms" in ran.output
    assert "kpisite verify --scan" in ran.output
    codes = run("verify", "--scan", "bundle.pdf", "--language", "en", at=site)
    assert [id in codes.output for id in ("A1", "A2", "B1")] == [True, True, False]


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
    assert list(reader.attachments) == ["kpisite.json"]
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
