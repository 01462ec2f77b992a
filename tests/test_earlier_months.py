"""Folds of a form over its own earlier months: what is carried forward, runs, debts, means."""

import json
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from math import floor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from kpisite.core.address import month_of
from kpisite.examine.alone import Alone
from kpisite.examine.base import Base
from kpisite.examine.kept import NOTHING_KEPT
from kpisite.examine.months import Months
from kpisite.examine.run import Run
from kpisite.language.figures.earlier import MonthBefore
from kpisite.language.serial import Serial
from kpisite.pages.workbook import scorecard_workbook
from kpisite.read.file import File
from kpisite.score.handed import Handed, handed_on
from kpisite.score.scorecard import Scorer, score
from tests.sites import book_of, edit, run, write
from tests.small_forms import CARE, Files, form, found, issues, read, row, site, staff
from tests.test_workbook import assert_libreoffice_agrees
from tests.trees import digest

CARRY = """
[[figure]]
id = "used"
name = "已用"
from = "record"
low = 0

[[figure]]
id = "carried"
name = "上月结转"
last = "left"
over = "earlier"
start = 0
{carried}

[[figure]]
id = "left"
name = "结余"
is = "max(0, min(10, carried + 20 - used))"

[[figure]]
id = "points"
name = "得分"
is = "60 + carried + min(30, used)"

[[part]]
id = "work"
name = "工作"

[[part.indicator]]
id = "use"
name = "使用"
points = 100
method = "figure"
figure = "points"
cap = 100
"""


def carry(carried: str = "", *, top: str = "") -> str:
    return form(CARRY.format(carried=carried), top=top)


def months(used: Mapping[str, int], id: str = "A") -> dict[str, str]:
    return {f"{month}/{id}": f"metrics.used = {one}" for month, one in used.items()}


def totals(files: Files) -> dict[str, Decimal]:
    return {name[:7]: one.card.total.value for name, one in found(files).items()}


#: As what a record hands on is kept.
HANDED_ON = Serial(MonthBefore)
USED = {"2026-01": 5, "2026-02": 28, "2026-03": 30, "2026-04": 12}


def test_what_is_left_is_carried_to_the_next_month_and_never_more_than_ten() -> None:
    # left: min(10, 0 + 20 − 5) = 10; 10 + 20 − 28 = 2; max(0, 2 + 20 − 30) = 0
    files = site(carry(), months(USED))
    assert issues(files) == []
    assert list(totals(files).values()) == [65, 98, 92, 72]


def test_the_working_names_the_month_that_it_comes_from() -> None:
    results = found(site(carry(), months(USED)))
    carried = row(results["2026-02/A"].card.total, "carried")
    (before,) = carried.parts
    assert before.label.say("zh") == "2026-01 结余" and carried.value == 10
    first = row(results["2026-01/A"].card.total, "carried")
    assert first.label.say("zh") == "上月结转（之前没有月份）" and first.value == 0


def test_a_month_without_a_record_is_skipped_or_begins_anew_as_the_form_says() -> None:
    used = {"2026-01": 5, "2026-03": 10}
    files = site(carry(), months(used))
    assert totals(files)["2026-03"] == 80
    assert totals(site(carry('gap = "start"'), months(used)))["2026-03"] == 70
    unbroken = site(carry('gap = "start"'), months({"2026-01": 5, "2026-02": 10}))
    assert totals(unbroken)["2026-02"] == 80


def test_a_new_year_begins_anew_where_the_form_says_so() -> None:
    used = {"2026-12": 5, "2027-01": 10}
    assert totals(site(carry(), months(used)))["2027-01"] == 80
    assert totals(site(carry('within = "year"'), months(used)))["2027-01"] == 70


def test_the_start_may_be_what_the_person_brings_along() -> None:
    brought = """
    [[figure]]
    id = "opening"
    from = "person"
    """
    text = (
        carry()
        .replace("start = 0", 'start = "opening"')
        .replace("[[part]]", brought + "[[part]]", 1)
    )
    whose = staff("A", more='figure = [{ id = "opening", from = "2026-01", is = 7 }]')
    files = site(form(text), months(USED), more={"records/staff/A.toml": whose})
    files["records/schemes/form.toml"] = text.replace(
        "\n[[figure]]", "\nscored-only = true\n[[figure]]", 1
    )
    files["records/staff/A.toml"] = whose
    assert list(totals(files).values())[:2] == [72, 98]


