"""The figures of one record while it is scored: computed when a row of the form asks for one."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from kpisite.core.working import Kind, Unit, Working
from kpisite.language.base import Quantity
from kpisite.language.figures.compute import Computation
from kpisite.language.figures.earlier import MonthValue
from kpisite.language.methods import Indicator, Sheet
from kpisite.language.scheme import Scheme


class Scoring:
    """One record being scored on a form; `row_of` gives the working of a row of it, which figures
    may rest on."""

    def __init__(
        self, scheme: Scheme, sheet: Sheet, row_of: Callable[[str, "Scoring"], Working | None]
    ) -> None:
        self.sheet = sheet
        self.made: dict[str, Working] = {}
        """The rows that were made, by id."""
        self._scheme = scheme
        self._row_of = row_of
        self.has_figures = bool(scheme.plan.figures or scheme.conditions)
        self._computation = self._new_computation() if self.has_figures else None

    def _new_computation(self) -> Computation:
        sheet = self.sheet
        return Computation(
            self._scheme.plan,
            at=sheet.at,
            form=sheet.form,
            stated=sheet.stated,
            rows=sheet.record.list_,
            others=self._other,
            events=lambda rule: self._scheme.times(rule, sheet.record, sheet.at),
            earlier=sheet.earlier,
            is_checked=True,
        )

    def _other(self, id: str) -> Working | None:
        """What is no figure: a row of the form, as a step of what rests on it, or what is known of
        everybody."""
        row = self._row_of(id, self)
        return self.sheet.built_in(id) if row is None else replace(row, kind=Kind.STEP)

    def figure(self, id: str) -> Working | None:
        """A figure of the record, or the points of a row of the form; None where it cannot be
        computed yet."""
        return None if self._computation is None else self._computation.figure(id)

    def handed_on(self, ids: Iterable[str]) -> tuple[MonthValue, ...]:
        """What later months ask for of this one, as far as it has that."""
        month, made = self.sheet.record.month, []
        for id in sorted(ids):
            found = self.figure(id) if self.has_figures else self._row_of(id, self)
            if found is not None:
                made.append(MonthValue.of(month, id, found))
        return tuple(made)

    def figures_of(self, indicator: Indicator) -> dict[str, Working]:
        """Those of the figures that a row asks for that are the form's own."""
        if self._computation is None:
            return {}
        own = (id for id in indicator.metrics() if ("", id) in self._scheme.plan.figures)
        found = ((id, self.figure(id)) for id in own)
        return {id: one for id, one in found if one is not None}

    def scored(self, indicator: Indicator, score: Callable[[Sheet], Working]) -> Working:
        """The working of a row, on the form's own figures as on those of the record."""
        figures = self.figures_of(indicator)
        if not figures:
            return score(self.sheet)
        quantities = {
            id: Quantity(one.value, is_percent=one.unit is Unit.SHARE)
            for id, one in figures.items()
        }
        record = self.sheet.record
        metrics = {"metrics": {**record.metrics, **quantities}}
        made = score(replace(self.sheet, record=record.model_copy(update=metrics)))
        return _grafted(made, figures)

    def shown(self) -> tuple[Working, ...]:
        """The figures that stand on the scorecard by themselves."""
        if self._computation is None:
            return ()
        each = (*self._scheme.figure, *self._scheme.table)
        found = (self.figure(one.id) for one in each if one.shown and not one.of)
        return tuple(
            replace(one, kind=Kind.ADJUSTMENT, counts=False) for one in found if one is not None
        )


def _grafted(working: Working, figures: dict[str, Working]) -> Working:
    """The working with the figures in the place of those that only their values stood for."""
    if not working.parts:
        return working
    parts = tuple(
        replace(figures[part.id], counts=part.counts)
        if part.kind is Kind.FIGURE and part.formula is None and part.id in figures
        else _grafted(part, figures)
        for part in working.parts
    )
    return replace(working, parts=parts)
