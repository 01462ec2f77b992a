"""What is due for review: who failed how often, was last or had an event; and who is told."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.marked_months import AWARD, FORM, PAID, month_of, months, per_unit, policy, says
from tests.sites import built, write
from tests.small_forms import found, issues, site
from tests.trees import trees, whole

REVIEW = '[[review]]\nid = "leaving"\nname = "去留评议"\n'


def reviewed(rules: str, reported: Mapping[str, Mapping[str, object]]) -> dict[str, list[str]]:
    """What is due for review, by `month/person`: the months it rests on."""
    each = per_unit("sales", "0.01")
    results = found(site(FORM, months(reported), policy(REVIEW + rules + each)))
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

    def of(*reported: tuple[int, str]) -> list[str]:
        people = {"ABC"[i]: says(mark, sales=sales) for i, (mark, sales) in enumerate(reported)}
        return list(reviewed(rules, {"2026-10": people}))

    assert of((90, "700"), (80, "500"), (70, "499.99")) == ["2026-10/C"]
    assert of((90, "400"), (80, "500"), (70, "499.99")) == [], "last in one of them only"
    assert of((90, "600"), (70, "500"), (70, "500.0")) == ["2026-10/B", "2026-10/C"]
    assert of((90, "500"), (80, "500"), (70, "500")) == [], "all equal in sales"
    assert of((70, "300")) == [], "alone"


def test_an_event_may_ask_for_a_review_whatever_the_total() -> None:
    reported = {"2026-10": {"A": says(99, "complaint", sales=1), "B": says(50, sales=1)}}
    assert reviewed('events = ["complaint"]\n', reported) == {"2026-10/A": ["2026-10"]}


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
def test_a_condition_that_could_never_hold_is_reported(rules: str, code: str) -> None:
    assert issues(site(FORM, month_of(80), policy(rules))) == [code]


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
