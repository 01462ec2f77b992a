"""Pay of a month, quarter or year of which somebody served a part, each as worked by hand."""

from decimal import Decimal
from pathlib import Path

import pytest

from kpisite.core.exact import half_up
from kpisite.core.month import Month
from kpisite.language.part_month import DAY_RULES
from kpisite.pages.cells import Workbook
from kpisite.pages.workbook import scorecard_workbook
from tests.marked_months import BY_GRADE, FORM, GRADES, HEAD, SALARY, months, moved, says
from tests.small_forms import Files, found, issues, read, site, staff
from tests.test_workbook import assert_libreoffice_agrees

PAY_OF_A = 'employee = "A"\n[[salary]]\nfrom = "2025-01"\namount = 3_000\n'
MERIT = '[[pay]]\nid = "merit"\nname = "绩效"\nmethod = "proportion"\namount = 1_000\n'
BONUS = BY_GRADE.replace('"by-grade"', '"by-grade"\ncolumn = "bonus"')
OTHER = '[[pay]]\nid = "other"\nname = "其他"\nmethod = "other"\n'
PAY_LINE = 'employee = "A"\n[[line]]\nmonth = "2026-10"\nname = "原岗位绩效"\namount = 430\n'
KEEPER_POLICY = (
    HEAD.replace('"rules"', '"keeper"').replace('["form"]', '["keeper"]')
    + 'part-month = "SAYS"\n'
    + MERIT
)


def files(rule: str, pay: str, joined: str, left: str = "", month: str = "2026-10") -> Files:
    """A, employed on these days, and B, who was here all along, both with a mark of 95."""
    person = staff("A").replace("2024-01-01", joined)
    if left:
        person = person.replace(f"joined = {joined}", f"joined = {joined}\nleft = {left}")
    stated = f'part-month = "{rule}"\n' if rule else ""
    more = {
        "records/staff/A.toml": person,
        "records/pay/A.toml": PAY_OF_A,
        "records/pay/B.toml": PAY_OF_A.replace('"A"', '"B"'),
    }
    return site(FORM, months({month: {"A": 95, "B": 95}}), HEAD + stated + GRADES + pay, more)


def paid(
    rule: str, pay: str, joined: str, left: str = "", month: str = "2026-10"
) -> tuple[Decimal, Decimal]:
    """What A and B are paid in a month."""
    results = found(files(rule, pay, joined, left, month))
    wages = [results[f"{month}/{id}"].wage for id in ("A", "B")]
    assert wages[0] is not None and wages[1] is not None
    return wages[0].value, wages[1].value


@pytest.mark.parametrize(
    ("rule", "joined", "left", "amount"),
    [
        # From Monday 5 to Friday 9 October 2026.
        ("calendar-days", "2026-10-05", "2026-10-09", "483.87"),  # 3,000 × 5 ÷ 31
        ("21.75-days", "2026-10-05", "2026-10-09", "689.66"),  # 3,000 × 5 ÷ 21.75
        ("30-days", "2026-10-05", "2026-10-09", "500.00"),  # 3,000 × 5 ÷ 30
        ("whole", "2026-10-05", "2026-10-09", "3000"),
        # The 17th is a Saturday: 15 days to the end of the month, 10 of them from Monday to Friday.
        ("calendar-days", "2026-10-17", "", "1451.61"),
        ("21.75-days", "2026-10-17", "", "1379.31"),
        ("30-days", "2026-10-17", "", "1500.00"),
        # From Friday the 2nd: 30 days of 31, 21 weekdays; a day late, and whole by thirty days.
        ("calendar-days", "2026-10-02", "", "2903.23"),
        ("21.75-days", "2026-10-02", "", "2896.55"),
        ("30-days", "2026-10-02", "", "3000.00"),
        # One day, the first or the last.
        ("calendar-days", "2024-01-01", "2026-10-01", "96.77"),
        ("21.75-days", "2026-10-31", "", "0.00"),  # a Saturday
        # The whole month, by any rule.
        ("21.75-days", "2026-10-01", "2026-10-31", "3000"),
        ("30-days", "2026-10-01", "", "3000"),
    ],
)
def test_the_base_salary_is_paid_for_the_days_served(
    rule: str, joined: str, left: str, amount: str
) -> None:
    assert paid(rule, SALARY, joined, left) == (Decimal(amount), 3000)


