"""One entry put into the text of a TOML file, and every other sign of it left as it is.

The text is not written anew from its data: what is there is found by the parser's own places, and
no more is exchanged than the value, or a line put in.  So comments, order, spaces and quotes stay
by themselves.  A line that `kpisite new` laid out, `# care = …  # 细心，0–10`, gives its place to
the entry of that name and keeps what it says of it.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from kpisite.core.issue import Key, Keys
from kpisite.edit.spans import end_of_last, leaves, span_at, span_of
from kpisite.edit.written import HeadedTable, Value, key_written, lines_of, written
from kpisite.read.document import MISSING, value_at
from kpisite.read.statements import Statement, statements
from kpisite.read.toml import nodes, parsed

#: What stands where somebody is to write something.
TO_FILL_IN = "…"
_LAID_OUT = re.compile(
    r"(?P<indent>[ \t]*)#[ \t]*(?P<key>[A-Za-z0-9_-]+)(?P<space>[ \t]*)=(?P<rest>.*)"
)


def put(text: str, keys: Keys, value: Value, order: Sequence[str] = ()) -> str:
    """The text with `value` at `keys`, changed where it stands or put in where it is not there.

    `order` are the names at the top of the file in the order in which tables of theirs stand.
    ValueError where a table under a header would have to be replaced as a whole.
    """
    found = value_at(parsed(text), keys)
    if found is not MISSING and _is_same(found, value):
        return text
    if found is not MISSING:
        return _replaced(text, keys, value)
    depth = next(
        depth
        for depth in range(len(keys) - 1, -1, -1)
        if depth == 0 or value_at(parsed(text), keys[:depth]) is not MISSING
    )
    around, name, inner = keys[:depth], str(keys[depth]), keys[depth + 1 :]
    for key in reversed(inner):
        value = {str(key): value}
    span = span_at(text, around) if around else None
    if span is not None:
        return _put_in_braces(text, span, name, value)
    return _put_in_table(text, around, name, value, order)


def add(text: str, keys: Keys, entries: Mapping[str, Any], order: Sequence[str] = ()) -> str:
    """The text with one more element of a list of tables, `[[event]]`, after those there are."""
    span = None if value_at(parsed(text), keys) is MISSING else span_at(text, keys)
    if span is not None:
        end = end_of_last(text, span)
        between = "" if end == span[0] + 1 else ", "
        return text[:end] + between + written(dict(entries)) + text[end:]
    stated = statements(text)
    name = ".".join(key_written(key) for key in keys if isinstance(key, str))
    block = [f"[[{name}]]", *_block_lines(name, entries)]
    own = _within(stated, keys) or (_within(stated, keys[:-1]) if keys[1:] else [])
    if own:
        return _with_block(text, block, after=own[-1].last)
    return _with_block(text, block, before=_place_in_order(text, stated, str(keys[0]), order))


def drop(text: str, keys: Keys) -> str:
    """The text without what is at `keys`, which need not be there: a line of its own, an element
    of a list with all below it, or an entry between brackets with its comma."""
    if value_at(parsed(text), keys) is MISSING:
        return text
    own = _within(statements(text), keys)
    if not own:
        return _without_entry(text, keys)
    lines = text.split("\n")
    first, last = own[0].first - 1, own[-1].last
    if own[0].is_header and first and not lines[first - 1].strip():
        first -= 1  # the empty line that parted it from what is above
    return "\n".join((*lines[:first], *lines[last:]))


def _without_entry(text: str, keys: Keys) -> str:
    """The text without an entry of a table in braces or a list in brackets."""
    around, own = span_at(text, keys[:-1]), span_at(text, keys)
    assert around is not None and own is not None, "what has no line stands between brackets"
    first, last = around
    inner = nodes("x = " + text[first:last])["x"]["value"]
    spans = (span_of("x = " + text[first:last], node) for node in leaves(inner))
    ends = sorted(first + one[1] - 4 for one in spans if one is not None)
    before = [end for end in ends if end <= own[0]]
    if before:
        return text[: before[-1]] + text[own[1] :]
    comma = text.find(",", own[1], last)
    if len(ends) > 1 and comma >= 0:
        return text[: first + 1] + text[comma + 1 :]
    return text[: first + 1] + text[last - 1 :]


def _within(stated: Sequence[Statement], keys: Keys) -> list[Statement]:
    """The statements of a table, a list of tables, and all below it."""
    return [one for one in stated if one.keys[: len(keys)] == keys]


def _is_same(one: Any, other: Any) -> bool:
    """Whether two values are the same and of one kind: 1 is no true, and no "1"."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(_is_same(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(_is_same, one, other))
    return isinstance(one, bool | str) == isinstance(other, bool | str) and bool(one == other)


def _replaced(text: str, keys: Keys, value: Value) -> str:
    span = span_at(text, keys)
    if span is None:
        return _replaced_below(text, keys, value)
    start, end = span
    return text[:start] + written(value, like=text[start:end]) + text[end:]


def _replaced_below(text: str, keys: Keys, value: Value) -> str:
    """A table under a header with other entries, those that stay in their places."""
    if not isinstance(value, Mapping):
        raise ValueError(f"{keys} is a table under a header")
    for key in value_at(parsed(text), keys).keys() - value.keys():
        text = drop(text, (*keys, key))
    for key, one in value.items():
        text = put(text, (*keys, key), one)
    return text


def _put_in_braces(text: str, span: tuple[int, int], name: str, value: Value) -> str:
    """An entry more in a table in braces, after the last."""
    entry = f"{key_written(name)} = {written(value)}"
    start, end = span
    if not text[start + 1 : end - 1].strip():
        return f"{text[:start]}{{ {entry} }}{text[end:]}"
    last = end_of_last(text, span)
    return f"{text[:last]}, {entry}{text[last:]}"


