"""What is kept from one build to the next and may be thrown away at any time."""

from contextlib import suppress
from pathlib import Path


class FormCache:
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
