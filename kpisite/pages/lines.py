"""Scorecards as lines: a person's months one below another, or a month's sheet of one form."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TypeVar

from kpisite.core.exact import ZERO, decimal_places, fixed, quotient, signed, total
from kpisite.core.text import Language
from kpisite.core.working import Kind, Working
from kpisite.outcomes.results import COMPARABLE, Result
from kpisite.pages.scale import Scale, place_on_scale, scale
from kpisite.pages.trend import Trend, trends
from kpisite.words import page_words, period_in_words

T = TypeVar("T")

#: A list shows a part of a form with at most so many places; the scorecard shows more.
MOST_PLACES_SHOWN = 2
#: A space at which no line ends.
NO_BREAK = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True, kw_only=True)
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
    pdf: bool
    trend: bool


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A sheet of lines on one form, with the names of the form's parts as its columns."""

    summary: Summary
    parts: tuple[str, ...]
    lines: tuple[Line, ...]
    has: Filled
    scale: Scale | None


def line_of(
    result: Result, language: Language, *, href: str, pdf: str = "", sees_pay: bool
) -> Line:
    """`result` as a line, without what only the list as a whole can tell."""
    policy, most = result.policy, result.card.scheme.model.points
    reached, standing, reason = result.card.total, result.standing, left_out(result)
    return Line(
        employee=result.appraisee_id,
        name=result.card.appraisee.name.say(language),
        title=result.card.appraisee.title.say(language),
        month=period_in_words(result.period, language),
        total=reached.shown,
        grade="" if result.grade is None else result.grade.name.say(language),
        left_out=page_words(language)[f"ungraded-{reason}"] if reason else "",
        rank=str(standing.rank) if standing.ranked > 1 else "",
        change="" if result.change is None else signed(result.change, reached.places or 0),
        is_fall=result.change is not None and result.change < 0,
        at="" if policy is None or reason else place_on_scale(policy.model, most, reached.value),
        wage="" if result.wage is None or not sees_pay else result.wage.shown,
        parts=(),
        href=href,
        pdf=pdf,
    )


def left_out(result: Result) -> str:
    """Why a scorecard counts neither among grades nor in a mean; empty for one that counts.

    Without a policy there are no grades, and yet a total that is final counts.
    """
    if result.card.is_provisional and result.record.part is None:
        return "provisional"
    reason = result.standing.left_out
    return "" if reason in COMPARABLE else reason


def filled(lines: Sequence[Line]) -> Filled:
    """Which columns of these lines anybody has anything in."""
    return Filled(
        grade=any(line.grade or line.left_out for line in lines),
        rank=any(line.rank for line in lines),
        change=any(line.change for line in lines),
        wage=any(line.wage for line in lines),
        pdf=any(line.pdf for line in lines),
        trend=any(line.trend is not None for line in lines),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A scorecard to be listed as `line`, with the person's results up to it, in order."""

    result: Result
    line: Line
    months: Sequence[Result]


def with_trends(listed: Sequence[Listed], language: Language) -> tuple[Line, ...]:
    """The lines in their order, with their trends, those of one form to one scale."""
    lines = [one.line for one in listed]
    for places in _by_form((one.result, place) for place, one in enumerate(listed)):
        drawn = trends([listed[place].months for place in places], language)
        for place, trend in zip(places, drawn, strict=True):
            if trend is not None:
                lines[place] = replace(lines[place], trend=trend)
    return tuple(lines)


def summaries(results: Iterable[Result], language: Language) -> tuple[Summary, ...]:
    """The sheets of these scorecards in short."""
    return tuple(_summary(sheet, language) for sheet in _by_form((one, one) for one in results))


def tables(listed: Iterable[Listed], language: Language) -> tuple[Table, ...]:
    """The lines by form, each sheet from the highest total to the lowest."""
    return tuple(_table(sheet, language) for sheet in _by_form((one.result, one) for one in listed))


def _by_form(items: Iterable[tuple[Result, T]]) -> Iterator[list[T]]:
    """What comes with each of these results, form by form."""
    sheets: defaultdict[str, list[T]] = defaultdict(list)
    for result, item in items:
        sheets[result.card.scheme.path].append(item)
    for _, sheet in sorted(sheets.items(), key=lambda one: one[0]):
        yield sheet


def _summary(sheet: Sequence[Result], language: Language) -> Summary:
    scheme, policy = sheet[0].card.scheme.model, sheet[0].policy
    totals = [one.card.total.value for one in sheet if not left_out(one)]
    mean = quotient(total(totals), Decimal(len(totals))) if totals else None
    counted = Counter(one.grade.id for one in sheet if one.grade is not None)
    return Summary(
        scheme=scheme.name.say(language),
        people=sum(one.is_person for one in sheet),
        counted=0 if len(totals) == len(sheet) else len(totals),
        mean="" if mean is None else fixed(mean, scheme.rounding.total),
        grades=tuple(
            f"{grade.name.say(language)}{NO_BREAK}{counted[grade.id]}"
            for grade in (() if policy is None else policy.model.grade)
            if counted[grade.id]
        ),
    )


def _table(sheet: Sequence[Listed], language: Language) -> Table:
    first = sheet[0].result
    scheme, policy = first.card.scheme.model, first.policy
    ordered = sorted(sheet, key=lambda one: (-one.result.card.total.value, one.result.appraisee_id))
    parts = [list(_parts(one.result.card.total)) for one in ordered]
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
        summary=_summary([one.result for one in sheet], language),
        parts=tuple(part.name.say(language) for part in scheme.part),
        lines=lines,
        has=filled(lines),
        scale=None if policy is None else scale(policy.model, scheme.points, ZERO, language),
    )


def _parts(total: Working) -> Iterator[Decimal]:
    """What each part of the form came to; a total that another took the place of has them."""
    for one in total.parts:
        if one.kind is Kind.PART:
            yield one.value
        elif one.kind is Kind.STEP:
            yield from _parts(one)
