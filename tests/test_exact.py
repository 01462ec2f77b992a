"""Laws of numbers, formulas, scorecards and pay, each against a second way of calculation."""

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache
from math import floor
from textwrap import dedent
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import assume, given, reject, settings
from hypothesis import strategies as st

from kpisite.check.book import Book
from kpisite.check.filed import Filed
from kpisite.cli.explain import as_data
from kpisite.core.exact import (
    RoundingMode,
    compare,
    decimal_places,
    fixed,
    half_up,
    percent,
    plain,
    product,
    quotient,
    rounded,
    settle,
    total,
)
from kpisite.core.formula import (
    Clamp,
    Constant,
    Difference,
    Edge,
    Figure,
    Floor,
    Formula,
    Lookup,
    LookupRow,
    Minimum,
    Operand,
    Product,
    Quotient,
    Rounded,
    Sum,
    mean,
    readable,
    sum_of_parts,
)
from kpisite.core.month import Month
from kpisite.core.text import Text
from kpisite.core.working import Kind, Unit, Working, derive
from kpisite.language.grade import Grade
from kpisite.language.policy import Policy
from kpisite.language.record import Record
from kpisite.language.scheme import Scheme
from kpisite.outcomes.results import results
from kpisite.score.scorecard import score
from tests.sites import POLICY, ROOT, book_of, person, record, small_site

law = settings(max_examples=40, deadline=None, derandomize=True)

HALF = Fraction(1, 2)

#: A figure as a person would write it.
figures = st.decimals(-1_000_000, 1_000_000, allow_nan=False, allow_infinity=False, places=4) | (
    st.integers(-1000, 1000).map(Decimal)
)
whole = st.integers(-100_000, 100_000)
places = st.integers(0, 6)


def away_from_zero(value: Fraction, digits: int) -> Fraction:
    """四舍五入, as it is taught: the half goes away from zero."""
    scaled = floor(abs(value) * 10**digits + HALF)
    return Fraction(-scaled if value < 0 else scaled, 10**digits)


# Numbers.


@law
@given(figures, st.integers(-30, 30), st.integers(28, 34))
def test_numbers_are_compared_as_they_are_settled_however_near_they_lie(
    value: Decimal, steps: int, depth: int
) -> None:
    other = total((value, Decimal(steps).scaleb(-depth)))
    left, right = settle(value), settle(other)
    assert compare(value, other) == (left > right) - (left < right)
    assert compare(other, value) == -compare(value, other)


@law
@given(figures, places)
def test_rounding_sends_a_half_away_from_zero(value: Decimal, digits: int) -> None:
    assert Fraction(half_up(value, digits)) == away_from_zero(Fraction(value), digits)


@law
@given(whole, st.integers(1, 9999), places)
def test_a_quotient_rounds_as_the_exact_fraction_does(top: int, bottom: int, digits: int) -> None:
    rounded = half_up(quotient(Decimal(top), Decimal(bottom)), digits)
    assert Fraction(rounded) == away_from_zero(Fraction(top, bottom), digits)


@law
@given(whole, st.integers(1, 9999), places)
def test_a_half_that_comes_out_of_a_division_is_still_a_half(
    number: int, bottom: int, digits: int
) -> None:
    half = Decimal(2 * number + 1) / 2 / 10**digits
    there_and_back = product((quotient(half, Decimal(bottom)), Decimal(bottom)))
    assert Fraction(half_up(there_and_back, digits)) == away_from_zero(Fraction(half), digits)


@law
@given(whole, st.integers(1, 9999))
def test_dividing_and_multiplying_again_gives_the_figure_back(top: int, bottom: int) -> None:
    there_and_back = product((quotient(Decimal(top), Decimal(bottom)), Decimal(bottom)))
    assert compare(there_and_back, Decimal(top)) == 0
    assert plain(there_and_back) == str(top)


@law
@given(whole, st.integers(1, 9999), whole, st.integers(1, 9999))
def test_quotients_compare_as_fractions_do(a: int, b: int, c: int, d: int) -> None:
    left, right = quotient(Decimal(a), Decimal(b)), quotient(Decimal(c), Decimal(d))
    exact = Fraction(a, b) - Fraction(c, d)
    assert compare(left, right) == (exact > 0) - (exact < 0)


