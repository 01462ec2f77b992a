"""What is said of a policy's figures before any record is there, as of a form's: whether tables are
in order, a divisor is always zero, units meet that may not, gates can take effect."""

from collections.abc import Iterator, Mapping

from kpisite.check.figure_reach import always_zero, table_order, verdict
from kpisite.check.figure_unit_checks import mixed_bounds, mixed_units
from kpisite.check.ground import Ground
from kpisite.check.shape import Filed
from kpisite.core.exact import ONE, ZERO
from kpisite.core.issue import Issue, Source
from kpisite.language.figures.levels import SECRET
from kpisite.language.figures.model import Figure
from kpisite.language.figures.ranges import ANY, Range, Ranges
from kpisite.language.figures.units import Counts, Units
from kpisite.language.policy import Policy

#: How far what is built in goes, where anything bounds it.
_RANGES: Mapping[str, Range] = {
    SECRET: Range(ZERO),
    "month": Range(ONE, ONE * 12),
    "absent-days": Range(ZERO),
    "days-employed": Range(ZERO),
    **dict.fromkeys(
        ("rank", "ranked", "heads", "days-in-month", "months-served", "service-months"), Range(ONE)
    ),
}


def reach_of_policy(ground: Ground, filed: Filed[Policy]) -> Iterator[Issue]:
    """What cannot be, or always is, whatever a record says."""
    policy, plan = filed.model, ground.levels_at(filed.path).plan
    ranges = Ranges(plan, lambda id: _RANGES.get(id, ANY))
    of_forms = _stated_by_forms(ground, policy)
    units = Units(plan, lambda id: "money" if id == SECRET else of_forms.get(id, "any"))
    for index, table in enumerate(policy.table):
        yield from table_order(table, filed.at("table", index))
    for own in plan.figures.values():
        yield from always_zero(own, ranges, filed.at())
        yield from mixed_units(own, units, Source(filed.path, own.at.keys))
    for index, gate in enumerate(policy.gate):
        here = filed.at("gate", index, "if")
        yield from verdict(gate.if_, ranges, gate.label, here)
        yield from mixed_bounds(gate.if_, units, gate.label, here)


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
