"""How pay comes about under a policy, line by line, as the policy states it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from kpisite.core.captions import caption
from kpisite.core.exact import ONE, ZERO, percent, plain
from kpisite.core.formula import readable
from kpisite.core.money import Money
from kpisite.language.components import Component
from kpisite.language.components.amounts import BASE_SALARY
from kpisite.language.components.tiers import Tier
from kpisite.language.policy import Policy
from kpisite.pages.rubric import Criterion, Voice
from kpisite.pages.rule_places import place_of
from kpisite.words import money_words


@dataclass(frozen=True, slots=True, kw_only=True)
class PayRule:
    """A line of the wage: how it comes about in general, and by which amounts and rates here."""

    place: str
    label: str
    says: str
    criteria: tuple[Criterion, ...]


@dataclass(frozen=True, slots=True)
class _Told:
    """What the words of a line take besides the line itself."""

    voice: Voice
    money: Money

    def line(self, text: str, points: str = "") -> Criterion:
        return Criterion(points=points, text=text)

    def word(self, key: str, **facts: object) -> Criterion:
        return self.line(self.voice.word(key, **facts))

    def name(self, figure: str) -> str:
        return self.voice.names.get(figure, figure)


def pay_rules(policy: Policy, voice: Voice, money: Money) -> tuple[PayRule, ...]:
    """The lines of the wage in the policy's order."""
    told = _Told(voice, money)
    return tuple(
        PayRule(
            place=place_of("pay", one.id),
            label=_label(one, voice),
            says=voice.say(one.says),
            criteria=tuple(_lines(one, policy, told)),
        )
        for one in policy.pay
    )


def _label(line: Component, voice: Voice) -> str:
    """What the line is called; of one that only payroll and HR see, who come here, with that."""
    name = voice.say(line.name)
    return voice.word("of-payroll", name=name) if line.is_of_payroll else name


def _lines(component: Component, policy: Policy, told: _Told) -> Iterator[Criterion]:
    yield from LINES.get(getattr(component, "method", ""), _nothing)(component, policy, told)
    own = component.part_month_rule(None)
    if own is not None:
        yield told.word(f"part-month-{own}")


def _nothing(_component: Any, _policy: Policy, _told: _Told) -> Iterator[Criterion]:
    return iter(())


def _by_grade(component: Any, _policy: Policy, told: _Told) -> Iterator[Criterion]:
    words = money_words(told.voice.language, told.money)
    yield told.word("pay-by-grade", column=words[f"grade-{component.column}"])


def _proportion(component: Any, _policy: Policy, told: _Told) -> Iterator[Criterion]:
    say = told.voice.say
    base = say(BASE_SALARY) if component.amount is None else told.money.show(component.amount)
    total = say(caption("total-before-rounding" if component.total == "exact" else "total"))
    full = say(caption("full-points")) if component.of is None else plain(component.of)
    rate = "" if component.rate == ONE else f" × {percent(component.rate)}"
    yield told.line(f"{base}{rate} × {total} ÷ {full}")
    if component.threshold is not None:
        yield told.word("pay-threshold", threshold=plain(component.threshold))


def _tiers(component: Any, _policy: Policy, told: _Told) -> Iterator[Criterion]:
    say = told.voice.say
    actual, plan = say(component.actual_name), say(component.plan_name)
    for tier in reversed(component.tiers):
        edge = _edge(tier, plan)
        text = f"{actual} {edge}" if edge else told.voice.word("rubric-rest")
        yield told.line(text, percent(tier.rate))
    if len(component.tiers) > 1:
        key = "pay-slices" if component.slices else "pay-whole"
        yield told.word(key, actual=actual)
    if component.zero_plan is not None:
        yield told.word("pay-zero-plan", plan=plan, rate=percent(component.zero_plan))
    if component.per != "month":
        yield told.word("pay-per", per=told.voice.word(f"per-{component.per}"))


def _edge(tier: Tier, plan: str) -> str:
    """`> 计划销售额 + 50,000`; nothing for the tier that begins at nothing."""
    if tier.times is None:
        return ""
    sign = "≥" if tier.from_ is not None else ">"
    times = "" if tier.times == ONE else f" × {percent(tier.times)}"
    plus = "" if tier.plus == ZERO else f" + {readable(tier.plus)}"
    return f"{sign} {plan}{times}{plus}"


def _per_unit(component: Any, _policy: Policy, told: _Told) -> Iterator[Criterion]:
    metric = told.voice.say(component.metric_name or component.name)
    yield told.line(f"{metric} × {_amount(component.each, told)}")


def _per_point(component: Any, _policy: Policy, told: _Told) -> Iterator[Criterion]:
    yield told.word("pay-each", amount=_amount(component.each, told))


def _pool(_component: Any, policy: Policy, told: _Told) -> Iterator[Criterion]:
    if policy.pool is not None:
        each, best = _amount(policy.pool.per_point, told), _amount(policy.pool.best, told)
        yield told.word("pay-pool", amount=each, best=best)


def _share_of(component: Any, _policy: Policy, told: _Told) -> Iterator[Criterion]:
    yield told.word("pay-share", rate=percent(component.rate))


def _figure(component: Any, _policy: Policy, told: _Told) -> Iterator[Criterion]:
    yield Criterion(
        points="", text=told.name(component.figure), place=place_of("figure", component.figure)
    )


def _split(component: Any, _policy: Policy, told: _Told) -> Iterator[Criterion]:
    yield told.word(
        "pay-split",
        amount=told.name(component.amount),
        by=told.name(component.by),
        group=told.voice.word(f"within-{component.within}"),
    )


def _amount(amount: Decimal, told: _Told) -> str:
    return told.money.said(amount).say(told.voice.language)


#: What is stated of a line of each method, by the method's name; the others state nothing.
LINES: Mapping[str, Callable[[Any, Policy, _Told], Iterator[Criterion]]] = {
    "by-grade": _by_grade,
    "figure": _figure,
    "per-unit": _per_unit,
    "points": _per_point,
    "pool": _pool,
    "proportion": _proportion,
    "share-of": _share_of,
    "split": _split,
    "tiers": _tiers,
}
