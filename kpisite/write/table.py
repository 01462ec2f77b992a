"""Tables as comma-separated values, which any program reads and no program runs."""

import csv
import re
from collections.abc import Iterable
from decimal import Decimal
from io import StringIO

from kpisite.core.exact import plain

#: Where a spreadsheet would see the start of a formula, a Chinese one in full-width signs too: at
#: the beginning of a field, and behind what it may take for the end of one, since some split at
#: semicolons, tabs or bars and not at commas.  An apostrophe keeps it a text.
_FORMULA = re.compile(r"((?:\A|[;|\t\r\n])\s*)(?=[=+\-@＝＋－＠])|\A(?=[\t\r\n])")


def csv_bytes(rows: Iterable[tuple[str | Decimal, ...]]) -> bytes:
    """The rows in UTF-8 with a byte-order mark, by which spreadsheets know Chinese."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    for row in rows:
        writer.writerow([_field(value) for value in row])
    return text.getvalue().encode("utf-8-sig")


def _field(value: str | Decimal) -> str:
    if isinstance(value, Decimal):
        return plain(value)
    return _FORMULA.sub(_quoted, value)


def _quoted(found: re.Match[str]) -> str:
    return f"{found[1] or ''}'"
