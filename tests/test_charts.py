"""Pictures of figures: where points stand, what is said of them, and the figures beside them."""

import re
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as some

from kpisite.core.month import Month
from kpisite.pages.charts import (
    FOOT,
    MOST_NAMED,
    TOP,
    Bound,
    Chart,
    Point,
    bar,
    bar_chart,
    line_chart,
)


def points(*values: str, first: str = "2026-01", missing: int = 0) -> list[Point]:
    """A point a month; after the first so many months are missing."""
    months = [Month.parse(first).plus(i + (missing if i else 0)) for i in range(len(values))]
    return [
        Point(month=month, name=str(month), value=Decimal(value), shown=value)
        for month, value in zip(months, values, strict=True)
    ]


def chart(*args: object, **more: object) -> Chart:
    made = line_chart("总分", *args, **more)  # type: ignore[arg-type]
    assert made is not None
    return made


def places(drawn: Chart) -> list[tuple[float, float]]:
    found = re.findall(r'<circle class="point" cx="([\d.]+)%" cy="([\d.]+)"', drawn.svg)
    return [(float(x), float(y)) for x, y in found]


def test_of_fewer_than_two_months_there_is_nothing_to_draw() -> None:
    assert line_chart("总分", []) is None
    assert line_chart("总分", points("80")) is None


def test_the_highest_stands_highest_and_the_lowest_lowest() -> None:
    (_, first), (_, second), (_, third) = places(chart(points("60", "90", "75")))
    assert (second, first) == (float(TOP), float(FOOT))
    assert third == (float(TOP) + float(FOOT)) / 2


def test_a_small_change_looks_small() -> None:
    (_, first), (_, second) = places(chart(points("80", "81")))
    assert 0 < first - second < float(FOOT - TOP) / 5


def test_a_month_without_a_total_leaves_its_room() -> None:
    xs = [x for x, _ in places(chart(points("80", "81", "82", missing=2)))]
    assert round((xs[1] - xs[0]) / (xs[2] - xs[1])) == 3


def test_a_grade_that_is_near_is_drawn_and_named_and_one_far_away_is_not() -> None:
    bounds = [Bound(name="优<", value=Decimal(85)), Bound(name="差", value=Decimal(20))]
    drawn = chart(points("80", "84"), bounds).svg
    assert "优&lt;" in drawn
    assert "差" not in drawn


def test_every_figure_stands_beside_the_picture_and_few_are_written_in_it() -> None:
    values = [str(60 + month % 7) for month in range(24)]
    drawn = chart(points(*values))
    assert [figure for _, figure in drawn.rows] == values
    named = re.findall(r'class="(month|month less)" x="([\d.]+)%"', drawn.svg)
    assert 2 <= len(named) <= MOST_NAMED
    # On a phone every second one is left out, and the newest stays.
    kept = [float(x) for kind, x in named if kind == "month"]
    assert len(kept) == -(-len(named) // 2) and max(kept) == max(float(x) for _, x in named)
    assert drawn.svg.count('class="value"') <= 4
    assert ">2027-12</text>" in drawn.svg


def test_the_lowest_of_many_says_its_figure_below_its_point() -> None:
    drawn = chart(points(*(["80"] * 9), "60", *(["80"] * 9))).svg
    (lowest,) = re.findall(
        r'class="value" x="[\d.]+%" y="([\d.]+)" text-anchor="middle">60<', drawn
    )
    assert float(lowest) > float(FOOT)


def test_bars_are_as_long_as_their_share_and_say_their_figures_without_eyes() -> None:
    drawn = bar_chart("等级分布", [("优<", "75", "3"), ("良", "25", "1"), ("差", "0", "0")])
    assert drawn is not None and drawn.rows == (("优<", "3"), ("良", "1"), ("差", "0"))
    wide = [float(one) for one in re.findall(r'width="([\d.]+)%" height="9"', drawn.svg)]
    assert wide[0] == 3 * wide[1] > 0 and wide[2] == 0
    assert 'aria-label="等级分布: 优&lt; 3, 良 1, 差 0"' in drawn.svg
    assert bar_chart("等级分布", []) is None


def test_raters_are_told_apart_by_shape() -> None:
    drawn = bar("80", ["90", "70", "60"])
    assert [drawn.count(one) for one in ("ring", "square", "stroke")] == [1, 1, 1]
    assert 'cx="90%"' in drawn
    assert "square" not in bar("80", ["90", ""])


@given(some.lists(some.decimals(-1000, 1000, places=2), min_size=2, max_size=50))
def test_all_that_is_drawn_lies_within_the_picture(values: list[Decimal]) -> None:
    for x, y in places(chart(points(*map(str, values)))):
        assert 0 <= x <= 100
        assert float(TOP) - 0.1 <= y <= float(FOOT) + 0.1
