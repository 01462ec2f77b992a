"""Machines that refuse: another user, a folder that may not be written, a disk that is full."""

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.sites import ROOT

#: An ordinary user, where the tests run as root, who may do anything.
SOMEBODY = 65534


@contextmanager
def open_folder() -> Iterator[Path]:
    """A folder that other users can reach, which pytest's own is not."""
    folder = Path(tempfile.mkdtemp(prefix="site-for-somebody-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        for place, folders, _ in os.walk(folder):
            for name in folders:
                if not Path(place, name).is_symlink():
                    Path(place, name).chmod(0o700)
        shutil.rmtree(folder)


def given_to_somebody(*places: Path) -> None:
    """Makes the ordinary user the owner of the folders and of all below."""
    if os.geteuid() == 0:
        for place in places:
            for one in (place, *place.rglob("*")):
                os.chown(one, SOMEBODY, SOMEBODY, follow_symlinks=False)


def as_somebody(*arguments: str | Path, code: str = "") -> subprocess.CompletedProcess[str]:
    """`python -m kpisite` by an ordinary user, or `code` that is given the arguments."""
    start = ["-c", code] if code else ["-m", "kpisite"]
    paths = f"{ROOT}{os.pathsep}{sysconfig.get_path('purelib')}"
    who = {"user": SOMEBODY, "group": SOMEBODY, "extra_groups": []} if os.geteuid() == 0 else {}
    environment = os.environ | {"PYTHONPATH": paths, "HOME": "/nonexistent"}
    for python in (sys.executable, f"/usr/bin/python3.{sys.version_info.minor}"):
        with suppress(PermissionError, FileNotFoundError):
            return subprocess.run(  # type: ignore[call-overload,no-any-return]
                [python, *start, *map(str, arguments)],
                capture_output=True, text=True, check=False, cwd="/", env=environment, **who,
            )  # fmt: skip
    pytest.skip("Python lies where an ordinary user may not look")


@contextmanager
def mounted(place: Path, *options: str) -> Iterator[None]:
    """A disk of its own at `place`, as a container has for a volume."""
    line = ["mount", *(options or ("-t", "tmpfs", "tmpfs")), str(place)]
    if os.geteuid() or not shutil.which("mount") or subprocess.run(line, check=False).returncode:
        pytest.skip("nothing can be mounted here")
    try:
        yield
    finally:
        subprocess.run(["umount", str(place)], check=True)
