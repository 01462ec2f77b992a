"""What in a month needs a person, in words."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal

from kpisite.check.book import Book
from kpisite.core.exact import plain, signed
from kpisite.core.text import Language
from kpisite.outcomes.after import answers, wants_plan
from kpisite.outcomes.results import Result
from kpisite.words import page_words

#: A fall by so many points from one month to the next is worth a manager's word.
NOTABLE_FALL = Decimal(5)
#: A sentence names at most so many; the lists show everybody.
MOST_NAMED = 8


def attention(
    book: Book, results: Iterable[Result], language: Language, *, with_reviews: bool
) -> tuple[str, ...]:
    """What needs a person, a sentence each: reviews, where the reader may see them, the lowest
    grades, what `CALLS` lists, answers still to come, and great falls."""
    ordered = sorted(results, key=lambda one: one.appraisee_id)
    return (
        *(_reviews(ordered, language) if with_reviews else ()),
        *_lowest(ordered, language),
        *_calls(book, ordered, language),
        *_unanswered(book, ordered, language),
        *_falls(ordered, language),
    )


def _reviews(results: Sequence[Result], language: Language) -> Iterator[str]:
    words = page_words(language)
    for one in results:
        for due in one.reviews:
            yield words["attention-review"].format(
                name=_name(one, language),
                review=due.rule.name.say(language),
                months=words["list-comma"].join(str(standing.month) for standing in due.months),
            )


def _lowest(results: Sequence[Result], language: Language) -> Iterator[str]:
    """Whoever has the lowest of several grades; each policy has a name of its own for it."""
    by_grade: dict[str, list[Result]] = {}
    for one in results:
        grades = () if one.policy is None else one.policy.model.grade
        if one.grade is not None and len(grades) > 1 and one.grade == grades[-1]:
            by_grade.setdefault(one.grade.name.say(language), []).append(one)
    for grade, several in by_grade.items():
        yield _told("attention-lowest", several, language, grade=grade)


def _calls(book: Book, results: Sequence[Result], language: Language) -> Iterator[str]:
    for key, calls in CALLS.items():
        several = [one for one in results if calls(book, one)]
        if several:
            yield _told(f"attention-{key}", several, language)


def _unanswered(book: Book, results: Sequence[Result], language: Language) -> Iterator[str]:
    """How many have yet to answer, by the last day for it, where anybody has answered."""
    by_day: defaultdict[date, list[bool]] = defaultdict(list)
    for one in results:
        day = None if one.policy is None else one.policy.model.answer_by(one.month)
        if day is not None and one.is_person and one.record.part is None:
            by_day[day].append(answers(book, one))
    for day, answered in sorted(by_day.items()):
        if any(answered) and not all(answered):
            told = page_words(language)["attention-unanswered"]
            yield told.format(count=answered.count(False), day=day)


def _falls(results: Sequence[Result], language: Language) -> Iterator[str]:
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
        names = [
            f"{_name(one, language)} {signed(change, one.card.total.places or 0)}"
            for change, one in falls
        ]
        yield _listed("attention-fallen", names, language, fall=plain(NOTABLE_FALL))


def _told(key: str, several: Sequence[Result], language: Language, **more: str) -> str:
    return _listed(key, [_name(one, language) for one in several], language, **more)


def _listed(key: str, names: Sequence[str], language: Language, **more: str) -> str:
    """The sentence about so many, of whom the first are named."""
    words = page_words(language)
    named = words["list-comma"].join(names[:MOST_NAMED])
    if len(names) > MOST_NAMED:
        named += words["and-others"]
    return words[key].format(count=len(names), names=named, **more)


def _name(result: Result, language: Language) -> str:
    return result.card.appraisee.name.say(language)


def _is_marked_outside(_book: Book, result: Result) -> bool:
    """Whether any of its marks was given outside the policy's window."""
    window = None if result.policy is None else result.policy.model.window
    return window is not None and any(
        rated.on is not None and not window.takes(result.month, rated.on)
        for rated in result.record.rated.values()
    )


def _has_open_appeal(_book: Book, result: Result) -> bool:
    return any(appeal.ruling is None for appeal in result.record.appeal)


def _is_contested(book: Book, result: Result) -> bool:
    """Whether what the scorecard says now was objected to or refused."""
    answer = result.record.answer
    return answer is not None and answer.state in ("objected", "refused") and answers(book, result)


def _left_out(reason: str) -> Callable[[Book, Result], bool]:
    return lambda _book, result: result.standing.left_out == reason


#: Words of the pages, after `attention-`, and of whom they are said.
CALLS: dict[str, Callable[[Book, Result], bool]] = {
    "appeal": _has_open_appeal,
    "contested": _is_contested,
    "plan": lambda _book, result: wants_plan(result),
    "waiting": lambda _book, result: result.card.is_provisional,
    "outside": _is_marked_outside,
    "absent": _left_out("absent"),
    "short": _left_out("short"),
    "probation": _left_out("probation"),
}
