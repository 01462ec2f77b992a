"""Who is not appraised in a month: absent for too long, here for too few days, on probation."""

import pytest

from tests.marked_months import FORM, absent, months, policy
from tests.small_forms import found, site, staff


def left_out(rules: str, person: str = "", month: str = "2026-10") -> str:
    """Why A is left out of a month, or nothing."""
    files = site(
        FORM,
        months({month: {"A": 80, "B": 70}}),
        policy(top=f"eligibility = {rules}\n"),
        {"records/staff/A.toml": staff("A", more=person)},
    )
    results = found(files)
    one = results[f"{month}/A"].standing
    assert (one.grade is None) == (one.rank is None) == bool(one.left_out)
    assert results[f"{month}/B"].standing.rank == (1 if one.left_out else 2)
    return one.left_out


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        ("", ""),
        # March and April are 61 days; from the 2nd, exactly the 60 of the limit.
        (absent("leave", "2026-03-02", "2026-04-30"), ""),
        (absent("leave", "2026-03-01", "2026-04-30"), "absent"),
        (
            absent("sick", "2026-03-02", "2026-04-30")
            + absent("leave", "2026-07-01", "2026-07-01"),
            "absent",
        ),
        (absent("maternity", "2026-03-01", "2026-08-30"), ""),
        # Days of the year before, and after the month, are not counted.
        (absent("leave", "2025-11-01", "2026-03-01"), ""),
        (absent("leave", "2025-11-01", "2026-03-02"), "absent"),
        (absent("leave", "2026-09-02", "2026-12-31"), ""),
        (absent("leave", "2026-09-01", "2026-12-31"), "absent"),
        # A day that two entries cover was missed once.
        (
            absent("leave", "2026-03-02", "2026-04-30")
            + absent("sick", "2026-04-01", "2026-04-30"),
            "",
        ),
    ],
)
def test_whoever_was_absent_for_longer_than_the_limit_is_not_appraised(
    person: str, expected: str
) -> None:
    # Up to the end of October 31 + 30 = 61 days from September 1st.
    assert left_out("{ absent-days = 60 }", person) == expected


@pytest.mark.parametrize(
    ("joined", "expected"), [("2026-10-16", "short"), ("2026-10-15", ""), ("2024-01-01", "")]
)
def test_whoever_was_here_for_too_few_days_is_not_appraised(joined: str, expected: str) -> None:
    # From the 15th October has 17 days, from the 16th 16.
    files = site(
        FORM,
        months({"2026-10": {"A": 80}}),
        policy(top="eligibility = { least-days = 17 }\n"),
        {"records/staff/A.toml": staff("A").replace("2024-01-01", joined)},
    )
    assert found(files)["2026-10/A"].standing.left_out == expected


@pytest.mark.parametrize(
    ("last", "rule", "expected"),
    [
        ("2026-10-31", "false", "probation"),
        ("2026-12-31", "false", "probation"),
        ("2026-10-30", "false", ""),
        ("2026-12-31", "true", ""),
    ],
)
def test_people_on_probation_are_appraised_where_the_policy_says_so(
    last: str, rule: str, expected: str
) -> None:
    assert left_out(f"{{ probation = {rule} }}", f"probation = {last}\n") == expected
