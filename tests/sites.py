"""Sites to test on: the sample company, built once for all workers, and a small one in TOML."""

import fcntl
import io
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from kpisite.check.assemble import check
from kpisite.check.book import Book
from kpisite.check.roll import unrecorded
from kpisite.core.issue import Issue
from kpisite.examine.load import load
from kpisite.outcomes.results import Result, results
from kpisite.pages.page import Page
from kpisite.pages.page_plan import PagePlan
from kpisite.pages.selection import Selection
from kpisite.pages.shares import Shares
from kpisite.pages.site_results import site_results_of
from kpisite.read.document import Documents
from kpisite.read.file import File
from kpisite.read.site import read_site
from kpisite.score.scorecard import score
from kpisite.words import has_errors, severity_of

ROOT = Path(__file__).parents[1]

Site = Mapping[str, str]
"""The files of a site by path."""


# The small company: two departments, each with a manager; three people on one form.

SITE = """
company = "小店"
"""

DEPARTMENTS = """
[[department]]
id = "desk"
name = "客服部"
manager = "M1"

[[department]]
id = "store"
name = "仓储部"
manager = "M2"
"""

SCHEME = """
id = "form"
name = "月度考核"
from = "2026-01"
raters = { self = "40%", supervisor = "60%" }
signatures = ["考核人", { name = "本人", rater = "self" }]

[[part]]
id = "work"
name = "工作"

[[part.indicator]]
id = "care"
name = "细心"
points = 60
method = "bands"
bands = [{ points = "31-60", text = "很好" }, { points = "0-30", text = "还行" }]

[[part.indicator]]
id = "speed"
name = "速度"
points = 40
method = "bands"
bands = [{ points = "0-40" }]
"""

POLICY = """
id = "rules"
name = "绩效办法"
from = "2026-01"
schemes = ["form"]
window = { from = 3, to = 6 }
grade = [
  { id = "high", name = "优", from = 90, salary = 1_800 },
  { id = "fair", name = "良", from = 60, salary = 1_500 },
  { id = "low", name = "差", salary = 1_200 },
]

[[pay]]
id = "post"
name = "岗位工资"
method = "by-grade"

[[pay]]
id = "commission"
name = "提成"
method = "tiers"
actual = "sales"
plan = "plan"
actual-name = "实际销售额"
plan-name = "计划销售额"
tiers = [
  { rate = "0.5%" },
  { from = "100%", rate = "1%" },
  { above = "100%", plus = 50_000, rate = "1.2%" },
]

[[pay]]
id = "other"
name = "其他"
method = "other"
"""


MONTH = """
month = "2026-09"

[excused]
A2 = "借调"
B1 = "借调"
"""


def person(
    id: str, name: str, department: str, superior: str = "", scheme: str = "form", more: str = ""
) -> str:
    """`staff/ID.toml`; somebody without a superior fills in no form."""
    form = f'scheme = "{scheme}"\nsuperior = "{superior}"\n' if superior else ""
    return (
        f'id = "{id}"\nname = {quoted(name)}\njoined = 2024-03-01\n\n[[post]]\nfrom = 2024-03-01\n'
        f'department = "{department}"\ntitle = "专员"\n{form}{more}'
    )


def record(
    employee: str,
    month: str,
    care: tuple[int, int] = (50, 40),
    speed: tuple[int, int] = (30, 20),
    sales: str = "70000",
    note: str = "",
    notes: str = "",
) -> str:
    """`MONTH/EMPLOYEE.toml` on the small company's form, marks by self and supervisor."""
    beside = f", note = {quoted(note)}" if note else ""
    return (
        f'employee = "{employee}"\nmonth = "{month}"\n\n[marks]\n'
        f"care = {{ self = {care[0]}, supervisor = {care[1]}{beside} }}\n"
        f"speed = {{ self = {speed[0]}, supervisor = {speed[1]} }}\n\n"
        f"[metrics]\nsales = {sales}\nplan = 80000\n"
        + (f"\n[notes]\nsupervisor = {quoted(notes)}\n" if notes else "")
    )


def pay(employee: str, month: str, amount: str, reason: str = "值班") -> str:
    """`pay/EMPLOYEE.toml` with one other line."""
    return (
        f'employee = "{employee}"\n\n[[line]]\nmonth = "{month}"\nname = "补贴"\n'
        f"amount = {amount}\nreason = {quoted(reason)}\n"
    )


def quoted(text: str) -> str:
    """A TOML string that means `text`."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def small_site(*without: str, **sections: str) -> dict[str, str]:
    """The small company's files, with whole files anew under `site`, `scheme` or `policy`."""
    files = {
        "kpisite.toml": sections.get("site", SITE),
        "records/pay/seal.toml": f'key = "{"5ea1" * 16}"\n',
        "records/departments.toml": sections.get("departments", DEPARTMENTS),
        "records/schemes/form.toml": sections.get("scheme", SCHEME),
        "records/policies/rules.toml": sections.get("policy", POLICY),
        "records/staff/M1.toml": person("M1", "丁岚", "desk"),
        "records/staff/M2.toml": person("M2", "方舟", "store"),
        "records/staff/A1.toml": person("A1", "安然", "desk", "M1"),
        "records/staff/A2.toml": person("A2", "白露", "desk", "M1"),
        "records/staff/B1.toml": person("B1", "程砚", "store", "M2"),
        "records/pay/A1.toml": pay("A1", "2026-10", "123.45"),
        "records/2026-09/month.toml": MONTH,
        "records/2026-09/A1.toml": record("A1", "2026-09"),
        "records/2026-10/A1.toml": record("A1", "2026-10", care=(60, 50), sales="130000.01"),
        "records/2026-10/A2.toml": record("A2", "2026-10", sales="79999.99"),
        "records/2026-10/B1.toml": record("B1", "2026-10", care=(60, 60), speed=(40, 40)),
    }
    return {path: dedent(text).lstrip("\n") for path, text in files.items() if path not in without}


