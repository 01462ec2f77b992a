"""`kpisite sheet` and its coming back: what nobody typed changes nothing, what was typed comes into
its key and nowhere else, and what cannot be meant is reported with its cell."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpisite.check.book import Book
from kpisite.core.month import Month
from kpisite.core.text import Language
from kpisite.desk.answering import RECORD_ORDER
from kpisite.desk.asked import MET, NOT_MET, Slot
from kpisite.desk.collected import agreed
from kpisite.desk.hands import Hand, hands
from kpisite.desk.sheets.back import How, taken_back
from kpisite.desk.sheets.ids import IDS
from kpisite.desk.sheets.rater_sheet import rater_sheet
from kpisite.edit.change import edited
from kpisite.tables.grid import Grid
from kpisite.tables.reading import grids
from kpisite.tables.values import text_of
from kpisite.write.workbook import xlsx
from tests.conftest import Site
from tests.random_records import EVERY_METHOD, RandomSite, random_site
from tests.sites import sample_book
from tests.typed_sheets import rewritten, sheets_of, typed

RECORD = "records/2026-11/CS017.toml"
FORM, EVENTS = "客服月度考核", "事项"
TODAY = date(2026, 12, 4)


@pytest.fixture
def laid_out(site: Site) -> Site:
    """The sound site with November laid out and its sheets made."""
    assert site.run("new", "2026-11").code == 0
    assert site.run("sheet", "2026-11").code == 0
    return site


def sent_back(site: Site, cells: Mapping[tuple[str, str, str], Any], month="2026-11", *more):
    """The sheet of the month with these cells typed in, taken back."""
    (path,) = sheets_of(site.root, month)
    path.write_bytes(typed(path.read_bytes(), cells))
    return site.run("import", str(path), "--on", "2026-12-04", *more)


def reported(ran) -> list[str]:
    """The codes of what is wrong."""
    return [one["code"] for one in json.loads(ran.output)]


def test_a_sheet_is_made_anew_where_nothing_in_it_is_left_to_take_back(laid_out: Site) -> None:
    (path,) = sheets_of(laid_out.root, "2026-11")
    mark = {"self": 7, "supervisor": 8}
    laid_out.edit(
        RECORD, "# discipline = { self = …, supervisor = … }", "discipline = { self = 7 }"
    )
    assert laid_out.run("sheet", "2026-11").code == 0, "nobody typed in it yet"
    cells = {(FORM, "discipline", "CS017:supervisor"): 8}
    path.write_bytes(typed(path.read_bytes(), cells))
    ran = laid_out.run("sheet", "2026-11")
    assert ran.code == 2 and "收回后再生成" in ran.errors
    assert laid_out.run("import", str(path), "--on", "2026-12-04", "--write").code == 0
    assert laid_out.run("sheet", "2026-11").code == 0, "what the message said to do is done"
    assert tomllib.loads(laid_out.read(RECORD))["marks"]["discipline"] == mark
    path.write_bytes(typed(path.read_bytes(), {(FORM, "discipline", "CS017:supervisor"): None}))
    assert laid_out.run("sheet", "2026-11").code == 2, "a mark that was emptied is to be seen first"
    path.write_bytes(b"no workbook")
    assert laid_out.run("sheet", "2026-11").code == 2


def test_a_rater_gets_a_workbook_of_their_people_which_changes_nothing_by_itself(
    laid_out: Site,
) -> None:
    (path,) = sheets_of(laid_out.root, "2026-11")
    assert path.name == "2026-11-CS001-王敏.xlsx"
    sheets = {one.name: one for one in grids("x", path.read_bytes())}
    assert list(sheets) == ["说明", FORM, EVENTS, IDS, "kpisite-lists"]
    shown = [text_of(cell) for row in sheets[FORM].rows for cell in row]
    for said in ("李娜 CS017\n客服专员", "纪律性", "0–10", "6–10  好\n0–5  差", "自评", "上级"):
        assert said in shown, said
    before = laid_out.read(RECORD)
    ran = laid_out.run("import", str(path))
    assert (ran.code, ran.output) == (0, "没有要改的。\n"), ran.errors
    assert laid_out.read(RECORD) == before


def test_what_is_typed_is_shown_then_written_and_the_comments_stay(laid_out: Site) -> None:
    cells = {
        (FORM, "discipline", "CS017:supervisor"): 8,
        (FORM, "discipline", "CS017:note"): "=1+1 这样写",
        (FORM, "metrics.conversion", "CS017:self"): 0.36,
        (FORM, "notes.supervisor", "CS017:self"): "好\n继续",
        (EVENTS, "event-1", "person"): "李娜 CS017",
        (EVENTS, "event-1", "rule"): "迟到 late",
        (EVENTS, "event-1", "date"): 46341,
        (EVENTS, "event-1", "count"): 2,
        (EVENTS, "event-1", "source"): "考勤表",
    }
    before = laid_out.read(RECORD)
    ran = sent_back(laid_out, cells)
    assert ran.code == 0, ran.errors
    assert '+discipline = { supervisor = 8, note = "=1+1 这样写" }  # 纪律性，0–10\n' in ran.output
    assert "会改 1 个文件，6 处" in ran.output and laid_out.read(RECORD) == before
    ran = sent_back(laid_out, {}, "2026-11", "--write")
    assert ran.code == 0 and "已写入 1 个文件，6 处。" in ran.output
    now = tomllib.loads(laid_out.read(RECORD))
    assert now["marks"] == {"discipline": {"supervisor": 8, "note": "=1+1 这样写"}}
    assert now["metrics"] == {"conversion": "36%"}
    assert now["notes"] == {"supervisor": "好\n继续"}
    assert now["rated"] == {"supervisor": {"by": "CS001", "on": date(2026, 12, 4)}}
    event = {"rule": "late", "date": date(2026, 11, 15), "count": 2, "source": "考勤表"}
    assert now["event"] == [event | {"imported": "sheet CS001 event-1"}]
    kept = [line for line in before.splitlines() if line.startswith("#")]
    filled = ("# supervisor", "# discipline", "# conversion")
    assert all(line in laid_out.read(RECORD) for line in kept if not line.startswith(filled))
    assert sent_back(laid_out, {}).output == "没有要改的。\n", (
        "what was taken back already is there"
    )


def test_what_the_record_says_already_is_no_conflict_however_it_is_typed(laid_out: Site) -> None:
    cell = (FORM, "metrics.conversion", "CS017:self")
    assert sent_back(laid_out, {cell: "36%"}, "2026-11", "--write").code == 0
    for same in ("36%", "３６％", 0.36):
        assert sent_back(laid_out, {cell: same}).output == "没有要改的。\n", same
    assert sent_back(laid_out, {cell: 0.37}, "2026-11", "--json").code == 1


def test_own_marks_come_back_and_then_stand_locked_beside(laid_out: Site) -> None:
    assert laid_out.run("sheet", "2026-11", "--self").code == 0
    own = next(path for path in sheets_of(laid_out.root, "2026-11") if "自评" in path.name)
    own.write_bytes(typed(own.read_bytes(), {(FORM, "discipline", "CS017:self"): 9}))
    ran = laid_out.run("import", str(own), "--on", "2026-12-03", "--write")
    assert ran.code == 0, ran.errors
    now = tomllib.loads(laid_out.read(RECORD))
    assert now["marks"] == {"discipline": {"self": 9}}
    assert now["rated"] == {"self": {"on": date(2026, 12, 3)}}
    ran = laid_out.run("sheet", "2026-11", "--rater", "CS001", "-o", str(laid_out.root / "again"))
    (path,) = (laid_out.root / "again").iterdir()
    (form,) = (one for one in grids("x", path.read_bytes()) if one.name == FORM)
    (row,) = (row for row in form.rows if row and row[0] == "discipline")
    assert row[4] == Decimal(9), "the own mark stands beside"
    assert form.rows[0][4] == "CS017:self"
    with pytest.raises(KeyError):  # and no cell stands for it
        ids = {tuple(map(str, row[:3])) for row in _ids(path.read_bytes())}
        {one: one for one in ids}[FORM, "discipline", "CS017:self"]


def _ids(content: bytes):
    (ids,) = (one for one in grids("x", content) if one.name == IDS)
    return ids.rows


def test_a_record_changed_meanwhile_is_reported_and_not_written_over(laid_out: Site) -> None:
    laid_out.edit(
        RECORD, "# discipline = { self = …, supervisor = … }", "discipline = { supervisor = 7 }"
    )
    before = laid_out.read(RECORD)
    ran = sent_back(laid_out, {(FORM, "discipline", "CS017:supervisor"): 8}, "2026-11", "--write")
    assert ran.code == 1 and laid_out.read(RECORD) == before
    assert reported(sent_back(laid_out, {}, "2026-11", "--json")) == ["sheet-changed-meanwhile"]
    assert "[客服月度考核]:6:6: 错误[sheet-changed-meanwhile]: F6 填的是 8" in ran.errors
    ran = sent_back(laid_out, {(FORM, "discipline", "CS017:supervisor"): 7})
    assert ran.output == "没有要改的。\n", "obeyed literally, it goes"


@pytest.mark.parametrize(
    ("code", "cells"),
    [
        ("sheet-out-of-bounds", {(FORM, "discipline", "CS017:supervisor"): 11}),
        ("sheet-out-of-bounds", {(FORM, "discipline", "CS017:supervisor"): 8.5}),
        ("cell-no-number", {(FORM, "discipline", "CS017:supervisor"): "八分"}),
        ("cell-share-doubtful", {(FORM, "metrics.conversion", "CS017:self"): "36"}),
        ("cell-no-day", {("说明", "day", "on"): "上周三"}),
        ("sheet-event-open", {(EVENTS, "event-1", "rule"): "迟到 late"}),
        (
            "sheet-no-choice",
            {
                (EVENTS, "event-1", "person"): "李娜 CS018",
                (EVENTS, "event-1", "rule"): "迟到 late",
                (EVENTS, "event-1", "date"): "2026-11-15",
            },
        ),
    ],
)
def test_what_cannot_be_meant_is_reported_with_its_cell(laid_out: Site, code, cells) -> None:
    before = laid_out.read(RECORD)
    ran = sent_back(laid_out, cells, "2026-11", "--write", "--json")
    assert ran.code == 1 and laid_out.read(RECORD) == before
    (reported,) = json.loads(ran.output)
    assert reported["code"] == code and reported["line"] > 1, reported


def test_an_empty_cell_deletes_nothing(laid_out: Site) -> None:
    assert laid_out.run("sheet", "2026-10").code == 0
    cell = (FORM, "discipline", "CS017:supervisor")
    ran = sent_back(laid_out, {cell: None}, "2026-10", "--json")
    assert reported(ran) == ["sheet-cleared"]


def test_a_duty_left_open_and_a_wrong_choice_of_one(site: Site) -> None:
    site.edit(
        "records/schemes/agent.toml",
        'method = "bands"\n'
        'bands  = [{ points = "6-10", text = "好" }, { points = "0-5", text = "差" }]',
        'method = "checklist"\neach = 5\n'
        'duties = [{ id = "a", name = "甲" }, { id = "b", name = "乙" }]',
    )
    site.edit("records/2026-10/CS017.toml", "self = 9, supervisor = 8", "self = 1, supervisor = 2")
    site.run("new", "2026-11")
    assert site.run("sheet", "2026-11").code == 0
    first, second = ((FORM, f"discipline#{id}", "CS017:supervisor") for id in "ab")
    ran = sent_back(site, {first: MET}, "2026-11", "--json")
    assert reported(ran) == ["sheet-duty-open"]
    ran = sent_back(site, {second: "是"}, "2026-11", "--json")
    assert reported(ran) == ["sheet-no-choice"]
    ran = sent_back(site, {second: NOT_MET}, "2026-11", "--write")
    assert ran.code == 0, ran.errors
    assert tomllib.loads(site.read(RECORD))["marks"] == {"discipline": {"supervisor": ["a"]}}


def _renamed(content: bytes, old: str, new: str) -> bytes:
    return rewritten(content, lambda _, text: text.replace(old, new))


@pytest.mark.parametrize(
    ("code", "old", "new"),
    [
        ("sheet-version", "<t>kpisite-sheet</t>", "<t>sheet</t>"),
        ("sheet-nobody", "<t>CS001</t>", "<t>CS404</t>"),
        ("sheet-gone", 'name="事项"', 'name="别的"'),
        ("sheet-key-gone", "<t>notes.supervisor</t>", "<t>notes</t>"),
        ("sheet-key-twice", "<t>metrics.conversion</t>", "<t>discipline</t>"),
        ("sheet-closed", "<t>2026-11</t>", "<t>2026-10</t>"),
    ],
)
def test_a_sheet_that_was_meddled_with_is_refused(laid_out: Site, code, old, new) -> None:
    if code == "sheet-closed":
        laid_out.run("close", "2026-10", "--on", "2026-11-20", "--despite-open")
    (path,) = sheets_of(laid_out.root, "2026-11")
    content = path.read_bytes()
    if code == "sheet-key-twice":  # in the form alone, and not among the ids
        number = next(i for i, one in enumerate(_shared(content)) if one == "metrics.conversion")
        other = next(i for i, one in enumerate(_shared(content)) if one == "discipline")
        content = rewritten(
            content,
            lambda name, text: (
                text.replace(f"<v>{number}</v>", f"<v>{other}</v>", 1) if "sheet2" in name else text
            ),
        )
    elif code == "sheet-key-gone":
        number = next(i for i, one in enumerate(_shared(content)) if one == "notes.supervisor")
        content = rewritten(
            content,
            lambda name, text: (
                text.replace(f"<v>{number}</v>", "<v>0</v>", 1) if "sheet2" in name else text
            ),
        )
    else:
        content = _renamed(content, old, new)
    path.write_bytes(content)
    ran = laid_out.run("import", str(path), "--json")
    assert ran.code == 1
    assert code in {one["code"] for one in json.loads(ran.output)}


def _shared(content: bytes) -> list[str]:
    found: list[str] = []

    def look(name: str, text: str) -> str:
        if name.endswith("sharedStrings.xml"):
            found.extend(one.split(">", 1)[1].split("</t>")[0] for one in text.split("<t")[1:])
        return text

    rewritten(content, look)
    return found


def test_nobody_marks_in_the_name_of_another_by_the_hidden_sheet(laid_out: Site) -> None:
    (path,) = sheets_of(laid_out.root, "2026-11")
    keys = '["marks", "discipline", "supervisor", ""]'
    own = keys.replace("supervisor", "self")
    content = _renamed(path.read_bytes(), keys, own)
    path.write_bytes(typed(content, {(FORM, "discipline", "CS017:supervisor"): 10}))
    ran = laid_out.run("import", str(path), "--json")
    assert reported(ran) == ["sheet-not-asked"]


def test_sheets_that_may_hold_marks_are_not_written_over(laid_out: Site) -> None:
    assert laid_out.run("sheet", "2026-11").code == 0, "the same bytes are no loss"
    sent_back(laid_out, {(FORM, "discipline", "CS017:supervisor"): 8})
    ran = laid_out.run("sheet", "2026-11")
    assert ran.code == 2 and "收回后再生成" in ran.errors
    assert laid_out.run("sheet", "2026-11", "--force").code == 0


def test_a_month_without_records_or_closed_has_no_sheets(site: Site) -> None:
    assert site.run("sheet", "2026-12").code == 2
    site.run("close", "2026-10", "--on", "2026-11-20", "--despite-open")
    assert "已封账" in site.run("sheet", "2026-10").errors
    assert site.run("sheet", "2026-11", "--rater", "CS017").code == 2


def test_each_person_has_a_form_of_their_own(laid_out: Site) -> None:
    ran = laid_out.run("sheet", "2026-11", "--each", "-o", str(laid_out.root / "each"), "--json")
    assert ran.code == 0, ran.errors
    (file,) = json.loads(ran.output)["files"]
    assert file.endswith("2026-11-CS001-王敏-CS017.xlsx")
    form = Path(file)
    cells: dict[tuple[str, str, str], Any] = {(FORM, "discipline", "CS017:supervisor"): 8}
    said = {"person": "李娜 CS017", "rule": "迟到 late", "date": "2026-11-15", "source": "考勤表"}
    cells |= {(EVENTS, "event-CS017-1", key): value for key, value in said.items()}
    form.write_bytes(typed(form.read_bytes(), cells))
    ran = laid_out.run("import", file, "--on", "2026-12-04", "--write")
    assert ran.code == 0, ran.errors
    now = tomllib.loads(laid_out.read(RECORD))
    assert now["marks"] == {"discipline": {"supervisor": 8}} and len(now["event"]) == 1
    whole = sheets_of(laid_out.root, "2026-11")[0]
    ran = laid_out.run("import", str(whole), "--clear")
    assert ran.output == "没有要改的。\n", "the sheet of all has no say in what a form brought"


def _typed_in(sheets: tuple[Grid, ...], cells: Mapping[tuple[str, ...], Any]):
    """The sheets as read, with other values in these cells."""
    found = []
    for grid in sheets:
        rows = [list(row) for row in grid.rows]
        for (sheet, row, column), value in cells.items():
            if sheet == grid.name:
                number = [text_of(one[0]) if one else "" for one in grid.rows].index(row)
                at = [text_of(one) for one in grid.rows[0]].index(column)
                rows[number] += [""] * (at + 1 - len(rows[number]))
                rows[number][at] = value
        found.append(replace(grid, rows=tuple(tuple(row) for row in rows)))
    return tuple(found)


def _another(slot: Slot, rng: Random) -> tuple[Any, Any] | None:
    """Something to type for a value that says something else, and what the record is to say."""
    if slot.kind == "text":
        return "=甲", "=甲"
    if slot.kind == "level":
        option = rng.choice([one for one in slot.options if one.label != slot.shown])
        return option.label, option.value
    if slot.kind == "figure":
        return Decimal("12.5"), Decimal("12.5")
    if slot.kind == "percent":
        return "12.5%", "12.5%"
    if slot.kind == "points":
        assert slot.low is not None and slot.high is not None
        mark = rng.choice(slot.choices or (slot.low, slot.high))
        return None if mark == slot.shown else (mark, mark)
    return None


def test_the_untouched_sheets_of_the_sample_change_nothing() -> None:
    book, month = sample_book(), Month(2026, 10)
    chosen: list[tuple[Hand, Language]] = [(one, "zh") for one in hands(book, month)]
    chosen += [(one, "en") for one in hands(book, month)[::4]]
    chosen += [(one, "en") for one in hands(book, month, "own")[::12]]
    assert len(chosen) > 20
    for hand, language in chosen:
        content = xlsx(rater_sheet(book, hand, language).workbook)
        taken = taken_back(book, grids("x", content), How(today=TODAY))
        assert (taken.asks, taken.events, taken.issues) == ([], [], []), hand.id


@settings(max_examples=5)
@given(st.integers(0, 10_000), st.data())
def test_what_is_typed_comes_into_its_key_and_every_other_sign_stays(seed, data) -> None:
    """For forms of every method: each mark, level, figure and note typed changes its own value;
    nothing else of the record but who marked and when."""
    made: RandomSite = random_site(EVERY_METHOD, count=8, seed=seed)
    book: Book = made.book()
    month = data.draw(st.sampled_from(sorted({one.model.month for one in book.records})))
    hand = data.draw(st.sampled_from(hands(book, month)))
    sheet = rater_sheet(book, hand, "en")
    sheets = grids("x", xlsx(sheet.workbook))
    assert taken_back(book, sheets, How(today=TODAY)).asks == []
    rng = Random(seed)
    places = {
        (row[3], row[4]): tuple(map(str, row[:3])) for one in sheets if one.name == IDS
        for row in one.rows if len(row) > 4
    }  # fmt: skip
    wanted = {}
    for slot in rng.sample(sorted(sheet.slots.values(), key=str), min(6, len(sheet.slots))):
        another = _another(slot, rng)
        if another is not None:
            wanted[slot.id] = (slot, *another)
    cells = {
        places[slot.path, json.dumps([*slot.keys, slot.duty], ensure_ascii=False)]: said
        for slot, said, _ in wanted.values()
    }
    taken = taken_back(book, _typed_in(sheets, cells), How(today=TODAY))
    all_edits, issues = agreed(taken, {})
    assert taken.issues == issues == []
    files = made.files()
    for path, edits in all_edits.items():
        before = files[path]
        after = edited(path, before.encode(), edits, RECORD_ORDER).after.decode()
        then, now = (tomllib.loads(text, parse_float=Decimal) for text in (before, after))
        for slot, _, value in wanted.values():
            if slot.path == path:
                _put(then, slot.keys, value)
        then.pop("rated", None)
        now.pop("rated", None)
        assert now == then
        touched = {str(key) for one in edits for key in one.keys} | {"["}
        for line in before.splitlines():
            assert line in after or any(key in line for key in touched), line


def _put(data, keys, value):
    for key in keys[:-1]:
        data = data[key] if isinstance(key, int) else data.setdefault(key, {})
    data[keys[-1]] = value


def test_a_name_with_signs_that_no_file_can_bear_gets_its_sheet(site: Site) -> None:
    name = '李/"娜" <1>'
    site.edit("records/staff/CS017.toml", '"李娜"', f"'{name}'")
    assert site.run("new", "2026-11").code == 0
    for more in (["--self"], ["--each"], []):
        ran = site.run("sheet", "2026-11", *more)
        assert ran.code == 0, ran.errors
    names = [path.name for path in sheets_of(site.root, "2026-11")]
    assert "2026-11-CS017-李--娜- -1--自评.xlsx" in names
    paths = map(str, sheets_of(site.root, "2026-11"))
    assert site.run("import", *paths).output == "没有要改的。\n"
