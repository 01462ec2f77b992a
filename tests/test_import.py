"""`kpisite import` of people's own tables: shown first, then written; what cannot be understood is
reported with its cell and a remedy that works."""

import json
import tomllib
from datetime import date
from pathlib import Path

import pytest

from kpisite.core.text import LANGUAGES
from tests.conftest import Site
from tests.sites import run
from tests.typed_sheets import workbook

RECORD = "records/2026-11/CS017.toml"
HEADS = ("工号", "姓名", "部门", "岗位", "入职日期", "直接上级", "基本工资")
PEOPLE = [
    ("00001", "丁岚", "客服部", "客服主管", date(2024, 3, 1), None, 6000),
    ("00017", "李娜", "客服部", "客服专员", date(2026, 1, 5), "丁岚", "4,000.50"),
    ("00018", "吴迪", "客服部", "客服专员", "2026/2/9", "00001", 4100),
    ("00002", "方舟", "门店一", "店长", date(2024, 3, 1), None, 5000),
]


def told(ran) -> list[str]:
    """The codes of what is wrong."""
    return [one["code"] for one in json.loads(ran.output)]


def given(site: Site, *rows, name: str = "表.xlsx", **options) -> str:
    """A workbook of these rows in the site's folder; its path."""
    path = site.root / name
    path.write_bytes(workbook(*rows, **options))
    return str(path)


def mapped(site: Site, text: str, name: str = "表") -> None:
    """The mapping beside it."""
    site.write({f"{name}.import.toml": text})


@pytest.fixture
def november(site: Site) -> Site:
    """The sound site with November laid out."""
    assert site.run("new", "2026-11").code == 0
    return site


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_list_of_the_staff_makes_a_site_in_which_nothing_is_wrong(
    tmp_path: Path, language: str
) -> None:
    root = tmp_path / "公司 一"
    made = run("init", root, "--empty", "--language", language, "--month", "2026-10")
    assert made.code == 0, made.errors
    site = Site(root)
    path = given(site, HEADS, *PEOPLE, ("合计",), name="员工 名册.xlsx")
    shown = site.run("import", path)
    assert shown.code == 0 and '+name   = "李娜"' in shown.output, shown.errors
    assert not (root / "records/staff").exists()
    ran = site.run("import", path, "--write")
    assert ran.code == 0, ran.errors
    assert ran.errors.count("import-row-total") == 1
    person = tomllib.loads(site.read("records/staff/00017.toml"))
    post = {
        "from": date(2026, 1, 5), "department": "customer-service", "title": "客服专员",
        "scheme": "agent", "superior": "00001",
    }  # fmt: skip
    assert person == {"id": "00017", "name": "李娜", "joined": date(2026, 1, 5), "post": [post]}
    pay = tomllib.loads(site.read("records/pay/00017.toml"))
    assert pay["salary"] == [{"from": "2026-01", "amount": 4000.5}]
    private = [root / "records/pay/00017.toml", root / "records/pay/seal.toml"]
    assert [one.stat().st_mode & 0o777 for one in private] == [0o600, 0o600]
    departments = tomllib.loads(site.read("records/departments.toml"))["department"]
    assert departments[0] == {"id": "customer-service", "name": "客服部", "manager": "00001"}
    assert [one["id"] for one in departments] == ["customer-service", "dept-1"]
    assert "scheme" not in tomllib.loads(site.read("records/staff/00001.toml"))["post"][0]
    check = site.run("check", "--format", "json")
    assert (check.code, json.loads(check.output)) == (0, [])
    again = site.run("import", path, "--write")
    assert again.code == 0 and again.output.strip() in ("没有要改的。", "Nothing to change.")
    assert site.run("new", "2026-11").code == 0 and site.run("sheet", "2026-11").code == 0


