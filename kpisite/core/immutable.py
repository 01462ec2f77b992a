"""Values: dataclasses that do not change, and that are made quickly, the classes as their values.

A command makes two hundred such classes before it does anything, and of some of them a build makes
one for every number.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from operator import attrgetter
from typing import Any, TypeVar, dataclass_transform, overload

T = TypeVar("T")


@overload
def immutable(of: type[T]) -> type[T]: ...
@overload
def immutable(*, kw_only: bool) -> Callable[[type[T]], type[T]]: ...
@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
def immutable(of: Any = None, *, kw_only: bool = True) -> Any:
    """A dataclass with slots, by default with keywords alone, which nobody may change.

    The type checker sees to that.  Python could too (`frozen=True`), but then sets each field by a
    call of its own.  Nor is code written and compiled for each class that compares its values,
    hashes and shows them, which takes longer than all the rest of what makes one.

    >>> @immutable
    ... class Pair:
    ...     left: int
    ...     right: int = 2
    >>> Pair(left=1), {Pair(left=1): "known"}[Pair(left=1)], Pair(left=1) == Pair(left=2)
    (Pair(left=1, right=2), 'known', False)
    """
    if of is None:
        return lambda of: _made(of, kw_only=kw_only)
    return _made(of, kw_only=kw_only)


def _made(of: type[T], *, kw_only: bool) -> type[T]:
    own = vars(of)
    make: Callable[[type[T]], type[T]] = dataclass(
        slots=True, kw_only=kw_only, eq=False, repr=False
    )
    made: Any = make(of)
    compared = [one.name for one in fields(made) if one.compare]
    values = attrgetter(*compared) if compared else lambda _: ()

    def is_equal(one: object, other: object) -> Any:
        if one.__class__ is not other.__class__:
            return NotImplemented
        return values(one) == values(other)

    if "__eq__" not in own:
        made.__eq__ = is_equal
    if own.get("__hash__") is None:
        made.__hash__ = lambda one: hash(values(one))
    if "__repr__" not in own:
        made.__repr__ = _shown
    result: type[T] = made
    return result


def _shown(one: Any) -> str:
    """A value as Python would write it."""
    said = (f"{it.name}={getattr(one, it.name)!r}" for it in fields(one) if it.repr)
    return f"{type(one).__qualname__}({', '.join(said)})"
