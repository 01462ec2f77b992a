"""The checks of what comes after a scorecard: answers, appeals and their rulings, plans."""

from collections.abc import Iterator

from kpisite.check.entry import Entry
from kpisite.check.filed import Filed
from kpisite.check.ground import Ground
from kpisite.check.known import (
    unknown_employee,
)
from kpisite.core.exact import decimal_places
from kpisite.core.issue import Fact, Issue
from kpisite.language.record import Answer, Record
from kpisite.language.scheme import Scheme


def afterwards_issues(ground: Ground, entry: Entry) -> Iterator[Issue]:
    """Answers, appeals and plans: people who are nobody, raters who rule on themselves, and days
    in the wrong order."""
    filed, record, post = entry.filed, entry.record, entry.post
    answer = record.answer
    if answer is not None:
        yield from unknown_employee(ground, answer.witness, filed.at("answer", "witness"))
        is_witnessed = answer.witness is not None or filed.is_left_out("answer", "witness")
        if answer.state == "refused" and not is_witnessed:
            yield Issue(code="witness-missing", at=filed.at("answer"))
        yield from _answer_dates(entry, answer)
    raters = {rated.by for rated in record.rated.values()} | {record.employee}
    raters.add(None if post is None else post.superior)
    for index, appeal in enumerate(record.appeal):
        at = filed.at("appeal", index)
        yield from unknown_employee(ground, appeal.handler, at.at("handler"))
        if appeal.handler in raters:
            facts: dict[str, Fact] = {"handler": appeal.handler}
            yield Issue(code="handler-rated", at=at.at("handler"), facts=facts)
        if appeal.ruling is not None and appeal.ruling.on < appeal.on:
            facts = {"on": str(appeal.on), "ruled": str(appeal.ruling.on)}
            yield Issue(code="ruling-too-early", at=at.at("ruling", "on"), facts=facts)
    for index, remark in enumerate(record.remark):
        yield from unknown_employee(ground, remark.by, filed.at("remark", index, "by"))
    for index, plan in enumerate(record.plan):
        yield from unknown_employee(ground, plan.owner, filed.at("plan", index, "owner"))


def _answer_dates(entry: Entry, answer: Answer) -> Iterator[Issue]:
    """An answer before the marks, and time that lapsed before its end."""
    at, record, policy = entry.filed.at("answer", "on"), entry.record, entry.policy
    rated = max((one.on for one in record.rated.values() if one.on is not None), default=None)
    if rated is not None and answer.on < rated:
        facts: dict[str, Fact] = {"on": str(answer.on), "rated": str(rated)}
        yield Issue(code="answer-too-early", at=at, facts=facts)
    deadline = None if policy is None else policy.model.answer_by(record.month)
    if answer.state == "lapsed" and deadline is not None and answer.on <= deadline:
        facts = {"on": str(answer.on), "deadline": str(deadline)}
        yield Issue(code="lapsed-too-early", at=at, facts=facts)


def ruling_issues(filed: Filed[Record], scheme: Scheme) -> Iterator[Issue]:
    """Totals that a ruling decides on and the form could not come to: outside its floor and cap, or
    with more places than it rounds to."""
    for index, appeal in enumerate(filed.model.appeal):
        decided = None if appeal.ruling is None else appeal.ruling.total
        if decided is None:
            continue
        at = filed.at("appeal", index, "ruling", "total")
        facts: dict[str, Fact] = {"total": decided}
        places = scheme.rounding.total
        if decimal_places(decided) > places:
            yield Issue(code="ruling-places", at=at, facts={**facts, "places": places})
        if decided < scheme.floor:
            yield Issue(code="ruling-outside", at=at, facts={**facts, "bound": scheme.floor})
        elif scheme.cap is not None and decided > scheme.cap:
            yield Issue(code="ruling-outside", at=at, facts={**facts, "bound": scheme.cap})
        elif decided > scheme.points:
            yield Issue(code="ruling-above-full", at=at, facts={**facts, "most": scheme.points})
