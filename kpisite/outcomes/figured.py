"""What of the figures of a policy is shown with a result, and what could not be computed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from decimal import Decimal

from kpisite.check.ground import Ground
from kpisite.core.captions import caption
from kpisite.core.immutable import immutable
from kpisite.core.issue import Fact, Issue
from kpisite.core.working import Working
from kpisite.language.consequence import Award
from kpisite.language.policy import Policy
from kpisite.outcomes.consequences import Due
from kpisite.outcomes.figures import PolicyFigures
from kpisite.outcomes.gates import evidence
from kpisite.outcomes.limits import limit_leaves
from kpisite.outcomes.standing import Graded


@immutable
class Figured:
    """Of the figures of a policy, those that stand on the scorecard; what could not be computed;
    and `values`, what limits ask for."""

    shown: tuple[Working, ...] = ()
    issues: tuple[Issue, ...] = ()
    without_value: tuple[Issue, ...] = ()
    """Lines of the wage that stand on a figure of which nothing is known."""
    values: Mapping[str, Decimal] = field(default_factory=dict)


NO_FIGURES = Figured()


def figured(ground: Ground, one: Graded, figures: PolicyFigures, earned: Sequence[Due]) -> Figured:
    """What of the policy's figures there is to show, and what could not be computed."""
    if one.policy is None or one.standing.left_out:
        return NO_FIGURES
    rules = one.policy.model
    shown = tuple(
        made
        for each in (*rules.figure, *rules.table)
        if each.shown and (made := figures.figure(each.id)) is not None
    )
    if one.standing.why:
        known = {made.id for made in shown}
        shown += tuple(made for made in evidence(rules, figures) if made.id not in known)
    asked = limit_leaves(ground, one.policy)
    values = {id: made for id in asked if (made := figures.figure_or_other(id)) is not None}
    return Figured(
        shown=shown,
        issues=figures.placed_issues,
        without_value=tuple(_without_value(one, rules, figures, earned)),
        values={id: made.value for id, made in values.items()},
    )


def _without_value(
    one: Graded, rules: Policy, figures: PolicyFigures, earned: Sequence[Due]
) -> Iterator[Issue]:
    """Lines of the pay that have no number, for their own figures or for a colleague's."""
    for due in earned:
        id = due.rule.figure if isinstance(due.rule, Award) else None
        if id is not None and figures.figure(id) is None and not figures.awaits_pay(id):
            said: dict[str, Fact] = {"name": due.rule.name, "month": one.month, "id": id}
            yield Issue(code="figure-no-value", at=one.card.record.at(), facts=said)
    for component in rules.pay if one.card.appraisee.is_person else ():
        if any(figures.awaits_pay(id) for id in component.figures()):
            continue
        facts: dict[str, Fact] = {"name": component.name, "month": one.month}
        at = one.card.record.at()
        unknown = next((id for id in component.figures() if figures.figure(id) is None), None)
        share = one.standing.shares.get(component.id)
        if unknown is not None:
            yield Issue(code="figure-no-value", at=at, facts=facts | {"id": unknown})
        elif share is not None and share.lacking:
            facts |= {"id": share.lacking, "of": share.of}
            yield Issue(code="split-unknown", at=at, facts=facts)
    if rules.graded is not None and rules.quota is None and figures.figure(rules.graded) is None:
        facts = {"name": caption("grade"), "month": one.month, "id": rules.graded}
        yield Issue(code="figure-no-value", at=one.card.record.at(), facts=facts)
