"""Figures, tables, lists and conditions of a form or a policy, set out to be read."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from kpisite.core.captions import caption
from kpisite.core.exact import percent, plain, with_minus
from kpisite.core.formula import readable
from kpisite.core.formula.parsing import CALLS
from kpisite.core.text import Language, Text
from kpisite.language.base import Quantity
from kpisite.language.components import Component
from kpisite.language.figures.condition import Bounds, Combined, Together
from kpisite.language.figures.model import (
    AXES,
    Column,
    Computed,
    Figure,
    Given,
    RowList,
    TableAxis,
    TableFigure,
)
from kpisite.language.figures.plan import BUILT_IN
from kpisite.language.methods import Indicator
from kpisite.language.scheme import Scheme
from kpisite.pages.rubric import Voice
from kpisite.pages.rule_places import place_of

#: A name in a formula, as its grammar has it; one before a bracket is a function.
_NAME = re.compile(r"[A-Za-z](?:[A-Za-z0-9_]|-(?=[A-Za-z0-9_]))*( *[(（])?")
#: A minus that stands by itself belongs to no name.
_MINUS = re.compile(r"(?<![A-Za-z0-9_])-|-(?![A-Za-z0-9_])")
_SIGNS = str.maketrans("*/", "×÷")
#: The keys of figures that have a name beside them.
METRICS = ("metric", "actual", "target", "plan")
#: What a fold may go over beside the rows of a list.
_OVER = (
    "events", "sections", "indicators", "earlier", "year", "quarter", "service", "department",
    "post", "scheme", "company", "reports",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table as it stands in the rules: what its rows and its columns go by, and its cells; one
    by a single figure has no columns."""

    rows_by: str
    columns_by: str
    columns: tuple[str, ...]
    lines: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureRule:
    """A figure, a table or a list: where it comes from, and what else is stated of it."""

    place: str
    label: str
    text: str
    remarks: tuple[str, ...] = ()
    grid: Grid | None = None


def names_in(scheme: Scheme, language: Language) -> dict[str, str]:
    """What is called how that formulas of a form name, by id."""
    found: dict[str, Text] = {"total": caption("total"), "grade": caption("grade"), **BUILT_IN}
    for part in scheme.part:
        found[part.id] = part.name
        found |= {one.id: one.name for one in part.section}
    found |= {id: one.name for id, one in scheme.indicators.items()}
    found |= {id: one.name for id, one in scheme.rules.items()}
    computed: tuple[Computed, ...] = (*scheme.figure, *scheme.table)
    found |= {one.id: one.label for one in computed}
    found |= {one.id: one.label for one in scheme.list_}
    found |= {column.id: column.label for one in scheme.list_ for column in one.columns}
    for row in scheme.indicators.values():
        found |= metric_names(row)
    return {id: name.say(language) for id, name in found.items()}


def metric_names(of: Indicator | Component) -> dict[str, Text]:
    """What a row or a line of pay calls the figures that it looks up in a record."""
    names = ((getattr(of, key, None), getattr(of, f"{key}_name", None)) for key in METRICS)
    return {id: name for id, name in names if isinstance(id, str) and name is not None}


def figure_rules(
    figures: Iterable[Computed], lists: Iterable[RowList], voice: Voice, grades: Mapping[str, str]
) -> Iterator[FigureRule]:
    """The lists, figures and tables, set out one by one; `grades` are the names of grades, which a
    table may go by."""
    yield from (_list(rows, voice) for rows in lists)
    for one in figures:
        if isinstance(one, TableFigure):
            yield _table(one, voice, grades)
        elif isinstance(one, Figure):
            yield _figure(one, voice, grades)


def condition(together: Together, voice: Voice, words: Mapping[str, str]) -> str:
    """What figures have to be, `迟到次数 ≥ 13`; `words` are the names of what a choice is, such as
    grades."""
    said = [_bounded(id, bounds, voice, words) for id, bounds in together.figures.items()]
    if isinstance(together, Combined) and together.any:
        each = (condition(one, voice, words) for one in together.any)
        said.append(voice.word("condition-or").join(each))
    return voice.word("comma").join(said)


def _bounded(id: str, bounds: Bounds, voice: Voice, words: Mapping[str, str]) -> str:
    name = voice.names.get(id, id)
    said = [f"{sign} {value_of(value, voice)}" for sign, value in bounds.stated()]
    text = f"{name} {' '.join(said)}" if said else name
    if bounds.are:
        listed = voice.word("list-comma").join(
            words.get(one, one) if isinstance(one, str) else value_of(one, voice)
            for one in bounds.are
        )
        text = voice.word("condition-are", figure=text, words=listed)
    return text


def in_names(formula: str, voice: Voice) -> str:
    """A formula with names in the place of ids, functions in words, and the signs of print.

    >>> in_names("max(0, sales / plan - 1)", Voice("zh", {"sales": "销售额", "plan": "定额"}))
    '最大值(0, 销售额 ÷ 定额 − 1)'
    """

    def named(found: re.Match[str]) -> str:
        bracket = found[1]
        if bracket is None:
            return voice.names.get(found[0], found[0])
        function = found[0].removesuffix(bracket)
        return f"{voice.word(f'call-{function}') if function in CALLS else function}{bracket}"

    return _NAME.sub(named, _MINUS.sub("−", formula).translate(_SIGNS))


def value_of(value: Quantity | str, voice: Voice) -> str:
    """A number, a percentage, or a formula in names."""
    if isinstance(value, str):
        return in_names(value, voice)
    return with_minus(percent(value.value)) if value.is_percent else readable(value.value)