def write(files: Site, folder: Path, paths: Iterable[str] | None = None) -> Path:
    """Writes the files, in the order of `paths` where that is given; the folder."""
    for path in paths or files:
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(files[path], encoding="utf-8")
    return folder


def edit(site: Path, path: str, old: str, new: str) -> None:
    """Replaces a passage of a file that stands there once, byte for byte elsewhere."""
    place = site / path
    text = place.read_bytes().decode()
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path}"
    place.write_bytes(text.replace(old, new).encode())


def book_of(files: Site) -> Book:
    """The book of a site in which nothing is wrong, read from memory."""
    _, book, issues = checked(files)
    errors = [one for one in issues if severity_of(one.code) == "error"]
    assert not errors, errors
    return book


def checked(files: Site) -> tuple[Documents, Book, list[Issue]]:
    """A site read from memory, and all that is wrong in it."""
    documents, issues = read_site(File(path, text.encode()) for path, text in files.items())
    book, more = check(documents)
    return documents, book, [*issues, *more]


def plan_of(
    book: Book, found: Sequence[Result], selection: Selection | None = None, **more: Any
) -> PagePlan:
    """What there is to show of a book and its results."""
    everything = site_results_of(book, found, unrecorded(book, book.roster))
    return PagePlan(everything, selection or Selection(), **more)


def pages_of(plan: PagePlan) -> Iterator[Page]:
    """All pages for everybody."""
    for share in Shares(plan, "").all():
        yield from share.pages()


# The command line.


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command gave back: the exit code, standard output, standard error."""

    code: int
    output: str
    errors: str


def run(*arguments: str | Path, at: Path | None = None) -> Ran:
    """Runs the command line in this process, as though started in the folder `at`."""
    from kpisite.cli.start import main

    place = [] if at is None else ["-C", str(at)]
    output, errors = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    with redirect_stdout(output), redirect_stderr(errors):
        try:
            main([*place, *map(str, arguments)])
            code: Any = 0
        except SystemExit as end:
            code = end.code or 0
    return Ran(code, _written(output), _written(errors))


def _written(stream: io.TextIOWrapper) -> str:
    stream.flush()
    content = stream.buffer
    assert isinstance(content, io.BytesIO)
    return content.getvalue().decode()


def built(site: Path, *arguments: str | Path) -> Path:
    """The output of `kpisite build`, which went well."""
    ran = run("build", *arguments, at=site)
    assert ran.code == 0, ran.errors
    output = site / "output"
    if "--output" in arguments:
        output = site / str(arguments[arguments.index("--output") + 1])
    return output


def in_a_process(*arguments: str | Path, **more: object) -> subprocess.CompletedProcess[str]:
    """`python -m kpisite` as a process of its own."""
    line = [sys.executable, "-m", "kpisite", *map(str, arguments)]
    return subprocess.run(line, capture_output=True, text=True, check=False, **more)  # type: ignore[call-overload,no-any-return]


# The sample company.


def copy_sample(folder: Path) -> Path:
    """The sample company's files in a folder of their own."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / "kpisite.toml", folder)
    hidden = shutil.ignore_patterns(".*")
    for part in ("records", "themes"):
        shutil.copytree(ROOT / part, folder / part, ignore=hidden)
    return folder


@cache
def sample_book() -> Book:
    """The sample company as it stands in the repository."""
    book, issues = load(ROOT)
    assert not has_errors(issues)
    return book


@cache
def sample_results() -> tuple[Result, ...]:
    """Every scorecard of the sample company with what follows from it."""
    return results(sample_book(), score(sample_book()))


def sample_scorecards() -> dict[tuple[str, str], Result]:
    """The whole months of the sample company, by person and month."""
    return {
        (one.appraisee_id, str(one.month)): one
        for one in sample_results()
        if one.record.part is None
    }


def shared(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """A folder that the first worker to ask for it fills, and the others then find filled."""
    base = factory.getbasetemp()
    base = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    place = base / name
    with (base / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (base / f"{name}.made").exists():
            shutil.rmtree(place, ignore_errors=True)
            make(place)
            (base / f"{name}.made").touch()
    return place


def sample_site(factory: pytest.TempPathFactory) -> Path:
    """The sample company with all its pages in `output`."""
    return shared(factory, "sample", lambda site: built(copy_sample(site), "--no-pdf"))


PRINTED = ("CS003", "CS017", "PS003")
PRINTED_MONTHS = ("2026-07", "2026-10")


def sample_forms(factory: pytest.TempPathFactory) -> Path:
    """A site of a few people and months of the sample company, with their PDF files."""
    wanted = [f"--employee={id}" for id in PRINTED] + [f"--month={one}" for one in PRINTED_MONTHS]

    def make(site: Path) -> None:
        built(copy_sample(site), *wanted)

    return shared(factory, "sample-forms", make) / "output"
