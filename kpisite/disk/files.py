"""One file or folder at a time, never through a link: written whole or not at all, made, deleted.

A path that somebody names may lead anywhere.  What lies below it is ours, and there a link is no
folder and no file: whoever put one in our way could make us write, read or delete elsewhere.
"""

import errno
import os
import shutil
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from kpisite.core.system import (
    O_BINARY,
    O_CLOEXEC,
    O_DIRECTORY,
    O_NOFOLLOW,
    OPENS_FOLDERS,
    give_to,
    link,
    set_mode,
)

#: Modes of what holds pay: for the eyes of whoever runs kpisite.
PRIVATE_FILE, PRIVATE_FOLDER = 0o600, 0o700
#: What a disk answers that knows no hard links, or not across this place.
NO_LINKS = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK)

_FOLDER = os.O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
_NAMED = os.O_RDONLY | O_DIRECTORY | O_CLOEXEC
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | O_NOFOLLOW | O_CLOEXEC | O_BINARY


@dataclass(slots=True)
class _Folder:
    """A folder in which names are looked up: open or, where none can be opened, by its path."""

    path: str
    descriptor: int | None

    def name(self, name: str) -> str:
        """What the system is to be asked for, in the open folder if there is one."""
        return name if self.descriptor is not None else f"{self.path}/{name}"


def token() -> str:
    """Sixteen digits that nobody can foresee, for the name of what is only there for a while."""
    return os.urandom(8).hex()


def save(path: Path, content: bytes, *, over: bool) -> None:
    """Writes a file with pay in it to the place that somebody named, making the folders it needs.

    FileExistsError where something is there and may not be written over.  A link that is written
    over is replaced; what it led to stays.
    """
    make_private(path.parent)
    with _opened(path.parent) as folder:
        _put(folder, path.name, content, over=over, mode=PRIVATE_FILE)


def content_at(path: Path, most: int = 1 << 26) -> bytes | None:
    """The bytes of a file that somebody named, None where nothing is there.

    OSError for what cannot be read or is larger than `most`.
    """
    try:
        with path.open("rb") as file:
            content = file.read(most + 1)
    except FileNotFoundError:
        return None
    if len(content) > most:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), str(path))
    return content


def make_private(folder: Path) -> None:
    """Makes a folder, and those above it that are missing, for whoever runs kpisite."""
    if not folder.exists():
        make_private(folder.parent)
        with suppress(FileExistsError):
            folder.mkdir(PRIVATE_FOLDER)


def is_empty(folder: Path) -> bool:
    """Whether nothing is there, or a folder with nothing in it but git's own."""
    if not os.path.lexists(folder):
        return True
    return is_folder(folder) and all(one.name == ".git" for one in folder.iterdir())


def make_folder(folder: Path) -> None:
    """Makes a folder, and those above it that are missing, as the umask has it."""
    folder.mkdir(parents=True, exist_ok=True)


def new_key() -> str:
    """A key of 32 bytes that nobody can foresee, as 64 hexadecimal digits."""
    return os.urandom(32).hex()


def save_in_site(
    root: Path, path: str, content: str | bytes, *, over: bool, mode: int | None = None
) -> None:
    """Writes a file of the site, a text as UTF-8 with bare line ends, making the folders it needs;
    with the rights of `mode`, or else with those of the file that is written over, or with those
    that the umask leaves."""
    *folders, name = path.split("/")
    with _opened(root) as folder:
        try:
            for one in folders:
                _enter(folder, one)
            content = content.encode() if isinstance(content, str) else content
            mode = _mode_of(folder, name) if over and mode is None else mode
            _put(folder, name, content, over=over, mode=mode)
        except OSError as error:
            raise OSError(error.errno, error.strerror, str(root / path)) from None


def _enter(folder: _Folder, name: str) -> None:
    """Goes into a folder in it, which is made where it is not there; into no link to one."""
    place = folder.name(name)
    with suppress(FileExistsError):
        if folder.descriptor is None:
            Path(place).mkdir()
        else:
            os.mkdir(place, dir_fd=folder.descriptor)
    if folder.descriptor is None:
        if not is_folder(place):
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
    else:
        inner = os.open(name, _FOLDER, dir_fd=folder.descriptor)
        os.close(folder.descriptor)
        folder.descriptor = inner
    folder.path = f"{folder.path}/{name}"


def _status(folder: _Folder, name: str) -> os.stat_result:
    if folder.descriptor is None:
        return os.lstat(folder.name(name))
    return os.stat(name, dir_fd=folder.descriptor, follow_symlinks=False)


def _mode_of(folder: _Folder, name: str) -> int | None:
    """The rights of a file in an open folder; None where there is no ordinary one."""
    with suppress(FileNotFoundError):
        status = _status(folder, name)
        return stat.S_IMODE(status.st_mode) if stat.S_ISREG(status.st_mode) else None
    return None


