"""How far that goes which a policy's figures and conditions name beyond its own: totals, points and
figures of its forms, and what is built in."""

from collections.abc import Callable, Mapping

from kpisite.check.figure_reach import range_of_row
from kpisite.check.filed import Filed
from kpisite.check.ground import Ground
from kpisite.check.policy_plan import names_of
from kpisite.check.reach import schemes_of_policy
from kpisite.core.exact import ONE, ZERO
from kpisite.language.figures.levels import SECRET
from kpisite.language.figures.ranges import ANY, Range, Ranges, hull
from kpisite.language.policy import Policy
from kpisite.language.scheme import Scheme

#: How far what is built in goes, where anything bounds it.
_BUILT_IN: Mapping[str, Range] = {
    SECRET: Range(ZERO),
    "month": Range(ONE, ONE * 12),
    "absent-days": Range(ZERO),
    "days-employed": Range(ZERO),
    **dict.fromkeys(
        ("rank", "ranked", "heads", "days-in-month", "months-served", "service-months"), Range(ONE)
    ),
}


def ranges_around(ground: Ground, filed: Filed[Policy]) -> Callable[[str], Range]:
    """How far goes what a policy names beyond its figures, whichever of its forms it is of."""
    schemes = schemes_of_policy(ground, filed)
    if any(one.left_out or one.model.plan_and_issues[1] for one in schemes):
        return lambda id: _BUILT_IN.get(id, ANY)
    forms = [(names_of(one.model), _of_form(one.model)) for one in schemes]
    found: dict[str, Range] = {}

    def around(id: str) -> Range:
        if id not in found:
            having = [of for names, of in forms if id in names or id in _TOTALS]
            found[id] = _BUILT_IN.get(id) or (hull([of(id) for of in having]) if having else ANY)
        return found[id]

    return around


_TOTALS = ("total", "exact-total", "full")


def _of_form(scheme: Scheme) -> Callable[[str], Range]:
    ranges = Ranges(scheme.plan, lambda id: range_of_row(scheme, id))
    return lambda id: ranges.of(("", id))
