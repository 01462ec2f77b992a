"""Every way of scoring, on the smallest form that has it, at each of its edges; and what holds for
all of them, on random records for every form."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from decimal import Decimal
from functools import cache
from random import Random

import pytest
import tomli_w

from kpisite.core.exact import compare, half_up, total
from kpisite.core.formula import Lookup, Operand
from kpisite.core.working import Kind, Working
from kpisite.language.base import Quantity
from kpisite.language.methods import METHODS, Indicator, Marked, Measured, Sheet, Tally
from kpisite.language.methods.bands import Bands
from kpisite.language.methods.benchmarks import Benchmarks
from kpisite.language.methods.checklist import Checklist
from kpisite.language.methods.department_average import DepartmentAverage
from kpisite.language.methods.department_score import DepartmentScore
from kpisite.language.methods.distance import Distance
from kpisite.language.methods.levels import Levels
from kpisite.language.methods.metric_bands import MetricBands
from kpisite.language.methods.rank import Rank
from kpisite.language.methods.ratio import Ratio
from kpisite.language.methods.sheet import Figures
from kpisite.language.methods.steps import RISING, Steps
from kpisite.language.record import Record
from kpisite.outcomes.results import results
from kpisite.score.card import Scorecard
from kpisite.score.form import Form
from kpisite.score.scorecard import score
from tests.random_records import RandomSite, forms_of, random_site
from tests.sites import ROOT, book_of
from tests.small_forms import cards, form, found, issues, number, only, record, row, site, staff


def name_of(method: type[Indicator]) -> str:
    """The word for a method in a scheme."""
    return str(method.model_fields["method"].annotation.__args__[0])  # type: ignore[union-attr]


# Each method, at every edge.  `(rows of the form, its points, [(record, total), …])`.

BANDS = """
[[part.indicator]]
id = "care"
name = "细心"
points = 10
method = "bands"
bands = [{ points = 10 }, { points = "6-9" }, { points = "0-5" }]
"""
HALF_BANDS = """
[[part.indicator]]
id = "care"
name = "细心"
points = 10
step = 0.5
method = "bands"
bands = [
  { points = "8-10", text = "上" }, { points = "5-8", text = "中" },
  { points = "0-4", text = "下" },
]
"""
LEVELS = """
[[part.indicator]]
id = "care"
name = "细心"
points = 25
method = "levels"
levels = [{ id = "high", points = 25 }, { id = "mid", points = 15 }, { id = "low", points = 8 }]
"""
SHARED_LEVELS = """
[[part.indicator]]
id = "care"
name = "细心"
points = 30
method = "levels"
levels = [{ id = "a", share = "100%" }, { id = "b", share = "66.5%" }, { id = "c", share = "0%" }]
"""
DUTIES = (
    'duties = [{ id = "a", name = "甲" }, { id = "b", name = "乙" }, { id = "c", name = "丙" }]'
)
COUNTED = f"""
[[part.indicator]]
id = "care"
name = "细心"
points = 10
method = "checklist"
{DUTIES}
counts = [{{ from = 3, points = 10 }}, {{ from = 2, points = 5 }}, {{ points = 0 }}]
"""
EACH = f"""
[[part.indicator]]
id = "care"
name = "细心"
points = 7.5
method = "checklist"
each = 2.5
{DUTIES}
"""
TALLY = """
[[part.indicator]]
id = "order"
name = "纪律"
points = 8
method = "tally"
rule = [
  { id = "leave", name = "事假", points = -1 },
  { id = "clock", name = "漏打卡", points = -0.5 },
  { id = "row", name = "争吵", points = [-6, -2] },
]
"""
LEDGER = """
[[part.indicator]]
id = "order"
name = "台账"
points = 20
method = "tally"
start = 10
floor = "none"
cap = 25
rule = [
  { id = "bad", name = "差错", points = -5, most = 12 },
  { id = "good", name = "表扬", points = 6 },
]
"""
STEPS = """
[[part.indicator]]
id = "conversion"
name = "转化率"
points = 20
method = "steps"
metric = "conversion"
steps = [
  { above = "38%", share = "100%" }, { from = "35%", share = "80%" }, { from = "30%", points = 5 },
]
"""
FALLING = """
[[part.indicator]]
id = "seconds"
name = "响应"
points = 10
method = "steps"
metric = "seconds"
steps = [{ below = 20, points = 10 }, { to = 30, points = 6 }, { points = 1 }]
"""
RATIO = """
[[part.indicator]]
id = "sales"
name = "销售额"
points = 30
method = "ratio"
actual = "sales"
target = "plan"
cap = "120%"
"""
REVERSE = """
[[part.indicator]]
id = "refunds"
name = "退款"
points = 30
method = "ratio"
actual = "refunds"
target = 6
lower-is-better = true
zero-target = "90%"
"""
DISTANCE = """
[[part.indicator]]
id = "seconds"
name = "响应"
points = 10
method = "distance"
metric = "seconds"
target = 30
worse = "above"
every = 5
loses = 2
"""
NEAR = """
[[part.indicator]]
id = "length"
name = "尺寸"
points = 10
method = "distance"
metric = "length"
target = 0.3
worse = "either"
every = 0.1
loses = 3
whole = false
most-lost = 7.5
"""
FAR_BELOW = """
[[part.indicator]]
id = "rate"
name = "回复率"
points = 10
method = "distance"
metric = "rate"
target = "99%"
worse = "below"
every = "0.5%"
loses = 1
"""
PICKED = """
[[part.indicator]]
id = "contacts"
name = "接待"
points = 20
method = "metric-bands"
metric = "contacts"
bands = [{ to = 4, points = "17-20" }, { below = 5, points = "13-16" }, { points = "0-12" }]
"""
RATINGS = """
[[part.indicator]]
id = "ratings"
name = "评分"
points = 10
method = "benchmarks"
benchmarks = [
  { metric = "r1", name = "描述", against = "i1" },
  { metric = "r2", name = "服务", against = 4.8 },
  { metric = "r3", name = "物流", against = 4.7 },
]
counts = [
  { from = 3, points = 10 }, { from = 2, points = 8 }, { from = 1, points = 5 }, { points = 0 },
]
"""
SURVEY = """
[[part.indicator]]
id = "asked"
name = "问卷"
points = 20
method = "survey"
least = 1
questions = [
  { id = "q1", name = "沟通", weight = "60%" }, { id = "q2", name = "态度", weight = "40%" },
]
"""
TASKS = """
[[part.indicator]]
id = "plan"
name = "计划"
points = 50
method = "tasks"
"""


def boss(mark: str) -> str:
    return f"marks.care = {{ boss = {mark} }}"


def events(*rules: str) -> str:
    return "".join(f"[[event]]\nrule = {rule}\n" for rule in rules)


def on(rule: str, day: int = 8, **more: object) -> str:
    """An event's rule and what follows it."""
    rest = "".join(f"\n{key} = {value}" for key, value in more.items())
    return f'"{rule}"\ndate = 2026-10-{day:02}{rest}'


