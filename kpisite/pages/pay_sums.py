"""What a table of wages has to know of everybody in it: its columns and its sums, which some
people's add up to as well as all of them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from kpisite.core.exact import total
from kpisite.core.immutable import immutable
from kpisite.core.text import Text
from kpisite.outcomes.brief import Amount, paid_in_all
from kpisite.pages.paid import Paid


@immutable
class PaidColumn:
    """A component that anybody has: what the last of them calls it, the line of the first with its
    place among that one's components, by which columns are put in order, and the line of the
    last."""

    label: Text
    first: str
    place: int
    last: str


Columns = dict[str, PaidColumn]
"""Columns by the component's id."""


@immutable
class PaidSums:
    """What some people are paid under one policy, whose version is the one at the path `policy` for
    the `last` line: how many they are, the components that anybody sees and those that only payroll
    and HR see, whether anything stands in each column before the amounts, and the sums."""

    policy: str
    last: str
    people: int
    columns: Columns
    hidden: Columns
    leading: tuple[bool, ...]
    sums: dict[str, Decimal]
    wages: Decimal
    in_all: Decimal

    @property
    def names(self) -> Mapping[str, Text]:
        """The names of all components that anybody has and sees, by id."""
        return _names(self.columns)

    @property
    def hidden_names(self) -> Mapping[str, Text]:
        """The names of those that only payroll and HR see."""
        return _names(self.hidden)


def sums_of(lines: Mapping[str, Paid]) -> PaidSums:
    """What is to be known of these lines, by name."""
    ordered = sorted(lines.items())
    people = [paid for _, paid in ordered]
    (last, newest) = ordered[-1]
    return PaidSums(
        policy=newest.policy,
        last=last,
        people=len(people),
        columns=_columns((name, paid.amounts) for name, paid in ordered),
        hidden=_columns((name, paid.hidden) for name, paid in ordered),
        leading=tuple(
            any(one.before[place].shown for one in people) for place in range(len(newest.before))
        ),
        sums=_added(one.by_component for one in people),
        wages=total(one.value for one in people),
        in_all=total(paid_in_all(one.value, one.hidden) for one in people),
    )


def together(several: Sequence[PaidSums]) -> PaidSums:
    """The same of all who are in any of these."""
    newest = max(several, key=lambda one: one.last)
    return PaidSums(
        policy=newest.policy,
        last=newest.last,
        people=sum(one.people for one in several),
        columns=_joined(one.columns for one in several),
        hidden=_joined(one.hidden for one in several),
        leading=tuple(map(any, zip(*(one.leading for one in several), strict=True))),
        sums=_added(one.sums for one in several),
        wages=total(one.wages for one in several),
        in_all=total(one.in_all for one in several),
    )


def _names(columns: Columns) -> Mapping[str, Text]:
    ordered = sorted(columns.items(), key=lambda item: (item[1].first, item[1].place))
    return {id: one.label for id, one in ordered}


def _columns(people: Iterable[tuple[str, Sequence[Amount]]]) -> Columns:
    return _joined(
        {amount.id: PaidColumn(label=amount.label, first=name, place=place, last=name)}
        for name, amounts in people
        for place, amount in enumerate(amounts)
    )


def _joined(several: Iterable[Columns]) -> Columns:
    """Each column from where it comes first, by its last name."""
    found: Columns = {}
    for columns in several:
        for id, one in columns.items():
            found[id] = _one_column(found[id], one) if id in found else one
    return found


def _one_column(one: PaidColumn, other: PaidColumn) -> PaidColumn:
    first = min(one, other, key=lambda each: (each.first, each.place))
    last = other if other.last >= one.last else one
    return PaidColumn(label=last.label, first=first.first, place=first.place, last=last.last)


def _added(several: Iterable[Mapping[str, Decimal]]) -> dict[str, Decimal]:
    found = defaultdict[str, list[Decimal]](list)
    for amounts in several:
        for id, amount in amounts.items():
            found[id].append(amount)
    return {id: total(each) for id, each in found.items()}