def test_a_later_list_adds_posts_salaries_and_people(site: Site) -> None:
    heads = (*HEADS, "生效日期")
    rows = [
        ("CS001", "王敏", "客户服务部", "客服主管", date(2025, 3, 1), None, None, None),
        ("CS017", "李娜", "客户服务部", "客服组长", None, "王敏", 3300, date(2026, 12, 1)),
        ("CS018", "吴迪", "客户服务部", "客服专员", date(2026, 12, 1), "CS001", 3000, None),
    ]
    mapped(
        site,
        'into = "staff"\n[columns]\n"工号" = "id"\n"姓名" = "name"\n"部门" = "department"\n'
        '"岗位" = "title"\n"入职日期" = "joined"\n"直接上级" = "superior"\n"基本工资" = "salary"\n'
        '"生效日期" = "from"\n',
    )
    before = site.read("records/staff/CS017.toml")
    path = given(site, heads, *rows)
    ran = site.run("import", path, "--write")
    assert ran.code == 0, ran.errors
    assert site.read("records/staff/CS017.toml").startswith(before.rstrip("\n"))
    person = tomllib.loads(site.read("records/staff/CS017.toml"))
    assert person["post"][1] == {
        "from": date(2026, 12, 1), "department": "service", "title": "客服组长",
        "scheme": "agent", "superior": "CS001",
    }  # fmt: skip
    pay = tomllib.loads(site.read("records/pay/CS017.toml"))
    assert pay["salary"][1] == {"from": "2026-12", "amount": 3300}
    assert "CS018" in site.read("records/staff/CS018.toml")
    assert "CS001" not in ran.output, "of whom nothing changed"
    assert site.run("import", path).output == "没有要改的。\n"


@pytest.mark.parametrize(
    ("code", "row"),
    [
        ("import-id-unfit", ("工 号", "甲", "客服部", "专员", "2026-01-01", None, 1)),
        ("import-row-nobody", (None, "甲", "客服部", "专员", "2026-01-01", None, 1)),
        ("import-no-joined", ("A9", "甲", "客服部", "专员", None, None, 1)),
        ("import-post-open", ("A9", "甲", None, "专员", "2026-01-01", None, 1)),
        ("import-no-person", ("A9", "甲", "客服部", "专员", "2026-01-01", "乙", 1)),
        ("import-id-twice", ("00017", "甲", "客服部", "专员", "2026-01-01", None, 1)),
        ("cell-no-number", ("A9", "甲", "客服部", "专员", "2026-01-01", None, "面议")),
        ("cell-no-day", ("A9", "甲", "客服部", "专员", "去年", None, 1)),
        ("cell-digits-lost", (440301199001011234, "甲", "客服部", "专员", "2026-01-01", None, 1)),
        ("import-name-differs", ("CS017", "李娜娜", "客服部", "客服专员", "2026-01-05", None, 1)),
        ("import-since-when", ("CS017", "李娜", "客服部", "客服组长", "2026-01-05", None, 1)),
    ],
)
def test_a_person_who_cannot_be_understood_is_reported_and_nobody_is_written(
    site: Site, code: str, row
) -> None:
    mapped(
        site,
        'into = "staff"\n[columns]\n"工号" = "id"\n"姓名" = "name"\n"部门" = "department"\n'
        '"岗位" = "title"\n"入职日期" = "joined"\n"直接上级" = "superior"\n"基本工资" = "salary"\n'
        '[values.department]\n"客服部" = "客户服务部"\n',
    )
    ran = site.run("import", given(site, HEADS, *PEOPLE[:2], row), "--write", "--json")
    assert ran.code == 1 and told(ran) == [code], ran.output
    assert json.loads(ran.output)[0]["line"] == 4
    assert not (site.root / "records/staff/00017.toml").exists()


def test_two_people_of_one_name_are_not_told_apart_by_it(site: Site) -> None:
    rows = [*PEOPLE[:2], ("A8", "丁岚", "客服部", "专员", "2026-01-01", None, 1)]
    ran = site.run("import", given(site, HEADS, *rows), "--json")
    assert "import-name-twice" in told(ran)


ATTENDANCE = (
    'into = "records"\nhead = 2\nheads = 2\n[columns]\n"工号" = "id"\n"姓名" = "name"\n'
    '"考勤/迟到" = "event.late"\n"考勤/出勤" = "-"\n"转化率" = "metrics.conversion"\n'
)


def attendance(site: Site, *rows, **options) -> str:
    """A table with a title, heads of two rows and merged ones over the attendance."""

    def more(sheet, book):
        percent = book.add_format({"num_format": "0.0%"})
        sheet.merge_range("A1:E1", "十一月考勤")
        sheet.merge_range("C2:D2", "考勤")
        for column, head in enumerate(("工号", "姓名", None, None, "转化率")):
            if head:
                sheet.merge_range(1, column, 2, column, head)
        sheet.write(2, 2, "迟到")
        sheet.write(2, 3, "出勤")
        for number, row in enumerate(rows, 3):
            for column, value in enumerate(row):
                if value is not None:
                    sheet.write(number, column, value, percent if column == 4 else None)
        if "extra" in options:
            options["extra"](sheet)

    return given(site, more=more)


