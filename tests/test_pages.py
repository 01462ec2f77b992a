"""The pages in a browser: on a phone and on a desk, in the light and in the dark, and on paper."""

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page
from tinyhtml5.parser import HTMLParser  # type: ignore[import-untyped]

from tests.sites import (
    SCHEME,
    SITE,
    built,
    pay,
    person,
    quoted,
    record,
    shared,
    small_site,
    write,
)
from tests.trees import files_in
from tests.visits import DESK, PHONE, Visit

#: One page of every kind, by its path in the output folder.
PAGES = {
    "card": "employees/CS017/2026-10.html",
    "manager's card": "managers/customer-service/2026-09/CS003.html",
    "person": "employees/CS017/index.html",
    "department": "managers/customer-service/2026-10/index.html",
    "months": "managers/customer-service/index.html",
    "company": "hr/index.html",
    "payroll": "payroll/2026-10.html",
    "payroll's months": "payroll/index.html",
    "payroll's year": "payroll/2026.html",
    "grades": "employees/CS017/grades.html",
    "rules": "hr/rules.html",
    "a form's rules": "employees/CS017/rules/scheme-cs-agent-2026-01.html",
    "a policy's rules": "hr/rules/policy-customer-service-2026-01.html",
}

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def output(sample: Path) -> Path:
    return sample / "output"


IS_WIDER = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"
OVERHANGING = """() => [...document.querySelectorAll('body *')]
    .filter(one => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
    .map(one => one.tagName + '.' + one.className.toString() + ' ' + one.textContent.slice(0, 30))
    .slice(0, 5)"""
OPEN_ALL = "() => document.querySelectorAll('details').forEach(one => { one.open = true })"


@pytest.mark.parametrize("width", [PHONE, DESK])
@pytest.mark.parametrize("kind", PAGES)
def test_a_page_is_calm_fits_and_can_be_read_by_everybody(
    visit: Any, output: Path, kind: str, width: int
) -> None:
    one: Visit = visit(PAGES[kind], width)
    page = one.page
    for opening in ("() => null", OPEN_ALL):
        page.evaluate(opening)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert not page.evaluate(IS_WIDER), page.evaluate(OVERHANGING)
    assert one.said == []
    tree = output.joinpath(*PAGES[kind].split("/")[: 1 if "employees" not in PAGES[kind] else 2])
    assert all(url.startswith(f"{tree.as_uri()}/") for url in one.asked)
    if width == PHONE or kind in AUDITED_IN_THE_DARK:
        page.emulate_media(color_scheme="light" if width == PHONE else "dark")
        audit(page)


#: An audit takes a while: every kind of page has one in the light, these have every colour.
AUDITED_IN_THE_DARK = ("card", "department", "payroll")


def audit(page: Page) -> None:
    found = Axe().run(page, options={"resultTypes": ["violations"], "preload": False})
    assert found.violations_count == 0, found.generate_report()


def test_the_pages_own_policy_lets_its_style_in_and_nothing_else(visit: Any) -> None:
    page: Page = visit(PAGES["card"]).page
    assert page.evaluate("getComputedStyle(document.querySelector('.total')).fontSize") == "72px"
    blocked = page.evaluate(
        """() => new Promise(done => {
            const seen = [];
            document.addEventListener('securitypolicyviolation',
                one => seen.push(one.effectiveDirective));
            const script = document.createElement('script');
            script.textContent = 'document.title = "run"';
            document.body.append(script);
            const picture = document.createElement('img');
            picture.src = 'http://127.0.0.1:9/p.png';
            document.body.append(picture);
            document.body.setAttribute('style', 'color: red');
            setTimeout(() => done([document.title, ...seen.sort()]), 100);
        })"""
    )
    assert blocked[0] != "run"
    assert {"script-src-elem", "img-src", "style-src-attr"} <= set(blocked)


