"""The figures of a form made ready: each with the formula that computes it from others.

    [[figure]]
    id = "result"
    is = "(actual - baseline) ÷ (target - baseline)"

A plan holds nobody's figures, so that one serves everybody on a form.  `planned` gives it with all
that is wrong in the figures whoever they are of: names that nothing has, circles, formulas that
cannot be read.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from kpisite.core.captions import caption
from kpisite.core.formula import Constant, Edge, Formula, Operand, Rounded
from kpisite.core.formula.parsing import CALLS, Unreadable, parsed
from kpisite.core.formula.table import Axis, Choice, Table
from kpisite.core.issue import Fact, Issue, Outcome, Source, nearest
from kpisite.core.text import Text
from kpisite.language.base import Quantity
from kpisite.language.figures.model import (
    AXES,
    EARLIER,
    Column,
    Computed,
    Figure,
    FigureUnit,
    Fold,
    Given,
    RowList,
    TableAxis,
    TableFigure,
)
from kpisite.language.figures.value import Cell

Name = tuple[str, str]
"""The list of whose rows a figure is, or nothing, and its id."""

EVENTS, SECTIONS, INDICATORS = "events", "sections", "indicators"
"""What a fold of a form may be over beside its lists: events of a rule, and rows of the form."""
MONTHS = frozenset({"year", "quarter", "service", EARLIER})
"""The months that a fold may be over: those up to this one, or those before it."""
OF_ROWS = ("points", "share")
"""What may be folded of rows of the form: their points, or the share of their full points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A figure with its formula over others, its operands; one that is given has neither.

    A fold has `fold` in place of a formula: how many rows there are is only known of a record.
    """

    name: Name
    label: Text
    model: Computed | Column
    at: Source
    operands: tuple[Name, ...] = ()
    formula: Formula | None = None
    fold: tuple[Fold, str] | None = None
    of_earlier: tuple[str, ...] = ()
    """What a fold over months asks for of the months before."""
    start: Formula | None = None
    """What such a fold comes to where there are none, over the operands."""

    @property
    def given(self) -> Given | None:
        """What is said of a figure that somebody states; None of one that is computed."""
        model = self.model
        if isinstance(model, Column) or (isinstance(model, Figure) and model.from_ is not None):
            return model
        return None

    @property
    def is_of_newest(self) -> bool:
        """Whether it takes the newest value alone, whatever that was."""
        is_bare = isinstance(self.model, Figure) and self.model.where is None
        return self.fold is not None and self.fold[0] == "last" and is_bare


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The figures of one form, by name, and the lists whose rows some are of."""

    figures: Mapping[Name, Planned] = field(default_factory=dict)
    lists: Mapping[str, RowList] = field(default_factory=dict)
    names: frozenset[Name] = frozenset()
    """The names of all figures, those too that something is wrong in."""

    @cached_property
    def order(self) -> tuple[Name, ...]:
        """All figures, each after its operands."""
        order: list[Name] = []
        seen: set[Name] = set()

        def visit(name: Name) -> None:
            if name in seen or name not in self.figures:
                return
            seen.add(name)
            for operand in self.figures[name].operands:
                visit(operand)
            order.append(name)

        for name in self.figures:
            visit(name)
        return tuple(order)

    def needs(self, name: Name) -> frozenset[Name]:
        """All that a figure rests on, the last operands too, and itself."""
        if name not in self._needs:
            own = self.figures.get(name)
            operands = () if own is None else own.operands
            self._needs[name] = frozenset({name}).union(*(self.needs(one) for one in operands))
        return self._needs[name]

    @cached_property
    def _needs(self) -> dict[Name, frozenset[Name]]:
        return {}

    def rests_on(self, names: Iterable[Name]) -> frozenset[Name]:
        """All that figures rest on in any month, and these themselves."""
        found, ahead = set[Name](), list(names)
        while ahead:
            name = ahead.pop()
            own = self.figures.get(name)
            if name not in found and own is not None:
                ahead += (*own.operands, *(("", id) for id in own.of_earlier))
            found.add(name)
        return frozenset(found)

    @cached_property
    def over_months(self) -> tuple[Planned, ...]:
        """The folds over months."""
        return tuple(one for one in self.figures.values() if one.of_earlier)

    @cached_property
    def of_earlier(self) -> frozenset[str]:
        """What is asked for of earlier months."""
        return frozenset(id for one in self.over_months for id in one.of_earlier)

    def unit_of(self, name: Name) -> FigureUnit | None:
        """What a figure counts, as it says or, of a fold, as what is folded does; None for a plain
        number."""
        own = self.figures.get(name)
        if own is None:
            return None
        stated = own.model.unit if isinstance(own.model, Given | TableFigure) else None
        if stated is not None or own.fold is None or own.fold[0] == "count":
            return stated
        assert isinstance(own.model, Figure)
        if own.model.over in (SECTIONS, INDICATORS):
            return "percent" if own.fold[1] == "share" else "points"
        if own.of_earlier:
            return self._unit_of_months(own)
        return self.unit_of(own.operands[0]) if own.operands else None

    def _unit_of_months(self, own: Planned) -> FigureUnit | None:
        """What a fold over months counts: what it folds, which may be such a fold again."""
        seen = set[str]()
        while own.fold is not None and own.of_earlier and own.name[1] not in seen:
            seen.add(own.name[1])
            if own.fold[1] == "total":
                return "points"
            of = self.figures.get(("", own.fold[1]))
            if of is None or not of.of_earlier:
                return None if of is None else self.unit_of(of.name)
            own = of
        return None

    @cached_property
    def of_record(self) -> Mapping[str, Figure]:
        """The figures that the record states, by id."""
        return {
            id: one.model
            for (of, id), one in self.figures.items()
            if not of and isinstance(one.model, Figure) and one.model.from_ == "record"
        }


