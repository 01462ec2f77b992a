"""A version of a policy as a page to read: whom it takes, its grades, how pay comes about, and what
else follows, as far as a reader may know of it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from kpisite.check.ground import Ground
from kpisite.check.shown_policy import as_shown
from kpisite.core.exact import percent
from kpisite.core.text import Language
from kpisite.language.figures.levels import OF_POLICY
from kpisite.language.policy import Policy
from kpisite.language.quota import Quota
from kpisite.language.scheme import Scheme
from kpisite.pages.audience import Audience, Capability
from kpisite.pages.consequence_rules import Consequence, Consequences, grade_names
from kpisite.pages.figure_rules import FigureRule, figure_rules, metric_names, names_in
from kpisite.pages.grade_table import GradeTable, grade_table
from kpisite.pages.pay_rules import PayRule, pay_rules
from kpisite.pages.rubric import Criterion, Voice


class PolicyView(NamedTuple):
    """What of a policy may be read besides how grades come about: amounts and how pay comes about,
    that of it which only payroll and HR see, what touches somebody's job, and how many are to have
    which grade."""

    with_pay: bool
    with_all_pay: bool
    with_reviews: bool
    with_advice: bool


def policy_view(audience: Audience) -> PolicyView:
    """What an audience may read of policies."""
    return PolicyView(
        with_pay=audience.can(Capability.PAY),
        with_all_pay=audience.can(Capability.ALL_PAY),
        with_reviews=audience.can(Capability.REVIEWS),
        with_advice=audience.can(Capability.CALIBRATION),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyRules:
    """A version of a policy in words, as one `PolicyView` has it."""

    said: tuple[str, ...]
    """Whom it takes, when marks are given and answered."""
    grading: tuple[str, ...]
    """How a grade comes about, where not by the total alone."""
    table: GradeTable | None
    gates: tuple[Criterion, ...]
    limits: tuple[Criterion, ...]
    pay: tuple[PayRule, ...]
    pay_said: tuple[str, ...]
    awards: tuple[Consequence, ...]
    figures: tuple[FigureRule, ...]
    reviews: tuple[Consequence, ...]


def policy_rules(ground: Ground, path: str, language: Language, view: PolicyView) -> PolicyRules:
    """What a version of a policy states, as far as the view shows it."""
    policy = ground.rules_at[path].model
    if not view.with_all_pay:
        policy = as_shown(policy, ground.levels_at(path))
    money = ground.money_of(policy)
    voice = policy_voice(ground, policy, language)
    following = Consequences(policy, voice)
    shown = _shown(ground, path, view)
    figures = [one for one in (*policy.figure, *policy.table) if one.id in shown]
    return PolicyRules(
        said=tuple(_said(policy, voice)),
        grading=tuple(_grading(policy, voice, _grades_of_departments(ground, language))),
        table=grade_table(
            policy, money, language, with_pay=view.with_pay, with_advice=view.with_advice
        )
        if policy.grade
        else None,
        gates=tuple(following.gates()),
        limits=tuple(following.limits()) if view.with_advice else (),
        pay=pay_rules(policy, voice, money) if view.with_pay else (),
        pay_said=tuple(_pay_said(policy, voice)) if view.with_pay else (),
        awards=tuple(following.awards(money)) if view.with_pay else (),
        figures=tuple(figure_rules(figures, (), voice, following.grades)),
        reviews=tuple(following.reviews()) if view.with_reviews else (),
    )


def policy_voice(ground: Ground, policy: Policy, language: Language) -> Voice:
    """The names of what formulas may name: of the forms, of what is known of everybody, and of the
    policy's own figures, which come first."""
    names = {id: name.say(language) for id, name in OF_POLICY.items()}
    names |= _names_in_forms(_schemes_of(ground, policy), language)
    for line in policy.pay:
        names |= {id: name.say(language) for id, name in metric_names(line).items()}
    names |= {one.id: one.label.say(language) for one in (*policy.figure, *policy.table)}
    return Voice(language, names)


