"""What `check` says of a policy before anybody has a record: what cannot hold among the people who
are there now, and what its figures, thresholds and conditions never come to."""

from collections.abc import Sequence
from decimal import Decimal
from textwrap import dedent

import pytest

from kpisite.check.total_reach import range_of_total
from kpisite.core.issue import Issue
from kpisite.language.figures.ranges import Range
from kpisite.words import worded
from tests.sites import checked
from tests.small_forms import CARE, Files, form, read, site, staff

HEAD = 'id = "rules"\nname = "制度"\nfrom = "2026-01"\nschemes = ["form"]\n'


def company(policy: str, people: int, scheme: str = form(CARE), more: Files | None = None) -> Files:
    """So many people in one department, and no record."""
    ids = [f"A{n:02}" for n in range(1, people + 1)]
    files = {f"records/staff/{id}.toml": staff(id) for id in ids}
    return site(scheme, {}, HEAD + dedent(policy), {**files, **(more or {})})


def found(files: Files) -> list[Issue]:
    return checked(files)[2]


def said(files: Files, code: str) -> list[str]:
    return [worded(one, "en").message for one in found(files) if one.code == code]


def grades(*keys: str) -> str:
    ids = "abcdefg"[: len(keys)]
    return "".join(
        f'\n[[grade]]\nid = "{id}"\nname = "{id.upper()}"\n{one}\n'
        for id, one in zip(ids, keys, strict=True)
    )


def by_quota(*keys: str, quota: str = "") -> str:
    return f"\n[quota]\n{quota}\n" + grades(*keys)


# Quotas.


@pytest.mark.parametrize(
    ("people", "codes"),
    [
        (8, ["quota-crossed"]),  # 5% × 8 = 0.4 → 0, and at least one
        (10, []),  # 5% × 10 = 0.5 → 1
        (9, ["quota-crossed"]),
        (31, []),  # 5% × 31 = 1.55 → 2
    ],
)
def test_a_fewest_and_a_most_that_cross_are_found_by_the_head_count(
    people: int, codes: Sequence[str]
) -> None:
    best = 'share = "5%"\nat-least = 1\nat-most = "5%"'
    files = company(by_quota(best, 'share = "95%"'), people)
    assert [one.code for one in found(files)] == list(codes)


def test_a_most_by_itself_holds_for_any_head_count() -> None:
    rules = by_quota('share = "20%"\nat-most = "20%"', 'share = "80%"')
    assert [one.code for one in found(company(rules, 5))] == []


def test_fewest_people_of_all_grades_are_more_than_there_are() -> None:
    rules = by_quota('share = "50%"\nat-least = 2', 'share = "50%"\nat-least = 3')
    (message,) = said(company(rules, 4), "quota-too-many")
    assert "come to 5, and 客服部 has only 4 people" in message
    assert said(company(rules, 5), "quota-too-many") == []


def test_most_people_of_all_grades_are_fewer_than_there_are() -> None:
    rules = by_quota('share = "50%"\nat-most = "40%"', 'share = "50%"\nat-most = 2')
    (message,) = said(company(rules, 5), "quota-too-few")  # 2 + 2
    assert "come to 4, and 客服部 has 5 people" in message
    assert said(company(rules, 4), "quota-too-few") == []  # 40% × 4 = 1.6 → 2, and 2


def test_a_quota_that_leaves_a_grade_to_nobody_is_said_before_any_record_and_once() -> None:
    """10% × 4 = 0.4 → 0."""
    rules = by_quota('share = "10%"', 'share = "90%"')
    (message,) = said(company(rules, 4), "quota-few-heads")
    assert "A 10% → 0, B 90% → 4" in message and "4 people" in message
    assert said(company(rules, 5), "quota-few-heads") == []  # 0.5 → 1
    marks = {f"A{n:02}": "marks.care = { boss = 80 }" for n in range(1, 5)}
    scored = site(form(CARE), marks, HEAD + rules)
    assert [code for code in read(scored)[2] if code.startswith("quota")] == ["quota-few"]