FOLDS = """
[[figure]]
id = "before"
{fold}
over = "earlier"
{more}

[[figure]]
id = "points"
is = "min(100, before)"

[[part]]
id = "work"
name = "工作"

[[part.indicator]]
id = "care"
name = "细心"
points = 100
step = 0.1
method = "bands"
bands = [{{ points = "0-100" }}]

[[part]]
id = "seen"
name = "参考"
role = "shown"

[[part.indicator]]
id = "own"
name = "此前"
points = 100
method = "figure"
figure = "points"
"""
MARKS = {"2026-01": 90, "2026-02": 60, "2026-03": 75, "2026-04": 80}


def marked(marks: Mapping[str, int]) -> dict[str, str]:
    return {f"{month}/A": f"marks.care = {{ boss = {one} }}" for month, one in marks.items()}


@pytest.mark.parametrize(
    ("fold", "more", "expected"),
    [
        ('mean = "total"', "start = 50\nmonths = 3", [50, 90, 75, 75]),
        ('mean = "care"', "start = 50\nmonths = 2", [50, 90, 75, 67.5]),
        ('min = "total"', "start = 50", [50, 90, 60, 60]),
        ('max = "work"', "start = 50", [50, 90, 90, 90]),
        ('sum = "total"', "", [0, 90, 100, 100]),
        ('sum = "total"', "start = 3", [3, 90, 100, 100]),
        ('count = "total"', "where = { total = { below = 80 } }", [0, 0, 1, 2]),
        ('last = "total"', "start = 1\nwhere = { total = { below = 80 } }", [1, 1, 60, 75]),
    ],
)
def test_a_fold_takes_the_months_before_and_never_this_one(
    fold: str, more: str, expected: list[float]
) -> None:
    files = site(form(FOLDS.format(fold=fold, more=more)), marked(MARKS))
    assert issues(files) == []
    seen = [row(one.card.total, "own").value for one in found(files).values()]
    assert seen == [Decimal(str(one)) for one in expected]


def test_this_month_is_in_the_year_and_the_months_before_are_not_in_a_record() -> None:
    text = form(FOLDS.format(fold='sum = "care"', more="")).replace('"earlier"', '"year"')
    circle = text.replace('is = "min(100, before)"', 'is = "min(100, before)"')
    files = site(circle, marked({"2026-01": 30, "2026-02": 20}))
    assert [row(one.card.total, "own").value for one in found(files).values()] == [30, 50]


CIRCLES = {
    'sum = "own"': "before → points → own → before",
    'mean = "total"': "total → work → care → own → points → before → total",
}


@pytest.mark.parametrize("fold", CIRCLES)
def test_a_fold_up_to_this_month_of_what_rests_on_it_is_a_circle_that_is_named(fold: str) -> None:
    text = form(FOLDS.format(fold=fold, more="")).replace('"earlier"', '"year"')
    _, _, codes = read(site(text, {}))
    assert set(codes) == {"figure-circle"}


def test_a_version_that_lacks_the_figure_hands_on_nothing() -> None:
    older = form(FOLDS.format(fold='count = "total"', more=""), top="").replace('"before"', '"n"')
    older = older.replace("min(100, before)", "n + 0")
    newer = carry().replace('from = "2026-01"', 'from = "2026-03"')
    records = {
        "2026-02/A": "marks.care = { boss = 90 }",
        "2026-03/A": "metrics.used = 5",
        "2026-04/A": "metrics.used = 25",
    }
    files = site(older, records, more={"records/schemes/form@2026-03.toml": newer})
    assert list(totals(files).values()) == [90, 65, 95]


GRADES = """
id = "rules"
name = "办法"
from = "2026-01"
schemes = ["form"]
grade = [{ id = "a", name = "优", from = 80 }, { id = "b", name = "良" }]
eligibility = { least-days = 20 }
"""


