"""Figures in sight stand in the exported workbook, live, and what is written stands there once."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from python_calamine import CalamineWorkbook

from kpisite.pages.cells import Cell, Look, Workbook
from kpisite.pages.workbook import scorecard_workbook
from kpisite.words import page_words
from tests.small_forms import form, read, site
from tests.test_workbook import assert_libreoffice_agrees, recalculated

SCHEME = form(
    """
    [[part.indicator]]
    id = "care"
    name = "细心"
    points = 60
    method = "bands"
    bands = [{ points = "0-60" }]

    [[part.indicator]]
    id = "sold"
    name = "销售得分"
    points = 40
    method = "figure"
    figure = "sold-points"
    """,
    top="""
    [[figure]]
    id = "sales"
    name = "销售额"
    from = "record"
    low = 0

    [[figure]]
    id = "sold-points"
    name = "销售折分"
    is = "min(40, sales ÷ 100)"

    [[figure]]
    id = "both"
    name = "两项之和"
    is = "care + sold"
    shown = true

    [[figure]]
    id = "each"
    name = "每百元"
    is = "sales ÷ 100"
    shown = true

    [[gate]]
    id = "few"
    name = "业绩门槛"
    if = { sales = { below = 3_000 } }
    at-most = 70
    """,
)
POLICY = """
id = "rules"
name = "办法"
from = "2026-01"
schemes = ["form"]

[[figure]]
id = "twice"
name = "两倍"
is = "both × 2 + total"
shown = true

[[pay]]
id = "bonus"
name = "奖金"
method = "figure"
figure = "twice"
"""
RECORD = "marks.care = { boss = 55 }\nmetrics.sales = 2_500\n"


def workbook() -> Workbook:
    book, found, codes = read(site(SCHEME, {"A": RECORD}, POLICY))
    assert codes == []
    return scorecard_workbook(book, found[0], "zh")


def cells_by_label(one: Workbook, sheet: int) -> dict[str, list[Cell]]:
    """The last cells of the form's rows, or the values of the workings, by label without what the
    workbook adds to that of a row that does not count."""
    found: dict[str, list[Cell]] = {}
    for line in one.sheets[sheet].lines:
        if len(line.cells) > 1:
            label = str(line.cells[0].value).removesuffix(page_words("zh")["workbook-aside"])
            found.setdefault(label, []).append(line.cells[1 if sheet else -1])
    return found


def test_figures_in_sight_are_on_the_form_and_have_a_formula() -> None:
    one = workbook()
    on_form, working = cells_by_label(one, 0), cells_by_label(one, 1)
    for name, value in (("两项之和", 80), ("每百元", 25), ("两倍", 230)):
        assert [cell.value for cell in on_form[name]] == [value]
        assert all(cell.formula for cell in (*on_form[name], *working[name]))
    # A row of the form is on it once, be it named by a figure or not.
    assert len(on_form["细心"]) == 1


def test_what_is_written_has_one_cell_and_all_else_refers_to_it() -> None:
    cells = cells_by_label(workbook(), 1)["销售额"]
    assert [cell.look for cell in cells].count(Look.WRITTEN) == 1
    assert all(cell.formula for cell in cells if cell.look is not Look.WRITTEN)


def numbers(path: Path) -> dict[str, float]:
    rows = CalamineWorkbook.from_path(path).get_sheet_by_name("计算过程").to_python()
    aside = page_words("zh")["workbook-aside"]
    return {
        str(line[0]).removesuffix(aside): line[1] for line in rows if isinstance(line[1], float)
    }


def typed(one: Workbook, label: str, value: int) -> Workbook:
    """The workbook in which somebody types over the one cell of a figure."""
    sheet = one.sheets[1]
    (at,) = (
        n
        for n, line in enumerate(sheet.lines)
        if line.cells[0].value == label and line.cells[1].look is Look.WRITTEN
    )
    lines = list(sheet.lines)
    first, own, *rest = lines[at].cells
    lines[at] = replace(lines[at], cells=(first, replace(own, value=Decimal(value)), *rest))
    return replace(one, sheets=(one.sheets[0], replace(sheet, lines=tuple(lines)), *one.sheets[2:]))


def test_all_follow_a_figure_that_is_typed_over_as_libreoffice_computes_them(
    tmp_path: Path,
) -> None:
    one = workbook()
    made = recalculated({"was": one, "more": typed(one, "销售额", 3500)}, tmp_path / "typed")
    was, more = numbers(made["was"]), numbers(made["more"])
    names = ("销售得分", "每百元", "两项之和", "总分", "两倍", "奖金")
    # 55 + 25 is capped at 70; 55 + 35 is not.
    assert [was[name] for name in names] == [25, 25, 80, 70, 230, 230]
    assert [more[name] for name in names] == [35, 35, 90, 90, 270, 270]
    assert_libreoffice_agrees({"one": one}, tmp_path / "agrees")
