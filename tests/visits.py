"""Pages opened in a browser as a reader would, on a phone or on a desk."""

from pathlib import Path

from playwright.sync_api import Browser, ConsoleMessage, Page

PHONE, DESK = 390, 1200


class Visit:
    """A page opened as a reader would, and all that it asked for and complained of."""

    def __init__(self, browser: Browser, place: Path, width: int) -> None:
        self.said: list[str] = []
        self.asked: list[str] = []
        context = browser.new_context(
            viewport={"width": width, "height": 800},
            has_touch=width == PHONE,
            is_mobile=width == PHONE,
        )
        self.page: Page = context.new_page()
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(place.as_uri())

    def _hear(self, message: ConsoleMessage) -> None:
        self.said.append(f"{message.type}: {message.text}")

    def leave(self) -> None:
        self.page.context.close()
