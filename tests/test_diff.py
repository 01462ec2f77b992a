"""`kpisite diff` and `kpisite simulate`: what is otherwise for people in two states of a site."""

import json
import re
from decimal import Decimal
from pathlib import Path

import pytest

from tests.repositories import commit, git
from tests.sites import POLICY, SCHEME, edit, run, small_site

A1, B1 = "records/2026-10/A1.toml", "records/2026-10/B1.toml"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """The small company, committed once."""
    root = tmp_path / "站点 一"
    root.mkdir()
    git(root, "init", "-q")
    commit(root, small_site() | {".gitignore": "output\n"}, "2026-11-03")
    return root


def test_a_mark_moves_the_total_the_grade_and_the_sums(site: Path) -> None:
    # A1 in October: 60 × 40% + 50 × 60% = 54, 30 × 40% + 20 × 60% = 24: 78.  With 45: 51 + 24 = 75.
    # B1: 100, grade 优; with 0 × 40% + 30 × 60% for the speed 60 + 18 = 78, grade 良.
    edit(site, A1, "supervisor = 50", "supervisor = 45")
    edit(site, B1, "speed = { self = 40, supervisor = 40", "speed = { self = 0, supervisor = 30")
    ran = run("diff", at=site)
    assert ran.code == 0
    assert ran.output.split("\n")[:10] == [
        "HEAD → 文件夹",
        "",
        "安然 A1  2026-10  客服部",
        "  总分 78.0 → 75.0",
        "  细心 · 上级 50 → 45",
        "",
        "程砚 B1  2026-10  仓储部",
        "  总分 100.0 → 78.0   等级 优 → 良",
        "  速度 · 自评 40 → 0",
        "  速度 · 上级 40 → 30",
    ]
    assert "2026-10  仓储部  1 份有变动 · 等级变动 1 人\n" in ran.output
    assert "2026-10  合计  2 份有变动 · 等级变动 1 人\n" in ran.output


def test_pay_is_shown_only_where_it_is_asked_for(site: Path) -> None:
    edit(site, B1, "speed = { self = 40, supervisor = 40", "speed = { self = 0, supervisor = 30")
    bare = run("diff", at=site).output + run("diff", "--format", "markdown", at=site).output
    bare += run("diff", "--json", at=site).output
    for amount in ("1,800", "1800", "1,500", "1500", "300"):
        assert amount not in bare
    assert "1 份的工资有变动" in bare
    paid = run("diff", "--with-pay", at=site).output
    wages = [line for line in paid.split("\n") if "工资" in line]
    # The post's 1,800 becomes 1,500; the commission of 70000 is 0.5% either way.
    assert "2,150.00 → 1,850.00" in wages[0]
    assert "工资 −300.00（2,150.00 → 1,850.00）" in wages[1]


def test_nothing_is_printed_where_nothing_moves_but_that_it_is_so(site: Path) -> None:
    text = (site / A1).read_text(encoding="utf-8")
    (site / A1).write_text(
        f"# 注\n{text.replace('sales = 130000.01', 'sales = 130_000.01')}", "utf-8"
    )
    edit(site, "records/policies/rules.toml", "window = {", "# 期限\nwindow = {")
    ran = run("diff", "--fail-on-change", at=site)
    assert (ran.code, ran.output, ran.errors) == (0, "", "没有变动。\n")
    assert json.loads(run("diff", "--json", at=site).output)["changed"] is False


def test_a_changed_rule_that_moves_nobody_is_named_by_its_file(site: Path) -> None:
    edit(site, "records/policies/rules.toml", "绩效办法", "绩效管理办法")
    ran = run("diff", "--fail-on-change", at=site)
    assert ran.code == 0
    assert "records/policies/rules.toml" in ran.output
    assert "确认码" not in ran.output


def test_a_change_fails_until_somebody_has_seen_this_very_one(site: Path) -> None:
    edit(site, A1, "supervisor = 50", "supervisor = 45")
    ran = run("diff", "--fail-on-change", at=site)
    assert ran.code == 1
    digest = json.loads(run("diff", "--json", at=site).output)["digest"]
    assert f"--acknowledged {digest}" in ran.errors
    assert run("diff", "--fail-on-change", "--acknowledged", digest, at=site).code == 0
    edit(site, A1, "supervisor = 45", "supervisor = 44")
    assert run("diff", "--fail-on-change", "--acknowledged", digest, at=site).code == 1


