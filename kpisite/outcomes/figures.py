"""The figures of a policy for one record, on what is known of its month and the months before."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from kpisite.check.entry import Entry
from kpisite.check.givens import Givens
from kpisite.check.ground import Ground
from kpisite.check.shape import Filed
from kpisite.core.captions import caption
from kpisite.core.formula import Rounded
from kpisite.core.formula.fold import fold_of
from kpisite.core.issue import Issue
from kpisite.core.month import Month, Period
from kpisite.core.text import Language, Text
from kpisite.core.working import OWN_RECORD, Kind, Unit, Working, before_rounding, derive
from kpisite.language.figures.compute import Computation, Stated
from kpisite.language.figures.levels import MONTHS, OF_POLICY, Levels, over_of
from kpisite.language.figures.model import Figure
from kpisite.language.figures.plan import Name, Planned
from kpisite.language.grade import Grade
from kpisite.language.methods.base import metric_working
from kpisite.language.policy import Policy
from kpisite.score.card import Scorecard

ROWS = (Kind.PART, Kind.SECTION, Kind.INDICATOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthValue:
    """What a figure was in an earlier month."""

    month: Month
    id: str
    value: Decimal
    unit: str
    places: int | None = None
    word: str = ""
    word_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoldValue:
    """What a fold over people came to, and over how many."""

    value: Decimal
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Surrounding:
    """What is known around a record: where it stands, and what was in the months before."""

    grade: int | None = None
    rank: int | None = None
    ranked: int = 0
    heads: int = 0
    folds: Mapping[str, FoldValue] | None = None
    before: tuple[MonthValue, ...] = ()


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
            self._of_form = self._givens.computation(self._row_or_built_in)
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
        if over_of(own) in MONTHS:
            return self._over_months(own, each)
        found = (self.around.folds or {}).get(own.name[1])
        if found is None:
            return None
        label = caption("of-people", label=own.label, count=found.people)
        unit, places = unit_of(own)
        return Working(
            id=own.name[1],
            kind=Kind.FIGURE,
            label=label,
            value=found.value,
            unit=unit,
            places=places,
        )

    def _over_months(self, own: Planned, each: Name) -> Working | None:
        assert own.fold is not None
        first, month = self._first_month(over_of(own)), self._entry.record.month
        where = own.model.where if isinstance(own.model, Figure) else None
        parts = [
            figures[each[1]]
            for figures in _by_record(one for one in self.around.before if one.month >= first)
            if each[1] in figures and (where is None or where.holds(figures.get) is not None)
        ]
        current = self.figure_or_other(each[1])
        is_wanted = where is None or where.holds(self.figure_or_other) is not None
        if current is not None and is_wanted:
            label = caption("label-and-value", label=month, value=current.label)
            parts.append(replace(current, label=label))
        if not parts and own.fold[0] not in ("sum", "count"):
            return None
        formula = fold_of(own.fold[0], tuple(parts))
        unit, places = unit_of(own)
        model = own.model
        if isinstance(model, Figure) and model.places is not None:
            formula = Rounded(formula, model.places + 2 * (model.unit == "percent"), model.round)
        if own.fold[0] != "count" and unit is Unit.FIGURE and parts:
            unit = parts[-1].unit
        return derive(
            own.name[1], Kind.STEP, own.label, formula, tuple(parts), unit=unit, places=places
        )

    def figure_or_other(self, id: str) -> Working | None:
        """A figure of the policy, or what else has that name."""
        return self._of(("", id), 0)

    def _first_month(self, over: str) -> Month:
        month, person = self._entry.record.month, self._entry.person
        first = Month(month.year, 1)
        if over == "quarter":
            first = Period(month, "quarter").first
        if over == "service":
            first = Month(1000, 1)
        if person is not None:  # whoever comes back begins anew
            first = max(first, Month.of(person.model.joined))
        return first

    @property
    def placed_issues(self) -> tuple[Issue, ...]:
        """What could not be computed, at the record."""
        record = self.card.record
        return tuple(
            replace(one, at=record.at()) if one.at == OWN_RECORD else one for one in self.issues
        )


def _by_record(values: Iterable[MonthValue]) -> list[dict[str, Working]]:
    """The figures of each earlier record by id, of which a month may have several."""
    found: list[dict[str, Working]] = []
    month = None
    for one in values:
        if one.month != month or one.id in found[-1]:
            found.append({})
        month = one.month
        found[-1][one.id] = _of_month(one)
    return found


def _of_month(one: MonthValue) -> Working:
    said = str(one.month)
    return Working(
        id=said,
        kind=Kind.FIGURE,
        label=Text(zh=said, en=said),
        value=one.value,
        unit=Unit(one.unit),
        places=one.places,
        word=one.word,
        word_id=one.word_id,
    )


def unit_of(own: Planned) -> tuple[Unit, int | None]:
    """How what a fold comes to is shown."""
    unit = getattr(own.model, "unit", None)
    places = getattr(own.model, "places", None)
    if own.fold is not None and own.fold[0] == "count":
        return Unit.FIGURE, None
    if unit == "percent":
        return Unit.SHARE, None
    return Unit.FIGURE, places


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


def month_values(figures: PolicyFigures, wanted: Iterable[str]) -> tuple[MonthValue, ...]:
    """What later months may ask for of this one: those of the figures that it has."""
    month, made = figures.card.record.model.month, []
    for id in sorted(wanted):
        found = figures.figure_or_other(id)
        if found is not None:
            made.append(
                MonthValue(
                    month=month,
                    id=id,
                    value=found.value,
                    unit=found.unit.value,
                    places=found.places,
                    word=found.word,
                    word_id=found.word_id,
                )
            )
    return tuple(made)
