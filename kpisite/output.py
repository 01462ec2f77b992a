"""What is built: written into a folder aside and put in the place of the old one whole."""

import ctypes
import errno
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

#: The mark of a folder that kpisite built, and that it may therefore replace.
MARKER = ".kpisite-output"

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


class NotOurs(Exception):
    """The folder to build into holds something that kpisite did not build."""


class Busy(Exception):
    """Another build is at work on the same folder."""


@contextmanager
def staged(output: Path) -> Iterator["Staging"]:
    """A folder to build into that takes the place of `output` when the block ends well, and is
    gone when it does not; NotOurs where `output` holds what kpisite did not build, Busy where
    another build is writing it."""
    if output.exists() and not _is_replaceable(output):
        raise NotOurs(output)
    staging = output.with_name(f".{output.name}.building")
    staging.parent.mkdir(parents=True, exist_ok=True)
    with _locked(staging.with_suffix(".lock")):
        _remove(staging)
        staging.mkdir()
        try:
            (staging / MARKER).write_bytes(b"")
            yield Staging(staging, output)
            _swap(staging, output)
        finally:
            _remove(staging)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Holds a lock that ends with this process, however it ends; Busy where another has it.

    Forked workers do not inherit it.  On a disk that knows no locks there is none.
    """
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in (errno.EACCES, errno.EAGAIN):
                raise Busy(path) from None
        else:
            if not path.exists() or not os.path.samestat(os.fstat(file), path.stat()):
                raise Busy(path)  # whoever had it deletes it at this moment
        try:
            yield
        finally:
            path.unlink(missing_ok=True)
    finally:
        os.close(file)


def _is_replaceable(output: Path) -> bool:
    return output.is_dir() and ((output / MARKER).is_file() or not any(output.iterdir()))


def _remove(folder: Path) -> None:
    if folder.is_symlink() or folder.is_file():
        folder.unlink()
    elif folder.exists():
        shutil.rmtree(folder)


def _swap(staging: Path, output: Path) -> None:
    """Puts `staging` in the place of `output` in one step where the system can, so that there is
    never a moment without a whole site; `staging` then holds the old one."""
    if not output.exists():
        staging.rename(output)
        return
    if _exchange(staging, output):
        return
    old = output.with_name(f".{output.name}.old")
    _remove(old)
    output.rename(old)
    staging.rename(output)
    old.rename(staging)


def _exchange(one: Path, other: Path) -> bool:
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return False
    done = rename(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE)
    return int(done) == 0


class Staging:
    """The folder being built; a file that is the same as in the old site is linked, not written."""

    def __init__(self, folder: Path, old: Path) -> None:
        self.folder = folder
        self._old = old if old.is_dir() else None
        self._made: set[str] = set()

    def write(self, path: str, content: bytes) -> bool:
        """Writes one file of the site; whether it differs from the old one."""
        place = f"{self.folder}/{path}"
        folder = place.rpartition("/")[0]
        if folder not in self._made:
            os.makedirs(folder, exist_ok=True)
            self._made.add(folder)
        if self._old is not None and _link_if_same(f"{self._old}/{path}", content, place):
            return False
        with open(place, "wb") as file:  # buffered: a nearly full disk takes a part and no error
            file.write(content)
        return True


def _link_if_same(old: str, content: bytes, place: str) -> bool:
    try:
        if os.stat(old).st_size != len(content):
            return False
        with open(old, "rb", buffering=0) as file:
            if file.read() != content:
                return False
        os.link(old, place)
    except OSError:
        return False
    return True
