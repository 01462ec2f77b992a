"""A folder for what a library wants to read from a disk, gone after a moment."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import gettempdir

from kpisite.core.system import O_CLOEXEC, O_DIRECTORY, O_NOFOLLOW, OPENS_FOLDERS, lock, user
from kpisite.disk.files import PRIVATE_FOLDER, delete, is_folder, token

_FOLDER = os.O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder for what a library wants to read from a disk, gone when the block ends.

    One that a killed program could not delete is deleted by the next: it is ours, bears our name,
    and nobody holds its lock.  OSError where there is no place for temporary files.
    """
    home = Path(gettempdir())
    _delete_forsaken(home)
    folder, descriptor = _locked_folder(home)
    try:
        yield folder
    finally:
        delete(folder)
        if descriptor is not None:
            os.close(descriptor)


def _locked_folder(home: Path) -> tuple[Path, int | None]:
    """A new folder, and a descriptor that holds its lock.

    Until it is locked another process may take it for a forsaken one and delete it: then what is
    locked is no longer what bears the name, and another is made.
    """
    while True:
        folder = home / f"kpisite-{token()}"
        folder.mkdir(PRIVATE_FOLDER)
        if not OPENS_FOLDERS:
            return folder, None
        with suppress(FileNotFoundError):
            descriptor = os.open(folder, _FOLDER)
            with suppress(OSError):  # a disk without locks
                lock(descriptor, waits=True)
            if _bears_its_name(folder, descriptor):
                return folder, descriptor
            os.close(descriptor)


def _bears_its_name(folder: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), folder.lstat())
    except FileNotFoundError:
        return False


def _delete_forsaken(home: Path) -> None:
    for folder in home.glob("kpisite-" + "[0-9a-f]" * 16):
        with suppress(OSError):
            if is_folder(folder) and folder.lstat().st_uid == user():
                descriptor = os.open(folder, _FOLDER)
                try:
                    lock(descriptor)
                    delete(folder)
                finally:
                    os.close(descriptor)
