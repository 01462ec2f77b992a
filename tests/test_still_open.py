"""Answers to come, objections and appeals: they are named until they end, and before a month is
closed over them."""

from pathlib import Path

import pytest

from kpisite.outcomes.still_open import awaits_answer, has_open_objection
from tests.marked_months import APPEAL, FORM, months, policy, says
from tests.sites import built, run, write
from tests.small_forms import Files, read, site, staff
from tests.trees import words_of

H = {"records/staff/H.toml": staff("H", superior="")}
WINDOW = "window = { from = 3, to = 6 }\n"
DISMISSED = APPEAL.replace("upheld", "dismissed").replace("total = 91.5\n", "")


def answer(state: str, content: str, on: str = "2026-11-08") -> str:
    return f'\n[answer]\nstate = "{state}"\non = {on}\ncontent = "{content}"\n'


def files(reported: dict[str, str], top: str = WINDOW) -> Files:
    """A month or two of people; an answer for `CONTENT` is to what the scorecard says."""
    from kpisite.outcomes.seal import fingerprint

    plain = site(
        FORM, {key: one.split("\n[answer]")[0] for key, one in reported.items()}, policy(top=top), H
    )
    book, results, _ = read(plain)
    prints = {f"{one.month}/{one.appraisee_id}": fingerprint(book, one) for one in results}
    said = {
        key: one.replace("CONTENT", prints[key if "/" in key else f"2026-10/{key}"])
        for key, one in reported.items()
    }
    return site(FORM, said, policy(top=top), H)


def page(folder: Path, path: str) -> str:
    return "".join(words_of((folder / "output" / path).read_text(encoding="utf-8")).split())


def test_answers_to_come_are_counted_where_nobody_has_answered(tmp_path: Path) -> None:
    write(files({"A": says(80), "B": says(70)}), tmp_path)
    built(tmp_path, "--no-pdf")
    for path in ("hr/index.html", "managers/desk/2026-10/index.html"):
        assert "2人尚未答复，截止2026-11-11：员工A、员工B。" in page(tmp_path, path)


def test_answers_to_come_are_counted_where_no_day_is_stated(tmp_path: Path) -> None:
    write(files({"A": says(80), "B": says(70) + answer("acknowledged", "CONTENT")}, ""), tmp_path)
    built(tmp_path, "--no-pdf")
    assert "1人尚未答复，没有规定截止日期：员工A。" in page(tmp_path, "hr/index.html")


@pytest.mark.parametrize(
    ("more", "awaited", "disputed"),
    [
        ("", True, False),
        (answer("acknowledged", "CONTENT"), False, False),
        (answer("lapsed", "CONTENT", "2026-11-12"), False, False),
        (answer("acknowledged", "0000 0000 0000"), True, False),
        (answer("objected", "CONTENT"), False, True),
        # What changed since the objection does not end it.
        (answer("objected", "0000 0000 0000"), False, True),
        # A ruling on the day or after it does; one before it does not.
        (answer("objected", "CONTENT") + DISMISSED, False, False),
        (answer("objected", "CONTENT", "2026-11-12") + DISMISSED, False, False),
        (answer("objected", "CONTENT", "2026-11-13") + DISMISSED, False, True),
        # An appeal on which nobody ruled yet does not.
        (answer("objected", "CONTENT") + APPEAL.split("[appeal.ruling]")[0], False, True),
    ],
)
def test_an_objection_is_open_until_a_ruling_or_another_answer(
    more: str, awaited: bool, disputed: bool
) -> None:
    book, (result,), _ = read(files({"A": says(80) + more}))
    assert (awaits_answer(book, result), has_open_objection(result)) == (awaited, disputed)


