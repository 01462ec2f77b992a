"""What is otherwise in one state of a site than in another, for people: marks, totals, grades, pay.

A comment, another layout or another order of lines is no difference; a rule that moves nobody's
result is named by its file alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from kpisite.check.ground import Ground
from kpisite.core.address import address_of
from kpisite.core.digest import digest
from kpisite.core.exact import ZERO, total
from kpisite.core.money import Money
from kpisite.core.month import Month
from kpisite.core.text import Text
from kpisite.desk.differences import (
    Entry,
    Identity,
    Pair,
    Rule,
    content_of,
    entries_that_differ,
    records_that_differ,
    rules_that_differ,
)
from kpisite.examine.load import Loaded
from kpisite.outcomes.results import Result
from kpisite.words import has_errors


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A state of a site: its name for people, its files, and the site as it was checked.

    `is_todays_pay` where its pay files are in no commit, and were taken as they lie in the folder.
    """

    name: str
    loaded: Loaded
    is_todays_pay: bool = False

    @property
    def ground(self) -> Ground:
        """Everything in it but the records."""
        return self.loaded.ground

    @property
    def has_errors(self) -> bool:
        """Whether it cannot be scored."""
        return has_errors(self.loaded.issues)

    def results(self) -> dict[Identity, Result]:
        """Its scorecards; none where it cannot be scored."""
        if self.has_errors:
            return {}
        found = self.loaded.results
        return {(one.appraisee_id, str(one.month), one.qualifier or ""): one for one in found}


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What a scorecard comes to in one state."""

    department: str
    total: str
    grade: Text | None
    pay: Decimal | None
    money: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A scorecard that is otherwise: new, gone, or moved; `content` tells what its record said and
    says from anything else."""

    kind: Literal["new", "gone", "moved"]
    identity: Identity
    name: Text
    department: str
    entries: tuple[Entry, ...] = ()
    content: str = ""
    before: Side | None = None
    after: Side | None = None

    @property
    def address(self) -> str:
        """`CS017`, or `CS017@store` for a part of the month."""
        return address_of(self.identity[0], self.identity[2])

    @property
    def month(self) -> str:
        """The month appraised."""
        return self.identity[1]

    def moves(self, what: str) -> bool:
        """Whether the total, grade or pay is another."""
        before, after = getattr(self.before, what, None), getattr(self.after, what, None)
        return bool(before != after)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """A department's month, or all: how many scorecards are otherwise, and what their pay came to
    and comes to, in each currency."""

    department: str
    month: str
    moved: int
    regraded: int
    pay: tuple[tuple[Money, Decimal, Decimal], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two states held against one another.

    `rules` are files besides the records that say something else; `unknown` are words of the
    catalogue for what cannot be known, each with the name of the state.
    """

    before: str
    after: str
    moves: tuple[Move, ...] = ()
    rules: tuple[Rule, ...] = ()
    unknown: tuple[tuple[str, str], ...] = ()
    departments: Mapping[str, Text] = field(default_factory=dict)

    @property
    def is_any(self) -> bool:
        """Whether anybody's scorecard is otherwise, or it cannot be known."""
        hidden = any(word.startswith("diff-errors") for word, _ in self.unknown)
        return bool(self.moves) or (hidden and bool(self.rules))

    def digest(self, *, with_pay: bool) -> str:
        """What somebody acknowledges who has seen it; without the pay, of which no digest could be
        shown that nobody could guess amounts from, only whose it is that moves."""
        said = [
            repr((one.kind, one.identity, one.content, _shown(one, with_pay=with_pay)))
            for one in self.moves
        ]
        rules = (one.with_pay if with_pay else one.open for one in self.rules)
        return digest(*said, *rules, *map(repr, self.unknown))[:12]

    def sums(self) -> Iterator[Sum]:
        """What moved, by month and department, then all of each month; of several months, then all
        of them, under no month."""
        months = sorted({one.month for one in self.moves})
        for month in [*months, ""] if len(months) > 1 else months:
            of_month = [one for one in self.moves if month in ("", one.month)]
            for id in [*self.departments, ""]:
                several = [one for one in of_month if not id or one.department == id]
                if several:
                    yield _sum(id, month, several)


def _shown(move: Move, *, with_pay: bool) -> tuple[Any, ...]:
    sides = (move.before, move.after)
    totals = tuple((one.total, one.grade) if one else None for one in sides)
    pay = tuple(one.pay if one else None for one in sides) if with_pay else move.moves("pay")
    return totals, pay


def _sum(department: str, month: str, moves: Sequence[Move]) -> Sum:
    sides = [side for one in moves for side in (one.before, one.after) if side is not None]
    moneys = {side.money for side in sides if side.pay is not None}
    return Sum(
        department=department,
        month=month,
        moved=len(moves),
        regraded=sum(one.moves("grade") for one in moves),
        pay=tuple(
            (
                money,
                total(_paid(one.before, money) for one in moves),
                total(_paid(one.after, money) for one in moves),
            )
            for money in sorted(moneys, key=lambda one: one.currency)
        ),
    )


def _paid(side: Side | None, money: Money) -> Decimal:
    return ZERO if side is None or side.pay is None or side.money != money else side.pay


def compare(before: State, after: State, months: frozenset[Month] = frozenset()) -> Comparison:
    """All that is otherwise in `after` than in `before`, of these months or of all."""
    old, new = before.results(), after.results()
    is_scored = not (before.has_errors or after.has_errors)
    records = records_that_differ(before.loaded, after.loaded)
    moves = []
    for identity in sorted(old.keys() | new.keys() | records.keys(), key=lambda one: (one[1], one)):
        if months and Month.parse(identity[1]) not in months:
            continue
        sides = (
            [_side(old.get(identity), before.ground), _side(new.get(identity), after.ground)]
            if is_scored
            else [None, None]
        )
        data = records.get(identity)
        if sides[0] == sides[1] and data is None:
            continue
        entries = () if data is None else tuple(entries_that_differ(*data, after.ground, identity))
        if sides[0] == sides[1] and not entries:
            continue
        moves.append(_move(identity, data, entries, sides, before.ground, after.ground))
    return Comparison(
        before=before.name,
        after=after.name,
        moves=tuple(moves),
        rules=tuple(rules_that_differ(before.loaded, after.loaded)),
        unknown=tuple(_unknown(before, after)),
        departments={one.id: one.name for one in after.ground.departments.model.department}
        | {one.id: one.name for one in before.ground.departments.model.department},
    )


def _side(result: Result | None, ground: Ground) -> Side | None:
    if result is None:
        return None
    shown = f"{result.card.shown}{'?' if result.card.is_provisional else ''}"
    grade = None if result.grade is None else result.grade.name
    pay = None if result.paid_in_all is None else result.paid_in_all.value
    money = ground.money_of(None if result.policy is None else result.policy.model)
    return Side(department=result.department_id, total=shown, grade=grade, pay=pay, money=money)


def _move(
    identity: Identity,
    data: Pair | None,
    entries: tuple[Entry, ...],
    sides: Sequence[Side | None],
    old: Ground,
    new: Ground,
) -> Move:
    was, is_ = (data[0] is not None, data[1] is not None) if data else (True, True)
    side = sides[1] or sides[0]
    return Move(
        kind="moved" if was and is_ else "new" if is_ else "gone",
        identity=identity,
        name=_name(identity, new) or _name(identity, old) or Text(zh=identity[0], en=identity[0]),
        department=side.department if side else _department(identity, new),
        entries=entries,
        content="" if data is None else content_of(*data),
        before=sides[0],
        after=sides[1],
    )


def _name(identity: Identity, ground: Ground) -> Text | None:
    filed = ground.staff.get(identity[0])
    if filed is not None:
        return Text(zh=filed.model.name, en=filed.model.name)
    department = ground.department_by_id.get(identity[0])
    return None if department is None else department.name


def _department(identity: Identity, ground: Ground) -> str:
    filed = ground.staff.get(identity[0])
    post = None if filed is None else filed.model.post_in(Month.parse(identity[1]))
    return identity[0] if post is None else post.department


def _unknown(before: State, after: State) -> Iterator[tuple[str, str]]:
    for word, state in (("diff-errors-before", before), ("diff-errors-after", after)):
        if state.has_errors:
            yield word, state.name
    for state in (before, after):
        if state.is_todays_pay:
            yield "diff-todays-pay", state.name
    paid = [state.ground.pay for state in (before, after)]
    if not any(paid):
        yield "diff-no-pay", after.name
