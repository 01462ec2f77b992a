"""Calibration: who marks higher or lower than the others, who marks all alike, and oneself."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from kpisite.check.book import Book
from kpisite.outcomes import calibration
from kpisite.outcomes.brief import Brief
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