def figures(**metrics: object) -> str:
    return "[metrics]\n" + "".join(f"{key} = {value}\n" for key, value in metrics.items())


def replies(*answers: tuple[object, object]) -> str:
    return "".join(
        f'[[survey]]\nof = "asked"\nby = "部门{index}"\nanswers = {{ q1 = {q1}, q2 = {q2} }}\n'
        for index, (q1, q2) in enumerate(answers)
    )


def tasks(*rows: tuple[str, object]) -> str:
    return "".join(
        f'[[task]]\nid = "t{index}"\nname = "任务{index}"\nweight = "{weight}"\n'
        f"marks = {{ boss = {mark} }}\n"
        for index, (weight, mark) in enumerate(rows)
    )


#: By method: rows of the form, its points, and what a record says with the total it earns.
FIGURE = """
[[figure]]
id = "sold"
from = "record"

[[figure]]
id = "reached"
is = "sold ÷ 50"
unit = "percent"

[[part.indicator]]
id = "care"
name = "销量"
points = 20
method = "figure"
figure = "reached"
cap = 20
"""
GIVEN = """
[[figure]]
id = "score"
from = "record"

[[part.indicator]]
id = "care"
name = "得分"
points = 20
method = "figure"
figure = "score"
floor = -5
"""
EXAMPLES: dict[str, list[tuple[str, object, list[tuple[str, object]]]]] = {
    "figure": [
        (FIGURE, 20, [("metrics.sold = 0", 0), ("metrics.sold = 41", "16.4")]),
        (FIGURE, 20, [("metrics.sold = 50", 20), ("metrics.sold = 60", 20)]),
        (GIVEN, 20, [("metrics.score = 25", 25), ("metrics.score = -4.95", 0)]),
    ],
    "bands": [
        (
            BANDS,
            10,
            [(boss("10"), 10), (boss("9"), 9), (boss("6"), 6), (boss("5"), 5), (boss("0"), 0)],
        ),
        (HALF_BANDS, 10, [(boss("8"), 8), (boss("7.5"), "7.5"), (boss("5"), 5), (boss("4"), 4)]),
    ],
    "levels": [
        (LEVELS, 25, [(boss('"high"'), 25), (boss('"mid"'), 15), (boss("15"), 15), (boss("8"), 8)]),
        # 30 × 66.5% = 19.95, a tie, up to 20.0.
        (
            SHARED_LEVELS,
            30,
            [(boss('"a"'), 30), (boss('"b"'), 20), (boss("19.95"), 20), (boss('"c"'), 0)],
        ),
    ],
    "checklist": [
        (
            COUNTED,
            10,
            [
                (boss('["a", "b", "c"]'), 10),
                (boss("3"), 10),
                (boss('["c", "a"]'), 5),
                (boss('["b"]'), 0),
                (boss("[]"), 0),
                (boss("0"), 0),
            ],
        ),
        (
            EACH,
            "7.5",
            [(boss("[]"), 0), (boss('["b"]'), "2.5"), (boss("2"), 5), (boss("3"), "7.5")],
        ),
    ],
    "tally": [
        (
            TALLY,
            8,
            [
                ("", 8),
                (events(on("leave")), 7),
                (events(on("clock"), on("clock", 9)), 7),
                (events(on("clock", count=3)), "6.5"),
                (events(on("row", points=-6), on("leave", count=2)), 0),
                # 8 − 6 − 2.5 would be −0.5: the floor holds it at 0.
                (events(on("row", points=-6), on("clock", count=5)), 0),
                (events(on("row", points=-2)), 6),
                (events(on("row", points="-3.5")), "4.5"),
            ],
        ),
        (
            LEDGER,
            20,
            [
                ("", 10),
                (events(on("good")), 16),
                # 10 + 12 = 22 lies between the points and the cap.
                (events(on("good", count=2)), 22),
                (events(on("good", count=3)), 25),
                (events(on("bad", count=2)), 0),
                # Three times −5 move 12 at most: 10 − 12 = −2; the total has a floor.
                (events(on("bad", count=3)), 0),
                (events(on("bad", count=3), on("good", 9)), 4),
            ],
        ),
    ],
    "steps": [
        (
            STEPS,
            20,
            [
                (figures(conversion='"38.01%"'), 20),
                (figures(conversion='"38%"'), 16),
                (figures(conversion='"35%"'), 16),
                (figures(conversion='"34.99%"'), 5),
                (figures(conversion='"30%"'), 5),
                (figures(conversion='"29.99%"'), 0),
            ],
        ),
        (
            FALLING,
            10,
            [
                (figures(seconds=0), 10),
                (figures(seconds="19.99"), 10),
                (figures(seconds=20), 6),
                (figures(seconds=30), 6),
                (figures(seconds="30.01"), 1),
            ],
        ),
    ],
    "ratio": [
        (
            RATIO,
            30,
            [
                (figures(sales=80_000, plan=80_000), 30),
                (figures(sales=40_000, plan=80_000), 15),
                (figures(sales=96_000, plan=80_000), 36),
                (figures(sales="96_000.01", plan=80_000), 36),
                (figures(sales=0, plan=80_000), 0),
                (figures(sales=-5, plan=80_000), 0),
                (figures(sales=1, plan=3), 10),
                # 30 × 1.15 ÷ 30 = 1.15, a tie, though 1.15 ÷ 30 does not come out even.
                (figures(sales="1.15", plan=30), "1.2"),
            ],
        ),
        (
            REVERSE,
            30,
            [
                (figures(refunds=6), 30),
                (figures(refunds=5), 30),
                (figures(refunds=12), 15),
                (figures(refunds=0), 27),
            ],
        ),
    ],
    "distance": [
        (
            DISTANCE,
            10,
            [
                (figures(seconds=3), 10),
                (figures(seconds=30), 10),
                (figures(seconds="34.99"), 10),
                (figures(seconds=35), 8),
                (figures(seconds="39.99"), 8),
                (figures(seconds=55), 0),
                (figures(seconds=500), 0),
            ],
        ),
        (
            NEAR,
            10,
            [
                (figures(length="0.3"), 10),
                (figures(length="0.4"), 7),
                (figures(length="0.2"), 7),
                (figures(length="0.35"), "8.5"),
                (figures(length="0.55"), "2.5"),
                (figures(length=0), "2.5"),
                (figures(length=9), "2.5"),
            ],
        ),
        (
            FAR_BELOW,
            10,
            [
                (figures(rate='"100%"'), 10),
                (figures(rate='"99%"'), 10),
                (figures(rate='"98.51%"'), 10),
                (figures(rate='"98.5%"'), 9),
                (figures(rate='"94%"'), 0),
            ],
        ),
    ],
    "metric-bands": [
        (
            PICKED,
            20,
            [
                (figures(contacts=4) + "[marks]\ncontacts.boss = 17", 17),
                (figures(contacts=4) + "[marks]\ncontacts.boss = 20", 20),
                (figures(contacts="4.01") + "[marks]\ncontacts.boss = 16", 16),
                (figures(contacts="4.99") + "[marks]\ncontacts.boss = 13", 13),
                (figures(contacts=5) + "[marks]\ncontacts.boss = 12", 12),
                (figures(contacts=50) + "[marks]\ncontacts.boss = 0", 0),
            ],
        ),
    ],
    "benchmarks": [
        (
            RATINGS,
            10,
            [
                (figures(r1="4.9", i1="4.8", r2="4.9", r3="4.8"), 10),
                (figures(r1="4.8", i1="4.8", r2="4.9", r3="4.8"), 8),
                (figures(r1="4.8", i1="4.8", r2="4.8", r3="4.701"), 5),
                (figures(r1="4.8", i1="4.8", r2="4.8", r3="4.7"), 0),
            ],
        ),
    ],
    "rank": [],
    "survey": [
        (
            SURVEY,
            20,
            [
                (replies((10, 10)), 20),
                (replies((1, 1)), 2),
                # q1 (8 + 9) ÷ 2 = 8.5, q2 (7 + 8) ÷ 2 = 7.5: 5.1 + 3.0 = 8.1 of 10, of 20 16.2.
                (replies((8, 7), (9, 8)), "16.2"),
                # q1 and q2 26 ÷ 3 = 8.6…: 20 × 26 ÷ 30 = 17.3….
                (replies((9, 9), (9, 9), (8, 8)), "17.3"),
            ],
        ),
    ],
    "tasks": [
        (
            TASKS,
            50,
            [
                (tasks(("100%", 100)), 50),
                (tasks(("50%", 100), ("30%", 100), ("20%", 80)), 48),
                (tasks(("12.5%", "90.5"), ("87.5%", 0)), "5.7"),
                (tasks(("100%", 0)), 0),
            ],
        ),
    ],
    "department-score": [],
    "department-average": [],
}
#: What no single record can show; each has a test of its own below.
AMONG_OTHERS = {"rank", "department-score", "department-average"}

