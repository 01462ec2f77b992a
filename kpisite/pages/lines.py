"""Scorecards as lines: a person's months one below another, or a month's sheet of one form."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TypeVar

from markupsafe import Markup

from kpisite.check.ground import Ground
from kpisite.core.exact import (
    ONE,
    ZERO,
    decimal_places,
    fixed,
    half_up,
    plain,
    quotient,
    signed,
    total,
    with_minus,
)
from kpisite.core.immutable import immutable
from kpisite.core.text import Language
from kpisite.language.grade import Grade
from kpisite.language.scheme import Scheme
from kpisite.outcomes.brief import Brief
from kpisite.pages.charts import bar
from kpisite.pages.pay import shared_wage_name
from kpisite.pages.scale import Scale, place_on_scale, scale
from kpisite.pages.trend import Trend, trends
from kpisite.words import page_words, period_in_words

T = TypeVar("T")

#: A list shows a part of a form with at most so many places; the scorecard shows more.
MOST_PLACES_SHOWN = 2
#: So many rows are named as the weakest, where there are more, and so many people are compared.
MOST_WEAK, FEWEST_COMPARED = 3, 2
#: A space at which no line ends.
NO_BREAK = "\N{NO-BREAK SPACE}"


@immutable
class Line:
    """One scorecard as a line of a list; one that is left out has `left_out`, the reason, in the
    place of a grade, and no place `at` which it stands among the others."""

    employee: str
    name: str
    title: str
    month: str
    total: str
    grade: str
    left_out: str
    rank: str
    change: str
    is_fall: bool
    at: str
    wage: str
    in_all: str
    """All that is paid, where that is more than the wage that the person sees."""
    parts: tuple[str, ...]
    href: str
    pdf: str
    trend: Trend | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """The columns of a list in which anybody has anything; the others are not shown."""

    grade: bool
    rank: bool
    change: bool
    wage: bool
    in_all: bool
    pdf: bool
    trend: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How much of a whole something is: in words, and as a `picture` beside them."""

    name: str
    figure: str
    percent: str

    @property
    def picture(self) -> Markup:
        """How much that is, as a bar."""
        return bar(self.percent)


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A sheet in short.  `people` is 0 where departments are appraised; `counted` is how many of
    the scorecards make the mean where that is not all of them, and otherwise 0."""

    scheme: str
    people: int
    counted: int
    mean: str
    grades: tuple[str, ...]
    """Each grade that anybody has, and how many have it."""
    is_withheld: bool = False
    """Whether the mean is not reported, because a mean of so few would tell of one of them."""
    counts: tuple[Share, ...] = ()
    """Each grade of the policy, how many have it, and how many of a hundred that is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A sheet of lines on one form, with the names of the form's parts as its columns; `most` is
    the most that a total on it can be."""

    summary: Summary
    most: str
    parts: tuple[str, ...]
    lines: tuple[Line, ...]
    has: Filled
    scale: Scale | None
    weakest: tuple[Share, ...] = ()
    """The rows of the form with the lowest share of their points, over all the lines."""
    rows: tuple[str, ...] = ()
    """The names of the form's rows, for `figures`."""
    wage_name: str = ""
    """What the wage is called where its policies have one name for it."""
    figures: tuple[tuple[str, ...], ...] = ()
    """What each line came to in each row."""


def line_of(book: Ground, brief: Brief, language: Language, *, href: str, pdf: str = "") -> Line:
    """`brief` as a line, without what only the list as a whole can tell."""
    policy, most = book.policy_at(brief.policy), book.scheme_at(brief.scheme).points
    grade, change, reason = grade_of(book, brief), brief.change, brief.reason
    return Line(
        employee=brief.appraisee_id,
        name=brief.appraisee.name.say(language),
        title=brief.appraisee.title.say(language),
        month=period_in_words(brief.period, language),
        total=brief.shown,
        grade="" if grade is None else grade.name.say(language),
        left_out=page_words(language)[f"ungraded-{reason}"] if reason else "",
        rank=str(brief.rank) if brief.ranked > 1 else "",
        change="" if change is None else signed(change, brief.places),
        is_fall=change is not None and change < 0,
        at="" if policy is None or reason else place_on_scale(policy, most, brief.total),
        wage="" if brief.wage is None else brief.wage.shown,
        in_all="" if brief.wage is None or not brief.wage.hidden else brief.wage.in_all_shown,
        parts=(),
        href=href,
        pdf=pdf,
    )


def grade_of(book: Ground, brief: Brief) -> Grade | None:
    """The row of the grade table that the total reached."""
    policy = book.policy_at(brief.policy)
    return None if policy is None or brief.grade is None else policy.grade[brief.grade]


def filled(lines: Sequence[Line]) -> Filled:
    """Which columns of these lines anybody has anything in."""
    return Filled(
        grade=any(line.grade or line.left_out for line in lines),
        rank=any(line.rank for line in lines),
        change=any(line.change for line in lines),
        wage=any(line.wage for line in lines),
        in_all=any(line.in_all for line in lines),
        pdf=any(line.pdf for line in lines),
        trend=any(line.trend is not None for line in lines),
    )


@immutable
class Listed:
    """A scorecard to be listed as `line`, with the person's months up to it, in order."""

    brief: Brief
    line: Line
    months: Sequence[Brief]