@law
@given(figures)
def test_settling_changes_no_figure_that_somebody_writes_and_nothing_twice(value: Decimal) -> None:
    assert settle(value) == value
    third = settle(quotient(value, Decimal(3)))
    assert settle(third) == third


@law
@given(figures)
def test_a_number_printed_in_full_reads_back_with_no_exponent_and_no_idle_zero(
    value: Decimal,
) -> None:
    text = plain(value)
    assert Decimal(text) == value
    assert re.fullmatch(r"-?(0|[1-9]\d*)(\.\d*[1-9])?", text)
    assert text != "-0"
    assert decimal_places(value) == len(text.partition(".")[2])


@law
@given(figures, places)
def test_a_number_printed_to_places_reads_back_as_the_rounded_one(
    value: Decimal, digits: int
) -> None:
    text, grouped = fixed(value, digits), fixed(value, digits, grouped=True)
    assert Decimal(text) == half_up(value, digits)
    assert len(text.partition(".")[2]) == digits
    assert grouped.replace(",", "") == text
    assert re.fullmatch(r"-?\d{1,3}(,\d{3})*(\.\d+)?", grouped)
    assert not re.fullmatch(r"-[0.,]+", text)


@law
@given(figures)
def test_a_readable_number_is_the_number_or_says_that_it_goes_on(value: Decimal) -> None:
    assert Decimal(readable(value).replace(",", "").replace("−", "-")) == value
    long = readable(quotient(value, Decimal(7))).replace(",", "").replace("−", "-")
    assert Fraction(value) % 7 == 0 or long.endswith("…") or Decimal(long) * 7 == value


@law
@given(figures)
def test_a_percentage_reads_back_as_the_share(value: Decimal) -> None:
    text = percent(value)
    assert text.endswith("%")
    assert Fraction(text[:-1]) == Fraction(value) * 100


@law
@given(st.lists(figures, max_size=12), st.randoms())
def test_a_sum_is_exact_in_any_order(values: list[Decimal], random: Any) -> None:
    shuffled = random.sample(values, len(values))
    assert total(values) == total(shuffled)
    assert Fraction(total(values)) == sum((Fraction(one) for one in values), Fraction(0))


# Formulas: the value, the text and the cell say the same as fractions do.


def part(value: Decimal) -> SimpleNamespace:
    return SimpleNamespace(value=value, shown=readable(value))


COUNT = 4
parts_strategy = st.lists(
    (st.integers(-200_000, -1) | st.integers(1, 200_000)).map(lambda one: part(Decimal(one) / 100)),
    min_size=COUNT,
    max_size=COUNT,
)
small = st.decimals(-500, 500, places=2, allow_nan=False, allow_infinity=False)
leaves = st.integers(0, COUNT - 1).map(Operand) | st.builds(Constant, small, st.booleans())


def clamped(of: Formula, floor_: Decimal | None, cap: Decimal | None) -> Clamp:
    if floor_ is not None and cap is not None:
        floor_, cap = sorted((floor_, cap))
    return Clamp(of, floor_, cap)


