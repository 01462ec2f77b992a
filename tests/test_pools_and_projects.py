"""Sums that people share: the pool of points taken off, the bonus of a project, to the cent."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpisite.core.exact import half_up, total
from kpisite.outcomes.pools import shares
from tests.marked_months import FORM, POOLED, month_of, months, off, policy
from tests.small_forms import form, found, issues, row, site, staff

# Pools.

SHARE = '[[pay]]\nid = "share"\nname = "奖金池"\nmethod = "pool"\n'


def pooled(
    points: Sequence[object], per_point: object, best: object = 0, top: str = ""
) -> dict[str, Decimal]:
    pool = f"pool = {{ per-point = {per_point}, best = {best} }}\n"
    people = {f"P{index:02}": off(one) for index, one in enumerate(points)}
    results = found(site(POOLED, people, policy(SHARE, top=pool + top)))
    wages = {name.partition("/")[2]: one.wage for name, one in results.items()}
    assert all(one is not None for one in wages.values())
    return {id: one.value for id, one in wages.items() if one is not None}


@pytest.mark.parametrize(
    ("points", "per_point", "best", "expected"),
    [
        # 5 points at 2 yuan: 10 yuan among three, the odd cent to the first.
        ([0, 2, 3], 2, 0, ["3.34", "3.33", "3.33"]),
        # The first in the ranking is the one with the fewest points off.
        ([3, 2, 0], 2, 0, ["3.33", "3.33", "3.34"]),
        # 11 cents among three: two odd cents, to the first and the second.
        ([3, 2, 0.5], 0.02, 0, ["0.03", "0.04", "0.04"]),
        # Equals by id: 10 yuan among three, of whom the first two are tied.
        ([1, 3, 1], 2, 0, ["3.34", "3.33", "3.33"]),
        # The best is rewarded first: 10 − 4 = 6, 2 each.
        ([0, 2, 3], 2, 4, ["6", "2", "2"]),
        # Two are best: 2.005 each is 2.01 and 2.00 of 4.01; the 5.99 left are 2.00, 2.00, 1.99.
        ([1, 1, 3], 2, 4.01, ["4.01", "4", "1.99"]),
        # No more is given to the best than there is.
        ([0, 2, 3], 2, 50, ["10", "0", "0"]),
        ([0, 0, 0], 2, 50, ["0", "0", "0"]),
        ([7], 2, 5, ["14"]),
        # A pool that is no whole cent is rounded once: 0.5 × 0.359 = 0.1795, 0.18.
        ([0.5, 0, 0], 0.359, 0, ["0.06", "0.06", "0.06"]),
    ],
)
def test_a_pool_is_shared_as_computed_by_hand(
    points: list[object], per_point: object, best: object, expected: list[str]
) -> None:
    wages = list(pooled(points, per_point, best).values())
    assert wages == [Decimal(one) for one in expected]


@given(st.decimals(min_value=0, max_value=10**9, places=2), st.integers(min_value=1, max_value=30))
def test_shares_differ_by_a_cent_at_most_and_add_up_to_the_amount(
    amount: Decimal, count: int
) -> None:
    found = shares(amount, count)
    assert len(found) == count
    assert total(found) == amount
    assert found[0] - found[-1] in (0, Decimal("0.01"))
    assert list(found) == sorted(found, reverse=True)


@settings(max_examples=20, deadline=None)
@given(
    points=st.lists(st.decimals(min_value=0, max_value=100, places=2), min_size=1, max_size=30),
    per_point=st.decimals(min_value="0.001", max_value=20, places=3),
    best=st.decimals(min_value=0, max_value=300, places=2),
)
def test_the_shares_of_a_pool_add_up_to_it_to_the_cent(
    points: list[Decimal], per_point: Decimal, best: Decimal
) -> None:
    wages = pooled(points, per_point, best)
    assert total(wages.values()) == half_up(total(points) * per_point, 2)
    assert all(wage >= 0 for wage in wages.values())


def test_the_best_of_the_department_is_rewarded_though_people_are_ranked_wider() -> None:
    # Ranked over the whole form, nobody in the store is first; its pool still has a best.
    people = {"A": off(0), "B": off(2), "C": off(3)}
    more = {
        "records/departments.toml": '[[department]]\nid = "desk"\nname = "甲"\n'
        '[[department]]\nid = "store"\nname = "乙"\n',
        "records/staff/B.toml": staff("B", department="store"),
        "records/staff/C.toml": staff("C", department="store"),
    }
    rules = 'pool = { per-point = 2, best = 4 }\nranking.within = "scheme"\n'
    results = found(site(POOLED, people, policy(SHARE, top=rules), more))
    wages = {id: one.wage.value for id, one in results.items() if one.wage is not None}
    # The desk has no points off; the store's 10 yuan are 4 to B and 3 each.
    assert wages == {"2026-10/A": 0, "2026-10/B": 7, "2026-10/C": 3}


# Projects.

SHARED = '[[pay]]\nid = "project"\nname = "项目"\nmethod = "share-of"\nrate = "{rate}"\n'


def shared(*projects: tuple[object, Mapping[str, object]], rate: str = "25%") -> dict[str, Decimal]:
    """What everybody is paid of the projects, each a bonus and the shares of it in percent."""
    people = sorted({id for _, parts in projects for id in parts})
    tables = (
        f'[[project]]\nid = "p{index}"\nname = "项目"\nbonus = {bonus}\n[project.shares]\n'
        + "".join(f'{id} = "{part}%"\n' for id, part in parts.items())
        for index, (bonus, parts) in enumerate(projects)
    )
    files = site(
        FORM,
        months({"2026-10": dict.fromkeys(people, 80)}),
        policy(SHARED.format(rate=rate)),
        {"records/pay/2026-10.toml": 'month = "2026-10"\n' + "".join(tables)},
    )
    wages = {one.appraisee_id: one.wage for one in found(files).values()}
    return {id: wage.value for id, wage in wages.items() if wage is not None}


@pytest.mark.parametrize(
    ("bonus", "parts", "expected"),
    [
        # F10: a quarter of 10,001.00 is 2,500.25; 832.58325, 832.58325 and 835.0835 make 2,500.24
        # cut off, and the odd cent goes to the largest share.
        ("10_001.00", {"A": "33.3", "B": "33.3", "C": "33.4"}, ["832.58", "832.58", "835.09"]),
        # Equals by id: 0.02 among three is 0.00 each and a cent to the first two.
        ("0.08", {"C": "33", "A": "33.5", "B": "33.5"}, ["0.01", "0.01", "0.00"]),
        # 0.005 of a quarter is rounded up, once, before it is shared.
        ("0.02", {"A": "50", "B": "50"}, ["0.01", "0.00"]),
        ("0", {"A": "50", "B": "50"}, ["0.00", "0.00"]),
        ("40", {"A": "100"}, ["10.00"]),
    ],
)
def test_the_parts_of_a_project_are_shared_as_computed_by_hand(
    bonus: str, parts: dict[str, object], expected: list[str]
) -> None:
    assert list(shared((bonus, parts)).values()) == [Decimal(one) for one in expected]


def test_somebody_on_two_projects_is_paid_for_both() -> None:
    # A quarter of 100 is 25.00, of which A has 10.00; all of a quarter of 8.04 is 2.01.
    assert shared((100, {"A": 40, "B": 60}), ("8.04", {"A": 100})) == {
        "A": Decimal("12.01"),
        "B": Decimal("15.00"),
    }


@settings(max_examples=20, deadline=None)
@given(
    bonus=st.decimals(min_value=0, max_value=10**7, places=2),
    cuts=st.lists(st.integers(1, 9_999), min_size=0, max_size=9, unique=True),
    rate=st.integers(1, 10_000),
)
def test_the_parts_of_a_project_add_up_to_it_to_the_cent(
    bonus: Decimal, cuts: list[int], rate: int
) -> None:
    edges = [0, *sorted(cuts), 10_000]
    parts = {
        f"P{index}": Decimal(high - low) / 100 for index, (low, high) in enumerate(pairwise(edges))
    }
    percentage = Decimal(rate) / 100
    wages = shared((bonus, parts), rate=f"{percentage}%")
    assert total(wages.values()) == half_up(bonus * percentage / 100, 2)
    aside = half_up(bonus * percentage / 100, 2)
    exact = {id: aside * part / 100 for id, part in parts.items()}
    assert all(abs(wages[id] - exact[id]) < Decimal("0.01") for id in parts)


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        # A quarter of 0.40 is 0.10, of which 0.042, 0.029 and 0.029 are due: two odd cents.
        ("", ["0.04", "0.03", "0.03"]),
        ('odd-cents = "remainder"\n', ["0.04", "0.03", "0.03"]),
        ('odd-cents = "share"\n', ["0.05", "0.03", "0.02"]),
    ],
)
def test_odd_cents_go_by_largest_remainder_unless_the_policy_says_otherwise(
    by: str, expected: list[str]
) -> None:
    parts = {"A": 42, "B": 29, "C": 29}
    wages = shared(("0.40", parts), rate=f'25%"\n{by}#')
    assert list(wages.values()) == [Decimal(one) for one in expected]


ROWS = """
[[part.indicator]]
id = "order"
name = "纪律"
points = 20
method = "tally"
rule = [{ id = "fault", name = "差错", points = -3 }]

