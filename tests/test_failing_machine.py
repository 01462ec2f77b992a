"""What a machine refuses is said in a line, with exit code 2: never a traceback, nothing half."""

import errno
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

import kpisite.disk.scratch
import kpisite.products.build
import kpisite.products.work
import kpisite.write.pdf
from kpisite.write.pdf import Press
from tests.machines import as_somebody, given_to_somebody, open_folder
from tests.sites import ROOT, Ran, in_a_process, run, small_site, write
from tests.test_build import children, left_over
from tests.trees import without_store

pytestmark = pytest.mark.usefixtures("shared_look")

MONTH = "2026-09"
CLOSE = f"close {MONTH} --despite-open"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """The small company."""
    return write(small_site(), tmp_path / "site")


#: What a command says besides: how far it is, warnings, and where its help is.
BESIDES = ("网页 ", "PDF ", "警告", "用法:", "运行 ", "Usage:", "Try ")


def is_one_line(code: int, errors: str, *named: str) -> None:
    """That a command ended with 2, and said why in one line."""
    lines = [line for line in errors.splitlines() if line and not line.startswith(BESIDES)]
    assert code == 2, errors
    assert len(lines) == 1, errors
    assert all(name in errors for name in named), errors


# Folders that may not be written.


@pytest.mark.parametrize(
    ("command", "shut", "named"),
    [
        (CLOSE, f"records/{MONTH}", f"records/{MONTH}/closed.toml"),
        (CLOSE, "records", "records/closed.toml"),
        ("schema --write", "records", "records/.schema"),
        (f"export --workbook A1 {MONTH} -o SITE/x.xlsx", ".", "x.xlsx"),
        ("build --no-pdf", ".", "output"),
    ],
)
def test_a_folder_that_may_not_be_written_is_named_and_nothing_is_written(
    command: str, shut: str, named: str
) -> None:
    with open_folder() as folder:
        site = write(small_site(), folder / "site")
        given_to_somebody(site)
        before = without_store(site)
        (site / shut).chmod(0o555)
        words = command.replace("SITE", str(site)).split()
        ran = as_somebody(*words, "-C", site)
        is_one_line(ran.returncode, ran.stderr, named, "没有权限")
        (site / shut).chmod(0o755)
        assert without_store(site) == before


def test_a_file_that_may_not_be_read_is_reported_as_one_and_no_folder_above_need_be() -> None:
    with open_folder() as folder:
        site = write(small_site(), folder / "shut/site")
        given_to_somebody(folder)
        (site / "records/2026-10/A2.toml").chmod(0)
        (folder / "shut").chmod(0o111)
        ran = as_somebody("check", "-C", site)
        assert (ran.returncode, "file-unreadable" in ran.stdout) == (1, True), ran.stderr
        (site / "kpisite.toml").chmod(0)
        ran = as_somebody("check", "-C", site)
        assert ran.returncode == 1, ran.stderr
        site.chmod(0)
        ran = as_somebody("check", "-C", site)
        is_one_line(ran.returncode, ran.stderr, str(site))
        site.chmod(0o755)


# Disks that are full.


FULL = """
import resource, sys
sys.dont_write_bytecode = True  # half of a module would be found by whoever comes next
resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}))
from kpisite.cli.main import main
main(sys.argv[1:])
"""


