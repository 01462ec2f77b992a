"""A result in brief: what lists, trends and the pages of other months show of it.

A month's scorecards and wages are trees, and large; what spans months is made from these small,
plain values, which can be kept between two builds.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from kpisite.check.ground import Ground
from kpisite.core.address import Qualified
from kpisite.core.exact import quotient, total
from kpisite.core.immutable import immutable
from kpisite.core.month import Month, Per, Period
from kpisite.core.text import Text
from kpisite.core.working import Kind, Working
from kpisite.language.serial import Serial
from kpisite.outcomes.after import wants_plan
from kpisite.outcomes.results import COMPARABLE, Result
from kpisite.outcomes.still_open import (
    awaits_answer,
    has_open_appeal,
    has_open_objection,
    is_disputed,
    was_refused,
)
from kpisite.score.card import Appraisee
from kpisite.score.eligible import LeftOut


@immutable
class Amount:
    """A component of a wage."""

    id: str
    label: Text
    value: Decimal


@immutable
class BriefWage:
    """A wage with its components; `hidden` are those that only payroll and HR see."""

    value: Decimal
    shown: str
    amounts: tuple[Amount, ...]
    hidden: tuple[Amount, ...]
    in_all_shown: str

    @property
    def in_all(self) -> Decimal:
        """All that is paid, with what only payroll and HR see."""
        return paid_in_all(self.value, self.hidden)

    @property
    def without_hidden(self) -> "BriefWage":
        """The wage as all others see it."""
        return replace(self, hidden=(), in_all_shown=self.shown)


@immutable
class DueReview:
    """A review that is due, on the months it rests on; for HR alone."""

    name: Text
    months: tuple[Month, ...]


@immutable
class Brief(Qualified):
    """A result in brief.

    `path` is the record's, `scheme` and `policy` those of the versions that held; without a policy
    it is empty.  `parts` are what the parts of the form came to.  `reason` is why the scorecard
    counts neither among grades nor in a mean; one that is final counts without a policy as well.
    `change` is from a month in the department `change_from`.  `calls` are what in it needs a person
    (`CALLS`), and `shares` what each rater gave as a share of the points.
    """

    path: str
    month: Month
    per: Per
    part: str | None
    one_off: str | None
    appraisee: Appraisee
    scheme: str
    policy: str
    total: Decimal
    places: int
    shown: str
    parts: tuple[Decimal, ...]
    is_provisional: bool
    left_out: LeftOut
    reason: LeftOut
    grade: int | None
    rank: int | None
    ranked: int
    change: Decimal | None
    change_from: str
    wage: BriefWage | None
    reviews: tuple[DueReview, ...]
    calls: tuple[str, ...]
    answer_by: date | None
    awaits_answer: bool
    is_disputed: bool
    is_closed: bool
    superior: str | None
    shares: Mapping[str, Decimal]
    rows: Mapping[str, Decimal]
    """What each row of the form came to, by its id."""
    reached: Mapping[str, Decimal]
    """That as a share of the most it could be."""

    @property
    def appraisee_id(self) -> str:
        """The id of the person or department appraised."""
        return self.appraisee.id

    @property
    def department_id(self) -> str:
        """The department that the person's post of the month belongs to."""
        return self.appraisee.department

    @property
    def is_person(self) -> bool:
        """Whether a person was appraised, and not a department."""
        return self.appraisee.is_person

    @property
    def period(self) -> Period:
        """The months appraised, of which `month` is the last."""
        return Period(self.month, self.per)


