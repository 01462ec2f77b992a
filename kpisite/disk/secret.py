"""The secret of whoever runs kpisite on this machine, by which what a run of theirs kept is told
from what came with a folder from elsewhere.

It lies outside of every site, for this user alone, and says nothing of anybody: random bytes, made
once.  Whoever copies a site does not copy it, and without it nothing can be sealed that would be
believed here.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from kpisite.core.system import (
    HAS_OWNERS,
    O_BINARY,
    O_CLOEXEC,
    O_DIRECTORY,
    O_NOFOLLOW,
    O_NONBLOCK,
    OPENS_FOLDERS,
    user,
)
from kpisite.disk.files import make_private, save

FOLDER, NAME, LENGTH = "kpisite", "secret", 32
#: The rights of everybody but the owner.
OTHERS = 0o077

_FOLDER = os.O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
_FILE = os.O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_BINARY


def own_secret() -> bytes | None:
    """The secret, which is made where there is none.

    None where none can be kept, or where what is there is a link, somebody else's, or open to
    others: then it is no secret, and stays as it is.
    """
    folder = _folder()
    if folder is None:
        return None
    with suppress(OSError):
        with suppress(FileNotFoundError):
            return _read(folder)
        make_private(folder)
        with suppress(FileExistsError):  # of two at once, one makes it and both read that
            save(folder / NAME, os.urandom(LENGTH), over=False)
        return _read(folder)
    return None


def _folder() -> Path | None:
    """Where this user's programs keep what is to last, and is not worth a copy."""
    if not HAS_OWNERS:
        places = [Path(os.environ.get("LOCALAPPDATA", ""))]
    else:
        home = Path(os.environ.get("HOME", ""))
        places = [Path(os.environ.get("XDG_STATE_HOME", "")), home / ".local/state"]
    return next((one / FOLDER for one in places if one.is_absolute()), None)


def _read(folder: Path) -> bytes:
    """What stands in the file; OSError where it is not ours alone."""
    with _opened(folder) as inner:
        file = os.open(folder / NAME if inner is None else NAME, _FILE, dir_fd=inner)
        try:
            status = os.fstat(file)
            if not (stat.S_ISREG(status.st_mode) and _is_ours_alone(status)):
                raise PermissionError
            content = os.read(file, LENGTH + 1)
        finally:
            os.close(file)
    if len(content) != LENGTH:
        raise PermissionError
    return content


@contextmanager
def _opened(folder: Path) -> Iterator[int | None]:
    """The folder, open where the system opens any."""
    if not OPENS_FOLDERS:
        if stat.S_ISLNK(folder.lstat().st_mode):
            raise PermissionError
        yield None
        return
    descriptor = os.open(folder, _FOLDER)
    try:
        if not _is_ours_alone(os.fstat(descriptor)):
            raise PermissionError
        yield descriptor
    finally:
        os.close(descriptor)


def _is_ours_alone(status: os.stat_result) -> bool:
    return not HAS_OWNERS or (status.st_uid == user() and not status.st_mode & OTHERS)
