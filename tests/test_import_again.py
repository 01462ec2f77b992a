"""Tables and sheets that come a second time: the same changes nothing, one that was corrected takes
the place of what it gave before, and nothing is added up, doubled or passed over in silence."""

import json
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Site
from tests.sites import Ran
from tests.typed_sheets import Value, Where, sheets_of, typed, workbook

RECORD = "records/2026-11/CS017.toml"
EVENTS = "事项"
LATE = {"rule": "late", "date": date(2026, 11, 30), "source": "考勤.xlsx", "imported": "考勤"}
COUNTS = 'into = "records"\n[columns]\n"工号" = "id"\n"迟到" = "event.late"\n'


@pytest.fixture
def november(site: Site) -> Site:
    """The sound site with November laid out."""
    assert site.run("new", "2026-11").code == 0
    return site


def codes(ran: Ran) -> list[str]:
    return [one["code"] for one in json.loads(ran.output)]


def events(site: Site, path: str = RECORD) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads(site.read(path)).get("event", [])
    return found


def taken(site: Site, *rows: tuple[object, ...], name: str = "考勤.xlsx", mapping: str = COUNTS,
          options: tuple[str, ...] = ("--write",)) -> Ran:  # fmt: skip
    """A workbook of these rows, imported by the mapping."""
    (site.root / name).write_bytes(workbook(*rows))
    (site.root / "by.toml").write_text(mapping, encoding="utf-8")
    at = (str(site.root / name), "--by", str(site.root / "by.toml"), "--month", "2026-11")
    return site.run("import", *at, *options)


HEADS = ("工号", "迟到")


def test_a_corrected_count_takes_the_place_of_the_one_before(november: Site) -> None:
    assert taken(november, HEADS, ("CS017", 2)).code == 0
    assert events(november) == [LATE | {"count": 2}]
    shown = taken(november, HEADS, ("CS017", 3), options=())
    assert "-count    = 2" in shown.output and "+count    = 3" in shown.output, shown.output
    assert taken(november, HEADS, ("CS017", 3)).code == 0
    assert events(november) == [LATE | {"count": 3}], "3, and not 5"
    assert taken(november, HEADS, ("CS017", 3)).output == "没有要改的。\n"
    copy = taken(november, HEADS, ("CS017", 1), name="考勤 (1).xlsx")
    assert copy.code == 0, "a copy that a browser saved is the same table"
    assert [one.get("count", 1) for one in events(november)] == [1]


def test_a_count_that_is_taken_back_is_gone(november: Site) -> None:
    for nothing in (0, None):
        assert taken(november, HEADS, ("CS017", 2)).code == 0
        assert taken(november, HEADS, ("CS017", nothing)).code == 0
        assert events(november) == []


def test_what_was_written_by_hand_stays(november: Site) -> None:
    event = '[[event]]\nrule = "late"\ndate = 2026-11-03\nsource = "本人说明"\n\n'
    november.edit(RECORD, "# [[event]]", f"{event}# [[event]]")
    assert taken(november, HEADS, ("CS017", 2)).code == 0
    assert taken(november, HEADS, ("CS017", 3)).code == 0
    assert [one.get("count", 1) for one in events(november)] == [1, 3]


def test_a_count_from_before_tables_were_named_is_the_tables_own(november: Site) -> None:
    old = '[[event]]\nrule = "late"\ndate = 2026-11-30\ncount = 2\nsource = "考勤.xlsx"\n\n'
    november.edit(RECORD, "# [[event]]", f"{old}# [[event]]")
    assert taken(november, HEADS, ("CS017", 3)).code == 0
    assert events(november) == [LATE | {"count": 3}]


def test_another_table_is_not_added_up_unless_it_says_so(november: Site) -> None:
    assert taken(november, HEADS, ("CS017", 2)).code == 0
    ran = taken(november, HEADS, ("CS017", 3), name="更正.xlsx", options=("--write", "--json"))
    assert codes(ran) == ["import-event-rival"]
    assert 'table = "考勤"' in json.loads(ran.output)[0]["help"]
    obeyed = COUNTS.replace("[columns]", 'table = "考勤"\n[columns]')
    assert taken(november, HEADS, ("CS017", 3), name="更正.xlsx", mapping=obeyed).code == 0
    assert [one["count"] for one in events(november)] == [3]
    other = COUNTS.replace("[columns]", 'table = "门禁"\n[columns]')
    assert taken(november, HEADS, ("CS017", 1), name="门禁.xlsx", mapping=other).code == 0
    assert [one.get("count", 1) for one in events(november)] == [3, 1]


