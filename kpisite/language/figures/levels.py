"""What the figures of a policy rest on, which decides when they can be known.

*Own* figures rest on a record and on what people, departments and the company have.  Those of a
*group* rest on a rank, on how many there are, or on a fold over people, and are known when all
records of a month are.  Those over *months* rest on the person's earlier months besides.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property

from kpisite.core.captions import caption
from kpisite.core.text import Text
from kpisite.language.figures.model import Figure
from kpisite.language.figures.plan import BUILT_IN, MONTHS, Name, Plan, Planned

#: The people that a fold goes over, those of the policy in the month.
PEOPLE = frozenset({"department", "post", "scheme", "company", "reports"})
#: What the formulas of a policy may name beside its figures, and those of its forms.
OF_POLICY: Mapping[str, Text] = {
    **BUILT_IN,
    "total": caption("total"),
    "exact-total": caption("total-before-rounding"),
    "rank": caption("rank"),
    "ranked": caption("people-ranked-levels"),
    "heads": caption("people-of-the-department"),
    "grade": caption("grade"),
    "month": caption("month"),
    "base-salary": caption("base-salary"),
}
#: Those of them that a record alone does not give.
OF_GROUP = frozenset({"rank", "ranked", "heads"})
SECRET = "base-salary"


class Level(IntEnum):
    """When a figure is known."""

    OWN = 0
    GROUP = 1
    MONTHS = 2


@dataclass(frozen=True, kw_only=True)
class Levels:
    """The figures of one policy by when they are known; `grade` is the level of the grade."""

    plan: Plan
    grade: Level = Level.OWN
    splits: tuple[tuple[str, str], ...] = ()
    """Of each line of pay that splits an amount, that and the figure that it goes by."""
    limits: frozenset[str] = frozenset()
    """The figures that only limits ask for."""
    seen: frozenset[str] = frozenset()
    """The figures that anything asks for which people are shown."""
    of_payroll: frozenset[str] = frozenset()
    """The figures that nothing else asks for than what only payroll and HR see."""
    _made: dict[Name, Level] = field(default_factory=dict)

    def of(self, id: str) -> Level:
        """When a figure is known."""
        return self._of(("", id))

    def _of(self, name: Name) -> Level:
        if name not in self._made:
            self._made[name] = Level.OWN  # a circle is reported elsewhere
            self._made[name] = self._new(name)
        return self._made[name]

    def _new(self, name: Name) -> Level:
        own = self.plan.figures.get(name)
        if own is None:
            if name[1] == "grade":
                return self.grade
            return Level.GROUP if name[1] in OF_GROUP else Level.OWN
        below = max((self._of(one) for one in own.operands), default=Level.OWN)
        if own.fold is None:
            return below
        return max(below, Level.MONTHS if over_of(own) in MONTHS else Level.GROUP)

    def is_secret(self, id: str) -> bool:
        """Whether a figure rests on pay files, and would give pay away."""
        if id not in self._secret:
            needs = self.plan.rests_on([("", id)])
            self._secret[id] = any(self._is_pay(name) for name in needs)
        return self._secret[id]

    @cached_property
    def _secret(self) -> dict[str, bool]:
        return {}

    def _is_pay(self, name: Name) -> bool:
        own = self.plan.figures.get(name)
        model = None if own is None else own.model
        return name[1] == SECRET or (isinstance(model, Figure) and model.from_ == "pay")

    @cached_property
    def over_pay(self) -> tuple[Planned, ...]:
        """The folds over people of what rests on pay files, as far as people are shown what is
        computed from them: of these, nobody must be able to tell what another is paid."""
        folds = (one for one in self.over_people if one.name[1] in self.seen)
        return tuple(one for one in folds if self.is_secret(one.name[1]))

    def picks_one_out(self, own: Planned) -> str:
        """The key by which a fold of pay says what one of the people is paid however many there
        are, or what a few of them are; or nothing."""
        model, fold = own.folded, own.fold
        assert fold is not None
        asked = () if model.where is None else model.where.named()
        if fold[0] == "count":
            return "where" if any(self.is_secret(id) for id in asked) else ""
        if fold[0] not in ("sum", "mean"):
            return fold[0]
        return next((key for key in ("drop", "where") if getattr(model, key) is not None), "")

    @cached_property
    def over_people(self) -> tuple[Planned, ...]:
        """The folds over people that anybody's figures ask for, and not limits alone."""
        return tuple(one for one in self.folds(PEOPLE) if one.name[1] not in self.limits)

    def folds(self, over: Iterable[str]) -> Iterator[Planned]:
        """The folds over months, or over people."""
        wanted = frozenset(over)
        for one in self.plan.figures.values():
            if one.fold is not None and over_of(one) in wanted:
                yield one

    @cached_property
    def leaves(self) -> frozenset[str]:
        """What each record itself gives of that which folds over people and splits rest on."""
        start = [name for one in self.over_people for name in one.operands]
        start += [("", id) for pair in self.splits for id in pair]
        return frozenset(id for id in self._leaves(start) if id != "grade" and id not in OF_GROUP)

    def _leaves(self, names: Iterable[Name]) -> Iterator[str]:
        for name in names:
            own = self.plan.figures.get(name)
            if own is None or self._of(name) is Level.OWN:
                yield name[1]
            else:
                yield from self._leaves(own.operands)


def over_of(own: Planned) -> str:
    """What a fold goes over."""
    return own.model.over or "" if isinstance(own.model, Figure) else ""


NO_LEVELS = Levels(plan=Plan())
