"""The folder aside that a site is built in, while a lock on it says that somebody does.

It lies beside the folder that readers see, or within that where it cannot lie beside, under a name
that nobody can foresee, and is for the eyes of its owner alone.
"""

import errno
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from kpisite.core.system import (
    O_BINARY,
    O_CLOEXEC,
    O_DIRECTORY,
    O_NOFOLLOW,
    O_NONBLOCK,
    give_to,
    link,
)
from kpisite.core.system import lock as hold
from kpisite.disk.files import (
    PRIVATE_FILE,
    PRIVATE_FOLDER,
    delete,
    is_file,
    is_folder,
    token,
    write_new,
)

_SAME = os.O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_BINARY
_FOLDER = os.O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC

#: The mark of a folder that kpisite built, and that it may therefore replace.
MARKER = ".kpisite-output"
#: Keeps git away from what a killed build leaves.
IGNORE = ".gitignore"


class Busy(Exception):
    """Another build is at work on the same folder."""


@dataclass(kw_only=True)
class Staging:
    """The folder being built; a file that is the same as in the old site is linked, not written.

    Everything in it has one mode and one owner, those of the old site's folder.
    """

    folder: Path
    old: Path | None
    mode: int
    owner: tuple[int, int]
    is_ours: bool  #: whether what we make has that owner by itself
    #: What went otherwise than it should have, once all was done: a word of the catalogue, a path.
    remarks: list[tuple[str, Path]] = field(default_factory=list)
    _made: set[str] = field(default_factory=set)
    _old_folders: dict[str, bool] = field(default_factory=dict)

    def write(self, path: str, content: bytes) -> bool:
        """Writes one file of the site; whether it differs from the old one."""
        self._make(path.rpartition("/")[0])
        if self.has_same(path, content, link=f"{self.folder}/{path}"):
            return False
        self._put(path, content)
        return True

    def _put(self, path: str, content: bytes) -> None:
        place, owner = f"{self.folder}/{path}", None if self.is_ours else self.owner
        write_new(place, content, mode=self.mode & 0o666, owner=owner)

    def take_over(self, path: str) -> bool:
        """Links a file of the old site as it stands; whether that could be done."""
        folder = path.rpartition("/")[0]
        self._make(folder)
        if not self._has_old(folder) or not is_file(f"{self.old}/{path}"):
            return False
        try:
            link(f"{self.old}/{path}", f"{self.folder}/{path}")
        except OSError:
            return False
        return True

    def fit(self, place: str) -> None:
        """Gives a folder the mode and the owner of the whole."""
        if not self.is_ours:
            give_to(place, self.owner)
        os.chmod(place, self.mode)

    def mark(self, folder: Path) -> None:
        """Says that a folder is ours to replace, as its owner will want to know too."""
        marker = f"{folder}/{MARKER}"
        with suppress(FileExistsError):
            write_new(marker, b"", mode=PRIVATE_FILE)
        if not self.is_ours:
            give_to(marker, self.owner)
        os.chmod(marker, self.mode & 0o666)

    def _make(self, folder: str) -> None:
        if not folder or folder in self._made:
            return
        self._make(folder.rpartition("/")[0])
        with suppress(FileExistsError):  # another worker was quicker
            os.mkdir(f"{self.folder}/{folder}", PRIVATE_FOLDER)
            self.fit(f"{self.folder}/{folder}")
        self._made.add(folder)

    def _has_old(self, folder: str) -> bool:
        """Whether the old site has that folder, and no link stands for it or for one above."""
        if self.old is None:
            return False
        if folder not in self._old_folders:
            is_below = not folder or self._has_old(folder.rpartition("/")[0])
            self._old_folders[folder] = is_below and is_folder(f"{self.old}/{folder}".rstrip("/"))
        return self._old_folders[folder]

    def has_same(self, path: str, content: bytes, *, link: str = "") -> bool:
        """Whether the old site has that file with that content, mode and owner; takes it over by a
        link where one is asked for."""
        if not self._has_old(path.rpartition("/")[0]):
            return False
        old = f"{self.old}/{path}"
        wanted = (len(content), stat.S_IFREG | self.mode & 0o666, *self.owner)
        try:
            file = os.open(old, _SAME)
            try:
                found = os.fstat(file)
                if (found.st_size, found.st_mode, found.st_uid, found.st_gid) != wanted:
                    return False
                if os.read(file, len(content) + 1) != content:
                    return False
                return not link or _is_linked(old, link, found)
            finally:
                os.close(file)
        except OSError:
            return False


