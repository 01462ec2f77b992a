"""What the pages' own script does: it tries a total out exactly, finds people, sorts and opens."""

import json
import random
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from kpisite.core.working import Kind
from kpisite.language.record import Record
from kpisite.outcomes.results import Result
from kpisite.pages.what_if import what_if
from kpisite.score.scorecard import Scorer
from tests.sites import SITE, built, sample_book, sample_results, small_site, write
from tests.visits import DESK, PHONE, Visit

pytestmark = pytest.mark.browser

CARD = "employees/CS017/2026-10.html"
MONTH = "managers/customer-service/2026-10/index.html"


def one_a_form() -> dict[str, Result]:
    """The newest scorecard on every form of the sample company that can be tried out."""
    found = {one.card.scheme.path: one for one in sample_results() if one.is_person}
    return {path: one for path, one in found.items() if what_if(one, "zh") is not None}


def marked_anew(result: Result, dice: random.Random) -> Iterator[tuple[Record, list[str]]]:
    """The record with other marks, and what is then given to the page's script."""
    tried = what_if(result, "zh")
    assert tried is not None
    given = json.loads(tried.data.replace("\\u003c", "<"))["given"]
    marks = {id: dict(raters) for id, raters in result.record.marks.items()}
    scheme, written = result.card.scheme.model, [value for _, value, _ in given]
    at = -1
    for working in result.card.total.walk():
        if working.kind is not Kind.INDICATOR:
            continue
        own = [one for one in working.parts if one.kind is Kind.MARK and one.counts and one.most]
        inputs = own if own and len(own) == sum(one.counts for one in working.parts) else [working]
        if not inputs[0].most:
            continue
        for one in inputs:
            at += 1
            mark = marks.get(working.id, {}).get(one.rater)
            takes_any = getattr(scheme.indicators[working.id], "method", "") == "bands"
            if takes_any and mark == one.value and not scheme.raters[one.rater].peers:
                assert one.most is not None
                new = dice.randrange(int(one.most) + 1)
                marks[working.id][one.rater] = type(one.value)(new)
                written[at] = str(new)
    assert at == len(written) - 1
    yield result.record.model_copy(update={"marks": marks}), written


def test_a_total_that_is_tried_out_is_what_the_program_would_make_of_those_marks(
    visit: Any, sample: Path
) -> None:
    page: Page = visit(CARD).page
    dice, book = random.Random(13), sample_book()
    of_month: dict[Any, list[Any]] = {}
    for filed in book.records:
        of_month.setdefault(filed.model.month, []).append(filed)
    scorer = Scorer(book, of_month.__getitem__)
    asked, expected, changed = [], [], 0
    for result in one_a_form().values():
        tried = what_if(result, "zh")
        assert tried is not None
        for _ in range(20):
            for record, given in marked_anew(result, dice):
                card = scorer.card(replace(result.card.record, model=record))
                asked.append([json.loads(tried.data), given])
                expected.append(card.total.shown)
                changed += record.marks != result.record.marks
    told = page.evaluate("all => all.map(([form, given]) => kpisite.total(form, given))", asked)
    assert changed > 100
    assert told == expected


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_a_mark_that_is_supposed_changes_the_supposed_total_alone(visit: Any, width: int) -> None:
    one: Visit = visit(CARD, width)
    page = one.page
    page.locator(".what-if > summary").click()
    total = page.locator("output.total")
    expect(total).to_have_text("88.0 良")
    # 纪律性 by the supervisor, 5 for 4: one more, of which 60% count.
    page.locator("#try-1").fill("5")
    expect(total).to_have_text("88.6 良")
    expect(page.locator(".answer .total")).to_have_text("88.0")
    page.get_by_role("button", name="还原").click()
    expect(total).to_have_text("88.0 良")
    assert one.said == []


