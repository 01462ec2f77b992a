"""Awards and reviews: what follows from a standing, in one month or over a run of months.

A run is of calendar months, or of the quarters or years that a form appraises, across the turn of
the year.  A month that leave covered, or whose scorecard is provisional or does not count, neither
breaks a run nor adds to it; a month without a scorecard for any other reason breaks it.  What is
due is due once in a run, in the month in which the run grows long enough.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from kpisite.check.book import Book
from kpisite.core.exact import compare
from kpisite.core.formula import Given
from kpisite.core.month import Month
from kpisite.core.text import Text
from kpisite.core.working import Kind, Unit, Working
from kpisite.language.consequence import Award, Condition, Review
from kpisite.language.staff import Employee
from kpisite.outcomes.carry import Basis, Carry, History, Run
from kpisite.outcomes.standing import Standing, group_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """An award or a review that is due in a month, on the months it rests on."""

    rule: Award | Review
    months: tuple[Basis, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """A month's consequences: what is due by the path of the record, and where each person's runs
    stand at its end."""

    due: Mapping[str, tuple[Due, ...]]
    histories: Mapping[str, History]


def consequences(book: Book, standings: Sequence[Standing], carry: Carry) -> Followed:
    """What is due after one month's standings, and what of it counts in later months."""
    lowest = _lowest(standings)
    by_person: defaultdict[str, list[Standing]] = defaultdict(list)
    for standing in standings:
        if standing.card.appraisee.is_person:
            by_person[standing.card.appraisee.id].append(standing)
    due: defaultdict[str, list[Due]] = defaultdict(list)
    histories = {}
    for person, several in by_person.items():
        employee, history = book.staff[person].model, carry.of(person)
        away = frozenset(history.away).union(
            month for one in several if one.left_out for month in one.period.months
        )
        runs = {}
        names = {rule_name(rule) for one in several for rule in rules_of(one)}
        for name in sorted(names.union(history.runs)):
            run = history.runs.get(name, Run())
            for standing in several:
                if not standing.left_out:
                    rule = _rule(standing, name)
                    is_held = rule is not None and is_met(rule, standing, lowest)
                    run = _after(run, standing, rule if is_held else None, employee, away)
                    months = _months_due(rule, run) if rule is not None and is_held else ()
                    if rule is not None and months:
                        due[standing.card.record.path].append(Due(rule=rule, months=months))
            if run.running or run.in_year:
                runs[name] = run
        histories[person] = replace(history, runs=runs, away=_away_since(runs, away))
    return Followed(
        due={path: tuple(several) for path, several in due.items()}, histories=histories
    )


def rule_name(rule: Award | Review) -> str:
    """What a run of months is remembered by: an award and a review may share an id."""
    return f"{type(rule).__name__} {rule.id}"


def _after(
    run: Run,
    standing: Standing,
    rule: Award | Review | None,
    employee: Employee,
    away: frozenset[Month],
) -> Run:
    """The run after a standing that counts, for which `rule` holds or, where it is None, none."""
    in_year = tuple(one for one in run.in_year if one.month.year == standing.month.year)
    if rule is None:
        return Run(in_year=in_year)
    running = run.running
    if running and not _follows(employee, running[-1].month, standing, away):
        running = ()
    basis = _basis(rule, standing)
    return Run(running=(*running, basis), in_year=(*in_year, basis))


def _months_due(rule: Award | Review, run: Run) -> tuple[Basis, ...]:
    """The months on which it is due now; none where it is not."""
    if isinstance(rule, Review) and rule.in_all is not None:
        return run.in_year if len(run.in_year) == rule.in_all else ()
    if len(run.running) == rule.months or rule.months == 1:
        return run.running[-rule.months :]
    return ()


def _away_since(runs: Mapping[str, Run], away: Iterable[Month]) -> tuple[Month, ...]:
    """The months away after any that a run may go on from."""
    ends = [run.running[-1].month for run in runs.values() if run.running]
    return tuple(sorted(month for month in away if month > min(ends))) if ends else ()


def rules_of(standing: Standing) -> tuple[Award | Review, ...]:
    """The awards and reviews that its policy knows."""
    policy = standing.policy
    rules: list[Award | Review] = [] if policy is None else [*policy.model.award]
    return (*rules, *(() if policy is None else policy.model.review))