def test_one_person_twice_in_a_table_is_reported_with_both_rows(november: Site) -> None:
    ran = taken(november, HEADS, ("CS017", 1), ("CS017", 1), options=("--json",))
    (fault,) = json.loads(ran.output)
    assert (fault["code"], fault["line"]) == ("import-count-twice", 3)
    assert "B3" in fault["message"] and "B2" in fault["message"]
    assert events(november) == []


DAYS = 'into = "events"\n[columns]\n"工号" = "id"\n"日期" = "date"\n"事项" = "rule"\n'
DAYS += '"次数" = "count"\n[fixed]\nsource = "考勤表"\n'
DAY_HEADS = ("工号", "日期", "事项", "次数")


def test_a_list_of_events_corrected_takes_the_place_of_the_one_before(november: Site) -> None:
    first = [("CS017", "2026-11-03", "迟到", 1), ("CS017", "2026-11-04", "迟到", 2)]
    assert taken(november, DAY_HEADS, *first, mapping=DAYS).code == 0
    assert [one["date"].day for one in events(november)] == [3, 4]
    assert taken(november, DAY_HEADS, *first, mapping=DAYS).output == "没有要改的。\n"
    second = [("CS017", "2026-11-03", "迟到", 1), ("CS017", "2026-11-05", "迟到", 1)]
    assert taken(november, DAY_HEADS, *second, mapping=DAYS).code == 0
    assert [(one["date"].day, one.get("count", 1)) for one in events(november)] == [(3, 1), (5, 1)]
    assert taken(november, DAY_HEADS, second[0], mapping=DAYS).code == 0
    assert [one["date"].day for one in events(november)] == [3]


def test_two_events_alike_are_reported_with_both_rows(november: Site) -> None:
    row = ("CS017", "2026-11-03", "迟到", 1)
    ran = taken(november, DAY_HEADS, row, row, mapping=DAYS, options=("--json",))
    (fault,) = json.loads(ran.output)
    assert (fault["code"], fault["line"]) == ("import-row-twice", 3)
    twice = taken(november, DAY_HEADS, ("CS017", "2026-11-03", "迟到", 2), mapping=DAYS)
    assert twice.code == 0 and events(november)[0]["count"] == 2, "the remedy, obeyed"


def test_who_is_no_longer_in_a_table_keeps_the_events_and_it_is_said(november: Site) -> None:
    november.write({
        "records/staff/CS018.toml": november.read("records/staff/CS017.toml")
        .replace("CS017", "CS018").replace("李娜", "吴迪"),
        "records/pay/CS018.toml": november.read("records/pay/CS017.toml").replace("017", "018"),
    })  # fmt: skip
    assert november.run("new", "2026-11").code == 0
    assert taken(november, HEADS, ("CS017", 2), ("CS018", 1)).code == 0
    ran = taken(november, HEADS, ("CS018", 1))
    assert ran.code == 0 and "import-not-in-table" in ran.errors
    assert [one["count"] for one in events(november)] == [2]


# Sheets.


def sent(site: Site, cells: dict[Where, Value], *more: str) -> Ran:
    (path,) = sheets_of(site.root, "2026-11")
    path.write_bytes(typed(path.read_bytes(), cells))
    return site.run("import", str(path), "--on", "2026-12-04", "--write", *more)


def event_cells(row: str, count: int | None, day: str = "2026-11-15") -> dict[Where, Value]:
    said = {
        "person": "李娜 CS017",
        "rule": "迟到 late",
        "date": day,
        "count": count,
        "source": "考勤表",
    }
    return {(EVENTS, row, key): value for key, value in said.items()}


