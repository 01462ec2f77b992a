"""What a machine without folders to open, owners, forks and Pango can do: the commands of a month,
run with all of these taken away; and what `mypy` says of the systems that are not this one.

No test here ran on Windows itself: what is taken away is what Windows is known to lack.
"""

import json
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.conftest import SOUND
from tests.repositories import git
from tests.sites import ROOT

#: What Windows has not, taken away before anything of kpisite is imported.
BLOCKED = """
import os, signal, sys
for name in ("fcntl", "resource", "weasyprint", "pwd", "grp"):
    sys.modules[name] = None
for name in ("fork", "forkpty", "register_at_fork", "geteuid", "getegid", "getuid", "chown",
             "fchown", "lchown", "fchmod", "O_DIRECTORY", "O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC",
             "sched_getaffinity", "sysconf", "memfd_create"):
    if hasattr(os, name):
        delattr(os, name)
for name in ("SIGHUP", "SIGVTALRM", "pthread_sigmask", "setitimer"):
    if hasattr(signal, name):
        delattr(signal, name)
os.supports_dir_fd, os.supports_follow_symlinks = set(), set()
opened = os.open
def open_no_folder(path, flags, mode=0o777, *, dir_fd=None):
    assert dir_fd is None
    if os.path.isdir(path):
        raise PermissionError(13, "Permission denied", path)
    return opened(path, flags, mode)
os.open = open_no_folder
renamed = os.rename
def rename(old, new, **options):
    assert not options
    if os.path.lexists(new):
        raise FileExistsError(17, "File exists", new)
    return renamed(old, new)
os.rename = rename
import multiprocessing.context
multiprocessing.get_all_start_methods = lambda: ["spawn"]
from kpisite.cli.main import main
main()
"""


def on_windows(*arguments: str, at: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command line where all that is missing."""
    return subprocess.run(
        [sys.executable, "-c", BLOCKED, "-C", str(at), *arguments],
        capture_output=True,
        text=True,
        encoding=environment.get("PYTHONIOENCODING", "utf-8"),
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"} | environment,
        check=False,
    )


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """The sound site, checked out with the line ends of Windows, in a folder of Chinese."""
    root = tmp_path / "公司 资料"
    for path, text in SOUND.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.replace("\n", "\r\n").encode())
    return root


def test_a_month_is_walked_without_forks_locks_owners_and_open_folders(site: Path) -> None:
    def walked(*arguments: str, code: int = 0) -> str:
        ran = on_windows(*arguments, at=site)
        assert ran.returncode == code, (arguments, ran.stdout, ran.stderr)
        return ran.stdout

    walked("check")
    walked("new", "2026-11")
    assert "李娜" in walked("status", "2026-11", code=1)
    walked("sheet", "2026-11")
    (sheet,) = (site / "sheets/2026-11").iterdir()
    assert "没有要改的" in walked("import", str(sheet))
    (site / "数据.csv").write_bytes("工号,转化率\r\nCS017,36%\r\n".encode("gb18030"))
    before = (site / "records/2026-10/CS017.toml").read_bytes()
    walked("import", str(site / "数据.csv"), "--month", "2026-10", "--write")
    assert (site / "records/2026-10/CS017.toml").read_bytes() == before, "nothing new, no byte"
    walked("answer", "CS017", "2026-10", "acknowledged", "--on", "2026-11-09")
    after = (site / "records/2026-10/CS017.toml").read_bytes()
    assert after.count(b"\r\n") == after.count(b"\n"), "line ends stay those of the checkout"
    walked("explain", "CS017", "2026-10")
    walked("build", "--no-pdf")
    first = _tree(site / "output")
    assert "employees/CS017/2026-10.html" in first
    walked("build", "--no-pdf")
    assert _tree(site / "output") == first
    git(site, "init", "-q")
    git(site, "add", "records", "kpisite.toml")
    git(site, "commit", "-q", "-m", "一")
    assert "李娜" not in walked("diff")


def _tree(output: Path) -> dict[str, bytes]:
    return {
        one.relative_to(output).as_posix(): one.read_bytes()
        for one in sorted(output.rglob("*.html"))
    }


def test_a_site_is_served(site: Path) -> None:
    command = [sys.executable, "-c", BLOCKED, "-C", str(site), "serve", "--no-pdf"]
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as served:
        assert served.stdout is not None and served.stderr is not None
        try:
            first = served.stdout.readline()
            assert "http://127.0.0.1:" in first, first + served.stderr.readline()
            address = first[first.index("http://") :].split()[0].strip("，。,.")
            with urlopen(address) as page:
                assert page.status == 200
        finally:
            served.terminate()


def test_no_command_dies_at_a_character_that_a_gbk_console_lacks(site: Path) -> None:
    on_windows("new", "2026-11", at=site)
    on_windows("sheet", "2026-11", at=site)
    (sheet,) = (site / "sheets/2026-11").iterdir()
    staff = site / "records/staff/CS017.toml"
    staff.write_bytes(staff.read_text(encoding="utf-8").replace("李娜", "𠮷娜").encode())
    for arguments in (
        ("check",), ("status", "2026-11"), ("explain", "CS017", "2026-10"), ("import", str(sheet)),
        ("sheet", "2026-11", "--self"), ("import", "--help"), ("sheet", "--help"),
    ):  # fmt: skip
        gbk = {"PYTHONIOENCODING": "gbk", "PYTHONUTF8": "0"}
        ran = on_windows(*arguments, at=site, **gbk)
        assert "Traceback" not in ran.stderr and ran.returncode in (0, 1), (arguments, ran.stderr)


def test_a_mapping_by_a_path_of_windows_is_asked_for_as_it_stands(site: Path) -> None:
    ran = on_windows("import", "数据\\表.csv", at=site)
    assert ran.returncode == 2 and "数据\\表.csv" in ran.stderr


def test_what_machines_read_is_the_same_there(site: Path) -> None:
    on_windows("new", "2026-11", at=site)
    told = json.loads(on_windows("sheet", "2026-11", "--json", at=site).stdout)
    assert told["files"] == [str(site / "sheets/2026-11/2026-11-CS001-王敏.xlsx")]
