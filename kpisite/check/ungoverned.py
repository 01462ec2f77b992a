"""Forms from which neither grade nor pay follows: those that say so, and those that no policy
governs, as where its file was deleted."""

from collections import defaultdict
from collections.abc import Iterator

from kpisite.check.ground import Ground
from kpisite.check.known import has_unread
from kpisite.check.roster import Roster
from kpisite.core.issue import Fact, Issue
from kpisite.core.month import Month


def schemes_without_policy(ground: Ground, roster: Roster) -> Iterator[Issue]:
    """Forms with records in months that no policy governs, once a form, where the form does not
    say that it is scored only; and those that say so and are governed all the same."""
    months: defaultdict[str, set[Month]] = defaultdict(set)
    for one in roster.records:
        months[one.scheme].add(one.month)
    are_known = are_policies_known(ground)
    for scheme in ground.schemes:
        filled_in, form = sorted(months[scheme.path]), scheme.model
        if scheme.is_left_out("scored-only"):
            continue
        governed = [month for month in filled_in if ground.policy(form.id, month) is not None]
        alone = [month for month in filled_in if month not in governed]
        facts: dict[str, Fact] = {"name": form.name, "scheme": form.id}
        if form.scored_only and governed:
            policy = ground.policy(form.id, governed[0])
            assert policy is not None
            facts |= {"policy": policy.model.name, "month": governed[0]}
            at, also = scheme.at("scored-only"), (policy.at("schemes"),)
            yield Issue(code="scored-only-governed", at=at, facts=facts, also=also)
        elif alone and are_known and not form.scored_only:
            facts |= {"months": tuple(str(month) for month in alone), "first": alone[0]}
            yield Issue(code="no-policy", at=scheme.at("id"), facts=facts)


def are_policies_known(ground: Ground) -> bool:
    """Whether every policy could be read, and no form that one names may have meant another."""
    return (
        not has_unread(ground, "records/policies/")
        and all(one.is_whole(("schemes",)) for one in ground.policies)
        and all(id in ground.scheme_ids for one in ground.policies for id in one.model.schemes)
    )
