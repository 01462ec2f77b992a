"""The checks of forms and policies among one another, and of who changed a closed month."""

from collections.abc import Iterator

from kpisite.check.ground import Ground
from kpisite.check.known import (
    has_unread,
    unknown,
    unknown_employee,
    unknown_scheme,
    without_follow_on,
)
from kpisite.check.scheme_checks import issues_of_scheme
from kpisite.check.taken_up import pay_astray
from kpisite.core.issue import Fact, Issue, Source


def scheme_issues(ground: Ground) -> Iterator[Issue]:
    """What is wrong within a scheme."""
    for filed in ground.schemes:
        yield from without_follow_on(filed, issues_of_scheme(filed.model, Source(filed.path)))


def policy_issues(ground: Ground) -> Iterator[Issue]:
    """What is wrong within a policy, the schemes it names, and policies in each other's way."""
    for filed in ground.policies:
        yield from without_follow_on(filed, filed.model.issues(Source(filed.path)))
        if not filed.left_out:
            yield from pay_astray(filed)
        for index, scheme in enumerate(filed.model.schemes):
            yield from unknown_scheme(ground, scheme, filed.at("schemes", index))
            for other in ground.policies:
                if (
                    other.path < filed.path
                    and scheme in other.model.schemes
                    and other.model.from_ == filed.model.from_
                ):
                    also = (other.at("schemes"),)
                    at = filed.at("schemes", index)
                    yield Issue(code="two-policies", at=at, facts={"scheme": scheme}, also=also)


def liabilities_for_nothing(ground: Ground) -> Iterator[Issue]:
    """Joint liability for an event that no form of the site knows, which would never come true."""
    if any(one.left_out for one in ground.schemes) or has_unread(ground, "records/schemes/"):
        return
    rules = {id for filed in ground.schemes for id in filed.model.rules}
    for filed in ground.schemes:
        for index, liability in enumerate(filed.model.liability):
            if liability.event not in rules:
                at = filed.at("liability", index, "event")
                yield unknown("rule", liability.event, rules, at)


def amendment_issues(ground: Ground) -> Iterator[Issue]:
    """Changes to closed months made or approved by somebody who is nobody here, or approved by
    those who made them or whom they are about."""
    for filed in ground.amendments.values():
        for index, one in enumerate(filed.model.amendment):
            at = filed.at("amendment", index)
            yield from unknown_employee(ground, one.by, at.at("by"))
            yield from unknown_employee(ground, one.approved, at.at("approved"))
            if one.approved in (one.by, one.appraisee):
                facts: dict[str, Fact] = {"approved": one.approved}
                yield Issue(code="amendment-own-approval", at=at.at("approved"), facts=facts)
