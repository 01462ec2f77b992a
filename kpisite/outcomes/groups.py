"""What the figures of a policy come to over people: folds, and amounts that a group splits.

Of each record there is only what its placing and standing say, small and plain, so that everybody's
parts follow from these alone.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from kpisite.check.ground import Ground
from kpisite.core.apportion import odd_cents
from kpisite.core.exact import ZERO, product, quotient, total
from kpisite.core.formula.fold import fold_of
from kpisite.core.immutable import immutable
from kpisite.core.issue import Source
from kpisite.core.money import Money
from kpisite.core.text import Text
from kpisite.core.working import Kind, Unit, Working
from kpisite.language.components import Share, SplitAmong
from kpisite.language.figures.compute import Computation
from kpisite.language.figures.levels import OF_POLICY, PEOPLE, over_of
from kpisite.language.figures.plan import Name, Planned
from kpisite.language.policy import Policy
from kpisite.outcomes.figures import FoldValue, grade_figure
from kpisite.outcomes.placing import Placing
from kpisite.outcomes.quota import Group, group_of


@immutable
class Place:
    """Where a record stands: its grade, its rank among so many."""

    grade: int | None
    rank: int | None
    ranked: int


class Groups:
    """The people of some months, and what their figures come to together."""

    def __init__(
        self, ground: Ground, placings: Iterable[Placing], places: Mapping[str, Place]
    ) -> None:
        self.ground = ground
        self.places = places
        self._members: defaultdict[tuple[str, Group], list[Placing]] = defaultdict(list)
        self._reports: defaultdict[tuple[str, str], list[Placing]] = defaultdict(list)
        self._figures: dict[str, _OfMember] = {}
        self._made: dict[tuple[str, object], FoldValue | None] = {}
        self.heads: Counter[Group] = Counter()
        for one in placings:
            policy = ground.policy_at(one.policy)
            if policy is None or not one.is_ranked:
                continue
            self.heads[group_of(ground, one, "department", policy)] += 1
            if not (policy.figure or policy.table):
                continue
            for within in PEOPLE - {"reports"}:
                self._members[within, group_of(ground, one, within, policy)].append(one)
            if one.superior is not None:
                self._reports[policy.id + f" {one.month}", one.superior].append(one)

    def heads_of(self, placing: Placing) -> int:
        """How many people of the department have a record that counts, on the policy."""
        policy = self.ground.policy_at(placing.policy)
        if policy is None:
            return 0
        return self.heads[group_of(self.ground, placing, "department", policy)]

    def folds(self, placing: Placing) -> Mapping[str, FoldValue]:
        """What the folds over people come to for somebody."""
        levels = self.ground.levels_at(placing.policy)
        found = ((one.name[1], self.fold(one, placing)) for one in levels.over_people)
        return {id: one for id, one in found if one is not None}

    def fold(self, own: Planned, placing: Placing) -> FoldValue | None:
        """A fold over the people around somebody."""
        several = self.around(placing, over_of(own))
        key = own.name[1], tuple(one.path for one in several)
        if key not in self._made:
            self._made[key] = None
            self._made[key] = self._new(own, several)
        return self._made[key]

    def _new(self, own: Planned, several: Sequence[Placing]) -> FoldValue | None:
        assert own.fold is not None
        where, parts = own.folded.where, list[Working]()
        for one in several:
            figures = self.of(one)
            if where is not None and where.holds(figures.named) is None:
                continue
            found = figures.named(own.operands[0][1])
            if found is not None:
                parts.append(found)
            elif own.fold[0] != "count":
                return None  # without one of them it would be another number
        if not parts and own.fold[0] not in ("sum", "count"):
            return None
        value = fold_of(own.fold[0], tuple(parts)).value(parts)
        return FoldValue(value=value, people=len(parts))

    def around(self, placing: Placing, over: str) -> Sequence[Placing]:
        policy = self.ground.policy_at(placing.policy)
        assert policy is not None
        if over == "reports":
            return self._reports[policy.id + f" {placing.month}", placing.appraisee]
        return self._members[over, group_of(self.ground, placing, over, policy)]

    def of(self, placing: Placing) -> "_OfMember":
        """The figures of one of the people."""
        if placing.path not in self._figures:
            self._figures[placing.path] = _OfMember(self, placing)
        return self._figures[placing.path]

    # What is split.

    def shares(self, placing: Placing) -> Mapping[str, Share]:
        """Somebody's parts of what their policy splits, by the component."""
        policy = self.ground.policy_at(placing.policy)
        assert policy is not None
        return {one.id: self._share(one.split, policy, placing) for one in policy.pay if one.split}

    def _share(self, rule: SplitAmong, policy: Policy, placing: Placing) -> Share:
        several = self.around(placing, rule.within)
        for id in (rule.amount, rule.by):
            lacking = (one.appraisee for one in several if self.of(one).named(id) is None)
            of = next(lacking, None)
            if of is not None:
                return Share(why="unknown", lacking=id, of=of)
        keys = {one.path: self.of(one).named(rule.by) for one in several}
        amounts = [self.of(one).named(rule.amount) for one in several]
        values = {path: one.value for path, one in keys.items() if one is not None}
        stated = {one.value for one in amounts if one is not None}
        if len(stated) > 1:
            return Share(why="amounts")
        if any(value < ZERO for value in values.values()):
            return Share(why="negative")
        added = total(values.values())
        if added == ZERO:
            return Share(why="empty" if any(stated) else "nothing")
        money = self.ground.money_of(policy)
        odd = _odd(rule, money.round(stated.pop()), several, values, money)
        cent = money.smallest if placing.path in odd else ZERO
        return Share(keys=added, people=len(several), cent=cent)


