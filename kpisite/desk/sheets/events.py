"""The sheet of events: what is written down already, and rows for more."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from kpisite.desk.asked import Share, Shown
from kpisite.desk.sheets.event_cells import EVENT_FIELDS, EVENT_WORDS, first_free
from kpisite.desk.sheets.within import SheetBook, label_of
from kpisite.pages.cells import Cell, Input, Look, SheetRow, Worksheet

#: So many events may be written down in a sheet.
EVENT_ROWS = 15


def event_sheet(within: SheetBook) -> Iterator[Worksheet]:
    """What happened on a day: what is written down already, and rows for more."""
    shares = [one for one in within.hand.shares if one.is_superior and one.scheme.rules]
    if not shares:
        return
    name = within.name(within.word("sheet-events"))
    keys = [Cell(), *(Cell(value=one) for one in EVENT_FIELDS)]
    said = Cell(value=within.word("sheet-events-how"), look=Look.SMALL, across=len(EVENT_FIELDS))
    heads = [Cell(value=within.word(one), look=Look.HEAD) for one in EVENT_WORDS.values()]
    lines = [
        SheetRow(cells=tuple(keys), height=15),
        SheetRow(cells=(Cell(), said)),
        SheetRow(cells=(Cell(), *heads), height=30),
    ]
    for share in shares:
        lines += _events_there(within, share)
    people = tuple(label_of(one, within.language) for one in shares)
    rules = tuple(dict.fromkeys(label for one in shares for label in rule_labels(one, within)))
    inputs = _event_inputs(within, people, rules)
    # A form of one person and the sheet of all may both come back: their rows are told apart.
    prefix = f"event-{shares[0].address}-" if within.is_each else "event-"
    first = first_free(within.hand, prefix)
    for number in range(first, first + EVENT_ROWS):
        row = f"{prefix}{number}"
        cells = [Cell(value=row)]
        for field_name, input in zip(EVENT_FIELDS, inputs, strict=True):
            look = Look.INPUT if input.kind != "text" else Look.INPUT_TEXT
            cells.append(Cell(look=look, input=replace(input, is_optional=True)))
            within.ids.lines.append((name, row, field_name, "", "event", ""))
        lines.append(SheetRow(cells=tuple(cells), height=20))
    yield Worksheet(
        name=name,
        widths=(0, 18, 34, 13, 8, 8, 26, 34),
        lines=tuple(lines),
        frozen=3,
        frozen_columns=2,
        hidden_rows=1,
        is_locked=True,
        is_wide=True,
    )


def rule_labels(share: Share, within: "SheetBook") -> dict[str, str]:
    """The rules that an event about somebody may name, by how a cell calls them."""
    return {f"{within.say(one.name)} {id}": id for id, one in share.scheme.rules.items()}


def _event_inputs(
    within: SheetBook, people: tuple[str, ...], rules: tuple[str, ...]
) -> tuple[Input, ...]:
    choose = within.word("sheet-choose")
    first, last = within.hand.month.first_day, within.hand.month.last_day
    days = within.word("sheet-day", first=first, last=last)
    return (
        Input(kind="choice", listed=within.ids.listed(people), help=choose),
        Input(kind="choice", listed=within.ids.listed(rules), help=choose),
        Input(kind="day", help=days),
        Input(kind="number", low=Decimal(1), high=Decimal(1000), step=Decimal(1)),
        Input(kind="number", help=within.word("sheet-figure")),
        Input(kind="text"),
        Input(kind="text"),
    )


def _events_there(within: SheetBook, share: Share) -> Iterator[SheetRow]:
    for event in share.record.event:
        rule = share.scheme.rules.get(event.rule)
        shown: tuple[Shown | date, ...] = (
            label_of(share, within.language),
            event.rule if rule is None else within.say(rule.name),
            event.date,
            Decimal(event.count),
            "" if event.points is None else event.points,
            event.source,
            event.reason,
        )
        yield SheetRow(cells=(Cell(), *(Cell(value=one, look=Look.LOCKED) for one in shown)))
