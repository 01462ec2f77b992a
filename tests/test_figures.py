"""Figures of a form: formulas, tables and folds over lists, each value worked by hand."""

import re
from decimal import Decimal
from pathlib import Path

import pytest

from kpisite.core.formula.parsing import Unreadable, parsed
from kpisite.core.working import Working
from tests.sites import run, write
from tests.small_forms import form, found, issues, number, only, row, site, staff

ROW = """
[[part]]
id = "work"
name = "工作"

[[part.indicator]]
id = "points"
name = "得分"
method = "figure"
figure = "result"
"""


class Shown:
    """A part of a formula with a value alone."""

    def __init__(self, value: str) -> None:
        self.value = Decimal(value)
        self.shown = value


def computed(text: str, **values: str) -> tuple[str, Decimal]:
    """The text and the value of a formula over figures by name."""
    names: list[str] = []
    formula = parsed(text, names)
    parts = [Shown(values[name]) for name in names]
    return formula.text(parts), formula.value(parts)


@pytest.mark.parametrize(
    ("text", "values", "said", "value"),
    [
        ("(a - b) ÷ (c - b)", {"a": "7400", "b": "5000", "c": "7500"},
         "(7400 − 5000) ÷ (7500 − 5000)", "0.96"),
        ("a − b − a + 1", {"a": "5", "b": "2"}, "5 − 2 − 5 + 1", "-1"),
        ("a - (b - c)", {"a": "5", "b": "2", "c": "1"}, "5 − (2 − 1)", "4"),
        ("a / b / c", {"a": "12", "b": "3", "c": "2"}, "12 ÷ 3 ÷ 2", "2"),
        ("a / (b * c)", {"a": "12", "b": "3", "c": "2"}, "12 ÷ (3 × 2)", "2"),
        ("a * b + 60%", {"a": "2", "b": "3"}, "2 × 3 + 60%", "6.6"),
        ("a ^ 2 ÷ 3", {"a": "3"}, "3^2 ÷ 3", "3"),
        ("−a + 1_000", {"a": "3"}, "−3 + 1,000", "997"),
        ("（a ＋ b）× ２０％", {"a": "3", "b": "2"}, "(3 + 2) × 20%", "1"),
        ("min(a, b)", {"a": "7548", "b": "7500"}, "7548 = 7,548 > 7500 → 7500", "7500"),
        ("max(a, b, a + b, 3)", {"a": "1", "b": "3"}, "(1 + 3 = 4) > 3 = 3 > 1 → 4", "4"),
        ("max(0, min(1, a))", {"a": "-0.5"}, "-0.5 = −0.5 < 0 → 0", "0"),
        ("max(0, min(1, a))", {"a": "0.5"}, "0.5", "0.5"),
        ("1.2 + 0.1 × round-up((a - 80) ÷ 20)", {"a": "105"},
         "1.2 + 0.1 × ((105 − 80) ÷ 20 = 1.25 → 2)", "1.4"),
        ("round(a, 1) + round-even(a, 1) + round-down(a, 1)", {"a": "0.25"},
         "(0.25 → 0.3) + (0.25 → 0.2) + (0.25 → 0.2)", "0.7"),
        ("round-up(a) + round-down(a)", {"a": "-1.5"},
         "(-1.5 = −1.5 → −2) + (-1.5 = −1.5 → −1)", "-3"),
    ],
)  # fmt: skip
def test_a_formula_says_what_it_computes(
    text: str, values: dict[str, str], said: str, value: str
) -> None:
    assert computed(text, **values) == (said, Decimal(value))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a +", "syntax"), ("(a", "syntax"), ("a b", "syntax"), ("a ^ b ^ c", "syntax"),
        ("-a ^ 2", "syntax"), ("a = b", "syntax"), ("7,400", "syntax"), ("", "syntax"),
        ("if(a, b)", "call"), ("min(a)", "arguments"), ("round(a, b)", "arguments"),
        ("round(a, 11)", "arguments"), ("round(a, 1, 2)", "arguments"),
        ("0.12345678901", "number"), ("1000000000000000", "number"),
        ("(" * 30 + "a" + ")" * 30, None), ("-(" * 30 + "a" + ")" * 30, "long"),
        ("+".join(["a"] * 61), "long"), ("a + " * 200 + "a", "long"),
    ],
)  # fmt: skip
def test_what_is_no_formula_is_refused_for_what_it_is(text: str, why: str | None) -> None:
    try:
        parsed(text, [])
    except Unreadable as error:
        assert error.why == why
    else:
        assert why is None


