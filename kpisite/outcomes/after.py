"""What holds after a result: the answer to it, the plan it asks for, the seals of its month."""

from collections.abc import Iterator

from kpisite.check.ground import Ground
from kpisite.core.issue import Source
from kpisite.core.month import Month
from kpisite.language.closing import Amendment, ClosedCard
from kpisite.outcomes.results import Result
from kpisite.outcomes.seal import (
    APART,
    KEYED,
    former_pay_seal,
    former_seal,
    is_of,
    is_of_before_ruling,
    pay_of_others,
    pay_seal,
    rests_on_pay_files,
    seal,
)


def answers(ground: Ground, result: Result, *, with_pay: bool) -> bool:
    """Whether there is an answer, and to what the scorecard says now, or what it said when an
    appeal was upheld only after the answer.

    Without `with_pay` the wage may have changed since, which those who see no pay do not learn.
    """
    answer, ruled = result.record.answer, result.record.ruled
    if answer is None:
        return False
    ruling = None if ruled is None else result.record.appeal[ruled].ruling
    if ruling is not None and answer.on < ruling.on:
        if is_of_before_ruling(answer.content, ground, result):
            return True
    return is_of(answer.content, ground, result, with_pay=with_pay)


def wants_plan(result: Result) -> bool:
    """Whether an improvement plan is asked for after the month and not yet written."""
    policy, grade = result.policy, result.grade
    return (
        policy is not None
        and grade is not None
        and grade.id in policy.model.plan_for
        and not result.record.plan
    )


def allowed_seals(card: ClosedCard | None, entry: Amendment | None) -> list[tuple[str, str]]:
    """The digests of marks and pay, in pairs, that a scorecard of a closed month may have: those
    that it was closed with, and those that it was amended to."""
    allowed = [] if card is None else [(card.digest, card.pay)]
    if entry is not None:
        allowed.append((entry.digest, entry.pay or ("" if card is None else card.pay)))
    return allowed


def holds(ground: Ground, result: Result, digest: str, pay: str) -> bool:
    """Whether a result is what its digests say, of pay as far as that can be known."""
    return seal(result) == digest and _is_of_pay(pay, ground, result)


def _is_of_pay(pay: str, ground: Ground, result: Result) -> bool:
    """Whether a seal is that of the pay, as far as that can be known; for some time there was none
    apart of what others see than payroll."""
    now = pay_seal(ground, result)
    return now in (None, pay) or (now or "").partition(APART)[0] == pay


def holds_formerly(ground: Ground, result: Result, digest: str, pay: str) -> bool:
    """Whether a result is what its digests of the former kind say, at least one of which is of
    that kind: without the key, or of the Chinese texts alone."""
    is_pay_former = rests_on_pay_files(result) and pay != "" and not pay.startswith(KEYED)
    if digest == seal(result):
        if not is_pay_former:
            return False
    elif digest != former_seal(result):
        return False
    if pay.startswith(KEYED):
        return _is_of_pay(pay, ground, result)
    now = former_pay_seal(ground, result)
    return now in (None, pay) or (
        not rests_on_pay_files(result) and pay_seal(ground, result) == pay
    )


def sealed_with_key(ground: Ground) -> Iterator[Source]:
    """The entries of closed months that have the seal of a wage that was made with the key."""
    for _, closed in sorted(ground.closed.items()):
        for name, card in closed.model.card.items():
            if card.pay.startswith(KEYED):
                yield closed.at("card", name, "pay")
    for _, filed in sorted(ground.amendments.items()):
        for index, one in enumerate(filed.model.amendment):
            if one.pay.startswith(KEYED):
                yield filed.at("amendment", index, "pay")


def amendments_shown(ground: Ground, month: Month) -> Iterator[Amendment]:
    """The amendments of a closed month that change something of what others see than payroll and
    HR: an amount that nobody else sees does not say by its amendment that it is there."""
    closed, filed = ground.closed.get(month), ground.amendments.get(month)
    cards = {} if closed is None else closed.model.card
    was: dict[str, tuple[str, str]] = {}
    for one in () if filed is None else filed.model.amendment:
        card = cards.get(one.appraisee)
        first = ("", "") if card is None else (card.digest, card.pay)
        digest, pay = was.get(one.appraisee, first)
        now = one.pay or pay
        was[one.appraisee] = one.digest, now
        is_hidden = digest == one.digest and pay != now and pay_of_others(pay) == pay_of_others(now)
        if not is_hidden:
            yield one


def amendments_of(ground: Ground, result: Result) -> tuple[Amendment, ...]:
    """Every amendment of a scorecard of a closed month that whoever reads it is shown, the latest
    last."""
    name = result.name_in_month
    shown = amendments_shown(ground, result.month)
    return tuple(one for one in shown if one.appraisee == name)


def version_of(ground: Ground, result: Result) -> str:
    """Which version of a scorecard there is to print: `open`, `closed`, or `amended-2` after the
    second amendment of what was closed."""
    amended = len(amendments_of(ground, result))
    if amended:
        return f"amended-{amended}"
    closed = ground.closed.get(result.month)
    return "open" if closed is None or result.name_in_month not in closed.model.card else "closed"


def amendments(ground: Ground, month: Month) -> dict[str, Amendment]:
    """The last amendment of each appraisee of a month."""
    filed = ground.amendments.get(month)
    found = () if filed is None else filed.model.amendment
    return {one.appraisee: one for one in found}