def test_figures_and_counts_come_into_the_records_of_their_month(november: Site) -> None:
    mapped(november, ATTENDANCE)
    path = attendance(november, ("CS017", "李娜", 2, 21, 0.365), ("合计", None, 2, 21, 0.365))
    ran = november.run("import", path, "--month", "2026-11", "--write")
    assert ran.code == 0, ran.errors
    now = tomllib.loads(november.read(RECORD))
    assert now["metrics"] == {"conversion": "36.5%"}
    event = {"rule": "late", "date": date(2026, 11, 30), "count": 2, "source": "表.xlsx"}
    assert now["event"] == [event | {"imported": "表"}]
    assert '# supervisor = "…"  # 上级的评语' in november.read(RECORD), "comments stay"
    assert november.run("import", path, "--month", "2026-11").output == "没有要改的。\n"
    assert november.run("import", path).code == 2, "of which month, nobody said"


@pytest.mark.parametrize(
    ("code", "row"),
    [
        ("import-no-person", ("CS071", "李娜", 1, 21, 0.3)),
        ("import-name-differs", ("CS017", "吴迪", 1, 21, 0.3)),
        ("cell-no-number", ("CS017", "李娜", "两次", 21, 0.3)),
        ("import-no-count", ("CS017", "李娜", 1.5, 21, 0.3)),
        ("import-no-count", ("CS017", "李娜", -1, 21, 0.3)),
        ("import-no-count", ("CS017", "李娜", 1001, 21, 0.3)),
        ("cell-share-doubtful", ("CS017", "李娜", 1, 21, "35")),
        ("import-row-nobody", (None, None, 1, 21, 0.3)),
    ],
)
def test_a_row_that_cannot_be_understood_is_reported(november: Site, code: str, row) -> None:
    mapped(november, ATTENDANCE)
    before = november.read(RECORD)
    ran = november.run(
        "import", attendance(november, row), "--month", "2026-11", "--write", "--json"
    )
    assert ran.code == 1 and told(ran) == [code], ran.output
    assert november.read(RECORD) == before


def test_a_row_that_is_hidden_or_of_somebody_without_a_form_is_told(november: Site) -> None:
    mapped(november, ATTENDANCE)
    rows = [("CS017", "李娜", 0, 21, 0.3), ("CS001", "王敏", 0, 21, 0.3), (None, "制表人事")]
    path = attendance(
        november, *rows, extra=lambda sheet: sheet.set_row(3, None, None, {"hidden": True})
    )
    ran = november.run("import", path, "--month", "2026-11")
    assert ran.code == 1 and "import-no-person" in ran.errors, "nobody is called so"
    path = attendance(
        november, *rows[:2], ("制表人事",),
        extra=lambda sheet: sheet.set_row(3, None, None, {"hidden": True}),
    )  # fmt: skip
    ran = november.run("import", path, "--month", "2026-11", "--json")
    assert "import-no-person" in told(ran)
    path = attendance(
        november, *rows[:2], (None, None, None, "制表：人事"), ("制表人：王敏",),
        extra=lambda sheet: sheet.set_row(3, None, None, {"hidden": True}),
    )  # fmt: skip
    ran = november.run("import", path, "--month", "2026-11")
    assert ran.code == 0 and ran.errors.count("[import-row-apart]") == 2
    for code in ("import-row-hidden", "import-not-appraised", "import-row-apart"):
        assert f"警告[{code}]" in ran.errors, code
    assert "36" not in november.read(RECORD) and '+conversion = "30%"' in ran.output


