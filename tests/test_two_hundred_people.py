"""A month of two hundred people: what ten superiors typed into their sheets comes into the records
by one command, and nobody types any of it again."""

import tomllib
from decimal import Decimal

from tests.conftest import Site
from tests.test_a_month import fill_in
from tests.typed_sheets import workbook

HEADS = ("工号", "姓名", "部门", "岗位", "入职日期", "直接上级", "基本工资", "考核表")
DEPARTMENTS, EACH = 10, 20


def people() -> list[tuple[object, ...]]:
    """Ten departments, each with a head who fills in no form and twenty people who do."""
    rows: list[tuple[object, ...]] = []
    for number in range(DEPARTMENTS):
        department, head = f"{number + 1}部", f"M{number:02}"
        rows.append((head, f"主管{number}", department, "主管", "2024-01-08", None, 6000, None))
        for other in range(EACH):
            post = (department, "专员", "2024-01-08", head, 4000, "agent")
            rows.append((f"P{number:02}{other:02}", f"员工{number}之{other}", *post))
    return rows


def test_a_month_of_two_hundred_costs_hr_no_mark_that_a_manager_gave(site: Site) -> None:
    for path in ("staff/CS017", "staff/CS001", "pay/CS017", "2026-10/CS017", "2026-10/month"):
        (site.root / f"records/{path}.toml").unlink()
    (site.root / "records/departments.toml").unlink()
    site.edit(
        "records/schemes/agent.toml", 'self = "40%", supervisor = "60%"', 'supervisor = "100%"'
    )
    site.write({"名册.xlsx": workbook(HEADS, *people())})
    commands = (
        ("import", "名册.xlsx", "--write"),
        ("new", "2026-11"),
        ("sheet", "2026-11"),
    )
    for command in commands:
        ran = site.run(*command)
        assert ran.code == 0, (command, ran.errors)
    typed = fill_in(site.root, "2026-11", own=False)
    assert typed == 2 * DEPARTMENTS * EACH, "a mark and a figure each, by ten people"
    sheets = sorted(map(str, (site.root / "sheets/2026-11").iterdir()))
    assert len(sheets) == DEPARTMENTS
    ran = site.run("import", *sheets, "--on", "2026-12-04", "--write")
    assert ran.code == 0, ran.errors
    for number in range(DEPARTMENTS):
        for other in range(EACH):
            record = tomllib.loads(
                site.read(f"records/2026-11/P{number:02}{other:02}.toml"), parse_float=Decimal
            )
            assert record["marks"] == {"discipline": {"supervisor": 10}}
            assert record["metrics"] == {"conversion": "98%"}
            assert record["rated"]["supervisor"]["by"] == f"M{number:02}"
    ran = site.run("check")
    assert ran.code == 0, ran.output
    assert site.run("import", *sheets, "--on", "2026-12-04").output == "没有要改的。\n"
