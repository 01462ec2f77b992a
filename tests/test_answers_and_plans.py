"""Answers to a scorecard, which hold until it says something else, and plans to do better."""

import re
from pathlib import Path

import pytest

from kpisite.outcomes.seal import fingerprint
from tests.marked_months import APPEAL, FORM, PLAN, policy, says
from tests.sites import built, write
from tests.small_forms import form, issues, read, site
from tests.trees import words_of

# Answers.

CONTENT = (
    "marks.care = { boss = 80 }\nnotes.boss = '很好'\n[[event]]\nrule = 'late'\ndate = 2026-10-08\n"
)


def content(says: str, scheme: str = FORM) -> str:
    book, results, _ = read(site(scheme, {"A": says}, policy()))
    return fingerprint(book, results[0])


def answer(content: str) -> str:
    return f'\n[answer]\nstate = "acknowledged"\non = 2026-11-08\ncontent = "{content}"\n'


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("boss = 80", "boss = 81"),
        ("'很好'", "'还好'"),
        ("10-08", "10-09"),
        ("[[event]]", "[[event]]\nreason = '下雨'"),
    ],
)
def test_an_answer_no_longer_holds_once_the_record_says_something_else(old: str, new: str) -> None:
    answered = CONTENT + answer(content(CONTENT))
    assert issues(site(FORM, {"A": answered}, policy())) == []
    changed = answered.replace(old, new, 1)
    assert issues(site(FORM, {"A": changed}, policy())) == ["answer-stale"]


def test_an_answer_no_longer_holds_once_the_form_says_something_else() -> None:
    answered = {"A": CONTENT + answer(content(CONTENT))}
    changed = FORM.replace('"0-100"', '"50-100"').replace("0.1", "0.5\ngaps = true")
    assert issues(site(changed, answered, policy())) == ["answer-stale"]


def test_what_comes_afterwards_does_not_change_what_was_answered() -> None:
    before = content(CONTENT)
    pending = APPEAL[: APPEAL.index("[appeal.ruling]")].replace('"H"', '"B"')
    for added in (answer(content(CONTENT)), PLAN, pending):
        book, results, _ = read(site(FORM, {"A": CONTENT + added, "B": says(1)}, policy()))
        assert fingerprint(book, results[0]) == before, added
    assert content("expect = 79\n" + CONTENT) == before


def test_an_answer_before_a_ruling_holds_and_one_after_it_is_to_the_ruling() -> None:
    ruled = CONTENT + APPEAL.replace('"H"', '"B"')
    book, results, _ = read(site(FORM, {"A": ruled, "B": says(1)}, policy()))
    earlier, later = content(CONTENT), fingerprint(book, results[0])
    assert earlier != later
    for given, day, expected in (
        (earlier, "2026-11-11", []),
        (earlier, "2026-11-12", ["answer-stale"]),
        (later, "2026-11-12", []),
        ("0000 0000 0000", "2026-11-11", ["answer-stale"]),
    ):
        reported = {"A": ruled + answer(given).replace("2026-11-08", day), "B": says(1)}
        assert issues(site(FORM, reported, policy())) == expected, (given, day)


def test_lines_moved_about_do_not_change_what_was_answered() -> None:
    other = """
    # 备注
    [[event]]
    date   = 2026-10-08
    rule = "late"
    [notes]

    boss = "很好"
    [marks.care]
    boss=80
    """
    assert content(other) == content(CONTENT)


RANKED = """
[[part.indicator]]
id = "share"
name = "销售占比"
method = "rank"
metric = "sales"
"""


def test_an_answer_no_longer_holds_once_others_have_changed_the_total() -> None:
    reported = {"A": "metrics.sales = 7\n", "B": "metrics.sales = 6\n"}
    book, results, _ = read(site(form(RANKED), reported))
    assert results[0].card.total.value == 100
    reported["A"] += answer(fingerprint(book, results[0]))
    reported["B"] = "metrics.sales = 8\n"
    assert issues(site(form(RANKED), reported)) == ["answer-stale"]


# Plans.


@pytest.mark.parametrize(
    ("mark", "plan", "expected"),
    [(50, "", ["plan-missing"]), (50, PLAN, []), (60, "", []), (60, PLAN, [])],
)
def test_a_grade_may_ask_for_a_plan(mark: int, plan: str, expected: list[str]) -> None:
    reported = {"A": says(mark) + plan}
    assert issues(site(FORM, reported, policy(top='plan-for = ["fail"]\n'))) == expected


def test_a_plan_is_asked_for_on_the_scorecard_and_of_the_manager(tmp_path: Path) -> None:
    reported = {"A": says(50), "B": says(55) + PLAN, "C": says(80)}
    files = site(FORM, reported, policy(top='plan-for = ["fail"]\n'))
    output = built(write(files, tmp_path), "--no-pdf")
    asked = "本月的等级须写改进计划，尚未写。"
    for id, expected in (("A", True), ("B", False), ("C", False)):
        page = (output / f"employees/{id}/2026-10.html").read_text(encoding="utf-8")
        assert (asked in page) == expected, id
    month = (output / "managers/desk/2026-10/index.html").read_text(encoding="utf-8")
    assert re.search(r"1 人应有改进计划而未写：\s*员工A\s*。", words_of(month))


def test_a_plan_asked_for_by_no_grade_is_reported() -> None:
    reported = {"A": says(80)}
    assert issues(site(FORM, reported, policy(top='plan-for = ["failed"]\n'))) == ["unknown-grade"]
