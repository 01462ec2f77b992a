"""What in a month needs a person, in words."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from markupsafe import Markup

from kpisite.check.book import Book
from kpisite.core.exact import plain, signed
from kpisite.core.text import Language
from kpisite.outcomes.after import wants_plan
from kpisite.outcomes.results import Result
from kpisite.outcomes.still_open import (
    awaits_answer,
    has_open_appeal,
    has_open_objection,
    is_disputed,
    was_refused,
)
from kpisite.words import page_words

#: A fall by so many points from one month to the next is worth a manager's word.
NOTABLE_FALL = Decimal(5)
#: A sentence names at most so many; the lists show everybody.
MOST_NAMED = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """A sentence about what needs a person, in which each name leads to the scorecard."""

    html: Markup


def attention(
    book: Book,
    results: Iterable[Result],
    language: Language,
    href: Callable[[Result], str],
    *,
    with_reviews: bool,
) -> tuple[Need, ...]:
    """What needs a person, a sentence each: reviews, where the reader may see them, the lowest
    grades, what `CALLS` lists, answers still to come, and great falls.

    `href` is the way from the page to a scorecard.
    """
    ordered = sorted(results, key=lambda one: one.appraisee_id)
    telling = Telling(language, href)
    told = (
        *(_reviews(ordered, telling) if with_reviews else ()),
        *_lowest(ordered, telling),
        *_calls(book, ordered, telling),
        *_unanswered(book, ordered, telling),
        *_falls(ordered, telling),
    )
    return tuple(Need(html=html) for html in told)


@dataclass(frozen=True, slots=True)
class Telling:
    """In which language it is told, and how a name leads to the scorecard."""

    language: Language
    href: Callable[[Result], str]

    def sentence(self, key: str, **facts: object) -> Markup:
        """The words of that key with facts in them, which are escaped."""
        return Markup(page_words(self.language)[f"attention-{key}"]).format(**facts)

    def name(self, result: Result) -> Markup:
        """The appraisee's name as a link."""
        name = result.card.appraisee.name.say(self.language)
        return Markup('<a href="{}">{}</a>').format(self.href(result), name)

    def about(self, key: str, several: Sequence[Result], **facts: object) -> Markup:
        """The sentence about so many, of whom the first are named."""
        named = [self.name(one) for one in several[:MOST_NAMED]]
        return self.listed(key, len(several), named, **facts)

    def listed(self, key: str, count: int, named: Sequence[Markup], **facts: object) -> Markup:
        """The sentence about `count`, of whom these are named."""
        words = page_words(self.language)
        names = Markup(words["list-comma"]).join(named)
        if len(named) < count:
            names += words["and-others"]
        return self.sentence(key, count=count, names=names, **facts)


def _reviews(results: Sequence[Result], telling: Telling) -> Iterator[Markup]:
    language = telling.language
    for one in results:
        for due in one.reviews:
            yield telling.sentence(
                "review",
                name=telling.name(one),
                review=due.rule.name.say(language),
                months=page_words(language)["list-comma"].join(
                    str(standing.month) for standing in due.months
                ),
            )


def _lowest(results: Sequence[Result], telling: Telling) -> Iterator[Markup]:
    """Whoever has the lowest of several grades; each policy has a name of its own for it."""
    by_grade: dict[str, list[Result]] = {}
    for one in results:
        grades = () if one.policy is None else one.policy.model.grade
        if one.grade is not None and len(grades) > 1 and one.grade == grades[-1]:
            by_grade.setdefault(one.grade.name.say(telling.language), []).append(one)
    for grade, several in by_grade.items():
        yield telling.about("lowest", several, grade=grade)


def _calls(book: Book, results: Sequence[Result], telling: Telling) -> Iterator[Markup]:
    for key, calls in CALLS.items():
        several = [one for one in results if calls(book, one)]
        if several:
            yield telling.about(key, several)


def _unanswered(book: Book, results: Sequence[Result], telling: Telling) -> Iterator[Markup]:
    """How many have yet to answer: by the last day for it, then those for whom none is stated,
    then those whose month was closed without their answer."""
    by_day: Counter[date] = Counter()
    others: Counter[str] = Counter()
    for one in results:
        if awaits_answer(book, one):
            day = None if one.policy is None else one.policy.model.answer_by(one.month)
            if one.month in book.closed:
                others["unanswered-closed"] += 1
            elif day is None:
                others["unanswered"] += 1
            else:
                by_day[day] += 1
    for day, count in sorted(by_day.items()):
        yield telling.sentence("unanswered-until", count=count, day=day)
    for key, count in sorted(others.items()):
        yield telling.sentence(key, count=count)


def disputes_of_earlier_months(
    results: Iterable[Result], language: Language, href: Callable[[Result], str]
) -> tuple[Need, ...]:
    """Objections and appeals of months before the newest that nobody has ended, in a sentence:
    neither a new month nor the closing of their own takes them out of sight."""
    telling = Telling(language, href)
    several = [
        one
        for one in sorted(results, key=lambda one: (one.month, one.appraisee_id))
        if is_disputed(one)
    ]
    named = [telling.name(one) + f" {one.month}" for one in several[:MOST_NAMED]]
    if not several:
        return ()
    return (Need(html=telling.listed("still-disputed", len(several), named)),)


def _falls(results: Sequence[Result], telling: Telling) -> Iterator[Markup]:
    """Great falls, the greatest first."""
    falls = sorted(
        (
            (one.change, one)
            for one in results
            if one.change is not None and one.change <= -NOTABLE_FALL
        ),
        key=lambda fall: fall[0],
    )
    if falls:
        named = [
            telling.name(one) + f" {signed(change, one.card.total.places or 0)}"
            for change, one in falls[:MOST_NAMED]
        ]
        yield telling.listed("fallen", len(falls), named, fall=plain(NOTABLE_FALL))


def _is_marked_outside(_book: Book, result: Result) -> bool:
    """Whether any of its marks was given outside the policy's window."""
    window = None if result.policy is None else result.policy.model.window
    return window is not None and any(
        rated.on is not None and not window.takes(result.month, rated.on)
        for rated in result.record.rated.values()
    )


def _left_out(reason: str) -> Callable[[Book, Result], bool]:
    return lambda _book, result: result.standing.left_out == reason


#: Words of the pages, after `attention-`, and of whom they are said.
CALLS: dict[str, Callable[[Book, Result], bool]] = {
    "appeal": lambda _book, result: has_open_appeal(result),
    "contested": lambda book, result: has_open_objection(result) or was_refused(book, result),
    "plan": lambda _book, result: wants_plan(result),
    "waiting": lambda _book, result: result.card.is_provisional,
    "outside": _is_marked_outside,
    "absent": _left_out("absent"),
    "short": _left_out("short"),
    "probation": _left_out("probation"),
}
