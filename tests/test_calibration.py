"""Calibration: who marks higher or lower than the others, who marks all alike, and oneself."""

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest

from kpisite.check.book import Book
from kpisite.core.text import Language
from kpisite.outcomes import calibration
from kpisite.outcomes.brief import Brief
from kpisite.pages.calibration import calibration as reported_of
from tests.marked_months import FORM, policy
from tests.small_forms import in_brief, site, staff

BLENDED = FORM.replace('{ boss = "100%" }', '{ self = "shown", supervisor = "100%" }')


def marked(given: Sequence[tuple[str, object, object]]) -> tuple[Book, tuple[Brief, ...]]:
    """A month in which raters, self and superior, gave marks."""
    people = {
        f"P{index:02}": f'rated.supervisor.by = "{by}"\n'
        f"marks.care = {{ self = {own}, supervisor = {mark} }}\n"
        for index, (by, own, mark) in enumerate(given)
    }
    more = {f"records/staff/{by}.toml": staff(by, superior="") for by in {one[0] for one in given}}
    return in_brief(site(BLENDED, people, policy(), more))


def leanings(given: Sequence[tuple[str, object, object]]) -> dict[str, str]:
    return {one.rater: one.leaning for one in calibration.raters(*marked(given))}


def test_nothing_is_said_of_fewer_than_five() -> None:
    four = [("X", 90, mark) for mark in (60, 70, 80, 90)]
    assert leanings(four) == {}
    assert calibration.self_above_superior(marked(four)[1]) is None
    assert leanings([*four, ("X", 90, 75)]) == {"X": ""}, "nobody else to compare with"


def test_raters_are_held_against_all_the_others() -> None:
    low = [("X", 90, mark) for mark in (60, 65, 70, 75, 80)]  # 70 in the mean
    for away, expected in ((0, ""), (4, ""), (5, "lenient"), (-5, "strict"), (-4, "")):
        high = [("Y", 90, mark + away) for mark in (60, 65, 70, 75, 80)]
        opposite = {"lenient": "strict", "strict": "lenient", "": ""}[expected]
        assert leanings([*low, *high]) == {"X": opposite, "Y": expected}, away


def test_raters_are_held_against_those_on_the_same_form_only() -> None:
    low = [("X", 90, mark) for mark in (40, 45, 50, 55, 60)]
    high = [("Y", 90, mark) for mark in (60, 65, 70, 75, 80)]
    book, briefs = marked([*low, *high])
    assert [one.leaning for one in calibration.raters(book, briefs)] == ["strict", "lenient"]
    form = book.schemes[0]
    other = replace(form, path="other", model=form.model.model_copy(update={"id": "other"}))
    both = replace(book, schemes=(form, other))
    apart = [one if one.superior == "X" else replace(one, scheme="other") for one in briefs]
    assert [one.leaning for one in calibration.raters(both, apart)] == ["", ""]


def test_a_rater_who_marks_everybody_alike_is_told_so() -> None:
    low = [("X", 90, mark) for mark in (60, 65, 70, 75, 80)]
    assert leanings([*low, *(("Y", 90, mark) for mark in (80, 81, 82, 83, 83))])["Y"] == "alike"
    wide = leanings([*low, *(("Y", 90, mark) for mark in (80, 81, 82, 83, 83.1))])
    assert wide["Y"] == "lenient"


def test_how_far_people_mark_themselves_above_their_superior() -> None:
    # 10, 20, 30, 40 and 0 above: 20 in the mean.
    given = [("X", 60 + gap, 60) for gap in (10, 20, 30, 40, 0)]
    assert calibration.self_above_superior(marked(given)[1]) == (5, Decimal("0.2"))


GRADES = """
grade = [
  { id = "high", name = "优", from = 85, suggested = "20%" },
  { id = "fair", name = "良", from = 70 },
  { id = "low", name = "差" },
]
"""


@pytest.mark.parametrize(
    ("marks", "shown", "is_rounded"),
    [
        # 1, 4 and 1 of six: 16.666…, 66.666… and 16.666… percent, 100.1 as they are shown.
        ((90, 75, 75, 75, 75, 60), ("16.7%", "66.7%", "16.7%"), True),
        ((90, 75, 75, 75, 60), ("20.0%", "60.0%", "20.0%"), False),
        ((90, 90, 90, 75, 75, 75), ("50.0%", "50.0%", "0.0%"), False),
    ],
)
def test_shares_of_grades_add_up_or_say_that_they_are_rounded(marks, shown, is_rounded):
    rules = 'id = "rules"\nname = "办法"\nfrom = "2026-01"\nschemes = ["form"]\n' + GRADES
    people = {
        f"P{index}": f"marks.care = {{ self = 0, supervisor = {mark} }}"
        for index, mark in enumerate(marks)
    }
    book, briefs = in_brief(site(BLENDED, people, rules))
    reported: tuple[tuple[Language, str], ...] = (("zh", "四舍五入"), ("en", "rounded"))
    for language, rounded in reported:
        (grades,) = [one for one in reported_of(book, briefs, language) if "良" in one]
        assert tuple(re.findall(r"[0-9.]+%(?= |，|、|（|\(|,|\.|。|$)", grades))[:1] == shown[:1]
        assert all(share in grades for share in shown)
        assert (rounded in grades) == is_rounded
