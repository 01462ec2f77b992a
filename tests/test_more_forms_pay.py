"""Pay, grades and limits of forms that others have published, each figure worked by hand."""

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpisite.core.exact import total
from kpisite.core.working import Working
from kpisite.outcomes.results import Result
from kpisite.outcomes.seal import KEYED, pay_seal
from kpisite.pages.what_if import what_if
from kpisite.pages.workbook import scorecard_workbook
from tests.sites import built, write
from tests.small_forms import CARE, form, found, issues, read, site, staff
from tests.test_workbook import assert_libreoffice_agrees
from tests.trees import digest

SAMPLES = Path(__file__).parents[1] / "samples/forms"
MONTHS = [f"2026-{number:02}" for number in range(1, 13)]


def rules(name: str) -> str:
    """The policy of a form as the sample site has it, for a form of one mark, `form`."""
    id = name.lower()
    text = (SAMPLES / f"records/policies/{id}.toml").read_text(encoding="utf-8")
    return text.replace(f'"{id}"', '"rules"', 1).replace(f'["{id}"]', '["form"]', 1)


def mark(points: object, **metrics: object) -> str:
    """A record with that total and those figures."""
    written = "".join(f"metrics.{id.replace('_', '-')} = {one}\n" for id, one in metrics.items())
    return f"marks.care = {{ boss = {points} }}\n{written}"


def salaries(**amounts: object) -> Mapping[str, str]:
    """Pay files with a base salary, and further lines in a text."""
    return {
        f"records/pay/{id}.toml": (
            f'employee = "{id}"\nsalary = [{{ from = "2026-01", amount = {one} }}]\n'
        )
        for id, one in amounts.items()
    }


def only(files: Mapping[str, str]) -> dict[str, Result]:
    """The results by person, of the last month of each."""
    return {name.split("/")[1]: one for name, one in found(files).items()}


def paid(results: Mapping[str, Result]) -> dict[str, Decimal]:
    """What everybody is paid."""
    return {id: one.wage.value for id, one in results.items() if one.wage is not None}


def part(working: Working | None, id: str) -> Working:
    """A number below another."""
    assert working is not None
    return next(one for one in working.walk() if one.id == id)


# G01: grades by quota, a coefficient by grade, what the distribution costs.

TWENTY, TEN = list(range(100, 80, -1)), list(range(100, 90, -1))
TIED = [100, 99, 98, 98, 96, 95, 94, 93, 92, 91]


@pytest.mark.parametrize(
    ("marks", "quota", "counts", "spent", "is_beyond"),
    [
        (TWENTY, "", [2, 3, 10, 3, 2], 10_000, False),
        (TEN, "", [1, 2, 5, 1, 1], 5_050, True),
        (TEN, 'round = "down"\n', [1, 1, 5, 2, 1], 4_950, False),
        (TIED, "", [1, 3, 4, 1, 1], 5_100, True),
    ],
)
def test_g01_a_fund_by_quota(
    marks: Sequence[int], quota: str, counts: list[int], spent: int, is_beyond: bool
) -> None:
    policy = rules("G01").replace("[quota]\n", f"[quota]\n{quota}")
    records = {f"A{n:02}": mark(one) for n, one in enumerate(marks)}
    files = site(form(CARE), records, policy)
    results = only(files)
    had = Counter(one.grade.id for one in results.values() if one.grade is not None)
    assert [had[id] for id in "abcde"] == counts
    assert total(paid(results).values()) == spent
    assert issues(files).count("limit-warning") == is_beyond


def test_g01_says_how_the_amount_came() -> None:
    records = {f"A{n:02}": mark(one) for n, one in enumerate(TEN)}
    results = only(site(form(CARE), records, rules("G01")))
    fund = part(results["A02"].wage, "fund")
    assert fund.calculation == "500 × 1.1 = 550"
    assert part(fund, "coefficient").calculation == "B → 1.1"
    assert results["A02"].standing.why[0].en == "B: rank 3 of 10, 25% × 10 = 2.5 → 3"


# G02: a table by two figures.


