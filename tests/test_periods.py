"""Forms that appraise a quarter or a year: runs, changes, days and what stands in between (F08,
F10)."""

from decimal import Decimal
from pathlib import Path

import pytest

from kpisite.core.month import Month, Period
from kpisite.examine.load import load
from tests.marked_months import Months, absent, months
from tests.sites import built, run, write
from tests.small_forms import CARE, Files, form, found, issues, record, site, staff
from tests.trees import words_of

MONTHLY = form(CARE)


def per(period: str) -> str:
    return MONTHLY.replace('name = "考核"\n', f'name = "考核"\nper = "{period}"\n', 1)


RULES = """
id = "rules"
name = "办法"
from = "2025-01"
schemes = ["form"]
ranking.within = "scheme"
grade = [{ id = "pass", name = "及格", from = 60 }, { id = "fail", name = "不及格" }]

[[award]]
id = "twice"
name = "连续两次第一"
first = true
months = 2
amount = 200

[[review]]
id = "again"
name = "连续两次不及格"
grades = ["fail"]
months = 2

[[pay]]
id = "awards"
name = "奖励"
method = "awards"
"""


def company(period: str, reported: Months, files: Files | None = None) -> Files:
    return site(per(period), months(reported), RULES, files or {})


def due(files: Files) -> set[str]:
    return {name for name, one in found(files).items() if one.due}


FIRST, FAILED = {"A": 90, "B": 70}, {"A": 50, "B": 90}


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        (Period(Month(2026, 9), "quarter"), ("2026-07", "2026-09", True)),
        (Period(Month(2026, 8), "quarter"), ("2026-07", "2026-08", False)),
        (Period(Month(2026, 12), "year"), ("2026-01", "2026-12", True)),
        (Period(Month(2026, 12), "half-year"), ("2026-07", "2026-12", True)),
        (Period(Month(2026, 8), "half-year"), ("2026-07", "2026-08", False)),
        (Period(Month(2026, 8), "four-months"), ("2026-05", "2026-08", True)),
        (Period(Month(2026, 10), "two-months"), ("2026-09", "2026-10", True)),
        (Period(Month(2026, 2)), ("2026-02", "2026-02", True)),
    ],
)
def test_a_period_is_the_calendars_as_far_as_its_last_month(
    last: Period, expected: tuple[str, str, bool]
) -> None:
    assert (str(last.first), str(last.months[-1]), last.is_whole) == expected


def test_two_quarters_running_are_a_run_also_across_the_year() -> None:
    reported: Months = {"2026-09": FIRST, "2026-12": FIRST, "2027-03": FIRST}
    # B is not first in any; A is due once in the run, in its second quarter.
    assert due(company("quarter", reported)) == {"2026-12/A"}
    assert due(company("quarter", {"2026-12": FAILED, "2027-03": FAILED})) == {
        "2027-03/A",  # failed twice
        "2027-03/B",  # first twice
    }
    assert due(company("month", reported)) == set(), "as months they are apart"


def test_a_quarter_without_a_record_breaks_a_run_and_one_on_leave_does_not() -> None:
    reported: Months = {"2026-03": FIRST, "2026-06": {"B": 70}, "2026-09": FIRST}
    assert due(company("quarter", reported)) == set()
    away = absent("leave", "2026-03-28", "2026-07-02")
    files = {"records/staff/A.toml": staff("A", more=away)}
    assert due(company("quarter", reported, files=files)) == {"2026-09/A"}
    short = absent("leave", "2026-04-01", "2026-06-29")
    files = {"records/staff/A.toml": staff("A", more=short)}
    assert due(company("quarter", reported, files=files)) == set(), "a day short"


def test_a_change_is_from_the_quarter_before() -> None:
    results = found(company("quarter", {"2026-03": {"A": 80}, "2026-06": {"A": 84.5}}))
    assert results["2026-06/A"].change == Decimal("4.5")
    apart = found(company("quarter", {"2026-03": {"A": 80}, "2026-09": {"A": 84.5}}))
    assert apart["2026-09/A"].change is None


def test_people_on_forms_of_different_length_are_not_ranked_together() -> None:
    other = per("quarter").replace('id = "form"', 'id = "slow"')
    files = site(
        MONTHLY,
        months({"2026-09": {"A": 90, "B": 70}}),
        RULES.replace('["form"]', '["form", "slow"]').replace('"scheme"', '"department"'),
        {
            "records/schemes/slow.toml": other,
            "records/2026-09/C.toml": record(
                "C", 'scheme = "slow"\nmarks.care = { boss = 80 }\n', "2026-09"
            ),
            "records/staff/C.toml": staff("C"),
        },
    )
    ranks = {name: one.standing.rank for name, one in found(files).items()}
    assert ranks == {"2026-09/A": 1, "2026-09/B": 2, "2026-09/C": 1}


def test_events_and_days_are_counted_over_the_quarter() -> None:
    late = '[[deduction]]\nid = "late"\nname = "迟到"\npoints = 1\n'
    quarterly = per("quarter") + late
    reported = {
        "2026-09/A": 'marks.care = { boss = 90 }\n[[event]]\nrule = "late"\ndate = 2026-07-01\n'
    }
    assert found(site(quarterly, reported))["2026-09/A"].card.total.value == 89
    outside = {one: text.replace("2026-07-01", "2026-06-30") for one, text in reported.items()}
    assert issues(site(quarterly, outside)) == ["event-outside-month"]
    # 30 days of the 92 are too few for a limit of 31, though the month itself has no more.
    rules = RULES.replace("ranking", "eligibility = { least-days = 31 }\nranking")
    joined = {"records/staff/A.toml": staff("A").replace("2024-01-01", "2026-09-01")}
    some = site(per("quarter"), months({"2026-09": {"A": 80}}), rules, joined)
    assert found(some)["2026-09/A"].standing.left_out == "short"
    more = {"records/staff/A.toml": staff("A").replace("2024-01-01", "2026-08-31")}
    some = site(per("quarter"), months({"2026-09": {"A": 80}}), rules, more)
    assert found(some)["2026-09/A"].standing.left_out == ""


