"""What was asked for last, held as far as there is room; the rest is read again when it is asked
for."""

from collections.abc import Sized
from typing import Generic, TypeVar

K = TypeVar("K")
S = TypeVar("S", bound=Sized)


class Recent(Generic[K, S]):
    """Collections by a key, of which so many items are held at the most, and always the one that
    was asked for last.

    >>> held = Recent(3)
    >>> held.hold("a", "12"), held.hold("b", "3"), held.hold("c", "4")
    (None, None, None)
    >>> held.get("a"), held.get("b"), held.get("c")
    (None, '3', '4')
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: dict[K, S] = {}
        self._items = 0

    def get(self, key: K) -> S | None:
        """What is held under a key, which is asked for last thereby."""
        found = self._held.pop(key, None)
        if found is not None:
            self._held[key] = found
        return found

    def hold(self, key: K, items: S) -> None:
        """Holds this, in the place of what was asked for longest ago."""
        self._items += len(items) - len(self._held.pop(key, ()))
        while self._held and self._items > self._most:
            self._items -= len(self._held.pop(next(iter(self._held))))
        self._held[key] = items