def test_g02_a_coefficient_by_completion_and_collection() -> None:
    rates = {
        "A": ("96%", "88%"),
        "B": ("61%", "100%"),
        "C": ("97%", "100%"),
        "D": ("120%", "29.9%"),
    }
    wages = {"A": 3000, "B": 3000, "C": 2800, "D": 3000}
    records = {
        id: mark(80, completion=f'"{one}"', collection=f'"{other}"')
        for id, (one, other) in rates.items()
    }
    more = {
        f"records/pay/{id}.toml": (
            f'employee = "{id}"\n'
            f'figure = [{{ id = "performance-wage", from = "2026-01", is = {wage} }}]\n'
        )
        for id, wage in wages.items()
    }
    results = only(site(form(CARE), records, rules("G02"), more))
    assert paid(results) == {"A": 3750, "B": 2400, "C": 4060, "D": 0}
    linkage = part(results["A"].wage, "linkage")
    assert linkage.calculation == "94% ≤ 96% < 97%, 85% ≤ 88% < 90% → 1.25"
    assert part(results["C"].wage, "linkage").value == Decimal("1.45")


# G03: gates on the grade by counts over the year, limits on the unit.


REPORTS = """
[[figure]]
id = "least"
max = "base-salary"
over = "reports"

[[pay]]
id = "least"
name = "津贴"
method = "figure"
figure = "least"
"""


@pytest.mark.parametrize(
    ("fold", "expected"),
    [
        ('max = "total"', "fold-of-few"),
        ('max = "base-salary"', "figure-of-one"),
        ('sum = "base-salary"', "pay-given-away"),
    ],
)
def test_a_fold_over_a_single_report_gives_that_one_away(fold: str, expected: str) -> None:
    """Over two people each takes their own away; over one report there is nothing to take away."""
    policy = 'id = "rules"\nname = "办法"\nfrom = "2026-01"\nschemes = ["form"]\n' + REPORTS
    policy = policy.replace('max = "base-salary"', fold)
    people = {
        "records/staff/A.toml": staff("A"),
        "records/staff/B.toml": staff("B", superior="A"),
        **salaries(A=9000, B=5000),
    }
    files = site(form(CARE), {"A": mark(80), "B": mark(80)}, policy, people)
    assert expected in issues(files)


BUILT_IN_NAMES = """
[[figure]]
id = "{id}"
name = "人数"
from = "record"
"""
BY_NAME = """
[[figure]]
id = "due"
is = "{id} × 100"

[[pay]]
id = "due"
name = "奖金"
method = "figure"
figure = "due"
"""


@pytest.mark.parametrize(
    ("id", "is_taken"),
    [("heads", True), ("month", True), ("rank", True), ("crew", False), ("due", True)],
)
def test_a_figure_of_a_form_does_not_give_way_to_another_of_its_name_unreported(
    id: str, is_taken: bool
) -> None:
    """A form's 30 heads were paid as the one person of the department."""
    scheme = form(CARE, top=BUILT_IN_NAMES.format(id=id))
    policy = 'id = "rules"\nname = "办法"\nfrom = "2026-01"\nschemes = ["form"]\n' + BY_NAME.format(
        id="crew" if id == "due" else id
    )
    scheme += "" if id != "due" else BUILT_IN_NAMES.format(id="crew")
    found_issues = issues(site(scheme, {"A": mark(80, **{id: 30})}, policy))
    assert ("figure-name-taken" in found_issues) == is_taken


def months(id: str, *each: str) -> dict[str, str]:
    """The records of somebody from January on."""
    return {f"{month}/{id}": one for month, one in zip(MONTHS, each, strict=False)}


def test_g03_bars_grades_and_leaves_the_total() -> None:
    records = (
        months("A", mark(92, late_month=6), mark(92, late_month=7))
        | months("B", mark(88, absent_month=2.5))
        | months("C", mark(95, late_month=20, punished=1))
        | months("D", mark(62, late_month=13, punished=1))
    )
    results = found(site(form(CARE), records, rules("G03")))
    grades = {name: one.grade.id for name, one in results.items() if one.grade is not None}
    assert grades == {
        "2026-01/A": "special",
        "2026-02/A": "first",
        "2026-01/B": "second",
        "2026-01/C": "second",
        "2026-01/D": "third",
    }
    february = results["2026-02/A"]
    assert february.card.total.value == 92
    assert february.standing.why[0].zh == "甲等：迟到次数 13 ≥ 13，不评特等"
    assert february.to_next is None
    assert february.figures.shown[0].calculation == "6 + 7 = 13"
    assert [one.zh for one in results["2026-01/B"].standing.why] == [
        "乙等：旷工天数 2.5 > 2，不评特等、甲等"
    ]
    assert results["2026-01/D"].standing.why == ()


