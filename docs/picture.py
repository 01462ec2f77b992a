"""Takes docs/scorecard.png, the picture in the README: one scorecard on a desk and on a phone.

After `make test`, which installs Chromium and Playwright, and a build of the sample:

    .venv/bin/python docs/picture.py [output]
"""

import sys
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parents[1]
PAGE = "employees/CS017/2026-10.html"
PICTURE = ROOT / "docs/scorecard.png"

DESK, PHONE, HEIGHT, SCALE = 1000, 390, 1180, 1.25
GAP = 36
GROUND = "#d9d6cf"
#: The row that is unfolded, counted from zero among all that can be.
OPENED = 2
CHROMIUM = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def main(output: Path) -> None:
    """Takes both views and sets them side by side on a ground of their own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        views = [view(browser, output / PAGE, width) for width in (DESK, PHONE)]
        browser.close()
    width = sum(one.width for one in views) + GAP * 3
    picture = Image.new("RGB", (width, views[0].height + GAP * 2), GROUND)
    left = GAP
    for one in views:
        picture.paste(one, (left, GAP))
        left += one.width + GAP
    picture.quantize(64, dither=Image.Dither.NONE).save(PICTURE, optimize=True)


def view(browser: Browser, place: Path, width: int) -> Image.Image:
    """The top of the page in a window that wide, with one row unfolded."""
    page = browser.new_page(
        viewport={"width": width, "height": HEIGHT}, device_scale_factor=SCALE, color_scheme="light"
    )
    page.goto(place.as_uri())
    page.locator("summary").nth(OPENED).click()
    page.mouse.move(0, 0)
    page.evaluate("document.activeElement.blur()")
    taken = page.screenshot()
    page.close()
    return Image.open(BytesIO(taken)).convert("RGB")


if __name__ == "__main__":
    main(Path(*sys.argv[1:2] or [ROOT / "output"]).resolve())
