"""What in a month needs a person, in words."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from markupsafe import Markup

from kpisite.check.ground import Ground
from kpisite.core.exact import plain, signed
from kpisite.core.text import Language
from kpisite.outcomes.brief import CALLS, Brief
from kpisite.words import page_words, with_form

#: A fall by so many points from one month to the next is worth a manager's word.
NOTABLE_FALL = Decimal(5)
#: A sentence names at most so many; the others unfold beneath it.
MOST_NAMED = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """A sentence about what needs a person, in which each name leads to the scorecard."""

    html: Markup


def attention(
    book: Ground,
    briefs: Iterable[Brief],
    language: Language,
    href: Callable[[Brief], str],
) -> tuple[Need, ...]:
    """What needs a person, a sentence each: reviews, the lowest grades, what `CALLS` lists, answers
    still to come, and great falls.  Whoever has a one-off appraisal too is counted once.

    `href` is the way from the page to a scorecard.
    """
    ordered = sorted(briefs, key=lambda one: (one.appraisee_id, one.one_off or ""))
    phrasing = Phrasing(book, language, href)
    reported = (
        *_reviews(ordered, phrasing),
        *_lowest(book, ordered, phrasing),
        *_calls(ordered, phrasing),
        *_unanswered(ordered, phrasing),
        *_falls(ordered, phrasing),
    )
    return tuple(Need(html=html) for html in reported)


@dataclass(frozen=True, slots=True)
class Phrasing:
    """In which language it is told, and how a name leads to the scorecard."""

    book: Ground
    language: Language
    href: Callable[[Brief], str]

    def sentence(self, key: str, **facts: object) -> Markup:
        """The words of that key with facts in them, which are escaped."""
        return Markup(page_words(self.language)[f"attention-{key}"]).format(**facts)

    def name(self, brief: Brief) -> Markup:
        """The appraisee's name as a link, with the form of a one-off appraisal."""
        name = brief.appraisee.name.say(self.language)
        if brief.one_off is not None:
            name = with_form(name, self.book.scheme_at(brief.scheme).name, self.language)
        return Markup('<a href="{}">{}</a>').format(self.href(brief), name)

    def about(self, key: str, several: Sequence[Brief], **facts: object) -> Markup:
        """The sentence about so many people, of whose scorecards the first are named, and the
        others unfold."""
        named = [self.name(one) for one in several]
        return self.listed(key, len({one.appraisee_id for one in several}), named, **facts)

    def listed(self, key: str, count: int, named: Sequence[Markup], **facts: object) -> Markup:
        """The sentence about `count`, of whom these are named."""
        words = page_words(self.language)
        comma = Markup(words["list-comma"])
        names, rest = comma.join(named[:MOST_NAMED]), named[MOST_NAMED:]
        if rest or len(named) < count:
            names += words["and-others"]
        said = self.sentence(key, count=count, names=names, **facts)
        if rest:
            more = words["more-names"].format(count=len(rest))
            said += Markup("<details><summary>{}</summary>{}</details>").format(
                more, comma.join(rest)
            )
        return said


def _reviews(briefs: Sequence[Brief], phrasing: Phrasing) -> Iterator[Markup]:
    language = phrasing.language
    for one in briefs:
        for due in one.reviews:
            yield phrasing.sentence(
                "review",
                name=phrasing.name(one),
                review=due.name.say(language),
                months=page_words(language)["list-comma"].join(str(month) for month in due.months),
            )


def _lowest(book: Ground, briefs: Sequence[Brief], phrasing: Phrasing) -> Iterator[Markup]:
    """Whoever has the lowest of several grades; each policy has a name of its own for it."""
    by_grade: dict[str, list[Brief]] = {}
    for one in briefs:
        policy = book.policy_at(one.policy)
        grades = () if policy is None else policy.grade
        if one.grade is not None and len(grades) > 1 and one.grade == len(grades) - 1:
            by_grade.setdefault(grades[-1].name.say(phrasing.language), []).append(one)
    for grade, several in by_grade.items():
        yield phrasing.about("lowest", several, grade=grade)


def _calls(briefs: Sequence[Brief], phrasing: Phrasing) -> Iterator[Markup]:
    for key in CALLS:
        several = [one for one in briefs if key in one.calls]
        if several:
            yield phrasing.about(key, several)


def _unanswered(briefs: Sequence[Brief], phrasing: Phrasing) -> Iterator[Markup]:
    """How many have yet to answer: by the last day for it, then those for whom none is stated,
    then those whose month was closed without their answer."""
    by_day: defaultdict[date, list[Brief]] = defaultdict(list)
    others: defaultdict[str, list[Brief]] = defaultdict(list)
    for one in briefs:
        if one.awaits_answer and one.is_closed:
            others["unanswered-closed"].append(one)
        elif one.awaits_answer and one.answer_by is None:
            others["unanswered"].append(one)
        elif one.awaits_answer and one.answer_by is not None:
            by_day[one.answer_by].append(one)
    for day, several in sorted(by_day.items()):
        yield phrasing.about("unanswered-until", several, day=day)
    for key, several in sorted(others.items()):
        yield phrasing.about(key, several)


def disputes_of_earlier_months(
    book: Ground, briefs: Iterable[Brief], language: Language, href: Callable[[Brief], str]
) -> tuple[Need, ...]:
    """Objections and appeals of months before the newest that nobody has ended, in a sentence:
    neither a new month nor the closing of their own takes them out of sight."""
    phrasing = Phrasing(book, language, href)
    several = [
        one
        for one in sorted(briefs, key=lambda one: (one.month, one.appraisee_id))
        if one.is_disputed
    ]
    named = [phrasing.name(one) + f" {one.month}" for one in several[:MOST_NAMED]]
    if not several:
        return ()
    return (Need(html=phrasing.listed("still-disputed", len(several), named)),)


def _falls(briefs: Sequence[Brief], phrasing: Phrasing) -> Iterator[Markup]:
    """Great falls, the greatest first."""
    falls = sorted(
        (
            (one.change, one)
            for one in briefs
            if one.change is not None and one.change <= -NOTABLE_FALL
        ),
        key=lambda fall: fall[0],
    )
    if falls:
        named = [
            phrasing.name(one) + f" {signed(change, one.places)}"
            for change, one in falls[:MOST_NAMED]
        ]
        yield phrasing.listed("fallen", len(falls), named, fall=plain(NOTABLE_FALL))
