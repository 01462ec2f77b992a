"""What a rater is asked for about each of their people, and what a cell may say of it.

A `Slot` is one value of a record that somebody may type: a mark, a figure, a note.  It knows how
the value is shown in a cell and what a cell means by what stands in it, so that a sheet and its
coming back are of one mind.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from kpisite.check.filed import Filed
from kpisite.core.exact import CONTEXT, HUNDRED, plain
from kpisite.core.issue import Keys
from kpisite.core.text import Language, Text
from kpisite.edit.written import Value
from kpisite.language.methods import Indicator, Planned
from kpisite.language.methods.marking import Choice, InPoints, OneOf, Ticks
from kpisite.language.rater import APPRAISEE
from kpisite.language.record import NOTE, Mark, Record
from kpisite.language.scheme import Scheme

#: So many marks may be chosen from a list; more are typed.
MOST_LISTED = 21
#: What stands in the cell of a duty that was met, and of one that was not.
MET, NOT_MET = "√", "×"

Kind = Literal["points", "level", "duty", "figure", "percent", "text"]
#: What stands in a cell.
Shown = str | Decimal


@dataclass(frozen=True, slots=True)
class Option:
    """A level to choose: what a cell says for it, what the record then says, and what else would
    mean it."""

    label: str
    value: Value
    means: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A value of a record, by its file and keys; of a list of duties met, one `duty`."""

    path: str
    keys: Keys
    kind: Kind
    duty: str = ""
    shown: Shown = ""
    options: tuple[Option, ...] = ()
    choices: tuple[Decimal, ...] = ()
    low: Decimal | None = None
    high: Decimal | None = None
    step: Decimal | None = None

    @property
    def as_written(self) -> Value:
        """A percentage as the record says it."""
        is_figure = isinstance(self.shown, Decimal)
        return written_figure(Decimal(self.shown), is_percent=True) if is_figure else ""

    @property
    def id(self) -> tuple[str, Keys, str]:
        """What it is known by, wherever it stands."""
        return self.path, self.keys, self.duty


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One appraisee's record in the hands of somebody: in the name of which raters they mark, as
    which `peer` among several, and whether it is through them that figures and events are asked
    for, and who writes what stands beside the marks (`writes_why`)."""

    filed: Filed[Record]
    scheme: Scheme
    name: Text
    address: str
    raters: tuple[str, ...]
    is_superior: bool
    peer: str = ""
    writes_why: bool = True

    @property
    def record(self) -> Record:
        """The record itself."""
        return self.filed.model

    @property
    def seen(self) -> tuple[str, ...]:
        """The raters whose marks stand beside: the appraisee's own where the form has them, and
        those of the reviewers before; nobody who weighs in at the same time, and none for peers."""
        if self.raters == (APPRAISEE,) or self.peer:
            return ()
        order = [id for id, one in self.scheme.raters.items() if one.role == "in-turn"]
        own = [order.index(id) for id in self.raters if id in order]
        before = order[: max(own)] if own else []
        return tuple(
            id
            for id, one in self.scheme.raters.items()
            if id not in self.raters and not one.is_several and (id == APPRAISEE or id in before)
        )


def mark_slots(row: Indicator, share: Share, rater: str, language: Language) -> tuple[Slot, ...]:
    """The cells that a rater fills in for a row: one, or one for each duty of a list; none where
    nobody marks it."""
    if not row.takes_marks:
        return ()
    keys: Keys = ("marks", row.id, rater)
    mark = share.record.marks.get(row.id, {}).get(rater)
    how = share.scheme.raters.get(rater)
    if how is not None and how.is_several:
        if not share.peer or isinstance(row.marking, Ticks):
            return ()
        keys = (*keys, share.peer)
        mark = mark.get(share.peer) if isinstance(mark, Mapping) else None
    path = share.filed.path
    match row.marking:
        case Ticks(items=items):
            return tuple(_duty_slot(path, keys, one.id, mark) for one in items)
        case OneOf(choices=choices):
            return (_level_slot(choices, path, keys, mark, language),)
        case InPoints() as marking:
            return (_points_slot(row, marking, share, keys, mark),)


def _duty_slot(path: str, keys: Keys, duty: str, mark: Mark | None) -> Slot:
    shown = "" if not isinstance(mark, tuple) else MET if duty in mark else NOT_MET
    return Slot(path=path, keys=keys, duty=duty, kind="duty", shown=shown)


def _level_slot(
    choices: Sequence[Choice], path: str, keys: Keys, mark: Mark | None, language: Language
) -> Slot:
    options = tuple(_option(one, language) for one in choices)
    shown: Shown = "" if mark is None else _any(mark)
    for choice, option in zip(choices, options, strict=True):
        if mark is not None and choice.is_meant_by(mark):
            shown = option.label
            break
    return Slot(path=path, keys=keys, kind="level", shown=shown, options=options)


def _option(choice: Choice, language: Language) -> Option:
    """A level as it stands in the list of a cell: its name and points."""
    points = plain(choice.points)
    name = "" if choice.name is None else " ".join(choice.name.say(language).split())[:60]
    means = {points, name, choice.id or ""} - {""}
    return Option(f"{name} {points}" if name else points, choice.written, frozenset(means))


def _points_slot(
    row: Indicator, marking: InPoints, share: Share, keys: Keys, mark: Mark | None
) -> Slot:
    low, high, step = marking.low, marking.most, marking.step
    choices: tuple[Decimal, ...] = ()
    if high / step <= 10 * MOST_LISTED:
        steps = (step * count for count in range(int(high / step) + 1))
        sound = [one for one in steps if not any(True for _ in row.mark_issues(one, share.record))]
        choices = tuple(reversed(sound))
    if choices:
        low, high = choices[-1], choices[0]
    return Slot(
        path=share.filed.path,
        keys=keys,
        kind="points",
        shown=_points(mark),
        choices=choices if len(choices) <= MOST_LISTED else (),
        low=low,
        high=high,
        step=step,
    )


def task_slot(share: Share, row: Planned, index: int, rater: str) -> Slot:
    """A rater's mark of a task of the row."""
    marking = row.marking
    return Slot(
        path=share.filed.path,
        keys=("task", index, "marks", rater),
        kind="points",
        shown=_points(share.record.task[index].marks.get(rater)),
        low=marking.low,
        high=marking.most,
        step=marking.step,
    )


