"""Workbooks: their formulas come to our numbers in a spreadsheet's hands, and texts stay texts.

LibreOffice is the independent reckoner: every formula is written beside a zero, recalculated on
loading, and read back with calamine.  `KPISITE_RANDOM_RECORDS=20000` compares more records than
the usual two thousand, and `KPISITE_RANDOM_SEED=2` others.
"""

import os
import re
import subprocess
import zipfile
from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from kpisite.check.book import Book
from kpisite.core.formula import (
    Clamp,
    Constant,
    Difference,
    Edge,
    Floor,
    Formula,
    Lookup,
    LookupRow,
    Operand,
    Product,
    Quotient,
    Rounded,
    Sum,
)
from kpisite.core.text import Text
from kpisite.core.working import Kind, Unit, Working, derive
from kpisite.language.methods import METHODS
from kpisite.language.methods.figure import FigureIndicator
from kpisite.outcomes.results import Result, results
from kpisite.pages.cells import (
    Cell,
    SheetRow,
    Workbook,
    Worksheet,
    content_of,
    number_format,
)
from kpisite.pages.ledger import Ledger
from kpisite.pages.workbook import scorecard_workbook
from kpisite.score.scorecard import score
from kpisite.write.workbook import xlsx
from tests.random_records import EVERY_METHOD, forms_of, random_book
from tests.sites import book_of, sample_book, sample_results

ROOT = Path(__file__).parents[1]
RANDOM_RECORDS = int(os.environ.get("KPISITE_RANDOM_RECORDS", "2000"))
RANDOM_SEED = int(os.environ.get("KPISITE_RANDOM_SEED", "1"))
AS_CLOSE = 1e-9

ALWAYS_RECALCULATE = """\
<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop>
</item>
</oor:items>
"""


def recalculated(workbooks: dict[str, Workbook], folder: Path) -> dict[str, Path]:
    """The workbooks as LibreOffice computes them, none having been told any result, by name."""
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user/registrymodifications.xcu").write_text(ALWAYS_RECALCULATE)
    given, made = folder / "given", folder / "made"
    given.mkdir()
    for name, workbook in workbooks.items():
        (given / f"{name}.xlsx").write_bytes(xlsx(workbook, cached=False))
    command = [
        "soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless",
        "--convert-to", "xlsx", "--outdir", str(made), *sorted(map(str, given.iterdir())),
    ]  # fmt: skip
    ran = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    paths = {name: made / f"{name}.xlsx" for name in workbooks}
    assert all(path.exists() for path in paths.values()), ran.stdout[-2000:] + ran.stderr[-2000:]
    return paths


def differences(workbook: Workbook, path: Path) -> Iterator[str]:
    """Every cell that a spreadsheet reads otherwise than it was written or computed by us."""
    read = CalamineWorkbook.from_path(path)
    assert read.sheet_names == [sheet.name for sheet in workbook.sheets]
    for sheet in workbook.sheets:
        rows = read.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
        for number, line in enumerate(sheet.lines):
            column = 0
            for cell in line.cells:
                row = rows[number] if number < len(rows) else []
                there = row[column] if column < len(row) else ""
                if not is_same(cell, there):
                    where = f"{path.name} {sheet.name}!{chr(65 + column)}{number + 1}"
                    yield f"{where}: {cell.formula or cell.value!r}: {cell.value} but {there!r}"
                column += cell.across


def assert_libreoffice_agrees(workbooks: dict[str, Workbook], folder: Path) -> None:
    paths = recalculated(workbooks, folder)
    reported = [one for name, path in paths.items() for one in differences(workbooks[name], path)]
    assert not reported, "\n".join(reported[:20])


def is_same(cell: Cell, there: Any) -> bool:
    """Whether a cell holds our value: within a billionth, and to the last place where the number
    is printed in places."""
    if isinstance(cell.value, str):
        return bool(there == cell.value)
    if not isinstance(there, int | float) or isinstance(there, bool):
        return False
    assert isinstance(cell.value, Decimal)
    ours = float(cell.value)
    if abs(there - ours) > AS_CLOSE * max(abs(ours), 1):
        return False
    fixed = re.fullmatch(r"(?:#,##)?0(?:\.(0+))?", cell.format)
    if fixed is None or abs(ours) > 1e12:
        return True
    place = Decimal(1).scaleb(-len(fixed[1] or ""))
    return _to(place, Decimal(repr(there))) == _to(place, cell.value)


