"""The figures of a policy made ready, with the names that its forms give their formulas."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from kpisite.check.filed import Filed
from kpisite.core.captions import caption
from kpisite.core.issue import Keys, Outcome, Source
from kpisite.core.text import Language, Text
from kpisite.language.consequence import Award, Review
from kpisite.language.figures.levels import OF_POLICY, PEOPLE, Level, Levels
from kpisite.language.figures.plan import MONTHS, Plan, Scope
from kpisite.language.figures.planning import planned
from kpisite.language.policy import Policy
from kpisite.language.scheme import Scheme


def names_of(scheme: Scheme) -> set[str]:
    """What a form gives the formulas of its policy to name."""
    figures = (one.id for one in (*scheme.figure, *scheme.table))
    return {*scheme.scope.rows, *scheme.metrics, *figures}


def levels_of(
    policy: Policy, forms: tuple[Filed[Scheme], ...], language: Language
) -> Outcome[Levels]:
    """The figures of a policy by when they are known, and what is wrong in them."""
    own = {one.id for one in (*policy.figure, *policy.table)}
    rows: dict[str, tuple[str, ...]] = {}
    choices = {"grade": tuple(grade.id for grade in policy.grade)}
    for form in forms:
        scheme = form.model
        rows |= dict.fromkeys(names_of(scheme) - own, ())
        choices |= {one.id: one.choices for one in scheme.figure if one.id not in own}
    built_in = {id: name for id, name in OF_POLICY.items() if id not in rows}
    scope = Scope(
        rows=rows,
        built_in=built_in,
        choices=choices,
        shown_as={grade.id: grade.name.say(language) for grade in policy.grade},
        folds=MONTHS | PEOPLE,
    )
    plan, issues = planned(policy.figure, policy.table, (), scope, Source(""))
    levels = Levels(
        plan=plan,
        splits=tuple((one.split.amount, one.split.by) for one in policy.pay if one.split),
        limits=_of_limits_alone(policy, plan),
        seen=_needed(plan, asked_by(policy, with_payroll=False)),
        of_payroll=_of_payroll(policy, plan),
        grade=Level.GROUP,  # no record alone gives the grade of its place
    )
    return levels, issues


def _of_limits_alone(policy: Policy, plan: Plan) -> frozenset[str]:
    """The figures that only limits ask for, which nobody's pay or grade rests on."""
    needed = _needed(plan, asked_by(policy))
    return frozenset(one.id for one in (*policy.figure, *policy.table)) - needed


def _of_payroll(policy: Policy, plan: Plan) -> frozenset[str]:
    """The figures of the policy that lines of payroll ask for, and nothing that others see; with
    those that limits compute of these."""
    if not policy.lines_of_payroll:
        return frozenset()
    own = frozenset(one.id for one in (*policy.figure, *policy.table))
    seen = _needed(plan, asked_by(policy, with_payroll=False))
    found = own & _needed(plan, asked_by(policy)) - seen
    return found | {id for id in own - seen if not found.isdisjoint(_needed(plan, (id,)))}


def _needed(plan: Plan, asked: Iterable[str]) -> frozenset[str]:
    """What is asked for, with all that it rests on."""
    return frozenset(id for _, id in plan.rests_on(("", one) for one in asked))


def asked_by(policy: Policy, *, with_payroll: bool = True) -> frozenset[str]:
    """The figures that pay, gates, the grade and the scorecard ask for; `with_payroll` those too
    that only payroll and HR see anything of."""
    return frozenset(id for one in askers(policy, with_payroll=with_payroll) for id in one.figures)


class Asker(NamedTuple):
    """What asks for figures: what it is called, and by which keys it stands in the policy."""

    name: Text
    keys: Keys
    figures: tuple[str, ...]


def askers(policy: Policy, *, with_payroll: bool = True) -> Iterator[Asker]:
    """All that asks for figures, but for figures themselves and limits."""
    if policy.graded is not None:
        yield Asker(caption("grade"), ("graded",), (policy.graded,))
    for n, gate in enumerate(policy.gate):
        yield Asker(Text(zh=gate.id, en=gate.id), ("gate", n, "if"), tuple(gate.if_.named()))
    for n, review in enumerate(policy.review):
        yield Asker(review.name, ("review", n, "if"), _of_condition(review))
    for n, award in enumerate(policy.award if with_payroll or policy.shows_awards else ()):
        given = () if award.figure is None else (award.figure,)
        yield Asker(award.name, ("award", n), (*_of_condition(award), *given))
    for n, line in enumerate(policy.pay):
        if with_payroll or not line.is_of_payroll:
            yield Asker(line.name, ("pay", n), line.figures())
    for n, figure in enumerate(policy.figure):
        if figure.shown:
            yield Asker(figure.label, ("figure", n, "shown"), (figure.id,))
    for n, table in enumerate(policy.table):
        if table.shown:
            yield Asker(table.label, ("table", n, "shown"), (table.id,))


def _of_condition(rule: Award | Review) -> tuple[str, ...]:
    return () if rule.if_ is None else tuple(rule.if_.named())
