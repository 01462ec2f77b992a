"""Whose row of a table it is: the person by id or name, and of their records the one that it is
about."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from kpisite.check.book import Book
from kpisite.check.filed import Filed
from kpisite.core.address import address_of
from kpisite.core.issue import Fact, Issue, nearest
from kpisite.core.month import Month
from kpisite.core.text import Text
from kpisite.desk.asked import Share
from kpisite.language.mapping import Mapping as TableMapping
from kpisite.language.record import Record
from kpisite.language.staff import Employee
from kpisite.tables.grid import Broken, Raw
from kpisite.tables.rows import Row, plain_word
from kpisite.tables.values import day_of, text_of

Records = Mapping[tuple[str, Month], tuple[Filed[Record], ...]]
"""The records of each person and month: one, of a month in two posts two, and one-off ones."""


def records_by_person(book: Book) -> Records:
    """Them all."""
    found: defaultdict[tuple[str, Month], list[Filed[Record]]] = defaultdict(list)
    for filed in book.records:
        if filed.model.employee is not None:
            found[filed.model.employee, filed.model.month].append(filed)
    return {key: tuple(several) for key, several in found.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Into:
    """What a table is taken into: the site as it is, the mapping, and of which month it is, as far
    as that was said beforehand.

    `table` is what its events are known by; `is_named` where the mapping says so itself, and not
    the name of the file.
    """

    book: Book
    mapping: TableMapping
    month: Month | None
    file: str
    table: str = ""
    is_named: bool = False
    is_month_asked: bool = False
    records: Records = field(default_factory=dict)


def cell_text(raw: Raw) -> str:
    """What stands in a cell as one text."""
    said = text_of(raw)
    return said.shown if isinstance(said, Broken) else said


def id_in(mapping: TableMapping, raw: Raw) -> str:
    """An id with the zeros before it that the mapping puts back."""
    said = cell_text(raw)
    return said.zfill(mapping.digits or 0) if said.isdecimal() else said


def person_of(into: Into, row: Row) -> Filed[Employee] | Issue:
    """Whose row it is, by id, or by name where there is no id and one person of that name."""
    staff = into.book.staff
    if row.has("id"):
        said = text_of(row.raw("id"))
        if isinstance(said, Broken):
            return row.issue(said.code, "id", found=said.shown)
        id = id_in(into.mapping, row.raw("id"))
        if id not in staff:
            padded = [one for one in staff if one.lstrip("0") == id.lstrip("0") and id.isdecimal()]
            meant = padded[0] if len(padded) == 1 else nearest(id, staff)
            code = "import-zeros-lost" if padded else "import-no-person"
            return row.issue(code, "id", id=id, meant=meant, digits=len(meant))
        return _of_that_name(row, staff[id])
    said = text_of(row.raw("name"))
    if isinstance(said, Broken) or not said:
        return row.issue("import-row-nobody", "name")
    found = [one for one in staff.values() if plain_word(one.model.name) == plain_word(said)]
    if len(found) == 1:
        return found[0]
    ids = tuple(one.model.id for one in found)
    if found:
        return row.issue("import-name-twice", "name", name=said, ids=ids)
    names = [one.model.name for one in staff.values()]
    return row.issue("import-no-person", "name", id=said, meant=nearest(said, names), digits=0)


def _of_that_name(row: Row, filed: Filed[Employee]) -> Filed[Employee] | Issue:
    """The person, where the row calls nobody else by the id."""
    said = text_of(row.raw("name")) if row.has("name") else filed.model.name
    if isinstance(said, str) and plain_word(said) != plain_word(filed.model.name):
        facts = {"id": filed.model.id, "there": filed.model.name, "name": said}
        return row.issue("import-name-differs", "name", **facts)
    return filed


def share_of(into: Into, row: Row) -> Share | Issue:
    """The record that the row is about."""
    person = person_of(into, row)
    month = person if isinstance(person, Issue) else _month_of(into, row)
    if isinstance(person, Issue) or isinstance(month, Issue):
        assert isinstance(month, Issue)
        return month
    filed = _record(into, row, person.model, month)
    if isinstance(filed, Issue):
        return filed
    model = person.model
    scheme = into.book.scheme_of(filed.model)
    if scheme is None:
        return row.issue("import-not-appraised", "id", id=model.id, name=model.name, month=month)
    return Share(
        filed=filed,
        scheme=scheme.model,
        name=Text(zh=model.name, en=model.name),
        address=address_of(model.id, into.book.qualifier_of(filed.model)),
        raters=tuple(scheme.model.raters),
        is_superior=True,
    )


def _month_of(into: Into, row: Row) -> Month | Issue:
    """The month of the row: its own, which must be the one asked for where one was."""
    if not row.has("month"):
        assert into.month is not None
        return into.month
    raw = row.raw("month")
    try:
        month = Month.of(raw) if isinstance(raw, date) else Month.parse(cell_text(raw))
    except ValueError:
        return row.issue("import-no-month", "month", found=cell_text(raw)[:40])
    if into.is_month_asked and month != into.month:
        assert into.month is not None
        return row.issue("import-other-month", "month", month=month, asked=into.month)
    return month


def _record(into: Into, row: Row, person: Employee, month: Month) -> Filed[Record] | Issue:
    """The person's record of the month; of one in two posts the part that the row names, or that
    its day lies in; a one-off one only where the row names its form."""
    every = into.records.get((person.id, month), ())
    wanted = _wanted_part(into, row)
    one_off = next((one for one in every if into.book.one_off_of(one.model) == wanted), None)
    if wanted and one_off is not None:
        return one_off
    found = [one for one in every if into.book.one_off_of(one.model) is None]
    if not found:
        post = person.post_in(month)
        code = "import-not-appraised" if post is None or post.scheme is None else "import-no-record"
        return row.issue(code, "id", id=person.id, name=person.name, month=month)
    by_department = {_department(into.book, one.model): one for one in found}
    if not wanted and len(found) > 1 and row.has("date"):
        day = day_of(row.raw("date"), is_text=row.grid.is_text)
        held = None if isinstance(day, Broken) else person.post_on(day)
        wanted = "" if held is None else held.department
    if not wanted and len(found) == 1:
        return found[0]
    if wanted not in by_department:
        parts = tuple(sorted(by_department))
        facts: dict[str, Fact] = {"name": person.name, "month": month, "parts": parts}
        code = "import-no-part" if wanted else "import-which-part"
        facts["part"] = wanted
        return row.issue(code, "part" if "part" in row.columns else "id", **facts)
    return by_department[wanted]


def _wanted_part(into: Into, row: Row) -> str:
    """The department of the part, or the one-off form, that the row or the mapping names."""
    fixed = str(into.mapping.fixed.get("part", ""))
    said = cell_text(row.raw("part")) if row.has("part") else fixed
    said = into.mapping.values.get("part", {}).get(said, said)
    for one in into.book.department_by_id.values():
        if said and said in (one.id, *one.name.words):
            return one.id
    for form in into.book.schemes:
        if said and form.model.one_off and said in (form.model.id, *form.model.name.words):
            return form.model.id
    return said


def _department(book: Book, record: Record) -> str:
    post = book.post_of(record)
    return record.part or (post.department if post is not None else "")


def days_of(book: Book, record: Record) -> tuple[date, date]:
    """The first and the last day that a record is about: of the month, or of its part of it."""
    month = record.month
    filed = book.staff.get(record.employee or "")
    post = book.post_of(record)
    if filed is None or post is None:
        return month.first_day, month.last_day
    model = filed.model
    following = [one.from_ for one in model.post if one.from_ > post.from_]
    last = model.last_day_in(month)
    if record.part is not None and following and min(following) <= last:
        last = min(following) - timedelta(days=1)
    return max(month.first_day, post.from_), last