def _to(place: Decimal, value: Decimal) -> Decimal:
    return value.quantize(place, rounding=ROUND_HALF_UP)


def ledger(workings: Iterable[Working]) -> Workbook:
    """Many trees of workings on one sheet, each figure and formula with nothing around it."""
    lines: list[SheetRow] = []
    total: tuple[str, ...] = ()
    for working in workings:
        rows = Ledger(len(lines) + 1).add(working, total=total if working.kind is Kind.WAGE else ())
        if working.kind is Kind.TOTAL:
            total = tuple(row.address for row in rows if row.depth <= 1)
        for row in rows:
            value = content_of(row.working)
            cell = Cell(value=value, formula=row.formula, format=number_format(row.working))
            lines.append(SheetRow(cells=(Cell(), cell)))
    sheet = Worksheet(name="ledger", widths=(4, 12), lines=tuple(lines), frozen=1)
    return Workbook(title="ledger", sheets=(sheet,))


def trees(found: Iterable[Result]) -> Iterator[Working]:
    for result in found:
        yield result.card.total
        if result.wage is not None:
            yield result.wage


def results_of(book: Book) -> tuple[Result, ...]:
    return results(book, score(book))


@pytest.fixture
def scored() -> tuple[Book, tuple[Result, ...]]:
    return sample_book(), sample_results()


# The independent calculation.


@pytest.mark.office
def test_libreoffice_comes_to_every_number_of_the_sample_company(
    scored: tuple[Book, tuple[Result, ...]], tmp_path: Path
) -> None:
    book, found = scored
    forms = {result.card.scheme.path: result for result in found}.values()
    whole = {
        f"{one.appraisee_id}-{one.month}": scorecard_workbook(book, one, "zh") for one in forms
    }
    workbooks = {"ledger": ledger(trees(found)), **whole}
    assert_libreoffice_agrees(workbooks, tmp_path)


@pytest.mark.office
def test_libreoffice_comes_to_every_number_of_random_records(tmp_path: Path) -> None:
    book = random_book(forms_of(ROOT), count=RANDOM_RECORDS, seed=RANDOM_SEED)
    found = results_of(book)
    kinds = {result.card.scheme.path: result for result in found if result.grade}
    whole = {
        f"form-{n}": scorecard_workbook(book, one, "en") for n, one in enumerate(kinds.values())
    }
    workbooks = {"ledger": ledger(trees(found)), **whole}
    assert_libreoffice_agrees(workbooks, tmp_path)


def part(text: str) -> Working:
    return Working(id="part", kind=Kind.FIGURE, label=Text(zh="数"), value=Decimal(text))


A, B = Operand(0), Operand(1)


def given(text: str) -> Constant:
    return Constant(Decimal(text))


def row(edge: Edge | None, gives: Formula) -> LookupRow:
    return LookupRow(edge, gives)


TWO_AT_ONE_EDGE = Lookup(
    A, (row(Edge(">", given("0.38")), given("3")), row(Edge("≥", given("0.38")), given("2")))
)