def test_what_is_tried_out_holds_no_figure_of_others(sample: Path) -> None:
    own = (sample / "output/employees/CS017/2026-10.html").read_text(encoding="utf-8")
    data = re.search(r'id="what-if">(.*?)</script>', own, re.DOTALL)
    assert data is not None
    form = json.loads(data[1])
    assert form["given"][:2] == [["纪律性", "5", "5"], ["纪律性", "4", "5"]]
    managers = (sample / "output/managers/customer-service/2026-10/CS017.html").read_text()
    assert 'id="what-if"' not in managers


def test_a_button_opens_all_workings_and_closes_them(visit: Any) -> None:
    page: Page = visit(CARD).page
    button = page.get_by_role("button", name="计算过程")
    button.click()
    expect(page.get_by_text("9 × 40% + 8 × 60% = 8.4")).to_be_visible()
    button.click()
    expect(page.get_by_text("9 × 40% + 8 × 60% = 8.4")).to_be_hidden()


@pytest.mark.parametrize("width", [PHONE, DESK])
@pytest.mark.parametrize(
    ("words", "href"),
    [
        ("娜", "customer-service/2026-10/CS017.html"),
        ("cs017 2026-08", "customer-service/2026-08/CS017.html"),
        ("李娜 9 月", "customer-service/2026-09/CS017.html"),
    ],
)
def test_somebody_is_found_by_part_of_a_name_an_id_a_department_or_a_month(
    visit: Any, width: int, words: str, href: str
) -> None:
    one: Visit = visit("hr/index.html", width)
    one.page.locator(".find input").fill(words)
    expect(one.page.locator(f".find a[href='{href}']")).to_be_visible()
    one.page.locator(f".find a[href='{href}']").click()
    expect(one.page.locator("h1")).to_have_text("李娜")
    assert one.said == []


def test_nobody_of_another_department_is_in_a_managers_index(sample: Path) -> None:
    index = (sample / "output/managers/customer-service/search.js").read_text(encoding="utf-8")
    assert "李娜" in index
    assert "PS011" not in index
    assert not list((sample / "output/employees").rglob("search.js"))


def test_a_list_is_narrowed_and_sorted_by_its_heads(visit: Any) -> None:
    page: Page = visit(MONTH).page
    names = page.locator("table.people").first.locator("tbody tr:visible th a")
    page.locator("table.people .sort", has_text="总分").first.click()
    assert names.first.text_content() == "赵磊"
    page.locator("table.people .sort", has_text="总分").first.click()
    assert names.first.text_content() == "迪丽努尔·艾山"
    page.locator(".find input").fill("孙晓")
    assert names.all_text_contents() == ["孙晓燕"]


def test_without_scripts_everything_is_there_but_these(browser: Any, sample: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((sample / "output" / CARD).as_uri())
    assert page.locator("table.form").is_visible()
    assert not page.locator(".what-if").is_visible()
    assert not page.locator(".open-all").is_visible()
    page.goto((sample / "output" / MONTH).as_uri())
    assert not page.locator(".find").is_visible()
    assert page.locator("table.people").first.is_visible()
    context.close()


def test_a_scorecard_is_small_and_asks_for_its_style_and_its_script_alone(
    visit: Any, sample: Path
) -> None:
    assert (sample / "output" / CARD).stat().st_size <= 60_000
    asked = [url.rpartition("/")[2] for url in visit(CARD).asked]
    assert sorted(asked) == ["2026-10.html", "script.js", "style.css"]


def test_a_theme_of_the_site_brings_no_script(tmp_path: Path) -> None:
    files = small_site(site=SITE + 'theme = "house"\n') | {
        "themes/house/theme.toml": 'extends = "default"\n',
        "themes/house/script.js": "alert(1)",
        "themes/house/more.js": "alert(2)",
    }
    output = built(write(files, tmp_path), "--no-pdf")
    assert "alert" not in (output / "hr/script.js").read_text(encoding="utf-8")
    assert not list(output.rglob("more.js"))


@pytest.mark.skipif(shutil.which("node") is None, reason="there is no node")
def test_the_script_is_well_formed() -> None:
    import subprocess

    script = Path(__file__).parents[1] / "kpisite/themes/default/script.js"
    subprocess.run(["node", "--check", str(script)], check=True)
