"""The wages of a year, person by person: what lists of them show, kept from one build to the next.

A year takes everybody's wages of all its months.  Of whom none of these is another, what was found
stands in the store, under a digest of them; so a changed wage has one person added up again.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from kpisite.check.ground import Ground
from kpisite.core.captions import caption
from kpisite.core.digest import digest
from kpisite.core.immutable import immutable
from kpisite.core.text import Language
from kpisite.language.policy import Policy
from kpisite.language.serial import Serial
from kpisite.outcomes.brief import Brief, amounts_of
from kpisite.outcomes.income import Income, incomes
from kpisite.outcomes.outline import Outline
from kpisite.pages.audience import Audience
from kpisite.pages.pay import OF_YEAR, Leading, Paid, PayTable, in_all_name, in_unit, placed
from kpisite.pages.pay_rows import Unfolded, income_rows
from kpisite.pages.plan import SitePlan
from kpisite.pages.remembered import Lines
from kpisite.pages.row import Row
from kpisite.pages.seen import Seen


@immutable
class PersonsYear:
    """A person's year: what is paid in all by the paths of the records, what that comes to, policy
    by policy in the newest version of each, and, as it is kept, how the components of each
    unfold."""

    wages: Mapping[str, Decimal]
    paid: tuple[Paid, ...]
    unfolded: tuple[str, ...]


#: How they are kept between two builds, each with its key.
YEARS = Serial(dict[str, tuple[str, PersonsYear]])
UNFOLDED = Serial(tuple[Unfolded, ...])


def years_of(
    plan: SitePlan, audience: Audience, share: str, seen: Seen
) -> Mapping[int, Lines[PersonsYear]]:
    """By year everybody's who is paid anything in it, by id, for a share of the pages."""
    paid: dict[int, dict[str, list[Outline]]] = {}
    for one in seen.paid.outlines:
        seen.note("wages", one.cell)
        paid.setdefault(one.month.year, {}).setdefault(one.appraisee_id, []).append(one)
    return {
        year: _years(plan, audience, f"{share} {year}", seen, of_person)
        for year, of_person in paid.items()
    }


def _years(
    plan: SitePlan,
    audience: Audience,
    share: str,
    seen: Seen,
    paid: Mapping[str, Sequence[Outline]],
) -> Lines[PersonsYear]:
    """The year of these people, department by department."""
    sight = audience.sight
    ids = sorted(paid, key=lambda id: paid[id][-1].department_id)
    lines = Lines(
        share=share,
        keys={id: digest(sight, *(f"{one.path} {one.wages}" for one in paid[id])) for id in ids},
        order=list(paid),
        find=lambda id: _year(plan.book, seen.of(paid[id]), plan.language),
        remember=plan.remember,
    )
    return lines.kept("years", YEARS)


def _year(ground: Ground, briefs: Sequence[Brief], language: Language) -> PersonsYear:
    found = incomes(ground, briefs)
    rows = (income_rows((*one.working.parts, *one.hidden), language) for one in found)
    return PersonsYear(
        wages={one.path: one.wage.in_all for one in briefs if one.wage is not None},
        paid=tuple(_paid(ground, income, language) for income in found),
        unfolded=tuple(
            UNFOLDED.as_bytes(tuple(map(Unfolded.of, several))).decode() for several in rows
        ),
    )


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


def tables_of_year(
    plan: SitePlan, share: str, year: int, of_people: Lines[PersonsYear]
) -> tuple[PayTable, ...]:
    """The incomes of a year by policy, for a share of the pages."""
    policies: dict[str, Policy] = {}
    at: dict[str, dict[str, int]] = {}
    for id in sorted(of_people.keys):
        for index, one in enumerate(of_people.find(id).paid):
            policy = plan.book.policy_at(one.policy)
            assert policy is not None, "whoever is paid is under a policy"
            policies[policy.id] = policy
            at.setdefault(policy.id, {})[id] = index
    return tuple(
        _table(plan, f"{share} {year} {id}", year, of_people, policies[id], having)
        for id, having in sorted(at.items())
    )


def _table(
    plan: SitePlan,
    share: str,
    year: int,
    of_people: Lines[PersonsYear],
    policy: Policy,
    at: Mapping[str, int],
) -> PayTable:
    """What a policy pays whoever has something of it, at that place of the year's."""
    money = plan.book.money_of(policy)
    return PayTable(
        policy=policy,
        before=OF_YEAR,
        lines=Lines(
            share=share,
            keys={id: key for id, key in of_people.keys.items() if id in at},
            order=list(at),
            find=lambda id: of_people.find(id).paid[at[id]],
            remember=plan.remember,
        ),
        rows_of=lambda id: _rows(of_people.find(id).unfolded[at[id]]),
        sum_name=in_unit(caption("income-of-year", year=year), money, plan.language),
        in_all_name=in_all_name(money, plan.language),
        money=money,
    )


def _rows(unfolded: str) -> tuple[Row, ...]:
    return tuple(one.row() for one in UNFOLDED.from_bytes(unfolded.encode()))
