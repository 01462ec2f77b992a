"""What stands in the pay files and no wage takes up."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from kpisite.check.ground import Ground
from kpisite.check.roll import Unrecorded
from kpisite.core.exact import percent
from kpisite.core.issue import Fact, Issue
from kpisite.core.month import Month


class MaybePaid(Protocol):
    """Whose scorecard it is, of which month, and whether it pays anything, under the policy at the
    path `policy`."""

    @property
    def month(self) -> Month:
        """The month appraised."""

    @property
    def appraisee_id(self) -> str:
        """The id of the person or department appraised."""

    @property
    def policy(self) -> str:
        """The path of the version of the policy, or nothing."""

    @property
    def is_paid(self) -> bool:
        """Whether it pays anything."""

    @property
    def is_provisional(self) -> bool:
        """Whether marks are still to come."""

    @property
    def one_off(self) -> str | None:
        """The form of a one-off appraisal, which pays nothing."""


def shares_that_nobody_is_paid(
    ground: Ground, _missing: Sequence[Unrecorded], scorecards: Sequence[MaybePaid]
) -> Iterator[Issue]:
    """Shares of a project's bonus whose owner has no wage of the month with a line for them."""
    paid = _paid(ground, scorecards, "projects")
    for month, filed in sorted(ground.month_pay.items()):
        for index, project in enumerate(filed.model.project):
            for id in project.shares:
                if (month, id) not in paid and id in ground.staff:
                    facts: dict[str, Fact] = {
                        "name": ground.staff[id].model.name,
                        "project": project.name,
                        "share": percent(project.shares[id]),
                    }
                    at = filed.at("project", index, "shares", id)
                    yield Issue(code="share-unpaid", at=at, facts=facts)


def lines_that_nobody_is_paid(
    ground: Ground, missing: Sequence[Unrecorded], scorecards: Sequence[MaybePaid]
) -> Iterator[Issue]:
    """Lines of a pay file for a month in which no wage of the person pays them.

    One of a month to come waits for it; one of somebody whose record is still missing, or waits
    for marks, is as late as the record, which is reported by itself.
    """
    paid = _paid(ground, scorecards, "lines")
    scorecards = [one for one in scorecards if one.one_off is None]
    newest = max((one.month for one in scorecards), default=None)
    late = {(one.month, one.id) for one in missing if one.reason is None and one.part is None}
    late |= {(one.month, one.appraisee_id) for one in scorecards if one.is_provisional}
    for id, filed in sorted(ground.pay.items()):
        if id not in ground.staff:
            continue
        for index, line in enumerate(filed.model.line):
            if (line.month, id) in paid or (line.month, id) in late:
                continue
            facts: dict[str, Fact] = {
                "name": ground.staff[id].model.name,
                "line": line.name,
                "amount": ground.money_of(None).said(line.amount),
                "month": line.month,
            }
            is_early = newest is None or line.month > newest
            code = "pay-line-early" if is_early else "pay-line-unpaid"
            yield Issue(code=code, at=filed.at("line", index, "month"), facts=facts)


def _paid(
    ground: Ground, scorecards: Sequence[MaybePaid], given_out: str
) -> set[tuple[Month, str]]:
    """Who has a wage of which month with a line in it that gives that out."""
    policies = {
        filed.path
        for filed in ground.policies
        if any(one.gives_out() == given_out for one in filed.model.pay)
    }
    return {
        (one.month, one.appraisee_id)
        for one in scorecards
        if one.is_paid and one.policy in policies
    }
