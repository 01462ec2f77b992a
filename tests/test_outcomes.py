"""What follows from totals: ranks, awards, reviews, pools, pay to the cent, appeals, closing."""

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpisite.core.exact import half_up, total
from kpisite.language.components import COMPONENTS
from kpisite.load import load
from kpisite.outcomes import calibration
from kpisite.outcomes.after import REMOVED
from kpisite.outcomes.pools import shares
from kpisite.outcomes.results import Result
from kpisite.outcomes.seal import fingerprint, pay_seal, seal
from kpisite.pages.afterwards import afterwards
from tests.sites import built, files_in, run, trees, words_of, write
from tests.small_forms import Files, faults, form, found, number, read, record, row, site, staff

# A form of one row, marked from 0 to 100 by tenths, with figures and events beside it.

FORM = form(
    """
    [[part.indicator]]
    id = "care"
    name = "细心"
    step = 0.1
    method = "bands"
    bands = [{ points = "0-100" }]
    """,
    top="""
    [[deduction]]
    id = "late"
    name = "迟到"
    points = 1

    [[incident]]
    id = "complaint"
    name = "投诉"
    """,
)
GRADES = """
grade = [
  { id = "top", name = "优", from = 90, salary = 1_800.55, bonus = 300 },
  { id = "pass", name = "及格", from = 60, salary = 1_500, bonus = 0 },
  { id = "fail", name = "不及格", salary = 1_200.05, bonus = 0 },
]
"""


def policy(rules: str = "", top: str = "") -> str:
    """`policies/rules.toml`; `top` stands above the grades."""
    head = 'id = "rules"\nname = "办法"\nfrom = "2026-01"\nschemes = ["form"]\n'
    return f"{head}{top}{GRADES}\n{rules}"


def says(mark: object, *events: str, **metrics: object) -> str:
    told = f"marks.care = {{ boss = {mark} }}\n"
    if metrics:
        told += "[metrics]\n" + "".join(f"{key} = {value}\n" for key, value in metrics.items())
    return told + "".join(f'[[event]]\nrule = "{one}"\ndate = MONTH-08\n' for one in events)


def months(told: Mapping[str, Mapping[str, object]]) -> dict[str, str]:
    """Records by `MONTH/person` from marks, or from what a record says."""
    return {
        f"{month}/{id}": (one if isinstance(one, str) else says(one)).replace("MONTH", month)
        for month, people in told.items()
        for id, one in people.items()
    }


def month_of(*marks: object) -> dict[str, str]:
    """A month of as many people as marks, A, B, …"""
    return months({"2026-10": {chr(65 + index): mark for index, mark in enumerate(marks)}})


def ranks(results: Mapping[str, Result]) -> dict[str, tuple[int | None, bool]]:
    return {
        name.partition("/")[2]: (one.standing.rank, one.standing.is_last)
        for name, one in results.items()
    }


# Ranking.


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        ([90], [(1, False)]),
        ([90, 80], [(1, False), (2, True)]),
        ([80, 80], [(1, False), (1, False)]),
        ([90, 90, 80], [(1, False), (1, False), (3, True)]),
        ([90, 80, 80], [(1, False), (2, True), (2, True)]),
        ([70, 70, 70, 70], [(1, False)] * 4),
        ([70, 95.5, 60, 95.5], [(3, False), (1, False), (4, True), (1, False)]),
    ],
)
def test_everyone_tied_has_the_better_rank_and_nobody_is_last_among_equals(
    marks: list[object], expected: list[tuple[int, bool]]
) -> None:
    assert list(ranks(found(site(FORM, month_of(*marks), policy()))).values()) == expected


@pytest.mark.parametrize(
    ("within", "expected"),
    [
        # A and B at the desk, C and D in the store; B and D are of one post.
        ("department", {"A": 1, "B": 2, "C": 2, "D": 1}),
        ("post", {"A": 1, "B": 2, "C": 2, "D": 1}),
        ("scheme", {"A": 2, "B": 3, "C": 4, "D": 1}),
    ],
)
def test_people_are_ranked_within_department_post_or_scheme(
    within: str, expected: dict[str, int]
) -> None:
    senior = {"A": False, "B": True, "C": False, "D": True}
    more = {
        f"records/staff/{id}.toml": staff(id, department="desk" if id in "AB" else "store").replace(
            "专员", "组长" if is_senior else "专员"
        )
        for id, is_senior in senior.items()
    } | {
        "records/departments.toml": '[[department]]\nid = "desk"\nname = "甲"\n'
        '[[department]]\nid = "store"\nname = "乙"\n'
    }
    files = site(FORM, month_of(90, 80, 70, 95), policy(top=f'ranking.within = "{within}"\n'), more)
    assert {id: rank for id, (rank, _) in ranks(found(files)).items()} == expected


# Awards.

AWARD = '[[award]]\nid = "prize"\nname = "先进奖"\namount = 200\n'
PAID = '[[pay]]\nid = "awards"\nname = "奖励"\nmethod = "awards"\n'


def awarded(rules: str, told: Mapping[str, Mapping[str, object]], **more: str) -> set[str]:
    """In which months who is given an award: `2026-10/A`."""
    files = site(FORM, months(told), policy(AWARD + rules + PAID), more.get("files") or {})  # type: ignore[arg-type]
    results = found(files)
    given = {name for name, one in results.items() if one.awards}
    for name, one in results.items():
        assert one.wage is None or one.wage.value == (200 if name in given else 0)
    return given


def test_the_first_wins_with_at_least_a_grade() -> None:
    told = {"2026-09": {"A": 90, "B": 90, "C": 50}, "2026-10": {"A": 59.9, "B": 50, "C": 50}}
    assert awarded('first = true\nat-least = "pass"\n', told) == {"2026-09/A", "2026-09/B"}
    assert awarded('first = true\ngrades = ["top"]\n', told) == {"2026-09/A", "2026-09/B"}
    assert awarded('first = true\ngrades = ["fail"]\n', told) == {"2026-10/A"}
    assert awarded("last = true\n", told) == {"2026-09/C", "2026-10/B", "2026-10/C"}


def test_an_event_may_win_an_award_or_lose_it() -> None:
    told = {"2026-10": {"A": 90, "B": says(90, "late"), "C": says(90, "complaint")}}
    assert awarded('none-of = ["late"]\n', told) == {"2026-10/A", "2026-10/C"}
    assert awarded('events = ["late", "complaint"]\n', told) == {"2026-10/B", "2026-10/C"}


FIRST, SECOND = {"A": 90, "B": 70}, {"A": 60, "B": 70}