#: Formulas at the points where binary arithmetic and ours could part.
HARD: tuple[tuple[str, Formula, tuple[str, ...]], ...] = (
    ("a tie made of a sum", Rounded(Sum((A, B)), 1), ("28.05", "56.9")),
    ("a tie just missed in binary", Rounded(Product((A, given("1.15"))), 2), ("1.3",)),
    ("a tie below zero", Rounded(Difference(A, B), 1), ("0.1", "0.35")),
    ("a tie of many weights",
     Rounded(Sum((Product((A, given("0.4"))), Product((B, given("0.6"))))), 1), ("84.05", "85.55")),
    ("a tie of cents", Rounded(Product((A, given("0.005"))), 2), ("62301",)),
    ("a tie of thirds", Rounded(Product((Quotient(A, given("3")), given("0.3"))), 1), ("0.5",)),
    ("a million to the cent", Rounded(Product((A, given("0.0125"))), 2), ("8123456.4",)),
    ("thirds that make a tie",
     Rounded(Sum((Difference(given("20"), Quotient(A, given("3"))), Quotient(B, given("3")))), 2),
     ("2", "2.015")),
    ("less a negative", Difference(A, B), ("-3.5", "-2.25")),
    ("plus a negative figure", Sum((A, given("-2"), B)), ("-1", "-0.5")),
    ("times a negative figure", Product((A, given("-2"))), ("-1.5",)),
    ("less a sum", Difference(A, Sum((B, given("-2")))), ("5", "3")),
    ("less a difference", Difference(A, Difference(B, given("2"))), ("5", "3")),
    ("a quotient under a quotient", Quotient(A, Quotient(B, given("3"))), ("5", "7")),
    ("a quotient of a product", Quotient(A, Product((B, given("3")))), ("5", "7")),
    ("a quotient times", Product((A, Quotient(B, given("3")), given("2"))), ("5", "7")),
    ("a sum times", Product((Sum((A, B)), given("0.3"))), ("5", "7.7")),
    ("one term times", Product((Sum((Difference(A, B),)), given("0.3"))), ("5", "7.7")),
    ("within, unbounded, times", Product((Clamp(Difference(A, B)), given("2"))), ("5", "7")),
    ("below the floor", Clamp(Difference(A, B), Decimal(-3), Decimal(10)), ("1", "7")),
    ("above the cap", Clamp(Sum((A, B)), Decimal(0), Decimal("7.5")), ("1", "7")),
    ("on the cap in binary", Clamp(Sum((A, B)), Decimal(0), Decimal("0.3")), ("0.1", "0.2")),
    ("no terms, no factors", Sum((Sum(()), Product(()), A)), ("4",)),
    ("three whole steps in binary", Floor(Quotient(A, given("0.1"))), ("0.3",)),
    ("not quite three", Floor(Quotient(A, given("1"))), ("2.9999999999",)),
    ("three of a difference", Floor(Quotient(Difference(A, B), given("0.1"))), ("126.7", "126.4")),
    ("whole steps below zero", Floor(Quotient(A, given("2"))), ("-0.5",)),
    ("on an edge of its own making",
     Lookup(A, (row(Edge(">", Product((B, given("1.2")))), given("3")), row(None, given("1")))),
     ("96000.12", "80000.1")),
    ("on the lower of two equal edges", TWO_AT_ONE_EDGE, ("0.38",)),
    ("above two equal edges", TWO_AT_ONE_EDGE, ("0.3801",)),
    ("below the last edge", Lookup(A, (row(Edge("≥", given("0.38")), given("2")),)), ("0.3799",)),
    ("a sum on an edge",
     Lookup(Sum((A, B)), (row(Edge("≤", given("0.3")), given("-2")), row(None, given("1")))),
     ("0.1", "0.2")),
    ("a lookup with no edge, times",
     Product((Lookup(A, (row(None, Sum((A, B))),)), given("2"))), ("3", "4")),
    ("a row that is a sum, times",
     Product((Lookup(A, (row(Edge("≥", given("1")), Sum((A, B))),)), given("2"))), ("3", "4")),
    ("a tie to the even below", Rounded(Sum((A, B)), 1, "half-even"), ("0.1", "0.15")),
    ("a tie to the even above", Rounded(Sum((A, B)), 1, "half-even"), ("0.1", "0.25")),
    ("a tie to the even below zero", Rounded(Sum((A, B)), 0, "half-even"), ("-1.1", "-1.4")),
    ("a third to the even", Rounded(Quotient(A, B), 2, "half-even"), ("2", "3")),
    ("up below zero", Rounded(Sum((A, B)), 0, "up"), ("-1.1", "-1.2")),
    ("down below zero", Rounded(Sum((A, B)), 0, "down"), ("-1.1", "-1.8")),
    ("up by nothing in binary", Rounded(Product((A, given("1.1"))), 1, "up"), ("3",)),
    ("a large figure", Rounded(Sum((A, B)), 2), ("999999999999.99", "0.01")),
)  # fmt: skip


@pytest.mark.office
def test_libreoffice_agrees_where_binary_arithmetic_could_part_from_ours(tmp_path: Path) -> None:
    workings = [
        derive("hard", Kind.TOTAL, Text(zh=name), formula, tuple(map(part, parts)))
        for name, formula, parts in HARD
    ]
    assert_libreoffice_agrees({"hard": ledger(workings)}, tmp_path)


