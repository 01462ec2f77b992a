"""What in a month needs a person, in words."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup

from kpisite.check.ground import Ground
from kpisite.core.exact import ZERO, plain, signed
from kpisite.core.immutable import immutable
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


@immutable
class Call:
    """Something in a scorecard that needs a person: the key of the sentence, whose scorecard it is,
    the name that leads to it, and what is said of it besides; `change` is that of a total that
    fell.  Small and plain, so that those of a department can be kept."""

    key: str
    person: str
    one_off: str
    part: str
    name: str
    detail: str = ""
    change: Decimal = ZERO


def calls_of(
    book: Ground, briefs: Iterable[Brief], language: Language, href: Callable[[Brief], str]
) -> tuple[Call, ...]:
    """What needs a person in some scorecards; `href` is the way from the page to each."""
    phrasing = Phrasing(book, language, href)
    return tuple(
        Call(
            key=key,
            person=one.appraisee_id,
            one_off=one.one_off or "",
            part=one.part or "",
            name=str(phrasing.name(one)),
            detail=detail,
            change=change,
        )
        for one in briefs
        for key, detail, change in _said_of(book, one, phrasing)
    )


_Said = tuple[str, str, Decimal]


def _said_of(book: Ground, brief: Brief, phrasing: "Phrasing") -> Iterator[_Said]:
    """The key, the detail and the change of all that needs a person in a scorecard."""
    for due in brief.reviews:
        said = phrasing.sentence(
            "review",
            name=phrasing.name(brief),
            review=due.name.say(phrasing.language),
            months=page_words(phrasing.language)["list-comma"].join(map(str, due.months)),
        )
        yield "review", str(said), ZERO
    policy = book.policy_at(brief.policy)
    grades = () if policy is None else policy.grade
    if brief.grade is not None and len(grades) > 1 and brief.grade == len(grades) - 1:
        yield "lowest", grades[-1].name.say(phrasing.language), ZERO
    for key in brief.calls:
        yield key, "", ZERO
    if brief.awaits_answer and brief.is_closed:
        yield "unanswered-closed", "", ZERO
    elif brief.awaits_answer and brief.answer_by is None:
        yield "unanswered", "", ZERO
    elif brief.awaits_answer:
        yield "unanswered-until", str(brief.answer_by), ZERO
    if brief.change is not None and brief.change <= -NOTABLE_FALL:
        yield "fallen", signed(brief.change, brief.places), brief.change


def attention(calls: Iterable[Call], language: Language) -> tuple[Need, ...]:
    """What needs a person, a sentence each: reviews, the lowest grades, what `CALLS` lists, answers
    still to come, and great falls.  Whoever has a one-off appraisal too is counted once."""
    by_key: defaultdict[str, list[Call]] = defaultdict(list)
    for one in sorted(calls, key=lambda one: (one.person, one.one_off, one.part)):
        by_key[one.key].append(one)
    reported = (
        *(Markup(one.detail) for one in by_key["review"]),
        *_lowest(by_key["lowest"], language),
        *(_about(key, by_key[key], language) for key in CALLS if by_key[key]),
        *_unanswered(by_key, language),
        *_falls(by_key["fallen"], language),
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
        return _sentence(key, self.language, **facts)

    def name(self, brief: Brief) -> Markup:
        """The appraisee's name as a link, with the form of a one-off appraisal."""
        name = brief.appraisee.name.say(self.language)
        if brief.one_off is not None:
            name = with_form(name, self.book.scheme_at(brief.scheme).name, self.language)
        return Markup('<a href="{}">{}</a>').format(self.href(brief), name)


def _sentence(key: str, language: Language, **facts: object) -> Markup:
    return Markup(page_words(language)[f"attention-{key}"]).format(**facts)


def _about(key: str, several: Sequence[Call], language: Language, **facts: object) -> Markup:
    """The sentence about so many people, of whose scorecards the first are named, and the others
    unfold."""
    named = [Markup(one.name) for one in several]
    return _listed(key, len({one.person for one in several}), named, language, **facts)


def _listed(
    key: str, count: int, named: Sequence[Markup], language: Language, **facts: object
) -> Markup:
    """The sentence about `count`, of whom these are named."""
    words = page_words(language)
    comma = Markup(words["list-comma"])
    names, rest = comma.join(named[:MOST_NAMED]), named[MOST_NAMED:]
    if rest or len(named) < count:
        names += words["and-others"]
    said = _sentence(key, language, count=count, names=names, **facts)
    if rest:
        more = words["more-names"].format(count=len(rest))
        said += Markup("<details><summary>{}</summary>{}</details>").format(more, comma.join(rest))
    return said


def _lowest(calls: Iterable[Call], language: Language) -> Iterator[Markup]:
    """Whoever has the lowest of several grades; each policy has a name of its own for it."""
    by_grade: defaultdict[str, list[Call]] = defaultdict(list)
    for one in calls:
        by_grade[one.detail].append(one)
    for grade, several in by_grade.items():
        yield _about("lowest", several, language, grade=grade)


def _unanswered(by_key: defaultdict[str, list[Call]], language: Language) -> Iterator[Markup]:
    """How many have yet to answer: by the last day for it, then those for whom none is stated,
    then those whose month was closed without their answer."""
    by_day: defaultdict[str, list[Call]] = defaultdict(list)
    for one in by_key["unanswered-until"]:
        by_day[one.detail].append(one)
    for day, several in sorted(by_day.items()):
        yield _about("unanswered-until", several, language, day=day)
    for key in ("unanswered", "unanswered-closed"):
        if by_key[key]:
            yield _about(key, by_key[key], language)


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
    return (Need(html=_listed("still-disputed", len(several), named, language)),)


def _falls(calls: Iterable[Call], language: Language) -> Iterator[Markup]:
    """Great falls, the greatest first."""
    falls = sorted(calls, key=lambda one: one.change)
    if falls:
        named = [Markup(one.name) + f" {one.detail}" for one in falls[:MOST_NAMED]]
        yield _listed("fallen", len(falls), named, language, fall=plain(NOTABLE_FALL))
