"""A word where a value belongs: what kind of value it was meant to be, and how that is written."""

import re
from datetime import date


def issue_of(word: str) -> str:
    """The code of what is wrong with the word: a text without quotes, unless it looks like more.

    >>> issue_of("40%"), issue_of("2026/1/5"), issue_of("007")
    ('missing-quote', 'bad-date', 'leading-zero')
    """
    return next((code for pattern, code in _VALUES if pattern.fullmatch(word)), "missing-quote")


def as_meant(code: str, word: str) -> str | None:
    """What belongs in the place of the word, where there is but one thing."""
    match code:
        case "missing-quote" if "\\" not in word:
            return f'"{word.strip(_QUOTES)}"'
        case "bad-boolean":
            return word.lower()
        case "bad-date":
            return _day_in(word)
        case _:
            return None


_QUOTES = "\"'"
_DAY = re.compile(r"([12][0-9]{3})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")


def _day_in(word: str) -> str | None:
    """The day that `2026/1/5` or `2026年1月5日` means, if a calendar has it."""
    found = _DAY.fullmatch(word)
    try:
        return None if found is None else str(date(*(int(number) for number in found.groups())))
    except ValueError:
        return None


_VALUES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"[0-9-]*…"), "to-fill-in"),  # as `kpisite new` lays it out
    (re.compile(r"[12][0-9]{3}-(0[1-9]|1[0-2])"), "missing-quote"),
    (re.compile(r"[-+]?[0-9.]+\s*%"), "missing-quote"),
    (re.compile(r"[0-9.]{1,5}\s*[-~]\s*[0-9.]{1,5}"), "missing-quote"),
    (re.compile(r"[0-9]{4}[-/.年][0-9]{1,2}([-/.月].*)?"), "bad-date"),
    (re.compile(r"[0-9]{1,2}:[0-9].*"), "bad-date"),
    (re.compile(r"[-+]?0[0-9_]+(\.[0-9_]*)?"), "leading-zero"),
    (re.compile(r"true|false", re.IGNORECASE), "bad-boolean"),
    (re.compile(r"[-+.¥￥$€£]*[0-9].*"), "bad-number"),
)
