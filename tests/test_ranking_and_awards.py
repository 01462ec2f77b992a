"""Ranks within department, post or form, and the awards that rest on them and on events."""

from collections.abc import Mapping

import pytest

from kpisite.outcomes.results import Result
from tests.marked_months import AWARD, FORM, PAID, Months, absent, month_of, months, policy, says
from tests.small_forms import Files, found, site, staff


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


def awarded(rules: str, records: Months, files: Files | None = None) -> set[str]:
    """In which months who is given an award: `2026-10/A`."""
    results = found(site(FORM, months(records), policy(AWARD + rules + PAID), files or {}))
    given = {name for name, one in results.items() if one.awards}
    for name, one in results.items():
        assert one.wage is None or one.wage.value == (200 if name in given else 0)
    return given


def test_the_first_wins_with_at_least_a_grade() -> None:
    records: Months = {
        "2026-09": {"A": 90, "B": 90, "C": 50},
        "2026-10": {"A": 59.9, "B": 50, "C": 50},
    }
    assert awarded('first = true\nat-least = "pass"\n', records) == {"2026-09/A", "2026-09/B"}
    assert awarded('first = true\ngrades = ["top"]\n', records) == {"2026-09/A", "2026-09/B"}
    assert awarded('first = true\ngrades = ["fail"]\n', records) == {"2026-10/A"}
    assert awarded("last = true\n", records) == {"2026-09/C", "2026-10/B", "2026-10/C"}


def test_an_event_may_win_an_award_or_lose_it() -> None:
    records: Months = {"2026-10": {"A": 90, "B": says(90, "late"), "C": says(90, "complaint")}}
    assert awarded('none-of = ["late"]\n', records) == {"2026-10/A", "2026-10/C"}
    assert awarded('events = ["late", "complaint"]\n', records) == {"2026-10/B", "2026-10/C"}


FIRST = {"A": 90, "B": 70}


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
    records: Months = {
        f"2026-{number:02}": {"A": 90 if way == "1" else 60, "B": 70}
        for number, way in enumerate(course, 1)
    }
    # B is first in the others, and two of them in a row would count for B.
    given = {name for name in awarded("first = true\nmonths = 2\n", records) if name.endswith("A")}
    assert given == {f"2026-{int(number):02}/A" for number in expected}


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ("", "12456"),
        ("once = false", "12456"),
        ("once = true", "14"),
        ("months = 1\nonce = true", "14"),
        ("months = 2", "25"),
        ("months = 2\nonce = true", "25"),
        ("months = 2\nonce = false", "256"),
    ],
)
def test_an_award_is_given_once_in_a_run_or_in_each_of_its_months_as_is_said(
    how: str, expected: str
) -> None:
    records: Months = {
        f"2026-{number:02}": {"A": 50 if number == 3 else 95} for number in range(1, 7)
    }
    given = awarded(f"if = {{ total = {{ from = 90 }} }}\n{how}\n", records)
    assert given == {f"2026-{int(number):02}/A" for number in expected}


STREAK = """
[[figure]]
id = "safe-before"
name = "上月连续安全月数"
last = "safe"
over = "earlier"
gap = "start"
start = 10

[[table]]
id = "safe"
name = "连续安全月数"
rows = { figure = "total", from = [60] }
cells = ["safe-before + 1", 0]
"""


def test_an_award_for_a_streak_is_paid_in_the_month_that_reaches_it_and_says_by_what() -> None:
    rules = STREAK + AWARD + "if = { safe = { from = 12 } }\nonce = true\n" + PAID
    records: Months = {f"2026-{number:02}": {"A": 95} for number in range(7, 11)}
    results = found(site(FORM, months(records), policy(rules)))
    paid = {name: one.wage.value for name, one in results.items() if one.wage is not None}
    assert paid == {"2026-07/A": 0, "2026-08/A": 200, "2026-09/A": 0, "2026-10/A": 0}
    assert results["2026-08/A"].wage is not None
    labels = [one.label.say("zh") for one in results["2026-08/A"].wage.walk()]
    assert labels[-1] == "连续安全月数 12 ≥ 12；2026-08 总分"


def test_a_run_goes_on_over_the_turn_of_the_year() -> None:
    records: Months = {"2026-12": FIRST, "2027-01": FIRST, "2027-02": FIRST}
    assert awarded("first = true\nmonths = 2\n", records) == {"2027-01/A"}


@pytest.mark.parametrize(
    "away",
    [
        absent("leave", "2026-11-01", "2026-11-30"),
        absent("maternity", "2026-10-31", "2026-12-01"),
        absent("sick", "2026-11-01", "2026-11-14") + absent("leave", "2026-11-15", "2026-11-30"),
    ],
)
def test_a_month_on_leave_neither_breaks_a_run_nor_counts_in_it(away: str) -> None:
    records: Months = {"2026-10": FIRST, "2026-11": {"B": 70}, "2026-12": FIRST}
    files = {"records/staff/A.toml": staff("A", more=away)}
    assert awarded("first = true\nmonths = 2\n", records, files=files) == {"2026-12/A"}


def test_a_month_that_is_missing_without_leave_breaks_a_run() -> None:
    records: Months = {"2026-10": FIRST, "2026-11": {"B": 70}, "2026-12": FIRST, "2027-01": FIRST}
    assert awarded("first = true\nmonths = 2\n", records) == {"2027-01/A"}
    away = absent("leave", "2026-11-02", "2026-11-30")
    files = {"records/staff/A.toml": staff("A", more=away)}
    assert awarded("first = true\nmonths = 2\n", records, files=files) == {"2027-01/A"}, (
        "a day short"
    )


def test_a_provisional_month_neither_breaks_a_run_nor_counts_in_it() -> None:
    waiting = FORM.replace('name = "考核"\n', 'name = "考核"\nmissing = "provisional"\n')
    records = months({"2026-10": FIRST, "2026-11": {"A": "", "B": 70}, "2026-12": FIRST})
    rules = policy(AWARD + "first = true\nmonths = 2\n")
    results = found(site(waiting, records, rules))
    assert results["2026-11/A"].grade is None
    assert {name for name, one in results.items() if one.awards} == {"2026-12/A"}
