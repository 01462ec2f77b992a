"""The checks of one result: stated totals, answers, plans, closed months, the law.

Like the checks before them they are functions in a tuple; each looks at the ground and one result.
"""

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal

from kpisite.check.ground import Ground
from kpisite.core.exact import LARGEST, ZERO, plain
from kpisite.core.issue import Fact, Issue, Source
from kpisite.language.part_month import PartMonth, served
from kpisite.outcomes.after import (
    allowed_seals,
    amendments,
    answers,
    holds,
    holds_formerly,
    wants_plan,
)
from kpisite.outcomes.results import Result
from kpisite.outcomes.seal import fingerprint, pay_seal, seal
from kpisite.score.expected import mismatches

ResultCheck = Callable[[Ground, Result], Iterable[Issue]]


def totals_that_differ(_ground: Ground, result: Result) -> Iterator[Issue]:
    """Stated totals that the scheme does not give."""
    yield from mismatches(result.card)


def figures_that_grow(_ground: Ground, result: Result) -> Iterator[Issue]:
    """Figures that earlier months made so large that no later one can take them on, once."""
    took = () if result.card.took is None else result.card.took.months
    if any(abs(one.value) >= LARGEST for month in took for one in month.values):
        return
    for one in result.card.hands_on:
        if abs(one.value) >= LARGEST:
            facts: dict[str, Fact] = {"figure": one.label, "id": one.id}
            facts["value"] = plain(one.value)[:20]
            also = (result.card.scheme.at(),)
            at = result.card.record.at()
            yield Issue(code="figure-too-large", at=at, facts=facts, also=also)


def answer_to_what_changed(ground: Ground, result: Result) -> Iterator[Issue]:
    """An answer to a scorecard that is no longer what was answered."""
    answer = result.record.answer
    if answer is not None and not answers(ground, result, with_pay=True):
        facts: dict[str, Fact] = {
            "content": answer.content,
            "now": fingerprint(ground, result),
            "on": str(answer.on),
            "person": result.address,
            "month": result.month,
        }
        at = result.card.record.at("answer", "content")
        yield Issue(code="answer-stale", at=at, facts=facts)


def plan_still_missing(_ground: Ground, result: Result) -> Iterator[Issue]:
    """A month after which an improvement plan is asked for and not yet written."""
    if result.grade is not None and wants_plan(result):
        facts: dict[str, Fact] = {"name": result.card.appraisee.name, "grade": result.grade.name}
        yield Issue(code="plan-missing", at=result.card.record.at(), facts=facts)


def change_to_closed_month(ground: Ground, result: Result) -> Iterator[Issue]:
    """A scorecard of a closed month that is not what it was, without an amendment for it."""
    closed = ground.closed.get(result.month)
    if closed is None:
        return
    allowed = _allowed(ground, result)
    if any(holds(ground, result, digest, pay) for digest, pay in allowed):
        return
    if is_formerly_sealed(ground, result):
        return
    name = result.name_in_month
    card = closed.model.card.get(name)
    if card is None:
        yield _changed(ground, result, "–", (), "closed-new")
    else:
        before, also = f"{card.total} {card.grade}".strip(), (closed.at("card", name),)
        yield _changed(ground, result, before, also, "closed-changed")


def is_formerly_sealed(ground: Ground, result: Result) -> bool:
    """Whether it is what its closed month says by a digest of the former kind."""
    allowed = _allowed(ground, result)
    return any(holds_formerly(ground, result, digest, pay) for digest, pay in allowed)


def _allowed(ground: Ground, result: Result) -> list[tuple[str, str]]:
    """The digests of marks and pay that it may have; none in a month that is open."""
    closed, name = ground.closed.get(result.month), result.name_in_month
    if closed is None:
        return []
    entry = amendments(ground, result.month).get(name)
    return allowed_seals(closed.model.card.get(name), entry)


def _changed(
    ground: Ground, result: Result, before: str, also: tuple[Source, ...], code: str
) -> Issue:
    grade = "" if result.grade is None else result.grade.name.say(ground.site.model.language)
    pay = pay_seal(ground, result)
    digests = f'digest = "{seal(result)}"' + (f', pay = "{pay}"' if pay else "")
    facts: dict[str, Fact] = {
        "name": result.address,
        "key": result.name_in_month,
        "month": result.month,
        "before": before,
        "after": f"{result.card.total.shown} {grade}".strip(),
        "digests": digests,
    }
    return Issue(code=code, at=result.card.record.at(), facts=facts, also=also)


def plan_of_nothing(_ground: Ground, result: Result) -> Iterator[Issue]:
    """Commissions by multiples of a plan that is zero or below, where the policy does not say what
    is paid then."""
    components = () if result.policy is None else result.policy.model.pay
    by_id = {one.id: one for one in components}
    for line in result.pay_lines:
        one = by_id.get(line.id)
        plan = "" if one is None else one.plan_lacked(line)
        if one is not None and plan:
            facts: dict[str, Fact] = {
                "metric": plan,
                "component": one.name,
                "plan": line.parts[1].shown,
            }
            at = result.card.record.at("metrics", plan)
            yield Issue(code="plan-not-positive", at=at, facts=facts)


def wage_against_the_law(ground: Ground, result: Result) -> Iterator[Issue]:
    """Where HR has switched it on: a wage below the minimum, and amounts kept back as fines."""
    legal, wage = ground.site.model.legal, result.paid_in_all
    if legal is None or wage is None:
        return
    at, name = result.card.record.at(), result.card.appraisee.name
    least = _minimum_wage(ground, result, legal.minimum_wage)
    if least is not None and wage.value < least:
        facts: dict[str, Fact] = {"name": name, "wage": wage.shown, "minimum": plain(least)}
        yield Issue(code="legal-minimum-wage", at=at, facts=facts)
    for line in result.pay_lines if legal.fines else ():
        if line.value < ZERO:
            facts = {"name": name, "line": line.label, "amount": line.shown}
            yield Issue(code="legal-fine", at=at, facts=facts)


def _minimum_wage(ground: Ground, result: Result, monthly: Decimal | None) -> Decimal | None:
    """The minimum wage of the month; of a month served in part as much as the policy pays of it,
    and by calendar days where it pays whole months."""
    person, policy = ground.staff[result.appraisee_id].model, result.policy
    if monthly is None or policy is None:
        return monthly
    if ground.money_of(policy.model).currency != ground.money_of(None).currency:
        return None
    stated = policy.model.part_month
    rule: PartMonth = "calendar-days" if stated in (None, "whole") else stated
    days = served(rule, person, (result.month,))
    return monthly if days is None else ground.money_of(None).round(days.share_of(monthly))


def figures_without_a_value(_ground: Ground, result: Result) -> Iterator[Issue]:
    """Figures of the policy that cannot be computed for somebody, and amounts that nobody can be
    given a part of."""
    yield from result.figures.issues
    if not result.figures.issues:
        yield from result.figures.without_value
    for id, share in sorted(result.standing.shares.items()):
        if share.why not in ("", "nothing", "unknown") and result.policy is not None:
            component = next(one for one in result.policy.model.pay if one.id == id)
            facts: dict[str, Fact] = {"name": component.name, "month": result.month}
            code = f"split-{share.why}"
            yield Issue(code=code, at=result.card.record.at(), facts=facts)


RESULT_CHECKS: tuple[ResultCheck, ...] = (
    totals_that_differ,
    figures_without_a_value,
    figures_that_grow,
    answer_to_what_changed,
    plan_still_missing,
    change_to_closed_month,
    plan_of_nothing,
    wage_against_the_law,
)
