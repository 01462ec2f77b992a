"""Gates and vetoes in the exported workbook: each stands there, whether it holds or not, and comes
on and off with the figures as it would if the record said so."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from kpisite.check.book import Book
from kpisite.core.exact import plain
from kpisite.outcomes.results import Result
from kpisite.pages.cells import Cell, Look, Workbook
from kpisite.pages.workbook import scorecard_workbook
from tests.small_forms import form, read, site
from tests.test_workbook import differences, recalculated

SCHEME = form(
    """
    [[part]]
    id = "work"
    name = "工作"
    points = 80

    [[part.indicator]]
    id = "care"
    name = "细心"
    points = 80
    step = 0.1
    method = "bands"
    bands = [{ points = "0-80" }]

    [[part]]
    id = "rest"
    name = "其他"
    points = 20

    [[part.indicator]]
    id = "order"
    name = "整洁"
    points = 20
    method = "bands"
    bands = [{ points = "0-20" }]

    [[gate]]
    id = "late"
    name = "考勤门槛"
    on = "work"
    if = { lates = { from = 3 } }
    at-most = 50

    [[gate]]
    id = "weak"
    name = "短板门槛"
    if = { half = { below = 30 } }
    at-most = 59.55

    [[veto]]
    id = "unsafe"
    name = "安全一票否决"
    total = 40
    if = { any = [{ accidents = { above = 0 } }, { lates = { from = 20 } }] }

    [[veto]]
    id = "leak"
    name = "泄密"
    total = 10
    """,
    top="""
    [[figure]]
    id = "lates"
    name = "迟到次数"
    from = "record"
    low = 0

    [[figure]]
    id = "accidents"
    name = "事故"
    from = "record"
    low = 0

    [[figure]]
    id = "half"
    name = "工作的一半"
    is = "work ÷ 2"
    """,
)
POLICY = """
id = "rules"
name = "办法"
from = "2026-01"
schemes = ["form"]
grade = [
  { id = "a", name = "优", from = 90, salary = 900 },
  { id = "b", name = "良", from = 60, salary = 600 },
  { id = "c", name = "差", salary = 300 },
]

[[figure]]
id = "double"
is = "lates × 2"

[[gate]]
id = "often"
if = { double = { from = 2 } }
grade-at-most = "b"

