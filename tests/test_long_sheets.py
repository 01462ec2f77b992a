"""Long lists are put into a workbook line by line; it is the one that its library writes."""

import re
import zipfile
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from python_calamine import CalamineWorkbook

from kpisite.pages.cells import Cell, Look, SheetRow, Workbook, Worksheet
from kpisite.write import long_sheet
from kpisite.write.workbook import xlsx

Parts = dict[str, Any]

ODD = ("=1+1", "-", "@a", " a", "a ", "a\nb", "<&>\"'", "_x000A_", "", "x" * 1200, "优", "0012")
TEXTS = some.sampled_from(ODD) | some.text(some.characters(exclude_categories=("Cs", "Cc")))
NUMBERS = some.decimals(-(10**12), 10**12, allow_nan=False, places=3)
LINES = some.lists(some.tuples(TEXTS, TEXTS, NUMBERS, NUMBERS, some.booleans()), min_size=1)


def sheet(lines: list[tuple[str, str, Decimal, Decimal, bool]], name: str = "list") -> Worksheet:
    """A list with a head, some lines, and the sums of its columns."""
    heads = SheetRow(cells=tuple(Cell(value=one, look=Look.HEAD) for one in "abcde"))
    rows = [
        SheetRow(
            cells=(
                Cell(value=id),
                Cell(value=text, indent=int(is_in)),
                Cell(value=one, format="0.0"),
                Cell(value=other) if is_in else Cell(),
                Cell(value=one + other, formula=f"SUM(C{row}:D{row})", look=Look.TOTAL),
            )
        )
        for row, (id, text, one, other, is_in) in enumerate(lines, 2)
    ]
    sums = SheetRow(cells=(Cell(value=heads.cells[0].value, look=Look.TOTAL),))
    return Worksheet(name=name, widths=(8, 12, 9, 9, 14), lines=(heads, *rows, sums), frozen=1)


def read(content: bytes) -> Parts:
    """A workbook's parts; of sheets the rows and cells, each text in its own place."""
    with zipfile.ZipFile(BytesIO(content)) as file:
        parts: Parts = {one: file.read(one).decode() for one in file.namelist()}
    sst = parts.pop("xl/sharedStrings.xml")
    texts = re.findall(r"<si>(.*?)</si>", sst, re.DOTALL)
    used = 0
    for name in [one for one in parts if one.startswith("xl/worksheets/")]:
        text = re.sub(r'(<row [^>]*?) spans="[^"]*"', r"\1", parts[name])

        def said(found: re.Match[str]) -> str:
            return f' t="s"><v>{texts[int(found[1])]}</v>'

        parts[name], count = re.subn(r' t="s"><v>(\d+)</v>', said, text)
        used += count
    assert f'count="{used}" uniqueCount="{len(texts)}"' in sst
    assert len(set(texts)) == len(texts)
    return parts


@settings(max_examples=40)
@given(LINES)
def test_a_long_list_is_the_one_that_the_library_writes(
    lines: list[tuple[str, str, Decimal, Decimal, bool]],
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        short = Worksheet(name="short", widths=(9,), lines=(SheetRow(cells=(Cell(value="a"),)),))
        book = Workbook(title="<t>", sheets=(sheet(lines), short, sheet(lines, "more")))
        slowly = xlsx(book)
        patch.setattr(long_sheet, "LONG", 2)
        at_once = xlsx(book)
    assert read(at_once) == read(slowly)


def test_a_list_of_thousands_is_read_as_it_was_written() -> None:
    lines = [
        (f"CS{one:04}", ODD[one % len(ODD)], Decimal(one) / 8, Decimal(one), one % 3 == 0)
        for one in range(2000)
    ]
    found = CalamineWorkbook.from_filelike(
        BytesIO(xlsx(Workbook(title="t", sheets=(sheet(lines),))))
    )
    rows = found.get_sheet_by_index(0).to_python()
    assert len(rows) == 2002
    assert rows[1] == ["CS0000", "=1+1", 0.0, 0.0, 0.0]
    assert rows[7][:4] == ["CS0006", "<&>\"'", 0.75, 6.0]
    assert rows[2000] == ["CS1999", lines[1999][1], 249.875, "", 2248.875]


def test_what_is_laid_out_in_another_way_is_left_to_the_library(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    book = Workbook(title="t", sheets=(sheet([("a", "b", Decimal(1), Decimal(2), True)] * 300),))
    wanted = read(xlsx(book))
    monkeypatch.setattr(long_sheet, "_ROW", re.compile("<nothing>()()"))
    assert read(xlsx(book)) == wanted