def with_trends(listed: Sequence[Listed], language: Language) -> tuple[Line, ...]:
    """The lines in their order, with their trends, those of one form to one scale."""
    lines = [one.line for one in listed]
    for places in _by_scheme((one.brief, place) for place, one in enumerate(listed)):
        drawn = trends([listed[place].months for place in places], language)
        for place, trend in zip(places, drawn, strict=True):
            if trend is not None:
                lines[place] = replace(lines[place], trend=trend)
    return tuple(lines)


def summaries(book: Ground, briefs: Iterable[Brief], language: Language) -> tuple[Summary, ...]:
    """The sheets of these scorecards in short."""
    return tuple(_summary(book, sheet, language) for sheet in by_scheme(briefs))


def by_scheme(briefs: Iterable[Brief]) -> Iterator[list[Brief]]:
    """These scorecards form by form."""
    return _by_scheme((one, one) for one in briefs)


def tables(book: Ground, listed: Iterable[Listed], language: Language) -> tuple[Table, ...]:
    """The lines by form, each sheet from the highest total to the lowest."""
    sheets = _by_scheme((one.brief, one) for one in listed)
    return tuple(_table(book, sheet, language) for sheet in sheets)


def _by_scheme(items: Iterable[tuple[Brief, T]]) -> Iterator[list[T]]:
    """What comes with each of these scorecards, form by form."""
    sheets: defaultdict[str, list[T]] = defaultdict(list)
    for brief, item in items:
        sheets[brief.scheme].append(item)
    for _, sheet in sorted(sheets.items(), key=lambda one: one[0]):
        yield sheet


def _summary(book: Ground, sheet: Sequence[Brief], language: Language) -> Summary:
    scheme, policy = book.scheme_at(sheet[0].scheme), book.policy_at(sheet[0].policy)
    totals = [one.total for one in sheet if not one.reason]
    mean = quotient(total(totals), Decimal(len(totals))) if totals else None
    counted = Counter(grade.id for one in sheet if (grade := grade_of(book, one)) is not None)
    return Summary(
        scheme=scheme.name.say(language),
        people=sum(one.is_person for one in sheet),
        counted=0 if len(totals) == len(sheet) else len(totals),
        mean="" if mean is None else fixed(mean, scheme.rounding.total),
        grades=tuple(
            f"{grade.name.say(language)}{NO_BREAK}{counted[grade.id]}"
            for grade in (() if policy is None else policy.grade)
            if counted[grade.id]
        ),
        counts=tuple(
            Share(
                name=grade.name.say(language),
                figure=str(counted[grade.id]),
                percent=_percent(Decimal(counted[grade.id]), sum(counted.values())),
            )
            for grade in (() if policy is None else policy.grade)
            if counted
        ),
    )


def _percent(value: Decimal, of: int) -> str:
    return plain(half_up(quotient(value * 100, Decimal(of)), 1))


def _weakest(scheme: Scheme, sheet: Sequence[Listed], language: Language) -> Iterator[Share]:
    """The rows in which the people of a sheet have the lowest share of the points, of several."""
    final = [one.brief for one in sheet if not one.brief.is_provisional]
    means = {}
    for id in scheme.indicators:
        shares = [one.reached[id] for one in final if id in one.reached]
        if shares:
            means[id] = quotient(total(shares), Decimal(len(shares)))
    if len(final) < FEWEST_COMPARED or len(means) <= MOST_WEAK:
        return
    for id in sorted(means, key=lambda one: means[one])[:MOST_WEAK]:
        share = fixed(min(max(means[id], ZERO), ONE) * 100, 1)
        name = scheme.indicators[id].name.say(language)
        yield Share(name=name, figure=f"{share}%", percent=share)


def _table(book: Ground, sheet: Sequence[Listed], language: Language) -> Table:
    first = sheet[0].brief
    scheme, policy = book.scheme_at(first.scheme), book.policy_at(first.policy)
    ordered = sorted(sheet, key=lambda one: (-one.brief.total, one.brief.appraisee_id))
    parts = [one.brief.parts for one in ordered]
    columns = zip(*parts, strict=True)
    places = [
        min(max(decimal_places(value) for value in column), MOST_PLACES_SHOWN) for column in columns
    ]
    drawn = trends([one.months for one in ordered], language)
    lines = tuple(
        replace(one.line, parts=tuple(map(fixed, values, places)), trend=trend)
        for one, values, trend in zip(ordered, parts, drawn, strict=True)
    )
    return Table(
        summary=_summary(book, [one.brief for one in sheet], language),
        most=plain(scheme.points),
        parts=tuple(part.name.say(language) for part in scheme.part),
        lines=lines,
        has=filled(lines),
        scale=None if policy is None else scale(policy, scheme.points, ZERO, language),
        weakest=tuple(_weakest(scheme, sheet, language)),
        rows=tuple(one.name.say(language) for one in scheme.indicators.values()),
        figures=tuple(_figures(scheme, one.brief) for one in ordered),
        wage_name=shared_wage_name(book, (one.brief for one in sheet), language),
    )


def _figures(scheme: Scheme, brief: Brief) -> tuple[str, ...]:
    """What a scorecard came to in each row of its form, a dash for none."""
    found = (brief.rows.get(id) for id in scheme.indicators)
    return tuple(
        "–" if one is None else with_minus(plain(half_up(one, MOST_PLACES_SHOWN))) for one in found
    )
