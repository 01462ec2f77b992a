"""A table of somebody's, as edits of records and staff: figures, events, answers, absences.

What a column is, its mapping says (`kpisite.language.mapping`), and whose row it is
`kpisite.desk.whose_row`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from kpisite.core.exact import ZERO
from kpisite.core.issue import Fact, Issue
from kpisite.desk.asked import Share, Slot, figure_slot, mark_slots, note_slot
from kpisite.desk.collected import Taken
from kpisite.desk.events_in import SAYS, EventRow
from kpisite.desk.figures_asked import figures_asked
from kpisite.desk.sheets.typed_cells import Cell, decoded, is_said_already
from kpisite.desk.whose_row import Into, cell_text, days_of, id_in, person_of, share_of
from kpisite.edit.change import Edit
from kpisite.tables.grid import Broken, Grid
from kpisite.tables.rows import Row, plain_word, table_of
from kpisite.tables.values import day_of, number_of
from kpisite.words import headings

#: So many times an event may have happened, as a record has it.
MOST_TIMES = 1000
#: What may follow the dot in what a column is.
DOTTED = ("metrics", "marks", "notes", "event", "answers")


def taken_in(into: Into, grid: Grid) -> Taken:
    """What the table says, as edits; and what is wrong in it."""
    table, taken = table_of(grid, into.mapping), Taken()
    taken.issues += table.issues
    take = {"records": _figures, "events": _event, "survey": _answers, "absence": _absence}
    for row in table.rows:
        taken.issues += take[into.mapping.into](into, row, taken)
    taken.issues += _not_in_it_any_more(into, grid, taken)
    return taken


def _not_in_it_any_more(into: Into, grid: Grid, taken: Taken) -> Iterator[Issue]:
    """Whoever has events from the table and stands in it no more: they stay, and it is said."""
    spoken = {one.share.filed.path for one in taken.events}
    months = {one.share.record.month for one in taken.events}
    for filed in sorted(into.book.records, key=lambda one: one.path):
        if filed.path in spoken or filed.model.month not in months or not into.table:
            continue
        if any(one.imported == into.table for one in filed.model.event):
            facts = {"id": filed.model.appraisee, "path": filed.path, "table": into.table}
            yield grid.issue("import-not-in-table", into.mapping.head - 1, 0, **facts)


def _figures(into: Into, row: Row, taken: Taken) -> Iterator[Issue]:
    """A row of figures, marks, notes and counts of events."""
    share = share_of(into, row)
    if isinstance(share, Issue):
        yield share
        return
    for target in row.columns:
        kind, _, rest = target.partition(".")
        if kind == "event":
            yield from _counted(into, row, share, target, taken)
        elif kind in DOTTED and row.has(target):
            yield from _value(row, share, target, taken, _slot(into, row, share, kind, rest))


def _value(
    row: Row, share: Share, target: str, taken: Taken, slot: Slot | Issue | None
) -> Iterator[Issue]:
    """A value of a record, where the form has it and it is another than there."""
    if slot is None:
        yield row.issue("import-not-asked", target, target=target, scheme=share.scheme.name)
        return
    if isinstance(slot, Issue):
        yield slot
        return
    cell = Cell(grid=row.grid, row=row.number, column=row.columns[target], base="")
    value = decoded(slot, cell)
    if isinstance(value, Issue):
        yield value
    else:
        edit = Edit(keys=slot.keys, value=value)
        taken.ask(slot.path, edit, row.spot(target), is_there=is_said_already(slot, value))


def _slot(into: Into, row: Row, share: Share, kind: str, rest: str) -> Slot | Issue | None:
    """The value that a column means, where the form has it."""
    book = into.book
    if kind == "metrics":
        policy = book.policy(share.scheme.id, share.record.month)
        asked = figures_asked(share.scheme, None if policy is None else policy.model)
        if rest not in asked:
            return None
        return figure_slot(share, rest, is_percent=asked[rest][1])
    if kind == "notes":
        known = {*share.scheme.raters, *share.scheme.notes}
        there = share.record.notes.get(rest, "")
        return note_slot(share, ("notes", rest), there) if rest in known else None
    id, _, rater = rest.partition(".")
    indicator = share.scheme.indicators.get(id)
    if indicator is None or rater not in share.scheme.raters:
        return None
    if share.scheme.raters[rater].peers:
        by = _peer(into, row, share)
        if isinstance(by, Issue):
            return by
        share = replace(share, peer=by)
    slots = mark_slots(indicator, share, rater, book.site.model.language)
    return slots[0] if len(slots) == 1 else None


def _peer(into: Into, row: Row, share: Share) -> str | Issue:
    """Who among several marks in the row, by id or by the name of one person."""
    said = id_in(into.mapping, row.raw("by"))
    ids = [
        one.model.id
        for one in into.book.staff.values()
        if said in (one.model.id, one.model.name) and one.model.id != share.record.employee
    ]
    if len(ids) == 1:
        return ids[0]
    return row.issue("import-no-peer", "by", found=said or "–", name=share.name)


def _counted(into: Into, row: Row, share: Share, target: str, taken: Taken) -> Iterator[Issue]:
    """An event that happened so many times, on the day that the mapping says or the last; an empty
    cell says that it did not."""
    rule = target.partition(".")[2]
    count = number_of(row.raw(target)) if row.has(target) else ZERO
    if isinstance(count, Broken):
        yield row.issue(count.code, target, found=count.shown)
        return
    if rule not in share.scheme.rules:
        if count:
            yield row.issue("import-not-asked", target, target=target, scheme=share.scheme.name)
        return
    if not _is_count(count, least=0):
        yield row.issue("import-no-count", target, found=count, least=0, most=MOST_TIMES)
        return
    event: dict[str, Any] = {"rule": rule, "date": _day_of_count(into, share)}
    event |= {} if count == 1 else {"count": int(count)}
    event["source"] = str(into.mapping.fixed.get("source", into.file))
    event |= _fixed(into, ("reason",))
    taken.events.append(
        EventRow(
            share=share,
            spot=row.spot(target),
            event=event,
            table=into.table,
            of=rule,
            is_besides=into.is_named,
        )
    )


def _day_of_count(into: Into, share: Share) -> date:
    fixed = into.mapping.fixed.get("date")
    return fixed if isinstance(fixed, date) else days_of(into.book, share.record)[1]


def _fixed(into: Into, names: Sequence[str]) -> dict[str, Any]:
    return {name: into.mapping.fixed[name] for name in names if name in into.mapping.fixed}


def _event(into: Into, row: Row, taken: Taken) -> Iterator[Issue]:
    """A row that is an event."""
    share = share_of(into, row)
    if isinstance(share, Issue):
        yield share
        return
    said = _translated(into, row, "rule")
    rules = share.scheme.rules
    ids = [id for id, one in rules.items() if said in (id, *one.name.words)]
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
            if name == "count" and not _is_count(number, least=1):
                yield row.issue("import-no-count", name, found=number, least=1, most=MOST_TIMES)
                return
            if name == "points" or number != 1:
                event[name] = _bare(number)
    for name in ("source", "reason"):
        if row.has(name):
            event[name] = cell_text(row.raw(name))
    taken.events.append(
        EventRow(
            share=share,
            spot=row.spot("rule"),
            event={name: event[name] for name in SAYS if name in event},
            table=into.table,
            is_besides=into.is_named,
        )
    )


def _is_count(number: Decimal, *, least: int) -> bool:
    """Whether something can have happened so many times."""
    return number == int(number) and least <= number <= MOST_TIMES


def _bare(number: Decimal) -> int | Decimal:
    return int(number) if number == int(number) else number


def _unknown_value(row: Row, target: str, said: str, known: tuple[str, ...]) -> Issue:
    # The word of the table, to be given another meaning, where the mapping gave it this one.
    value = cell_text(row.raw(target)) or said or "–"
    facts: dict[str, Fact] = {"target": target, "value": value, "known": known}
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
            answers[question] = _bare(number)
    there = [i for i, one in enumerate(share.record.survey) if (one.of, one.by) == (of, by)]
    path, spot = share.filed.path, row.spot("by")
    if not there:
        entry = {"of": of, "by": by, "answers": answers}
        taken.ask(path, Edit(keys=("survey",), value=entry, is_new=True), spot)
    elif "by" in row.columns:
        taken.ask(path, Edit(keys=("survey", there[0], "answers"), value=answers), spot)
    elif dict(share.record.survey[there[0]].answers) != answers:
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
    first, last = days
    model, path, spot = person.model, person.path, row.spot("from")
    met = [
        index
        for index, one in enumerate(model.absence)
        if one.kind == kind and one.from_ <= last and first <= one.to
    ]
    if len(met) > 1:
        yield row.issue("import-absences-met", "from", count=len(met), path=path)
    elif met:  # nobody is away twice on one day: it is the same absence, corrected
        for key, day in (("from", first), ("to", last)):
            taken.ask(path, Edit(keys=("absence", met[0], key), value=day), spot)
    else:
        entry = {"kind": kind, "from": first, "to": last}
        taken.ask(path, Edit(keys=("absence",), value=entry, is_new=True), spot)
