"""Closed months: what changes them is a fault, unless an amendment allows that very change."""

import json
import re
from pathlib import Path

import pytest

from kpisite.examine.load import load
from kpisite.language.closing import REMOVED, Amendment
from kpisite.outcomes.results import Result
from kpisite.outcomes.seal import pay_seal, seal
from tests.marked_months import (
    APPEAL,
    FORM,
    PLAN,
    SALARY,
    SALARY_OF_A,
    months,
    moved,
    policy,
    says,
)
from tests.sites import edit, run, write
from tests.small_forms import record, site, staff
from tests.trees import files_in

STORE_ENTRY = '[[department]]\nid = "store"\nname = "乙"\n\n'


@pytest.fixture
def open_site(tmp_path: Path) -> Path:
    """Two people, September and October."""
    reported = months({"2026-09": {"A": 88, "B": 70}, "2026-10": {"A": 80, "B": 70}})
    more = {
        "records/pay/A.toml": SALARY_OF_A,
        "records/pay/B.toml": SALARY_OF_A.replace('"A"', '"B"'),
        "records/staff/H.toml": staff("H", superior=""),
    }
    return write(site(FORM, reported, policy(SALARY), more), tmp_path / "site")


@pytest.fixture
def closed(open_site: Path) -> Path:
    """September is closed."""
    ran = run("close", "2026-09", "--on", "2026-10-10", "--despite-open", at=open_site)
    assert ran.code == 0, ran.errors
    return open_site


def codes(folder: Path) -> list[str]:
    return [one.code for one in load(folder)[1]]


OTHER = '[[pay]]\nid = "other"\nname = "其他"\nmethod = "other"\n'
LINES = 'employee = "A"\n[[line]]\nmonth = "2026-09"\nname = "补贴"\namount = 300\n'


def test_a_pay_file_of_lines_alone_is_missed_by_the_months_that_were_closed_with_it(
    tmp_path: Path,
) -> None:
    reported = months({"2026-09": {"A": 88, "B": 70}})
    pays = {f"records/pay/{id}.toml": LINES.replace('"A"', f'"{id}"') for id in "AB"}
    folder = write(site(FORM, reported, policy(OTHER), pays), tmp_path)
    assert run("close", "2026-09", "--on", "2026-10-10", "--despite-open", at=folder).code == 0
    (folder / "records/pay/A.toml").unlink()
    assert codes(folder) == ["closed-changed"]


def test_a_closed_month_says_what_every_scorecard_was(closed: Path) -> None:
    text = (closed / "records/2026-09/closed.toml").read_text(encoding="utf-8")
    assert "2026-10-10" in text
    assert re.findall(r'total = "(.*)"', text) == ["88.0", "70.0"]
    assert codes(closed) == []


@pytest.mark.parametrize(
    ("path", "old", "new", "expected"),
    [
        ("records/2026-09/A.toml", "boss = 88", "boss = 91", ["closed-changed"]),
        ("records/schemes/form.toml", "points = 1\n", "points = 2\n", []),
        ("records/schemes/form.toml", 'name = "细心"', 'name = "耐心"', ["closed-changed"] * 2),
        ("records/policies/rules.toml", "from = 60", "from = 71", ["closed-changed"]),
        ("records/pay/A.toml", "3_000", "3_100", ["closed-changed"]),
        ("records/2026-10/A.toml", "boss = 80", "boss = 81", []),
        ("records/staff/A.toml", "joined = 2024-01-01", "joined = 2023-01-01", []),
    ],
)
def test_what_changes_a_scorecard_of_a_closed_month_is_a_fault(
    closed: Path, path: str, old: str, new: str, expected: list[str]
) -> None:
    edit(closed, path, old, new)
    assert codes(closed) == expected


def test_the_fault_says_what_was_and_what_is(closed: Path) -> None:
    edit(closed, "records/2026-09/A.toml", "boss = 88", "boss = 91")
    ran = run("check", at=closed)
    assert ran.code == 1
    assert "records/2026-09/A.toml" in ran.output
    assert "88.0 及格" in ran.output
    assert "91.0 优" in ran.output
    assert run("build", "--no-pdf", at=closed).code == 1