@pytest.mark.parametrize(
    ("joined", "left", "amount"),
    [
        ("2026-12-01", "2026-12-30", "3000.00"),  # 22 weekdays are no more than 21.75
        ("2026-12-02", "2026-12-31", "3000.00"),
        ("2026-12-03", "2026-12-31", "2896.55"),  # 21
    ],
)
def test_nobody_is_paid_more_than_the_month(joined: str, left: str, amount: str) -> None:
    assert paid("21.75-days", SALARY, joined, left, month="2026-12")[0] == Decimal(amount)


def test_february_has_its_own_days() -> None:
    # From 15 February 2028, a leap year: 15 of 29 days.
    assert paid("calendar-days", SALARY, "2028-02-15", "", month="2028-02")[0] == Decimal("1551.72")


def test_an_amount_by_grade_and_a_proportion_follow_the_days() -> None:
    # 1,800.55 × 5 ÷ 31 = 290.411…; 1,000 × 95 ÷ 100 × 5 ÷ 31 = 153.2258…, rounded once.
    assert paid("calendar-days", BY_GRADE, "2026-10-05", "2026-10-09")[0] == Decimal("290.41")
    assert paid("calendar-days", MERIT, "2026-10-05", "2026-10-09")[0] == Decimal("153.23")
    assert paid("calendar-days", BONUS, "2026-10-05", "2026-10-09")[0] == Decimal("48.39")


def test_a_component_may_have_a_rule_of_its_own() -> None:
    whole = BONUS + 'part-month = "whole"\n'
    assert paid("calendar-days", whole, "2026-10-05", "2026-10-09")[0] == 300
    own = SALARY + 'part-month = "30-days"\n' + BONUS
    # 3,000 × 5 ÷ 30 + 300 × 5 ÷ 31
    assert paid("calendar-days", own, "2026-10-05", "2026-10-09")[0] == Decimal("548.39")


def test_the_working_shows_the_days_and_rests_on_the_dates() -> None:
    result = found(files("calendar-days", SALARY, "2026-10-05", "2026-10-09"))["2026-10/A"]
    assert result.wage is not None
    line = result.wage.parts[0]
    assert line.calculation == "3,000.00 × 5 ÷ 31 = 483.870967… ≈ 483.87"
    days = line.parts[1]
    assert (days.label.zh, days.shown) == ("在职天数", "5")
    assert [one.keys for one in days.sources] == [("joined",), ("left",)]


@pytest.mark.parametrize(
    ("pay", "left", "amount"),
    [
        # A bonus by the grade of the quarter: from 15 August, 47 of 92 days of it.
        (BONUS, "", "153.26"),
        # A base salary is that of September, which was served whole.
        (SALARY, "", "3000"),
        # Left on 31 August: 17 days of the quarter's 92, and the whole of August's 17 of 31.
        (BONUS, "2026-08-31", "55.43"),
        (SALARY, "2026-08-31", "1645.16"),
    ],
)
def test_on_a_quarters_form_a_bonus_is_for_the_quarter_and_a_salary_for_the_month(
    pay: str, left: str, amount: str
) -> None:
    month = "2026-08" if left else "2026-09"
    records = files("calendar-days", pay, "2026-08-15", left, month=month)
    records["records/schemes/form.toml"] = records["records/schemes/form.toml"].replace(
        "points = 100\n", 'points = 100\nper = "quarter"\n', 1
    )
    del records[f"records/{month}/B.toml"]
    wage = found(records)[f"{month}/A"].wage
    assert wage is not None
    assert wage.value == Decimal(amount)


