"""`pay/2026-10.toml`: bonuses of the month that several people share (F10)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from kpisite.core.apportion import odd_cents
from kpisite.core.exact import ONE, compare, product, total
from kpisite.core.money import YUAN, Money
from kpisite.language.base import Id, Model, MonthOf, NotNegative, Words
from kpisite.language.file import FileModel
from kpisite.language.share import Weight

#: By what the cents that do not divide are given out.
OddCents = Literal["remainder", "share"]


class Project(Model):
    """What a salesperson earned on a project, and who worked on it with which share.

    The shares are of the part of the bonus that a policy's `share-of` sets aside; they add up to
    the whole of it.
    """

    id: Id
    name: Words
    bonus: NotNegative
    shares: Annotated[dict[Id, Weight], Field(min_length=1)]

    @property
    def shares_in_all(self) -> Decimal:
        """What the shares add up to; one where nothing is left over."""
        return total(self.shares.values())

    def odd_cents(
        self, amount: Decimal, by: OddCents, money: Money = YUAN
    ) -> Mapping[str, Decimal]:
        """Who gets one of the cents that do not divide, with it: `amount`, which is shared out,
        less everybody's part cut off below the cent, one each from the largest remainder down, or
        from the largest share down where the policy says so; equals by share, then by id.

        >>> shares = {"B": "33%", "A": "33%", "C": "34%"}
        >>> project = Project(id="p", name="P", bonus=Decimal("40.06"), shares=shares)
        >>> project.odd_cents(Decimal("10.02"), "remainder")
        {'C': Decimal('0.01'), 'A': Decimal('0.01')}
        """
        by_share = sorted(self.shares, key=lambda id: (-self.shares[id], id))
        parts = {id: product((amount, self.shares[id])) for id in by_share}
        ids = odd_cents(amount, parts, money.places)
        return dict.fromkeys(by_share[: len(ids)] if by == "share" else ids, money.smallest)

    @property
    def is_shared_out(self) -> bool:
        """Whether the shares add up to the whole."""
        return compare(self.shares_in_all, ONE) == 0


class MonthPay(FileModel):
    """The projects of a month whose bonuses are shared."""

    month: MonthOf
    project: Annotated[tuple[Project, ...], Field(min_length=1)]
