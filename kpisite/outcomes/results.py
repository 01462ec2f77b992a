"""What follows from a scorecard: its standing, what is due, pay, and how it stands to the month
before."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import groupby

from kpisite.check.filed import Filed
from kpisite.check.ground import Ground
from kpisite.core.address import Qualified, address_of, name_in_month
from kpisite.core.exact import ZERO, difference
from kpisite.core.immutable import immutable
from kpisite.core.month import Month, Period
from kpisite.core.working import Working
from kpisite.language.components import MonthFigures
from kpisite.language.consequence import Award, Review
from kpisite.language.grade import Grade
from kpisite.language.policy import Policy
from kpisite.language.record import Record
from kpisite.outcomes.carry import NO_CARRY, NO_HISTORY, Carry, EarlierMonths, LastTotal
from kpisite.outcomes.consequences import Due, award_working, consequences
from kpisite.outcomes.figured import NO_FIGURES, Figured, figured
from kpisite.outcomes.figures import PolicyFigures, Surrounding, month_before
from kpisite.outcomes.gates import graded
from kpisite.outcomes.placing import placing_of
from kpisite.outcomes.pools import PoolPortion, pool_shares
from kpisite.outcomes.standing import Graded, Standing, standings
from kpisite.outcomes.wage import wage_of
from kpisite.score.card import Scorecard

#: A total that is final can be compared, graded or not.
COMPARABLE = ("", "no-policy")


@immutable
class Result(Qualified):
    """A scorecard with what follows from it; `policy` are the rules that govern its scheme.

    A scorecard that is left out has no grade, no rank and no wage.  `wage` is what the person sees
    of the pay, and `payroll` all of it, where there is more that only payroll and HR see.
    `change` is the total less that of the month before on the same scheme, in the department
    `change_from`, and `to_next` what is short of the next better grade, unless a veto holds, which
    more points would not lift.
    `due` are the month's awards and reviews; reviews are for HR alone.
    """

    card: Scorecard
    policy: Filed[Policy] | None
    standing: Standing
    wage: Working | None
    payroll: Working | None = None
    change: Decimal | None
    change_from: str
    to_next: Decimal | None
    next_grade: Grade | None
    due: tuple[Due, ...]
    figures: Figured = NO_FIGURES
    around: Surrounding | None = None
    """What was known around the record before any gate, where its policy asks for figures."""

    @property
    def paid_in_all(self) -> Working | None:
        """All of the pay, with what only payroll and HR see."""
        return self.wage if self.payroll is None else self.payroll

    @property
    def pay_of_payroll(self) -> tuple[Working, ...]:
        """The lines of the pay that only payroll and HR see."""
        return () if self.payroll is None else self.payroll.parts[1:]

    @property
    def pay_lines(self) -> tuple[Working, ...]:
        """All lines of the pay."""
        return (*(() if self.wage is None else self.wage.parts), *self.pay_of_payroll)

    @property
    def grade(self) -> Grade | None:
        """The row of the grade table that the total reached."""
        if self.standing.grade is None or self.policy is None:
            return None
        return self.policy.model.grade[self.standing.grade]

    @property
    def awards(self) -> tuple[Due, ...]:
        """The awards among what is due."""
        return tuple(one for one in self.due if isinstance(one.rule, Award))

    @property
    def reviews(self) -> tuple[Due, ...]:
        """The reviews among what is due."""
        return tuple(one for one in self.due if isinstance(one.rule, Review))

    @property
    def record(self) -> Record:
        """The record that was scored."""
        return self.card.record.model

    @property
    def appraisee_id(self) -> str:
        """The id of the person or department appraised."""
        return self.card.appraisee.id

    @property
    def part(self) -> str | None:
        """The department of a part of the month; None where its record is none of a part."""
        return self.card.part

    @property
    def one_off(self) -> str | None:
        """The id of the form of a one-off appraisal; None where its record is none of one."""
        return self.card.one_off

    @property
    def address(self) -> str:
        """What its record is called in the month's folder, and so on the command line: `CS017`, or
        `CS017@store` for a part of the month."""
        return address_of(self.appraisee_id, self.qualifier)

    @property
    def name_in_month(self) -> str:
        """What its scorecard is called among those of its month."""
        return name_in_month(self.appraisee_id, self.qualifier)

    @property
    def is_person(self) -> bool:
        """Whether a person was appraised, and not a department."""
        return self.card.appraisee.is_person

    @property
    def month(self) -> Month:
        """The month appraised."""
        return self.card.record.model.month

    @property
    def period(self) -> Period:
        """The months appraised, of which `month` is the last."""
        return self.card.period

    @property
    def department_id(self) -> str:
        """The department that the person's post of the month belongs to."""
        return self.card.appraisee.department


def results(ground: Ground, cards: tuple[Scorecard, ...]) -> tuple[Result, ...]:
    """The result of every scorecard, in their order, which is that of their months."""
    made: list[Result] = []
    carry = NO_CARRY
    for _, of_month in groupby(cards, key=lambda card: card.record.model.month):
        found, carry = month_results(ground, tuple(of_month), carry)
        made += found
    return tuple(made)