LONG = "https://example.org/" + "a-very-long-address-" * 12
WIDE = f"""
{LONG}

```
{"code that somebody pasted and that has no break " * 5}
```

    {"indented" * 30}

| {" | ".join(f"column {number}" for number in range(9))} |
|{" - |" * 9}
| {" | ".join("1,234,567" for _ in range(9))} |

1. first
   - inner
     - deeper {"word" * 30}
"""


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site whose people wrote the longest and widest that they may."""
    name = "Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh-Jones"
    scheme = SCHEME.replace('"细心"', quoted("处理跨部门投诉与售后服务的及时性和完整性" * 3))
    scheme = scheme.replace('"很好"', quoted("样样都做到，" * 30)).replace('"考核人"', quoted(name))
    files = {
        "records/staff/A1.toml": person("A1", name, "desk", "M1").replace(
            '"专员"', quoted("Senior customer-service representative for international accounts")
        ),
        "records/staff/M1.toml": person("M1", name[::-1], "desk"),
        "records/pay/A1.toml": pay("A1", "2026-10", "9999999.99", LONG),
        "records/2026-10/A1.toml": record(
            "A1", "2026-10", sales="9999999.99", note=WIDE, notes=WIDE
        ),
    }
    site = small_site(scheme=scheme, site=SITE + "[managers]\npay = true\n")
    folder = shared(
        tmp_path_factory, "wide", lambda folder: built(write(site | files, folder), "--no-pdf")
    )
    return folder / "output"


def test_nothing_that_people_write_is_too_wide_for_a_phone(visit: Any, wide: Path) -> None:
    paths = sorted(path for path in files_in(wide) if path.endswith(".html"))
    one: Visit = visit(paths[0], PHONE, root=wide)
    too_wide = []
    for path in paths:
        one.page.goto((wide / path).as_uri())
        one.page.evaluate(OPEN_ALL)
        if one.page.evaluate(IS_WIDER):
            too_wide.append((path, one.page.evaluate(OVERHANGING)))
    assert one.said == []
    assert too_wide == [], too_wide


def is_open(page: Page, name: str) -> bool:
    return bool(row(page, name).locator("details").evaluate("one => one.open"))


def row(page: Page, name: str) -> Any:
    return page.locator("table.form tr", has=page.locator(f"summary:has-text('{name}')")).first


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_a_touch_anywhere_on_a_row_opens_its_working(visit: Any, width: int) -> None:
    page: Page = visit(PAGES["card"], width).page
    line = row(page, "处事能力")
    line.scroll_into_view_if_needed()
    box = line.bounding_box()
    touch = page.touchscreen.tap if width == PHONE else page.mouse.click
    assert not is_open(page, "处事能力")
    assert not page.get_by_text("9 × 40% + 8 × 60% = 8.4").is_visible()
    touch(box["x"] + box["width"] - 5, box["y"] + box["height"] / 2)
    assert is_open(page, "处事能力")
    assert page.get_by_text("9 × 40% + 8 × 60% = 8.4").is_visible()
    assert not is_open(page, "纪律性")
    touch(box["x"] + box["width"] - 5, box["y"] + 12)
    assert not is_open(page, "处事能力")


def test_on_a_phone_the_working_takes_the_whole_width(visit: Any) -> None:
    page: Page = visit(PAGES["card"], PHONE).page
    page.evaluate(OPEN_ALL)
    for work in page.locator("table.form .work, table.pay .work").all():
        box = work.bounding_box()
        assert box is not None
        assert box["x"] <= 20
        assert box["width"] >= PHONE - 2 * 20


def test_a_keyboard_opens_a_working_and_shows_where_it_is(visit: Any) -> None:
    page: Page = visit(PAGES["card"]).page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    skip = page.locator(".skip").bounding_box()
    assert skip is not None
    assert skip["x"] >= 0
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "SUMMARY":
            break
    assert "纪律性" in page.evaluate("document.activeElement.textContent")
    style = "getComputedStyle(document.activeElement).outlineStyle"
    assert page.evaluate(style) == "solid"
    page.keyboard.press("Enter")
    assert is_open(page, "纪律性")
    page.keyboard.press("Enter")
    assert not is_open(page, "纪律性")


@pytest.mark.parametrize("kind", ["card", "payroll"])
def test_paper_shows_every_working_and_nothing_that_is_for_screens(visit: Any, kind: str) -> None:
    page: Page = visit(PAGES[kind]).page
    page.emulate_media(media="print")
    for rule in page.locator(".work:not(.to-rule)").all():
        # A list of wages is for paying: who asks how one came has the page, or that scorecard.
        assert rule.is_visible() == (kind == "card")
    for screen_only in (".top", ".why", ".files", ".skip", ".to-rule"):
        for one in page.locator(screen_only).all():
            assert not one.is_visible()
    ink = page.evaluate("getComputedStyle(document.body).color")
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (ink, paper) == ("rgb(0, 0, 0)", "rgb(255, 255, 255)")


def test_figures_of_a_column_end_at_one_edge(visit: Any) -> None:
    for width in (PHONE, DESK):
        page: Page = visit(PAGES["department"], width).page
        for table in page.locator("table.people").all():
            edges = table.locator("td.strong").evaluate_all(
                """cells => cells.map(cell => {
                    const range = document.createRange();
                    range.selectNodeContents(cell);
                    return Math.round(range.getBoundingClientRect().right);
                })"""
            )
            assert edges
            assert max(edges) - min(edges) <= 1


def one_card_a_form(output: Path) -> list[str]:
    """The newest scorecard on every form, by its path in HR's tree."""
    found = {}
    for card in sorted((output / "hr").glob("*/*/*.html")):
        form = re.search(r"<caption>(.*?) · ", card.read_text(encoding="utf-8"))
        if form:
            found[form[1]] = card.relative_to(output).as_posix()
    return sorted(found.values())


