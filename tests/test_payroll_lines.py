"""Lines of pay for payroll and HR alone: in no wage that others see, in all that is paid."""

import csv
import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest

from kpisite.check.awaited import awaited
from kpisite.cli.explain import as_data, drawn
from kpisite.desk.compare import State, compare
from kpisite.desk.figures_asked import figures_asked
from kpisite.outcomes.after import version_of
from kpisite.outcomes.brief import briefs
from kpisite.outcomes.income import incomes
from kpisite.outcomes.results import Result
from kpisite.outcomes.seal import fingerprint, pay_seal, seal
from kpisite.pages.page import WorkbookPage
from kpisite.pages.scorecard import scorecard_facts
from kpisite.pages.workbook import scorecard_workbook
from tests.sites import built, edit, pages_of, plan_of, run, write
from tests.small_forms import CARE, Files, form, found, issues, read, site
from tests.test_canaries import loaded
from tests.test_figure_docs import example
from tests.test_workbook import assert_libreoffice_agrees
from tests.trees import digest, pdf_text, trees, whole, words_of

POLICY = """
id = "rules"
name = "办法"
from = "2026-01"
schemes = ["form"]

[[figure]]
id = "kept"
name = "协议数"
from = "pay"
default = 0

[[figure]]
id = "retention"
name = "留任"
is = "kept × total"

[[pay]]
id = "base"
name = "基本工资"
method = "salary"

[[pay]]
id = "stay"
name = "留任奖"
method = "figure"
figure = "retention"
shown-to = "payroll"

[[pay]]
id = "merit"
name = "绩效奖"
method = "proportion"
amount = 1_000
"""


def pay(id: str, salary: str, kept: str) -> str:
    return (
        f'employee = "{id}"\n[[salary]]\nfrom = "2026-01"\namount = {salary}\n'
        f'[[figure]]\nid = "kept"\nfrom = "2026-01"\nis = {kept}\n'
    )


def files(policy: str = POLICY, kept: str = "2.5", more: Mapping[str, str] = {}) -> Files:
    records = {"A": "marks.care = { boss = 90 }\n", "B": "marks.care = { boss = 80 }\n"}
    paid = {
        "records/pay/A.toml": pay("A", "4_000", kept),
        "records/pay/B.toml": pay("B", "5_000.50", "1"),
    }
    return site(form(CARE), records, policy, {**paid, **more})


def of_a(site: Files) -> Result:
    return found(site)["2026-10/A"]


def test_the_person_sees_a_wage_without_it_and_payroll_all() -> None:
    result = of_a(files())
    assert result.wage is not None and result.payroll is not None
    assert [one.id for one in result.wage.parts] == ["base", "merit"]
    assert result.wage.value == 4000 + 900
    assert [one.id for one in result.payroll.parts] == ["wage", "stay"]
    assert result.payroll.value == 4000 + 900 + Decimal("2.5") * 90
    assert of_a(files(POLICY.replace('shown-to = "payroll"\n', ""))).payroll is None


def test_what_the_person_signs_stays_and_what_a_month_is_closed_by_does_not() -> None:
    book, (was, _), _ = read(files())
    other, (now, _), _ = read(files(kept="2.51"))
    assert was.wage == now.wage
    assert fingerprint(book, was) == fingerprint(other, now)
    assert pay_seal(book, was) != pay_seal(other, now)


@pytest.mark.parametrize(
    ("old", "new", "codes"),
    [
        ("", "", []),
        ('"total"', '"total"', []),
        # the very amount in another line, on the scorecard, or in a formula of one
        ('method = "salary"', 'method = "figure"\nfigure = "retention"', ["payroll-line-shown"]),
        ('name = "留任"', 'name = "留任"\nshown = true', ["figure-secret", "payroll-line-shown"]),
        (
            'method = "salary"',
            'method = "figure"\nfigure = "half"\n[[figure]]\nid = "half"\nis = "retention ÷ 2"\n',
            ["payroll-line-shown"],
        ),
        # what it is made of may be seen
        ('method = "salary"', 'method = "figure"\nfigure = "kept"', []),
    ],
)
def test_its_amount_may_not_be_shown_elsewhere(old: str, new: str, codes: list[str]) -> None:
    assert issues(files(POLICY.replace(old, new, 1) if old else POLICY)) == codes


def test_a_base_salary_is_no_secret_where_another_line_is_made_of_it() -> None:
    hidden = POLICY.replace('method = "salary"', 'method = "salary"\nshown-to = "payroll"')
    assert issues(files(hidden)) == []
    assert issues(files(hidden.replace("amount = 1_000\n", ""))) == ["payroll-line-shown"]


