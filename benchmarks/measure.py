"""Runs a command to its end and says how long it took, or how much memory.

Linux only, as memory is read from `/proc`.  What the system tells of a child that has ended will
not do: that begins at the size of the process which started it.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

#: As where kpisite is installed: Python may keep what it compiled, whatever is said here, and it
#: finds the kpisite of this folder.
ENVIRONMENT = {
    **{name: said for name, said in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
    "PYTHONPATH": str(Path(__file__).resolve().parents[1]),
}
#: How often memory is looked at, in seconds.
A_LOOK = 0.02


@dataclass(frozen=True, slots=True)
class Memory:
    """The most, in MiB, that all processes of a run had at the same time.

    What several of them share, as forked ones do, counts in `resident` once for each, and in
    `together` once, as do the files in memory that they have open.
    """

    resident: float = 0
    together: float = 0


@dataclass(frozen=True, slots=True)
class Seconds:
    """How long a run took, and how long processors were at work for it, all processes together:
    the second moves less when the machine is busy with something else."""

    taken: float
    worked: float


def seconds(command: list[str]) -> Seconds:
    """How long a command takes that is started as a new process, once the disk is at rest."""
    os.sync()
    with tempfile.TemporaryFile() as said:
        started = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=said, env=ENVIRONMENT)
        _, status, used = os.wait4(process.pid, 0)
        taken = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            sys.exit(f"{' '.join(command)}\n{said.read().decode()[-2000:]}")
    return Seconds(taken, used.ru_utime + used.ru_stime)


def memory(command: list[str]) -> Memory:
    """How much memory a command takes.  Looking takes time, so such a run is never a timed one."""
    resident = together = 0
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=ENVIRONMENT
    ) as process:
        while process.poll() is None:
            family = _family(process.pid)
            resident = max(resident, sum(_kib(f"/proc/{one}/status", "VmRSS") for one in family))
            shares = sum(_kib(f"/proc/{one}/smaps_rollup", "Pss") for one in family)
            together = max(together, shares + _in_files(family))
            time.sleep(A_LOOK)
    if process.returncode:
        sys.exit(f"{' '.join(command)}\nended with {process.returncode}")
    return Memory(resident / 1024, together / 1024)


def _family(process: int) -> list[int]:
    """A process and all that it started, and these in turn."""
    found = [process]
    for one in found:
        with suppress(OSError):
            for thread in Path(f"/proc/{one}/task").iterdir():
                found += map(int, (thread / "children").read_text().split())
    return found


def _in_files(family: Iterable[int]) -> int:
    """What stands in the files in memory that processes have open, in KiB: it is no part of theirs
    to the system."""
    found: dict[int, int] = {}
    for one in family:
        with suppress(OSError):
            for file in Path(f"/proc/{one}/fd").iterdir():
                with suppress(OSError):
                    if str(file.readlink()).startswith("/memfd:"):
                        found[file.stat().st_ino] = file.stat().st_blocks // 2
    return sum(found.values())


def _kib(file: str, name: str) -> int:
    """A line of one of the system's files about a process; 0 where that has ended."""
    with suppress(OSError):
        for line in Path(file).read_text().splitlines():
            key, _, said = line.partition(":")
            if key == name:
                return int(said.split()[0])
    return 0
