"""`kpisite new`: a month laid out, every row of every form, and nothing written over."""

import json
import tomllib
from decimal import Decimal
from pathlib import Path

import pytest

from kpisite.core.month import Month
from kpisite.core.text import LANGUAGES
from kpisite.desk.new import laid_out, missing_in, month_waiting
from kpisite.edit.change import Edit, edited
from kpisite.examine.load import examine
from kpisite.words import has_errors
from tests.conftest import Site
from tests.random_records import EVERY_METHOD
from tests.sites import copy_sample, run
from tests.small_forms import issues, read, staff
from tests.small_forms import site as site_of

RECORD = "records/2026-11/CS017.toml"


def test_a_month_is_laid_out_and_can_be_built_at_once(site: Site) -> None:
    ran = site.run("new", "2026-11")
    assert ran.code == 0, ran.errors
    assert ran.output == (
        "2026-11 新建 1 份记录：李娜 CS017\n"
        "岗位上没有考核表，不考核，没有建记录：1 人（王敏 CS001）。"
        "要考核的，在 records/staff/ 中他现在的岗位上写 scheme。\n"
    )
    assert "month-waits" in ran.errors and "0 个错误" in ran.errors
    assert site.read(RECORD) == (
        "#:schema ../.schema/record.json\n"
        "# 李娜，客服专员，客服月度考核\n"
        "# 把“…”换成评分或数据，去掉行首的 #；不填的行不用动。\n"
        "\n"
        'employee = "CS017"\n'
        'month    = "2026-11"\n'
        "\n"
        "[rated]  # 2026-12-03 至 2026-12-06 评分\n"
        "# self       = { on = … }  # 自评\n"
        '# supervisor = { by = "CS001", on = … }  # 上级 王敏\n'
        "\n"
        "[marks]\n"
        "# 工作考核\n"
        "# discipline = { self = …, supervisor = … }  # 纪律性，0–10\n"
        "\n"
        "[metrics]\n"
        '# conversion = "…%"  # 转化率\n'
        "\n"
        "[notes]\n"
        '# supervisor = "…"  # 上级的评语\n'
        "\n"
        "# 登记的事项，一件一段，照下面写；rule 可以是 late 迟到 −1\n"
        "# [[event]]\n"
        '# rule   = "…"\n'
        "# date   = 2026-11-…\n"
        '# source = "…"  # 依据\n'
    )
    built = site.run("build", "--no-pdf")
    assert built.code == 0, built.errors
    page = site.read("output/employees/CS017/2026-11.html")
    assert "评分或数据未齐" in page and "尚缺自评、上级评分" in page and "数据未到" in page
    assert '<span class="total soft">—</span>' in page, "what is missing is no zero"
    assert "0.0" not in page
    zero = {"self": 0, "supervisor": 0}
    steps = [Edit(keys=("marks", "discipline"), value=zero)]
    marked = edited(RECORD, (site.root / RECORD).read_bytes(), steps).after
    site.write({RECORD: marked}).run("build", "--no-pdf")
    page = site.read("output/employees/CS017/2026-11.html")
    assert '<span class="total soft">—</span>' in page and "尚缺自评" not in page
    assert "目前 0.0" in page, "and a zero is a mark"


def test_nothing_is_written_over_and_who_is_missing_is_added(site: Site) -> None:
    before = {path: site.read(path) for path in ("records/2026-10/CS017.toml",)}
    staff = site.read("records/staff/CS017.toml").replace("CS017", "CS018").replace("李娜", "吴迪")
    pay = site.read("records/pay/CS017.toml").replace("CS017", "CS018")
    site.write({"records/staff/CS018.toml": staff, "records/pay/CS018.toml": pay})
    ran = site.run("new", "2026-10")
    assert ran.code == 0 and "吴迪 CS018" in ran.output and "李娜" not in ran.output
    assert {path: site.read(path) for path in before} == before
    month = site.read("records/2026-10/month.toml")
    assert month == 'month = "2026-10"\nnote  = "双十一备战"\nmissing = "provisional"\n'
    again = site.run("new", "2026-10")
    said = "2026-10 没有要新建的记录：岗位上有考核表的都有了，或写明了原因。\n"
    assert again.output.startswith(said) and "（王敏 CS001）" in again.output


def test_whoever_has_no_form_is_named_and_has_a_record_once_the_remedy_is_obeyed(
    site: Site,
) -> None:
    reported = json.loads(site.run("new", "2026-11", "--json").output)
    assert [one["id"] for one in reported["records"]] == ["CS017"]
    assert reported["without_form"] == ["CS001"]
    path = "records/staff/CS001.toml"
    post = site.read(path).replace("[[post]]", '[[post]]\nscheme = "agent"')
    ran = site.write({path: post}).run("new", "2026-11")
    assert ran.output == "2026-11 新建 1 份记录：王敏 CS001\n", "and nobody is left to name"


def test_whoever_is_excused_has_no_record_and_a_closed_month_gets_none(site: Site) -> None:
    excused = 'month = "2026-11"\n[excused]\nCS017 = "脱产培训"\n'
    site.write({"records/2026-11/month.toml": excused})
    assert "没有要新建" in site.run("new", "2026-11").output
    assert site.read("records/2026-11/month.toml") == excused
    site.run("close", "2026-10", "--on", "2026-11-20", "--despite-open")
    ran = site.run("new", "2026-10")
    assert ran.code == 2 and "已封账" in ran.errors