def test_other_shares_by_the_departments_own_grade_are_held_to_the_head_count_too() -> None:
    """10% × 5 = 0.5 → 1; 5% × 5 = 0.25 → 0."""
    where = 'where = [{ department = ["a"], share = { a = "5%", b = "95%" } }]'
    rules = by_quota('share = "10%"', 'share = "90%"', quota=where)
    (message,) = said(company(rules, 5), "quota-few-heads")
    assert "A 5% → 0, B 95% → 5" in message
    assert said(company(rules, 10), "quota-few-heads") == []


def test_each_group_is_held_to_its_own_head_count_and_named() -> None:
    two = {
        "records/departments.toml": '[[department]]\nid = "desk"\nname = "客服部"\nmanager = "M"\n'
        '[[department]]\nid = "shop"\nname = "门店"\nmanager = "M"\n',
        **{f"records/staff/B{n}.toml": staff(f"B{n}", department="shop") for n in range(4)},
    }
    best = 'share = "10%"\nat-least = 1\nat-most = "10%"'
    rules = by_quota(best, 'share = "90%"', quota='within = "department"')
    (message,) = said(company(rules, 5, more=two), "quota-crossed")
    assert "门店" in message and "4 people" in message and "客服部" not in message
    gone = {**two, "records/staff/A05.toml": staff("A05", more="left = 2026-03-31\n")}
    both = said(company(rules, 5, more=gone), "quota-crossed")
    assert ["客服部" in one and "门店" in one for one in both] == [True]


# Limits.

COUNTS = """
[[figure]]
id = "best"
count = "total"
over = "department"
where = { grade = { are = ["a"] } }

[[figure]]
id = "share"
is = "best ÷ heads"
"""


def limit(id: str, figure: str, bound: str) -> str:
    return f'\n[[limit]]\nid = "{id}"\nfigure = "{figure}"\n{bound}\n'


LEAST = limit("one", "best", "at-least = 1")
FEW = limit("few", "share", 'at-most = "5%"')
TWO = grades("from = 80", "")


@pytest.mark.parametrize(
    ("people", "limits", "codes"),
    [
        (8, LEAST, []),
        (8, FEW, []),
        (8, LEAST + FEW, ["limits-contradict"]),  # one of eight is 12.5%
        (19, LEAST + FEW, ["limits-contradict"]),
        (20, LEAST + FEW, []),  # one of twenty is 5%
        (3, limit("many", "best", "at-least = 4"), ["limit-impossible"]),
        (4, limit("many", "best", "at-least = 4"), []),
        (3, limit("none", "share", 'at-most = "20%"'), []),
    ],
)
def test_limits_on_how_many_have_a_grade_are_tried_out(
    people: int, limits: str, codes: Sequence[str]
) -> None:
    named = [one.code for one in found(company(TWO + COUNTS + limits, people))]
    assert [code for code in named if code != "figure-idle"] == list(codes)


@pytest.mark.parametrize(("second", "codes"), [("70%", ["limits-contradict"]), ("80%", [])])
def test_limits_on_every_grade_have_to_leave_room_for_everybody(
    second: str, codes: Sequence[str]
) -> None:
    """Of ten people at most two and at most seven are nine."""
    more = """
        [[figure]]
        id = "rest"
        count = "total"
        over = "department"
        where = { grade = { are = ["b"] } }

        [[figure]]
        id = "rest-share"
        is = "rest ÷ heads"
    """
    limits = limit("top", "share", 'at-most = "20%"') + limit(
        "low", "rest-share", f'at-most = "{second}"'
    )
    files = company(TWO + COUNTS + dedent(more) + limits, 10)
    assert [one.code for one in found(files)] == list(codes)


