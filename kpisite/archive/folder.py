"""The archive on the disk: a folder for each month, with a list that `sha256sum -c` understands.

What is in it is never written over: a copy and what stands beside it are put there once, and are
in the archive from the moment that the list names both.  The list itself, and the other files of
the archive's own, are replaced in one step.  A build writes nothing here.
"""

import os
import re
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from kpisite.archive.copy import ABOUT, Archived, BrokenAbout, about, named, read_about
from kpisite.core.month import Month
from kpisite.core.system import O_BINARY, O_CLOEXEC, O_NOFOLLOW, O_NONBLOCK
from kpisite.disk.files import PRIVATE_FILE, PRIVATE_FOLDER, delete, is_folder, save
from kpisite.disk.staging import MARKER, lock
from kpisite.paper.pdf import LARGEST_FILE, MIB

#: In each month's folder: the digest and the name of each file in it.
SUMS = "SHA256SUMS"
#: Beside the months: what may not be deleted, and what was.
HOLDS, DELETED = "holds.toml", "deleted.toml"
#: Where a site has its archive if it does not say.
ARCHIVE = "archive"

_LINE = re.compile(r"([0-9a-f]{64})  ([A-Za-z0-9@._-]+)")


class ArchiveRefuses(Exception):
    """What keeps a file out of the archive, or the archive from being used: a code, and facts for
    its words in the catalogue."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts: Mapping[str, object] = facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Anything that lies in the archive, as the disk knows it: never what a link leads to."""

    path: str
    is_file: bool
    is_folder: bool
    mode: int
    links: int


def archive_of(root: Path, setting: str | None) -> Path:
    """Where the site at `root` has its archive: a folder in it, or what `kpisite.toml` says."""
    return Path(os.path.normpath(root / (setting or ARCHIVE)))


def refuse_unfit_archive(root: Path, archive: Path, kept_out: tuple[str, ...]) -> None:
    """Refuses an archive in what a build writes, or among the site's own files."""
    place = Path(os.path.realpath(archive))
    home = Path(os.path.realpath(root))
    if place == home or place in home.parents:
        raise ArchiveRefuses("archive-holds-site", archive=archive)
    for above in (place, *place.parents):
        if os.path.lexists(above / MARKER):
            raise ArchiveRefuses("archive-in-output", archive=archive)
        if above in {home / one for one in kept_out}:
            raise ArchiveRefuses("archive-in-records", archive=archive)
    if os.path.lexists(archive) and not is_folder(archive):
        raise ArchiveRefuses("archive-no-folder", archive=archive)


