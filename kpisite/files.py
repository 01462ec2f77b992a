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
from pathlib import Path

#: Modes of what holds pay: for the eyes of whoever runs kpisite.
PRIVATE_FILE, PRIVATE_FOLDER = 0o600, 0o700
#: What a disk answers that knows no hard links, or not across this place.
NO_LINKS = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK)

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def token() -> str:
    """Sixteen digits that nobody can foresee, for the name of what is only there for a while."""
    return os.urandom(8).hex()


def save(path: Path, content: bytes, *, over: bool) -> None:
    """Writes a file with pay in it to the place that somebody named, making the folders it needs.

    FileExistsError where something is there and may not be written over.  A link that is written
    over is replaced; what it led to stays.
    """
    make_private(path.parent)
    with _opened(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC) as folder:
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
    with _opened(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC) as top:
        folder = os.dup(top)
        try:
            for one in folders:
                with suppress(FileExistsError):
                    os.mkdir(one, dir_fd=folder)
                inner = os.open(one, _FOLDER, dir_fd=folder)
                os.close(folder)
                folder = inner
            content = content.encode() if isinstance(content, str) else content
            mode = _mode_of(folder, name) if over and mode is None else mode
            _put(folder, name, content, over=over, mode=mode)
        except OSError as error:
            raise OSError(error.errno, error.strerror, str(root / path)) from None
        finally:
            os.close(folder)


def _mode_of(folder: int, name: str) -> int | None:
    """The rights of a file in an open folder; None where there is no ordinary one."""
    with suppress(FileNotFoundError):
        status = os.stat(name, dir_fd=folder, follow_symlinks=False)
        return stat.S_IMODE(status.st_mode) if stat.S_ISREG(status.st_mode) else None
    return None


@contextmanager
def _opened(path: Path, flags: int) -> Iterator[int]:
    descriptor = os.open(path, flags)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _put(folder: int, name: str, content: bytes, *, over: bool, mode: int | None) -> None:
    """Puts a file into an open folder in one step: under another name first, then under its own."""
    aside = f".kpisite-{token()}"
    write_new(aside, content, mode=mode, folder=folder, is_safe=True)
    try:
        if over:
            _refuse_what_is_no_file(folder, name)
            os.rename(aside, name, src_dir_fd=folder, dst_dir_fd=folder)
        else:
            _give_name(folder, aside, name, content, mode)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(aside, dir_fd=folder)


def _refuse_what_is_no_file(folder: int, name: str) -> None:
    """Keeps `--force` from putting a file in the place of `/dev/null`, a pipe or a folder."""
    with suppress(FileNotFoundError):
        status = os.stat(name, dir_fd=folder, follow_symlinks=False)
        if not (stat.S_ISREG(status.st_mode) or stat.S_ISLNK(status.st_mode)):
            raise FileExistsError(errno.EEXIST, "It is there and is no ordinary file")


def _give_name(folder: int, aside: str, name: str, content: bytes, mode: int | None) -> None:
    """Links a file under a name that must be free; where there are no links, writes it there."""
    try:
        os.link(aside, name, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
    except OSError as error:
        if error.errno not in NO_LINKS:
            raise
        write_new(name, content, mode=mode, folder=folder, is_safe=True)


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
    file = os.open(path, _NEW, 0o666 if mode is None else mode & PRIVATE_FILE, dir_fd=folder)
    try:
        if owner is not None:
            os.fchown(file, *owner)
        if mode is not None:
            os.fchmod(file, mode)
        rest = memoryview(content)
        while rest:  # a nearly full disk takes a part and no error
            rest = rest[os.write(file, rest) :]
        if is_safe:
            os.fsync(file)
    except BaseException:
        with suppress(OSError):
            os.unlink(path, dir_fd=folder)
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
