"""An appraisal of its own beside that of the month: its own grade, and nothing else moves."""

import json
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from kpisite.core.month import Month
from kpisite.examine.base import Base
from kpisite.examine.kept import NOTHING_KEPT
from kpisite.examine.run import Run
from kpisite.outcomes.results import Result
from kpisite.read.file import File
from tests.conftest import SOUND, Site
from tests.marked_months import AWARD, BY_GRADE, PAID, moved, policy, says
from tests.one_off_forms import PLAN, RULE_FILES, one_off
from tests.repositories import commit, git
from tests.sites import built, checked, run, write
from tests.small_forms import CARE, form, found, issues, record, site, staff
from tests.trees import broken_links, files_in, pdf_text, trees, whole
from tests.typed_sheets import sheets_of, typed, workbook

# A moves from the desk to the store on the 11th: (80 × 10 + 95 × 21) ÷ 31 = 90.16…, which is 优;
# and fails the end of the probation with 55.
MOVED = moved("2026-10", "2026-10-11", 80, 95, BY_GRADE)
WITH = MOVED | one_off("A", 55, PLAN)


def grade_of(result: Result) -> str:
    """The id of its grade."""
    assert result.grade is not None
    return result.grade.id


def test_a_one_off_appraisal_stands_beside_both_parts_of_a_month_and_moves_neither():
    results, before = found(WITH), found(MOVED)
    own = results.pop("2026-10/A-probation")
    assert (own.card.total.value, grade_of(own), own.standing.rank) == (55, "not-kept", None)
    assert own.wage is None
    assert own.card.appraisee.department == "store"
    assert results["2026-10/A"].card.total.value == Decimal("90.2")
    wage = results["2026-10/A"].wage
    assert wage is not None and wage.shown == "1,800.55"
    assert results == before


def test_records_of_a_month_that_are_read_one_by_one_come_in_the_order_of_the_book():
    run_ = Run([File(path, text.encode()) for path, text in WITH.items()], "", NOTHING_KEPT, 1)
    read = [one.path for one in Base(run_).records.of_month(Month.parse("2026-10"))]
    _, book, _ = checked(WITH)
    assert read == [one.path for one in book.records]
    assert read[:3] == [f"records/2026-10/A{one}.toml" for one in ("", "@desk", "@probation")]


@pytest.mark.parametrize(("mark", "grade"), [("60", "kept"), ("59.9", "not-kept")])
def test_a_one_off_form_has_a_pass_mark_of_its_own(mark, grade):
    files = site(FORM_OF_MONTH, {"A": says(100)}, policy()) | one_off("A", mark, PLAN)
    results = found(files)
    assert grade_of(results["2026-10/A-probation"]) == grade
    assert grade_of(results["2026-10/A"]) == "top"


def test_nobody_lacks_a_one_off_appraisal_and_it_may_stand_in_a_month_of_no_other():
    files = site(FORM_OF_MONTH, {"2026-10/A": says(70)}, policy())
    assert issues(files) == []
    later = one_off("A", 80, month="2026-12")
    assert issues(files | later) == [], "it puts December on no roll"
    assert set(found(files | later)) == {"2026-10/A", "2026-12/A-probation"}


def test_runs_of_months_go_on_beside_a_one_off_appraisal():
    rules = policy(AWARD + 'grades = ["top"]\nmonths = 2\n' + PAID)
    files = site(FORM_OF_MONTH, {"2026-09/A": says(95), "2026-10/A": says(95)}, rules)
    due = found(files)["2026-10/A"].awards
    assert [one.rule.id for one in due] == ["prize"]
    beside = one_off("A", 10, PLAN, "2026-09") | one_off("A", 10, PLAN)
    results = found(files | beside)
    assert results["2026-10/A"].awards == due
    assert results["2026-10/A"].change == Decimal(0)
    assert results["2026-10/A-probation"].change is None
    reviews = [results[f"2026-{month}/A-probation"].reviews for month in ("09", "10")]
    assert [len(one) for one in reviews] == [1, 1], "each by itself, and no run of two"


