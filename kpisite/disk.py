"""The disk: the one module that reads and writes files.

Sites are read from the folder that holds `kpisite.toml`; nothing outside it is read, wherever a
link may lead.  What is built is written aside and swapped in whole.
"""

import ctypes
import errno
import fcntl
import os
import shutil
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from kpisite.check.kinds import SITE_FILE
from kpisite.read.document import LARGEST_FILE
from kpisite.read.site import File

RECORDS = "records"
THEMES = "themes"
#: The mark of a folder that kpisite built, and that it may therefore replace.
MARKER = ".kpisite-output"

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


def find_site(start: Path) -> Path | None:
    """The nearest folder, from `start` upwards, that holds `kpisite.toml`."""
    start = start.resolve()
    return next(
        (folder for folder in (start, *start.parents) if (folder / SITE_FILE).is_file()), None
    )


def scan(root: Path) -> list[File]:
    """Every TOML file of the site at `root`, by its path from there with forward slashes."""
    files = [_file(root, root / SITE_FILE, SITE_FILE)] if (root / SITE_FILE).exists() else []
    return files + list(_below(root, root / RECORDS))


def _below(root: Path, top: Path) -> Iterator[File]:
    """The TOML files in `top` and the folders below it, and whatever cannot be looked into."""
    if _leads_out(root, top):
        yield File(_shown(root, top), None, "outside-site")
        return
    folders = [top]
    while folders:
        folder = folders.pop()
        try:
            with os.scandir(folder) as entries:
                found = sorted(entries, key=lambda entry: entry.name)
        except FileNotFoundError:
            continue
        except OSError:
            yield File(_shown(root, folder), None, "file-unreadable")
            continue
        for entry in found:
            place, is_toml = Path(entry.path), entry.name.lower().endswith(".toml")
            if entry.name.startswith("."):
                continue
            if not is_toml and entry.is_dir(follow_symlinks=False):
                folders.append(place)
            elif not is_toml and entry.is_symlink() and place.is_dir():
                yield File(_shown(root, place), None, "outside-site")
            elif is_toml:
                yield _file(root, place, _shown(root, place))


def _shown(root: Path, place: Path) -> str:
    """The path from the site's folder as it can be printed, in escapes where it cannot."""
    path = os.fsencode(place.relative_to(root)).decode(errors="backslashreplace")
    if path.isprintable():
        return path
    return "".join(
        character if character.isprintable() else f"\\x{ord(character):02x}" for character in path
    )


def _leads_out(root: Path, place: Path) -> bool:
    """Whether a link at `place` leads out of the site, or round in a circle."""
    try:
        return place.is_symlink() and not place.resolve().is_relative_to(root)
    except (OSError, RuntimeError):
        return True


def _file(root: Path, place: Path, path: str) -> File:
    if path != place.relative_to(root).as_posix():
        return File(path, None, "file-name")
    try:
        if _leads_out(root, place):
            return File(path, None, "outside-site")
        status = place.stat()
        if not stat.S_ISREG(status.st_mode):
            return File(path, None, "file-unreadable")
        if status.st_size > LARGEST_FILE:
            return File(path, None, "file-too-large")
        return File(path, place.read_bytes())
    except OSError:
        return File(path, None, "file-unreadable")


def theme_files(root: Path, name: str) -> Mapping[str, str] | None:
    """The text files of a theme by name, from the site's `themes/` or else from the package; None
    where neither has it."""
    if name != Path(name).name:
        return None
    for folder in (root / THEMES / name, Path(__file__).parent / "themes" / name):
        if folder.is_dir():
            return {
                file.relative_to(folder).as_posix(): file.read_text(encoding="utf-8")
                for file in sorted(folder.rglob("*"))
                if file.is_file()
                and not file.name.startswith(".")
                and file.suffix in (".html", ".css", ".toml")
            }
    return None


def write_text(path: Path, text: str) -> None:
    """Writes `text` as UTF-8 with bare line ends, making the folders it needs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def write_file(path: Path, content: bytes, *, over: bool) -> None:
    """Writes one file that somebody asked for, making the folders it needs; FileExistsError where
    it is there and may not be written over."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not over:
        with path.open("xb") as file:
            file.write(content)
        return
    aside = path.with_name(f".{path.name}.new")
    aside.write_bytes(content)
    aside.replace(path)


class NotOurs(Exception):
    """The folder to build into holds something that kpisite did not build."""


class Busy(Exception):
    """Another build is at work on the same folder."""


@contextmanager
def built_aside(output: Path) -> Iterator["Aside"]:
    """A folder to build into that takes the place of `output` when the block ends well, and is
    gone when it does not; NotOurs where `output` holds what kpisite did not build, Busy where
    another build is writing it."""
    if output.exists() and not _is_replaceable(output):
        raise NotOurs(output)
    aside = output.with_name(f".{output.name}.building")
    aside.parent.mkdir(parents=True, exist_ok=True)
    with _locked(aside.with_suffix(".lock")):
        _remove(aside)
        aside.mkdir()
        try:
            (aside / MARKER).write_bytes(b"")
            yield Aside(aside, output)
            _swap(aside, output)
        finally:
            _remove(aside)


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


def _swap(aside: Path, output: Path) -> None:
    """Puts `aside` in the place of `output` in one step where the system can, so that there is
    never a moment without a whole site; `aside` then holds the old one."""
    if not output.exists():
        aside.rename(output)
        return
    if _exchange(aside, output):
        return
    old = output.with_name(f".{output.name}.old")
    _remove(old)
    output.rename(old)
    aside.rename(output)
    old.rename(aside)


def _exchange(one: Path, other: Path) -> bool:
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return False
    done = rename(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE)
    return int(done) == 0


class Aside:
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


class PdfStore:
    """Printed forms from one build to the next, each under a digest of all that it was made of.

    It lies beside the site in a folder of its own, may be deleted at any time, and holds what the
    forms hold: it belongs where the records belong.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._used: set[str] = set()

    def get(self, key: str) -> bytes | None:
        """The form kept under `key`; one that was broken off in writing is not taken."""
        self._used.add(key)
        try:
            content = (self._folder / key).read_bytes()
        except OSError:
            return None
        return content if content.rstrip().endswith(b"%%EOF") else None

    def put(self, key: str, content: bytes) -> None:
        """Keeps a form; a disk that cannot keep it only costs time in the next build."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            (self._folder / f"{key}.new").write_bytes(content)
            (self._folder / f"{key}.new").replace(self._folder / key)
        except OSError:
            return

    def forget_the_rest(self) -> None:
        """Deletes every form that the build before this call had no use for."""
        with suppress(OSError):
            for file in self._folder.iterdir():
                if file.name not in self._used:
                    file.unlink(missing_ok=True)


def paths_below(folder: Path) -> Iterable[str]:
    """Every file below `folder`, by its path from there, sorted."""
    return sorted(
        file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()
    )
