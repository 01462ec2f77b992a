"""What is compared, ordered, multiplied or divided is of one unit, or it is a fault that names both
places."""

from collections.abc import Mapping

import pytest

from kpisite.core.issue import Issue
from kpisite.words import worded
from tests.sites import checked
from tests.small_forms import CARE, form, found, site

Wording = list[tuple[str, str, int, str, int]]
"""Code, path and line of each fault, and path and line of what it names besides."""


def issues(files: Mapping[str, str]) -> tuple[Wording, list[Issue]]:
    documents, _, wrong = checked(files)
    reported = []
    for one in wrong:
        at = documents.place(one.at)
        also = documents.place(one.also[0]) if one.also else at
        reported.append(
            (one.code, at.path.split("/")[-1], at.line, also.path.split("/")[-1], also.line)
        )
    return reported, wrong


def row(method: str, says: str, points: int = 100, id: str = "row") -> str:
    return (
        f'[[part.indicator]]\nid = "{id}"\nname = "行"\npoints = {points}\n'
        f'method = "{method}"\n{says}\n'
    )


STEPS = 'metric = "m"\nsteps = [\n{{ {0}, share = "100%" }},\n{{ {1}, share = "50%" }},\n]'
BANDS = (
    'metric = "m"\nbands = [\n'
    '{{ {0}, points = "50-100" }},\n{{ {1}, points = "1-49" }},\n{{ points = 0 }},\n]'
)
DISTANCE = 'metric = "m"\nworse = "above"\nloses = 2\ntarget = {0}\nevery = {1}'


@pytest.mark.parametrize(
    "scheme",
    [
        row("steps", STEPS.format("from = 38", 'from = "35%"')),
        row("steps", STEPS.format('from = "38%"', "from = 35")),
        row("steps", STEPS.format('below = "2%"', "below = 3")),
        row("metric-bands", BANDS.format('from = "38%"', "from = 35")),
        row("metric-bands", BANDS.format("to = 38", 'to = "40%"')),
        row("distance", DISTANCE.format('"2%"', 0.5)),
        row("distance", DISTANCE.format("2", '"0.5%"')),
    ],
)
def test_a_row_that_mixes_units_is_a_fault_of_the_form_before_any_record_is_there(
    scheme: str,
) -> None:
    (reported,), _ = issues(site(form(scheme), {}))
    code, path, line, other_path, other_line = reported
    assert (code, path, other_path) == ("units-mixed", "form.toml", "form.toml")
    assert abs(line - other_line) == 1


def test_the_odd_one_out_is_at_fault_wherever_it_stands() -> None:
    steps = (
        'metric = "m"\nsteps = [\n{ from = 38, share = "100%" },\n'
        '{ from = "35%", share = "80%" },\n{ from = "30%", share = "60%" },\n]'
    )
    scheme = form(row("steps", steps))
    line = scheme.split("\n").index('{ from = 38, share = "100%" },') + 1
    reported, _ = issues(site(scheme, {"A": 'metrics.m = "39%"'}))
    assert reported == [("units-mixed", "form.toml", line, "form.toml", line + 1)]


def test_two_rows_want_one_figure_in_one_unit() -> None:
    rows = row("steps", STEPS.format("from = 38", "from = 35"), 50) + row(
        "distance", DISTANCE.format('"2%"', '"1%"'), 50, "other"
    )
    reported, _ = issues(site(form(rows), {}))
    assert [one[0] for one in reported] == ["units-mixed"]


@pytest.mark.parametrize(
    ("scheme", "figures", "code"),
    [
        (row("steps", STEPS.format('from = "38%"', 'from = "35%"')), "m = 39", "metric-percent"),
        (row("steps", STEPS.format("from = 38", "from = 35")), 'm = "39%"', "metric-not-percent"),
        (row("distance", DISTANCE.format("0", '"1%"')), "m = 3", "metric-percent"),
        (row("distance", DISTANCE.format("0", "1")), 'm = "3%"', "metric-not-percent"),
        (row("ratio", 'actual = "m"\ntarget = 1'), 'm = "100%"', "metric-not-percent"),
        (row("ratio", 'actual = "m"\ntarget = "95%"'), "m = 95", "metric-percent"),
        (row("ratio", 'actual = "m"\ntarget = "n"'), 'm = "95%"\nn = 100', "metric-percent"),
        (
            row(
                "benchmarks",
                'benchmarks = [{ metric = "m", name = "甲", against = "n" }]\n'
                "counts = [{ from = 1, points = 100 }, { points = 0 }]",
            ),
            'm = 4.8\nn = "4.7%"',
            "metric-not-percent",
        ),
    ],
)
def test_a_figure_is_of_the_unit_of_what_it_is_held_against(
    scheme: str, figures: str, code: str
) -> None:
    (reported,), _ = issues(site(form(scheme), {"A": f"[metrics]\n{figures}"}))
    assert reported[:2] == (code, "A.toml")
    assert reported[1:3] != reported[3:]


