"""Takes docs/scorecard.png, the picture in the README, one scorecard on a desk and on a phone; and
docs/looks.png, the top of it on a phone in two themes, by day and by night; and docs/sheet.png and
docs/sheet.zh.png, the form of a rater's sheet, as LibreOffice prints it.

After `make test`, which installs Chromium and Playwright, and a build of the sample:

    .venv/bin/python docs/picture.py [output]
"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Literal

from PIL import Image, ImageChops
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parents[1]
PAGE = "employees/CS017/2026-10.html"
PICTURE, LOOKS = ROOT / "docs/scorecard.png", ROOT / "docs/looks.png"
SHEETS = {"en": ROOT / "docs/sheet.png", "zh": ROOT / "docs/sheet.zh.png"}
#: So much of the page is shown in each look.
LOOK = 760
Scheme = Literal["light", "dark"]

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
    """Takes both pictures."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        beside([view(browser, output / PAGE, width) for width in (DESK, PHONE)], PICTURE)
        beside(list(looks(browser)), LOOKS)
        browser.close()
    sheets()


def sheets() -> None:
    """The form in the sheet of the small site's rater, with its next month laid out."""
    for language, place in SHEETS.items():
        with tempfile.TemporaryDirectory() as folder:
            site = Path(folder) / "site"
            run = [sys.executable, "-m", "kpisite"]
            init = ["init", str(site), "--language", language, "--month", "2026-10"]
            for command in (init, ["-C", str(site), "sheet", "2026-10"]):
                subprocess.run([*run, *command], check=True)
            (book,) = (site / "sheets/2026-10").iterdir()
            book = book.rename(Path(folder) / "sheet.xlsx")
            office = ["soffice", "--headless", "--convert-to", "pdf", "--outdir", folder, str(book)]
            subprocess.run(office, check=True, capture_output=True)
            page = ["pdftoppm", "-r", "110", "-f", "2", "-l", "2", "-png", "-singlefile"]
            subprocess.run([*page, f"{folder}/sheet.pdf", f"{folder}/sheet"], check=True)
            taken = Image.open(f"{folder}/sheet.png").convert("RGB")
            inverted = ImageChops.invert(taken.convert("L")).crop((0, 0, taken.width, 700))
            box = inverted.getbbox() or (0, 0, taken.width, taken.height)
            shown = taken.crop((box[0] - 12, box[1] - 12, box[2] + 12, box[3] + 12))
            shown.quantize(64, dither=Image.Dither.NONE).save(place, optimize=True)


def looks(browser: Browser) -> Iterator[Image.Image]:
    """The scorecard in the default look and the sample company's own, each light and dark."""
    for theme in ("default", "chenghu"):
        with tempfile.TemporaryDirectory() as folder:
            site = Path(folder)
            for part in ("records", "themes"):
                shutil.copytree(ROOT / part, site / part)
            text = (ROOT / "kpisite.toml").read_text(encoding="utf-8")
            text = text.replace('theme    = "chenghu"', f'theme    = "{theme}"')
            (site / "kpisite.toml").write_text(text, encoding="utf-8")
            build = ["build", "--no-pdf", "--employee", "CS017"]
            subprocess.run([sys.executable, "-m", "kpisite", "-C", folder, *build], check=True)
            schemes: tuple[Scheme, ...] = ("light", "dark")
            for scheme in schemes:
                taken = view(browser, site / "output" / PAGE, PHONE, scheme)
                yield taken.crop((0, 0, taken.width, round(LOOK * SCALE)))


def beside(views: list[Image.Image], place: Path) -> None:
    """Sets views side by side on a ground of their own."""
    width = sum(one.width for one in views) + GAP * (len(views) + 1)
    picture = Image.new("RGB", (width, views[0].height + GAP * 2), GROUND)
    left = GAP
    for one in views:
        picture.paste(one, (left, GAP))
        left += one.width + GAP
    picture.quantize(64, dither=Image.Dither.NONE).save(place, optimize=True)


def view(browser: Browser, place: Path, width: int, scheme: Scheme = "light") -> Image.Image:
    """The top of the page in a window that wide, with one row unfolded."""
    page = browser.new_page(
        viewport={"width": width, "height": HEIGHT}, device_scale_factor=SCALE, color_scheme=scheme
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
