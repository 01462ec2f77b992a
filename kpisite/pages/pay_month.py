"""The wages of a month, person by person: what lists of them show, kept from one build to the
next."""

from collections.abc import Sequence

from kpisite.core.digest import digest
from kpisite.language.policy import Policy
from kpisite.language.serial import Serial
from kpisite.outcomes.outline import Outline
from kpisite.pages.audience import Audience
from kpisite.pages.pay import OF_MONTH, Leading, Paid, PayTable, in_all_name, placed, wage_name
from kpisite.pages.plan import SitePlan
from kpisite.pages.remembered import Lines
from kpisite.pages.seen import Seen

#: How they are kept between two builds, each with its key.
PAID = Serial(dict[str, tuple[str, Paid]])


def tables_of_month(
    plan: SitePlan, audience: Audience, share: str, in_month: Seen
) -> tuple[PayTable, ...]:
    """The wages of a month by policy, for a share of the pages."""
    paid: dict[str, list[Outline]] = {}
    for one in in_month.paid.outlines:
        if plan.book.policy_at(one.policy) is not None:
            paid.setdefault(one.policy, []).append(one)
            in_month.note("whole", one.cell)
            in_month.note("pay_row", one.cell)
    return tuple(
        _table(plan, audience, f"{share} {path}", in_month, policy, several)
        for path, several in sorted(paid.items())
        if (policy := plan.book.policy_at(path)) is not None
    )


def _table(
    plan: SitePlan,
    audience: Audience,
    share: str,
    in_month: Seen,
    policy: Policy,
    several: Sequence[Outline],
) -> PayTable:
    """What a policy pays these."""
    by_path = {one.path: one for one in sorted(several, key=lambda one: one.cell)}
    sight, money = audience.sight, plan.book.money_of(policy)
    lines = Lines(
        share=share,
        keys={path: digest(sight, one.whole, one.pay_row) for path, one in by_path.items()},
        order=[one.path for one in sorted(several, key=lambda one: one.appraisee_id)],
        find=lambda path: _paid(plan, in_month, by_path[path], policy),
        remember=plan.remember,
    )
    return PayTable(
        policy=policy,
        before=OF_MONTH,
        lines=lines.kept("paid", PAID),
        rows_of=lambda path: plan.pay_row(by_path[path]).rows,
        sum_name=wage_name(policy, money, plan.language),
        in_all_name=in_all_name(money, plan.language),
        money=money,
    )


def _paid(plan: SitePlan, in_month: Seen, outline: Outline, policy: Policy) -> Paid:
    (one,) = in_month.of((outline,))
    ground, language = plan.book, plan.language
    grade = "" if one.grade is None else policy.grade[one.grade].name.say(language)
    wage = one.wage
    assert wage is not None, "whoever is paid has a wage"
    return Paid(
        policy=one.policy,
        employee=one.appraisee_id,
        name=one.appraisee.name.say(language),
        before=(
            *placed(ground, one.department_id, ground.scheme_at(one.scheme), language),
            Leading(number=one.total, places=one.places),
            Leading(text=grade),
        ),
        amounts=wage.amounts,
        value=wage.value,
        hidden=wage.hidden,
    )
