"""Appeals: a ruling takes the place of the total, and whoever marked may not rule."""

from decimal import Decimal

import pytest

from tests.marked_months import APPEAL, BY_GRADE, FORM, months, policy, says
from tests.small_forms import Files, found, issues, row, site, staff


def appealed(appeal: str, mark: object = 80) -> Files:
    return site(
        FORM,
        months({"2026-10": {"A": says(mark) + appeal, "B": 85}}),
        policy(BY_GRADE),
        {"records/staff/H.toml": staff("H", superior="")},
    )


def test_a_ruling_takes_the_place_of_the_total_and_grade_and_pay_follow() -> None:
    before, after = (found(appealed(one)) for one in ("", APPEAL))
    for results, expected in (
        (before, ("80.0", "pass", 2, "1500")),
        (after, ("91.5", "top", 1, "1800.55")),
    ):
        one = results["2026-10/A"]
        assert one.grade is not None
        assert one.wage is not None
        reported = (one.card.total.shown, one.grade.id, one.standing.rank, one.wage.value)
        assert reported == (*expected[:3], Decimal(expected[3]))
    whole = after["2026-10/A"].card.total
    assert row(whole, "before").value == 80, "the original stays in sight"
    assert row(whole, "care").value == 80
    assert row(whole, "ruling").note == "考勤表为证。"
    assert after["2026-10/B"].standing.rank == 2


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"upheld"', '"dismissed"'),
        ("total = 91.5\n", ""),
        (APPEAL[APPEAL.index("[appeal.ruling]") :], ""),
    ],
)
def test_an_appeal_without_a_new_total_changes_nothing(old: str, new: str) -> None:
    result = found(appealed(APPEAL.replace(old, new)))["2026-10/A"]
    assert result.card.total.value == 80
    assert all(one.id != "ruling" for one in result.card.total.walk())


def test_the_last_of_two_rulings_holds() -> None:
    again = APPEAL.replace("11-08", "11-20").replace("11-12", "11-25").replace("91.5", "85")
    assert found(appealed(APPEAL + again))["2026-10/A"].card.total.value == 85
    dismissed = again.replace("upheld", "dismissed")
    assert found(appealed(APPEAL + dismissed))["2026-10/A"].card.total.value == Decimal("91.5")


def test_whoever_marked_may_not_rule() -> None:
    assert "handler-rated" in issues(appealed(APPEAL.replace('"H"', '"M"')))
    assert "handler-rated" in issues(appealed(APPEAL.replace('"H"', '"A"')))
    assert "ruling-too-early" in issues(appealed(APPEAL.replace("2026-11-12", "2026-11-07")))
