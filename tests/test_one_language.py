"""One language is enough: no figure depends on which languages the company writes in."""

import re
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kpisite.core.text import LANGUAGES, Language
from kpisite.examine.load import examine
from kpisite.outcomes.results import Result
from kpisite.words import severity_of
from tests.marked_months import AWARD, FORM, PAID, policy, says
from tests.sites import ROOT, built, sample_results
from tests.small_forms import found, issues, site, staff
from tests.trees import broken_links

_STRING = r'"(?:[^"\\]|\\.)*"'
_TEXT = re.compile(rf"\{{\s*zh\s*=\s*({_STRING})\s*,\s*en\s*=\s*({_STRING})\s*,?\s*\}}")


def only_in(language: Language, toml: str) -> str:
    """A file with every text that has two languages in one of them alone; all else, the order of
    tables among it, stays.  What is written in a further one is what was English."""
    kept = 1 if language == "zh" else 2
    return _TEXT.sub(lambda found: f"{{ {language} = {found[kept]} }}", toml)


def languages_in(data: Any) -> Iterator[frozenset[str]]:
    """The languages of each text that names them."""
    if isinstance(data, dict) and data and set(data) <= set(LANGUAGES):
        yield frozenset(data)
    for one in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
        yield from languages_in(one)


#: What says how texts in two languages were when somebody closed a month or answered.
HELD = ("closed.toml", "amendments.toml")


@pytest.fixture(scope="module", params=LANGUAGES)
def site_in_one_language(request: pytest.FixtureRequest, tmp_path_factory: Any) -> Path:
    folder: Path = tmp_path_factory.mktemp(request.param)
    files = (ROOT / "kpisite.toml", *sorted((ROOT / "records").rglob("*.toml")))
    for file in files:
        if file.name not in HELD:
            text = only_in(request.param, file.read_text(encoding="utf-8"))
            text = text.replace('language = "zh"', f'language = "{request.param}"')
            text = re.sub(r"\n\[answer\]\n(?:[^\n\[]+\n)*", "\n", text)
            assert set(languages_in(tomllib.loads(text))) <= {frozenset({request.param})}, file
            place = folder / file.relative_to(ROOT)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8")
    shutil.copytree(ROOT / "themes", folder / "themes")
    return folder


def figures(result: Result) -> tuple[object, ...]:
    """All that follows from a scorecard, without a word."""
    return (
        result.card.record.path,
        result.card.total.value,
        None if result.grade is None else result.grade.id,
        result.standing.rank,
        result.standing.ranked,
        result.standing.is_last,
        None if result.wage is None else [(one.id, one.value) for one in result.wage.parts],
        [one.rule.id for one in result.due],
        result.change,
        result.to_next,
    )


def test_the_sample_in_one_language_comes_out_as_in_two(site_in_one_language: Path) -> None:
    loaded = examine(site_in_one_language)
    errors = [one for one in loaded.issues if severity_of(one.code) == "error"]
    assert not errors, errors
    assert [figures(one) for one in loaded.results] == [figures(one) for one in sample_results()]


def test_the_sample_in_one_language_is_built_whole(site_in_one_language: Path) -> None:
    assert not broken_links(built(site_in_one_language, "--no-pdf", "--month=2026-10"))


def posts(a: str, b: str) -> dict[str, str | None]:
    """Two people's posts by what is written as their titles."""
    return {
        f"records/staff/{id}.toml": staff(id).replace('"专员"', title)
        for id, title in (("A", a), ("B", b))
    }


@pytest.mark.parametrize(
    ("a", "b", "ranks"),
    [
        ('{ en = "Agent" }', '{ en = "Lead" }', (1, 1)),
        ('{ en = "Agent" }', '{ en = "Agent" }', (1, 2)),
        ('{ zh = "专员" }', '{ zh = "组长" }', (1, 1)),
        ('{ zh = "主管", en = "Desk" }', '{ zh = "主管", en = "Store" }', (1, 1)),
        ('{ zh = "客服", en = "Lead" }', '{ zh = "仓管", en = "Lead" }', (1, 1)),
    ],
)
def test_a_post_is_told_from_another_by_its_whole_title(
    a: str, b: str, ranks: tuple[int, int]
) -> None:
    first = AWARD + "first = true\n"
    rules = '[ranking]\nwithin = "post"\n' + first + PAID
    results = found(site(FORM, {"A": says(90), "B": says(80)}, policy(rules), posts(a, b)))
    assert tuple(one.standing.rank for one in results.values()) == ranks
    assert [bool(one.awards) for one in results.values()] == [rank == 1 for rank in ranks]


def test_one_post_written_in_two_ways_is_reported_where_posts_are_ranked() -> None:
    two = posts('"专员"', '{ zh = "专员", en = "Agent" }')
    records = {"A": says(90), "B": says(80)}
    assert issues(site(FORM, records, policy('[ranking]\nwithin = "post"\n'), two)) == [
        "posts-alike"
    ]
    assert issues(site(FORM, records, policy(), two)) == []
