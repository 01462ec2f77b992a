"""Amounts for payroll and HR alone are not printed in the working of what others see."""

import pytest

from tests.sites import checked
from tests.small_forms import CARE, Files, form, issues, site

HEAD = """
id = "rules"
name = "办法"
from = "2026-01"
schemes = ["form"]

[[figure]]
id = "deposit"
from = "pay"

[[figure]]
id = "rate"
is = "(total - 85) ÷ 100"

[[table]]
id = "quarter-end"
rows = { figure = "month", are = [8, 9, 10] }
cells = [0, 1, 0]
any-order = true
"""

PAY = """
[[figure]]
id = "reward"
name = "安全奖"
is = "REWARD"

[[figure]]
id = "taken"
is = "TAKEN"

[[pay]]
id = "reward-paid"
name = "安全奖"
method = "figure"
figure = "reward"

[[pay]]
id = "deposit-taken"
name = "扣抵押金"
method = "figure"
figure = "taken"
shown-to = "payroll"
"""


def files(reward: str, taken: str, more: str = "", rows: str = CARE) -> Files:
    policy = HEAD + more + PAY.replace("REWARD", reward).replace("TAKEN", taken)
    pay = 'employee = "A"\n[[figure]]\nid = "deposit"\nfrom = "2026-01"\nis = 10_000\n'
    marks = {"A": "marks.care = { boss = 70 }\n"}
    return site(form(rows), marks, policy, {"records/pay/A.toml": pay})


ENDS = "quarter-end"


@pytest.mark.parametrize(
    ("reward", "taken", "is_shown"),
    [
        # what the hidden amount may come to stands in the working of the other
        ("max(0, deposit × rate)", "min(0, deposit × rate)", True),
        ("max(0, rate × deposit)", "min(0, deposit × rate)", True),
        (f"max(0, deposit × rate) × {ENDS}", f"min(0, deposit × rate) × {ENDS}", True),
        (f"max(0, deposit × rate × {ENDS})", "min(0, deposit × rate)", True),
        ("max(0, 5 - deposit × rate)", "round(deposit × (total - 85) ÷ 100)", True),
        ("max(0, -(deposit × rate))", "max(0, deposit × rate)", True),
        # the same but for a factor, an addend or the sign
        ("2 × rate × deposit + 100", "deposit × rate", True),
        ("-deposit", "deposit × 1 + 0", True),
        # what it is made of, and what is like it in part
        ("deposit × max(0, rate)", "deposit × min(0, rate)", False),
        ("deposit + rate", "deposit × rate", False),
        ("max(0, rate)", "min(0, deposit × rate)", False),
        ("2 × deposit", "deposit × rate", False),
        ("300 + total", "300", False),
    ],
)
def test_no_formula_for_others_computes_it(reward: str, taken: str, is_shown: bool) -> None:
    expected = ["payroll-line-shown"] if is_shown else []
    assert [one for one in issues(files(reward, taken)) if one.startswith("payroll")] == expected


def test_it_is_followed_through_names_and_both_places_are_said() -> None:
    more = '[[figure]]\nid = "owed"\nis = "deposit × rate"\n'
    of = files("max(0, deposit × rate)", "min(0, owed)", more)
    (issue,) = [one for one in checked(of)[2] if one.code == "payroll-line-shown"]
    path = "records/policies/rules.toml"
    assert [(one.path, one.keys) for one in (issue.at, *issue.also)] == [  # type: ignore[union-attr]
        (path, ("pay", 1, "shown-to")),
        (path, ("figure", 3, "is")),
    ]


def test_a_figure_of_the_form_is_looked_through_too() -> None:
    rows = CARE + (
        '[[figure]]\nid = "price"\nfrom = "month"\ndefault = 1\n'
        '[[figure]]\nid = "count"\nfrom = "month"\ndefault = 2\n'
        '[[figure]]\nid = "worth"\nis = "price × count"\nshown = true\n'
    )
    assert issues(files("total", "max(5, count × price)", rows=rows)).count("payroll-line-shown")
    unlike = issues(files("total", "max(5, count + price)", rows=rows))
    assert "payroll-line-shown" not in unlike


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(("start", "is_shown"), [("0", True), ("100", False)])
def test_a_fold_by_another_name_is_the_same(start: str, is_shown: bool) -> None:
    fold = '[[figure]]\nid = "{}"\nmax = "total"\nover = "earlier"\nstart = {}\n'
    more = fold.format("best", "0") + fold.format("top", start)
    assert ("payroll-line-shown" in issues(files("best", "top", more))) is is_shown


def test_names_that_rest_on_names_twice_over_are_followed_once() -> None:
    steps = [
        f'[[figure]]\nid = "step-{n}"\nis = "max(step-{n - 1}, step-{n - 1} - {n})"\n'
        for n in range(1, 60)
    ]
    more = '[[figure]]\nid = "step-0"\nis = "deposit × rate"\n' + "".join(steps)
    assert "payroll-line-shown" in issues(files("max(0, rate × deposit)", "step-59", more))