def test_a_condition_may_go_by_grades_of_earlier_months() -> None:
    fold = FOLDS.format(fold='count = "total"', more='where = { grade = { are = ["a"] } }')
    files = site(form(fold), marked(MARKS), GRADES)
    assert issues(files) == []
    seen = [row(one.card.total, "own").value for one in found(files).values()]
    assert seen == [0, 1, 1, 1]
    unknown = fold.replace('["a"]', '["c"]')
    assert issues(site(form(unknown), marked(MARKS), GRADES)) == ["unknown-grade"]


def test_what_rests_on_a_provisional_month_is_provisional() -> None:
    waits = 'month = "2026-01"\nmissing = "provisional"\n'
    files = site(carry(), months({"2026-02": 10}), more={"records/2026-01/month.toml": waits})
    files["records/2026-01/A.toml"] = 'employee = "A"\nmonth = "2026-01"\n'
    results = found(files)
    assert results["2026-02/A"].card.is_provisional
    files["records/2026-01/A.toml"] += "[metrics]\nused = 15\n"
    assert not found(files)["2026-02/A"].card.is_provisional


def test_another_form_of_the_same_person_hands_on_nothing() -> None:
    other = form(FOLDS.format(fold='count = "total"', more="")).replace('"form"', '"other"')
    moved = staff(
        "A",
        scheme="other",
        more="""
        [[post]]
        from = 2026-02-01
        department = "desk"
        title = "专员"
        scheme = "form"
        superior = "M"
        """,
    )
    records = {"2026-01/A": "marks.care = { boss = 90 }", "2026-02/A": "metrics.used = 5"}
    files = site(carry(), records, more={"records/schemes/other.toml": other})
    files["records/staff/A.toml"] = moved
    assert totals(files)["2026-02"] == 65


STATE = """
[[figure]]
id = "sales"
from = "record"

[[figure]]
id = "owed"
name = "欠额"
last = "short"
over = "earlier"
gap = "start"
start = 0

[[figure]]
id = "short"
name = "不足"
is = "max(0, 20 + owed - sales)"

[[figure]]
id = "missed"
is = "min(1, short)"

[[figure]]
id = "run"
name = "连续未达"
is = "missed × (before + 1)"

[[figure]]
id = "before"
last = "run"
over = "earlier"
within = "year"
start = 0

[[figure]]
id = "usual"
mean = "total"
over = "earlier"
months = 3
start = 80

[[figure]]
id = "points"
is = "max(0, min(100, 60 + usual ÷ 4 - 2 × run - owed ÷ 10))"

[[part]]
id = "work"
name = "工作"

[[part.indicator]]
id = "all"
name = "合计"
points = 100
method = "figure"
figure = "points"
"""
ALL_MONTHS = [f"2026-{number:02}" for number in range(9, 13)] + ["2027-01", "2027-02"]


@some.composite
def courses(draw: some.DrawFn) -> Files:
    """Half a year of two people across the turn of the year, with months that are missing."""
    records = {}
    for month in ALL_MONTHS:
        for id in "AB":
            sales = draw(some.sampled_from([None, 0, 5, 19, 20, 33]))
            if sales is not None:
                records[f"{month}/{id}"] = f"metrics.sales = {sales}"
    return site(form(STATE), records)


def by_hand(files: Files, id: str) -> dict[str, Fraction]:
    """The totals of a person, month by month, as a clerk would compute them."""
    found: dict[str, Fraction] = {}
    owed = run = 0
    last = ""
    for month in ALL_MONTHS:
        text = files.get(f"records/{month}/{id}.toml")
        if text is None:
            owed = 0
            continue
        sales = int(text.rpartition("= ")[2])
        run = 0 if last and last[:4] != month[:4] else run
        before = list(found.values())[-3:]
        usual = sum(before) / len(before) if before else Fraction(80)
        short = max(0, 20 + owed - sales)
        run = min(1, short) * (run + 1)
        points = max(0, min(100, 60 + usual / 4 - 2 * run - Fraction(owed, 10)))
        found[month] = Fraction(floor(points * 10 + Fraction(1, 2)), 10)
        owed, last = short, month
    return found


