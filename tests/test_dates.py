"""Days stand in a possible order, and within what they are about."""

import pytest

from tests.marked_months import APPEAL, FORM, month_of, policy, says
from tests.small_forms import issues, site, staff


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("rated.boss = { on = 2026-10-01 }\n", []),
        ("rated.boss = { on = 2026-09-30 }\n", ["date-too-early"]),
        ('[[remark]]\non = 2026-09-30\ntext = "好"\n', ["date-too-early"]),
        ('[[remark]]\non = 2026-11-02\ntext = "评分时补记"\n', []),
        (
            '[[plan]]\nproblem = "a"\nmeasure = "b"\nowner = "A"\ndue = 2025-11-30\n',
            ["date-too-early"],
        ),
        (APPEAL.replace("on = 2026-11-08", "on = 2025-11-08"), ["date-too-early"]),
    ],
)
def test_a_record_is_about_a_period_that_has_begun(more: str, expected: list[str]) -> None:
    head, _, tables = more.partition("[[")
    reported = f"{head}{says(80)}" + (f"[[{tables}" if tables else "")
    people = {"records/staff/H.toml": staff("H", superior="")}
    assert issues(site(FORM, {"A": reported}, policy(), people)) == expected


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("left = 2026-10-31\nprobation = 2024-03-31\n", []),
        ("probation = 2023-12-31\n", ["date-too-early"]),
        (
            "left = 2026-10-31\n[[post]]\nfrom = 2026-11-01\n"
            'department = "desk"\ntitle = "组长"\nscheme = "form"\n',
            ["date-too-late"],
        ),
    ],
)
def test_a_person_is_on_probation_and_in_posts_while_employed(
    more: str, expected: list[str]
) -> None:
    people = {"records/staff/A.toml": staff("A", more=more)}
    assert issues(site(FORM, month_of(80), policy(), people)) == expected
