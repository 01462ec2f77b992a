"""`[quota]`: grades by rank in a group, so many of each, where a policy states it."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from kpisite.core.exact import ONE, ZERO, RoundingMode, compare, percent, rounded, total
from kpisite.core.issue import Fact, Issue, Source, nearest
from kpisite.core.text import Text
from kpisite.language.base import WHOLE, Id, Model, Quantity
from kpisite.language.grade import Grade
from kpisite.language.share import Portion

#: In whose company people are graded: those of the policy in one of these.
Within = Literal["department", "post", "scheme", "company"]


class SharesWhere(Model):
    """Other shares where the department's own record of the month has one of these grades."""

    told_apart: ClassVar = WHOLE

    department: Annotated[tuple[Id, ...], Field(min_length=1)] = Field(
        description="Grades of the department's own form"
    )
    share: Annotated[dict[Id, Portion], Field(min_length=1)]


class Quota(Model):
    """Grades by rank: the best so many percent of a group have the first grade, and so on down.

    The shares are added up from the best grade down and taken of the number of people, and where a
    grade ends is rounded only then, so that nobody is lost: of ten people 10% and 15% end at 1 and,
    2.5 rounded, at 3.  People who tie across an edge all have the better grade, and the next has
    fewer; or with `ties = "worse"` all have the worse one.  `at-least` and `at-most` of a grade
    then move the edges, from the best grade down; where that is too many for the people there are,
    the lower grades have theirs first.

    A grade's `from` holds besides: nobody has it with a lower total.
    """

    within: Within | None = Field(default=None, description="Where not as people are ranked")
    round_: RoundingMode = Field(default="half-up", description="How the end of a grade is rounded")
    ties: Literal["better", "worse"] = "better"
    where: tuple[SharesWhere, ...] = Field(
        default=(), description="Other shares by the department's own grade"
    )

    def shares(self, grades: Sequence[Grade], department: str | None) -> tuple[Decimal, ...]:
        """The share of each grade, where the department's own grade is `department`."""
        for one in self.where:
            if department in one.department:
                return tuple(one.share.get(grade.id, ZERO) for grade in grades)
        return tuple(grade.share or ZERO for grade in grades)

    def ends(self, grades: Sequence[Grade], shares: Sequence[Decimal], people: int) -> list[int]:
        """The last rank of each grade, among so many people."""
        count, ends, reached, share = Decimal(people), list[int](), 0, ZERO
        fewest, most = self.bounds(grades, people)
        for index in range(len(grades)):
            share += shares[index]
            end = int(rounded(share * count, 0, self.round_))
            reached = min(max(end, reached + fewest[index]), reached + most[index], people)
            ends.append(reached)
        ends[-1] = people
        for index in range(len(grades) - 1, 0, -1):
            highest, lowest = ends[index] - fewest[index], ends[index] - most[index]
            ends[index - 1] = max(min(ends[index - 1], highest), lowest, 0)
        return ends

    def bounds(self, grades: Sequence[Grade], people: int) -> tuple[list[int], list[int]]:
        """The fewest and the most who may have each grade, among so many people."""
        count = Decimal(people)
        return (
            [self._people(grade.at_least, count, 0) for grade in grades],
            [self._people(grade.at_most, count, people) for grade in grades],
        )

    def places(
        self, grades: Sequence[Grade], people: int, department: str | None = None
    ) -> list[tuple[Text, str, int]]:
        """How many of so many people each grade is for, with its share in words, where the
        department's own grade is `department`."""
        shares = self.shares(grades, department)
        ends = self.ends(grades, shares, people)
        return [
            (grade.name, percent(share), end - begin)
            for grade, share, end, begin in zip(grades, shares, ends, [0, *ends], strict=False)
        ]

    def _people(self, bound: Quantity | None, count: Decimal, otherwise: int) -> int:
        if bound is None:
            return otherwise
        if bound.is_percent:
            return int(rounded(bound.value * count, 0, self.round_))
        return int(bound.value)

    def issues(self, grades: Sequence[Grade], at: Source) -> Iterator[Issue]:
        """Shares that do not come to everybody, and grades that nobody knows."""
        yield from _not_everybody({grade.id: grade.share for grade in grades}, at)
        known = [grade.id for grade in grades]
        for index, one in enumerate(self.where):
            here = at.at("where", index, "share")
            for id in one.share:
                if id not in known:
                    facts: dict[str, Fact] = {
                        "id": id,
                        "meant": nearest(id, known),
                        "known": tuple(known),
                    }
                    yield Issue(code="unknown-grade", at=here.at(id), facts=facts)
            if set(one.share) <= set(known):
                yield from _not_everybody(one.share, here)


def _not_everybody(shares: Mapping[str, Decimal | None], at: Source) -> Iterator[Issue]:
    added = total(share for share in shares.values() if share is not None)
    if compare(added, ONE) != 0:
        yield Issue(code="quota-sum", at=at, facts={"sum": percent(added)})