def test_what_rests_on_the_persons_own_figures_stays_whole() -> None:
    each = '[[pay]]\nid = "fixed"\nname = "计件"\nmethod = "per-unit"\nmetric = "n"\neach = 5\n'
    records = files("calendar-days", each, "2026-10-05")
    records["records/2026-10/A.toml"] = 'employee = "A"\nmonth = "2026-10"\n' + says(95, n=7)
    del records["records/2026-10/B.toml"]
    wage = found(records)["2026-10/A"].wage
    assert wage is not None
    assert wage.value == 35
    refused = files("", each + 'part-month = "whole"\n', "2024-01-01")
    assert "unknown-key" in issues(refused)


@pytest.mark.parametrize(
    ("rule", "joined", "left", "expected"),
    [
        ("", "2026-10-05", "", ["part-month-unstated"]),
        ("", "2024-01-01", "2026-10-30", ["part-month-unstated"]),
        ("", "2024-01-01", "2026-10-31", []),
        ("", "2026-10-01", "", []),
        ("whole", "2026-10-05", "", []),
        ("30-days", "2026-10-05", "", []),
    ],
)
def test_a_policy_that_pays_a_part_of_a_month_says_by_what_rule(
    rule: str, joined: str, left: str, expected: list[str]
) -> None:
    assert issues(files(rule, SALARY, joined, left)) == expected


def test_a_policy_is_named_once_for_everybody_whom_it_forgot() -> None:
    records = files("", SALARY + BY_GRADE, "2026-10-05")
    records["records/staff/B.toml"] = staff("B").replace("2024-01-01", "2026-10-06")
    assert issues(records) == ["part-month-unstated"]


def test_the_minimum_wage_of_a_month_served_in_part_is_as_much_of_it() -> None:
    # 2,000 × 5 ÷ 31 = 322.58: 483.87 is enough, and 290.41 is not.
    legal = {"kpisite.toml": 'company = "小店"\n[legal]\nminimum-wage = 2_000\n'}
    days = ("2026-10-05", "2026-10-09")
    assert issues(files("calendar-days", SALARY, *days) | legal) == []
    assert issues(files("calendar-days", BY_GRADE, *days) | legal) == [
        "legal-minimum-wage", "legal-minimum-wage",
    ]  # fmt: skip


@pytest.mark.parametrize("rule", sorted(DAY_RULES))
def test_a_day_more_never_pays_less(rule: str) -> None:
    amounts = [paid(rule, SALARY, f"2026-10-{day:02}")[0] for day in range(31, 0, -5)]
    assert amounts == sorted(amounts)
    assert amounts[-1] == half_up(Decimal(3000), 2)
    assert Month.parse("2026-10").last_day.day == 31


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, ["part-unpaid"]),
        ({"records/pay/A.toml": PAY_LINE}, []),
        ({"records/policies/keeper.toml": KEEPER_POLICY.replace("SAYS", "whole")}, []),
        (
            {"records/policies/keeper.toml": KEEPER_POLICY.replace("SAYS", "30-days")},
            ["part-unpaid"],
        ),
    ],
)
def test_what_a_former_post_pays_is_not_lost_in_silence(more: Files, expected: list[str]) -> None:
    records = moved("2026-10", "2026-10-16", 80, 90, OTHER) | {
        "records/pay/B.toml": PAY_OF_A.replace('"A"', '"B"'),
        "records/schemes/keeper.toml": FORM.replace('"form"', '"keeper"', 1),
        "records/policies/keeper.toml": KEEPER_POLICY.replace('part-month = "SAYS"\n', ""),
    }
    records["records/staff/A.toml"] = records["records/staff/A.toml"].replace(
        '"form"', '"keeper"', 1
    )
    assert [code for code in issues(records | more) if code.startswith("part-")] == expected


@pytest.mark.office
def test_libreoffice_comes_to_the_same_part_of_a_month(tmp_path: Path) -> None:
    workbooks: dict[str, Workbook] = {}
    for rule in (*sorted(DAY_RULES), "whole"):
        records = files(rule, SALARY + BY_GRADE + MERIT, "2026-10-05", "2026-10-09")
        book, results, _ = read(records)
        workbooks |= {
            f"{rule}-{one.appraisee_id}": scorecard_workbook(book, one, "zh") for one in results
        }
    assert_libreoffice_agrees(workbooks, tmp_path)
