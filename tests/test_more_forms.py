"""Forms that others have published (`samples/forms`): every figure worked by hand, and what a slip
in one comes to."""

from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from kpisite.core.working import Working
from kpisite.outcomes.results import Result
from tests.sites import built, write
from tests.small_forms import found, issues, number, row
from tests.trees import words_of

SAMPLES = Path(__file__).parents[1] / "samples/forms"


@cache
def files() -> dict[str, str]:
    """The sample site as it stands in the repository."""
    return {
        path.relative_to(SAMPLES).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(SAMPLES.rglob("*.toml"))
    }


@cache
def results() -> dict[str, Result]:
    """Everybody's result, by `MONTH/person`."""
    return found(files())


def total(id: str) -> Working:
    """The total of somebody in October."""
    return results()[f"2026-10/{id}"].card.total


def with_edit(path: str, *edits: tuple[str, str]) -> dict[str, str]:
    """The site with passages of a file replaced, each of which stands there."""
    text = files()[path]
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    return files() | {path: text}


def record(id: str) -> str:
    """The path of somebody's record of October."""
    return f"records/2026-10/{id}.toml"


def scheme(id: str) -> str:
    """The path of a form."""
    return f"records/schemes/{id}.toml"


@pytest.mark.parametrize(
    ("id", "expected"),
    [
        ("T01", "127.360"),  # G05: 64 + 64 × 0.9 × 1.1
        ("T02", "91.456"),  # 36 × 1.2 × 0.9 × 1.2 + 32 × (1.2 + 0.1 × 2)
        ("B01", "90.40"),  # G06: 9334 ÷ 105 + 1.5
        ("A01", "75.00"),  # G10: 30 of 40
        ("A02", "49.99"),  # 31 of 40, and 2 of 6
        ("A03", "49.99"),  # 30 of 40, and 38% in part two
        ("O01", "1.45"),  # G12: 0.75 + 0.70
        ("O02", "0.00"),  # worse than the baseline
        ("P01", "87.6"),  # G13: 44 + 26.625 + 17
    ],
)
def test_the_total_is_what_a_clerk_comes_to(id: str, expected: str) -> None:
    assert total(id).shown == expected


@pytest.mark.parametrize(
    ("id", "figure", "calculation"),
    [
        ("T01", "points-2", "63.36 × 1 = 63.36"),
        ("T02", "by-size-2", "105 > 80 → 1.2 + 0.1 × ((105 − 80) ÷ 20 = 1.25 → 2) = 1.4"),
        ("T02", "fewer-1", "2 > 1, 0 ≤ 0 → 1.2"),
        ("T02", "workload", "46.656 + 44.8 = 91.456"),
        ("A02", "lowest-section", "33.333333…% < 71.428571…% < 95% → 33.333333…%"),
        ("O01", "score-2", "(6 − 8) ÷ (5 − 8) = 0.666666…"),
        ("O01", "objective", "(0.769230… + 0.666666… + 0.8) ÷ 3 = 0.745299… ≈ 0.75"),
        ("O02", "score-1", "(30 − 32) ÷ (45 − 32) = −0.153846… < 0 → 0"),
    ],
)
def test_every_figure_says_how_it_came(id: str, figure: str, calculation: str) -> None:
    assert row(total(id), figure).calculation == calculation


def test_the_ballot_is_exact_until_it_is_rounded() -> None:
    votes = row(total("B01"), "votes")
    assert abs(votes.value * 105 - 9334) < Decimal("1e-40")


@pytest.mark.parametrize(("id", "grade"), [("A01", "pass"), ("A02", "fail"), ("A03", "fail")])
def test_the_worse_of_two_parts_counts(id: str, grade: str) -> None:
    result = results()[f"2026-10/{id}"]
    assert result.grade is not None and result.grade.id == grade


def test_the_page_says_by_which_gate_the_total_is_set(tmp_path: Path) -> None:
    output = built(write(files(), tmp_path), "--no-pdf", "--employee=A02")
    page = words_of((output / "employees/A02/2026-10.html").read_text(encoding="utf-8"))
    assert "总分由下列事项所定：有章节不到 40%：最低的章节 33.333333…% < 40%。" in page
    assert "已是最高等级" not in page


def test_an_audit_fails_by_a_critical_no_and_is_marginal_below_three_quarters() -> None:
    edited = found(with_edit(record("A01"), ("critical-no = 0", "critical-no = 1")))
    grade = edited["2026-10/A01"].grade
    assert grade is not None and grade.id == "fail"
    gates = [one.label.say("zh") for one in edited["2026-10/A01"].card.total.parts]
    assert gates[0] == "关键项不符合：关键项不符合 1 ≥ 1"
    edited = found(with_edit(record("A01"), ("yes   = 13", "yes   = 12")))
    grade = edited["2026-10/A01"].grade
    assert (grade and grade.id, edited["2026-10/A01"].card.total.value) == (
        "marginal",
        number("72.50"),
    )


def test_a_body_without_a_valid_vote_is_no_zero() -> None:
    empty = with_edit(
        record("B01"),
        ("panel = { 100 = 2, 60 = 1 }", "panel = { 100 = 0 }"),
        ("panel = { 80 = 3 }", "panel = { 80 = 0 }"),
        ("panel = { 100 = 2, 60 = 1 }", "panel = { 100 = 0 }"),
    )
    # Superior 94 at a third, staff 90.571428… at two thirds, and 1.5.
    assert found(empty)["2026-10/B01"].card.total.value == number("93.21")


def test_a_target_that_equals_the_baseline_is_a_fault() -> None:
    assert issues(with_edit(record("O02"), ("target   = 45", "target   = 32"))) == [
        "figure-divisor-zero"
    ]


def test_among_five_the_highest_and_lowest_of_peers_are_dropped() -> None:
    five = with_edit(
        record("P01"),
        ("{ a = 96, b = 92, c = 90, d = 88, e = 85, f = 70 }",
         "{ a = 90, b = 90, c = 90, d = 90, e = 60 }"),
    )  # fmt: skip
    peers = next(
        one for one in found(five)["2026-10/P01"].card.total.walk() if one.rater == "peers"
    )
    assert peers.value == 90


@pytest.mark.parametrize(
    ("path", "old", "new", "code"),
    [
        (record("T01"), 'kind  = "重复课"', 'kind  = "重复"', "unknown-choice"),
        (record("T01"), "size  = 55\n", "", "column-missing"),
        (record("T01"), "courses = 1", "courses = 0", "figure-out-of-range"),
        (record("A01"), '"41%"', "41", "figure-percent"),
        (record("B01"), "staff = { 100 = 3,", "staff = { 90 = 3,", "mark-no-level"),
        (record("B01"), "60 = 1 }, panel", "60 = 0.5 }, panel", "votes-count"),
        (scheme("g05-workload"), "hours × by-kind", "hour × by-kind", "unknown-figure"),
        (scheme("g12-okr"), "(target - baseline)", "(target-baseline)", "formula-minus"),
    ],
)  # fmt: skip
def test_a_slip_is_reported_for_what_it_is(path: str, old: str, new: str, code: str) -> None:
    assert set(issues(with_edit(path, (old, new)))) == {code}
