"""Where each scorecard stands in its month: whether it counts, its grade, its rank."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from decimal import Decimal
from typing import Any

from kpisite.check.filed import Filed
from kpisite.check.ground import Ground
from kpisite.core.exact import compare
from kpisite.core.immutable import immutable
from kpisite.core.month import Month, Period
from kpisite.core.text import Text
from kpisite.language.components import Share
from kpisite.language.grade import Grade
from kpisite.language.policy import Policy
from kpisite.language.record import Record
from kpisite.language.serial import Serial
from kpisite.outcomes.figures import FoldValue, PolicyFigures, Surrounding
from kpisite.outcomes.groups import Groups, Place
from kpisite.outcomes.pay_of_few import PayOfFew
from kpisite.outcomes.placing import Placing
from kpisite.outcomes.quota import Group, by_quota, group_of
from kpisite.score.card import Scorecard
from kpisite.score.eligible import LeftOut

#: What most have of what few policies ask for: one for all, of whom there are many.
_NONE: Mapping[str, Any] = {}


@immutable
class Standing:
    """How a scorecard stands among those of its month.

    `grade` is the index in the policy's table.  `rank` counts from one among `ranked` people, by
    the share of their forms' full points; everybody tied has the better rank, and nobody is last
    where all are tied or there is only one.  `lowest` are the figures in which nobody of those
    ranked with it has less and somebody more, as far as a rule asks for them.
    """

    left_out: LeftOut
    grade: int | None = None
    rank: int | None = None
    ranked: int = 0
    is_last: bool = False
    lowest: tuple[str, ...] = ()
    why: tuple[Text, ...] = ()
    """Why it has its grade, where that is not the total's alone."""
    heads: int = 0
    folds: Mapping[str, FoldValue] = field(default_factory=lambda: _NONE)
    """What the figures of its policy come to over people."""
    shares: Mapping[str, Share] = field(default_factory=lambda: _NONE)
    """Its parts of what the policy splits."""
    gives_away: tuple[str, ...] = ()
    """The figures and lines of its pay in which a reader could find what another is paid."""


#: How standings by path are kept between two builds.
STANDINGS = Serial(dict[str, Standing])


@immutable
class Graded:
    """A scorecard with its standing and the policy that governs it."""

    card: Scorecard
    policy: Filed[Policy] | None
    standing: Standing
    figures: PolicyFigures | None = None
    around: Surrounding | None = None

    @property
    def record(self) -> Record:
        """The record behind the scorecard."""
        return self.card.record.model

    @property
    def month(self) -> Month:
        """The month appraised."""
        return self.record.month

    @property
    def period(self) -> Period:
        """The months that the form appraises with it."""
        return self.card.period

    @property
    def grade(self) -> Grade | None:
        """The row of the grade table."""
        if self.standing.grade is None or self.policy is None:
            return None
        return self.policy.model.grade[self.standing.grade]


def stands_apart(policy: Policy) -> bool:
    """Whether where somebody stands under a policy rests on nobody of another department."""
    compared = {policy.ranking.within, policy.quota and policy.quota.within, None}
    return compared <= {"department", None} and not (policy.figure or policy.table)


def standings(ground: Ground, placings: Iterable[Placing]) -> Mapping[str, Standing]:
    """The standing of every record of some months, by its path."""
    placings = tuple(placings)
    found: dict[str, Standing] = {}
    groups: defaultdict[Group, list[Placing]] = defaultdict(list)
    for one in placings:
        found[one.path] = Standing(left_out=one.left_out, grade=one.grade)
        group = _group_of(ground, one)
        if group is not None:
            groups[group].append(one)
    for several in groups.values():
        found.update(_ranked(several))
    for path, placed in by_quota(ground, placings).items():
        found[path] = replace(found[path], grade=placed.grade, why=(placed.why,))
    return _with_groups(ground, placings, found)


def _with_groups(
    ground: Ground, placings: Sequence[Placing], found: dict[str, Standing]
) -> Mapping[str, Standing]:
    """The standings with what the figures of their policies come to over people."""
    having = {filed.path for filed in ground.policies if filed.model.figure or filed.model.table}
    if not any(one.policy in having for one in placings):
        return found
    places = {
        path: Place(grade=one.grade, rank=one.rank, ranked=one.ranked)
        for path, one in found.items()
    }
    groups = Groups(ground, placings, places)
    of_few = PayOfFew.of(ground, groups)
    for one in placings:
        if one.policy in having and one.is_ranked:
            found[one.path] = replace(
                found[one.path],
                heads=groups.heads_of(one),
                folds=groups.folds(one),
                shares=groups.shares(one),
                gives_away=of_few.given_away(one),
            )
    return found


def _group_of(ground: Ground, placing: Placing) -> Group | None:
    """The people with whom a scorecard is ranked; None for one that is not ranked."""
    policy = ground.policy_at(placing.policy)
    if policy is None or not placing.is_ranked:
        return None
    return group_of(ground, placing, policy.ranking.within, policy)


def _ranked(several: Sequence[Placing]) -> Iterator[tuple[str, Standing]]:
    """The standings of those who are ranked together."""
    shares = [one.share_of_full for one in several]
    ordered = sorted(shares, reverse=True)
    ranks: dict[Decimal, int] = {}
    for rank, share in enumerate(ordered, 1):
        ranks.setdefault(share, rank)
    lowest = _lowest(several)
    for one, share in zip(several, shares, strict=True):
        standing = Standing(
            left_out=one.left_out,
            grade=one.grade,
            rank=ranks[share],
            ranked=len(ordered),
            is_last=len(ranks) > 1 and share == ordered[-1],
            lowest=tuple(sorted(lowest.get(one.path, ()))),
        )
        yield one.path, standing


def _lowest(several: Sequence[Placing]) -> Mapping[str, set[str]]:
    """The figures in which each of those ranked together is the lowest, by path; where all are
    equal or one is alone, nobody is."""
    lowest: defaultdict[str, set[str]] = defaultdict(set)
    for figure in {figure for one in several for figure in one.figures}:
        having = [one for one in several if figure in one.figures]
        values = [one.figures[figure] for one in having]
        if compare(min(values), max(values)) == 0:
            continue
        for one, value in zip(having, values, strict=True):
            if value == min(values):
                lowest[one.path].add(figure)
    return lowest
