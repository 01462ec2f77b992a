"""Who is appraised by a policy as things stand, before anybody has a record: the groups that its
quota and limits are about, and how far its figures go for each of them."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from kpisite.check.condition_reach import holding
from kpisite.check.filed import Filed
from kpisite.check.form_reach import ranges_around
from kpisite.check.ground import Ground
from kpisite.core.exact import ZERO, quotient
from kpisite.core.immutable import immutable
from kpisite.core.month import Month
from kpisite.core.text import Text
from kpisite.language.base import Quantity
from kpisite.language.dated import DatedFigure, held_in
from kpisite.language.figures.levels import PEOPLE, SECRET, over_of
from kpisite.language.figures.model import Figure
from kpisite.language.figures.plan import Name, Plan, Planned
from kpisite.language.figures.ranges import ANY, Range, Ranges, added, hull
from kpisite.language.policy import Policy
from kpisite.language.staff import Employee, Post

#: Later than any entry of a file: what holds then is the last that was written.
_LAST = Month(9999, 12)


@immutable
class Holder:
    """Somebody, or a department, who holds a form of the policy now."""

    id: str
    department: str
    scheme: str
    post: Post | None = None
    person: Filed[Employee] | None = None

    def group(self, within: str) -> str | Text:
        """With whom it is taken together: a department, a post, a form, or everybody."""
        title = None if self.post is None else self.post.title
        among = {"department": self.department, "post": title or "", "scheme": self.scheme}
        return among.get(within, "")


Group = tuple[Holder, ...]


@dataclass(frozen=True, kw_only=True)
class Present:
    """A policy with all who are appraised by it now."""

    ground: Ground
    filed: Filed[Policy]
    holders: Group

    def groups(self, within: str) -> Mapping[str | Text, Group]:
        """The holders by their groups, in the order of the files."""
        if within not in self._groups:
            found: defaultdict[str | Text, list[Holder]] = defaultdict(list)
            for one in self.holders:
                found[one.group(within)].append(one)
            self._groups[within] = {key: tuple(several) for key, several in found.items()}
        return self._groups[within]

    def called(self, within: str, key: str | Text) -> str:
        """What a group is called."""
        language = self.ground.site.model.language
        if isinstance(key, Text):
            return key.say(language)
        if within == "department":
            return self.ground.department_by_id[key].name.say(language)
        if within == "scheme":
            forms = (one.model for one in self.ground.schemes if one.model.id == key)
            return next(forms).name.say(language)
        return self.filed.model.name.say(language)

    def ranges(self, one: Holder) -> "RangesOf":
        """How far the figures of the policy go for one of them."""
        if one.id not in self._ranges:
            self._ranges[one.id] = RangesOf(self, one, self.plan, self._around)
        return self._ranges[one.id]

    @property
    def plan(self) -> Plan:
        """The figures of the policy."""
        return self.ground.levels_at(self.filed.path).plan

    @cached_property
    def _around(self) -> Callable[[str], Range]:
        return ranges_around(self.ground, self.filed)

    @cached_property
    def _groups(self) -> dict[str, Mapping[str | Text, Group]]:
        return {}

    @cached_property
    def _ranges(self) -> dict[str, "RangesOf"]:
        return {}

    @cached_property
    def folded(self) -> dict[tuple[str, str | Text, Name], Range]:
        """How far folds over people go, by what they go over, the group and their name."""
        return {}


def present(ground: Ground, filed: Filed[Policy]) -> Present:
    """The policy with those of whose form it is the latest."""
    schemes = {id for id in filed.model.schemes if ground.policy(id, _LAST) is filed}
    return Present(ground=ground, filed=filed, holders=tuple(_holders(ground, schemes)))


def _holders(ground: Ground, schemes: set[str]) -> Iterator[Holder]:
    for person in ground.staff.values() if schemes else ():
        if person.left_out or person.model.left is not None:
            continue
        post = person.model.post[-1]
        if post.scheme in schemes and post.department in ground.department_by_id:
            yield Holder(
                id=person.model.id,
                department=post.department,
                scheme=post.scheme,
                post=post,
                person=person,
            )
    for one in ground.departments.model.department:
        if one.scheme in schemes:
            yield Holder(id=one.id, department=one.id, scheme=one.scheme)


class RangesOf(Ranges):
    """How far the figures of a policy go for one holder, among the others who are there now: what
    is stated beforehand is what it is, and folds over people are over so many."""

    def __init__(
        self,
        around: Present,
        one: Holder,
        plan: Plan,
        others: Callable[[str], Range],
        fixed: Mapping[Name, Range] | None = None,
    ) -> None:
        self._around = around
        self._one = one
        self._of_forms = others
        super().__init__(plan, self._other)
        self._found.update(fixed or {})

    def with_fixed(self, fixed: Mapping[Name, Range]) -> "RangesOf":
        """The same where some folds come to so much."""
        return RangesOf(self._around, self._one, self._plan, self._of_forms, fixed)

    def _other(self, id: str) -> Range:
        if id == "heads":
            return _point(Decimal(len(self._around.groups("department")[self._one.department])))
        if id == SECRET and self._around.ground.has_pay:
            pay = self._around.ground.pay.get(self._one.id)
            index = None if pay is None else pay.model.salary_in(_LAST)
            return ANY if pay is None or index is None else _point(pay.model.salary[index].amount)
        return self._of_forms(id)

    def _new(self, own: Planned) -> Range:
        if isinstance(own.model, Figure) and own.model.from_ is not None:
            stated = self._stated(own.model)
            if isinstance(stated, Quantity):
                return _point(stated.value)
        return super()._new(own)

    def _stated(self, figure: Figure) -> Quantity | str | None:
        ground, one = self._around.ground, self._one
        company, pay = ground.company, ground.pay.get(one.id)
        of_department = ground.department_by_id[one.department].figure
        if figure.from_ == "post":
            return None if one.post is None else one.post.figures.get(figure.id)
        dated: dict[str, Sequence[DatedFigure]] = {
            "person": () if one.person is None else one.person.model.figure,
            "department": of_department,
            "company": () if company is None else company.model.figure,
            "pay": () if pay is None else pay.model.figure,
        }
        figures = dated.get(figure.from_ or "", ())
        index = held_in(figures, figure.id, _LAST)
        return None if index is None else figures[index].is_

    def _fold(self, own: Planned) -> Range:
        over = over_of(own)
        if over not in PEOPLE or over == "reports":
            return super()._fold(own)
        key = over, self._one.group(over), own.name
        if key not in self._around.folded:
            self._around.folded[key] = ANY  # a circle is reported elsewhere
            members = self._around.groups(over)[key[1]]
            each = [self._around.ranges(one) for one in members]
            self._around.folded[key] = _over_people(own, each)
        return self._around.folded[key]


def _over_people(own: Planned, each: Sequence[Ranges]) -> Range:
    """How far a fold over these people goes, of whom its condition may leave some out."""
    assert own.fold is not None
    model, kind = own.folded, own.fold[0]
    where = model.where
    taken = [(one, True if where is None else holding(where, one)) for one in each]
    surely = [one.of(own.operands[0]) for one, is_in in taken if is_in]
    maybe = [one.of(own.operands[0]) for one, is_in in taken if is_in is None]
    if kind == "count":
        return Range(Decimal(len(surely)), Decimal(len(surely) + len(maybe)))
    if model.drop is not None:
        return ANY
    if kind == "sum":
        low = added([*(one.low for one in surely), *(_below(one) for one in maybe)])
        return Range(low, added([*(one.high for one in surely), *(_above(one) for one in maybe)]))
    if kind == "mean" and surely and not maybe:
        low, high = added([one.low for one in surely]), added([one.high for one in surely])
        count = Decimal(len(surely))
        return Range(
            None if low is None else quotient(low, count),
            None if high is None else quotient(high, count),
        )
    return hull([*surely, *maybe]) if surely or maybe else ANY


def _below(one: Range) -> Decimal | None:
    return None if one.low is None else min(one.low, ZERO)


def _above(one: Range) -> Decimal | None:
    return None if one.high is None else max(one.high, ZERO)


def _point(value: Decimal) -> Range:
    return Range(value, value)
