"""Plain values to bytes and back, for what is kept between two builds."""

from collections.abc import Set
from functools import cached_property
from typing import Generic, TypeVar

from pydantic import TypeAdapter

T = TypeVar("T")


class Serial(Generic[T]):
    """How the values of one type are kept: as JSON that is the same for the same value.

    >>> from decimal import Decimal
    >>> kept = Serial(Decimal)
    >>> kept.from_bytes(kept.as_bytes(Decimal("8.40")))
    Decimal('8.40')
    """

    def __init__(self, kind: type[T]) -> None:
        self._kind = kind

    @cached_property
    def _adapter(self) -> TypeAdapter[T]:
        return TypeAdapter(self._kind)

    def as_bytes(self, value: T, only: Set[str] | None = None) -> bytes:
        """The value as bytes; of some attributes alone where it is taken a digest of."""
        include = None if only is None else set(only)
        return self._adapter.dump_json(value, include=include, exclude_defaults=True)

    def from_bytes(self, content: bytes) -> T:
        """The value that `as_bytes` wrote; ValueError for anything that is no such value."""
        return self._adapter.validate_json(content)
