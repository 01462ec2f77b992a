"""A file as the model of its kind, which knows where its entries stand and which of them were left
out."""

from collections.abc import Collection, Mapping
from dataclasses import field
from typing import Generic, TypeVar

from kpisite.core.immutable import immutable
from kpisite.core.issue import Key, Keys, Source
from kpisite.language.base import Model

M = TypeVar("M", bound=Model)


@immutable(kw_only=False)
class Filed(Generic[M]):
    """A model and the file it came from.

    `left_out` are the entries of the file that could not be read or did not fit.  Where elements
    of a list are among them, `kept` tells, by the list's keys, which elements of the file the
    model's are.
    """

    path: str
    model: M
    left_out: frozenset[Keys] = frozenset()
    kept: Mapping[Keys, tuple[int, ...]] = field(default_factory=dict)

    def at(self, *keys: Key) -> Source:
        """The entry of this file that stands at `keys` in the model."""
        return Source(self.path, self.in_file(keys))

    def in_file(self, keys: Keys) -> Keys:
        """The keys in the file of what stands at `keys` in the model."""
        if not self.kept:
            return keys
        found: Keys = ()
        for depth, key in enumerate(keys):
            elements = self.kept.get(keys[:depth], ())
            is_moved = isinstance(key, int) and key < len(elements)
            found = (*found, elements[int(key)] if is_moved else key)
        return found

    def is_left_out(self, *keys: Key) -> bool:
        """Whether the entry was written but could not be read, so that it is not missing."""
        return is_within(keys, self.left_out)

    def is_whole(self, keys: Keys) -> bool:
        """Whether nothing was left out of the entry at `keys` of the file, nor around it."""
        return not is_within(keys, self.left_out) and not any(
            left[: len(keys)] == keys for left in self.left_out
        )


def is_within(keys: Keys, left_out: Collection[Keys]) -> bool:
    """Whether the entry at `keys`, or one around it, is among those left out."""
    return bool(left_out) and any(keys[:depth] in left_out for depth in range(len(keys) + 1))
