"""The figures of a policy made ready, with the names that its forms give their formulas."""

from collections.abc import Iterable

from kpisite.check.shape import Filed
from kpisite.core.issue import Outcome, Source
from kpisite.core.text import Language
from kpisite.language.components import Split
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
        splits=tuple((one.amount, one.by) for one in policy.pay if isinstance(one, Split)),
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
    lines = policy.pay if with_payroll else policy.lines_shown
    asked = {id for one in lines for id in one.figures()}
    asked |= {id for gate in policy.gate for id in gate.if_.named()}
    awards = policy.award if with_payroll or policy.shows_awards else ()
    for rule in (*awards, *policy.review):
        asked |= set() if rule.if_ is None else set(rule.if_.named())
    asked |= {one.figure for one in awards if one.figure is not None}
    asked |= {one.id for one in (*policy.figure, *policy.table) if one.shown}
    return frozenset(asked | (set() if policy.graded is None else {policy.graded}))
