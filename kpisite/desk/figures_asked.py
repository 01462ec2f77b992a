"""The figures that a form and its pay ask for."""

from collections.abc import Mapping

from kpisite.check.awaited import written_metrics
from kpisite.core.issue import Source
from kpisite.core.text import Text
from kpisite.language.components import Component
from kpisite.language.methods import Indicator
from kpisite.language.policy import Policy
from kpisite.language.scheme import Scheme


def figures_asked(scheme: Scheme, policy: Policy | None) -> dict[str, tuple[Text, bool]]:
    """The figures that the rows and the pay ask for, each once: what it is called, and whether it
    is a percentage, as far as the form or the pay says so."""
    units = _percentages(scheme, policy)
    pay = () if policy is None else (*policy.lines_shown, *policy.lines_of_payroll)
    found = {
        id: (one.label, one.unit == "percent")
        for id, one in scheme.plan.of_record.items()
        if one.unit != "choice"
    }
    rows: tuple[Indicator | Component, ...] = (*scheme.indicators.values(), *pay)
    for row in rows:
        written_ones = written_metrics(scheme, row) if isinstance(row, Indicator) else row.metrics()
        for metric in written_ones:
            found.setdefault(metric, (row.figure_name(metric), units.get(metric, False)))
    return found


def _percentages(scheme: Scheme, policy: Policy | None) -> Mapping[str, bool]:
    at = Source("")
    comparisons = [*scheme.comparisons(at)]
    comparisons += [] if policy is None else policy.comparisons(at)
    return {
        metric: one.example.quantity.is_percent
        for one in comparisons
        if one.example is not None
        for metric in one.metrics
    }