def test_a_month_is_not_closed_over_what_is_open_without_a_word(tmp_path: Path) -> None:
    reported = {
        "A": says(80) + answer("objected", "CONTENT"),
        "B": says(70),
        "C": says(60) + answer("acknowledged", "CONTENT"),
        "D": says(65) + answer("acknowledged", "CONTENT") + APPEAL.split("[appeal.ruling]")[0],
    }
    write(files(reported), tmp_path)
    closing = tmp_path / "records/2026-10/closed.toml"
    ran = run("close", "2026-10", "--on", "2026-11-20", at=tmp_path)
    assert ran.code == 2 and not closing.exists()
    assert "2 件异议或申诉没有了结（员工A A、员工D D），1 人没有答复（员工B B）" in ran.errors
    assert "员工C" not in ran.errors and "--despite-open" in ran.errors
    ran = run("close", "2026-10", "--on", "2026-11-20", "--despite-open", at=tmp_path)
    assert ran.code == 0 and closing.exists()


def test_a_month_in_which_all_is_settled_is_closed_without_a_word(tmp_path: Path) -> None:
    reported = {
        "A": says(80) + answer("acknowledged", "CONTENT"),
        "B": says(70) + answer("objected", "CONTENT") + DISMISSED,
    }
    write(files(reported), tmp_path)
    assert run("close", "2026-10", "--on", "2026-11-20", at=tmp_path).code == 0


def test_an_objection_stays_in_sight_when_its_month_is_closed_and_another_begins(
    tmp_path: Path,
) -> None:
    reported = months({"2026-09": {"A": 80, "B": 70}, "2026-10": {"A": 80, "B": 70}})
    reported["2026-09/A"] += answer("objected", "CONTENT", "2026-10-08")
    write(files(reported), tmp_path)
    closing = ("close", "2026-09", "--on", "2026-10-20", "--despite-open")
    assert run(*closing, at=tmp_path).code == 0
    built(tmp_path, "--no-pdf")
    open_still = "以前月份还有1件异议或申诉没有了结：员工A2026-09。"
    for path in ("hr/index.html", "hr/desk/2026-10/index.html", "managers/desk/2026-10/index.html"):
        assert open_still in page(tmp_path, path), path
    september = page(tmp_path, "managers/desk/2026-09/index.html")
    assert open_still not in september
    assert "1人有异议或拒签" in september and "1人在封账之前没有答复：员工B。" in september
    link = (tmp_path / "output/managers/desk/2026-10/index.html").read_text(encoding="utf-8")
    assert 'href="../2026-09/A.html"' in link
    assert (tmp_path / "output/managers/desk/2026-09/A.html").exists()


def test_a_policy_that_asks_for_no_answers_waits_for_none(tmp_path: Path) -> None:
    unasked = WINDOW + "answers = false\n"
    write(files({"A": says(80), "B": says(70)}, unasked), tmp_path)
    built(tmp_path, "--no-pdf")
    for path in ("hr/index.html", "managers/desk/2026-10/index.html"):
        assert "尚未答复" not in page(tmp_path, path)
    assert "待本人确认" not in page(tmp_path, "employees/A/2026-10.html")
    ran = run("close", "2026-10", "--on", "2026-11-20", at=tmp_path)
    assert ran.code == 0, ran.errors


def test_an_objection_that_nobody_asked_for_is_open_all_the_same(tmp_path: Path) -> None:
    unasked = WINDOW + "answers = false\n"
    reported = {"A": says(80) + answer("objected", "CONTENT"), "B": says(70)}
    write(files(reported, unasked), tmp_path)
    built(tmp_path, "--no-pdf")
    assert "1人有异议或拒签" in page(tmp_path, "hr/index.html")
    ran = run("close", "2026-10", "--on", "2026-11-20", at=tmp_path)
    assert ran.code == 2
    assert "1 件异议或申诉没有了结（员工A A）" in ran.errors and "没有答复" not in ran.errors


def test_an_answer_that_no_longer_holds_is_not_asked_for_anew(tmp_path: Path) -> None:
    unasked = WINDOW + "answers = false\n"
    write(files({"A": says(80) + answer("acknowledged", "0000 0000 0000")}, unasked), tmp_path)
    built(tmp_path, "--no-pdf")
    said = page(tmp_path, "employees/A/2026-10.html")
    assert "不要求本人答复；2026-11-08的确认针对旧内容，已失效" in said and "待本人确认" not in said