def test_a_move_within_a_quarter_counts_by_its_days() -> None:
    # 2026-07-01 to 09-10 are 72 days at the desk, 20 in the store, of 92:
    # (80 × 20 + 92 × 72) ÷ 92 = 8,224 ÷ 92 = 89.39….
    post = (
        '[[post]]\nfrom = 2026-09-11\ndepartment = "store"\ntitle = "仓管"\nscheme = "form"\n'
        'superior = "M"\n'
    )
    departments = "".join(
        f'[[department]]\nid = "{id}"\nname = "{id}"\nmanager = "M"\n' for id in ("desk", "store")
    )
    files = site(
        per("quarter"),
        months({"2026-09": {"A": 80}}),
        RULES,
        {
            "records/departments.toml": departments,
            "records/staff/A.toml": staff("A", more=post),
            "records/2026-09/A@desk.toml": record(
                "A", 'part = "desk"\nmarks.care = { boss = 92 }\n', "2026-09"
            ),
        },
    )
    assert found(files)["2026-09/A"].card.total.shown == "89.4"


def test_a_quarters_own_figures_take_in_those_of_its_months() -> None:
    # July on the monthly form, then the quarter's own, whose 300 are all of the quarter: 1% are 3.
    # In the next quarter two months on the monthly form come to 3,000: 30.
    tiers = (
        '[[pay]]\nid = "line"\nname = "提成"\nmethod = "tiers"\nactual = "sales"\nplan = "plan"\n'
        'actual-name = "实际"\nplan-name = "计划"\nper = "quarter"\ntiers = [{ rate = "1%" }]\n'
    )
    rules = RULES.partition("[[award]]")[0].replace('["form"]', '["form", "slow"]') + tiers

    def says(sales: int, scheme: str) -> str:
        return (
            f'scheme = "{scheme}"\nmarks.care = {{ boss = 80 }}\n'
            f"[metrics]\nsales = {sales}\nplan = 1\n"
        )

    reported = {
        "2026-07/A": says(100, "form"),
        "2026-09/A": says(300, "slow"),
        "2026-11/A": says(1000, "form"),
        "2026-12/A": says(2000, "form"),
    }
    slow = {"records/schemes/slow.toml": per("quarter").replace('id = "form"', 'id = "slow"')}
    wages = {name: one.wage for name, one in found(site(MONTHLY, reported, rules, slow)).items()}
    paid = {name: wage.value for name, wage in wages.items() if wage is not None}
    assert paid == {"2026-07/A": 0, "2026-09/A": 3, "2026-11/A": 0, "2026-12/A": 30}


def test_whoever_leaves_within_a_quarter_is_appraised_to_the_end() -> None:
    reported: Months = {"2026-08": {"A": 80}}
    assert issues(company("quarter", reported)) == ["period-not-over"]
    left = staff("A").replace("joined = 2024-01-01", "joined = 2024-01-01\nleft = 2026-08-20")
    files = {"records/staff/A.toml": left}
    assert issues(company("quarter", reported, files=files)) == []


def test_pages_name_the_quarter(tmp_path: Path) -> None:
    reported: Months = {"2026-06": {"A": 80}, "2026-09": {"A": 84.5}}
    output = built(write(company("quarter", reported), tmp_path), "--no-pdf")
    page = words_of((output / "employees/A/2026-09.html").read_text(encoding="utf-8"))
    assert "2026 年第 3 季度" in page
    assert "比 第 2 季度 +4.5" in " ".join(page.split())


@pytest.mark.parametrize(
    ("period", "months", "said"),
    [
        ("half-year", ("2026-06", "2026-12"), "2026 年第 2 个半年"),
        ("four-months", ("2026-04", "2026-08"), "2026 年第 2 个四月期"),
        ("two-months", ("2026-02", "2026-04"), "2026 年第 2 个双月"),
    ],
)
def test_a_form_may_appraise_half_a_year_or_some_months(
    period: str, months: tuple[str, str], said: str, tmp_path: Path
) -> None:
    reported: Months = {months[0]: {"A": 80}, months[1]: {"A": 84.5}}
    files = company(period, reported)
    assert issues(files) == []
    assert found(files)[f"{months[1]}/A"].change == Decimal("4.5")
    output = built(write(files, tmp_path), "--no-pdf")
    page = words_of((output / f"employees/A/{months[1]}.html").read_text(encoding="utf-8"))
    assert said in page


def test_an_amended_month_moves_what_was_due_and_never_doubles_it(tmp_path: Path) -> None:
    # First in August and September: 200 in September.  All three months are closed.
    reported: Months = {"2026-08": FIRST, "2026-09": FIRST, "2026-10": FIRST}
    folder = write(company("month", reported), tmp_path / "site")
    for month in reported:
        assert run("close", month, "--on", "2026-11-10", "--despite-open", at=folder).code == 0
    assert load(folder)[1] == []
    # August is amended: A was not first.  The 200 are due in October then, and not in September.
    path = folder / "records/2026-08/A.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("boss = 90", "boss = 60"), "utf-8")
    book, issues = load(folder)
    changed = {str(book.documents.place(one.at).path) for one in issues}
    assert {one.code for one in issues} == {"closed-changed"}
    assert changed == {f"records/{month}/A.toml" for month in reported}