FLAT = [
    (method, rows, points, says, expected)
    for method, several in EXAMPLES.items()
    for rows, points, ones in several
    for says, expected in ones
]


@pytest.mark.parametrize(("method", "rows", "points", "says", "expected"), FLAT)
def test_a_record_on_an_edge_of_a_method_earns_what_the_form_says(
    method: str, rows: str, points: str, says: str, expected: str
) -> None:
    card = only(form(rows, points), says)
    assert card.total.value == number(expected), card.total.rule
    (indicator,) = (one for one in card.total.walk() if one.kind is Kind.INDICATOR)
    assert card.scheme.model.indicators[indicator.id].method == method  # type: ignore[attr-defined]


def test_every_method_has_its_edges_here() -> None:
    assert set(EXAMPLES) == {name_of(method) for method in METHODS}
    assert {method for method, several in EXAMPLES.items() if not several} == AMONG_OTHERS


@pytest.mark.parametrize(
    ("rows", "points", "says", "code"),
    [
        (BANDS, 10, boss("11"), "mark-too-high"),
        (BANDS, 10, boss("-1"), "mark-below-zero"),
        (BANDS, 10, boss("7.5"), "mark-between-steps"),
        (HALF_BANDS, 10, boss("4.5"), "mark-outside-bands"),
        (BANDS, 10, boss('"high"'), "mark-not-points"),
        (LEVELS, 25, boss("20"), "mark-no-level"),
        (LEVELS, 25, boss('"top"'), "mark-no-level"),
        (COUNTED, 10, boss('["a", "a"]'), "duty-twice"),
        (COUNTED, 10, boss('["d"]'), "unknown-duty"),
        (COUNTED, 10, boss("4"), "mark-no-count"),
        (COUNTED, 10, boss("1.5"), "mark-no-count"),
        (TALLY, 8, events(on("row")), "severity-missing"),
        (TALLY, 8, events(on("row", points="-6.5")), "severity-outside"),
        (TALLY, 8, events(on("row", points="-1.5")), "severity-outside"),
        (TALLY, 8, events(on("leave", points=-2)), "severity-outside"),
        (
            PICKED,
            20,
            figures(contacts=4) + "[marks]\ncontacts.boss = 16",
            "mark-outside-picked-band",
        ),
        (
            PICKED,
            20,
            figures(contacts=5) + "[marks]\ncontacts.boss = 13",
            "mark-outside-picked-band",
        ),
        (STEPS, 20, "", "metric-missing"),
        (SURVEY, 20, "", "survey-too-few"),
        (SURVEY, 20, replies((11, 5)), "answer-outside"),
        (SURVEY, 20, replies((5, "0.5")), "answer-outside"),
        (TASKS, 50, "", "tasks-missing"),
        (TASKS, 50, tasks(("50%", 90)), "weights-sum"),
        (TASKS, 50, tasks(("100%", "90.25")), "mark-between-steps"),
    ],
)
def test_what_lies_just_beyond_an_edge_is_reported(
    rows: str, points: int, says: str, code: str
) -> None:
    assert issues(site(form(rows, points), {"A": says})) == [code]