def test_g03_two_limits_of_a_unit() -> None:
    records = {f"A{n}": mark(one) for n, one in enumerate([92, 90, 90, 70, 70, 70])}
    assert issues(site(form(CARE), records, rules("G03"))).count("limit-warning") == 2
    # five people may have one special, and the mean of 92, 78, 70, 70, 70 is 76
    records = {f"A{n}": mark(one) for n, one in enumerate([92, 78, 70, 70, 70])}
    assert issues(site(form(CARE), records, rules("G03"))).count("limit-warning") == 0
    records = {f"A{n}": mark(one) for n, one in enumerate([92, 91, 70, 70, 70])}
    assert issues(site(form(CARE), records, rules("G03"))).count("limit-warning") == 1
    # one of the two is barred: late thirteen times
    records["A1"] = mark(91, late_month=13)
    assert issues(site(form(CARE), records, rules("G03"))).count("limit-warning") == 0


# G04: a balance carried over years, a multiplier by post.


def posts(id: str, *levels: tuple[str, str], joined: str = "2026-01-01") -> str:
    """Somebody who holds each level from a day on."""
    each = "".join(
        f'\n[[post]]\nfrom = {day}\ndepartment = "desk"\ntitle = "{level}"\nscheme = "form"\n'
        f'superior = "M"\nfigures = {{ level = "{level}" }}\n'
        for day, level in levels
    )
    return f'id = "{id}"\nname = "员工{id}"\njoined = {joined}\n{each}'


def test_g04_points_for_life() -> None:
    manager = mark(85, business=110, penalties=8) + 'choices.targets = "yes"\n'
    records = months("A", mark(90, rewards=5, penalties=2), mark(88, penalties=10))
    records |= months("B", manager)
    records |= {f"2026-12/{id}": mark(1) for id in "AC"} | {f"2027-01/{id}": mark(2) for id in "AC"}
    more = {
        "records/staff/A.toml": posts(
            "A", ("2026-01-01", "staff"), ("2026-02-01", "supervisor"), ("2026-12-01", "staff")
        ),
        "records/staff/B.toml": posts("B", ("2026-01-01", "manager")),
        "records/staff/C.toml": posts("C", ("2026-12-01", "staff"), joined="2026-12-01"),
    }
    results = found(site(form(CARE), records, rules("G04"), more))
    balances = {name: one.figures.shown[0].value for name, one in results.items()}
    assert balances["2026-01/A"] == 93
    assert balances["2026-02/A"] == 93 + 117
    assert balances["2026-01/B"] == 184  # (110 × 60% + 85 × 40% − 8) × 2
    assert balances["2026-12/A"] == 211 and balances["2027-01/A"] == 213  # over the year
    again = results["2026-02/A"].figures.shown[0]
    assert again.calculation == "93 + 117 = 210"
    assert part(again, "month-points").calculation == (
        "(0 × 0% + 88.0 × (100% − 0%) + 0 − 10) × 150% = 117"
    )


def test_g04_whoever_comes_back_begins_anew() -> None:
    records = months("A", mark(93), mark(50)) | {"2027-03/A": mark(70)}
    more = {"records/staff/A.toml": posts("A", ("2026-01-01", "staff"))}
    files = site(form(CARE), records, rules("G04"), more)
    assert found(files)["2027-03/A"].figures.shown[0].value == 213
    back = posts("A", ("2027-03-01", "staff"), joined="2027-03-01")
    files = site(form(CARE), {"2027-03/A": mark(70)}, rules("G04"), {"records/staff/A.toml": back})
    assert found(files)["2027-03/A"].figures.shown[0].value == 70


# G07: powers, and a pool that is split to the cent.


def pool(*each: tuple[int, str]) -> dict[str, str]:
    return {
        id: mark(80, target=target, rating=f'"{rating}"')
        for id, (target, rating) in zip("ABCDEF", each, strict=False)
    }


@pytest.mark.parametrize(
    ("each", "expected"),
    [
        ([(10000, "120%"), (8000, "100%"), (6000, "80%")], ["12419.49", "7767.82", "3812.69"]),
        ([(5000, "115%"), (5000, "95%"), (5000, "95%")], ["5994.44", "4502.78", "4502.78"]),
        ([(100, "100%")] * 3, ["100", "100", "100"]),
    ],
)
def test_g07_a_pool_by_powers(each: list[tuple[int, str]], expected: list[str]) -> None:
    results = only(site(form(CARE), pool(*each), rules("G07")))
    assert [str(one) for one in paid(results).values()] == [
        f"{Decimal(one):.2f}" for one in expected
    ]
    assert total(paid(results).values()) == sum(target for target, _ in each)


