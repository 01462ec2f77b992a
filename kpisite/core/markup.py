"""How much Markdown a text may hold.

The library that sets Markdown takes time with the square of some signs, and it and the press
descend once for each level of nesting; a note is small print on a form and needs little of either.
Each bound stands where a text that reaches it is set and printed in a fraction of a second, far
above what anybody writes on a form.  What a file holds in all its texts and entries has a bound
too, by the lines that it takes on paper.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from kpisite.core.immutable import immutable

#: The longest text of several sentences, in characters.
LONGEST_TEXT = 20_000
#: So much a file may hold that goes onto one person's form, in lines of print: some 30 pages, which
#: are set in a few seconds.
MOST_LINES = 1500
#: So deep lists, quotations and HTML may nest.
DEEPEST_TEXT = 10


@immutable(kw_only=False)
class Excess:
    """What a text has too much of, by the name of its words, and how much it may have."""

    what: str
    found: int
    most: int


def excess(text: str) -> Excess | None:
    """What of Markdown the text has more of than can be set, or nothing.

    >>> excess("[" * 300)
    Excess(what='brackets', found=300, most=200)
    >>> excess("- + " * 40 + "x")
    Excess(what='levels', found=80, most=10)
    """
    bounds = _BOUNDS if _SIGNIFICANT.search(text) else _BOUNDS_OF_WORDS
    for what, most, count in bounds:
        found = count(text)
        if found > most:
            return Excess(what, found, most)
    return None


def lines_on_paper(data: Any) -> int:
    r"""About how many lines of a form the data of a file take, and by how much longer they take to
    set than lines of words: an entry of a list stands on two; so does an item of Markdown; four
    signs cost as much as a line.

    >>> lines_on_paper({"event": [{"rule": "late", "reason": "迟到"}, {"rule": "late"}]})
    4
    >>> lines_on_paper("好" * 120), lines_on_paper("- 一\n- 二"), lines_on_paper("**好** " * 4)
    (2, 3, 2)
    """
    if isinstance(data, str):
        return _lines_of_text(data)
    if isinstance(data, Mapping):
        return sum(lines_on_paper(value) for value in data.values())
    if isinstance(data, list):
        entries = sum(2 for value in data if isinstance(value, Mapping))
        return entries + sum(lines_on_paper(value) for value in data)
    return 0


def _lines_of_text(text: str) -> int:
    lines = text.count("\n") + len(text) // 50
    if not _SIGNIFICANT.search(text):
        return lines
    signs = text.count("[") + text.count("<") + len(_RUN.findall(text)) + _cells(text)
    return lines + len(_OPENINGS.findall(text)) + signs // 4


_SIGNIFICANT = re.compile(r"[\[<*_`|>]|^[ \t]*(?:[-+]|[0-9])", re.MULTILINE)
#: What opens a quotation or a list at the start of a line; a list further in stands four further.
_OPENINGS = re.compile(r"^(?:[ \t]+|>|[-*+](?=[ \t])|[0-9]{1,9}[.)](?=[ \t]))+", re.MULTILINE)
_MARKER = re.compile(r">|[-*+](?=[ \t])|[0-9]+[.)]")
#: A line drawn across the text, `* * *`; with more between the signs it is a list of lists.
_RULE = re.compile(r" {0,3}([-*_])(?: {0,2}\1)* *")
#: HTML that can stand within itself, and survives in a note.
_TAG = re.compile(r"<(/?)(em|strong|code|pre|blockquote|ul|ol|table|a)\b", re.IGNORECASE)
_RUN = re.compile(r"[*_`]+")
_BLANK_LINES = re.compile(r"\n[ \t]*\n")


def _levels(text: str) -> int:
    """How deep lists and quotations nest, and HTML within them, at the most."""
    lines = max(
        (
            _levels_of(found[0])
            for found in _OPENINGS.finditer(text)
            if len(found[0]) > DEEPEST_TEXT and not _is_rule(text, found.start())
        ),
        default=0,
    )
    return lines + (_levels_of_tags(text) if "<" in text else 0)


def _levels_of_tags(text: str) -> int:
    """How deep HTML nests; what is closed out of order counts as open to the end."""
    is_open: list[str] = []
    deepest = 0
    for closing, name in _TAG.findall(text.lower()):
        if not closing:
            is_open.append(name)
            deepest = max(deepest, len(is_open))
        elif is_open[-1:] == [name]:
            is_open.pop()
    return deepest


def _levels_of(opening: str) -> int:
    markers = _MARKER.findall(opening)
    columns = sum(4 if sign == "\t" else sign == " " for sign in opening)
    return len(markers) + max(columns - len(markers), 0) // 4 if markers else 0


def _is_rule(text: str, start: int) -> bool:
    """Whether the line that begins there is a line drawn across, `* * *`, and no list."""
    return _RULE.fullmatch(text[start:].partition("\n")[0]) is not None


def _cells(text: str) -> int:
    """How many cells the text's tables have, at the most: a row has as many as the widest."""
    if "|" not in text:
        return 0
    return sum(
        (max(line.count("|") for line in lines) + 1) * len(lines)
        for block in _BLANK_LINES.split(text)
        if "|" in block
        for lines in (block.strip("\n").split("\n"),)
        if len(lines) > 1
    )


_Bounds = tuple[tuple[str, int, Callable[[str], int]], ...]
#: What is counted, how much of it there may be, and how; of words alone, and of all else.
_BOUNDS_OF_WORDS: _Bounds = (
    ("characters", LONGEST_TEXT, len),
    ("lines", 500, lambda text: text.count("\n")),
)
_BOUNDS: _Bounds = (
    ("characters", LONGEST_TEXT, len),
    ("brackets", 200, lambda text: text.count("[")),
    ("angles", 100, lambda text: text.count("<")),
    ("lines", 500, lambda text: text.count("\n")),
    ("signs", 200, lambda text: len(_RUN.findall(text))),
    ("cells", 500, _cells),
    ("levels", DEEPEST_TEXT, _levels),
)