def read_bounded(path: Path, *, follow: bool = False) -> bytes:
    """The bytes of an ordinary file that is no larger than a copy may be; with `follow` of that
    which a link leads to."""
    flags = os.O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_BINARY | (0 if follow else O_NOFOLLOW)
    try:
        file = os.open(path, flags)
    except OSError as error:
        raise ArchiveRefuses("archive-unreadable", path=path, reason=error) from None
    try:
        status = os.fstat(file)
        if not stat.S_ISREG(status.st_mode):
            raise ArchiveRefuses("archive-no-file", path=path)
        if status.st_size > LARGEST_FILE:
            raise ArchiveRefuses("archive-too-large", path=path, most=LARGEST_FILE // MIB)
        pieces, left = [], LARGEST_FILE + 1
        while left and (piece := os.read(file, min(left, MIB))):
            pieces.append(piece)
            left -= len(piece)
        return b"".join(pieces)
    finally:
        os.close(file)


def months_in(archive: Path) -> list[Month]:
    """The months of which the archive has a folder, the earliest first."""
    return sorted(
        Month.parse(one.path) for one in _in_folder(archive, "") if one.is_folder and _is_month(one)
    )


def _is_month(found: Found) -> bool:
    try:
        return bool(Month.parse(found.path))
    except ValueError:
        return False


def everything_in(archive: Path) -> Iterator[Found]:
    """All that lies in the archive, in the order of its names, folders before what is in them."""
    for one in _in_folder(archive, ""):
        yield one
        if one.is_folder:
            yield from _in_folder(archive, one.path)


def _in_folder(archive: Path, folder: str) -> list[Found]:
    try:
        with os.scandir(archive / folder) as entries:
            names = sorted(entry.name for entry in entries)
    except FileNotFoundError:
        return []
    return [_found(archive, f"{folder}/{name}" if folder else name) for name in names]


def _found(archive: Path, path: str) -> Found:
    status = os.lstat(archive / path)
    return Found(
        path=path,
        is_file=stat.S_ISREG(status.st_mode),
        is_folder=stat.S_ISDIR(status.st_mode),
        mode=stat.S_IMODE(status.st_mode),
        links=status.st_nlink,
    )


def sums_of(archive: Path, month: Month) -> dict[str, str]:
    """The digests of a month's files, by their paths from the archive's folder."""
    place = archive / str(month) / SUMS
    if not os.path.lexists(place):
        return {}
    found: dict[str, str] = {}
    for line in read_bounded(place).decode("utf-8", "replace").splitlines():
        written = _LINE.fullmatch(line)
        if written is None or f"{month}/{written[2]}" in found:
            raise ArchiveRefuses("archive-sums-broken", path=f"{month}/{SUMS}")
        found[f"{month}/{written[2]}"] = written[1]
    return found


def _sums_text(sums: Mapping[str, str]) -> bytes:
    lines = (f"{digest}  {path.rpartition('/')[2]}\n" for path, digest in sorted(sums.items()))
    return "".join(lines).encode()


def copies_of(archive: Path, month: Month) -> list[Archived]:
    """The copies of a month that its list names, in the order of their paths."""
    paths = [path for path in sorted(sums_of(archive, month)) if named(path) is not None]
    return [copy_at(archive, path) for path in paths]


def copy_at(archive: Path, path: str) -> Archived:
    """The copy at `path`, by what stands beside it."""
    try:
        return read_about(path, read_bounded(archive / f"{path}{ABOUT}"))
    except BrokenAbout:
        raise ArchiveRefuses("archive-about-broken", path=f"{path}{ABOUT}") from None


def is_as_listed(archive: Path, path: str, sums: Mapping[str, str]) -> bool:
    """Whether a file is there, byte for byte as its list says."""
    try:
        return digest_of(read_bounded(archive / path)) == sums[path]
    except ArchiveRefuses:
        return False


def digest_of(content: bytes) -> str:
    """As `sha256sum` prints it."""
    return sha256(content).hexdigest()


@contextmanager
def claimed_archive(archive: Path) -> Iterator[None]:
    """Makes the archive where there is none, and keeps every other command from changing it."""
    archive.parent.mkdir(parents=True, exist_ok=True)
    _make(archive)
    with lock(archive) as is_held:
        if is_held is False:
            raise ArchiveRefuses("archive-busy", archive=archive)
        yield


def _make(folder: Path) -> None:
    if not os.path.lexists(folder):
        folder.mkdir(PRIVATE_FOLDER)
        folder.chmod(PRIVATE_FOLDER)
    if not is_folder(folder):
        raise ArchiveRefuses("archive-no-folder", archive=folder)


def put(archive: Path, copy: Archived, content: bytes) -> None:
    """Puts a copy into its month, with what stands beside it; all of it or nothing.

    What a command that was killed had begun to put there, and no list names, is taken over.
    """
    month, (path, beside) = copy.series.month, (copy.path, f"{copy.path}{ABOUT}")
    _make(archive / str(month))
    sums, said = sums_of(archive, month), about(copy)
    made: list[Path] = []
    try:
        for place, written in ((path, content), (beside, said)):
            if not _is_left(archive, place, written, sums):
                save(archive / place, written, over=False)
                made.append(archive / place)
        sums |= {path: digest_of(content), beside: digest_of(said)}
        save(archive / str(month) / SUMS, _sums_text(sums), over=True)
    except BaseException:
        for place_made in made:
            delete(place_made)
        raise


def _is_left(archive: Path, path: str, content: bytes, sums: Mapping[str, str]) -> bool:
    """Whether a command that was killed has put that very file there; whatever else is in the way
    stays, and nothing is put."""
    if not os.path.lexists(archive / path):
        return False
    if path in sums or not _found(archive, path).is_file:
        raise ArchiveRefuses("archive-in-the-way", path=path)
    if read_bounded(archive / path) != content:
        raise ArchiveRefuses("archive-in-the-way", path=path)
    return True


def take_out(archive: Path, copies: list[Archived]) -> None:
    """Deletes copies and what stands beside them; the lists leave them out before they go."""
    for month in sorted({copy.series.month for copy in copies}):
        paths = [copy.path for copy in copies if copy.series.month == month]
        gone = {one for path in paths for one in (path, f"{path}{ABOUT}")}
        sums = {path: one for path, one in sums_of(archive, month).items() if path not in gone}
        save(archive / str(month) / SUMS, _sums_text(sums), over=True)
        for path in sorted(gone):
            drop(archive, path)


def drop(archive: Path, path: str) -> None:
    """Deletes a file that no list names any more, and with the last of a month its folder."""
    if not delete(archive / path):
        raise ArchiveRefuses("archive-not-deleted", path=path)
    folder = path.partition("/")[0]
    if [one.path for one in _in_folder(archive, folder)] == [f"{folder}/{SUMS}"]:
        if not sums_of(archive, Month.parse(folder)):
            delete(archive / folder)


def unlisted_in(archive: Path, month: Month) -> list[str]:
    """The files of a month that its list does not name."""
    sums = sums_of(archive, month)
    found = (one.path for one in _in_folder(archive, str(month)) if one.is_file)
    return [path for path in found if path not in sums and path != f"{month}/{SUMS}"]


def own_file(archive: Path, name: str) -> bytes:
    """One of the archive's own files; empty where there is none."""
    return read_bounded(archive / name) if os.path.lexists(archive / name) else b""


def save_own(archive: Path, name: str, content: bytes) -> None:
    """Replaces one of the archive's own files in one step."""
    save(archive / name, content, over=True)


def is_private(found: Found) -> bool:
    """Whether nobody but the owner can read it or reach it under another name."""
    bounds = PRIVATE_FOLDER if found.is_folder else PRIVATE_FILE
    return not found.mode & ~bounds and (found.is_folder or found.links == 1)
