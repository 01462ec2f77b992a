"""A few files of a built site changed where they stand.

They are written into the folder aside first.  Then a journal says which take the place of others
and which go, and only when it is whole is that done, file by file: no reader meets half a page,
links lead somewhere all the while, and a build that is killed in the middle is finished by the
next one, which finds the journal.
"""

import json
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from kpisite.core.system import HAS_OWNERS, give_to, group, user
from kpisite.disk.files import PRIVATE_FILE, PRIVATE_FOLDER, is_file, is_folder, write_new
from kpisite.disk.staging import IGNORE, MARKER, Staging, asides, lock

#: Within a folder aside: what is to be done, once it is all there.
JOURNAL = ".journal"


@dataclass(kw_only=True)
class Update(Staging):
    """The folder aside of an update: it holds only files that differ from those that stand."""

    removed: set[str] = field(default_factory=set)
    #: The files that were put in place or removed, once that is done.
    changed: set[str] = field(default_factory=set)

    def write(self, path: str, content: bytes) -> bool:
        """Writes one file where it differs from the one that stands; whether it does."""
        if self.has_same(path, content):
            return False
        self._make(path.rpartition("/")[0])
        self._put(path, content)
        return True

    def leave_out(self, paths: Iterable[str]) -> None:
        """Has files of the site deleted."""
        self.removed.update(paths)


def put_in_place(update: Update, target: Path) -> None:
    """Makes `target` what the update says."""
    folder = update.folder
    written = sorted(
        path
        for path in _files_below(folder)
        if path not in (IGNORE, MARKER)
    )  # fmt: skip
    update.changed = update.removed.union(written)
    listed = {"put": written, "removed": sorted(update.removed - set(written))}
    content = json.dumps(listed).encode()
    aside = f"{folder}/{JOURNAL}.new"
    write_new(aside, content, mode=PRIVATE_FILE, is_safe=True)
    os.replace(aside, f"{folder}/{JOURNAL}")
    _carry_out(folder, target)


def finish_updates(target: Path) -> bool:
    """Carries out what a killed build had listed and not yet done; whether there was anything."""
    is_found = False
    for place in () if target.is_symlink() else asides(target):
        with lock(place) as is_free:
            if is_free is not False and _is_left_by_us(place, target):
                _carry_out(place, target)
                is_found = True
    return is_found


def _is_left_by_us(place: Path, target: Path) -> bool:
    """Whether a folder aside has a journal that a build of ours wrote: it is private and belongs to
    whoever builds, or to whom a build by root had given it."""
    found, owners = place.lstat(), {user()}
    if user() == 0 and is_folder(target):
        owners.add(target.lstat().st_uid)
    is_private = (not HAS_OWNERS or not found.st_mode & 0o077) and found.st_uid in owners
    return is_private and is_file(place / MARKER) and is_file(place / JOURNAL)


def _carry_out(folder: Path, target: Path) -> None:
    """Does what the journal says, however much of it was done before."""
    listed = json.loads((folder / JOURNAL).read_bytes())
    folders: dict[str, bool] = {"": True}
    for path in filter(_is_below, listed["put"]):
        if os.path.lexists(f"{folder}/{path}"):
            _make_like(path.rpartition("/")[0], folder, target, folders)
            os.replace(f"{folder}/{path}", f"{target}/{path}")
    emptied = set()
    for path in filter(_is_below, listed["removed"]):
        above = path.rpartition("/")[0]
        if _is_real(above, target, folders):
            with suppress(FileNotFoundError):
                os.unlink(f"{target}/{path}")
            emptied.add(above)
    for path in sorted(emptied, key=len, reverse=True):
        _remove_empty(path, target)
    os.unlink(folder / JOURNAL)


def _is_below(path: str) -> bool:
    """Whether a path leads to something below where it starts."""
    return not {"", ".", ".."}.intersection(path.split("/"))


def _is_real(path: str, target: Path, folders: dict[str, bool]) -> bool:
    """Whether `path` is a folder of the site, through no link."""
    if path not in folders:
        above = path.rpartition("/")[0]
        folders[path] = _is_real(above, target, folders) and is_folder(f"{target}/{path}")
    return folders[path]


def _make_like(path: str, folder: Path, target: Path, folders: dict[str, bool]) -> None:
    """Makes a folder of the site where there is none, with the mode and owner of that aside."""
    if _is_real(path, target, folders):
        return
    _make_like(path.rpartition("/")[0], folder, target, folders)
    place = f"{target}/{path}"
    with suppress(FileNotFoundError):
        os.unlink(place)  # a file, or a link, in the way
    wanted = os.lstat(f"{folder}/{path}")
    os.mkdir(place, PRIVATE_FOLDER)
    if (wanted.st_uid, wanted.st_gid) != (user(), group()):
        give_to(place, (wanted.st_uid, wanted.st_gid))
    os.chmod(place, stat.S_IMODE(wanted.st_mode))
    folders[path] = True


def _remove_empty(path: str, target: Path) -> None:
    """Removes a folder that holds nothing any more, and those above it likewise."""
    while path:
        try:
            os.rmdir(f"{target}/{path}")
        except OSError:
            return
        path = path.rpartition("/")[0]


def _files_below(folder: Path) -> Iterator[str]:
    top = os.fspath(folder)
    for place, _, names in os.walk(top):
        below = os.path.relpath(place, top)
        yield from (name if below == "." else f"{below}/{name}" for name in names)