@pytest.mark.parametrize(
    ("course", "expected"),
    [
        # 1: A is first; 2: A is not.  An award for two months running.
        ("11", "2"),
        ("111", "2"),
        ("1111", "2"),
        ("1211", "4"),
        ("112112", "25"),
        ("121212", ""),
    ],
)
def test_an_award_for_two_months_running_is_given_once_in_a_run(course: str, expected: str) -> None:
    told = {
        f"2026-{number:02}": {"A": 90 if way == "1" else 60, "B": 70}
        for number, way in enumerate(course, 1)
    }
    # B is first in the others, and two of them in a row would count for B.
    given = {name for name in awarded("first = true\nmonths = 2\n", told) if name.endswith("A")}
    assert given == {f"2026-{int(number):02}/A" for number in expected}


def test_a_run_goes_on_over_the_turn_of_the_year() -> None:
    told = {"2026-12": FIRST, "2027-01": FIRST, "2027-02": FIRST}
    assert awarded("first = true\nmonths = 2\n", told) == {"2027-01/A"}


@pytest.mark.parametrize(
    "away",
    [
        '[[absence]]\nkind = "leave"\nfrom = 2026-11-01\nto = 2026-11-30\n',
        '[[absence]]\nkind = "maternity"\nfrom = 2026-10-31\nto = 2026-12-01\n',
        '[[absence]]\nkind = "sick"\nfrom = 2026-11-01\nto = 2026-11-14\n'
        '[[absence]]\nkind = "leave"\nfrom = 2026-11-15\nto = 2026-11-30\n',
    ],
)
def test_a_month_on_leave_neither_breaks_a_run_nor_counts_in_it(away: str) -> None:
    told = {"2026-10": FIRST, "2026-11": {"B": 70}, "2026-12": FIRST}
    files = {"records/staff/A.toml": staff("A", more=away)}
    assert awarded("first = true\nmonths = 2\n", told, files=files) == {"2026-12/A"}


def test_a_month_that_is_missing_without_leave_breaks_a_run() -> None:
    told = {"2026-10": FIRST, "2026-11": {"B": 70}, "2026-12": FIRST, "2027-01": FIRST}
    assert awarded("first = true\nmonths = 2\n", told) == {"2027-01/A"}
    away = '[[absence]]\nkind = "leave"\nfrom = 2026-11-02\nto = 2026-11-30\n'
    files = {"records/staff/A.toml": staff("A", more=away)}
    assert awarded("first = true\nmonths = 2\n", told, files=files) == {"2027-01/A"}, "a day short"


def test_a_provisional_month_neither_breaks_a_run_nor_counts_in_it() -> None:
    waiting = FORM.replace('name = "考核"\n', 'name = "考核"\nmissing = "provisional"\n')
    told = months({"2026-10": FIRST, "2026-11": {"A": "", "B": 70}, "2026-12": FIRST})
    rules = policy(AWARD + "first = true\nmonths = 2\n")
    results = found(site(waiting, told, rules))
    assert results["2026-11/A"].grade is None
    assert {name for name, one in results.items() if one.awards} == {"2026-12/A"}


# Reviews.


def whole(tree: Path) -> str:
    """All that a tree says, in the names of its files too, and in workbooks unpacked."""
    told = []
    for path, content in files_in(tree).items():
        told.append(path)
        if path.endswith(".xlsx"):
            with zipfile.ZipFile(io.BytesIO(content)) as book:
                told += [book.read(name).decode() for name in book.namelist()]
        else:
            told.append(content.decode())
    return "\n".join(told)


REVIEW = '[[review]]\nid = "leaving"\nname = "去留评议"\n'


def per_unit(metric: str, each: str) -> str:
    """A component that pays for each of a figure."""
    return (
        f'[[pay]]\nid = "{metric}"\nname = "计件"\nmethod = "per-unit"\nmetric = "{metric}"\n'
        f"each = {each}\n"
    )


def reviewed(rules: str, told: Mapping[str, Mapping[str, object]]) -> dict[str, list[str]]:
    """What is due for review, by `month/person`: the months it rests on."""
    each = per_unit("sales", "0.01")
    results = found(site(FORM, months(told), policy(REVIEW + rules + each)))
    return {
        name: [str(one.month) for one in result.reviews[0].months]
        for name, result in results.items()
        if result.reviews
    }


def alone(course: Mapping[str, int]) -> dict[str, dict[str, str]]:
    return {month: {"A": says(mark, sales=1)} for month, mark in course.items()}


def test_failing_two_months_running_is_reviewed_once() -> None:
    course = alone({"2026-11": 50, "2026-12": 59, "2027-01": 50, "2027-02": 60, "2027-03": 59})
    assert reviewed('grades = ["fail"]\nmonths = 2\n', course) == {
        "2026-12/A": ["2026-11", "2026-12"]
    }


def test_failing_three_times_in_all_counts_within_a_calendar_year() -> None:
    rules = 'grades = ["fail"]\nin-all = 3\n'
    course = {"2026-01": 50, "2026-02": 80, "2026-04": 50, "2026-09": 50, "2026-10": 50}
    assert reviewed(rules, alone(course)) == {"2026-09/A": ["2026-01", "2026-04", "2026-09"]}
    course = {"2026-11": 50, "2026-12": 50, "2027-01": 50, "2027-02": 50, "2027-03": 50}
    assert reviewed(rules, alone(course)) == {"2027-03/A": ["2027-01", "2027-02", "2027-03"]}


def test_last_in_the_total_and_in_sales_is_reviewed() -> None:
    rules = 'last = true\nlast-in = ["sales"]\n'

    def of(*told: tuple[int, str]) -> list[str]:
        people = {"ABC"[i]: says(mark, sales=sales) for i, (mark, sales) in enumerate(told)}
        return list(reviewed(rules, {"2026-10": people}))

    assert of((90, "700"), (80, "500"), (70, "499.99")) == ["2026-10/C"]
    assert of((90, "400"), (80, "500"), (70, "499.99")) == [], "last in one of them only"
    assert of((90, "600"), (70, "500"), (70, "500.0")) == ["2026-10/B", "2026-10/C"]
    assert of((90, "500"), (80, "500"), (70, "500")) == [], "all equal in sales"
    assert of((70, "300")) == [], "alone"


def test_an_event_may_ask_for_a_review_whatever_the_total() -> None:
    told = {"2026-10": {"A": says(99, "complaint", sales=1), "B": says(50, sales=1)}}
    assert reviewed('events = ["complaint"]\n', told) == {"2026-10/A": ["2026-10"]}


@pytest.mark.parametrize(
    ("rules", "code"),
    [
        (AWARD + 'none-of = ["lat"]\n', "unknown-rule"),
        (AWARD + 'events = ["late", "complain"]\n', "unknown-rule"),
        (REVIEW + 'last-in = ["slaes"]\n', "unknown-metric"),
        (REVIEW + 'grades = ["failed"]\n', "unknown-grade"),
        (AWARD + 'at-least = "best"\n', "unknown-grade"),
    ],
)
def test_a_condition_that_could_never_hold_is_told(rules: str, code: str) -> None:
    assert faults(site(FORM, month_of(80), policy(rules))) == [code]


