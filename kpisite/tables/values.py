"""What a cell means where a number, a percentage, a day or a text is wanted.

Each function gives the value, or the code of the fault that it is none.  A text of digits is a
number where one is wanted, however it was typed: full width, with thousands parted, with a sign of
currency.
"""

import re
from datetime import date, timedelta
from decimal import Decimal
from unicodedata import normalize

from kpisite.core.exact import HUNDRED, plain, quotient
from kpisite.tables.grid import Broken, Raw

#: A fault's code, in the place of a value.
Fault = Broken

_THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?")
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)")
_DAY = re.compile(
    r"([12][0-9]{3})[-/.年]\s*([0-9]{1,2})[-/.月]\s*([0-9]{1,2})日?(?:[ T]+0?0:00(?::00)?)?"
)
_TOGETHER = re.compile(r"([12][0-9]{3})([01][0-9])([0-3][0-9])")
#: The day before the first of Excel's, as it counts from 1900 and takes that for a leap year.
_FIRST_DAY = date(1899, 12, 30)
#: Numbers that may be days: from 1954 to 2119.
_DAYS = (20_000, 80_000)
#: A share above this was meant as a percentage and typed without its sign.
MOST_SHARE = Decimal(10)
NOTHING = ("-", "–", "—", "/", "无", "n/a", "none")


def text_of(raw: Raw) -> str | Fault:
    """A cell as a text, without spaces around it.

    >>> text_of(Decimal(17)), text_of(" 李娜 ")
    ('17', '李娜')
    """
    match raw:
        case Broken():
            return raw
        case bool():
            return "TRUE" if raw else "FALSE"
        case Decimal():
            return plain(raw)
        case date():
            return raw.isoformat()
        case _:
            said = raw.replace("\r\n", "\n").replace("\r", "\n").replace("_x000D_", "")
            return said.strip().strip("\u3000\ufeff\u200b")


def is_empty(raw: Raw) -> bool:
    """Whether nothing stands in the cell but spaces."""
    return isinstance(raw, str) and not text_of(raw)


def number_of(raw: Raw) -> Decimal | Fault:
    """A cell as a number.

    >>> number_of("１30,000"), number_of("¥4,000.50"), number_of("8分")
    (Decimal('130000'), Decimal('4000.50'), Decimal('8'))
    >>> number_of("1,5").code
    'cell-no-number'
    """
    if isinstance(raw, Broken | Decimal):
        return raw
    if isinstance(raw, bool | date):
        return Broken("cell-no-number", str(text_of(raw)))
    said = normalize("NFKC", raw).replace("−", "-").strip().strip("¥$元分次天").strip()
    if _THOUSANDS.fullmatch(said):
        said = said.replace(",", "")
    if _NUMBER.fullmatch(said) and len(said) <= 40:
        return Decimal(said)
    return Broken("cell-no-number", raw.strip()[:40])


def share_of(raw: Raw, *, is_percent: bool) -> Decimal | Fault:
    """A cell as a share: 98.5% is 0.985, whether the cell shows it so or a text says it.

    A bare number is the share itself, as Excel keeps it; where the cell does not show it as a
    percentage and it is above ten, nobody knows which was meant.

    >>> share_of("98.5%", is_percent=False), share_of(Decimal("98.5"), is_percent=False).code
    (Decimal('0.985'), 'cell-share-doubtful')
    """
    if isinstance(raw, str):
        said = normalize("NFKC", raw).strip()
        if not said.endswith("%"):
            return Broken("cell-share-doubtful", raw.strip()[:40])
        number = number_of(said.removesuffix("%"))
        return number if isinstance(number, Broken) else quotient(number, HUNDRED)
    number = number_of(raw)
    if isinstance(number, Decimal) and not is_percent and abs(number) > MOST_SHARE:
        return Broken("cell-share-doubtful", plain(number))
    return number


def day_of(raw: Raw, *, is_text: bool = False) -> date | Fault:
    """A cell as a day: one of Excel's, or a text that says one; `is_text` where cells hold no
    numbers, so that one is none of Excel's days.

    >>> day_of("2026年11月3日"), day_of(Decimal(46329)), day_of("20261103")
    (datetime.date(2026, 11, 3), datetime.date(2026, 11, 3), datetime.date(2026, 11, 3))
    >>> day_of("3/11/26").code
    'cell-no-day'
    """
    if isinstance(raw, Broken):
        return raw
    if isinstance(raw, date):
        return raw
    if isinstance(raw, Decimal) and _DAYS[0] < raw < _DAYS[1] and raw == int(raw) and not is_text:
        return _FIRST_DAY + timedelta(days=int(raw))
    said = normalize("NFKC", str(text_of(raw)))
    found = _DAY.fullmatch(said) or _TOGETHER.fullmatch(said)
    if found is not None:
        try:
            return date(*(int(one) for one in found.groups()))
        except ValueError:
            pass
    return Broken("cell-no-day", said[:40])
