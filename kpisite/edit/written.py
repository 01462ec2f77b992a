r"""Values as TOML writes them, in the hand of whoever wrote the file.

>>> written({"self": Decimal("4.5"), "note": 'said "no"'})
'{ self = 4.5, note = "said \\"no\\"" }'
>>> written("D:\\forms", like="'C:\\forms'")
"'D:\\forms'"
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from kpisite.core.exact import plain

#: What may be put into a file; a `HeadedTable` gets a header of its own, another mapping braces.
Value = str | int | bool | Decimal | date | Mapping[str, Any] | Sequence[Any]


class HeadedTable(dict[str, Any]):
    """A table that stands under a header, `[answer]`, rather than in braces on one line."""


_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b",
            "\f": "\\f"}  # fmt: skip


def key_written(key: str) -> str:
    """A key, in quotes where TOML asks for them."""
    return key if _BARE_KEY.fullmatch(key) else _text(key)


def written(value: Value, *, like: str = "") -> str:
    """A value as it stands in a file; a text is quoted as `like`, what stood there before, is."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            is_literal = like.startswith("'") and not like.startswith("'''")
            return f"'{value}'" if is_literal and _is_literal(value) else _text(value)
        case int():
            return str(value)
        case Decimal():
            return plain(value)
        case date():
            return value.isoformat()
        case Mapping():
            entries = ", ".join(
                f"{key_written(key)} = {written(one)}" for key, one in value.items()
            )
            return f"{{ {entries} }}" if entries else "{}"
        case _:
            return f"[{', '.join(written(one) for one in value)}]"


def _is_literal(text: str) -> bool:
    """Whether a text may stand between single quotes, which know no escapes."""
    return "'" not in text and all(sign == "\t" or sign.isprintable() for sign in text)


def _text(text: str) -> str:
    return '"' + "".join(_ESCAPES.get(sign) or _visible(sign) for sign in text) + '"'


def _visible(sign: str) -> str:
    """The sign, or its number where nobody would see it or the parser would refuse it."""
    if sign.isprintable() or sign == "\u3000":
        return sign
    number = ord(sign)
    return f"\\u{number:04X}" if number < 0x10000 else f"\\U{number:08X}"


def lines_of(entries: Mapping[str, Any]) -> list[str]:
    """The entries of a table, one a line, their equals signs below one another."""
    width = max((_width(key) for key in entries), default=0)
    return [f"{key_written(key):{width}} = {written(value)}" for key, value in entries.items()]


def _width(key: str) -> int:
    return len(key_written(key))