def test_an_event_typed_over_in_a_sheet_takes_the_place_of_what_it_said(november: Site) -> None:
    assert november.run("sheet", "2026-11").code == 0
    assert sent(november, event_cells("event-1", 2)).code == 0
    assert sent(november, event_cells("event-1", 3, "2026-11-16")).code == 0
    assert [(one["date"].day, one["count"]) for one in events(november)] == [(16, 3)]
    gone: dict[Where, Value] = dict.fromkeys(event_cells("event-1", 3))
    ran = sent(november, gone, "--json")
    assert codes(ran) == ["sheet-event-cleared"] and len(events(november)) == 1
    assert sent(november, {}, "--clear").code == 0
    assert events(november) == []


def test_a_sheet_made_anew_goes_on_with_rows_that_no_event_came_from(november: Site) -> None:
    assert november.run("sheet", "2026-11").code == 0
    assert sent(november, event_cells("event-1", 2)).code == 0
    assert november.run("sheet", "2026-11", "--force").code == 0
    assert sent(november, event_cells("event-2", 1, "2026-11-20")).code == 0
    assert [one["date"].day for one in events(november)] == [15, 20]


def test_an_event_that_the_record_says_otherwise_is_asked_about(november: Site) -> None:
    event = '[[event]]\nrule = "late"\ndate = 2026-11-15\nsource = "考勤表"\n\n'
    november.edit(RECORD, "# [[event]]", f"{event}# [[event]]")
    assert november.run("sheet", "2026-11").code == 0
    ran = sent(november, event_cells("event-1", 3), "--json")
    assert codes(ran) == ["sheet-event-rival"] and len(events(november)) == 1


def test_two_rows_alike_in_a_sheet_are_reported(november: Site) -> None:
    assert november.run("sheet", "2026-11").code == 0
    ran = sent(november, event_cells("event-1", 2) | event_cells("event-2", 2), "--json")
    assert codes(ran) == ["import-row-twice"] and events(november) == []


def test_a_mark_taken_out_of_a_sheet_is_asked_about_and_goes_with_clear(site: Site) -> None:
    assert site.run("new", "2026-11").code == 0 and site.run("sheet", "2026-11").code == 0
    cell = ("客服月度考核", "discipline", "CS017:supervisor")
    assert sent(site, {cell: 8}).code == 0
    assert site.run("sheet", "2026-11", "--force").code == 0
    ran = sent(site, {cell: None}, "--json")
    assert codes(ran) == ["sheet-cleared"] and "--clear" in json.loads(ran.output)[0]["help"]
    ran = sent(site, {}, "--clear")
    assert ran.code == 0, ran.errors
    assert tomllib.loads(site.read(RECORD))["marks"] == {}


def test_a_sheet_of_another_month_than_was_asked_for_is_refused(november: Site) -> None:
    assert november.run("sheet", "2026-11").code == 0
    ran = sent(november, {}, "--month", "2026-12", "--json")
    assert codes(ran) == ["sheet-other-month"]
    assert sent(november, {}, "--month", "2026-11").code == 0


# Which sheet of a workbook, which month, which part.


def two_sheets(path: Path, rows: Mapping[str, Sequence[tuple[object, ...]]]) -> str:
    def more(_sheet: Any, book: Any) -> None:
        for name, lines in list(rows.items())[1:]:
            sheet = book.add_worksheet(name)
            for number, line in enumerate(lines):
                sheet.write_row(number, 0, line)

    name, first = next(iter(rows.items()))
    path.write_bytes(workbook(*first, name=name, more=more))
    return str(path)


def test_every_sheet_that_fits_is_taken_in_and_any_other_is_named(november: Site) -> None:
    path = two_sheets(
        november.root / "月报.xlsx",
        {
            "转化": [("工号", "转化率"), ("CS017", "36%")],
            "出勤": [("工号", "迟到"), ("CS017", 2)],
            "说明": [("甲", "乙"), ("丙", "丁"), ("戊", "己")],
        },
    )
    ran = november.run("import", path, "--month", "2026-11", "--write")
    assert ran.code == 0, ran.errors
    assert tomllib.loads(november.read(RECORD))["metrics"] == {"conversion": "36%"}
    assert [one["count"] for one in events(november)] == [2]
    assert "警告[import-sheet-passed]: 工作簿中的表“说明”" in ran.errors
    assert "出勤" not in ran.errors.partition("import-sheet-passed")[2]


