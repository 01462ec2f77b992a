"""What a row keeps from one record to the next, it keeps under all that it rests on: a method says
by `cache_key` what that is, and here every entry of its example is changed, one at a time."""

import re
import sys
import tomllib
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any, get_args

import pytest
import tomli_w

from kpisite.check.assemble import check_record
from kpisite.check.book import Book
from kpisite.language.methods import METHODS, Indicator
from kpisite.outcomes.results import Result, results
from kpisite.pages.form_words import FormWords
from kpisite.pages.scorecard import scorecard_facts
from kpisite.pages.what_if import what_if
from kpisite.score.scorecard import Scorer
from tests.sites import book_of

sys.path.append(str(Path(__file__).parents[1] / "docs"))
DOCS = import_module("making.methods")
PATH = "records/2026-10/A01.toml"


def name_of(method: type[Indicator]) -> str:
    return str(get_args(method.model_fields["method"].annotation)[0])


def changed(data: Any, words: Collection[str]) -> Iterator[Any]:
    """`data` with one entry changed or left out, each in turn; a word becomes each of `words`."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield {one: data[one] for one in data if one != key}
            yield from ({**data, key: other} for other in changed(value, words))
    elif isinstance(data, list):
        for at, value in enumerate(data):
            yield data[:at] + data[at + 1 :]
            yield from ([*data[:at], other, *data[at + 1 :]] for other in changed(value, words))
    elif isinstance(data, int | Decimal) and not isinstance(data, bool):
        yield from (data - 1, data + 1)
    elif isinstance(data, date):
        yield data + timedelta(days=1)
    elif isinstance(data, str):
        number = re.search(r"[1-9]", data)
        if number is not None:
            yield data[: number.start()] + str(int(number[0]) - 1) + data[number.end() :]
        yield from (data + "x", *words)


def states(method: type[Indicator]) -> Iterator[Book]:
    """The site of a method's example, and then with each change of its record that is no fault."""
    files = DOCS.site_around(method, DOCS.EXAMPLES["indicator"][name_of(method)])
    yield book_of(files)
    record = tomllib.loads(files[PATH], parse_float=Decimal)
    said = {key: value for key, value in record.items() if key not in ("employee", "month")}
    who = {key: record[key] for key in ("employee", "month")}
    words = re.findall(r'id *= *"(.*?)"', files["records/schemes/form.toml"])
    for other in changed(said, words):
        try:
            yield book_of({**files, PATH: tomli_w.dumps(who | other)})
        except AssertionError:
            continue


def result(book: Book, scorer: Scorer) -> Result:
    cards = tuple(map(scorer.card, book.records))
    return next(one for one in results(book, cards) if one.card.record.path == PATH)


def scorer_of(ground: Book, book: Book) -> Scorer:
    """What scores the records of `book` on the forms of `ground`."""
    return Scorer(ground, lambda month: [one for one in book.records if one.model.month == month])


@pytest.mark.parametrize("method", METHODS, ids=name_of)
def test_a_row_is_scored_and_shown_the_same_whoever_came_before(method: type[Indicator]) -> None:
    before, *others = states(method)
    for book in others:
        used, fresh, forms = (
            scorer_of(before, book),
            scorer_of(before, book),
            dict[str, FormWords](),
        )
        one = result(before, used)
        scorecard_facts(before, one, "zh", forms)
        what_if(one, "zh")
        now, alone = result(book, used), result(book, fresh)
        assert now.card == alone.card
        assert scorecard_facts(book, now, "zh", forms) == scorecard_facts(book, alone, "zh", {})
        assert what_if(now, "zh") == what_if(alone, "zh")
    assert others or "record" not in DOCS.EXAMPLES["indicator"][name_of(method)]


@pytest.mark.parametrize("method", METHODS, ids=name_of)
def test_a_mark_that_was_sound_is_looked_at_again_where_anything_beside_it_is_other(
    method: type[Indicator],
) -> None:
    before, *others = states(method)
    for book in others:
        used, fresh = replace(before), replace(before)
        for ground, seen in ((used, (before, book)), (fresh, (book,))):
            found = [check_record(ground, one.documents.by_path[PATH]).issues for one in seen]
            if ground is used:
                again = found[-1]
        assert again == found[-1]


def test_a_method_that_reads_more_than_it_says_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """That the test above can fail: a row of bands that says less than it rests on."""
    bands = METHODS[0]
    monkeypatch.setattr(bands, "cache_key", lambda self, _: (self.id, ""))
    with pytest.raises(AssertionError):
        test_a_row_is_scored_and_shown_the_same_whoever_came_before(bands)
