"""Tables as comma-separated values, which any program reads and no program runs."""

import csv
import re
from collections.abc import Iterable
from decimal import Decimal
from io import StringIO

from kpisite.core.exact import plain
from kpisite.pages.remembered import TEXTS, Lines

Row = tuple[str | Decimal, ...]

#: Where a spreadsheet would see the start of a formula, a Chinese one in full-width signs too: at
#: the beginning of a field, and behind what it may take for the end of one, since some split at
#: semicolons, tabs or bars and not at commas.  An apostrophe keeps it a text.
_FORMULA = re.compile(r"((?:\A|[;|\t\r\n])\s*)(?=[=+\-@＝＋－＠])|\A(?=[\t\r\n])")

#: What a spreadsheet would turn into a number, a day or a truth value that is no longer the same:
#: an id with a zero in front, with an exponent, with more digits than it keeps, one like a date.
#: The apostrophe is shown where the file is opened; there is no way to keep such an id that every
#: program understands, and the workbook has it as it is.
_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec"
_CHANGED = re.compile(
    rf"""0[0-9]+ | [0-9]{{16,}} | [0-9]+e[0-9]+ | true | false
    | [0-9]{{1,4}}-[0-9]{{1,2}}(-[0-9]{{1,4}})?
    | [0-9]{{1,4}}-?({_MONTHS})[a-z]* | ({_MONTHS})[a-z]*-?[0-9]{{1,4}}""",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)


def csv_bytes(rows: Iterable[Row], lists: Iterable[Lines[Row]] = ()) -> bytes:
    """The rows, and those of long lists under them, in UTF-8 with a byte-order mark, by which
    spreadsheets know Chinese."""
    listed = (line for lines in lists for line in lines.written("csv", TEXTS, _line))
    return "".join((*map(_line, rows), *listed)).encode("utf-8-sig")


def _line(row: Row) -> str:
    text = StringIO()
    csv.writer(text, lineterminator="\r\n").writerow([_field(value) for value in row])
    return text.getvalue()


def _field(value: str | Decimal) -> str:
    if isinstance(value, Decimal):
        return plain(value)
    return f"'{value}" if _CHANGED.fullmatch(value) else _FORMULA.sub(_quoted, value)


def _quoted(found: re.Match[str]) -> str:
    return f"{found[1] or ''}'"