def test_sums_ranks_and_shares_of_a_month_leave_one_off_appraisals_out():
    rules = policy(
        '[pool]\nper-point = 10\n[[pay]]\nid = "pool"\nname = "奖池"\nmethod = "pool"\n'
        '[[figure]]\nid = "mean"\nname = "平均"\nmean = "total"\nover = "department"\n'
        "shown = true\n",
    )
    people = {id: says(mark) for id, mark in zip("ABCD", (90, 80, 70, 60), strict=True)}
    files = site(FORM_OF_MONTH, people, rules)
    before = found(files)
    results = found(files | one_off("A", 0, PLAN) | one_off("B", 100))
    others = {name: one for name, one in results.items() if "probation" not in name}
    assert others == before
    assert results["2026-10/D"].standing.ranked == 4


def test_one_off_records_that_would_be_taken_for_others_are_faults():
    alone = site(FORM_OF_MONTH, {"A": says(70)}, policy())
    twice = {"records/2026-10/A@again.toml": one_off("A", 80)["records/2026-10/A@probation.toml"]}
    assert issues(alone | one_off("A", 80) | twice) == ["duplicate-record"]
    names = {"records/staff/A-probation.toml": staff("A-probation", superior="")}
    assert issues(alone | one_off("A", 80) | names) == ["part-name-taken"]
    # A-x on the form y, and A on the form x-y, are both called A-x-y.
    forms = {
        path.replace("probation.toml", f"{id}.toml"): text.replace('"probation"', f'"{id}"')
        for id in ("y", "x-y")
        for path, text in RULE_FILES.items()
    }
    alike = {"records/staff/A-x.toml": staff("A-x")}
    alike |= {f"records/2026-10/{id}.toml": record(id, says(70)) for id in ("A", "A-x")}
    alike |= {
        f"records/2026-10/{id}@{form}.toml": record(
            id, f'scheme = "{form}"\nmarks.fit = {{ boss = 80 }}'
        )
        for id, form in (("A", "x-y"), ("A-x", "y"))
    }
    assert issues(alone | forms | alike) == ["part-name-taken"]
    unread = {"records/schemes/probation.toml": "one-off = \n"}
    assert "duplicate-record" not in issues(alone | one_off("A", 80) | unread)


# Pages, prints, commands.


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return write(WITH, tmp_path)


def test_whoever_reads_the_month_reads_the_one_off_appraisal_and_nobody_else(place):
    output = built(place)
    held = {name: whole(tree) for name, tree in trees(output).items()}
    for name in ("employees/A", "managers/store", "hr"):
        assert "不予转正" in held[name], name
    for name in ("employees/B", "employees/C", "managers/desk"):
        assert "转正" not in held[name], name
    assert "A-probation" not in held["payroll"], "which reads of the form, and of nobody on it"
    assert broken_links(output) == []
    files = files_in(output)
    for path in ("employees/A/2026-10-probation", "managers/store/2026-10/A-probation",
                 "hr/store/2026-10/A-probation"):  # fmt: skip
        assert {f"{path}.html", f"{path}.pdf"} <= files.keys()
    assert "不予转正" in pdf_text(files["employees/A/2026-10-probation.pdf"])


def test_pages_beside_it_say_what_they_said_but_for_its_list(place, tmp_path):
    plain = files_in(built(write(MOVED, tmp_path / "plain"), "--no-pdf"))
    files = files_in(built(place, "--no-pdf"))
    changed = {path for path in plain.keys() & files.keys() if plain[path] != files[path]}
    of_a = ("employees/A/", "managers/store/", "hr/", "payroll/rules.html")
    assert all(path.startswith(of_a) for path in changed), sorted(changed)
    page = files["managers/store/2026-10/index.html"].decode()
    assert "一次性考核" in page and '<a href="A-probation.html">' in page
    assert "2 人 · 平均 81.1" in page, "(90.2 + 72) ÷ 2"
    assert "2 人尚未答复" in page and "1 人尚未答复" not in page, "A, on both forms, and C"
    card = files["employees/A/2026-10-probation.html"].decode()
    assert "2026 年 10 月 · 转正考核" in card
    own = files["employees/A/index.html"].decode()
    assert '<a href="2026-10-probation.html">' in own


