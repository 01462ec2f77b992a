"""How long it takes from a saved mark to the page on the screen, in Chromium.

    python -m benchmarks.serve --people 167 --months 12

makes the company of `company.py`, begins `kpisite serve`, opens a scorecard's page, and saves one
mark of its record again and again.  It says the median of the seconds until the total on the page
is another, and in brackets those that the server's processes were at work.
"""

import argparse
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from playwright.sync_api import sync_playwright

from benchmarks.company import write_company

RECORD, PAGE = "records/2026-{month:02}/CS00001.toml", "employees/CS00001/2026-{month:02}.html"
MARK = re.compile(r"(judgement +=.*supervisor = *)(\d+)")
IS_ANOTHER = (
    "before => { const page = document.getElementById('page').contentDocument;"
    " const total = page && page.querySelector('.answer .total');"
    " return total && total.textContent.trim() !== before; }"
)
#: A machine that does other things besides may take long.
PATIENCE = 600_000


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--people", type=int, default=167)
    arguments.add_argument("--months", type=int, default=12)
    arguments.add_argument("--rounds", type=int, default=9)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="kpisite-serve-") as name:
        site = Path(name)
        write_company(site, given.people, given.months)
        line = [sys.executable, "-m", "kpisite", "-C", name, "serve"]
        server = subprocess.Popen(line, stdout=subprocess.PIPE, text=True)
        try:
            assert server.stdout is not None
            found = re.search(r"http://\S+", server.stdout.readline())
            assert found is not None
            seen, worked = measured(site, server.pid, found[0], given.months, given.rounds)
        finally:
            server.send_signal(signal.SIGINT)
            server.wait()
    print(f"{given.people * given.months} records: {seen:.2f} s ({worked:.2f})")


def measured(site: Path, pid: int, url: str, month: int, rounds: int) -> tuple[float, float]:
    """The medians of the seconds to the screen and of those at work."""
    record = site / RECORD.format(month=month)
    text = record.read_text(encoding="utf-8")
    seen, worked = [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        page = browser.new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(f"{url}#{PAGE.format(month=month)}")
        total = page.frame_locator("#page").locator(".answer .total").first
        before = total.inner_text()
        for number in range(rounds):
            less = number % 2 + 1
            started, at_work = time.monotonic(), work_of(pid)
            record.write_text(MARK.sub(lessened(less), text, count=1), encoding="utf-8")
            page.wait_for_function(IS_ANOTHER, arg=before, polling=10)
            seen.append(time.monotonic() - started)
            worked.append(work_of(pid) - at_work)
            before = total.inner_text()
        browser.close()
    return median(seen), median(worked)


def lessened(less: int) -> Callable[[re.Match[str]], str]:
    return lambda found: f"{found[1]}{int(found[2]) - less}"


def work_of(pid: int) -> float:
    """The seconds that a process was at work so far."""
    facts = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(facts[11]) + int(facts[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
