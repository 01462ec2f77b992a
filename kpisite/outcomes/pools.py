"""Points taken off become a pool, which rewards the best and is then shared to the cent (F14)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from kpisite.check.ground import Ground
from kpisite.core.captions import caption
from kpisite.core.exact import CONTEXT, ZERO, total
from kpisite.core.formula import (
    Constant,
    Difference,
    Operand,
    Product,
    Quotient,
    sum_of_parts,
)
from kpisite.core.immutable import immutable
from kpisite.core.money import YUAN, Money
from kpisite.core.month import Month
from kpisite.core.text import Text
from kpisite.core.working import Kind, Unit, Working
from kpisite.language.consequence import Pool
from kpisite.language.serial import Serial
from kpisite.outcomes.placing import Placing


@immutable
class PoolPortion:
    """Somebody's part of a pool: of so many points `off` at so much each, less the reward of the
    `best`, shared by `people`; and the odd `cent` and the `reward` that fall to them."""

    off: Decimal
    per_point: Decimal
    best: Decimal
    people: int
    cent: Decimal
    reward: Decimal

    def working(self, money: Money) -> Working:
        """The amount on all that it is made of."""
        points = _figure("pool-points", caption("points-off"), self.off)
        pool = money.line(
            "pool",
            Kind.STEP,
            caption("pool"),
            money.rounds(Product((Operand(0), Constant(self.per_point)))),
            (points,),
        )
        each = money.line(
            "pool-each",
            Kind.STEP,
            caption("even-part"),
            money.cuts(Quotient(Difference(Operand(0), Operand(1)), Operand(2))),
            (
                pool,
                money.figure("pool-best", caption("reward-of-the-best"), self.best),
                _figure("pool-people", caption("people-sharing"), Decimal(self.people)),
            ),
        )
        parts = (
            each,
            money.figure("pool-cent", ODD_CENT, self.cent),
            money.figure("pool-reward", caption("own-reward"), self.reward),
        )
        label = caption("part-of-the-pool")
        return money.line("pool-share", Kind.STEP, label, sum_of_parts(3), parts)


ODD_CENT = caption("odd-cent-by-total")
#: How shares of pools by path are kept between two builds.
POOL_SHARES = Serial(dict[str, PoolPortion])


def pool_shares(ground: Ground, placings: Iterable[Placing]) -> Mapping[str, PoolPortion]:
    """Everybody's part of the pool of their department, month and policy, by record path.

    The parts add up to the pool to the cent: what does not divide goes one cent each by largest
    remainder; as an even part leaves everybody the same, from the highest total down, equals by id.
    """
    groups: defaultdict[tuple[str, Month, str], list[Placing]] = defaultdict(list)
    for one in placings:
        policy = ground.policy_at(one.policy)
        if policy is not None and policy.pool and one.is_ranked:
            groups[policy.id, one.month, one.department].append(one)
    shared: dict[str, PoolPortion] = {}
    for several in groups.values():
        policy = ground.policy_at(several[0].policy)
        assert policy is not None and policy.pool is not None
        shared.update(_shared(policy.pool, several, ground.money_of(policy)))
    return shared


def shares(amount: Decimal, count: int, money: Money = YUAN) -> tuple[Decimal, ...]:
    """`amount` in `count` parts that differ by a cent at most and add up to it, the larger first.

    >>> shares(Decimal("10.00"), 3)
    (Decimal('3.34'), Decimal('3.33'), Decimal('3.33'))
    """
    each, odd = divmod(int(money.round(amount).scaleb(money.places)), count)
    return tuple(
        Decimal(each + (1 if index < odd else 0)).scaleb(-money.places) for index in range(count)
    )


def _shared(rule: Pool, several: list[Placing], money: Money) -> Iterator[tuple[str, PoolPortion]]:
    ordered = sorted(several, key=lambda one: (-one.share_of_full, one.appraisee))
    off = total(one.points_off for one in ordered)
    amount = money.round(CONTEXT.multiply(off, rule.per_point))
    highest = ordered[0].share_of_full
    firsts = [one for one in ordered if one.share_of_full == highest]
    best = min(money.round(rule.best), amount)
    rewards = shares(best, len(firsts), money)
    odd = int((amount - best).scaleb(money.places)) % len(ordered)
    for index, one in enumerate(ordered):
        yield (
            one.path,
            PoolPortion(
                off=off,
                per_point=rule.per_point,
                best=best,
                people=len(ordered),
                cent=money.smallest if index < odd else ZERO,
                reward=rewards[index] if index < len(rewards) else ZERO,
            ),
        )


def _figure(id: str, label: Text, value: Decimal) -> Working:
    return Working(id=id, kind=Kind.FIGURE, label=label, value=value, unit=Unit.FIGURE)
