"""Awards and reviews: what follows from a standing, in one month or over a run of months.

A run is of calendar months, or of the quarters or years that a form appraises, across the turn of
the year.  A month that leave covered, or whose scorecard is provisional or does not count, neither
breaks a run nor adds to it; a month without a scorecard for any other reason breaks it.  What is
due once in a run is due in the month in which the run grows long enough, all else in that month and
in each after it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from kpisite.check.ground import Ground
from kpisite.core.captions import caption, listed
from kpisite.core.exact import ZERO
from kpisite.core.formula import Constant, Formula, Operand
from kpisite.core.immutable import immutable
from kpisite.core.money import Money
from kpisite.core.month import Month
from kpisite.core.text import Text
from kpisite.core.working import Kind, Unit, Working
from kpisite.language.consequence import Award, Condition, Review
from kpisite.language.figures.condition import Condition as FigureCondition
from kpisite.language.grade import Grade
from kpisite.language.staff import Employee
from kpisite.outcomes.carry import NO_RUN, Basis, EarlierMonths, Run
from kpisite.outcomes.figures import PolicyFigures
from kpisite.outcomes.standing import Graded


@immutable
class Due:
    """An award or a review that is due in a month, on the months it rests on."""

    rule: Award | Review
    months: tuple[Basis, ...]


def consequences(
    ground: Ground, graded: Sequence[Graded], history: EarlierMonths
) -> tuple[Mapping[str, tuple[Due, ...]], EarlierMonths]:
    """What is due to one person after a month's scorecards, by the path of the record, and their
    history with what of it counts in later months; a department has neither awards nor reviews."""
    if not graded or not all(one.card.appraisee.is_person for one in graded):
        return {}, history
    employee = ground.staff[graded[0].card.appraisee.id].model
    away = frozenset(history.away).union(
        month for one in graded if one.standing.left_out for month in one.period.months
    )
    due: defaultdict[str, list[Due]] = defaultdict(list)
    runs = {}
    names = {name for one in graded for name in _rules(one)}
    for name in sorted(names.union(history.runs)):
        run = history.runs.get(name, NO_RUN)
        for one in graded:
            if not one.standing.left_out:
                rule = _rules(one).get(name)
                is_held = rule is not None and is_met(rule, one)
                run = _after(run, one, rule if is_held else None, employee, away)
                months = _months_due(rule, run) if rule is not None and is_held else ()
                if rule is not None and months:
                    due[one.card.record.path].append(Due(rule=rule, months=months))
        if run.running or run.in_year:
            runs[name] = run
    history = replace(history, runs=runs, away=_away_since(runs, away))
    return {path: tuple(several) for path, several in due.items()}, history


def _after(
    run: Run,
    graded: Graded,
    rule: Award | Review | None,
    employee: Employee,
    away: frozenset[Month],
) -> Run:
    """The run after a standing that counts, for which `rule` holds or, where it is None, none."""
    in_year = tuple(one for one in run.in_year if one.month.year == graded.month.year)
    if rule is None:
        return Run(in_year=in_year) if in_year else NO_RUN
    running = run.running
    if running and not _follows(employee, running[-1].month, graded, away):
        running = ()
    basis = _basis(rule, graded)
    return Run(running=(*running, basis), in_year=(*in_year, basis))


def _months_due(rule: Award | Review, run: Run) -> tuple[Basis, ...]:
    """The months on which it is due now; none where it is not."""
    if isinstance(rule, Review) and rule.in_all is not None:
        return run.in_year if len(run.in_year) == rule.in_all else ()
    held = len(run.running)
    is_due = held == rule.months if rule.is_once else held >= rule.months
    return run.running[-rule.months :] if is_due else ()


def _away_since(runs: Mapping[str, Run], away: Iterable[Month]) -> tuple[Month, ...]:
    """The months away after any that a run may go on from."""
    ends = [run.running[-1].month for run in runs.values() if run.running]
    return tuple(sorted(month for month in away if month > min(ends))) if ends else ()


def _rules(graded: Graded) -> Mapping[str, Award | Review]:
    """The awards and reviews that its policy knows, by their runs."""
    return {} if graded.policy is None else graded.policy.model.by_run


def _follows(employee: Employee, before: Month, after: Graded, away: frozenset[Month]) -> bool:
    """Whether every month between two was away on leave or left out for a stated reason."""
    month = before.plus(1)
    while month < after.period.first:
        if month not in away and not employee.is_away_in(month):
            return False
        month = month.plus(1)
    return True


def is_met(condition: Condition, graded: Graded) -> bool:
    """Whether all that a condition states holds for a scorecard that counts."""
    assert graded.policy is not None
    standing, grades = graded.standing, graded.policy.model.grade
    happened = {event.rule for event in graded.record.event}
    return (
        (not condition.first or standing.rank == 1)
        and (not condition.last or standing.is_last)
        and all(one in standing.lowest for one in condition.last_in)
        and (not condition.grades or _is_among(standing.grade, grades, condition.grades))
        and (condition.at_least is None or _is_at_least(standing.grade, grades, condition.at_least))
        and (not condition.events or not happened.isdisjoint(condition.events))
        and happened.isdisjoint(condition.none_of)
        and (condition.if_ is None or _why(condition.if_, graded) is not None)
    )


def _why(condition: FigureCondition, graded: Graded) -> Text | None:
    """The figures of the policy, or of the form, that are as a rule wants them; None where they are
    not."""
    figures = graded.figures
    return None if figures is None else condition.holds(figures.figure_or_other)


def _is_among(grade: int | None, grades: Sequence[Grade], ids: Collection[str]) -> bool:
    return grade is not None and grades[grade].id in ids


def _is_at_least(grade: int | None, grades: Sequence[Grade], least: str) -> bool:
    """Whether a grade is that one or a better one; grades stand from the best down."""
    return grade is not None and any(one.id == least for one in grades[grade:])


def award_working(due: Due, money: Money, figures: PolicyFigures | None) -> Working:
    """An award's amount, on what earned it in each of its months; by a figure, on that."""
    rule = due.rule
    assert isinstance(rule, Award)
    parts = tuple(basis.working() for basis in due.months)
    formula: Formula = Constant(ZERO if rule.amount is None else rule.amount)
    by = None if rule.figure is None or figures is None else figures.figure(rule.figure)
    if by is not None:
        formula, parts = money.rounds_always(Operand(0)), (by, *parts)
    return Working(
        id=rule.id,
        kind=Kind.STEP,
        label=rule.name,
        value=formula.value(parts),
        unit=Unit.MONEY,
        places=money.printed,
        formula=formula,
        parts=parts,
    )


