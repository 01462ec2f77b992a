"""Grades by rank in a group, so many of each, where a policy states a quota."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from kpisite.check.ground import Ground
from kpisite.core.captions import caption
from kpisite.core.exact import total
from kpisite.core.formula import Constant, Operand, Product, readable
from kpisite.core.immutable import immutable
from kpisite.core.month import Month, Per
from kpisite.core.text import Text
from kpisite.core.working import Kind, Unit, Working
from kpisite.language.policy import Policy
from kpisite.outcomes.placing import Placing

Group = tuple[str, Month, Per, str | Text]


@immutable
class Placed:
    """The grade that somebody's rank earns, by its index, and in words why."""

    grade: int
    why: Text


def group_of(ground: Ground, placing: Placing, within: str, policy: Policy) -> Group:
    """The people with whom a scorecard is compared."""
    among: dict[str, str | Text] = {
        "department": placing.department,
        "post": placing.title,
        "scheme": ground.scheme_at(placing.scheme).id,
        "company": "",
    }
    return policy.id, placing.month, placing.per, among[within]


def by_quota(ground: Ground, placings: Sequence[Placing]) -> Mapping[str, Placed]:
    """The grade of every record of some months that a quota gives one, by its path."""
    groups: defaultdict[Group, list[Placing]] = defaultdict(list)
    for one in placings:
        policy = ground.policy_at(one.policy)
        if policy is None or policy.quota is None or not policy.grade or not one.is_ranked:
            continue
        within = policy.quota.within or policy.ranking.within
        groups[group_of(ground, one, within, policy)].append(one)
    of_departments = _grades_of_departments(ground, placings) if groups else {}
    found: dict[str, Placed] = {}
    for several in groups.values():
        found.update(_placed(ground, several, of_departments))
    return found


def _grades_of_departments(
    ground: Ground, placings: Iterable[Placing]
) -> Mapping[tuple[str, Month], str]:
    """The ids of the grades that departments have by their own records."""
    found: dict[tuple[str, Month], str] = {}
    for one in placings:
        policy = ground.policy_at(one.policy)
        if not one.is_person and policy is not None and one.grade is not None:
            found[one.department, one.month] = policy.grade[one.grade].id
    return found


def _placed(
    ground: Ground, several: Sequence[Placing], of_departments: Mapping[tuple[str, Month], str]
) -> Iterator[tuple[str, Placed]]:
    count = Counter(one.share_of_full for one in several)
    better: dict[Decimal, int] = {}
    for share in sorted(count, reverse=True):
        better[share] = sum(better_count for value, better_count in count.items() if value > share)
    for one in several:
        policy = ground.policy_at(one.policy)
        assert policy is not None and policy.quota is not None
        department = of_departments.get((one.department, one.month))
        shares = policy.quota.shares(policy.grade, department)
        ends = policy.quota.ends(policy.grade, shares, len(several))
        first = better[one.share_of_full] + 1
        last = first + count[one.share_of_full] - 1
        counts = first if policy.quota.ties == "better" else last
        by_rank = next(index for index, end in enumerate(ends) if counts <= end)
        grade = policy.allowed_from(by_rank, one.total)
        yield (
            one.path,
            Placed(
                grade=grade,
                why=_why(policy, by_rank, grade, shares, ends, (first, last), len(several)),
            ),
        )


def _why(
    policy: Policy,
    by_rank: int,
    grade: int,
    shares: Sequence[Decimal],
    ends: Sequence[int],
    ranks: tuple[int, int],
    people: int,
) -> Text:
    """`B: rank 3 of 10, 25% × 10 = 2.5 → 3`; below a grade's own least total also what became
    of it."""
    share = total(shares[: by_rank + 1])
    first, last = ranks
    exact = Product((Constant(share, is_percent=True), Operand(0)))
    parts = (_people(people),)
    value = exact.value(parts)
    sum_ = f"{exact.text(parts)} = {readable(value)}"
    if value != ends[by_rank]:
        sum_ += f" → {ends[by_rank]}"
    name = policy.grade[by_rank].name
    tied = "" if first == last else f"–{last}"
    why = caption("by-rank", grade=name, ranks=f"{first}{tied}", people=people, sum=sum_)
    if grade == by_rank:
        return why
    low, down = policy.grade[by_rank], policy.grade[grade].name
    return caption("by-rank-lowered", why=why, bound=readable(low.from_ or Decimal(0)), grade=down)


def _people(count: int) -> Working:
    return Working(
        id="people", kind=Kind.FIGURE, label=Text(), value=Decimal(count), unit=Unit.FIGURE
    )
