"""A total to be tried out in the page: the form's own formulas as data, for exact fractions.

What is given out is the reader's own scorecard down to its marks and rows, and nothing below these:
no figure of anybody else, whatever a row rests on.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from markupsafe import Markup

from kpisite.core.exact import half_up, plain
from kpisite.core.formula import (
    Clamp,
    Constant,
    Difference,
    Floor,
    Formula,
    Lookup,
    Minimum,
    Operand,
    Product,
    Quotient,
    Rounded,
    Sum,
)
from kpisite.core.immutable import immutable
from kpisite.core.text import Language
from kpisite.core.working import Kind, Working
from kpisite.outcomes.results import Result

#: A field shows so many places; what is not touched is computed with all there are.
PLACES = 2

Node = Any
"""A text is a constant, a number a place among what is given, a list a formula and its parts."""


@immutable
class Try:
    """A mark, or the points of a row, that can be tried out: its place among what is given."""

    at: int
    row: str
    rater: str
    value: str
    most: str
    shown: str
    most_shown: str


@immutable
class WhatIf:
    """What can be tried out, and the data that the page's script computes with."""

    tries: tuple[Try, ...]
    data: Markup


class Unknown(Exception):
    """A formula that is not among those that the page's script knows."""


def what_if(result: Result, language: Language) -> WhatIf | None:
    """What of a scorecard can be tried out; None where nothing can, where a veto or a ruling has
    set the total, which no points would change, and where other points could bring a gate or a veto
    on or lift it, of which the page's script knows nothing."""
    if result.card.set_by or any(one.ruling is not None for one in result.record.appeal):
        return None
    if result.card.scheme.model.has_conditions_on_rows:
        return None
    found = _Emitted(language)
    try:
        total = found.node(result.card.total, "")
    except Unknown:
        return None
    if not found.tries or isinstance(total, str):
        return None
    policy = None if result.policy is None else result.policy.model
    grades = () if policy is None or not policy.grades_by_total_alone else policy.grade
    data = {
        "total": total,
        "places": result.card.total.places or 0,
        "given": [[one.row, one.value, one.most] for one in found.tries],
        "grades": [
            [grade.name.say(language), None if grade.from_ is None else plain(grade.from_)]
            for grade in grades
        ],
    }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return WhatIf(tries=tuple(found.tries), data=Markup(text))


@dataclass(slots=True)
class _Emitted:
    language: Language
    tries: list[Try] = field(default_factory=list)

    def node(self, working: Working, row: str) -> Node:
        """A working as data; what nobody can try out is a constant."""
        if working.kind is Kind.MARK and working.rater and row:
            return self._try(working, row)
        if working.kind in (Kind.ADJUSTMENT, Kind.FIGURE, Kind.EVENT) or working.formula is None:
            return str(working.value)
        if working.kind is Kind.INDICATOR:
            return self._row(working)
        before = len(self.tries)
        parts = tuple(self.node(part, row) for part in working.parts)
        if len(self.tries) == before:
            return str(working.value)
        return emitted(working.formula, parts)

    def _row(self, working: Working) -> Node:
        """An indicator by its marks, or by its points where it has none that count."""
        label = working.label.say(self.language)
        marks = [one for one in working.parts if one.kind is Kind.MARK and one.counts and one.most]
        if (
            working.formula is None
            or not marks
            or len(marks) != sum(one.counts for one in working.parts)
        ):
            return self._try(working, label) if working.most else str(working.value)
        parts = tuple(
            self._try(one, label) if one in marks else str(one.value) for one in working.parts
        )
        return emitted(working.formula, parts)

    def _try(self, working: Working, row: str) -> int:
        self.tries.append(
            Try(
                at=len(self.tries),
                row=row,
                rater=working.label.say(self.language) if working.rater else "",
                value=str(working.value),
                most=str(working.most),
                shown=plain(half_up(working.value, PLACES)),
                most_shown=plain(working.most or working.value),
            )
        )
        return len(self.tries) - 1


def emitted(formula: Formula, parts: tuple[Node, ...]) -> Node:
    """A formula as data, over its parts as data; Unknown for one of another kind."""
    emit = EMITTED.get(type(formula))
    if emit is None:
        raise Unknown(type(formula).__name__)
    return emit(formula, lambda one: emitted(one, parts), parts)


Emit = Callable[[Any, Callable[[Formula], Node], tuple[Node, ...]], Node]


def _bound(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def _looked_up(one: Lookup, of: Callable[[Formula], Node], _parts: tuple[Node, ...]) -> Node:
    rows = [
        ["" if row.edge is None else row.edge.sign,
         "0" if row.edge is None else of(row.edge.at), of(row.gives)]
        for row in one.rows
    ]  # fmt: skip
    return ["lookup", of(one.of), rows]


EMITTED: Mapping[type[Formula], Emit] = {
    Operand: lambda one, _of, parts: parts[one.index],
    Constant: lambda one, _of, _parts: str(one.figure),
    Sum: lambda one, of, _parts: ["+", *map(of, one.terms)],
    Difference: lambda one, of, _parts: ["-", of(one.first), of(one.second)],
    Product: lambda one, of, _parts: ["*", *map(of, one.factors)],
    Quotient: lambda one, of, _parts: ["/", of(one.top), of(one.bottom)],
    Clamp: lambda one, of, _parts: ["clamp", of(one.of), _bound(one.floor), _bound(one.cap)],
    Minimum: lambda one, of, _parts: ["min", of(one.of), of(one.other)],
    Floor: lambda one, of, _parts: ["floor", of(one.of)],
    Rounded: lambda one, of, _parts: ["round", of(one.of), one.places, one.mode],
    Lookup: _looked_up,
}
