"""Money: the currency in which somebody is paid, how many places of it there are, and how an amount
that comes out with more is rounded to them.

>>> Money("JPY", 0).show(Decimal("1250.5"))
'1,251'
"""

from decimal import Decimal

from kpisite.core.captions import caption
from kpisite.core.currency import unit_of
from kpisite.core.exact import RoundingMode, money, rounded
from kpisite.core.formula import Formula, Operand, Rounded
from kpisite.core.immutable import immutable
from kpisite.core.issue import Source
from kpisite.core.text import Text
from kpisite.core.working import Kind, Unit, Working, derive


@immutable(kw_only=False)
class Money:
    """The currency of a site or a policy, the places that its amounts have, and their rounding."""

    currency: str = "CNY"
    places: int = 2
    rounding: RoundingMode = "half-up"

    @property
    def unit(self) -> Text:
        """What the currency is called beside an amount."""
        return unit_of(self.currency)

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
        return caption("label-and-value", label=self.show(amount), value=self.unit)

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
