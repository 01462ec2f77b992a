"""`[money]`: the currency of a site, or of one policy of it (money is yuan where nobody says)."""

from functools import cached_property
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from kpisite.core.currency import is_currency, meant_by, places_of
from kpisite.core.exact import RoundingMode
from kpisite.core.money import Money
from kpisite.language.base import Model


def _currency(code: str) -> str:
    if not is_currency(code):
        raise PydanticCustomError(
            "not-a-currency", "the code of a currency", {"meant": meant_by(code)}
        )
    return code


class MoneyRules(Model):
    """In which currency people are paid, and how an amount is rounded to it.

    An amount has the places of its currency, two of yuan and none of yen, unless `places` says
    otherwise, and is rounded once, at last.
    """

    currency: Annotated[
        str,
        Field(strict=True, json_schema_extra={"pattern": "^[A-Z]{3}$"}),
        AfterValidator(_currency),
    ] = Field(default="CNY", description="Its code of three letters (ISO 4217)")
    places: Annotated[int, Field(ge=0, le=4, strict=True)] | None = Field(
        default=None, description="Decimal places, where not those of the currency"
    )
    rounding: RoundingMode = Field(
        default="half-up", description="A tie away from zero, or to the even digit; or up, or down"
    )

    @cached_property
    def money(self) -> Money:
        """The rules as everything is computed by them."""
        places = places_of(self.currency) if self.places is None else self.places
        return Money(self.currency, places, self.rounding)