WITH_TEXT = REVIEW + 'text = "请部门与人事面谈"\ngrades = ["fail"]\n'


def test_a_review_stands_in_hrs_tree_and_in_nobody_elses(tmp_path: Path) -> None:
    files = site(FORM, month_of(95, 50), policy(WITH_TEXT + AWARD + "first = true\n" + PAID))
    output = built(write(files, tmp_path), "--no-pdf")
    held = {name: whole(tree) for name, tree in trees(output).items()}
    assert set(held) == {"hr", "payroll", "employees/A", "employees/B", "managers/desk"}
    for secret in ("leaving", "去留评议", "请部门与人事面谈"):
        assert {name for name, text in held.items() if secret in text} <= {"hr"}
    assert "去留评议" in held["hr"]
    assert "先进奖" in held["employees/A"], "an award is no secret"


# Eligibility.


def left_out(rules: str, person: str = "", month: str = "2026-10") -> str:
    """Why A is left out of a month, or nothing."""
    files = site(
        FORM,
        months({month: {"A": 80, "B": 70}}),
        policy(top=f"eligibility = {rules}\n"),
        {"records/staff/A.toml": staff("A", more=person)},
    )
    results = found(files)
    one = results[f"{month}/A"].standing
    assert (one.grade is None) == (one.rank is None) == bool(one.left_out)
    assert results[f"{month}/B"].standing.rank == (1 if one.left_out else 2)
    return one.left_out


def away(kind: str, first: str, last: str) -> str:
    return f'[[absence]]\nkind = "{kind}"\nfrom = {first}\nto = {last}\n'


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        ("", ""),
        # March and April are 61 days; from the 2nd, exactly the 60 of the limit.
        (away("leave", "2026-03-02", "2026-04-30"), ""),
        (away("leave", "2026-03-01", "2026-04-30"), "absent"),
        (
            away("sick", "2026-03-02", "2026-04-30") + away("leave", "2026-07-01", "2026-07-01"),
            "absent",
        ),
        (away("maternity", "2026-03-01", "2026-08-30"), ""),
        # Days of the year before, and after the month, are not counted.
        (away("leave", "2025-11-01", "2026-03-01"), ""),
        (away("leave", "2025-11-01", "2026-03-02"), "absent"),
        (away("leave", "2026-09-02", "2026-12-31"), ""),
        (away("leave", "2026-09-01", "2026-12-31"), "absent"),
        # A day that two entries cover was missed once.
        (away("leave", "2026-03-02", "2026-04-30") + away("sick", "2026-04-01", "2026-04-30"), ""),
    ],
)
def test_whoever_was_absent_for_longer_than_the_limit_is_not_appraised(
    person: str, expected: str
) -> None:
    # Up to the end of October 31 + 30 = 61 days from September 1st.
    assert left_out("{ absent-days = 60 }", person) == expected


@pytest.mark.parametrize(
    ("joined", "expected"), [("2026-10-16", "short"), ("2026-10-15", ""), ("2024-01-01", "")]
)
def test_whoever_was_here_for_too_few_days_is_not_appraised(joined: str, expected: str) -> None:
    # From the 15th October has 17 days, from the 16th 16.
    files = site(
        FORM,
        months({"2026-10": {"A": 80}}),
        policy(top="eligibility = { least-days = 17 }\n"),
        {"records/staff/A.toml": staff("A").replace("2024-01-01", joined)},
    )
    assert found(files)["2026-10/A"].standing.left_out == expected


@pytest.mark.parametrize(
    ("last", "rule", "expected"),
    [
        ("2026-10-31", "false", "probation"),
        ("2026-12-31", "false", "probation"),
        ("2026-10-30", "false", ""),
        ("2026-12-31", "true", ""),
    ],
)
def test_people_on_probation_are_appraised_where_the_policy_says_so(
    last: str, rule: str, expected: str
) -> None:
    assert left_out(f"{{ probation = {rule} }}", f"probation = {last}\n") == expected


# Pools.

POOLED = form(
    """
    [[part.indicator]]
    id = "order"
    name = "纪律"
    method = "tally"
    floor = "none"
    rule = [{ id = "fault", name = "差错", points = [-100, -0.01] }]
    """
)
SHARE = '[[pay]]\nid = "share"\nname = "奖金池"\nmethod = "pool"\n'