def test_the_upper_of_two_bands_holds_the_edge_that_they_share() -> None:
    bands = only(form(HALF_BANDS, 10), boss("8")).scheme.model.indicators["care"]
    assert isinstance(bands, Bands)
    known = Record.model_validate({"employee": "A", "month": "2026-10"})
    said = {mark: bands.meaning(Decimal(mark), known).zh for mark in ("8.5", "8", "7.5", "5", "4")}
    assert said == {"8.5": "上", "8": "上", "7.5": "中", "5": "中", "4": "下"}


RANK = """
[[part.indicator]]
id = "share"
name = "销售占比"
points = 3
method = "rank"
metric = "sales"
"""


@pytest.mark.parametrize(
    ("sales", "points"),
    [
        ([7], ["3"]),
        ([9, 5], ["3", "0"]),
        # Of four, the second has 3 × (4 − 2) ÷ 3 = 2, the third 1.
        ([9, 8, 7, 6], ["3", "2", "1", "0"]),
        # Equals share the better rank; nobody is third: 3 × (4 − 2) ÷ 3 twice.
        ([9, 8, 8, 6], ["3", "2", "2", "0"]),
        ([5, 5, 5], ["3", "3", "3"]),
        # Of three, two are second: 3 × 1 ÷ 2 = 1.5; the last of all shares its place.
        ([9, 5, 5], ["3", "1.5", "1.5"]),
    ],
)
def test_the_first_by_a_figure_has_all_points_and_the_last_none(
    sales: list[int], points: list[str]
) -> None:
    people = {f"A{index}": figures(sales=one) for index, one in enumerate(sales)}
    found = cards(form(RANK, 3), people)
    assert [one.total.value for one in found.values()] == [Decimal(one) for one in points]
    lower = cards(
        form(RANK + "lower-is-better = true\n", 3),
        {id: figures(sales=-one) for id, one in zip(people, sales, strict=True)},
    )
    assert [one.total.value for one in lower.values()] == [Decimal(one) for one in points]


def test_a_rank_shows_how_many_were_ranked_and_nobody_elses_figure() -> None:
    found = cards(form(RANK, 3), {"A": figures(sales=70_001), "B": figures(sales=60_002)})
    reported = [one.shown for one in found["B"].total.walk()]
    assert "60,002" in reported
    assert "70,001" not in reported
    assert row(found["B"].total, "share-count").value == 2


OURS = """
[[part.indicator]]
id = "ours"
name = "部门"
points = 20
method = "department-score"
"""
TEAM = """
id = "team"
name = "部门绩效"
from = "2026-01"
appraises = "department"
raters = { boss = "100%" }

[[part]]
id = "all"
name = "全部"

[[part.indicator]]
id = "works"
name = "工作"
step = 0.1
method = "bands"
bands = [{ points = "0-100" }]
"""


def ours(says: str, team: str = TEAM) -> dict[str, str]:
    """A, whose points are the department's total, and what the department's record says."""
    return site(form(OURS, 20), {"A": ""}) | {
        "records/schemes/team.toml": team,
        "records/departments.toml": '[[department]]\nid = "desk"\nname = "甲"\nscheme = "team"\n',
        "records/2026-10/desk.toml": record("desk", says, key="department"),
        "records/staff/H.toml": staff("H", superior=""),
    }


@pytest.mark.parametrize(("mark", "points"), [("100", "20"), ("88.2", "17.6"), ("0", "0")])
def test_a_departments_total_counts_in_its_peoples(mark: str, points: str) -> None:
    # 88.2 of 100, of 20: 17.64, to one place 17.6.
    files = ours(f"marks.works = {{ boss = {mark} }}")
    assert found(files)["2026-10/A"].card.total.value == Decimal(points)
    del files["records/2026-10/desk.toml"]
    assert issues(files) == ["department-not-appraised"]


def test_a_departments_total_that_is_not_final_leaves_its_peoples_open() -> None:
    waiting = TEAM.replace('from = "2026-01"', 'from = "2026-01"\nmissing = "provisional"')
    assert found(ours("", waiting))["2026-10/A"].card.is_provisional
    assert not found(ours("marks.works = { boss = 80 }", waiting))["2026-10/A"].card.is_provisional


def test_a_ruling_on_a_departments_total_counts_in_its_peoples() -> None:
    appeal = """
    marks.works = { boss = 80 }

    [[appeal]]
    on = 2026-11-08
    reason = "漏计一项。"
    handler = "H"
    ruling = { on = 2026-11-09, outcome = "upheld", reasons = "属实。", total = 90 }
    """
    results = found(ours(appeal))
    assert results["2026-10/desk"].card.total.value == 90
    assert results["2026-10/A"].card.total.value == 18


def test_departments_are_ranked_among_departments() -> None:
    rank = form(RANK + 'within = "department"\n', 3, top='appraises = "department"\n')
    rank = rank.replace('id = "form"', 'id = "team"')
    files = ours(figures(sales=7), rank)
    files["records/schemes/form.toml"] = form(BANDS, 10)
    files["records/2026-10/A.toml"] = record("A", boss("9"))
    store = '[[department]]\nid = "store"\nname = "乙"\nscheme = "team"\n'
    files["records/departments.toml"] += store
    files["records/2026-10/store.toml"] = record("store", figures(sales=8), key="department")
    results = found(files)
    assert results["2026-10/desk"].card.total.value == 0
    assert results["2026-10/store"].card.total.value == 3


AVERAGE = """
[[part.indicator]]
id = "care"
name = "细心"
points = 96
method = "bands"
bands = [{ points = "0-96" }]

[[part.indicator]]
id = "average"
name = "部门平均"
points = 4
method = "department-average"
least = 1
steps = [{ from = 90, points = 4 }, { from = 80, points = 2 }, { points = 0 }]
"""


