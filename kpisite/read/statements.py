"""Where each statement of a faulty file begins and ends, and which entry it makes.

The parser stops at the first thing it cannot read, and where a bracket or quote was left open that
is often the next entry, or the end of the file.  Here the file is cut at what a reader takes for a
new entry, a line that begins `key =` or `[table]`, so that one mistake costs one entry.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence

from kpisite.core.immutable import immutable
from kpisite.core.issue import Keys
from kpisite.read.tokens import is_left_open, is_string, tokens

_NAME = r"""["']?[\w-]++["']?"""
_NAMES = rf"{_NAME}(?:[ \t]*+[.．][ \t]*+{_NAME})*+"
_ENTRY = re.compile(rf"[ \t]*+{_NAMES}[ \t]*+=(?!=)")
_HEADER = re.compile(rf"[ \t]*+(?:(?P<open>[\[【［]++)|{_NAMES}[ \t]*+\]{{1,2}}[ \t]*+(?:\#|$))")
_LONE_HEADER = re.compile(
    rf"[ \t]*+\[{{1,2}}(?!(?:true|false|inf|nan)\b)[ \t]*+(?=[A-Za-z]){_NAMES}[ \t]*+"
    r"\]{1,2}[ \t]*+(?:#|$)"
)
_KEYS = re.compile(rf"[ \t\[【［]*+(?P<names>{_NAMES})")
_SIGN = re.compile(r"""[=\[\]{}"'#]""")
_BETWEEN_WORDS = re.compile(r"[^\w-]+")
_INDENT = re.compile(r"[ \t]*+")
#: An entry that stands on its line whole, as nearly all do, with a bare name and a plain value; and
#: the header of a table or of an element.
_PLAIN_ENTRY = re.compile(
    r"""[ \t]*+(?P<name>[A-Za-z0-9_-]++)[ \t]*+=[ \t]*+"""
    r"""(?:"[^"\\\r]*+"|[A-Za-z0-9_.+:%-]++)[ \t]*+"""
)
_PLAIN_HEADER = re.compile(r"(?P<open>\[{1,2})(?P<name>[A-Za-z0-9_-]++)\]{1,2}")
_PAIRS = {"]": "[", "}": "{"}


@immutable(kw_only=False)
class Opening:
    """A bracket or quote that is never closed: the sign, its line and its column, from one."""

    sign: str
    line: int
    column: int


@immutable(kw_only=False)
class Statement:
    """The lines from `first` to `last`, counted from one, and the entry or table they make.

    `keys` is the way to it from the top of the file; where the line names nothing, it is the table
    that the line stands in.
    """

    first: int
    last: int
    keys: Keys
    is_header: bool
    left_open: Opening | None = None


def statements(text: str) -> tuple[Statement, ...]:
    """The statements of `text`, in its order; blank lines and comments belong to none."""
    lines = text.split("\n")
    found: list[Statement] = []
    tables = _Tables()
    number, has_run_out = 1, False
    offsets = [0]
    for line in lines:
        offsets.append(offsets[-1] + len(line) + 1)
    while number <= len(lines):
        line = lines[number - 1]
        plain = _PLAIN_ENTRY.fullmatch(line)
        if plain is not None:
            found.append(Statement(number, number, (*tables.table, plain["name"]), False))
            number += 1
            continue
        if not line.strip() or line.lstrip().startswith("#"):
            number += 1
            continue
        header = _HEADER.match(line)
        if header is not None:
            last, left_open = number, None
            keys = tables.opened(line, is_array=len(header["open"] or "") > 1)
        else:
            reach = _extent(text, lines, offsets, number, is_strict=has_run_out)
            last, left_open = reach.last, reach.left_open
            has_run_out = has_run_out or reach.has_run_out
            keys = tables.entry(line)
        found.append(Statement(number, last, keys, header is not None, left_open))
        number = last + 1
    return tuple(found)


def statement_at(found: Sequence[Statement], line: int) -> Statement | None:
    """The statement that holds `line`."""
    index = bisect_right(found, line, key=lambda statement: statement.first) - 1
    return found[index] if index >= 0 and line <= found[index].last else None


@immutable(kw_only=False)
class _Reach:
    """How far an entry goes, what it leaves open, and whether that ran to the end of the file."""

    last: int
    left_open: Opening | None
    has_run_out: bool


def _extent(
    text: str, lines: list[str], offsets: list[int], first: int, *, is_strict: bool
) -> _Reach:
    """How far the entry that begins at line `first` goes.

    Once an entry has run to the end of the file, `is_strict` cuts the others at the next line that
    can begin one, so that no file is gone through again and again.
    """
    line, brackets = first, list[Opening]()
    left_open: Opening | None = None
    before = ""
    for token, offset in tokens(text, offsets[first - 1]):
        here = Opening(token, line, offset - offsets[line - 1] + 1)
        if token == "\n":
            if not brackets or (
                line < len(lines)
                and _begins_anew(lines, first, line, brackets[-1].sign, "" if is_strict else before)
            ):
                break
            line += 1
        elif is_string(token):
            if is_left_open(token):
                left_open = left_open or _quote(here, token)
                if token.startswith(('"""', "'''")):
                    break
                _close_within(brackets, token)
            line += token.count("\n")
        elif token in "[{":
            brackets.append(here)
        elif token in "]}":
            unclosed = _close(brackets, token)
            left_open = left_open or unclosed
        if not token.isspace() and not token.startswith("#"):
            before = token
    left_open = left_open or (brackets[-1] if brackets else None)
    has_run_out = left_open is not None and (line >= len(lines) or len(left_open.sign) == 3)
    return _Reach(_next_beginning(lines, first) if has_run_out else line, left_open, has_run_out)


def _quote(here: Opening, token: str) -> Opening:
    sign = token[:3] if token[:3] in ('"""', "'''") else token[0]
    return Opening(sign, here.line, here.column)


def _close(brackets: list[Opening], sign: str) -> Opening | None:
    """Closes the bracket that `sign` closes; one left open inside it is given back."""
    for depth in range(len(brackets) - 1, -1, -1):
        if brackets[depth].sign == _PAIRS[sign]:
            inner = brackets[depth + 1 :]
            del brackets[depth:]
            return inner[0] if inner else None
    return None


def _close_within(brackets: list[Opening], token: str) -> None:
    """Brackets that a quote left open has swallowed close what they were meant to."""
    for sign in token:
        if sign in _PAIRS and brackets and brackets[-1].sign == _PAIRS[sign]:
            brackets.pop()


def _begins_anew(lines: list[str], first: int, line: int, bracket: str, before: str) -> bool:
    """Whether the line after `line` begins another statement though `bracket` is still open."""
    following = lines[line]
    if _LONE_HEADER.match(following):
        return True
    if not _ENTRY.match(following):
        return False
    if bracket == "[" or not before:
        return True
    return before not in ",{" and _indent(following) <= _indent(lines[first - 1])


def _indent(line: str) -> int:
    found = _INDENT.match(line)
    return found.end() if found else 0


def _next_beginning(lines: list[str], first: int) -> int:
    """The last line before the next that looks like an entry or a table of its own."""
    for number in range(first, len(lines)):
        if _ENTRY.match(lines[number]) or _LONE_HEADER.match(lines[number]):
            return number
    return len(lines)


class _Tables:
    """The tables as their headers open them, counting those of `[[…]]`."""

    def __init__(self) -> None:
        self._counts: dict[Keys, int] = {}
        self.table: Keys = ()

    def opened(self, line: str, *, is_array: bool) -> Keys:
        """The way to the table that the header `line` opens."""
        plain = _PLAIN_HEADER.fullmatch(line)
        names = _names(line) if plain is None else (plain["name"],)
        way: Keys = ()
        for name in names[:-1]:
            way = self._latest((*way, name))
        if names:
            way = (*way, names[-1])
            if is_array:
                self._counts[way] = self._counts.get(way, 0) + 1
            way = self._latest(way)
        self.table = way
        return way

    def entry(self, line: str) -> Keys:
        """The way to the entry that `line` makes in the table last opened."""
        return (*self.table, *_names(line))

    def _latest(self, way: Keys) -> Keys:
        count = self._counts.get(way)
        return way if count is None else (*way, count - 1)


def _names(line: str) -> tuple[str, ...]:
    """The names that the line begins with or, where an equals sign does not follow them, the one
    that stands before the first."""
    found = _KEYS.match(line)
    after = "" if found is None else line[found.end() :].lstrip()
    sign = _SIGN.search(line)
    if sign is not None and sign[0] == "=" and not after.startswith(("=", "＝", ":", "：")):
        word = _BETWEEN_WORDS.split(line[: sign.start()].strip())[-1]
        return (word,) if word else ()
    return (
        ()
        if found is None
        else tuple(name.strip(" \t\"'") for name in re.split("[.．]", found["names"]))
    )