def off(points: object) -> str:
    if not Decimal(str(points)):
        return ""
    return f'[[event]]\nrule = "fault"\ndate = 2026-10-08\npoints = -{points}\n'


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
def test_a_pool_is_shared_as_reckoned_by_hand(
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


# Components, each to the cent.

SALARY = '[[pay]]\nid = "base"\nname = "基本工资"\nmethod = "salary"\n'
TIERS = """
[[pay]]
id = "line"
name = "提成"
method = "tiers"
actual = "sales"
plan = "plan"
actual-name = "实际"
plan-name = "计划"
"""
STEPS = """
tiers = [
  { rate = "0.5%" }, { from = "100%", rate = "1%" },
  { above = "100%", plus = 50_000, rate = "1.2%" },
]
"""
HALVES = """
tiers = [{ rate = "0%" }, { from = "60%", rate = "0.5%" }, { above = "100%", rate = "1%" }]
"""


def paid(rules: str, told: Mapping[str, str], pay: str = "", month: str = "2026-10") -> Decimal:
    """What A is paid in a month."""
    more = {"records/pay/A.toml": f'employee = "A"\n{pay}'} if pay else {}
    result = found(site(FORM, told, policy(rules), more))[f"{month}/A"]
    assert result.wage is not None
    return result.wage.value


def one_month(mark: object = 80, *events: str, **metrics: object) -> dict[str, str]:
    return months({"2026-10": {"A": says(mark, *events, **metrics)}})


@pytest.mark.parametrize(
    ("month", "amount"),
    [("2026-08", "3000"), ("2026-09", "3200.55"), ("2026-12", "3200.55"), ("2027-01", "4000")],
)
def test_the_base_salary_is_the_one_that_holds_in_the_month(month: str, amount: str) -> None:
    rows = (("2026-09", "3200.55"), ("2026-01", "3000"), ("2027-01", "4000"))
    pay = "".join(f'[[salary]]\nfrom = "{since}"\namount = {much}\n' for since, much in rows)
    assert paid(SALARY, months({month: {"A": 80}}), pay, month) == Decimal(amount)


@pytest.mark.parametrize(("mark", "amount"), [(90, "1800.55"), (89.9, "1500"), (59.9, "1200.05")])
def test_an_amount_by_grade_is_that_of_the_rounded_total(mark: object, amount: str) -> None:
    rules = '[[pay]]\nid = "post"\nname = "岗位工资"\nmethod = "by-grade"\n'
    assert paid(rules, one_month(mark)) == Decimal(amount)


@pytest.mark.parametrize(
    ("mark", "amount"),
    [
        # F09: 3,333.33 × 10% × total ÷ 100, from 80 on.
        (100, "333.33"),
        (80, "266.67"),  # 266.6664
        ("79.9", "0"),
        ("90.5", "301.67"),  # 301.666…
        ("85.5", "285.00"),  # 284.999715
    ],
)
def test_a_proportion_of_the_salary_pays_from_its_threshold_on(mark: object, amount: str) -> None:
    rules = (
        '[[pay]]\nid = "merit"\nname = "绩效工资"\nmethod = "proportion"\nrate = "10%"\n'
        "threshold = 80\n"
    )
    salary = '[[salary]]\nfrom = "2026-01"\namount = 3_333.33\n'
    assert paid(rules, one_month(mark), salary) == Decimal(amount)


@pytest.mark.parametrize(("mark", "amount"), [(100, "1000"), ("87.65", "877"), (0, "0")])
def test_a_proportion_of_an_amount_needs_no_salary(mark: object, amount: str) -> None:
    # F21: 1,000 × total ÷ 100; the total 87.65 is 87.7 once it is rounded.
    rules = '[[pay]]\nid = "merit"\nname = "绩效工资"\nmethod = "proportion"\namount = 1_000\n'
    scheme = FORM.replace("step = 0.1", "step = 0.01")
    result = found(site(scheme, one_month(mark), policy(rules)))["2026-10/A"]
    assert result.wage is not None
    assert result.wage.value == Decimal(amount)


@pytest.mark.parametrize(
    ("sales", "amount"),
    [
        # F03, a plan of 80,000: the rate applies to all of it.
        ("0", "0"),
        ("79_999.99", "400.00"),  # × 0.5% = 399.99995
        ("80_000", "800"),
        ("130_000", "1300"),
        ("130_000.01", "1560.00"),  # × 1.2% = 1,560.00012
        ("133_333.33", "1600.00"),  # 1,599.99996
    ],
)
def test_the_rate_of_a_tier_applies_to_all_of_the_sales(sales: str, amount: str) -> None:
    assert paid(TIERS + STEPS, one_month(sales=sales, plan=80_000)) == Decimal(amount)


@pytest.mark.parametrize(
    ("sales", "amount"),
    [
        ("79_999.99", "400.00"),
        ("80_000", "400"),
        ("80_000.5", "400.01"),  # 400 + 0.5 × 1% = 400.005, a tie
        ("130_000", "900"),  # 400 + 500
        ("140_000", "1020"),  # 400 + 500 + 120
    ],
)
def test_slices_earn_the_rate_of_their_own_tier(sales: str, amount: str) -> None:
    rules = TIERS + "slices = true\n" + STEPS
    assert paid(rules, one_month(sales=sales, plan=80_000)) == Decimal(amount)


@pytest.mark.parametrize(
    ("sales", "amount"),
    [
        # F10, a plan of 100,000 a month: of 300,000, exactly 60% pays 0.5%, exactly all of it too.
        (("59_999.99", "60_000", "60_000"), "0"),
        (("60_000", "60_000", "60_000"), "900"),
        (("100_000", "150_000", "50_000"), "1500"),
        (("100_000", "150_000", "50_000.01"), "3000.00"),
        (("0", "0", "300_001"), "3000.01"),
    ],
)
def test_a_quarters_figures_are_added_up_and_paid_in_its_last_month(
    sales: tuple[str, str, str], amount: str
) -> None:
    rules = TIERS + 'per = "quarter"\n' + HALVES
    told = months(
        {
            f"2026-{number:02}": {"A": says(80, sales=one, plan=100_000)}
            for number, one in zip(
                (6, 7, 8, 9, 10), ("9_000_000", *sales, "9_000_000"), strict=True
            )
        }
    )
    assert paid(rules, told, month="2026-07") == 0
    assert paid(rules, told, month="2026-08") == 0
    assert paid(rules, told, month="2026-09") == Decimal(amount)


def test_a_joiner_in_mid_quarter_is_paid_on_the_months_that_were_worked() -> None:
    rules = TIERS + 'per = "quarter"\n' + HALVES
    told = months({f"2026-{n:02}": {"A": says(80, sales=100_000, plan=100_000)} for n in (8, 9)})
    # 200,000 of 200,000: exactly the plan pays 0.5%.
    assert paid(rules, told, month="2026-09") == 1000


def test_a_leaver_in_mid_quarter_is_paid_with_the_last_month() -> None:
    rules = TIERS + 'per = "quarter"\n' + HALVES
    told = months({f"2026-{n:02}": {"A": says(80, sales=100_000, plan=100_000)} for n in (7, 8)})
    left = staff("A").replace("joined = 2024-01-01", "joined = 2024-01-01\nleft = 2026-08-31")
    files = site(FORM, told, policy(rules), {"records/staff/A.toml": left})
    wages = [one.wage.value for one in found(files).values() if one.wage is not None]
    assert wages == [0, 1000]


def test_a_year_is_paid_in_december() -> None:
    rules = TIERS + 'per = "year"\n' + HALVES
    told = months({f"2026-{n:02}": {"A": says(80, sales=10_000, plan=9_000)} for n in range(1, 13)})
    assert paid(rules, told, month="2026-11") == 0
    assert paid(rules, told, month="2026-12") == 1200  # 120,000 of 108,000


def test_so_much_is_paid_for_each_of_something() -> None:
    rules = per_unit("fixed", "3.335")
    assert paid(rules, one_month(fixed=3)) == Decimal("10.01")  # 10.005
    assert paid(rules, one_month(fixed=0)) == 0


@pytest.mark.parametrize(
    ("points", "amount"), [("", "0"), (off("2.5"), "-5.00"), (off("0.01"), "-0.02")]
)
def test_points_are_worth_money(points: str, amount: str) -> None:
    rules = '[[pay]]\nid = "points"\nname = "分值"\nmethod = "points"\neach = 2\n'
    result = found(site(POOLED, {"A": points}, policy(rules)))["2026-10/A"]
    assert result.wage is not None
    assert result.wage.value == Decimal(amount)


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
def test_the_parts_of_a_project_are_shared_as_reckoned_by_hand(
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
    exact = {id: bonus * percentage / 100 * part / 100 for id, part in parts.items()}
    assert all(abs(wages[id] - exact[id]) <= Decimal("0.02") for id in parts)


def test_a_share_without_a_wage_to_pay_it_is_told() -> None:
    # B has no record in the month.
    project = 'month = "2026-10"\n[[project]]\nid = "p"\nname = "项目"\nbonus = 100\n'
    files = site(
        FORM,
        one_month() | months({"2026-09": {"B": 80}}),
        policy(SHARED.format(rate="25%")),
        {"records/pay/2026-10.toml": project + 'shares = { A = "40%", B = "60%" }\n'},
    )
    assert faults(files) == ["share-unpaid"]


def test_other_lines_of_the_month_are_added_up() -> None:
    rules = '[[pay]]\nid = "other"\nname = "其他"\nmethod = "other"\n'
    lines = "".join(
        f'[[line]]\nmonth = "{month}"\nname = "补贴"\namount = {amount}\n'
        for month, amount in (("2026-10", "100.10"), ("2026-09", "5"), ("2026-10", "-30.05"))
    )
    assert paid(rules, one_month(), lines) == Decimal("70.05")
    assert paid(SALARY + rules, one_month(), '[[salary]]\nfrom = "2026-01"\namount = 10\n') == 10


def test_the_wage_is_its_lines_added_up() -> None:
    rules = (
        SALARY
        + TIERS
        + STEPS
        + AWARD
        + "first = true\n"
        + PAID
        + '[[pay]]\nid = "post"\nname = "岗位工资"\nmethod = "by-grade"\n'
    )
    salary = '[[salary]]\nfrom = "2026-01"\namount = 3_000.10\n'
    # 3,000.10 + 800 + 200 + 1,500.
    assert paid(rules, one_month(80, sales=80_000, plan=80_000), salary) == Decimal("5500.10")


def test_every_component_is_reckoned_here() -> None:
    names = {one.model_fields["method"].annotation.__args__[0] for one in COMPONENTS}  # type: ignore[union-attr]
    text = Path(__file__).read_text(encoding="utf-8")
    assert names <= set(re.findall(r'method = "([a-z-]+)"', text))


# Months in two posts.

STORE = """
[[department]]
id = "desk"
name = "甲"
manager = "M"

[[department]]
id = "store"
name = "乙"
manager = "N"
"""


def moved(month: str, since: str, desk: object, store: object, rules: str = "") -> Files:
    """A moves from the desk to the store; the mark of each part, and others of the departments."""
    post = f"""
    [[post]]
    from = {since}
    department = "store"
    title = "仓管"
    scheme = "form"
    superior = "N"
    """
    return site(
        FORM,
        {f"{month}/A": says(store), f"{month}/B": says(71), f"{month}/C": says(72)},
        policy(rules),
        {
            "records/departments.toml": STORE,
            "records/staff/N.toml": staff("N", department="store", superior=""),
            "records/staff/A.toml": staff("A", more=post),
            "records/staff/C.toml": staff("C", department="store", superior="N"),
            f"records/{month}/A@desk.toml": record("A", f'part = "desk"\n{says(desk)}', month),
        },
    )


@pytest.mark.parametrize(
    ("month", "since", "desk", "store", "expected"),
    [
        # 10 days at the desk, 21 in the store: (80 × 10 + 95 × 21) ÷ 31 = 2,795 ÷ 31 = 90.16….
        ("2026-10", "2026-10-11", 80, 95, "90.2"),
        # 15 days each: 80.05, a tie, up; and 79.95 as well.
        ("2026-09", "2026-09-16", 80, 80.1, "80.1"),
        ("2026-09", "2026-09-16", 80, 79.9, "80.0"),
        # 1 day and 30: (0 × 1 + 100 × 30) ÷ 31 = 96.77….
        ("2026-10", "2026-10-02", 0, 100, "96.8"),
    ],
)
def test_a_month_in_two_posts_counts_by_their_days(
    month: str, since: str, desk: object, store: object, expected: str
) -> None:
    results = found(moved(month, since, desk, store))
    assert results[f"{month}/A"].card.total.value == Decimal(expected)
    part = results[f"{month}/A-desk"]
    assert part.card.total.value == number(str(desk))
    assert part.standing.left_out == "part"
    assert part.standing.rank is None
    assert part.wage is None
    assert results[f"{month}/B"].standing.ranked == 1
    assert results[f"{month}/C"].standing.ranked == 2


def test_a_part_that_still_lacks_marks_makes_the_whole_month_provisional() -> None:
    files = moved("2026-10", "2026-10-11", 80, 95)
    scheme = FORM.replace('name = "考核"\n', 'name = "考核"\nmissing = "provisional"\n')
    files["records/schemes/form.toml"] = scheme
    files["records/2026-10/A@desk.toml"] = record("A", 'part = "desk"\n')
    results = found(files)
    assert results["2026-10/A"].card.is_provisional
    assert results["2026-10/A"].grade is None


def test_a_provisional_scorecard_is_not_yet_to_be_answered() -> None:
    waiting = FORM.replace('name = "考核"\n', 'name = "考核"\nmissing = "provisional"\n')
    book, (one,), _ = read(site(waiting, {"A": ""}))
    assert one.card.is_provisional
    assert afterwards(book, one, "zh").answer == "尚缺评分，评齐以后再由本人确认"


def test_each_department_sees_its_own_part_of_a_month_and_no_pay(tmp_path: Path) -> None:
    rules = '[[pay]]\nid = "post"\nname = "岗位工资"\nmethod = "by-grade"\n'
    files = moved("2026-10", "2026-10-11", "81.3", "96.7", rules)
    output = built(write(files, tmp_path), "--no-pdf")
    held = {name: whole(tree) for name, tree in trees(output).items()}
    # (81.3 × 10 + 96.7 × 21) ÷ 31 = 91.73….
    old, new = held["managers/desk"], held["managers/store"]
    assert "81.3" in old
    assert "96.7" not in old
    assert "91.7" not in old
    assert "96.7" in new
    assert "91.7" in new
    assert "1,800.55" not in old + new
    assert "1,800.55" in held["employees/A"]


def test_a_part_is_of_a_department_that_was_left_within_the_month() -> None:
    files = moved("2026-10", "2026-10-11", 80, 95)
    assert faults(files) == []
    twice = {"records/2026-10/A@store.toml": record("A", 'part = "store"\n' + says(50))}
    assert faults(files | twice) == ["part-is-last"]
    alone = {path: text for path, text in files.items() if path != "records/2026-10/A.toml"}
    assert faults(alone) == ["part-alone"]
    never = {"records/2026-10/B@store.toml": record("B", 'part = "store"\n' + says(50))}
    assert faults(files | never) == ["part-not-held"]
    team = {"records/2026-10/desk.toml": record("desk", 'part = "desk"\n', key="department")}
    assert "part-not-held" in faults(files | team)


# Appeals.

APPEAL = """
[[appeal]]
on = 2026-11-08
reason = "漏计了加班。"
handler = "H"

[appeal.ruling]
on = 2026-11-12
outcome = "upheld"
reasons = "考勤表为证。"
total = 91.5
"""


def appealed(appeal: str, mark: object = 80) -> Files:
    rules = '[[pay]]\nid = "post"\nname = "岗位工资"\nmethod = "by-grade"\n'
    return site(
        FORM,
        months({"2026-10": {"A": says(mark) + appeal, "B": 85}}),
        policy(rules),
        {"records/staff/H.toml": staff("H", superior="")},
    )


def test_a_ruling_takes_the_place_of_the_total_and_grade_and_pay_follow() -> None:
    before, after = (found(appealed(one)) for one in ("", APPEAL))
    for results, expected in (
        (before, ("80.0", "pass", 2, "1500")),
        (after, ("91.5", "top", 1, "1800.55")),
    ):
        one = results["2026-10/A"]
        assert one.grade is not None
        assert one.wage is not None
        told = (one.card.total.shown, one.grade.id, one.standing.rank, one.wage.value)
        assert told == (*expected[:3], Decimal(expected[3]))
    whole = after["2026-10/A"].card.total
    assert row(whole, "before").value == 80, "the original stays in sight"
    assert row(whole, "care").value == 80
    assert row(whole, "ruling").note == "考勤表为证。"
    assert after["2026-10/B"].standing.rank == 2


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"upheld"', '"dismissed"'),
        ("total = 91.5\n", ""),
        (APPEAL[APPEAL.index("[appeal.ruling]") :], ""),
    ],
)
def test_an_appeal_without_a_new_total_changes_nothing(old: str, new: str) -> None:
    result = found(appealed(APPEAL.replace(old, new)))["2026-10/A"]
    assert result.card.total.value == 80
    assert all(one.id != "ruling" for one in result.card.total.walk())


