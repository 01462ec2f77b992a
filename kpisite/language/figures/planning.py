"""Figures as HR writes them to a plan, with all that is wrong in them whoever they are of: names
that nothing has, circles, formulas that cannot be read."""

from collections.abc import Sequence
from dataclasses import replace

from kpisite.core.formula import Edge, Formula, Operand, Rounded
from kpisite.core.formula.table import Axis, Choice, Table
from kpisite.core.issue import Outcome, Source
from kpisite.language.base import Quantity
from kpisite.language.figures.circles import circles_in, not_yet
from kpisite.language.figures.model import (
    AXES,
    EARLIER,
    Computed,
    Figure,
    Fold,
    Given,
    RowList,
    TableAxis,
    TableFigure,
)
from kpisite.language.figures.naming import Naming, known_of
from kpisite.language.figures.plan import (
    EVENTS,
    INDICATORS,
    MONTHS,
    OF_ROWS,
    SECTIONS,
    Name,
    Plan,
    Planned,
    Scope,
)
from kpisite.language.figures.value import Cell


def planned(
    figures: Sequence[Figure],
    tables: Sequence[TableFigure],
    lists: Sequence[RowList],
    around: Scope,
    at: Source,
) -> Outcome[Plan]:
    """The figures that stand in the file `at`, and what is wrong in them."""
    making = _Planning(lists, around)
    placed: list[tuple[Computed, Source]] = [
        *((one, at.at("figure", n)) for n, one in enumerate(figures)),
        *((one, at.at("table", n)) for n, one in enumerate(tables)),
    ]
    for n, rows in enumerate(lists):
        making.columns(rows, at.at("list", n))
    for one, here in placed:
        making.declare(one, here)
    own = {id for of, id in making.declared if not of}.union(around.rows)
    around = making.around = replace(around, of_earlier=around.of_earlier - own)
    for one, here in placed:
        making.plan(one, here)
    made = {name: making.made[name] for name in making.declared if name in making.made}
    circles = list(circles_in(made, around))
    for circle, issue in circles:
        making.issues.append(issue)
        for name in circle:
            made.pop(name, None)
    making.issues += not_yet(made, around)
    plan = Plan(
        figures=made, lists={one.id: one for one in lists}, names=frozenset(making.declared)
    )
    return plan, making.issues