def test_zeros_at_the_front_of_an_id_are_put_back_where_the_mapping_says(site: Site) -> None:
    text = 'into = "absence"\n[columns]\nid = "id"\nfrom = "from"\nto = "to"\nkind = "kind"\n'
    staff = site.read("records/staff/CS017.toml").replace('"CS017"', '"00017"')
    record = site.read("records/2026-10/CS017.toml").replace('"CS017"', '"00017"')
    pay = site.read("records/pay/CS017.toml").replace('"CS017"', '"00017"')
    gone = ("records/staff/CS017.toml", "records/2026-10/CS017.toml", "records/pay/CS017.toml")
    site.write(
        {
            **dict.fromkeys(gone),
            "records/staff/00017.toml": staff,
            "records/2026-10/00017.toml": record,
            "records/pay/00017.toml": pay,
        }
    )
    rows = ("id", "from", "to", "kind"), (17, date(2026, 11, 2), date(2026, 11, 4), "年假")
    mapped(site, text)
    path = given(site, *rows)
    ran = site.run("import", path, "--json")
    assert told(ran) == ["import-zeros-lost"]
    assert "digits = 5" in json.loads(ran.output)[0]["help"]
    mapped(site, text.replace("[columns]", "digits = 5\n[columns]"))
    ran = site.run("import", path, "--write")
    assert ran.code == 0, ran.errors
    person = tomllib.loads(site.read("records/staff/00017.toml"))
    absence = {"kind": "leave", "from": date(2026, 11, 2), "to": date(2026, 11, 4)}
    assert person["absence"] == [absence]
    mapped(site, text.replace("[columns]", "digits = 5\n[columns]"))
    path = given(site, rows[0], (17, date(2026, 11, 2), date(2026, 11, 4), "出差"))
    assert told(site.run("import", path, "--json")) == ["import-unknown-value"]


def test_events_come_one_a_row_from_a_csv_file_of_any_encoding(november: Site) -> None:
    text = '姓名,日期,事项,依据\n李娜,2026年11月3日,迟到,"考勤，表"\n李娜,2026/11/4,late,考勤表\n'
    for encoding in ("utf-8", "gb18030", "utf-16"):
        path = november.root / f"{encoding}.csv"
        path.write_bytes(text.encode(encoding))
        ran = november.run("import", str(path), "--month", "2026-11")
        assert ran.code == 0 and ran.output.count("+[[event]]") == 2, ran.errors
    path.write_text(text.replace("迟到", "早退"), encoding="utf-8")
    ran = november.run("import", str(path), "--month", "2026-11", "--json")
    assert told(ran) == ["import-unknown-value"]


SURVEY = """
[[part.indicator]]
id = "opinion"
name = "满意度"
points = 10
method = "survey"
low = 1
high = 5
questions = [{ id = "kind", name = "态度" }, { id = "fast", name = "快慢" }]
"""


def test_answers_to_a_survey_come_one_a_row(site: Site) -> None:
    site.edit("records/schemes/agent.toml", "points = 30", "points = 40")
    site.edit("records/schemes/agent.toml", "[[deduction]]", SURVEY.strip() + "\n\n[[deduction]]")
    site.write({"records/2026-10/CS017.toml": None, "records/2026-10/month.toml": None})
    assert site.run("new", "2026-11").code == 0
    rows = [("工号", "填写人", "态度", "快慢"), ("CS017", "r1", 5, 4), ("CS017", "r2", 4, 3)]
    path = given(site, *rows)
    ran = site.run("import", path, "--month", "2026-11", "--write")
    assert ran.code == 0, ran.errors
    survey = tomllib.loads(site.read(RECORD))["survey"]
    assert survey[1] == {"of": "opinion", "by": "r2", "answers": {"kind": 4, "fast": 3}}
    assert site.run("import", path, "--month", "2026-11").output == "没有要改的。\n"
    path = given(site, rows[0], ("CS017", "r1", 1, 1))
    ran = site.run("import", path, "--month", "2026-11", "--write")
    assert ran.code == 0, "answers of the same person take the place of those before"
    survey = tomllib.loads(site.read(RECORD))["survey"]
    assert [one["answers"] for one in survey] == [{"kind": 1, "fast": 1}, {"kind": 4, "fast": 3}]
    path = given(site, ("工号", "态度", "快慢"), ("CS017", 5, 5))
    assert site.run("import", path, "--month", "2026-11", "--write").code == 0
    path = given(site, ("工号", "态度", "快慢"), ("CS017", 1, 1))
    ran = site.run("import", path, "--month", "2026-11", "--json")
    assert told(ran) == ["import-answers-differ"], "nobody knows whose answers these were"