#: What a formula may name beside the figures of the file: of whom and of which period they are.
BUILT_IN: Mapping[str, Text] = {
    "days-employed": caption("days-employed"),
    "days-in-month": caption("days-in-the-month"),
    "months-served": caption("months-served-this-year"),
    "service-months": caption("months-of-service"),
    "absent-days": caption("days-absent-this-year"),
    "full": caption("full-points"),
}


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What else of a file the formulas in it may name: ids of parts, sections and indicators, with
    the names that each is made of, and what is built in."""

    rows: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    built_in: Mapping[str, Text] = field(default_factory=lambda: BUILT_IN)
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The words of those of them that are choices."""
    sections: tuple[str, ...] = ()
    indicators: tuple[str, ...] = ()
    rules: tuple[str, ...] | None = None
    """The ids of the rules whose events may be folded; None where no events are at hand."""
    shown_as: Mapping[str, str] = field(default_factory=dict)
    """What grades are called, by the words that formulas name them by."""
    folds: frozenset[str] = frozenset()
    """What a fold may go over beside the rows of a list: months, or people."""
    of_earlier: frozenset[str] = frozenset()
    """What may be asked for of earlier months alone."""

    def within(self, over: str, on: str | None) -> tuple[str, ...]:
        """The sections or indicators of the form, or of one row of it, in the form's order."""
        every = self.sections if over == SECTIONS else self.indicators
        if on is None:
            return every
        below, ahead = set[str](), [on]
        while ahead:
            for one in self.rows.get(ahead.pop(), ()):
                if one in self.rows and one not in below:
                    below.add(one)
                    ahead.append(one)
        return tuple(one for one in every if one in below)


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
    circles = list(_circles(made, around))
    for circle, issue in circles:
        making.issues.append(issue)
        for name in circle:
            made.pop(name, None)
    making.issues += _not_yet(made, around)
    plan = Plan(
        figures=made, lists={one.id: one for one in lists}, names=frozenset(making.declared)
    )
    return plan, making.issues