def test_of_what_is_split_the_key_alone_tells_nothing() -> None:
    split = (
        '[[figure]]\nid = "pot"\nis = "1_000"\n[[figure]]\nid = "own"\nis = "total"\n'
        '[[pay]]\nid = "part"\nname = "分红"\nmethod = "split"\namount = "pot"\nby = "own"\n'
        'shown-to = "payroll"\n'
    )
    assert issues(files(POLICY + split)) == []
    own = split.replace('is = "total"', 'is = "total"\nshown = true')
    assert issues(files(POLICY + own)) == []
    both = own.replace('is = "1_000"', 'is = "1_000"\nshown = true')
    assert issues(files(POLICY + both)) == ["payroll-line-shown"]


def test_the_example_of_the_docs_pays_what_the_pay_file_agrees_on() -> None:
    head = POLICY[: POLICY.index("[[figure]]")] + POLICY[POLICY.index('[[pay]]\nid = "merit"') :]
    agreed = pay("A", "4_000", "0").replace('"kept"', '"retention"').replace("is = 0", "is = 600")
    of_docs = files(head + example("retention"))
    of_docs["records/pay/A.toml"] = agreed
    del of_docs["records/pay/B.toml"]
    result = of_a(of_docs)
    assert result.wage is not None and result.wage.value == 900
    assert result.payroll is not None and result.payroll.value == 1500


def test_nothing_but_lines_for_payroll_is_no_wage() -> None:
    merit = POLICY.index('[[pay]]\nid = "base"'), POLICY.index('[[pay]]\nid = "stay"')
    alone = POLICY[: merit[0]] + POLICY[merit[1] : POLICY.index('[[pay]]\nid = "merit"')]
    assert issues(files(alone)) == ["pay-all-of-payroll"]


def test_the_law_looks_at_all_that_is_paid() -> None:
    legal = 'company = "小店"\n[legal]\nminimum-wage = 5_100\nfines = true\n'
    assert issues(files(more={"kpisite.toml": legal})) == []
    assert issues(files(kept="2", more={"kpisite.toml": legal})) == ["legal-minimum-wage"]


def test_a_year_adds_it_up_beside_the_income() -> None:
    book, results, _ = read(files())
    (of_one, _) = incomes(book, briefs(book, results))
    assert of_one.working.value == 4900
    assert [(one.id, one.value) for one in of_one.hidden] == [("stay", 225)]


def test_explain_tells_hr_of_it() -> None:
    book, (result, _), _ = read(files())
    assert "留任奖" in "\n".join(drawn(result, book, "zh"))
    data = as_data(result, book, "zh")
    assert data["pay"]["amount"] == "4900.00"
    assert data["paid_in_all"]["amount"] == "5125.00"


def test_the_exported_workbook_has_it_live(tmp_path: Path) -> None:
    book, (result, other), _ = read(files())
    workbooks = {"a": scorecard_workbook(book, result, "zh")}
    said = [line.cells[0].value for line in workbooks["a"].sheets[0].lines if line.cells]
    assert said[said.index("基本工资") :][:5] == [
        "基本工资", "绩效奖", "合计", "留任奖（不给本人看）", "全部工资（元）",
    ]  # fmt: skip
    workbooks["b"] = scorecard_workbook(book, other, "zh")
    assert_libreoffice_agrees(workbooks, tmp_path)


# The trees.

SITE = """
company = "小店"

[managers]
pay = true

[[audience]]
id = "chief"
name = "总经理"
departments = "all"
cards = true
pay = true
reviews = true
"""


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    return built(write(files(more={"kpisite.toml": SITE}), folder))


def test_payroll_reads_both_sums_in_every_list(output: Path) -> None:
    month = (output / "payroll/2026-10.html").read_text("utf-8")
    for amount in ("4,900.00", "225.00", "5,125.00", "5,800.50", "80.00", "5,880.50"):
        assert amount in month
    assert words_of(month).count("11,005.50") == 2  # all that is paid, at the top and as the sum
    printed = pdf_text((output / "payroll/payroll-2026-10.pdf").read_bytes())
    assert "11,005.50" in printed and "留任奖（不给本人看）" in printed
    table = (output / "payroll/payroll-2026-10.csv").read_text("utf-8-sig")
    rows = list(csv.reader(table.splitlines()))
    assert rows[0][-5:] == [
        "基本工资", "绩效奖", "本月工资（元）", "留任奖（不给本人看）", "全部工资（元）",
    ]  # fmt: skip
    assert rows[1][-5:] == ["4000", "900", "4900", "225", "5125"]
    assert "11,005.50" in (output / "payroll/index.html").read_text("utf-8")
    assert "11,005.50" in (output / "payroll/2026.html").read_text("utf-8")


def test_hr_reads_it_beside_the_scorecard_and_in_lists(output: Path) -> None:
    card = words_of((output / "hr/desk/2026-10/A.html").read_text("utf-8"))
    assert "225.00" in card and "5,125.00" in card
    listed = words_of((output / "hr/desk/2026-10/index.html").read_text("utf-8"))
    assert "4,900.00" in listed and "5,125.00" in listed and "11,005.50" in listed