def test_the_last_of_two_rulings_holds() -> None:
    again = APPEAL.replace("11-08", "11-20").replace("11-12", "11-25").replace("91.5", "85")
    assert found(appealed(APPEAL + again))["2026-10/A"].card.total.value == 85
    dismissed = again.replace("upheld", "dismissed")
    assert found(appealed(APPEAL + dismissed))["2026-10/A"].card.total.value == Decimal("91.5")


def test_whoever_marked_may_not_rule() -> None:
    assert "handler-rated" in faults(appealed(APPEAL.replace('"H"', '"M"')))
    assert "handler-rated" in faults(appealed(APPEAL.replace('"H"', '"A"')))
    assert "ruling-too-early" in faults(appealed(APPEAL.replace("2026-11-12", "2026-11-07")))


# Answers.

CONTENT = (
    "marks.care = { boss = 80 }\nnotes.boss = '很好'\n[[event]]\nrule = 'late'\ndate = 2026-10-08\n"
)


def content(says: str, scheme: str = FORM) -> str:
    book, results, _ = read(site(scheme, {"A": says}, policy()))
    return fingerprint(book, results[0].card)


def answer(content: str) -> str:
    return f'\n[answer]\nstate = "acknowledged"\non = 2026-11-08\ncontent = "{content}"\n'


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("boss = 80", "boss = 81"),
        ("'很好'", "'还好'"),
        ("10-08", "10-09"),
        ("[[event]]", "[[event]]\nreason = '下雨'"),
    ],
)
def test_an_answer_no_longer_holds_once_the_record_says_something_else(old: str, new: str) -> None:
    answered = CONTENT + answer(content(CONTENT))
    assert faults(site(FORM, {"A": answered}, policy())) == []
    changed = answered.replace(old, new, 1)
    assert faults(site(FORM, {"A": changed}, policy())) == ["answer-stale"]


