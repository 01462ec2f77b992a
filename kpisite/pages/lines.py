"""Scorecards as lines: a person's months one below another, or a month's sheet of one form."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from kpisite.core.exact import (
    ZERO,
    decimal_places,
    fixed,
    half_up,
    plain,
    quotient,
    remembered,
    signed,
    total,
)
from kpisite.core.text import Language
from kpisite.core.working import Kind
from kpisite.outcomes.results import Result
from kpisite.pages.scale import Scale, place_on_scale, scale
from kpisite.words import period_in_words

#: A list shows a part of a form with at most so many places; the scorecard shows more.
MOST_PLACES_SHOWN = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One scorecard as a line of a list."""

    employee: str
    name: str
    title: str
    month: str
    month_id: str
    total: str
    grade: str
    change: str
    is_fall: bool
    bar: str
    at: str
    wage: str
    parts: tuple[str, ...]
    href: str
    pdf: str
    spark: str
    """The person's months up to this one as the points of an SVG polyline, 0–100 by 0–24."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A sheet of lines on one form, with the names of the form's parts as its columns."""

    scheme: str
    parts: tuple[str, ...]
    lines: tuple[Line, ...]
    scale: Scale | None
    mean: str
    counts: tuple[tuple[str, int], ...]

    @property
    def has_grades(self) -> bool:
        """Whether anybody on the sheet has a grade."""
        return any(line.grade for line in self.lines)

    @property
    def has_wages(self) -> bool:
        """Whether anybody on the sheet has a wage to show."""
        return any(line.wage for line in self.lines)


def line_of(
    result: Result,
    language: Language,
    *,
    href: str,
    pdf: str,
    sees_pay: bool,
    months: Sequence[Result],
) -> Line:
    """`result` as a line; `months` are the person's results up to this one, in order."""
    policy, most = result.policy, result.card.scheme.model.points
    reached = result.card.total
    return Line(
        employee=result.appraisee_id,
        name=result.card.appraisee.name.say(language),
        title=result.card.appraisee.title.say(language),
        month=period_in_words(result.period, language),
        month_id=str(result.month),
        total=reached.shown,
        grade="" if result.grade is None else result.grade.name.say(language),
        change="" if result.change is None else signed(result.change, reached.places or 0),
        is_fall=result.change is not None and result.change < 0,
        bar=reached.percent_of_most,
        at="" if policy is None else place_on_scale(policy.model, most, reached.value),
        wage="" if result.wage is None or not sees_pay else result.wage.shown,
        parts=(),
        href=href,
        pdf=pdf,
        spark=spark(months),
    )


def spark(months: Sequence[Result]) -> str:
    """The totals as points from left to right, the lowest at the foot, the highest at the head."""
    values = [one.card.total.value for one in months if one.record.part is None][-12:]
    if len(values) < 2:
        return ""
    low, high = min(values), max(values)
    rise = high - low

    def height(value: Decimal) -> Decimal:
        return Decimal(12) if not rise else 21 - quotient((value - low) * 18, rise)

    return " ".join(
        f"{across},{plain(half_up(height(value), 1))}"
        for across, value in zip(_across(len(values)), values, strict=True)
    )


@remembered
def _across(count: int) -> tuple[str, ...]:
    """So many points spread evenly over the width."""
    step = quotient(Decimal(96), Decimal(count - 1))
    return tuple(plain(half_up(2 + step * index, 1)) for index in range(count))


def tables(lines: Iterable[tuple[Result, Line]], language: Language) -> tuple[Table, ...]:
    """The lines by form, each sheet from the highest total to the lowest."""
    sheets: dict[str, list[tuple[Result, Line]]] = {}
    for result, line in lines:
        sheets.setdefault(result.card.scheme.path, []).append((result, line))
    return tuple(_table(sheet, language) for _, sheet in sorted(sheets.items()))


def _table(sheet: list[tuple[Result, Line]], language: Language) -> Table:
    scheme = sheet[0][0].card.scheme.model
    policy = sheet[0][0].policy
    ordered = sorted(sheet, key=lambda one: (-one[0].card.total.value, one[0].appraisee_id))
    parts = [_parts(result) for result, _ in ordered]
    columns = zip(*parts, strict=True)
    places = [
        min(max(decimal_places(value) for value in column), MOST_PLACES_SHOWN) for column in columns
    ]
    totals = [result.card.total.value for result, _ in sheet]
    counted = Counter(result.grade.id for result, _ in sheet if result.grade is not None)
    grades = () if policy is None else policy.model.grade
    return Table(
        scheme=scheme.name.say(language),
        parts=tuple(part.name.say(language) for part in scheme.part),
        lines=tuple(
            replace(line, parts=tuple(map(fixed, values, places)))
            for (_, line), values in zip(ordered, parts, strict=True)
        ),
        scale=None if policy is None else scale(policy.model, scheme.points, ZERO, language),
        mean=fixed(quotient(total(totals), Decimal(len(totals))), scheme.rounding.total),
        counts=tuple((grade.name.say(language), counted[grade.id]) for grade in grades),
    )


def _parts(result: Result) -> list[Decimal]:
    return [part.value for part in result.card.total.walk() if part.kind is Kind.PART]