def brief_of(ground: Ground, result: Result) -> Brief:
    """The result in brief."""
    card, standing, record = result.card, result.standing, result.record
    rated = record.rated.get("supervisor")
    policy = result.policy
    rows = card.total.among(_ROWS)
    return Brief(
        path=card.record.path,
        month=result.month,
        per=card.scheme.model.per,
        part=record.part,
        one_off=card.one_off,
        appraisee=card.appraisee,
        scheme=card.scheme.path,
        policy="" if policy is None else policy.path,
        total=card.total.value,
        places=card.total.places or 0,
        shown=card.shown,
        parts=tuple(_parts(card.total)),
        is_provisional=card.is_provisional,
        left_out=standing.left_out,
        reason=_reason(result),
        grade=standing.grade,
        rank=standing.rank,
        ranked=standing.ranked,
        change=result.change,
        change_from=result.change_from,
        wage=None if result.wage is None else _wage(ground, result, result.wage),
        reviews=tuple(
            DueReview(name=due.rule.name, months=tuple(one.month for one in due.months))
            for due in result.reviews
        ),
        calls=tuple(key for key, calls in CALLS.items() if calls(ground, result)),
        answer_by=None if policy is None else policy.model.answer_by(result.month),
        awaits_answer=awaits_answer(ground, result),
        is_disputed=is_disputed(result),
        is_closed=result.month in ground.closed,
        superior=(None if rated is None else rated.by) or card.appraisee.superior,
        shares=_shares(card.total.among(_MARKS)),
        rows={one.id: one.value for one in rows},
        reached={one.id: quotient(one.value, one.most) for one in rows if one.most},
    )


def briefs(ground: Ground, results: Sequence[Result]) -> tuple[Brief, ...]:
    """All of these results in brief, in their order."""
    return tuple(brief_of(ground, result) for result in results)


def _parts(reached: Working) -> Iterator[Decimal]:
    """What each part of the form came to; a total that another took the place of has them."""
    for one in reached.parts:
        if one.kind is Kind.PART:
            yield one.value
        elif one.kind is Kind.STEP:
            yield from _parts(one)


_ROWS, _MARKS = frozenset((Kind.INDICATOR,)), frozenset((Kind.MARK,))


def _shares(marks: Iterable[Working]) -> dict[str, Decimal]:
    given: defaultdict[str, list[Decimal]] = defaultdict(list)
    most: defaultdict[str, list[Decimal]] = defaultdict(list)
    for working in marks:
        if working.rater and working.most:
            given[working.rater].append(working.value)
            most[working.rater].append(working.most)
    return {role: quotient(total(each), total(most[role])) for role, each in given.items()}


def _reason(result: Result) -> LeftOut:
    if result.card.is_provisional and result.record.part is None:
        return "provisional"
    reason = result.standing.left_out
    return "" if reason in COMPARABLE else reason


def _wage(ground: Ground, result: Result, wage: Working) -> BriefWage:
    money = ground.money_of(None if result.policy is None else result.policy.model)
    is_usual = money.currency == ground.money_of(None).currency
    in_all, unit = result.paid_in_all or wage, "" if is_usual else f"{money.currency} "
    return BriefWage(
        value=wage.value,
        shown=f"{unit}{wage.shown}",
        amounts=amounts_of(wage.parts),
        hidden=amounts_of(result.pay_of_payroll),
        in_all_shown=f"{unit}{in_all.shown}",
    )


def paid_in_all(value: Decimal, hidden: Iterable[Amount]) -> Decimal:
    """A wage with the components of it that only payroll and HR see."""
    return total((value, *(one.value for one in hidden)))


def amounts_of(lines: Iterable[Working]) -> tuple[Amount, ...]:
    """Components of a wage in brief."""
    return tuple(Amount(id=one.id, label=one.label, value=one.value) for one in lines)


def _is_marked_outside(_ground: Ground, result: Result) -> bool:
    """Whether any of its marks was given outside the policy's window."""
    window = None if result.policy is None else result.policy.model.window
    return window is not None and any(
        rated.on is not None and not window.takes(result.month, rated.on)
        for rated in result.record.rated.values()
    )


def _left_out(reason: str) -> Callable[[Ground, Result], bool]:
    return lambda _ground, result: result.standing.left_out == reason


#: What needs a person, in the order in which it is reported, and in which results it does.
CALLS: dict[str, Callable[[Ground, Result], bool]] = {
    "appeal": lambda _ground, result: has_open_appeal(result),
    "contested": lambda ground, result: has_open_objection(result) or was_refused(ground, result),
    "plan": lambda _ground, result: wants_plan(result),
    "waiting": lambda _ground, result: result.card.is_provisional,
    "outside": _is_marked_outside,
    "absent": _left_out("absent"),
    "short": _left_out("short"),
    "probation": _left_out("probation"),
}

#: How a brief is kept between two builds.
BRIEF, WAGE = Serial(Brief), Serial(BriefWage)
