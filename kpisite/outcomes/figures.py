"""The figures of a policy for one record, on what is known of its month and the months before."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from kpisite.check.entry import Entry
from kpisite.check.filed import Filed
from kpisite.check.givens import Givens
from kpisite.check.ground import Ground
from kpisite.core.captions import caption
from kpisite.core.immutable import immutable
from kpisite.core.issue import Issue
from kpisite.core.month import Month
from kpisite.core.text import NO_TEXT, Language, Text
from kpisite.core.working import OWN_RECORD, Kind, Unit, Working, before_rounding
from kpisite.language.figures.compute import Computation
from kpisite.language.figures.earlier import Earlier, MonthBefore, MonthValue
from kpisite.language.figures.levels import OF_POLICY, Levels
from kpisite.language.figures.model import Figure
from kpisite.language.figures.plan import Name, Planned
from kpisite.language.figures.stated import Stated
from kpisite.language.grade import Grade
from kpisite.language.methods.sheet import metric_working
from kpisite.language.policy import Policy
from kpisite.score.card import Scorecard

ROWS = (Kind.PART, Kind.SECTION, Kind.INDICATOR)


@immutable
class FoldValue:
    """What a fold over people came to, and over how many."""

    value: Decimal
    people: int


@immutable
class Surrounding:
    """What is known around a record: where it stands, and what was in the months before."""

    grade: int | None = None
    rank: int | None = None
    ranked: int = 0
    heads: int = 0
    folds: Mapping[str, FoldValue] | None = None
    before: tuple[MonthBefore, ...] = ()


class PolicyFigures(Computation):
    """The figures of a policy for one record; of a fold that cannot be known yet there is none."""

    def __init__(
        self, ground: Ground, card: Scorecard, policy: Filed[Policy], around: Surrounding
    ) -> None:
        self.ground, self.card, self.policy, self.around = ground, card, policy, around
        self.levels: Levels = ground.levels_at(policy.path)
        self._entry = Entry.of(ground, card.record)
        self._givens = Givens(ground, self._entry)
        self._of_form: Computation | None = None
        super().__init__(
            self.levels.plan,
            at=OWN_RECORD,
            form=policy.path,
            stated=self._stated_in,
            rows={},
            others=self.other,
            earlier=_earlier(self._entry, around.before),
        )

    def regrade(self, grade: int | None) -> None:
        """Takes in the grade in the end, which is not known before gates have been asked."""
        if grade != self.around.grade:
            self.around = replace(self.around, grade=grade)
            self._made.clear()
            self.issues.clear()

    def _stated_in(self, figure: Figure) -> Stated | None:
        if figure.from_ == "pay":
            return self._givens.in_pay(figure)
        return self._givens.stated(figure)

    def awaits_pay(self, id: str) -> bool:
        """Whether a figure rests on pay files that are not here."""
        return not self.ground.has_pay and self.levels.is_secret(id)

    # What is no figure of the policy.

    def other(self, id: str) -> Working | None:
        """What is built in, a row of the form, or a figure of it."""
        made = _BUILT_IN.get(id)
        if made is not None:
            return made(self)
        row = self._row(id)
        if row is not None:
            return row
        if id in OF_POLICY:
            return self._givens.built_in(id)
        if self._of_form is None:
            self._of_form = self._givens.computation(self._row_or_built_in, self.card.took)
        return self._of_form.figure(id) or self._metric(id)

    def _metric(self, id: str) -> Working | None:
        """A figure of the record that a row of the form asks for."""
        stated = self.card.record.model.metrics.get(id)
        if stated is None or id not in self.card.scheme.model.metrics:
            return None
        return metric_working(id, Text(zh=id, en=id), stated, OWN_RECORD)

    def _row(self, id: str) -> Working | None:
        rows = (one for one in self.card.total.walk() if one.id == id and one.kind in ROWS)
        found = next(rows, None)
        return None if found is None else replace(found, kind=Kind.STEP)

    def _row_or_built_in(self, id: str) -> Working | None:
        return self._row(id) or self._givens.built_in(id)

    # Folds.

    def _folded(self, own: Planned, each: Name) -> Working | None:
        found = (self.around.folds or {}).get(own.name[1])
        if found is None:
            return None
        label = caption("of-people", label=own.label, count=found.people)
        unit, places = _unit_of(own)
        return Working(
            id=own.name[1],
            kind=Kind.FIGURE,
            label=label,
            value=found.value,
            unit=unit,
            places=places,
        )

    def figure_or_other(self, id: str) -> Working | None:
        """A figure of the policy, or what else has that name."""
        return self._of(("", id), 0)

    @property
    def placed_issues(self) -> tuple[Issue, ...]:
        """What could not be computed, at the record."""
        record = self.card.record
        return tuple(
            replace(one, at=record.at()) if one.at == OWN_RECORD else one for one in self.issues
        )


def _unit_of(own: Planned) -> tuple[Unit, int | None]:
    """How what a fold over people comes to is shown."""
    unit = getattr(own.model, "unit", None)
    places = getattr(own.model, "places", None)
    if own.fold is not None and own.fold[0] == "count":
        return Unit.FIGURE, None
    if unit == "percent":
        return Unit.SHARE, None
    return Unit.FIGURE, places


def _earlier(entry: Entry, months: tuple[MonthBefore, ...]) -> Earlier:
    person = entry.person
    first = None if person is None else Month.of(person.model.joined)
    return Earlier(period=entry.period, first=first, months=months)


def _count(id: str, value: int | None) -> Working | None:
    if value is None:
        return None
    return Working(
        id=id, kind=Kind.FIGURE, label=OF_POLICY[id], value=Decimal(value), unit=Unit.FIGURE
    )


def grade_figure(
    grades: tuple[Grade, ...], index: int | None, language: Language
) -> Working | None:
    """The grade as a choice among those of its policy."""
    if index is None:
        return None
    grade = grades[index]
    return Working(
        id="grade",
        kind=Kind.FIGURE,
        label=OF_POLICY["grade"],
        value=Decimal(index + 1),
        unit=Unit.CHOICE,
        word=grade.name.say(language),
        word_id=grade.id,
    )


def _grade(figures: PolicyFigures) -> Working | None:
    grades = figures.policy.model.grade
    return grade_figure(grades, figures.around.grade, figures.ground.site.model.language)


def _salary(figures: PolicyFigures) -> Working | None:
    """The base salary that holds in the month; none where the pay file states none."""
    pay = figures.ground.pay.get(figures.card.appraisee.id)
    index = None if pay is None else pay.model.salary_in(figures.card.record.model.month)
    if pay is None or index is None:
        return None
    amount, sources = pay.model.salary[index].amount, (pay.at("salary", index, "amount"),)
    money = figures.ground.money_of(figures.policy.model)
    return money.figure("base-salary", OF_POLICY["base-salary"], amount, sources=sources)


_BUILT_IN: Mapping[str, Callable[[PolicyFigures], Working | None]] = {
    "total": lambda figures: figures.card.total,
    "exact-total": lambda figures: before_rounding(figures.card.total),
    "rank": lambda figures: _count("rank", figures.around.rank),
    "ranked": lambda figures: _count("ranked", figures.around.ranked or None),
    "heads": lambda figures: _count("heads", figures.around.heads or None),
    "month": lambda figures: _count("month", figures.card.record.model.month.number),
    "grade": _grade,
    "base-salary": _salary,
}


def month_before(figures: PolicyFigures, wanted: Iterable[str]) -> Iterator[MonthBefore]:
    """What later months may ask for of this one, where it has any of it."""
    month = figures.card.record.model.month
    found = ((id, figures.figure_or_other(id)) for id in sorted(wanted))
    values = tuple(
        replace(MonthValue.of(month, id, made), label=NO_TEXT)
        for id, made in found
        if made is not None
    )
    if values:
        yield MonthBefore(month=month, values=values)