def test_a_record_taken_from_a_closed_month_or_added_to_it_is_a_fault(closed: Path) -> None:
    (closed / "records/2026-09/B.toml").unlink()
    (closed / "records/2026-09/H.toml").write_text(
        record("H", 'scheme = "form"\n' + says(66), "2026-09"), encoding="utf-8"
    )
    (closed / "records/pay/H.toml").write_text(SALARY_OF_A.replace('"A"', '"H"'), encoding="utf-8")
    assert sorted(codes(closed)) == ["closed-gone", "closed-new"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_remedy_names_every_key_that_an_amendment_needs(closed: Path, language: str) -> None:
    edit(closed, "records/2026-09/A.toml", "boss = 88", "boss = 91")
    (closed / "records/2026-09/B.toml").unlink()
    (closed / "records/2026-09/H.toml").write_text(
        record("H", 'scheme = "form"\n' + says(66), "2026-09"), encoding="utf-8"
    )
    (closed / "records/pay/H.toml").write_text(SALARY_OF_A.replace('"A"', '"H"'), encoding="utf-8")
    needed = [name for name, one in Amendment.model_fields.items() if one.is_required()]
    ran = run("check", "--format", "json", "--language", language, at=closed)
    helps = [one["help"] for one in json.loads(ran.output) if one["code"].startswith("closed-")]
    assert len(helps) == 3
    for help in helps:
        assert 'month = "2026-09"' in help
        assert [key for key in needed if not re.search(rf"\b{key}\b", help, re.ASCII)] == []


def amend(folder: Path, appraisee: str, **digests: str) -> None:
    lines = "".join(f'{key} = "{value}"\n' for key, value in digests.items() if value)
    approved = "B" if appraisee == "H" else "H"
    (folder / "records/2026-09/amendments.toml").write_text(
        f'month = "2026-09"\n\n[[amendment]]\nappraisee = "{appraisee}"\non = 2026-10-20\n'
        f'by = "M"\napproved = "{approved}"\nwhy = "核对考勤"\nwhat = "细心 88 → 91"\n{lines}',
        encoding="utf-8",
    )


def of(folder: Path, name: str) -> Result:
    from kpisite.outcomes.results import results
    from kpisite.score.scorecard import score

    book, _ = load(folder)
    return next(
        one for one in results(book, score(book)) if f"{one.month}/{one.appraisee_id}" == name
    )


def wage_seal(folder: Path, result: Result) -> str:
    """The seal of a wage, which is there."""
    sealed = pay_seal(load(folder)[0], result)
    assert sealed
    return sealed


def test_an_amendment_with_the_right_digest_allows_the_change_and_no_other(closed: Path) -> None:
    edit(closed, "records/2026-09/A.toml", "boss = 88", "boss = 91")
    now = of(closed, "2026-09/A")
    amend(closed, "A", digest=seal(now), pay=wage_seal(closed, now))
    assert codes(closed) == []
    edit(closed, "records/2026-09/A.toml", "boss = 91", "boss = 92")
    assert codes(closed) == ["closed-changed"]
    edit(closed, "records/2026-09/A.toml", "boss = 92", "boss = 88")
    assert codes(closed) == [], "what it was when it was closed is no change"
    edit(closed, "records/2026-09/A.toml", "boss = 88", "boss = 91")
    amend(closed, "A", digest="0" * 32, pay=wage_seal(closed, now))
    assert codes(closed) == ["closed-changed"]
    amend(closed, "B", digest=seal(now), pay=wage_seal(closed, now))
    assert codes(closed) == ["closed-changed"], "somebody else's"


def test_a_record_added_to_a_closed_month_may_be_amended_in(closed: Path) -> None:
    (closed / "records/2026-09/H.toml").write_text(
        record("H", 'scheme = "form"\n' + says(66), "2026-09"), encoding="utf-8"
    )
    (closed / "records/pay/H.toml").write_text(SALARY_OF_A.replace('"A"', '"H"'), encoding="utf-8")
    now = of(closed, "2026-09/H")
    amend(closed, "H", digest=seal(now), pay=wage_seal(closed, now))
    assert codes(closed) == []


@pytest.mark.parametrize(("by", "approved"), [("X", "H"), ("M", "X")])
def test_an_amendment_is_made_and_approved_by_somebody(
    closed: Path, by: str, approved: str
) -> None:
    now = of(closed, "2026-09/A")
    amend(closed, "A", digest=seal(now), pay=wage_seal(closed, now))
    assert codes(closed) == []
    path = "records/2026-09/amendments.toml"
    edit(closed, path, 'by = "M"', f'by = "{by}"')
    edit(closed, path, 'approved = "H"', f'approved = "{approved}"')
    assert codes(closed) == ["unknown-employee"]


def test_a_closed_month_stays_with_its_department(closed: Path) -> None:
    edit(closed, "records/departments.toml", "[[department]]", STORE_ENTRY + "[[department]]")
    edit(closed, "records/staff/A.toml", 'department = "desk"', 'department = "store"')
    assert codes(closed) == ["closed-changed"]


def test_a_record_may_be_amended_away(closed: Path) -> None:
    (closed / "records/2026-09/B.toml").unlink()
    amend(closed, "B", digest=REMOVED)
    assert codes(closed) == []


def test_only_an_amendment_that_takes_a_record_away_excuses_that_it_is_gone(closed: Path) -> None:
    was = of(closed, "2026-09/B")
    (closed / "records/2026-09/B.toml").unlink()
    amend(closed, "B", digest=seal(was), pay=wage_seal(closed, was))
    assert codes(closed) == ["closed-gone"], "it says what the record is, not that there is none"
    amend(closed, "A", digest=REMOVED)
    assert codes(closed) == ["closed-gone"], "somebody else's"


@pytest.mark.parametrize(
    ("by", "approved", "expected"),
    [
        ("M", "H", []),
        ("A", "H", []),  # who is appraised may ask for it
        ("M", "M", ["amendment-own-approval"]),
        ("M", "A", ["amendment-own-approval"]),  # whom it is about
        ("H", "B", []),
    ],
)
def test_an_amendment_is_approved_by_neither_its_author_nor_whom_it_is_about(
    closed: Path, by: str, approved: str, expected: list[str]
) -> None:
    now = of(closed, "2026-09/A")
    amend(closed, "A", digest=seal(now), pay=wage_seal(closed, now))
    path = "records/2026-09/amendments.toml"
    edit(closed, path, 'by = "M"', f'by = "{by}"')
    edit(closed, path, 'approved = "H"', f'approved = "{approved}"')
    assert codes(closed) == expected


def test_closing_needs_no_history(closed: Path, tmp_path: Path) -> None:
    assert not (closed / ".git").exists()
    copy = tmp_path / "copy"
    write({path: text.decode() for path, text in files_in(closed).items()}, copy)
    assert codes(copy) == []
    edit(copy, "records/2026-09/A.toml", "boss = 88", "boss = 89")
    assert codes(copy) == ["closed-changed"]


def test_lines_moved_about_in_a_closed_month_are_no_change(closed: Path) -> None:
    place = closed / "records/2026-09/A.toml"
    place.write_text(
        '# 备注\n\nmonth = "2026-09"\nemployee = "A"\n[marks]\ncare.boss = 88.0\n', encoding="utf-8"
    )
    assert codes(closed) == []


def test_an_answer_a_plan_and_an_appeal_do_not_break_a_closed_month(closed: Path) -> None:
    place = closed / "records/2026-09/A.toml"
    whole = place.read_text(encoding="utf-8")
    pending = APPEAL[: APPEAL.index("[appeal.ruling]")]
    place.write_text(whole + PLAN + pending, encoding="utf-8")
    assert codes(closed) == []
    place.write_text(whole + PLAN + APPEAL, encoding="utf-8")
    assert codes(closed) == ["closed-changed"], "a ruling with a total does"


def test_each_part_of_a_month_is_closed_under_its_own_name(tmp_path: Path) -> None:
    folder = write(moved("2026-10", "2026-10-11", 80, 95), tmp_path)
    assert run("close", "2026-10", "--on", "2026-11-10", "--despite-open", at=folder).code == 0
    text = (folder / "records/2026-10/closed.toml").read_text(encoding="utf-8")
    assert re.findall(r"^\[card\.(.+)\]$", text, re.MULTILINE) == ["A", "A-desk", "B", "C"]
    assert codes(folder) == []
    edit(folder, "records/2026-10/A@desk.toml", "boss = 80", "boss = 81")
    issues = load(folder)[1]
    assert {one.code for one in issues} == {"closed-changed"}
    assert {one.facts["name"] for one in issues} == {"A", "A@desk"}, "it counts in the whole"


def test_a_month_is_closed_once(closed: Path) -> None:
    before = (closed / "records/2026-09/closed.toml").read_bytes()
    ran = run("close", "2026-09", "--despite-open", at=closed)
    assert ran.code == 2
    assert (closed / "records/2026-09/closed.toml").read_bytes() == before
    assert run("close", "2026-01", "--despite-open", at=closed).code == 2, "nothing to close"


def test_a_month_that_waits_for_marks_is_not_closed(open_site: Path) -> None:
    edit(
        open_site,
        "records/schemes/form.toml",
        "points = 100",
        'missing = "provisional"\npoints = 100',
    )
    edit(open_site, "records/2026-09/B.toml", says(70), "")
    ran = run("close", "2026-09", "--despite-open", at=open_site)
    assert ran.code == 2
    assert "员工B" in ran.errors
    assert not (open_site / "records/2026-09/closed.toml").exists()
    assert run("close", "2026-10", "--despite-open", at=open_site).code == 0


def test_a_closing_that_is_edited_or_deleted_is_a_fault(closed: Path) -> None:
    edit(closed, "records/2026-09/closed.toml", 'total = "88.0"', 'total = "99.0"')
    assert codes(closed) == ["closing-changed"]
    (closed / "records/2026-09/closed.toml").unlink()
    assert codes(closed) == ["closing-gone"]


def test_somebody_who_was_amended_cannot_be_dropped_from_the_closing(closed: Path) -> None:
    edit(closed, "records/2026-09/A.toml", "boss = 88", "boss = 91")
    now = of(closed, "2026-09/A")
    amend(closed, "A", digest=seal(now), pay=wage_seal(closed, now))
    assert codes(closed) == []
    closing = closed / "records/2026-09/closed.toml"
    text = closing.read_text(encoding="utf-8")
    closing.write_text(re.sub(r"\[card\.A\]\n(.+\n)+\n?", "", text), encoding="utf-8")
    assert codes(closed) == ["closing-changed"]


def test_a_month_that_is_not_listed_as_closed_is_listed_by_the_line_that_check_says(
    closed: Path,
) -> None:
    (closed / "records/closed.toml").unlink()
    assert codes(closed) == ["closing-unlisted"]
    (line,) = re.findall(r'2026-09 = ".*"', run("check", at=closed).output)
    write({"records/closed.toml": f"[month]\n{line}\n"}, closed)
    assert codes(closed) == []


@pytest.mark.parametrize("day", ["2020-01-01", "2026-09-29", "2026-09-30"])
def test_a_month_is_not_closed_before_it_is_over(open_site: Path, day: str) -> None:
    ran = run("close", "2026-09", "--on", day, "--despite-open", at=open_site)
    assert (ran.code, day in ran.errors) == (2, True)
    assert not (open_site / "records/2026-09/closed.toml").exists()
    assert not (open_site / "records/closed.toml").exists()
