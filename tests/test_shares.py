"""Shares: each kind within its bounds, thirds exact to the cent, none that counts for nothing."""

import re
from decimal import Decimal
from pathlib import Path

import pytest

from kpisite.core.exact import ONE, compare, percent, quotient, total
from kpisite.core.formula import Constant, Operand, Product, Quotient
from kpisite.language.rater import Rater
from kpisite.language.share import share_of
from tests.small_forms import MONTH, form, found, issues, only, site

ROOT = Path(__file__).parents[1]
MARKED = 'method = "bands"\nstep = 0.1\nbands = [{ points = "0-100" }]\n'
RATERS = 'raters = { a = "1/3", b = "1/3", c = "1/3" }'


def indicator(id: str, more: str) -> str:
    return f'[[part.indicator]]\nid = "{id}"\nname = "{id}"\n{MARKED}{more}\n'


def part(id: str, more: str, *rows: str) -> str:
    return f'[[part]]\nid = "{id}"\nname = "{id}"\n{more}\n' + "\n".join(rows)


ONE_ROW = indicator("care", "")
BOSS = "marks.care = { boss = 90 }"


@pytest.mark.parametrize(
    ("a", "b", "c", "shown"),
    [(90, 80, 70, "80.0"), (100, 100, 100, "100.0"), (85, 85, "84.9", "85.0"), (0, 0, 1, "0.3")],
)
def test_equal_thirds_are_written_as_fractions_and_exact(a, b, c, shown):
    # 85 ÷ 3 + 85 ÷ 3 + 84.9 ÷ 3 = 84.9666… and not 84.9 as with 33.3%.
    raters = '{ a = "1/3", b = { weight = "1/3" }, c = "1/3" }'
    card = only(form(ONE_ROW, raters=raters), f"marks.care = {{ a = {a}, b = {b}, c = {c} }}")
    assert card.total.shown == shown


def test_thirds_of_parts_rows_tasks_and_levels_make_a_whole():
    third = 'weight = "1/3"\n'
    rows = [indicator(id, third) for id in ("x", "y", "z")]
    parts = (
        part("p", third, *rows)
        + part("q", third, indicator("u", ""))
        + part("r", third, '[[part.indicator]]\nid = "t"\nname = "t"\nmethod = "tasks"\n')
    )
    tasks = "".join(
        f'[[task]]\nid = "t{n}"\nname = "t"\nweight = "1/3"\nmarks = {{ boss = {90 + n} }}\n'
        for n in range(3)
    )
    marks = "".join(f"marks.{id} = {{ boss = 91 }}\n" for id in "xyzu")
    assert only(form(parts), marks + tasks).total.value == 91


def test_a_share_reads_as_it_was_written():
    assert [percent(share_of(text)) for text in ("1/3", "2/6", "12.5%", "1/8", "5/7")] == [
        "1/3", "1/3", "12.5%", "12.5%", "5/7",
    ]  # fmt: skip
    assert compare(total(share_of(text) for text in ("1/7", "2/7", "4/7")), ONE) == 0


def test_a_spreadsheet_divides_by_what_no_decimal_states():
    third = Constant(share_of("1/3"), is_percent=True)
    assert Product((Operand(0), third)).cell(["B5"]) == "B5*1/3"
    assert Quotient(Operand(0), third).cell(["B5"]) == "B5/(1/3)"
    assert Constant(quotient(Decimal(500), Decimal(3))).cell([]) == "500/3"


