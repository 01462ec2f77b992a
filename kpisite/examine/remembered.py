"""What pages found for their lists, as one build hands it on to the next."""

from collections.abc import Callable
from typing import TypeVar

from kpisite.examine.kept import LINES, Kept
from kpisite.language.serial import Serial

T = TypeVar("T")


class Remembered:
    """The `Memory` of pages in the store of a site; `of_core` is a digest of what all of it rests
    on."""

    def __init__(self, kept: Kept, of_core: str) -> None:
        self._kept, self._of_core = kept, of_core
        self._asked: set[str] = set()

    def known(self, name: str, key: str, kind: Serial[T], find: Callable[[T | None], T]) -> T:
        """What was found under that name when the key was the same, or what `find` makes of what
        was found there when it was another."""
        name = f"{LINES} {name}"
        self._asked.add(name)
        full = f"{self._of_core} {key}"
        kept = self._kept.keyed(name, "", kind)  # under any key
        before, value = kept
        if value is not None and before == full:
            return value
        found = find(value if before.startswith(f"{self._of_core} ") else None)
        self._kept.put(name, full, kind, found)
        return found

    def forget_rest(self, share: str) -> None:
        """Forgets what is kept for a share of the pages and was not asked for since."""
        for name in self._kept.names(f"{LINES} {share} "):
            if name not in self._asked:
                self._kept.drop(name)
