"""Code that the program made of its own files, kept where Python keeps that of its modules."""

from importlib.util import cache_from_source
from pathlib import Path

from kpisite.disk.files import token

PACKAGE = Path(__file__).parent.parent


def own_code(path: str) -> bytes | None:
    """What was kept of a file of the package; None where nothing can be read."""
    try:
        return _place(path).read_bytes()
    except OSError:
        return None


def keep_own_code(path: str, code: bytes) -> None:
    """Keeps it, whole or not at all, as open to others as whoever runs the program leaves files.

    OSError where the program is somebody else's, or the disk is full.
    """
    place = _place(path)
    place.parent.mkdir(exist_ok=True, parents=True)
    aside = place.with_name(f"{place.name}.{token()}")
    try:
        aside.write_bytes(code)
        aside.replace(place)
    finally:
        aside.unlink(missing_ok=True)


def own_text(path: str) -> str | None:
    """A text file of the package; None where there is none."""
    place = PACKAGE / path
    return place.read_text(encoding="utf-8") if place.is_file() else None


def _place(path: str) -> Path:
    return Path(cache_from_source(str(PACKAGE / path)))
