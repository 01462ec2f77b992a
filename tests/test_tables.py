"""Workbooks and CSV files from elsewhere: read as they are, or refused with the reason; nothing
that is sent can make the machine unpack, expand or lay out more than it may."""

import zipfile
import zlib
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest

from kpisite.tables import xml
from kpisite.tables.grid import Broken, CannotRead, Raw
from kpisite.tables.reading import grids
from kpisite.tables.values import day_of, number_of, share_of
from tests.typed_sheets import rewritten, workbook


def only(content: bytes):
    (grid,) = grids("x", content)
    return grid


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_a_csv_file_is_read_in_every_usual_encoding(encoding: str, delimiter: str) -> None:
    text = f'工号{delimiter}姓名\r\n00017{delimiter}"李{delimiter}娜\n"\r\n'
    grid = only(text.encode(encoding))
    assert grid.rows == (("工号", "姓名"), ("00017", f"李{delimiter}娜\n"))
    assert grid.is_text and grid.label == "x"


def test_a_workbook_says_what_stands_in_it() -> None:
    def more(sheet, book):
        sheet.write_formula(2, 0, "=NA()", None, "#N/A")
        sheet.write_formula(3, 0, "=1+1", None, 2)
        sheet.write_number(4, 0, 0.985, book.add_format({"num_format": "0.0%"}))
        sheet.write_number(5, 0, 440301199001011234)
        sheet.write_number(6, 0, 0.1 + 0.2)
        sheet.set_row(1, None, None, {"hidden": True})

    grid = only(workbook(["00017", date(2026, 11, 3)], ["李娜"], name="名册", more=more))
    assert grid.label == "x [名册]"
    column = [row[0] for row in grid.rows]
    assert column == [
        "00017", "李娜", Broken("cell-error", "#N/A"), Decimal(2), Decimal("0.985"),
        Broken("cell-digits-lost", "4.403011990010113E+17"), Decimal("0.3"),
    ]  # fmt: skip
    assert grid.at(0, 1) == date(2026, 11, 3) and grid.at(99, 99) == ""
    assert (grid.percents, grid.hidden) == ({(4, 0)}, {1})


def test_a_formula_that_nobody_computed_is_no_zero() -> None:
    content = workbook(more=lambda sheet, _: sheet.write_formula(0, 0, "=1+1"))
    content = rewritten(content, lambda _, text: text.replace("<v>0</v>", ""))
    assert only(content).rows == ((Broken("cell-not-computed"),),)


@pytest.mark.parametrize("sign", list("=+-@"))
def test_a_text_that_begins_like_a_formula_is_a_text(sign: str) -> None:
    assert only(f"{sign}cmd|x,1\n".encode()).at(0, 0) == f"{sign}cmd|x"


def refused(content: bytes) -> str:
    with pytest.raises(CannotRead) as cannot:
        grids("x", content)
    return cannot.value.code


def test_what_is_no_table_is_refused_with_the_reason() -> None:
    assert refused(b"PK\x03\x04nothing") == "table-no-workbook"
    assert refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") == "table-old-or-locked"
    assert refused(b"\xff\xff\xff\x80") == "table-no-text"
    other = BytesIO()
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("a.txt", "a")
    assert refused(other.getvalue()) == "table-no-workbook"
    locked = bytearray(workbook(["a"]))
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    assert refused(bytes(locked)) == "table-locked"


def test_a_bomb_is_not_unpacked_whatever_its_header_says(monkeypatch) -> None:
    monkeypatch.setattr(xml, "MOST_BYTES", 1 << 20)
    bomb = rewritten(workbook(["a"]), lambda _, text: text + " " * (1 << 21))
    assert refused(bomb) == "table-too-large"
    small, large = zlib.compress(b"a" * 10)[2:-4], zlib.compress(b" " * (1 << 22))[2:-4]
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("xl/workbook.xml", large)
    lying = bytearray(out.getvalue())
    central = lying.index(b"PK\x01\x02")
    lying[8:10] = lying[central + 10 : central + 12] = (8).to_bytes(2, "little")
    lying[central + 24 : central + 28] = len(small).to_bytes(4, "little")
    assert refused(bytes(lying)) == "table-too-large"


def test_a_cell_far_away_makes_no_table_of_billions() -> None:
    content = workbook(["a"], more=lambda sheet, _: sheet.write(1_048_575, 16_383, "b"))
    assert refused(content) == "table-too-many-cells"
    many = ",".join("a" * 40_000)
    assert refused((f"{many}\n" * 101).encode()) == "table-too-many-cells"


def test_entities_are_not_expanded() -> None:
    declared = '<!DOCTYPE a [<!ENTITY b "c">]><worksheet'
    content = rewritten(workbook(["a"]), lambda _, text: text.replace("<worksheet", declared, 1))
    assert refused(content) == "table-entities"


def test_numbers_shares_and_days_are_understood_or_nothing() -> None:
    numbers: list[Raw] = ["130,000", "１３０，０００", " 130000 ", "¥130,000.00", Decimal(130000)]
    for raw in numbers:
        assert number_of(raw) == 130000, raw
    none: list[Raw] = ["1,5", "8分钟", "约 8", "", True, date(2026, 1, 1), "1e5", "0x10"]
    for raw in none:
        assert isinstance(number_of(raw), Broken), raw
    assert share_of(Decimal("0.985"), is_percent=False) == Decimal("0.985")
    assert share_of(Decimal(35), is_percent=True) == 35, "3,500%, as the cell shows it"
    assert share_of("98.5 ％", is_percent=False) == Decimal("0.985")
    for said in (
        "2026-11-03",
        "2026/11/3",
        "2026.11.3",
        "2026年11月3日",
        "20261103",
        "2026-11-03 00:00:00",
    ):
        assert day_of(said) == date(2026, 11, 3), said
    assert isinstance(day_of("46329", is_text=True), Broken)
    for number in (Decimal("46329.5"), Decimal(12)):
        assert isinstance(day_of(number), Broken), number
    for said in ("11/3/2026", "2026-13-01", "2026-02-30", "昨天"):
        assert isinstance(day_of(said), Broken), said