def test_a_rule_that_changes_again_asks_again(site: Path) -> None:
    edit(site, A1, "supervisor = 50", "supervisor = 45")
    edit(site, "records/policies/rules.toml", "绩效办法", "绩效管理办法")
    digest = json.loads(run("diff", "--json", at=site).output)["digest"]
    seen = ("diff", "--fail-on-change", "--acknowledged", digest)
    assert run(*seen, at=site).code == 0
    edit(site, "records/policies/rules.toml", "window = {", "# 期限\nwindow = {")
    assert run(*seen, at=site).code == 0, "a comment is no change"
    edit(site, "records/policies/rules.toml", "绩效管理办法", "绩效考核办法")
    assert run(*seen, at=site).code == 1, "the same file, but other words than were seen"


def test_a_salary_that_changes_again_asks_again_and_its_amount_cannot_be_tried(site: Path) -> None:
    pay = next(iter(sorted((site / "records/pay").glob("[A-Z]*.toml")))).relative_to(site)
    edit(site, A1, "supervisor = 50", "supervisor = 45")
    before = (site / pay).read_text(encoding="utf-8")
    digests = []
    for key in ("11" * 32, "22" * 32):
        for amount in (4321, 4322):
            (site / pay).write_text(re.sub(r"amount\s*=.*", f"amount = {amount}", before), "utf-8")
            (site / "records/pay/seal.toml").write_text(f'key = "{key}"\n', encoding="utf-8")
            digests.append(json.loads(run("diff", "--json", at=site).output)["digest"])
    assert len(set(digests)) == 4, "by the amount, and by a key that nobody else has"


def test_two_commits_are_compared_and_a_new_and_a_gone_record_are_said(site: Path) -> None:
    (site / B1).unlink()
    edit(site, "records/2026-09/month.toml", 'A2 = "借调"\n', "")
    month = '[excused]\nB1 = "借调"\n'
    files = {"records/2026-10/month.toml": f'month = "2026-10"\n\n{month}'}
    text = (site / "records/2026-09/A1.toml").read_text(encoding="utf-8")
    files["records/2026-09/A2.toml"] = text.replace('"A1"', '"A2"')
    commit(site, files, "2026-11-04")
    edit(site, A1, "supervisor = 50", "supervisor = 45")
    found = json.loads(run("diff", "HEAD~1", "HEAD", "--json", at=site).output)
    assert [(one["id"], one["month"], one["change"]) for one in found["scorecards"]] == [
        ("A2", "2026-09", "new"),
        ("B1", "2026-10", "gone"),
    ]
    assert found["scorecards"][0]["before"] is None
    text = run("diff", "HEAD~1", "HEAD", at=site).output
    assert "新增的记录" in text
    assert "记录没有了" in text
    only = json.loads(run("diff", "HEAD~1", "HEAD", "--month", "2026-10", "--json", at=site).output)
    assert [one["id"] for one in only["scorecards"]] == ["B1"]


def test_a_renamed_record_is_the_same(site: Path) -> None:
    text = (site / A1).read_text(encoding="utf-8")
    edit(site, A1, "supervisor = 50", "supervisor = 45")
    found = json.loads(run("diff", "--json", at=site).output)["scorecards"]
    (site / A1).write_text(text, encoding="utf-8")
    assert len(found) == 1
    ran = run("diff", at=site)
    assert (ran.output, ran.errors) == ("", "没有变动。\n"), "silence may also be a failure"


def test_what_cannot_be_known_is_said(site: Path, tmp_path: Path) -> None:
    edit(site, A1, "supervisor = 50", "supervisor = 500")
    ran = run("diff", "--fail-on-change", at=site)
    assert ran.code == 1
    assert "细心 · 上级 50 → 500" in ran.output
    assert "文件夹 中有错误，无法计分" in ran.output
    edit(site, A1, "supervisor = 500", "supervisor = 45")
    git(site, "rm", "-q", "-r", "--cached", "records/pay")
    git(site, "commit", "-q", "-m", "pay goes elsewhere")
    assert "HEAD 里没有工资文件" in run("diff", at=site).output


