"""Whoever holds a form has a record, a reason in writing, or is a fault: nobody is forgotten."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.marked_months import FORM, absent, months, moved, policy, says
from tests.sites import built, run, write
from tests.small_forms import Files, issues, record, scored_only, site, staff

OCTOBER = "records/2026-10/month.toml"


def company(more: Mapping[str, str | None] = {}) -> Files:
    """A with records of September and October; B with one of September alone."""
    reported = months({"2026-09": {"A": 80, "B": 70}, "2026-10": {"A": 80}})
    return site(FORM, reported, policy(), more)


def excused(**reasons: str) -> str:
    return 'month = "2026-10"\n\n[excused]\n' + "".join(
        f'{id} = "{reason}"\n' for id, reason in reasons.items()
    )


def test_somebody_without_a_record_is_missed() -> None:
    assert issues(company()) == ["record-missing"]
    assert issues(company({OCTOBER: excused(B="借调")})) == []
    assert issues(company({OCTOBER: excused(desk="停业盘点")})) == []
    assert issues(company({OCTOBER: excused(B=" ")})) == ["wrong-type"]


def test_who_holds_no_form_is_not_missed() -> None:
    files = company({"records/staff/B.toml": staff("B", superior="")})
    del files["records/2026-09/B.toml"]
    assert issues(files) == []


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
    codes = issues(company({"records/staff/B.toml": staff("B", more=more)}))
    assert codes == ["record-missing"] * missed


def test_a_form_is_due_from_its_own_first_month_on() -> None:
    files = company()
    files["records/schemes/form.toml"] = FORM.replace('"2026-01"', '"2026-10"')
    assert issues(files).count("scheme-not-yet") == 2, "and nobody is missed in September"
    assert issues(files).count("record-missing") == 1


def test_a_quarterly_form_is_due_at_the_end_of_the_quarter_and_of_the_employment() -> None:
    quarter = site(
        FORM.replace("points = 100", 'points = 100\nper = "quarter"', 1),
        {"2026-09/A": says(80)},
        policy(),
        {"records/staff/B.toml": staff("B")},
    )
    assert issues(quarter) == ["record-missing"]
    october = {
        "records/staff/C.toml": staff("C", scheme="other"),
        "records/schemes/other.toml": scored_only(FORM.replace('id = "form"', 'id = "other"')),
        "records/2026-10/C.toml": record("C", says(80)),
        "records/2026-09/month.toml": 'month = "2026-09"\nexcused = { B = "借调", C = "借调" }\n',
    }
    assert issues(quarter | october) == []
    leaves = {"records/staff/B.toml": staff("B", more="left = 2026-10-20\n")}
    assert issues(quarter | october | leaves) == ["record-missing"]


def test_a_department_with_a_form_is_due_as_well() -> None:
    store = '\n[[department]]\nid = "store"\nname = "仓储部"\nscheme = "works"\n'
    works = FORM.replace('id = "form"', 'id = "works"\nappraises = "department"', 1)
    more = {"records/schemes/works.toml": scored_only(works)}
    files = company({OCTOBER: excused(B="借调"), **more})
    files["records/departments.toml"] += store
    assert issues(files) == ["record-missing"], "once, for September and October"
    files[OCTOBER] = excused(B="借调", store="盘点")
    files["records/2026-09/store.toml"] = record("store", says(90), "2026-09", key="department")
    assert issues(files) == []


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
    assert issues(company({OCTOBER: excused(**reasons)})) == expected


def test_what_the_remedy_says_is_a_remedy(tmp_path: Path) -> None:
    folder = write(company(), tmp_path)
    reported = run("check", at=folder).output
    assert "补上 records/2026-10/B.toml" in reported
    assert f'在 {OCTOBER} 的 [excused] 下写 B = "原因"' in reported
    assert run("check", "--strict", at=folder).code == 1
    write({OCTOBER: excused(B="原因")}, folder)
    assert run("check", "--strict", at=folder).code == 0


def without_part(more: str = "", excuse: str = "") -> Files:
    """A moved from the desk to the store on 16 October, and has a record of the store alone."""
    files = moved("2026-10", "2026-10-16", 80, 90)
    del files["records/2026-10/A@desk.toml"]
    head, posts = files["records/staff/A.toml"].split("\n[[post]]", 1)
    files["records/staff/A.toml"] = f"{head}\n{more}\n[[post]]{posts}"
    if excuse:
        files[OCTOBER] = 'month = "2026-10"\n[excused]\n' + excuse
    return files


@pytest.mark.parametrize(
    ("more", "excuse", "expected"),
    [
        ("", "", ["record-missing"]),
        ("", '"A@desk" = "在仓储部一并考核"', []),
        ("", 'desk = "停业盘点"', []),
        ("", 'store = "盘点"', ["record-missing", "excuse-unused"]),  # not where the part was
        ("", 'A = "借调"', ["record-missing", "excuse-unused"]),  # A has a record of the month
        ("", '"B@desk" = "借调"', ["record-missing", "excuse-unused"]),
        ("", '"X@desk" = "借调"', ["record-missing", "unknown-employee"]),
        (absent("leave", "2026-10-01", "2026-10-15"), "", []),  # away for all of the part
        (absent("leave", "2026-10-01", "2026-10-14"), "", ["record-missing"]),
    ],
)
def test_the_part_of_a_month_before_a_move_is_due_as_well(
    more: str, excuse: str, expected: list[str]
) -> None:
    assert issues(without_part(more, excuse)) == expected


@pytest.mark.parametrize("since", ["2026-10-01", "2026-11-01"])
def test_a_move_between_months_has_no_parts(since: str) -> None:
    files = moved("2026-10", since, 80, 90)
    del files["records/2026-10/A@desk.toml"]
    assert issues(files) == []


def test_a_part_is_reported_only_once_the_rest_of_the_month_is_there() -> None:
    files = without_part()
    del files["records/2026-10/A.toml"]
    assert issues(files) == ["record-missing"]
    files["records/2026-10/A.toml"] = "="
    assert "record-missing" not in issues(files)


def test_the_remedy_for_a_part_names_its_file_and_its_excuse(tmp_path: Path) -> None:
    folder = write(without_part(), tmp_path)
    reported = run("check", at=folder).output
    assert "补上 records/2026-10/A@desk.toml" in reported
    assert f'在 {OCTOBER} 的 [excused] 下写 "A@desk" = "原因"' in reported
    output = built(folder, "--no-pdf")
    page = (output / "managers/desk/2026-10/index.html").read_text(encoding="utf-8")
    assert "A@desk" in page and "缺记录，也没有写明原因" in page
    assert run("close", "2026-10", "--on", "2026-11-10", at=folder).code == 2


def test_a_department_that_somebodys_form_counts_is_missed_once() -> None:
    """Where its total is asked for it is an error there, and no warning besides."""
    counts = FORM.replace('method = "bands"', 'method = "department-score"')
    counts = counts.replace('bands = [{ points = "0-100" }]', "").replace("step = 0.1\n", "")
    works = FORM.replace('id = "form"', 'id = "works"\nappraises = "department"', 1)
    files = site(counts, {"A": ""}, policy(), {"records/schemes/works.toml": scored_only(works)})
    files["records/departments.toml"] += 'scheme = "works"\n'
    assert issues(files) == ["department-not-appraised"]
    files["records/2026-09/A.toml"] = record("A", "", "2026-09")
    files["records/2026-10/desk.toml"] = record("desk", says(90), key="department")
    assert issues(files) == ["department-not-appraised"], "in September"


def test_a_month_without_any_record_between_others_is_missed(tmp_path: Path) -> None:
    gap = months({"2026-08": {"A": 80}, "2026-10": {"A": 80}})
    files = site(FORM, gap, policy())
    assert issues(files) == ["month-left-out"]
    assert issues(site(FORM, months({"2026-08": {"A": 80}, "2026-09": {"A": 80}}), policy())) == []
    folder = write(files, tmp_path)
    reported = run("check", at=folder).output
    lines = 'month = "2026-09"', 'excused = { desk = "…" }'
    assert all(line in reported for line in lines), reported
    files["records/2026-09/month.toml"] = "\n".join(lines) + "\n"
    assert issues(files) == [], "the remedy, obeyed literally"


def test_each_month_that_was_left_out_is_reported() -> None:
    files = site(FORM, months({"2026-06": {"A": 80}, "2026-09": {"A": 80}}), policy())
    assert issues(files) == ["month-left-out", "month-left-out"]
    files["records/2026-08/month.toml"] = 'month = "2026-08"\n[[accept]]\ncode = "month-left-out"\n'
    assert issues(files).count("month-left-out") == 2, "a file of the month alone is no reason"


@pytest.mark.parametrize(
    ("month", "expected"),
    [("2026-06", []), ("2026-05", ["month-left-out"]), ("2026-03", ["month-left-out"])],
)
def test_months_between_quarters_are_not_left_out(month: str, expected: list[str]) -> None:
    quarterly = FORM.replace("points = 100", 'points = 100\nper = "quarter"', 1)
    files = site(quarterly, {f"{month}/A": says(80), "2026-09/A": says(80)}, policy())
    assert [one for one in issues(files) if one != "period-not-over"] == expected


def test_a_month_in_which_nobody_held_a_form_is_not_left_out() -> None:
    gap = months({"2026-08": {"A": 80}, "2026-10": {"B": 80}})
    more = {
        "records/staff/A.toml": staff("A", more="left = 2026-08-31\n"),
        "records/staff/B.toml": staff("B").replace("2024-01-01", "2026-10-01"),
    }
    assert issues(site(FORM, gap, policy(), more)) == []


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        # Whose post is unknown may well hold the form that the excuse is for.
        ("records/staff/B.toml", staff("B").replace('scheme = "form"', "scheme = 3"), "wrong-type"),
        ("records/schemes/form.toml", FORM.replace("step = 0.1", "step = []"), "wrong-type"),
    ],
)
def test_an_excuse_is_not_called_idle_while_something_cannot_be_read(
    path: str, text: str, expected: str
) -> None:
    files = company({OCTOBER: excused(B="借调", desk="盘点"), path: text})
    assert "excuse-unused" not in issues(files) and expected in issues(files)


def test_a_month_of_which_the_only_record_cannot_be_read_is_on_the_roll(tmp_path: Path) -> None:
    files = company({"records/2026-11/A.toml": "", OCTOBER: excused(B="借调")})
    files["records/staff/C.toml"] = ""  # of no month at all
    folder = write(files, tmp_path)
    for path in ("records/2026-11/A.toml", "records/staff/C.toml"):
        (folder / path).write_bytes(b"\xff\xfe\x00")  # nothing can be made of it
    reported = run("check", at=folder).output
    assert "补上 records/2026-11/B.toml" in reported and "records/2026-11/A.toml；" not in reported
    assert "2 个错误，1 个警告" in reported


def test_a_quarterly_form_of_a_department_is_due_at_the_end_of_the_quarter() -> None:
    works = FORM.replace(
        'id = "form"', 'id = "works"\nappraises = "department"\nper = "quarter"', 1
    )
    files = company({OCTOBER: excused(B="借调"), "records/schemes/works.toml": scored_only(works)})
    files["records/departments.toml"] += 'scheme = "works"\n'
    assert issues(files) == ["record-missing"], "of September, and not of October"
    files["records/2026-09/desk.toml"] = record("desk", says(90), "2026-09", key="department")
    assert issues(files) == []


@pytest.mark.parametrize(
    ("since", "expected"), [("2026-09-01", ["record-missing"]), ("2026-07-01", [])]
)
def test_leave_excuses_from_a_quarter_where_it_covers_all_of_it(
    since: str, expected: list[str]
) -> None:
    quarterly = FORM.replace("points = 100", 'points = 100\nper = "quarter"', 1)
    away = {"records/staff/B.toml": staff("B", more=absent("maternity", since, "2026-09-30"))}
    assert issues(site(quarterly, {"2026-09/A": says(80)}, policy(), away)) == expected


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
    wages = (output / "payroll/payroll-2026-10.csv").read_text(encoding="utf-8-sig")
    assert "员工A" in wages and "员工B" not in wages, "and the page says so"
    assert "CSV 只列有工资的人" in (output / lists[-1]).read_text(encoding="utf-8")
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
