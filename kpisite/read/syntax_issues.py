"""What the writer most likely did where the parser stopped, in HR's terms.

The parser says `string values must be quoted, expected literal string`; HR wrote 40% without
quotes, or nothing at all.  `syntax_issue_at` looks at the line too, and names the issue by a code
of `words/faults.toml`, which has the words and the remedy.
"""

import re
from collections.abc import Callable
from dataclasses import field
from functools import partial

from kpisite.core.immutable import immutable
from kpisite.core.issue import Fact
from kpisite.read.bare_values import as_meant, issue_of
from kpisite.read.half_width import FULL_WIDTH, QUOTES, first_odd_sign, in_half_width
from kpisite.read.statements import Opening
from kpisite.read.tokens import is_string, tokens


@immutable(kw_only=False)
class SyntaxIssue:
    """A code, the columns it covers, its facts, and the line as it was meant, where that is plain
    enough to read on with; or what belongs in the place of the columns, which HR is shown."""

    code: str
    column: int
    end: int
    facts: dict[str, Fact] = field(default_factory=dict)
    meant: str | None = None
    write: str | None = None


def syntax_issue_at(detail: str, line: str, column: int) -> SyntaxIssue:
    """The issue at `column` of `line`, of which the parser says `detail`.

    >>> detail = "string values must be quoted, expected literal string"
    >>> syntax_issue_at(detail, "share = 40%", 9).code
    'missing-quote'
    """
    if any(words in detail for words in _UNPRINTABLE):
        return _hidden(line, column)
    with_comma = _number_with_comma(line, column)
    if with_comma is not None:
        return with_comma
    maker = next((maker for words, maker in _ISSUES if detail.startswith(words)), None)
    is_bare_text = maker is _value and _word_at(line, column)[1][:1].isalpha()
    odd = None if is_bare_text else first_odd_sign(line)
    if odd is not None:
        return _odd_sign(line, *odd)
    if maker is not None:
        return maker(line, column)
    return SyntaxIssue("not-toml", column, column, {"detail": detail})


def issue_left_open(opening: Opening, line: str) -> SyntaxIssue:
    """A bracket or quote that was never closed, or closed by the full-width one."""
    if opening.sign in _CLOSING:
        facts: dict[str, Fact] = {"sign": opening.sign, "closing": _CLOSING[opening.sign]}
        return SyntaxIssue("unclosed-bracket", opening.column, opening.column, facts)
    for index in range(opening.column, len(line)):
        if line[index] in QUOTES and FULL_WIDTH[line[index]] == opening.sign:
            facts = {"character": line[index], "meant": opening.sign}
            meant = f"{line[:index]}{opening.sign}{in_half_width(line[index + 1 :])}"
            return SyntaxIssue("full-width", index + 1, index + 1, facts, meant)
    end = opening.column + len(opening.sign) - 1
    return SyntaxIssue("unclosed-quote", opening.column, end, {"sign": opening.sign})


def _hidden(line: str, column: int) -> SyntaxIssue:
    character = line[column - 1 : column]
    facts: dict[str, Fact] = {"field": _key(line), "character": f"U+{ord(character or ' '):04X}"}
    meant = f"{line[: column - 1]} {line[column:]}"
    return SyntaxIssue("control-character", column, column, facts, meant)


def _odd_sign(line: str, column: int, character: str) -> SyntaxIssue:
    meant = FULL_WIDTH.get(character)
    if meant is None:
        facts: dict[str, Fact] = {"character": f"U+{ord(character):04X}"}
        return SyntaxIssue("odd-space", column, column, facts, in_half_width(line))
    facts = {"character": character, "meant": meant}
    return SyntaxIssue("full-width", column, column, facts, in_half_width(line))


#: A value such as `90,5` or `126,000`, alone or before a percent sign.
_WITH_COMMA = re.compile(
    r"=[ \t]*(?P<value>(?P<whole>[-+]?[0-9]+),(?P<rest>[0-9]+)(?P<sign>[ \t]*%)?)"
    r"(?=[ \t]*(?:[,}#]|$))"
)


def _number_with_comma(line: str, column: int) -> SyntaxIssue | None:
    """A comma for a point, of which it is plain that it parts no thousands."""
    for found in _WITH_COMMA.finditer(line):
        start, end = found.start("value") + 1, found.end("value")
        if start <= column <= end + 2 and not _is_within_text(line, start):
            number = f"{found['whole']}.{found['rest']}"
            write = f'"{number}%"' if found["sign"] else number
            is_plain = len(found["rest"]) != 3
            facts: dict[str, Fact] = {"value": found["value"]}
            return SyntaxIssue("bad-number", start, end, facts, write=write if is_plain else None)
    return None