@pytest.mark.parametrize("wrong", ["0%", "-50%", "150%", "3/2", "1/0", "0.4", "1 / 3", "1/3%"])
@pytest.mark.parametrize(
    "kind", ["rater", "part", "indicator", "task", "question", "project", "share-of"]
)
def test_a_weight_is_above_nothing_and_no_more_than_the_whole(kind, wrong):
    weight = f'weight = "{wrong}"'
    tasks = '[[part.indicator]]\nid = "care"\nname = "t"\nmethod = "tasks"\n'
    survey = (
        '[[part.indicator]]\nid = "care"\nname = "s"\nmethod = "survey"\n'
        f'questions = [{{ id = "q", name = "q", {weight} }}, {{ id = "r", name = "r" }}]\n'
    )
    policy = (
        'id = "rules"\nname = "r"\nfrom = "2026-01"\nschemes = ["form"]\n\n[[pay]]\nid = "own"\n'
        f'name = "own"\nmethod = "share-of"\nrate = "{wrong}"\n'
    )
    project = (
        f'month = "{MONTH}"\n\n[[project]]\nid = "x"\nname = "x"\nbonus = 100\n'
        f'shares = {{ A = "{wrong}" }}\n'
    )
    row = {"task": tasks, "question": survey, "indicator": indicator("care", weight)}.get(
        kind, ONE_ROW
    )
    task = f'[[task]]\nid = "a"\nname = "a"\n{weight}\nmarks = {{ boss = 90 }}\n'
    files = site(
        form(
            part("p", weight, row) if kind == "part" else row,
            raters=f'{{ boss = "{wrong}" }}' if kind == "rater" else '{ boss = "100%" }',
        ),
        {"A": task if kind == "task" else BOSS if row is ONE_ROW or kind == "indicator" else ""},
        policy if kind == "share-of" else "",
        more={f"records/pay/{MONTH}.toml": project} if kind == "project" else {},
    )
    if kind == "rater" and wrong in ("0.4",):
        return  # no share at all, but a role that there is not
    assert set(issues(files)) <= {"out-of-range", "wrong-type", "survey-too-few", "share-unpaid"}
    assert {"out-of-range", "wrong-type"} & set(issues(files))


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        ('method = "steps"\nmetric = "n"\nsteps = [{ from = 1, share = "-1%" }]', "-1%"),
        ('method = "steps"\nmetric = "n"\nsteps = [{ from = 1, share = "1001%" }]', "1001%"),
        ('method = "levels"\nlevels = [{ share = "100%" }, { share = "-1%" }]', "-1%"),
        ('method = "levels"\nlevels = [{ share = "101%" }, { share = "0%" }]', "101%"),
        ('method = "ratio"\nactual = "n"\ntarget = 1\nzero-target = "-1%"', "-1%"),
    ],
)
def test_what_is_earned_of_the_points_has_its_bounds(row, wrong):
    text = f'[[part.indicator]]\nid = "care"\nname = "x"\n{row}\n'
    assert issues(site(form(text), {"A": "metrics.n = 1"})) == ["out-of-range"], wrong


@pytest.mark.parametrize(
    ("pay", "is_sound"),
    [
        ('method = "proportion"\namount = 100\nrate = "0%"', False),
        ('method = "proportion"\namount = 100\nrate = "150%"', True),
        ('method = "tiers"\nactual = "a"\nplan = "p"\nactual-name = "a"\nplan-name = "p"\n'
         'tiers = [{ rate = "0%" }, { from = "130%", rate = "1%" }]', True),
        ('method = "tiers"\nactual = "a"\nplan = "p"\nactual-name = "a"\nplan-name = "p"\n'
         'tiers = [{ rate = "0%" }, { from = "130%", rate = "101%" }]', False),
        ('method = "tiers"\nactual = "a"\nplan = "p"\nactual-name = "a"\nplan-name = "p"\n'
         'tiers = [{ rate = "0%" }, { from = "-1%", rate = "1%" }]', False),
    ],
)  # fmt: skip
def test_rates_of_pay_have_their_bounds(pay, is_sound):
    policy = (
        'id = "rules"\nname = "r"\nfrom = "2026-01"\nschemes = ["form"]\n\n'
        f'[[pay]]\nid = "x"\nname = "x"\n{pay}\n'
    )
    says = BOSS + ("\nmetrics.a = 1\nmetrics.p = 1" if "tiers" in pay else "")
    assert ("out-of-range" in issues(site(form(ONE_ROW), {"A": says}, policy))) != is_sound


def test_weighted_rows_of_a_part_with_a_weight_make_all_of_it():
    def of(first: str, second: str, more: str) -> list[str]:
        rows = indicator("i", f'weight = "{first}"'), indicator("j", f'weight = "{second}"')
        marks = "marks.i = { boss = 90 }\nmarks.j = { boss = 90 }"
        extra = part("q", "points = 100", indicator("k", "")) if "factor" in more else ""
        marks += "\nmarks.k = { boss = 90 }" if extra else ""
        return issues(site(form(part("p", more, *rows) + extra), {"A": marks}))

    assert of("50%", "40%", 'weight = "100%"') == ["weights-sum"]
    assert of("50%", "50%", 'weight = "100%"') == []
    assert of("50%", "40%", 'role = "factor"') == ["weights-sum"]
    assert of("50%", "50%", 'role = "factor"') == []
    assert of("50%", "40%", "") == ["points-sum"]


@pytest.mark.parametrize("role", ["factor", "extra", "shown"])
def test_a_weight_that_counts_for_nothing_is_reported(role):
    idle = part("q", f'role = "{role}"\nweight = "30%"', indicator("other", ""))
    marks = BOSS + "\nmarks.other = { boss = 90 }"
    assert issues(site(form(part("p", "", ONE_ROW) + idle), {"A": marks})) == ["weight-idle"]