def test_a_tree_of_a_one_off_appraisal_alone_is_whole(tmp_path):
    only = site(FORM_OF_MONTH, {"B": says(70)}, policy()) | one_off("A", 80, month="2026-12")
    files = only | {
        "records/staff/A.toml": staff("A", superior="M").replace('scheme = "form"\n', "")
    }
    output = built(write(files, tmp_path), "--no-pdf")
    assert broken_links(output) == []
    assert "予以转正" in (output / "employees/A/index.html").read_text()
    assert (output / "hr/desk/2026-12/index.html").exists()


def test_search_finds_it_by_the_name_of_its_page(place):
    index = (built(place, "--no-pdf") / "managers/store/search.js").read_text()
    assert '"A-probation"' in index and "员工A（转正考核）" in index


def test_it_is_explained_closed_amended_and_answered_by_its_own_name(place):
    ran = run("explain", "A@probation", "2026-10", "--json", at=place)
    said = json.loads(ran.output)
    assert (said["total"], said["one_off"], said["part"]) == ("55.0", "probation", None)
    assert "kpisite explain A@probation 2026-10" in run("explain", "A", "2026-10", at=place).output
    ran = run("answer", "A@probation", "2026-10", "objected", "--on", "2026-11-05",
              "--words", "请再看一看", at=place)  # fmt: skip
    assert ran.code == 0, ran.errors
    assert "objected" in (place / "records/2026-10/A@probation.toml").read_text()
    assert "objected" not in (place / "records/2026-10/A.toml").read_text()
    ran = run("close", "2026-10", "--on", "2026-12-01", "--despite-open", at=place)
    assert ran.code == 0, ran.errors
    closed = (place / "records/2026-10/closed.toml").read_text()
    assert all(f"[card.{name}]" in closed for name in ("A", "A-desk", "A-probation", "B", "C"))
    assert run("check", at=place).code == 0
    path = place / "records/2026-10/A@probation.toml"
    path.write_text(path.read_text().replace("boss = 55", "boss = 65"))
    ran = run("check", "--format", "json", at=place)
    codes = {(one["code"], one["path"]) for one in json.loads(ran.output)}
    assert ("closed-changed", "records/2026-10/A@probation.toml") in codes
    ran = run("amend", "2026-10", "A@probation", "--on", "2026-12-02", "--by", "M",
              "--approved-by", "N", "--why", "漏看一项",
              "--what", "胜任程度 55 → 65", at=place)  # fmt: skip
    assert ran.code == 0, ran.errors
    assert 'appraisee = "A-probation"' in (place / "records/2026-10/amendments.toml").read_text()
    (place / "records/2026-10/A@probation.toml").unlink()
    ran = run("check", "--format", "json", at=place)
    assert "closed-gone" in {one["code"] for one in json.loads(ran.output)}


def test_a_record_of_it_is_laid_out_by_new(tmp_path):
    files = site(FORM_OF_MONTH, {"A": says(70)}, policy()) | dict(RULE_FILES)
    place = write(files, tmp_path)
    ran = run("new", "2026-10", "--one-off", "probation", "--employee", "A", at=place)
    assert ran.code == 0, ran.errors
    text = (place / "records/2026-10/A@probation.toml").read_text()
    assert 'scheme   = "probation"' in text and "# fit" in text
    assert run("check", at=place).code == 0
    again = run("new", "2026-10", "--one-off", "probation", "--employee", "A", at=place)
    assert again.code == 0
    assert (place / "records/2026-10/A@probation.toml").read_text() == text
    assert run("new", "2026-10", "--one-off", "probation", at=place).code == 2
    assert run("new", "2026-10", "--one-off", "form", "--employee", "A", at=place).code == 2


FORM_OF_MONTH: str = MOVED["records/schemes/form.toml"]


def test_what_is_still_to_come_of_it_is_listed_by_its_own_name_for_one_person(place):
    ran = run("status", "2026-10", at=place)
    assert "A@probation  本人答复" in ran.output
    assert "3 人还缺 4 项" in ran.output, "A, B and C: four answers of three people"