@pytest.mark.parametrize(("budget", "codes"), [(8999, ["limit-impossible"]), (9000, [])])
def test_a_budget_below_what_everybody_is_paid_anyway_cannot_be_kept(
    budget: int, codes: Sequence[str]
) -> None:
    """Three people with 3,000 each, and a raise of nothing to 5%."""
    rules = """
        [[figure]]
        id = "budget"
        from = "department"
        unit = "money"

        [[table]]
        id = "raise"
        rows = { figure = "total", from = [80] }
        cells = ["5%", "0%"]

        [[figure]]
        id = "raised"
        is = "base-salary × (1 + raise)"

        [[figure]]
        id = "spent"
        sum = "raised"
        over = "department"

        [[limit]]
        id = "spend"
        name = "预算"
        figure = "spent"
        at-most = "budget"
    """
    pay = {
        f"records/pay/A{n:02}.toml": f'employee = "A{n:02}"\n'
        '[[salary]]\nfrom = "2024-01"\namount = 3000\n'
        for n in (1, 2, 3)
    }
    desk = (
        '[[department]]\nid = "desk"\nname = "客服部"\nmanager = "M"\n'
        f'figure = [{{ id = "budget", from = "2026-01", is = {budget} }}]\n'
    )
    files = company(dedent(rules), 3, more={**pay, "records/departments.toml": desk})
    assert [one.code for one in found(files)] == list(codes)
    if codes:
        (message,) = said(files, "limit-impossible")
        assert "≥ 9,000, and at-most is 8,999" in message


# Figures, thresholds and conditions.


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        ("{ total = { above = 100 } }", "if-never"),
        ("{ total = { from = 0 } }", "if-always"),
        ("{ care = { above = 100 } }", "if-never"),
        ("{ half = { above = 50 } }", "if-never"),
        ("{ half = { from = 50 } }", ""),
        ("{ total = { from = 100 } }", ""),
    ],
)
@pytest.mark.parametrize("of", ["award", "review", "gate"])
def test_conditions_of_a_policy_go_by_how_far_the_form_goes(
    of: str, condition: str, code: str
) -> None:
    says = {
        "award": 'name = "奖"\namount = 10\n',
        "review": 'name = "复核"\ntext = "核对"\n',
        "gate": 'grade-at-most = "b"\n',
    }
    pay = '\n[[pay]]\nid = "awards"\nname = "奖励"\nmethod = "awards"\n' if of == "award" else ""
    half = '\n[[figure]]\nid = "half"\nis = "total ÷ 2"\nshown = true\n'
    rules = TWO + half + f'\n[[{of}]]\nid = "x"\nif = {condition}\n{says[of]}' + pay
    expected = code.replace("if-", "gate-") if of == "gate" else code
    assert [one.code for one in found(company(rules, 3))] == ([expected] if code else [])


def test_grades_by_a_figure_have_to_lie_within_it() -> None:
    """Half a total goes from 0 to 50, and a rise of a fifth of it from 40 to 50."""
    half = '\n[[figure]]\nid = "half"\nis = "total ÷ 2"\n'
    risen = '\n[[figure]]\nid = "half"\nis = "40 + total ÷ 10"\n'
    graded = 'graded = "half"\n'
    for figure, best, code in (
        (half, 51, ["grade-never-given"]),
        (half, 50, []),
        (risen, 40, ["grade-never-given"]),
        (risen, 41, []),
    ):
        rules = graded + grades(f"from = {best}", "") + figure
        assert [one.code for one in found(company(rules, 3))] == code


def test_a_total_goes_from_what_a_veto_leaves_to_the_most_of_all_rows() -> None:
    top = '\n[[veto]]\nid = "fraud"\nname = "舞弊"\ntotal = -5\n'
    files = company("", 1, form(CARE + top))
    book = read(files)[0]
    (filed,) = book.schemes
    assert range_of_total(filed.model) == Range(Decimal(-5), Decimal(100))
