"""Folds over the months of a person that keep to those of which something is so."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.sites import run, write
from tests.small_forms import CARE, Files, form, found, issues, site

POLICY = """
id = "rules"
name = "办法"
from = "2026-01"
schemes = ["form"]
grade = [{{ id = "a", name = "优", from = 90 }}, {{ id = "b", name = "良" }}]

[[figure]]
id = "late"
from = "record"

[[figure]]
id = "so-far"
name = "累计"
{fold}
over = "year"
where = {{ {where} }}

[[pay]]
id = "due"
name = "奖金"
method = "figure"
figure = "so-far"
"""
MONTHS = {"2026-01": (92, 0), "2026-02": (80, 3), "2026-03": (95, 1), "2026-04": (90, 4)}


def year(fold: str, where: str) -> Files:
    records: Mapping[str, str] = {
        f"{month}/A": f"marks.care = {{ boss = {points} }}\nmetrics.late = {late}\n"
        for month, (points, late) in MONTHS.items()
    }
    return site(form(CARE), dict(records), POLICY.format(fold=fold, where=where))


@pytest.mark.parametrize(
    ("fold", "where", "expected"),
    [
        ('count = "total"', 'grade = { are = ["a"] }', [1, 1, 2, 3]),
        ('sum = "late"', "late = { from = 2 }", [0, 3, 3, 7]),
        ('sum = "total"', "late = { to = 1 }", [92, 92, 187, 187]),
        ('sum = "total"', 'late = { from = 1 }, grade = { are = ["a"] }', [0, 0, 95, 185]),
    ],
)
def test_a_fold_over_months_keeps_to_those_of_which_something_is_so(
    fold: str, where: str, expected: list[int]
) -> None:
    results = found(year(fold, where))
    wages = [one.wage.value for one in results.values() if one.wage is not None]
    assert wages == expected


def test_a_month_that_is_not_so_is_no_part_of_the_working() -> None:
    wage = found(year('sum = "total"', "late = { to = 1 }"))["2026-04/A"].wage
    assert wage is not None
    (line,) = wage.parts
    assert line.parts[0].calculation == "92.0 + 95.0 = 187"


def test_the_names_in_the_condition_are_known() -> None:
    assert issues(year('sum = "total"', "lates = { to = 1 }")) == ["unknown-figure"]


def test_explain_unfolds_a_figure_once(tmp_path: Path) -> None:
    policy = POLICY.format(fold='sum = "late"', where="late = { to = 1 }")
    policy += '[[figure]]\nid = "twice"\nis = "so-far + so-far × late"\n'
    policy += '[[pay]]\nid = "more"\nname = "另发"\nmethod = "figure"\nfigure = "twice"\n'
    files = site(form(CARE), {"A": "marks.care = { boss = 80 }\nmetrics.late = 1\n"}, policy)
    output = run("explain", "A", "2026-10", at=write(files, tmp_path)).output
    assert output.count("累计") == 2 and output.count("2026-10 late") == 1, output
    assert output.count("(见上)") == 1
