"""What is said of a form's figures before any record is there: whether full points can be reached,
whether a gate can take effect, whether a divisor may be zero, whether a table is in order."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TypeVar

from kpisite.check.condition_reach import idle_folds, verdict
from kpisite.check.figure_unit_checks import is_unstated_share, units_in
from kpisite.check.filed import Filed
from kpisite.check.ground import Ground
from kpisite.check.known import has_unread, is_unread
from kpisite.check.policy_plan import asked_by
from kpisite.check.total_reach import range_of_total
from kpisite.core.exact import ONE, ZERO, compare, product
from kpisite.core.formula import Constant, Formula, Quotient
from kpisite.core.formula.base import passages
from kpisite.core.formula.functions import Power
from kpisite.core.formula.table import Axis, Choice
from kpisite.core.issue import Fact, Issue, Source
from kpisite.language.base import Quantity
from kpisite.language.figures.model import TableAxis, TableFigure
from kpisite.language.figures.plan import Name, Planned
from kpisite.language.figures.ranges import ANY, Range, Ranges, range_of
from kpisite.language.scheme import Scheme


def reach_of_figures(scheme: Scheme, at: Source) -> Iterator[Issue]:
    """What cannot be, or always is, whatever a record says."""
    ranges = Ranges(scheme.sound_plan, lambda id: range_of_row(scheme, id))
    for index, table in enumerate(scheme.table):
        if ("", table.id) in scheme.sound_plan.figures:
            yield from table_order(table, at.at("table", index))
    for name, own in scheme.sound_plan.figures.items():
        yield from _divisors(scheme, name, own, ranges, at)
    yield from idle_folds(scheme.sound_plan, ranges, at.path)
    yield from _unreachable(scheme, ranges, at)
    yield from _ranked(scheme, at)
    yield from _gates(scheme, ranges, at)


def range_of_row(scheme: Scheme, id: str) -> Range:
    """How far the points of a row go, as far as a row says so; days and months are never below
    zero."""
    indicator = scheme.indicators.get(id)
    if indicator is not None:
        return Range(indicator.lowest, indicator.highest)
    if id == "full":
        return Range(scheme.points, scheme.points)
    if id in ("total", "exact-total"):
        return range_of_total(scheme)
    if id in ("days-in-month", "service-months", "months-served"):
        return Range(ONE)
    return Range(ZERO) if id in scheme.scope.built_in else ANY


# Figures without a value.


def _divisors(
    scheme: Scheme, name: Name, own: Planned, ranges: Ranges, at: Source
) -> Iterator[Issue]:
    """Divisors that are zero whatever a record says; and figures on points that may come to
    nothing, which would be found only after everything is scored."""
    found = list(always_zero(own, ranges, at))
    yield from found
    operands = ranges.operands(own)
    is_open = _rests_on_points(scheme, name) and (
        _may_fold_nothing(own)
        or any(_may_have_none(one, operands) for one in own.formulas)
        or (
            _rests_on_earlier(scheme, name)
            and any(_has_edges_by_figures(one) for one in own.formulas)
        )
    )
    if is_open and not found:
        facts: dict[str, Fact] = {"figure": own.label, "id": name[1]}
        yield Issue(code="figure-of-points", at=Source(at.path, own.at.keys), facts=facts)


def always_zero(own: Planned, ranges: Ranges, at: Source) -> Iterator[Issue]:
    """A divisor that is zero whatever a record says; `at` is the file."""
    operands = ranges.operands(own)
    divisors = (one for formula in own.formulas for one in _within(formula, Quotient))
    if any(range_of(one.bottom, operands).is_zero for one in divisors):
        facts: dict[str, Fact] = {"figure": own.label, "id": own.name[1]}
        yield Issue(code="divisor-always-zero", at=Source(at.path, own.at.keys), facts=facts)


def _rests_on_points(scheme: Scheme, name: Name) -> bool:
    """Whether a figure is known only once rows of the form are scored, or earlier months are."""
    needs = scheme.sound_plan.needs(name)
    is_on_rows = any(id in scheme.scope.rows for of, id in needs if not of)
    return is_on_rows or _rests_on_earlier(scheme, name)


def _rests_on_earlier(scheme: Scheme, name: Name) -> bool:
    figures = scheme.sound_plan.figures
    return any(one in figures and figures[one].of_earlier for one in scheme.sound_plan.needs(name))


def _may_fold_nothing(own: Planned) -> bool:
    """Whether a fold may be of nothing because its condition holds nowhere, and so have no
    value."""
    if own.fold is None or own.folded.where is None:
        return False
    return own.fold[0] not in ("sum", "count") and own.folded.start is None


def _has_edges_by_figures(formula: Formula) -> bool:
    """Whether a table's edges are figures, which may be out of order in some month."""
    return any(
        not isinstance(edge.at, Choice | Constant)
        for axis in _within(formula, Axis)
        for edge in axis.edges
    )


def _may_have_none(formula: Formula, operands: Sequence[Range]) -> bool:
    """Whether some record could leave a formula without a value."""
    if any(range_of(one.bottom, operands).takes(ZERO) for one in _within(formula, Quotient)):
        return True
    for power in _within(formula, Power):
        low = range_of(power.base, operands).low
        if not power.is_exact and (low is None or low <= ZERO):
            return True
    return any(
        axis.is_of_equals and not isinstance(axis.edges[0].at, Choice)
        for axis in _within(formula, Axis)
    )


F = TypeVar("F", bound=Formula)


def _within(formula: Formula, kind: type[F]) -> Iterator[F]:
    """The formulas of one kind that a formula is made of, itself among them."""
    return (one for one in passages(formula) if isinstance(one, kind))


