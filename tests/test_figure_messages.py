"""What is said of figures that cannot be, and that the remedy works when it is obeyed."""

from decimal import Decimal

import pytest

from tests.small_forms import CARE, form, found, issues, site, staff

HEAD = 'id = "rules"\nname = "办法"\nfrom = "2026-01"\nschemes = ["form"]\n'
RANGES = """
[[figure]]
id = "salary"
name = "工资"
from = "record"

[[figure]]
id = "upper"
from = "record"

[[figure]]
id = "lower"
from = "record"

[[table]]
id = "result"
name = "分值"
rows = { figure = "salary", from = ["upper", "lower"] }
cells = [30, 20, 10]

[[part]]
id = "work"
name = "工作"

[[part.indicator]]
id = "points"
name = "得分"
points = 30
method = "figure"
figure = "result"
"""
DUE = '[[pay]]\nid = "due"\nname = "津贴"\nmethod = "figure"\nfigure = "{}"\n'


def placed(salary: int, upper: int, lower: int) -> dict[str, str]:
    record = f"metrics = {{ salary = {salary}, upper = {upper}, lower = {lower} }}\n"
    return site(form(RANGES, 30), {"A": record})


@pytest.mark.parametrize(("salary", "expected"), [(8000, 30), (7999, 20), (5000, 20), (4999, 10)])
def test_edges_may_be_figures(salary: int, expected: int) -> None:
    total = found(placed(salary, 8000, 5000))["2026-10/A"].card.total
    assert total.value == expected


def test_edges_by_figures_are_held_to_their_order() -> None:
    """Between 8,000 and 5,000 the first edge would take what stands on the second."""
    assert issues(placed(6000, 5000, 8000)) == ["table-disordered"]
    assert issues(placed(6000, 5000, 5000)) == []


def test_pay_goes_by_a_figure_of_the_policy_itself() -> None:
    files = site(form(CARE), {"A": "marks.care = { boss = 80 }\n"}, HEAD + DUE.format("care"))
    assert issues(files) == ["figure-not-own"]
    obeyed = HEAD + '[[figure]]\nid = "due"\nis = "care"\n' + DUE.format("due")
    results = found(site(form(CARE), {"A": "marks.care = { boss = 80 }\n"}, obeyed))
    wage = results["2026-10/A"].wage
    assert wage is not None and wage.value == 80


OTHER = form(CARE.replace('"care"', '"other"')).replace('"form"', '"second"')


def test_a_policy_for_two_forms_pays_by_what_both_have() -> None:
    policy = HEAD.replace('["form"]', '["form", "second"]')
    policy += '[[figure]]\nid = "due"\nis = "care × 2"\n' + DUE.format("due")
    people = {
        "records/schemes/second.toml": OTHER,
        "records/staff/B.toml": staff("B", scheme="second"),
    }
    records = {"A": "marks.care = { boss = 80 }\n", "B": "marks.other = { boss = 70 }\n"}
    assert issues(site(form(CARE), records, policy, people)) == ["figure-of-other-form"]
    obeyed = OTHER.replace("[[part]]", '[[figure]]\nid = "care"\nis = "other"\n\n[[part]]', 1)
    people["records/schemes/second.toml"] = obeyed
    results = found(site(form(CARE), records, policy, people))
    wages = {name[-1]: one.wage.value for name, one in results.items() if one.wage}
    assert wages == {"A": 160, "B": 140}


SPLIT = """
[[figure]]
id = "pool"
is = "{pool}"

[[figure]]
id = "key"
is = "{key}"

[[pay]]
id = "part"
name = "分红"
method = "split"
amount = "pool"
by = "key"
"""


def test_what_nobody_has_a_key_for_is_split_evenly_or_not_at_all() -> None:
    records = dict.fromkeys("ABC", "marks.care = { boss = 0 }\n")
    for pool, key, expected in (
        ("100", "care", None),
        ("100", "max(1, care)", "33.33"),
        ("care", "care", "0.00"),
    ):
        files = site(form(CARE), records, HEAD + SPLIT.format(pool=pool, key=key))
        if expected is None:
            assert issues(files) == ["split-empty"] * 3
            continue
        wage = found(files)["2026-10/C"].wage
        assert wage is not None and wage.value == Decimal(expected)


CHECKED = """
grade = [{ id = "a", name = "优", from = 90 }, { id = "b", name = "良" }]

[[figure]]
id = "rate"
from = "record"
unit = "percent"
low = 0
high = 1
"""


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ('[[figure]]\nid = "due"\nis = "rate × 100"\n', []),
        ('[[figure]]\nid = "due"\nis = "total ÷ (rate − rate × 1 − 0 × rate)"\n', []),
        ('[[figure]]\nid = "due"\nis = "total ÷ (0 × rate)"\n', ["divisor-always-zero"]),
        ('[[figure]]\nid = "due"\nis = "base-salary + rate"\n', ["figure-units"]),
        (
            '[[table]]\nid = "due"\nrows = { figure = "total", from = [60, 80] }\n'
            "cells = [3, 2, 1]\n",
            ["table-edges"],
        ),
        (
            '[[table]]\nid = "due"\nrows = { figure = "total", from = [80, 60] }\n'
            "cells = [1, 3, 2]\n",
            ["table-turns"],
        ),
        (
            '[[figure]]\nid = "due"\nis = "rate"\n[[gate]]\nid = "g"\n'
            'if = { rate = { above = "100%" } }\ngrade-at-most = "b"\n',
            ["gate-never"],
        ),
        (
            '[[figure]]\nid = "due"\nis = "rate"\n[[gate]]\nid = "g"\n'
            'if = { rate = { from = 60 } }\ngrade-at-most = "b"\n',
            ["figure-units", "gate-never"],
        ),
    ],
)
def test_a_policy_is_checked_before_any_record_as_a_form_is(more: str, expected: list[str]) -> None:
    files = site(form(CARE), {}, HEAD + CHECKED + more + DUE.format("due"))
    codes = {one for one in issues(files) if one not in ("pay-folder-missing", "figure-idle")}
    assert codes == set(expected)