class _Planning(Naming):
    """The figures of one file being planned."""

    def plan(self, one: Computed, at: Source) -> None:
        """Plans one figure; where anything of it cannot be, there is none."""
        name = (one.of or "", one.id)
        if self.declared.get(name, (None,))[0] is not one:
            return
        made: Planned | None
        if isinstance(one, TableFigure):
            made = self._table(one, name, at)
        else:
            assert isinstance(one, Figure)
            made = self._figure(one, name, at) if self._has_choices(one, at) else None
        if made is not None:
            self.made[name] = made

    def _figure(self, one: Figure, name: Name, at: Source) -> Planned | None:
        if one.from_ is not None:
            if name[0]:
                self._tell("figure-of-column", at.at("from"), id=one.id)
                return None
            return Planned(name=name, label=one.label, model=one, at=at)
        if one.fold is not None:
            return self._fold(one, one.fold, name, at)
        names: list[str] = []
        formula = self._read(one.is_ or "", names, at.at("is"))
        operands = self._operands(names, name[0], at.at("is"))
        if formula is None or operands is None:
            return None
        return Planned(
            name=name, label=one.label, model=one, at=at, operands=operands,
            formula=_kept_to(one, formula),
        )  # fmt: skip

    def _fold(self, one: Figure, fold: tuple[Fold, str], name: Name, at: Source) -> Planned | None:
        over = one.over or ""
        if over == EARLIER:
            return self._fold_of_earlier(one, fold, name, at)
        if over in self.around.folds and over not in self.lists:
            return self._fold_around(one, fold, name, at)
        if over == EVENTS and self.around.rules is not None:
            return self._fold_of_events(one, fold, name, at)
        if over in (SECTIONS, INDICATORS) and self.around.rows:
            return self._fold_of_rows(one, fold, name, at)
        if over not in self.lists:
            known = sorted({*self.lists, *self.around.folds})
            self._tell("unknown-list", at.at("over"), **known_of(over, known))
            return None
        if (over, fold[1]) not in self.declared and fold[1] in self.astray:
            return None
        if (over, fold[1]) not in self.declared:
            known = sorted(id for of, id in self.declared if of == over)
            self._tell("unknown-figure", at.at(fold[0]), **known_of(fold[1], known))
            return None
        operands: tuple[Name, ...] = ((over, fold[1]),)
        if one.where is not None:
            asked = self._operands(list(one.where.named()), over, at.at("where"))
            if asked is None:
                return None
            operands += asked
        return Planned(name=name, label=one.label, model=one, at=at, operands=operands, fold=fold)

    def _fold_of_events(
        self, one: Figure, fold: tuple[Fold, str], name: Name, at: Source
    ) -> Planned | None:
        """How often something happened: its rule stands for a figure."""
        rules = self.around.rules or ()
        if fold[0] != "count" or one.where is not None or one.drop is not None:
            self._tell("events-counted", at, id=one.id)
            return None
        if fold[1] not in rules:
            self._tell("unknown-figure", at.at(fold[0]), **known_of(fold[1], rules))
            return None
        return Planned(name=name, label=one.label, model=one, at=at, fold=fold)

    def _fold_of_rows(
        self, one: Figure, fold: tuple[Fold, str], name: Name, at: Source
    ) -> Planned | None:
        """A fold over sections or indicators: these are its operands."""
        for key, id in ((fold[0], fold[1]), *(("where", id) for id in _asked(one))):
            if id not in OF_ROWS:
                self._tell("unknown-figure", at.at(key), **known_of(id, OF_ROWS))
                return None
        rows = self.around.within(one.over or "", one.on)
        if not rows:
            key, id = ("over", one.over or "") if one.on is None else ("on", one.on)
            self._tell("unknown-figure", at.at(key), **known_of(id, self.around.rows))
            return None
        operands = tuple(("", row) for row in rows)
        return Planned(name=name, label=one.label, model=one, at=at, operands=operands, fold=fold)

    def _fold_around(
        self, one: Figure, fold: tuple[Fold, str], name: Name, at: Source
    ) -> Planned | None:
        """A fold over months or people: its operand, and the figures of its condition."""
        names = [fold[1], *(() if one.where is None else one.where.named())]
        not_yet = [id for id in dict.fromkeys(names) if id in self.around.of_earlier]
        known = [id for id in dict.fromkeys(names) if id not in not_yet]
        operands = self._operands(known, "", at.at(fold[0]))
        if operands is None:
            return None
        operands = tuple(("", id) for id in not_yet) + operands
        of_earlier = tuple(id for _, id in operands) if one.over in MONTHS else ()
        return Planned(
            name=name, label=one.label, model=one, at=at, operands=operands, fold=fold,
            of_earlier=of_earlier,
        )  # fmt: skip

    def _fold_of_earlier(
        self, one: Figure, fold: tuple[Fold, str], name: Name, at: Source
    ) -> Planned | None:
        """A fold over the months before this one: it rests on nothing of this one but what its
        start does, so that it may fold what rests on itself."""
        names = list(dict.fromkeys([fold[1], *_asked(one)]))
        here = {id: at.at(fold[0] if id == fold[1] else "where") for id in names}
        found = [
            id in self.around.of_earlier or self._operand(id, "", here[id]) is not None
            for id in names
        ]
        asked: list[str] = []
        start = None if one.start is None else self._cell(one.start, asked, at.at("start"))
        operands = self._operands(asked, "", at.at("start"))
        if not all(found) or operands is None or (start is None and one.start is not None):
            return None
        if self._words_of(fold[1], "") and fold[0] != "count":
            self._tell("choice-computed", at.at(fold[0]), figure=one.label, id=fold[1])
            return None
        return Planned(
            name=name, label=one.label, model=one, at=at, operands=operands, fold=fold,
            of_earlier=tuple(names), start=start,
        )  # fmt: skip

    def _table(self, one: TableFigure, name: Name, at: Source) -> Planned | None:
        names: list[str] = []
        named_in: list[Source] = []
        axes: dict[str, Axis | None] = {}
        for key, axis in one.axes():
            axes[key] = self._axis(axis, name[0], names, at.at(key))
            named_in += [at.at(key)] * (len(names) - len(named_in))
        cells = tuple(
            tuple(
                self._table_cell(one, cell, names, at.at("cells", n, m))
                for m, cell in enumerate(row)
            )
            for n, row in enumerate(one.cells)
        )
        named_in += [at.at("cells")] * (len(names) - len(named_in))
        lines = (one.rows.lines, 1 if one.columns is None else one.columns.lines)
        if len(cells) != lines[0] or any(len(row) != lines[1] for row in cells):
            self._tell(
                "table-size", at.at("cells"), rows=lines[0], columns=lines[1],
                there=f"{len(cells)} × {max(len(row) for row in cells)}",
            )  # fmt: skip
            return None
        found = [self._operand(id, name[0], here) for id, here in zip(names, named_in, strict=True)]
        operands = tuple(one for one in found if one is not None) if None not in found else None
        whole = [[cell for cell in row if cell is not None] for row in cells]
        rows, columns = axes["rows"], axes.get("columns")
        is_whole = all(len(row) == lines[1] for row in whole) and None not in axes.values()
        if operands is None or rows is None or not is_whole:
            return None
        formula = _kept_to(one, Table(rows, columns, tuple(map(tuple, whole))))
        return Planned(
            name=name, label=one.label, model=one, at=at, operands=operands, formula=formula
        )

    def _axis(self, axis: TableAxis, of: str, names: list[str], at: Source) -> Axis | None:
        if axis.figure not in names:
            names.append(axis.figure)
        number = Operand(names.index(axis.figure))
        words = self._words_of(axis.figure, of)
        edges: list[Edge] = []
        for n, stated in enumerate(axis.edges):
            here = at.at(axis.key.rstrip("_"), n)
            if words and (axis.key != "are" or stated not in words):
                meant = "" if isinstance(stated, Quantity) else stated
                self._tell("unknown-choice", here, **known_of(meant, words))
                return None
            if words and isinstance(stated, str):
                shown = self._shown(axis.figure, stated)
                edges.append(Edge("=", Choice(shown, words.index(stated) + 1)))
                continue
            edge = self._cell(stated, names, here)
            if edge is None:
                return None
            edges.append(Edge(AXES[axis.key], edge))
        if words and set(words) != set(axis.edges):
            left = sorted(set(words) - {one for one in axis.edges if isinstance(one, str)})
            self._tell("table-uncovered", at.at("are"), words=tuple(left))
        return Axis(number, tuple(edges))

    def _table_cell(
        self, one: TableFigure, cell: Cell, names: list[str], at: Source
    ) -> Formula | None:
        """A cell; of a table that gives grades, one of these."""
        words = self.around.choices.get("grade", ()) if one.unit == "choice" else ()
        if not words:
            return self._cell(cell, names, at)
        if isinstance(cell, Quantity) or cell not in words:
            meant = "" if isinstance(cell, Quantity) else cell
            self._tell("unknown-choice", at, **known_of(meant, words))
            return None
        return Choice(self._shown("grade", cell), words.index(cell) + 1, cell)


def _asked(one: Figure) -> tuple[str, ...]:
    """What the condition of a fold asks for."""
    return () if one.where is None else tuple(one.where.named())


def _kept_to(one: Computed, formula: Formula) -> Formula:
    """The formula rounded as its figure states; a percentage's places are those before its
    sign."""
    if one.places is None:
        return formula
    unit = one.unit if isinstance(one, Given | TableFigure) else None
    return Rounded(formula, one.places + 2 * (unit == "percent"), one.round)
