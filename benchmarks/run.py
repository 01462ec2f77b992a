"""Times kpisite and Hugo over the same company, by turns, and prints the medians: `make bench`.

    python benchmarks/run.py --people 2000 --months 12 --rounds 3 --write

Hugo is handed every page's facts, numbers and reckonings included, as ready as kpisite's own
templates get them, and the same templates in its own language (`translate.py`); kpisite reads,
checks and scores the records besides.  Before anything is timed, the words of some pages of both
are held against one another.
"""

import argparse
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from html import unescape
from importlib.metadata import version
from pathlib import Path
from typing import Any

from company import write_company
from translate import go_template

from kpisite import disk
from kpisite.load import examine
from kpisite.pages.audience import Role
from kpisite.pages.offices import shares
from kpisite.pages.plan import Plan, Selection
from kpisite.words import page_words
from kpisite.write.html import theme

HERE = Path(__file__).resolve().parent
BIN = Path(sys.executable).parent
TEMPLATES = (
    "card", "person", "grades", "department", "months", "company", "payroll", "payroll-months",
)  # fmt: skip
#: Pages of one content folder of Hugo's, which slow down when they are many.
A_FOLDER = 1000
PAGES_COMPARED = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of a command: seconds, its largest process in MiB, and the pages it wrote."""

    seconds: float
    mib: float
    pages: int


def timed(command: list[str], output: Path | None = None) -> Run:
    """Runs a command to its end; a failure ends the benchmark."""
    if output is not None and output.exists():
        shutil.rmtree(output)
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert process.stderr is not None
    told = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    if os.waitstatus_to_exitcode(status):
        sys.exit(f"{' '.join(command)}\n{told.decode()[-2000:]}")
    pages = 0 if output is None else sum(1 for _ in output.rglob("*.html"))
    return Run(seconds=seconds, mib=usage.ru_maxrss / 1024, pages=pages)


def write_hugo(site: Path, folder: Path, roles: frozenset[Role]) -> None:
    """The same pages as a site of Hugo's: a file of facts for each, and the templates."""
    loaded = examine(site)
    selection = Selection(pdf=False, roles=roles)
    plan = Plan(loaded.book, loaded.results, selection)
    files = theme("default", lambda name: disk.theme_files(site, name))
    assert files is not None
    company = loaded.book.site.model.company.say(plan.language)
    layouts = folder / "layouts/_default"
    layouts.mkdir(parents=True)
    for name in TEMPLATES:
        text = go_template(f"{name}.html", files, page_words(plan.language), company)
        (layouts / f"{name}.html").write_text(text)
    (folder / "hugo.json").write_text(
        json.dumps(
            {
                "baseURL": "https://example.org/",
                "uglyURLs": True,
                "disableHugoGeneratorInject": True,
                "timeout": "600s",
                "outputs": {"page": ["html"]},
                "disableKinds": [
                    "taxonomy", "term", "RSS", "sitemap", "robotsTXT", "404", "home", "section",
                ],
            }
        )
    )  # fmt: skip
    (folder / "static").mkdir()
    (folder / "static/style.css").write_text(files["style.css"])
    number = 0
    for share in shares(plan, 25):
        for page in share.pages():
            if not page.path.endswith(".html"):
                continue
            place = folder / f"content/{number // A_FOLDER:03}/{number:06}.md"
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(
                json.dumps(
                    {
                        "title": page.title,
                        "url": f"/{page.place}",
                        "layout": page.template.removesuffix(".html"),
                        "params": {
                            "root": page.root,
                            "facts": _bare(dict(page.facts)),
                            "card": _bare(page.card) if page.card else {},
                        },
                    },
                    ensure_ascii=False,
                )
            )
            number += 1


def _bare(value: Any) -> Any:
    """Facts as plain data, without what is empty."""
    if is_dataclass(value):
        return _full({one.name: _bare(getattr(value, one.name)) for one in fields(value)})
    if isinstance(value, list | tuple):
        return [_bare(one) for one in value]
    if isinstance(value, Mapping):
        return _full({key: _bare(one) for key, one in value.items()})
    if isinstance(value, str):
        return str(value)
    return value if isinstance(value, bool | int) else None


def _full(facts: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in facts.items() if value not in (None, "", False)}


def words(page: Path) -> list[str]:
    """What a reader sees of a page, word by word."""
    body = page.read_text().partition("<body>")[2]
    return unescape(re.sub(r"<[^>]+>", " ", body)).split()


