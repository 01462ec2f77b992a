"""A month at a glance: how much of it is done, whether it is closed, what it pays, what was amended
since."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup

from kpisite.core.address import name_in_month
from kpisite.core.exact import ZERO, difference, total
from kpisite.core.money import Money
from kpisite.core.month import Month
from kpisite.outcomes.after import amendments_shown
from kpisite.outcomes.brief import Brief
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
) -> Overview:
    """The month among the scorecards that an audience sees, of all or of a department."""
    in_month = seen.in_month(month)
    of_month = in_month.briefs
    done, expected = done_of(plan, audience, month, of_month, department)
    pay = change = ""
    if audience.can(Capability.PAY):
        pay = paid_in_all(plan, of_month)
        change = change_of_pay(plan, of_month, _wages_of(plan, audience, month.plus(-1), seen))
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


def change_of_pay(plan: SitePlan, now: Sequence[Brief], before: Sequence[Brief]) -> str:
    """By how much a month pays more than the one before; empty where nothing was paid then, and
    where they are of several currencies."""
    this, last = amounts_of(plan, now), amounts_of(plan, before)
    if len(this) != 1 or this.keys() != last.keys():
        return ""
    ((money, amount),) = this.items()
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
