"""How long a reader waits for a page: from asking a server on this machine to the first paint in
Chromium, and how heavy each page is.

    python -m benchmarks.paint --people 500 --months 3

makes the company of `company.py`, builds its pages, serves them, and opens each kind of page anew,
on a phone and on a desk, nothing kept by the browser.  It says the median of the milliseconds, the
slowest, and the KiB and requests of the page.
"""

import argparse
import subprocess
import sys
import tempfile
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, sync_playwright

from benchmarks.company import write_company

PAGES = {
    "scorecard": "employees/CS00001/2026-{month:02}.html",
    "a person's months": "employees/CS00001/index.html",
    "a department's month": "managers/service-01/2026-{month:02}/index.html",
    "HR's first page": "hr/index.html",
    "the payroll": "payroll/index.html",
}
WIDTHS = {"phone": 390, "desk": 1440}
#: What Chromium itself says of the page that it has painted.
PAINTED = (
    "() => new Promise(say => new PerformanceObserver(list => say(list.getEntries()[0].startTime))"
    ".observe({type: 'paint', buffered: true}))"
)
WEIGHED = (
    "() => [...performance.getEntriesByType('navigation'),"
    " ...performance.getEntriesByType('resource')].map(one => one.encodedBodySize)"
)


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--people", type=int, default=500)
    arguments.add_argument("--months", type=int, default=3)
    arguments.add_argument("--rounds", type=int, default=9)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="kpisite-paint-") as name:
        site = Path(name)
        write_company(site, given.people, given.months)
        line = [sys.executable, "-m", "kpisite", "-C", name, "build", "--no-pdf"]
        subprocess.run(line, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        report(site / "output", given.months, given.rounds)


def report(output: Path, month: int, rounds: int) -> None:
    """Serves the folder and says how long each kind of page takes, at both widths."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(output)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    root = f"http://127.0.0.1:{server.server_port}"
    options = ["--no-sandbox", "--disable-gpu"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=options)
        for kind, path in PAGES.items():
            for screen, width in WIDTHS.items():
                url = f"{root}/{path.format(month=month)}"
                opened(browser, url, width)  # what the first of all pays for
                each = [opened(browser, url, width) for _ in range(rounds)]
                times = [painted for painted, _ in each]
                sizes = each[-1][1]
                print(
                    f"{kind}, {screen}: {median(times):.0f} ms (at most {max(times):.0f}),"
                    f" {sum(sizes) / 1024:.0f} KiB in {len(sizes)} requests"
                )
        browser.close()
    server.shutdown()


def opened(browser: Browser, url: str, width: int) -> tuple[float, list[int]]:
    """The milliseconds to the first paint of a page, and the bytes of each request."""
    context = browser.new_context(viewport={"width": width, "height": 844})
    page = context.new_page()
    page.goto(url)
    found = float(page.evaluate(PAINTED)), [int(one) for one in page.evaluate(WEIGHED)]
    context.close()
    return found


if __name__ == "__main__":
    main()