@pytest.mark.parametrize(
    ("marks", "totals"),
    [
        # With the row in full the totals are 100 and 80: their mean is 90, on the edge.
        ([96, 76], [100, 80]),
        # 100 and 79: 89.5 keeps half of the row.
        ([96, 75], [98, 77]),
        # Three: 100, 85 and 85 come to 90 exactly; 84 less makes 89.67.
        ([96, 81, 81], [100, 85, 85]),
        ([96, 81, 80], [98, 83, 82]),
        ([76, 76], [78, 78]),
        ([75, 76], [75, 76]),
    ],
)
def test_a_departments_mean_is_taken_with_its_own_row_in_full(
    marks: list[int], totals: list[int]
) -> None:
    people = {f"A{index}": boss(str(mark)) for index, mark in enumerate(marks)}
    assert [one.total.value for one in cards(form(AVERAGE), people).values()] == totals


def test_a_departments_mean_is_of_the_totals_that_rulings_left() -> None:
    # 100 and 79 make 89.5; an appeal that makes 80 of the 79 makes 90 of it, and the row full.
    ruling = (
        '\n[[appeal]]\non = 2026-11-08\nreason = "漏计"\nhandler = "H"\n'
        'ruling = { on = 2026-11-10, outcome = "upheld", reasons = "查实", total = 80 }\n'
    )
    people = {"A0": boss("96"), "A1": boss("75") + ruling}
    more = {"records/staff/H.toml": staff("H", superior="")}
    assert [one.total.value for one in cards(form(AVERAGE), people, more).values()] == [
        100,
        80,
    ]


def test_no_refund_earns_no_less_than_one() -> None:
    scheme = form(REVERSE.replace('zero-target = "90%"', 'cap = "120%"'), 30)
    one, none = (only(scheme, figures(refunds=count)).total.value for count in (1, 0))
    assert one == 36
    assert none >= one


# What a form is made of.

ROWS = """
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
"""


def both(care: object, speed: object) -> str:
    return f"[marks]\ncare = {{ boss = {care} }}\nspeed = {{ boss = {speed} }}\n"


def test_weights_of_raters_blend_their_marks() -> None:
    raters = '{ self = "40%", boss = "60%" }'
    says = "[marks]\ncare = { self = 60, boss = 50 }\nspeed = { self = 40, boss = 21 }\n"
    card = only(form(ROWS, raters=raters), says)
    # 60 × 40% + 50 × 60% = 54; 40 × 40% + 21 × 60% = 28.6.
    assert row(card.total, "care").value == 54
    assert row(card.total, "speed").value == Decimal("28.6")
    assert card.total.value == Decimal("82.6")


@pytest.mark.parametrize("weight", [1, 33, 50, 99])
def test_the_weight_of_the_only_rater_there_is_changes_nothing(weight: int) -> None:
    raters = f'{{ self = "{weight}%", boss = "{100 - weight}%" }}'
    shared = form(ROWS, raters=raters, top='missing = "share"\n')
    assert only(shared, both(47, 31)).total.value == 78
    assert only(form(ROWS), both(47, 31)).total.value == 78


def test_what_a_missing_rater_would_have_counted_is_shared_by_the_others() -> None:
    raters = '{ self = "20%", boss = "30%", head = "50%" }'
    shared = form(BANDS, 10, raters=raters, top='missing = "share"\n')
    # (5 × 20% + 10 × 30%) ÷ 50% = 4 ÷ 0.5 = 8.
    assert only(shared, "marks.care = { self = 5, boss = 10 }").total.value == 8
    assert issues(site(shared, {"A": ""})) == ["mark-missing"]
    strict = form(BANDS, 10, raters=raters)
    assert issues(site(strict, {"A": "marks.care = { self = 5, boss = 10 }"})) == ["mark-missing"]
    waiting = form(BANDS, 10, raters=raters, top='missing = "provisional"\n')
    card = only(waiting, "marks.care = { self = 5, boss = 10 }")
    assert card.is_provisional
    assert card.total.value == 8
    assert not only(waiting, "marks.care = { self = 5, boss = 10, head = 10 }").is_provisional


def test_a_task_that_nobody_marked_yet_makes_the_month_provisional() -> None:
    waiting = form(TASKS, 50, top='missing = "provisional"\n')
    says = tasks(("50%", 90)) + '[[task]]\nid = "t9"\nname = "任务"\nweight = "50%"\n'
    assert only(waiting, says).is_provisional
    assert not only(waiting, tasks(("100%", 90))).is_provisional


PEERS = '{ boss = "50%", peer = { weight = "50%", peers = true, least = 3 } }'


def test_peers_count_by_their_mean_once_they_are_enough() -> None:
    scheme = form(BANDS, 10, raters=PEERS, top='missing = "share"\n')
    three = only(scheme, "marks.care = { boss = 10, peer = { a = 5, b = 6, c = 9 } }")
    # (5 + 6 + 9) ÷ 3 = 6.6…; half of it and 5 are 8.3….
    assert three.total.value == Decimal("8.3")
    reported = [one.shown for one in three.total.walk()]
    assert "5" not in reported
    two = only(scheme, "marks.care = { boss = 10, peer = { a = 5, b = 6 } }")
    assert two.total.value == 10, "two peers count as none"
    assert all(one.id != "peer" for one in two.total.walk())


def test_too_few_peers_are_missing_peers() -> None:
    says = {"A": "marks.care = { boss = 10, peer = { a = 5, b = 6 } }"}
    assert issues(site(form(BANDS, 10, raters=PEERS), says)) == ["peers-too-few"]
    waiting = form(BANDS, 10, raters=PEERS, top='missing = "provisional"\n')
    assert only(waiting, says["A"]).is_provisional
    bare = {"A": "marks.care = { boss = 10, peer = 5 }"}
    assert issues(site(form(BANDS, 10, raters=PEERS), bare)) == ["peers-too-few"]


IN_TURN = '{ self = "shown", boss = "in-turn", head = "in-turn", chief = "in-turn" }'


@pytest.mark.parametrize(
    ("marks", "counts", "shown"),
    [
        ("boss = 6", "boss", set()),
        ("boss = 6, head = 7", "head", {"boss"}),
        ("boss = 6, chief = 5", "chief", {"boss"}),
        ("self = 10, boss = 6, head = 7, chief = 9", "chief", {"self", "boss", "head"}),
        ("chief = 9, head = 7, boss = 6", "chief", {"boss", "head"}),
    ],
)
def test_the_last_review_is_the_result_and_earlier_ones_stay_in_sight(
    marks: str, counts: str, shown: set[str]
) -> None:
    card = only(form(BANDS, 10, raters=IN_TURN), f"marks.care = {{ {marks} }}")
    care = row(card.total, "care")
    assert {one.id for one in care.parts if one.counts} == {counts}
    assert {one.id for one in care.parts if not one.counts} == shown
    assert card.total.value == row(care, counts).value


