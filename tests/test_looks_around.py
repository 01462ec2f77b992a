"""A scorecard rests on its own record, and on others of the month only where its form says so."""

from collections.abc import Sequence
from functools import cache

import pytest

from kpisite.check.book import Book
from kpisite.check.filed import Filed
from kpisite.core.month import Month
from kpisite.language.methods import METHODS, Indicator
from kpisite.language.record import Record
from kpisite.score.card import Scorecard
from kpisite.score.scorecard import Scorer, looks_around, score
from tests.marked_months import FORM, moved, policy, says
from tests.random_records import forms_of, random_book
from tests.sites import ROOT, book_of, sample_book
from tests.small_forms import form, site

RANKED = """
[[part.indicator]]
id = "sales"
name = "业绩"
method = "rank"
metric = "sales"
"""


def none_around(month: Month) -> Sequence[Filed[Record]]:
    raise AssertionError(f"asked for the records of {month}")


@cache
def alone() -> list[tuple[Book, Scorecard]]:
    """Scorecards that rest on no other record: of the company, and of random records."""
    folder = ROOT / "samples/forms"
    more = {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in folder.rglob("*.toml")
    }
    books = (sample_book(), book_of(more), random_book(forms_of(ROOT), count=200, seed=7))
    return [
        (book, card)
        for book in books
        for card in score(book)
        if not looks_around(book, card.record.model)
    ]


@pytest.mark.parametrize(
    "method", [one for one in METHODS if not one.looks_at], ids=lambda one: one.__name__
)
def test_a_method_that_looks_nowhere_gives_the_same_without_any_other_record(
    method: type[Indicator],
) -> None:
    found = [
        (book, card)
        for book, card in alone()
        if any(type(one) is method for one in card.scheme.model.indicators.values())
    ]
    assert found, "a form with the method that looks nowhere"
    for book, card in found[:20]:
        assert Scorer(book, none_around).card(card.record) == card


def test_the_methods_that_look_around_say_at_what() -> None:
    looking = {one.__name__: set(one.looks_at) for one in METHODS if one.looks_at}
    assert looking == {
        "Rank": {"records"},
        "DepartmentScore": {"department"},
        "DepartmentAverage": {"average"},
    }


def first_record(files: dict[str, str]) -> tuple[Filed[Record], Book]:
    book = book_of(files)
    return book.records[0], book


def test_a_form_with_a_liability_looks_at_the_records_of_those_who_report() -> None:
    liable = FORM + '\n[[liability]]\nid = "led"\nname = "连带"\nevent = "complaint"\npoints = 1\n'
    filed, book = first_record(site(liable, {"A": says(80)}, policy()))
    assert looks_around(book, filed.model)
    filed, book = first_record(site(FORM, {"A": says(80)}, policy()))
    assert not looks_around(book, filed.model)


def test_a_form_with_a_rank_looks_at_the_others_that_are_ranked() -> None:
    figures = {"A": "[metrics]\nsales = 5", "B": "[metrics]\nsales = 4"}
    filed, book = first_record(site(form(RANKED), figures))
    assert looks_around(book, filed.model)
    with pytest.raises(AssertionError, match="asked for the records of 2026-10"):
        Scorer(book, none_around).card(filed)


def test_whoever_moved_within_the_month_looks_at_the_part_before() -> None:
    book = book_of(moved("2026-10", "2026-10-16", 60, 90))
    asked = {filed.path for filed in book.records if looks_around(book, filed.model)}
    assert asked == {"records/2026-10/A.toml"}, "neither the part itself nor those who stayed"
