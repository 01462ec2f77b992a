"""The facts of pages about several scorecards: a person's months, a department's month, grades."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from kpisite.check.book import Book
from kpisite.core.exact import (
    ZERO,
    decimal_places,
    fixed,
    half_up,
    plain,
    quotient,
    remembered,
    total,
)
from kpisite.core.text import Language
from kpisite.core.working import Kind
from kpisite.language.policy import Policy
from kpisite.outcomes.results import Result
from kpisite.pages.scorecard import (
    Row,
    Scale,
    month_in_words,
    pay_rows,
    place_on_scale,
    scale,
    signed,
)
from kpisite.words import page_words

#: A fall by so many points from one month to the next is worth a manager's word.
NOTABLE_FALL = Decimal(5)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeRow:
    """A row of the grade-to-salary table."""

    name: str
    span: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeTable:
    """The grade-to-salary table (考核结果应用表) of one policy."""

    name: str
    since: str
    columns: tuple[tuple[str, bool], ...]
    rows: tuple[GradeRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PayLine:
    """One person's wage of a month, component by component."""

    employee: str
    name: str
    department: str
    total: str
    grade: str
    amounts: tuple[str, ...]
    wage: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaySheet:
    """The wages that one policy gives in a month, with the sums of its columns."""

    policy: str
    columns: tuple[str, ...]
    lines: tuple[PayLine, ...]
    sums: tuple[str, ...]
    wage: str


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
        month=month_in_words(result.month.first_day, language),
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


def attention(
    results: Iterable[Result], language: Language, *, with_reviews: bool
) -> tuple[str, ...]:
    """What needs a person, in words: reviews, where the reader may see them, the lowest grade,
    great falls, marks still missing, and who was left out of grades and ranking."""
    words = page_words(language)
    ordered = sorted(results, key=lambda one: one.appraisee_id)
    told = []
    if with_reviews:
        told += [
            words["attention-review"].format(
                name=_name(one, language),
                review=due.rule.name.say(language),
                months=words["list-comma"].join(str(standing.month) for standing in due.months),
            )
            for one in ordered
            for due in one.reviews
        ]
    groups = {
        "attention-lowest": [
            one
            for one in ordered
            if one.policy
            and len(one.policy.model.grade) > 1
            and one.grade == one.policy.model.grade[-1]
        ],
        "attention-waiting": [one for one in ordered if one.card.is_provisional],
        "attention-outside": [one for one in ordered if _is_marked_outside(one)],
        **{
            f"attention-{reason}": [one for one in ordered if one.standing.left_out == reason]
            for reason in ("absent", "short", "probation")
        },
    }
    for key, several in groups.items():
        if several:
            names = words["list-comma"].join(_name(one, language) for one in several)
            grade = several[0].grade
            name = "" if grade is None else grade.name.say(language)
            told.append(words[key].format(count=len(several), names=names, grade=name))
    falls = [
        (one, one.change)
        for one in ordered
        if one.change is not None and one.change <= -NOTABLE_FALL
    ]
    if falls:
        names = words["list-comma"].join(
            f"{_name(one, language)} {signed(change, one.card.total.places or 0)}"
            for one, change in falls
        )
        fall = plain(NOTABLE_FALL)
        told.append(words["attention-fallen"].format(count=len(falls), names=names, fall=fall))
    return tuple(told)


def _is_marked_outside(result: Result) -> bool:
    """Whether any of its marks was given outside the policy's window."""
    window = None if result.policy is None else result.policy.model.window
    return window is not None and any(
        rated.on is not None and not window.takes(result.month, rated.on)
        for rated in result.record.rated.values()
    )


def _name(result: Result, language: Language) -> str:
    return result.card.appraisee.name.say(language)


def grade_tables(
    results: Iterable[Result], language: Language, *, sees_pay: bool
) -> tuple[GradeTable, ...]:
    """The grade tables of the policies that governed `results`, each version once; without
    `sees_pay` they say nothing of amounts."""
    seen = {result.policy.path: result.policy.model for result in results if result.policy}
    return tuple(
        _grade_table(policy, language, sees_pay=sees_pay)
        for _, policy in sorted(seen.items())
        if policy.grade
    )


#: The columns of the grade table that hold amounts of pay.
AMOUNTS = ("salary", "bonus")


def _grade_table(policy: Policy, language: Language, *, sees_pay: bool) -> GradeTable:
    words = page_words(language)
    columns = [
        key
        for key in ("training", "promotion", "level", *(AMOUNTS if sees_pay else ()), "text")
        if any(getattr(grade, key) is not None for grade in policy.grade)
    ]
    rows = []
    above: Decimal | None = None
    for grade in policy.grade:
        cells = []
        for key in columns:
            cell = getattr(grade, key)
            is_amount = isinstance(cell, Decimal)
            cells.append(
                "–" if cell is None
                else fixed(cell, 2, grouped=True) if is_amount
                else cell.say(language)
            )  # fmt: skip
        rows.append(
            GradeRow(
                name=grade.name.say(language),
                span=_span(grade.from_, above),
                cells=tuple(cells),
            )
        )
        above = grade.from_
    return GradeTable(
        name=policy.name.say(language),
        since=words["since"].format(month=policy.from_),
        columns=tuple((words[f"grade-{key}"], key in AMOUNTS) for key in columns),
        rows=tuple(rows),
    )


def _span(low: Decimal | None, above: Decimal | None) -> str:
    """From its own bound up to, not including, that of the grade above: `85 ≤ … < 95`."""
    if low is None:
        return "" if above is None else f"< {plain(above)}"
    return f"≥ {plain(low)}" if above is None else f"{plain(low)} ≤ … < {plain(above)}"


def pay_sheets(book: Book, results: Iterable[Result], language: Language) -> tuple[PaySheet, ...]:
    """The wages of a month by policy, in the order of ids."""
    sheets: dict[str, list[Result]] = {}
    for result in sorted(results, key=lambda one: one.appraisee_id):
        if result.wage is not None and result.policy is not None:
            sheets.setdefault(result.policy.path, []).append(result)
    return tuple(_pay_sheet(book, sheet, language) for _, sheet in sorted(sheets.items()))


def _pay_sheet(book: Book, sheet: list[Result], language: Language) -> PaySheet:
    policy = sheet[0].policy
    assert policy is not None
    columns = policy.model.pay
    amounts = [[part.value for part in one.wage.parts] for one in sheet if one.wage]
    return PaySheet(
        policy=policy.model.name.say(language),
        columns=tuple(component.name.say(language) for component in columns),
        lines=tuple(
            PayLine(
                employee=one.appraisee_id,
                name=one.card.appraisee.name.say(language),
                department=book.department_by_id[one.department_id].name.say(language),
                total=one.card.total.shown,
                grade="" if one.grade is None else one.grade.name.say(language),
                amounts=tuple(part.shown for part in one.wage.parts),
                wage=one.wage.shown,
                rows=pay_rows(book, one, language),
            )
            for one in sheet
            if one.wage is not None
        ),
        sums=tuple(_money(total(row[index] for row in amounts)) for index in range(len(columns))),
        wage=_money(total(value for row in amounts for value in row)),
    )


def _money(amount: Decimal) -> str:
    return fixed(amount, 2, grouped=True).replace("-", "−")