def test_of_reviews_in_turn_one_is_waited_for() -> None:
    scheme = form(BANDS, 10, raters=IN_TURN)
    assert issues(site(scheme, {"A": "marks.care = { self = 10 }"})) == ["mark-missing"]
    waiting = form(BANDS, 10, raters=IN_TURN, top='missing = "provisional"\n')
    assert only(waiting, "marks.care = { self = 10 }").is_provisional


def test_a_review_takes_the_place_of_what_a_tally_came_to() -> None:
    raters = '{ self = "shown", boss = "in-turn", head = "in-turn" }'
    scheme = form(TALLY + "reviewed = true\n", 8, raters=raters)
    late = events(on("leave", count=3))
    assert only(scheme, late).total.value == 5
    reviewed = only(scheme, "marks.order = { boss = 6, head = 7 }\n" + late)
    order = row(reviewed.total, "order")
    assert reviewed.total.value == 7
    assert [(one.value, one.counts) for one in order.parts] == [(7, True), (6, False), (5, False)]
    shown = only(scheme, "marks.order = { self = 8 }\n" + late)
    assert shown.total.value == 5, "a mark that is only shown corrects nothing"
    assert issues(site(form(TALLY, 8), {"A": "marks.order = { boss = 6 }"})) == ["mark-not-asked"]


def part(id: str, rows: str, top: str) -> str:
    return f'[[part]]\nid = "{id}"\nname = "{id}"\n{top}\n{rows}'


def bands(id: str, points: int) -> str:
    return (
        f'[[part.indicator]]\nid = "{id}"\nname = "{id}"\npoints = {points}\nmethod = "bands"\n'
        f'bands = [{{ points = "0-{points}" }}]\n'
    )


def marks(**given: object) -> str:
    return "[marks]\n" + "".join(f"{id} = {{ boss = {mark} }}\n" for id, mark in given.items())


def test_a_scaled_part_is_brought_to_its_points() -> None:
    # F15: levels that add up to 15 are worth 20.
    rows = part("behaviour", bands("a", 10) + bands("b", 5), "points = 20\nscaled = true\n")
    files = site(form(rows, 20), {"A": marks(a=7, b=5)})
    assert issues(files) == [], "the scheme says so itself"
    card = found(files)["2026-10/A"].card
    assert card.total.value == 16  # 12 × 20 ÷ 15
    assert only(form(rows, 20), marks(a=10, b=5)).total.value == 20
    assert only(form(rows, 20), marks(a=1, b=0)).total.value == Decimal("1.3")


def test_a_factor_multiplies_what_the_other_parts_come_to() -> None:
    # F08: (100 × 30% + 96 × 30% + 100 × 20%) × 100 ÷ 100 = 78.8; with a factor of 90, 70.92.
    rows = (
        part("duties", bands("a", 100), 'weight = "30%"\n')
        + part("plan", bands("b", 100), 'weight = "30%"\n')
        + part("customers", bands("c", 100), 'weight = "20%"\n')
        + part("key", bands("d", 100), 'role = "factor"\n')
    )
    assert only(form(rows, 80), marks(a=100, b=96, c=100, d=100)).total.value == Decimal("78.8")
    assert only(form(rows, 80), marks(a=100, b=96, c=100, d=90)).total.value == Decimal("70.9")
    assert only(form(rows, 80), marks(a=100, b=96, c=100, d=0)).total.value == 0
    assert issues(site(form(rows, 100), {"A": marks(a=1, b=1, c=1, d=1)})) == ["points-sum"]


def test_an_extra_part_comes_on_top_and_a_shown_one_counts_for_nothing() -> None:
    rows = (
        part("work", bands("a", 100), "")
        + part("more", bands("b", 4), 'role = "extra"\n')
        + part("seen", bands("c", 50), 'role = "shown"\n')
    )
    card = only(form(rows), marks(a=99, b=4, c=50))
    assert card.total.value == 103
    assert not row(card.total, "seen").counts
    assert only(form(rows, top="cap = 100\n"), marks(a=99, b=4, c=50)).total.value == 100


WHOLE = """
[[part.indicator]]
id = "care"
name = "细心"
method = "bands"
bands = [{ points = "0-100" }]
"""
ORDER = """
floor = 10
cap = 105

[[deduction]]
id = "late"
name = "迟到"
points = 2

[[deduction]]
id = "fault"
name = "差错"
points = [1, 60]
most = 90

[[bonus]]
id = "help"
name = "帮助"
points = 1.5

[[veto]]
id = "lost"
name = "丢失客户"
total = 10

[[veto]]
id = "fight"
name = "打架"
total = 13
"""
JOINT = """
[[incident]]
id = "grave"
name = "重大差错"

[[incident]]
id = "ruin"
name = "事故"

[[liability]]
id = "joint"
name = "连带责任"
event = "grave"
points = 20

[[liability]]
id = "whole"
name = "连带归零"
event = "ruin"
total = 5
"""


@pytest.mark.parametrize(
    ("mark", "rules", "expected"),
    [
        (90, [], "90"),
        (90, [on("late"), on("late", 9)], "86"),
        (90, [on("late", count=3), on("help")], "85.5"),
        # 100 + 4.5 stays below the cap; 100 + 7.5 is kept at it.
        (100, [on("help", count=3)], "104.5"),
        (100, [on("help", count=5)], "105"),
        # Bounds come after both: 100 + 15 − 12 = 103, and not 105 − 12.
        (100, [on("help", count=10), on("late", count=6)], "103"),
        (90, [on("fault", points=60), on("late", 9, count=10)], "10"),
        # Never more than 90 off by one rule: 100 − 90 = 10, the floor; a bonus then raises it.
        (100, [on("fault", points=60), on("fault", 9, points=60), on("help")], "11.5"),
        # A veto lowers the total whatever else was reached, and the lowest holds.
        (90, [on("lost")], "10"),
        (90, [on("fight")], "13"),
        (90, [on("fight"), on("lost"), on("help")], "10"),
        (90, [on("fault", points=60), on("late", 9, count=10), on("fight")], "10"),
    ],
)
def test_deductions_bonuses_bounds_and_vetoes_come_in_the_stated_order(
    mark: int, rules: list[str], expected: str
) -> None:
    card = only(form(WHOLE, top=ORDER), boss(str(mark)) + "\n" + events(*rules))
    assert card.total.value == Decimal(expected), card.total.rule


