"""The site's own files, read: the one module that looks into `records/` and `themes/`.

A site is the folder that holds `kpisite.toml`; nothing outside it is read, wherever a link may
lead.
"""

import errno
import os
import re
import stat
from collections.abc import Iterator, Mapping
from fnmatch import translate
from operator import attrgetter
from pathlib import Path

from kpisite.core.system import (
    O_BINARY,
    O_CLOEXEC,
    O_DIRECTORY,
    O_NOFOLLOW,
    O_NONBLOCK,
    OPENS_FOLDERS,
)
from kpisite.disk.root import SITE_FILE, leads_out
from kpisite.read.file import LARGEST_FILE, File
from kpisite.read.folder import Files

RECORDS = "records"
THEMES = "themes"
#: What is read of a theme; pictures and fonts are not, for no page loads any.
THEME_FILES = (".html", ".css", ".toml")
#: What the folder of a theme may be called.
THEME_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")

#: What other programs put beside the records, and prose for people, in the shell's patterns.  All
#: else in `records/` is read, or reported as read by nobody.
PASSED_OVER = (
    ".schema", ".git", ".gitignore", ".gitattributes", ".gitmodules", ".gitkeep", ".editorconfig",
    ".vscode", ".idea", ".DS_Store", "Thumbs.db", "desktop.ini", ".directory",
    "*.swp", "*~", "~$*", ".~lock.*#", ".#*", "#*#", "*.md", "README", "LICENSE",
)  # fmt: skip
_PASSED_OVER = re.compile("|".join(translate(pattern) for pattern in PASSED_OVER))
_NAME = attrgetter("name")
#: How nearly all files are called: none of these is passed over, and all can be printed.
_PLAIN = re.compile(r"[\w@-]+\.toml")
#: Nearly all files are read in one piece of so much.
_PIECE = 1 << 14


def content_of(root: Path, path: str) -> bytes | None:
    """The bytes of a file of the site at `root`; None where there is none.

    OSError for what is no file, is too large, or that a link leads to from elsewhere.
    """
    place = root / path
    if not os.path.lexists(place):
        return None
    file = _file(root, place, path)
    if file.content is None:
        raise OSError(errno.EACCES, file.issue, str(place))
    return file.content


def scan(root: Path) -> Files:
    """Every TOML file of the site at `root`, by its path from there with forward slashes, and
    whatever stands among the records that is none."""
    files, folders = top_of(root)
    return Files.joined([files, *(below(root, folder) for folder in folders)])


def top_of(root: Path) -> tuple[Files, list[Path]]:
    """Of the same what lies in no folder of the records, and these folders."""
    files = [_file(root, root / SITE_FILE, SITE_FILE)] if (root / SITE_FILE).exists() else []
    top = root / RECORDS
    if leads_out(root, top):
        return Files.of([*files, File(_shown(root, top), None, "outside-site")]), []
    more, folders = _in_folder(root, top, is_top=True)
    return Files.of([*files, *more]), folders


def below(root: Path, top: Path) -> Files:
    """Of the same what lies in a folder of the records and in those below it."""
    found, folders = list[File](), [top]
    while folders:
        files, more = _in_folder(root, folders.pop())
        found += files
        folders += more
    return Files.of(found)


def _in_folder(root: Path, place: Path, *, is_top: bool = False) -> tuple[list[File], list[Path]]:
    """The files of a folder, among them those that cannot be looked into, and the folders in it."""
    files, folders = list[File](), list[Path]()
    try:
        folder = _open_folder(place, follow=is_top)
    except FileNotFoundError:
        return [], []
    except OSError:
        return [File(_shown(root, place), None, "file-unreadable")], []
    try:
        files += _in_open_folder(root, place, folder, folders)
    except OSError:
        files.append(File(_shown(root, place), None, "file-unreadable"))
    finally:
        if folder is not None:
            os.close(folder)
    return files, folders


def _open_folder(place: Path, *, follow: bool) -> int | None:
    """The folder, open; None where the system opens none, and it is known by its path."""
    if OPENS_FOLDERS:
        return os.open(place, _FOLDER & ~O_NOFOLLOW if follow else _FOLDER)
    place.stat()  # as FileNotFoundError where it is not there
    return None


def _in_open_folder(
    root: Path, place: Path, folder: int | None, folders: list[Path]
) -> Iterator[File]:
    """What stands in an open folder; its own folders join those that are yet to be looked into."""
    with os.scandir(place if folder is None else folder) as entries:
        found = sorted(entries, key=_NAME)
    shown = _shown(root, place)
    is_printable = shown == place.relative_to(root).as_posix()
    if not found and not _is_folder_of_kinds(shown):
        yield File(shown, None, "stray-file")
    for entry in found:
        name = entry.name
        is_plain = is_printable and _PLAIN.fullmatch(name) is not None
        if is_plain and entry.is_file(follow_symlinks=False):
            yield _plain_file(place, folder, name, f"{shown}/{name}")
        elif not _PLAIN.fullmatch(name) and _PASSED_OVER.match(name):
            continue
        elif name.lower().endswith(".toml") and not name.startswith("."):
            if is_printable and name.isprintable() and entry.is_file(follow_symlinks=False):
                yield _plain_file(place, folder, name, f"{shown}/{name}")
            else:
                yield _file(root, place / name, _shown(root, place / name))
        elif entry.is_symlink() and (place / name).is_dir():
            yield File(_shown(root, place / name), None, "outside-site")
        elif entry.is_dir(follow_symlinks=False) and not name.startswith("."):
            folders.append(place / name)
        else:
            path = _shown(root, place / name)
            yield File(path, None, "stray-file", _meant_by(path))