def _is_within_text(line: str, column: int) -> bool:
    return any(
        start < column <= start + len(token)
        for token, start in tokens(line)
        if is_string(token) or token.startswith("#")
    )


def _value(line: str, column: int) -> SyntaxIssue:
    """A value that is none: text without quotes, a date or number written in another way."""
    start, word = _word_at(line, column)
    end = start + max(len(word), 1) - 1
    if not word or word.startswith("#"):
        return SyntaxIssue("missing-value", start, start, {"key": _key_before(line, start)})
    code = issue_of(word)
    facts: dict[str, Fact] = {"value": word.strip("\"'\\")}
    return SyntaxIssue(code, start, end, facts, write=as_meant(code, word))


_THOUSANDS = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?(?![0-9])")
_WORD = re.compile(r"""[^\s,=\[\]{}#]++(?:[ \t]++[^\s,=\[\]{}#"']++)*+""")


def _word_at(line: str, column: int) -> tuple[int, str]:
    """The word that `column` stands in, and the column at which it begins."""
    for found in _WORD.finditer(line):
        if found.start() < column <= found.end() + 1:
            return found.start() + 1, found[0]
    return column, ""


def _after_value(line: str, column: int) -> SyntaxIssue:
    if line[column - 1 :].startswith("="):
        column -= len(re.split(r"[^\w \t-]|(?<=\S)[ \t]+(?=\S)", line[: column - 1])[-1])
    rest = _without_remark(line[column - 1 :])
    for thousands in _THOUSANDS.finditer(line):
        if thousands.start() < column <= thousands.end():
            facts: dict[str, Fact] = {"value": thousands[0]}
            return SyntaxIssue("bad-number", thousands.start() + 1, thousands.end(), facts)
    if rest[:1] in ("]", "}") or rest in (",", ";"):
        return SyntaxIssue("extra-sign", column, column, {"sign": rest[:1]}, write="")
    return SyntaxIssue("after-value", column, column + len(rest) - 1, {"rest": _short(rest)})


def _without_remark(line: str) -> str:
    remark = next((start for token, start in tokens(line) if token.startswith("#")), len(line))
    return line[:remark].rstrip()


def _sign(line: str, column: int) -> SyntaxIssue:
    return SyntaxIssue("extra-sign", column, column, {"sign": line[column - 1 : column]}, write="")


def _equals(line: str, column: int) -> SyntaxIssue:
    before = line[: column - 1].rstrip()
    if line[column - 1 : column] == "]":
        return _sign(line, column)
    if before.endswith((":", ";")):
        column = len(before)
    return SyntaxIssue("missing-equals", column, column, {"key": _key_before(line, column)})


def _comma(line: str, column: int) -> SyntaxIssue:
    if '"' in _word_at(line, column)[1]:
        return _after_value(line, column)
    return SyntaxIssue("missing-comma", column, column)


def _no_value(line: str, column: int) -> SyntaxIssue:
    return SyntaxIssue("missing-value", column, column, {"key": _key_before(line, column)})


def _string(line: str, column: int) -> SyntaxIssue:
    """A fault in a text; `{ self = }` is reported as one, too."""
    if line[: column - 1].rstrip().endswith("="):
        return _no_value(line, column)
    return SyntaxIssue("unclosed-quote", column, column, {"sign": '"'})


def _twice(line: str, column: int) -> SyntaxIssue:
    word = re.match(r"""["']?([\w-]*)""", line[column - 1 :])
    key = word[1] if word else ""
    return SyntaxIssue("duplicate-key", column, column + max(len(key), 1) - 1, {"key": key})


def _header(line: str, column: int) -> SyntaxIssue:
    if "]" in _without_remark(line[column - 1 :]):
        return _bad_key(line, column)
    sign = "[[" if line.lstrip().startswith("[[") else "["
    start = max(line.find("["), 0) + 1
    facts: dict[str, Fact] = {"sign": sign, "closing": _CLOSING[sign]}
    return SyntaxIssue("unclosed-bracket", start, start + len(sign) - 1, facts)


def _bad_key(line: str, column: int) -> SyntaxIssue:
    before = line.partition("=")[0] if "=" in line[column - 1 :] else line
    key = before.strip(" \t[]{}") or line[column - 1 : column]
    start = max(line.find(key), 0) + 1
    return SyntaxIssue("bad-key", start, start + max(len(key), 1) - 1, {"key": _short(key)})