RATIO = """
[[figure]]
id = "sold"
name = "销量"
from = "record"

[[figure]]
id = "plan"
name = "计划"
from = "record"

[[figure]]
id = "result"
name = "完成率"
is = "max(0, min(1, sold ÷ plan))"
unit = "percent"
"""


def test_a_percentage_earns_that_share_of_the_points_and_unfolds_to_the_record() -> None:
    card = only(form(ROW, top=RATIO), "metrics = { sold = 42, plan = 50 }")
    assert card.total.value == number("84")
    assert said_of(row(card.total, "points")) == "84% × 100 = 84"
    result = row(card.total, "result")
    assert (result.label.say("zh"), result.calculation) == ("完成率", "42 ÷ 50 = 84%")
    assert [part.label.say("zh") for part in result.parts] == ["销量", "计划"]


def test_a_method_takes_a_figure_of_the_form_as_one_of_the_record() -> None:
    steps = ROW.replace(
        'method = "figure"\nfigure = "result"',
        'method = "steps"\nmetric = "result"\n'
        'steps = [{ from = "80%", points = 100 }, { from = "50%", points = 60 }]',
    )
    says = "metrics = { sold = 42, plan = 50 }"
    card = only(form(steps, top=RATIO), says)
    assert card.total.value == number(100)
    assert row(card.total, "points").calculation == "84% ≥ 80% → 100"
    assert row(card.total, "result").calculation == "42 ÷ 50 = 84%"


def test_a_figure_that_the_record_may_leave_out_has_its_default() -> None:
    top = RATIO.replace('id = "plan"\nname = "计划"', 'id = "plan"\nname = "计划"\ndefault = 60')
    assert only(form(ROW, top=top), "metrics = { sold = 42 }").total.value == number(70)


def test_a_divisor_of_zero_is_a_fault_of_the_record() -> None:
    files = site(form(ROW, top=RATIO), {"A": "metrics = { sold = 42, plan = 0 }"})
    assert issues(files) == ["figure-divisor-zero"]
    files = site(form(ROW, top=RATIO), {"A": "metrics = { sold = 0, plan = 0 }"})
    assert issues(files) == ["figure-divisor-zero"]


def test_figures_come_from_person_post_department_company_and_month() -> None:
    origins = {"person": 2, "post": 3, "department": 5, "company": 7, "month": 11}
    figures = "".join(f'[[figure]]\nid = "of-{one}"\nfrom = "{one}"\n\n' for one in origins)
    product = " × ".join(f"of-{one}" for one in origins)
    top = f'{figures}[[figure]]\nid = "result"\nis = "{product} ÷ 100"\n'
    dated = '[[{}]]\nid = "of-{}"\nfrom = "{}"\nis = {}\n'
    head = 'id = "A"\nname = "员工A"\njoined = 2024-01-01\n\n'
    post = (
        '[[post]]\nfrom = 2024-01-01\ndepartment = "desk"\ntitle = "专员"\nscheme = "form"\n'
        'superior = "M"\nfigures = { of-post = 3 }\n\n'
    )
    department = '[[department]]\nid = "desk"\nname = "客服部"\nmanager = "M"\n\n'
    more = {
        "records/staff/A.toml": head + post + dated.format("figure", "person", "2024-01", 1)
        + dated.format("figure", "person", "2026-10", 2)
        + dated.format("figure", "person", "2026-11", 3),
        "records/departments.toml": department
        + dated.format("department.figure", "department", "2026-01", 5),
        "records/company.toml": dated.format("figure", "company", "2026-01", 7),
        "records/2026-10/month.toml": 'month = "2026-10"\nfigures = { of-month = 11 }\n',
    }  # fmt: skip
    files = site(form(ROW, top=top), {"A": ""}, more=more)
    card = found(files)["2026-10/A"].card
    assert card.total.value == number("23.1")  # 2 × 3 × 5 × 7 × 11 ÷ 100
    person = row(card.total, "of-person")
    assert [(one.path, one.keys) for one in person.sources] == [
        ("records/staff/A.toml", ("figure", 1, "is"))
    ]
    del files["records/company.toml"]
    assert issues(files) == ["figure-not-stated"]


