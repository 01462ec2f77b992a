"""Where the value of an entry stands in the text of a TOML file, by the parser's own places."""

from collections.abc import Mapping
from typing import Any

from kpisite.core.issue import Keys
from kpisite.read.toml import nodes


def span_at(text: str, keys: Keys) -> tuple[int, int] | None:
    """From where to where the value at `keys` stands; None for a table that headers open or dotted
    names make."""
    node: Any = nodes(text)
    for key in keys:
        node = (node["value"] if _is_entry(node) else node)[key]
    return span_of(text, node)


def _is_entry(node: Any) -> bool:
    """Whether the parser gave a place to it, as it does to all but what headers and dots make."""
    return isinstance(node, Mapping) and any(
        isinstance(node.get(line), int | tuple) for line in ("key_line", "value_line")
    )


def span_of(text: str, node: Any) -> tuple[int, int] | None:
    """From where to where a value of the parser stands; None for what has no place of its own."""
    raw = node.get("value_raw") if isinstance(node, Mapping) else None
    if not isinstance(raw, str) or (raw.startswith("[[") and isinstance(node["value"], Mapping)):
        return None  # the header of an element is no value
    line, column = node["value_line"], node["value_col"]
    line = line[0] if isinstance(line, tuple) else line
    column = column[0] if isinstance(column, tuple) else column
    lines = text.split("\n")
    start = sum(len(one) + 1 for one in lines[: line - 1])
    start += len(lines[line - 1].encode()[: column - 1].decode())
    assert text.startswith(raw, start), "the parser's places"
    return start, start + len(raw)


def end_of_last(text: str, span: tuple[int, int]) -> int:
    """Where the last entry between brackets ends, or they begin where there is none."""
    start, end = span
    inner = nodes("x = " + text[start:end])["x"]["value"]
    ends = [one for node in leaves(inner) if (one := span_of("x = " + text[start:end], node))]
    return start + max((one[1] for one in ends), default=5) - 4


def leaves(node: Any) -> list[Any]:
    """What stands between brackets, whether by a dotted name or not."""
    if isinstance(node, Mapping) and isinstance(node.get("value_raw"), str):
        return [node]
    inner = node.values() if isinstance(node, Mapping) else node if isinstance(node, list) else ()
    return [leaf for one in inner for leaf in leaves(one)]