# What files mean is imported where it is asked: for most sites, never.


def _is_folder_of_kinds(path: str) -> bool:
    from kpisite.check.kinds import is_folder_of_kinds

    return is_folder_of_kinds(path)


def _meant_by(path: str) -> str:
    from kpisite.check.kinds import meant_by

    return meant_by(path)


def _plain_file(place: Path, folder: int | None, name: str, path: str) -> File:
    """A file of an open folder, which is no link: opened, looked at and read once."""
    try:
        if folder is None:
            file = os.open(place / name, _FILE)
        else:
            file = os.open(name, _FILE, dir_fd=folder)
    except OSError:
        return File(path, None, "file-unreadable")
    try:
        content, more = os.read(file, _PIECE), os.read(file, 1)
        if more or not content:
            return _longer_file(file, path, content + more)
        return File(path, content)
    except OSError:
        return File(path, None, "file-unreadable")
    finally:
        os.close(file)


def _longer_file(file: int, path: str, content: bytes) -> File:
    """An open file that is empty, or of which there is more than was read: it is long, or the disk
    gives it piece by piece."""
    if not stat.S_ISREG(os.fstat(file).st_mode):
        return File(path, None, "file-unreadable")
    while more := os.read(file, LARGEST_FILE):
        content += more
        if len(content) > LARGEST_FILE:
            return File(path, None, "file-too-large")
    return File(path, content)


_FOLDER = os.O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
#: What is no file, such as a pipe, would keep whoever opens it waiting.
_FILE = os.O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_BINARY


def files_in(tree: Mapping[str, bytes | None]) -> list[File]:
    """The TOML files that a build reads of a site in memory, as `scan` finds them on the disk;
    None stands for what is no plain file or too large."""
    return [
        File(path, content, "" if content is not None else "file-unreadable")
        for path, content in sorted(tree.items())
        if _is_of_site(path)
    ]


def _is_of_site(path: str) -> bool:
    is_record = path.startswith(f"{RECORDS}/") and path.endswith(".toml")
    return path == SITE_FILE or (is_record and not is_passed_over(path))


def theme_files_in(tree: Mapping[str, bytes | None], name: str) -> list[File] | None:
    """The files of a theme of a site in memory, as `theme_files` finds them on the disk."""
    top = f"{THEMES}/{name}/"
    found = {path: content for path, content in tree.items() if path.startswith(top)}
    if not THEME_NAME.fullmatch(name) or not found:
        return None
    return [
        File(path, content, "" if content is not None else "theme-link")
        for path, content in sorted(found.items())
        if _is_of_theme(path)
    ]


def _is_of_theme(path: str) -> bool:
    return path.endswith(THEME_FILES) and not is_passed_over(path)


def is_read(path: str) -> bool:
    """Whether a build may read what stands at `path` in a site or one of its themes."""
    return _is_of_site(path) or (path.startswith(f"{THEMES}/") and _is_of_theme(path))


def is_passed_over(path: str) -> bool:
    """Whether a path among the records or themes is one of another program, or prose for people."""
    return any(part.startswith(".") or _PASSED_OVER.match(part) for part in path.split("/"))


def _shown(root: Path, place: Path) -> str:
    """The path from the site's folder as it can be printed, in escapes where it cannot."""
    path = os.fsencode(place.relative_to(root).as_posix()).decode(errors="backslashreplace")
    if path.isprintable():
        return path
    return "".join(
        character if character.isprintable() else f"\\x{ord(character):02x}" for character in path
    )


def _file(root: Path, place: Path, path: str) -> File:
    if path != place.relative_to(root).as_posix():
        return File(path, None, "file-name")
    try:
        if leads_out(root, place):
            return File(path, None, "outside-site")
        status = place.stat()
        if not stat.S_ISREG(status.st_mode):
            return File(path, None, "file-unreadable")
        if status.st_size > LARGEST_FILE:
            return File(path, None, "file-too-large")
        return File(path, place.read_bytes())
    except OSError:
        return File(path, None, "file-unreadable")


def theme_files(root: Path, name: str) -> list[File] | None:
    """The files of a theme of the site, by name; None where the site has none of that name.

    A theme is its own folder and nothing that a link in it leads to: what a link may bring in, the
    build would copy for every reader.
    """
    folder = root / THEMES / name
    if not THEME_NAME.fullmatch(name) or not os.path.lexists(folder):
        return None
    for place in (root / THEMES, folder):
        if place.is_symlink():
            return [_link(root, place)]
    return list(_theme_files(root, folder))


def _theme_files(root: Path, folder: Path) -> Iterator[File]:
    try:
        with os.scandir(folder) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
    except OSError:
        yield File(_shown(root, folder), None, "file-unreadable")
        return
    for entry in found:
        place = Path(entry.path)
        if entry.name.startswith("."):
            continue
        if entry.is_symlink():
            yield _link(root, place)
        elif entry.is_dir(follow_symlinks=False):
            yield from _theme_files(root, place)
        elif entry.name.endswith(THEME_FILES):
            yield _file(root, place, _shown(root, place))


def _link(root: Path, place: Path) -> File:
    issue = "outside-site" if leads_out(root, place) else "theme-link"
    return File(_shown(root, place), None, issue)


def themes_of(root: Path) -> dict[str, list[File]]:
    """The files of every theme of the site, by its name."""
    try:
        with os.scandir(root / THEMES) as entries:
            names = sorted(entry.name for entry in entries)
    except OSError:
        names = []
    found = {name: theme_files(root, name) for name in names}
    return {name: files for name, files in found.items() if files is not None}