class _Planning:
    """The figures of one file being planned."""

    def __init__(self, lists: Sequence[RowList], around: Scope) -> None:
        self.lists = {one.id: one for one in lists}
        self.around = around
        self.declared: dict[Name, tuple[Computed | Column, Source]] = {}
        self.made: dict[Name, Planned] = {}
        self.issues: list[Issue] = []

    def columns(self, rows: RowList, at: Source) -> None:
        """Takes in the columns of a list, which are given."""
        if rows.id in (EVENTS, SECTIONS, INDICATORS):
            self._tell("figure-name-taken", at.at("id"), id=rows.id)
        for n, column in enumerate(rows.columns):
            here = at.at("columns", n)
            name = (rows.id, column.id)
            self._taken(column.id, here, rows.id)
            self.declared.setdefault(name, (column, here))
            if self._has_choices(column, here):
                self.made[name] = Planned(name=name, label=column.label, model=column, at=here)

    def declare(self, one: Computed, at: Source) -> None:
        """Takes in the name of a figure."""
        of = one.of or ""
        if of and of not in self.lists:
            self._tell("unknown-list", at.at("of"), **_known(of, self.lists))
            return
        self._taken(one.id, at, of)
        self.declared.setdefault((of, one.id), (one, at))

    def _taken(self, id: str, at: Source, of: str) -> None:
        """A name that a formula could not tell from another: one built in, or that of a column
        besides.  Names that stand twice in the file are found with those of all lists."""
        is_column = of in self.lists and any(id == one.id for one in self.lists[of].columns)
        others = {*self.around.built_in, *CALLS} | (set(self.around.rows) if is_column else set())
        of_column = any(
            (id == other and "" in (of, list)) or (of, id) == (list, other)
            for (list, other), (model, _) in self.declared.items()
            if isinstance(model, Column)
        )
        if id in others or of_column:
            self._tell("figure-name-taken", at.at("id"), id=id)

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

    def _has_choices(self, one: Figure | Column, at: Source) -> bool:
        """Whether a choice has words, and nothing else has any."""
        is_given = isinstance(one, Column) or one.from_ is not None
        if (one.unit == "choice") != bool(one.choices) or (one.choices and not is_given):
            self._tell("choices-needed", at, id=one.id)
            return False
        return True

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
            self._tell("unknown-list", at.at("over"), **_known(over, known))
            return None
        if (over, fold[1]) not in self.declared:
            known = sorted(id for of, id in self.declared if of == over)
            self._tell("unknown-figure", at.at(fold[0]), **_known(fold[1], known))
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
            self._tell("unknown-figure", at.at(fold[0]), **_known(fold[1], rules))
            return None
        return Planned(name=name, label=one.label, model=one, at=at, fold=fold)

    def _fold_of_rows(
        self, one: Figure, fold: tuple[Fold, str], name: Name, at: Source
    ) -> Planned | None:
        """A fold over sections or indicators: these are its operands."""
        for key, id in ((fold[0], fold[1]), *(("where", id) for id in _asked(one))):
            if id not in OF_ROWS:
                self._tell("unknown-figure", at.at(key), **_known(id, OF_ROWS))
                return None
        rows = self.around.within(one.over or "", one.on)
        if not rows:
            key, id = ("over", one.over or "") if one.on is None else ("on", one.on)
            self._tell("unknown-figure", at.at(key), **_known(id, self.around.rows))
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
        axes = {key: self._axis(axis, name[0], names, at.at(key)) for key, axis in one.axes()}
        cells = tuple(
            tuple(
                self._table_cell(one, cell, names, at.at("cells", n, m))
                for m, cell in enumerate(row)
            )
            for n, row in enumerate(one.cells)
        )
        lines = (one.rows.lines, 1 if one.columns is None else one.columns.lines)
        if len(cells) != lines[0] or any(len(row) != lines[1] for row in cells):
            self._tell(
                "table-size", at.at("cells"), rows=lines[0], columns=lines[1],
                there=f"{len(cells)} × {max(len(row) for row in cells)}",
            )  # fmt: skip
            return None
        operands = self._operands(names, name[0], at)
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
                self._tell("unknown-choice", here, **_known(meant, words))
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

    def _shown(self, id: str, word: str) -> str:
        """What a choice is called where it is shown."""
        return self.around.shown_as.get(word, word) if id == "grade" else word

    def _words_of(self, id: str, of: str) -> tuple[str, ...]:
        """The words of a choice; none of a number."""
        found = self.declared.get((of, id)) or self.declared.get(("", id))
        if found is None:
            return self.around.choices.get(id, ())
        return found[0].choices if isinstance(found[0], Given) else ()

    def _table_cell(
        self, one: TableFigure, cell: Cell, names: list[str], at: Source
    ) -> Formula | None:
        """A cell; of a table that gives grades, one of these."""
        words = self.around.choices.get("grade", ()) if one.unit == "choice" else ()
        if not words:
            return self._cell(cell, names, at)
        if isinstance(cell, Quantity) or cell not in words:
            meant = "" if isinstance(cell, Quantity) else cell
            self._tell("unknown-choice", at, **_known(meant, words))
            return None
        return Choice(self._shown("grade", cell), words.index(cell) + 1)

    def _cell(self, cell: Cell, names: list[str], at: Source) -> Formula | None:
        if isinstance(cell, Quantity):
            return Constant(cell.value, is_percent=cell.is_percent)
        return self._read(cell, names, at)

    def _read(self, text: str, names: list[str], at: Source) -> Formula | None:
        try:
            return parsed(text, names)
        except Unreadable as error:
            facts: dict[str, Fact] = {"near": error.near, "meant": nearest(error.near, CALLS)}
            self._tell(f"formula-{error.why}", at, **facts)
            return None

    def _operands(self, names: list[str], of: str, at: Source) -> tuple[Name, ...] | None:
        """What the names in a formula mean; a figure of a list sees its row's before others."""
        found = [self._operand(name, of, at) for name in names]
        return tuple(one for one in found if one is not None) if None not in found else None

    def _operand(self, name: str, of: str, at: Source) -> Name | None:
        if of and (of, name) in self.declared:
            return of, name
        if ("", name) in self.declared or name in self.around.rows or name in self.around.built_in:
            return "", name
        of_rows = sorted(list for list, id in self.declared if id == name)
        known = [id for list, id in self.declared if list in ("", of)]
        known += [*self.around.rows, *self.around.built_in]
        if of_rows:
            self._tell("figure-of-rows", at, id=name, list=of_rows[0])
        elif spaced := _spaced(name, known):
            self._tell("formula-minus", at, id=name, meant=spaced)
        else:
            self._tell("unknown-figure", at, **_known(name, known))
        return None

    def _tell(self, code: str, at: Source, **facts: Fact) -> None:
        self.issues.append(Issue(code=code, at=at, facts=facts))


