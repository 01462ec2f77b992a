"""The points that a scorecard's rows take off and put on, which pools and pay count (F14)."""

from decimal import Decimal

from kpisite.core.captions import caption
from kpisite.core.exact import ZERO, difference
from kpisite.core.formula import Operand, Sum
from kpisite.core.text import Text
from kpisite.core.working import Kind, Working, derive
from kpisite.score.card import Scorecard


def points_moved(card: Scorecard) -> tuple[Working, Working]:
    """The points that a scorecard's rows took off and put on, each from where it starts (F14):
    tallies from their start, steps and distances from their full points, all on the row's own
    scale.  Rows that are marked, or earned in proportion or by rank, start nowhere."""
    off: list[tuple[Working, Decimal]] = []
    on: list[tuple[Working, Decimal]] = []
    starts = card.scheme.model.starts
    for working in card.total.walk() if starts else ():
        if working.kind is Kind.INDICATOR and working.id in starts:
            moved = difference(working.value, starts[working.id])
            (on if moved > ZERO else off).append((working, abs(moved)))
    return (
        _moved("points-off", caption("points-taken-off"), off),
        _moved("points-on", caption("points-put-on"), on),
    )


def _moved(id: str, label: Text, rows: list[tuple[Working, Decimal]]) -> Working:
    parts = tuple(
        Working(
            id=f"{id}-{working.id}",
            kind=Kind.INDICATOR,
            label=working.label,
            value=moved,
            sources=working.sources,
        )
        for working, moved in rows
        if moved
    )
    formula = Sum(tuple(Operand(index) for index in range(len(parts))))
    return derive(id, Kind.STEP, label, formula, parts)
