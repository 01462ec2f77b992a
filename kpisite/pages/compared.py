"""What changed since the month before, row by row: the why of a total that rose or fell."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import lru_cache

from kpisite.core.exact import ZERO, compare, decimal_places, difference, signed
from kpisite.core.immutable import immutable
from kpisite.core.text import Language
from kpisite.core.working import Kind, Working
from kpisite.outcomes.results import Result

#: A change is reported with at most so many places, as the rows are.
MOST_PLACES_SHOWN = 2
NOTHING = "–"


@immutable
class Changed:
    """A row of the form that came to something else than the month before; what only one of the
    months has is a dash in the other."""

    label: str
    before: str
    after: str
    change: str
    is_fall: bool


def changed_rows(before: Result, now: Result, language: Language) -> tuple[Changed, ...]:
    """The rows and adjustments that differ, in the form's order, what is gone last."""
    return tuple(_changed(_rows(before), _rows(now), language))


_ROW_KINDS = frozenset((Kind.INDICATOR, Kind.ADJUSTMENT))


def _rows(result: Result) -> Mapping[tuple[Kind, str], Working]:
    return {(one.kind, one.id): one for one in result.card.total.among(_ROW_KINDS)}


def _changed(
    before: Mapping[tuple[Kind, str], Working],
    now: Mapping[tuple[Kind, str], Working],
    language: Language,
) -> Iterator[Changed]:
    for key in (*now, *(key for key in before if key not in now)):
        was, is_ = before.get(key), now.get(key)
        named = is_ or was
        assert named is not None, "it is a row of one of them"
        if was is not is_:  # records with the same marks share one
            change = _change(
                named.label.say(language),
                *((NOTHING, ZERO) if was is None else (was.shown, was.value)),
                *((NOTHING, ZERO) if is_ is None else (is_.shown, is_.value)),
            )
            if change is not None:
                yield change


@lru_cache(maxsize=4096)
def _change(label: str, before: str, was: Decimal, after: str, is_now: Decimal) -> Changed | None:
    """What became of a row that was shown as `before`; None where it is as it was."""
    change = difference(is_now, was)
    if compare(change, ZERO) == 0:
        return None
    return Changed(
        label=label,
        before=before,
        after=after,
        change=signed(change, min(decimal_places(change), MOST_PLACES_SHOWN)),
        is_fall=change < 0,
    )