def _rule(standing: Standing, name: str) -> Award | Review | None:
    return next((rule for rule in rules_of(standing) if rule_name(rule) == name), None)


def _follows(employee: Employee, before: Month, after: Standing, away: frozenset[Month]) -> bool:
    """Whether every month between two was away on leave or left out for a stated reason."""
    month = before.plus(1)
    while month < after.period.first:
        if month not in away and not employee.is_away_in(month):
            return False
        month = month.plus(1)
    return True


def is_met(condition: Condition, standing: Standing, lowest: Mapping[str, frozenset[str]]) -> bool:
    """Whether all that a condition states holds for a standing that counts."""
    assert standing.policy is not None
    grades = [grade.id for grade in standing.policy.model.grade]
    own = None if standing.grade is None else grades[standing.grade]
    happened = {event.rule for event in standing.record.event}
    at_least = condition.at_least
    return (
        (not condition.first or standing.rank == 1)
        and (not condition.last or standing.is_last)
        and set(condition.last_in) <= lowest.get(standing.card.record.path, frozenset())
        and (not condition.grades or own in condition.grades)
        and (at_least is None or _is_at_least(standing.grade, grades.index(at_least)))
        and (not condition.events or bool(happened & set(condition.events)))
        and not happened & set(condition.none_of)
    )


def _is_at_least(grade: int | None, other: int) -> bool:
    """Whether a grade is that other one or a better one; grades stand from the best down."""
    return grade is not None and grade <= other


def _lowest(standings: Sequence[Standing]) -> Mapping[str, frozenset[str]]:
    """The figures in which each record is the lowest of its group, by path; where all are equal
    or one is alone, nobody is."""
    groups = defaultdict(list)
    for standing in standings:
        group = group_of(standing)
        if group is not None:
            groups[group].append(standing)
    lowest: defaultdict[str, set[str]] = defaultdict(set)
    for several in groups.values():
        for metric in {metric for one in several for metric in one.record.metrics}:
            having = [one for one in several if metric in one.record.metrics]
            values = [one.record.metrics[metric].value for one in having]
            if compare(min(values), max(values)) == 0:
                continue
            for one, value in zip(having, values, strict=True):
                if value == min(values):
                    lowest[one.card.record.path].add(metric)
    return {path: frozenset(metrics) for path, metrics in lowest.items()}


def award_working(due: Due) -> Working:
    """An award's amount, on what earned it in each of its months."""
    rule = due.rule
    assert isinstance(rule, Award)
    return Working(
        id=rule.id,
        kind=Kind.STEP,
        label=rule.name,
        value=rule.amount,
        unit=Unit.MONEY,
        formula=Given(rule.amount),
        parts=tuple(basis.working() for basis in due.months),
    )


def _basis(rule: Award | Review, standing: Standing) -> Basis:
    """What met the condition: the rank where it is asked for, or how often the events happened, or
    else the total; for a review the month says enough."""
    if isinstance(rule, Review):
        return Basis(month=standing.month)
    if standing.rank is not None and (rule.first or rule.last):
        return _rank(standing, standing.rank)
    if rule.events or rule.none_of:
        return _happened(standing, (*rule.events, *rule.none_of))
    month, total = standing.month, standing.card.total
    label = Text(zh=f"{month} 总分", en=f"{month} total")
    return Basis(month=month, label=label, value=total.value, places=total.places)


def _rank(standing: Standing, rank: int) -> Basis:
    return Basis(
        month=standing.month,
        label=Text(
            zh=f"{standing.month} 名次（共 {standing.ranked} 人）",
            en=f"{standing.month} rank of {standing.ranked}",
        ),
        value=Decimal(rank),
        most=Decimal(standing.ranked),
        is_count=True,
    )


def _happened(standing: Standing, ids: Sequence[str]) -> Basis:
    """How often any of some events happened in the month."""
    rules = standing.card.scheme.model.rules
    names = [rules[id].name for id in ids if id in rules]
    events = [
        (index, event) for index, event in enumerate(standing.record.event) if event.rule in ids
    ]
    return Basis(
        month=standing.month,
        label=Text(
            zh=f"{standing.month} {'、'.join(name.say('zh') for name in names)}（次）",
            en=f"{standing.month} {', '.join(name.say('en') for name in names)} (times)",
        ),
        value=Decimal(sum(event.count for _, event in events)),
        is_count=True,
        sources=tuple(standing.card.record.at("event", index) for index, _ in events),
    )
