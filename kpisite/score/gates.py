"""What gates cap: each that took effect is a row with its reason, on the figures it asked for."""

from collections.abc import Callable

from kpisite.core.captions import caption
from kpisite.core.formula import Constant
from kpisite.core.working import Kind, Working, derive
from kpisite.language.gate import FormGate
from kpisite.language.scheme import Scheme


def gates_met(
    scheme: Scheme, on: str | None, figure: Callable[[str], Working | None]
) -> tuple[Working, ...]:
    """The gates on the total, or on a part or section, whose condition holds."""
    found = (_met(gate, figure) for gate in scheme.gate if gate.on == on)
    return tuple(one for one in found if one is not None)


def _met(gate: FormGate, figure: Callable[[str], Working | None]) -> Working | None:
    why = gate.if_.holds(figure)
    if why is None:
        return None
    asked = (figure(id) for id in dict.fromkeys(gate.if_.named()))
    label = caption("named", name=gate.name, label=why)
    parts = tuple(one for one in asked if one is not None)
    return derive(gate.id, Kind.ADJUSTMENT, label, Constant(gate.at_most), parts)
