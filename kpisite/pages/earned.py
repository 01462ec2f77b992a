"""What people are paid in a month or a year, group by group, kept from one build to the next.

A year takes everybody's wages of all its months.  Of whom none of these is another, what was found
stands in the store, under a digest of them; so a changed wage has one person added up again, and
of a group of people in which there is none nobody is read.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field
from decimal import Decimal
from functools import cache, partial

from kpisite.core.digest import digest
from kpisite.core.exact import total
from kpisite.core.immutable import immutable
from kpisite.core.money import Money
from kpisite.language.policy import Policy
from kpisite.language.serial import Serial
from kpisite.outcomes.group import in_order
from kpisite.outcomes.outline import Asked, Cell, Outline
from kpisite.pages.audience import Audience
from kpisite.pages.paid import Paid
from kpisite.pages.pay import Column, PayTable, in_all_name
from kpisite.pages.pay_rows import Unfolded
from kpisite.pages.pay_sums import PaidSums, sums_of, together
from kpisite.pages.plan import SitePlan
from kpisite.pages.remembered import Keyed, Lines, Section
from kpisite.pages.row import Row
from kpisite.pages.seen import Seen


@immutable
class Earned:
    """What somebody is paid in a month or year: what that comes to by the key of each table that it
    stands in; of a year, how the components of each unfold, as it is kept, and what each record
    pays in all, after its month and the path of its policy."""

    paid: dict[str, Paid]
    unfolded: dict[str, str] = field(default_factory=dict)
    months: tuple[tuple[str, str, Decimal], ...] = ()


@immutable
class MonthsSum:
    """How many people are paid in a month, and by the path of each policy how many records pay how
    much in all."""

    people: int
    policies: dict[str, tuple[int, Decimal]]


@immutable
class EarnedInShort:
    """What some people are paid in a month or year: how many they are, table by table, and the
    months of the year."""

    people: int
    tables: dict[str, PaidSums]
    months: dict[str, MonthsSum]


#: How they are kept between two builds, each with its key.
EARNED = Serial(Keyed[Earned])
IN_SHORT = Serial(Keyed[EarnedInShort])
UNFOLDED = Serial(tuple[Unfolded, ...])


class Wages:
    """The wages of a month or a year in an audience's tree, for a share of the pages, in the groups
    that people come in.

    What each rests on is what the scorecards have `asked`; `name_of` names the line that one is in,
    and `find` makes it of all that are.
    """

    def __init__(
        self,
        plan: SitePlan,
        audience: Audience,
        share: str,
        seen: Seen,
        asked: Sequence[Asked],
        name_of: Callable[[Outline], str],
        find: Callable[[Sequence[Outline]], Earned],
    ) -> None:
        self._plan, self._seen, self._share = plan, seen, share
        self._asked, self._name_of, self._sight = asked, name_of, audience.sight
        self._groups = plan.in_groups(seen)
        self._outlines: dict[str, Mapping[str, Sequence[Outline]]] = {}
        self._earned: dict[str, Mapping[str, Earned]] = {}
        self.lines = Lines(
            share=share,
            sections={name: self._section(name, cells) for name, cells in self._groups.items()},
            find=lambda group, name: find(self.outlines(group)[name]),
            memory=plan.memory,
        )
        self.in_short = self.lines.in_short("sums", IN_SHORT, self._in_short)

    def _section(self, group: str, cells: Sequence[Cell]) -> Section:
        answer = self._plan.answer_in
        said = (answer(group, asked, cell) for cell in sorted(cells) for asked in self._asked)
        return Section(key=digest(self._sight, *said), line_keys=cache(partial(self._keys, group)))

    def _keys(self, group: str) -> Mapping[str, str]:
        return {
            name: digest(
                self._sight,
                *(one.path for one in several),
                *(getattr(one, asked) for one in several for asked in self._asked),
            )
            for name, several in self.outlines(group).items()
        }

    def outlines(self, group: str) -> Mapping[str, Sequence[Outline]]:
        """By line the scorecards of a group's people that pay for it, month by month."""
        if group not in self._outlines:
            found = defaultdict[str, list[Outline]](list)
            people = self._plan.groups.of[group].people
            for cell in sorted(self._groups[group]):
                for one in self._seen.in_cell(cell):
                    if one.appraisee_id in people and one.one_off is None:
                        found[self._name_of(one)].append(one)
            self._outlines[group] = {
                name: sorted(found[name], key=in_order) for name in sorted(found)
            }
        return self._outlines[group]

    def earned(self, group: str) -> Mapping[str, Earned]:
        """By line what is paid to the people of a group."""
        if group not in self._earned:
            self._earned[group] = self.lines.known("paid", EARNED, group)
        return self._earned[group]

    def _in_short(self, group: str) -> EarnedInShort:
        earned = self.earned(group)
        tables = defaultdict[str, dict[str, Paid]](dict)
        for name, one in earned.items():
            for key, paid in one.paid.items():
                tables[key][name] = paid
        return EarnedInShort(
            people=len({paid.employee for lines in tables.values() for paid in lines.values()}),
            tables={key: sums_of(lines) for key, lines in tables.items()},
            months=_months(earned.values()),
        )

    @property
    def people(self) -> int:
        """How many people are paid anything."""
        return sum(one.people for one in self.in_short.values())

    def tables(
        self,
        before: tuple[Column, ...],
        rows_of: Callable[[str, str, str], tuple[Row, ...]],
        sum_name: Callable[[Policy, Money], str],
    ) -> tuple[PayTable, ...]:
        """The wages policy by policy; `rows_of` unfolds a line of a table, by its key, group and
        name."""
        keys = {key for one in self.in_short.values() for key in one.tables}
        ground = self._plan.book
        found = []
        for key in sorted(keys):
            of_groups = {
                group: one.tables[key] for group, one in self.in_short.items() if key in one.tables
            }
            added = together(list(of_groups.values()))
            policy = ground.policy_at(added.policy)
            assert policy is not None, "whoever is paid is under a policy"
            money = ground.money_of(policy)
            table = PayTable(
                policy=policy,
                before=before,
                lines=self._lines_of(key, of_groups),
                added=added,
                rows_of=partial(rows_of, key),
                sum_name=sum_name(policy, money),
                in_all_name=in_all_name(money, self._plan.language),
                money=money,
            )
            found.append(table)
        return tuple(found)

    def _lines_of(self, key: str, of_groups: Mapping[str, PaidSums]) -> Lines[Paid]:
        """The lines of a table, by its key."""
        return Lines(
            share=f"{self._share} {key}",
            sections={
                group: Section(
                    key=self.lines.sections[group].key,
                    line_keys=cache(partial(self._keys_of, key, group)),
                    size=one.people,
                )
                for group, one in of_groups.items()
            },
            find=lambda group, name: self.earned(group)[name].paid[key],
            memory=self._plan.memory,
        )

    def _keys_of(self, key: str, group: str) -> Mapping[str, str]:
        keys = self.lines.sections[group].line_keys()
        return {name: keys[name] for name, one in self.earned(group).items() if key in one.paid}


def _months(earned: Iterable[Earned]) -> dict[str, MonthsSum]:
    """What is paid to these people in each month of a year."""
    people = defaultdict[str, int](int)
    paid = defaultdict[str, defaultdict[str, list[Decimal]]](lambda: defaultdict(list))
    for one in earned:
        for month in {month for month, _, _ in one.months}:
            people[month] += 1
        for month, policy, amount in one.months:
            paid[month][policy].append(amount)
    return {
        month: MonthsSum(
            people=people[month],
            policies={path: (len(each), total(each)) for path, each in policies.items()},
        )
        for month, policies in sorted(paid.items())
    }