def test_it_is_shown_first_and_reported_to_machines(site: Site) -> None:
    ran = site.run("new", "2026-11", "--dry-run")
    assert ran.code == 0 and f"+++ b/{RECORD}\n" in ran.output
    assert '+month    = "2026-11"\n' in ran.output
    assert not (site.root / "records/2026-11").exists()
    reported = json.loads(site.run("new", "2026-11", "--json").output)
    assert reported == {
        "month": "2026-11",
        "written": True,
        "records": [{"id": "CS017", "part": None, "file": RECORD}],
        "without_form": ["CS001"],
    }


@pytest.mark.parametrize("option", [("--employee", "CS999"), ("--department", "none")])
def test_an_unknown_name_is_wrong_usage(site: Site, option: tuple[str, str]) -> None:
    assert site.run("new", "2026-11", *option).code == 2
    assert not (site.root / "records/2026-11").exists()


def test_an_english_site_is_laid_out_in_english(site: Site) -> None:
    site.edit("kpisite.toml", '"zh"', '"en"')
    assert "Laid out for 2026-11: 1 records" in site.run("new", "2026-11").output
    text = site.read(RECORD)
    assert "[rated]  # to be marked from 2026-12-03 to 2026-12-06" in text
    assert "# late 迟到 −1" not in text and "a rule is one of late 迟到 −1" in text


def test_a_part_of_a_month_gets_a_record_of_its_own(site: Site) -> None:
    departments = site.read("records/departments.toml")
    moved = site.read("records/staff/CS017.toml") + (
        '\n[[post]]\nfrom = 2026-11-16\ndepartment = "store"\ntitle = "店员"\n'
        'scheme = "agent"\nsuperior = "CS001"\n'
    )
    site.write(
        {
            "records/departments.toml": departments
            + '\n[[department]]\nid = "store"\nname = "门店"\nmanager = "CS001"\n',
            "records/staff/CS017.toml": moved,
        }
    )
    ran = site.run("new", "2026-11")
    assert ran.code == 0, ran.errors
    part = tomllib.loads(site.read("records/2026-11/CS017@service.toml"))
    assert (part["employee"], part["part"]) == ("CS017", "service")
    assert "店员" in site.read(RECORD)


def test_what_is_laid_out_is_filled_in_in_place(site: Site) -> None:
    site.run("new", "2026-11")
    before = (site.root / RECORD).read_bytes()
    steps = [
        Edit(keys=("marks", "discipline"), value={"self": 9, "supervisor": 8}),
        Edit(keys=("metrics", "conversion"), value="36%"),
    ]
    after = edited(RECORD, before, steps).after.decode().splitlines()
    assert after[13] == "discipline = { self = 9, supervisor = 8 }  # 纪律性，0–10"
    assert after[16] == 'conversion = "36%"  # 转化率'
    assert len(after) == len(before.decode().splitlines())
    (site.root / RECORD).write_text("\n".join(after), encoding="utf-8")
    ran = site.run("check")
    assert ran.code == 0 and "month-waits" not in ran.output


@pytest.fixture(scope="module")
def sample_laid_out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample company with two months more, of which one ends a quarter."""
    root = copy_sample(tmp_path_factory.mktemp("laid-out") / "site")
    for month in ("2026-11", "2026-12"):
        ran = run("new", month, at=root)
        assert ran.code == 0, ran.errors
    return root


def test_every_form_of_the_sample_is_laid_out_without_a_fault(sample_laid_out: Path) -> None:
    loaded = examine(sample_laid_out)
    new = [one for one in loaded.issues if str(one.at).find("2026-1") >= 0]
    assert not has_errors(loaded.issues)
    assert {one.code for one in new} == {"month-waits"}
    forms = {one.card.scheme.model.id for one in loaded.results if str(one.month) > "2026-10"}
    assert forms == {filed.model.id for filed in loaded.book.schemes}
    assert all(one.wage is None for one in loaded.results if one.card.is_provisional)


def test_every_row_and_figure_of_every_form_stands_in_its_record(sample_laid_out: Path) -> None:
    loaded = examine(sample_laid_out)
    for one in loaded.results:
        if str(one.month) > "2026-10":
            text = (sample_laid_out / one.card.record.path).read_text(encoding="utf-8")
            scheme = one.card.scheme.model
            policy = loaded.book.policy(scheme.id, one.month)
            pay = () if policy is None else policy.model.pay
            figures = scheme.metrics.union(*(component.metrics() for component in pay))
            steps = [Edit(keys=("metrics", id), value=Decimal("1.5")) for id in sorted(figures)]
            after = edited(one.card.record.path, text.encode(), steps).after.decode()
            assert len(after.splitlines()) == len(text.splitlines())


def test_a_form_of_every_method_is_laid_out_without_a_fault() -> None:
    forms = [Path(path).stem for path in EVERY_METHOD if path.startswith("records/schemes/")]
    staffed = {
        f"records/staff/P{number}.toml": staff(f"P{number}", scheme=form)
        for number, form in enumerate(forms)
        if form != "every-department"
    }
    desk = '[[department]]\nid = "desk"\nname = "客服部"\nscheme = "every-department"\n'
    more = {"records/schemes/form.toml": None, "records/departments.toml": desk}
    files = site_of("", {}, more={**more, **EVERY_METHOD, **staffed})
    book, _, codes = read(files)
    for language in LANGUAGES:
        changes = [laid_out(book, one, language) for one in missing_in(book, Month(2026, 10))]
        assert len(changes) == len(forms)
        waiting = month_waiting(Month(2026, 10), None, language)
        new = {one.path: one.after.decode() for one in (*changes, waiting)}
        assert set(issues(files | new)) - set(codes) <= {"month-waits", "no-policy"}
