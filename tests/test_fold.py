"""Outcomes are a fold over months: all at once, one by one, or from a carry that was kept, the same
results come out; and so they do person by person, from what was kept of everybody else."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from itertools import groupby

from hypothesis import given, settings
from hypothesis import strategies as some

from kpisite.check.book import Book
from kpisite.examine.cells import AFTERMATHS, PAY_ROWS
from kpisite.outcomes.aftermath import aftermath_of
from kpisite.outcomes.carry import CARRIES, NO_CARRY, NO_HISTORY
from kpisite.outcomes.placing import PLACINGS, placing_of
from kpisite.outcomes.pools import POOL_SHARES, pool_shares
from kpisite.outcomes.results import Result, finish, month_results, results
from kpisite.outcomes.standing import STANDINGS, standings
from kpisite.outcomes.summary_checks import summary_issues
from kpisite.pages.pay_rows import kept_of, pay_row_of, pay_rows
from kpisite.pages.unfold import Unfolding
from kpisite.score.card import Scorecard
from kpisite.score.scorecard import score
from tests.marked_months import AWARD, FORM, PAID, absent, months, policy, says
from tests.sites import book_of, sample_book, sample_results
from tests.small_forms import Files, site, staff

TIERS = """
[[pay]]
id = "{per}"
name = "提成"
method = "tiers"
actual = "sales"
plan = "plan"
actual-name = "实际"
plan-name = "计划"
per = "{per}"
tiers = [{{ rate = "1%" }}, {{ from = "100%", rate = "2%" }}]
"""
RULES = "".join(
    (
        AWARD + "first = true\nmonths = 2\n",
        '[[award]]\nid = "calm"\nname = "无投诉奖"\namount = 50\nmonths = 3\n',
        'none-of = ["complaint"]\n',
        '[[award]]\nid = "steady"\nname = "稳定奖"\namount = 30\nat-least = "pass"\nmonths = 2\n',
        '[[review]]\nid = "leaving"\nname = "去留评议"\ngrades = ["fail"]\nin-all = 3\n',
        '[[review]]\nid = "least"\nname = "业绩末位"\nlast-in = ["sales"]\nmonths = 2\n',
        '[[review]]\nid = "talk"\nname = "面谈"\ngrades = ["fail"]\nmonths = 2\n',
        PAID,
        TIERS.format(per="quarter"),
        TIERS.format(per="year"),
    )
)
MONTHS = [f"2026-{number:02}" for number in range(9, 13)] + ["2027-01", "2027-02"]
LEAVE = absent("leave", "2026-11-01", "2026-11-30")


@some.composite
def courses(draw: some.DrawFn) -> Files:
    """Half a year of three people across the turn of the year, with months that are missing."""
    reported: dict[str, dict[str, object]] = {}
    for month in MONTHS:
        for id in "ABC":
            mark = draw(some.sampled_from([None, 50, 59.9, 60, 80, 90, 95]))
            if mark is not None:
                events = ["complaint"] * draw(some.integers(0, 1))
                sales = draw(some.sampled_from([0, 99, 100, "1234.5"]))
                reported.setdefault(month, {})[id] = says(mark, *events, sales=sales, plan=100)
    more = {"records/staff/B.toml": staff("B") + LEAVE} if draw(some.booleans()) else {}
    return site(FORM, months(reported), policy(RULES), more)


def folded(files: Files, cuts: set[int]) -> tuple[tuple[Result, ...], tuple[Result, ...]]:
    """The results all at once, and month by month with a carry that was kept at the cuts."""
    book = book_of(files)
    cards = score(book)
    carry = NO_CARRY
    made: list[Result] = []
    for index, (_, of_month) in enumerate(groupby(cards, lambda card: card.record.model.month)):
        found, carry = month_results(book, tuple(of_month), carry)
        made += found
        if index in cuts:
            carry = CARRIES.from_bytes(CARRIES.as_bytes(carry))
    return results(book, cards), tuple(made)


@settings(max_examples=40, deadline=None)
@given(courses(), some.sets(some.integers(0, 5)))
def test_months_one_by_one_or_all_at_once_come_to_the_same(files: Files, cuts: set[int]) -> None:
    at_once, one_by_one = folded(files, cuts)
    assert one_by_one == at_once


def one_by_one(book: Book, cards: tuple[Scorecard, ...]) -> tuple[Result, ...]:
    """The results of each person by themselves, of whose colleagues there is only what was kept."""
    placings = PLACINGS.from_bytes(PLACINGS.as_bytes(tuple(placing_of(book, one) for one in cards)))
    placed = STANDINGS.from_bytes(STANDINGS.as_bytes(dict(standings(book, placings))))
    pools = POOL_SHARES.from_bytes(POOL_SHARES.as_bytes(dict(pool_shares(book, placings))))
    by_person: defaultdict[str, list[Scorecard]] = defaultdict(list)
    for card in cards:
        by_person[card.appraisee.id].append(card)
    made: dict[str, Result] = {}
    for own in by_person.values():
        history = NO_HISTORY
        for _, of_month in groupby(own, lambda card: card.record.model.month):
            several = tuple(of_month)
            paths = [one.record.path for one in several]
            found, history = finish(
                book,
                several,
                {path: placed[path] for path in paths},
                {path: pools[path] for path in paths if path in pools},
                history,
            )
            made |= {one.card.record.path: one for one in found}
    return tuple(made[card.record.path] for card in cards)


def test_the_checks_of_months_need_no_more_of_a_result_than_was_kept() -> None:
    """Here without the results of people, so that there is something to find."""
    book, made = sample_book(), sample_results()
    seen = tuple(aftermath_of(book, one) for one in made if not one.is_person)
    kept = tuple(AFTERMATHS.one.from_bytes(AFTERMATHS.one.as_bytes(one)) for one in seen)
    assert kept == seen
    found = {issue.code for issue in summary_issues(book, book.roster, kept)}
    assert found == {"closed-gone", "pay-line-unpaid", "share-unpaid"}


def test_lists_of_wages_unfold_as_the_wages_themselves_from_what_was_kept() -> None:
    paid = [one for one in sample_results() if one.wage is not None]
    made = tuple(pay_row_of(one, "zh") for one in paid)
    kept = tuple(PAY_ROWS.one.from_bytes(PAY_ROWS.one.as_bytes(one)) for one in made)
    for result, row in zip(paid, kept, strict=True):
        assert result.wage is not None
        unfolding = Unfolding(result=result, language="zh")
        assert row == kept_of(row.path, pay_rows(result.wage.parts, unfolding))
        assert row.path == result.card.record.path
        # A list leads to no rule: whose policy it would be is said on the page of each.
        there = (replace(one, place="") for one in pay_rows(result.wage.parts, unfolding))
        assert row.rows == tuple(there)
    assert any(row.work is not None for one in kept for row in one.rows)


@settings(max_examples=40, deadline=None)
@given(courses())
def test_people_one_by_one_or_all_at_once_come_to_the_same(files: Files) -> None:
    book = book_of(files)
    cards = score(book)
    assert one_by_one(book, cards) == results(book, cards)


def test_the_people_of_the_sample_company_come_to_the_same_one_by_one() -> None:
    """Among them those who share a pool, and one who was in two departments in a month."""
    assert one_by_one(sample_book(), score(sample_book())) == sample_results()


def test_the_sample_company_comes_to_the_same_from_kept_carries() -> None:
    book, carry = sample_book(), NO_CARRY
    made: list[Result] = []
    for _, of_month in groupby(score(book), lambda card: card.record.model.month):
        found, carry = month_results(book, tuple(of_month), carry)
        kept = CARRIES.as_bytes(carry)
        carry = CARRIES.from_bytes(kept)
        assert CARRIES.as_bytes(carry) == kept, "the same carry is the same bytes"
        made += found
    assert tuple(made) == sample_results()


def test_a_later_month_knows_no_more_of_an_earlier_one_than_its_carry() -> None:
    """A month whose total, grade and figures stay the same hands on the same carry."""
    reported = {"2026-10": {"A": says(80, sales=5, plan=10)}}
    noted = {"2026-10": {"A": 'notes.boss = "好"\n' + says(80, sales=5, plan=10)}}

    def carried(records: Mapping[str, Mapping[str, object]]) -> bytes:
        top = FORM.replace("raters =", 'notes = { boss = "评语" }\nraters =', 1)
        book = book_of(site(top, months(records), policy(RULES)))
        return CARRIES.as_bytes(month_results(book, score(book), NO_CARRY)[1])

    assert carried(reported) == carried(noted)
    assert carried(reported) != carried({"2026-10": {"A": says(81, sales=5, plan=10)}})