def _list(rows: RowList, voice: Voice) -> FigureRule:
    key = "list-rows" if rows.most is None else "list-rows-most"
    if rows.most is None and not rows.least:
        key = "list-rows-any"
    return FigureRule(
        place=place_of("list", rows.id),
        label=voice.say(rows.label),
        text=voice.word(key, least=rows.least, most=rows.most),
        remarks=tuple(_column(one, voice) for one in rows.columns),
    )


def _column(column: Column, voice: Voice) -> str:
    said = [voice.say(column.label), *_given(column, voice)]
    if column.adds_up_to is not None:
        said.append(voice.word("figure-adds-up-to", value=value_of(column.adds_up_to, voice)))
    return voice.word("comma").join(said)


def _given(given: Given, voice: Voice) -> Iterator[str]:
    """What may be stated of a figure, and what holds where nobody does."""
    if given.choices:
        yield voice.word("figure-choices", choices=voice.word("list-comma").join(given.choices))
    for key in ("low", "high", "default"):
        value = getattr(given, key)
        if value is not None:
            yield voice.word(f"figure-{key}", value=value_of(value, voice))


def _figure(figure: Figure, voice: Voice, grades: Mapping[str, str]) -> FigureRule:
    remarks = [*_given(figure, voice), *_fold_remarks(figure, voice, grades)]
    remarks += _rounded(figure, voice)
    remarks += _shown(figure, voice)
    if figure.is_ is not None:
        text = in_names(figure.is_, voice)
    elif figure.fold is not None:
        key, of = figure.fold
        name = voice.word(f"folded-{of}") if of in ("points", "share") else _name(of, voice)
        text = voice.word(f"fold-{key}", figure=name, over=_over(figure.over or "", voice))
    else:
        text = voice.word(f"figure-from-{figure.from_}")
    return FigureRule(
        place=place_of("figure", figure.id),
        label=_labelled(figure, voice),
        text=text,
        remarks=tuple(remarks),
    )


def _labelled(one: Computed, voice: Voice) -> str:
    """What it is called, with the list of whose rows it is."""
    label = voice.say(one.label)
    return label if one.of is None else f"{_name(one.of, voice)}{voice.word('dot')}{label}"


def _name(id: str, voice: Voice) -> str:
    return voice.names.get(id, id)


def _over(over: str, voice: Voice) -> str:
    if over in _OVER:
        return voice.word(f"over-{over}")
    return voice.word("over-list", list=_name(over, voice))


def _fold_remarks(figure: Figure, voice: Voice, grades: Mapping[str, str]) -> Iterator[str]:
    if figure.on is not None:
        yield voice.word("fold-on", part=_name(figure.on, voice))
    if figure.where is not None:
        yield voice.word("fold-where", condition=condition(figure.where, voice, grades))
    yield from _earlier_remarks(figure, voice)
    if figure.drop is not None:
        yield voice.word("fold-drop", highest=figure.drop.highest, lowest=figure.drop.lowest)


def _earlier_remarks(figure: Figure, voice: Voice) -> Iterator[str]:
    """Which of the months before a fold takes, and what holds where there is none."""
    if figure.months is not None:
        yield voice.word("fold-months", count=figure.months)
    if figure.within is not None:
        yield voice.word(f"fold-within-{figure.within}")
    if figure.gap == "start":
        yield voice.word("fold-gap-start")
    if figure.start is not None:
        yield voice.word("fold-start", value=value_of(figure.start, voice))


def _rounded(one: Computed, voice: Voice) -> Iterator[str]:
    if one.places is not None:
        yield voice.word(f"rounds-{one.round}", places=one.places)


def _shown(one: Computed, voice: Voice) -> Iterator[str]:
    if one.shown:
        yield voice.word("figure-shown")


def _table(table: TableFigure, voice: Voice, grades: Mapping[str, str]) -> FigureRule:
    columns = () if table.columns is None else tuple(_edges(table.columns, voice, grades))
    heads = _edges(table.rows, voice, grades)
    lines = tuple(
        (head, tuple(value_of(cell, voice) for cell in cells))
        for head, cells in zip(heads, _by_rows(table), strict=True)
    )
    return FigureRule(
        place=place_of("figure", table.id),
        label=_labelled(table, voice),
        text="",
        remarks=(*_rounded(table, voice), *_shown(table, voice)),
        grid=Grid(
            rows_by=_name(table.rows.figure, voice),
            columns_by="" if table.columns is None else _name(table.columns.figure, voice),
            columns=columns,
            lines=lines,
        ),
    )


def _by_rows(table: TableFigure) -> Sequence[Sequence[Quantity | str]]:
    """The cells a row each, however those of a table by one figure are written."""
    if table.columns is None:
        return [[cell] for row in table.cells for cell in row]
    return table.cells


def _edges(axis: TableAxis, voice: Voice, grades: Mapping[str, str]) -> Iterator[str]:
    sign = AXES[axis.key]
    for edge in axis.edges:
        said = grades.get(edge, edge) if isinstance(edge, str) and sign == "=" else None
        said = value_of(edge, voice) if said is None else said
        yield said if sign == "=" else f"{sign} {said}"
    if sign != "=":
        yield voice.word("table-otherwise")


def rounded_to(places: int, voice: Voice) -> str:
    """To how many places something is rounded half up."""
    return voice.word("rounded" if places else "rounded-whole", places=places)


def points_of(value: Decimal) -> str:
    """Points as people read them."""
    return with_minus(plain(value))