def test_g07_says_how_the_part_came() -> None:
    each = [(10000, "120%"), (8000, "100%"), (6000, "80%")]
    wage = only(site(form(CARE), pool(*each), rules("G07")))["A"].wage
    raw = part(wage, "raw")
    assert round(raw.value, 4) == Decimal("12790.7109")
    assert part(wage, "own-part").calculation == (
        "24,000.00 × 12,790.710876… ÷ 24,717.361177… = 12,419.491661… ≈ 12,419.49"
    )


def test_g07_all_at_nothing_is_an_error() -> None:
    files = site(form(CARE), pool((5000, "0%"), (5000, "0%")), rules("G07"))
    assert set(issues(files)) == {"split-empty", "fold-of-few"}


def test_a_key_below_zero_or_amounts_apart_are_errors() -> None:
    own = rules("G07").replace('amount = "budget"', 'amount = "target"')
    files = site(form(CARE), pool((5000, "100%"), (4000, "100%")), own)
    assert {"split-amounts"} <= set(issues(files))
    below = rules("G07").replace("target × multiplier", "target × multiplier − 9000")
    files = site(form(CARE), pool((5000, "100%"), (4000, "100%")), below)
    assert set(issues(files)) == {"split-negative", "fold-of-few"}


def test_the_odd_cents_go_by_largest_remainder_or_from_the_highest_key_down() -> None:
    equal = rules("G07").replace('is   = "target × multiplier"', 'is   = "rating × 10"')
    each = [(34, "10%"), (33, "20%"), (33, "30%")]  # 16.666…, 33.333…, 50 of 100
    assert [str(one) for one in paid(only(site(form(CARE), pool(*each), equal))).values()] == [
        "16.67", "33.33", "50.00",
    ]  # fmt: skip
    highest = equal + 'odd = "highest"\n'
    assert [str(one) for one in paid(only(site(form(CARE), pool(*each), highest))).values()] == [
        "16.66", "33.33", "50.01",
    ]  # fmt: skip


# G08: whole and marginal together, and the year so far.


@pytest.mark.parametrize(
    ("sales", "expected"),
    [
        ("15000", "750"),
        ("16499.99", "825.00"),
        ("16500", "1650"),
        ("20000", "2000"),
        ("45000", "5700"),
    ],
)
def test_g08_a_cliff_and_an_accelerator(sales: str, expected: str) -> None:
    records = {"A": mark(80, sales=sales, quota=33000)}
    assert paid(only(site(form(CARE), records, rules("G08"))))["A"] == Decimal(expected)


def test_g08_the_years_gate() -> None:
    quarterly = form(CARE, top='per = "quarter"')
    records = {"2026-03/A": mark(80, sales=150000, quota=100000)}
    assert paid(only(site(quarterly, records, rules("G08-quarter"))))["A"] == 8250
    sold = {"2026-03": 50000, "2026-06": 75000, "2026-09": 200000}
    records = {f"{month}/A": mark(80, sales=one, quota=100000) for month, one in sold.items()}
    results = found(site(quarterly, records, rules("G08-quarter")))
    wages = {name: one.wage.value for name, one in results.items() if one.wage is not None}
    assert wages == {"2026-03/A": 2500, "2026-06/A": 3750, "2026-09/A": 10250}
    eligible = part(results["2026-09/A"].wage, "sales-so-far")
    assert eligible.calculation == "50,000 + 75,000 + 200,000 = 325,000"
    # the next year begins anew
    records["2027-03/A"] = mark(80, sales=150000, quota=100000)
    results = found(site(quarterly, records, rules("G08-quarter")))
    assert part(results["2027-03/A"].wage, "paid").value == 8250


# G09: a raise by rating and place in the range.