def test_a_mapping_is_proposed_from_the_heads_and_works_as_it_is(november: Site) -> None:
    rows = [
        ("十一月数据",),
        ("工号", "姓名", "转化率", "迟到", "备注"),
        ("CS017", "李娜", "36%", 1, "好"),
    ]
    path = given(november, *rows)
    ran = november.run("import", path, "--propose")
    assert ran.code == 0, ran.errors
    mapping = tomllib.loads(november.read("表.import.toml"))
    assert (mapping["into"], mapping["head"]) == ("records", 2)
    assert mapping["columns"] == {
        "工号": "id", "姓名": "name", "转化率": "metrics.conversion", "迟到": "event.late",
        "备注": "-",
    }  # fmt: skip
    assert november.run("import", path, "--propose").code == 2, "no mapping is written over"
    ran = november.run("import", path, "--month", "2026-11", "--write")
    assert ran.code == 0, ran.errors
    assert tomllib.loads(november.read(RECORD))["metrics"] == {"conversion": "36%"}
    unknown = given(november, ("甲", "乙"), (1, 2), name="别的.xlsx")
    assert november.run("import", unknown).code == 2
    assert november.run("import", unknown, "--propose").code == 2


def test_a_table_that_repeats_departments_and_titles_is_no_list_of_the_staff(
    november: Site,
) -> None:
    heads = ("工号", "姓名", "部门", "岗位", "应出勤", "迟到次数")
    path = given(november, heads, ("CS017", "李娜", "客服", "客服专员", 22, 1), name="考勤.xlsx")
    ran = november.run("import", path, "--propose")
    assert ran.code == 0, ran.errors
    assert "不导入的列：部门、岗位、应出勤、迟到次数" in ran.output, (
        "none is passed over in silence"
    )
    text = november.read("考勤.import.toml")
    assert tomllib.loads(text)["into"] == "records", "or 李娜 would be moved to another department"
    assert "#   metrics.conversion 转化率\n" in text and "#   event.late 迟到\n" in text
    november.edit("考勤.import.toml", '"迟到次数" = "-"', '"迟到次数" = "event.late"')
    assert november.run("import", path, "--month", "2026-11", "--write").code == 0
    (late,) = tomllib.loads(november.read(RECORD))["event"]
    assert late["rule"] == "late", "what the comment lists may stand there as it is"
    other = given(november, HEADS, PEOPLE[1], name="名册.xlsx")
    assert november.run("import", other, "--propose").code == 0
    assert tomllib.loads(november.read("名册.import.toml"))["into"] == "staff"


def test_posts_that_a_proposal_leaves_without_a_form_are_named(tmp_path: Path) -> None:
    forms = ("--from", "F02", "--from", "F11", "--language", "zh")
    assert run("init", "company", "--empty", *forms, at=tmp_path).code == 0
    (tmp_path / "名册.xlsx").write_bytes(workbook(HEADS, *PEOPLE))
    ran = run("import", "../名册.xlsx", "--propose", at=tmp_path / "company")
    assert "不考核的岗位：客服主管、客服专员、店长。" in ran.output, ran.errors
    mapping = tmp_path / "名册.import.toml"
    text = mapping.read_text(encoding="utf-8")
    mapping.write_text(text.replace('"客服专员" = ""', '"客服专员" = "F02"'), encoding="utf-8")
    ran = run("import", "../名册.xlsx", at=tmp_path / "company")
    assert "D3 的“客服专员”" in ran.output + ran.errors
    assert '写 "客服专员" = 其中之一' in ran.output + ran.errors, "the line that is wrong"
    assert "#   cs-agent 客服月度绩效考核\n#   pre-sales-engineer 高级售前" in text


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("import-column-unknown", ('"备注" = "-"\n', "")),
        ("import-column-gone", ('"备注" = "-"\n', '"备注" = "-"\n"工龄" = "metrics.conversion"\n')),
        ("import-no-sheet", ("[columns]", 'sheet = "十月"\n[columns]')),
        ("import-column-gone", ("[columns]", "head = 9\n[columns]")),
        ("unknown-key", ("[columns]", "heading = 1\n[columns]")),
        ("wrong-type", ("[columns]", 'head = "1"\n[columns]')),
    ],
)
def test_a_mapping_that_does_not_fit_is_reported(november: Site, code: str, change) -> None:
    text = 'into = "records"\n[columns]\n"工号" = "id"\n"转化率" = "metrics.conversion"\n'
    text += '"备注" = "-"\n'
    mapped(november, text.replace(*change))
    path = given(november, ("工号", "转化率", "备注"), ("CS017", "36%", "好"))
    ran = november.run("import", path, "--month", "2026-11", "--json")
    assert code in told(ran) or (code, ran.code) == ("wrong-type", 1), ran.output