def deeper(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    several = st.lists(inner, min_size=1, max_size=3).map(tuple)
    return (
        several.map(Sum)
        | st.builds(Difference, inner, inner)
        | several.map(Product)
        | st.builds(Quotient, inner, inner)
        | st.builds(clamped, inner, st.none() | small, st.none() | small)
        | st.builds(Minimum, inner, inner)
        | st.builds(Floor, inner)
    )


plain_formulas = st.recursive(leaves, deeper, max_leaves=5)


def lookups(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    edges = st.builds(Edge, st.sampled_from("≥>"), small.map(Constant))
    rows = st.lists(st.builds(LookupRow, edges, inner), min_size=1, max_size=3).map(tuple)
    return deeper(inner) | st.builds(Lookup, inner, rows) | st.builds(Rounded, inner, places)


formulas = st.recursive(leaves, lookups, max_leaves=5)


class NoNumber(Exception):
    """A division by zero, which the schemes' own checks rule out."""


def computed(formula: Formula, parts: list[Figure]) -> Fraction:
    """The formula's meaning in fractions, written down a second time."""
    match formula:
        case Operand(index):
            return Fraction(parts[index].value)
        case Constant(figure):
            return Fraction(figure)
        case Sum(terms):
            return sum((computed(term, parts) for term in terms), Fraction(0))
        case Difference(first, second):
            return computed(first, parts) - computed(second, parts)
        case Product(factors):
            result = Fraction(1)
            for factor in factors:
                result *= computed(factor, parts)
            return result
        case Quotient(top, bottom):
            below = computed(bottom, parts)
            if below == 0:
                raise NoNumber
            return computed(top, parts) / below
        case Clamp(of, floor_, cap):
            value = computed(of, parts)
            value = value if floor_ is None else max(value, Fraction(floor_))
            return value if cap is None else min(value, Fraction(cap))
        case Minimum(first, second):
            return min(computed(first, parts), computed(second, parts))
        case Floor(of):
            return Fraction(floor(computed(of, parts)))
        case Rounded(of, digits):
            return away_from_zero(computed(of, parts), digits)
        case Lookup(of, rows):
            value = computed(of, parts)
            for row in rows:
                if row.edge is None or holds(value, row.edge, parts):
                    return computed(row.gives, parts)
            return Fraction(0)
    raise AssertionError(formula)


def exactly(formula: Formula, parts: list[Figure]) -> Fraction:
    """What fractions say; where they come to no number the example is passed over."""
    try:
        return computed(formula, parts)
    except NoNumber:
        reject()


def holds(value: Fraction, edge: Edge, parts: list[Figure]) -> bool:
    at = computed(edge.at, parts)
    return {"≥": value >= at, ">": value > at, "≤": value <= at, "<": value < at}[edge.sign]


@law
@given(formulas, parts_strategy)
def test_a_formula_is_worth_what_fractions_say(formula: Formula, parts: list[Figure]) -> None:
    exact = exactly(formula, parts)
    assert abs(Fraction(formula.value(parts)) - exact) <= abs(exact) / 10**40 + Fraction(1, 10**30)


NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?(?:%)?")


A, B, C, D = (Operand(index) for index in range(4))


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        (Sum((A, Product((B, Constant(Decimal("0.4"), is_percent=True))))), "7 − 2 × 40%"),
        (Sum((A, B, C)), "7 − 2 + 1,250.5"),
        (Sum(()), "0"),
        (Difference(A, Sum((C, D))), "7 − (1,250.5 + 0.25)"),
        (Difference(A, Difference(C, D)), "7 − (1,250.5 − 0.25)"),
        (Difference(Difference(A, C), D), "7 − 1,250.5 − 0.25"),
        (Difference(A, B), "7 − (−2)"),
        (Product((Sum((A, C)), D)), "(7 + 1,250.5) × 0.25"),
        (Quotient(A, Product((C, D))), "7 ÷ (1,250.5 × 0.25)"),
        (Quotient(Product((A, C)), D), "7 × 1,250.5 ÷ 0.25"),
        (Product((Quotient(A, C), D)), "7 ÷ 1,250.5 × 0.25"),
        (Product((Rounded(Quotient(A, Constant(Decimal(3))), 1), D)), "(7 ÷ 3 = 2.333333…) × 0.25"),
        (Rounded(Sum((A, D)), 2), "7 + 0.25"),
        (Rounded(D, 1), "0.25"),
        (Clamp(Sum((A, B)), Decimal(0), Decimal(100)), "7 − 2"),
        (Clamp(Sum((A, C)), Decimal(0), Decimal(100)), "7 + 1,250.5 = 1,257.5 > 100 → 100"),
        (Clamp(Difference(B, A), Decimal(0), Decimal(100)), "−2 − 7 = −9 < 0 → 0"),
        (Clamp(B, Decimal(0)), "−2 < 0 → 0"),
        (Difference(A, Clamp(Sum((A, B)), None, Decimal(3))), "7 − (7 − 2 = 5 > 3 → 3)"),
        (Minimum(C, Sum((A, D))), "1,250.5 > 7 + 0.25 → 7.25"),
        (Minimum(A, C), "7 ≤ 1,250.5 → 7"),
        (
            Product((Floor(Quotient(C, Constant(Decimal(2)))), B)),
            "(1,250.5 ÷ 2 = 625.25 → 625) × −2",
        ),
        (Floor(A), "7"),
        (Product((Clamp(Sum((A, B)), Decimal(0)), D)), "(7 − 2) × 0.25"),
    ],
)
def test_a_formula_reads_as_a_clerk_would_write_it(formula: Formula, text: str) -> None:
    parts = [part(Decimal(value)) for value in ("7", "-2", "1250.5", "0.25")]
    assert formula.text(parts) == text


