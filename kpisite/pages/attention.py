"""What in a month needs a person, in words."""

from collections.abc import Iterable
from decimal import Decimal

from kpisite.core.exact import plain, signed
from kpisite.core.text import Language
from kpisite.outcomes.results import Result
from kpisite.words import page_words

#: A fall by so many points from one month to the next is worth a manager's word.
NOTABLE_FALL = Decimal(5)


def attention(
    results: Iterable[Result], language: Language, *, with_reviews: bool
) -> tuple[str, ...]:
    """What needs a person, in words: reviews, where the reader may see them, the lowest grade,
    great falls, marks still missing, and who was left out of grades and ranking."""
    words = page_words(language)
    ordered = sorted(results, key=lambda one: one.appraisee_id)
    told = []
    if with_reviews:
        told += [
            words["attention-review"].format(
                name=_name(one, language),
                review=due.rule.name.say(language),
                months=words["list-comma"].join(str(standing.month) for standing in due.months),
            )
            for one in ordered
            for due in one.reviews
        ]
    groups = {
        "attention-lowest": [
            one
            for one in ordered
            if one.policy
            and len(one.policy.model.grade) > 1
            and one.grade == one.policy.model.grade[-1]
        ],
        "attention-waiting": [one for one in ordered if one.card.is_provisional],
        "attention-outside": [one for one in ordered if _is_marked_outside(one)],
        **{
            f"attention-{reason}": [one for one in ordered if one.standing.left_out == reason]
            for reason in ("absent", "short", "probation")
        },
    }
    for key, several in groups.items():
        if several:
            names = words["list-comma"].join(_name(one, language) for one in several)
            grade = several[0].grade
            name = "" if grade is None else grade.name.say(language)
            told.append(words[key].format(count=len(several), names=names, grade=name))
    falls = [
        (one, one.change)
        for one in ordered
        if one.change is not None and one.change <= -NOTABLE_FALL
    ]
    if falls:
        names = words["list-comma"].join(
            f"{_name(one, language)} {signed(change, one.card.total.places or 0)}"
            for one, change in falls
        )
        fall = plain(NOTABLE_FALL)
        told.append(words["attention-fallen"].format(count=len(falls), names=names, fall=fall))
    return tuple(told)


def _is_marked_outside(result: Result) -> bool:
    """Whether any of its marks was given outside the policy's window."""
    window = None if result.policy is None else result.policy.model.window
    return window is not None and any(
        rated.on is not None and not window.takes(result.month, rated.on)
        for rated in result.record.rated.values()
    )


def _name(result: Result, language: Language) -> str:
    return result.card.appraisee.name.say(language)