@pytest.mark.parametrize(
    ("salary", "points", "base", "lump", "position"),
    [
        (6000, 80, 6540, 0, "0.4 = (6,000 − 5,000) ÷ (7,500 − 5,000)"),
        (7400, 90, 7500, 566, ""),
        (7600, 90, 7600, 0, ""),
        (4900, 90, 5733, 0, ""),  # below the range: 17%
        (5000, 50, 5200, 0, ""),  # on its lower edge: the lower third, 4%
        (7500, 90, 7500, 675, ""),  # on its upper edge: the upper third, 9%
    ],
)
def test_g09_a_raise(salary: int, points: int, base: int, lump: int, position: str) -> None:
    more = dict(salaries(A=salary))
    more["records/staff/A.toml"] = (
        'id = "A"\nname = "员工"\njoined = 2024-01-01\n[[post]]\nfrom = 2024-01-01\n'
        'department = "desk"\ntitle = "专员"\nscheme = "form"\nsuperior = "M"\n'
        "figures = { range-from = 5000, range-to = 7500 }\n"
    )
    wage = only(site(form(CARE), {"A": mark(points)}, rules("G09"), more))["A"].wage
    assert part(wage, "base").value == base and part(wage, "once").value == lump
    if position:
        value, rule = position.split(" = ")
        place = part(wage, "position")
        assert place.shown == value
        assert place.rule == rule.replace("6,000", "6,000.00")


# G11: coefficients of department, person and company; served months; rounding once.


RANGED = {
    "records/staff/A.toml": (
        'id = "A"\nname = "员工"\njoined = 2024-01-01\n[[post]]\nfrom = 2024-01-01\n'
        'department = "desk"\ntitle = "专员"\nscheme = "form"\nsuperior = "M"\n'
        "figures = { range-from = 5000, range-to = 7500 }\n"
    )
}


def year(coefficients: str = "") -> Mapping[str, str]:
    return {
        "records/company.toml": (
            'figure = [{ id = "company-coefficient", from = "2026-01", is = 1.5 }]\n'
        ),
        "records/departments.toml": (
            '[[department]]\nid = "desk"\nname = "客服部"\nmanager = "M"\n'
            'figure = [{ id = "department-coefficient", from = "2026-01", is = 1.1 }]\n'
        ),
        "records/staff/A.toml": (
            'id = "A"\nname = "员工"\njoined = 2024-01-01\n'
            'figure = [{ id = "grade-coefficient", from = "2026-01", is = 1.2 }]\n'
            "[[post]]\nfrom = 2024-01-01\n"
            'department = "desk"\ntitle = "专员"\nscheme = "form"\nsuperior = "M"\n' + coefficients
        ),
    }


def test_g11_the_months_bonus() -> None:
    more = {**year(), **salaries(A=8000)}
    files = site(form(CARE), {"A": mark(86, attended=21)}, rules("G11"), more)
    wage = only(files)["A"].wage
    assert part(wage, "monthly").value == 1056
    assert part(wage, "month-bonus").rule == "8,000.00 × 10% × 1.1 × 1.2"


@pytest.mark.parametrize(
    ("salary", "coefficient", "attended", "expected"),
    [
        (8000, "1.5", [9, 21, 21, 21, 21, 21, 11, 21, 21, 21], "8170.00"),  # 9.5 months
        (8001, "1", [21] * 11, "6307.46"),  # 8,001 × 86% × 11 ÷ 12 = 6,307.455
        (8000, "1.5", [0, 21], "860.00"),
    ],
)
def test_g11_the_years_bonus(
    salary: int, coefficient: str, attended: list[int], expected: str
) -> None:
    more = {**year(), **salaries(A=salary)}
    company = more["records/company.toml"].replace("1.5", coefficient)
    last = MONTHS[-len(attended) :]
    records = {
        f"{month}/A": mark(86, attended=one) for month, one in zip(last, attended, strict=True)
    }
    files = site(form(CARE), records, rules("G11"), {**more, "records/company.toml": company})
    results = found(files)
    assert part(results["2026-12/A"].wage, "yearly").value == Decimal(expected)
    assert part(results["2026-11/A"].wage, "yearly").value == 0


def samples() -> dict[str, str]:
    """The sample site."""
    return {
        path.relative_to(SAMPLES).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(SAMPLES.rglob("*.toml"))
    }


