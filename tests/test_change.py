"""By how much a total changed since the month before: on the same form, or not at all."""

from decimal import Decimal

from tests.marked_months import FORM, absent, months, policy
from tests.small_forms import Files, found, record, scored_only, site, staff

MONTHS = months({"2026-08": {"A": 70}, "2026-09": {"A": 80}, "2026-10": {"A": 92.5}})
OTHER = "records/schemes/other.toml"


def change(files: Files, month: str = "2026-10") -> Decimal | None:
    return found(files)[f"{month}/A"].change


def test_a_total_is_compared_with_the_month_before() -> None:
    assert change(site(FORM, MONTHS, policy())) == Decimal("12.5")
    assert change(site(FORM, MONTHS, policy()), "2026-08") is None


def on_another_form(month: str) -> Files:
    files = site(FORM, MONTHS, policy())
    files[OTHER] = scored_only(FORM.replace('id = "form"', 'id = "other"', 1))
    files[f"records/{month}/A.toml"] = files[f"records/{month}/A.toml"].replace(
        f'month = "{month}"', f'month = "{month}"\nscheme = "other"'
    )
    return files


def test_totals_of_two_forms_are_not_compared() -> None:
    assert change(on_another_form("2026-10")) is None
    assert change(on_another_form("2026-09")) is None, "nor with the last on the same form"
    assert change(on_another_form("2026-08")) == Decimal("12.5")


def test_versions_of_one_form_are_compared() -> None:
    files = site(FORM, MONTHS, policy())
    files["records/schemes/form@2026-10.toml"] = FORM.replace('"2026-01"', '"2026-10"')
    assert change(files) == Decimal("12.5")


def test_a_month_away_between_leaves_nothing_to_compare() -> None:
    away = staff("A", more=absent("leave", "2026-09-01", "2026-09-30"))
    files = site(FORM, MONTHS, policy(), {"records/staff/A.toml": away})
    del files["records/2026-09/A.toml"]
    files["records/staff/B.toml"] = staff("B").replace("2024-01-01", "2026-09-01")
    for month in ("2026-09", "2026-10"):
        files[f"records/{month}/B.toml"] = record("B", "marks.care = { boss = 75 }", month)
    assert change(files) is None


def test_the_months_of_another_person_are_not_compared() -> None:
    reported = months({"2026-09": {"A": 80, "A1": 50}, "2026-10": {"A": 92.5, "A1": 60}})
    assert change(site(FORM, reported, policy())) == Decimal("12.5")
