"""Pay comes of exact values and is rounded once, and nothing rounded is reported as an equality."""

import re
from decimal import Decimal

import pytest

from kpisite.cli.explain import drawn
from kpisite.pages.workbook import scorecard_workbook
from tests.small_forms import CARE, form, found, read, site, staff

FINE = CARE.replace("0.1", "0.0001")


def policy(more: str) -> str:
    return (
        'id = "rules"\nname = "办法"\nfrom = "2026-01"\nschemes = ["form"]\n\n'
        f'[[pay]]\nid = "merit"\nname = "绩效工资"\nmethod = "proportion"\n{more}\n'
    )


def paid(scheme: str, mark: str, more: str) -> Decimal:
    files = site(scheme, {"A": f"marks.care = {{ boss = {mark} }}"}, policy(more))
    (result,) = found(files).values()
    assert result.wage is not None
    return result.wage.value


@pytest.mark.parametrize(
    ("mark", "more", "amount"),
    [
        ("84.45", "amount = 1_000", "844.50"),
        ("84.45", 'amount = 1_000\ntotal = "shown"', "845.00"),  # 84.5 on the form
        ("84.44", 'amount = 1_000\ntotal = "shown"', "844.00"),
        ("84.44", "amount = 1_000", "844.40"),
        ("84.4449", "amount = 1_000", "844.45"),  # 844.449, once
        # The threshold, as a grade, is that of the number shown: 79.96 is 80.0.
        ("79.96", "amount = 1_000\nthreshold = 80", "799.60"),
        ("79.94", "amount = 1_000\nthreshold = 80", "0"),
        ("79.96", 'amount = 1_000\nthreshold = 80\ntotal = "shown"', "800.00"),
    ],
)
def test_a_proportion_takes_the_total_before_it_was_rounded(mark, more, amount):
    assert paid(form(FINE), mark, more) == Decimal(amount)


@pytest.mark.parametrize("places", [1, 4, 6])
def test_eleven_twelfths_of_86_percent_of_8001_pay_to_the_cent(places):
    # 8,001 × 86% × 11 ÷ 12 = 6,307.455, a tie that rounding the total before would miss.
    rows = "".join(
        f'[[part]]\nid = "{id}"\nname = "{id}"\nweight = "{weight}"\n\n{row}'
        for id, weight, row in (
            ("most", "11/12", CARE),
            ("other", "1/12", CARE.replace('"care"', '"rest"')),
        )
    )
    scheme = form(rows, top=f"rounding = {{ total = {places} }}")
    says = "marks.care = { boss = 86 }\nmarks.rest = { boss = 0 }"
    files = site(scheme, {"A": says}, policy("amount = 8_001"))
    wage = found(files)["2026-10/A"].wage
    assert wage is not None and wage.value == Decimal("6307.46")


@pytest.mark.parametrize(("points", "mark", "amount"), [(10, "8.4", 4200), (500, "450", 4500)])
def test_a_proportion_is_of_the_forms_own_points(points, mark, amount):
    scheme = form(
        FINE.replace('method = "bands"', f'points = {points}\nmethod = "bands"').replace(
            "0-100", f"0-{points}"
        ),
        points,
    )
    assert paid(scheme, mark, "amount = 5_000") == amount
    assert paid(scheme, mark, f"amount = 5_000\nof = {points}") == amount


def test_explain_and_the_workbook_never_say_that_two_unlike_numbers_are_equal():
    files = site(form(FINE), {"A": "marks.care = { boss = 84.45 }"}, policy("amount = 8_001.01\n"))
    book, (result,), _ = read(files)
    lines = "\n".join(drawn(result, book, "en"))
    assert "Total before rounding" in lines and "84.45 = 84.5" not in lines
    texts = [
        str(cell.value)
        for sheet in scorecard_workbook(book, result, "en").sheets
        for line in sheet.lines
        for cell in line.cells
    ]
    for text in (*texts, *lines.splitlines()):
        equal = re.fullmatch(r"([\d,.]+) = ([\d,.]+)", text)
        assert equal is None or equal[1] == equal[2], text
    assert any("≈ 84.5" in text for text in texts)
    assert any("≈ 6,756.85" in text for text in texts)  # 8,001.01 × 84.45% = 6,756.852945


def test_a_month_in_two_posts_is_rounded_once():
    # 84.44 for 10 days and 84.46 for 21: 84.4535…, where 84.4 and 84.5 would come to 84.4677…,
    # and 84.44 with 84.45 is paid as it is.
    more = {
        "records/staff/A.toml": staff("A", department="store", more="").replace(
            "[[post]]\nfrom = 2024-01-01", "[[post]]\nfrom = 2024-01-01"
        )
        + '\n[[post]]\nfrom = 2026-10-11\ndepartment = "desk"\ntitle = "x"\nscheme = "form"\n'
        + 'superior = "M"\n',
        "records/departments.toml": '[[department]]\nid = "desk"\nname = "d"\n\n'
        '[[department]]\nid = "store"\nname = "s"\n',
        "records/2026-10/A@store.toml": 'employee = "A"\nmonth = "2026-10"\npart = "store"\n'
        "marks.care = { boss = 84.44 }\n",
    }
    files = site(form(FINE), {"A": "marks.care = { boss = 84.46 }"}, policy("amount = 31_000"))
    result = found(files | more)["2026-10/A"]
    assert result.card.total.shown == "84.5"
    assert result.wage is not None
    assert result.wage.value == Decimal("26180.60")  # 10 × 84.44 + 21 × 84.46 = 2,618.06, × 10