def test_the_sample_site_has_these_forms_filled_in() -> None:
    book, every, codes = read(samples())
    assert set(codes) <= {"limit-warning", "fold-of-few"} and book.policies
    results = {one.appraisee_id: one for one in every}
    wages = {id: one.wage.value for id, one in results.items() if one.wage is not None}
    grades = {id: one.grade.id for id, one in results.items() if one.grade is not None}
    assert total(one for id, one in wages.items() if id.startswith("F")) == 5_050
    assert [wages[f"S0{n}"] for n in range(1, 5)] == [3750, 2400, 4060, 0]
    assert [grades[f"Y0{n}"] for n in range(1, 6)] == [
        "first",
        "second",
        "third",
        "third",
        "second",
    ]
    assert [results[f"L0{n}"].figures.shown[0].value for n in (1, 2)] == [93, 184]
    assert [str(wages[f"K0{n}"]) for n in range(1, 4)] == ["12419.49", "7767.82", "3812.69"]
    assert [wages[f"C0{n}"] for n in range(1, 6)] == [750, Decimal("825.00"), 1650, 2000, 5700]
    assert [wages[f"R0{n}"] for n in range(1, 4)] == [6540, 8066, 7600]
    assert wages["B11"] == 1056


# What changes with what, and what a page says.


def clean(folder: Path, files: Mapping[str, str]) -> dict[str, str]:
    """What a site comes to that nobody has built before."""
    write(files, folder)
    return digest(built(folder, "--no-pdf"))


@pytest.mark.parametrize(
    ("name", "records", "edits"),
    [
        (
            "G03",
            months("A", mark(92, late_month=6), mark(92, late_month=7)),
            [("2026-01/A", mark(92, late_month=5)), ("2026-01/A", mark(92, late_month=6))],
        ),
        (
            "G01",
            {f"A{n:02}": mark(one) for n, one in enumerate(TEN)},
            [("A09", mark(99.5)), ("A00", mark(1)), ("A05", mark(95.5))],
        ),
        (
            "G07",
            pool((10000, "120%"), (8000, "100%"), (6000, "80%")),
            [
                ("C", mark(80, target=6000, rating='"90%"')),
                ("A", mark(80, target=1, rating='"1%"')),
            ],
        ),
    ],
)
def test_after_an_edit_everybody_has_what_a_clean_build_gives(
    name: str, records: dict[str, str], edits: list[tuple[str, str]], tmp_path: Path
) -> None:
    for number, edit in enumerate([None, *edits]):
        records = records if edit is None else {**records, edit[0]: edit[1]}
        files = site(form(CARE), records, rules(name))
        write(files, tmp_path / "site")
        now = digest(built(tmp_path / "site", "--no-pdf"))
        assert now == clean(tmp_path / f"clean-{number}", files)


def test_the_scorecard_says_why_the_grade_fell_and_what_the_balance_is(tmp_path: Path) -> None:
    records = months("A", mark(92, late_month=6), mark(92, late_month=7))
    write(site(form(CARE), records, rules("G03")), tmp_path / "a")
    page = built(tmp_path / "a", "--no-pdf") / "employees/A/2026-02.html"
    assert "甲等：迟到次数 13 ≥ 13，不评特等" in page.read_text(encoding="utf-8")
    staff = {"records/staff/A.toml": posts("A", ("2026-01-01", "staff"))}
    records = months("A", mark(93), mark(50))
    write(site(form(CARE), records, rules("G04"), staff), tmp_path / "b")
    page = built(tmp_path / "b", "--no-pdf") / "employees/A/2026-02.html"
    assert "累计积分 143：93 + 50 = 143" in page.read_text(encoding="utf-8")


def test_an_award_may_go_by_figures() -> None:
    policy = (
        rules("G03")
        + '\n[[award]]\nid = "punctual"\nname = "全勤奖"\namount = 100\n'
        + "if = { late = { to = 0 }, total = { from = 80 } }\n"
        + '\n[[pay]]\nid = "awards"\nname = "奖励"\nmethod = "awards"\n'
    )
    records = {"A": mark(92), "B": mark(92, late_month=1), "C": mark(79)}
    assert paid(only(site(form(CARE), records, policy))) == {"A": 100, "B": 0, "C": 0}


def test_an_award_may_be_as_much_as_a_figure() -> None:
    policy = (
        'id = "rules"\nname = "办法"\nfrom = "2026-01"\nschemes = ["form"]\n'
        '[[figure]]\nid = "bonus"\nname = "超额奖"\nis = "(total − 80) × 33.333"\n'
        '[[award]]\nid = "above"\nname = "超额奖"\nfigure = "bonus"\n'
        "if = { total = { above = 80 } }\n"
        '[[pay]]\nid = "awards"\nname = "奖励"\nmethod = "awards"\n'
    )
    results = only(site(form(CARE), {"A": mark(92), "B": mark(80)}, policy))
    assert paid(results) == {"A": Decimal("400.00"), "B": 0}
    award = part(results["A"].wage, "above")
    assert award.parts[0].calculation == "(92.0 − 80) × 33.333 = 399.996"
    assert award.parts[1].label.zh == "总分 92.0 > 80；2026-10 总分"