def _odd(
    rule: SplitAmong,
    amount: Decimal,
    several: Sequence[Placing],
    keys: Mapping[str, Decimal],
    money: Money,
) -> tuple[str, ...]:
    """The paths of those who get one of the cents that are left."""
    added = total(keys.values())
    by_key = sorted(several, key=lambda one: (-keys[one.path], one.appraisee))
    parts = {one.path: quotient(product((amount, keys[one.path])), added) for one in by_key}
    odd = odd_cents(amount, parts, money.places)
    return tuple(one.path for one in by_key[: len(odd)]) if rule.odd == "highest" else odd


class _OfMember(Computation):
    """The figures of somebody else: of what the record itself gives there are the numbers alone."""

    def __init__(self, groups: Groups, placing: Placing) -> None:
        self._groups, self._placing = groups, placing
        levels = groups.ground.levels_at(placing.policy)
        super().__init__(
            levels.plan,
            at=Source(placing.path),
            form=placing.policy,
            stated=lambda _: None,
            rows={},
            others=self._other,
        )

    def named(self, id: str) -> Working | None:
        """A figure, or what else has that name."""
        return self._of(("", id), 0)

    def _of(self, name: Name, row: int) -> Working | None:
        value = self._placing.values.get(name[1])
        if value is None:
            return super()._of(name, row)
        return _bare(name[1], value)

    def _other(self, id: str) -> Working | None:
        place, placing = self._groups.places[self._placing.path], self._placing
        if id == "grade":
            policy = self._groups.ground.policy_at(placing.policy)
            assert policy is not None
            return grade_figure(policy.grade, place.grade, "zh")
        counts = {
            "rank": place.rank,
            "ranked": place.ranked,
            "heads": self._groups.heads_of(placing),
        }
        count = counts.get(id)
        return None if count is None else _bare(id, Decimal(count))

    def _folded(self, own: Planned, each: Name) -> Working | None:
        found = self._groups.fold(own, self._placing) if over_of(own) in PEOPLE else None
        return None if found is None else _bare(own.name[1], found.value)


def _bare(id: str, value: Decimal) -> Working:
    label = OF_POLICY.get(id) or Text(zh=id, en=id)
    return Working(id=id, kind=Kind.FIGURE, label=label, value=value, unit=Unit.FIGURE)
