"""What a list of the staff says of a person, and what comes of all lists together."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from kpisite.core.issue import Issue
from kpisite.desk.whose_row import id_in
from kpisite.edit.change import Edit
from kpisite.tables.rows import Row


@dataclass(slots=True)
class StaffTaken:
    """What lists say: files that are new, edits of those that are there, and what is wrong."""

    files: dict[str, bytes] = field(default_factory=dict)
    edits: dict[str, list[Edit]] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A row as what it says of a person."""

    row: Row
    id: str
    name: str
    days: Mapping[str, date]
    post: Mapping[str, str]
    salary: Decimal | None


def id_of(row: Row) -> str:
    """The id in a row."""
    return id_in(row.mapping, row.raw("id"))