def test_half_a_cent_left_over_from_thirds_is_rounded_up() -> None:
    [(_, formula, figures)] = [one for one in HARD if one[0] == "thirds that make a tie"]
    assert formula.value(tuple(map(part, figures))) == Decimal("20.01")


def test_a_workbook_that_nobody_computed_does_not_pass(tmp_path: Path) -> None:
    workbook = ledger([derive("sum", Kind.TOTAL, Text(), Sum((A, B)), (part("1"), part("2")))])
    for cached in (True, False):
        (tmp_path / "a.xlsx").write_bytes(xlsx(workbook, cached=cached))
        assert bool(list(differences(workbook, tmp_path / "a.xlsx"))) != cached


# What the workbook says.


def test_the_form_comes_first_and_names_whose_it_is(site: Any) -> None:
    assert site.run("export", "--workbook", "CS017", "2026-10").code == 0
    read = CalamineWorkbook.from_path(site.root / "CS017-2026-10.xlsx")
    assert read.sheet_names == ["考核表", "计算过程", "等级表"]
    rows = read.get_sheet_by_name("考核表").to_python(skip_empty_area=False)
    texts = [[cell for cell in row if cell != ""] for row in rows]
    assert texts[0] == ["澄湖电子商务有限公司"]
    assert texts[1] == ["客服月度考核"]
    for fact in (
        ["姓名", "李娜"],
        ["工号", "CS017"],
        ["等级", "及格"],
        ["月份", "2026 年 10 月"],
    ):
        assert fact in texts
    assert ["指标", "满分", "自评", "上级", "得分"] in texts
    assert ["纪律性", 10, 9, 8, 8.4] in texts
    assert ["迟到", -1] in texts
    assert ["总分", 30, 27.4] in texts
    assert ["岗位工资", 1500] in texts


def test_every_working_has_a_row_with_its_rule_and_the_line_it_rests_on(site: Any) -> None:
    site.run("export", "--workbook", "CS017", "2026-10")
    read = CalamineWorkbook.from_path(site.root / "CS017-2026-10.xlsx")
    rows = read.get_sheet_by_name("计算过程").to_python(skip_empty_area=False)
    assert rows[2] == ["指标", "数值", "满分", "算法与结果（导出时）", "说明", "记录"]
    by_label = {row[0]: row for row in reversed(rows)}
    assert by_label["总分"][1:4] == [27.4, 30, "28.4 − 1 = 27.4"]
    assert by_label["纪律性"][3] == "9 × 40% + 8 × 60% = 8.4"
    assert by_label["上级"] == ["上级", 8, 10, "", "好", "records/2026-10/CS017.toml:8"]
    assert by_label["2026-10-12 迟到"][4] == "考勤表"
    assert by_label["等级（等级表的第几级）"][1] == 1
    assert sum(row[0] != "" for row in rows[3:]) == 13


def test_what_is_written_is_a_number_and_what_is_derived_a_formula(site: Any) -> None:
    site.run("export", "--workbook", "CS017", "2026-10")
    sheet = part_of(site.root / "CS017-2026-10.xlsx", "xl/worksheets/sheet2.xml")
    cells = dict(re.findall(r'<c r="(B\d+)"[^>]*>(.*?)</c>', sheet))
    assert cells["B4"] == "<f>ROUND(ROUND(MAX(0,B5+B11),10),1)</f><v>27.4</v>"
    assert cells["B6"] == "<f>B7*0.4+B8*0.6</f><v>8.4</v>"
    assert cells["B7"] == "<v>9</v>"
    assert cells["B9"] == "<f>IF(B10&gt;=0.35,1,IF(B10&gt;=0.25,0.5,0))*20</f><v>20.0</v>"
    assert cells["B13"].startswith("<f>1+(ROUND(B4,10)&lt;'等级表'!B2)</f>")
    assert "INDEX('等级表'!C2:C3,'计算过程'!B13)" in "".join(cells.values())
    assert 'outlineLevel="3"' in sheet
    assert '<pageSetup paperSize="9"' in sheet and 'orientation="portrait"' in sheet
    assert re.search(r'<pane ySplit="3"[^>]*state="frozen"', sheet)


def part_of(path: Path, name: str) -> str:
    with zipfile.ZipFile(path) as archive:
        return archive.read(name).decode()


