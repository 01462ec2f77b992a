"""A month in two posts: how its parts count, and which department sees what."""

from decimal import Decimal
from pathlib import Path

import pytest

from kpisite.pages.afterwards import afterwards
from tests.marked_months import BY_GRADE, FORM, moved, says
from tests.sites import built, write
from tests.small_forms import found, issues, number, read, record, site
from tests.trees import trees, whole


@pytest.mark.parametrize(
    ("month", "since", "desk", "store", "expected"),
    [
        # 10 days at the desk, 21 in the store: (80 × 10 + 95 × 21) ÷ 31 = 2,795 ÷ 31 = 90.16….
        ("2026-10", "2026-10-11", 80, 95, "90.2"),
        # 15 days each: 80.05, a tie, up; and 79.95 as well.
        ("2026-09", "2026-09-16", 80, 80.1, "80.1"),
        ("2026-09", "2026-09-16", 80, 79.9, "80.0"),
        # 1 day and 30: (0 × 1 + 100 × 30) ÷ 31 = 96.77….
        ("2026-10", "2026-10-02", 0, 100, "96.8"),
    ],
)
def test_a_month_in_two_posts_counts_by_their_days(
    month: str, since: str, desk: object, store: object, expected: str
) -> None:
    results = found(moved(month, since, desk, store))
    assert results[f"{month}/A"].card.total.value == Decimal(expected)
    part = results[f"{month}/A-desk"]
    assert part.card.total.value == number(str(desk))
    assert part.standing.left_out == "part"
    assert part.standing.rank is None
    assert part.wage is None
    assert results[f"{month}/B"].standing.ranked == 1
    assert results[f"{month}/C"].standing.ranked == 2


def test_a_part_that_still_lacks_marks_makes_the_whole_month_provisional() -> None:
    files = moved("2026-10", "2026-10-11", 80, 95)
    scheme = FORM.replace('name = "考核"\n', 'name = "考核"\nmissing = "provisional"\n')
    files["records/schemes/form.toml"] = scheme
    files["records/2026-10/A@desk.toml"] = record("A", 'part = "desk"\n')
    results = found(files)
    assert results["2026-10/A"].card.is_provisional
    assert results["2026-10/A"].grade is None


def test_a_provisional_scorecard_is_not_yet_to_be_answered() -> None:
    waiting = FORM.replace('name = "考核"\n', 'name = "考核"\nmissing = "provisional"\n')
    book, (one,), _ = read(site(waiting, {"A": ""}))
    assert one.card.is_provisional
    assert afterwards(book, one, "zh").answer.said == "尚缺评分或数据，齐了以后再由本人确认"


def test_each_department_sees_its_own_part_of_a_month_and_no_pay(tmp_path: Path) -> None:
    files = moved("2026-10", "2026-10-11", "81.3", "96.7", BY_GRADE)
    output = built(write(files, tmp_path), "--no-pdf")
    held = {name: whole(tree) for name, tree in trees(output).items()}
    # (81.3 × 10 + 96.7 × 21) ÷ 31 = 91.73….
    old, new = held["managers/desk"], held["managers/store"]
    assert "81.3" in old
    assert "96.7" not in old
    assert "91.7" not in old
    assert "96.7" in new
    assert "91.7" in new
    assert "1,800.55" not in old + new
    assert "1,800.55" in held["employees/A"]


def test_a_new_manager_reads_the_former_total_and_nothing_that_it_was_made_of(
    tmp_path: Path,
) -> None:
    files = moved("2026-10", "2026-10-11", "81.3", "96.7")
    files["records/2026-10/A@desk.toml"] += (
        '[[event]]\nrule = "late"\ndate = 2026-10-08\nreason = "睡过头"\nsource = "门禁"\n'
        '[notes]\nboss = "原部门评语"\n'
    )
    output = built(write(files, tmp_path), "--no-pdf")
    held = {name: whole(tree) for name, tree in trees(output).items()}
    for said in ("睡过头", "门禁", "原部门评语", "2026-10-08"):
        assert said in held["managers/desk"]
        assert said not in held["managers/store"], said
    assert "80.3" in held["managers/store"], "81.3 less the late arrival, which explains the total"


def test_a_part_is_of_a_department_that_was_left_within_the_month() -> None:
    files = moved("2026-10", "2026-10-11", 80, 95)
    assert issues(files) == []
    twice = {"records/2026-10/A@store.toml": record("A", 'part = "store"\n' + says(50))}
    assert issues(files | twice) == ["part-is-last"]
    alone = {path: text for path, text in files.items() if path != "records/2026-10/A.toml"}
    assert issues(alone) == ["part-alone"]
    never = {"records/2026-10/B@store.toml": record("B", 'part = "store"\n' + says(50))}
    assert issues(files | never) == ["part-not-held"]
    team = {"records/2026-10/desk.toml": record("desk", 'part = "desk"\n', key="department")}
    assert "part-not-held" in issues(files | team)