def test_a_sheet_is_chosen_by_name(november: Site) -> None:
    path = two_sheets(
        november.root / "考勤.xlsx",
        {"十月": [HEADS, ("CS017", 9)], "十一月": [HEADS, ("CS017", 2)]},
    )
    ran = november.run("import", path, "--month", "2026-11", "--json")
    assert codes(ran) == ["import-count-twice"], "neither is chosen in silence"
    ran = november.run("import", path, "--month", "2026-11", "--sheet", "十一月", "--write")
    assert ran.code == 0 and [one["count"] for one in events(november)] == [2], ran.errors
    ran = november.run("import", path, "--month", "2026-11", "--sheet", "九月", "--json")
    assert "import-no-sheet" in codes(ran)
    november.write({"考勤.import.toml": COUNTS.replace("[columns]", 'sheet = "十月"\n[columns]')})
    ran = november.run("import", path, "--month", "2026-11")
    assert ran.code == 0 and "警告[import-sheet-passed]: 工作簿中的表“十一月”" in ran.errors


def test_a_row_of_another_month_than_was_asked_for_is_reported(november: Site) -> None:
    mapping = COUNTS + '"月份" = "month"\n'
    rows = ("工号", "迟到", "月份"), ("CS017", 2, "2026-10")
    assert codes(taken(november, *rows, mapping=mapping, options=("--json",))) == [
        "import-other-month"
    ]


@pytest.fixture
def moved(site: Site) -> Site:
    """November, in the middle of which 李娜 came from the store."""
    site.edit(
        "records/departments.toml",
        "[[department]]",
        '[[department]]\nid = "store"\nname = "门店"\nmanager = "CS001"\n\n[[department]]',
    )
    post = '[[post]]\nfrom = 2026-01-05\ndepartment = "store"\ntitle = "店员"\nscheme = "agent"\n'
    post += 'superior = "CS001"\n\n[[post]]'
    site.edit("records/staff/CS017.toml", "[[post]]", post)
    site.edit("records/staff/CS017.toml", '2026-01-05\ndepartment = "service"',
              '2026-11-16\ndepartment = "service"')  # fmt: skip
    site.write({"records/2026-10/CS017.toml": None, "records/2026-10/month.toml": None})
    ran = site.run("new", "2026-11")
    assert ran.code == 0, ran.errors
    return site


PART = "records/2026-11/CS017@store.toml"


def test_an_event_belongs_to_the_part_of_the_month_that_its_day_lies_in(moved: Site) -> None:
    rows = [("CS017", "2026-11-03", "迟到", 1), ("CS017", "2026-11-20", "迟到", 2)]
    ran = taken(moved, DAY_HEADS, *rows, mapping=DAYS)
    assert ran.code == 0, ran.errors
    assert [one["date"].day for one in events(moved, PART)] == [3]
    assert [one["date"].day for one in events(moved)] == [20]


def test_a_count_in_a_month_of_two_posts_has_to_say_which(moved: Site) -> None:
    ran = taken(moved, HEADS, ("CS017", 2), options=("--json",))
    assert codes(ran) == ["import-which-part"]
    mapping = COUNTS + '"部门" = "part"\n'
    rows = [(*HEADS, "部门"), ("CS017", 2, "门店"), ("CS017", 1, "service")]
    ran = taken(moved, *rows, mapping=mapping)
    assert ran.code == 0, ran.errors
    assert [(one["date"].day, one["count"]) for one in events(moved, PART)] == [(15, 2)]
    assert [one["date"].day for one in events(moved)] == [30]
    ran = taken(moved, rows[0], ("CS017", 2, "仓库"), mapping=mapping, options=("--json",))
    assert codes(ran) == ["import-no-part"]


# Lists of the staff.

STAFF = ("工号", "姓名", "部门", "岗位", "入职日期", "直接上级", "基本工资")


