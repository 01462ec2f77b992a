"""Lists of scorecards: who counts in them, which columns they have, and where they lead."""

from collections.abc import Mapping, Sequence

import pytest

from kpisite.outcomes.brief import Brief
from kpisite.pages.lines import Table
from kpisite.pages.page import SetPage
from kpisite.pages.selection import Selection
from kpisite.pages.trend import trends
from tests.marked_months import HEAD, SALARY, TWO_DEPARTMENTS, absent, into_store, says
from tests.sites import pages_of as all_pages
from tests.sites import plan_of
from tests.small_forms import CARE, Files, form, in_brief, read, record, site, staff

FORM = form(
    CARE,
    top="""
    missing = "provisional"
    rounding = { total = 1 }
    """,
)
LIMITS = "eligibility = { absent-days = 60, least-days = 17, probation = false }\n"
GRADES = """
grade = [
  { id = "top", name = { zh = "优", en = "Excellent" }, from = 90 },
  { id = "pass", name = { zh = "及格", en = "Pass" }, from = 60 },
  { id = "fail", name = { zh = "不及格", en = "Fail" } },
]
"""


def pages_of(files: Files) -> dict[str, SetPage]:
    """Every page by its path in the output folder."""
    book, results, _ = read(files)
    plan = plan_of(book, results, Selection(pdf=False))
    every = all_pages(plan)
    return {page.place: page for page in every if isinstance(page, SetPage)}


def sheet(files: Files, place: str = "managers/desk/2026-10/index.html") -> Table:
    (table,) = pages_of(files)[place].facts["sheets"]
    assert isinstance(table, Table)
    return table


def a_month() -> Files:
    """A to C count; D lacks a mark, E was absent, F is on probation, G came on the 20th, and H
    left for the store on the 11th."""
    marks = {"A": 92.4, "B": 80, "C": 80, "E": 95, "F": 100, "G": 88, "H": 71}
    away = absent("leave", "2026-07-01", "2026-09-30")
    return site(
        FORM,
        {id: says(mark) for id, mark in marks.items()} | {"D": ""},
        HEAD + LIMITS + GRADES,
        {
            "records/departments.toml": TWO_DEPARTMENTS,
            "records/staff/N.toml": staff("N", department="store", superior=""),
            "records/staff/E.toml": staff("E") + away,
            "records/staff/F.toml": staff("F", more="probation = 2026-12-31\n"),
            "records/staff/G.toml": staff("G").replace("2024-01-01", "2026-10-20"),
            "records/staff/H.toml": staff("H", more=into_store("2026-10-11")),
            "records/2026-10/H@desk.toml": record("H", 'part = "desk"\n' + says(50)),
        },
    )


def test_whoever_has_no_grade_has_the_reason_in_its_place() -> None:
    lines = sheet(a_month()).lines
    assert {line.employee: (line.grade, line.left_out, line.rank) for line in lines} == {
        "A": ("优", "", "1"),
        "B": ("及格", "", "2"),
        "C": ("及格", "", "2"),
        "D": ("", "评分或数据未齐", ""),
        "E": ("", "缺勤不评", ""),
        "F": ("", "试用期", ""),
        "G": ("", "在职天数不足", ""),
        "H": ("", "月内调离", ""),
    }


def test_the_mean_the_counts_and_the_distribution_are_of_those_who_count() -> None:
    table = sheet(a_month())
    # (92.4 + 80 + 80) ÷ 3 = 252.4 ÷ 3 = 84.13….
    summary = table.summary
    assert (summary.people, summary.counted, summary.mean) == (8, 3, "84.1")
    assert summary.grades == ("优\xa01", "及格\xa02")
    assert sorted(line.employee for line in table.lines if line.at) == ["A", "B", "C"]


def test_where_everybody_counts_nothing_is_said_of_it() -> None:
    summary = sheet(site(FORM, {"A": says(90), "B": says(81)}, HEAD + GRADES)).summary
    assert (summary.people, summary.counted, summary.mean) == (2, 0, "85.5")


def test_without_a_policy_what_is_final_counts_and_what_is_not_does_not() -> None:
    table = sheet(site(FORM, {"A": says(90), "B": says(81), "C": ""}))
    assert (table.summary.counted, table.summary.mean) == (2, "85.5")
    assert [line.left_out for line in table.lines] == ["", "", "评分或数据未齐"]
    assert not table.has.rank


def test_a_sheet_on_which_nobody_counts_has_no_mean() -> None:
    summary = sheet(site(FORM, {"A": "", "B": ""}, HEAD + GRADES)).summary
    assert (summary.people, summary.mean, summary.grades) == (2, "", ())