def test_a_record_in_a_file_that_is_called_as_in_a_closed_month_is_one_fault():
    files = site(FORM_OF_MONTH, {"A": says(70)}, policy())
    once = one_off("A", 80)
    text = once.pop("records/2026-10/A@probation.toml")
    (wrong,) = checked(files | once | {"records/2026-10/A-probation.toml": text})[2]
    assert (wrong.code, wrong.facts["path"]) == (
        "one-off-elsewhere",
        "records/2026-10/A@probation.toml",
    )


@pytest.mark.parametrize("name", ["A-form", "A1"])
def test_a_record_of_a_month_in_a_file_of_another_name_is_one_error(name):
    files = site(FORM_OF_MONTH, {"A": 'scheme = "form"\n' + says(70)}, policy())
    files[f"records/2026-10/{name}.toml"] = files.pop("records/2026-10/A.toml")
    errors = [one.code for one in checked(files)[2] if one.code != "record-missing"]
    assert errors == ["name-mismatch"]


def test_two_records_of_a_one_off_appraisal_are_named_as_its_own():
    files = site(FORM_OF_MONTH, {"A": says(70)}, policy()) | one_off("A", 80)
    again = {"records/2026-10/A@again.toml": files["records/2026-10/A@probation.toml"]}
    (wrong,) = checked(files | again)[2]
    assert (wrong.code, wrong.facts["employee"]) == ("duplicate-record", "A@probation")


def test_what_is_to_be_deleted_of_the_policy_has_no_faults_of_its_own():
    files = site(FORM_OF_MONTH, {"A": says(70)}, policy()) | one_off("A", 80)
    pays = '\n[[pay]]\nid = "wage"\nname = "工资"\nmethod = "by-grade"\n'
    files["records/policies/probation.toml"] += pays
    assert issues(files) == ["one-off-pays"]


def test_commands_say_and_take_its_name_with_an_at_sign_and_take_that_of_closed_files(place):
    for name in ("A@probation", "A-probation"):
        ran = run("explain", name, "2026-10", at=place)
        assert ran.code == 0 and "A@probation" in ran.output, ran.errors
    assert run("explain", "A-nothing", "2026-10", at=place).code == 2
    ran = run("close", "2026-10", "--on", "2026-12-01", at=place)
    assert "A@probation" in ran.errors and "A-probation" not in ran.errors
    assert run("close", "2026-10", "--on", "2026-12-01", "--despite-open", at=place).code == 0
    path = place / "records/2026-10/A@probation.toml"
    path.write_text(path.read_text().replace("boss = 55", "boss = 65"))
    ran = run("check", at=place)
    assert "2026-10 已封账，A@probation 却变了" in ran.output
    assert 'appraisee = "A-probation"' in ran.output, "as the file of amendments has it"
    path.unlink()
    assert "A@probation 的记录却不见了" in run("check", at=place).output
    ran = run("amend", "2026-10", "A-probation", "--on", "2026-12-02", "--by", "M",
              "--approved-by", "N", "--why", "撤销", at=place)  # fmt: skip
    assert ran.code == 0, ran.errors
    assert "A@probation" in ran.output and "A-probation" not in ran.output
    assert run("check", at=place).code == 0


def test_a_person_with_a_one_off_appraisal_is_counted_once_and_its_form_is_named(place):
    files = files_in(built(place, "--no-pdf"))
    page = files["hr/store/2026-10/index.html"].decode()
    (said,) = [one for one in page.split("<li") if "人尚未答复" in one]
    assert "2 人尚未答复" in said and "员工A（转正考核）" in said, "A on both forms, and C"
    message = run("status", "2026-10", "--message", at=place).output
    assert "员工A（转正考核）" in message
    unmarked = {"records/2026-10/month.toml": 'month = "2026-10"\nmissing = "provisional"\n'}
    path = "records/2026-10/A@probation.toml"
    unmarked[path] = WITH[path].replace("marks.fit = { boss = 55 }\n", "")
    waits = next(one for one in checked(WITH | unmarked)[2] if one.code == "month-waits")
    assert waits.facts["names"] == ("员工A A@probation",)


