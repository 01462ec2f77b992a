"""The wages of a year, person by person: what lists of them show, kept from one build to the next.

A year takes everybody's wages of all its months.  Of whom none of these is another, what was found
stands in the store, under a digest of them; so a changed wage has one person added up again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from kpisite.check.ground import Ground
from kpisite.core.digest import digest
from kpisite.core.text import Language, Text
from kpisite.language.policy import Policy
from kpisite.language.serial import Serial
from kpisite.outcomes.brief import Amount, Brief, amounts_of
from kpisite.outcomes.income import Income, incomes
from kpisite.outcomes.outline import Outline
from kpisite.pages.pay import OF_YEAR, Leading, Paid, PayTable, in_all_name, in_unit, placed
from kpisite.pages.pay_rows import Unfolded, income_rows
from kpisite.pages.plan import SitePlan
from kpisite.pages.seen import Seen
from kpisite.score.card import Appraisee


@dataclass(frozen=True, slots=True, kw_only=True)
class YearPaid:
    """What a person is paid in a year under one policy, whose newest version stands at the path
    `policy`: component by component, what only payroll and HR see of it, and how it unfolds.
    `label` is what the sum is called; department and form are those of the newest of so many
    `months`."""

    policy: str
    appraisee: Appraisee
    department: str
    scheme: str
    months: int
    amounts: tuple[Amount, ...]
    value: Decimal
    hidden: tuple[Amount, ...]
    label: Text
    rows: tuple[Unfolded, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonsYear:
    """A person's year: what is paid in all by the paths of the records, and what that comes to,
    policy by policy."""

    wages: Mapping[str, Decimal]
    paid: tuple[YearPaid, ...]


#: How they are kept between two builds, each with its key.
YEARS = Serial(dict[str, tuple[str, PersonsYear]])


def years_of(plan: SitePlan, share: str, seen: Seen) -> Mapping[int, Mapping[str, PersonsYear]]:
    """By year everybody's who is paid anything in it, by id, for a share of the pages."""
    paid: dict[tuple[int, str], list[Outline]] = {}
    for one in seen.paid.outlines:
        seen.note("wages", one.cell)
        paid.setdefault((one.month.year, one.appraisee_id), []).append(one)
    of_name = {f"{year} {id}": several for (year, id), several in paid.items()}
    found = plan.remember(
        share,
        {
            name: digest(*(f"{one.path} {one.wages}" for one in several))
            for name, several in of_name.items()
        },
        YEARS,
        lambda name: _year(plan.book, seen.of(of_name[name]), plan.language),
    )
    by_year: dict[int, dict[str, PersonsYear]] = {}
    for year, id in paid:
        by_year.setdefault(year, {})[id] = found[f"{year} {id}"]
    return by_year


def _year(ground: Ground, briefs: Sequence[Brief], language: Language) -> PersonsYear:
    return PersonsYear(
        wages={one.path: one.wage.in_all for one in briefs if one.wage is not None},
        paid=tuple(_paid(income, language) for income in incomes(ground, briefs)),
    )


def _paid(income: Income, language: Language) -> YearPaid:
    newest, working = income.newest, income.working
    return YearPaid(
        policy=newest.policy,
        appraisee=newest.appraisee,
        department=newest.department_id,
        scheme=newest.scheme,
        months=len(income.paid),
        amounts=amounts_of(working.parts),
        value=working.value,
        hidden=amounts_of(income.hidden),
        label=working.label,
        rows=tuple(map(Unfolded.of, income_rows((*working.parts, *income.hidden), language))),
    )


def tables_of_year(
    ground: Ground, year: Iterable[PersonsYear], language: Language
) -> tuple[PayTable, ...]:
    """The incomes of a year by policy."""
    governed: dict[str, list[Paid]] = {}
    policies: dict[str, Policy] = {}
    names: dict[str, str] = {}
    for one in _in_order(ground, (one for of_person in year for one in of_person.paid)):
        policy = _policy_of(ground, one)
        governed.setdefault(policy.id, []).append(_line(ground, one, language))
        policies[policy.id] = policy
        names[policy.id] = in_unit(one.label, ground.money_of(policy), language)
    return tuple(
        PayTable(
            policy=policies[id],
            before=OF_YEAR,
            people=tuple(people),
            sum_name=names[id],
            in_all_name=in_all_name(ground.money_of(policies[id]), language),
            money=ground.money_of(policies[id]),
        )
        for id, people in sorted(governed.items())
    )


def _in_order(ground: Ground, paid: Iterable[YearPaid]) -> list[YearPaid]:
    """By policy, then by person."""
    return sorted(paid, key=lambda one: (_policy_of(ground, one).id, one.appraisee.id))


def _policy_of(ground: Ground, paid: YearPaid) -> Policy:
    """The newest version of the policy under which the year is paid."""
    policy = ground.policy_at(paid.policy)
    assert policy is not None, "whoever is paid is under a policy"
    return policy


def _line(ground: Ground, one: YearPaid, language: Language) -> Paid:
    form = ground.scheme_at(one.scheme)
    return Paid(
        appraisee=one.appraisee,
        before=(
            *placed(ground, one.department, form, language),
            Leading(value=Decimal(one.months)),
        ),
        amounts=one.amounts,
        value=one.value,
        hidden=one.hidden,
        rows=tuple(row.row() for row in one.rows),
    )
