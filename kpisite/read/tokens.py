r"""TOML's tokens, cut as the parser cuts them, in a file that may be broken anywhere.

>>> [token for token, _ in tokens('a = "x" # y')]
['a', ' ', '=', ' ', '"x"', ' ', '# y']
"""

import re
from collections.abc import Iterable, Iterator

#: Nobody writes a form this deep by hand, and the parser, which descends once for each level, runs
#: out of stack some thousands below.
DEEPEST = 50

_WORDS = r'''
      """ (?: [^"\\] | \\ ["\\]? | " (?!"") )*+ (?: "{3,5} | \Z )
    | \'\'\' (?: [^'] | ' (?!\'\') )*+ (?: '{3,5} | \Z )
    | " (?: [^"\\\n] | \\ ["\\]? )*+ "?
    | ' [^'\n]*+ '?
    | \# [^\r\n]*
    | [ \t\r]+
    | [^.=,\[\]{}\s\#"'] [^.=,\[\]{}\ \t\#\r\n]*
'''
_TOKEN = re.compile(rf"{_WORDS} | [\[\]{{}}=,.\n] | .", re.VERBOSE)
_WORD = re.compile(_WORDS, re.VERBOSE)
#: What nests no deeper than `_DEPTH_OF_SHALLOW` within whatever is around it.
_SHALLOW = re.compile(r"\[\[\.{0,8}\]\]|\[[.,]{0,8}\]|\{[.=,]{0,8}\}|\.{1,8}(?==)")
_DEPTH_OF_SHALLOW = 10
_CLOSES = {"]": "[", "}": "{"}


def tokens(text: str, start: int = 0) -> Iterator[tuple[str, int]]:
    """Every token of `text` with the offset at which it begins.

    A string ends at its quote or, left open, at the end of the line; one in triple quotes at the
    end of the file.  A quote within a word begins no string.
    """
    for found in _TOKEN.finditer(text, start):
        yield found[0], found.start()


def is_string(token: str) -> bool:
    """Whether the token is a text in quotes, closed or not."""
    return token[0] in "\"'"


def is_left_open(token: str) -> bool:
    """Whether the text in quotes was never closed."""
    quote = token[:3] if token[:3] in ('"""', "'''") else token[0]
    if len(token) < 2 * len(quote) or not token.endswith(quote):
        return True
    body = token[len(quote) : -len(quote)]
    return quote[0] == '"' and (len(body) - len(body.rstrip("\\"))) % 2 == 1


def too_deep(text: str) -> int | None:
    """The first line that nests deeper than `DEEPEST` levels, by brackets and dotted keys, whether
    the dots are typed in half or in full width."""
    text = text.replace("．", ".")
    if text.count("[") + text.count("{") + text.count(".") <= DEEPEST:
        return None
    # Only where the signs between the words nest too deep are the words gone through one by one,
    # and the signs only where those that are closed at once, as most are, leave many others.
    signs = _WORD.sub("", text)
    deep = _SHALLOW.sub("", signs)
    if deep.count("[") + deep.count("{") + deep.count(".") <= DEEPEST - _DEPTH_OF_SHALLOW:
        return None
    if _line_too_deep(signs) is None:
        return None
    return _line_too_deep(token for token, _ in tokens(text))


def _line_too_deep(found: Iterable[str]) -> int | None:
    line, dots = 1, 0
    still_open: list[str] = []
    for token in found:
        if token == ".":
            dots += 1
        elif token in "[{":
            still_open.append(token)
        elif token in "=,]}\n":
            dots = 0
            if still_open and _CLOSES.get(token) == still_open[-1]:
                still_open.pop()
        if len(still_open) + dots > DEEPEST:
            return line
        line += token.count("\n")
    return None