def test_its_page_is_headed_by_its_form_and_names_those_of_the_ways_on(place):
    files = files_in(built(place))
    page = files["employees/A/2026-10-probation.html"].decode()
    assert "· 转正考核</h1>" in page
    nav = page[page.index("<nav") : page.index("</nav>")]
    assert ">10 月 · 考核</a>" in nav
    of_month = files["employees/A/2026-10.html"].decode()
    assert "· 转正考核</h1>" not in of_month
    first = files["employees/A/index.html"].decode()
    assert 'href="2026-10-probation.pdf"' in first


def test_somebody_with_no_other_record_has_it_at_the_head_of_the_first_page(tmp_path):
    files = site(FORM_OF_MONTH, {"A": says(70)}, policy())
    files |= {"records/staff/E.toml": staff("E")} | one_off("E", 80)
    first = files_in(built(write(files, tmp_path), "--no-pdf"))["employees/E/index.html"].decode()
    assert '<span class="soft">2026 年 10 月 · 转正考核</span>' in first


def test_a_month_that_is_not_closed_names_the_form_that_waits(tmp_path):
    files = WITH | {"records/2026-10/month.toml": 'month = "2026-10"\nmissing = "provisional"\n'}
    path = "records/2026-10/A@probation.toml"
    files[path] = WITH[path].replace("marks.fit = { boss = 55 }\n", "")
    ran = run("close", "2026-10", "--on", "2026-12-01", at=write(files, tmp_path))
    assert ran.code == 2 and "员工A A@probation" in ran.errors


def test_people_for_new_records_are_parted_by_commas(tmp_path):
    files = site(FORM_OF_MONTH, {"A": says(70), "B": says(70)}, policy()) | dict(RULE_FILES)
    place = write(files, tmp_path)
    ran = run("new", "2026-10", "--one-off", "probation", "--employee", "A, B", at=place)
    assert ran.code == 0, ran.errors
    assert (place / "records/2026-10/A@probation.toml").exists()
    assert (place / "records/2026-10/B@probation.toml").exists()
    assert run("new", "2026-10", "--employee", "A,", at=place).code == 2


def test_a_rule_of_the_other_form_in_a_sheet_says_which_name_to_choose(site_):
    rules = {path: text.replace("boss", "supervisor") for path, text in RULE_FILES.items()}
    rules["records/schemes/probation.toml"] += (
        '[[deduction]]\nid = "absent"\nname = "旷工"\npoints = 1\n'
    )
    asked = one_off("CS017", 55)["records/2026-10/CS017@probation.toml"]
    asked = asked.replace("marks.fit = { boss = 55 }\n", "").replace("2026-10", "2026-11")
    site_.write({**rules, "records/2026-11/CS017@probation.toml": asked})
    assert site_.run("new", "2026-11").code == 0
    assert site_.run("sheet", "2026-11").code == 0
    (workbook,) = sheets_of(site_.root, "2026-11")
    row = {"rule": "旷工 absent", "date": "2026-11-15"}
    content = workbook.read_bytes()

    def sent(person: str) -> Any:
        cells = {("事项", "event-1", key): one for key, one in (row | {"person": person}).items()}
        workbook.write_bytes(typed(content, cells))
        return site_.run("import", str(workbook), "--on", "2026-12-04", "--language", "zh")

    ran = sent("王芳 CS017")
    assert "sheet-rule-other-form" in ran.errors and "是“转正考核”的规则" in ran.errors
    assert "改选为“王芳 CS017@probation”" in ran.errors
    assert sent("王芳 CS017@probation").code == 0, "obeyed literally, it goes"


# On paper and in tables.


