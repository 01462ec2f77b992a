"""Totals out of different full points are held against each other by the share that was reached.

Two people of a department may fill in two forms, and one who moves within the month has a record
on each of two: thirty of thirty is no less than eighty of a hundred.
"""

from collections.abc import Mapping

import pytest

from kpisite.outcomes.seal import seal
from tests.marked_months import AWARD, FORM, HEAD, PAID, moved
from tests.small_forms import CARE, Files, form, found, number, record, row, site, staff

SMALL = form(CARE.replace("0-100", "0-30").replace('method = "', 'points = 30\nmethod = "'), 30)
SMALL = SMALL.replace('id = "form"', 'id = "small"')
BOTH = HEAD.replace('"form"', '"form", "small"')


def mark(points: object) -> str:
    return f"marks.care = {{ boss = {points} }}"


def beside(
    scheme: str, marks: Mapping[str, object], small: Mapping[str, object], rules: str = ""
) -> Files:
    """People on the form, and others of the department on the small one."""
    files: dict[str, str | None] = {"records/schemes/small.toml": SMALL}
    for id, points in small.items():
        files[f"records/staff/{id}.toml"] = staff(id, scheme="small")
        files[f"records/2026-10/{id}.toml"] = record(id, mark(points))
    reported = {id: mark(points) for id, points in marks.items()}
    return site(scheme, reported, (BOTH + rules) if rules else "", files)


def on_a_small_form_before(desk: object, store: object) -> Files:
    """A, who moves after ten days, from the small form to that of a hundred points."""
    files = moved("2026-10", "2026-10-11", desk, store)
    before = files["records/staff/A.toml"].replace('scheme = "form"', 'scheme = "small"', 1)
    return files | {"records/schemes/small.toml": SMALL, "records/staff/A.toml": before}


@pytest.mark.parametrize(
    ("desk", "store", "expected"),
    [
        # (80 × 21 + 30 × 100 ÷ 30 × 10) ÷ 31 = 2,680 ÷ 31 = 86.45….
        (30, 80, "86.5"),
        # (80 × 21 + 24 × 100 ÷ 30 × 10) ÷ 31 = 80, reached alike on both.
        (24, 80, "80.0"),
        # (70 × 21 + 10 × 100 ÷ 30 × 10) ÷ 31 = 1,803.33… ÷ 31 = 58.17….
        (10, 70, "58.2"),
    ],
)
def test_a_part_counts_out_of_the_full_points_of_the_last_form(desk, store, expected):
    results = found(on_a_small_form_before(desk, store))
    total = results["2026-10/A"].card.total
    assert total.shown == expected
    assert row(total, "part-desk").most == 30
    assert f"{desk}.0 × 100 ÷ 30 × 10" in total.rule


def test_the_seal_of_a_month_in_two_posts_is_as_it_was_where_the_full_points_are_the_same():
    results = found(moved("2026-10", "2026-10-11", 80, 95))
    assert seal(results["2026-10/A"]) == "9b97b11292f10db6349a1598ed4f0a18"


@pytest.mark.parametrize(
    ("marks", "small", "expected"),
    [
        ({"A": 40}, {"B": 30}, {"A": 2, "B": 1}),
        ({"A": 70, "C": 90}, {"B": 24}, {"A": 3, "B": 2, "C": 1}),  # 80%
        ({"A": 50}, {"B": 15}, {"A": 1, "B": 1}),  # equals
    ],
)
def test_people_are_ranked_by_the_share_of_their_forms_full_points(marks, small, expected):
    rules = AWARD + "first = true\n" + PAID
    results = found(beside(FORM, marks, small, rules))
    assert {name[-1]: one.standing.rank for name, one in results.items()} == expected
    assert {name[-1] for name, one in results.items() if one.awards} == {
        id for id, rank in expected.items() if rank == 1
    }


TEAM = """
[[part.indicator]]
id = "team"
name = "团队"
points = 10
method = "department-average"
steps = [{ from = 90, points = 10 }, { points = 5 }]
"""


def test_a_mean_is_out_of_the_full_points_of_the_form_that_asks():
    fine = CARE.replace("0-100", "0-90").replace('method = "', 'points = 90\nmethod = "')
    files = beside(form(fine + TEAM), {"A": 80}, {"B": 27, "C": 30})
    # (80 + 10, 27 × 100 ÷ 30, 30 × 100 ÷ 30): (90 + 90 + 100) ÷ 3 = 93.33.
    team = row(found(files)["2026-10/A"].card.total, "team")
    assert team.value == 10
    assert team.parts[0].value == number("93.33")


LATE = """
[[part.indicator]]
id = "care"
name = "准时"
method = "tally"
rule = [{ id = "late", name = "迟到", points = -5 }]
"""


def test_the_best_of_a_pool_reached_the_greatest_share_of_the_full_points():
    small = form(LATE.replace('method = "', 'points = 30\nmethod = "'), 30)
    late = '[[event]]\nrule = "late"\ndate = 2026-10-08\ncount = {}\n'
    rules = '[pool]\nper-point = 2\nbest = 10\n[[pay]]\nid = "pool"\nname = "池"\nmethod = "pool"\n'
    more: dict[str, str | None] = {
        "records/schemes/small.toml": small.replace('id = "form"', 'id = "small"'),
        "records/staff/B.toml": staff("B", scheme="small"),
        "records/2026-10/B.toml": record("B", late.format(1)),
    }
    results = found(site(form(LATE), {"A": late.format(8)}, BOTH + rules, more))
    # 45 points off at 2: 90, of which B with 25 of 30 has 10 first, before A with 60 of 100.
    wages = {name[-1]: one.wage.value for name, one in results.items() if one.wage}
    assert wages == {"A": 40, "B": 50}
