"""Pictures of figures as SVG, drawn when the site is built: the same on a page and on paper.

Everything in one can be read without colour, by shape, place and words, and stands in figures
beside it, in a table.  Lengths across are in percent, so that a picture is as wide as there is room
and its words stay as large as they are; those down are in pixels.  A page's style sheet colours the
classes; what is said in attributes is for paper.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import lru_cache, partial

from markupsafe import Markup, escape

from kpisite.core.exact import (
    ZERO,
    difference,
    half_up,
    memoized,
    plain,
    product,
    quotient,
    total,
)
from kpisite.core.immutable import immutable
from kpisite.core.month import Month

#: Between these, in percent, lies what is drawn of a line.
LEFT, RIGHT = Decimal(13), Decimal(94)
#: Between these, in pixels, lies the highest and the lowest point of a line.
TOP, FOOT = Decimal(26), Decimal(104)
#: A picture of a line is so high, and the months stand so far down.
HIGH, MONTHS_AT = 140, 130
#: The lowest of many says its figure so far below its point, out of the way of the line.
BELOW = 15
#: In pixels a row of bars, and in percent from where and how far they go.
ROW_HIGH, BARS_FROM, BARS_WIDE = 18, Decimal(24), Decimal("0.66")
#: A line has so many points at most, the newest, and names so many of its months.
MOST_POINTS, MOST_NAMED = 36, 6
#: A scale spans at least so many points, so that a small change looks small.
LEAST_SPAN = Decimal(10)


@immutable
class Point:
    """A month's figure: what the month is called, and the figure as people read it."""

    month: Month
    name: str
    value: Decimal
    shown: str


@immutable
class Bound:
    """A line across, such as where a grade begins."""

    name: str
    value: Decimal


@immutable
class Chart:
    """A picture, what it is of, and its figures: the name and the figure of each point."""

    svg: Markup
    title: str
    rows: tuple[tuple[str, str], ...]


def line_chart(title: str, points: Sequence[Point], bounds: Sequence[Bound] = ()) -> Chart | None:
    """Figures over the months, each at its own place in time; None of fewer than two.

    The highest, the lowest, the first and the last say their figures, and all do where there are
    few.
    """
    points = points[-MOST_POINTS:]
    if len(points) < 2:
        return None
    across = _across(tuple(one.month for one in points))
    near, height = _heights([one.value for one in points], bounds)
    down = [height(one.value) for one in points]
    lines = [height(one.value) for one in near]
    drawn = [
        f'<line class="bound" x1="0%" x2="100%" y1="{y}" y2="{y}"'
        ' stroke="#999" stroke-dasharray="2 3"/>'
        for y in lines
    ]
    segments = zip(across, down, across[1:], down[1:], strict=False)
    drawn += [
        f'<line class="line" x1="{x}%" y1="{y}" x2="{to}%" y2="{at}" stroke="#000"'
        ' stroke-width="1.5"/>'
        for x, y, to, at in segments
    ]
    drawn += [
        f'<text class="bound" x="0%" y="{_less(y, 4)}">{escape(one.name)}</text>'
        for one, y in zip(near, lines, strict=True)
    ]
    values = [one.value for one in points]
    said, named = _said(values), _named(len(points))
    last = len(points) - 1
    dip = values.index(min(values)) if last >= MOST_NAMED else None
    for index, (one, x, y) in enumerate(zip(points, across, down, strict=True)):
        drawn.append(f'<circle class="point" cx="{x}%" cy="{y}" r="3.5"/>')
        if index in said:
            at = _less(y, -BELOW) if index == dip else _less(y, 10)
            is_edge = index == last >= MOST_NAMED
            drawn.append(_text("100" if is_edge else x, at, one.shown, "value", is_end=is_edge))
        if index in named:
            drawn.append(_text(x, str(MONTHS_AT), one.name, named[index]))
    return Chart(
        svg=_svg(title, HIGH, "".join(drawn)),
        title=title,
        rows=tuple((one.name, one.shown) for one in points),
    )