def test_every_form_fits_a_phone_with_all_its_workings_open(visit: Any, output: Path) -> None:
    cards = one_card_a_form(output)
    assert cards
    too_wide = []
    one: Visit = visit(cards[0], PHONE)
    for card in cards:
        one.page.goto((output / card).as_uri())
        for opening in ("() => null", OPEN_ALL):
            one.page.evaluate(opening)
            if one.page.evaluate(IS_WIDER):
                too_wide.append((card, one.page.evaluate(OVERHANGING)))
    assert one.said == []
    assert too_wide == []


def test_a_reader_gets_from_every_page_to_every_other_of_the_tree(visit: Any, output: Path) -> None:
    page: Page = visit("employees/CS017/index.html").page
    seen, waiting = set(), [page.url]
    while waiting:
        url = waiting.pop()
        if url in seen or not url.endswith(".html"):
            continue
        seen.add(url)
        page.goto(url)
        waiting += page.locator("a").evaluate_all("all => all.map(one => one.href.split('#')[0])")
    tree = output / "employees/CS017"
    assert seen == {(tree / path).as_uri() for path in files_in(tree) if path.endswith(".html")}


def test_a_link_to_the_printed_form_opens_it(visit: Any, forms: Path) -> None:
    page: Page = visit("employees/CS017/2026-10.html", root=forms).page
    href = page.get_by_role("link", name="PDF").get_attribute("href")
    assert href == "2026-10.pdf"
    assert (forms / "employees/CS017" / href).read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize("kind", PAGES)
def test_a_page_is_valid_html(output: Path, kind: str) -> None:
    html = (output / PAGES[kind]).read_text(encoding="utf-8")
    parser = HTMLParser()
    parser.parse(html)
    assert parser.errors == []
    ids = re.findall(r'\sid="([^"]*)"', html)
    assert len(ids) == len(set(ids))
    levels = [int(level) for level in re.findall(r"<h([1-6])", html)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert re.match(r'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">', html)
    for table in re.findall(r"<table.*?</table>", html, re.DOTALL):
        assert 'scope="' in table
    inert = r'<script src="[./]*script\.js" defer=?""?>|<script src="[./]*script\.js" defer>'
    inert += r'|<script type="application/json"'
    assert not re.search(r"\sstyle=|<style|<script|\son\w+=", re.sub(inert, "", html))
