"""A list of the staff, as files of people, posts, salaries and departments.

Whoever is new gets a file; of whoever is there, what the list says anew is added: another post from
a day on, another salary from a month on.  A list that was taken in changes nothing when it is taken
in again.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from re import fullmatch
from typing import Any

from kpisite.check.book import Book
from kpisite.check.kinds import SEAL_FILE
from kpisite.core.issue import Issue, nearest
from kpisite.core.month import Month
from kpisite.desk.taken_in import Into, cell_text
from kpisite.edit.change import Edit
from kpisite.edit.written import lines_of, written
from kpisite.language.base import ID
from kpisite.language.staff import Employee
from kpisite.tables.grid import Broken, Grid
from kpisite.tables.rows import Row, plain_word, table_of
from kpisite.tables.values import day_of, number_of, text_of
from kpisite.words import headings

DEPARTMENTS = "records/departments.toml"
#: What a post says, besides from when on.
POST = ("department", "title", "scheme", "superior")


@dataclass(slots=True)
class StaffTaken:
    """What a list says: files that are new, edits of those that are there, and what is wrong."""

    files: dict[str, bytes] = field(default_factory=dict)
    edits: dict[str, list[Edit]] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Person:
    """A row as what it says of a person."""

    row: Row
    id: str
    name: str
    days: Mapping[str, date]
    post: Mapping[str, str]
    salary: Decimal | None


def staff_taken(into: Into, grid: Grid, new_key: Callable[[], str]) -> StaffTaken:
    """What the list says, against the staff as they are."""
    table, taken = table_of(grid, into.mapping), StaffTaken()
    taken.issues += table.issues
    _List(into, table.rows, taken, new_key).take()
    return taken


class _List:
    """A list being taken in: departments first, then who is who, then everybody's file."""

    def __init__(
        self, into: Into, rows: list[Row], taken: StaffTaken, new_key: Callable[[], str]
    ) -> None:
        self.into, self.rows, self.taken, self.new_key = into, rows, taken, new_key
        self.book: Book = into.book
        self.departments = self._departments()
        self.ids = {id for row in rows if (id := self._id(row))} | set(self.book.staff)
        self.by_name = self._names()

    def take(self) -> None:
        """Everybody, each once."""
        seen: dict[str, Row] = {}
        for row in self.rows:
            person = self._person(row)
            if person is None:
                continue
            if person.id in seen:
                at = seen[person.id].number + 1
                self._issue(row, "import-id-twice", "id", id=person.id, line=at)
                continue
            seen[person.id] = row
            filed = self.book.staff.get(person.id)
            if filed is None:
                self._new(person)
            else:
                self._changed(person, filed.path, filed.model)

    def _issue(self, row: Row, code: str, column: str = "", /, **facts: Any) -> None:
        self.taken.issues.append(row.issue(code, column, **facts))

    def _text(self, row: Row, target: str) -> str:
        """What a column says, or else what the mapping says for all."""
        if not row.has(target):
            return str(self.into.mapping.fixed.get(target, ""))
        said = text_of(row.raw(target))
        if isinstance(said, Broken):
            self._issue(row, said.code, target, found=said.shown)
            return ""
        return said

    def _id(self, row: Row) -> str:
        said = cell_text(row.raw("id"))
        return said.zfill(self.into.mapping.digits or 0) if said.isdecimal() else said

    def _names(self) -> dict[str, list[str]]:
        """Who is called what, in the list and among the staff."""
        found: dict[str, set[str]] = {}
        for row in self.rows:
            found.setdefault(cell_text(row.raw("name")), set()).add(self._id(row))
        for id, filed in self.book.staff.items():
            found.setdefault(filed.model.name, set()).add(id)
        return {name: sorted(ids) for name, ids in found.items()}

    # Departments.

    def _departments(self) -> dict[str, str]:
        """The ids of departments by their names and ids; those that are new are added."""
        known: dict[str, str] = {}
        for one in self.book.department_by_id.values():
            for said in (one.id, one.name.zh, one.name.en):
                known.setdefault(said, one.id)
        new: dict[str, str] = {}
        for row in self.rows:
            name = cell_text(row.raw("department"))
            name = self.into.mapping.values.get("department", {}).get(name, name)
            if name and name not in known:
                id = cell_text(row.raw("department-id"))
                new[name] = known[name] = _department_id(id, name, set(known.values()))
        entries = [{"id": id, "name": name} for name, id in new.items()]
        managers = self._managers(known)
        for entry in entries:
            if entry["id"] in managers:
                entry["manager"] = managers[entry["id"]]
        self._write_departments(entries)
        return known

    def _managers(self, known: Mapping[str, str]) -> dict[str, str]:
        """Who most people of a department report to, where the list says to whom they do, and
        that is somebody of the department."""
        counts: dict[str, Counter[str]] = {}
        own = {self._id(row): cell_text(row.raw("department")) for row in self.rows}
        named = {cell_text(row.raw("name")): self._id(row) for row in self.rows}
        for row in self.rows:
            department, superior = cell_text(row.raw("department")), cell_text(row.raw("superior"))
            superior = named.get(superior, superior)
            if superior in own and own[superior] == department and department in known:
                counts.setdefault(known[department], Counter())[superior] += 1
        return {id: count.most_common(1)[0][0] for id, count in counts.items()}

    def _write_departments(self, entries: list[dict[str, str]]) -> None:
        if not entries:
            return
        if self.book.documents.get(DEPARTMENTS) is None:
            blocks = ["[[department]]\n" + "\n".join(lines_of(one)) for one in entries]
            text = "#:schema .schema/departments.json\n\n" + "\n\n".join(blocks) + "\n"
            self.taken.files[DEPARTMENTS] = text.encode()
        else:
            edits = [Edit(keys=("department",), value=one, is_new=True) for one in entries]
            self.taken.edits[DEPARTMENTS] = edits

    # People.

    def _person(self, row: Row) -> _Person | None:
        """What the row says of somebody, where it says who."""
        before = len(self.taken.issues)
        raw = text_of(row.raw("id"))
        if isinstance(raw, Broken):
            self._issue(row, raw.code, "id", found=raw.shown)
        elif not raw:
            self._issue(row, "import-row-nobody", "id")
        elif fullmatch(ID, self._id(row)) is None:
            self._issue(row, "import-id-unfit", "id", id=self._id(row)[:60])
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
        return _Person(row=row, id=self._id(row), name=name, days=days, post=post, salary=salary)

    def _day(self, row: Row, target: str) -> date | None:
        if not row.has(target):
            fixed = self.into.mapping.fixed.get(target)
            return fixed if isinstance(fixed, date) else None
        day = day_of(row.raw(target), is_text=row.grid.is_text)
        if isinstance(day, Broken):
            self._issue(row, day.code, target, found=day.shown)
            return None
        return day

    def _of_post(self, row: Row, target: str) -> str:
        """An entry of the post in the words of the records: ids, where the list has names."""
        said = self._text(row, target)
        values = self.into.mapping.values.get(target, {})
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
            if said in (one.model.id, one.model.name.zh, one.model.name.en)
        }
        if len(found) == 1:
            return found.pop()
        known = tuple(sorted({one.model.id for one in self.book.schemes}))
        self._issue(row, "import-unknown-value", "scheme", target="scheme", value=said, known=known)
        return ""

    def _new(self, person: _Person) -> None:
        joined = person.days.get("joined")
        if joined is None:
            self._issue(person.row, "import-no-joined", "joined", name=person.name)
            return
        if "department" not in person.post or "title" not in person.post:
            lacking = next(one for one in ("department", "title") if one not in person.post)
            self._issue(person.row, "import-post-open", lacking, name=person.name)
            return
        days = {key: person.days[key] for key in ("joined", "left", "probation")
                if key in person.days}  # fmt: skip
        head = lines_of({"id": person.id, "name": person.name, **days})
        post = lines_of({"from": person.days.get("from", joined), **person.post})
        lines = ["#:schema ../.schema/employee.json", "", *head, "", "[[post]]", *post, ""]
        self.taken.files[f"records/staff/{person.id}.toml"] = "\n".join(lines).encode()
        if person.salary is not None:
            self._pay(person, Month.of(joined))

    def _pay(self, person: _Person, since: Month) -> None:
        """The first salary of somebody, and the key that seals wages where there is none."""
        assert person.salary is not None
        path = f"records/pay/{person.id}.toml"
        entry = {"from": str(since), "amount": person.salary}
        if person.id in self.book.pay:
            filed = self.book.pay[person.id]
            index = filed.model.salary_in(since)
            if index is None or filed.model.salary[index].amount != person.salary:
                edit = Edit(keys=("salary",), value=entry, is_new=True)
                self.taken.edits.setdefault(path, []).append(edit)
            return
        lines = ["#:schema ../.schema/pay.json", "", f"employee = {written(person.id)}", ""]
        lines += ["[[salary]]", *lines_of(entry), ""]
        self.taken.files[path] = "\n".join(lines).encode()
        if self.book.seal is None and SEAL_FILE not in self.taken.files:
            key = f'#:schema ../.schema/seal.json\n\nkey = "{self.new_key()}"\n'
            self.taken.files[SEAL_FILE] = key.encode()

    def _changed(self, person: _Person, path: str, model: Employee) -> None:
        """What the list says anew of somebody who is there."""
        edits = self.taken.edits.setdefault(path, [])
        if person.name != model.name:
            facts = {"id": person.id, "there": model.name, "name": person.name}
            self._issue(person.row, "import-name-differs", "name", **facts)
            return
        for key in ("left", "probation"):
            if key in person.days and person.days[key] != getattr(model, key):
                edits.append(Edit(keys=(key,), value=person.days[key]))
        since = person.days.get("from")
        now = model.post_on(date.max)
        assert now is not None
        there = {
            "department": now.department,
            "title": now.title.say(self.book.site.model.language),
            "scheme": now.scheme or "",
            "superior": now.superior or "",
        }
        if any(there[key] != said for key, said in person.post.items()):
            if since is None or since <= now.from_:
                changes = [key for key, said in person.post.items() if there[key] != said]
                facts = {"name": person.name, "there": there[changes[0]] or "–"}
                self._issue(person.row, "import-since-when", changes[0], **facts)
                return
            post = {key: said for key, said in (there | dict(person.post)).items() if said}
            edits.append(Edit(keys=("post",), value={"from": since, **post}, is_new=True))
        if person.salary is not None:
            self._raised(person, since)
        if not edits:
            del self.taken.edits[path]

    def _raised(self, person: _Person, since: date | None) -> None:
        filed = self.book.pay.get(person.id)
        salaries = () if filed is None else filed.model.salary
        last = max(((one.from_, one.amount) for one in salaries), default=None)
        if last is not None and last[1] == person.salary:
            return
        if last is None:
            self._pay(person, Month.of(since or person.days.get("joined") or date(2000, 1, 1)))
        elif since is None or Month.of(since) <= last[0]:
            facts = {"name": person.name, "there": last[1]}
            self._issue(person.row, "import-since-when", "salary", **facts)
        else:
            self._pay(person, Month.of(since))


def _department_id(stated: str, name: str, taken: set[str]) -> str:
    """An id for a department: the list's own, what such departments are usually called, what its
    name makes, or a number."""
    usual: Iterator[str] = (
        id for id, names in headings()["departments"].items() if plain_word(name) in names
    )
    made = "-".join("".join(sign if sign.isalnum() else " " for sign in name).split()).lower()
    wanted = [stated, next(usual, ""), made]
    for id in wanted:
        if fullmatch(ID, id) and id not in taken:
            return id
    number = 1
    while f"dept-{number}" in taken:
        number += 1
    return f"dept-{number}"