def test_a_raters_workbook_asks_for_it_beside_the_month_and_comes_back_into_its_own_file(site_):
    asked = one_off("CS017", 55)["records/2026-10/CS017@probation.toml"]
    rules = {path: text.replace("boss", "supervisor") for path, text in RULE_FILES.items()}
    unmarked = asked.replace("marks.fit = { boss = 55 }\n", "")
    path = "records/2026-11/CS017@probation.toml"
    site_.write({**rules, path: unmarked.replace("2026-10", "2026-11")})
    assert site_.run("new", "2026-11").code == 0
    assert site_.run("sheet", "2026-11").code == 0
    (workbook,) = sheets_of(site_.root, "2026-11")
    cells = {
        ("客服月度考核", "discipline", "CS017:supervisor"): 8,
        ("转正考核", "fit", "CS017@probation:supervisor"): 61.5,
    }
    workbook.write_bytes(typed(workbook.read_bytes(), cells))
    ran = site_.run("import", str(workbook), "--on", "2026-12-04", "--write")
    assert ran.code == 0, ran.errors
    of_month = tomllib.loads(site_.read("records/2026-11/CS017.toml"))
    of_once = tomllib.loads(site_.read(path))
    assert of_month["marks"] == {"discipline": {"supervisor": 8}}
    assert of_once["marks"] == {"fit": {"supervisor": 61.5}}


def test_a_row_of_a_table_is_of_the_month_unless_it_names_the_one_off_form(site_):
    rules = {path: text.replace("boss", "supervisor") for path, text in RULE_FILES.items()}
    path = "records/2026-10/CS017@probation.toml"
    once = one_off("CS017", 55)[path].replace("boss", "supervisor")
    site_.write({**rules, path: once})
    table = site_.root / "表.xlsx"
    mapping = 'into = "records"\nmonth = "2026-10"\n[columns]\n"工号" = "id"\n'
    site_.write({"表.import.toml": mapping + '"转化率" = "metrics.conversion"\n'})
    table.write_bytes(workbook(("工号", "转化率"), ("CS017", "30%")))
    assert site_.run("import", str(table), "--write").code == 0
    assert tomllib.loads(site_.read("records/2026-10/CS017.toml"))["metrics"] == {
        "conversion": "30%"
    }
    marks = mapping + '"考核" = "part"\n"胜任" = "marks.fit.supervisor"\n'
    site_.write({"表.import.toml": marks})
    table.write_bytes(workbook(("工号", "考核", "胜任"), ("CS017", "转正考核", 77)))
    ran = site_.run("import", str(table), "--write")
    assert ran.code == 0, ran.errors
    assert tomllib.loads(site_.read(path))["marks"] == {"fit": {"supervisor": 77}}


def test_its_printed_form_holds_against_the_records_and_is_kept_in_the_archive(tmp_path):
    place = tmp_path / "site"
    place.mkdir()
    git(place, "init", "-q")
    commit(place, {**WITH, ".gitignore": "output\n.kpisite\narchive\n"}, "2026-11-02")
    output = built(place)
    form = output / "managers/store/2026-10/A-probation.pdf"
    ran = run("verify", form, "--json", at=place)
    levels = json.loads(ran.output)["files"][0]["levels"]
    assert {name: one["verdict"] for name, one in levels.items() if name != "signatures"} == {
        "record": "holds", "total": "holds", "bytes": "holds",
    }  # fmt: skip
    other = run("archive", "add", form, "--unsigned", "--as", "A-desk", "2026-10", at=place)
    assert other.code != 0, "it says itself that it is another"
    kept = run("archive", "add", form, "--as", "A-probation", "2026-10", "--unsigned",
               "--reason", "试填", at=place)  # fmt: skip
    assert kept.code == 0, kept.errors
    assert (place / "archive/2026-10/A@probation.no-pay.unsigned.pdf").exists()
    status = run("archive", "status", "2026-10", "--json", at=place)
    cards = {(one["appraisee"], one["part"]) for one in json.loads(status.output)["cards"]}
    assert {("A", ""), ("A", "desk"), ("A", "probation")} <= cards


def test_data_of_a_tree_tell_it_apart(place):
    ran = run("export", "--json", at=place)
    assert ran.code == 0, ran.errors
    told = {
        (one["id"], one["part"], one["one_off"]): one["grade"]
        for one in json.loads(ran.output)["scorecards"]
    }
    assert told["A", None, "probation"] == "not-kept"
    assert told["A", None, None] == "top"


