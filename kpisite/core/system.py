"""What one operating system has and another lacks: flags, owners, locks, signals.

On Windows no folder can be opened, nothing has an owner, and no process forks; what is asked of
these here is then nothing, so that all other code asks once and in one way.  Where folders cannot
be opened, names are looked up by their whole paths.
"""

import os
import signal
from contextlib import suppress
from importlib import import_module
from typing import Any


def _flag(name: str) -> int:
    return int(getattr(os, name, 0))


O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK = map(_flag, ("O_DIRECTORY", "O_NOFOLLOW", "O_NONBLOCK"))
O_CLOEXEC = _flag("O_CLOEXEC") or _flag("O_NOINHERIT")
#: Without it Windows changes line ends on the way.
O_BINARY = _flag("O_BINARY")

#: Whether a folder can be opened, and names looked up in it whatever its path comes to lead to.
OPENS_FOLDERS = bool(O_DIRECTORY) and os.open in os.supports_dir_fd
#: Whether files have owners, and modes that keep others away.
HAS_OWNERS = hasattr(os, "geteuid")
#: Whether a process can be forked whose memory goes on to be its own.
FORKS = hasattr(os, "fork")
#: What stops a build: Ctrl-C, `kill`, and a terminal that is closed.
STOPPING: tuple[signal.Signals, ...] = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)

_os: Any = os


def library(name: str) -> Any:
    """A module that only some systems have; None on the others."""
    try:
        return import_module(name)
    except ImportError:
        return None


def fork() -> int:
    """Forks this process: 0 in the new one, and its number in the old; asked where it `FORKS`."""
    return int(_os.fork())


def processors() -> int:
    """How many processors this process may use."""
    return len(_os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1


def memory_file() -> int | None:
    """A file that stands nowhere but in memory; None where the system has none."""
    try:
        return int(_os.memfd_create("kpisite"))
    except (AttributeError, OSError):
        return None


def read_at(file: int, start: int, length: int) -> bytes:
    """What stands in an open file from there on; asked where there is a `memory_file`."""
    return bytes(_os.pread(file, length, start))


def user() -> int:
    """The number of whoever runs this, as files bear it."""
    return int(_os.geteuid()) if HAS_OWNERS else 0


def group() -> int:
    """The number of the group of files that this makes."""
    return int(_os.getegid()) if HAS_OWNERS else 0


def give_to(place: str | os.PathLike[str] | int, owner: tuple[int, int]) -> None:
    """Gives a file or a folder to somebody else, where there is anybody else."""
    if hasattr(os, "chown"):
        _os.chown(place, *owner)


def set_mode(file: int, mode: int) -> None:
    """Sets the mode of an open file, where it means something."""
    if hasattr(os, "fchmod"):
        _os.fchmod(file, mode)


def link(old: str, new: str, folder: int | None = None) -> None:
    """Gives a file a second name; through no link, where the system can tell."""
    options: dict[str, Any] = {} if folder is None else {"src_dir_fd": folder, "dst_dir_fd": folder}
    if os.link in os.supports_follow_symlinks:
        options["follow_symlinks"] = False
    os.link(old, new, **options)


def lock(descriptor: int, *, waits: bool = False) -> None:
    """Locks an open file until it is closed; OSError where another has it or nothing can be
    locked."""
    fcntl = library("fcntl")
    if fcntl is None:
        raise OSError(0, "no locks")
    fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if waits else fcntl.LOCK_NB))


def mask(how: str, signals: Any) -> Any:
    """Holds signals back, or lets them through; what was held back before."""
    if not hasattr(signal, "pthread_sigmask"):
        return ()
    module: Any = signal
    return module.pthread_sigmask(getattr(signal, how), signals)


def end_at_once(process: int | None = None) -> None:
    """Ends this process, or one that it forked, without another word."""
    module: Any = signal
    with suppress(OSError):
        os.kill(process or os.getpid(), getattr(module, "SIGKILL", signal.SIGTERM))
