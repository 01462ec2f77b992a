"""What a scorecard is to the outcomes of others: all that ranks and pools of its month rest on.

A placing is small and plain, so that it can be kept between two builds: where one month's placings
are the same, so are everybody's ranks and shares of pools.
"""

from collections.abc import Mapping
from dataclasses import field
from decimal import Decimal

from kpisite.check.filed import Filed
from kpisite.check.ground import Ground
from kpisite.core.address import Qualified
from kpisite.core.exact import ZERO, quotient, settle
from kpisite.core.immutable import immutable
from kpisite.core.month import Month, Per
from kpisite.core.text import Text
from kpisite.language.policy import Policy
from kpisite.language.serial import Serial
from kpisite.outcomes.figures import PolicyFigures, Surrounding
from kpisite.outcomes.moved import points_moved
from kpisite.score.card import Appraisee, Scorecard
from kpisite.score.eligible import LeftOut, left_out_of


@immutable
class Placing(Qualified):
    """A scorecard's total and grade, and what it is ranked and shares a pool by.

    `scheme` and `policy` are the paths of the versions that hold; without a policy it is empty.
    `figures` are those in which a rule of the policy asks for the lowest, and `points_off` what its
    rows take off where the policy has a pool.
    """

    path: str
    appraisee: str
    is_person: bool
    department: str
    title: Text
    month: Month
    per: Per
    part: str | None
    one_off: str | None
    scheme: str
    policy: str
    total: Decimal
    most: Decimal
    is_provisional: bool
    left_out: LeftOut
    grade: int | None
    figures: Mapping[str, Decimal]
    points_off: Decimal
    superior: str | None = None
    values: Mapping[str, Decimal] = field(default_factory=dict)
    """What the record gives of that which figures over people rest on."""

    @property
    def share_of_full(self) -> Decimal:
        """The total as a share of its form's full points, by which people are ranked: two
        colleagues may fill in forms of different points."""
        return settle(quotient(self.total, self.most))

    @property
    def is_ranked(self) -> bool:
        """Whether it counts among people at all; a one-off appraisal is of one alone."""
        return self.is_person and not self.left_out and self.one_off is None


#: How placings are kept between two builds.
PLACINGS = Serial(tuple[Placing, ...])


def placing_of(ground: Ground, card: Scorecard) -> Placing:
    """What the scorecard is to others; it rests on nobody else's."""
    record, appraisee, scheme = card.record.model, card.appraisee, card.scheme
    policy = ground.policy(scheme.model.id, record.month)
    left_out = left_out_of(ground, card, None if policy is None else policy.model)
    is_graded = policy is not None and not left_out
    has_pool = policy is not None and policy.model.pool is not None and appraisee.is_person
    compared = frozenset[str]() if policy is None else _compared(ground, policy.model.id)
    assert card.total.most is not None, "every total has its full points"
    return Placing(
        path=card.record.path,
        appraisee=appraisee.id,
        is_person=appraisee.is_person,
        department=appraisee.department,
        title=appraisee.title,
        month=record.month,
        per=scheme.model.per,
        part=record.part,
        one_off=card.one_off,
        scheme=scheme.path,
        policy="" if policy is None else policy.path,
        total=card.total.value,
        most=card.total.most,
        is_provisional=card.is_provisional,
        left_out=left_out,
        grade=_grade(policy.model, card, appraisee) if is_graded and policy else None,
        figures={id: one.value for id, one in record.metrics.items() if id in compared},
        points_off=points_moved(card)[0].value if has_pool and not left_out else ZERO,
        superior=appraisee.superior,
        values={} if policy is None or left_out else _values(ground, card, policy),
    )


def _grade(policy: Policy, card: Scorecard, appraisee: Appraisee) -> int | None:
    """The grade by the total; where a quota grades people by their rank, nobody has one yet."""
    if policy.quota is not None and appraisee.is_person:
        return None
    return policy.grade_of(card.total.value)


def _values(ground: Ground, card: Scorecard, policy: Filed[Policy]) -> Mapping[str, Decimal]:
    """What the record gives of that which figures over people rest on."""
    leaves = ground.levels_at(policy.path).leaves
    if not leaves:
        return {}
    figures = PolicyFigures(ground, card, policy, Surrounding())
    found = {id: figures.figure_or_other(id) for id in sorted(leaves)}
    return {id: one.value for id, one in found.items() if one is not None}


def _compared(ground: Ground, policy: str) -> frozenset[str]:
    """The figures in which a rule asks for the lowest, of any version: who are ranked together
    share a policy's id, and not always its version."""
    versions = (one.model for one in ground.policies if one.model.id == policy)
    return frozenset[str]().union(*(one.compared for one in versions))
