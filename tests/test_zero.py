"""Divisors of zero and below, and weights of nothing: the form says what is meant, or it is a fault
before anything is scored; what `check` passes is scored without a division that fails."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.marked_months import FORM, months, policy, says
from tests.small_forms import form, found, issues, only, site

RATIO = """
[[part.indicator]]
id = "sales"
name = "销售额"
points = 30
method = "ratio"
actual = "actual"
target = {target}
{more}
"""


def ratio(target: object = '"plan"', more: str = "") -> str:
    return form(RATIO.format(target=target, more=more), 30)


def figures(**metrics: object) -> str:
    return "[metrics]\n" + "".join(f"{id} = {value}\n" for id, value in metrics.items())


LOWER = "lower-is-better = true\n"


@pytest.mark.parametrize(
    ("scheme", "record", "code"),
    [
        (ratio(), figures(actual=5, plan=0), "divisor-zero"),
        (ratio(), figures(actual=0, plan=0), "divisor-zero"),
        (ratio(), figures(actual='"5%"', plan='"0%"'), "divisor-zero"),
        (ratio(), figures(actual=-20, plan=-10), "divisor-below-zero"),
        (ratio(more='zero-target = "100%"'), figures(actual=-20, plan=-10), "divisor-below-zero"),
        (ratio(more=LOWER), figures(actual=-20, plan=-10), "divisor-below-zero"),
        (ratio(more=LOWER), figures(actual=0, plan=0), "divisor-zero"),
        (ratio(more=LOWER + 'cap = "none"'), figures(actual=0, plan=3), "divisor-zero"),
        (ratio(0), figures(actual=5), "target-not-positive"),
        (ratio(0, 'zero-target = "100%"'), figures(actual=5), "target-not-positive"),
        (ratio(-3), figures(actual=5), "target-not-positive"),
        (ratio(0, LOWER), figures(actual=0), "target-not-positive"),
        (ratio(-3, LOWER + 'zero-target = "100%"'), figures(actual=5), "target-not-positive"),
        (ratio(more='zero-target = "110%"'), figures(actual=5, plan=4), "zero-target-above-cap"),
    ],
)
def test_a_divisor_of_zero_or_below_is_a_fault_unless_the_form_has_a_word_for_it(
    scheme: str, record: str, code: str
) -> None:
    assert issues(site(scheme, {"A": record})) == [code]


@pytest.mark.parametrize(
    ("scheme", "record", "points"),
    [
        (ratio(more='zero-target = "50%"'), figures(actual=7, plan=0), 15),
        (ratio(more='zero-target = "0%"'), figures(actual=7, plan=0), 0),
        (ratio(0, LOWER + 'zero-target = "80%"'), figures(actual=0), 24),
        (ratio(0, LOWER + 'zero-target = "80%"'), figures(actual=3), 0),
        # None is as good as next to none.
        (ratio(more=LOWER + 'cap = "120%"'), figures(actual=0, plan=3), 36),
        (ratio(more=LOWER + 'cap = "120%"'), figures(actual="0.01", plan=3), 36),
        (ratio(), figures(actual=-20, plan=10), 0),
    ],
)
def test_what_the_form_says_of_zero_is_earned(scheme: str, record: str, points: int) -> None:
    assert only(scheme, record).total.value == points


SMALL = st.sampled_from([-2, -1, 0, 1, 2])
SHARES = st.sampled_from(["", 'zero-target = "0%"', 'zero-target = "100%"'])
CAPS = st.sampled_from(["", 'cap = "none"', 'cap = "150%"'])


@given(
    actual=SMALL,
    plan=SMALL,
    target=st.one_of(st.just('"plan"'), SMALL),
    lower=st.booleans(),
    share=SHARES,
    cap=CAPS,
)
def test_a_ratio_that_check_passes_can_be_scored(
    actual: int, plan: int, target: object, lower: bool, share: str, cap: str
) -> None:
    more = "\n".join([LOWER if lower else "", share, cap])
    stated = {"plan": plan} if target == '"plan"' else {}
    files = site(ratio(target, more), {"A": figures(actual=actual, **stated)})
    if issues(files) == []:
        (result,) = found(files).values()
        assert result.card.total.value >= 0


TIERS = """
[[pay]]
id = "line"
name = "提成"
method = "tiers"
actual = "sales"
plan = "plan"
actual-name = "实际"
plan-name = "计划"
tiers = [
  { rate = "0%" }, { from = "100%", rate = "1%" },
  { above = "100%", plus = 50, rate = "2%" },
]
"""


def on_plan(plan: int, sales: int, more: str = "", month: str = "2026-10") -> dict[str, str]:
    return site(
        FORM, months({month: {"A": says(80, sales=sales, plan=plan)}}), policy(TIERS + more)
    )


@pytest.mark.parametrize(("plan", "sales"), [(0, 7_000), (-10, 7_000), (-10, 0)])
def test_a_multiple_of_no_plan_is_nothing_to_pay_by(plan: int, sales: int) -> None:
    assert issues(on_plan(plan, sales)) == ["plan-not-positive"]


@pytest.mark.parametrize(
    ("plan", "sales", "more", "amount"),
    [
        (0, 0, "", "0"),
        (0, 7_000, 'zero-plan = "1.5%"\n', "105"),
        (0, 7_000, 'zero-plan = "0%"\n', "0"),
        (6_000, 7_000, 'zero-plan = "1.5%"\n', "140"),
    ],
)
def test_a_policy_may_say_what_is_paid_without_a_plan(
    plan: int, sales: int, more: str, amount: str
) -> None:
    wage = found(on_plan(plan, sales, more))["2026-10/A"].wage
    assert wage is not None and wage.value == Decimal(amount)


def test_tiers_rise_whatever_the_plan() -> None:
    # 100% and 50 more is above 120% for a plan of 200, and below it for one of 300.
    turned = TIERS.replace("\n]", '\n  { from = "120%", rate = "3%" },\n]')
    assert "tiers-order" in issues(site(FORM, {}, policy(turned)))


def test_only_raters_who_count_may_mark_for_those_who_do_not() -> None:
    scheme = form(
        '[[part.indicator]]\nid = "care"\nname = "细心"\nmethod = "bands"\n'
        'bands = [{ points = "0-100" }]\n',
        top='missing = "share"',
        raters='{ self = "shown", boss = "100%" }',
    )
    assert issues(site(scheme, {"A": "marks.care = { self = 90 }"})) == ["mark-missing"]
