"""A total to be tried out in the page: the form's own formulas as data, for exact fractions.

What is given out is the reader's own scorecard down to its marks and rows, and nothing below these:
no figure of anybody else, whatever a row rests on.
"""

import json
from collections.abc import Callable, Iterable, Mapping
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

Node = str
"""JSON: a text is a constant, a number a place among what is given, a list a formula and its
parts."""


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
        total = found.node(result.card.total)
    except Unknown:
        return None
    if not found.tries or total.startswith('"'):
        return None
    policy = None if result.policy is None else result.policy.model
    grades = () if policy is None or not policy.grades_by_total_alone else policy.grade
    bounds = _list(
        _list((_text(grade.name.say(language)), _bound(grade.from_, plain))) for grade in grades
    )
    places = result.card.total.places or 0
    data = f'{{"total":{total},"places":{places},"given":{_list(found.given)},"grades":{bounds}}}'
    return WhatIf(tries=tuple(found.tries), data=Markup(data.replace("<", "\\u003c")))


@dataclass(slots=True)
class _Emitted:
    language: Language
    first: int = 0
    """So many are tried out before."""
    tries: list[Try] = field(default_factory=list)
    given: list[Node] = field(default_factory=list)
    """Each of them as data."""

    def node(self, working: Working) -> Node:
        """A working as data; what nobody can try out is a constant."""
        if working.kind in (Kind.ADJUSTMENT, Kind.FIGURE, Kind.EVENT) or working.formula is None:
            return _constant(working.value)
        if working.kind is Kind.INDICATOR:
            return self._row(working)
        before = len(self.tries)
        parts = tuple(self.node(part) for part in working.parts)
        if len(self.tries) == before:
            return _constant(working.value)
        return emitted(working.formula, parts)

    def _row(self, working: Working) -> Node:
        """An indicator, made once where many records share it and it stands in the same place."""
        first = self.first + len(self.tries)

        def row() -> tuple[Node, list[Try], list[Node]]:
            alone = _Emitted(self.language, first)
            return alone._row_of(working), alone.tries, alone.given

        node, tries, given = working.once((_Emitted, self.language, first), row)
        self.tries += tries
        self.given += given
        return node

    def _row_of(self, working: Working) -> Node:
        """An indicator by its marks, or by its points where it has none that count."""
        label = working.label.say(self.language)
        marks = [one for one in working.parts if one.kind is Kind.MARK and one.counts and one.most]
        if (
            working.formula is None
            or not marks
            or len(marks) != sum(one.counts for one in working.parts)
        ):
            return self._try(working, label) if working.most else _constant(working.value)
        parts = tuple(
            self._try(one, label) if one in marks else _constant(one.value) for one in working.parts
        )
        return emitted(working.formula, parts)

    def _try(self, working: Working, row: str) -> Node:
        at = self.first + len(self.tries)
        self.given.append(_list(map(_text, (row, str(working.value), str(working.most)))))
        self.tries.append(
            Try(
                at=at,
                row=row,
                rater=working.label.say(self.language) if working.rater else "",
                value=str(working.value),
                most=str(working.most),
                shown=plain(half_up(working.value, PLACES)),
                most_shown=plain(working.most or working.value),
            )
        )
        return str(at)


_text = json.encoder.encode_basestring


def _list(nodes: Iterable[Node]) -> Node:
    return f"[{','.join(nodes)}]"


def _constant(value: Decimal) -> Node:
    return f'"{value}"'


def _bound(value: Decimal | None, said: Callable[[Decimal], str] = str) -> Node:
    return "null" if value is None else f'"{said(value)}"'


def emitted(formula: Formula, parts: tuple[Node, ...]) -> Node:
    """A formula as data, over its parts as data; Unknown for one of another kind."""
    emit = EMITTED.get(type(formula))
    if emit is None:
        raise Unknown(type(formula).__name__)
    return emit(formula, lambda one: emitted(one, parts), parts)


Emit = Callable[[Any, Callable[[Formula], Node], tuple[Node, ...]], Node]


def _looked_up(one: Lookup, of: Callable[[Formula], Node], _parts: tuple[Node, ...]) -> Node:
    rows = _list(
        _list(
            ('""', '"0"', of(row.gives))
            if row.edge is None
            else (_text(row.edge.sign), of(row.edge.at), of(row.gives))
        )
        for row in one.rows
    )
    return _list(('"lookup"', of(one.of), rows))


EMITTED: Mapping[type[Formula], Emit] = {
    Operand: lambda one, _of, parts: parts[one.index],
    Constant: lambda one, _of, _parts: _constant(one.figure),
    Sum: lambda one, of, _parts: _list(('"+"', *map(of, one.terms))),
    Difference: lambda one, of, _parts: _list(('"-"', of(one.first), of(one.second))),
    Product: lambda one, of, _parts: _list(('"*"', *map(of, one.factors))),
    Quotient: lambda one, of, _parts: _list(('"/"', of(one.top), of(one.bottom))),
    Clamp: lambda one, of, _parts: _list(
        ('"clamp"', of(one.of), _bound(one.floor), _bound(one.cap))
    ),
    Minimum: lambda one, of, _parts: _list(('"min"', of(one.of), of(one.other))),
    Floor: lambda one, of, _parts: _list(('"floor"', of(one.of))),
    Rounded: lambda one, of, _parts: _list(
        ('"round"', of(one.of), str(one.places), _text(one.mode))
    ),
    Lookup: _looked_up,
}