# Full points.


def _unreachable(scheme: Scheme, ranges: Ranges, at: Source) -> Iterator[Issue]:
    """Rows whose figure never comes to their full points."""
    units = units_in(scheme)
    for indicator, here in scheme.placed_indicators(at):
        id = indicator.figure_of_points
        if id is None:
            continue
        own, top = scheme.sound_plan.figures.get(("", id)), ranges.of(("", id)).high
        if own is None or top is None:
            continue
        if is_unstated_share(scheme, units, own):
            continue  # it counts as points by mistake, which is reported
        is_percent = scheme.sound_plan.unit_of(own.name) == "percent"
        top = product((top, indicator.points)) if is_percent else top
        if compare(top, indicator.points) < 0:
            facts: dict[str, Fact] = {"indicator": indicator.name, "top": top}
            facts["points"] = indicator.points
            facts["figure"] = own.label
            yield Issue(code="figure-below-full", at=here.at("figure"), facts=facts)


def _ranked(scheme: Scheme, at: Source) -> Iterator[Issue]:
    """Rows that rank by a figure that is computed: others are ranked by what records state."""
    for indicator, here in scheme.placed_indicators(at):
        for _, metric in indicator.ranks():
            own = scheme.sound_plan.figures.get(("", metric))
            if own is not None and metric not in scheme.sound_plan.of_record:
                facts: dict[str, Fact] = {"indicator": indicator.name, "id": metric}
                yield Issue(code="figure-not-ranked", at=here.at("metric"), facts=facts)


# Gates.


def _gates(scheme: Scheme, ranges: Ranges, at: Source) -> Iterator[Issue]:
    for one in scheme.conditions:
        yield from verdict(one.if_, ranges, one.name, one.at(at), of=one.key)


# Tables.


def table_order(table: TableFigure, at: Source) -> Iterator[Issue]:
    """Edges of which one swallows the next, and cells that rise and fall."""
    for key, axis in table.axes():
        yield from _edges(axis, at.at(key))
    if table.any_order:
        return
    cells = [
        [cell.value if isinstance(cell, Quantity) else None for cell in row] for row in table.cells
    ]
    lines = [*cells, *(list(column) for column in zip(*cells, strict=False))]
    is_mixed = any(_turns([one for one in line if one is not None]) for line in lines)
    of_words = any(
        isinstance(one, str) for _, axis in table.axes() for one in axis.edges if axis.key == "are"
    )
    if is_mixed and not of_words:
        yield Issue(code="table-turns", at=at.at("cells"), facts={"id": table.id})


def _edges(axis: TableAxis, at: Source) -> Iterator[Issue]:
    key = axis.key.rstrip("_")
    stated = [(n, one) for n, one in enumerate(axis.edges)]
    if axis.key == "are":
        seen: list[Quantity | str] = []
        for n, one in stated:
            if one in seen:
                yield Issue(code="table-edges", at=at.at(key, n), facts={"key": key})
            seen.append(one)
        return
    falls = axis.key in ("from_", "above")
    numbers = [(n, one.value) for n, one in stated if isinstance(one, Quantity)]
    for (_, before), (n, after) in pairwise(numbers):
        if (after >= before) if falls else (after <= before):
            yield Issue(code="table-edges", at=at.at(key, n), facts={"key": key})


def _turns(line: Sequence[object]) -> bool:
    """Whether numbers both rise and fall."""
    signs = {(b > a) - (b < a) for a, b in pairwise(line)}  # type: ignore[operator]
    return {1, -1} <= signs


# What nothing asks for.


def figures_left_idle(ground: Ground) -> Iterator[Issue]:
    """Figures of a form that no row, gate or other figure of it asks for, and no policy."""
    if has_unread(ground, "records/policies/"):
        return
    for filed in ground.schemes:
        scheme = filed.model
        if not scheme.plan.figures or scheme.plan_and_issues[1] or not _is_whole(ground, filed):
            continue
        asked = scheme.asked | _asked_by_policies(ground, scheme.id)
        asked |= ground.handed_on.get(scheme.id, frozenset())
        needed = scheme.plan.rests_on(("", id) for id in asked)
        for key, several in (("figure", scheme.figure), ("table", scheme.table)):
            for index, one in enumerate(several):
                if (one.of or "", one.id) not in needed:
                    facts: dict[str, Fact] = {"id": one.id}
                    yield Issue(code="figure-idle", at=filed.at(key, index, "id"), facts=facts)


def _is_whole(ground: Ground, filed: Filed[Scheme]) -> bool:
    """Whether nothing was left out of the form, of its other versions, nor of a policy that governs
    it, or may."""
    id = filed.model.id
    left_out = [one.left_out for one in ground.schemes if one.model.id == id]
    left_out += [
        one.left_out
        for one in ground.policies
        if id in one.model.schemes or one.is_left_out("schemes")
    ]
    return not any(left_out) and not is_unread(ground, f"records/schemes/{id}")


def _asked_by_policies(ground: Ground, scheme: str) -> set[str]:
    """The names that the figures, gates, limits and pay of a form's policies ask for."""
    asked: set[str] = set()
    for filed in ground.policies:
        if scheme in filed.model.schemes:
            plan = ground.levels_and_issues[filed.path][0].plan
            asked |= {id for one in plan.figures.values() for _, id in one.operands}
            asked |= plan.of_earlier
            asked |= asked_by(filed.model)
            asked |= {id for one in filed.model.limit for id in one.asked.values()}
            asked |= {id for one in filed.model.pay for id in one.metrics()}
    return asked
