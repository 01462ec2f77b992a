"""Where a site is and whom it trusts: what a command may need before it imports what reads one."""

import os
from pathlib import Path

SITE_FILE = "kpisite.toml"
#: The folder of a site with the certificates that it trusts.
TRUST = "trust"
#: A file of certificates has some KB.
LARGEST_TRUSTED = 1024 * 1024


def find_site(start: Path) -> Path | None:
    """The nearest folder, from `start` upwards, that holds `kpisite.toml`."""
    start = Path(os.path.realpath(start))  # which a circle of links does not stop
    return next(
        (folder for folder in (start, *start.parents) if (folder / SITE_FILE).is_file()), None
    )


def site_file(root: Path) -> bytes:
    """The bytes of `kpisite.toml`, for who needs a word of it before the site is read."""
    return (root / SITE_FILE).read_bytes()


def trusted(root: Path) -> list[bytes]:
    """The certificates that the site at `root` trusts: the files `trust/*.pem`."""
    folder = root / TRUST
    if leads_out(root, folder) or not folder.is_dir():
        return []
    with os.scandir(folder) as entries:
        found = sorted(entry.name for entry in entries if entry.name.endswith(".pem"))
    places = [folder / name for name in found if not leads_out(root, folder / name)]
    return [
        place.read_bytes()
        for place in places
        if place.is_file() and place.stat().st_size <= LARGEST_TRUSTED
    ]


def leads_out(root: Path, place: Path) -> bool:
    """Whether a link at `place` leads out of the site, or round in a circle."""
    try:
        return place.is_symlink() and not place.resolve().is_relative_to(root)
    except (OSError, RuntimeError):
        return True