def test_what_befalls_those_who_report_binds_the_superior() -> None:
    # B reports to A, and A to M.
    scheme, more = form(WHOLE, top=JOINT), {"records/staff/B.toml": staff("B", superior="A")}

    def totals(own: int, says: str) -> tuple[Decimal, Decimal]:
        reported = {"A": boss(str(own)), "B": boss("90") + "\n" + says}
        results = found(site(scheme, reported, more=more))
        return results["2026-10/A"].card.total.value, results["2026-10/B"].card.total.value

    assert totals(88, "") == (88, 90)
    assert totals(88, events(on("grave"))) == (68, 90), "and nothing off the own total"
    assert totals(88, events(on("grave", count=2), on("grave", 9))) == (28, 90)
    assert totals(10, events(on("grave"))) == (0, 90), "not below 0"
    assert totals(88, events(on("ruin"))) == (5, 90)
    assert totals(88, events(on("ruin"), on("grave"))) == (5, 90)


def test_liability_for_what_no_form_knows_is_reported() -> None:
    scheme = form(WHOLE, top=JOINT).replace('event = "grave"', 'event = "grvae"')
    assert issues(site(scheme, {"A": boss("88")})) == ["unknown-rule"]


@pytest.mark.parametrize("floor", [0, 5])
def test_a_total_is_never_below_its_floor_however_it_comes_about(floor: int) -> None:
    rows = FALLING.replace("{ points = 1 }", "{ points = -3 }")
    card = only(form(rows, 10, top=f"floor = {floor}\n"), figures(seconds=99))
    assert card.total.value == floor


# Laws, on random records for every form.

SEEDS = (1, 2)


@cache
def random_one(seed: int) -> tuple[RandomSite, tuple[Scorecard, ...]]:
    made = random_site(forms_of(ROOT), count=200, seed=seed)
    return made, score(made.book())


@pytest.fixture(scope="module", params=SEEDS)
def scored(request: pytest.FixtureRequest) -> tuple[Scorecard, ...]:
    return random_one(request.param)[1]


def indicators(card: Scorecard) -> Iterator[tuple[Indicator, Working]]:
    known = card.scheme.model.indicators
    for working in card.total.walk():
        if working.kind is Kind.INDICATOR and working.id in known:
            yield known[working.id], working


def test_points_stay_between_the_floor_and_the_most(scored: tuple[Scorecard, ...]) -> None:
    for card in scored:
        for indicator, working in indicators(card):
            low: Decimal | None = Decimal(0)
            high: Decimal | None = indicator.most
            if isinstance(indicator, Tally):
                low, high = indicator.floor, indicator.ceiling
                if indicator.reviewed:
                    low = None if low is None else min(low, Decimal(0))
            elif isinstance(indicator, Ratio) and indicator.cap is None:
                high = None
            elif isinstance(indicator, Steps | DepartmentAverage):
                low = min(
                    low or Decimal(0), *(step.worth(indicator.points) for step in indicator.steps)
                )
            elif isinstance(indicator, DepartmentScore):
                continue  # a department's total may lie above what it is taken of
            assert low is None or working.value >= low, (card.record.path, working.id)
            assert high is None or working.value <= high, (card.record.path, working.id)
        scheme, vetoes = card.scheme.model, {veto.id for veto in card.scheme.model.veto}
        vetoes |= {one.id for one in scheme.liability if one.total is not None}
        if not vetoes & {part.id for part in card.total.parts}:
            assert card.total.value >= scheme.floor, (card.record.path, card.total.rule)
        assert scheme.cap is None or card.total.value <= scheme.cap


def test_the_rows_of_a_part_add_up_to_it(scored: tuple[Scorecard, ...]) -> None:
    seen = 0
    for card in scored:
        places = card.scheme.model.rounding.part
        for part in card.scheme.model.part:
            if part.scaled or part.floor is not None or part.cap is not None:
                continue
            if any(indicator.weight is not None for indicator in part.indicator):
                continue
            working = next(one for one in card.total.walk() if one.id == part.id)
            rows = total(one.value for one in working.parts)
            assert working.value == (rows if places is None else half_up(rows, places))
            seen += 1
    assert seen > 200


def referred(formula: object, depth: int = 0) -> Iterator[int]:
    """The parts that a formula's text must name; of a table, what is looked up in it."""
    if isinstance(formula, Operand):
        yield formula.index
    elif isinstance(formula, Lookup):
        yield from referred(formula.of)
    elif hasattr(formula, "__dataclass_fields__"):
        for one in fields(formula):  # type: ignore[arg-type]
            yield from referred(getattr(formula, one.name))
    elif isinstance(formula, tuple):
        for inner in formula:
            yield from referred(inner)


def test_the_text_of_a_calculation_names_its_figures(scored: tuple[Scorecard, ...]) -> None:
    for card in scored:
        for working in card.total.walk():
            if working.formula is None or not working.parts:
                continue
            for index in referred(working.formula):
                shown = working.parts[index].shown.lstrip("−")
                assert re.search(rf"(?<![\d.,]){re.escape(shown)}", working.rule), working


def sheet(card: Scorecard, record: Record, others: tuple[Record, ...]) -> Sheet:
    """What the record is scored from, with a department that came to 88."""
    whole = Working(id="x", kind=Kind.FIGURE, label=card.total.label, value=Decimal(88))

    def figures(_: object, metric: str) -> Figures:
        having = [one.metrics[metric] for one in (record, *others) if metric in one.metrics]
        return Figures(values=tuple(sorted(one.value for one in having)))

    return Sheet(
        record=record,
        at=card.record.at(),
        figures=figures,
        department=whole,
        average=whole,
    )