def test_a_column_that_stands_there_twice_or_belongs_to_no_form_is_told(november: Site) -> None:
    text = 'into = "records"\n[columns]\n"工号" = "id"\n"金额" = "metrics.sales"\n'
    mapped(november, text)
    path = given(november, ("工号", "金额", "金额"), ("CS017", 1, 2))
    assert told(november.run("import", path, "--month", "2026-11", "--json")) == [
        "import-column-twice"
    ]
    path = given(november, ("工号", "金额"))
    ran = november.run("import", path, "--month", "2026-11")
    assert (ran.code, "import-no-rows" in ran.errors) == (0, True)
    path = given(november, ("工号", "金额"), ("CS017", 1))
    ran = november.run("import", path, "--month", "2026-11")
    assert ran.code == 0 and "import-not-asked" in ran.errors


def test_a_month_that_is_not_laid_out_or_not_a_month_is_reported(site: Site) -> None:
    text = 'into = "records"\n[columns]\n"工号" = "id"\n"月份" = "month"\n'
    text += '"转化率" = "metrics.conversion"\n'
    mapped(site, text)
    path = given(site, ("工号", "月份", "转化率"), ("CS017", "2026-11", "36%"))
    assert told(site.run("import", path, "--json")) == ["import-no-record"]
    path = given(site, ("工号", "月份", "转化率"), ("CS017", "十一月", "36%"))
    assert told(site.run("import", path, "--json")) == ["import-no-month"]


def test_a_number_that_is_merged_over_rows_is_nobodys(november: Site) -> None:
    mapped(
        november, 'into = "records"\n[columns]\n"工号" = "id"\n"转化率" = "metrics.conversion"\n'
    )

    def more(sheet, _book):
        sheet.merge_range(1, 1, 2, 1, 0.36)
        sheet.write(2, 0, "CS017")

    path = given(november, ("工号", "转化率"), ("CS017",), more=more)
    ran = november.run("import", path, "--month", "2026-11", "--json")
    assert told(ran) == ["cell-merged"]


def test_a_formula_in_a_text_stays_a_text(november: Site) -> None:
    text = 'into = "records"\n[columns]\n"工号" = "id"\n"评语" = "notes.supervisor"\n'
    mapped(november, text)
    path = given(november, ("工号", "评语"), ("CS017", "=cmd|' /C calc'!A0"))
    assert november.run("import", path, "--month", "2026-11", "--write").code == 0
    assert tomllib.loads(november.read(RECORD))["notes"]["supervisor"] == "=cmd|' /C calc'!A0"
    assert november.run("sheet", "2026-11").code == 0
    (sheet,) = (november.root / "sheets/2026-11").iterdir()
    import zipfile

    with zipfile.ZipFile(sheet) as archive:
        forms = [archive.read(name).decode() for name in archive.namelist() if "sheet" in name]
    assert not any("cmd|" in one.partition("<f>")[2].partition("</f>")[0] for one in forms)


def test_two_answers_for_one_value_are_refused_and_neither_is_written(november: Site) -> None:
    mapped(november, ATTENDANCE)
    before = november.read(RECORD)
    rows = [("CS017", "李娜", None, 21, 0.98), ("CS017", "李娜", None, 21, 0.91)]
    ran = november.run("import", attendance(november, *rows), "--month", "2026-11", "--write")
    codes = told(
        november.run("import", str(november.root / "表.xlsx"), "--month", "2026-11", "--json")
    )
    assert codes == ["import-contested"]
    assert ran.code == 1 and "错误[import-contested]: E5 要把" in ran.errors
    assert "E4 要写成 98%" in ran.errors and "metrics.conversion" in ran.errors
    assert november.read(RECORD) == before
    alike = attendance(november, rows[0], rows[0])
    assert november.run("import", alike, "--month", "2026-11", "--write").code == 0
    assert 'conversion = "98%"' in november.read(RECORD)
