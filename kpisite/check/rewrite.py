"""What a value of the wrong kind was meant as, where that is plain: the same value in the way in
which its kind is written.  Nothing here changes what a number means."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from unicodedata import normalize

from kpisite.core.exact import plain
from kpisite.core.month import Month

_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_PERCENTAGE = re.compile(r"(-?[0-9]+(?:[.,][0-9]+)?) *%")
_DATED = re.compile(r"([12][0-9]{3})[-/.年 ]+([0-9]{1,2})(?:[-/.月 ]+([0-9]{1,2})日?)?月?")


#: No id has more digits.
_LONGEST = 30


def rewritten(expected: str, value: object) -> str:
    """`value` as one writes what was `expected`; empty where that would be a guess.

    >>> rewritten("share", "４０％"), rewritten("number", "8"), rewritten("share", "40")
    ('"40%"', '8', '')
    """
    return REWRITERS[expected](value) if expected in REWRITERS else ""


def _in_half_width(value: object) -> str:
    return normalize("NFKC", value).strip() if isinstance(value, str) else ""


def number(value: object) -> str:
    """A number that was put in quotes, or typed in full width."""
    text = _in_half_width(value)
    return text if _NUMBER.fullmatch(text) else ""


def _share(value: object) -> str:
    """A percentage typed in full width, or with a comma for the point."""
    found = _PERCENTAGE.fullmatch(_in_half_width(value))
    return "" if found is None else f'"{found[1].replace(",", ".")}%"'


def _text(value: object) -> str:
    """A number or a date that is meant as a name."""
    match value:
        case Decimal() if value.is_finite() and abs(value.adjusted()) < _LONGEST:
            return f'"{plain(value)}"'
        case date():
            return f'"{value}"'
        case int() if not isinstance(value, bool) and abs(value) < 10**_LONGEST:
            return f'"{value}"'
        case _:
            return ""


def _whole(value: object) -> str:
    if isinstance(value, Decimal):
        is_whole = value.is_finite() and value.adjusted() < _LONGEST and not value % 1
        return plain(value) if is_whole else ""
    text = number(value)
    return text if "." not in text else ""


def _switch(value: object) -> str:
    text = _in_half_width(value).lower()
    return text if text in ("true", "false") else ""


def _day(value: object) -> str:
    if isinstance(value, datetime):
        return str(value.date())
    found = _DATED.fullmatch(_in_half_width(value))
    if found is None or found[3] is None:
        return ""
    try:
        return str(date(int(found[1]), int(found[2]), int(found[3])))
    except ValueError:
        return ""


def _month(value: object) -> str:
    found = _DATED.fullmatch(_in_half_width(value))
    if found is None or found[3] is not None or not 1 <= int(found[2]) <= 12:
        return ""
    return f'"{Month(int(found[1]), int(found[2]))}"'


#: By what was expected, as `shape_issues.EXPECTED` names it.
REWRITERS: Mapping[str, Callable[[object], str]] = {
    "text": _text,
    "string": _text,
    "number": number,
    "amount": _share,
    "share": _share,
    "weight": _share,
    "month": _month,
    "date": _day,
    "integer": _whole,
    "boolean": _switch,
}
