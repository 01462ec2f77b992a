"""People's totals over the months as small lines, all of one list drawn to the same scale."""

from collections.abc import Sequence
from decimal import Decimal

from kpisite.core.exact import difference, half_up, memoized, plain, quotient, total
from kpisite.core.immutable import immutable
from kpisite.core.text import Language
from kpisite.outcomes.brief import Brief
from kpisite.words import page_words

#: A line goes back so many months.
MOST_MONTHS = 12
#: A scale spans at least so many points, so that a small change looks small.
LEAST_SPAN = Decimal(10)


@immutable
class Trend:
    """Totals as the points of an SVG polyline, 0–100 by 0–24, and the figures of it in words."""

    points: str
    summary: str


def trends(people: Sequence[Sequence[Brief]], language: Language) -> list[Trend | None]:
    """A line for each, of the months given in order; None for whoever has fewer than two.

    What is not final is left out: it says nothing yet of how somebody does.
    """
    lines = [_final(months) for months in people]
    values = [one.total for line in lines if len(line) > 1 for one in line]
    if not values:
        return [None] * len(lines)
    low, high = min(values), max(values)
    span = max(difference(high, low), LEAST_SPAN)
    foot = quotient(difference(total((low, high)), span), Decimal(2))
    return [_trend(line, foot, span, language) if len(line) > 1 else None for line in lines]


def _final(months: Sequence[Brief]) -> list[Brief]:
    return [one for one in months if one.part is None and not one.is_provisional][-MOST_MONTHS:]


def _trend(months: Sequence[Brief], foot: Decimal, span: Decimal, language: Language) -> Trend:
    across = _across(len(months))
    low, high = (end(months, key=lambda one: one.total) for end in (min, max))
    first, last = months[0], months[-1]
    return Trend(
        points=" ".join(
            f"{x},{_height(one.total, foot, span)}" for x, one in zip(across, months, strict=True)
        ),
        summary=page_words(language)["trend-summary"].format(
            first=first.month,
            begin=first.shown,
            low=low.shown,
            high=high.shown,
            last=last.month,
            end=last.shown,
        ),
    )


@memoized
def _height(value: Decimal, foot: Decimal, span: Decimal) -> str:
    """How far below the upper edge a total stands on a scale of `span` points from `foot`."""
    return plain(half_up(21 - quotient(difference(value, foot) * 18, span), 1))


@memoized
def _across(count: int) -> tuple[str, ...]:
    """So many points spread evenly over the width."""
    step = quotient(Decimal(96), Decimal(count - 1))
    return tuple(plain(half_up(2 + step * index, 1)) for index in range(count))
