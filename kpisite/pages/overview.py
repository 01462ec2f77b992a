"""A month at a glance: how much of it is done, whether it is closed, what it pays, what was amended
since."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
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
from kpisite.pages.attention import Need, Phrasing
from kpisite.pages.audience import Audience, Capability
from kpisite.pages.plan import SitePlan
from kpisite.pages.remembered import Keyed, each_known
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
    department: str,
) -> Overview:
    """The month of a department among the scorecards that an audience sees, of all."""
    in_month = seen.in_month(month)
    of_month = in_month.briefs
    before = plan.seen_by(audience, "wages").of(seen.in_month(month.plus(-1)).outlines)
    return glance(
        plan,
        audience,
        month,
        done=done_of(of_month),
        forgotten=forgotten_in(plan, audience, month, department),
        pay=paid_by_policy(of_month),
        before=lambda: amounts_of(plan, paid_by_policy(before)),
        amended=amended(plan, audience, in_month, month, href),
    )


def glance(
    plan: SitePlan,
    audience: Audience,
    month: Month,
    *,
    done: tuple[int, int],
    forgotten: int,
    pay: Mapping[str, Decimal],
    before: Callable[[], Mapping[Money, Decimal]],
    amended: Need | None,
) -> Overview:
    """A month of which so many scorecards are done, of so many and those forgotten; what it pays by
    the path of the policy, and what the month before did."""
    final, there = done
    in_words = change = ""
    if audience.can(Capability.PAY):
        amounts = amounts_of(plan, pay)
        in_words = in_all(plan, amounts.items())
        change = change_of_pay(amounts, before())
    return Overview(
        done=final,
        expected=there + forgotten,
        state=plan.version_of_month(month),
        pay=in_words,
        pay_change=change,
        amended=amended,
    )


def done_of(of_month: Iterable[Brief]) -> tuple[int, int]:
    """How many scorecards of a month are final, of how many."""
    whole = [one for one in of_month if one.part is None]
    return sum(not one.is_provisional for one in whole), len(whole)


def forgotten_in(plan: SitePlan, audience: Audience, month: Month, department: str = "") -> int:
    """How many scorecards of a month there should be besides, of all, or of a department."""
    return sum(
        one.month == month
        and one.reason is None
        and one.part is None
        and department in ("", one.department)
        for one in plan.unrecorded_to(audience)
    )


def paid_by_policy(paid: Iterable[Brief]) -> dict[str, Decimal]:
    """What some months pay, by the path of the policy."""
    sums: defaultdict[str, list[Decimal]] = defaultdict(list)
    for one in paid:
        if one.wage is not None:
            sums[one.policy].append(one.wage.in_all)
    return {policy: total(several) for policy, several in sums.items()}


def added_up(several: Iterable[Mapping[str, Decimal]]) -> dict[str, Decimal]:
    """Such amounts of several together."""
    sums: defaultdict[str, list[Decimal]] = defaultdict(list)
    for one in several:
        for policy, amount in one.items():
            sums[policy].append(amount)
    return {policy: total(each) for policy, each in sums.items()}


def amounts_of(plan: SitePlan, paid: Mapping[str, Decimal]) -> dict[Money, Decimal]:
    """What policies pay, by their paths, of each currency by itself."""
    sums: defaultdict[Money, list[Decimal]] = defaultdict(list)
    for path, amount in paid.items():
        policy = plan.book.policy_at(path)
        if policy is not None:
            sums[plan.book.money_of(policy)].append(amount)
    return {money: total(several) for money, several in sums.items()}


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
SUMS = Serial(Keyed[dict[str, Decimal]])


def amounts_in(
    plan: SitePlan, audience: Audience, month: Month, share: str
) -> dict[Money, Decimal]:
    """The same of all that an audience sees of a month, for a share of the pages: department by
    department, of which those are not read whose pay is as it was in the build before."""
    seen = plan.seen_by(audience, "wages").in_month(month)
    cells = {" ".join(cell): cell for cell in seen.cells}
    keys = {
        name: digest(audience.sight, plan.answer_of("wages", cell)) for name, cell in cells.items()
    }
    found = each_known(
        plan.memory,
        f"{share} before",
        keys,
        SUMS,
        lambda name: paid_by_policy(seen.of(seen.only(cells[name]).outlines)),
    )
    return amounts_of(plan, added_up(found.values()))


def change_of_pay(now: Mapping[Money, Decimal], last: Mapping[Money, Decimal]) -> str:
    """By how much a month pays more than the one before; empty where that paid nothing, and where
    they are of several currencies."""
    if len(now) != 1 or now.keys() != last.keys():
        return ""
    ((money, amount),) = now.items()
    change = difference(amount, last[money])
    return f"{'+' if change > 0 else ''}{money.show(change)}"


def amended(
    plan: SitePlan,
    audience: Audience,
    in_month: Seen,
    month: Month,
    href: Callable[[Brief], str],
) -> Need | None:
    """Who of a month was amended after it was closed."""
    if not audience.can(Capability.CARDS):
        return None
    filed = plan.book.amendments.get(month)
    every = () if filed is None else filed.model.amendment
    with_all = audience.can(Capability.ALL_PAY)
    shown = every if with_all else amendments_shown(plan.book, month)
    changed = {one.appraisee for one in shown}
    if not changed:
        return None
    several = [
        one for one in in_month.every if name_in_month(one.appraisee_id, one.qualifier) in changed
    ]
    if not several:
        return None
    phrasing = Phrasing(plan.book, plan.language, href)
    names = Markup(plan.words("list-comma")).join(map(phrasing.name, in_month.of(several)))
    said = Markup(plan.words("amended-after")).format(count=len(several), names=names)
    return Need(html=said)