def test_zero_is_zero_in_either_unit() -> None:
    scheme = form(row("distance", DISTANCE.format("0", '"1%"')))
    assert issues(site(scheme, {"A": "metrics.m = 0"}))[0] == []


def test_the_remedy_for_a_percentage_keeps_its_value() -> None:
    ratio = row("ratio", 'actual = "m"\ntarget = 1\ncap = "none"')
    factor = (
        '[[part]]\nid = "work"\nname = "工作"\n'
        + CARE
        + '[[part]]\nid = "q"\nname = "系数"\nrole = "factor"\n'
        + ratio
    )
    files = site(form(factor), {"A": 'marks.care = { boss = 93 }\nmetrics.m = "100%"'})
    _, (issue,) = issues(files)
    assert "应写成 m = 1；" in worded(issue, "zh").help
    mended = site(form(factor), {"A": "marks.care = { boss = 93 }\nmetrics.m = 1"})
    (card,) = found(mended).values()
    assert card.card.total.value == 93


def test_the_remedy_for_a_number_is_the_same_digits_and_only_if_a_percentage_was_meant() -> None:
    scheme = form(row("steps", STEPS.format('from = "38%"', 'from = "35%"')))
    _, (issue,) = issues(site(scheme, {"A": "metrics.m = 39"}))
    assert worded(issue, "en").help.startswith('if this is a percentage, write m = "39%"')


POLICY = """
id = "rules"
name = "办法"
from = "2026-01"
schemes = ["form"]
"""
PER_UNIT = """
[[pay]]
id = "pieces"
name = "计件"
method = "per-unit"
metric = "m"
each = 10
"""
TIERS = """
[[pay]]
id = "commission"
name = "提成"
method = "tiers"
per = "quarter"
actual = "m"
plan = "n"
actual-name = "实际"
plan-name = "计划"
tiers = [{ rate = "0%" }, { from = "100%", rate = "1%" }]
"""


def test_what_is_paid_by_the_piece_is_counted_and_no_percentage() -> None:
    record = 'marks.care = { boss = 8 }\nmetrics.m = "95%"'
    reported, (issue,) = issues(site(form(CARE), {"A": record}, POLICY + PER_UNIT))
    assert reported[0][:2] == ("metric-not-percent", "A.toml") and reported[0][3] == "rules.toml"
    assert "m = 0.95" in worded(issue, "zh").help


def test_figures_of_which_a_rate_makes_money_are_no_percentages() -> None:
    record = 'marks.care = { boss = 8 }\nmetrics = { m = "95%", n = "90%" }'
    reported, _ = issues(site(form(CARE), {"A": record}, POLICY + TIERS))
    assert [one[0] for one in reported] == ["metric-not-percent"] * 2


def test_a_policy_and_its_form_want_a_figure_in_one_unit() -> None:
    scheme = form(row("steps", STEPS.format('from = "38%"', 'from = "35%"')))
    reported, _ = issues(site(scheme, {}, POLICY + PER_UNIT))
    assert [one[:2] + one[3:4] for one in reported] == [("units-mixed", "rules.toml", "form.toml")]


@pytest.mark.parametrize("within", ["department", "scheme"])
def test_ranked_figures_are_of_one_unit(within: str) -> None:
    scheme = form(row("rank", f'metric = "m"\nwithin = "{within}"'))
    people = {"A": "metrics.m = 40", "B": 'metrics.m = "39%"', "C": "metrics.m = 38"}
    reported, _ = issues(site(scheme, people))
    assert reported == [("metric-not-percent", "B.toml", 3, "A.toml", 3)]


def test_figures_in_which_somebody_is_last_are_of_one_unit() -> None:
    review = POLICY + (
        '[[grade]]\nid = "all"\nname = "全部"\n\n'
        '[[review]]\nid = "talk"\nname = "面谈"\nlast = true\nlast-in = ["m"]\n'
    )
    scheme = form(
        row("ratio", 'actual = "m"\ntarget = "n"', 50)
        + CARE.replace('"0-100"', '"0-50"').replace("step = 0.1", "points = 50")
    )
    mark = "marks.care = { boss = 8 }\n"
    people = {
        "A": mark + 'metrics = { m = "95%", n = "100%" }',
        "B": mark + "metrics = { m = 4, n = 5 }",
        "C": mark + 'metrics = { m = "90%", n = "100%" }',
    }
    reported, _ = issues(site(scheme, people, review))
    assert [one[:2] for one in reported] == [("metric-percent", "B.toml")]
