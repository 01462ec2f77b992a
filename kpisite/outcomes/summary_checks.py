"""The checks that need several results, of which each is no more than its aftermath: averages of
too few, scorecards gone from closed months, keys that are missing, pay that nobody is paid."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

from kpisite.check.book import Book
from kpisite.check.ground import Ground
from kpisite.check.kinds import SEAL_FILE
from kpisite.check.known import addresses_called
from kpisite.check.roll import Unrecorded, unrecorded
from kpisite.check.roster import Roster
from kpisite.core.issue import Fact, Issue, Source
from kpisite.core.month import Month
from kpisite.language.closing import REMOVED
from kpisite.outcomes.after import amendments, sealed_with_key
from kpisite.outcomes.aftermath import Aftermath, aftermath_of
from kpisite.outcomes.few_people import folds_over_few, pay_given_away, quotas_of_few
from kpisite.outcomes.limits import Member, limits_broken
from kpisite.outcomes.result_checks import RESULT_CHECKS
from kpisite.outcomes.results import Result
from kpisite.outcomes.unpaid import (
    MaybePaid,
    lines_that_nobody_is_paid,
    shares_that_nobody_is_paid,
)

OutlineCheck = Callable[[Ground, Sequence[Unrecorded], Sequence[MaybePaid]], Iterable[Issue]]
SummaryCheck = Callable[[Ground, Sequence[Aftermath]], Iterable[Issue]]
MonthCheck = Callable[[Ground, Month, Sequence[Aftermath]], Iterable[Issue]]
Applies = Callable[[Ground], bool]
"""Whether anything in the ground asks for a check: where nothing does, no results are read."""


def after_issues(book: Book, results: Sequence[Result]) -> Iterator[Issue]:
    """Everything wrong with the results of a book in which no error was found before."""
    for result in results:
        for check in RESULT_CHECKS:
            yield from check(book, result)
    yield from summary_issues(book, book.roster, [aftermath_of(book, one) for one in results])


def summary_issues(
    ground: Ground, roster: Roster, aftermaths: Sequence[Aftermath]
) -> Iterator[Issue]:
    """Everything wrong in months and in all of them together."""
    for month in sorted({one.month for one in aftermaths} | ground.closed.keys()):
        of_month = [one for one in aftermaths if one.month == month]
        for month_check, applies in MONTH_CHECKS:
            yield from month_check(ground, month, of_month) if applies(ground) else ()
    for outline_check, applies in OUTLINE_CHECKS:
        if applies(ground):
            yield from outline_check(ground, unrecorded(ground, roster), aftermaths)
    for check, applies in SUMMARY_CHECKS:
        yield from check(ground, aftermaths) if applies(ground) else ()


def averages_of_too_few(
    ground: Ground, _month: Month, aftermaths: Sequence[Aftermath]
) -> Iterator[Issue]:
    """Points by the mean of a department in which fewer people than the form asks for have a total
    that is final."""
    needing = {
        filed.path: [one for one in filed.model.indicators.values() if one.people_needed]
        for filed in ground.schemes
    }
    averaged: defaultdict[str, set[str]] = defaultdict(set)
    for one in aftermaths:
        if one.is_person and not one.is_provisional and one.one_off is None:
            averaged[one.department].add(one.appraisee_id)
    for one in aftermaths:
        for indicator in () if one.is_provisional else needing[one.scheme]:
            count = len(averaged[one.department])
            if count < indicator.people_needed:
                facts: dict[str, Fact] = {
                    "indicator": indicator.name,
                    "count": count,
                    "least": indicator.people_needed,
                }
                yield Issue(code="average-too-few", at=Source(one.path), facts=facts)


def scorecards_gone_from_closed_months(
    ground: Ground, month: Month, aftermaths: Sequence[Aftermath]
) -> Iterator[Issue]:
    """Scorecards that a closed month had and that are there no more, without an amendment."""
    closed = ground.closed.get(month)
    if closed is None:
        return
    there, amended = {one.name for one in aftermaths}, amendments(ground, month)
    for name in closed.model.card:
        is_gone = name not in there
        if is_gone and (name not in amended or amended[name].digest != REMOVED):
            called = addresses_called(ground, name)[0]
            facts: dict[str, Fact] = {"name": called, "key": name, "month": month}
            facts["digest"] = REMOVED
            yield Issue(code="closed-gone", at=closed.at("card", name), facts=facts)


def months_of_former_seals(
    ground: Ground, month: Month, aftermaths: Sequence[Aftermath]
) -> Iterator[Issue]:
    """Closed months with digests of the former kind, once a month."""
    names = {one.name for one in aftermaths if one.is_formerly_sealed}
    if names:
        closed = ground.closed[month]
        first = next((name for name in closed.model.card if name in names), None)
        at = closed.at("month") if first is None else closed.at("card", first)
        facts: dict[str, Fact] = {"month": month, "count": len(names)}
        yield Issue(code="seal-unkeyed", at=at, facts=facts)


def keys_missing(ground: Ground, aftermaths: Sequence[Aftermath]) -> Iterator[Issue]:
    """No key among the pay files, so that neither answers nor closed months hold wages fast."""
    facts: dict[str, Fact] = {"path": SEAL_FILE}
    sealed = next(sealed_with_key(ground), None)
    if sealed is not None:
        yield Issue(code="seal-key-lost", at=sealed, facts=facts)
    elif any(_rests_on_pay_files(ground, one) for one in aftermaths):
        places = [filed.at() for filed in ground.pay.values()]
        places += [filed.at() for filed in ground.month_pay.values()]
        at = min(places, key=lambda one: one.path)
        yield Issue(code="seal-key-missing", at=at, facts=facts)


def _rests_on_pay_files(ground: Ground, one: Aftermath) -> bool:
    policy = ground.policy_at(one.policy)
    return one.is_paid and policy is not None and policy.reads_pay


def policies_that_fine(ground: Ground, _aftermaths: Sequence[Aftermath]) -> Iterator[Issue]:
    """Where HR has switched it on: policies by which points taken off cost money."""
    for policy in ground.policies:
        for index, component in enumerate(policy.model.pay):
            if component.fines:
                facts: dict[str, Fact] = {"name": component.name}
                yield Issue(code="legal-points", at=policy.at("pay", index), facts=facts)


def groups_beyond_limits(
    ground: Ground, _month: Month, aftermaths: Sequence[Aftermath]
) -> Iterator[Issue]:
    """What groups come to that a limit of their policy does not allow."""
    if not any(filed.model.limit for filed in ground.policies):
        return
    members = [
        Member(
            path=one.path,
            month=one.month,
            policy=one.policy,
            policy_id=policy.id,
            per=one.per,
            grade=one.grade,
            department=one.department,
            post=one.title.say(ground.site.model.language),
            scheme=one.scheme_id,
            superior=one.superior,
            appraisee=one.appraisee_id,
            values=one.values,
        )
        for one in aftermaths
        if one.counts and (policy := ground.policy_at(one.policy)) is not None
    ]
    yield from limits_broken(ground, members)


def _has_averages(ground: Ground) -> bool:
    return any(
        one.people_needed for filed in ground.schemes for one in filed.model.indicators.values()
    )


def _has_limits(ground: Ground) -> bool:
    return any(filed.model.limit for filed in ground.policies)


def _is_closed(ground: Ground) -> bool:
    return bool(ground.closed)


def _has_quotas(ground: Ground) -> bool:
    return any(filed.model.quota is not None for filed in ground.policies)


def _folds_people(ground: Ground) -> bool:
    return any(ground.levels_at(filed.path).over_people for filed in ground.policies)


def _pays_by_others(ground: Ground) -> bool:
    lines = (one for filed in ground.policies for one in filed.model.pay)
    folds = (ground.levels_at(filed.path).over_pay for filed in ground.policies)
    return any(one.split for one in lines) or any(folds)


def _lacks_key(ground: Ground) -> bool:
    return ground.has_pay and ground.seal is None and SEAL_FILE not in ground.unread


def _has_projects(ground: Ground) -> bool:
    return bool(ground.month_pay)


def _has_pay_files(ground: Ground) -> bool:
    return bool(ground.pay)


def _looks_for_fines(ground: Ground) -> bool:
    legal = ground.site.model.legal
    return legal is not None and legal.fines


#: Of one month's results, and of those of all months together: of the latter some look at no more
#: than who is paid, and at whoever has no record.
MONTH_CHECKS: tuple[tuple[MonthCheck, Applies], ...] = (
    (averages_of_too_few, _has_averages),
    (groups_beyond_limits, _has_limits),
    (scorecards_gone_from_closed_months, _is_closed),
    (months_of_former_seals, _is_closed),
)
OUTLINE_CHECKS: tuple[tuple[OutlineCheck, Applies], ...] = (
    (shares_that_nobody_is_paid, _has_projects),
    (lines_that_nobody_is_paid, _has_pay_files),
)
SUMMARY_CHECKS: tuple[tuple[SummaryCheck, Applies], ...] = (
    (quotas_of_few, _has_quotas),
    (folds_over_few, _folds_people),
    (pay_given_away, _pays_by_others),
    (keys_missing, _lacks_key),
    (policies_that_fine, _looks_for_fines),
)
