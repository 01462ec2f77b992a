"""The departments of a list of the staff: those that are there, and those that are new."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from re import fullmatch

from kpisite.check.book import Book
from kpisite.desk.staff.people import StaffTaken, id_of
from kpisite.desk.whose_row import cell_text
from kpisite.edit.change import Edit
from kpisite.edit.written import lines_of
from kpisite.language.base import ID
from kpisite.tables.rows import Row, plain_word
from kpisite.words import headings

DEPARTMENTS = "records/departments.toml"


def departments_of(book: Book, rows: Sequence[Row], taken: StaffTaken) -> dict[str, str]:
    """The ids of departments by their names and ids; those that are new are added."""
    known: dict[str, str] = {}
    for one in book.department_by_id.values():
        for said in (one.id, *one.name.words):
            known.setdefault(said, one.id)
    new: dict[str, str] = {}
    for row in rows:
        name = _name(row)
        if name and name not in known:
            id = cell_text(row.raw("department-id"))
            new[name] = known[name] = _department_id(id, name, set(known.values()))
    entries = [{"id": id, "name": name} for name, id in new.items()]
    managers = _managers(rows, known)
    for entry in entries:
        if entry["id"] in managers:
            entry["manager"] = managers[entry["id"]]
    _write(book, entries, taken)
    return known


def _name(row: Row) -> str:
    """The department in a row, or that of all, as the mapping calls it."""
    fixed = str(row.mapping.fixed.get("department", ""))
    name = cell_text(row.raw("department")) if row.has("department") else fixed
    return row.mapping.values.get("department", {}).get(name, name)


def _managers(rows: Sequence[Row], known: Mapping[str, str]) -> dict[str, str]:
    """Who most people of a department report to, where the list says to whom they do, and
    that is somebody of the department."""
    counts: dict[str, Counter[str]] = {}
    own = {id_of(row): _name(row) for row in rows}
    named = {cell_text(row.raw("name")): id_of(row) for row in rows}
    for row in rows:
        department, superior = _name(row), cell_text(row.raw("superior"))
        superior = named.get(superior, superior)
        if superior in own and own[superior] == department and department in known:
            counts.setdefault(known[department], Counter())[superior] += 1
    return {id: count.most_common(1)[0][0] for id, count in counts.items()}


def _write(book: Book, entries: Sequence[dict[str, str]], taken: StaffTaken) -> None:
    if not entries:
        return
    if book.documents.get(DEPARTMENTS) is None:
        blocks = ["[[department]]\n" + "\n".join(lines_of(one)) for one in entries]
        text = "#:schema .schema/departments.json\n\n" + "\n\n".join(blocks) + "\n"
        taken.files[DEPARTMENTS] = text.encode()
    else:
        taken.edits[DEPARTMENTS] = [
            Edit(keys=("department",), value=one, is_new=True) for one in entries
        ]


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