def figure_slot(share: Share, metric: str, *, is_percent: bool) -> Slot:
    """A figure; one that stands there as a percentage, or is asked for as one, stays one."""
    figure = share.record.metrics.get(metric)
    shown: Shown = "" if figure is None else figure.value
    is_percent = is_percent if figure is None else figure.is_percent
    kind: Kind = "percent" if is_percent else "figure"
    return Slot(path=share.filed.path, keys=("metrics", metric), kind=kind, shown=shown)


def note_slot(share: Share, keys: Keys, shown: str) -> Slot:
    """A text: beside a mark, or in a box of the form."""
    return Slot(path=share.filed.path, keys=keys, kind="text", shown=shown)


def beside_mark(share: Share, row: Indicator) -> Slot:
    """What is said beside the marks of a row."""
    return note_slot(share, ("marks", row.id, NOTE), share.record.note_on(row.id))


def box_slots(share: Share) -> Mapping[str, Slot]:
    """The boxes that somebody fills in, by their key: those of their raters, and the others of the
    form through the superior."""
    notes = share.record.notes
    keys = [rater for rater in share.raters if rater != APPRAISEE]
    if share.is_superior:
        keys += [box for box in share.scheme.notes if box not in share.scheme.raters]
    return {key: note_slot(share, ("notes", key), notes.get(key, "")) for key in keys}


def _points(mark: Mark | None) -> Shown:
    return "" if mark is None else mark if isinstance(mark, Decimal) else _any(mark)


def _any(mark: Mark) -> str:
    """A mark that no cell was made for, so that it is seen and not lost."""
    if isinstance(mark, Decimal):
        return plain(mark)
    return mark if isinstance(mark, str) else ", ".join(mark)


def written_figure(value: Decimal, *, is_percent: bool) -> Value:
    """A figure as a record says it: `"98.5%"` where it is a percentage."""
    return f"{plain(CONTEXT.multiply(value, HUNDRED))}%" if is_percent else value


def in_steps(value: Decimal, step: Decimal) -> bool:
    """Whether a mark is a whole multiple of the step."""
    return not value % step
