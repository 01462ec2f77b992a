"""Folds over the months of one person: a figure of each month before, and of this one unless the
fold takes only those before."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from kpisite.core.captions import caption
from kpisite.core.formula import Rounded
from kpisite.core.formula.fold import fold_of
from kpisite.core.working import Kind, Unit, Working, derive
from kpisite.language.figures.earlier import Earlier, MonthBefore
from kpisite.language.figures.model import EARLIER, Figure, Fold
from kpisite.language.figures.plan import Planned

Named = Callable[[str], Working | None]
"""Gives a figure of this month by its id, or what else has that name."""


def over_months(own: Planned, earlier: Earlier, named: Named) -> Working | None:
    """What a fold over months comes to; None while anything of it is missing.

    The months are taken in time order.  Where there is none earlier, `start` holds; without one a
    sum or a count is zero.
    """
    model, fold = own.model, own.fold
    assert isinstance(model, Figure) and fold is not None
    taken = earlier.taken_by(own)
    parts = [*_of_earlier(model, fold[1], taken)]
    if model.over != EARLIER:
        parts += _of_this(model, fold[1], earlier, named)
    is_counted = fold[0] in ("sum", "count")
    if (is_counted and model.start is not None and not taken) or not (is_counted or parts):
        return _started(own, named)
    return _folded(own, model, fold[0], tuple(parts[-1:] if fold[0] == "last" else parts))


def _of_earlier(model: Figure, id: str, taken: tuple[MonthBefore, ...]) -> Iterator[Working]:
    """The figure of each earlier month for which the condition holds."""
    for month in taken:
        figures = month.figures()
        if id in figures and (model.where is None or model.where.holds(figures.get) is not None):
            yield figures[id]


def _of_this(model: Figure, id: str, earlier: Earlier, named: Named) -> Iterator[Working]:
    """The same of this month."""
    current = named(id)
    if current is not None and (model.where is None or model.where.holds(named) is not None):
        label = caption("label-and-value", label=earlier.period.last, value=current.label)
        yield replace(current, label=label)


def _started(own: Planned, named: Named) -> Working | None:
    """What holds where there is no earlier month."""
    parts = [named(id) for _, id in own.operands]
    known = tuple(one for one in parts if one is not None)
    if own.start is None or len(known) < len(parts):
        return None
    unit, places = unit_of(own)
    label = caption("at-the-start", label=own.label)
    return derive(own.name[1], Kind.STEP, label, own.start, known, unit=unit, places=places)


def _folded(own: Planned, model: Figure, kind: Fold, parts: tuple[Working, ...]) -> Working:
    formula = fold_of(kind, parts)
    unit, places = unit_of(own)
    if model.places is not None:
        formula = Rounded(formula, model.places + 2 * (model.unit == "percent"), model.round)
    if kind != "count" and unit is Unit.FIGURE and parts:
        unit = parts[-1].unit
    return derive(own.name[1], Kind.STEP, own.label, formula, parts, unit=unit, places=places)


def unit_of(own: Planned) -> tuple[Unit, int | None]:
    """How what a fold comes to is shown."""
    unit = getattr(own.model, "unit", None)
    places = getattr(own.model, "places", None)
    if own.fold is not None and own.fold[0] == "count":
        return Unit.FIGURE, None
    if unit == "percent":
        return Unit.SHARE, None
    return Unit.FIGURE, places
