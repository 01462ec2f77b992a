"""Awards and reviews: what follows from a standing, in one month or over a run of months.

A run is of calendar months, or of the quarters or years that a form appraises, across the turn of
the year.  A month that leave covered, or whose scorecard is provisional or does not count, neither
breaks a run nor adds to it; a month without a scorecard for any other reason breaks it.  What is
due is due once in a run, in the month in which the run grows long enough.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from kpisite.check.book import Book
from kpisite.core.exact import ONE, compare
from kpisite.core.formula import Given
from kpisite.core.text import Text
from kpisite.core.working import Kind, Unit, Working
from kpisite.language.consequence import Award, Condition, Review
from kpisite.outcomes.standing import Standing, group_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """An award or a review that is due in a month, on the months it rests on."""

    rule: Award | Review
    months: tuple[Standing, ...]


def consequences(book: Book, standings: Sequence[Standing]) -> Mapping[str, tuple[Due, ...]]:
    """What is due, by the path of the record in whose month it is."""
    lowest = _lowest(standings)
    by_person: defaultdict[str, list[Standing]] = defaultdict(list)
    for standing in sorted(standings, key=lambda one: one.month):
        if standing.card.appraisee.is_person:
            by_person[standing.card.appraisee.id].append(standing)
    due: defaultdict[str, list[Due]] = defaultdict(list)
    for person, months in by_person.items():
        for at, one in _due_to(book, person, months, lowest):
            due[at.card.record.path].append(one)
    return {path: tuple(several) for path, several in due.items()}


def _due_to(
    book: Book, person: str, months: list[Standing], lowest: Mapping[str, frozenset[str]]
) -> Iterator[tuple[Standing, Due]]:
    rules = {(type(rule).__name__, rule.id) for standing in months for rule in rules_of(standing)}
    for name in sorted(rules):
        run: list[Standing] = []
        in_year: list[Standing] = []
        for standing in months:
            if standing.left_out:
                continue
            rule = _rule(standing, name)
            if rule is None or not is_met(rule, standing, lowest):
                run = []
                continue
            if run and not _follows(book, person, run[-1], standing, months):
                run = []
            run.append(standing)
            in_year = [one for one in in_year if one.month.year == standing.month.year]
            in_year.append(standing)
            if isinstance(rule, Review) and rule.in_all is not None:
                if len(in_year) == rule.in_all:
                    yield standing, Due(rule=rule, months=tuple(in_year))
            elif len(run) == rule.months or rule.months == 1:
                yield standing, Due(rule=rule, months=tuple(run[-rule.months :]))


def rules_of(standing: Standing) -> tuple[Award | Review, ...]:
    """The awards and reviews that its policy knows."""
    policy = standing.policy
    rules: list[Award | Review] = [] if policy is None else [*policy.model.award]
    return (*rules, *(() if policy is None else policy.model.review))


def _rule(standing: Standing, name: tuple[str, str]) -> Award | Review | None:
    rules = rules_of(standing)
    return next((rule for rule in rules if (type(rule).__name__, rule.id) == name), None)


def _follows(
    book: Book, person: str, before: Standing, after: Standing, months: list[Standing]
) -> bool:
    """Whether every month between the periods of two was away on leave or left out for a stated
    reason."""
    left_out = {
        month for standing in months if standing.left_out for month in standing.period.months
    }
    employee = book.staff[person].model
    month = before.month.plus(1)
    while month < after.period.first:
        if month not in left_out and not employee.is_away_in(month):
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
        parts=tuple(_earned_by(rule, standing) for standing in due.months),
    )


def _earned_by(rule: Award, standing: Standing) -> Working:
    """The rank where it is asked for, or how often the events happened, or else the total."""
    if standing.rank is not None and (rule.first or rule.last):
        return _rank(standing)
    if rule.events or rule.none_of:
        return _happened(standing, (*rule.events, *rule.none_of))
    month, total = standing.month, standing.card.total
    label = Text(zh=f"{month} 总分", en=f"{month} total")
    return Working(
        id=str(month), kind=Kind.FIGURE, label=label, value=total.value, places=total.places
    )


def _rank(standing: Standing) -> Working:
    assert standing.rank is not None
    return Working(
        id=str(standing.month),
        kind=Kind.FIGURE,
        label=Text(
            zh=f"{standing.month} 名次（共 {standing.ranked} 人）",
            en=f"{standing.month} rank of {standing.ranked}",
        ),
        value=ONE * standing.rank,
        most=Decimal(standing.ranked),
        unit=Unit.FIGURE,
    )


def _happened(standing: Standing, ids: Sequence[str]) -> Working:
    """How often any of some events happened in the month."""
    rules = standing.card.scheme.model.rules
    names = [rules[id].name for id in ids if id in rules]
    events = [
        (index, event) for index, event in enumerate(standing.record.event) if event.rule in ids
    ]
    return Working(
        id=str(standing.month),
        kind=Kind.FIGURE,
        label=Text(
            zh=f"{standing.month} {'、'.join(name.say('zh') for name in names)}（次）",
            en=f"{standing.month} {', '.join(name.say('en') for name in names)} (times)",
        ),
        value=Decimal(sum(event.count for _, event in events)),
        unit=Unit.FIGURE,
        sources=tuple(standing.card.record.at("event", index) for index, _ in events),
    )