@settings(max_examples=40)
@given(courses())
def test_months_come_to_what_a_clerk_computes(files: Files) -> None:
    results = found(files)
    for id in "AB":
        made = {
            name[:7]: Fraction(one.card.total.value)
            for name, one in results.items()
            if name.endswith(id)
        }
        assert made == by_hand(files, id)


@settings(max_examples=40)
@given(courses())
def test_months_one_by_one_from_what_was_kept_are_the_months_all_at_once(files: Files) -> None:
    book = book_of(files)
    kept: dict[str, bytes] = {}
    for card in score(book):
        handed = Handed()
        for path, content in kept.items():
            handed.put(path, HANDED_ON.from_bytes(content))
        again = Scorer(book, lambda _: (), handed).card(card.record)
        assert again == card
        hands_on = handed_on(book, again)
        assert hands_on is not None
        kept[card.record.path] = HANDED_ON.as_bytes(hands_on)


def test_a_month_rests_on_what_it_takes_of_earlier_ones_and_on_nothing_else() -> None:
    def taken(files: Files) -> dict[str, str]:
        texts = [File(path, text.encode()) for path, text in files.items()]
        run = Run(texts, "", NOTHING_KEPT, 1)
        base = Base(run)
        found = Months(run, base, Alone(run, base))
        in_cells = [one for cell in found.cells for one in found.in_cell(cell).items()]
        return {month_of(path): one.rests_on for path, one in in_cells if path.endswith("/A.toml")}

    def changed(used: Mapping[str, int]) -> list[str]:
        before = taken(site(carry(), months(USED)))
        after = taken(site(carry(), months({**USED, **used})))
        return [month for month, one in before.items() if after[month] != one]

    assert changed({"2026-01": 4}) == ["2026-01"]  # ten are left, as before
    assert changed({"2026-01": 15}) == ["2026-01", "2026-02", "2026-03"]  # 5, 0 for 2, 0 as before
    assert changed({"2026-02": 27}) == ["2026-02", "2026-03"]
    assert changed({"2026-03": 29}) == ["2026-03"]


def test_what_grows_without_end_is_a_fault_of_the_month_in_which_it_is_too_large() -> None:
    text = FOLDS.format(fold='last = "sum"', more="start = 1")
    text = text.replace(
        "[[part]]", '[[figure]]\nid = "sum"\nis = "before × 1_000_000"\n[[part]]', 1
    )
    marks = {f"2026-{number:02}": 80 for number in range(1, 7)}
    assert issues(site(form(text), marked(marks))) == ["figure-too-large"]


@pytest.mark.parametrize(
    "formula",
    ["10 ÷ before", "round(10 ÷ (before - 5), 2)"],
)
def test_what_could_have_no_value_in_a_later_month_is_a_fault_of_the_form(formula: str) -> None:
    text = FOLDS.format(fold='last = "total"', more="start = 1").replace(
        "min(100, before)", formula
    )
    assert set(issues(site(form(text), {}))) == {"figure-of-points"}
    sound = text.replace(formula, "100 ÷ max(1, before)")
    assert issues(site(form(sound), {})) == []


def test_a_mean_of_months_that_may_be_none_is_a_fault_of_the_form() -> None:
    text = FOLDS.format(fold='mean = "care"', more="where = { care = { from = 50 } }")
    assert "figure-of-points" in issues(site(form(text.replace('"earlier"', '"year"')), {}))


@pytest.mark.parametrize(
    ("fold", "more", "code"),
    [
        ('last = "total"', "", "figure-start"),
        ('last = "totals"', "start = 0", "unknown-figure"),
        ('last = "total"', 'start = "5%"', "figure-not-percent"),
        ('count = "total"', "where = { marks = { from = 1 } }", "unknown-figure"),
    ],
)
def test_what_is_wrong_in_a_fold_is_said_before_any_record_is_there(
    fold: str, more: str, code: str
) -> None:
    assert code in issues(site(form(FOLDS.format(fold=fold, more=more)), {}))


