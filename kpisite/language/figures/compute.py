"""The figures of one appraisee: a plan and what was stated in, workings out.

Every figure is a working on those it was computed from, so that whatever it enters can be
unfolded to what somebody wrote.  What cannot be computed is an issue and no number: a divisor of
zero, a choice that a table lacks, a number beyond all that can be printed.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, DivisionByZero, DivisionUndefined
from functools import partial

from kpisite.core.captions import caption
from kpisite.core.exact import LARGEST, ZERO, plain
from kpisite.core.formula import Constant, Operand, Quotient, Rounded
from kpisite.core.formula.fold import fold_of
from kpisite.core.formula.table import Choice, EdgesOutOfOrder, OutsideTable, Table
from kpisite.core.issue import Fact, Issue, Source
from kpisite.core.text import Text
from kpisite.core.working import Kind, Unit, Working, derive
from kpisite.language.base import Quantity
from kpisite.language.figures.earlier import Earlier
from kpisite.language.figures.model import Figure, FigureUnit, Given
from kpisite.language.figures.over_months import over_months
from kpisite.language.figures.plan import EVENTS, Name, Plan, Planned
from kpisite.language.figures.stated import Stated, misstated

Lookup = Callable[[str], Working | None]
"""Gives the working of what is no figure: a row of the form, or what is built in."""

UNITS: Mapping[FigureUnit | None, Unit] = {
    None: Unit.FIGURE,
    "number": Unit.FIGURE,
    "percent": Unit.SHARE,
    "points": Unit.POINTS,
    "money": Unit.MONEY,
    "choice": Unit.CHOICE,
}


class Computation:
    """The figures of one record.

    `at` is the record and `form` the path of the form.  `stated` gives what was stated of a given
    figure that is no column, `rows` are those of the record's lists, `others` gives what is no
    figure, `events` those of a rule with how often each happened, and `earlier` the months before,
    once they are known: until then what rests on them has no value.  In a record that
    `is_checked` nothing is reported that rests on points.  A figure is computed when
    it is asked for, once.
    """

    def __init__(
        self,
        plan: Plan,
        at: Source,
        form: str,
        stated: Callable[[Figure], Stated | None],
        rows: Mapping[str, Sequence[Mapping[str, Quantity | str]]],
        others: Lookup,
        events: Callable[[str], Sequence[Working]] = lambda _: (),
        *,
        earlier: Earlier | None = None,
        is_checked: bool = False,
    ) -> None:
        self._plan = plan
        self._at = at
        self._form = form
        self._stated = stated
        self._rows = rows
        self._others = others
        self._events = events
        self._earlier = earlier
        self._is_checked = is_checked
        self._made: dict[tuple[Name, int], Working | None] = {}
        self.issues: list[Issue] = []

    def figure(self, id: str) -> Working | None:
        """A figure of the whole record; None where it cannot be computed, which `issues` say,
        or where something that it rests on is missing."""
        return self._of(("", id), 0)

    def all(self) -> Iterator[Working]:
        """Every figure of the record that can be computed without the rows of the form."""
        for name in self._plan.order:
            if not name[0]:
                made = self._of(name, 0)
                if made is not None:
                    yield made

    def _of(self, name: Name, row: int) -> Working | None:
        own = self._plan.figures.get(name)
        if own is None:
            return self._others(name[1])
        key = name, row if name[0] else 0
        if key not in self._made:
            self._made[key] = self._new(own, row)
        return self._made[key]

    def _new(self, own: Planned, row: int) -> Working | None:
        if own.given is not None:
            return self._given(own, own.given, row)
        if own.of_earlier:
            return self._over_months(own)
        if own.fold is not None:
            return self._folded(own, own.operands[0] if own.operands else ("", own.fold[1]))
        parts = [self._of(operand, row) for operand in own.operands]
        return self._derived(own, tuple(parts), row)

    # What somebody states.

    def _given(self, own: Planned, given: Given, row: int) -> Working | None:
        found = self._found(own, row)
        if found is None:
            return None
        value, at = found
        unit = UNITS[given.unit]
        made = Working(
            id=self._id(own, row),
            kind=Kind.FIGURE,
            label=self._label(own, row),
            value=ZERO,
            unit=unit,
            sources=(at,),
        )
        if isinstance(value, str):
            number = given.choices.index(value) + 1
            return replace(made, value=Decimal(number), word=value)
        if value.is_percent:
            unit = Unit.SHARE
        return replace(made, value=value.value, unit=unit)

    def _found(self, own: Planned, row: int) -> Stated | None:
        """What was stated of a figure or stands in its place; None where nothing can be made of
        it, which other checks report."""
        given = own.given
        assert given is not None
        of, id = own.name
        found: Stated | None
        if of:
            rows = self._rows.get(of, ())
            stated = rows[row].get(id) if row < len(rows) else None
            found = None if stated is None else (stated, self._at.at("list", of, row, id))
        else:
            assert isinstance(own.model, Figure)
            found = self._stated(own.model)
        if found is None and given.default is not None:
            found = given.default, self._in_form(own).at("default")
        return None if found is None or misstated(given, found[0]) else found

    # What is computed.

    def _derived(self, own: Planned, parts: tuple[Working | None, ...], row: int) -> Working | None:
        present = tuple(part for part in parts if part is not None)
        if len(present) < len(parts) or own.formula is None:
            return None
        return self._kept(own, row, self._id(own, row), present)

    def _kept(self, own: Planned, row: int, id: str, parts: tuple[Working, ...]) -> Working | None:
        """What is made of its parts, where it is a number that can be printed."""
        label = self._label(own, row)
        facts: dict[str, Fact] = {"figure": label, "id": own.name[1]}
        try:
            made = self._working(own, id, label, parts)
        except OutsideTable as error:
            by = parts[error.of.index].label if isinstance(error.of, Operand) else label
            code = "table-disordered" if isinstance(error, EdgesOutOfOrder) else "table-outside"
            self._report(code, own, facts | {"by": by, "value": error.shown})
            return None
        except ArithmeticError as error:
            code = "figure-divisor-zero" if _is_by_zero(error) else "figure-undefined"
            self._report(code, own, facts)
            return None
        if not self._is_checked and abs(made.value) >= LARGEST:
            self._report("figure-too-large", own, facts | {"value": plain(made.value)[:20]})
            return None
        return made

    def _report(self, code: str, own: Planned, facts: Mapping[str, Fact]) -> None:
        """Reports what keeps a figure of this record from being a number."""
        self.issues.append(Issue(code=code, at=self._at, facts=facts, also=(self._in_form(own),)))

    def _in_form(self, own: Planned) -> Source:
        """The entry of a figure in the file of the form."""
        return Source(self._form, own.at.keys)

    # Folds.

    def _folded(self, own: Planned, each: Name) -> Working | None:
        """A fold, of which `each` is the first operand where it has any."""
        assert own.fold is not None
        parts = self._each(own, own.fold[1])
        if parts is None:
            return None
        drop = own.folded.drop
        kind = "sum" if own.folded.over == EVENTS else own.fold[0]
        if not parts and kind not in ("sum", "count"):
            self._report("fold-of-nothing", own, {"figure": own.label, "id": own.name[1]})
            return None
        ends = (0, 0)
        if drop is not None and len(parts) >= drop.least:
            ends = (drop.highest, drop.lowest)
        made = replace(own, formula=fold_of(kind, parts, *ends))
        return self._kept(self._rounded(made), 0, own.name[1], parts)

    def _over_months(self, own: Planned) -> Working | None:
        if self._earlier is None:
            return None
        found = over_months(own, self._earlier, lambda id: self._of(("", id), 0))
        if found is None:
            return None
        made, parts = found
        return self._kept(self._rounded(made), 0, own.name[1], parts)

    def _rounded(self, own: Planned) -> Planned:
        """A fold with its formula rounded to the places that it states, if it does."""
        model, formula = own.folded, own.formula
        assert formula is not None
        if model.places is None:
            return own
        places = model.places + 2 * (self._plan.unit_of(own.name) == "percent")
        return replace(own, formula=Rounded(formula, places, model.round))

    def _each(self, own: Planned, each: str) -> tuple[Working, ...] | None:
        """What is folded, as far as the condition holds; None while anything of it is missing."""
        model = own.folded
        over = model.over or ""
        if over == EVENTS:
            return tuple(self._events(each))
        found: list[Working | None] = []
        for figure in self._elements(own, over):
            working = figure(each)
            if working is None:
                found.append(None)
            elif model.where is None or model.where.holds(figure) is not None:
                found.append(working)
        return None if None in found else tuple(one for one in found if one is not None)

    def _elements(self, own: Planned, over: str) -> Iterator[Lookup]:
        """What a fold goes over, each as a look-up of its figures."""
        if over in self._plan.lists:
            for row in range(len(self._rows.get(over, ()))):
                yield partial(self._in_row, over, row)
        else:
            for _, id in own.operands:
                yield partial(self._of_form_row, id)

    def _in_row(self, of: str, row: int, id: str) -> Working | None:
        name = (of, id) if (of, id) in self._plan.names else ("", id)
        return self._of(name, row)

    def _of_form_row(self, row: str, what: str) -> Working | None:
        """The points of a row of the form, or their share of its full points."""
        working = self._others(row)
        if working is None or what == "points" or not working.most:
            return working
        formula = Quotient(Operand(0), Constant(working.most))
        label = working.label
        return derive(f"{row}-share", Kind.STEP, label, formula, (working,), unit=Unit.SHARE)

    def _working(self, own: Planned, id: str, label: Text, parts: tuple[Working, ...]) -> Working:
        assert own.formula is not None
        unit, places = self._plan.unit_of(own.name), getattr(own.model, "places", None)
        # Money that has not been rounded would be hidden by an amount to the cent.
        shown = Unit.FIGURE if unit == "money" and places is None else UNITS[unit]
        if unit == "percent":
            places = None
        elif own.of_earlier and own.fold is not None and own.fold[0] != "count" and parts:
            shown = parts[-1].unit  # as each month handed it on, a row of the form too
        made = derive(id, Kind.STEP, label, own.formula, parts, unit=shown, places=places)
        chosen = own.formula.at(parts) if isinstance(own.formula, Table) else None
        if isinstance(chosen, Choice):
            return replace(made, word=chosen.word, word_id=chosen.id)
        return made

    def _id(self, own: Planned, row: int) -> str:
        return f"{own.name[1]}-{row + 1}" if own.name[0] else own.name[1]

    def _label(self, own: Planned, row: int) -> Text:
        """What a figure is called, of a row with the row's own name before it."""
        of = own.name[0]
        if not of:
            return own.label
        named = self._rows[of][row].get("name") if row < len(self._rows.get(of, ())) else None
        name = named if isinstance(named, str) else str(row + 1)
        return caption("named", name=name, label=own.label)


def _is_by_zero(error: ArithmeticError) -> bool:
    """Whether a division by zero, or of zero by zero, went wrong."""
    return isinstance(error, DivisionByZero) or DivisionUndefined in (error.args or ((),))[0]