@pytest.mark.parametrize("tree", ["employees/A", "employees/B", "managers/desk", "audiences/chief"])
def test_no_other_tree_knows_that_there_is_more(tree: str, output: Path) -> None:
    said = whole(output / tree)
    assert "4,900.00" in said or tree == "employees/B"
    for hidden in ("留任", "协议数", "225.00", "5,125.00", "11,005.50", "全部工资", "shown-to"):
        assert hidden not in said, hidden


def test_the_workbook_of_the_month_adds_up_as_libreoffice_computes_it(tmp_path: Path) -> None:
    book, results, _ = read(files())
    pages = pages_of(plan_of(book, results))
    workbook = next(one.workbook for one in pages if isinstance(one, WorkbookPage))
    last = workbook.sheets[0].lines[-1].cells
    assert [cell.value for cell in last[-3:]] == [
        Decimal("10700.50"), Decimal("305.00"), Decimal("11005.50"),
    ]  # fmt: skip
    assert_libreoffice_agrees({"pay": workbook}, tmp_path)


def test_an_audit_finds_it_in_a_tree_of_those_who_see_other_pay(tmp_path: Path) -> None:
    root = write(files(kept="123.25", more={"kpisite.toml": SITE}), tmp_path)
    output = built(root)
    assert "11092.50" not in run("audit", at=root).output
    page = output / "audiences/chief/index.html"
    page.write_text(page.read_text("utf-8").replace("</h1>", " 11,092.50</h1>", 1), "utf-8")
    assert "11092.50" in run("audit", at=root).output


@pytest.mark.parametrize(
    ("rules", "hidden"),
    [
        (
            '[[award]]\nid = "best"\nname = "状元奖"\namount = 3331.75\nfirst = true\n'
            '[[pay]]\nid = "a"\nname = "奖励"\nmethod = "awards"\nshown-to = "payroll"\n',
            ("状元奖", "331.75"),
        ),
        (
            '[[grade]]\nid = "g"\nname = "合格"\nbonus = 4441.75\n'
            '[[pay]]\nid = "a"\nname = "等级奖"\nmethod = "by-grade"\ncolumn = "bonus"\n'
            'shown-to = "payroll"\n',
            ("等级奖", "441.75"),
        ),
    ],
)
def test_what_is_stated_for_such_a_line_alone_is_hidden_with_it(
    rules: str, hidden: tuple[str, str], tmp_path: Path
) -> None:
    output = built(write(files(POLICY + rules), tmp_path))
    for tree, is_shown in (("employees/A", False), ("hr", True), ("payroll", True)):
        said = whole(output / tree)
        assert [one in said for one in hidden] == [is_shown, is_shown], tree


SAVES = """
[[pay]]
id = "saves"
name = "挽留奖"
method = "per-unit"
metric = "saves"
each = 7
shown-to = "payroll"
"""


def test_what_such_a_line_waits_for_is_named_on_no_scorecard() -> None:
    month = {"records/2026-10/month.toml": 'month = "2026-10"\nmissing = "provisional"\n'}
    waiting = files(POLICY + SAVES, more=month)
    waiting["records/2026-10/B.toml"] = 'employee = "B"\nmonth = "2026-10"\n'
    book, results, _ = read(waiting)
    said = {one.appraisee_id: scorecard_facts(book, one, "zh").awaited for one in results}
    elsewhere = "人力资源或薪资要补的数据，或其他人的考核结果"
    assert said == {"A": elsewhere, "B": "boss的评分（1 项）"}
    assert [one.id for one in awaited(book, results[0].card.record)] == ["saves"]


def test_hr_alone_reads_which_figure_such_a_line_waits_for(tmp_path: Path) -> None:
    month = {"records/2026-10/month.toml": 'month = "2026-10"\nmissing = "provisional"\n'}
    output = built(write(files(POLICY + SAVES, more=month | {"kpisite.toml": SITE}), tmp_path))
    said = {tree: whole(output / tree) for tree in ("employees/A", "managers", "hr")}
    assert ["saves" in one for one in said.values()] == [False, False, True]
    assert all("待：人力资源或薪资要补的数据，或其他人的考核结果" in one for one in said.values())
    assert "待（只给薪资和人力资源看的工资项要用）：saves" in said["hr"]


def test_whoever_fills_in_its_figure_is_not_told_what_it_pays() -> None:
    book, _, _ = read(files(POLICY + SAVES))
    policy = book.policies[0].model
    asked = figures_asked(book.schemes[0].model, policy)
    assert {id: name.zh for id, (name, _) in asked.items()} == {"saves": "saves"}