def test_two_lists_with_departments_come_together(tmp_path: Path) -> None:
    from tests.sites import run

    root = tmp_path / "公司"
    assert run("init", root, "--empty", "--language", "zh", "--month", "2026-10").code == 0
    site, paths = Site(root), []
    lists = {
        "客服": [("A1", "甲", "客服部", "主管", "2026-01-05", None, 1),
               ("A2", "乙", "客服部", "专员", "2026-01-05", "丙", 1)],
        "门店": [("B1", "丙", "门店一", "店长", "2026-01-05", None, 1),
               ("B2", "丁", "客服部", "专员", "2026-01-05", "甲", 1)],
    }  # fmt: skip
    for name, rows in lists.items():
        (root / f"{name}.xlsx").write_bytes(workbook(STAFF, *rows))
        paths.append(str(root / f"{name}.xlsx"))
    ran = site.run("import", *paths, "--write")
    assert ran.code == 0, ran.errors
    departments = tomllib.loads(site.read("records/departments.toml"))["department"]
    assert [one["name"] for one in departments] == ["客服部", "门店一"]
    assert tomllib.loads(site.read("records/staff/A2.toml"))["post"][0]["superior"] == "B1"
    for name in ("三", "四"):
        row = ("C1", "戊", "仓库", "员", "2026-01-05", None, 1)
        (root / f"{name}.xlsx").write_bytes(workbook(STAFF, row))
    ran = site.run("import", str(root / "三.xlsx"), str(root / "四.xlsx"), "--json")
    assert codes(ran) == ["import-id-twice"]
    assert "三.xlsx [Sheet1] A2" in json.loads(ran.output)[0]["message"]


def test_a_salary_holds_from_the_effective_date_and_a_corrected_list_replaces_it(
    site: Site,
) -> None:
    heads = (*STAFF, "生效日期")
    row = ("CS018", "吴迪", "客户服务部", "客服专员", "2026-01-05", "CS001", 3000, "2026-11-01")
    path = site.root / "名册.xlsx"
    path.write_bytes(workbook(heads, row))
    ran = site.run("import", str(path), "--write")
    assert ran.code == 0, ran.errors
    pay = tomllib.loads(site.read("records/pay/CS018.toml"))
    assert pay["salary"] == [{"from": "2026-11", "amount": 3000}]
    path.write_bytes(workbook(heads, (*row[:3], "客服组长", *row[4:6], 3300, row[7])))
    ran = site.run("import", str(path), "--write")
    assert ran.code == 0, ran.errors
    pay = tomllib.loads(site.read("records/pay/CS018.toml"))
    assert pay["salary"] == [{"from": "2026-11", "amount": 3300}]
    (post,) = tomllib.loads(site.read("records/staff/CS018.toml"))["post"]
    assert post["title"] == "客服组长"


def test_an_absence_with_other_days_is_the_same_one_corrected(site: Site) -> None:
    heads = ("工号", "类型", "开始日期", "结束日期")
    path = site.root / "请假.xlsx"
    mapping = 'into = "absence"\n[columns]\n"工号" = "id"\n"类型" = "kind"\n'
    mapping += '"开始日期" = "from"\n"结束日期" = "to"\n'
    site.write({"请假.import.toml": mapping})
    for last in ("2026-11-04", "2026-11-05"):
        path.write_bytes(workbook(heads, ("CS017", "年假", "2026-11-02", last)))
        assert site.run("import", str(path), "--write").code == 0
    (absence,) = tomllib.loads(site.read("records/staff/CS017.toml"))["absence"]
    assert absence["to"] == date(2026, 11, 5)
    other = '\n[[absence]]\nkind = "leave"\nfrom = 2026-11-09\nto = 2026-11-09\n'
    staff = site.read("records/staff/CS017.toml")
    site.write({"records/staff/CS017.toml": staff.rstrip() + "\n" + other})
    path.write_bytes(workbook(heads, ("CS017", "年假", "2026-11-02", "2026-11-10")))
    assert codes(site.run("import", str(path), "--json")) == ["import-absences-met"]


def test_a_name_in_a_mapping_that_no_column_can_be_is_reported(november: Site) -> None:
    mapping = COUNTS.replace("event.late", "events.late")
    ran = taken(november, HEADS, ("CS017", 2), mapping=mapping, options=("--json",))
    assert codes(ran) == ["import-no-target"]
