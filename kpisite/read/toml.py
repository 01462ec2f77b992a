r"""TOML to data, by the one parser in use, with decimals exact and nothing that could break it.

The language is TOML 1.1, as the parser has it by default.  It differs from 1.0 by what people write
anyway: an inline table may run over several lines and end in a comma, a time needs no seconds, and
`\e` and `\xHH` are escapes.  Nothing of that can be taken for something else, and the editors'
language server reads 1.1 as well, so there is nothing to forbid.
"""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

import toml_rs

from kpisite.core.issue import Issue, Place
from kpisite.read.tokens import DEEPEST, too_deep


class TooDeep(ValueError):
    """Brackets or keys nest too deep for the parser to be let at them."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line

    def issue(self, path: str) -> Issue:
        """The fault as HR is shown it."""
        return Issue(code="too-deep", at=Place(path, self.line), facts={"most": DEEPEST})


def parsed(text: str) -> dict[str, Any]:
    """The data in `text`; ValueError, with the parser's words, where it is not TOML."""
    line = too_deep(text)
    if line is not None:
        raise TooDeep(line)
    data: dict[str, Any] = toml_rs.loads(text, parse_float=_number)
    if len(max(text.split("\n"), key=len)) >= _LONG and _ENDLESS.search(text):
        _tame(data)
    if _OTHER_BASE.search(text):
        _put_back(data, nodes(text))
    if _is_deep(text, data):
        raise TooDeep(1)
    return data


def _number(text: str) -> Decimal:
    """The number as written; one beyond all arithmetic counts as infinite, which no figure is."""
    try:
        number = Decimal(text.replace("_", ""))
    except InvalidOperation:
        return Decimal("NaN")
    return number if number.adjusted() < 1000 else Decimal("Infinity").copy_sign(number)


#: Far more digits than any figure has: in a whole number, Python takes seconds over them.
_LONG = 400
_ENDLESS = re.compile(rf"[0-9A-Fa-f_]{{{_LONG}}}")


def _tame(data: dict[str, Any]) -> None:
    """Puts infinity in the place of whole numbers of hundreds of digits."""
    nodes: list[Any] = [data]
    while nodes:
        node = nodes.pop()
        for key, value in list(node.items() if isinstance(node, dict) else enumerate(node)):
            if isinstance(value, dict | list):
                nodes.append(value)
            elif isinstance(value, int) and value.bit_length() > 1000:
                node[key] = Decimal("Infinity")


class OtherBase:
    """A whole number that is written to another base than ten, `0x10`, which no figure is: nobody
    who fills in a form means sixteen by it."""

    __slots__ = ("written",)

    def __init__(self, written: str) -> None:
        self.written = written

    def __str__(self) -> str:
        return self.written


_OTHER_BASE = re.compile(r"0[xob][0-9A-Fa-f]")


def _put_back(data: Any, found: Any) -> None:
    """Puts what was written in the place of every number to another base; `found` are the nodes
    of `data`."""
    for key, inner in list(data.items() if isinstance(data, dict) else enumerate(data)):
        node = found[key]
        is_entry = any(isinstance(node.get(raw), str) for raw in ("key_raw", "value_raw"))
        if isinstance(inner, dict | list):
            _put_back(inner, node["value"] if is_entry else node)
        elif isinstance(inner, int) and is_entry and _OTHER_BASE.match(node["value_raw"]):
            data[key] = OtherBase(node["value_raw"])


def _is_deep(text: str, data: Mapping[str, Any]) -> bool:
    """Whether the data nests deeper than `DEEPEST` though no line of the file alone does."""
    if text.count("[") + text.count("{") + text.count(".") <= DEEPEST:
        return False
    level: list[Any] = [data]
    for _ in range(DEEPEST + 1):
        level = [
            inner
            for node in level
            for inner in (node.values() if isinstance(node, dict) else node)
            if isinstance(inner, dict | list)
        ]
    return bool(level)


def nodes(text: str) -> Mapping[str, Any]:
    """The entries of a text that can be read, with the lines and columns of keys and values."""
    found: Mapping[str, Any] = toml_rs.load_with_metadata(text).meta["nodes"]
    return found
