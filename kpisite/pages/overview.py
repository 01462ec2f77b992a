"""A month at a glance: how much of it is done, whether it is closed, what it pays, what was amended
since."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup

from kpisite.core.address import name_in_month
from kpisite.core.digest import digest
from kpisite.core.exact import ZERO, difference, total
from kpisite.core.money import Money
from kpisite.core.month import Month
from kpisite.language.serial import Serial
from kpisite.outcomes.after import amendments_shown
from kpisite.outcomes.brief import Brief
from kpisite.outcomes.outline import by_cell
from kpisite.pages.attention import Need, Phrasing
from kpisite.pages.audience import Audience, Capability
from kpisite.pages.plan import SitePlan
from kpisite.pages.seen import Seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """A month in short: `done` of `expected` scorecards, open or closed in words, the pay in all
    and its change where the reader sees pay, and who was amended after closing."""

    done: int
    expected: int
    state: str
    pay: str = ""
    pay_change: str = ""
    amended: Need | None = None


def overview(
    plan: SitePlan,
    audience: Audience,
    month: Month,
    seen: Seen,
    href: Callable[[Brief], str],
    department: str = "",
    share: str = "",
) -> Overview:
    """The month among the scorecards that an audience sees, of all, for that share of the pages, or
    of a department."""
    in_month = seen.in_month(month)
    of_month = in_month.briefs
    done, expected = done_of(plan, audience, month, of_month, department)
    pay = change = ""
    if audience.can(Capability.PAY):
        pay = paid_in_all(plan, of_month)
        last = (
            amounts_in(plan, audience, month.plus(-1), share)
            if share
            else amounts_of(plan, _wages_of(plan, audience, month.plus(-1), seen))
        )
        change = change_of_pay(amounts_of(plan, of_month), last)
    return Overview(
        done=done,
        expected=expected,
        state=plan.version_of_month(month),
        pay=pay,
        pay_change=change,
        amended=_amended(plan, audience, month, in_month.of(in_month.every), href),
    )


def _wages_of(plan: SitePlan, audience: Audience, month: Month, seen: Seen) -> Sequence[Brief]:
    """What was paid in another month to whom is seen, without reading more of it."""
    return plan.seen_by(audience, "wages").of(seen.in_month(month).outlines)


def done_of(
    plan: SitePlan,
    audience: Audience,
    month: Month,
    of_month: Iterable[Brief],
    department: str = "",
) -> tuple[int, int]:
    """How many scorecards are final, and how many there should be, with those of the forgotten; of
    all, or of a department."""
    whole = [one for one in of_month if one.part is None]
    forgotten = sum(
        one.month == month
        and one.reason is None
        and one.part is None
        and department in ("", one.department)
        for one in plan.unrecorded_to(audience)
    )
    return sum(not one.is_provisional for one in whole), len(whole) + forgotten


def amounts_of(plan: SitePlan, paid: Iterable[Brief]) -> dict[Money, Decimal]:
    """What some months pay, of each currency by itself."""
    sums: defaultdict[Money, list[Decimal]] = defaultdict(list)
    for one in paid:
        policy = plan.book.policy_at(one.policy)
        if one.wage is not None and policy is not None:
            sums[plan.book.money_of(policy)].append(one.wage.in_all)
    return {money: total(several) for money, several in sums.items()}


def paid_in_all(plan: SitePlan, paid: Iterable[Brief]) -> str:
    """The sum of some wages."""
    return in_all(plan, amounts_of(plan, paid).items())


def in_all(plan: SitePlan, amounts: Iterable[tuple[Money, Decimal]]) -> str:
    """The sum of some amounts, of each currency by itself: another than the site's with its code,
    for what is of two currencies adds up to nothing."""
    usual = plan.book.money_of(None)
    sums: defaultdict[Money, list[Decimal]] = defaultdict(list)
    for one, amount in amounts:
        sums[one].append(amount)
    said = [
        f"{'' if one.currency == usual.currency else one.currency + ' '}{one.show(total(several))}"
        for one, several in sorted(sums.items(), key=lambda item: item[0] != usual)
    ]
    return " + ".join(said) or usual.show(ZERO)


#: How what departments' months pay is kept between two builds, by the path of the policy.
SUMS = Serial(dict[str, tuple[str, dict[str, Decimal]]])


def amounts_in(
    plan: SitePlan, audience: Audience, month: Month, share: str
) -> dict[Money, Decimal]:
    """The same of all that an audience sees of a month, for a share of the pages: department by
    department, of which those are not read whose pay is as it was in the build before."""
    seen = plan.seen_by(audience, "wages").in_month(month)
    cells = {" ".join(cell): (cell, several) for cell, several in by_cell(seen.outlines).items()}

    def sums_of(name: str) -> dict[str, Decimal]:
        paid: defaultdict[str, list[Decimal]] = defaultdict(list)
        for one in seen.of(cells[name][1]):
            if one.wage is not None:
                paid[one.policy].append(one.wage.in_all)
        return {policy: total(several) for policy, several in paid.items()}

    keys = {}
    for name, (cell, several) in cells.items():
        seen.note("wages", cell)
        keys[name] = digest(*(f"{one.path} {one.wages}" for one in several))
    sums: defaultdict[Money, list[Decimal]] = defaultdict(list)
    for found in plan.remember(share, keys, SUMS, sums_of).values():
        for path, amount in found.items():
            policy = plan.book.policy_at(path)
            if policy is not None:
                sums[plan.book.money_of(policy)].append(amount)
    return {money: total(several) for money, several in sums.items()}


def change_of_pay(now: Mapping[Money, Decimal], last: Mapping[Money, Decimal]) -> str:
    """By how much a month pays more than the one before; empty where that paid nothing, and where
    they are of several currencies."""
    if len(now) != 1 or now.keys() != last.keys():
        return ""
    ((money, amount),) = now.items()
    change = difference(amount, last[money])
    return f"{'+' if change > 0 else ''}{money.show(change)}"


def _amended(
    plan: SitePlan,
    audience: Audience,
    month: Month,
    of_month: Iterable[Brief],
    href: Callable[[Brief], str],
) -> Need | None:
    if not audience.can(Capability.CARDS):
        return None
    filed = plan.book.amendments.get(month)
    every = () if filed is None else filed.model.amendment
    with_all = audience.can(Capability.ALL_PAY)
    shown = every if with_all else amendments_shown(plan.book, month)
    changed = {one.appraisee for one in shown}
    several = [one for one in of_month if name_in_month(one.appraisee_id, one.qualifier) in changed]
    if not several:
        return None
    phrasing = Phrasing(plan.book, plan.language, href)
    names = Markup(plan.words("list-comma")).join(map(phrasing.name, several))
    said = Markup(plan.words("amended-after")).format(count=len(several), names=names)
    return Need(html=said)