def must_agree(ours: Path, theirs: Path) -> None:
    """Ends the benchmark where a page of theirs says something else than ours."""
    pages = sorted(page.relative_to(ours) for page in ours.rglob("*.html"))
    for page in pages[:: max(len(pages) // PAGES_COMPARED, 1)]:
        if words(ours / page) != words(theirs / page):
            sys.exit(f"{page}: the two do not say the same")


def cases(site: Path, work: Path) -> Iterator[tuple[str, list[str], Path | None]]:
    """Every command to be timed, in turn."""
    kpisite, hugo = str(BIN / "kpisite"), str(BIN / "hugo")
    yield "kpisite check", [kpisite, "-C", str(site), "check"], None
    for what, chosen in (("staff's trees", ["--audience", "employees"]), ("all trees", [])):
        folder = work / ("hugo-staff" if chosen else "hugo-all")
        out = work / "ours"
        build = [kpisite, "-C", str(site), "build", "--no-pdf", "--output", str(out), *chosen]
        yield f"kpisite, {what}", build, out
        theirs = work / "theirs"
        yield f"Hugo, {what}", [hugo, "--quiet", "-s", str(folder), "-d", str(theirs)], theirs


def forms_a_second(site: Path, work: Path, people: int) -> tuple[int, float]:
    """Forms printed with an emptied store, and how many a second, start-up included."""
    shutil.rmtree(site / ".kpisite", ignore_errors=True)
    ids = sorted(file.stem for file in (site / "records/2026-01").glob("*.toml"))
    chosen = [id for id in ids if id != "month"][:people]
    command = [str(BIN / "kpisite"), "-C", str(site), "build", "--month", "2026-01"]
    command += [word for id in chosen for word in ("--employee", id)]
    run = timed([*command, "--output", str(work / "forms")])
    printed = sum(1 for _ in (site / ".kpisite/pdf").iterdir())
    return printed, printed / run.seconds


def report(runs: Mapping[str, list[Run]], forms: tuple[int, float], about: str) -> str:
    """The table of medians."""
    medians = {name: statistics.median(run.seconds for run in some) for name, some in runs.items()}
    lines = [about, "", "| what | s | pages | pages/s | to Hugo | largest process, MiB |"]
    lines.append("| --- | ---: | ---: | ---: | ---: | ---: |")
    for name, some in runs.items():
        seconds, pages = medians[name], some[0].pages
        rival = medians.get(name.replace("kpisite,", "Hugo,"))
        ratio = f"{rival / seconds:.2f}" if rival and name.startswith("kpisite,") else ""
        rate = f"{pages / seconds:,.0f}" if pages else ""
        mib = max(run.mib for run in some)
        lines.append(f"| {name} | {seconds:.2f} | {pages or ''} | {rate} | {ratio} | {mib:,.0f} |")
    lines += ["", f"PDF: {forms[0]} forms with an empty store, {forms[1]:.1f} a second."]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Reads the options, runs the rounds, prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--months", type=int, default=12)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--forms", type=int, default=40, help="people whose forms are printed")
    parser.add_argument("--quick", action="store_true", help="200 people, 3 months, one round")
    parser.add_argument("--write", action="store_true", help="write benchmarks/results.md")
    options = parser.parse_args()
    if options.quick:
        options.people, options.months, options.rounds = 200, 3, 1
    with tempfile.TemporaryDirectory(prefix="kpisite-bench-") as name:
        work = Path(name)
        site = work / "site"
        write_company(site, options.people, options.months)
        write_hugo(site, work / "hugo-staff", frozenset({Role.EMPLOYEE}))
        write_hugo(site, work / "hugo-all", frozenset())
        runs: dict[str, list[Run]] = {}
        for _ in range(options.rounds):
            for what, command, output in cases(site, work):
                run = timed(command, output)
                runs.setdefault(what, []).append(run)
                print(f"{what}: {run.seconds:.2f} s", file=sys.stderr)
                if what.startswith("Hugo"):
                    must_agree(work / "ours", work / "theirs")
        forms = forms_a_second(site, work, options.forms)
    about = (
        f"{options.people} people × {options.months} months, {options.rounds} rounds by turns, "
        f"medians; {platform.machine()}, {os.cpu_count()} processors, "
        f"Python {platform.python_version()}, Hugo {version('hugo')}."
    )
    table = report(runs, forms, about)
    print(table)
    if options.write:
        (HERE / "results.md").write_text(f"# Results\n\n{table}")


if __name__ == "__main__":
    main()