def on_a_full_disk(size: int, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-c", FULL.format(size=size), *map(str, arguments)]
    return subprocess.run(line, capture_output=True, text=True, check=False, cwd=ROOT)


@pytest.mark.parametrize("size", [0, 99])
@pytest.mark.parametrize(
    "command", [CLOSE, "schema --write", f"export --workbook A1 {MONTH} -o SITE/x.xlsx"]
)
def test_a_full_disk_leaves_no_file_of_a_part(site: Path, command: str, size: int) -> None:
    before = without_store(site)
    words = command.replace("SITE", str(site)).split()
    ran = on_a_full_disk(size, *words, "-C", site)
    is_one_line(ran.returncode, ran.stderr, "文件太大")
    assert without_store(site) == before
    assert run("check", at=site).code == 0


def test_a_month_whose_closing_cannot_be_listed_is_not_closed(site: Path) -> None:
    before = without_store(site)
    (site / "records/closed.toml").mkdir()
    ran = run(*CLOSE.split(), at=site)
    assert ran.code in (1, 2), ran.errors
    assert "Traceback" not in ran.errors
    (site / "records/closed.toml").rmdir()
    assert without_store(site) == before


@pytest.mark.parametrize(
    "command",
    ["--help", "--version", "check", "check --format json", "explain A1 2026-09", "schema",
     "explain A1 2026-09 --json", "build --no-pdf", "schema --write", CLOSE],
)  # fmt: skip
def test_an_answer_that_cannot_be_printed_is_said_and_is_not_our_fault(
    site: Path, command: str
) -> None:
    with open("/dev/full", "w") as full:
        if command == "check":
            write({"records/2026-10/A9.toml": "x = 1\n"}, site)
        ran = subprocess.run(
            [sys.executable, "-m", "kpisite", "-C", str(site), *command.split()],
            stdout=full, stderr=subprocess.PIPE, text=True, check=False, cwd=ROOT,
        )  # fmt: skip
        errors = ran.stderr
        is_one_line(ran.returncode, errors, "磁盘已满")
        both = subprocess.run(
            [sys.executable, "-m", "kpisite", "-C", str(site), "explain", "A1", "2026-09"],
            stdout=full, stderr=full, check=False, cwd=ROOT,
        )  # fmt: skip
        assert both.returncode == 2


# Paths.


@pytest.mark.parametrize(
    "command",
    [
        "-C {long} check",
        "check {long}",
        "check loop",
        "check loop/x",
        "check records/2026-09/A1.toml/x",
        "build --no-pdf --output {long}",
        "build --no-pdf --output loop",
        "build --no-pdf --output loop/x",
        "export --workbook A1 2026-09 -o {long}",
        "export --workbook A1 2026-09 -o loop/x.xlsx",
        "export --workbook A1 2026-09 -o kpisite.toml/x.xlsx",
        "export --workbook --month 2026-09 -o kpisite.toml",
    ],
)
def test_a_path_that_leads_nowhere_is_said_in_a_line(site: Path, command: str) -> None:
    (site / "loop").symlink_to("loop")
    before = without_store(site)
    ran = in_a_process(
        *command.format(long="x" * 300).split(),
        cwd=site,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    is_one_line(ran.returncode, ran.stderr)
    assert without_store(site) == before
    assert left_over(site) == ["loop"]


@pytest.mark.parametrize("link", ["records/2026-10/A2.toml", "records/2026-11", "records/x.toml",
                                  "kpisite.toml", "records", "themes", "themes/ours"])  # fmt: skip
@pytest.mark.parametrize("command", ["check", "build --no-pdf", CLOSE])
def test_a_link_that_leads_round_in_a_circle_is_no_fault_of_ours(
    site: Path, link: str, command: str
) -> None:
    if link == "themes/ours":
        text = (site / "kpisite.toml").read_text(encoding="utf-8")
        (site / "kpisite.toml").write_text(f'theme = "ours"\n{text}', encoding="utf-8")
        (site / "themes").mkdir()
    if (site / link).exists():
        (site / link).rename(site / "moved")
    (site / link).symlink_to((site / link).name)
    ran = run(*command.split(), at=site)
    assert ran.code in (0, 1, 2)
    assert "Traceback" not in ran.errors


@pytest.mark.parametrize(
    ("files", "shut"),
    [
        ({"themes/ours/theme.toml": 'extends = "default"\n', "themes/ours/page.html": "x"},
         "themes/ours/page.html"),
        ({"themes/ours/theme.toml": 'extends = "default"\n'}, "themes/ours/theme.toml"),
        ({"themes/ours/theme.toml": 'extends = "default"\n'}, "themes/ours"),
        ({"themes/ours/theme.toml": 'extends = "default"\n'}, "themes"),
    ],
)  # fmt: skip
def test_a_theme_that_cannot_be_read_is_said_and_is_no_fault_of_ours(
    files: dict[str, str], shut: str
) -> None:
    with open_folder() as folder:
        site = write(small_site(site='company = "小店"\ntheme = "ours"\n') | files, folder / "site")
        given_to_somebody(site)
        if shut:
            (site / shut).chmod(0)
        ran = as_somebody("build", "--no-pdf", "-C", site)
        assert ran.returncode in (1, 2), ran.stderr
        assert "Traceback" not in ran.stderr
        assert "ours" in ran.stderr or "themes" in ran.stderr
        if shut:
            (site / shut).chmod(0o700)


# What is exported.


def test_a_workbook_is_for_its_owner_alone_even_over_one_that_was_not(site: Path) -> None:
    place = site / "A1-2026-09.xlsx"
    umask = os.umask(0)
    try:
        assert run("export", "--workbook", "A1", MONTH, "-o", "A1-2026-09.xlsx", at=site).code == 0
        assert stat.S_IMODE(place.stat().st_mode) == 0o600
        place.chmod(0o644)
        ran = run("export", "--workbook", "A1", MONTH, "-o", place, "--force", at=site)
    finally:
        os.umask(umask)
    assert ran.code == 0
    assert stat.S_IMODE(place.stat().st_mode) == 0o600


@pytest.mark.parametrize("force", [(), ("--force",)])
def test_an_export_follows_no_link_that_somebody_planted(
    site: Path, tmp_path: Path, force: tuple[str, ...]
) -> None:
    theirs = write({"theirs": "theirs"}, tmp_path) / "theirs"
    (site / ".x.xlsx.new").symlink_to(theirs)
    (site / "x.xlsx").symlink_to(theirs if force else tmp_path / "nothing")
    ran = run("export", "--workbook", "A1", MONTH, "-o", "x.xlsx", *force, at=site)
    assert ran.code == (0 if force else 2), ran.errors
    assert theirs.read_text(encoding="utf-8") == "theirs"
    assert not (tmp_path / "nothing").exists()
    assert (site / "x.xlsx").is_symlink() is not bool(force)


def test_an_export_replaces_nothing_but_files(site: Path) -> None:
    os.mkfifo(site / "pipe")
    (site / "folder").mkdir()
    for name in ("pipe", "folder"):
        ran = run("export", "--workbook", "A1", MONTH, "-o", name, "--force", at=site)
        is_one_line(ran.code, ran.errors, name)
    assert stat.S_ISFIFO((site / "pipe").stat().st_mode)
    assert left_over(site) == ["folder", "pipe"]


def test_closing_and_schemas_follow_no_link(site: Path, tmp_path: Path) -> None:
    (tmp_path / "theirs").mkdir()
    (site / "records/.schema").symlink_to(tmp_path / "theirs")
    ran = run("schema", "--write", at=site)
    is_one_line(ran.code, ran.errors, "records/.schema")
    assert not list((tmp_path / "theirs").iterdir())


# Processes.


def test_a_process_that_is_killed_while_it_writes_pages_is_said_in_a_line(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kpisite.products.work, "WORTH_A_FORK", 1)
    monkeypatch.setattr(
        kpisite.products.work.Work, "_write_piece", lambda *_: os.kill(os.getpid(), 9)
    )
    ran = run("build", "--no-pdf", "--workers", "2", at=site)
    is_one_line(ran.code, ran.errors, "一个进程被系统终止了（网页）")
    assert left_over(site) == []


def printing(site: Path, monkeypatch: pytest.MonkeyPatch, code: str, workers: int) -> Ran:
    """A build whose press comes to A2's form of October and runs `code`."""

    def pdf(_: Press, html: str, *, title: str, **_facts: str) -> bytes:
        if "白露" in title:
            exec(code)
        return b"%PDF"

    monkeypatch.setattr(Press, "pdf", pdf)
    return run("build", "--workers", str(workers), at=site)


def test_a_process_that_is_killed_while_it_prints_is_said_with_the_person_and_the_month(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = printing(site, monkeypatch, "os.kill(os.getpid(), 9)", 2)
    is_one_line(ran.code, ran.errors, "白露 · 2026 年 10 月", "内存不够")
    assert left_over(site) == []


@pytest.mark.parametrize("workers", [1, 2])
def test_a_form_that_cannot_be_printed_is_our_fault_and_named_by_person_and_month(
    site: Path, monkeypatch: pytest.MonkeyPatch, workers: int
) -> None:
    ran = printing(site, monkeypatch, "1 / 0", workers)
    assert ran.code == 3
    assert "生成 PDF“白露 · 2026 年 10 月 · 月度考核”时出错" in ran.errors
    assert "ZeroDivisionError" in ran.errors
    assert left_over(site) == []


def test_a_machine_without_a_place_for_temporary_files_is_not_told_to_install_libraries(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nowhere() -> str:
        raise FileNotFoundError(errno.ENOENT, "No usable temporary directory found in ['/tmp']")

    monkeypatch.setattr(kpisite.disk.scratch, "gettempdir", nowhere)
    ran = run("build", at=site)
    is_one_line(ran.code, ran.errors, "No usable temporary directory")
    assert "libpango" not in ran.errors


ORPHANS = """
import os, signal, sys, time
from kpisite.write.pdf import Job, Press
from kpisite.write.workers import print_all

def pdf(self, html, **_):
    if os.getpid() != parent:
        os.write(1, b"printing\\n")
        time.sleep(2)
    return b"%PDF" * 100_000

Press.pdf, Press.__init__ = pdf, lambda *_: None
parent = os.getpid()
nothing = dict(html="", title="", author="", language="", fingerprint="")
jobs = (Job(key=f"{i}", **nothing) for i in range(5))
try:
    list(print_all(jobs, stylesheet="", workers=2))
except KeyboardInterrupt:
    pass  # what the parent itself would say, with the line that it was at
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_workers_whose_parent_is_stopped_end_without_a_word(number: int) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", ORPHANS], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, cwd=ROOT, start_new_session=True,
    )  # fmt: skip
    assert process.stdout is not None
    for _ in range(2):  # both workers are at work: the parent waits for them, and does nothing else
        assert process.stdout.readline() == "printing\n"
    process.send_signal(number)
    _, errors = process.communicate(timeout=20)  # until the last worker has closed its end
    assert errors == ""


def test_ctrl_c_in_a_terminal_is_the_parents_to_answer_and_no_workers() -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", ORPHANS], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, cwd=ROOT,
    )  # fmt: skip
    assert process.stdout is not None
    process.stdout.readline()
    workers = children(process.pid)
    assert workers
    for worker in workers:
        os.kill(worker, signal.SIGINT)
    _, errors = process.communicate(timeout=20)
    assert (process.returncode, errors) == (0, "")
