"""Has dataclasses made in little more than half the time: of the six methods of each, three need
no compiler.

Python writes every method of a dataclass as text, and compiles that when the class is made.  For
the three hundred that read a site this takes as long as all else that is imported with them.  What
shows a value and keeps it frozen does the same as a closure over the names of its fields; what is
called often, to make, compare and hash values, stays as Python writes it.

This holds for the Pythons in `KNOWN`, whose module makes these methods by functions of its own.
With any other nothing is changed.
"""

import dataclasses
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import FrozenInstanceError
from reprlib import recursive_repr
from typing import Any

KNOWN = ((3, 11), (3, 12))

Fields = Sequence["dataclasses.Field[Any]"]


def _repr(fields: Fields, _globals: Mapping[str, Any]) -> Callable[[Any], str]:
    names = [one.name for one in fields]

    @recursive_repr()
    def __repr__(self: Any) -> str:  # noqa: N807
        said = ", ".join([f"{name}={getattr(self, name)!r}" for name in names])
        return f"{self.__class__.__qualname__}({said})"

    return __repr__


def _frozen(
    cls: Any, fields: Fields, _globals: Mapping[str, Any]
) -> tuple[Callable[[Any, str, Any], None], Callable[[Any, str], None]]:
    names = frozenset(one.name for one in fields)

    def __setattr__(self: Any, name: str, value: Any) -> None:  # noqa: N807
        if type(self) is cls or name in names:
            raise FrozenInstanceError(f"cannot assign to field {name!r}")
        super(cls, self).__setattr__(name, value)

    def __delattr__(self: Any, name: str) -> None:  # noqa: N807
        if type(self) is cls or name in names:
            raise FrozenInstanceError(f"cannot delete field {name!r}")
        super(cls, self).__delattr__(name)

    return __setattr__, __delattr__


#: By the name of the function that makes them in Python's own module.
MADE: Mapping[str, Callable[..., Any]] = {"_repr_fn": _repr, "_frozen_get_del_attr": _frozen}


def install() -> None:
    """Has every dataclass that is made from now on made like this."""
    if sys.version_info[:2] in KNOWN and all(hasattr(dataclasses, name) for name in MADE):
        for name, make in MADE.items():
            setattr(dataclasses, name, make)
