"""The checks that need results: stated totals, answers, plans, closed months, the law.

Like the checks before them they are functions in a tuple, over the book and its results.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal

from kpisite.check.book import Book
from kpisite.check.kinds import SEAL_FILE
from kpisite.core.exact import ZERO, half_up, plain
from kpisite.core.fault import Fact, Issue, Source
from kpisite.core.month import Month
from kpisite.language.components import PerPoint, Tiers
from kpisite.language.methods import DepartmentAverage
from kpisite.language.part_month import PartMonth, served
from kpisite.language.record import REMOVED, Amendment, ClosedCard
from kpisite.outcomes.results import Result
from kpisite.outcomes.seal import (
    KEYED,
    fingerprint,
    former_pay_seal,
    former_seal,
    is_of,
    is_of_before_ruling,
    pay_seal,
    rests_on_pay_files,
    seal,
)
from kpisite.outcomes.unpaid import lines_that_nobody_is_paid, shares_that_nobody_is_paid
from kpisite.score.expected import mismatches

AfterCheck = Callable[[Book, Sequence[Result]], Iterable[Issue]]


def totals_that_differ(_book: Book, results: Sequence[Result]) -> Iterator[Issue]:
    """Stated totals that the scheme does not give."""
    yield from mismatches(tuple(result.card for result in results))


def answers_to_what_changed(book: Book, results: Sequence[Result]) -> Iterator[Issue]:
    """Answers to a scorecard that is no longer what was answered."""
    for result in results:
        answer = result.record.answer
        if answer is not None and not answers(book, result, with_pay=True):
            facts: dict[str, Fact] = {
                "content": answer.content,
                "now": fingerprint(book, result),
                "on": str(answer.on),
            }
            at = result.card.record.at("answer", "content")
            yield Issue(code="answer-stale", at=at, facts=facts)


def answers(book: Book, result: Result, *, with_pay: bool) -> bool:
    """Whether there is an answer, and to what the scorecard says now, or what it said when an
    appeal was upheld only after the answer.

    Without `with_pay` the wage may have changed since, which those who see no pay do not learn.
    """
    answer, ruled = result.record.answer, result.record.ruled
    if answer is None:
        return False
    ruling = None if ruled is None else result.record.appeal[ruled].ruling
    if ruling is not None and answer.on < ruling.on:
        if is_of_before_ruling(answer.content, book, result):
            return True
    return is_of(answer.content, book, result, with_pay=with_pay)


def averages_of_too_few(_book: Book, results: Sequence[Result]) -> Iterator[Issue]:
    """Points by the mean of a department in which fewer people than the form asks for have a total
    that is final."""
    averaged: defaultdict[tuple[str, Month], set[str]] = defaultdict(set)
    for result in results:
        if result.is_person and not result.card.is_provisional:
            averaged[result.department_id, result.month].add(result.appraisee_id)
    for result in results:
        if result.card.is_provisional:
            continue
        count = len(averaged[result.department_id, result.month])
        for indicator in result.card.scheme.model.indicators.values():
            if isinstance(indicator, DepartmentAverage) and count < indicator.least:
                facts: dict[str, Fact] = {
                    "indicator": indicator.name,
                    "count": count,
                    "least": indicator.least,
                }
                yield Issue(code="average-too-few", at=result.card.record.at(), facts=facts)


def plans_still_missing(_book: Book, results: Sequence[Result]) -> Iterator[Issue]:
    """Months after which an improvement plan is asked for and not yet written."""
    for result in results:
        if result.grade is not None and wants_plan(result):
            facts: dict[str, Fact] = {
                "name": result.card.appraisee.name,
                "grade": result.grade.name,
            }
            yield Issue(code="plan-missing", at=result.card.record.at(), facts=facts)


def wants_plan(result: Result) -> bool:
    """Whether an improvement plan is asked for after the month and not yet written."""
    policy, grade = result.policy, result.grade
    return (
        policy is not None
        and grade is not None
        and grade.id in policy.model.plan_for
        and not result.record.plan
    )


def changes_to_closed_months(book: Book, results: Sequence[Result]) -> Iterator[Issue]:
    """Scorecards of a closed month that are not what they were, without an amendment for it."""
    for month, closed in sorted(book.closed.items()):
        now = {name_in_month(result): result for result in results if result.month == month}
        amended = amendments(book, month)
        former: list[Source] = []
        for name, card in closed.model.card.items():
            at = closed.at("card", name)
            result = now.pop(name, None)
            if result is None:
                if name not in amended or amended[name].digest != REMOVED:
                    facts: dict[str, Fact] = {"name": name, "month": month, "digest": REMOVED}
                    yield Issue(code="closed-gone", at=at, facts=facts)
                continue
            allowed = allowed_seals(card, amended.get(name))
            if any(holds_formerly(book, result, digest, pay) for digest, pay in allowed):
                former.append(at)
            elif not any(_holds(book, result, digest, pay) for digest, pay in allowed):
                before = f"{card.total} {card.grade}".strip()
                yield _changed(book, result, before, (at,), "closed-changed")
        for name, result in sorted(now.items()):
            entry = amended.get(name)
            if entry is not None and holds_formerly(book, result, entry.digest, entry.pay):
                former.append(closed.at("month"))
            elif entry is None or not _holds(book, result, entry.digest, entry.pay):
                yield _changed(book, result, "–", (), "closed-new")
        if former:
            facts = {"month": month, "count": len(former)}
            yield Issue(code="seal-unkeyed", at=former[0], facts=facts)


def allowed_seals(card: ClosedCard | None, entry: Amendment | None) -> list[tuple[str, str]]:
    """The digests of marks and pay, in pairs, that a scorecard of a closed month may have: those
    that it was closed with, and those that it was amended to."""
    allowed = [] if card is None else [(card.digest, card.pay)]
    if entry is not None:
        allowed.append((entry.digest, entry.pay or ("" if card is None else card.pay)))
    return allowed


def _holds(book: Book, result: Result, digest: str, pay: str) -> bool:
    """Whether a result is what its digests say, of pay as far as that can be told."""
    return seal(result) == digest and pay_seal(book, result) in (None, pay)


def holds_formerly(book: Book, result: Result, digest: str, pay: str) -> bool:
    """Whether a result is what its digests of the former kind say, at least one of which is of
    that kind: without the key, or of the Chinese texts alone."""
    is_pay_former = rests_on_pay_files(result) and pay != "" and not pay.startswith(KEYED)
    holds_marks = digest in (seal(result), former_seal(result))
    if not holds_marks or not (is_pay_former or digest != seal(result)):
        return False
    if pay.startswith(KEYED):
        return pay_seal(book, result) in (None, pay)
    now = former_pay_seal(book, result)
    return now in (None, pay) or (not rests_on_pay_files(result) and pay_seal(book, result) == pay)


def sealed_with_key(book: Book) -> Iterator[Source]:
    """The entries of closed months that have the seal of a wage that was made with the key."""
    for _, closed in sorted(book.closed.items()):
        for name, card in closed.model.card.items():
            if card.pay.startswith(KEYED):
                yield closed.at("card", name, "pay")
    for _, filed in sorted(book.amendments.items()):
        for index, one in enumerate(filed.model.amendment):
            if one.pay.startswith(KEYED):
                yield filed.at("amendment", index, "pay")


def keys_missing(book: Book, results: Sequence[Result]) -> Iterator[Issue]:
    """No key among the pay files, so that neither answers nor closed months hold wages fast."""
    if not book.has_pay or book.seal is not None or SEAL_FILE in book.unread:
        return
    facts: dict[str, Fact] = {"path": SEAL_FILE}
    sealed = next(sealed_with_key(book), None)
    if sealed is not None:
        yield Issue(code="seal-key-lost", at=sealed, facts=facts)
    elif any(one.wage is not None and rests_on_pay_files(one) for one in results):
        places = [filed.at() for filed in book.pay.values()]
        places += [filed.at() for filed in book.month_pay.values()]
        at = min(places, key=lambda one: one.path)
        yield Issue(code="seal-key-missing", at=at, facts=facts)


def _changed(book: Book, result: Result, before: str, also: tuple[Source, ...], code: str) -> Issue:
    grade = "" if result.grade is None else result.grade.name.say(book.site.model.language)
    pay = pay_seal(book, result)
    digests = f'digest = "{seal(result)}"' + (f', pay = "{pay}"' if pay else "")
    facts: dict[str, Fact] = {
        "name": name_in_month(result),
        "month": result.month,
        "before": before,
        "after": f"{result.card.total.shown} {grade}".strip(),
        "digests": digests,
    }
    return Issue(code=code, at=result.card.record.at(), facts=facts, also=also)


def name_in_month(result: Result) -> str:
    """What a scorecard is called among those of its month."""
    part = result.record.part
    return result.appraisee_id if part is None else f"{result.appraisee_id}-{part}"


def amendments_of(book: Book, result: Result) -> tuple[Amendment, ...]:
    """Every amendment of a scorecard of a closed month, the latest last."""
    filed, name = book.amendments.get(result.month), name_in_month(result)
    amended = () if filed is None else filed.model.amendment
    return tuple(one for one in amended if one.appraisee == name)


def version_of(book: Book, result: Result) -> str:
    """Which version of a scorecard there is to print: `open`, `closed`, or `amended-2` after the
    second amendment of what was closed."""
    amended = len(amendments_of(book, result))
    if amended:
        return f"amended-{amended}"
    closed = book.closed.get(result.month)
    return "open" if closed is None or name_in_month(result) not in closed.model.card else "closed"


def amendments(book: Book, month: Month) -> dict[str, Amendment]:
    """The last amendment of each appraisee of a month."""
    filed = book.amendments.get(month)
    found = () if filed is None else filed.model.amendment
    return {one.appraisee: one for one in found}


def plans_of_nothing(_book: Book, results: Sequence[Result]) -> Iterator[Issue]:
    """Commissions by multiples of a plan that is zero or below, where the policy does not say what
    is paid then."""
    for result in results:
        lines = () if result.wage is None else result.wage.parts
        components = () if result.policy is None else result.policy.model.pay
        tiers = {one.id: one for one in components if isinstance(one, Tiers)}
        for line in lines:
            one = tiers.get(line.id)
            if one is not None and one.lacks_plan(line):
                facts: dict[str, Fact] = {
                    "metric": one.plan,
                    "component": one.name,
                    "plan": line.parts[1].shown,
                }
                at = result.card.record.at("metrics", one.plan)
                yield Issue(code="plan-not-positive", at=at, facts=facts)


def against_the_law(book: Book, results: Sequence[Result]) -> Iterator[Issue]:
    """Where HR has switched it on: wages below the minimum, and amounts kept back as fines."""
    legal = book.site.model.legal
    if legal is None:
        return
    for result in results:
        if result.wage is None:
            continue
        at, name = result.card.record.at(), result.card.appraisee.name
        least = _minimum_wage(book, result, legal.minimum_wage)
        if least is not None and result.wage.value < least:
            facts: dict[str, Fact] = {
                "name": name,
                "wage": result.wage.shown,
                "minimum": plain(least),
            }
            yield Issue(code="legal-minimum-wage", at=at, facts=facts)
        if legal.fines:
            for line in result.wage.parts:
                if line.value < ZERO:
                    facts = {"name": name, "line": line.label, "amount": line.shown}
                    yield Issue(code="legal-fine", at=at, facts=facts)
    if legal.fines:
        yield from _policies_that_fine(book)


def _minimum_wage(book: Book, result: Result, monthly: Decimal | None) -> Decimal | None:
    """The minimum wage of the month; of a month served in part as much as the policy pays of it,
    and by calendar days where it pays whole months."""
    person, policy = book.staff[result.appraisee_id].model, result.policy
    if monthly is None or policy is None:
        return monthly
    stated = policy.model.part_month
    rule: PartMonth = "calendar-days" if stated in (None, "whole") else stated
    days = served(rule, person, (result.month,))
    return monthly if days is None else half_up(days.share_of(monthly), 2)


def _policies_that_fine(book: Book) -> Iterator[Issue]:
    for policy in book.policies:
        for index, component in enumerate(policy.model.pay):
            if isinstance(component, PerPoint):
                facts: dict[str, Fact] = {"name": component.name}
                yield Issue(code="legal-points", at=policy.at("pay", index), facts=facts)


AFTER_CHECKS: tuple[AfterCheck, ...] = (
    totals_that_differ,
    answers_to_what_changed,
    averages_of_too_few,
    plans_still_missing,
    changes_to_closed_months,
    keys_missing,
    shares_that_nobody_is_paid,
    lines_that_nobody_is_paid,
    plans_of_nothing,
    against_the_law,
)
