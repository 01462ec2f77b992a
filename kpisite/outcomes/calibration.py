"""How raters mark against one another, and self against superior: advice, and never a force.

Nothing is said of groups so small that a mean would name a person.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from kpisite.check.ground import Ground
from kpisite.core.exact import CONTEXT, difference, quotient, total
from kpisite.core.immutable import immutable
from kpisite.core.text import Text
from kpisite.language.policy import Policy
from kpisite.outcomes.brief import Brief

#: The fewest people of whom a mean is shown.
FEWEST = 5
#: So far from the others' mean is lenient or strict, as a share of the points.
FAR = Decimal("0.05")
#: The raters who are held against one another.
COMPARED = ("self", "supervisor")
#: Within so little from the lowest to the highest, everybody was marked alike.
ALIKE = Decimal("0.03")

Leaning = Literal["", "lenient", "strict", "alike"]


@immutable
class Marked:
    """What calibration asks of a scorecard, in small: of it and of its brief, it asks the same."""

    scheme: str
    policy: str
    is_person: bool
    grade: int | None
    superior: str | None
    shares: dict[str, Decimal]

    @classmethod
    def of(cls, brief: Brief) -> "Marked":
        """That of a scorecard."""
        return cls(
            scheme=brief.scheme,
            policy=brief.policy,
            is_person=brief.is_person,
            grade=brief.grade,
            superior=brief.superior,
            shares={who: brief.shares[who] for who in COMPARED if who in brief.shares},
        )


AnyMarked = Brief | Marked
"""A scorecard in as much as calibration asks of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RaterView:
    """One rater's marks of people on a form, as shares of the points: the mean, the lowest, the
    highest."""

    rater: str
    form: Text
    people: int
    mean: Decimal
    low: Decimal
    high: Decimal
    leaning: Leaning


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeShare:
    """How many have a grade, as a share, and what the policy suggests."""

    grade: int
    people: int
    share: Decimal
    suggested: Decimal | None


def raters(ground: Ground, briefs: Iterable[AnyMarked]) -> list[RaterView]:
    """How every superior who marked at least `FEWEST` people on a form did so, against the mean of
    all the others on the same form; what forms have in common is only their scale."""
    by_scheme: defaultdict[str, defaultdict[str, list[Decimal]]]
    by_scheme = defaultdict(lambda: defaultdict(list))
    names: dict[str, Text] = {}
    for brief in briefs:
        scheme, share = ground.scheme_at(brief.scheme), brief.shares.get("supervisor")
        if brief.superior is not None and share is not None and brief.is_person:
            by_scheme[scheme.id][brief.superior].append(share)
            names[scheme.id] = scheme.name
    return [
        view
        for form, by_rater in sorted(by_scheme.items())
        for view in _views(names[form], by_rater)
    ]


def _views(form: Text, by_rater: Mapping[str, Sequence[Decimal]]) -> Iterator[RaterView]:
    """How each rater marked on a form; what all gave is added up once, for there may be many."""
    everybody = total(share for given in by_rater.values() for share in given)
    people = sum(map(len, by_rater.values()))
    for who, given in sorted(by_rater.items()):
        if len(given) >= FEWEST:
            others = difference(everybody, total(given)), people - len(given)
            yield _view(who, form, given, others)


def _view(who: str, form: Text, given: Sequence[Decimal], others: tuple[Decimal, int]) -> RaterView:
    return RaterView(
        rater=who,
        form=form,
        people=len(given),
        mean=_mean(given),
        low=min(given),
        high=max(given),
        leaning=_leaning(given, others),
    )


def _leaning(own: Sequence[Decimal], others: tuple[Decimal, int]) -> Leaning:
    """Which way somebody leans from the others, of whom there are the sum and the number."""
    if max(own) - min(own) <= ALIKE:
        return "alike"
    added, count = others
    if count < FEWEST:
        return ""
    away = _mean(own) - CONTEXT.divide(added, Decimal(count))
    return "lenient" if away >= FAR else "strict" if away <= -FAR else ""


def self_above_superior(briefs: Iterable[AnyMarked]) -> tuple[int, Decimal] | None:
    """By how much people mark themselves above their superior in the mean, as a share; None for
    too few."""
    gaps = [
        shares["self"] - shares["supervisor"]
        for shares in (brief.shares for brief in briefs)
        if "self" in shares and "supervisor" in shares
    ]
    return (len(gaps), _mean(gaps)) if len(gaps) >= FEWEST else None


def distribution(policy: Policy, briefs: Iterable[AnyMarked]) -> list[GradeShare]:
    """The grades of people under a policy beside what it suggests; nothing for too few, or where it
    suggests nothing."""
    graded = [one for one in briefs if one.grade is not None and one.is_person]
    grades = policy.grade
    if len(graded) < FEWEST or all(grade.suggested is None for grade in grades):
        return []
    counts = [sum(one.grade == index for one in graded) for index in range(len(grades))]
    return [
        GradeShare(
            grade=index,
            people=counts[index],
            share=quotient(Decimal(counts[index]), Decimal(len(graded))),
            suggested=grade.suggested,
        )
        for index, grade in enumerate(grades)
    ]


def _mean(values: Sequence[Decimal]) -> Decimal:
    return CONTEXT.divide(total(values), Decimal(len(values)))