def _put_in_table(text: str, around: Keys, name: str, value: Value, order: Sequence[str]) -> str:
    """A line more in a table that stands under a header, at the top of the file, or is made by
    dotted names."""
    stated = statements(text)
    needs_header = isinstance(value, HeadedTable) or (not around and isinstance(value, Mapping))
    if needs_header:
        assert isinstance(value, Mapping)
        path = ".".join(key_written(key) for key in (*around, name) if isinstance(key, str))
        block = [f"[{path}]", *_block_lines(path, value)]
        own = _within(stated, around) if around else []
        if own:
            return _with_block(text, block, after=own[-1].last)
        return _with_block(text, block, before=_place_in_order(text, stated, name, order))
    header = next((one for one in stated if one.is_header and one.keys == around), None)
    if around and header is None:
        return _put_without_header(text, _within(stated, around), around, name, value)
    begin = 0 if header is None else header.last
    following = next((one.first for one in stated if one.is_header and one.first > begin), None)
    end = len(text.split("\n")) if following is None else following - 1
    entries = [one for one in stated if begin < one.first <= end]
    laid_out = _laid_out(text, begin, end, entries, name)
    if laid_out is not None:
        return _filled_in(text, laid_out, value)
    after = entries[-1].last if entries else begin
    entry = _like_neighbour(text, entries, name) + written(value)
    if not entries and not around:
        return _with_block(text, [entry], before=1 if following is None else following)
    return _with_line(text, after, entry)


def _put_without_header(
    text: str, own: Sequence[Statement], around: Keys, name: str, value: Value
) -> str:
    """An entry of a table that only dotted names make, `care.boss = 8`, or tables below it."""
    lines = text.split("\n")
    below = next((one for one in own if one.is_header), None)
    if below is not None:
        path = ".".join(key_written(key) for key in around if isinstance(key, str))
        return _with_block(text, [f"[{path}]", *lines_of({name: value})], before=below.first)
    dots = lines[own[-1].first - 1].partition("=")[0].rstrip()
    depth = len(own[-1].keys) - len(around)
    for _ in range(depth):
        dots = dots.rpartition(".")[0].rstrip()
    return _with_line(text, own[-1].last, f"{dots}.{key_written(name)} = {written(value)}")


def _laid_out(
    text: str, begin: int, end: int, entries: Sequence[Statement], name: str
) -> int | None:
    """The line, between two, in which the entry is laid out to be filled in."""
    taken = {line for one in entries for line in range(one.first, one.last + 1)}
    for number, line in enumerate(text.split("\n")[begin:end], begin + 1):
        found = _LAID_OUT.fullmatch(line)
        if number not in taken and found and found["key"] == name and TO_FILL_IN in found["rest"]:
            return number
    return None


def _filled_in(text: str, number: int, value: Value) -> str:
    """The laid-out line with the value in it; what it says of the entry stays behind it."""
    lines = text.split("\n")
    found = _LAID_OUT.fullmatch(lines[number - 1])
    assert found is not None
    _, mark, said = found["rest"].partition("  # ")
    note = f"{mark}{said}" if mark else ""
    lines[number - 1] = f"{found['indent']}{found['key']}{found['space']}= {written(value)}{note}"
    return "\n".join(lines)


def _like_neighbour(text: str, entries: Sequence[Statement], name: str) -> str:
    """The name and its equals sign, below that of the line above where it fits."""
    key, lines = key_written(name), text.split("\n")
    above = lines[entries[-1].first - 1] if entries else ""
    indent = above[: len(above) - len(above.lstrip())]
    column = above.find(" =")
    return f"{indent}{key:{max(column - len(indent), 0)}} = "


def _with_line(text: str, after: int, line: str) -> str:
    lines = text.split("\n")
    return "\n".join((*lines[:after], line, *lines[after:]))


def _block_lines(path: str, entries: Mapping[str, Any]) -> list[str]:
    """The lines below a header, and the tables below it under headers of their own."""
    below = {key: one for key, one in entries.items() if isinstance(one, HeadedTable)}
    lines = lines_of({key: one for key, one in entries.items() if key not in below})
    for key, one in below.items():
        inner = f"{path}.{key_written(key)}"
        lines += ["", f"[{inner}]", *_block_lines(inner, one)]
    return lines


def _with_block(
    text: str, block: Sequence[str], *, after: int | None = None, before: int | None = None
) -> str:
    """The text with lines put in after or before one of its own, an empty line on either side."""
    lines = text.split("\n")
    while lines and not lines[-1].strip():
        lines.pop()
    at = min(after if after is not None else (before or 1) - 1, len(lines))
    head = [*lines[:at], *([""] if at and lines[at - 1].strip() else [])]
    rest = lines[at:]
    tail = [*([""] if rest and rest[0].strip() else []), *rest]
    return "\n".join((*head, *block, *tail, ""))


def _place_in_order(text: str, stated: Sequence[Statement], name: str, order: Sequence[str]) -> int:
    """The line before which a table of that name belongs: that of the first header of a later one,
    with the comments that stand right above it."""
    lines = text.split("\n")
    later: set[Key] = set(order[order.index(name) + 1 :]) if name in order else set()
    found = next((one for one in stated if one.is_header and one.keys[0] in later), None)
    if found is None:
        return len(lines) + 1
    first = found.first
    while first > 1 and lines[first - 2].startswith("#") and not lines[first - 2].startswith("#:"):
        first -= 1
    return first