@pytest.mark.parametrize(("points", "total_shown"), [(4, "3.6"), (10, "9.0"), (500, "450.0")])
def test_weights_that_make_a_hundred_percent_are_shares_of_the_forms_points(points, total_shown):
    """A four-point form: each row is marked from 1 to 4, and the total is on the same scale."""
    row = (
        f'points = {points}\nmethod = "bands"\nstep = 0.1\nbands = [{{ points = "0-{points}" }}]\n'
    )
    rows = "".join(
        f'[[part.indicator]]\nid = "{id}"\nname = "{id}"\nweight = "{weight}"\n{row}'
        for id, weight in (("care", "60%"), ("speed", "40%"))
    )
    full, most = Decimal(points), Decimal(points) * Decimal("0.75")
    marks = f"marks.care = {{ boss = {full} }}\nmarks.speed = {{ boss = {most} }}"
    card = only(form(rows, points), marks)  # 60% + 40% × 75% = 90%
    assert card.total.shown == total_shown and card.total.most == points
    assert card.total.parts[0].most == points


def test_the_four_point_form_of_the_guide_comes_to_what_it_says():
    page = (ROOT / "docs/writing-a-scheme.md").read_text(encoding="utf-8")
    (written,) = re.findall(r"```toml\n(points = 4\n.*?)```", page, re.DOTALL)
    head = 'id = "form"\nname = "f"\nfrom = "2026-01"\nraters = { boss = "100%" }\n'
    marks = "marks.quality = { boss = 4 }\nmarks.teamwork = { boss = 3 }"
    total = only(head + written, marks).total
    assert (total.shown, total.most) == ("3.6", 4)


def test_other_weights_are_points_of_a_hundred():
    parts = part("p", 'weight = "30%"', ONE_ROW) + part("q", 'weight = "50%"', indicator("u", ""))
    marks = "marks.care = { boss = 90 }\nmarks.u = { boss = 100 }"
    assert only(form(parts, 80), marks).total.shown == "77.0"  # 90 × 30% + 100 × 50%
    assert issues(site(form(parts, 75), {"A": marks})) == ["weights-sum"]


def test_one_bad_weight_is_reported_once():
    raters = '{ a = { weight = "a third", name = "A" }, b = "50%", c = { weight = 1, name = "C" } }'
    marks = {"A": "marks.care = { a = 90, b = 80, c = 70 }"}
    assert issues(site(form(ONE_ROW, raters=raters), marks)) == ["wrong-type", "wrong-type"]


def test_thirds_of_a_project_share_it_out_to_the_cent():
    policy = (
        'id = "rules"\nname = "r"\nfrom = "2026-01"\nschemes = ["form"]\n\n[[pay]]\nid = "own"\n'
        'name = "own"\nmethod = "share-of"\nrate = "1/3"\n'
    )
    project = (
        f'month = "{MONTH}"\n\n[[project]]\nid = "x"\nname = "x"\nbonus = 300\n'
        'shares = { A = "1/3", B = "1/3", C = "1/3" }\n'
    )
    files = site(
        form(ONE_ROW),
        dict.fromkeys("ABC", BOSS),
        policy,
        more={f"records/pay/{MONTH}.toml": project},
    )
    wages = [one.wage.value for one in found(files).values() if one.wage is not None]
    assert wages == [Decimal("33.34"), Decimal("33.33"), Decimal("33.33")]


@pytest.mark.parametrize(
    ("text", "is_share", "fits"),
    [
        ("1/3", True, True),
        ("9/9", True, True),
        ("3/2", False, False),
        ("9/8", False, False),
        ("9/10", True, True),
        ("10/9", False, False),
        ("12/13", True, True),
        ("12/11", False, True),  # which the check alone refuses, as the documentation says
        ("100/99", False, False),
        ("9999/9999", True, True),
        ("1/10000", False, False),
    ],
)
def test_the_schema_refuses_fractions_of_more_than_the_whole_where_a_pattern_can(
    text, is_share, fits
):
    stated = Rater.model_json_schema()["properties"]["weight"]
    (pattern,) = {one["pattern"] for one in stated.get("anyOf", [stated]) if "pattern" in one}
    assert (re.search(pattern, text) is not None) == fits
    files = site(
        form(part("p", "", indicator("x", f'weight = "{text}"'), indicator("y", 'weight = "1%"'))),
        {"A": "marks.x = { boss = 90 }\nmarks.y = { boss = 90 }"},
    )
    assert ("out-of-range" in issues(files) or "wrong-type" in issues(files)) != is_share
