"""What HR writes of figures: where each comes from, tables, and the lists of a record."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, PlainValidator, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from kpisite.core.exact import RoundingMode, compare, total
from kpisite.core.formula.parsing import LONGEST
from kpisite.core.text import Text
from kpisite.language.base import Amount, Flag, Id, Model, Name, Quantity, Words
from kpisite.language.figures.condition import Condition
from kpisite.language.figures.value import VALUE_SCHEMA, Cell, Value, value_of

FigureUnit = Literal["number", "percent", "points", "money", "choice"]
"""What a figure counts: `choice` is one of some words, such as a rank or a kind."""

Origin = Literal["record", "month", "person", "post", "department", "company", "pay"]
"""Who states a figure: the record, the month for everybody, or by months the person's own file,
their post, their department, the company, or their pay file."""

Over = Annotated[str, Field(strict=True, min_length=1, max_length=40)]
FormulaText = Annotated[str, Field(strict=True, min_length=1, max_length=LONGEST)]
Places = Annotated[int, Field(ge=0, le=20, strict=True)]


class Given(Model):
    """What holds of a figure that somebody states, in a record or in a row of its list."""

    unit: FigureUnit | None = Field(default=None, description="Where it is no plain number")
    choices: tuple[Name, ...] = Field(default=(), description="The words of a choice")
    low: Amount | None = Field(default=None, description="The least that it may be")
    high: Amount | None = Field(default=None, description="The most that it may be")
    default: Value | None = Field(default=None, description="What holds where nobody states it")


class Column(Given):
    """A column of a list: a figure that every row states."""

    id: Id
    name: Words | None = None
    adds_up_to: Amount | None = Field(default=None, description="What all rows come to")

    @property
    def label(self) -> Text:
        """What it is called."""
        return self.name or Text(zh=self.id, en=self.id)

    def sum(self, rows: Sequence[Mapping[str, Quantity | str]]) -> Decimal | None:
        """What its rows come to; None while one of them states no number."""
        stated = [row.get(self.id, self.default) for row in rows]
        numbers = [one.value for one in stated if isinstance(one, Quantity)]
        return total(numbers) if len(numbers) == len(stated) else None


class RowList(Model):
    """A list of the record, such as the courses of a term: its columns, and how many rows."""

    named_in_file: ClassVar = True

    id: Id
    name: Words | None = None
    columns: Annotated[tuple[Column, ...], Field(min_length=1)]
    least: Annotated[int, Field(ge=0, strict=True)] = 1
    most: Annotated[int, Field(ge=1, strict=True)] | None = None

    def is_filled(self, row: Mapping[str, Any]) -> bool:
        """Whether a row states all that it has to."""
        return all(one.id in row for one in self.columns if one.default is None)

    def sums(
        self, rows: Sequence[Mapping[str, Quantity | str]]
    ) -> Iterator[tuple[int, Decimal, Decimal]]:
        """The columns whose rows have to add up, by number, with what they have to come to, and
        what they do; of no rows, none."""
        for index, one in enumerate(self.columns):
            found = one.sum(rows) if rows and one.adds_up_to is not None else None
            if found is not None and one.adds_up_to is not None:
                yield index, one.adds_up_to.value, found

    def awaits_rows(self, rows: Sequence[Mapping[str, Quantity | str]]) -> bool:
        """Whether rows are still to come, or what they have to state."""
        if len(rows) < self.least or any(not self.is_filled(row) for row in rows):
            return True
        return any(compare(found, due) < 0 for _, due, found in self.sums(rows))

    @property
    def label(self) -> Text:
        """What it is called."""
        return self.name or Text(zh=self.id, en=self.id)


class Drop(Model):
    """How many of the highest and of the lowest a fold leaves out, among `from` or more."""

    highest: Annotated[int, Field(ge=0, le=20, strict=True)] = 0
    lowest: Annotated[int, Field(ge=0, le=20, strict=True)] = 0
    from_: Annotated[int, Field(ge=1, strict=True)] | None = Field(
        default=None, description="Fewer are all kept; without it, as few as leave one"
    )

    @property
    def least(self) -> int:
        """Among so many some are left out."""
        return self.from_ or self.highest + self.lowest + 1


Fold = Literal["sum", "mean", "min", "max", "count", "last"]
FOLDS: tuple[Fold, ...] = ("sum", "mean", "min", "max", "count", "last")
EARLIER = "earlier"
"""What a fold is over that takes the months before this one, and never this one."""


class Computed(Model):
    """What figures and tables have in common."""

    named_in_file: ClassVar = True

    id: Id
    name: Words | None = None
    of: Id | None = Field(default=None, description="A figure of every row of this list")
    places: Places | None = Field(default=None, description="To so many places it is rounded")
    round: RoundingMode = Field(default="half-up", description="How it is rounded")
    shown: Flag = Field(default=False, description="It stands on the scorecard by itself")

    @property
    def label(self) -> Text:
        """What it is called."""
        return self.name or Text(zh=self.id, en=self.id)


class Figure(Computed, Given):
    """A named number of one appraisee in one period, or the word of a choice.

    Exactly one key says where it comes from: `from`, who states it; `is`, a formula of others;
    or `sum`, `mean`, `min`, `max`, `count` or `last` of a figure `over` rows, months or people.
    """

    from_: Origin | None = None
    is_: FormulaText | None = None
    sum: Id | None = None
    mean: Id | None = None
    min: Id | None = None
    max: Id | None = None
    count: Id | None = None
    last: Id | None = None
    over: Over | None = None
    on: Id | None = Field(default=None, description="The part or section whose rows it is over")
    drop: Drop | None = None
    where: Condition | None = Field(default=None, description="Only what this holds for")
    months: Annotated[int, Field(ge=1, le=120, strict=True)] | None = Field(
        default=None, description="Of earlier months only so many of the newest"
    )
    within: Literal["year", "quarter"] | None = Field(
        default=None, description="Of earlier months only those of the year or the quarter"
    )
    gap: Literal["skip", "start"] = Field(
        default="skip", description="Whether a month without a value is skipped or begins anew"
    )
    start: Cell | None = Field(default=None, description="What holds where there is none earlier")

    @model_validator(mode="after")
    def _takes_earlier_months(self) -> "Figure":
        of_earlier = (self.last, self.months, self.within, self.start)
        if self.over != EARLIER:
            if any(one is not None for one in of_earlier) or self.gap != "skip":
                raise PydanticCustomError("figure-earlier", "keys of a fold over earlier months")
        elif self.fold and self.start is None and self.fold[0] not in ("sum", "count"):
            raise PydanticCustomError("figure-start", "a start")
        return self

    @model_validator(mode="after")
    def _comes_from_one_place(self) -> "Figure":
        stated = [key for key in ("from_", "is_", *FOLDS) if getattr(self, key) is not None]
        if len(stated) != 1:
            raise PydanticCustomError("figure-origin", "one key that says where it comes from")
        is_fold = stated[0] in FOLDS
        bounds = any(one is not None for one in (self.drop, self.where, self.on))
        if is_fold != (self.over is not None) or (bounds and not is_fold):
            raise PydanticCustomError("figure-fold", "over, with a fold and only with one")
        return self

    @property
    def named(self) -> Iterator[str]:
        """The formula, and the figures that it takes."""
        yield from (text for text in (self.is_, self.fold and self.fold[1]) if text)
        if self.where is not None:
            yield from self.where.named()

    @property
    def fold(self) -> tuple[Fold, str] | None:
        """What is done to the figures that it is made of, and which these are."""
        for key in FOLDS:
            name = getattr(self, key)
            if name is not None:
                return key, name
        return None


class TableAxis(Model):
    """What a table's rows or columns go by: a figure, and one list of edges, or, in `are`, what
    it has to equal."""

    figure: Id
    from_: tuple[Cell, ...] | None = None
    above: tuple[Cell, ...] | None = None
    to: tuple[Cell, ...] | None = None
    below: tuple[Cell, ...] | None = None
    are: tuple[Value, ...] | None = None

    @model_validator(mode="after")
    def _states_one_list(self) -> "TableAxis":
        stated = [key for key in AXES if getattr(self, key) is not None]
        if len(stated) != 1 or not getattr(self, stated[0]):
            raise PydanticCustomError("axis-edges", "one list of edges")
        return self

    @property
    def key(self) -> str:
        """The key of its list."""
        return next(key for key in AXES if getattr(self, key) is not None)

    @property
    def edges(self) -> tuple[Quantity | str, ...]:
        """Its list."""
        return tuple(getattr(self, self.key))

    @property
    def lines(self) -> int:
        """How many rows or columns of cells it makes: one more than edges, for the rest."""
        return len(self.edges) + (self.key != "are")


#: The keys of an axis, with the sign of their edges.
AXES = {"from_": "≥", "above": ">", "to": "≤", "below": "<", "are": "="}


def _cells(value: Any) -> tuple[tuple[Quantity | str, ...], ...]:
    """Rows of cells; a bare cell is a row of one."""
    if not isinstance(value, list | tuple) or not value:
        raise PydanticCustomError("table-cells", "rows of cells")
    rows = [row if isinstance(row, list | tuple) else [row] for row in value]
    return tuple(tuple(value_of(cell) for cell in row) for row in rows)


Cells = Annotated[
    tuple[tuple[Quantity | str, ...], ...],
    PlainValidator(_cells),
    WithJsonSchema(
        {
            "type": "array",
            "minItems": 1,
            "items": {"anyOf": [VALUE_SCHEMA, {"type": "array", "items": VALUE_SCHEMA}]},
        }
    ),
]


class TableFigure(Computed):
    """A figure looked up by one figure, or by two: `cells` row by row."""

    unit: FigureUnit | None = Field(default=None, description="What its cells count")
    rows: TableAxis
    columns: TableAxis | None = None
    cells: Cells
    any_order: Flag = Field(default=False, description="The cells may rise and fall")

    @property
    def named(self) -> Iterator[str]:
        """The figures that it goes by, and the formulas of its edges and cells."""
        for _, axis in self.axes():
            yield axis.figure
            yield from (edge for edge in axis.edges if isinstance(edge, str))
        yield from (cell for row in self.cells for cell in row if isinstance(cell, str))

    def axes(self) -> Iterator[tuple[str, TableAxis]]:
        """Its axes, by their keys."""
        yield "rows", self.rows
        if self.columns is not None:
            yield "columns", self.columns
