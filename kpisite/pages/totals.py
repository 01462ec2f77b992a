"""Totals and means over the months as pictures, with the grades that they lie among."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

from kpisite.check.ground import Ground
from kpisite.core.month import Month
from kpisite.core.text import Language
from kpisite.outcomes.brief import Brief
from kpisite.pages.charts import Bound, Chart, Point, bar_chart, line_chart
from kpisite.pages.lines import Share, Summary
from kpisite.words import page_words


def totals_chart(
    ground: Ground, months: Sequence[Brief], newest: Brief, language: Language
) -> Chart | None:
    """A person's totals on forms of as many points as the newest.

    What is not final is left out: it says nothing yet of how somebody does.
    """
    most = ground.scheme_at(newest.scheme).points
    points = [
        Point(month=one.month, name=str(one.month), value=one.total, shown=one.shown)
        for one in months
        if one.part is None
        and not one.is_provisional
        and ground.scheme_at(one.scheme).points == most
    ]
    title = page_words(language)["chart-totals"]
    return line_chart(title, points, tuple(grade_bounds(ground, newest, language)))


def means_charts(means: Iterable[tuple[Month, Summary]], language: Language) -> tuple[Chart, ...]:
    """A department's means over the months, form by form; a mean that is withheld is no point."""
    by_scheme: defaultdict[str, list[Point]] = defaultdict(list)
    for month, one in means:
        if one.mean and not one.is_withheld:
            point = Point(month=month, name=str(month), value=Decimal(one.mean), shown=one.mean)
            by_scheme[one.scheme].append(point)
    words = page_words(language)
    drawn = (
        line_chart(f"{words['chart-means']}{words['dot']}{form}", points)
        for form, points in by_scheme.items()
    )
    return tuple(one for one in drawn if one is not None)


def distribution(counts: Sequence[Share], language: Language) -> Chart | None:
    """How many have each grade, for paper."""
    rows = tuple((one.name, one.percent, one.figure) for one in counts)
    return bar_chart(page_words(language)["counts-of-grades"], rows)


def grade_bounds(ground: Ground, brief: Brief, language: Language) -> Iterable[Bound]:
    """Where each grade of the policy that holds for a scorecard begins."""
    policy = ground.policy_at(brief.policy)
    for grade in () if policy is None else policy.grade:
        if grade.from_ is not None:
            yield Bound(name=grade.name.say(language), value=grade.from_)