LINKAGE = """
[[figure]]
id = "completion"
from = "record"
unit = "percent"

[[figure]]
id = "collection"
from = "record"
unit = "percent"

[[table]]
id = "result"
rows = { figure = "completion", from = ["100%", "97%", "94%"] }
columns = { figure = "collection", above = ["90%", "80%"] }
cells = [[100, 90, 80], [95, 85, 75], [90, 80, 70], [50, 40, "100 × collection ÷ 2"]]
"""


@pytest.mark.parametrize(
    ("completion", "collection", "points", "said"),
    [
        ("120%", "95%", "100", "120% ≥ 100%, 95% > 90% → 100"),
        ("100%", "90%", "90", "100% ≥ 100%, 80% < 90% ≤ 90% → 90"),
        ("97%", "80%", "75", "97% ≤ 97% < 100%, 80% ≤ 80% → 75"),
        ("96.99%", "80.01%", "80", "94% ≤ 96.99% < 97%, 80% < 80.01% ≤ 90% → 80"),
        ("93%", "91%", "50", "93% < 94%, 91% > 90% → 50"),
        ("93%", "60%", "30", "93% < 94%, 60% ≤ 80% → 100 × 60% ÷ 2 = 30"),
    ],
)
def test_a_table_by_two_figures_says_where_both_stand(
    completion: str, collection: str, points: str, said: str
) -> None:
    says = f'metrics = {{ completion = "{completion}", collection = "{collection}" }}'
    card = only(form(ROW, top=LINKAGE), says)
    assert card.total.value == number(points)
    table = next(one for one in card.total.walk() if one.id == "result")
    assert said_of(table) == said


def said_of(working: Working) -> str:
    """What a working says of itself."""
    return working.calculation


WORKLOAD = """
[[list]]
id = "course"
name = "课程"
columns = [
  { id = "hours", name = "学时", low = 0 },
  { id = "size", name = "人数", low = 1 },
  { id = "kind", name = "类型", unit = "choice", choices = ["两头", "重复", "新课"] },
]

[[table]]
id = "by-kind"
of = "course"
rows = { figure = "kind", are = ["两头", "重复", "新课"] }
cells = [1, 0.9, 1.2]

[[figure]]
id = "weighted"
name = "折算学时"
of = "course"
is = "hours × by-kind"

[[figure]]
id = "result"
name = "工作量"
sum = "weighted"
over = "course"
"""


def test_a_figure_of_rows_is_folded_over_them() -> None:
    says = """
    [[list.course]]
    name = "高等数学"
    hours = 40
    size = 48
    kind = "两头"

    [[list.course]]
    hours = 30
    size = 55
    kind = "重复"
    """
    card = only(form(ROW, top=WORKLOAD), says)
    result = row(card.total, "result")
    assert card.total.value == number(67)
    assert said_of(result) == "40 + 27 = 67"
    assert [part.label.say("zh") for part in result.parts] == ["高等数学：折算学时", "2：折算学时"]
    assert said_of(result.parts[1]) == "30 × 0.9 = 27"
    assert said_of(row(card.total, "by-kind-2")) == "重复 → 0.9"


FILTERED = """
[[figure]]
id = "long"
name = "长课"
count = "hours"
over = "course"
where = { hours = { from = 40 }, kind = { are = ["两头", "新课"] } }
shown = true

[[figure]]
id = "least"
min = "weighted"
over = "course"
shown = true
"""


def test_a_fold_takes_the_rows_that_its_condition_holds_for() -> None:
    says = """
    list.course = [
      { name = "甲", hours = 40, size = 48, kind = "两头" },
      { name = "乙", hours = 50, size = 55, kind = "重复" },
      { name = "丙", hours = 39, size = 55, kind = "新课" },
      { name = "丁", hours = 45, size = 55, kind = "新课" },
    ]
    """
    card = only(form(ROW, top=WORKLOAD + FILTERED), says)
    assert row(card.total, "long").value == 2
    assert [part.label.say("zh") for part in row(card.total, "long").parts] == [
        "甲：学时",
        "丁：学时",
    ]
    # 40 × 1, 50 × 0.9, 39 × 1.2, 45 × 1.2
    assert said_of(row(card.total, "least")) == "40 < 45 < 46.8 < 54 → 40"