def test_an_answer_no_longer_holds_once_the_form_says_something_else() -> None:
    answered = {"A": CONTENT + answer(content(CONTENT))}
    changed = FORM.replace('"0-100"', '"50-100"').replace("0.1", "0.5\ngaps = true")
    assert faults(site(changed, answered, policy())) == ["answer-stale"]


PLAN = '[[plan]]\nproblem = "迟到"\nmeasure = "早起"\nowner = "A"\ndue = 2026-11-30\n'


def test_what_comes_afterwards_does_not_change_what_was_answered() -> None:
    before = content(CONTENT)
    for added in (answer(content(CONTENT)), PLAN, APPEAL.replace('"H"', '"B"')):
        book, results, _ = read(site(FORM, {"A": CONTENT + added, "B": says(1)}, policy()))
        assert fingerprint(book, results[0].card) == before, added
    assert content("expect = 79\n" + CONTENT) == before


def test_lines_moved_about_do_not_change_what_was_answered() -> None:
    other = """
    # 备注
    [[event]]
    date   = 2026-10-08
    rule = "late"
    [notes]

    boss = "很好"
    [marks.care]
    boss=80
    """
    assert content(other) == content(CONTENT)


RANKED = """
[[part.indicator]]
id = "share"
name = "销售占比"
method = "rank"
metric = "sales"
"""


def test_an_answer_no_longer_holds_once_others_have_changed_the_total() -> None:
    told = {"A": "metrics.sales = 7\n", "B": "metrics.sales = 6\n"}
    book, results, _ = read(site(form(RANKED), told))
    assert results[0].card.total.value == 100
    told["A"] += answer(fingerprint(book, results[0].card))
    told["B"] = "metrics.sales = 8\n"
    assert faults(site(form(RANKED), told)) == ["answer-stale"]


# Plans.


@pytest.mark.parametrize(
    ("mark", "plan", "expected"),
    [(50, "", ["plan-missing"]), (50, PLAN, []), (60, "", []), (60, PLAN, [])],
)
def test_a_grade_may_ask_for_a_plan(mark: int, plan: str, expected: list[str]) -> None:
    told = {"A": says(mark) + plan}
    assert faults(site(FORM, told, policy(top='plan-for = ["fail"]\n'))) == expected


def test_a_plan_is_asked_for_on_the_scorecard_and_of_the_manager(tmp_path: Path) -> None:
    told = {"A": says(50), "B": says(55) + PLAN, "C": says(80)}
    files = site(FORM, told, policy(top='plan-for = ["fail"]\n'))
    output = built(write(files, tmp_path), "--no-pdf")
    asked = "本月的等级须写改进计划，尚未写。"
    for id, expected in (("A", True), ("B", False), ("C", False)):
        page = (output / f"employees/{id}/2026-10.html").read_text(encoding="utf-8")
        assert (asked in page) == expected, id
    month = (output / "managers/desk/2026-10/index.html").read_text(encoding="utf-8")
    assert re.search(r"1 人应有改进计划而未写：\s*员工A\s*。", words_of(month))


def test_a_plan_asked_for_by_no_grade_is_told() -> None:
    told = {"A": says(80)}
    assert faults(site(FORM, told, policy(top='plan-for = ["failed"]\n'))) == ["unknown-grade"]


# Closing.

STORE_ENTRY = '[[department]]\nid = "store"\nname = "乙"\n\n'
POST = '[[pay]]\nid = "base"\nname = "基本工资"\nmethod = "salary"\n'
PAY = 'employee = "A"\n[[salary]]\nfrom = "2026-01"\namount = 3_000\n'


@pytest.fixture
def open_site(tmp_path: Path) -> Path:
    """Two people, September and October."""
    told = months({"2026-09": {"A": 88, "B": 70}, "2026-10": {"A": 80, "B": 70}})
    more = {
        "records/pay/A.toml": PAY,
        "records/pay/B.toml": PAY.replace('"A"', '"B"'),
        "records/staff/H.toml": staff("H", superior=""),
    }
    return write(site(FORM, told, policy(POST), more), tmp_path / "site")


