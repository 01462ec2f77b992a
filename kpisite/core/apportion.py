"""Amounts shared out to the cent: the cents that do not divide, by largest remainder."""

from collections.abc import Hashable, Mapping
from decimal import Decimal
from typing import TypeVar

from kpisite.core.exact import cut, difference, half_up, settle, total

K = TypeVar("K", bound=Hashable)


def odd_cents(amount: Decimal, parts: Mapping[K, Decimal], places: int = 2) -> tuple[K, ...]:
    """Who gets one of the cents that are left of `amount` once everybody's exact part is cut off
    below the cent: whose part lost most by that, equals in the order in which they stand.

    No part is then a whole cent from what is due to it, and all of them add up to the amount.

    >>> odd_cents(Decimal("0.10"), {"A": Decimal("0.042"), "B": Decimal("0.029"), \
"C": Decimal("0.029")})
    ('B', 'C')
    """
    whole = {id: cut(part, places) for id, part in parts.items()}
    left = int(half_up(difference(amount, total(whole.values())).scaleb(places), 0))
    lost = {id: settle(difference(part, whole[id])) for id, part in parts.items()}
    return tuple(sorted(parts, key=lambda id: -lost[id])[:left])