def bar_chart(title: str, rows: Sequence[tuple[str, str, str]]) -> Chart | None:
    """How many of a whole each of several is: a name, its percent of the whole, and how many; None
    of none.  The figures stand in the picture, at the end of each bar's row."""
    drawn = []
    for index, (name, percent, shown) in enumerate(rows):
        y = index * ROW_HIGH
        wide = plain(half_up(product((Decimal(percent), BARS_WIDE)), 2))
        drawn.append(
            f'<text x="0%" y="{y + 11}">{escape(name)}</text>'
            f'<rect class="full" x="{BARS_FROM}%" y="{y + 3}" width="{wide}%" height="9"/>'
            f'<text class="value" x="100%" y="{y + 11}" text-anchor="end">{escape(shown)}</text>'
        )
    if not drawn:
        return None
    figures = tuple((name, shown) for name, _, shown in rows)
    said = f"{title}: {', '.join(f'{name} {shown}' for name, shown in figures)}"
    svg = _svg(said, len(drawn) * ROW_HIGH, "".join(drawn))
    return Chart(svg=svg, title=title, rows=figures)


def bar(share: str, marks: Sequence[str] = ()) -> Markup:
    """How full something is, in percent, and where on the same scale each rater stands: by shape,
    the first a ring, the second a square, the others a stroke.  Its figures stand beside it."""
    drawn = f'<rect class="full" y="5" width="{share}%" height="4"/>'
    for index, at in enumerate(marks):
        if at:
            drawn += SHAPES[min(index, len(SHAPES) - 1)].format(at=at)
    return Markup(  # made of percentages alone
        f'<svg class="bar" aria-hidden="true"><rect class="whole" y="5" width="100%" height="4"/>'
        f"{drawn}</svg>"
    )


#: How the marks of raters look, in the form's order.
SHAPES = (
    '<circle class="ring" cx="{at}%" cy="7" r="4"/>',
    '<svg class="at" x="{at}%" overflow="visible"><rect class="square" x="-3.5" y="3.5" width="7"'
    ' height="7"/></svg>',
    '<line class="stroke" x1="{at}%" x2="{at}%" y1="1" y2="13"/>',
)


def _svg(title: str, high: int, drawn: str) -> Markup:
    label = escape(title)
    return Markup(  # the words in it are escaped
        f'<svg class="chart" role="img" aria-label="{label}" width="100%" height="{high}"'
        f' font-size="11" font-family="Noto Sans SC">{drawn}</svg>'
    )


def _text(x: str, y: str, said: str, kind: str, *, is_end: bool = False) -> str:
    anchor = "end" if is_end else "middle"
    return f'<text class="{kind}" x="{x}%" y="{y}" text-anchor="{anchor}">{escape(said)}</text>'


@lru_cache(maxsize=256)
def _across(months: tuple[Month, ...]) -> tuple[str, ...]:
    """Where each month stands across, evenly in time; of a company's people most have the same
    months."""
    first, last = months[0], months[-1]
    width = Decimal(max(_count(last) - _count(first), 1))
    return tuple(
        plain(
            half_up(
                LEFT
                + quotient(product((RIGHT - LEFT, Decimal(_count(one) - _count(first)))), width),
                2,
            )
        )
        for one in months
    )


def _count(month: Month) -> int:
    return month.year * 12 + month.number


@memoized
def _height(value: Decimal, low: Decimal, high: Decimal) -> str:
    """How far down a figure stands on a scale that takes in all from the lowest to the highest: a
    month's picture has most of the figures of that of the month before."""
    span = max(difference(high, low), LEAST_SPAN)
    middle = quotient(total((low, high)), Decimal(2))
    foot = difference(middle, quotient(span, Decimal(2)))
    share = quotient(difference(value, foot), span)
    return plain(half_up(FOOT - product((share, FOOT - TOP)), 1))


def _heights(
    values: Sequence[Decimal], bounds: Sequence[Bound]
) -> tuple[list[Bound], Callable[[Decimal], str]]:
    """A scale for the figures, and the bounds that lie on it or just beyond."""
    low, high = min(values), max(values)
    room = max(difference(high, low), LEAST_SPAN) / 2
    near = [one for one in bounds if low - room <= one.value <= high + room]
    among = [*values, *(one.value for one in near)]
    return near, partial(_height, low=min(among), high=max(among))


def _said(values: Sequence[Decimal]) -> set[int]:
    if len(values) <= MOST_NAMED:
        return set(range(len(values)))
    return {0, len(values) - 1, values.index(max(values)), values.index(min(values))}


def _named(count: int) -> dict[int, str]:
    """Which of so many points name their month: the last, and others evenly before it; every
    second of many by a class that a narrow page leaves out."""
    step = -(-count // MOST_NAMED)
    places = range(count - 1, -1, -step)
    is_many = len(places) > MOST_NAMED // 2
    return {
        place: "month less" if is_many and index % 2 else "month"
        for index, place in enumerate(places)
    }


@memoized
def _less(y: str, by: int) -> str:
    return plain(max(Decimal(y) - by, ZERO))
