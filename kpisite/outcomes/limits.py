"""Limits: what a group comes to, on the grades and figures that everybody has in the end."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from kpisite.check.filed import Filed
from kpisite.check.ground import Ground
from kpisite.core.exact import compare
from kpisite.core.formula import readable
from kpisite.core.formula.fold import fold_of
from kpisite.core.formula.lookup import HOLDS, OPPOSITE_SIGNS
from kpisite.core.immutable import immutable
from kpisite.core.issue import Fact, Issue, Source
from kpisite.core.month import Month
from kpisite.core.text import Text
from kpisite.core.working import Kind, Unit, Working
from kpisite.language.base import Quantity
from kpisite.language.figures.compute import Computation
from kpisite.language.figures.gate import LIMIT_SIGNS, Limit
from kpisite.language.figures.levels import OF_POLICY, PEOPLE, over_of
from kpisite.language.figures.plan import Name, Planned
from kpisite.language.policy import Policy
from kpisite.outcomes.figures import grade_figure


def limit_leaves(ground: Ground, policy: Filed[Policy]) -> frozenset[str]:
    """What the figures that limits ask for rest on, of each record: what folds over people take,
    and of the other figures those that are no fold."""
    if not policy.model.limit:
        return frozenset()
    plan = ground.levels_at(policy.path).plan
    found: set[str] = set()
    waiting: list[Name] = [("", id) for one in policy.model.limit for id in one.asked.values()]
    seen: set[Name] = set()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        own = plan.figures.get(name)
        if own is None:
            found.add(name[1])
        elif own.fold is not None and over_of(own) in PEOPLE:
            found |= {id for _, id in own.operands}
        else:
            found.add(name[1])
            waiting += own.operands
    return frozenset(found) - {"heads", "grade"}


@immutable
class Member:
    """One of a group, as the end of the month has them."""

    path: str
    month: Month
    policy: str
    policy_id: str
    per: str
    grade: int | None
    department: str
    post: str
    scheme: str
    superior: str | None
    appraisee: str
    values: Mapping[str, Decimal]

    def key(self, within: str) -> tuple[str, str, str, str]:
        """The people with whom it is taken together."""
        among = {
            "department": self.department,
            "post": self.post,
            "scheme": self.scheme,
            "company": "",
        }
        return self.policy_id, str(self.month), self.per, among[within]


def limits_broken(ground: Ground, members: Sequence[Member]) -> Iterator[Issue]:
    """What groups come to that their policy does not allow, once for each group and month."""
    having = {one.path for one in ground.policies if one.model.limit}
    groups: defaultdict[tuple[str, ...], list[Member]] = defaultdict(list)
    for one in members:
        if one.policy in having:
            for within in PEOPLE - {"reports"}:
                groups[within, *one.key(within)].append(one)
    for (within, *_), several in sorted(groups.items(), key=lambda item: item[0]):
        filed = ground.rules_at[several[-1].policy]
        for index, limit in enumerate(filed.model.limit):
            if limit.within == within:
                at = filed.at("limit", index)
                yield from _broken(ground, filed, limit, several, groups, at)


def _broken(
    ground: Ground,
    filed: Filed[Policy],
    limit: Limit,
    several: Sequence[Member],
    groups: Mapping[tuple[str, ...], list[Member]],
    at: Source,
) -> Iterator[Issue]:
    figures = _OfGroup(ground, filed, several[0], groups)
    levels, values = ground.levels_at(filed.path), dict[str, Quantity | Working]()
    held: dict[str, Quantity | str] = {"figure": limit.figure, **limit.bounds}
    for key, asked in held.items():
        found = figures.named(asked) if isinstance(asked, str) else asked
        if found is not None:
            values[key] = found
        elif isinstance(asked, str) and (ground.has_pay or not levels.is_secret(asked)):
            facts: dict[str, Fact] = {"name": limit.label, "month": several[0].month, "id": asked}
            yield Issue(code="figure-no-value", at=at.at(key), facts=facts)
    own = values.get("figure")
    for key, kept in LIMIT_SIGNS.items():
        other = values.get(key)
        if own is None or other is None or HOLDS[kept](compare(own.value, other.value), 0):
            continue
        facts = {
            "limit": limit.label,
            "month": several[0].month,
            "group": _called(ground, limit.within, several[0]),
            "people": len(several),
            "value": readable(own.value),
            "sign": OPPOSITE_SIGNS[kept],
            "bound": _shown(other),
        }
        yield Issue(code=f"limit-{limit.as_}", at=at.at(key), facts=facts)


def _called(ground: Ground, within: str, one: Member) -> str:
    if within == "department":
        return ground.department_by_id[one.department].name.say(ground.site.model.language)
    return {"post": one.post, "scheme": one.scheme, "company": one.policy_id}[within]


def _shown(bound: Working | Quantity) -> str:
    return readable(bound.value)


class _OfGroup(Computation):
    """The figures of a policy for one of a group, on what everybody has in the end."""

    def __init__(
        self,
        ground: Ground,
        filed: Filed[Policy],
        one: Member,
        groups: Mapping[tuple[str, ...], list[Member]],
    ) -> None:
        self._ground, self._filed, self._one, self._groups = ground, filed, one, groups
        super().__init__(
            ground.levels_at(filed.path).plan,
            at=Source(one.path),
            form=filed.path,
            stated=lambda _: None,
            rows={},
            others=self._other,
        )

    def named(self, id: str) -> Working | None:
        """A figure, or what else has that name."""
        return self._of(("", id), 0)

    def _of(self, name: Name, row: int) -> Working | None:
        own = self._plan.figures.get(name)
        is_fold = own is not None and own.fold is not None and over_of(own) in PEOPLE
        value = None if is_fold else self._one.values.get(name[1])
        return super()._of(name, row) if value is None else _bare(name[1], value)

    def _other(self, id: str) -> Working | None:
        if id == "grade":
            return grade_figure(self._filed.model.grade, self._one.grade, "zh")
        if id == "heads":
            count = len(self._groups["department", *self._one.key("department")])
            return _bare("heads", Decimal(count))
        return None

    def _folded(self, own: Planned, each: Name) -> Working | None:
        if over_of(own) not in PEOPLE - {"reports"} or own.fold is None:
            return None
        parts: list[Working] = []
        for one in self._groups[over_of(own), *self._one.key(over_of(own))]:
            figures = _OfGroup(self._ground, self._filed, one, self._groups)
            where = own.folded.where
            if where is not None and where.holds(figures.named) is None:
                continue
            found = figures.named(each[1])
            if found is not None:
                parts.append(found)
            elif own.fold[0] != "count":
                return None
        if not parts and own.fold[0] not in ("sum", "count"):
            return None
        return _bare(own.name[1], fold_of(own.fold[0], tuple(parts)).value(parts))


def _bare(id: str, value: Decimal) -> Working:
    label = OF_POLICY.get(id) or Text(zh=id, en=id)
    return Working(id=id, kind=Kind.FIGURE, label=label, value=value, unit=Unit.FIGURE)
