"""Money: the currency in which somebody is paid, how many places of it there are, and how an amount
that comes out with more is rounded to them.

>>> Money("JPY", 0).show(Decimal("1250.5"))
'1,251'
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from kpisite.core.exact import RoundingMode, money, rounded
from kpisite.core.formula import Formula, Operand, Rounded
from kpisite.core.issue import Source
from kpisite.core.text import Text
from kpisite.core.working import Kind, Unit, Working, derive


@dataclass(frozen=True, slots=True)
class Currency:
    """What people call a currency beside an amount, and how many places it has."""

    unit: Text
    places: int = 2


def _currency(zh: str, en: str, places: int = 2) -> Currency:
    return Currency(Text(zh=zh, en=en), places)


#: The currencies that have a name here; any other is called by its code and has two places.
CURRENCIES: Mapping[str, Currency] = {
    "CNY": _currency("元", "yuan"),
    "JPY": _currency("日元", "yen", 0),
    "USD": _currency("美元", "US dollars"),
    "EUR": _currency("欧元", "euros"),
    "GBP": _currency("英镑", "pounds"),
    "HKD": _currency("港元", "Hong Kong dollars"),
    "MOP": _currency("澳门元", "patacas"),
    "TWD": _currency("新台币元", "New Taiwan dollars"),
    "SGD": _currency("新加坡元", "Singapore dollars"),
    "KRW": _currency("韩元", "won", 0),
    "VND": _currency("越南盾", "dong", 0),
    "AUD": _currency("澳元", "Australian dollars"),
    "CAD": _currency("加元", "Canadian dollars"),
    "CHF": _currency("瑞士法郎", "Swiss francs"),
    "KWD": _currency("科威特第纳尔", "Kuwaiti dinars", 3),
}


def currency_of(code: str) -> Currency:
    """The currency of an ISO 4217 code."""
    return CURRENCIES.get(code) or Currency(Text(zh=code, en=code))


@dataclass(frozen=True, slots=True)
class Money:
    """The currency of a site or a policy, the places that its amounts have, and their rounding."""

    currency: str = "CNY"
    places: int = 2
    rounding: RoundingMode = "half-up"

    @property
    def unit(self) -> Text:
        """What the currency is called beside an amount."""
        return currency_of(self.currency).unit

    @property
    def smallest(self) -> Decimal:
        """One of the last place: a cent, a yen."""
        return Decimal(1).scaleb(-self.places)

    @property
    def printed(self) -> int | None:
        """The places as a working states them, of which money without any has two."""
        return None if self.places == 2 else self.places

    def show(self, amount: Decimal) -> str:
        """An amount as people read it, without its currency."""
        return money(amount, self.places)

    def said(self, amount: Decimal) -> Text:
        """An amount with its currency, in a sentence."""
        shown, unit = self.show(amount), self.unit
        return Text(zh=f"{shown} {unit.zh}", en=f"{shown} {unit.en}")

    def round(self, amount: Decimal) -> Decimal:
        """The amount to the places of its currency."""
        return rounded(amount, self.places, self.rounding)

    def rounds(self, formula: Formula) -> Formula:
        """The amount rounded once, at last; what is written needs no rounding."""
        return formula if isinstance(formula, Operand) else self.rounds_always(formula)

    def rounds_always(self, formula: Formula) -> Formula:
        """The amount rounded, be it that of a figure itself."""
        return Rounded(formula, self.places, self.rounding)

    def cuts(self, formula: Formula) -> Formula:
        """The amount without what lies beyond its places, for what is shared out."""
        return Rounded(formula, self.places, "down")

    def line(
        self,
        id: str,
        kind: Kind,
        label: Text,
        formula: Formula,
        parts: tuple[Working, ...],
        *,
        sources: tuple[Source, ...] = (),
    ) -> Working:
        """An amount of this money, which its formula makes of its parts."""
        return derive(
            id,
            kind,
            label,
            formula,
            parts,
            unit=Unit.MONEY,
            places=self.printed,
            sources=sources,
        )

    def figure(
        self,
        id: str,
        label: Text,
        value: Decimal,
        *,
        sources: tuple[Source, ...] = (),
        note: str = "",
    ) -> Working:
        """An amount of this money that is stated somewhere."""
        return Working(
            id=id,
            kind=Kind.FIGURE,
            label=label,
            value=value,
            unit=Unit.MONEY,
            places=self.printed,
            sources=sources,
            note=note,
        )


YUAN = Money()
