"""`staff.import.toml`: which column of somebody's table is what, for `kpisite import`."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from kpisite.language.base import Id, MonthOf
from kpisite.language.file import FileModel

Into = Literal["staff", "records", "events", "survey", "absence"]

#: The target of a column that is not taken.
NOT_TAKEN = "-"


class Mapping(FileModel):
    """What a table is taken into, where its heads stand, and which column is what.

    `head` is the row of the heads, the first being 1, and `heads` how many rows they take, whose
    words are then joined by a slash.  `sheet` is the sheet of a workbook, or several; without it
    every one that has the heads.  `table` is what the events of the table are known by in the
    records, so that the same table sent again takes their place; without it, the file's name.
    `columns` names what each column is, `fixed` what the table does not say, and `values` what its
    words are called in the records.
    """

    into: Into
    sheet: str | tuple[str, ...] | None = None
    table: Annotated[str, Field(min_length=1, max_length=60)] | None = None
    head: Annotated[int, Field(ge=1, le=1000, strict=True)] = 1
    heads: Annotated[int, Field(ge=1, le=3, strict=True)] = 1
    month: MonthOf | None = None
    digits: Annotated[int, Field(ge=1, le=40, strict=True)] | None = Field(
        default=None, description="How many digits an id has, where zeros at its front were lost"
    )
    of: Id | None = Field(default=None, description="The survey that the answers are of")
    columns: Annotated[dict[str, str | tuple[str, ...]], Field(min_length=1)]
    fixed: dict[str, str | int | Decimal | date] = Field(default_factory=dict)
    values: dict[str, dict[str, str]] = Field(default_factory=dict)
