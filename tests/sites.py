"""Sites to test on: the sample company, built once for all workers, and a small one in TOML."""

import fcntl
import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterable, Mapping
from html import unescape
from pathlib import Path
from textwrap import dedent

import pytest

from kpisite.check.assemble import check
from kpisite.check.book import Book
from kpisite.read.site import File, read_site
from kpisite.words import severity_of
from tests.conftest import Ran
from tests.conftest import run as run_here

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
        "records/departments.toml": sections.get("departments", DEPARTMENTS),
        "records/schemes/form.toml": sections.get("scheme", SCHEME),
        "records/policies/rules.toml": sections.get("policy", POLICY),
        "records/staff/M1.toml": person("M1", "丁岚", "desk"),
        "records/staff/M2.toml": person("M2", "方舟", "store"),
        "records/staff/A1.toml": person("A1", "安然", "desk", "M1"),
        "records/staff/A2.toml": person("A2", "白露", "desk", "M1"),
        "records/staff/B1.toml": person("B1", "程砚", "store", "M2"),
        "records/pay/A1.toml": pay("A1", "2026-10", "123.45"),
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


def book_of(files: Site) -> Book:
    """The book of a site in which nothing is wrong, read from memory."""
    found = [File(path, text.encode()) for path, text in files.items()]
    documents, issues = read_site(found)
    book, faults = check(documents)
    errors = [one for one in issues + faults if severity_of(one.code) == "error"]
    assert not errors, errors
    return book


# The command line.


def run(*arguments: str | Path, at: Path | None = None) -> Ran:
    """What `kpisite` does with `arguments`, in this process."""
    place = [] if at is None else ["-C", str(at)]
    return run_here(*place, *map(str, arguments))


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
    shutil.copytree(ROOT / "records", folder / "records", ignore=hidden)
    return folder


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


# What is in a tree.


def files_in(folder: Path) -> dict[str, bytes]:
    """Every file below `folder` by its path from there."""
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def digest(folder: Path) -> dict[str, str]:
    """A digest of every file below `folder`, to compare whole trees by."""
    return {path: hashlib.sha256(content).hexdigest() for path, content in files_in(folder).items()}


def trees(output: Path) -> dict[str, Path]:
    """The tree of every audience, by its path in the output folder."""
    found = [output / "hr", output / "payroll"]
    found += [*(output / "employees").glob("*"), *(output / "managers").glob("*")]
    return {tree.relative_to(output).as_posix(): tree for tree in found if tree.is_dir()}


def whole(tree: Path) -> str:
    """All that a tree says, in the names of its files too, and in workbooks unpacked."""
    told = []
    for path, content in files_in(tree).items():
        told.append(path)
        if path.endswith(".xlsx"):
            with zipfile.ZipFile(io.BytesIO(content)) as book:
                told += [book.read(name).decode() for name in book.namelist()]
        else:
            told.append(content.decode())
    return "\n".join(told)


def words_of(html: str) -> str:
    """What a reader sees of a page: its text, without tags."""
    return unescape(re.sub(r"<[^>]*>", " ", html))


def pdf_text(content: bytes, order: str = "-layout") -> str:
    """The text of a PDF file as `pdftotext` finds it, line by line or (`-raw`) cell by cell."""
    line = ["pdftotext", order, "-", "-"]
    return subprocess.run(line, input=content, capture_output=True, check=True).stdout.decode()


REFERENCE = re.compile(r"""\s(?:href|src|srcset|data|action)=["']([^"']*)""")


def broken_links(output: Path) -> list[str]:
    """Every reference of every page that leads out of its own tree, or to nothing in it."""
    broken = []
    for tree in trees(output).values():
        for page in sorted(tree.rglob("*.html")):
            html = page.read_text(encoding="utf-8")
            for reference in re.findall(REFERENCE, html):
                path, _, fragment = unescape(reference).partition("#")
                place = (page.parent / path).resolve() if path else page
                is_sound = (
                    ":" not in path
                    and not path.startswith(("/", "?"))
                    and place.is_relative_to(tree.resolve())
                    and place.is_file()
                    and (not fragment or f'id="{fragment}"' in place.read_text(encoding="utf-8"))
                )
                if not is_sound:
                    broken.append(f"{page.relative_to(output)}: {reference}")
    return broken
