"""A form to fill in by hand: all that it asks, and nobody's figures."""

import re
from pathlib import Path

import pytest
from pypdf import PdfReader

from kpisite.core.text import LANGUAGES
from kpisite.examine.load import load
from kpisite.language.methods import METHODS, Measured
from kpisite.pages.blank import blank_facts
from kpisite.pages.rubric import rubric
from tests.sites import ROOT, run, sample_book, small_site, write
from tests.trees import pdf_text


def flat(place: Path) -> str:
    return without_spaces(pdf_text(place.read_bytes(), "-raw"))


def without_spaces(text: str) -> str:
    return re.sub(r"\s+", "", text)


def test_a_blank_form_has_every_row_with_its_rubric_and_boxes_to_fill_in(tmp_path: Path) -> None:
    place = tmp_path / "blank.pdf"
    ran = run("blank", "cs-agent", "-o", place, at=ROOT)
    assert (ran.code, ran.errors) == (0, "")
    text, book = flat(place), sample_book()
    scheme = next(one.model for one in book.schemes if one.model.id == "cs-agent")
    for indicator in scheme.indicators.values():
        assert without_spaces(indicator.name.zh) in text
        for one in rubric(indicator, "zh"):
            assert without_spaces(one.points + one.text) in text, one
    assert "35–39目标全部完成" in text
    for signature in scheme.signers:
        assert signature.name.zh in text
    for word in ("确认", "异议", "拒签", "见证人", "本期登记", "空白表"):
        assert word in text
    assert not [filed.model.name for filed in book.staff.values() if filed.model.name in text]
    assert 2 <= len(PdfReader(place).pages) <= 3


def test_a_blank_form_for_somebody_bears_the_name_and_the_form_of_the_post(tmp_path: Path) -> None:
    place = tmp_path / "blank.pdf"
    ran = run("blank", "--for", "CS017", "--month", "2026-11", "-o", place, at=ROOT)
    assert ran.code == 0, ran.errors
    text = flat(place)
    for said in ("李娜", "CS017", "客户服务部", "客服专员", "2026年11月", "周敏"):
        assert said in text
    assert "客服月度绩效考核" in text
    assert not re.search(r"\d,\d{3}", text), "nothing of the pay"


def test_a_departments_blank_form_asks_for_the_department_once_and_for_no_number(
    tmp_path: Path,
) -> None:
    place = tmp_path / "blank.pdf"
    assert run("blank", "department-performance", "-o", place, at=ROOT).code == 0
    head = flat(place).partition("评分标准")[0]
    assert head.count("部门") == head.count("部门绩效考核") + 1
    assert "工号" not in head


def test_the_same_blank_form_is_the_same_bytes(tmp_path: Path) -> None:
    site = write(small_site(), tmp_path / "site")
    for name in ("one.pdf", "two.pdf"):
        assert run("blank", "form", "-o", tmp_path / name, at=site).code == 0
    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "two.pdf").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "写明要哪一张考核表"),
        (("nothing",), "没有考核表 nothing"),
        (("cs-agent", "--month", "2025-12"), "没有考核表 cs-agent，或这个月还没有"),
        (("--for", "CS017"), "--month"),
        (("--for", "NOBODY", "--month", "2026-10"), "NOBODY"),
    ],
)
def test_what_is_not_there_is_said_in_a_line(arguments: tuple[str, ...], said: str) -> None:
    ran = run("blank", *arguments, at=ROOT)
    assert ran.code == 2
    assert said in ran.errors


def test_a_file_that_is_there_is_kept(tmp_path: Path) -> None:
    site = write(small_site(), tmp_path)
    (tmp_path / "form.pdf").write_text("mine", encoding="utf-8")
    assert run("blank", "form", at=site).code == 2
    assert (tmp_path / "form.pdf").read_text(encoding="utf-8") == "mine"


def test_every_row_of_the_sample_says_in_both_languages_how_it_is_marked() -> None:
    seen = set()
    more, _ = load(ROOT / "samples/forms")
    for filed in (*sample_book().schemes, *more.schemes):
        for indicator in filed.model.indicators.values():
            seen.add(type(indicator))
            for language in LANGUAGES:
                found = rubric(indicator, language)
                assert found, indicator.id
                assert all(one.text or one.points for one in found), indicator.id
    assert set(METHODS) == seen, "a method that no form tries"


def test_raters_have_no_box_where_figures_decide() -> None:
    """A mark in a row of steps would be a fault of the record."""
    book = sample_book()
    for filed in book.schemes:
        rows = blank_facts(book, filed.model, "zh", None, None).rows
        boxes = [row.is_marked for row in rows if row.kind == "indicator"]
        assert boxes == [
            not isinstance(indicator, Measured) or indicator.reviewed
            for indicator in filed.model.indicators.values()
        ]