def test_a_revision_that_is_not_there_is_refused_with_a_remedy(site: Path, tmp_path: Path) -> None:
    ran = run("diff", "nobody", at=site)
    assert ran.code == 2
    assert "git log --oneline" in ran.errors
    assert run("diff", "--", "--output=x", at=site).code == 2
    commit(site, {"README": "x"}, "2026-11-04")
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", "--depth", "1", site.as_uri(), str(clone))
    ran = run("diff", "HEAD~1", at=clone)
    assert ran.code == 2
    assert "git fetch --unshallow" in ran.errors


def test_markdown_is_a_table_in_which_no_name_breaks_out(site: Path) -> None:
    staff = (site / "records/staff/A1.toml").read_text(encoding="utf-8")
    name = {"records/staff/A1.toml": staff.replace("安然", "安|<b>*然")}
    commit(site, name, "2026-11-04")
    edit(site, A1, "supervisor = 50", "supervisor = 45")
    lines = run("diff", "--format", "markdown", at=site).output.split("\n")
    row = next(line for line in lines if "A1" in line)
    assert row == (
        r"| 安\|\<b\>\*然 A1 | 2026\-10 | 客服部 | 78.0 → 75.0 | 良 | 细心 · 上级 50 → 45 |"
    )


# Simulating.


def test_past_months_are_scored_under_a_changed_policy(site: Path, tmp_path: Path) -> None:
    tried = tmp_path / "新 制度.toml"
    tried.write_text(
        POLICY.replace("from = 60, salary = 1_500", "from = 75, salary = 1_600").replace(
            'from = "2026-01"', 'from = "2027-01"'
        ),
        encoding="utf-8",
    )
    # September: A1 50 × 40% + 40 × 60% = 44, and 24: 68, no longer 良 but 差: 1,200 for 1,500.
    ran = run("simulate", tried, "--with-pay", "--json", at=site)
    assert ran.code == 0, ran.errors
    found = json.loads(ran.output)
    moved = {(one["id"], one["month"]): one for one in found["scorecards"]}
    september = moved["A1", "2026-09"]
    assert (september["before"]["grade"], september["after"]["grade"]) == ("良", "差")
    assert (september["before"]["total"], september["after"]["total"]) == ("68.0", "68.0")
    cost = next(one for one in found["sums"] if one["month"] == "2026-09" and not one["department"])
    in_all = next(one for one in found["sums"] if not one["month"] and not one["department"])
    assert in_all["changed"] == len(found["scorecards"]) > 1
    before, after = (
        sum(Decimal(one[side]["pay"]) for one in found["scorecards"])
        for side in ("before", "after")
    )
    (paid,) = in_all["pay"]
    assert (Decimal(paid["before"]), Decimal(paid["after"])) == (before, after)
    assert cost["pay"] == [{"currency": "CNY", "before": "1850.00", "after": "1550.00"}]
    assert (site / "records/policies/rules.toml").read_text("utf-8") == POLICY.lstrip("\n")


def test_without_a_file_the_folders_changed_rules_are_tried_on_what_is_committed(
    site: Path,
) -> None:
    assert run("simulate", at=site).code == 2
    edit(site, "records/policies/rules.toml", "from = 90", "from = 78")
    edit(site, A1, "supervisor = 50", "supervisor = 0")  # the records that are committed count
    found = json.loads(run("simulate", "--json", at=site).output)
    assert [(one["id"], one["month"]) for one in found["scorecards"]] == [("A1", "2026-10")]
    assert "工资有变动" in run("simulate", at=site).output


def test_rules_that_records_do_not_fit_are_reported(site: Path, tmp_path: Path) -> None:
    tried = tmp_path / "form.toml"
    tried.write_text(
        SCHEME.replace("points = 60", "points = 55").replace("31-60", "31-55"), "utf-8"
    )
    ran = run("simulate", tried, at=site)
    assert ran.code == 1
    assert "按试算的规则" in ran.errors
    other = tmp_path / "x.toml"
    other.write_text('id = "x"\n', encoding="utf-8")
    assert run("simulate", other, at=site).code == 2