@pytest.fixture
def site_(tmp_path: Path) -> Site:
    """The sound site of `conftest.py`."""
    return Site(tmp_path / "site").write(SOUND)


# Among the records of its month.

ROWS = """
[[part]]
id = "work"
name = "工作"

[[part.indicator]]
id = "care"
name = "细心"
points = 80
step = 0.1
method = "bands"
bands = [{ points = "0-80" }]

[[part.indicator]]
id = "place"
name = "名次"
points = 10
method = "rank"
metric = "sales"
metric-name = "销售额"
within = "department"
step = 5

[[part.indicator]]
id = "mean"
name = "部门平均"
points = 10
method = "department-average"
least = 2
steps = [{ from = 80, share = "100%" }, { from = 0, share = "0%" }]
"""


def test_one_off_records_are_ranked_among_themselves_and_are_in_no_mean_of_the_department():
    head = 'name = "考核"\nfrom = "2026-01"\nraters = { boss = "100%" }\n'
    once = 'id = "once"\none-off = true\nscored-only = true\n'

    def sells(care: int, sales: int, form: str = "") -> str:
        return f"{form}marks.care = {{ boss = {care} }}\nmetrics.sales = {sales}\n"

    files = site(
        f'id = "form"\n{head}{ROWS}', {"A": sells(70, 100), "B": sells(60, 90), "C": sells(50, 80)}
    )
    before = found(files)
    files["records/schemes/once.toml"] = once + head + ROWS
    for id, care, sales in (("A", 0, 1), ("B", 10, 2)):
        text = record(id, sells(care, sales, 'scheme = "once"\n'))
        files[f"records/2026-10/{id}@once.toml"] = text
    results = found(files)
    # Sales 100, 90, 80: 10, 5, 0 for the place.  For the mean everybody has the full 10 of its row:
    # (70 + 10 + 10) + (60 + 5 + 10) + (50 + 0 + 10) = 225, ÷ 3 = 75, below 80: nothing.
    assert {name: one.card.total.value for name, one in results.items()} == {
        "2026-10/A": 80, "2026-10/B": 65, "2026-10/C": 50,
        # Of sales 1 and 2 the second is the better, and the last has none: 0 + 0 and 10 + 10.
        "2026-10/A-once": 0, "2026-10/B-once": 20,
    }  # fmt: skip
    assert {name: results[name] for name in before} == before


def test_an_event_of_a_one_off_record_binds_no_superior():
    late = '[[deduction]]\nid = "late"\nname = "迟到"\npoints = 1\n'
    liable = late + '[[liability]]\nid = "led"\nname = "连带"\nevent = "late"\npoints = 3\n'
    happened = '[[event]]\nrule = "late"\ndate = 2026-10-08\n'
    files = site(
        form(CARE, top=liable),
        {"A": says(90), "B": says(80)},
        policy(),
        {"records/staff/B.toml": staff("B", superior="A")},
    )
    once = one_off("B", 70)
    once["records/schemes/probation.toml"] += late
    once["records/2026-10/B@probation.toml"] += happened
    assert found(files | once)["2026-10/A"].card.total.value == 90
    assert found(files | once)["2026-10/B-probation"].card.total.value == 69
    files["records/2026-10/B.toml"] += happened
    assert found(files | once)["2026-10/A"].card.total.value == 87


def test_a_difference_between_two_states_is_said_of_it_alone(tmp_path):
    place = tmp_path / "site"
    place.mkdir()
    git(place, "init", "-q")
    commit(place, WITH, "2026-11-02")
    path = place / "records/2026-10/A@probation.toml"
    path.write_text(path.read_text().replace("boss = 55", "boss = 65"))
    ran = run("diff", "--json", at=place)
    (one,) = json.loads(ran.output)["scorecards"]
    assert (one["id"], one["change"]) == ("A@probation", "moved")
    assert (one["before"]["grade"], one["after"]["grade"]) == ("不予转正", "予以转正")
    assert [entry["keys"] for entry in one["entries"]] == [["marks", "fit", "boss"]]
