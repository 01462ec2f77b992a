"""How pay comes about under a policy, line by line, as the policy states it."""

from collections.abc import Iterator
from dataclasses import dataclass

from kpisite.core.money import Money
from kpisite.language.components import Component
from kpisite.language.components.base import Terms
from kpisite.language.policy import Policy
from kpisite.pages.rubric import Criterion, Voice, criterion
from kpisite.pages.rule_places import place_of
from kpisite.words import money_words


@dataclass(frozen=True, slots=True, kw_only=True)
class PayRule:
    """A line of the wage: how it comes about in general, and by which amounts and rates here."""

    place: str
    label: str
    says: str
    criteria: tuple[Criterion, ...]


def pay_rules(policy: Policy, voice: Voice, money: Money) -> tuple[PayRule, ...]:
    """The lines of the wage in the policy's order."""
    terms = Terms(names=voice.names, money=money, pool=policy.pool)
    return tuple(
        PayRule(
            place=place_of("pay", one.id),
            label=_label(one, voice),
            says=voice.say(one.says),
            criteria=tuple(_criteria(one, terms, voice)),
        )
        for one in policy.pay
    )


def _label(line: Component, voice: Voice) -> str:
    """What the line is called; of one that only payroll and HR see, who come here, with that."""
    name = voice.say(line.name)
    return voice.word("of-payroll", name=name) if line.is_of_payroll else name


def _criteria(line: Component, terms: Terms, voice: Voice) -> Iterator[Criterion]:
    for one in line.clauses(terms):
        yield criterion(one, voice)
    for text in _answers(line, terms, voice):
        yield Criterion(points="", text=text)


def _answers(line: Component, terms: Terms, voice: Voice) -> Iterator[str]:
    """What follows from what the line answers elsewhere: the grade table's column, how it splits,
    the period that it adds up, and how it counts a month served in part."""
    if line.grade_column:
        words = money_words(voice.language, terms.money)
        yield voice.word("pay-by-grade", column=words[f"grade-{line.grade_column}"])
    if line.split is not None:
        yield voice.word(
            "pay-split",
            amount=terms.name(line.split.amount),
            by=terms.name(line.split.by),
            group=voice.caption(f"within-{line.split.within}"),
        )
    if line.summed_over not in (None, "month"):
        yield voice.word("pay-per", per=voice.word(f"per-{line.summed_over}"))
    own = line.part_month_rule(None)
    if own is not None:
        yield voice.word(f"part-month-{own}")
