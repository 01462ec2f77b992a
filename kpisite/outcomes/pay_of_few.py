"""Whose pay the figures of a policy would give away: what a fold over people of what rests on pay
files, or the keys of a split, tell their readers of others.

One rule holds for all of them: whoever reads a number made of several people's pay reads the pay of
each, or knows of too many nothing to find one's.  A person knows their own; a manager who sees
pay knows that of the department, and a further audience that of its departments.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from itertools import combinations

from kpisite.check.ground import Ground
from kpisite.core.immutable import immutable
from kpisite.language.figures.levels import over_of
from kpisite.outcomes.groups import Groups
from kpisite.outcomes.placing import Placing

#: Of so many people whose pay its reader does not know a number may be made: of one it says the pay
#: itself, and of two each of them can tell the other's.
FEWEST_OTHERS = 3


@immutable
class _Paid:
    """Those whose pay enters a number: their ids, and how many there are in each department.
    Whoever adds nothing to it hides nobody."""

    ids: frozenset[str]
    departments: Mapping[str, int]

    def beside(self, id: str) -> int:
        """How many there are beside somebody."""
        return len(self.ids) - (id in self.ids)

    def outside(self, departments: frozenset[str]) -> int:
        """How many there are who are in none of some departments."""
        return len(self.ids) - sum(self.departments.get(one, 0) for one in departments)


@immutable(kw_only=False)
class PayOfFew:
    """What would give pay away among the people of some months."""

    groups: Groups
    _scopes: tuple[frozenset[str], ...]
    _paid: dict[tuple[str, str], _Paid] = field(default_factory=dict)

    @classmethod
    def of(cls, ground: Ground, groups: Groups) -> "PayOfFew":
        """That of a site, with the departments of each audience that sees pay."""
        site = ground.site.model
        scopes = [one.scope for one in site.audience if one.cards and one.pay]
        if site.managers.pay:
            scopes += [frozenset({one.id}) for one in ground.departments.model.department]
        return cls(groups, tuple(one for one in scopes if one is not None))

    def given_away(self, placing: Placing) -> tuple[str, ...]:
        """The figures and lines of somebody's pay in which a reader of it could find the pay of
        one of a few others."""
        made = dict(self._numbers(placing))
        found = {id for id, (_, paid) in made.items() if self._tells(placing, paid)}
        for (one, (what, paid)), (_, (same, others)) in combinations(made.items(), 2):
            apart = (paid.ids ^ others.ids) - {placing.appraisee} if what == same else ()
            if 0 < len(apart) < FEWEST_OTHERS:  # one taken from the other leaves these
                found.add(one)
        return tuple(sorted(found))

    def _tells(self, placing: Placing, paid: _Paid) -> bool:
        readers = [paid.beside(placing.appraisee)]
        readers += [paid.outside(one) for one in self._scopes if placing.department in one]
        return any(0 < others < FEWEST_OTHERS for others in readers)

    def _numbers(self, placing: Placing) -> Iterator[tuple[str, tuple[str, _Paid]]]:
        """Each number that is made of several people's pay: of which figure, and of whom."""
        levels = self.groups.ground.levels_at(placing.policy)
        for own in levels.over_pay:
            if own.fold is not None and own.fold[0] != "count":
                yield own.name[1], self._of(placing, over_of(own), own.operands[0][1])
        policy = self.groups.ground.policy_at(placing.policy)
        for line in () if policy is None else policy.lines_shown:
            split = line.split
            if split and levels.is_secret(split.by):
                yield line.id, self._of(placing, split.within, split.by)

    def _of(self, placing: Placing, over: str, figure: str) -> tuple[str, _Paid]:
        several = self.groups.around(placing, over)
        key = figure, several[0].path + over if several else ""
        if key not in self._paid:
            self._paid[key] = self._new(several, figure)
        return figure, self._paid[key]

    def _new(self, several: Sequence[Placing], figure: str) -> _Paid:
        having: defaultdict[str, str] = defaultdict(str)
        for one in several:
            value = self.groups.of(one).named(figure)
            if value is not None and value.value:
                having[one.appraisee] = one.department
        return _Paid(ids=frozenset(having), departments=Counter(having.values()))
