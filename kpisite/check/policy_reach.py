"""What is said of a policy's figures before any record is there, as of a form's: whether tables are
in order, a divisor is always zero, units meet that may not, gates, awards and reviews can take
effect, every grade can be given."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from kpisite.check.condition_reach import idle_folds, verdict
from kpisite.check.figure_reach import always_zero, table_order
from kpisite.check.figure_unit_checks import mixed_bounds, mixed_units
from kpisite.check.filed import Filed
from kpisite.check.form_reach import ranges_around
from kpisite.check.ground import Ground
from kpisite.core.exact import ZERO, compare
from kpisite.core.formula import readable
from kpisite.core.issue import Fact, Issue, Source
from kpisite.language.figures.gate import Gate
from kpisite.language.figures.levels import SECRET
from kpisite.language.figures.model import Figure, TableFigure
from kpisite.language.figures.ranges import Ranges
from kpisite.language.figures.units import Counts, Units
from kpisite.language.policy import Policy


def reach_of_policy(ground: Ground, filed: Filed[Policy]) -> Iterator[Issue]:
    """What cannot be, or always is, whatever a record says."""
    policy, plan = filed.model, ground.levels_at(filed.path).plan
    ranges = Ranges(plan, ranges_around(ground, filed))
    of_forms = _stated_by_forms(ground, policy)
    units = Units(plan, lambda id: "money" if id == SECRET else of_forms.get(id, "any"))
    for index, table in enumerate(policy.table):
        yield from table_order(table, filed.at("table", index))
    for own in plan.figures.values():
        yield from always_zero(own, ranges, filed.at())
        yield from mixed_units(own, units, Source(filed.path, own.at.keys))
    yield from idle_folds(plan, ranges, filed.path)
    for index, gate in enumerate(policy.gate):
        here = filed.at("gate", index, "if")
        yield from verdict(gate.if_, ranges, gate.label, here)
        yield from mixed_bounds(gate.if_, units, gate.label, here)
        if policy.grade and gate.grade_at_most == policy.grade[0].id:
            yield _gate_without_effect(gate, filed.at("gate", index, "grade-at-most"))
    for key, rules in (("award", policy.award), ("review", policy.review)):
        for index, rule in enumerate(rules):
            if rule.if_ is not None:
                at = filed.at(key, index, "if")
                yield from verdict(rule.if_, ranges, rule.name, at, of="if")
    for index, line in enumerate(policy.pay):
        top = ranges.of(("", line.split.by)).high if line.split else None
        if line.split and top is not None and top <= ZERO:
            split: dict[str, Fact] = {"name": line.name, "id": line.split.by, "high": readable(top)}
            yield Issue(code="split-never", at=filed.at("pay", index, "by"), facts=split)
    yield from _grades_never_given(filed, ranges)
    yield from _grades_in_no_cell(filed)


def _gate_without_effect(gate: Gate, at: Source) -> Issue:
    facts: dict[str, Fact] = {"gate": gate.label, "grade": gate.grade_at_most}
    return Issue(code="gate-bars-nothing", at=at, facts=facts)


def _grades_never_given(filed: Filed[Policy], ranges: Ranges) -> Iterator[Issue]:
    """Grades by a figure that does not come to them, or never falls so low, once for the policy."""
    policy = filed.model
    if policy.graded is None or policy.quota is not None or _table_of_grades(policy) is not None:
        return
    of = ranges.of(("", policy.graded))
    for index, grade in enumerate(policy.grade):
        best, here = grade.from_, filed.at("grade", index)
        better = policy.grade[index - 1].from_ if index else None
        is_beyond = best is not None and of.high is not None and compare(best, of.high) > 0
        is_below = better is not None and of.low is not None and compare(better, of.low) <= 0
        if is_beyond or is_below:
            facts: dict[str, Fact] = {"grade": grade.name, "id": policy.graded}
            facts |= {"low": _end(of.low), "high": _end(of.high)}
            at = here.at("from") if is_beyond else filed.at("grade", index - 1, "from")
            yield Issue(code="grade-never-given", at=at, facts=facts)
            return


def _grades_in_no_cell(filed: Filed[Policy]) -> Iterator[Issue]:
    """Grades that the table by which people are graded does not give, and no gate bars to."""
    policy = filed.model
    table = _table_of_grades(policy)
    if table is None or policy.quota is not None:
        return
    given = {cell for row in table.cells for cell in row if isinstance(cell, str)}
    given |= {gate.grade_at_most for gate in policy.gate}
    for index, grade in enumerate(policy.grade):
        if grade.id not in given:
            facts: dict[str, Fact] = {"grade": grade.name, "id": table.id}
            yield Issue(code="grade-in-no-cell", at=filed.at("grade", index, "id"), facts=facts)


def _table_of_grades(policy: Policy) -> TableFigure | None:
    """The table whose cells are the grades, where people are graded by one."""
    found = (one for one in policy.table if one.id == policy.graded and one.unit == "choice")
    return next(found, None)


def _end(value: Decimal | None) -> str:
    return "…" if value is None else readable(value)


def _stated_by_forms(ground: Ground, policy: Policy) -> Mapping[str, Counts]:
    """What the figures of its forms count that say so, where all of the forms say the same."""
    found: dict[str, Counts] = {}
    for filed in ground.schemes:
        if filed.model.id not in policy.schemes:
            continue
        for one in filed.model.figure:
            counts: Counts = one.unit if _is_told(one) else "any"  # type: ignore[assignment]
            found[one.id] = counts if found.get(one.id, counts) == counts else "any"
    return found


def _is_told(one: Figure) -> bool:
    return one.unit in ("percent", "money", "points", "choice")