PAID = """
id = "rules"
name = "办法"
from = "2026-01"
schemes = ["form"]
grade = [{ id = "all", name = "全" }]

[[figure]]
id = "due"
is = "before + total × 10"

[[figure]]
id = "paid"
is = "min(900, due)"

[[figure]]
id = "kept-back"
is = "due - paid"

[[figure]]
id = "before"
last = "kept-back"
over = "earlier"
start = 0

[[pay]]
id = "bonus"
name = "奖金"
method = "figure"
figure = "paid"
"""


def test_a_policy_may_carry_forward_what_is_beyond_a_cap() -> None:
    # 950: 900 and 50 kept back; 50 + 600; 750; 0 + 800
    marks = {"2026-01": 95, "2026-02": 60, "2026-03": 95, "2026-04": 60}
    text = form(CARE)
    results = found(site(text, marked(marks), PAID))
    wages = [one.wage.value for one in results.values() if one.wage is not None]
    assert wages == [900, 650, 900, 650]


def test_a_line_for_payroll_alone_is_not_read_a_month_later() -> None:
    policy = PAID.replace("[[pay]]", "[[pay]]\nid = 'kept'\nname = '另发'\nmethod = 'figure'\n"
        "figure = 'kept-back'\nshown-to = 'payroll'\n[[pay]]", 1)  # fmt: skip
    assert "payroll-line-shown" in issues(site(form(CARE), marked(MARKS), policy))


def test_a_closed_month_that_an_earlier_one_changes_is_reported(tmp_path: Path) -> None:
    files = site(carry(), months(USED))
    folder = write(files, tmp_path)
    for month in USED:
        assert run("close", month, "--on", "2026-06-01", "--despite-open", at=folder).code == 0
    edit(folder, "records/2026-01/A.toml", "used = 5", "used = 4")
    output = run("check", "--format", "json", at=folder).output
    changed = {one["path"] for one in json.loads(output) if one["code"] == "closed-changed"}
    assert changed == {"records/2026-01/A.toml"}
    edit(folder, "records/2026-01/A.toml", "used = 4", "used = 15")
    output = run("check", "--format", "json", at=folder).output
    changed = {one["path"] for one in json.loads(output) if one["code"] == "closed-changed"}
    assert changed == {"records/2026-01/A.toml", "records/2026-02/A.toml", "records/2026-03/A.toml"}


@pytest.mark.office
def test_a_spreadsheet_comes_to_the_same_on_what_earlier_months_were(tmp_path: Path) -> None:
    sales = {"2026-09": 25, "2026-10": 15, "2026-11": 5, "2026-12": 33}
    records = {f"{month}/A": f"metrics.sales = {one}" for month, one in sales.items()}
    book, results, _ = read(site(form(STATE), records))
    workbooks = {str(one.month): scorecard_workbook(book, one, "zh") for one in results}
    formulas = {
        cell.formula
        for sheet in workbooks["2026-12"].sheets
        for line in sheet.lines
        for cell in line.cells
        if cell.formula
    }
    assert any("AVERAGE" in one or ")/3" in one for one in formulas), formulas
    assert_libreoffice_agrees(workbooks, tmp_path)


@pytest.mark.parametrize("used", [4, 15])
def test_a_site_brought_up_to_date_is_the_site_built_afresh(used: int, tmp_path: Path) -> None:
    files = site(carry(), months(USED) | months(USED, "B"))
    folder, fresh = write(files, tmp_path / "site"), tmp_path / "fresh"
    assert run("build", "--no-pdf", at=folder).code == 0
    for month in ("2026-01", "2026-03"):
        path = f"records/{month}/A.toml"
        edit(folder, path, f"used = {USED[month]}", f"used = {used}")
        files[path] = files[path].replace(f"used = {USED[month]}", f"used = {used}")
        assert run("build", "--no-pdf", at=folder).code == 0
    assert run("build", "--no-pdf", at=write(files, fresh)).code == 0
    assert digest(folder / "output") == digest(fresh / "output")


