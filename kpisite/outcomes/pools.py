"""Points taken off become a pool, which rewards the best and is then shared to the cent (F14)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal

from kpisite.core.exact import CENT, CONTEXT, HUNDRED, ZERO, difference, half_up, total
from kpisite.core.formula import (
    Difference,
    Given,
    Part,
    Product,
    Quotient,
    Rounded,
    Sum,
    sum_of_parts,
)
from kpisite.core.month import Month
from kpisite.core.text import Text
from kpisite.core.working import Kind, Unit, Working, derive
from kpisite.outcomes.standing import Standing
from kpisite.score.card import Scorecard
from kpisite.score.totals import share_of_full


def points_moved(card: Scorecard) -> tuple[Working, Working]:
    """The points that a scorecard's rows took off and put on, each from where it starts (F14):
    tallies from their start, steps and distances from their full points, all on the row's own
    scale.  Rows that are marked, or earned in proportion or by rank, start nowhere."""
    off: list[tuple[Working, Decimal]] = []
    on: list[tuple[Working, Decimal]] = []
    starts = card.scheme.model.starts
    for working in card.total.walk() if starts else ():
        if working.kind is Kind.INDICATOR and working.id in starts:
            moved = difference(working.value, starts[working.id])
            (on if moved > ZERO else off).append((working, abs(moved)))
    return (
        _moved("points-off", Text(zh="扣分合计", en="Points taken off"), off),
        _moved("points-on", Text(zh="加分合计", en="Points put on"), on),
    )


def _moved(id: str, label: Text, rows: list[tuple[Working, Decimal]]) -> Working:
    parts = tuple(
        Working(
            id=f"{id}-{working.id}",
            kind=Kind.INDICATOR,
            label=working.label,
            value=moved,
            sources=working.sources,
        )
        for working, moved in rows
        if moved
    )
    formula = Sum(tuple(Part(index) for index in range(len(parts))))
    return derive(id, Kind.STEP, label, formula, parts)


def pool_shares(standings: Iterable[Standing]) -> Mapping[str, Working]:
    """Everybody's part of the pool of their department, month and policy, by record path.

    The parts add up to the pool to the cent: what does not divide goes one cent each by largest
    remainder; as an even part leaves everybody the same, from the highest total down, equals by id.
    """
    groups: defaultdict[tuple[str, Month, str], list[Standing]] = defaultdict(list)
    for standing in standings:
        policy, appraisee = standing.policy, standing.card.appraisee
        if policy and policy.model.pool and not standing.left_out and appraisee.is_person:
            groups[policy.model.id, standing.month, appraisee.department].append(standing)
    return {path: share for several in groups.values() for path, share in _shared(several).items()}


def shares(amount: Decimal, count: int) -> tuple[Decimal, ...]:
    """`amount` in `count` parts that differ by a cent at most and add up to it, the larger first.

    >>> shares(Decimal("10.00"), 3)
    (Decimal('3.34'), Decimal('3.33'), Decimal('3.33'))
    """
    cents = int(half_up(CONTEXT.multiply(amount, HUNDRED), 0))
    each, odd = divmod(cents, count)
    return tuple(
        CONTEXT.multiply(Decimal(each + (1 if index < odd else 0)), CENT) for index in range(count)
    )


def _shared(several: list[Standing]) -> dict[str, Working]:
    policy = several[0].policy
    assert policy is not None and policy.model.pool is not None
    rule = policy.model.pool
    ordered = sorted(
        several, key=lambda one: (-share_of_full(one.card.total), one.card.appraisee.id)
    )
    off = total(points_moved(one.card)[0].value for one in ordered)
    amount = half_up(CONTEXT.multiply(off, rule.per_point), 2)
    highest = share_of_full(ordered[0].card.total)
    firsts = [one for one in ordered if share_of_full(one.card.total) == highest]
    best = min(half_up(rule.best, 2), amount)
    rewards = shares(best, len(firsts))
    odd = int((amount - best) * HUNDRED) % len(ordered)
    shared = {}
    for index, one in enumerate(ordered):
        reward = rewards[index] if index < len(rewards) else ZERO
        cent = CENT if index < odd else ZERO
        shared[one.card.record.path] = _share(off, rule.per_point, best, len(ordered), cent, reward)
    return shared


ODD_CENT = Text(
    zh="尾差一分（各人余数相同，按总分从高到低）",
    en="Odd cent, from the highest total down, as all remainders are equal",
)


def _share(
    off: Decimal, per_point: Decimal, best: Decimal, count: int, cent: Decimal, reward: Decimal
) -> Working:
    points = _figure("pool-points", Text(zh="部门扣分合计", en="Points off in all"), off)
    pool = derive(
        "pool",
        Kind.STEP,
        Text(zh="奖金池", en="Pool"),
        Rounded(Product((Part(0), Given(per_point))), 2),
        (points,),
        unit=Unit.MONEY,
    )
    each = derive(
        "pool-each",
        Kind.STEP,
        Text(zh="平分（不足一分的舍去）", en="An even part, cut off below the cent"),
        Rounded(Quotient(Difference(Part(0), Part(1)), Part(2)), 2, down=True),
        (
            pool,
            _money("pool-best", Text(zh="先奖第一名", en="Reward of the best"), best),
            _figure("pool-people", Text(zh="分享人数", en="People sharing"), Decimal(count)),
        ),
        unit=Unit.MONEY,
    )
    parts = (
        each,
        _money("pool-cent", ODD_CENT, cent),
        _money("pool-reward", Text(zh="本人奖励", en="Own reward"), reward),
    )
    label = Text(zh="奖金池所得", en="Part of the pool")
    return derive("pool-share", Kind.STEP, label, sum_of_parts(3), parts, unit=Unit.MONEY)


def _figure(id: str, label: Text, value: Decimal) -> Working:
    return Working(id=id, kind=Kind.FIGURE, label=label, value=value, unit=Unit.FIGURE)


def _money(id: str, label: Text, value: Decimal) -> Working:
    return Working(id=id, kind=Kind.FIGURE, label=label, value=value, unit=Unit.MONEY)
