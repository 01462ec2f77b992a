"""Whoever holds a form has a record, a reason in writing, or is a fault: nobody is forgotten."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.marked_months import FORM, absent, months, policy, says
from tests.sites import built, run, write
from tests.small_forms import Files, faults, record, site, staff

OCTOBER = "records/2026-10/month.toml"


def company(more: Mapping[str, str | None] = {}) -> Files:
    """A with records of September and October; B with one of September alone."""
    told = months({"2026-09": {"A": 80, "B": 70}, "2026-10": {"A": 80}})
    return site(FORM, told, policy(), more)


def excused(**reasons: str) -> str:
    return 'month = "2026-10"\n\n[excused]\n' + "".join(
        f'{id} = "{reason}"\n' for id, reason in reasons.items()
    )


def test_somebody_without_a_record_is_missed() -> None:
    assert faults(company()) == ["record-missing"]
    assert faults(company({OCTOBER: excused(B="借调")})) == []
    assert faults(company({OCTOBER: excused(desk="停业盘点")})) == []
    assert faults(company({OCTOBER: excused(B=" ")})) == ["wrong-type"]


def test_who_holds_no_form_is_not_missed() -> None:
    files = company({"records/staff/B.toml": staff("B", superior="")})
    del files["records/2026-09/B.toml"]
    assert faults(files) == []


@pytest.mark.parametrize(
    ("more", "missed"),
    [
        ("left = 2026-10-01\n", True),  # employed for a day of it
        ("left = 2026-09-30\n", False),
        (absent("leave", "2026-10-01", "2026-10-30"), True),
        (absent("leave", "2026-10-01", "2026-10-31"), False),
    ],
)
def test_one_day_of_a_month_is_enough_to_be_due(more: str, missed: bool) -> None:
    codes = faults(company({"records/staff/B.toml": staff("B", more=more)}))
    assert codes == ["record-missing"] * missed


def test_a_form_is_due_from_its_own_first_month_on() -> None:
    files = company()
    files["records/schemes/form.toml"] = FORM.replace('"2026-01"', '"2026-10"')
    assert faults(files).count("scheme-not-yet") == 2, "and nobody is missed in September"
    assert faults(files).count("record-missing") == 1


def test_a_quarterly_form_is_due_at_the_end_of_the_quarter_and_of_the_employment() -> None:
    quarter = site(
        FORM.replace("points = 100", 'points = 100\nper = "quarter"', 1),
        {"2026-09/A": says(80)},
        policy(),
        {"records/staff/B.toml": staff("B")},
    )
    assert faults(quarter) == ["record-missing"]
    october = {
        "records/staff/C.toml": staff("C", scheme="other"),
        "records/schemes/other.toml": FORM.replace('id = "form"', 'id = "other"'),
        "records/2026-10/C.toml": record("C", says(80)),
        "records/2026-09/month.toml": 'month = "2026-09"\nexcused = { B = "借调", C = "借调" }\n',
    }
    assert faults(quarter | october) == []
    leaves = {"records/staff/B.toml": staff("B", more="left = 2026-10-20\n")}
    assert faults(quarter | october | leaves) == ["record-missing"]


def test_a_department_with_a_form_is_due_as_well() -> None:
    store = '\n[[department]]\nid = "store"\nname = "仓储部"\nscheme = "works"\n'
    more = {
        "records/schemes/works.toml": FORM.replace(
            'id = "form"', 'id = "works"\nappraises = "department"', 1
        )
    }
    files = company({OCTOBER: excused(B="借调"), **more})
    files["records/departments.toml"] += store
    assert faults(files) == ["record-missing"], "once, for September and October"
    files[OCTOBER] = excused(B="借调", store="盘点")
    files["records/2026-09/store.toml"] = record("store", says(90), "2026-09", key="department")
    assert faults(files) == []


@pytest.mark.parametrize(
    ("reasons", "expected"),
    [
        ({"B": "借调", "A": "借调"}, ["excuse-unused"]),  # A has a record
        ({"B": "借调", "M": "借调"}, ["excuse-unused"]),  # M has no form
        ({"B": "借调", "desk": "盘点"}, ["excuse-unused"]),  # nobody else there
        ({"B": "借调", "X": "借调"}, ["unknown-employee"]),
    ],
)
def test_a_reason_that_nobody_needs_is_a_fault(
    reasons: dict[str, str], expected: list[str]
) -> None:
    assert faults(company({OCTOBER: excused(**reasons)})) == expected


def test_what_the_remedy_says_is_a_remedy(tmp_path: Path) -> None:
    folder = write(company(), tmp_path)
    told = run("check", at=folder).output
    assert "补上 records/2026-10/B.toml" in told
    assert f'在 {OCTOBER} 的 [excused] 下写 B = "原因"' in told
    assert run("check", "--strict", at=folder).code == 1
    write({OCTOBER: excused(B="原因")}, folder)
    assert run("check", "--strict", at=folder).code == 0


def test_a_month_is_not_closed_over_somebody_forgotten(tmp_path: Path) -> None:
    folder = write(company(), tmp_path)
    closing = ("close", "2026-10", "--on", "2026-11-10")
    ran = run(*closing, at=folder)
    assert (ran.code, "员工B" in ran.errors) == (2, True)
    write({OCTOBER: excused(B="借调")}, folder)
    assert run(*closing, "--despite-open", at=folder).code == 0
    assert run("check", "--strict", at=folder).code == 0
    (folder / OCTOBER).unlink()
    assert "closed-without" in run("check", at=folder).output
    assert run("check", at=folder).code == 1


def test_lists_name_who_has_no_record_and_the_reason_to_hr_and_payroll_alone(
    tmp_path: Path,
) -> None:
    pays = '[[pay]]\nid = "post"\nname = "岗位工资"\nmethod = "by-grade"\n'
    files = company({"records/policies/rules.toml": policy(pays)})
    output = built(write(files, tmp_path), "--no-pdf")
    lists = ("hr/index.html", "hr/desk/2026-10/index.html", "payroll/2026-10.html")
    managers = "managers/desk/2026-10/index.html"
    for path in (*lists, managers):
        page = (output / path).read_text(encoding="utf-8")
        assert "员工B" in page and "缺记录，也没有写明原因" in page, path
    write({OCTOBER: excused(B="流产休养")}, tmp_path)
    output = built(tmp_path, "--no-pdf")
    telling = {
        path.relative_to(output).as_posix()
        for path in output.rglob("*.html")
        if "流产休养" in path.read_text(encoding="utf-8")
    }
    assert telling == set(lists)
    assert "缺记录" not in (output / managers).read_text(encoding="utf-8")


def test_explain_says_why_there_is_no_record(tmp_path: Path) -> None:
    folder = write(company({OCTOBER: excused(B="借调")}), tmp_path)
    ran = run("explain", "B", "2026-10", at=folder)
    assert (ran.code, "借调" in ran.errors) == (2, True)
