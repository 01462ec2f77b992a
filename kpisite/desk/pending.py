"""What is still to come of a month, and through whom: records, marks, figures, answers, plans,
rulings, signatures."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from kpisite.check.awaited import awaited
from kpisite.check.book import Book
from kpisite.check.filed import Filed
from kpisite.check.roll import to_be_recorded
from kpisite.core.address import address_of
from kpisite.core.month import Month
from kpisite.core.text import Text
from kpisite.desk.new import scheme_for
from kpisite.language.policy import Policy
from kpisite.language.rater import APPRAISEE
from kpisite.language.record import Record
from kpisite.outcomes.after import wants_plan
from kpisite.outcomes.results import Result
from kpisite.outcomes.still_open import awaits_answer, has_open_objection
from kpisite.preservation.unsigned import SigningState

#: In the order in which they are asked for.
Kind = Literal["record", "mark", "figure", "entries", "ruling", "answer", "plan", "signature"]
KINDS: tuple[Kind, ...] = (
    "record", "mark", "figure", "entries", "ruling", "answer", "plan", "signature",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """Something still to come about one appraisee's month.

    `form` is what the form of a one-off appraisal is called, None of that of the month; `asked` is
    the id of the manager through whom it is asked for, empty where nobody is known; `rater` what
    the form calls whoever is to mark; `what` the rows, figures or lines to sign; and `until` the
    last day that the policy gives.
    """

    kind: Kind
    asked: str
    appraisee: str
    address: str
    name: Text
    form: Text | None = None
    rater: Text | None = None
    what: tuple[Text, ...] = ()
    until: date | None = None


def pending(
    book: Book, month: Month, results: Sequence[Result] = (), signing: Sequence[SigningState] = ()
) -> tuple[Pending, ...]:
    """All that is still to come of the month, by manager and then by appraisee.

    What follows from totals, answers, plans and rulings, is in it as far as `results` are given,
    and signatures as far as it is known how far each form is signed.
    """
    found = [*_records(book, month)]
    for filed in book.records:
        if filed.model.month == month:
            found += _marks_and_figures(book, filed)
    for result in results:
        if result.month == month:
            found += _afterwards(book, result)
    for standing in signing:
        found += _signatures(book, standing)
    return tuple(
        sorted(found, key=lambda one: (one.asked, one.appraisee, one.address, _order(one.kind)))
    )


def _order(kind: Kind) -> int:
    return KINDS.index(kind)


def _records(book: Book, month: Month) -> Iterator[Pending]:
    """Whoever is due and has no record; of a month that has begun."""
    for one in to_be_recorded(book, book.roster, month):
        policy = book.policy(scheme_for(book, one).id, month)
        yield Pending(
            kind="record",
            asked=superior_of(book, one.id, one.department, month, one.part),
            appraisee=one.id,
            address=one.address,
            name=one.name,
            until=_marked_until(None if policy is None else policy.model, month),
        )


def superior_of(book: Book, id: str, department: str, month: Month, part: str | None) -> str:
    """The manager of an appraisee: the superior of the post or, without one and for departments,
    whoever manages the department."""
    person, unit = book.staff.get(id), book.department_by_id.get(department)
    post = None
    if person is not None:
        model = person.model
        post = model.post_in(month) if part is None else model.post_within(month, part)
    manager = None if unit is None or unit.manager == id else unit.manager
    return (None if post is None else post.superior) or manager or ""


def _marked_until(policy: Policy | None, month: Month) -> date | None:
    if policy is None or policy.window is None:
        return None
    return month.plus(1).first_day.replace(day=policy.window.to)


def _marks_and_figures(book: Book, filed: Filed[Record]) -> Iterator[Pending]:
    record, scheme = filed.model, book.scheme_of(filed.model)
    if scheme is None:
        return
    policy = book.policy(scheme.model.id, record.month)
    about = of_record(book, record)
    until = _marked_until(None if policy is None else policy.model, record.month)
    about = replace(about, until=until)
    lacking = awaited(book, filed)
    for rater in scheme.model.raters:
        rows = tuple(one.name for one in lacking if rater in one.raters)
        if rows:
            yield replace(
                about,
                kind="mark",
                asked=who_marks(book, record, rater) or about.asked,
                rater=scheme.model.rater_name(rater),
                what=rows,
            )
    kinds: tuple[Literal["figure", "entries"], ...] = ("figure", "entries")
    for kind in kinds:
        names = tuple(one.name for one in lacking if one.what == kind)
        if names:
            yield replace(about, kind=kind, what=names)


def who_marks(book: Book, record: Record, rater: str) -> str:
    """Who marks in a rater's name, where the record or the office says so; the person's own mark
    is asked for through the superior."""
    rated = record.rated.get(rater)
    if rated is not None and rated.by is not None and rater != APPRAISEE:
        return rated.by
    post = book.post_of(record)
    department = book.department_by_id.get(record.department or (post.department if post else ""))
    is_manager = rater == "manager" and department is not None
    return (department.manager or "") if is_manager and department is not None else ""


def of_record(book: Book, record: Record) -> Pending:
    """What all that is pending about a record has in common."""
    post, id = book.post_of(record), record.appraisee
    department = record.department or ("" if post is None else post.department)
    person, unit = book.staff.get(id), book.department_by_id.get(department)
    name, scheme = Text(zh=id, en=id), book.scheme_of(record)
    is_one_off = book.one_off_of(record) is not None
    if record.department is not None and unit is not None:
        name = unit.name
    elif person is not None:
        name = Text(zh=person.model.name, en=person.model.name)
    return Pending(
        kind="mark",
        asked=superior_of(book, id, department, record.month, record.part),
        appraisee=id,
        address=address_of(id, book.qualifier_of(record)),
        name=name,
        form=scheme.model.name if is_one_off and scheme is not None else None,
    )


def _afterwards(book: Book, result: Result) -> Iterator[Pending]:
    about, policy = of_record(book, result.record), result.policy
    for appeal in result.record.appeal:
        if appeal.ruling is None:
            yield replace(about, kind="ruling", asked=appeal.handler)
    if has_open_objection(result) and all(one.ruling for one in result.record.appeal):
        yield replace(about, kind="ruling")
    if awaits_answer(book, result, with_pay=True):
        until = None if policy is None else policy.model.answer_by(result.month)
        yield replace(about, kind="answer", until=until)
    if wants_plan(result):
        yield replace(about, kind="plan")


def _signatures(book: Book, standing: SigningState) -> Iterator[Pending]:
    lines = tuple(Text(zh=line.capacity, en=line.capacity) for line in standing.missing)
    if lines and not standing.result.card.is_provisional:
        yield replace(of_record(book, standing.result.record), kind="signature", what=lines)