def as_fraction(found: re.Match[str]) -> str:
    digits = found[0].rstrip("%").rstrip(",")
    number = f"F('{digits.replace(',', '')}')"
    left_over = "," * (len(found[0].rstrip("%")) - len(digits))
    return f"({number}/100)" if found[0].endswith("%") else number + left_over


def evaluated(text: str, **names: Any) -> Fraction:
    """What a spreadsheet makes of `text`."""
    known = {"F": Fraction, "min": min, "max": max} | names
    return Fraction(eval(text, {"__builtins__": {}}, known))


def clerk(text: str) -> Fraction:
    """What a reader with a pocket calculator makes of `text`, brackets first."""
    values: dict[str, Fraction] = {}
    while "(" in text:
        name = f"v{'abcdefghij'[len(values)]}"
        inner = re.search(r"\(([^()]*)\)", text)
        assert inner is not None
        values[name] = bounded(inner[1], values)
        text = text.replace(inner[0], name, 1)
    return bounded(text, values)


def bounded(text: str, values: dict[str, Fraction]) -> Fraction:
    """A sum, or one that a bound changes: `8 − 12 = −4 < 0 → 0`, `7 ÷ 2 = 3.5 → 3`."""
    computed, arrow, result = text.partition(" → ")
    if not arrow:
        return calculated(text, values)
    compared = re.fullmatch(r"(.*) ([<>≤]) (.*)", computed)
    value = calculated((compared[1] if compared else computed).split(" = ")[0], values)
    if compared is None:
        assert calculated(result, values) == floor(value) != value, text
        return Fraction(floor(value))
    bound = calculated(compared[3], values)
    if compared[2] == "≤":
        assert value <= bound, text
        return value
    assert value < bound if compared[2] == "<" else value > bound, text
    return bound


def calculated(text: str, values: dict[str, Fraction]) -> Fraction:
    text = NUMBER.sub(as_fraction, text)
    for sign, operator in (("×", "*"), ("÷", "/"), ("−", "-")):
        text = text.replace(sign, operator)
    return evaluated(text, **values)


@settings(law, max_examples=200)
@given(plain_formulas, parts_strategy)
def test_the_text_of_a_formula_can_be_computed_again(formula: Formula, parts: list[Figure]) -> None:
    exact = exactly(formula, parts)
    assert clerk(formula.text(parts)) == exact, formula.text(parts)


@law
@given(formulas, parts_strategy)
def test_the_cell_of_a_formula_can_be_computed_again(formula: Formula, parts: list[Figure]) -> None:
    try:
        exact = computed(formula, parts)
        names = {f"A{index}": Fraction(one.value) for index, one in enumerate(parts)}
        cell = re.sub(r"(?<![A-Z\d.])\d+(?:\.\d+)?", as_fraction, formula.cell(list(names)))
        functions = {
            "MAX": max, "MIN": min, "INT": floor,
            "IF": lambda test, then, other: then if test else other,
            "ROUND": lambda value, digits: away_from_zero(value, int(digits)),
        }  # fmt: skip
        again = evaluated(cell, **names, **functions)
    except (NoNumber, ZeroDivisionError):
        assume(False)
    assert again == exact, cell


@law
@given(plain_formulas, parts_strategy)
def test_the_text_of_a_formula_shows_every_figure_it_rests_on(
    formula: Formula, parts: list[Figure]
) -> None:
    try:
        computed(formula, parts)
    except NoNumber:
        assume(False)
    text = formula.text(parts)
    for index in indices(formula):
        assert parts[index].shown.lstrip("−") in text


def indices(formula: Any) -> set[int]:
    if isinstance(formula, Operand):
        return {formula.index}
    fields = (getattr(formula, name) for name in getattr(formula, "__slots__", ()))
    inner = [one for field in fields for one in (field if isinstance(field, tuple) else (field,))]
    return {index for one in inner if hasattr(one, "binding") for index in indices(one)}


@law
@given(st.lists(figures, min_size=1, max_size=6))
def test_a_mean_is_the_sum_shared_out(values: list[Decimal]) -> None:
    parts = [part(value) for value in values]
    exact = sum((Fraction(value) for value in values), Fraction(0))
    assert Fraction(sum_of_parts(len(values)).value(parts)) == exact
    rounded = half_up(mean(len(values)).value(parts), 4)
    assert Fraction(rounded) == away_from_zero(exact / len(values), 4)


