"""A list of the staff, as files of people, posts, salaries and departments.

Whoever is new gets a file; of whoever is there, what the list says anew is added: another post from
a day on, another salary from a month on.  A list that was taken in changes nothing when it is taken
in again.
"""

from collections.abc import Callable, Sequence
from datetime import date
from re import fullmatch
from typing import Any

from kpisite.check.book import Book
from kpisite.core.issue import nearest
from kpisite.desk.staff.departments import departments_of
from kpisite.desk.staff.files import StaffFiles
from kpisite.desk.staff.people import Person, StaffTaken, id_of
from kpisite.desk.whose_row import Into, cell_text
from kpisite.language.base import ID
from kpisite.tables.grid import Broken, Grid
from kpisite.tables.rows import Row, table_of
from kpisite.tables.values import day_of, number_of, text_of

#: What a post says, besides from when on.
POST = ("department", "title", "scheme", "superior")


def staff_taken(
    book: Book, tables: Sequence[tuple[Into, Grid]], new_key: Callable[[], str]
) -> StaffTaken:
    """What lists of the staff say, all of them together, against the staff as they are."""
    taken, rows = StaffTaken(), list[Row]()
    for into, grid in tables:
        table = table_of(grid, into.mapping)
        taken.issues += table.issues
        rows += table.rows
    _Lists(book, rows, taken, new_key).take()
    return taken


class _Lists:
    """Lists being taken in: departments first, then who is who, then everybody's file."""

    def __init__(
        self, book: Book, rows: Sequence[Row], taken: StaffTaken, new_key: Callable[[], str]
    ) -> None:
        self.book, self.rows, self.taken = book, rows, taken
        self.files = StaffFiles(book, taken, new_key)
        self.departments = departments_of(book, rows, taken)
        self.ids = {id for row in rows if (id := id_of(row))} | set(book.staff)
        self.by_name = self._names()

    def take(self) -> None:
        """Everybody, each once."""
        seen: dict[str, Row] = {}
        for row in self.rows:
            person = self._person(row)
            if person is None:
                continue
            if person.id in seen:
                spot, other = row.spot("id"), seen[person.id].spot("id")
                self.taken.issues.append(spot.issue("import-id-twice", other, id=person.id))
                continue
            seen[person.id] = row
            filed = self.book.staff.get(person.id)
            if filed is None:
                self.files.new(person)
            else:
                self.files.changed(person, filed.path, filed.model)

    def _issue(self, row: Row, code: str, column: str = "", /, **facts: Any) -> None:
        self.taken.issues.append(row.issue(code, column, **facts))

    def _text(self, row: Row, target: str) -> str:
        """What a column says, or else what the mapping says for all."""
        if not row.has(target):
            return str(row.mapping.fixed.get(target, ""))
        said = text_of(row.raw(target))
        if isinstance(said, Broken):
            self._issue(row, said.code, target, found=said.shown)
            return ""
        return said

    def _names(self) -> dict[str, list[str]]:
        """Who is called what, in the list and among the staff."""
        found: dict[str, set[str]] = {}
        for row in self.rows:
            found.setdefault(cell_text(row.raw("name")), set()).add(id_of(row))
        for id, filed in self.book.staff.items():
            found.setdefault(filed.model.name, set()).add(id)
        return {name: sorted(ids) for name, ids in found.items()}

    def _person(self, row: Row) -> Person | None:
        """What the row says of somebody, where it says who."""
        before = len(self.taken.issues)
        raw = text_of(row.raw("id"))
        if isinstance(raw, Broken):
            self._issue(row, raw.code, "id", found=raw.shown)
        elif not raw:
            self._issue(row, "import-row-nobody", "id")
        elif fullmatch(ID, id_of(row)) is None:
            self._issue(row, "import-id-unfit", "id", id=id_of(row)[:60])
        name = self._text(row, "name")
        if not name and len(self.taken.issues) == before:
            self._issue(row, "import-row-nobody", "name")
        days = {one: day for one in ("joined", "left", "probation", "from")
                if (day := self._day(row, one)) is not None}  # fmt: skip
        post = {one: said for one in POST if (said := self._of_post(row, one))}
        salary = None
        if row.has("salary"):
            number = number_of(row.raw("salary"))
            if isinstance(number, Broken):
                self._issue(row, number.code, "salary", found=number.shown)
            else:
                salary = number
        if len(self.taken.issues) > before:
            return None
        return Person(row=row, id=id_of(row), name=name, days=days, post=post, salary=salary)

    def _day(self, row: Row, target: str) -> date | None:
        if not row.has(target):
            fixed = row.mapping.fixed.get(target)
            return fixed if isinstance(fixed, date) else None
        day = day_of(row.raw(target), is_text=row.grid.is_text)
        if isinstance(day, Broken):
            self._issue(row, day.code, target, found=day.shown)
            return None
        return day

    def _of_post(self, row: Row, target: str) -> str:
        """An entry of the post in the words of the records: ids, where the list has names."""
        said = self._text(row, target)
        values = row.mapping.values.get(target, {})
        said = values.get(said, said)
        if target == "department":
            return self.departments.get(said, said)
        if target == "superior" and said and said not in self.ids:
            return self._superior(row, said)
        if target == "scheme" and said and row.has("scheme"):
            return self._scheme(row, said)
        return said

    def _superior(self, row: Row, name: str) -> str:
        ids = self.by_name.get(name, [])
        if len(ids) != 1:
            code = "import-name-twice" if ids else "import-no-person"
            facts = {"name": name, "ids": tuple(ids)}
            near = {"id": name, "meant": nearest(name, self.by_name), "digits": 0}
            self._issue(row, code, "superior", **(facts if ids else near))
            return ""
        return ids[0]

    def _scheme(self, row: Row, said: str) -> str:
        """A form by its id or name; nothing where the mapping says that a word means none."""
        found = {
            one.model.id
            for one in self.book.schemes
            if said in (one.model.id, *one.model.name.words)
        }
        if len(found) == 1:
            return found.pop()
        known = tuple(sorted({one.model.id for one in self.book.schemes}))
        # The word of the table, to be given another meaning, where the mapping gave it this one.
        value = self._text(row, "scheme") or said
        self._issue(
            row, "import-unknown-value", "scheme", target="scheme", value=value, known=known
        )
        return ""
