"""Currencies: which there are, how many places each has, and what it is called, by Unicode's CLDR.

The one module that knows Babel, which brings that table, and it imports it when somebody asks of
another currency than the yuan: a site that pays in yuan never loads it. Names follow the language,
amounts do not: they are written alike in every language of the catalogue, which a test holds
against CLDR.
"""

from functools import cache

from kpisite.core.captions import caption
from kpisite.core.issue import nearest
from kpisite.core.text import Language, Text, composed

YUAN = "CNY"


def is_currency(code: str) -> bool:
    """Whether CLDR has the code of ISO 4217; former ones of months long ago count too."""
    return code == YUAN or code in _table("all_currencies")


def meant_by(said: str) -> str:
    """The code that was most likely meant; nothing where none is near.

    >>> meant_by("RMB"), meant_by("usd"), meant_by("?")
    ('CNY', 'USD', '')
    """
    said, known = said.strip().upper(), sorted(_table("all_currencies"))
    return _CALLED.get(said) or (said if said in known else nearest(said, known))


#: What currencies are called instead of by their codes.
_CALLED = {
    "RMB": YUAN,
    "CNH": YUAN,
    "YUAN": YUAN,
    "元": YUAN,
    "人民币": YUAN,
    "¥": YUAN,
    "YEN": "JPY",
    "日元": "JPY",
    "円": "JPY",
    "美元": "USD",
    "$": "USD",
    "EURO": "EUR",
    "欧元": "EUR",
    "€": "EUR",
}


def places_of(code: str) -> int:
    """How many decimal places an amount has: two of yuan, none of yen, three of Kuwaiti dinars.

    >>> places_of("CNY"), places_of("JPY"), places_of("KWD"), places_of("XAF")
    (2, 0, 3, 0)
    """
    if code == YUAN:
        return 2
    known = _table("currency_fractions")
    return int(known.get(code, known["DEFAULT"])[0])


@cache
def unit_of(code: str) -> Text:
    """What people call it beside an amount, in each language.

    >>> unit_of("JPY").say("zh"), unit_of("EUR").say("en"), unit_of("CNY").say("zh")
    ('日元', 'euros', '元')
    """
    return caption("yuan") if code == YUAN else composed(lambda language: _name(code, language))


def _name(code: str, language: Language) -> str:
    from babel import localedata
    from babel.numbers import get_currency_name

    locale = language if localedata.exists(language) else "en"
    return str(get_currency_name(code, 2, locale))


@cache
def _table(name: str) -> dict[str, tuple[int, ...]]:
    from babel.core import get_global

    return dict(get_global(name))  # type: ignore[arg-type]
