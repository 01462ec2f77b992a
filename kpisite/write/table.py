"""Tables as comma-separated values, which any program reads and no program runs."""

import csv
from collections.abc import Iterable
from decimal import Decimal
from io import StringIO

from kpisite.core.exact import plain

#: What a spreadsheet would take for the start of a formula, a Chinese one full-width signs too; an
#: apostrophe keeps it a text.
FORMULA_SIGNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")


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
    return f"'{value}" if value.startswith(FORMULA_SIGNS) else value