def test_the_page_of_the_form_says_grades_by_their_names(tmp_path: Path) -> None:
    fold = FOLDS.format(fold='count = "total"', more='where = { grade = { are = ["a"] } }')
    folder = write(site(form(fold), marked(MARKS), GRADES), tmp_path)
    assert run("build", "--no-pdf", at=folder).code == 0
    page = (folder / "output/hr/rules/scheme-form-2026-01.html").read_text("utf-8")
    assert "以前各月" in page and "等级为优" in page


AVERAGE = """
[[part]]
id = "team"
name = "团队"

[[part.indicator]]
id = "mean"
name = "部门平均"
points = 100
method = "department-average"
least = 1
steps = [{ from = 97, points = 100 }, { points = 60 }]
"""


def test_who_rests_on_others_rests_on_their_earlier_months(tmp_path: Path) -> None:
    head = form(AVERAGE).replace('"form"', '"head"', 1)
    files = site(carry(), months(USED), more={"records/schemes/head.toml": head})
    files["records/2026-02/B.toml"] = 'employee = "B"\nmonth = "2026-02"\n'
    joined = staff("B", scheme="head").replace("2024-01-01", "2026-02-01")
    joined = joined.replace("\n\n[[post]]", "\nleft = 2026-02-28\n\n[[post]]")
    files["records/staff/B.toml"] = joined
    assert issues(files) == []
    folder = write(files, tmp_path)
    run("build", "--no-pdf", at=folder)
    edit(folder, "records/2026-01/A.toml", "used = 5", "used = 25")
    files["records/2026-01/A.toml"] = files["records/2026-01/A.toml"].replace("= 5", "= 25")
    run("build", "--no-pdf", at=folder)
    run("build", "--no-pdf", at=write(files, tmp_path / "fresh"))
    assert digest(folder / "output") == digest(tmp_path / "fresh/output")


def test_an_older_version_may_state_what_a_newer_one_takes_of_it() -> None:
    older = form("[[figure]]\nid = 'left'\nis = '7'\n[[part]]\nid = 'work'\nname = '工作'\n" + CARE)
    newer = carry().replace('from = "2026-01"', 'from = "2026-02"')
    records = {"2026-01/A": "marks.care = { boss = 90 }", "2026-02/A": "metrics.used = 5"}
    files = site(older, records, more={"records/schemes/form@2026-02.toml": newer})
    assert issues(files) == []
    assert list(totals(files).values()) == [90, 72]


def test_a_start_that_may_have_no_value_is_a_fault_before_any_record() -> None:
    text = carry().replace("start = 0", 'start = "10 / used"')
    assert issues(site(text, months({"2026-01": 0}))) == ["figure-of-points"]


OVER_YEAR = """
[[figure]]
id = "rate"
name = "转化率"
from = "record"
unit = "percent"

[[figure]]
id = "mean"
name = "本年平均"
mean = "rate"
over = "year"
places = 1

[[figure]]
id = "points"
name = "得分"
is = "100 * mean"

[[part]]
id = "work"
name = "工作"

[[part.indicator]]
id = "use"
name = "使用"
points = 100
method = "figure"
figure = "points"
"""


def test_a_mean_of_percentages_over_months_is_rounded_as_a_percentage() -> None:
    rates = {f"2026-0{month}/A": 'metrics.rate = "85.6%"' for month in (1, 2)}
    files = site(form(OVER_YEAR), rates)
    assert issues(files) == []
    results = found(files)
    mean = row(results["2026-02/A"].card.total, "mean")
    assert (mean.value, mean.shown) == (Decimal("0.856"), "85.6%")
    assert totals(files)["2026-02"] == Decimal("85.6")


@pytest.mark.parametrize(("above", "codes"), [(99.9, []), (100, ["gate-never"])])
def test_an_earlier_total_goes_as_far_as_the_form_does(above: float, codes: list[str]) -> None:
    top = f"""
    [[figure]]
    id = "last-total"
    last = "total"
    over = "earlier"
    start = 90

    [[gate]]
    id = "again"
    name = "连续"
    if = {{ last-total = {{ above = {above} }} }}
    at-most = 80
    """
    assert issues(site(form(CARE, top=top), {"A": "marks.care = { boss = 95 }\n"})) == codes