@law
@given(formulas, parts_strategy)
def test_a_working_is_worth_what_its_formula_makes_of_its_parts(
    formula: Formula, parts: list[Figure]
) -> None:
    workings = tuple(
        Working(
            id=f"w{i}", kind=Kind.FIGURE, label=Text(zh="数"), value=one.value, unit=Unit.POINTS
        )
        for i, one in enumerate(parts)
    )
    try:
        computed(formula, parts)
    except NoNumber:
        assume(False)
    working = derive("sum", Kind.STEP, Text(zh="和"), formula, workings, most=Decimal(100))
    assert working.value == formula.value(workings)
    assert 0 <= Decimal(working.percent_of_most) <= 100
    assert list(working.walk()) == [working, *workings]


# Months.

months = st.builds(Month, st.integers(1200, 2800), st.integers(1, 12))


@law
@given(months, st.integers(-2000, 2000), st.integers(-2000, 2000))
def test_months_count_across_years(month: Month, one: int, other: int) -> None:
    assert month.plus(one).plus(other) == month.plus(one + other)
    assert month.plus(one).plus(-one) == month
    assert (month.plus(one) < month) == (one < 0)


@law
@given(months)
def test_months_follow_each_other_day_by_day(month: Month) -> None:
    assert Month.parse(str(month)) == month
    assert month.last_day + timedelta(days=1) == month.plus(1).first_day
    assert Month.of(month.first_day) == Month.of(month.last_day) == month


@law
@given(st.text("0123456789-年月. ", max_size=8) | st.sampled_from(["2026-13", "2026-00", "2026-1"]))
def test_only_a_year_and_a_month_are_a_month(text: str) -> None:
    is_month = re.fullmatch(r"[12][0-9]{3}-(0[1-9]|1[0-2])", text) is not None
    try:
        assert str(Month.parse(text)) == text
    except ValueError:
        assert not is_month
    else:
        assert is_month


# Scorecards, on the sample's own form F02 and on small ones.


@cache
def sample() -> Book:
    records = ROOT / "records"
    paths = [
        ROOT / "kpisite.toml",
        records / "departments.toml",
        records / "schemes/cs-agent.toml",
        records / "policies/customer-service.toml",
        *(records / "staff").glob("*.toml"),
        *(records / "schemes").glob("*.toml"),
        *(records / "policies").glob("*.toml"),
    ]
    return book_of({str(path.relative_to(ROOT)): path.read_text("utf-8") for path in paths})


def form() -> Scheme:
    found = sample().scheme("cs-agent", Month(2026, 10))
    assert found is not None
    return found.model


def policy() -> Policy:
    found = sample().policy("cs-agent", Month(2026, 10))
    assert found is not None
    return found.model


Marks = dict[str, dict[str, Decimal]]


def scored(marks: Marks, book: Book | None = None, employee: str = "CS017") -> Working:
    """The total of a record with these marks, on F02 or on the form of another book."""
    filled = Record.model_validate({"employee": employee, "month": "2026-10", "marks": marks})
    filed = Filed(f"records/2026-10/{employee}.toml", filled)
    (card,) = score(replace(book or sample(), records=(filed,)))
    return card.total


@st.composite
def filled_in(draw: st.DrawFn) -> Marks:
    """Marks in whole points for every row of F02."""
    return {
        id: {rater: Decimal(draw(st.integers(0, int(row.points)))) for rater in form().raters}
        for id, row in form().indicators.items()
    }


@law
@given(filled_in(), st.data())
def test_a_better_mark_never_lowers_the_total(marks: Marks, data: st.DataObject) -> None:
    id = data.draw(st.sampled_from(sorted(marks)))
    rater = data.draw(st.sampled_from(sorted(marks[id])))
    most = int(form().indicators[id].points)
    better = Decimal(data.draw(st.integers(int(marks[id][rater]), most)))
    raised = marks | {id: marks[id] | {rater: better}}
    before, after = scored(marks), scored(raised)
    assert after.value >= before.value
    grades = policy().grade
    assert grades.index(grade_of(after.value)) <= grades.index(grade_of(before.value))


@law
@given(filled_in())
def test_points_stay_within_bounds_at_every_level(marks: Marks) -> None:
    for working in scored(marks).walk():
        assert working.most is not None
        assert 0 <= working.value <= working.most