@pytest.fixture
def closed(open_site: Path) -> Path:
    """September is closed."""
    ran = run("close", "2026-09", "--on", "2026-10-10", at=open_site)
    assert ran.code == 0, ran.errors
    return open_site


def edit(folder: Path, path: str, old: str, new: str) -> None:
    text = (folder / path).read_text(encoding="utf-8")
    assert text.count(old) >= 1, path
    (folder / path).write_text(text.replace(old, new), encoding="utf-8")


def codes(folder: Path) -> list[str]:
    return [one.code for one in load(folder)[1]]


def test_a_closed_month_says_what_every_scorecard_was(closed: Path) -> None:
    text = (closed / "records/2026-09/closed.toml").read_text(encoding="utf-8")
    assert "2026-10-10" in text
    assert re.findall(r'total = "(.*)"', text) == ["88.0", "70.0"]
    assert codes(closed) == []


@pytest.mark.parametrize(
    ("path", "old", "new", "expected"),
    [
        ("records/2026-09/A.toml", "boss = 88", "boss = 91", ["closed-changed"]),
        ("records/schemes/form.toml", "points = 1\n", "points = 2\n", []),
        ("records/schemes/form.toml", 'name = "细心"', 'name = "耐心"', ["closed-changed"] * 2),
        ("records/policies/rules.toml", "from = 60", "from = 71", ["closed-changed"]),
        ("records/pay/A.toml", "3_000", "3_100", ["closed-changed"]),
        ("records/2026-10/A.toml", "boss = 80", "boss = 81", []),
        ("records/staff/A.toml", "joined = 2024-01-01", "joined = 2023-01-01", []),
    ],
)
def test_what_changes_a_scorecard_of_a_closed_month_is_a_fault(
    closed: Path, path: str, old: str, new: str, expected: list[str]
) -> None:
    edit(closed, path, old, new)
    assert codes(closed) == expected


def test_the_fault_says_what_was_and_what_is(closed: Path) -> None:
    edit(closed, "records/2026-09/A.toml", "boss = 88", "boss = 91")
    ran = run("check", at=closed)
    assert ran.code == 1
    assert "records/2026-09/A.toml" in ran.output
    assert "88.0 及格" in ran.output
    assert "91.0 优" in ran.output
    assert run("build", "--no-pdf", at=closed).code == 1


def test_a_record_taken_from_a_closed_month_or_added_to_it_is_a_fault(closed: Path) -> None:
    (closed / "records/2026-09/B.toml").unlink()
    (closed / "records/2026-09/H.toml").write_text(
        record("H", 'scheme = "form"\n' + says(66), "2026-09"), encoding="utf-8"
    )
    (closed / "records/pay/H.toml").write_text(PAY.replace('"A"', '"H"'), encoding="utf-8")
    assert sorted(codes(closed)) == ["closed-gone", "closed-new"]


def amend(folder: Path, appraisee: str, **digests: str) -> None:
    lines = "".join(f'{key} = "{value}"\n' for key, value in digests.items() if value)
    approved = "B" if appraisee == "H" else "H"
    (folder / "records/2026-09/amendments.toml").write_text(
        f'month = "2026-09"\n\n[[amendment]]\nappraisee = "{appraisee}"\non = 2026-10-20\n'
        f'by = "M"\napproved = "{approved}"\nwhy = "核对考勤"\nwhat = "细心 88 → 91"\n{lines}',
        encoding="utf-8",
    )


def of(folder: Path, name: str) -> Result:
    from kpisite.outcomes.results import results
    from kpisite.score.scorecard import score

    book, _ = load(folder)
    return next(
        one for one in results(book, score(book)) if f"{one.month}/{one.appraisee_id}" == name
    )


def test_an_amendment_with_the_right_digest_allows_the_change_and_no_other(closed: Path) -> None:
    edit(closed, "records/2026-09/A.toml", "boss = 88", "boss = 91")
    now = of(closed, "2026-09/A")
    amend(closed, "A", digest=seal(now), pay=pay_seal(now))
    assert codes(closed) == []
    edit(closed, "records/2026-09/A.toml", "boss = 91", "boss = 92")
    assert codes(closed) == ["closed-changed"]
    edit(closed, "records/2026-09/A.toml", "boss = 92", "boss = 88")
    assert codes(closed) == [], "what it was when it was closed is no change"
    edit(closed, "records/2026-09/A.toml", "boss = 88", "boss = 91")
    amend(closed, "A", digest="0" * 32, pay=pay_seal(now))
    assert codes(closed) == ["closed-changed"]
    amend(closed, "B", digest=seal(now), pay=pay_seal(now))
    assert codes(closed) == ["closed-changed"], "somebody else's"


def test_a_record_added_to_a_closed_month_may_be_amended_in(closed: Path) -> None:
    (closed / "records/2026-09/H.toml").write_text(
        record("H", 'scheme = "form"\n' + says(66), "2026-09"), encoding="utf-8"
    )
    (closed / "records/pay/H.toml").write_text(PAY.replace('"A"', '"H"'), encoding="utf-8")
    now = of(closed, "2026-09/H")
    amend(closed, "H", digest=seal(now), pay=pay_seal(now))
    assert codes(closed) == []


@pytest.mark.parametrize(("by", "approved"), [("X", "H"), ("M", "X")])
def test_an_amendment_is_made_and_approved_by_somebody(
    closed: Path, by: str, approved: str
) -> None:
    now = of(closed, "2026-09/A")
    amend(closed, "A", digest=seal(now), pay=pay_seal(now))
    assert codes(closed) == []
    path = "records/2026-09/amendments.toml"
    edit(closed, path, 'by = "M"', f'by = "{by}"')
    edit(closed, path, 'approved = "H"', f'approved = "{approved}"')
    assert codes(closed) == ["unknown-employee"]


def test_a_closed_month_stays_with_its_department(closed: Path) -> None:
    edit(closed, "records/departments.toml", "[[department]]", STORE_ENTRY + "[[department]]")
    edit(closed, "records/staff/A.toml", 'department = "desk"', 'department = "store"')
    assert codes(closed) == ["closed-changed"]


def test_a_record_may_be_amended_away(closed: Path) -> None:
    (closed / "records/2026-09/B.toml").unlink()
    amend(closed, "B", digest=REMOVED)
    assert codes(closed) == []


def test_closing_needs_no_history(closed: Path, tmp_path: Path) -> None:
    assert not (closed / ".git").exists()
    copy = tmp_path / "copy"
    write({path: text.decode() for path, text in files_in(closed).items()}, copy)
    assert codes(copy) == []
    edit(copy, "records/2026-09/A.toml", "boss = 88", "boss = 89")
    assert codes(copy) == ["closed-changed"]


