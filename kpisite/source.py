"""The site's own files, read: the one module that looks into `records/` and `themes/`.

A site is the folder that holds `kpisite.toml`; nothing outside it is read, wherever a link may
lead.
"""

import os
import stat
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path

from kpisite.check.kinds import SITE_FILE, is_folder_of_kinds, meant_by
from kpisite.read.document import LARGEST_FILE
from kpisite.read.site import File

RECORDS = "records"
THEMES = "themes"

#: What other programs put beside the records, and prose for people, in the shell's patterns.  All
#: else in `records/` is read, or reported as read by nobody.
PASSED_OVER = (
    ".schema", ".git", ".gitignore", ".gitattributes", ".gitmodules", ".gitkeep", ".editorconfig",
    ".vscode", ".idea", ".DS_Store", "Thumbs.db", "desktop.ini", ".directory",
    "*.swp", "*~", "~$*", ".~lock.*#", ".#*", "#*#", "*.md", "README", "LICENSE",
)  # fmt: skip


def find_site(start: Path) -> Path | None:
    """The nearest folder, from `start` upwards, that holds `kpisite.toml`."""
    start = start.resolve()
    return next(
        (folder for folder in (start, *start.parents) if (folder / SITE_FILE).is_file()), None
    )


def scan(root: Path) -> list[File]:
    """Every TOML file of the site at `root`, by its path from there with forward slashes, and
    whatever stands among the records that is none."""
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
        if not found and not is_folder_of_kinds(_shown(root, folder)):
            yield File(_shown(root, folder), None, "stray-file")
        for entry in found:
            place, path = Path(entry.path), _shown(root, Path(entry.path))
            if any(fnmatchcase(entry.name, pattern) for pattern in PASSED_OVER):
                continue
            if entry.name.lower().endswith(".toml") and not entry.name.startswith("."):
                yield _file(root, place, path)
            elif entry.is_symlink() and place.is_dir():
                yield File(path, None, "outside-site")
            elif entry.is_dir(follow_symlinks=False) and not entry.name.startswith("."):
                folders.append(place)
            else:
                yield File(path, None, "stray-file", meant_by(path))


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
