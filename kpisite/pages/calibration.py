"""Calibration in words, for HR and managers."""

from collections.abc import Sequence
from decimal import Decimal

from kpisite.check.book import Book
from kpisite.core.exact import HUNDRED, fixed
from kpisite.core.text import Language
from kpisite.outcomes.calibration import distribution, raters, self_above_superior
from kpisite.outcomes.results import Result
from kpisite.words import page_words


def calibration(book: Book, results: Sequence[Result], language: Language) -> tuple[str, ...]:
    """How the raters of these scorecards mark, in sentences; nothing where too few were marked."""
    words = page_words(language)
    told = []
    for view in raters(results):
        name = book.staff[view.rater].model.name if view.rater in book.staff else view.rater
        told.append(
            words["calibration-rater"].format(
                name=name,
                people=view.people,
                mean=_percent(view.mean),
                low=_percent(view.low),
                high=_percent(view.high),
                leaning=words[f"leaning-{view.leaning}"] if view.leaning else "",
            )
        )
    gap = self_above_superior(results)
    if gap is not None:
        people, share = gap
        key = "calibration-self-above" if share >= 0 else "calibration-self-below"
        told.append(words[key].format(people=people, gap=fixed(abs(share) * HUNDRED, 1)))
    shares = distribution(results)
    if shares:
        policy = next(one.policy for one in results if one.policy is not None)
        listed = words["list-comma"].join(
            words["calibration-grade"].format(
                grade=policy.model.grade[one.grade].name.say(language),
                people=one.people,
                share=_percent(one.share),
                suggested="–" if one.suggested is None else _percent(one.suggested),
            )
            for one in shares
        )
        told.append(words["calibration-grades"].format(listed=listed))
    return tuple(told)


def _percent(share: Decimal) -> str:
    return fixed(share * HUNDRED, 1) + "%"
