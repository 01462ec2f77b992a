"""Components of pay, each as computed by hand, to the cent."""

import csv
import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest

from kpisite.language.components import COMPONENTS
from tests.marked_months import (
    AWARD,
    BY_GRADE,
    FORM,
    PAID,
    POOLED,
    SALARY,
    months,
    off,
    per_unit,
    policy,
    says,
)
from tests.sites import built, write
from tests.small_forms import found, site, staff

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


def paid(rules: str, records: Mapping[str, str], pay: str = "", month: str = "2026-10") -> Decimal:
    """What A is paid in a month."""
    more = {"records/pay/A.toml": f'employee = "A"\n{pay}'} if pay else {}
    result = found(site(FORM, records, policy(rules), more))[f"{month}/A"]
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
    assert paid(BY_GRADE, one_month(mark)) == Decimal(amount)


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


@pytest.mark.parametrize(("mark", "amount"), [(100, "1000"), ("87.65", "876.5"), (0, "0")])
def test_a_proportion_of_an_amount_needs_no_salary(mark: object, amount: str) -> None:
    # F21: 1,000 × total ÷ 100; the total 87.65 is shown as 87.7, and pays what it is.
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
    records = months(
        {
            f"2026-{number:02}": {"A": says(80, sales=one, plan=100_000)}
            for number, one in zip(
                (6, 7, 8, 9, 10), ("9_000_000", *sales, "9_000_000"), strict=True
            )
        }
    )
    assert paid(rules, records, month="2026-07") == 0
    assert paid(rules, records, month="2026-08") == 0
    assert paid(rules, records, month="2026-09") == Decimal(amount)


def test_a_joiner_in_mid_quarter_is_paid_on_the_months_that_were_worked() -> None:
    rules = TIERS + 'per = "quarter"\n' + HALVES
    records = months({f"2026-{n:02}": {"A": says(80, sales=100_000, plan=100_000)} for n in (8, 9)})
    # 200,000 of 200,000: exactly the plan pays 0.5%.
    assert paid(rules, records, month="2026-09") == 1000


def test_a_leaver_in_mid_quarter_is_paid_with_the_last_month() -> None:
    rules = TIERS + 'per = "quarter"\n' + HALVES
    records = months({f"2026-{n:02}": {"A": says(80, sales=100_000, plan=100_000)} for n in (7, 8)})
    left = staff("A").replace("joined = 2024-01-01", "joined = 2024-01-01\nleft = 2026-08-31")
    files = site(FORM, records, policy(rules), {"records/staff/A.toml": left})
    wages = [one.wage.value for one in found(files).values() if one.wage is not None]
    assert wages == [0, 1000]


def test_a_year_is_paid_in_december() -> None:
    rules = TIERS + 'per = "year"\n' + HALVES
    records = months(
        {f"2026-{n:02}": {"A": says(80, sales=10_000, plan=9_000)} for n in range(1, 13)}
    )
    assert paid(rules, records, month="2026-11") == 0
    assert paid(rules, records, month="2026-12") == 1200  # 120,000 of 108,000


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


def test_other_lines_of_the_month_are_added_up() -> None:
    rules = '[[pay]]\nid = "other"\nname = "其他"\nmethod = "other"\n'
    lines = "".join(
        f'[[line]]\nmonth = "{month}"\nname = "补贴"\namount = {amount}\n'
        for month, amount in (("2026-10", "100.10"), ("2026-11", "5"), ("2026-10", "-30.05"))
    )
    assert paid(rules, one_month(), lines) == Decimal("70.05")
    assert paid(SALARY + rules, one_month(), '[[salary]]\nfrom = "2026-01"\namount = 10\n') == 10


def test_the_wage_is_its_lines_added_up() -> None:
    rules = SALARY + TIERS + STEPS + AWARD + "first = true\n" + PAID + BY_GRADE
    salary = '[[salary]]\nfrom = "2026-01"\namount = 3_000.10\n'
    # 3,000.10 + 800 + 200 + 1,500.
    assert paid(rules, one_month(80, sales=80_000, plan=80_000), salary) == Decimal("5500.10")


#: Where a component is computed, and the form of the awards and pools that two of them pay.
AS_COMPUTED = ("test_pay_components.py", "test_pools_and_projects.py", "marked_months.py")
#: Policies of the second sample site, whose pay `test_more_forms_pay.py` holds to the cent.
SAMPLES = Path(__file__).parents[1] / "samples/forms/records/policies"


def test_every_component_is_computed_here() -> None:
    names = {one.model_fields["method"].annotation.__args__[0] for one in COMPONENTS}  # type: ignore[union-attr]
    files = [*(Path(__file__).with_name(one) for one in AS_COMPUTED), *SAMPLES.glob("*.toml")]
    text = "".join(one.read_text(encoding="utf-8") for one in files)
    assert names <= set(re.findall(r'method *= "([a-z-]+)"', text))


def test_components_of_one_name_stand_in_the_records_with_the_amount_of_each(
    tmp_path: Path,
) -> None:
    """Once for each that a policy has of the name: 1,800.55 of the salary and 300 of the bonus."""
    alike = "".join(
        f'[[pay]]\nid = "{column}"\nname = "奖金"\nmethod = "by-grade"\ncolumn = "{column}"\n'
        for column in ("salary", "bonus")
    )
    files = site(FORM, months({"2026-10": {"A": 95, "B": 70}}), policy(alike))
    output = built(write(files, tmp_path), "--no-pdf")
    with (output / "payroll/payroll-2026-10.csv").open(encoding="utf-8-sig", newline="") as file:
        heads, *rows = csv.reader(file)
    assert heads[-3:] == ["奖金", "奖金", "本月工资（元）"]
    assert [(row[0], *row[-3:]) for row in rows] == [
        ("A", "1800.55", "300", "2100.55"),
        ("B", "1500", "0", "1500"),
    ]