@law
@given(filled_in())
def test_the_total_is_what_the_paper_form_comes_to(marks: Marks) -> None:
    by_hand = sum(
        Fraction(row["self"]) * Fraction(2, 5) + Fraction(row["supervisor"]) * Fraction(3, 5)
        for row in marks.values()
    )
    total_ = scored(marks)
    assert Fraction(total_.value) == away_from_zero(Fraction(by_hand), 1)
    for part_ in total_.parts:
        rows = [marks[row.id] for row in part_.parts]
        assert Fraction(part_.value) == sum(
            Fraction(row["self"]) * Fraction(2, 5) + Fraction(row["supervisor"]) * Fraction(3, 5)
            for row in rows
        )


@pytest.mark.parametrize("extreme", [0, 1])
def test_no_points_at_all_is_zero_and_full_points_everywhere_are_a_hundred(extreme: int) -> None:
    rows = form().indicators
    marks = {id: dict.fromkeys(form().raters, rows[id].points * extreme) for id in rows}
    assert scored(marks).value == 100 * extreme


SHARED = """
id = "shared"
name = "表"
from = "2026-01"
missing = "share"
raters = {{ self = "{self}%", supervisor = "{other}%" }}

[[part]]
id = "all"
name = "全部"
[[part.indicator]]
id = "one"
name = "一"
points = 70
method = "bands"
bands = [{{ points = "0-70" }}]
[[part.indicator]]
id = "two"
name = "二"
points = 30
method = "bands"
bands = [{{ points = "0-30" }}]
"""


def shared_form(weight: int) -> Book:
    text = dedent(SHARED).format(self=weight, other=100 - weight)
    staff = person("A1", "安然", "desk", "M1", scheme="shared")
    records = [path for path in small_site() if path.startswith("records/2026-")]
    files = {"records/schemes/shared.toml": text, "records/staff/A1.toml": staff}
    return book_of(small_site(*records) | files)


@settings(law, max_examples=20)
@given(st.integers(1, 99), st.integers(0, 70), st.integers(0, 30), st.sampled_from("ab"))
def test_the_weight_of_a_rater_who_marks_alone_changes_nothing(
    weight: int, one: int, two: int, who: str
) -> None:
    rater = {"a": "self", "b": "supervisor"}[who]
    marks = {"one": {rater: Decimal(one)}, "two": {rater: Decimal(two)}}
    assert scored(marks, shared_form(weight), "A1").value == one + two


@settings(law, max_examples=20)
@given(st.integers(1, 99), st.integers(0, 70), st.integers(0, 30))
def test_raters_of_one_mind_give_that_mark_whatever_their_weights(
    weight: int, one: int, two: int
) -> None:
    marks = {"one": Decimal(one), "two": Decimal(two)}
    both = {id: {"self": mark, "supervisor": mark} for id, mark in marks.items()}
    assert scored(both, shared_form(weight), "A1").value == one + two


# Grades.


def grade_of(total_: Decimal) -> Grade:
    index = policy().grade_of(total_)
    assert index is not None
    return policy().grade[index]


@pytest.mark.parametrize(
    ("total_", "grade"),
    [
        ("100", "优"), ("95.0", "优"), ("94.9", "良"), ("85.0", "良"), ("84.9", "好"),
        ("75.0", "好"), ("74.9", "及格"), ("65.0", "及格"), ("64.9", "不及格"), ("0", "不及格"),
    ],
)  # fmt: skip
def test_the_boundary_belongs_to_the_higher_grade(total_: str, grade: str) -> None:
    assert grade_of(Decimal(total_)).name.zh == grade


@law
@given(st.integers(0, 1000))
def test_the_grade_is_the_highest_whose_bound_is_reached(tenths: int) -> None:
    total_ = Decimal(tenths) / 10
    reached = [grade for grade in policy().grade if grade.from_ is None or total_ >= grade.from_]
    assert grade_of(total_) == reached[0]


# Commission: less than the plan X 0.5%, from X 1%, above X + 50,000 1.2%.


@cache
def commission(*, slices: bool = False) -> Book:
    text = POLICY.replace('method = "tiers"\n', f'method = "tiers"\nslices = {slices}\n'.lower())
    records = [path for path in small_site() if path.startswith("records/2026-")]
    return book_of(small_site(*records, policy=text))


