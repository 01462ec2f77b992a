"""Calibration in words, for HR and managers."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from kpisite.check.ground import Ground
from kpisite.core.exact import HUNDRED, fixed, half_up, total
from kpisite.core.text import Language
from kpisite.outcomes.calibration import (
    AnyMarked,
    GradeShare,
    distribution,
    raters,
    self_above_superior,
)
from kpisite.words import page_words

#: A share is shown to so many places of a percent.
PLACES = 1


def calibration(book: Ground, briefs: Sequence[AnyMarked], language: Language) -> tuple[str, ...]:
    """How the raters of these scorecards mark, in sentences; nothing where too few were marked."""
    words = page_words(language)
    reported = []
    for view in raters(book, briefs):
        name = book.staff[view.rater].model.name if view.rater in book.staff else view.rater
        reported.append(
            words["calibration-rater"].format(
                name=name,
                form=view.form.say(language),
                people=view.people,
                mean=_percent(view.mean),
                low=_percent(view.low),
                high=_percent(view.high),
                leaning=words[f"leaning-{view.leaning}"] if view.leaning else "",
            )
        )
    gap = self_above_superior(briefs)
    if gap is not None:
        people, share = gap
        key = "calibration-self-above" if share >= 0 else "calibration-self-below"
        reported.append(words[key].format(people=people, gap=fixed(abs(share) * HUNDRED, 1)))
    return (*reported, *_distributions(book, briefs, language))


def _distributions(book: Ground, briefs: Sequence[AnyMarked], language: Language) -> Iterator[str]:
    """The grades of each policy apart: a grade of one says nothing about another's."""
    words = page_words(language)
    for path in sorted({brief.policy for brief in briefs}):
        policy = book.policy_at(path)
        if policy is None:
            continue
        under = [brief for brief in briefs if brief.policy == path]
        shares = distribution(policy, under)
        listed = words["list-comma"].join(
            words[
                "calibration-grade-alone" if one.suggested is None else "calibration-grade"
            ].format(
                grade=policy.grade[one.grade].name.say(language),
                people=one.people,
                share=_percent(one.share),
                suggested="" if one.suggested is None else _percent(one.suggested),
            )
            for one in shares
        )
        if listed:
            name = policy.name.say(language)
            if _shown_in_all(shares) != HUNDRED:
                listed += words["calibration-rounded"]
            yield words["calibration-grades"].format(policy=name, listed=listed)


def _shown_in_all(shares: Sequence[GradeShare]) -> Decimal:
    """What a reader comes to who adds the shares up as they are shown."""
    return total(half_up(one.share * HUNDRED, PLACES) for one in shares)


def _percent(share: Decimal) -> str:
    return fixed(share * HUNDRED, PLACES) + "%"
