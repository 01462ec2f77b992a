"""What holds of every formula: its value is that of exact fractions, its text reads back, and
LibreOffice comes to the same.

The other way to compute is here: trees of sums and products over fractions, which share no line
with the program but the text that HR would write.
"""

from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Decimal
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kpisite.core.formula import Formula, Operand, Rounded, readable
from kpisite.core.formula.fold import fold_of
from kpisite.core.formula.functions import RoundedOperand
from kpisite.core.formula.lookup import Edge
from kpisite.core.formula.parsing import parsed
from kpisite.core.formula.table import Axis, Choice, Table
from kpisite.core.text import Text
from kpisite.core.working import Kind, Unit, Working, derive
from kpisite.language.figures.ranges import Range, range_of
from tests.test_workbook import assert_libreoffice_agrees, ledger

NAMES = ("a", "base-salary", "c3")
Tree = Any
"""A number, a name, or a sign with the trees to its left and right."""


def figures(places: int = 2) -> st.SearchStrategy[Decimal]:
    """Figures as people write them."""
    return st.decimals(-9999, 9999, places=places, allow_nan=False)


def trees() -> st.SearchStrategy[Tree]:
    """Formulas of plain arithmetic, least, greatest and rounding."""
    leaves = st.one_of(figures().map(abs), st.sampled_from(NAMES))
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.tuples(st.sampled_from("+-*/"), inner, inner),
            st.tuples(st.sampled_from(("min", "max")), inner, inner),
            st.tuples(st.just("neg"), inner),
            st.tuples(st.just("^"), inner, st.integers(0, 3)),
            st.tuples(st.just("round"), inner, st.integers(0, 4)),
        ),
        max_leaves=8,
    )


def written(tree: Tree) -> str:
    """The tree as HR would write it, every part of a part in brackets."""
    match tree:
        case str():
            return tree
        case Decimal():
            return format(tree, "f")
        case ("min" | "max" as name, left, right):
            return f"{name}({written(left)}, {written(right)})"
        case ("round", inner, places):
            return f"round({written(inner)}, {places})"
        case ("neg", inner):
            return f"-({written(inner)})"
        case ("^", inner, exponent):
            return f"({written(inner)}) ^ {exponent}"
        case (sign, left, right):
            shown = {"*": "×", "/": "÷"}.get(sign, sign)
            return f"({written(left)}) {shown} ({written(right)})"
    raise AssertionError(tree)


def exact(tree: Tree, values: dict[str, Fraction]) -> Fraction:
    """What the tree comes to in fractions."""
    match tree:
        case str():
            return values[tree]
        case Decimal():
            return Fraction(tree)
        case ("min", left, right):
            return min(exact(left, values), exact(right, values))
        case ("max", left, right):
            return max(exact(left, values), exact(right, values))
        case ("round", inner, places):
            scaled = abs(exact(inner, values)) * 10**places
            whole = (scaled + Fraction(1, 2)).__floor__()
            return Fraction(whole if exact(inner, values) > 0 else -whole, 10**places)
        case ("neg", inner):
            return -exact(inner, values)
        case ("^", inner, exponent):
            return exact(inner, values) ** int(exponent)
        case ("+", left, right):
            return exact(left, values) + exact(right, values)
        case ("-", left, right):
            return exact(left, values) - exact(right, values)
        case ("*", left, right):
            return exact(left, values) * exact(right, values)
        case ("/", left, right):
            return exact(left, values) / exact(right, values)
    raise AssertionError(tree)


class Part:
    """A figure in a formula, shown as it would be written."""

    def __init__(self, value: Decimal) -> None:
        self.value = value
        self.shown = readable(value)


def is_close(value: Decimal, to: Fraction) -> bool:
    return abs(Fraction(value) - to) <= Fraction(1, 10**25) * max(Fraction(1), abs(to))


@given(trees(), st.tuples(figures(), figures(), figures()))
def test_a_formula_comes_to_what_exact_fractions_come_to(
    tree: Tree, values: tuple[Decimal, ...]
) -> None:
    by_name = dict(zip(NAMES, values, strict=True))
    try:
        expected = exact(tree, {name: Fraction(one) for name, one in by_name.items()})
    except ZeroDivisionError:
        expected = None
    assume(expected is None or abs(expected) < 10**20)
    names: list[str] = []
    formula = parsed(written(tree), names)
    parts = [Part(by_name[name]) for name in names]
    if expected is None:
        with pytest.raises(ArithmeticError):
            formula.value(parts)
    else:
        assert is_close(formula.value(parts), expected)


def plain_trees() -> st.SearchStrategy[Tree]:
    return st.recursive(
        st.one_of(figures().map(abs), st.sampled_from(NAMES)),
        lambda inner: st.tuples(st.sampled_from("+-*/"), inner, inner),
        max_leaves=8,
    )


@given(plain_trees(), st.tuples(figures(), figures(), figures()))
def test_the_text_of_a_formula_reads_back_as_the_same_number(
    tree: Tree, values: tuple[Decimal, ...]
) -> None:
    by_name = dict(zip(NAMES, map(abs, values), strict=True))
    names: list[str] = []
    formula = parsed(written(tree), names)
    parts = [Part(by_name[name]) for name in names]
    try:
        value = formula.value(parts)
    except ArithmeticError:
        return
    text = formula.text(parts).replace(",", "")
    again = parsed(text, [])
    assert is_close(again.value(()), Fraction(value)), text


