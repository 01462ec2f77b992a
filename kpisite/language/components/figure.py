"""Pay by a figure of the policy: an amount, or a part of an amount that a group splits."""

from collections.abc import Iterator, Mapping
from typing import Literal

from pydantic import Field

from kpisite.core.captions import caption, signs
from kpisite.core.formula import Operand, Product, Quotient, Sum, sum_of_parts
from kpisite.core.text import Text
from kpisite.core.working import Kind, Unit, Working
from kpisite.language.base import Id
from kpisite.language.clause import Clause
from kpisite.language.components.base import Component, Grounds, Odd, SplitAmong, Terms
from kpisite.language.quota import Within


class FigurePay(Component):
    """What a figure comes to, rounded once to the places of its currency."""

    says = caption("says-figure-pay")

    method: Literal["figure"]
    figure: Id

    def figures_by_key(self) -> Mapping[str, str]:
        """The amount."""
        return {"figure": self.figure}

    def clauses(self, terms: Terms) -> Iterator[Clause]:
        """The figure."""
        name = signs("{name}", name=terms.name(self.figure))
        yield Clause((name,), about=("figure", self.figure))

    def working(self, grounds: Grounds) -> Working:
        """The figure, rounded."""
        made = grounds.figure(self.figure)
        if made is None:  # why is reported with the figure
            return self.line(Sum(()), (), grounds)
        formula = grounds.money.rounds_always(Operand(0))
        return self.line(formula, (made,), grounds)


class Split(Component):
    """An amount that a group splits by a key: everybody's part is the amount times their key over
    all keys together, cut off below the cent; the cents that are left go one each by largest
    remainder, equals by id, or with `odd = "highest"` from the highest key down.  The parts come to
    the amount exactly.

    No key may be below zero, and not all of them zero.
    """

    says = caption("says-split")

    method: Literal["split"]
    amount: Id = Field(description="The figure that is split, the same for all of the group")
    by: Id = Field(description="The figure that it is split by")
    within: Within = "department"
    odd: Odd = "largest-remainder"

    def figures_by_key(self) -> Mapping[str, str]:
        """The amount and the key."""
        return {"amount": self.amount, "by": self.by}

    @property
    def split(self) -> SplitAmong:
        """As it says."""
        return SplitAmong(amount=self.amount, by=self.by, within=self.within, odd=self.odd)

    def working(self, grounds: Grounds) -> Working:
        """The part of the amount, on the amount, the own key and all keys together."""
        share = grounds.shares.get(self.id)
        amount, key = grounds.figure(self.amount), grounds.figure(self.by)
        if share is None or share.why or amount is None or key is None:
            return self.line(Sum(()), (), grounds)
        money = grounds.money
        whole = money.line(
            amount.id, Kind.STEP, amount.label, money.rounds_always(Operand(0)), (amount,)
        )
        keys = Working(
            id="keys",
            kind=Kind.FIGURE,
            label=caption("of-all", label=key.label, count=share.people),
            value=share.keys,
            unit=Unit.FIGURE,
        )
        exact = Quotient(Product((Operand(0), Operand(1))), Operand(2))
        own = money.line("own-part", Kind.STEP, CUT, money.cuts(exact), (whole, key, keys))
        cent = money.figure("odd-cent", ODD_CENT[self.odd], share.cent)
        parts = (own, cent) if share.cent else (own,)
        return self.line(sum_of_parts(len(parts)), parts, grounds)


CUT = caption("own-part-cut-off-below")
ODD_CENT: Mapping[Odd, Text] = {
    "largest-remainder": caption("odd-cent-from-the-largest"),
    "highest": caption("odd-cent-from-the-highest-key-down"),
}