GATED = """
[[figure]]
id = "late"
name = "迟到"
count = "late"
over = "events"

[[figure]]
id = "worst"
name = "最低得分率"
min = "share"
over = "indicators"
on = "work"

[[gate]]
id = "often-late"
name = "考勤门槛"
if = { lateness = { from = 3 } }
at-most = 59

[[gate]]
id = "weak"
name = "短板门槛"
on = "work"
if = { any = [{ worst = { below = "40%" } }, { care = { to = 20 } }] }
at-most = 50
""".replace('id = "late"\nname', 'id = "lateness"\nname')
GATED_ROWS = """
[[part]]
id = "work"
name = "工作"

[[part.indicator]]
id = "care"
name = "细心"
points = 60
method = "bands"
bands = [{ points = "0-60" }]

[[part.indicator]]
id = "speed"
name = "速度"
points = 40
method = "bands"
bands = [{ points = "0-40" }]

[[incident]]
id = "late"
name = "迟到"
"""


def marks(care: int, speed: int, lates: int = 0) -> str:
    events = "".join(f"[[event]]\nrule = 'late'\ndate = 2026-10-1{n}\n" for n in range(lates))
    return f"marks.care = {{ boss = {care} }}\nmarks.speed = {{ boss = {speed} }}\n{events}"


@pytest.mark.parametrize(
    ("care", "speed", "lates", "total", "said"),
    [
        (55, 38, 2, 93, []),
        (55, 38, 3, 59, ["考勤门槛：迟到 3 ≥ 3"]),
        (30, 20, 3, 50, ["考勤门槛：迟到 3 ≥ 3"]),  # 50 is lower already and stays
        (60, 16, 0, 76, []),  # 16 ÷ 40 = 40%, on the edge
        (60, 15, 0, 50, ["短板门槛：最低得分率 37.5% < 40%"]),
        (20, 40, 0, 50, ["短板门槛：最低得分率 33.333333…% < 40%"]),
    ],
)
def test_a_gate_caps_what_it_stands_on_and_says_why(
    care: int, speed: int, lates: int, total: int, said: list[str]
) -> None:
    card = only(form(GATED_ROWS, top=GATED), marks(care, speed, lates))
    assert card.total.value == total
    gates = [one for one in card.total.walk() if one.id in ("often-late", "weak")]
    assert [one.label.say("zh") for one in gates] == said


def test_a_gate_may_not_rest_on_what_it_caps() -> None:
    circle = GATED.replace("worst = { below", "work = { below").replace('"40%"', "40")
    files = site(form(GATED_ROWS, top=circle), {"A": marks(55, 38)})
    assert "figure-circle" in issues(files)


PEERS = """
[[part]]
id = "work"
name = "工作"

[[part.indicator]]
id = "care"
name = "细心"
step = 0.1
method = "bands"
bands = [{ points = "0-100" }]
"""


def test_the_highest_and_lowest_of_enough_marks_are_dropped() -> None:
    raters = (
        '{ boss = "50%", peers = { weight = "30%", peers = true, drop = { highest = 1, lowest = 1,'
        ' from = 5 } }, reports = { weight = "20%", peers = true } }'
    )
    scheme = form(PEERS, top='missing = "share"\nrounding = { total = 3 }', raters=raters)
    six = "{ a = 96, b = 92, c = 90, d = 88, e = 85, f = 70 }"
    three = "{ a = 90, b = 80, c = 85 }"
    says = f"marks.care = {{ boss = 88, peers = {six}, reports = {three} }}"
    card = only(scheme, says)
    assert card.total.value == number("87.625")  # 44 + 26.625 + 17
    peers = next(one for one in card.total.walk() if one.rater == "peers")
    assert peers.label.say("zh") == "peers（6 人平均，去掉 1 个最高、1 个最低）"
    four = "{ a = 96, b = 92, c = 90, d = 82 }"
    says = f"marks.care = {{ boss = 88, peers = {four}, reports = {{ a = 90, b = 80 }} }}"
    # Four are all kept, 90; two reports do not count: 88 × 50% + 90 × 30% over 80%.
    assert only(scheme, says).total.value == number("88.75")


def test_votes_count_by_how_many_gave_each_answer() -> None:
    raters = '{ boss = "20%", staff = { weight = "80%", votes = true } }'
    scheme = form(PEERS, top="rounding = { total = 6 }", raters=raters)
    says = "marks.care = { boss = 80, staff = { 100 = 3, 80 = 3, 60 = 1, 40 = 0 } }"
    card = only(scheme, says)
    assert card.total.value == number("84.571429")  # 16 + 600 ÷ 7 × 80%
    staff = next(one for one in card.total.walk() if one.rater == "staff")
    assert said_of(staff) == "(100 × 3 + 80 × 3 + 60 × 1) ÷ 7 = 85.714285…"
    assert issues(site(scheme, {"A": says.replace("100 = 3, 80 = 3", "100 = 0, 80 = 0")})) == [
        "peers-too-few"
    ]


