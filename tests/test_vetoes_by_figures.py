"""Vetoes that figures bring on: written as gates are, in view on every copy, live in a workbook."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from kpisite.check.book import Book
from kpisite.outcomes.results import Result
from kpisite.pages.cells import Workbook, Worksheet
from kpisite.pages.scorecard import scorecard_facts
from kpisite.pages.what_if import what_if
from kpisite.pages.workbook import scorecard_workbook
from tests.small_forms import CARE, form, issues, read, row, site
from tests.test_figure_docs import example
from tests.test_workbook import assert_libreoffice_agrees, recalculated

GIVEN = (
    '[[figure]]\nid = "accidents"\nname = "事故"\nfrom = "record"\nlow = 0\n'
    '[[figure]]\nid = "inspected"\nname = "检查完成率"\nfrom = "record"\nunit = "percent"\n'
)
EVENT = '[[event]]\nrule = "leak"\ndate = 2026-10-12\n'
BY_EVENT = '\n[[veto]]\nid = "leak"\nname = "泄密"\ntotal = 20\n'


def says(accidents: int = 0, inspected: str = "90%", more: str = "") -> str:
    return (
        "marks.care = { boss = 95 }\n"
        f'metrics = {{ accidents = {accidents}, inspected = "{inspected}" }}\n{more}'
    )


def scored(scheme: str, record: str) -> tuple[Book, Result]:
    book, found, codes = read(site(scheme, {"A": record}))
    assert codes == []
    return book, found[0]


def vetoed(record: str, more: str = "") -> tuple[Book, Result]:
    return scored(form(CARE + example("unsafe") + more, top=GIVEN), record)


@pytest.mark.parametrize(
    ("accidents", "inspected", "total", "said"),
    [
        (0, "90%", 95, ""),
        (0, "80%", 95, ""),  # the edge belongs to what is well
        (0, "79.99%", 40, "安全一票否决：检查完成率 79.99% < 80%"),
        (1, "90%", 40, "安全一票否决：事故 1 ≥ 1"),
    ],
)
def test_a_condition_lowers_the_total_and_every_copy_says_why(
    accidents: int, inspected: str, total: int, said: str
) -> None:
    book, result = vetoed(says(accidents, inspected))
    assert result.card.total.value == total
    facts = scorecard_facts(book, result, "zh")
    assert (said in facts.set_by) if said else not facts.set_by
    rows = [one.label for one in facts.rows if one.kind == "adjustment"]
    assert rows == (["未否决时的总分", said] if said else [])


def test_it_never_raises_a_total_and_stands_beside_one_by_an_event() -> None:
    low = says(1).replace("95", "30")
    assert vetoed(low)[1].card.total.value == 30
    _, both = vetoed(says(1, more=EVENT), BY_EVENT)
    assert both.card.total.value == 20
    assert [one.id for one in both.card.total.parts] == ["leak", "unsafe", "unvetoed"]


def test_it_may_go_by_points_of_a_row_and_then_nothing_can_be_tried_out() -> None:
    weak = '[[veto]]\nid = "weak"\nname = "短板"\ntotal = 10\nif = { care = { below = 60 } }\n'
    _, well = scored(form(CARE + weak), "marks.care = { boss = 95 }\n")
    assert well.card.total.value == 95
    # 59 would be tried out as 59, where the veto makes it 10.
    assert what_if(well, "zh") is None
    _, low = scored(form(CARE + weak), "marks.care = { boss = 59 }\n")
    assert low.card.total.value == 10
    assert what_if(vetoed(says())[1], "zh") is not None  # no mark moves what it goes by


def test_a_total_that_paper_states_is_held_against_it() -> None:
    scheme = form(CARE + example("unsafe"), top=GIVEN)
    ok = site(scheme, {"A": says(1, more="expect = { total = 40, unsafe = 40, care = 95 }\n")})
    assert issues(ok) == []
    assert issues(site(scheme, {"A": says(1, more="expect = 95\n")})) == ["expected-differs"]


@pytest.mark.parametrize(
    ("condition", "codes"),
    [
        ("{ speed = { below = 3 } }", ["unknown-figure"]),
        ("{ inspected = { below = 80 } }", ["figure-units"]),
        ("{ accidents = { from = 0 } }", ["veto-always"]),
        ("{ care = { above = 100 } }", ["veto-never"]),
    ],
)
def test_a_condition_is_checked_before_any_record_is_there(
    condition: str, codes: list[str]
) -> None:
    used = '[[gate]]\nid = "g"\nname = "门槛"\nat-most = 90\n'
    used += "if = { accidents = { from = 9 }, inspected = { below = '1%' } }\n"
    veto = f'[[veto]]\nid = "v"\nname = "否决"\nif = {condition}\n'
    assert issues(site(form(CARE + veto, top=GIVEN + used), {"A": says()})) == codes


def test_figures_that_only_a_veto_asks_for_are_not_idle() -> None:
    assert issues(site(form(CARE + example("unsafe"), top=GIVEN), {"A": says()})) == []


# The workbook.


def changed(workbook: Workbook, label: str, value: str) -> Workbook:
    """The workbook in which somebody types another figure beside a label."""

    def of_sheet(sheet: Worksheet) -> Worksheet:
        lines = tuple(
            replace(line, cells=(line.cells[0], replace(line.cells[1], value=Decimal(value))))
            if line.cells and line.cells[0].value == label and not line.cells[1].formula
            else line
            for line in sheet.lines
        )
        return replace(sheet, lines=lines)

    return replace(workbook, sheets=tuple(map(of_sheet, workbook.sheets)))


def total_in(path: Path) -> float:
    rows = CalamineWorkbook.from_path(path).get_sheet_by_name("计算过程").to_python()
    (total,) = (line[1] for line in rows if line[0] == "总分")
    assert isinstance(total, float)
    return total


GATED = (
    '[[gate]]\nid = "low"\nname = "门槛"\nat-most = 70\n'
    'if = { accidents = { from = 2 }, inspected = { above = "0%" } }\n'
)


def test_the_workbook_follows_the_figures_as_libreoffice_computes_them(tmp_path: Path) -> None:
    book, result = vetoed(says(1, "70%"))
    workbook = scorecard_workbook(book, result, "zh")
    _, gated = scored(form(CARE, top=GIVEN + GATED), says(2))
    workbooks = {
        "as-it-is": workbook,
        "one-is-left": changed(workbook, "事故", "0"),
        "none-is-left": changed(changed(workbook, "事故", "0"), "检查完成率", "0.8"),
        "gated": scorecard_workbook(book, gated, "zh"),
        "ungated": changed(scorecard_workbook(book, gated, "zh"), "事故", "1"),
    }
    made = recalculated(workbooks, tmp_path)
    totals = {name: total_in(path) for name, path in made.items()}
    assert totals == {
        "as-it-is": 40, "one-is-left": 40, "none-is-left": 95, "gated": 70, "ungated": 95,
    }  # fmt: skip
    assert_libreoffice_agrees({"as-it-is": workbook}, tmp_path / "again")


def test_a_word_and_a_sum_on_the_edge_are_tested_alike_in_a_workbook(tmp_path: Path) -> None:
    # 0.1 + 0.2 is a little more than 0.3 in binary.
    top = (
        '[[figure]]\nid = "kind"\nname = "类别"\nfrom = "record"\nunit = "choice"\n'
        'choices = ["甲", "乙", "丙"]\n[[figure]]\nid = "one"\nfrom = "record"\n'
        '[[figure]]\nid = "two"\nfrom = "record"\n[[figure]]\nid = "both"\nis = "one + two"\n'
    )
    veto = (
        '[[veto]]\nid = "v"\nname = "否决"\ntotal = 40\n'
        'if = { kind = { are = ["甲", "乙"] }, both = { to = 0.3 } }\n'
    )
    record = "marks.care = { boss = 95 }\nchoices.kind = '乙'\nmetrics = { one = 0.1, two = 0.2 }\n"
    book, result = scored(form(CARE + veto, top=top), record)
    assert result.card.total.value == 40
    assert_libreoffice_agrees({"words": scorecard_workbook(book, result, "zh")}, tmp_path)


def test_the_figures_of_a_condition_unfold_under_it() -> None:
    _, result = vetoed(says(1))
    (veto,) = (one for one in result.card.total.parts if one.id == "unsafe")
    assert [part.id for part in veto.parts] == ["accidents", "inspected"]
    assert row(result.card.total, "unvetoed").value == 95
