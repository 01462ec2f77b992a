"""A figure that is faulty in itself still has its name: nothing that uses it is at fault."""

import pytest

from kpisite.core.issue import Source
from tests.sites import checked
from tests.small_forms import CARE, Files, form, issues, site

POINTS = """
id     = "form"
name   = "积分考核"
from   = "2026-01"
raters = { head = "100%" }

[[figure]]
id   = "earned"
from = "record"
low  = 0

[[figure]]
id    = "carried"
last  = "left"
over  = "earlier"
start = 0

[[figure]]
id   = "used"
is   = "min(100, carried + earned)"

[[figure]]
id   = "left"
is   = "min(10, carried + earned - used)"

[[part]]
id   = "work"
name = "积分"

[[part.indicator]]
id     = "points"
name   = "积分"
points = 100
method = "figure"
figure = "used"
"""


def codes(old: str, new: str) -> list[str]:
    assert old in POINTS
    return issues(site(POINTS.replace(old, new, 1), {"A": "metrics.earned = 50\n"}))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("start = 0\n", "", ["figure-start"]),
        ("start = 0\n", 'start = 0\ngap = "begin"\n', ["wrong-choice"]),
        ("start = 0\n", 'gap = "begin"\n', ["wrong-choice", "figure-start"]),
        (
            "start = 0\n",
            "where = { left = { frm = 1, above = 3 } }\n",
            ["unknown-key", "figure-start"],
        ),
        ('is   = "min(100, carried + earned)"', "is = 5", ["wrong-type"]),
        ('over  = "earlier"\n', "", ["figure-earlier"]),
        ('over  = "earlier"', 'over  = "earlir"', ["figure-earlier"]),
        ('from = "record"\nlow  = 0', 'from = "record"\nunit = "choice"', ["choices-needed"]),
        ('id    = "carried"', 'id    = "carried"\nof = "lines"', ["unknown-list"]),
        ('from = "record"\nlow  = 0', 'from = "record"\nlow = "x"', ["wrong-type"]),
    ],
)
def test_a_figure_left_out_is_no_unknown_name(old: str, new: str, expected: list[str]) -> None:
    assert sorted(codes(old, new)) == sorted(expected)


def said(files: Files) -> list[tuple[str, object]]:
    found = checked(files)[2]
    return [(one.code, one.at.keys) for one in found if isinstance(one.at, Source)]


TABLE = """
[[table]]
id = "stars"
rows = { figure = "ROWS", from = [90] }
cells = [5, "CELL"]
shown = true
"""


@pytest.mark.parametrize(
    ("rows", "cell", "expected"),
    [
        ("total", "care", ("figure-total", ("table", 0, "rows"))),
        ("totl", "care", ("unknown-figure", ("table", 0, "rows"))),
        ("care", "totl + 1", ("unknown-figure", ("table", 0, "cells"))),
    ],
)
def test_a_table_says_which_of_its_lines_names_what_is_not_there(
    rows: str, cell: str, expected: tuple[str, object]
) -> None:
    table = TABLE.replace("ROWS", rows).replace("CELL", cell)
    marks = {"A": "marks.care = { boss = 90 }\n"}
    assert said(site(form(CARE + table), marks)) == [expected]


def test_a_gate_of_a_form_has_no_total_of_this_month() -> None:
    gate = '[[gate]]\nid = "low"\nname = "低"\nat-most = 50\nif = { total = { below = 60 } }\n'
    found = issues(site(form(CARE + gate), {"A": "marks.care = { boss = 90 }\n"}))
    assert found == ["figure-total"]


LIST = """
[[list]]
id = "courses"
columns = [{ id = "hours" }, { id = "score" }]

[[figure]]
id = "taught"
sum = "hours"
over = "courses"
shown = true

[[figure]]
id = "best"
max = "score"
over = "courses"
shown = true
"""


def test_a_misspelt_column_is_one_fault() -> None:
    says = "marks.care = { boss = 90 }\n[[list.courses]]\nhours = 10\nscroe = 5\n"
    assert issues(site(form(CARE + LIST), {"A": says})) == ["unknown-column"]
    other = says.replace("scroe", "remarks")
    assert issues(site(form(CARE + LIST), {"A": other})) == ["unknown-column", "column-missing"]