def test_an_award_by_pay_is_sealed_with_the_key() -> None:
    policy = (
        'id = "rules"\nname = "办法"\nfrom = "2026-01"\nschemes = ["form"]\n'
        '[[award]]\nid = "low"\nname = "补贴"\namount = 100\n'
        "if = { base-salary = { below = 5000 } }\n"
        '[[pay]]\nid = "awards"\nname = "奖励"\nmethod = "awards"\n'
    )
    book, results, _ = read(site(form(CARE), {"A": mark(92)}, policy, salaries(A=4000)))
    assert (pay_seal(book, results[0]) or "").startswith(KEYED)


def test_a_gate_may_name_a_figure_of_a_row() -> None:
    rows = CARE.replace("[{ points", "[{ points") + (
        '[[part]]\nid = "other"\nname = "其他"\nrole = "shown"\n[[part.indicator]]\nid = "rate"\n'
        'name = "投诉率"\npoints = 10\nmethod = "steps"\nmetric = "complaints"\n'
        "steps = [{ to = 2, points = 10 }, { points = 0 }]\n"
    )
    policy = (
        'id = "rules"\nname = "制度"\nfrom = "2026-01"\nschemes = ["form"]\n'
        '[[grade]]\nid = "a"\nname = "优"\nfrom = 90\n[[grade]]\nid = "b"\nname = "良"\n'
        '[[gate]]\nid = "g"\nif = { complaints = { above = 2 } }\ngrade-at-most = "b"\n'
    )
    records = {"A": mark(95, complaints=2), "B": mark(95, complaints=3)}
    results = only(site(form('[[part]]\nid = "work"\nname = "工作"\n' + rows), records, policy))
    assert {id: one.grade.id for id, one in results.items() if one.grade} == {"A": "a", "B": "b"}


def test_grades_go_by_a_figure_or_by_a_table_of_them() -> None:
    policy = (
        'id = "rules"\nname = "制度"\nfrom = "2026-01"\nschemes = ["form"]\ngraded = "@"\n'
        '[[grade]]\nid = "a"\nname = "优"\nfrom = 180\n[[grade]]\nid = "b"\nname = "良"\n'
        '[[figure]]\nid = "double"\nname = "两倍"\nis = "total × 2"\n'
        '[[table]]\nid = "by-table"\nunit = "choice"\nrows = { figure = "double", from = [150] }\n'
        'cells = ["a", "b"]\n'
    )
    records = {"A": mark(95), "B": mark(80)}
    by_figure = only(site(form(CARE), records, policy.replace("@", "double")))
    assert {id: one.grade.id for id, one in by_figure.items() if one.grade} == {"A": "a", "B": "b"}
    assert by_figure["A"].standing.why[0].zh == "等级按“两倍”：95.0 × 2 = 190"
    by_table = only(site(form(CARE), records, policy.replace("@", "by-table")))
    assert {id: one.grade.id for id, one in by_table.items() if one.grade} == {"A": "a", "B": "a"}
    assert by_table["A"].standing.why[0].zh == "等级按“by-table”：190 ≥ 150 → 优"


@given(
    keys=st.lists(st.integers(0, 10_000), min_size=3, max_size=6).filter(any),
    cents=st.integers(0, 1_000_000),
)
@settings(max_examples=25)
def test_what_is_split_comes_to_the_amount(keys: list[int], cents: int) -> None:
    amount = Decimal(cents).scaleb(-2)
    policy = (
        rules("G07")
        .replace('sum  = "target"\nover = "department"', f'is   = "{amount}"')
        .replace('is   = "target × multiplier"', 'is   = "target"')
    )
    records = {
        id: mark(80, target=key, rating='"100%"') for id, key in zip("ABCDEF", keys, strict=False)
    }
    wages = list(paid(only(site(form(CARE), records, policy))).values())
    assert total(wages) == amount
    for wage, key in zip(wages, keys, strict=True):
        assert abs(wage - amount * key / sum(keys)) < Decimal("0.01")


