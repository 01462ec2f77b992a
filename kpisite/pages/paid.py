"""One person's wage as a line of a list."""

from collections.abc import Mapping
from decimal import Decimal

from kpisite.core.exact import fixed
from kpisite.core.immutable import immutable
from kpisite.outcomes.brief import Amount, paid_in_all


@immutable
class Leading:
    """What stands in a column before the amounts: a text, or a number to so many places."""

    text: str = ""
    number: Decimal | None = None
    places: int = 0

    @property
    def value(self) -> str | Decimal:
        """The text or the number."""
        return self.text if self.number is None else self.number

    @property
    def shown(self) -> str:
        """The text, or the number as people read it."""
        return self.text if self.number is None else fixed(self.number, self.places)


@immutable
class Paid:
    """What one person is paid under one policy, whose version stands at the path `policy`,
    component by component, and what stands before it."""

    policy: str
    employee: str
    name: str
    before: tuple[Leading, ...]
    amounts: tuple[Amount, ...]
    value: Decimal
    hidden: tuple[Amount, ...]
    """The components that only payroll and HR see."""

    @property
    def in_all(self) -> Decimal:
        """All that is paid, with these."""
        return paid_in_all(self.value, self.hidden)

    @property
    def by_component(self) -> Mapping[str, Decimal]:
        """All components by id."""
        return {one.id: one.value for one in (*self.amounts, *self.hidden)}