def _is_linked(old: str, place: str, found: os.stat_result) -> bool:
    link(old, place)
    if os.path.samestat(found, os.lstat(place)):
        return True
    os.unlink(place)  # somebody put another file there at this moment
    return False


def prepared(folder: Path, target: Path) -> Staging:
    """The staging in a folder aside, to be fitted to the old site where there is one."""
    made = folder.lstat()
    if not is_folder(target):
        mode, owner = PRIVATE_FOLDER, (made.st_uid, made.st_gid)
    else:
        old = target.lstat()
        mode = stat.S_IMODE(old.st_mode) & 0o777 | PRIVATE_FOLDER
        owner = (old.st_uid if made.st_uid == 0 else made.st_uid, old.st_gid)
    staging = Staging(
        folder=folder,
        old=target if is_folder(target) else None,
        mode=mode,
        owner=owner,
        is_ours=owner == (made.st_uid, made.st_gid),
    )
    try:
        if not staging.is_ours:
            give_to(folder, owner)
    except OSError:  # not a group of ours: what it may read, our own may not
        staging.owner, staging.is_ours = (made.st_uid, made.st_gid), True
        staging.mode &= ~stat.S_IRWXG
        staging.remarks.append(("group-lost", target))
    return staging


# Its name and its lock.


def asides(target: Path) -> list[Path]:
    """Every folder aside of `target`: of builds that run, and of those that were killed."""
    name = re.compile(rf"\.{re.escape(target.name)}\.(building|old)(-[0-9a-f]{{16}})?")
    found: list[Path] = []
    for home in (target.parent, target):
        with suppress(OSError):
            found += [one for one in home.iterdir() if name.fullmatch(one.name) and is_folder(one)]
    return sorted(found)


def aside(target: Path, home: Path, number: str, *, what: str = "building") -> Path:
    """The path of the folder aside with that number; one of an older version has none."""
    return home / (f".{target.name}.{what}-{number}" if number else f".{target.name}.{what}")


@contextmanager
def claimed(target: Path, home: Path) -> Iterator[Path]:
    """A folder aside that is ours while we hold its lock; Busy where another build holds one."""
    while True:
        folder = aside(target, home, token())
        folder.mkdir(PRIVATE_FOLDER)
        with lock(folder) as is_held:
            if is_held is False or not folder.exists():
                continue  # another build was just looking whether it is one that was killed
            try:
                write_new(f"{folder}/{IGNORE}", b"*\n", mode=PRIVATE_FILE)
                write_new(f"{folder}/{MARKER}", b"", mode=PRIVATE_FILE)
                _clear(target, folder)
                yield folder
            finally:
                delete(folder)
            return


def _clear(target: Path, ours: Path) -> None:
    """Deletes what killed builds left, as far as we may; Busy where one is still at work."""
    for place in asides(target):
        if place == ours:
            continue
        with lock(place) as is_free:
            if is_free is False:
                raise Busy(place)
            if _is_made_by_us(place) and (is_free or _is_of_yesterday(place, ours)):
                delete(place)


def _is_made_by_us(place: Path) -> bool:
    """Whether a folder by the name of a folder aside is one."""
    try:
        return is_file(place / MARKER) or not any(place.iterdir())
    except OSError:
        return False


def _is_of_yesterday(place: Path, now: Path) -> bool:
    """Whether a folder is older by a day than one just made: no build takes that long."""
    try:
        return now.lstat().st_mtime - place.lstat().st_mtime > 24 * 60 * 60
    except OSError:
        return False


@contextmanager
def lock(folder: Path) -> Iterator[bool | None]:
    """Holds the lock on a folder, which ends with this process however it ends; whether we do,
    None where nobody can know: the folder is gone or another user's, or the disk has no locks."""
    try:
        descriptor = os.open(folder, _FOLDER)
    except OSError:
        yield None
        return
    try:
        yield _is_locked(descriptor)
    finally:
        os.close(descriptor)


def _is_locked(descriptor: int) -> bool | None:
    try:
        hold(descriptor)
    except OSError as error:
        return False if error.errno in (errno.EACCES, errno.EAGAIN) else None
    return True
