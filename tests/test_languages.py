"""A further language is a folder of words: complete, with the same facts, and in every glyph."""

import re
from datetime import date
from pathlib import Path
from string import Formatter

import pytest
from babel.dates import format_skeleton
from fontTools.ttLib import TTFont

from kpisite import fonts
from kpisite.core.captions import caption
from kpisite.core.catalogue import further, message_language, words_in
from kpisite.core.month import Month
from kpisite.core.text import FURTHER, LANGUAGES, WORDS, Text, composed
from kpisite.outcomes.seal import seal
from kpisite.words import month_in_words
from tests.sites import run, small_site, write
from tests.small_forms import CARE, form, found, site

#: What readers see; faults and the command line are in Chinese and English.
OF_READERS = ("pages", "captions")

JAPANESE = """
company = "青空商事株式会社"
language = "ja"
"""


def facts_of(words: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(words) if name}


@pytest.mark.parametrize("name", OF_READERS)
@pytest.mark.parametrize("language", FURTHER)
def test_a_language_has_every_word_that_readers_see_with_the_same_facts(
    language: str, name: str
) -> None:
    own, english = further(name, language), words_in(name, "en")
    assert set(own) == set(english)
    for key, words in own.items():
        assert facts_of(words) == facts_of(english[key]), key


@pytest.mark.parametrize("language", FURTHER)
def test_what_raters_read_in_a_workbook_is_in_every_language(language: str) -> None:
    own, english = further("commands", language), words_in("commands", "en")
    of_command = {
        f"sheet-{one}" for one in ("none", "no-rater", "closed", "done", "there", "one-kind")
    }
    of_raters = {key for key in english if re.fullmatch(r"sheet-[a-z-]+", key)} - of_command
    assert of_raters <= set(own) <= set(english)
    for key, words in own.items():
        assert facts_of(words) == facts_of(english[key]), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_months_are_called_as_the_language_has_it(language: str) -> None:
    for month in (1, 5, 12):
        usual = format_skeleton("yMMMM", date(2026, month, 1), locale=language)
        assert month_in_words(Month(2026, month), language).replace(" ", "") == usual.replace(
            " ", ""
        )


def test_each_folder_of_words_is_a_language() -> None:
    folders = {one.name for one in WORDS.iterdir() if one.is_dir() and one.name != "__pycache__"}
    assert set(FURTHER) == folders == set(LANGUAGES) - {"zh", "en"}


def test_faults_are_in_english_where_a_language_has_none(tmp_path: Path) -> None:
    assert [message_language(one) for one in ("zh", "en", "ja")] == ["zh", "en", "en"]
    broken = write(small_site(site=JAPANESE + 'theme = "none"\n'), tmp_path)
    assert run("check", at=broken).output == run("check", "--language", "en", at=broken).output


def test_the_japanese_typeface_draws_every_japanese_word() -> None:
    said = "".join("".join(further(name, "ja").values()) for name in OF_READERS)
    for file in fonts.OF_LANGUAGES["Noto Sans JP"].values():
        assert set(map(ord, said)) <= set(TTFont(file, lazy=True).getBestCmap())


def test_a_text_may_be_in_a_further_language_and_one_without_gives_english() -> None:
    named = Text(zh="客服", en="Service", others=(("ja", "カスタマーサービス"),))
    assert named.say("ja") == "カスタマーサービス"
    assert Text(zh="客服", en="Service").say("ja") == "Service"
    assert Text(others=(("ja", "営業"),)).say("zh") == "営業"
    assert caption("former-department", form=named).say("ja") == (
        "カスタマーサービス（異動前の部門）"
    )


def test_a_seal_holds_what_hr_wrote_in_a_language_and_not_what_the_catalogue_says() -> None:
    def sealed(name: str) -> str:
        files = site(form(CARE.replace('name = "细心"', name)), {"A": "marks.care = { boss = 8 }"})
        return seal(found(files)["2026-10/A"])

    plain = sealed('name = { zh = "关怀", en = "Care" }')
    assert (
        len(
            {
                plain,
                *(sealed(f'name = {{ zh = "关怀", en = "Care", ja = "{one}" }}') for one in "甲乙"),
            }
        )
        == 3
    )
    of_ours = composed(lambda language: language, ())
    assert of_ours.written == ["zh", "en"]


def test_a_site_in_japanese_shows_no_word_of_another_language(tmp_path: Path) -> None:
    files = small_site(site=JAPANESE)
    ran = run("build", "--no-pdf", at=write(files, tmp_path))
    assert ran.code == 0, ran.output
    pages = [one.read_text(encoding="utf-8") for one in sorted(tmp_path.rglob("output/**/*.html"))]
    assert pages and all('<html lang="ja">' in page for page in pages)
    text = re.sub(r"<[^>]*>", " ", "".join(pages))
    assert "総合点" in text and "評価シート" in text
    known = "".join((*files.values(), *further("pages", "ja").values()))
    chinese = re.findall(r"[\u4e00-\u9fff]{2,}", " ".join(words_in("pages", "zh").values()))
    assert {one for one in chinese if one in text} <= {one for one in chinese if one in known}