def better(indicator: Measured, record: Record) -> Iterator[dict[str, Quantity]]:
    """The record's figures with one of the indicator's moved to its good side, near and far."""
    match indicator:
        case Steps() if indicator.steps[0].edge is not None:
            worths = [step.worth(indicator.points) for step in indicator.steps]
            if worths != sorted(worths, reverse=True) or worths[-1] < 0:
                return
            signs = {indicator.metric: 1 if indicator.steps[0].edge[0] in RISING else -1}
        case Ratio():
            if record.metrics[indicator.actual].value <= 0 or indicator.lower_is_better:
                signs = {}
            else:
                signs = {indicator.actual: 1}
            if indicator.lower_is_better and record.metrics[indicator.actual].value > 0:
                signs = {indicator.actual: -1}
        case Distance() if indicator.worse != "either":
            signs = {indicator.metric: 1 if indicator.worse == "below" else -1}
        case Benchmarks():
            sign = -1 if indicator.lower_is_better else 1
            signs = {one.metric: sign for one in indicator.benchmarks}
        case Rank():
            signs = {indicator.metric: -1 if indicator.lower_is_better else 1}
        case _:
            return
    for metric, sign in signs.items():
        figure = record.metrics[metric]
        for by in ("0.0001", "0.01", "0.37", "3", "50000"):
            moved = figure.value + sign * Decimal(by)
            if isinstance(indicator, Ratio) and moved <= 0:
                continue
            yield {**record.metrics, metric: replace(figure, value=moved)}


def test_a_better_actual_never_lowers_points(scored: tuple[Scorecard, ...]) -> None:
    seen: set[str] = set()
    for card in scored:
        mine = card.record.model
        others = tuple(
            one.record.model
            for one in scored
            if one.scheme.path == card.scheme.path
            and one is not card
            and one.record.model.month == mine.month
        )[:5]
        for indicator in card.scheme.model.indicators.values():
            if not isinstance(indicator, Measured):
                continue
            before = indicator.measured(sheet(card, mine, others)).value
            for metrics in better(indicator, mine):
                after = mine.model_copy(update={"metrics": metrics})
                now = indicator.measured(sheet(card, after, others)).value
                assert compare(now, before) >= 0, (card.record.path, indicator.id, metrics)
                seen.add(name_of(type(indicator)))
    assert seen == {"steps", "ratio", "distance", "benchmarks", "rank"}


def better_mark(indicator: Marked, mark: object, known: Record) -> object | None:
    """The next better mark, or None at the best."""
    if isinstance(mark, Mapping):
        raised = {peer: better_mark(indicator, one, known) for peer, one in mark.items()}
        return {peer: mark[peer] if one is None else one for peer, one in raised.items()}
    match indicator:
        case Levels():
            level = indicator.level_of(mark)  # type: ignore[arg-type]
            assert level is not None
            worths = sorted(indicator.points_of(one) for one in indicator.levels)
            above = [one for one in worths if one > indicator.points_of(level)]
            return above[0] if above else None
        case Checklist():
            met = len(mark) if isinstance(mark, tuple) else mark
            assert isinstance(met, int | Decimal)
            return Decimal(met) + 1 if met < len(indicator.duties) else None
        case Bands() | MetricBands():
            assert isinstance(mark, Decimal)
            raised_by = (mark + indicator.step * step for step in range(1, 40))
            return next(
                (one for one in raised_by if not list(indicator.mark_issues(one, known))), None
            )
    return None


def test_a_better_mark_never_lowers_the_total(scored: tuple[Scorecard, ...]) -> None:
    seen: set[str] = set()
    for card in scored[::3]:
        mine, scheme = card.record.model, card.scheme.model
        made = Form(scheme)
        before = made.total(sheet(card, mine, ())).value
        for id, given in mine.marks.items():
            indicator = scheme.indicators[id]
            if not isinstance(indicator, Marked):
                continue
            for rater, mark in given.items():
                raised = better_mark(indicator, mark, mine)
                if raised is None or rater == "note":
                    continue
                marked = {**mine.marks, id: {**given, rater: raised}}
                after = mine.model_copy(update={"marks": marked})
                assert made.total(sheet(card, after, ())).value >= before, (card.record.path, id)
                seen.add(name_of(type(indicator)))
    assert seen == {name_of(one) for one in METHODS if issubclass(one, Marked)}


@pytest.mark.parametrize("seed", SEEDS)
def test_the_order_of_files_keys_and_events_changes_nothing(seed: int) -> None:
    made, _ = random_one(seed)
    rng = Random(seed)

    def mixed(value: object) -> object:
        if isinstance(value, dict):
            keys = list(value)
            rng.shuffle(keys)
            return {key: mixed(value[key]) for key in keys}
        return value

    def turned(data: dict[str, object]) -> dict[str, object]:
        reported = mixed(data)
        assert isinstance(reported, dict)
        for key in ("event", "survey"):
            if key in reported:
                reported[key] = rng.sample(reported[key], len(reported[key]))
        return reported

    records = {path: turned(data) for path, data in made.records.items()}
    files = list(
        (made.around | {path: tomli_w.dumps(data) for path, data in records.items()}).items()
    )
    rng.shuffle(files)
    books = made.book(), book_of(dict(files))

    def reported(one: object) -> list[object]:
        return [
            (
                result.card.record.path,
                result.card.total.value,
                result.standing.grade,
                result.standing.rank,
                None if result.wage is None else result.wage.value,
            )
            for result in results(one, score(one))  # type: ignore[arg-type]
        ]

    assert reported(books[0]) == reported(books[1])


# What stands where.

#: Methods that no form of the catalogue asks for, and why they are there.
UNUSED = {"figure": "what the forms do not have a method for; samples/forms uses it"}


def test_every_method_has_its_section_in_the_docs() -> None:
    text = (ROOT / "docs/methods.md").read_text(encoding="utf-8")
    sections = re.findall(r"^### (.+)$", text.split("## 工资项目")[0], re.MULTILINE)
    assert sections == [name_of(method) for method in METHODS]


def test_every_method_is_used_by_a_form_of_the_sample() -> None:
    used: set[str] = set()
    for path in (ROOT / "records/schemes").glob("*.toml"):
        used |= set(re.findall(r'^method\s*=\s*"([a-z-]+)"', path.read_text("utf-8"), re.MULTILINE))
    assert {name_of(method) for method in METHODS} - used == set(UNUSED)
