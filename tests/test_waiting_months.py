"""Months whose marks and figures are still to come: provisional, never at fault, never paid."""

import pytest

from kpisite.core.exact import plain
from tests.small_forms import CARE, Files, form, found, issues, record, row, site, staff

FIGURE = """
[[part.indicator]]
id = "sales"
name = "销售"
points = 50
method = "steps"
metric = "sales"
steps = [{ from = 10, points = 50 }, { points = 0 }]
"""
CARE_50 = CARE.replace("0-100", "0-50").replace("method", "points = 50\nmethod")
BOTH = form(CARE_50 + FIGURE, 100)
POLICY = """
id = "rules"
name = "办法"
from = "2026-01"
schemes = ["form"]
part-month = "whole"

[[grade]]
id = "all"
name = "全"
salary = 100

[[pay]]
id = "post"
name = "岗位工资"
method = "by-grade"
column = "salary"

[[pay]]
id = "each"
name = "计件"
method = "per-unit"
metric = "pieces"
each = 2
"""
WAITS = 'month = "2026-10"\nmissing = "provisional"\n'


def waiting(scheme: str, records: dict[str, str], policy: str = "", **more: str) -> Files:
    return site(scheme, records, policy, more={"records/2026-10/month.toml": WAITS, **more})


def test_what_is_missing_is_a_fault_unless_the_month_waits() -> None:
    assert set(issues(site(BOTH, {"A": ""}))) == {"metric-missing", "mark-missing"}
    assert issues(waiting(BOTH, {"A": ""})) == ["month-waits"]


def test_a_record_that_lacks_anything_is_provisional_and_one_that_lacks_nothing_is_not() -> None:
    records = {
        "A": "",
        "B": "marks.care = { boss = 40 }",
        "C": "metrics.sales = 12",
        "D": "marks.care = { boss = 40 }\nmetrics.sales = 12",
    }
    results = found(waiting(BOTH, records))
    provisional = {name[-1]: one.card.is_provisional for name, one in results.items()}
    assert provisional == {"A": True, "B": True, "C": True, "D": False}
    assert plain(results["2026-10/D"].card.total.value) == "90"
    assert plain(results["2026-10/C"].card.total.value) == "50"
    assert plain(row(results["2026-10/B"].card.total, "sales").value) == "0"


def test_a_figure_of_the_pay_alone_makes_it_provisional_and_nothing_is_paid() -> None:
    marked = "marks.care = { boss = 40 }\nmetrics.sales = 12\n"
    results = found(waiting(BOTH, {"A": marked, "B": f"{marked}metrics.pieces = 3"}, POLICY))
    first, second = results["2026-10/A"], results["2026-10/B"]
    assert first.card.is_provisional and first.wage is None and first.grade is None
    assert second.wage is not None and plain(second.wage.value) == "106"


def test_all_that_is_there_is_checked_as_ever() -> None:
    assert "mark-too-high" in issues(waiting(BOTH, {"A": "marks.care = { boss = 60 }"}))
    assert "unknown-rater" in issues(waiting(BOTH, {"A": "marks.care = { bos = 6 }"}))


RANK = form("""
[[part.indicator]]
id = "place"
name = "名次"
points = 100
method = "rank"
metric = "sales"
""")


def test_whoever_is_ranked_by_a_figure_waits_for_those_of_the_others() -> None:
    results = found(waiting(RANK, {"A": "metrics.sales = 3", "B": ""}))
    assert results["2026-10/A"].card.is_provisional
    results = found(waiting(RANK, {"A": "metrics.sales = 3", "B": "metrics.sales = 5"}))
    assert not results["2026-10/A"].card.is_provisional


SURVEY = form("""
[[part.indicator]]
id = "asked"
name = "满意度"
points = 100
method = "survey"
questions = [{ id = "q", name = "问" }]
""")


def test_of_a_survey_with_too_few_answers_nothing_is_shown() -> None:
    one = '[[survey]]\nof = "asked"\nby = "x"\nanswers = { q = 7 }\n'
    card = found(waiting(SURVEY, {"A": one}))["2026-10/A"].card
    asked = row(card.total, "asked")
    assert card.is_provisional and asked.parts == () and plain(asked.value) == "0"
    wrong = one.replace("7", "70")
    assert "answer-outside" in issues(waiting(SURVEY, {"A": wrong}))


AVERAGE = form(
    CARE_50
    + """
[[part.indicator]]
id = "mean"
name = "部门平均"
points = 50
method = "department-average"
least = 1
steps = [{ from = 90, points = 50 }, { points = 0 }]
"""
)


def test_there_is_no_mean_of_a_department_until_everybody_is_final() -> None:
    results = found(waiting(AVERAGE, {"A": "marks.care = { boss = 10 }", "B": ""}))
    mean = row(results["2026-10/A"].card.total, "mean")
    assert results["2026-10/A"].card.is_provisional and mean.parts == ()
    final = {"A": "marks.care = { boss = 10 }", "B": "marks.care = { boss = 20 }"}
    mean = row(found(waiting(AVERAGE, final))["2026-10/A"].card.total, "mean")
    assert plain(mean.parts[0].value) == "65" and plain(mean.value) == "0"


def test_a_mark_that_is_there_for_some_is_shared_out_as_the_form_says() -> None:
    two = form(CARE, raters='{ boss = "50%", peer = "50%" }', top='missing = "share"')
    results = found(waiting(two, {"A": "marks.care = { boss = 70 }", "B": ""}))
    assert not results["2026-10/A"].card.is_provisional
    assert results["2026-10/B"].card.is_provisional


QUARTER = (
    POLICY[: POLICY.index('[[pay]]\nid = "each"')]
    + """
[[pay]]
id = "commission"
name = "季度提成"
method = "tiers"
per = "quarter"
actual = "sales"
actual-name = "实际"
plan = "plan"
plan-name = "计划"
tiers = [{ rate = "1%" }, { from = "100%", rate = "2%" }]
"""
)


@pytest.mark.parametrize(
    "last, expected",
    [
        ("marks.care = { boss = 70 }\nmetrics = { sales = 9, plan = 9 }", ["metric-missing"] * 2),
        ("", ["month-waits", "month-waits"]),
    ],
)
def test_a_figure_that_a_later_month_pays_for_must_be_there_then(
    last: str, expected: list[str]
) -> None:
    august = record("A", "marks.care = { boss = 70 }", "2026-08")
    files = site(
        form(CARE),
        {"2026-09/A": last},
        QUARTER,
        more={
            "records/staff/A.toml": staff("A"),
            "records/2026-08/A.toml": august,
            "records/2026-08/month.toml": WAITS.replace("10", "08"),
            "records/2026-09/month.toml": WAITS.replace("10", "09"),
        },
    )
    codes = issues(files)
    assert [code for code in codes if code != "month-waits" or not last] == expected
