"""The sheet of tasks: a row each, with what came of them and their marks."""

from collections.abc import Iterator, Sequence

from kpisite.core.exact import plain
from kpisite.core.text import Text
from kpisite.desk.asked import Share, Shown, note_slot, task_slot
from kpisite.desk.sheets.within import SheetBook, label_of
from kpisite.language.methods import Planned
from kpisite.language.scheme import Scheme
from kpisite.pages.cells import Cell, Look, SheetRow, Worksheet


def task_sheet(within: SheetBook) -> Iterator[Worksheet]:
    """The tasks of everybody who has any, a row each, with what came of them and their marks."""
    shares = [share for share in within.hand.shares if share.record.task]
    if not shares:
        return
    name = within.name(within.word("sheet-tasks"))
    seen = list(dict.fromkeys(rater for share in shares for rater in share.seen))
    given = list(dict.fromkeys(rater for share in shares for rater in share.raters))
    heads = ["sheet-person", "sheet-task", "sheet-weight", "sheet-expected", "sheet-result"]
    keys = [Cell(), *(Cell() for _ in heads[:-1]), Cell(value="result")]
    keys += [Cell(value=f"shown-{one}") for one in seen] + [Cell(value=one) for one in given]
    named = [Cell(value=within.word(one), look=Look.HEAD) for one in heads]
    scheme = shares[0].scheme
    raters = [*seen, *given]
    named += [Cell(value=within.say(_rater_name(scheme, one)), look=Look.HEAD) for one in raters]
    lines = [SheetRow(cells=tuple(keys), height=15), SheetRow(cells=(Cell(), *named), height=30)]
    for share in shares:
        lines += _task_lines(within, name, share, seen, given)
    yield Worksheet(
        name=name,
        widths=(0, 16, 28, 8, 34, 40, *(9 for _ in raters)),
        lines=tuple(lines),
        frozen=2,
        frozen_columns=3,
        hidden_rows=1,
        is_locked=True,
        is_wide=True,
    )


def _rater_name(scheme: Scheme, rater: str) -> Text:
    return scheme.rater_name(rater) if rater in scheme.raters else Text(zh=rater, en=rater)


def _task_lines(
    within: SheetBook, name: str, share: Share, seen: Sequence[str], given: Sequence[str]
) -> Iterator[SheetRow]:
    taken_by = {
        index: row
        for row in share.scheme.indicators.values()
        if isinstance(row, Planned)
        for index, _ in row.rows(share.record)
    }
    for index, task in enumerate(share.record.task):
        of = taken_by.get(index)
        row = f"{share.address}:{task.id}"
        slot = note_slot(share, ("task", index, "result"), task.result)
        result = Cell(value=task.result, look=Look.LOCKED)
        if share.is_superior:
            result = within.cell(name, row, "result", slot)
        cells = [
            Cell(value=row),
            Cell(value=label_of(share, within.language)),
            Cell(value=within.say(task.name)),
            Cell(value=f"{plain(task.weight * 100)}%", look=Look.LOCKED),
            Cell(value=task.expected, look=Look.RUBRIC),
            result,
        ]
        for rater in seen:
            mark: Shown = ""
            if of is not None and rater in share.scheme.raters:
                mark = task_slot(share, of, index, rater).shown
            cells.append(Cell(value=mark, look=Look.LOCKED))
        for rater in given:
            if of is not None and rater in share.raters:
                cells.append(within.cell(name, row, rater, task_slot(share, of, index, rater)))
            else:
                cells.append(Cell(look=Look.LOCKED))
        yield SheetRow(cells=tuple(cells))
