"""The wage of a month: the components of the policy, each on its own grounds (F03)."""

from functools import partial

from kpisite.check.ground import Ground
from kpisite.core.captions import caption
from kpisite.core.formula import sum_of_parts
from kpisite.core.issue import Source
from kpisite.core.month import Month
from kpisite.core.working import Kind, Working
from kpisite.language.components import Grounds
from kpisite.language.project import Project
from kpisite.outcomes.carry import EarlierMonths
from kpisite.outcomes.figures import PolicyFigures
from kpisite.outcomes.moved import points_moved
from kpisite.outcomes.pools import PoolPortion
from kpisite.outcomes.standing import Graded

WAGE = caption("wage-of-the-month")
IN_ALL = caption("paid-in-all")


def wage_of(
    ground: Ground,
    graded: Graded,
    history: EarlierMonths,
    awards: tuple[Working, ...],
    pool: PoolPortion | None,
    figures: PolicyFigures | None = None,
) -> tuple[Working | None, Working | None]:
    """The components of the policy added up, each to the cent: those that the person sees, and,
    where there are others that only payroll and HR see, that sum and these; None where it pays
    nothing."""
    card, policy, standing = graded.card, graded.policy, graded.standing
    if policy is None or standing.left_out or not policy.model.pay:
        return None, None
    if not card.appraisee.is_person:
        return None, None
    record, money = card.record, ground.money_of(policy.model)
    pay, person = ground.pay.get(card.appraisee.id), ground.staff[card.appraisee.id]
    grounds = Grounds(
        record=record.model,
        record_at=record.at(),
        period=card.period,
        employee=person.model,
        employee_at=person.at(),
        part_month=policy.model.part_month,
        leaves=_leaves(ground, graded),
        earlier=history.figures,
        money=money,
        total=card.total,
        grade=graded.grade,
        grade_at=policy.at("grade", standing.grade or 0),
        pay=None if pay is None else pay.model,
        pay_at=record.at() if pay is None else pay.at(),
        awards=awards,
        pool=None if pool is None else pool.working(money),
        figure=_nothing if figures is None else figures.figure,
        shares=standing.shares,
        moved=partial(points_moved, card),
        projects=_projects(ground, graded.month),
    )
    lines = tuple(component.working(grounds) for component in policy.model.lines_shown)
    label = policy.model.sum or WAGE
    wage = money.line("wage", Kind.WAGE, label, sum_of_parts(len(lines)), lines)
    others = tuple(component.working(grounds) for component in policy.model.lines_of_payroll)
    if not others:
        return wage, None
    formula = sum_of_parts(1 + len(others))
    return wage, money.line("paid-in-all", Kind.WAGE, IN_ALL, formula, (wage, *others))


def _nothing(_: str) -> Working | None:
    return None


def _projects(ground: Ground, month: Month) -> tuple[tuple[Project, Source], ...]:
    filed = ground.month_pay.get(month)
    if filed is None:
        return ()
    return tuple(
        (project, filed.at("project", index)) for index, project in enumerate(filed.model.project)
    )


def _leaves(ground: Ground, graded: Graded) -> bool:
    """Whether the employment ends in the month."""
    left = ground.staff[graded.card.appraisee.id].model.left
    return left is not None and Month.of(left) == graded.month
