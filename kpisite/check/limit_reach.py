"""Limits that a group cannot keep as it is now, each by itself or several together."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from kpisite.check.present import Group, Present, RangesOf
from kpisite.core.exact import compare, percentage
from kpisite.core.formula import readable
from kpisite.core.formula.lookup import HOLDS, MIRRORED_SIGNS
from kpisite.core.issue import Fact, Issue, Source
from kpisite.language.base import Quantity
from kpisite.language.figures.gate import LIMIT_SIGNS, Limit
from kpisite.language.figures.levels import over_of
from kpisite.language.figures.plan import Name
from kpisite.language.figures.ranges import Range

#: Of more people it is not tried out how many of them a figure may count.
MOST_TRIED = 500


def limits_out_of_reach(around: Present) -> Iterator[Issue]:
    """Limits that a group cannot keep, whatever the records of its people will say."""
    by_within: defaultdict[str, list[int]] = defaultdict(list)
    for index, limit in enumerate(around.filed.model.limit):
        by_within[limit.within].append(index)
    for within, indices in by_within.items():
        for key, group in around.groups(within).items():
            yield from _Limits(around, within, group, around.called(within, key)).issues(indices)


class _Limits:
    """The limits on one group."""

    def __init__(self, around: Present, within: str, group: Group, name: str) -> None:
        self._filed = around.filed
        self._limits = around.filed.model.limit
        self._plan = around.plan
        self._within = within
        self._people = len(group)
        self._ranges = around.ranges(group[0])
        self._language = around.ground.site.model.language
        self._facts: dict[str, Fact] = {"group": name, "people": len(group)}

    def issues(self, indices: Sequence[int]) -> Iterator[Issue]:
        """What is wrong with those of the limits that the group is held to."""
        left = []
        for n in indices:
            key = self._broken(n, self._ranges)
            if key is None:
                left.append(n)
            else:
                yield self._impossible(n, key)
        yield from self._together(left)

    def _broken(self, index: int, ranges: RangesOf) -> str | None:
        """The key of a bound that a limit is beyond whatever its figures are."""
        for key in self._limits[index].bounds:
            nearest, farthest = self._ends(index, key, ranges)
            if nearest is None or farthest is None:
                continue
            if not HOLDS[LIMIT_SIGNS[key]](compare(nearest, farthest), 0):
                return key
        return None

    def _ends(
        self, index: int, key: str, ranges: RangesOf
    ) -> tuple[Decimal | None, Decimal | None]:
        """The least that a figure is and the most that its bound is, or for a lower bound the other
        way round."""
        limit = self._limits[index]
        own, other = ranges.of(("", limit.figure)), _range_of(limit.bounds[key], ranges)
        return (own.low, other.high) if key == "at-most" else (own.high, other.low)

    def _impossible(self, index: int, key: str) -> Issue:
        limit = self._limits[index]
        nearest, farthest = self._ends(index, key, self._ranges)
        is_percent = self._is_percent(limit)
        facts: dict[str, Fact] = {
            "limit": limit.label,
            "key": key,
            "value": _shown(nearest, is_percent),
            "bound": _shown(farthest, is_percent),
            "sign": MIRRORED_SIGNS[LIMIT_SIGNS[key]],
        }
        at = self._filed.at("limit", index, key)
        return Issue(code="limit-impossible", at=at, facts=self._facts | facts)

    def _is_percent(self, limit: Limit) -> bool:
        bounds = limit.bounds.values()
        stated = any(isinstance(one, Quantity) and one.is_percent for one in bounds)
        return stated or self._plan.unit_of(("", limit.figure)) == "percent"

    # Several together.

    def _together(self, indices: Sequence[int]) -> Iterator[Issue]:
        """Limits of which each can be kept, and not all: tried out for every number of people whom
        a figure may count, and for the grades taken together."""
        by_grades: dict[frozenset[str], tuple[int, int]] = {}
        for name in self._counts(indices):
            found = self._ranges.of(name)
            assert found.low is not None and found.high is not None, "people are so many"
            numbers = range(int(found.low), int(found.high) + 1)
            if len(numbers) > MOST_TRIED:
                continue
            kept = [one for one in numbers if self._is_kept(indices, name, one)]
            if not kept:
                yield self._contradiction(indices, {name})
                return
            grades = self._grades(name)
            if grades:
                by_grades[grades] = kept[0], kept[-1]
        if not self._come_to_all(by_grades):
            yield self._contradiction(
                indices, {one for one in self._counts(indices) if self._grades(one)}
            )

    def _come_to_all(self, by_grades: Mapping[frozenset[str], tuple[int, int]]) -> bool:
        """Whether people with these grades, so many to so many of each, can be all of the group."""
        among = [one for grades in by_grades for one in grades]
        if len(among) != len(set(among)):
            return True  # of grades that are counted twice nothing is said
        is_whole = set(among) == {grade.id for grade in self._filed.model.grade}
        fewest = sum(low for low, _ in by_grades.values())
        most = sum(high for _, high in by_grades.values())
        return fewest <= self._people and not (by_grades and is_whole and most < self._people)

    def _is_kept(self, indices: Sequence[int], name: Name, count: int) -> bool:
        ranges = self._ranges.with_fixed({name: Range(Decimal(count), Decimal(count))})
        return all(self._broken(n, ranges) is None for n in indices)

    def _contradiction(self, indices: Sequence[int], counts: set[Name]) -> Issue:
        asking = [n for n in indices if not self._needs(n).isdisjoint(counts)]
        labels = tuple(self._limits[n].label.say(self._language) for n in asking)
        first, *others = (self._bound_at(n) for n in asking)
        facts = self._facts | {"limits": labels}
        return Issue(code="limits-contradict", at=first, facts=facts, also=tuple(others))

    def _bound_at(self, index: int) -> Source:
        return self._filed.at("limit", index, next(iter(self._limits[index].bounds)))

    def _needs(self, index: int) -> frozenset[Name]:
        """All figures that a limit rests on."""
        ids = self._limits[index].asked.values()
        return frozenset[Name]().union(*(self._plan.needs(("", id)) for id in ids))

    def _counts(self, indices: Sequence[int]) -> list[Name]:
        """The figures that count people of the group and that a limit rests on."""
        needs = frozenset[Name]().union(*map(self._needs, indices))
        return [
            name
            for name, own in self._plan.figures.items()
            if name in needs
            and own.fold is not None
            and own.fold[0] == "count"
            and over_of(own) == self._within
        ]

    def _grades(self, name: Name) -> frozenset[str]:
        """The grades of those who are counted, where nothing but the grade decides."""
        where = self._plan.figures[name].folded.where
        if where is None or set(where.figures) != {"grade"} or where.any:
            return frozenset()
        bounds = where.figures["grade"]
        is_bounded = next(bounds.stated(), None) is not None
        words = frozenset(one for one in bounds.are if isinstance(one, str))
        return frozenset() if is_bounded else words


def _range_of(bound: Quantity | str, ranges: RangesOf) -> Range:
    if isinstance(bound, str):
        return ranges.of(("", bound))
    return Range(bound.value, bound.value)


def _shown(value: Decimal | None, is_percent: bool) -> str:
    if value is None:
        return "…"
    return percentage(value) if is_percent else readable(value)