def _asked(one: Figure) -> tuple[str, ...]:
    """What the condition of a fold asks for."""
    return () if one.where is None else tuple(one.where.named())


def _known(id: str, known: Sequence[str] | Mapping[str, object]) -> dict[str, Fact]:
    names = tuple(sorted(known))
    return {"id": id, "meant": nearest(id, names), "known": names}


def _spaced(name: str, known: Sequence[str]) -> str:
    """The difference that is meant by `a-b`, where that is no name and both sides are."""
    for at, sign in enumerate(name):
        left, right = name[:at], name[at + 1 :]
        if sign == "-" and left in known and (right in known or right.isdigit()):
            return f"{left} - {right}"
    return ""


def _kept_to(one: Computed, formula: Formula) -> Formula:
    """The formula rounded as its figure states; a percentage's places are those before its
    sign."""
    if one.places is None:
        return formula
    unit = one.unit if isinstance(one, Given | TableFigure) else None
    return Rounded(formula, one.places + 2 * (unit == "percent"), one.round)


def _circles(
    made: Mapping[Name, Planned], around: Scope
) -> Iterator[tuple[tuple[Name, ...], Issue]]:
    """Figures that rest on themselves, once for each circle, with the way around it."""
    rests_on: dict[Name, tuple[Name, ...]] = {
        ("", row): tuple(("", one) for one in names) for row, names in around.rows.items()
    }
    rests_on |= {("", id): tuple(("", row) for row in around.rows) for id in around.of_earlier}
    rests_on |= {name: one.operands for name, one in made.items()}
    done: set[Name] = set()
    for start in made:
        for circle in _walk(rests_on, start, [], done):
            facts: dict[str, Fact] = {"chain": " → ".join(id for _, id in (*circle, circle[0]))}
            first = next(name for name in circle if name in made)
            yield circle, Issue(code="figure-circle", at=made[first].at.at("id"), facts=facts)


def _not_yet(made: Mapping[Name, Planned], around: Scope) -> Iterator[Issue]:
    """Folds up to this month of what is known of earlier months alone."""
    for one in made.values():
        for _, id in one.operands:
            if id in around.of_earlier:
                facts: dict[str, Fact] = {"figure": one.label, "id": id}
                yield Issue(code="figure-not-yet", at=one.at.at("over"), facts=facts)


def _walk(
    rests_on: Mapping[Name, tuple[Name, ...]], name: Name, chain: list[Name], done: set[Name]
) -> Iterator[tuple[Name, ...]]:
    """The circles to which one comes from `name`, which was come to by `chain`."""
    if name in chain:
        yield tuple(chain[chain.index(name) :])
    elif name not in done:
        for operand in rests_on.get(name, ()):
            yield from _walk(rests_on, operand, [*chain, name], done)
        done.add(name)
