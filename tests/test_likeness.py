"""What a scheme or policy writes once and names where it is used."""

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest

from kpisite.read.parse import read_document
from tests.sites import run
from tests.small_forms import Files, found, read, site

FORM = """
id = "form"
name = "考核"
from = "2026-01"
points = {points}
raters = {{ boss = "100%" }}

[define.four-levels]
method = "levels"
points = 5
levels = [
  {{ id = "a", name = "好", share = "100%" }},
  {{ id = "b", name = "较好", share = "80%" }},
  {{ id = "c", name = "一般", share = "60%" }},
  {{ id = "d", name = "差", share = "0%" }},
]

[define.twice]
like = "four-levels"
points = 10

[[part]]
id = "work"
name = "工作"
indicator = [
{rows}
]
"""


def form(rows: int, *, twice: int = 0) -> str:
    """So many rows alike, the first `twice` of which count double."""
    written = "".join(
        f'  {{ like = "{like}", id = "r{n}", name = "第{n}项" }},\n'
        for n, like in enumerate(["twice"] * twice + ["four-levels"] * (rows - twice))
    )
    return FORM.format(points=5 * (rows + twice), rows=written)


def small(scheme: str, rows: int) -> Files:
    marks = "\n".join(f'marks.r{n} = {{ boss = "{"abcd"[n % 4]}" }}' for n in range(rows))
    return site(scheme, {"A": marks})


def test_twenty_two_equal_rows_are_written_once() -> None:
    # a, b, c, d of 5 points: 5 + 4 + 3 + 0, five times over, then a and b
    total = found(small(form(22, twice=1), 22))["2026-10/A"].card.total
    assert total.value == 5 * 12 + 9 + 5
    assert total.most == 115


def test_a_form_written_out_is_the_same_form() -> None:
    short = read(small(form(4), 4))[0].schemes[0].model
    levels = (
        FORM.partition("levels = [")[2].partition("\n]")[0].replace("{{", "{").replace("}}", "}")
    )
    rows = "".join(
        f'[[part.indicator]]\nid = "r{n}"\nname = "第{n}项"\nmethod = "levels"\npoints = 5\n'
        f"levels = [{levels}\n]\n"
        for n in range(4)
    )
    head = FORM.partition("[define")[0].format(points=20)
    long = head + '[[part]]\nid = "work"\nname = "工作"\n' + rows
    assert read(small(long, 4))[0].schemes[0].model == short


def codes(scheme: str, rows: int) -> list[str]:
    return read(small(scheme, rows))[2]


@pytest.mark.parametrize(
    ("slip", "code"),
    [
        ('method = "level"', "wrong-choice"),
        ("method = levels", "unquoted"),
        ("", "missing-key"),
    ],
)
def test_one_slip_in_what_is_shared_is_one_issue_where_it_stands(slip: str, code: str) -> None:
    scheme = form(22).replace('[define.twice]\nlike = "four-levels"\npoints = 10\n', "")
    found = codes(scheme.replace('method = "levels"', slip), 22)
    assert len(found) == 1, found


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        (("part", 0, "indicator", 1, "levels", 2), "一般"),
        (("part", 0, "indicator", 0, "points"), "points = 10"),
        (("part", 0, "indicator", 0, "method"), 'method = "levels"'),
        (("part", 0, "indicator", 1, "id"), "第1项"),
    ],
)
def test_an_entry_stands_where_it_is_written(keys: tuple[str | int, ...], line: str) -> None:
    document, issues = read_document("records/schemes/form.toml", form(2, twice=1).encode())
    assert document is not None and issues == []
    assert line in document.line_at(document.place(keys).line)
    assert document.line(keys) == document.place(keys).line


def test_own_keys_come_before_those_that_are_named() -> None:
    scheme = form(2, twice=1)
    [part] = read(small(scheme, 2))[0].schemes[0].model.part
    assert [one.points for one in part.indicator] == [Decimal(10), Decimal(5)]


def test_grades_and_lines_of_pay_may_be_alike_too() -> None:
    rules = """
id = "rules"
name = "制度"
from = "2026-01"
schemes = ["form"]
define.each = { method = "per-unit", metric = "sold", each = 2 }
grade = [{ id = "a", name = "优", from = 5 }, { id = "b", name = "良" }]
pay = [
  { like = "each", id = "one", name = "甲" },
  { like = "each", id = "two", name = "乙", each = 3 },
]
"""
    files = small(form(4), 4)
    files |= site(
        form(4),
        {"A": "metrics.sold = 7\n" + "\n".join(f'marks.r{n} = {{ boss = "a" }}' for n in range(4))},
        rules,
    )
    wage = found(files)["2026-10/A"].wage
    assert wage is not None and wage.value == 7 * 2 + 7 * 3


def test_a_word_of_a_record_is_never_taken_for_a_name() -> None:
    files: Mapping[str, str] = small(form(4), 4)
    path = "records/2026-10/A.toml"
    document, _ = read_document(path, (files[path] + '\nlike = "four-levels"\n').encode())
    assert document is not None and document.data["like"] == "four-levels"


def test_the_page_of_a_form_names_the_line_of_what_is_shared(tmp_path: Path) -> None:
    for path, text in small(form(4), 4).items():
        there = tmp_path / path
        there.parent.mkdir(parents=True, exist_ok=True)
        there.write_text(text, encoding="utf-8")
    ran = run("-C", tmp_path, "explain", "A", "2026-10")
    assert ran.code == 0, ran.errors
