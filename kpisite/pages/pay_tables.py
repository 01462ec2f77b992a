"""The wages of a month or a year as tables, person by person."""

from collections.abc import Sequence
from decimal import Decimal

from kpisite.check.ground import Ground
from kpisite.core.captions import caption
from kpisite.core.text import Language
from kpisite.outcomes.brief import Brief, amounts_of
from kpisite.outcomes.income import Income, incomes
from kpisite.outcomes.outline import Outline
from kpisite.pages.audience import Audience
from kpisite.pages.earned import UNFOLDED, Earned, Wages
from kpisite.pages.paid import Leading, Paid
from kpisite.pages.pay import OF_MONTH, OF_YEAR, PayTable, in_unit, placed, wage_name
from kpisite.pages.pay_rows import Unfolded, income_rows
from kpisite.pages.plan import SitePlan
from kpisite.pages.row import Row
from kpisite.pages.seen import Seen

# A month.


def wages_of_month(plan: SitePlan, audience: Audience, share: str, in_month: Seen) -> Wages:
    """The wages of a month; a table is of a policy's version, by its path."""
    return Wages(
        plan, audience, share, in_month.paid, ("whole", "pay_row"),
        name_of=_name_in_month,
        find=lambda outlines: _earned_in_month(plan, in_month, outlines),
    )  # fmt: skip


def _name_in_month(one: Outline) -> str:
    """What a record's line is called; names are put in order by person."""
    return f"{one.appraisee_id} {one.order}"


def tables_of_month(plan: SitePlan, wages: Wages) -> tuple[PayTable, ...]:
    """The wages of a month by policy."""

    def rows_of(_: str, group: str, name: str) -> tuple[Row, ...]:
        (one,) = wages.outlines(group)[name]
        return plan.pay_row(one).rows

    return wages.tables(
        OF_MONTH, rows_of, lambda policy, money: wage_name(policy, money, plan.language)
    )


def _earned_in_month(plan: SitePlan, in_month: Seen, outlines: Sequence[Outline]) -> Earned:
    (one,) = in_month.of(outlines)
    ground, language = plan.book, plan.language
    policy, wage = ground.policy_at(one.policy), one.wage
    if policy is None:
        return Earned(paid={})
    assert wage is not None, "whoever is paid has a wage"
    grade = "" if one.grade is None else policy.grade[one.grade].name.say(language)
    paid = Paid(
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
    return Earned(paid={one.policy: paid})


# A year.


def wages_of_year(plan: SitePlan, audience: Audience, share: str, of_year: Seen) -> Wages:
    """The wages of a year; a table is of a policy, by its id."""
    return Wages(
        plan, audience, share, of_year.paid, ("wages",),
        name_of=lambda one: one.appraisee_id,
        find=lambda outlines: _earned_in_year(plan.book, of_year.of(outlines), plan.language),
    )  # fmt: skip


def tables_of_year(plan: SitePlan, year: int, wages: Wages) -> tuple[PayTable, ...]:
    """The incomes of a year by policy."""

    def rows_of(policy: str, group: str, name: str) -> tuple[Row, ...]:
        unfolded = wages.earned(group)[name].unfolded[policy]
        return tuple(one.row() for one in UNFOLDED.from_bytes(unfolded.encode()))

    named = caption("income-of-year", year=year)
    return wages.tables(OF_YEAR, rows_of, lambda _, money: in_unit(named, money, plan.language))


def _earned_in_year(ground: Ground, briefs: Sequence[Brief], language: Language) -> Earned:
    found = {_policy_id(ground, one.newest.policy): one for one in incomes(ground, briefs)}
    return Earned(
        paid={id: _paid(ground, income, language) for id, income in found.items()},
        unfolded={
            id: UNFOLDED.as_bytes(
                tuple(
                    Unfolded.of(row)
                    for row in income_rows((*one.working.parts, *one.hidden), language)
                )
            ).decode()
            for id, one in found.items()
        },
        months=tuple(
            (str(one.month), one.policy, one.wage.in_all)
            for one in briefs
            if one.wage is not None and ground.policy_at(one.policy) is not None
        ),
    )


def _policy_id(ground: Ground, path: str) -> str:
    policy = ground.policy_at(path)
    assert policy is not None, "whoever is paid is under a policy"
    return policy.id


def _paid(ground: Ground, income: Income, language: Language) -> Paid:
    newest, working = income.newest, income.working
    form = ground.scheme_at(newest.scheme)
    return Paid(
        policy=newest.policy,
        employee=newest.appraisee_id,
        name=newest.appraisee.name.say(language),
        before=(
            *placed(ground, newest.department_id, form, language),
            Leading(number=Decimal(len(income.paid))),
        ),
        amounts=amounts_of(working.parts),
        value=working.value,
        hidden=amounts_of(income.hidden),
    )