DOCS = Path(__file__).parents[1] / "docs/figures.md"


def test_the_example_of_the_docs_runs_as_it_says(tmp_path: Path) -> None:
    """The first of them, up to what `explain` says of it."""
    blocks = re.findall(r"^```(\w+)\n(.*?)^```$", DOCS.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    end = [language for language, _ in blocks].index("text")
    shown = blocks[end][1]
    files = {
        found[1]: body
        for _, body in blocks[:end]
        if (found := re.match(r"# (records/\S+\.toml)\n", body))
    }
    assert len(files) == 2
    files |= {
        "kpisite.toml": 'company = "示例"\n',
        "records/departments.toml": '[[department]]\nid = "desk"\nname = "客服部"\nmanager = "M"\n',
        "records/staff/M.toml": staff("M", superior=""),
        "records/staff/A01.toml": staff("A01", scheme="okr"),
    }
    write(files, tmp_path)
    assert run("check", at=tmp_path).output == "没有发现问题。\n"
    said = run("explain", "A01", "2026-10", at=tmp_path).output
    for line in shown.splitlines():
        assert line in said


UNITS = """
[[figure]]
id = "fund"
from = "record"
unit = "money"

[[figure]]
id = "growth"
from = "record"
unit = "percent"

[[figure]]
id = "plain"
from = "record"
"""


@pytest.mark.parametrize(
    ("text", "is_mixed"),
    [
        ("fund + growth", True),
        ("fund + 5%", True),
        ("fund + full", True),
        ("max(growth, full)", True),
        ("fund × (1 + growth)", False),
        ("fund - 500", False),
        ("fund ÷ fund + growth", False),
        ("plain + growth", True),
        ("max(growth, plain)", True),
        ("plain - 5%", True),
        ("plain × growth + plain", False),
        ("full × growth + 5", False),
    ],
)
def test_money_points_and_percentages_are_not_added_up(text: str, is_mixed: bool) -> None:
    top = f'{UNITS}\n[[figure]]\nid = "result"\nis = "{text}"\n'
    says = 'metrics = { fund = 100, growth = "5%", plain = 1 }'
    found_issues = issues(site(form(ROW, top=top), {"A": says}))
    assert ("figure-units" in found_issues) == is_mixed


GROWTH = """
[[figure]]
id = "growth"
name = "增长"
from = "record"
unit = "percent"
"""


@pytest.mark.parametrize(
    ("result", "is_reported"),
    [
        ('[[figure]]\nid = "result"\nis = "growth"\n', True),
        ('[[figure]]\nid = "result"\nis = "min(100%, growth)"\n', True),
        ('[[figure]]\nid = "result"\nis = "growth × 100"\n', False),
        ('[[figure]]\nid = "result"\nis = "min(100%, growth)"\nunit = "percent"\n', False),
        (
            '[[table]]\nid = "result"\nrows = { figure = "growth", from = ["100%", "90%"] }\n'
            'cells = ["100%", "50% + (growth - 90%) × 5", 0]\n',
            True,
        ),
        (
            '[[table]]\nid = "result"\nrows = { figure = "growth", from = ["100%", "90%"] }\n'
            'cells = ["100%", "50% + (growth - 90%) × 5", 0]\nunit = "percent"\n',
            False,
        ),
        (
            '[[table]]\nid = "result"\nrows = { figure = "growth", from = ["90%"] }\n'
            "cells = [100, 0]\n",
            False,
        ),
    ],
)
def test_a_percentage_that_would_count_as_points_is_reported(
    result: str, is_reported: bool
) -> None:
    files = site(form(ROW, top=GROWTH + result), {"A": 'metrics = { growth = "97%" }'})
    assert ("figure-unit-unstated" in issues(files)) == is_reported


def test_a_form_takes_nothing_from_pay_files() -> None:
    """A total by it, or a cap, would give pay away; it was asked for, and then never used."""
    top = '[[figure]]\nid = "result"\nfrom = "pay"\ndefault = 1\n'
    assert "figure-secret" in issues(site(form(ROW, top=top), {"A": ""}))