[[part.indicator]]
id = "ideas"
name = "建议"
points = 10
method = "tally"
start = 4
rule = [{ id = "idea", name = "建议", points = 1 }]

[[part.indicator]]
id = "missed"
name = "漏检"
points = 20
method = "steps"
metric = "missed"
steps = [{ to = 0, points = 22 }, { to = 1, points = 20 }, { to = 2, points = 15 }, { points = 0 }]

[[part.indicator]]
id = "seconds"
name = "响应"
points = 10
method = "distance"
metric = "seconds"
target = 30
worse = "above"
every = 5
loses = 2

[[part.indicator]]
id = "sales"
name = "销售额"
points = 20
method = "ratio"
actual = "sales"
target = 100

[[part.indicator]]
id = "care"
name = "细心"
points = 10
method = "bands"
bands = [{ points = "0-10" }]

[[part.indicator]]
id = "first"
name = "名次"
points = 10
method = "rank"
metric = "sales"
"""


def test_a_pool_counts_what_tallies_steps_and_distances_take_off_and_nothing_else() -> None:
    # A: 3 off by an event, 5 by the missed, 4 by the seconds: 12.  The ratio's 10, the marks' 4
    # and the rank take nothing off; the idea and, for B, no defect at all put on and feed no pool.
    a = (
        "marks.care = { boss = 6 }\nmetrics = { missed = 2, seconds = 40, sales = 50 }\n"
        '[[event]]\nrule = "fault"\ndate = 2026-10-08\n'
        '[[event]]\nrule = "idea"\ndate = 2026-10-09\n'
    )
    b = "marks.care = { boss = 10 }\nmetrics = { missed = 0, seconds = 30, sales = 100 }\n"
    points = '[[pay]]\nid = "points"\nname = "加扣分"\nmethod = "points"\neach = 100\n'
    pool = "pool = { per-point = 2 }\n"
    results = found(site(form(ROWS), {"A": a, "B": b}, policy(SHARE + points, top=pool)))
    lines = {
        name.partition("/")[2]: [part.value for part in one.wage.parts]
        for name, one in results.items()
        if one.wage is not None
    }
    # 12 points at 2 yuan, shared by two; A is 1 − 12 points, B 2.
    assert lines == {"A": [12, -1100], "B": [12, 200]}


def test_the_working_says_to_whom_the_odd_cents_go() -> None:
    pool = "pool = { per-point = 2 }\n"
    people = {"A": off(0), "B": off(2), "C": off(3)}
    results = found(site(POOLED, people, policy(SHARE, top=pool)))
    wage = results["2026-10/A"].wage
    assert wage is not None
    assert row(wage, "pool-cent").label.say("zh") == "尾差一分（各人余数相同，按总分从高到低）"
    assert row(wage, "pool-cent").value == Decimal("0.01")


def test_a_share_without_a_wage_to_pay_it_is_reported() -> None:
    # B has no record in the month.
    project = 'month = "2026-10"\n[[project]]\nid = "p"\nname = "项目"\nbonus = 100\n'
    files = site(
        FORM,
        month_of(80) | months({"2026-09": {"B": 80}}),
        policy(SHARED.format(rate="25%")),
        {
            "records/pay/2026-10.toml": project + 'shares = { A = "40%", B = "60%" }\n',
            "records/2026-09/month.toml": 'month = "2026-09"\nexcused = { A = "培训" }\n',
            "records/2026-10/month.toml": 'month = "2026-10"\nexcused = { B = "培训" }\n',
        },
    )
    assert issues(files) == ["share-unpaid"]


@pytest.mark.parametrize(
    ("shares", "expected"),
    [
        ('A = "100%"', []),
        ('A = "99.99%"', ["project-shares"]),
        ('A = "60%", B = "60%"', ["project-shares"]),
        # What cannot be read is reported once, and nothing that follows from it.
        ('A = "0%", B = "120%"', ["out-of-range", "out-of-range"]),
        ('A = 0.5, B = "50%"', ["wrong-type"]),
        ("", ["empty"]),
        ('A = "50%", X = "50%"', ["unknown-employee"]),
    ],
)
def test_shares_that_cannot_be_are_reported_once(shares: str, expected: list[str]) -> None:
    project = 'month = "2026-10"\n[[project]]\nid = "p"\nname = "项目"\nbonus = 100\n'
    files = site(
        FORM,
        months({"2026-10": {"A": 80, "B": 80}}),
        policy(SHARED.format(rate="25%")),
        {"records/pay/2026-10.toml": f"{project}shares = {{ {shares} }}\n"},
    )
    assert issues(files) == expected