def test_a_change_of_it_alone_brings_payrolls_and_hrs_trees_up_to_date(tmp_path: Path) -> None:
    root = write(files(more={"kpisite.toml": SITE}), tmp_path / "now")
    before = {name: digest(place) for name, place in trees(built(root)).items()}
    edit(root, "records/pay/A.toml", "is = 2.5", "is = 2.75")
    now = {name: digest(place) for name, place in trees(built(root)).items()}
    clean = write(files(kept="2.75", more={"kpisite.toml": SITE}), tmp_path / "clean")
    assert now == {name: digest(place) for name, place in trees(built(clean)).items()}
    assert {name for name in now if now[name] != before[name]} == {"hr", "payroll"}


def test_a_closed_month_holds_it_fast(tmp_path: Path) -> None:
    root = write(files(), tmp_path)
    ran = run("close", "2026-10", "--on", "2026-11-20", "--despite-open", at=root)
    assert ran.code == 0, ran.errors
    assert run("check", at=root).code == 0
    edit(root, "records/pay/A.toml", "is = 2.5", "is = 2.75")
    assert "closed-changed" in run("check", at=root).output


def test_diff_tells_hr_of_it() -> None:
    before = State(name="before", loaded=loaded(files()))
    after = State(name="after", loaded=loaded(files(kept="2.75")))
    (move,) = compare(before, after).moves
    assert move.address == "A" and move.moves("pay") and not move.moves("total")
    assert move.before is not None and move.after is not None
    assert (move.before.pay, move.after.pay) == (5125, Decimal("5147.50"))


# Closed months.

AMENDED = """
month = "2026-10"

[[amendment]]
appraisee = "A"
on = 2026-11-20
by = "B"
approved = "M"
why = "留任奖改了"
what = "协议数补录"
digest = "{}"
pay = "{}"
"""


def amended(was: Files, now: Files) -> Files:
    """The files of `now`, in a month that was closed as `was` and amended to what it is."""
    book, results, _ = read(was)
    lines = ['month = "2026-10"\non = 2026-11-18\n']
    for one in results:
        digests = f'digest = "{seal(one)}"\npay = "{pay_seal(book, one)}"\n'
        lines.append(f'[card.{one.appraisee_id}]\n{digests}total = "{one.card.shown}"\n')
    closed = {"records/2026-10/closed.toml": "\n".join(lines)}
    assert issues({**now, **closed}).count("closed-changed") == 1
    book, (of_a, _), _ = read(now)
    amendment = AMENDED.format(seal(of_a), pay_seal(book, of_a))
    return {**now, **closed, "records/2026-10/amendments.toml": amendment}


def test_an_amendment_of_it_alone_is_for_hr_alone(tmp_path: Path) -> None:
    site = {"kpisite.toml": SITE}
    was, now = files(more=site), files(kept="3", more=site)
    output = built(write(amended(was, now), tmp_path))
    for tree in ("employees/A", "managers/desk", "audiences/chief"):
        said = whole(output / tree)
        for hidden in ("更正", "留任奖改了", "协议数补录"):
            assert hidden not in said, (tree, hidden)
    assert "更正" in words_of((output / "hr/index.html").read_text("utf-8"))


def test_an_amendment_of_the_wage_that_all_see_is_shown() -> None:
    now = files(kept="3")
    now["records/pay/A.toml"] = pay("A", "4_001", "3")
    book, (of_a, _), codes = read(amended(files(), now))
    assert "closed-changed" not in codes
    assert version_of(book, of_a) == "amended-1"
    hidden = amended(files(), files(kept="3"))
    book, (of_a, _), codes = read(hidden)
    assert "closed-changed" not in codes
    assert version_of(book, of_a) == "closed"


def test_a_seal_of_all_that_is_paid_in_one_holds_as_it_did() -> None:
    sealed = amended(files(), files(kept="3"))
    path = "records/2026-10/amendments.toml"
    sealed[path] = re.sub(r"\+[0-9a-f]{32}", "", sealed[path])
    assert "closed-changed" not in issues(sealed)
    assert "closed-changed" in issues({**sealed, "records/pay/A.toml": pay("A", "4_000", "3.01")})


def test_explain_marks_it_and_a_workbook_has_no_row_of_nothing() -> None:
    book, (mine, _), _ = read(files())
    (said,) = [one for one in drawn(mine, book, "zh") if "留任奖" in one]
    assert "留任奖（不给本人看）" in said
    in_all = as_data(mine, book, "zh")["paid_in_all"]["working"]["parts"]
    assert in_all[1]["label"] == "留任奖（不给本人看）"
    for kept, count in (("2.5", 1), ("0", 0)):
        book, (mine, _), _ = read(files(kept=kept))
        lines = scorecard_workbook(book, mine, "zh").sheets[0].lines
        texts = [cell.value for line in lines for cell in line.cells]
        assert texts.count("留任奖（不给本人看）") == count
