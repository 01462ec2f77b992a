"""Days that stand in no possible order to one another, or outside what they are about."""

from collections.abc import Iterator
from datetime import date

from kpisite.check.entry import Entry
from kpisite.check.filed import Filed
from kpisite.check.ground import Ground
from kpisite.check.roster import Roster
from kpisite.core.captions import caption
from kpisite.core.issue import Fact, Issue, Source
from kpisite.core.month import Period
from kpisite.core.text import Text
from kpisite.language.record import Record
from kpisite.language.staff import Employee

BEGIN = caption("period-begin")
END = caption("period-end")
JOINED = caption("day-of-joining")
LEFT = caption("day-of-leaving")
CLOSED = caption("day-of-closing")
TASK_FROM = caption("task-begin")

Dated = tuple[Source, date, Text, date]
"""An entry, its day, and the day with its name that it may not lie before, or after."""


def days_of_records(_: Ground, entry: Entry) -> Iterator[Issue]:
    """Every day of a record that lies before, or after, one that bounds it."""
    yield from _reported(_of_record(entry.filed, entry.period), is_early=True)
    yield from _reported(_late_of_record(entry.filed, entry.period), is_early=False)


def days_out_of_order(ground: Ground) -> Iterator[Issue]:
    """Every day of staff files and closings that lies before, or after, one that bounds it."""
    for person in ground.staff.values():
        yield from _reported(_of_person(person), is_early=True)
        yield from _reported(_late_of_person(person), is_early=False)
    yield from _reported(_of_closings(ground), is_early=True)


def _reported(dated: Iterator[Dated], *, is_early: bool) -> Iterator[Issue]:
    for at, day, bound, other in dated:
        if (day < other) if is_early else (day > other):
            facts: dict[str, Fact] = {"date": str(day), "bound": bound, "other": str(other)}
            yield Issue(code="date-too-early" if is_early else "date-too-late", at=at, facts=facts)


def _of_record(filed: Filed[Record], period: Period) -> Iterator[Dated]:
    """Marks, answers and appeals are about a period that has begun; remarks and tasks lie in it."""
    record, begin = filed.model, period.first.first_day
    for rater, rated in record.rated.items():
        if rated.on is not None:
            yield filed.at("rated", rater, "on"), rated.on, BEGIN, begin
    if record.answer is not None:
        yield filed.at("answer", "on"), record.answer.on, BEGIN, begin
    for index, appeal in enumerate(record.appeal):
        yield filed.at("appeal", index, "on"), appeal.on, BEGIN, begin
    for index, remark in enumerate(record.remark):
        yield filed.at("remark", index, "on"), remark.on, BEGIN, begin
    for index, plan in enumerate(record.plan):
        yield filed.at("plan", index, "due"), plan.due, BEGIN, begin
    for index, task in enumerate(record.task):
        if task.to is not None:
            first = (TASK_FROM, task.from_) if task.from_ else (BEGIN, begin)
            yield filed.at("task", index, "to"), task.to, *first


def _late_of_record(filed: Filed[Record], period: Period) -> Iterator[Dated]:
    end = period.last.last_day
    for index, task in enumerate(filed.model.task):
        if task.from_ is not None:
            yield filed.at("task", index, "from"), task.from_, END, end


def _of_person(filed: Filed[Employee]) -> Iterator[Dated]:
    person = filed.model
    if person.probation is not None:
        yield filed.at("probation"), person.probation, JOINED, person.joined


def _late_of_person(filed: Filed[Employee]) -> Iterator[Dated]:
    person = filed.model
    if person.left is not None and person.left >= person.joined:
        for index, post in enumerate(person.post):
            yield filed.at("post", index, "from"), post.from_, LEFT, person.left


def _of_closings(ground: Ground) -> Iterator[Dated]:
    for month, filed in sorted(ground.closed.items()):
        yield filed.at("on"), filed.model.on, END, month.last_day
        amended = ground.amendments.get(month)
        for index, one in enumerate(() if amended is None else amended.model.amendment):
            assert amended is not None
            yield amended.at("amendment", index, "on"), one.on, CLOSED, filed.model.on


def amendments_of_nothing(ground: Ground, roster: Roster) -> Iterator[Issue]:
    """Amendments to a month that is not closed, and of somebody it knows nothing of."""
    unread = ground.unread | roster.unread
    recorded = {
        (one.month, name) for one in roster.records for name in (one.appraisee, one.name_in_month)
    }
    for month, filed in sorted(ground.amendments.items()):
        closed = ground.closed.get(month)
        if closed is None and any(path.startswith(f"records/{month}/") for path in unread):
            continue
        for index, one in enumerate(filed.model.amendment):
            known = closed is not None and one.appraisee in closed.model.card
            if closed is None or not (known or (month, one.appraisee) in recorded):
                facts: dict[str, Fact] = {"id": one.appraisee, "month": month}
                code = "amendment-open" if closed is None else "amendment-unused"
                at = filed.at("amendment", index, "appraisee")
                yield Issue(code=code, at=at, facts=facts)