HOSTILE = ("=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x","y")', "http://x", "_x0041_")


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_stays_a_text_whatever_it_begins_with(site: Any, text: str) -> None:
    written = f"'{text}'"
    site.edit(
        "records/2026-10/CS017.toml", "supervisor = 8 }", f"supervisor = 8, note = {written} }}"
    )
    site.edit("records/2026-10/CS017.toml", 'source = "考勤表"', f"source = {written}")
    site.write({"records/2026-10/CS017.toml": site.read("records/2026-10/CS017.toml")
                + f"\n[notes]\nsupervisor = {written}\n"})  # fmt: skip
    site.edit("records/staff/CS017.toml", '"李娜"', written)
    site.edit("records/schemes/agent.toml", '"纪律性"', written)
    site.edit("records/schemes/agent.toml", '"工作考核"', written)
    site.edit("records/policies/service.toml", '"及格"', written)
    site.edit("kpisite.toml", '"澄湖电子商务有限公司"', written)
    ran = site.run("export", "--workbook", "CS017", "2026-10")
    assert ran.code == 0, ran.errors
    path = site.root / "CS017-2026-10.xlsx"
    read = CalamineWorkbook.from_path(path)
    cells = [
        cell
        for name in read.sheet_names
        for row in read.get_sheet_by_name(name).to_python(skip_empty_area=False)
        for cell in row
    ]
    assert cells.count(text) >= 8
    formulas = re.findall("<f>(.*?)</f>", "".join(
        part_of(path, f"xl/worksheets/sheet{n}.xml") for n in (1, 2, 3)
    ))  # fmt: skip
    assert formulas
    for formula in formulas:
        assert re.fullmatch(
            r"(?:[-+*/(),.<>=&;!\d]|'[^']+'|[A-Z]\d+(?::[A-Z]\d+)?|ROUND|MAX|MIN|IF|INT|INDEX|gt|lt)+",
            formula,
        )
    assert "hyperlink" not in part_of(path, "xl/worksheets/sheet2.xml").lower()


def test_a_tab_before_a_formula_stays_a_text() -> None:
    sheet = Worksheet(
        name="a", widths=(9,), lines=(SheetRow(cells=(Cell(value="\t=1+1"),)),), frozen=1
    )
    content = xlsx(Workbook(title="=1+1", sheets=(sheet,)))
    assert content.startswith(b"PK")
    read = CalamineWorkbook.from_filelike(_file(content))
    assert read.get_sheet_by_name("a").to_python(skip_empty_area=False) == [["\t=1+1"]]


def _file(content: bytes) -> Any:
    import io

    return io.BytesIO(content)


def test_a_text_longer_than_a_cell_is_shortened_and_not_lost() -> None:
    sheet = Worksheet(
        name="a", widths=(9,), lines=(SheetRow(cells=(Cell(value="长" * 40_000),)),), frozen=1
    )
    read = CalamineWorkbook.from_filelike(_file(xlsx(Workbook(title="", sheets=(sheet,)))))
    [[text]] = read.get_sheet_by_name("a").to_python(skip_empty_area=False)
    assert isinstance(text, str) and len(text) == 32_767 and text.endswith("长…")


def test_digits_that_a_cell_cannot_hold_stand_beside_it(site: Any) -> None:
    site.edit("records/2026-10/CS017.toml", '"36%"', '"123456789012345.6789%"')
    site.run("export", "--workbook", "CS017", "2026-10")
    read = CalamineWorkbook.from_path(site.root / "CS017-2026-10.xlsx")
    rows = read.get_sheet_by_name("计算过程").to_python(skip_empty_area=False)
    [row] = [row for row in rows if isinstance(row[1], float) and row[1] > 1e9]
    assert row[1] == 1234567890123.457
    assert row[3] == "1234567890123.456789"


def test_a_formula_too_long_for_a_spreadsheet_stands_as_its_value() -> None:
    parts = tuple(part("1") for _ in range(2000))
    many = derive("many", Kind.TOTAL, Text(zh="多"), Sum(tuple(map(Operand, range(2000)))), parts)
    assert Ledger(1).add(many)[0].formula == ""
    few = derive("few", Kind.TOTAL, Text(zh="少"), Sum((A, B)), parts[:2])
    assert Ledger(1).add(few)[0].formula == "B2+B3"


