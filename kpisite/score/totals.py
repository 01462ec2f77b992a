"""Totals that take the place of one that was computed: by a ruling, or for a month in two posts."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from kpisite.check.ground import Ground
from kpisite.core.captions import caption
from kpisite.core.exact import product, quotient
from kpisite.core.formula import Constant, Formula, Operand, Product, Quotient, Rounded, Sum
from kpisite.core.month import Period
from kpisite.core.text import Text
from kpisite.core.working import Kind, Working, before_rounding, derive
from kpisite.language.staff import Employee
from kpisite.score.card import Scorecard

TOTAL = caption("total")
ORIGINAL = caption("original-total")
OWN_PART = caption("department-part")


def ruled(card: Scorecard) -> Scorecard:
    """The scorecard with the total that an appeal was upheld with; the original stays in sight."""
    record, index = card.record.model, card.record.model.ruled
    if index is None:
        return card
    ruling = record.appeal[index].ruling
    assert ruling is not None and ruling.total is not None
    at = card.record.at("appeal", index, "ruling")
    decided = Working(
        id="ruling",
        kind=Kind.FIGURE,
        label=caption("ruling-of", day=ruling.on),
        value=ruling.total,
        sources=(at,),
        note=ruling.reasons,
    )
    return replace(
        card, total=_in_place_of(card.total, Operand(0), (decided,), ORIGINAL, card.total.places)
    )


def joined(ground: Ground, main: Scorecard, others: Sequence[Scorecard]) -> Scorecard:
    """The scorecard of somebody who moved within the month: that of the post held last takes in
    those of the parts before, out of its own full points, each by the days that it was held."""
    employee = ground.staff[main.appraisee.id].model
    own, places = before_rounding(main.total), main.total.places
    parts = tuple(_brought(card, own) for card in others)
    days = [_days(employee, card, main.period) for card in (main, *others)]
    scales = [Operand(0), *(_on_scale(index, part, own) for index, part in enumerate(parts, 1))]
    terms = [
        Product((one, Constant(Decimal(count)))) for one, count in zip(scales, days, strict=True)
    ]
    formula = Quotient(Sum(tuple(terms)), Constant(Decimal(sum(days))))
    total = _in_place_of(own, formula, parts, OWN_PART, places, is_first=True)
    waits = any(card.is_provisional for card in (main, *others))
    return replace(main, total=total, is_provisional=waits)


def out_of(total: Working, full: Decimal) -> Decimal:
    """The total as shown, brought from its form's full points to those of another."""
    assert total.most is not None, "every total has its full points"
    if total.most == full:
        return total.value
    return quotient(product((total.value, full)), total.most)


def _on_scale(index: int, part: Working, own: Working) -> Formula:
    """Part `index`, out of the full points of the total that takes it in."""
    if part.most is None:
        return Operand(index)
    assert own.most is not None, "every total has its full points"
    return Quotient(Product((Operand(index), Constant(own.most))), Constant(part.most))


def _days(employee: Employee, card: Scorecard, period: Period) -> int:
    held = [post for post in employee.post if post.department == card.appraisee.department]
    return sum(employee.days_in(post, month) for post in held for month in period.months)


def _brought(card: Scorecard, into: Working) -> Working:
    """The total of another department's part of the month before it was rounded, without what it
    was made of; it states its full points where they are not those of the total it goes `into`,
    for seals of closed months cover them."""
    total = before_rounding(card.total)
    return Working(
        id=f"part-{card.appraisee.department}",
        kind=Kind.FIGURE,
        label=caption("former-department", form=card.scheme.model.name),
        value=total.value,
        most=None if card.total.most == into.most else card.total.most,
        places=total.places,
        sources=(card.record.at(),),
    )


def _in_place_of(
    total: Working,
    formula: Formula,
    parts: tuple[Working, ...],
    label: Text,
    places: int | None,
    *,
    is_first: bool = False,
) -> Working:
    """A total made of `parts` and of the total before, which becomes a step of it."""
    before = replace(total, id="before", kind=Kind.STEP, label=label)
    ordered = (before, *parts) if is_first else (*parts, before)
    return derive(
        "total",
        Kind.TOTAL,
        TOTAL,
        Rounded(formula, places or 0),
        ordered,
        most=total.most,
        places=places,
        sources=parts[0].sources,
    )