@given(trees(), st.tuples(figures(), figures(), figures()))
def test_no_value_lies_outside_the_range_of_its_formula(
    tree: Tree, values: tuple[Decimal, ...]
) -> None:
    by_name = dict(zip(NAMES, values, strict=True))
    names: list[str] = []
    formula = parsed(written(tree), names)
    ranges = [Range(by_name[name] - 1, by_name[name] + 1) for name in names]
    try:
        value = formula.value([Part(by_name[name]) for name in names])
    except ArithmeticError:
        return
    found = range_of(formula, ranges)
    slack = Decimal("1e-20") * max(Decimal(1), abs(value))
    assert found.low is None or found.low - slack <= value
    assert found.high is None or value <= found.high + slack


@given(st.lists(figures(1), min_size=1, max_size=9), st.integers(0, 2), st.integers(0, 2))
def test_dropping_leaves_out_the_highest_and_the_lowest(
    values: list[Decimal], highest: int, lowest: int
) -> None:
    assume(len(values) > highest + lowest)
    parts = [Part(value) for value in values]
    kept = sorted(values)[lowest : len(values) - highest]
    mean = fold_of("mean", parts, highest, lowest).value(parts)
    assert is_close(mean, Fraction(sum(kept)) / len(kept))
    assert fold_of("sum", parts, highest, lowest).value(parts) == sum(kept)


@pytest.mark.parametrize(
    ("mode", "way"),
    [("half-up", ROUND_HALF_UP), ("half-even", ROUND_HALF_EVEN), ("up", ROUND_UP)],
)
def test_rounding_in_a_formula_is_that_of_the_figure(mode: Any, way: str) -> None:
    for text in ("2.5", "3.5", "-2.5", "2.45", "0.05", "-0.05"):
        part = Part(Decimal(text))
        found = RoundedOperand(Rounded(Operand(0), 1 if "45" in text else 0, mode)).value([part])
        places = Decimal("0.1") if "45" in text else Decimal(1)
        assert found == Decimal(text).quantize(places, rounding=way)


# The spreadsheet.


def part(value: Decimal, word: str = "") -> Working:
    unit = Unit.CHOICE if word else Unit.FIGURE
    return Working(
        id="part", kind=Kind.FIGURE, label=Text(zh="数"), value=value, unit=unit, word=word
    )


def random_tree(random: Random, depth: int) -> Tree:
    if depth == 0 or random.random() < 0.2:
        return random.choice((*NAMES, Decimal(random.randint(1, 9999)) / 100))
    sign = random.choice(("+", "-", "*", "/", "min", "max", "neg", "^", "round"))
    inner = random_tree(random, depth - 1)
    if sign == "neg":
        return sign, inner
    if sign in ("^", "round"):
        return sign, inner, random.randint(0, 2)
    return sign, inner, random_tree(random, depth - 1)


def workings() -> list[Working]:
    """Some hundreds of formulas, tables and folds over figures."""
    random, made = Random(10), list[Working]()
    while len(made) < 300:
        names: list[str] = []
        formula = parsed(written(random_tree(random, 3)), names)
        parts = tuple(part(Decimal(random.randint(-9999, 99999)) / 100) for _ in names)
        try:
            value = formula.value(parts)
        except ArithmeticError:
            continue
        if abs(value) < 10**9:
            made.append(derived(Rounded(formula, 4), parts))
    made += [*tables(random), *folds(random), *powers()]
    return made


def derived(formula: Formula, parts: tuple[Working, ...]) -> Working:
    return derive("law", Kind.TOTAL, Text(zh="总"), formula, parts, unit=Unit.FIGURE)


def tables(random: Random) -> list[Working]:
    names: list[str] = []
    edges = tuple(Edge("≥", parsed(text, names)) for text in ("100%", "97%", "50%"))
    rows = Axis(Operand(0), edges)
    columns = Axis(Operand(1), (Edge("≤", parsed("20", names)), Edge("≤", parsed("35", names))))
    cells = tuple(tuple(parsed(f"{r + c / 10}", names) for c in range(3)) for r in range(4))
    with_formula = (*cells[:3], (cells[3][0], parsed("1.2 + 0.1 × 3", names), cells[3][2]))
    words = tuple(Edge("=", Choice(word, n + 1)) for n, word in enumerate(("新课", "重复课")))
    made = []
    for one in ("1", "0.97", "0.9699", "0.5", "0.4"):
        for two in ("20", "20.01", "35", "36"):
            parts = (part(Decimal(one)), part(Decimal(two)))
            made.append(derived(Table(rows, columns, cells), parts))
            made.append(derived(Table(rows, columns, with_formula), parts))
    for n, word in enumerate(("新课", "重复课"), 1):
        table = Table(Axis(Operand(0), words), None, ((cells[0][1],), (cells[1][2],)))
        made.append(derived(table, (part(Decimal(n), word),)))
    return made


def folds(random: Random) -> list[Working]:
    made = []
    for kind in ("sum", "mean", "min", "max", "count"):
        for count in (1, 2, 5, 8):
            parts = tuple(part(Decimal(random.randint(0, 1000)) / 10) for _ in range(count))
            made.append(derived(fold_of(kind, parts), parts))
            if kind in ("sum", "mean") and count > 3:
                made.append(derived(fold_of(kind, parts, 1, 1), parts))
                made.append(derived(fold_of(kind, parts, 2, 1), parts))
    return made


def powers() -> list[Working]:
    names: list[str] = []
    formula = Rounded(parsed("a ^ 1.35", names), 6)
    return [derived(formula, (part(Decimal(text)),)) for text in ("1.2", "0.8", "1", "0")]


@pytest.mark.office
def test_libreoffice_comes_to_the_value_of_every_formula(tmp_path: Path) -> None:
    assert_libreoffice_agrees({"laws": ledger(workings())}, tmp_path)
