"""Pages held in the hand and put on paper: no word a letter a line, nothing too small to touch, and
few sheets."""

from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from playwright.sync_api import Page

from tests.sites import SITE, built, shared, small_site, write
from tests.visits import DESK, PHONE, Visit

pytestmark = pytest.mark.browser

OWN, CARD = "employees/A1/index.html", "employees/A1/2026-10.html"
#: A finger needs so many pixels.
TOUCH = 44


@pytest.fixture(scope="module")
def english(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small company in English, with its PDF files."""
    files = small_site(site=SITE + 'language = "en"\n')
    folder = shared(tmp_path_factory, "english", lambda folder: built(write(files, folder)))
    return folder / "output"


def test_a_month_in_english_takes_two_lines_at_most_on_a_phone(visit: Any, english: Path) -> None:
    page: Page = visit(OWN, PHONE, root=english).page
    names = page.locator("table.people th[scope=row] a").all()
    assert len(names) == 2
    for name in names:
        box = name.bounding_box()
        assert box is not None
        assert box["width"] > 60
        assert box["height"] < 80  # two lines, and what a finger wants around them


def test_a_phone_shows_the_way_to_the_printed_form(visit: Any, english: Path) -> None:
    page: Page = visit(OWN, PHONE, root=english).page
    links = page.locator("a[href$='.pdf']").all()
    assert [one.get_attribute("href") for one in links] == ["2026-10.pdf", "2026-09.pdf"]
    assert all(one.is_visible() for one in links)


@pytest.mark.parametrize(
    "path",
    [
        OWN, CARD, "managers/desk/index.html", "managers/desk/2026-10/index.html",
        "hr/index.html", "payroll/index.html", "payroll/2026-10.html", "hr/grades.html",
        "hr/rules.html", "hr/rules/policy-rules-2026-01.html", "hr/rules/scheme-form-2026-01.html",
    ],
)  # fmt: skip
def test_whatever_can_be_touched_is_large_enough_for_a_finger(
    visit: Any, english: Path, path: str
) -> None:
    page: Page = visit(path, PHONE, root=english).page
    # A row that opens or leads on is touched anywhere; a link in a sentence is as high as its line.
    small = page.evaluate(
        """least => [...document.querySelectorAll('a, summary, button, input, select')]
        .filter(one => one.checkVisibility() && !one.matches('.skip, .note a, li a, .notice a'))
        .map(one => one.closest('tr:has(summary), .people th') ? one.closest('tr') : one)
        .filter(one => one.getBoundingClientRect().height < least)
        .map(one => one.outerHTML.slice(0, 120))""",
        TOUCH,
    )
    assert small == []


@pytest.mark.parametrize("path", [OWN, CARD, "managers/desk/2026-10/index.html"])
def test_nothing_that_opens_makes_a_page_wider_than_a_phone(
    visit: Any, english: Path, path: str
) -> None:
    page: Page = visit(path, PHONE, root=english).page
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE


def sheets(page: Page) -> pypdfium2.PdfDocument:
    """What the browser prints of the page."""
    return pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True))


def test_names_that_unfold_run_on_in_their_line_on_paper(visit: Any, english: Path) -> None:
    page: Page = visit("hr/index.html", DESK, root=english).page
    page.evaluate(
        """() => document.querySelector('main').insertAdjacentHTML('beforeend',
        '<section class="needs"><ul><li>Few: A <details><summary>2 more</summary>' +
        '<a href="#b" id="b">B</a>, <a href="#c" id="c">C</a></details></li></ul></section>')"""
    )
    page.emulate_media(media="print")
    tops = {round(page.locator(f"#{id}").bounding_box()["y"]) for id in "bc"}  # type: ignore[index]
    assert len(tops) == 1


def test_wages_are_printed_on_few_sheets_with_each_sum_once(visit: Any) -> None:
    page: Page = visit("payroll/2026-10.html").page
    printed = sheets(page)
    said = "".join(one.get_textpage().get_text_range() for one in printed)
    assert len(printed) <= 5
    assert printed[0].get_width() > printed[0].get_height()
    sums = page.locator("tfoot td:last-child").all_text_contents()
    assert len(sums) > 3
    for one in sums:
        # What is all that a policy pays is the sum of its column too, and all are listed.
        assert said.count(one.strip()) <= 3, one


def test_a_scorecard_is_printed_on_two_sheets(visit: Any) -> None:
    assert len(sheets(visit("employees/CS017/2026-10.html").page)) <= 2


def test_quotation_marks_in_english_are_no_wider_than_a_letter(visit: Any, english: Path) -> None:
    one: Visit = visit(CARD, DESK, root=english)
    wide = one.page.evaluate(
        """() => { const text = document.querySelector('main').appendChild(
            document.createElement('span'));
        return [...'“”‘’·'].filter(sign => {
            text.textContent = sign;
            return text.getBoundingClientRect().width > 10; }); }"""
    )
    assert wide == []