def earned(book: Book, sales: Decimal, plan: Decimal) -> Decimal:
    mark = {"self": Decimal(10), "supervisor": Decimal(10)}
    filled = Record.model_validate(
        {
            "employee": "A1",
            "month": "2026-10",
            "marks": {"care": mark, "speed": mark},
            "metrics": {"sales": sales, "plan": plan},
        }
    )
    book = replace(book, records=(Filed("records/2026-10/A1.toml", filled),))
    (result,) = results(book, score(book))
    assert result.wage is not None
    (working,) = (one for one in result.wage.parts if one.id == "commission")
    assert half_up(working.value, 2) == working.value
    return working.value


W = Decimal(10_000)
CENT = Decimal("0.01")
plans = st.decimals(1000, 500_000, places=2, allow_nan=False, allow_infinity=False)


def cents(value: Fraction) -> Decimal:
    return Decimal(int(away_from_zero(value, 2) * 100)) / 100


@law
@given(plans)
def test_commission_steps_up_at_the_plan_and_just_above_the_plan_and_fifty_thousand(
    plan: Decimal,
) -> None:
    edge = plan + 5 * W
    for sales, rate in (
        (plan - CENT, Fraction(5, 1000)),
        (plan, Fraction(1, 100)),
        (plan + CENT, Fraction(1, 100)),
        (edge - CENT, Fraction(1, 100)),
        (edge, Fraction(1, 100)),
        (edge + CENT, Fraction(12, 1000)),
    ):
        assert earned(commission(), sales, plan) == cents(Fraction(sales) * rate)


@law
@given(plans, st.integers(0, 60_000_000))
def test_slice_by_slice_each_slice_earns_the_rate_of_its_own_tier(plan: Decimal, c: int) -> None:
    sales = Decimal(c) / 100
    low, high = Fraction(plan), Fraction(plan + 5 * W)
    slices = (
        (min(Fraction(sales), low), Fraction(5, 1000)),
        (max(min(Fraction(sales), high) - low, Fraction(0)), Fraction(1, 100)),
        (max(Fraction(sales) - high, Fraction(0)), Fraction(12, 1000)),
    )
    assert sum(width for width, _ in slices) == Fraction(sales)
    by_hand = sum(width * rate for width, rate in slices)
    assert earned(commission(slices=True), sales, plan) == cents(Fraction(by_hand))


@law
@given(plans)
def test_slice_by_slice_nothing_jumps_at_an_edge(plan: Decimal) -> None:
    for edge in (plan, plan + 5 * W):
        before, at, after = (
            earned(commission(slices=True), edge + step, plan) for step in (-CENT, Decimal(0), CENT)
        )
        assert before <= at <= after <= before + CENT


@law
@given(plans, st.integers(0, 40_000_000), st.integers(0, 1_000_000))
def test_more_sales_never_earn_less(plan: Decimal, c: int, more: int) -> None:
    less, better = Decimal(c) / 100, Decimal(c + more) / 100
    for slices in (False, True):
        component = commission(slices=slices)
        assert earned(component, less, plan) <= earned(component, better, plan)


# Files.


@settings(law, max_examples=15)
@given(st.permutations(sorted(small_site())))
def test_the_order_of_files_changes_nothing(paths: list[str]) -> None:
    files = small_site()
    assert reported({path: files[path] for path in paths}) == reported(files)


def reported(files: dict[str, str]) -> list[Any]:
    book = book_of(files)
    return [as_data(one, book, "zh") for one in results(book, score(book))]


def test_a_month_of_nothing_but_zeros_is_worth_zero() -> None:
    zeros = record("A1", "2026-09", care=(0, 0), speed=(0, 0), sales="0")
    (first, *_) = reported(small_site() | {"records/2026-09/A1.toml": zeros})
    assert (first["total"], first["pay"]["amount"]) == ("0.0", "1200.00")


@pytest.mark.parametrize(
    ("value", "kept"),
    [("2.5", "3 2 3 2"), ("3.5", "4 4 4 3"), ("-2.5", "-3 -2 -3 -2"), ("-0.4", "0 0 -1 0")],
)
def test_the_ways_to_round_differ_at_ties_and_below_zero(value: str, kept: str) -> None:
    modes: tuple[RoundingMode, ...] = ("half-up", "half-even", "up", "down")
    assert " ".join(str(rounded(Decimal(value), 0, mode)) for mode in modes) == kept