def test_a_column_in_which_nobody_has_anything_is_not_there() -> None:
    marks = {f"2026-10/{id}": says(mark) for id, mark in (("A", 90), ("B", 81))}
    has = sheet(site(FORM, marks)).has
    assert not (has.grade or has.rank or has.change or has.wage or has.pdf or has.trend)
    has = sheet(site(FORM, marks | {"2026-09/A": says(85)}, HEAD + GRADES)).has
    assert has.grade and has.rank and has.change and has.trend
    assert not (has.wage or has.pdf)


def test_one_person_alone_has_no_rank_to_speak_of() -> None:
    assert not sheet(site(FORM, {"A": says(90)}, HEAD + GRADES)).has.rank


def test_payroll_has_no_column_of_grades_where_a_policy_has_none() -> None:
    salary = {"records/pay/A.toml": 'employee = "A"\n[[salary]]\nfrom = "2026-01"\namount = 3000\n'}
    for grades, expected in ((GRADES, ["部门", "总分", "等级"]), ("", ["部门", "总分"])):
        files = site(FORM, {"A": says(90)}, f"{HEAD}{grades}\n{SALARY}", salary)
        (paid,) = pages_of(files)["payroll/2026-10.html"].facts["sheets"]
        assert [head for head, _ in paid.before] == expected
        assert [len(line.before) for line in paid.lines] == [len(expected)]


# Trends.


def months_of(marks: Mapping[str, Sequence[object]]) -> list[list[Brief]]:
    """The scorecards of each person's months from May on."""
    reported = {
        f"2026-{5 + index:02}/{id}": says(mark)
        for id, several in marks.items()
        for index, mark in enumerate(several)
    }
    _, found = in_brief(site(FORM, reported))
    return [[one for one in found if one.appraisee_id == id] for id in marks]


def test_all_trends_of_a_sheet_are_drawn_to_one_scale() -> None:
    drawn = trends(months_of({"A": [86, 88.6], "B": [60, 60], "C": [100]}), "zh")
    # From 60 to 88.6: 86 stands at 21 − 26 × 18 ÷ 28.6 = 4.63…; who has one month has no line.
    assert [one and one.points for one in drawn] == ["2,4.6 98,3", "2,21 98,21", None]


def test_a_small_change_looks_small() -> None:
    (one,) = trends(months_of({"A": [86, 88.6]}), "zh")
    # Ten points around 87.3, from 82.3: 86 stands at 21 − 3.7 × 1.8, 88.6 at 21 − 6.3 × 1.8.
    assert one is not None
    assert one.points == "2,14.3 98,9.7"


def test_a_trend_says_its_first_lowest_highest_and_last_total() -> None:
    people = months_of({"A": [80, 71.5, 93, 90.2]})
    assert [one and one.summary for one in trends(people, "zh")] == [
        "2026-05 80.0，最低 71.5，最高 93.0，2026-08 90.2"
    ]
    assert [one and one.summary for one in trends(people, "en")] == [
        "2026-05 80.0, lowest 71.5, highest 93.0, 2026-08 90.2"
    ]


def test_a_month_that_still_lacks_marks_is_no_fall() -> None:
    reported = {"2026-08/A": says(80), "2026-09/A": says(82), "2026-10/A": ""}
    (one,) = trends([in_brief(site(FORM, reported))[1]], "zh")
    assert one is not None
    assert one.summary.endswith("2026-09 82.0")


# Where they lead.


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("zh", ["90 以上（含）", "60（含）至 90", "60 以下"]),
        ("en", ["90 and above", "60 up to 90", "below 60"]),
    ],
)
def test_grades_say_in_words_which_totals_they_take(language: str, expected: list[str]) -> None:
    settings = {"kpisite.toml": f'company = "小店"\nlanguage = "{language}"\n'}
    files = site(FORM, {"A": says(90)}, HEAD + GRADES, settings)
    (table,) = pages_of(files)["hr/grades.html"].facts["tables"]
    assert [row.span for row in table.rows] == expected


def test_a_way_back_says_where_it_leads() -> None:
    pages = pages_of(a_month())
    leads = {place: page.facts["up"] for place, page in pages.items() if "up" in page.facts}
    assert leads["employees/A/2026-10.html"] == ("全部月份", "index.html")
    for tree in ("managers/desk/2026-10", "hr/desk/2026-10"):
        assert leads[f"{tree}/A.html"] == ("客服部 10 月汇总", "index.html")
    assert leads["hr/desk/2026-10/index.html"] == ("全部月份", "../index.html")
    assert leads["hr/desk/index.html"] == ("全部部门", "../index.html")
    assert leads["managers/desk/index.html"] is None
    assert leads["hr/grades.html"] == ("全公司考核", "index.html")
    assert leads["managers/desk/grades.html"] == ("全部月份", "index.html")