@pytest.mark.parametrize(
    ("value", "unit", "places", "format"),
    [
        ("0.4", Unit.SHARE, None, "0.00%"),
        ("0.99555", Unit.SHARE, None, "0.000%"),
        ("2800", Unit.MONEY, None, "#,##0.00"),
        ("88", Unit.POINTS, 1, "0.0"),
        ("88", Unit.POINTS, 0, "0"),
        ("126000", Unit.FIGURE, None, "#,##0.00"),
        ("8", Unit.FIGURE, None, "General"),
        ("8.375", Unit.POINTS, None, "General"),
    ],
)
def test_a_number_is_printed_in_its_unit(
    value: str, unit: Unit, places: int | None, format: str
) -> None:
    working = Working(
        id="a", kind=Kind.STEP, label=Text(), value=Decimal(value), unit=unit, places=places
    )
    assert number_format(working) == format


def test_the_same_record_makes_the_same_bytes(site: Any) -> None:
    site.run("export", "--workbook", "CS017", "2026-10", "-o", "one.xlsx")
    site.run("export", "--workbook", "CS017", "2026-10", "-o", "two.xlsx")
    one = (site.root / "one.xlsx").read_bytes()
    assert one == (site.root / "two.xlsx").read_bytes()
    assert str(site.root).encode() not in one
    core = part_of(site.root / "one.xlsx", "docProps/core.xml")
    assert set(re.findall(r"\d{4}-\d\d-\d\dT[\d:]+Z", core)) == {"2000-01-01T00:00:00Z"}


# The command.


def test_a_file_that_is_there_is_only_replaced_by_force(site: Any) -> None:
    site.write({"CS017-2026-10.xlsx": "mine"})
    ran = site.run("export", "--workbook", "CS017", "2026-10")
    assert ran.code == 2 and "--force" in ran.errors
    assert site.read("CS017-2026-10.xlsx") == "mine"
    assert site.run("export", "--workbook", "CS017", "2026-10", "--force").code == 0
    assert (site.root / "CS017-2026-10.xlsx").read_bytes().startswith(b"PK")


def test_a_month_goes_into_a_folder_a_file_each(site: Any) -> None:
    ran = site.run("export", "--workbook", "--month", "2026-10", "-o", "to-check")
    assert ran.code == 0
    assert [path.name for path in (site.root / "to-check").iterdir()] == ["CS017-2026-10.xlsx"]
    again = site.run("export", "--workbook", "--month", "2026-10", "-o", "to-check")
    assert again.code == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("CS017", "2026-10"), "--workbook"),
        (("--workbook",), "EMPLOYEE"),
        (("--workbook", "CS017"), "EMPLOYEE"),
        (("--workbook", "CS017", "2026-10", "--month", "2026-10"), "EMPLOYEE"),
        (("--workbook", "CS017", "2026-10", "--department", "service"), "--month"),
        (("--workbook", "--month", "2026-10", "--department", "moon"), "moon"),
        (("--workbook", "CS001", "2026-10"), "没有 CS001 的记录"),
        (("--workbook", "CS017", "2026-13"), "2026-13"),
    ],
)
def test_a_wrong_use_is_reported_and_writes_nothing(
    site: Any, arguments: tuple[str, ...], said: str
) -> None:
    ran = site.run("export", *arguments)
    assert ran.code == 2 and said in ran.errors
    assert not list(site.root.glob("*.xlsx"))


def test_every_form_can_be_exported_in_both_languages(
    scored: tuple[Book, tuple[Result, ...]],
) -> None:
    book, found = scored
    for result in {one.card.scheme.path: one for one in found}.values():
        for language in ("zh", "en"):
            workbook = scorecard_workbook(book, result, language)
            assert len({sheet.name for sheet in workbook.sheets}) == len(workbook.sheets)
            assert xlsx(workbook)


def test_the_forms_of_the_generator_have_every_method() -> None:
    book = book_of(
        {"kpisite.toml": 'company = "试"\n',
         "records/departments.toml": '[[department]]\nid = "none"\nname = "无"\n'} | EVERY_METHOD
    )  # fmt: skip
    used = {
        type(indicator) for filed in book.schemes for indicator in filed.model.indicators.values()
    }
    # Figures have samples of their own, in test_figure_laws.py and test_more_forms.py.
    assert set(METHODS) - {FigureIndicator} <= used