@pytest.mark.office
def test_libreoffice_computes_the_same_pay(tmp_path: Path) -> None:
    post = (
        'id = "A"\nname = "员工"\njoined = 2024-01-01\n[[post]]\nfrom = 2024-01-01\n'
        'department = "desk"\ntitle = "专员"\nscheme = "form"\nsuperior = "M"\n'
        "figures = { range-from = 5000, range-to = 7500 }\n"
    )
    wage = {
        "records/pay/A.toml": (
            'employee = "A"\nfigure = [{ id = "performance-wage", from = "2026-01", is = 3000 }]\n'
        )
    }
    raised = {"records/staff/A.toml": post, **salaries(A=7400)}
    ranked = {f"A{n:02}": mark(one) for n, one in enumerate(TEN)}
    sold = {"2026-03/A": 50000, "2026-06/A": 200000}
    quarters = {name: mark(80, sales=one, quota=100000) for name, one in sold.items()}
    rates = {"A": mark(80, completion='"96%"', collection='"88%"')}
    staff = {"records/staff/A.toml": posts("A", ("2026-01-01", "staff"))}
    people = pool((10000, "120%"), (8000, "100%"), (6000, "80%"))
    december = {"2026-12/A": mark(86, attended=21)}
    small, quarterly = form(CARE), form(CARE, top='per = "quarter"')
    sites = {
        "G01": site(small, ranked, rules("G01")),
        "G02": site(small, rates, rules("G02"), wage),
        "G04": site(small, months("A", mark(93), mark(50)), rules("G04"), staff),
        "G07": site(small, people, rules("G07")),
        "G08": site(small, {"A": mark(80, sales="16499.99", quota=33000)}, rules("G08")),
        "G08-quarter": site(quarterly, quarters, rules("G08-quarter")),
        "G09": site(small, {"A": mark(90)}, rules("G09"), raised),
        "G11": site(small, december, rules("G11"), {**year(), **salaries(A=8000)}),
    }
    workbooks = {}
    for name, files in sites.items():
        book, results, _ = read(files)
        workbooks[name] = scorecard_workbook(book, results[-1], "zh")
    assert_libreoffice_agrees(workbooks, tmp_path)


def test_pay_by_figures_on_pay_files_is_sealed_with_the_key_and_wants_a_salary() -> None:
    policy = rules("G09")
    files = site(form(CARE), {"A": mark(90)}, policy, {**salaries(A=7400), **RANGED})
    book, results, _ = read(files)
    assert results[0].policy is not None and results[0].policy.model.reads_pay
    assert (pay_seal(book, results[0]) or "").startswith(KEYED)
    assert "salary-missing" in issues(
        site(form(CARE), {"A": mark(90)}, policy, {**salaries(M=1), **RANGED})
    )
    assert "pay-folder-missing" in issues(site(form(CARE), {"A": mark(90)}, policy, RANGED))
    by_rank = read(site(form(CARE), {"A": mark(90)}, rules("G01")))[1][0]
    assert by_rank.policy is not None and not by_rank.policy.model.reads_pay


def test_a_sum_over_people_of_what_grades_and_records_give_counts_everybody() -> None:
    policy = (
        'id = "rules"\nname = "制度"\nfrom = "2026-01"\nschemes = ["form"]\n'
        '[[grade]]\nid = "a"\nname = "优"\nfrom = 90\n[[grade]]\nid = "b"\nname = "良"\n'
        '[[figure]]\nid = "sold"\nfrom = "record"\n'
        '[[table]]\nid = "each"\nrows = { figure = "grade", are = ["a", "b"] }\ncells = [2, 1]\n'
        '[[figure]]\nid = "worth"\nis = "sold × each"\n'
        '[[figure]]\nid = "all"\nsum = "worth"\nover = "department"\n'
        '[[figure]]\nid = "share"\nis = "worth ÷ all × 100"\nplaces = 2\n'
        '[[pay]]\nid = "paid"\nname = "按比例"\nmethod = "figure"\nfigure = "share"\n'
    )
    records = {"A": mark(95, sold=10), "B": mark(80, sold=20), "C": mark(80, sold=40)}
    assert paid(only(site(form(CARE), records, policy))) == {"A": 25, "B": 25, "C": 50}


@pytest.mark.parametrize("name", ["G01", "G03"])
def test_a_total_that_is_tried_out_promises_no_grade_that_ranks_or_gates_decide(name: str) -> None:
    records = {f"A{n:02}": mark(one) for n, one in enumerate(TEN)}
    tried = what_if(only(site(form(CARE), records, rules(name)))["A00"], "zh")
    assert tried is not None and '"grades":[]' in tried.data
