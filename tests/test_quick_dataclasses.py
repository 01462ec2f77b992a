"""Dataclasses as we have them made say and do what those that Python makes say and do."""

import dataclasses
import sys
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from types import ModuleType
from typing import Any

import pytest

from kpisite.core.issue import Issue
from kpisite.core.quick_dataclasses import KNOWN, MADE

pytestmark = pytest.mark.skipif(sys.version_info[:2] not in KNOWN, reason="Python makes them")


@pytest.fixture(scope="module")
def plain() -> Iterator[ModuleType]:
    """Python's own module, as it is where nobody has touched it."""
    spec = spec_from_file_location("plain_dataclasses", dataclasses.__file__)
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


FIELDS: dict[str, dict[str, type]] = {
    "none": {},
    "one": {"amount": float},
    "some": {"name": str, "amount": float, "more": object},
}
OPTIONS: tuple[dict[str, bool], ...] = (
    {"frozen": True}, {"frozen": True, "slots": True}, {"frozen": True, "order": True}, {},
    {"unsafe_hash": True}, {"frozen": True, "eq": False}, {"repr": False},
)  # fmt: skip


def made(module: Any, fields: dict[str, type], options: dict[str, bool]) -> Any:
    body = {"__annotations__": dict(fields), "__qualname__": "Outer.Value"}
    return module.dataclass(**options)(type("Value", (), body))


def behaviour(module: Any, fields: dict[str, type], options: dict[str, bool]) -> dict[str, Any]:
    """What a value of it says, and what comes of changing it."""
    cls = made(module, fields, options)
    given = {"name": "李娜", "amount": float("nan"), "more": (1, "x")}
    values = [given[name] for name in fields]
    one, same = cls(*values), cls(*values)
    found: dict[str, Any] = {
        "repr": repr(one).partition(" object at")[0], "equal": one == same, "other": one == 1,
        "names": [getattr(cls, name).__qualname__ for name in ("__repr__", "__eq__", "__init__")],
    }  # fmt: skip
    tries = {
        "hash": lambda: hash(one) if options.get("eq", True) else "by identity",
        "set": lambda: setattr(one, "amount", 1.0),
        "set another": lambda: setattr(one, "another", 1),
        "delete": lambda: delattr(one, "amount"),
        "delete another": lambda: delattr(one, "another"),
        "set below": lambda: setattr(type("Below", (cls,), {})(*values), "another", 1),
    }
    for name, attempt in tries.items():
        try:
            found[name] = attempt()
        except Exception as error:
            found[name] = (type(error).__name__, str(error))
    return found


@pytest.mark.parametrize("fields", FIELDS)
@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_a_value_says_and_does_what_python_has_it(
    plain: ModuleType, options: dict[str, bool], fields: str
) -> None:
    ours = behaviour(dataclasses, FIELDS[fields], options)
    assert ours == behaviour(plain, FIELDS[fields], options)


def test_a_value_within_itself_is_shown_once() -> None:
    @dataclasses.dataclass
    class Value:
        inner: Any

    value = Value(None)
    value.inner = [value]
    assert repr(value).endswith("Value(inner=[...])")


def test_the_classes_that_read_a_site_are_made_like_this() -> None:
    for name in ("__repr__", "__setattr__", "__delattr__"):
        code = getattr(getattr(Issue, name), "__wrapped__", getattr(Issue, name)).__code__
        assert code.co_filename != "<string>", name
    assert Issue.__init__.__code__.co_filename == "<string>"
    assert all(hasattr(dataclasses, name) for name in MADE)
