"""What takes long to find for a list of many, kept from one build to the next line by line."""

from collections.abc import Callable, Mapping
from typing import Protocol, TypeVar

from kpisite.language.serial import Serial

T = TypeVar("T")


class Remember(Protocol):
    """What pages ask for such lines."""

    def __call__(
        self,
        name: str,
        keys: Mapping[str, str],
        kind: Serial[dict[str, tuple[str, T]]],
        find: Callable[[str], T],
    ) -> Mapping[str, T]:
        """By each name of `keys` what `find` gives for it, or gave when the key was the same: a
        digest of all that it rests on besides settings, departments, forms and policies.

        The lines of one list are kept together, under the name of its share of the pages.  Who
        asks notes for the page what the keys are made of.
        """


def found_anew(
    name: str,
    keys: Mapping[str, str],
    kind: Serial[dict[str, tuple[str, T]]],
    find: Callable[[str], T],
) -> Mapping[str, T]:
    """Where nothing is kept."""
    del name, kind
    return {one: find(one) for one in keys}