def _names_in_forms(schemes: Iterable[Scheme], language: Language) -> Mapping[str, str]:
    """What forms call that which the policy names; by all its names what they call differently,
    for the policy is read by those of each."""
    found: dict[str, dict[str, None]] = {}
    for scheme in schemes:
        for id, name in names_in(scheme, language).items():
            found.setdefault(id, {})[name] = None
    return {id: "／".join(names) for id, names in found.items()}


def _schemes_of(ground: Ground, policy: Policy) -> Sequence[Scheme]:
    return [one.model for one in ground.schemes if one.model.id in policy.schemes]


def _shown(ground: Ground, path: str, view: PolicyView) -> frozenset[str]:
    """The figures that the reader may know how to compute: all of them with the pay, and otherwise
    those on which the grade rests, or that stand on the scorecard, and that give no pay away."""
    policy, levels = ground.rules_at[path].model, ground.levels_at(path)
    own = frozenset(one.id for one in (*policy.figure, *policy.table))
    if not view.with_pay:
        asked = {id for gate in policy.gate for id in gate.if_.named()}
        asked |= {one.id for one in (*policy.figure, *policy.table) if one.shown}
        asked |= set() if policy.graded is None else {policy.graded}
        if view.with_advice:
            asked |= {id for limit in policy.limit for id in limit.asked.values()}
        needed = {id for _, id in levels.plan.rests_on(("", one) for one in asked)}
        own = frozenset(id for id in own & needed if not levels.is_secret(id))
    return own if view.with_advice else own - levels.limits


def _said(policy: Policy, voice: Voice) -> Iterator[str]:
    stated = policy.eligibility
    if stated is not None:
        if stated.absent_days is not None:
            yield voice.word("policy-absent", days=stated.absent_days)
        if stated.least_days is not None:
            yield voice.word("policy-least-days", days=stated.least_days)
        if not stated.probation:
            yield voice.word("policy-probation")
    group = voice.caption(f"within-{policy.ranking.within}")
    yield voice.word("policy-ranking", group=group)
    if policy.window is not None:
        window = {"from": policy.window.from_, "to": policy.window.to}
        yield voice.word("policy-window", **window)
    if not policy.answers:
        yield voice.word("answer-not-asked")
    elif policy.window is not None:
        yield voice.word("policy-answers", days=policy.answer_days)
    if policy.plan_for:
        yield voice.word("policy-plan", grades=_grades(policy, policy.plan_for, voice))


def _grades_of_departments(ground: Ground, language: Language) -> Mapping[str, str]:
    """What the grades are called that departments have by forms of their own, by id."""
    forms = {one.scheme for one in ground.departments.model.department}
    graded = [one.model for one in ground.policies if forms.intersection(one.model.schemes)]
    return grade_names(graded, language)


def _grading(policy: Policy, voice: Voice, of_departments: Mapping[str, str]) -> Iterator[str]:
    if policy.graded is not None:
        figure = voice.names.get(policy.graded, policy.graded)
        yield voice.word("policy-graded", figure=figure)
    if policy.quota is not None:
        yield from _quota(policy, policy.quota, voice, of_departments)


def _quota(
    policy: Policy, quota: Quota, voice: Voice, of_departments: Mapping[str, str]
) -> Iterator[str]:
    group = voice.caption(f"within-{quota.within or policy.ranking.within}")
    yield voice.word("policy-quota", group=group)
    rounded = voice.word(f"rounds-{quota.round_}-whole")
    yield voice.word("policy-quota-round", rounded=rounded)
    yield voice.word("policy-ties", which=voice.word(f"ties-{quota.ties}"))
    for one in quota.where:
        names = Consequences(policy, voice).grades
        shares = (f"{names.get(id, id)} {percent(share)}" for id, share in one.share.items())
        yield voice.word(
            "policy-quota-where",
            grades=voice.word("list-comma").join(
                of_departments.get(id, id) for id in one.department
            ),
            shares=voice.word("list-comma").join(shares),
        )


def _pay_said(policy: Policy, voice: Voice) -> Iterator[str]:
    if policy.part_month is not None:
        yield voice.word(f"part-month-{policy.part_month}")


def _grades(policy: Policy, ids: Sequence[str], voice: Voice) -> str:
    names = Consequences(policy, voice).grades
    return voice.word("list-comma").join(names.get(id, id) for id in ids)
