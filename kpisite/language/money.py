"""`[money]`: the currency of a site, or of one policy of it (money is yuan where nobody says)."""

from typing import Annotated

from pydantic import Field

from kpisite.core.exact import RoundingMode
from kpisite.core.money import Money, currency_of
from kpisite.language.base import Model


class MoneyRules(Model):
    """In which currency people are paid, and how an amount is rounded to it.

    An amount has the places of its currency, two of yuan and none of yen, unless `places` says
    otherwise, and is rounded once, at last.
    """

    currency: Annotated[str, Field(strict=True, pattern=r"^[A-Z]{3}$")] = Field(
        default="CNY", description="Its code of three letters (ISO 4217)"
    )
    places: Annotated[int, Field(ge=0, le=4, strict=True)] | None = Field(
        default=None, description="Decimal places, where not those of the currency"
    )
    rounding: RoundingMode = Field(
        default="half-up", description="A tie away from zero, or to the even digit; or up, or down"
    )

    @property
    def money(self) -> Money:
        """The rules as everything is computed by them."""
        places = currency_of(self.currency).places if self.places is None else self.places
        return Money(self.currency, places, self.rounding)