def _left_open(sign: str, line: str, column: int) -> SyntaxIssue:
    start = line.rfind(sign, 0, column) + 1 or column
    return issue_left_open(Opening(sign, 0, start), line)


def _escape(line: str, column: int) -> SyntaxIssue:
    start = max(line.rfind("\\", 0, column), 0)
    facts: dict[str, Fact] = {"escape": line[start : start + 2]}
    return SyntaxIssue("bad-escape", start + 1, start + 2, facts, _backslashes_doubled(line, start))


#: A backslash before anything that makes no escape of it.
_NO_ESCAPE = re.compile(r"\\(?![btnfre\"\\]|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|x[0-9A-Fa-f]{2})")


def _backslashes_doubled(line: str, column: int) -> str | None:
    """The line with each backslash that means nothing as one that stands for itself, in the text
    that `column` lies in."""
    for token, start in tokens(line):
        if start <= column < start + len(token) and token.startswith('"'):
            # Those that are doubled already go by in pairs.
            parts = token.split("\\\\")
            doubled = "\\\\".join(_NO_ESCAPE.sub(r"\\\\", part) for part in parts)
            return f"{line[:start]}{doubled}{line[start + len(token) :]}"
    return None


def _key(line: str) -> str:
    """The key that the line states; of a comment, its sign."""
    return "#" if line.lstrip().startswith("#") else _short(line.partition("=")[0].strip(" \t[]"))


def _key_before(line: str, column: int) -> str:
    words = re.findall(r"""[^\s,=\[\]{}#"':：]+""", line[: column - 1])
    return _short(words[-1]) if words else ""


def _short(text: str) -> str:
    return text if len(text) <= 20 else text[:19] + "…"


_CLOSING = {"[": "]", "{": "}", "[[": "]]"}
_UNPRINTABLE = ("comment character", "visible characters", "quote characters", r"`\`, characters")

#: How the parser's words begin, and who finds the issue; the first that fits is asked.  They are
#: those of one release, which pyproject.toml names: this is the one place that goes by them.
_ISSUES: tuple[tuple[str, Callable[[str, int], SyntaxIssue]], ...] = (
    ("string values must be quoted", _value),
    ("missing opening quote", _value),
    ("invalid boolean", _value),
    ("invalid float", _value),
    ("invalid mantissa", _value),
    ("invalid fraction", _value),
    ("invalid exponent", _value),
    ("invalid integer", _value),
    ("invalid hexadecimal", _value),
    ("invalid octal", _value),
    ("invalid binary", _value),
    ("integers with a radix", _value),
    ("radix must be lowercase", _value),
    ("redundant numeric sign", _value),
    ("redundant integer", _value),
    ("unexpected sign", _value),
    ("unexpected leading zero", _value),
    ("`_` may only go between digits", _value),
    ("invalid date", _value),
    ("invalid time", _value),
    ("invalid offset", _value),
    ("invalid basic string, expected `", _string),
    ("invalid literal string, expected `", _string),
    ("year ", _value),
    ("second must be", _value),
    ("duplicate key", _twice),
    ("cannot extend value", _twice),
    ("missing value", _no_value),
    ("extra comma in inline table, expected value", _no_value),
    ("extra comma in inline table, expected `=`", _equals),
    ("extra comma", _sign),
    ("extra `=`", _sign),
    ("unexpected `=`", _sign),
    ("missing inline table opening", _sign),
    ("missing array opening", _sign),
    ("missing table open", _sign),
    ("unexpected key or value", _after_value),
    ("key with no value", _equals),
    ("missing assignment", _equals),
    ("missing comma", _comma),
    ("invalid inline table element, expected `,`", _comma),
    ("invalid inline table element, expected `=`", _equals),
    ("invalid inline table element", _bad_key),
    ("extra assignment", _comma),
    ("missing key for inline table", _comma),
    ("unclosed array,", partial(_left_open, "[")),
    ("unclosed inline table", partial(_left_open, "{")),
    ("invalid multi-line basic string, expected `", partial(_left_open, '"""')),
    ("invalid multi-line literal string, expected `", partial(_left_open, "'''")),
    ("unclosed table", _header),
    ("unclosed array table", _header),
    ("invalid unquoted key", _bad_key),
    ("unquoted keys cannot be empty", _bad_key),
    ("invalid key", _bad_key),
    ("invalid table", _bad_key),
    ("invalid multi-line basic string, expected newline", _escape),
    ("missing escaped value", _escape),
    ("too few unicode value digits", _escape),
    ("invalid value, expected unicode", _escape),
)
