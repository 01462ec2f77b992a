"""What the package brings: themes, samples and scripts, and digests of the program itself."""

import os
import sys
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path

from kpisite import fonts
from kpisite.source import RECORDS, THEME_FILES, THEME_NAME

#: What only a theme of ours may bring: a site's own runs nothing.
SCRIPT = ".js"
#: What of the package itself shows in what is made.
PROGRAM = (".py", ".toml", ".html", ".css", ".js")
#: The rooms of the package in which everything stands that is used while a page is printed.
PRINTING = ("core", "disk", "fonts", "write")


def packaged_shell(folder: Path = Path(__file__).parent / "serve" / "shell") -> dict[str, bytes]:
    """The files of the bar that `kpisite serve` puts around a page, by name."""
    return {one.name: one.read_bytes() for one in sorted(folder.iterdir())}


def packaged_theme(name: str) -> dict[str, str] | None:
    """The files of a theme that kpisite brings, by name; None where it brings none of that name."""
    folder = Path(__file__).parent / "themes" / name
    if not THEME_NAME.fullmatch(name) or not folder.is_dir():
        return None
    return {
        file.name: file.read_text(encoding="utf-8")
        for file in sorted(folder.iterdir())
        if file.name.endswith((*THEME_FILES, SCRIPT))
    }


def packaged_ci(forge: str) -> bytes:
    """What a forge runs for a site."""
    return (Path(__file__).parent / "samples" / "ci" / f"{forge}.yml").read_bytes()


def packaged_samples() -> dict[str, bytes]:
    """The files to begin a site with, by their paths: `start/`, `schemes/` and `policies/`.

    The schemes and policies are those of the sample company.  They are built into the package from
    `records/`, and where it runs from its own repository they are read there.
    """
    own = Path(__file__).parent / "samples"
    records = own if (own / "schemes").is_dir() else Path(__file__).parent.parent / RECORDS
    folders = {"start": own / "start"}
    folders |= {name: records / name for name in ("schemes", "policies")}
    return {
        f"{name}/{file.relative_to(folder).as_posix()}": file.read_bytes()
        for name, folder in folders.items()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def printing_code(package: Path = Path(__file__).parent) -> str:
    """A digest of the modules that print, of Python and of the libraries that are installed, by
    which a form that was kept is known to be one that the same code would print."""
    sources = (file for name in PRINTING for file in sorted((package / name).glob("*.py")))
    parts = [one.read_bytes() for one in sources]
    parts += [sys.version.encode(), *(name.encode() for name in _libraries())]
    return sha256(b"\0".join(parts)).hexdigest()


def _libraries() -> list[str]:
    """The libraries that are installed, each with its version."""
    found: set[str] = set()
    for folder in sys.path:
        with suppress(OSError), os.scandir(folder or ".") as entries:
            found.update(one.name for one in entries if one.name.endswith(".dist-info"))
    return sorted(found)


@cache
def code_digest(folder: Path = Path(__file__).parent) -> str:
    """A digest of the program: its modules, and the words, templates and fonts that it brings; of
    Python and the libraries that are installed, by their versions; and of the typefaces of the
    machine, for which characters depend on them."""
    found = (Path(at, name) for at, _, names in os.walk(folder) for name in names)
    parts = [one.read_bytes() for one in sorted(found) if one.suffix in PROGRAM]
    parts += [f"{one.name} {one.stat().st_size}".encode() for one in fonts.installed()]
    parts += [sys.version.encode(), *(name.encode() for name in _libraries())]
    return sha256(b"\0".join(parts)).hexdigest()
