"""Values of which a build makes many: a dataclass that does not change."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
def immutable(of: type[T]) -> type[T]:
    """A dataclass with slots and keywords alone, which nobody may change.

    The type checker sees to that.  Python could too (`frozen=True`), but then sets each field by a
    call of its own, and of what is made for every number of every scorecard that is a twentieth of
    a build.

    >>> @immutable
    ... class Pair:
    ...     left: int
    ...     right: int = 2
    >>> Pair(left=1), {Pair(left=1): "known"}[Pair(left=1)]
    (Pair(left=1, right=2), 'known')
    """
    has_hash = "__hash__" in vars(of)
    make: Callable[[type[T]], type[T]] = dataclass(
        slots=True, kw_only=True, unsafe_hash=not has_hash
    )
    return make(of)