[[pay]]
id = "post"
name = "岗位工资"
method = "by-grade"
"""


def record(care: str = "76", lates: int = 0, accidents: int = 0, leaks: int = 0) -> str:
    event = "".join(f'[[event]]\nrule = "leak"\ndate = 2026-10-{12 + n}\n' for n in range(leaks))
    return (
        f"marks.care = {{ boss = {care} }}\nmarks.order = {{ boss = 20 }}\n"
        f"metrics = {{ lates = {lates}, accidents = {accidents} }}\n{event}"
    )


def scored(says: str) -> tuple[Book, Result]:
    book, found, codes = read(site(SCHEME, {"A": says}, POLICY))
    assert codes == []
    return book, found[0]


def workbook(says: str) -> Workbook:
    return scorecard_workbook(*scored(says), "zh")


def cells(one: Workbook) -> dict[str, tuple[Cell, ...]]:
    return {str(line.cells[0].value): line.cells for line in one.sheets[1].lines}


def typed_over(one: Workbook, label: str, value: str) -> Workbook:
    """The workbook in which somebody types over the first written cell of a label."""
    form, sheet, *others = one.sheets
    at = next(
        n
        for n, line in enumerate(sheet.lines)
        if line.cells[0].value == label and line.cells[1].look is Look.WRITTEN
    )
    first, own, *rest = sheet.lines[at].cells
    line = replace(sheet.lines[at], cells=(first, replace(own, value=Decimal(value)), *rest))
    lines = (*sheet.lines[:at], line, *sheet.lines[at + 1 :])
    return replace(one, sheets=(form, replace(sheet, lines=lines), *others))


#: What is typed beside which label into the workbook of a record in which nothing holds, what the
#: record would say, and what total, grade and wage are then.
TYPED = {
    # 76 + 20
    "as it is": ([], record(), "96", "优", "900"),
    "bars the best grade": ([("迟到次数", "1")], record(lates=1), "96", "良", "600"),
    # 50 of the part, of which half is 25, so that the total is capped too: 59.55 is 59.6.
    "caps a part": ([("迟到次数", "3")], record(lates=3), "59.6", "差", "300"),
    "a figure of a vetoed record": ([("事故", "1")], record(accidents=1), "40", "差", "300"),
    "one of two": ([("迟到次数", "20")], record(lates=20), "40", "差", "300"),
    "an event": ([("次数", "1")], record(leaks=1), "10", "差", "300"),
    # 59.9 + 20 of which half of the part is 29.95
    "points of a row": ([("boss", "59.9")], record("59.9"), "59.6", "差", "300"),
}


@pytest.mark.office
def test_rules_that_do_not_hold_come_on_as_libreoffice_computes_them(tmp_path: Path) -> None:
    one = workbook(record())
    typed = {}
    for name, (figures, *_) in TYPED.items():
        changed = one
        for label, value in figures:
            changed = typed_over(changed, label, value)
        typed[name.replace(" ", "-")] = changed
    both = record(lates=20, accidents=1, leaks=2)
    typed["all"] = typed["lifted"] = workbook(both)
    for label in ("迟到次数", "事故", "2026-10-12 泄密", "2026-10-13 泄密"):
        typed["lifted"] = typed_over(typed["lifted"], label, "0")
    made = recalculated(typed, tmp_path)
    for name, (_, says, *expected) in TYPED.items():
        result = scored(says)[1]
        assert result.wage is not None and result.grade is not None
        ours = [plain(result.card.total.value), result.grade.name.zh, plain(result.wage.value)]
        assert ours == expected
        assert found(made[name.replace(" ", "-")]) == ours, name
    assert found(made["lifted"]) == ["96", "优", "900"]
    for name in ("as-it-is", "all"):
        assert not list(differences(typed[name], made[name]))


BY_TABLE = """
[[table]]
id = "how"
name = "评级"
unit = "choice"
rows = { figure = "total", from = [95, 60] }
cells = ["a", "b", "c"]
shown = true
"""


@pytest.mark.office
def test_a_grade_by_a_figure_or_by_a_table_is_live(tmp_path: Path) -> None:
    by_table = POLICY.replace("\n\n[[figure]]", BY_TABLE + "\n[[figure]]", 1)
    by_table = by_table.replace('from = "2026-01"\n', 'from = "2026-01"\ngraded = "how"\n')
    by_figure = POLICY.replace('from = "2026-01"\n', 'from = "2026-01"\ngraded = "halved"\n')
    by_figure = by_figure.replace("from = 90", "from = 45").replace("from = 60", "from = 30")
    by_figure += '\n[[figure]]\nid = "halved"\nis = "total ÷ 2"\n'
    made = {}
    for name, policy in (("table", by_table), ("figure", by_figure)):
        book, several, codes = read(site(SCHEME, {"A": record()}, policy))
        assert codes == []
        (result,) = several
        assert result.grade is not None and result.grade.name.zh == "优"
        one = scorecard_workbook(book, result, "en")
        made[name] = one
        made[f"{name}-lower"] = typed_over(one, "boss", "60")
    computed = recalculated(made, tmp_path)
    assert not list(differences(made["table"], computed["table"]))
    read_ = {name: found(path, "Total", "Grade") for name, path in computed.items()}
    assert read_["table"] == read_["figure"] == ["96", "优", "900"]
    # 60 + 20
    assert read_["table-lower"] == read_["figure-lower"] == ["80", "良", "600"]


def found(path: Path, total: str = "总分", grade: str = "等级") -> list[str]:
    """Total, grade and wage in a workbook that was computed."""
    read = CalamineWorkbook.from_path(path)
    form = {row[0]: row for row in read.get_sheet_by_index(0).to_python()}
    last = [[one for one in form[label] if one != ""][-1] for label in (total, grade, "岗位工资")]
    return [one if isinstance(one, str) else plain(Decimal(str(one))) for one in last]


def test_a_rule_that_does_not_hold_is_among_the_workings_and_not_on_the_form() -> None:
    one = workbook(record())
    rules = cells(one)
    for label in (
        "考勤门槛：迟到次数 ≥ 3",
        "短板门槛：工作的一半 < 30",
        "安全一票否决：事故 > 0，或 迟到次数 ≥ 20",
        "泄密",
        "double ≥ 2：等级最高为“良”",
    ):
        assert label in rules
    for line in one.sheets[1].lines:
        if "门槛：" in str(line.cells[0].value):
            assert line.cells[1].value == "" and line.cells[1].formula
            assert line.cells[3].value == "条件不成立"
    on_form = {str(line.cells[0].value) for line in one.sheets[0].lines}
    assert not any("门槛" in label or "泄密" in label for label in on_form)
    held = {str(line.cells[0].value) for line in workbook(record(lates=3)).sheets[0].lines}
    assert "考勤门槛：迟到次数 3 ≥ 3" in held


def test_the_workbook_comes_to_what_was_scored_whatever_holds() -> None:
    for says in (record(), record(lates=3), record(accidents=1), record(leaks=1)):
        one, (_, result) = workbook(says), scored(says)
        assert cells(one)["总分"][1].value == result.card.total.value