def test_lines_moved_about_in_a_closed_month_are_no_change(closed: Path) -> None:
    place = closed / "records/2026-09/A.toml"
    place.write_text(
        '# 备注\n\nmonth = "2026-09"\nemployee = "A"\n[marks]\ncare.boss = 88.0\n', encoding="utf-8"
    )
    assert codes(closed) == []


def test_an_answer_a_plan_and_an_appeal_do_not_break_a_closed_month(closed: Path) -> None:
    place = closed / "records/2026-09/A.toml"
    whole = place.read_text(encoding="utf-8")
    pending = APPEAL[: APPEAL.index("[appeal.ruling]")]
    place.write_text(whole + PLAN + pending, encoding="utf-8")
    assert codes(closed) == []
    place.write_text(whole + PLAN + APPEAL, encoding="utf-8")
    assert codes(closed) == ["closed-changed"], "a ruling with a total does"


def test_each_part_of_a_month_is_closed_under_its_own_name(tmp_path: Path) -> None:
    folder = write(moved("2026-10", "2026-10-11", 80, 95), tmp_path)
    assert run("close", "2026-10", "--on", "2026-11-10", at=folder).code == 0
    text = (folder / "records/2026-10/closed.toml").read_text(encoding="utf-8")
    assert re.findall(r"^\[card\.(.+)\]$", text, re.MULTILINE) == ["A", "A-desk", "B", "C"]
    assert codes(folder) == []
    edit(folder, "records/2026-10/A@desk.toml", "boss = 80", "boss = 81")
    issues = load(folder)[1]
    assert {one.code for one in issues} == {"closed-changed"}
    assert {one.facts["name"] for one in issues} == {"A", "A-desk"}, "it counts in the whole"


def test_a_month_is_closed_once(closed: Path) -> None:
    before = (closed / "records/2026-09/closed.toml").read_bytes()
    ran = run("close", "2026-09", at=closed)
    assert ran.code == 2
    assert (closed / "records/2026-09/closed.toml").read_bytes() == before
    assert run("close", "2026-01", at=closed).code == 2, "nothing to close"


def test_a_month_that_waits_for_marks_is_not_closed(open_site: Path) -> None:
    edit(
        open_site,
        "records/schemes/form.toml",
        "points = 100",
        'missing = "provisional"\npoints = 100',
    )
    edit(open_site, "records/2026-09/B.toml", says(70), "")
    ran = run("close", "2026-09", at=open_site)
    assert ran.code == 2
    assert "员工B" in ran.errors
    assert not (open_site / "records/2026-09/closed.toml").exists()
    assert run("close", "2026-10", at=open_site).code == 0


# The law.


def test_the_legal_tier_speaks_where_it_is_switched_on() -> None:
    other = '[[pay]]\nid = "other"\nname = "其他"\nmethod = "other"\n'
    points = '[[pay]]\nid = "points"\nname = "分值"\nmethod = "points"\neach = 2\n'
    lines = '[[line]]\nmonth = "2026-10"\nname = "扣回"\namount = -10\n'
    more = {"records/pay/A.toml": PAY + lines}

    def told(legal: str) -> list[str]:
        company = 'company = "小店"\n' + legal
        files = site(FORM, month_of(80), policy(POST + other + points), more)
        return faults(files | {"kpisite.toml": company})

    assert told("") == []
    # 3,000 − 10 = 2,990.
    assert told("[legal]\nminimum-wage = 2_990\n") == ["legal-fine", "legal-points"]
    assert told("[legal]\nminimum-wage = 2_990.01\nfines = false\n") == ["legal-minimum-wage"]
    assert told("[legal]\nfines = false\n") == []


# Calibration.

BLENDED = FORM.replace('{ boss = "100%" }', '{ self = "shown", supervisor = "100%" }')


def marked(given: Sequence[tuple[str, object, object]]) -> tuple[Result, ...]:
    """A month in which raters, self and superior, gave marks."""
    people = {
        f"P{index:02}": f'rated.supervisor.by = "{by}"\n'
        f"marks.care = {{ self = {own}, supervisor = {mark} }}\n"
        for index, (by, own, mark) in enumerate(given)
    }
    more = {f"records/staff/{by}.toml": staff(by, superior="") for by in {one[0] for one in given}}
    _, results, codes = read(site(BLENDED, people, policy(), more))
    assert codes == []
    return results


def leanings(given: Sequence[tuple[str, object, object]]) -> dict[str, str]:
    return {one.rater: one.leaning for one in calibration.raters(marked(given))}


def test_nothing_is_said_of_fewer_than_five() -> None:
    four = [("X", 90, mark) for mark in (60, 70, 80, 90)]
    assert leanings(four) == {}
    assert calibration.self_above_superior(marked(four)) is None
    assert leanings([*four, ("X", 90, 75)]) == {"X": ""}, "nobody else to compare with"


def test_raters_are_held_against_all_the_others() -> None:
    low = [("X", 90, mark) for mark in (60, 65, 70, 75, 80)]  # 70 in the mean
    for away, expected in ((0, ""), (4, ""), (5, "lenient"), (-5, "strict"), (-4, "")):
        high = [("Y", 90, mark + away) for mark in (60, 65, 70, 75, 80)]
        opposite = {"lenient": "strict", "strict": "lenient", "": ""}[expected]
        assert leanings([*low, *high]) == {"X": opposite, "Y": expected}, away


def test_raters_are_held_against_those_on_the_same_form_only() -> None:
    low = [("X", 90, mark) for mark in (40, 45, 50, 55, 60)]
    high = [("Y", 90, mark) for mark in (60, 65, 70, 75, 80)]
    results = marked([*low, *high])
    assert [one.leaning for one in calibration.raters(results)] == ["strict", "lenient"]
    other = results[0].card.scheme.model.model_copy(update={"id": "other"})
    apart = [
        one
        if one.record.rated["supervisor"].by == "X"
        else replace(one, card=replace(one.card, scheme=replace(one.card.scheme, model=other)))
        for one in results
    ]
    assert [one.leaning for one in calibration.raters(apart)] == ["", ""]


def test_a_rater_who_marks_everybody_alike_is_told_so() -> None:
    low = [("X", 90, mark) for mark in (60, 65, 70, 75, 80)]
    assert leanings([*low, *(("Y", 90, mark) for mark in (80, 81, 82, 83, 83))])["Y"] == "alike"
    wide = leanings([*low, *(("Y", 90, mark) for mark in (80, 81, 82, 83, 83.1))])
    assert wide["Y"] == "lenient"


def test_how_far_people_mark_themselves_above_their_superior() -> None:
    # 10, 20, 30, 40 and 0 above: 20 in the mean.
    given = [("X", 60 + gap, 60) for gap in (10, 20, 30, 40, 0)]
    assert calibration.self_above_superior(marked(given)) == (5, Decimal("0.2"))
