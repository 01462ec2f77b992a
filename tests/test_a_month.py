"""The guide's way from an empty folder to a closed month: its commands run as they stand, with what
people do in between done for them."""

import json
import re
import shlex
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest

from kpisite.core.month import Month
from kpisite.desk.asked import MET, Slot
from kpisite.desk.hands import hands
from kpisite.desk.sheets.ids import IDS
from kpisite.desk.sheets.rater_sheet import rater_sheet
from kpisite.examine.load import load
from kpisite.tables.grid import Raw
from kpisite.tables.reading import grids
from tests.sites import ROOT, run
from tests.typed_sheets import Value, Where, typed, workbook

SECTION = re.compile(
    r"^## (?:From an empty folder|从空文件夹).*?^```console\n(.*?)^```$", re.M | re.S
)
NAMES = (
    "王伟",
    "李芳",
    "张敏",
    "刘洋",
    "陈静",
    "杨磊",
    "赵艳",
    "黄勇",
    "周丽",
    "吴军",
    "徐强",
    "孙娜",
)
DEPARTMENTS = (
    ("客服部", "客服主管", "客服专员"),
    ("售前部", "售前经理", "售前工程师"),
    ("仓储部", "仓储主管", "仓管员"),
)
FORMS = {"客服专员": "cs-agent", "仓管员": "cs-agent", "售前工程师": "pre-sales-engineer"}


def commands(guide: str) -> list[str]:
    """What the guide has a reader type."""
    found = SECTION.search((ROOT / guide).read_text(encoding="utf-8"))
    assert found is not None, guide
    return re.findall(r"^\$ (.*)$", found[1], re.M)


def staff_list() -> bytes:
    """Twelve people in three departments, the first of each of whom the others report to."""
    rows: list[tuple[object, ...]] = [
        ("工号", "姓名", "部门", "岗位", "入职日期", "直接上级", "基本工资")
    ]
    for number, name in enumerate(NAMES):
        department, head, title = DEPARTMENTS[number % 3]
        is_head = number < 3
        above = None if is_head else NAMES[number % 3]
        post = (department, head if is_head else title, "2024-01-08", above, 4000 + 50 * number)
        rows.append((f"A{number + 1:03}", name, *post))
    return workbook(*rows)


def choose_forms(mapping: Path) -> None:
    """What only a person can decide: who fills in which form."""
    text = mapping.read_text(encoding="utf-8")
    for title, form in FORMS.items():
        assert f'"{title}" = ""\n' in text
        text = text.replace(f'"{title}" = ""', f'"{title}" = "{form}"')
    mapping.write_text(text, encoding="utf-8")


def fill_in(site: Path, month: str, *, own: bool) -> int:
    """Types full marks and figures into every sheet of those who mark; how many cells that were."""
    book, _ = load(site)
    count = 0
    for hand in hands(book, Month.parse(month), "own" if own else "raters"):
        slots = rater_sheet(book, hand, book.site.model.language).slots
        (path,) = (
            one
            for one in (site / "sheets" / month).iterdir()
            if f"-{hand.id}-" in one.name and ("自评" in one.name or "self" in one.name) == own
        )
        content = path.read_bytes()
        (ids,) = (one for one in grids("x", content) if one.name == IDS)
        cells: dict[Where, Value] = {}
        for row in ids.rows:
            slot = next((s for s in slots.values() if len(row) > 4 and _is_at(s, row)), None)
            if slot is not None and slot.kind != "text":
                cells[str(row[0]), str(row[1]), str(row[2])] = _full(slot)
        path.write_bytes(typed(content, cells))
        count += len(cells)
    return count


def _is_at(slot: Slot, row: Sequence[Raw]) -> bool:
    return row[3] == slot.path and row[4] == json.dumps([*slot.keys, slot.duty], ensure_ascii=False)


def _full(slot: Slot) -> str | float:
    if slot.kind == "points":
        return float(slot.high or Decimal(0))
    if slot.kind == "level":
        return slot.options[0].label
    return {"duty": MET, "percent": "98%"}.get(slot.kind, 90_000.0)


@pytest.mark.parametrize("guide", ["docs/a-month.md", "docs/a-month.zh.md"])
def test_the_guide_leads_from_an_empty_folder_to_a_closed_month(guide: str, tmp_path: Path) -> None:
    place, typed_cells, touched = tmp_path, 0, 0
    for name in ("staff.xlsx", "员工名册.xlsx"):
        (tmp_path / name).write_bytes(staff_list())
    for command in commands(guide):
        words = shlex.split(command, comments=True)
        if words[0] == "cd":
            place = place / words[1]
            continue
        assert words[0] == "kpisite"
        arguments = [
            found
            for word in words[1:]
            for found in (sorted(map(str, place.glob(word))) if "*" in word else [word])
        ]
        ran = run(*arguments, at=place)
        waits = words[1] == "status"  # for the answers, by then
        assert ran.code == waits, (command, ran.output[-2000:], ran.errors)
        if "--propose" in words:
            (mapping,) = tmp_path.glob("*.import.toml")
            choose_forms(mapping)
            touched += 1
        if words[1] == "sheet":
            typed_cells += fill_in(place, words[2], own="--self" in words)
    check = run("check", at=place)
    assert check.code == 0, check.output
    text, typed_ones = (ROOT / guide).read_text(encoding="utf-8"), commands(guide)
    own = [one for one in typed_ones if one.startswith("kpisite ")]
    first = next(number for number, one in enumerate(own) if one.startswith("kpisite new"))
    monthly = len(own) - first
    counts = {36: first + 3 * monthly, 3: first, 11: monthly, 396: 3 * typed_cells, 1: touched}
    assert all(number == count for number, count in counts.items()), counts
    assert re.search(r"36 (?:commands|条命令)", text) and re.search(r"396 (?:marks|个分数)", text)
    assert re.search(r"3 to begin with and 11 a month|开头 3 条，每月 11 条", text)
