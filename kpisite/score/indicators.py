"""An indicator's working: by the raters' marks, by figures, or by the tasks of the month."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from kpisite.core.captions import caption
from kpisite.core.exact import HUNDRED, ZERO
from kpisite.core.formula import Constant, Formula, Operand, Product, Quotient, Sum
from kpisite.core.issue import Source
from kpisite.core.text import Text, composed
from kpisite.core.working import Kind, Working, derive
from kpisite.language.methods import Indicator, Marked, Measured, Planned, Sheet
from kpisite.language.methods.sheet import mark_working, metric_working
from kpisite.language.record import NOTE, Mark, Record
from kpisite.score.raters import Raters

AS_COMPUTED = caption("as-computed")


def indicator_working(indicator: Indicator, sheet: Sheet, raters: Raters) -> Working:
    """What the record earns on the indicator, before the scheme rounds it."""
    if isinstance(indicator, Marked):
        return _marked(indicator, sheet, raters)
    if isinstance(indicator, Planned):
        return _planned(indicator, sheet, raters)
    assert isinstance(indicator, Measured)
    return _measured(indicator, sheet, raters)


def _marked(indicator: Marked, sheet: Sheet, raters: Raters) -> Working:
    """The raters' marks, and the figures they were given by beside them."""
    record, at = sheet.record, sheet.at.at("marks", indicator.id)
    given = raters.given(_marks_on(indicator, record), at, indicator.marked)
    few = raters.too_few(_marks_on(indicator, record), at)
    made = raters.judged(indicator, given, (at,), record.note_on(indicator.id), few)
    figures = tuple(
        replace(
            metric_working(id, indicator.figure_name(id), record.metrics[id], sheet.at),
            counts=False,
        )
        for id in indicator.metrics()
        if id in record.metrics  # what is still to come leaves the scorecard provisional
    )
    return replace(made, parts=(*made.parts, *figures)) if figures else made


def _measured(indicator: Measured, sheet: Sheet, raters: Raters) -> Working:
    """What was computed; or the last review in its place, with what was computed in sight."""
    note = sheet.record.note_on(indicator.id)
    made = _nothing_yet(indicator) if _waits(indicator, sheet) else indicator.measured(sheet)
    marks = _marks_on(indicator, sheet.record)
    if not marks:
        return replace(made, note=note) if note else made
    at = sheet.at.at("marks", indicator.id)

    def written(rater: str, label: Text, mark: Mark, here: Source) -> Working:
        assert isinstance(mark, Decimal)
        return mark_working(rater, label, mark, here, most=indicator.points)

    given, few = raters.given(marks, at, written), raters.too_few(marks, at)
    if not raters.has_counted(given):
        shown = tuple(replace(mark, counts=False) for mark in given.values())
        return replace(made, parts=(*made.parts, *shown, *few), note=note)
    judged = raters.judged(indicator, given, (at,), note, few)
    computed = replace(made, kind=Kind.STEP, label=AS_COMPUTED, counts=False)
    return replace(judged, parts=(*judged.parts, computed))


def _waits(indicator: Measured, sheet: Sheet) -> bool:
    """Whether figures or entries of the row are still to come, in a month that waits for them."""
    lacks_figures = any(id not in sheet.record.metrics for id in indicator.metrics())
    return lacks_figures or any(True for _ in indicator.still_to_come(sheet.record, sheet.at))


def _nothing_yet(indicator: Measured) -> Working:
    """No points until there is something to compute them from."""
    return derive(
        indicator.id, Kind.INDICATOR, indicator.name, Constant(ZERO), (), most=indicator.points
    )


def _marks_on(indicator: Indicator, record: Record) -> Mapping[str, Mark]:
    """The raters' marks in the record, without the note that may stand among them."""
    marks = record.marks.get(indicator.id, {})
    return {rater: mark for rater, mark in marks.items() if rater != NOTE}


def _planned(indicator: Planned, sheet: Sheet, raters: Raters) -> Working:
    """Each task as the raters see it, by its weight."""

    def written(rater: str, label: Text, mark: Mark, here: Source) -> Working:
        assert isinstance(mark, Decimal)
        return mark_working(rater, label, mark, here, most=HUNDRED)

    tasks, terms = [], []
    for place, (index, task) in enumerate(indicator.rows(sheet.record)):
        at = sheet.at.at("task", index)
        given = raters.given(task.marks, at.at("marks"), written)
        few = raters.too_few(task.marks, at.at("marks"))
        judged = raters.judged(indicator, given, (at,), task.result, few)
        named = composed(task.name.say, (task.name,))
        tasks.append(replace(judged, id=task.id, kind=Kind.STEP, label=named, most=HUNDRED))
        terms.append(Product((Operand(place), Constant(task.weight, is_percent=True))))
    formula: Formula = Sum(tuple(terms))
    if indicator.points != HUNDRED:
        formula = Product((formula, Quotient(Constant(indicator.points), Constant(HUNDRED))))
    return derive(
        indicator.id,
        Kind.INDICATOR,
        indicator.name,
        formula,
        tuple(tasks),
        most=indicator.points,
    )