def month_results(
    ground: Ground, cards: tuple[Scorecard, ...], carry: Carry
) -> tuple[tuple[Result, ...], Carry]:
    """The results of one month's scorecards, in their order, and what later months may know.

    `carry` is that of the months before: all at once, one by one, or from a carry that was kept,
    the results are the same.
    """
    placings = [placing_of(ground, card) for card in cards]
    placed, pools = standings(ground, placings), pool_shares(ground, placings)
    by_appraisee: defaultdict[str, list[Scorecard]] = defaultdict(list)
    for card in cards:
        by_appraisee[card.appraisee.id].append(card)
    made: dict[str, Result] = {}
    histories = dict(carry.histories)
    for id, own in by_appraisee.items():
        found, histories[id] = finish(ground, own, placed, pools, carry.of(id))
        made |= {one.card.record.path: one for one in found}
    return tuple(made[card.record.path] for card in cards), Carry(histories=histories)


def finish(
    ground: Ground,
    cards: Sequence[Scorecard],
    placed: Mapping[str, Standing],
    pools: Mapping[str, PoolPortion],
    history: EarlierMonths,
) -> tuple[tuple[Result, ...], EarlierMonths]:
    """The results of one appraisee's scorecards of one month, in their order, and what later months
    may know of it.

    `placed` and `pools` are by path, and asked for these scorecards alone; `history` is that of
    the months before.
    """
    of_months = [card for card in cards if card.one_off is None]
    standing = [_graded(ground, card, placed[card.record.path], history) for card in of_months]
    due, after = consequences(ground, standing, history)
    made = {}
    for card in cards:
        if card.one_off is not None:  # it rests on no other month, and no other rests on it
            alone = _graded(ground, card, placed[card.record.path], NO_HISTORY)
            standing.append(alone)
            due = {**due, **consequences(ground, [alone], NO_HISTORY)[0]}
    for one in standing:
        path = one.card.record.path
        own = due.get(path, ())
        before = history if one.card.one_off is None else NO_HISTORY
        money = ground.money_of(None if one.policy is None else one.policy.model)
        figures = one.figures
        earned = [each for each in own if isinstance(each.rule, Award)]
        awards = tuple(award_working(each, money, figures) for each in earned)
        pay = wage_of(ground, one, before, awards, pools.get(path), figures)
        shown = NO_FIGURES if figures is None else figured(ground, one, figures, earned)
        made[path] = _result(one, before, pay, own, shown)
        if one.card.qualifier is None:
            after = _after(after, one)
            if figures is not None:
                handed = month_before(figures, ground.of_months)
                after = replace(after, months=(*after.months, *handed))
    return tuple(made[card.record.path] for card in cards), after


def _graded(ground: Ground, card: Scorecard, standing: Standing, history: EarlierMonths) -> Graded:
    """The scorecard with its grade in the end, and the figures of its policy, if it asks for any
    or somebody asks for what they were in later months."""
    policy = ground.policy(card.scheme.model.id, card.record.model.month)
    if policy is None or not (policy.model.asks_for_figures or ground.of_months):
        return Graded(card=card, policy=policy, standing=standing)
    around = Surrounding(
        grade=standing.grade,
        rank=standing.rank,
        ranked=standing.ranked,
        heads=standing.heads,
        folds=standing.folds,
        before=history.months,
    )
    figures = PolicyFigures(ground, card, policy, around)
    standing = graded(policy.model, standing, figures)
    figures.regrade(standing.grade)
    return Graded(card=card, policy=policy, standing=standing, figures=figures, around=around)


def _after(history: EarlierMonths, graded: Graded) -> EarlierMonths:
    """The appraisee's history with this month in it."""
    card, month = graded.card, graded.month
    own = MonthFigures(month=month, figures=graded.record.metrics, at=card.record.at())
    earlier = [one for one in history.figures if one.month.year == month.year]
    return replace(
        history,
        last=LastTotal(
            month=month,
            scheme=card.scheme.model.id,
            total=card.total.value,
            left_out=graded.standing.left_out,
            department=card.appraisee.department,
        ),
        figures=(*earlier, own),
    )


def _result(
    graded: Graded,
    history: EarlierMonths,
    pay: tuple[Working | None, Working | None],
    due: tuple[Due, ...],
    figures: Figured,
) -> Result:
    """`history` is that of the same appraisee before this month; `pay` the wage that the person
    sees, and all that is paid where that is more."""
    card, change, better = graded.card, None, None
    before = history.last
    if (
        before is not None
        and before.month == graded.period.before.last
        and before.left_out in COMPARABLE
        and before.scheme == card.scheme.model.id
        and graded.standing.left_out in COMPARABLE
    ):
        change = difference(card.total.value, before.total)
    if graded.policy is not None and graded.standing.grade and not card.set_by:
        if not graded.standing.why:
            better = graded.policy.model.grade[graded.standing.grade - 1]
    return Result(
        card=card,
        policy=graded.policy,
        standing=graded.standing,
        wage=pay[0],
        payroll=pay[1],
        change=change,
        change_from="" if change is None or before is None else before.department,
        to_next=None if better is None else (better.from_ or ZERO) - card.total.value,
        next_grade=better,
        due=due,
        figures=figures,
        around=graded.around,
    )
