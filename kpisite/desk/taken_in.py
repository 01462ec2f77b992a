"""A table of somebody's, as edits of records and staff: figures, events, answers, absences.

What a column is, its mapping says (`kpisite.language.mapping`).  Whose row it is, is found by the
id or the name among the staff, and whoever is not there is reported.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kpisite.check.book import Book
from kpisite.check.shape import Filed
from kpisite.core.issue import Fact, Issue, nearest
from kpisite.core.month import Month
from kpisite.core.text import Text
from kpisite.desk.asked import Share, Slot, figure_slot, mark_slots, note_slot
from kpisite.desk.layout import figures_asked
from kpisite.desk.sheet_back import Cell, Taken, decoded, is_event_there
from kpisite.edit.change import Edit
from kpisite.language.mapping import Mapping as TableMapping
from kpisite.language.record import Record
from kpisite.language.staff import Employee
from kpisite.tables.grid import Broken, Grid
from kpisite.tables.rows import Row, plain_word, table_of
from kpisite.tables.values import day_of, number_of, text_of
from kpisite.words import headings

#: What may follow the dot in what a column is.
DOTTED = ("metrics", "marks", "notes", "event", "answers")


@dataclass(frozen=True, slots=True, kw_only=True)
class Into:
    """What a table is taken into: the site as it is, the mapping, and of which month it is."""

    book: Book
    mapping: TableMapping
    month: Month | None
    file: str


def taken_in(into: Into, grid: Grid) -> Taken:
    """What the table says, as edits; and what is wrong in it."""
    table, taken = table_of(grid, into.mapping), Taken()
    taken.issues += table.issues
    take = {"records": _figures, "events": _event, "survey": _answers, "absence": _absence}
    for row in table.rows:
        taken.issues += take[into.mapping.into](into, row, taken)
    return taken


def person_of(into: Into, row: Row) -> Filed[Employee] | Issue:
    """Whose row it is, by id, or by name where there is no id and one person of that name."""
    staff = into.book.staff
    if row.has("id"):
        said = text_of(row.raw("id"))
        if isinstance(said, Broken):
            return row.issue(said.code, "id", found=said.shown)
        id = said.zfill(into.mapping.digits or 0) if said.isdecimal() else said
        if id not in staff:
            padded = [one for one in staff if one.lstrip("0") == id.lstrip("0") and id.isdecimal()]
            meant = padded[0] if len(padded) == 1 else nearest(id, staff)
            code = "import-zeros-lost" if padded else "import-no-person"
            return row.issue(code, "id", id=id, meant=meant, digits=len(meant))
        return _of_that_name(row, staff[id])
    said = text_of(row.raw("name"))
    if isinstance(said, Broken) or not said:
        return row.issue("import-row-nobody", "name")
    found = [one for one in staff.values() if one.model.name.strip() == said]
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
    """The record of whoever the row is about."""
    person = person_of(into, row)
    if isinstance(person, Issue):
        return person
    month = into.month
    if row.has("month"):
        said = text_of(row.raw("month"))
        try:
            month = Month.parse(str(said))
        except ValueError:
            return row.issue("import-no-month", "month", found=str(said)[:40])
    assert month is not None
    model = person.model
    filed = _record(into.book, model.id, month)
    if filed is None:
        post = model.post_in(month)
        code = "import-not-appraised" if post is None or post.scheme is None else "import-no-record"
        return row.issue(code, "id", id=model.id, name=model.name, month=month)
    scheme = into.book.scheme_of(filed.model)
    if scheme is None:
        return row.issue("import-not-appraised", "id", id=model.id, name=model.name, month=month)
    return Share(
        filed=filed,
        scheme=scheme.model,
        name=Text(zh=model.name, en=model.name),
        address=model.id,
        raters=tuple(scheme.model.raters),
        is_superior=True,
    )


def _record(book: Book, id: str, month: Month) -> Filed[Record] | None:
    return next(
        (
            one
            for one in book.records
            if one.model.month == month and one.model.employee == id and one.model.part is None
        ),
        None,
    )


def _figures(into: Into, row: Row, taken: Taken) -> Iterator[Issue]:
    """A row of figures, marks, notes and counts of events."""
    dotted = [one for one in row.columns if one.partition(".")[0] in DOTTED and row.has(one)]
    share = share_of(into, row)
    if isinstance(share, Issue):
        yield share
        return
    for target in dotted:
        kind, _, rest = target.partition(".")
        if kind == "event":
            yield from _counted(into, row, share, target, taken)
            continue
        slot = _slot(into.book, share, kind, rest)
        if slot is None:
            yield row.issue("import-not-asked", target, target=target, scheme=share.scheme.name)
            continue
        cell = Cell(grid=row.grid, row=row.number, column=row.columns[target], base="")
        value = decoded(slot, cell)
        if isinstance(value, Issue):
            yield value
        elif not _is_as_it_is(slot, value):
            taken.edits[slot.path].append(Edit(keys=slot.keys, value=value))


def _is_as_it_is(slot: Slot, value: Any) -> bool:
    """Whether the record says so already."""
    return cell_text(slot.shown) == cell_text(value) or (
        slot.kind == "percent" and slot.as_written == value
    )


def cell_text(value: Any) -> str:
    """A value as one text."""
    said = text_of(value)
    return said.shown if isinstance(said, Broken) else said


def _slot(book: Book, share: Share, kind: str, rest: str) -> Slot | None:
    """The value that a column means, where the form has it."""
    language = book.site.model.language
    if kind == "metrics":
        policy = book.policy(share.scheme.id, share.record.month)
        asked = figures_asked(share.scheme, None if policy is None else policy.model)
        if rest not in asked:
            return None
        return figure_slot(share, rest, is_percent=asked[rest][1])
    if kind == "notes":
        known = {*share.scheme.raters, *share.scheme.notes}
        shown = share.record.notes.get(rest, "")
        return note_slot(share, ("notes", rest), shown) if rest in known else None
    id, _, rater = rest.partition(".")
    indicator = share.scheme.indicators.get(id)
    if indicator is None or rater not in share.scheme.raters:
        return None
    slots = mark_slots(indicator, share, rater, language)
    return slots[0] if len(slots) == 1 else None


def _counted(into: Into, row: Row, share: Share, target: str, taken: Taken) -> Iterator[Issue]:
    """An event that happened so many times, on the day that the mapping says or the last."""
    rule = target.partition(".")[2]
    count = number_of(row.raw(target))
    if isinstance(count, Broken):
        yield row.issue(count.code, target, found=count.shown)
        return
    if rule not in share.scheme.rules:
        if count:
            yield row.issue("import-not-asked", target, target=target, scheme=share.scheme.name)
        return
    if count != int(count) or count < 0:
        yield row.issue("cell-no-number", target, found=cell_text(row.raw(target)))
        return
    if count:
        event: dict[str, Any] = {"rule": rule, "date": _day_of_count(into, share)}
        event |= {} if count == 1 else {"count": int(count)}
        event["source"] = str(into.mapping.fixed.get("source", into.file))
        event |= _fixed(into, ("reason",))
        _add_event(share, event, taken)


def _day_of_count(into: Into, share: Share) -> date:
    fixed = into.mapping.fixed.get("date")
    return fixed if isinstance(fixed, date) else share.record.month.last_day


def _fixed(into: Into, names: Sequence[str]) -> dict[str, Any]:
    return {name: into.mapping.fixed[name] for name in names if name in into.mapping.fixed}


def _add_event(share: Share, event: Mapping[str, Any], taken: Taken) -> None:
    edit = Edit(keys=("event",), value=event, is_new=True)
    known = taken.edits[share.filed.path]
    if not is_event_there(share.record, event) and edit not in known:
        known.append(edit)


def _event(into: Into, row: Row, taken: Taken) -> Iterator[Issue]:
    """A row that is an event."""
    share = share_of(into, row)
    if isinstance(share, Issue):
        yield share
        return
    said = _translated(into, row, "rule")
    rules = share.scheme.rules
    ids = [id for id, one in rules.items() if said in (id, one.name.zh, one.name.en)]
    if len(ids) != 1:
        yield _unknown_value(row, "rule", said, tuple(rules))
        return
    event: dict[str, Any] = {"rule": ids[0]} | _fixed(into, ("date", "source", "reason"))
    if row.has("date") or "date" not in event:
        day = day_of(row.raw("date"), is_text=row.grid.is_text)
        if isinstance(day, Broken):
            yield row.issue(day.code, "date", found=day.shown)
            return
        event["date"] = day
    for name in ("points", "count"):
        if row.has(name):
            number = number_of(row.raw(name))
            if isinstance(number, Broken):
                yield row.issue(number.code, name, found=number.shown)
                return
            if name == "points" or number != 1:
                event[name] = int(number) if number == int(number) else number
    for name in ("source", "reason"):
        if row.has(name):
            event[name] = cell_text(row.raw(name))
    _add_event(share, event, taken)


def _unknown_value(row: Row, target: str, said: str, known: tuple[str, ...]) -> Issue:
    facts: dict[str, Fact] = {"target": target, "value": said or "–", "known": known}
    return row.issue("import-unknown-value", target, **facts)


def _translated(into: Into, row: Row, target: str) -> str:
    """What a column says, in the words of the records where the mapping has any for it."""
    said = cell_text(row.raw(target)) or str(into.mapping.fixed.get(target, ""))
    return into.mapping.values.get(target, {}).get(said, said)


def _answers(into: Into, row: Row, taken: Taken) -> Iterator[Issue]:
    """A row that is somebody's answers to a survey."""
    share = share_of(into, row)
    if isinstance(share, Issue):
        yield share
        return
    of = into.mapping.of or ""
    by = cell_text(row.raw("by")) or str(row.number + 1)
    answers: dict[str, Any] = {}
    for target in row.columns:
        kind, _, question = target.partition(".")
        if kind == "answers" and row.has(target):
            number = number_of(row.raw(target))
            if isinstance(number, Broken):
                yield row.issue(number.code, target, found=number.shown)
                return
            answers[question] = int(number) if number == int(number) else number
    there = [one for one in share.record.survey if (one.of, one.by) == (of, by)]
    if not there:
        entry = {"of": of, "by": by, "answers": answers}
        taken.edits[share.filed.path].append(Edit(keys=("survey",), value=entry, is_new=True))
    elif dict(there[0].answers) != answers:
        yield row.issue("import-answers-differ", "by", by=by)


def _absence(into: Into, row: Row, taken: Taken) -> Iterator[Issue]:
    """A row that is somebody's absence."""
    person = person_of(into, row)
    if isinstance(person, Issue):
        yield person
        return
    said = _translated(into, row, "kind")
    kinds = headings()["kinds"]
    kind = next((id for id, all in kinds.items() if plain_word(said) in (id, *all)), "")
    if not kind:
        yield _unknown_value(row, "kind", said, tuple(kinds))
        return
    days = []
    for name in ("from", "to"):
        day = day_of(row.raw(name), is_text=row.grid.is_text)
        if isinstance(day, Broken):
            yield row.issue(day.code, name, found=day.shown)
            return
        days.append(day)
    known = {(one.kind, one.from_, one.to) for one in person.model.absence}
    if (kind, *days) not in known:
        entry = {"kind": kind, "from": days[0], "to": days[1]}
        taken.edits[person.path].append(Edit(keys=("absence",), value=entry, is_new=True))
