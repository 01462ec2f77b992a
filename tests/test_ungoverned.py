"""A form that no policy governs says so itself, or is told."""

from pathlib import Path

import pytest

from tests.marked_months import FORM, months, policy
from tests.sites import run, write
from tests.small_forms import issues, read, scored_only, site

RULES = "records/policies/rules.toml"
SCHEME = "records/schemes/form.toml"
MONTHS = months({"2026-09": {"A": 80, "B": 70}, "2026-10": {"A": 80, "B": 75}})


def test_a_policy_that_was_deleted_is_missed_once_a_form(tmp_path: Path) -> None:
    files = site(FORM, MONTHS, policy())
    assert issues(files) == []
    del files[RULES]
    assert issues(files) == ["no-policy"]
    reported = run("check", at=write(files, tmp_path)).output
    assert "“考核”在 2026-09、2026-10 有记录" in reported
    assert run("check", "--strict", at=tmp_path).code == 1
    # The remedies, obeyed literally.
    files[SCHEME] = scored_only(FORM)
    assert issues(files) == []
    files[SCHEME] = FORM
    files[RULES] = policy().replace('["form"]', '["other", "form"]').replace("2026-01", "2026-09")
    assert issues(files) == ["unknown-scheme"]


def test_the_months_before_a_policy_are_named() -> None:
    late = policy().replace("2026-01", "2026-10")
    assert issues(site(FORM, MONTHS, late)) == ["no-policy"]
    assert issues(site(FORM, {"2026-10/A": MONTHS["2026-10/A"]}, late)) == []


def test_a_form_that_nobody_has_filled_in_needs_no_policy() -> None:
    other = {"records/schemes/other.toml": FORM.replace('"form"', '"other"')}
    assert issues(site(FORM, MONTHS, policy(), other)) == []


def test_a_form_that_is_scored_only_is_not_governed() -> None:
    assert issues(site(scored_only(FORM), MONTHS, policy())) == ["scored-only-governed"]
    later = policy().replace("2026-01", "2026-11")
    assert issues(site(scored_only(FORM), MONTHS, later)) == []


@pytest.mark.parametrize(
    ("broken", "expected"),
    [
        ("=", "missing-key"),
        (policy().replace('["form"]', '["frm"]'), "unknown-scheme"),
        (policy().replace('["form"]', "3"), "wrong-type"),
        (policy().replace('"2026-01"', '"2026-13"'), "wrong-type"),
    ],
)
def test_a_policy_that_cannot_be_read_is_not_called_missing(broken: str, expected: str) -> None:
    codes = issues(site(FORM, MONTHS, broken))
    assert "no-policy" not in codes and len(codes) == 1, codes


def test_a_name_of_a_form_that_cannot_be_read_may_be_any_form() -> None:
    other = {"records/schemes/other.toml": FORM.replace('"form"', '"other"')}
    broken = policy().replace('["form"]', '["other", 3]')
    assert issues(site(FORM, MONTHS, broken, other)) == ["wrong-type"]


def test_whether_a_policy_follows_changes_no_answer_to_the_marks() -> None:
    forms = [read(site(text, MONTHS))[0].schemes[0].model for text in (FORM, scored_only(FORM))]
    assert forms[0].meaning == forms[1].meaning
