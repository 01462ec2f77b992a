"""Characters that the packaged fonts lack: drawn by typefaces of the machine where they are
installed, and named by a stand-in, with a warning, where they are not."""

import json
import re
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from kpisite import fonts
from kpisite.products.print_key import job_key
from kpisite.write.pdf import Press
from tests.test_few_people import job
from tests.test_pdf_press import FORM, STYLESHEET, pages, printed, read_by, short

RECORD = "records/2026-10/CS017.toml"
#: No font has it, now or later.
NOBODYS = "\ue000"


@pytest.fixture
def bare(monkeypatch):
    """A machine without the further typefaces."""
    nowhere = Path("/nonexistent")
    monkeypatch.setattr(
        fonts,
        "FURTHER",
        tuple(
            fonts.Typeface(package=one.package, file=nowhere, first=one.first, last=one.last)
            for one in fonts.FURTHER
        ),
    )


def noted(site, text):
    """The site with a note that holds the text."""
    return site.write({RECORD: site.read(RECORD) + f'\n[notes]\nsupervisor = "{text}"\n'})


def reported(site, *arguments):
    """The code, line and remedy of every issue."""
    found = json.loads(site.run("check", "--format", "json", *arguments).output)
    return [(one["code"], one["line"], one["help"]) for one in found]


def form_of(site):
    return "".join(pages((site.root / "output/employees/CS017/2026-10.pdf").read_bytes()))


def test_rare_han_and_emoji_are_printed_where_their_typefaces_are_installed(site):
    noted(site, "吉野家的 𠮷 字 👍 🤔 ❤️")
    assert reported(site) == []
    ran = site.run("build")
    assert ran.code == 0, ran.errors
    assert "𠮷 字 👍 🤔 ❤" in form_of(site)
    used = read_by(
        "pdffonts", (site.root / "output/employees/CS017/2026-10.pdf").read_bytes()
    ).splitlines()[2:]
    families = {re.sub("-.*", "", line.split()[0].partition("+")[2]) for line in used}
    assert families == {"Noto", "HanaMinA", "Symbola"}
    assert all(" yes yes yes " in line for line in used)  # embedded, in part, with its letters


def test_of_a_rare_typeface_no_more_is_embedded_than_is_used():
    assert len(printed(short("<p>𠮷👍</p>"))) < len(printed(short("<p>好的</p>"))) + 15_000


def test_a_form_without_rare_characters_has_the_same_bytes_on_any_machine(bare):
    facts = {"title": "考核表", "author": "澄湖", "language": "zh-CN", "fingerprint": "7c1e 90ab"}
    assert Press(STYLESHEET).pdf(FORM, **facts) == printed(FORM)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "point", "package"),
    [("很好 👍", "U+1F44D", "fonts-symbola"), ("𠮷", "U+20BB7", "fonts-hanazono")],
)
def test_where_a_typeface_is_missing_the_form_names_the_character(text, point, package, site, bare):
    noted(site, text)
    [(code, line, remedy)] = reported(site)
    assert (code, line) == ("no-glyph", 19)
    assert f"apt-get install {package}" in remedy
    assert f"apt-get install {package}" in reported(site, "--language", "en")[0][2]
    assert site.run("check").code == 0
    assert site.run("check", "--strict").code == 1
    ran = site.run("build")
    assert ran.code == 0, ran.errors
    assert f"〓({point})" in form_of(site)
    assert text in (site.root / "output/employees/CS017/2026-10.html").read_text("utf-8")


def test_what_no_package_draws_is_to_be_written_otherwise(site, bare):
    noted(site, NOBODYS)
    [(code, _, remedy)] = reported(site)
    assert code == "no-glyph"
    assert "apt-get" not in remedy


def test_a_character_that_hides_behind_html_is_named_too(site):
    noted(site, "好&#xE000;")
    assert [code for code, *_ in reported(site)] == ["no-glyph"]
    assert site.run("build").code == 0
    assert "好〓(U+E000)" in form_of(site)


@pytest.mark.parametrize("hidden", ["&#x202E;", "&#8238;", "&rlm;", "&shy", "&ZeroWidthSpace;"])
def test_a_character_that_turns_text_round_hides_in_no_entity(hidden, site):
    noted(site, f"得分 {hidden}123")
    assert [(code, line) for code, line, _ in reported(site)] == [("control-character", 19)]


def test_signs_that_are_no_characters_in_disguise_are_left_alone(site):
    noted(site, "R&D; A&B &amp; &nbsp; &lt;3 &nothing;")
    assert reported(site) == []


def test_private_characters_are_not_taken_from_a_typeface_that_has_other_signs_there():
    with TTFont(fonts.FURTHER[0].file, lazy=True) as font:
        assert 0xF137 in font.getBestCmap()
    assert fonts.uncovered("\uf137") == ("\uf137",)


def test_the_list_of_what_a_package_draws_is_what_its_files_draw():
    for package, covered in fonts._coverage_of_packages().items():
        drawn = {
            point
            for one in fonts.FURTHER
            if one.package == package
            for point in fonts._characters_of(one.file)
            if one.first <= point <= one.last and fonts.outside_ours(chr(point))
        }
        assert drawn == {point for first, last in covered for point in range(first, last + 1)}


def test_a_form_with_rare_characters_is_kept_by_the_typefaces_that_draw_them(monkeypatch):
    plain, rare = job_key("salt", job()), job_key("salt", job(html="𠮷"))
    monkeypatch.setattr(fonts, "_version_of", lambda file: "another")
    assert job_key("salt", job()) == plain
    assert job_key("salt", job(html="𠮷")) != rare


def test_a_file_that_is_no_font_draws_nothing(tmp_path, monkeypatch):
    broken = tmp_path / "HanaMinB.ttf"
    broken.write_bytes(b"no font")
    one = fonts.Typeface(package="fonts-hanazono", file=broken, first=0x20000, last=0x3FFFF)
    monkeypatch.setattr(fonts, "FURTHER", (one,))
    assert fonts.with_stand_ins("𠮷") == "〓(U+20BB7)"