def test_two_scorecards_of_one_month_are_told_apart_by_department() -> None:
    pages = pages_of(a_month())
    part, whole = (pages[f"employees/H/2026-10{end}.html"].facts for end in ("-desk", ""))
    assert part["after"] == ("10 月（仓储部）", "2026-10.html")
    assert whole["before"] == ("10 月（客服部）", "2026-10-desk.html")
    lines = pages["employees/H/index.html"].facts["lines"]
    assert [line.month for line in lines] == ["2026 年 10 月", "2026 年 10 月（客服部）"]


def test_whoever_needs_attention_is_a_touch_away() -> None:
    pages = pages_of(a_month())
    reported = {
        place: [need.html for need in pages[f"{place}/index.html"].facts["attention"]]
        for place in ("hr", "hr/desk/2026-10", "managers/desk/2026-10")
    }
    for place, way in (("hr", "desk/2026-10/"), *((place, "") for place in list(reported)[1:])):
        assert (
            f'1 人在试用期内，不参加考核和排名：<a href="{way}F.html">员工F</a>。'
            in reported[place]
        )


def test_a_name_in_a_sentence_is_escaped() -> None:
    name = {"records/staff/A.toml": staff("A").replace("员工A", "<b>安&然")}
    files = site(FORM, {"A": says(10), "B": says(81)}, HEAD + GRADES, name)
    need, _ = pages_of(files)["hr/index.html"].facts["attention"]
    assert need.html == '1 人为“不及格”：<a href="desk/2026-10/A.html">&lt;b&gt;安&amp;然</a>。'


# The first pages of HR and payroll.


def test_hrs_first_page_is_a_line_for_each_form_of_each_department() -> None:
    facts = pages_of(a_month())["hr/index.html"].facts
    desk, store = facts["departments"]
    assert (desk.name, desk.href) == ("客服部", "desk/2026-10/index.html")
    (form,), (other,) = desk.forms, store.forms
    reported = form.summary
    assert (form.month, reported.people, reported.counted, reported.mean) == ("", 8, 3, "84.1")
    # 10 days at 50 and 21 at 71: (500 + 1,491) ÷ 31 = 64.22….
    reported = other.summary
    assert (other.month, reported.people, reported.counted, reported.mean) == ("", 1, 0, "64.2")
    assert facts["people"] == 8


def test_a_department_that_is_behind_says_which_month_is_its_newest() -> None:
    files = a_month() | {"records/2026-11/H.toml": record("H", says(66), "2026-11")}
    desk, store = pages_of(files)["hr/index.html"].facts["departments"]
    assert [(one.month, one.href) for one in desk.forms] == [
        ("2026 年 10 月", "desk/2026-10/index.html")
    ]
    assert [one.month for one in store.forms] == [""]


@pytest.mark.parametrize(
    ("month", "expected"),
    [
        ("2026-07", ["2026 年 6 月", ""]),
        ("2026-08", ["2026 年 6 月", ""]),
        ("2026-09", [""]),
    ],
)
def test_a_quarters_form_is_shown_until_the_next_is_due(month: str, expected: list[str]) -> None:
    head = 'id = "a-quarterly"\nper = "quarter"\n'
    files = site(
        FORM,
        {"2026-06/A": says(90), f"{month}/B": says(81), "2026-06/B": says(80)},
        more={
            "records/schemes/a-quarterly.toml": FORM.replace('id = "form"\n', head),
            "records/staff/A.toml": staff("A", scheme="a-quarterly"),
        },
    )
    (desk,) = pages_of(files)["hr/index.html"].facts["departments"]
    assert [one.month for one in desk.forms] == expected


def test_payroll_adds_up_all_policies_of_a_month_and_a_year() -> None:
    other = 'id = "other"\nname = "新办法"\nfrom = "2026-01"\nschemes = ["other"]\n'
    files = site(
        FORM,
        {name: says(70) for name in ("2026-09/A", "2026-10/A", "2026-10/B")},
        f"{HEAD}\n{SALARY}",
        {
            "records/schemes/other.toml": FORM.replace('id = "form"', 'id = "other"'),
            "records/policies/other.toml": f"{other}\n{SALARY}",
            "records/staff/B.toml": staff("B", scheme="other"),
        }
        | {
            f"records/pay/{id}.toml": f'employee = "{id}"\n[[salary]]\nfrom = "2026-01"\n'
            f"amount = {amount}\n"
            for id, amount in (("A", "3_000.10"), ("B", "1_200.95"))
        },
    )
    periods = pages_of(files)["payroll/index.html"].facts["periods"]
    # 3,000.10 in September for A alone, and again in October with 1,200.95 for B.
    assert [(one.name, one.people, one.sum) for one in periods] == [
        ("2026 年（至 10 月）", 2, "7,201.15"),
        ("2026 年 10 月", 2, "4,201.05"),
        ("2026 年 9 月", 1, "3,000.10"),
    ]
    assert [len(one.policies) for one in periods] == [2, 2, 1]