@contextmanager
def _opened(path: Path) -> Iterator[_Folder]:
    folder = _Folder(str(path), os.open(path, _NAMED) if OPENS_FOLDERS else None)
    try:
        yield folder
    finally:
        if folder.descriptor is not None:
            os.close(folder.descriptor)


def _put(folder: _Folder, name: str, content: bytes, *, over: bool, mode: int | None) -> None:
    """Puts a file into an open folder in one step: under another name first, then under its own."""
    aside = folder.name(f".kpisite-{token()}")
    write_new(aside, content, mode=mode, folder=folder.descriptor, is_safe=True)
    try:
        if over:
            _refuse_what_is_no_file(folder, name)
            _replace(folder, aside, name)
        else:
            _give_name(folder, aside, name, content, mode)
    finally:
        with suppress(FileNotFoundError):
            _unlink(aside, folder.descriptor)


def _replace(folder: _Folder, aside: str, name: str) -> None:
    if folder.descriptor is None:
        Path(aside).replace(folder.name(name))
    else:
        os.replace(aside, name, src_dir_fd=folder.descriptor, dst_dir_fd=folder.descriptor)


def _unlink(path: str, folder: int | None) -> None:
    if folder is None:
        Path(path).unlink()
    else:
        os.unlink(path, dir_fd=folder)


def _refuse_what_is_no_file(folder: _Folder, name: str) -> None:
    """Keeps `--force` from putting a file in the place of `/dev/null`, a pipe or a folder."""
    with suppress(FileNotFoundError):
        status = _status(folder, name)
        if not (stat.S_ISREG(status.st_mode) or stat.S_ISLNK(status.st_mode)):
            raise FileExistsError(errno.EEXIST, "It is there and is no ordinary file")


def _give_name(folder: _Folder, aside: str, name: str, content: bytes, mode: int | None) -> None:
    """Links a file under a name that must be free; where there are no links, writes it there."""
    try:
        link(aside, folder.name(name), folder.descriptor)
    except OSError as error:
        if error.errno not in NO_LINKS:
            raise
        place = folder.name(name)
        write_new(place, content, mode=mode, folder=folder.descriptor, is_safe=True)


def write_new(
    path: str,
    content: bytes,
    *,
    mode: int | None = None,
    owner: tuple[int, int] | None = None,
    folder: int | None = None,
    is_safe: bool = False,
) -> None:
    """Writes a file that is not there yet; it is gone again where the disk takes only a part.

    Its mode is the one given, or else what the umask leaves.  `is_safe` waits until the disk has
    it, so that not even a power cut leaves it empty.
    """
    rights = 0o666 if mode is None else mode & PRIVATE_FILE
    file = (
        os.open(path, _NEW, rights)
        if folder is None
        else os.open(path, _NEW, rights, dir_fd=folder)
    )
    try:
        if owner is not None:
            give_to(file, owner)
        if mode is not None:
            set_mode(file, mode)
        rest = memoryview(content)
        while rest:  # a nearly full disk takes a part and no error
            rest = rest[os.write(file, rest) :]
        if is_safe:
            os.fsync(file)
    except BaseException:
        with suppress(OSError):
            _unlink(path, folder)
        raise
    finally:
        os.close(file)


def is_folder(path: Path | str) -> bool:
    """Whether a real folder is there: no link to one."""
    try:
        return stat.S_ISDIR(os.lstat(path).st_mode)
    except OSError:
        return False


def is_file(path: Path | str) -> bool:
    """Whether an ordinary file is there: no link to one."""
    try:
        return stat.S_ISREG(os.lstat(path).st_mode)
    except OSError:
        return False


def delete(path: Path) -> bool:
    """Deletes a file, a link or a folder with all that is in it; whether it is gone.

    It never raises: what cannot be deleted stays, and somebody may have to be told.  Folders of
    ours that were made read-only are opened first.
    """
    if not is_folder(path):
        with suppress(OSError):
            path.unlink(missing_ok=True)
    else:
        shutil.rmtree(path, ignore_errors=True)
        if path.exists():
            _open_folders(path)
            shutil.rmtree(path, ignore_errors=True)
    return not os.path.lexists(path)


def _open_folders(top: Path) -> None:
    """Gives the owner back every right on the folders from `top` downwards."""
    with suppress(OSError):
        top.chmod(PRIVATE_FOLDER)
    for place, folders, _ in os.walk(top):
        for name in folders:
            folder = Path(place, name)
            if is_folder(folder):
                with suppress(OSError):
                    folder.chmod(PRIVATE_FOLDER)


def stamps(target: Path, folders: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """The number, time of change, mode and owner of each of some folders of a site that is built:
    they are others once somebody else was at it, and added, removed or exchanged a file."""
    found: dict[str, tuple[int, ...]] = {}
    for folder in folders:
        with suppress(OSError):
            status = os.lstat(f"{target}/{folder}")
            found[folder] = (
                status.st_ino, status.st_mtime_ns, status.st_mode, status.st_uid, status.st_gid
            )  # fmt: skip
    return found