def _basis(rule: Award | Review, graded: Graded) -> Basis:
    """What met the condition: the rank where it is asked for, or how often the events happened, or
    else the total, after the figures that an `if` asks for; for a review the month says enough."""
    if isinstance(rule, Review):
        return Basis(month=graded.month)
    basis = _stated_basis(rule, graded)
    why = None if rule.if_ is None else _why(rule.if_, graded)
    return (
        basis if why is None else replace(basis, label=caption("met", why=why, label=basis.label))
    )


def _stated_basis(rule: Award, graded: Graded) -> Basis:
    if graded.standing.rank is not None and (rule.first or rule.last):
        return _rank(graded, graded.standing.rank)
    if rule.events or rule.none_of:
        return _happened(graded, (*rule.events, *rule.none_of))
    month, total = graded.month, graded.card.total
    label = caption("month-total", month=month)
    return Basis(month=month, label=label, value=total.value, places=total.places)


def _rank(graded: Graded, rank: int) -> Basis:
    return Basis(
        month=graded.month,
        label=caption("month-rank", month=graded.month, count=graded.standing.ranked),
        value=Decimal(rank),
        most=Decimal(graded.standing.ranked),
        is_count=True,
    )


def _happened(graded: Graded, ids: Sequence[str]) -> Basis:
    """How often any of some events happened in the month."""
    rules = graded.card.scheme.model.rules
    names = [rules[id].name for id in ids if id in rules]
    events = [
        (index, event) for index, event in enumerate(graded.record.event) if event.rule in ids
    ]
    return Basis(
        month=graded.month,
        label=caption("month-times", month=graded.month, names=listed(names)),
        value=Decimal(sum(event.count for _, event in events)),
        is_count=True,
        sources=tuple(graded.card.record.at("event", index) for index, _ in events),
    )
