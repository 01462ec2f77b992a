"""Folds over the months of one person: a figure of each month before, and of this one unless the
fold takes only those before."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from kpisite.core.captions import caption
from kpisite.core.formula.fold import fold_of
from kpisite.core.working import Working
from kpisite.language.figures.earlier import Earlier, MonthBefore
from kpisite.language.figures.model import EARLIER, Figure
from kpisite.language.figures.plan import Planned

Named = Callable[[str], Working | None]
"""Gives a figure of this month by its id, or what else has that name."""


def over_months(
    own: Planned, earlier: Earlier, named: Named
) -> tuple[Planned, tuple[Working, ...]] | None:
    """A fold over months with its formula, and the parts that this is of; None while anything of it
    is missing.

    The months are taken in time order.  Where there is none earlier, `start` holds, and it is no
    fold; without one a sum or a count is zero.
    """
    model, fold = own.folded, own.fold
    assert fold is not None
    taken = earlier.taken_by(own)
    parts = [*_of_earlier(model, fold[1], taken)]
    if model.over != EARLIER:
        parts += _of_this(model, fold[1], earlier, named)
    is_counted = fold[0] in ("sum", "count")
    if (is_counted and model.start is not None and not taken) or not (is_counted or parts):
        return _started(own, named)
    folded = tuple(parts[-1:] if fold[0] == "last" else parts)
    return replace(own, formula=fold_of(fold[0], folded)), folded


def _of_earlier(model: Figure, id: str, taken: tuple[MonthBefore, ...]) -> Iterator[Working]:
    """The figure of each earlier month for which the condition holds."""
    for month in taken:
        figure = month.figure(id)
        if figure is None:
            continue
        if model.where is None or model.where.holds(month.figure) is not None:
            yield figure


def _of_this(model: Figure, id: str, earlier: Earlier, named: Named) -> Iterator[Working]:
    """The same of this month."""
    current = named(id)
    if current is not None and (model.where is None or model.where.holds(named) is not None):
        label = caption("label-and-value", label=earlier.period.last, value=current.label)
        yield replace(current, label=label)


def _started(own: Planned, named: Named) -> tuple[Planned, tuple[Working, ...]] | None:
    """What holds where there is no earlier month."""
    parts = [named(id) for _, id in own.operands]
    known = tuple(one for one in parts if one is not None)
    if own.start is None or len(known) < len(parts):
        return None
    label = caption("at-the-start", label=own.label)
    return replace(own, formula=own.start, label=label, fold=None), known
