"""The preview in a browser, on a phone and on a desk: what the reader of it sees follow a save."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, FrameLocator, Page, expect, sync_playwright

from tests.conftest import SOUND
from tests.served import PATIENCE, Served, serving
from tests.sites import edit, write

PHONE, DESK = 390, 1200
RECORD, CARD = "records/2026-10/CS017.toml", "employees/CS017/2026-10.html"

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


class Window:
    """A window on the preview, and all that went wrong in it."""

    def __init__(self, browser: Browser, url: str, width: int) -> None:
        self.said: list[str] = []
        context = browser.new_context(
            viewport={"width": width, "height": 420},
            has_touch=width == PHONE,
            is_mobile=width == PHONE,
            accept_downloads=True,
        )
        context.set_default_timeout(PATIENCE * 1000)
        self.page: Page = context.new_page()
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.goto(url)
        self.frame: FrameLocator = self.page.frame_locator("#page")

    def sees(self, selector: str, text: str) -> None:
        """Waits until an element of the window, or of the page in it, says something."""
        expect(self.page.locator(selector)).to_contain_text(text, timeout=PATIENCE * 1000)

    def sees_in_page(self, selector: str, text: str) -> None:
        expect(self.frame.locator(selector).first).to_contain_text(text, timeout=PATIENCE * 1000)

    def of_page(self, expression: str) -> Any:
        """What an expression is of the page in the frame, `page`, and its window, `view`."""
        return self.page.evaluate(
            "expression => { const view = document.getElementById('page').contentWindow;"
            " const page = view.document; return eval(expression); }",
            expression,
        )


@contextmanager
def watching(
    browser: Browser, root: Path, width: int, at: str = CARD, *arguments: str
) -> Iterator[tuple[Window, Served]]:
    with serving(root, *arguments) as server:
        window = Window(browser, f"{server.url}#{at}", width)
        yield window, server
        window.page.context.close()


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_a_mark_that_is_saved_is_seen_where_the_reader_was(
    width: int, browser: Browser, tmp_path: Path
) -> None:
    root = write(SOUND, tmp_path)
    with watching(browser, root, width) as (window, _):
        window.sees_in_page(".answer .total", "27.4")
        window.frame.locator("summary", has_text="转化率").click()
        window.of_page("view.scrollTo(0, 300)")
        assert window.of_page("view.scrollY") == 300
        edit(root, RECORD, "supervisor = 8", "supervisor = 7")
        window.sees_in_page(".answer .total", "26.8")
        window.page.wait_for_function(
            "() => { const view = document.getElementById('page').contentWindow;"
            " const open = [...view.document.querySelectorAll('details[open] > summary')];"
            " return view.scrollY === 300 && open.length === 1"
            " && open[0].textContent.includes('转化率'); }"
        )
        assert window.page.evaluate("document.documentElement.scrollWidth") <= width
        assert window.said == []


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_a_fault_lies_over_the_last_whole_page_until_it_is_mended(
    width: int, browser: Browser, tmp_path: Path
) -> None:
    root = write(SOUND, tmp_path)
    with watching(browser, root, width) as (window, _):
        window.sees_in_page(".answer .total", "27.4")
        overlay = window.page.locator("#faults")
        expect(overlay).to_be_hidden()
        edit(root, RECORD, "supervisor = 8", "supervisor = 81")
        expect(overlay).to_be_visible(timeout=PATIENCE * 1000)
        window.sees("#faults .place", f"{RECORD}:8:26: 错误[mark-too-high]")
        window.sees("#faults pre", "discipline = { self = 9, supervisor = 81 }")
        window.sees("#faults mark", "supervisor")
        window.sees("#faults .help", "改为不超过 10 的分数")
        window.sees("#count", "1 个错误")
        violations = Axe().run(window.page).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in violations] == []
        window.page.locator("#hide").click()
        expect(overlay).to_be_hidden()
        window.sees_in_page(".answer .total", "27.4")
        window.page.locator("#count").click()
        expect(overlay).to_be_visible()
        edit(root, RECORD, "supervisor = 81", "supervisor = 7")
        expect(overlay).to_be_hidden(timeout=PATIENCE * 1000)
        window.sees_in_page(".answer .total", "26.8")
        expect(window.page.locator("#count")).to_be_hidden()
        assert window.said == []


def test_a_site_that_is_faulty_at_first_comes_up_once_it_is_mended(
    browser: Browser, tmp_path: Path
) -> None:
    faulty = SOUND[RECORD].replace("supervisor = 8", "supervisor = ")
    root = write(SOUND | {RECORD: faulty}, tmp_path)
    with watching(browser, root, DESK, "", "--language", "en") as (window, _):
        window.sees("#still", "There is nothing to see yet")
        (root / RECORD).write_text(SOUND[RECORD])
        window.sees_in_page("h1", "全公司")
        expect(window.page.locator("#faults")).to_be_hidden()


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_audiences_are_switched_by_the_bar_and_links_are_followed(
    width: int, browser: Browser, tmp_path: Path
) -> None:
    with watching(browser, write(SOUND, tmp_path), width, "") as (window, server):
        choice = window.page.locator("#audience")
        expect(choice).to_have_value("hr", timeout=PATIENCE * 1000)
        choice.select_option("employees/CS017")
        window.sees_in_page("h1", "李娜")
        window.frame.locator("a[href='2026-10.html']").first.click()
        window.sees_in_page(".answer .total", "27.4")
        expect(window.page).to_have_url(f"{server.url}#{CARD}")
        expect(choice).to_have_value("employees/CS017")
        choice.select_option("managers/service")
        window.sees_in_page("h1", "客户服务部")
        window.page.reload()
        expect(choice).to_have_value("managers/service", timeout=PATIENCE * 1000)
        window.sees_in_page("h1", "客户服务部")
        violations = Axe().run(window.page, options={"iframes": False}).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in violations] == []
        assert window.said == []


def test_a_form_is_printed_when_it_is_opened_and_anew_when_its_record_is_saved(
    browser: Browser, tmp_path: Path
) -> None:
    root = write(SOUND, tmp_path)
    form = CARD.replace(".html", ".pdf")
    is_form = f"**/site/{form}"
    with watching(browser, root, DESK) as (window, server):
        link = window.frame.locator("a[href$='.pdf']").first
        link.wait_for()
        assert not (root / ".kpisite/forms.sqlite").exists(), "nothing is printed unasked"
        with window.page.expect_response(is_form) as opened:
            link.click()
        assert opened.value.status == 200
        assert opened.value.headers["content-type"] == "application/pdf"
        window.page.wait_for_url("**.pdf")
        before = server.site(form).content
        with window.page.expect_response(is_form) as again:
            edit(root, RECORD, "supervisor = 8", "supervisor = 7")
        assert again.value.status == 200
        server.wait(lambda state: server.site(form).content != before)


def test_a_page_that_is_gone_says_so_and_the_bar_leads_on(browser: Browser, tmp_path: Path) -> None:
    root = write(SOUND, tmp_path)
    with watching(browser, root, DESK, "employees/CS017/2025-01.html") as (window, _):
        window.sees_in_page("p", "现在没有这一页")
        expect(window.page.locator("#audience")).to_have_value("employees/CS017")
        window.page.locator("#audience").select_option("payroll")
        window.sees_in_page("h1", "工资")


def test_a_page_of_another_site_cannot_show_the_preview_or_ask_it(
    browser: Browser, tmp_path: Path
) -> None:
    with serving(write(SOUND, tmp_path)) as server, serving(write(SOUND, tmp_path)) as other:
        for one in (server, other):
            one.wait(lambda state: state["built"])
        page = browser.new_page()
        page.goto(other.url)
        statuses = []
        page.on("response", lambda answer: statuses.append((answer.url, answer.status)))
        asked = page.evaluate(
            "url => fetch(url, { mode: 'no-cors' }).then(() => 'answered', () => 'refused')",
            server.url,
        )
        assert asked == "refused"
        page.evaluate(
            "url => new Promise((done) => { const frame = document.createElement('iframe');"
            " frame.onload = done; frame.src = url; document.body.append(frame); })",
            server.url,
        )
        assert server.url not in [url for url, status in statuses if status == 200]
        named = server.url.replace("127.0.0.1", "localhost")
        answer = page.goto(named)
        assert answer is not None
        assert answer.status == 200
        page.close()
