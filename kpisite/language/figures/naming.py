"""What the names in the figures of one file mean: names that nothing has, names that stand for two
things, and formulas that cannot be read are faults."""

from collections.abc import Mapping, Sequence

from kpisite.core.formula import Constant, Formula
from kpisite.core.formula.parsing import CALLS, Unreadable, parsed
from kpisite.core.issue import Fact, Issue, Source, nearest
from kpisite.language.base import Quantity
from kpisite.language.figures.model import (
    Column,
    Computed,
    Figure,
    Given,
    RowList,
)
from kpisite.language.figures.plan import (
    EVENTS,
    INDICATORS,
    SECTIONS,
    Name,
    Planned,
    Scope,
)
from kpisite.language.figures.value import Cell


class Naming:
    """What names mean in one file: those of its figures, and what else its formulas may name."""

    def __init__(self, lists: Sequence[RowList], around: Scope) -> None:
        self.lists = {one.id: one for one in lists}
        self.around = around
        self.declared: dict[Name, tuple[Computed | Column, Source]] = {}
        self.astray: set[str] = set()
        """The ids of figures of a list that is not there, which are no unknown names."""
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
            self._tell("unknown-list", at.at("of"), **known_of(of, self.lists))
            self.astray.add(one.id)
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

    def _has_choices(self, one: Figure | Column, at: Source) -> bool:
        """Whether a choice has words, and nothing else has any."""
        is_given = isinstance(one, Column) or one.from_ is not None
        if (one.unit == "choice") != bool(one.choices) or (one.choices and not is_given):
            self._tell("choices-needed", at, id=one.id)
            return False
        return True

    def _shown(self, id: str, word: str) -> str:
        """What a choice is called where it is shown."""
        return self.around.shown_as.get(word, word) if id == "grade" else word

    def _words_of(self, id: str, of: str) -> tuple[str, ...]:
        """The words of a choice; none of a number."""
        found = self.declared.get((of, id)) or self.declared.get(("", id))
        if found is None:
            return self.around.choices.get(id, ())
        return found[0].choices if isinstance(found[0], Given) else ()

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
        if name in self.astray:
            return None
        if name in self.around.of_earlier:
            self._tell("figure-total", at, id=name)
            return None
        of_rows = sorted(list for list, id in self.declared if id == name)
        known = [id for list, id in self.declared if list in ("", of)]
        known += [*self.around.rows, *self.around.built_in]
        if of_rows:
            self._tell("figure-of-rows", at, id=name, list=of_rows[0])
        elif spaced := _spaced(name, known):
            self._tell("formula-minus", at, id=name, meant=spaced)
        else:
            self._tell("unknown-figure", at, **known_of(name, known))
        return None

    def _tell(self, code: str, at: Source, **facts: Fact) -> None:
        self.issues.append(Issue(code=code, at=at, facts=facts))


def known_of(id: str, known: Sequence[str] | Mapping[str, object]) -> dict[str, Fact]:
    """A name that nothing has, with what might have been meant."""
    names = tuple(sorted(known))
    return {"id": id, "meant": nearest(id, names), "known": names}


def _spaced(name: str, known: Sequence[str]) -> str:
    """The difference that is meant by `a-b`, where that is no name and both sides are."""
    for at, sign in enumerate(name):
        left, right = name[:at], name[at + 1 :]
        if sign == "-" and left in known and (right in known or right.isdigit()):
            return f"{left} - {right}"
    return ""
