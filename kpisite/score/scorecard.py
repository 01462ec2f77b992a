"""Records to scorecards, one at a time: departments before their people, then what overrides a
total."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from kpisite.check.awaited import awaited
from kpisite.check.book import Book
from kpisite.check.ground import Ground
from kpisite.check.shape import Filed
from kpisite.core.month import Month
from kpisite.core.text import Text
from kpisite.core.working import Working
from kpisite.language.methods import Sheet
from kpisite.language.methods.base import Figures, Within
from kpisite.language.record import Record
from kpisite.language.scheme import Scheme
from kpisite.score.around import Around
from kpisite.score.card import Appraisee, Scorecard
from kpisite.score.form import Form
from kpisite.score.totals import joined, ruled

DEPARTMENT = Text(zh="部门", en="Department")

#: Gives all records of a month, in their order.
RecordsOf = Callable[[Month], Sequence[Filed[Record]]]


def score(book: Book) -> tuple[Scorecard, ...]:
    """The scorecard of every record of a book in which no error was found, in its order."""
    by_month: defaultdict[Month, list[Filed[Record]]] = defaultdict(list)
    for filed in book.records:
        by_month[filed.model.month].append(filed)
    scorer = Scorer(book, by_month.__getitem__)
    return tuple(scorer.card(filed) for filed in book.records)


def looks_around(ground: Ground, record: Record) -> bool:
    """Whether other records of its month can change the record's scorecard: its form rests on them,
    or the person held posts elsewhere in the month, the records of which it takes in."""
    scheme = ground.scheme_of(record)
    assert scheme is not None, "checked"
    return bool(scheme.model.looks_at) or _has_moved(ground, record)


def _has_moved(ground: Ground, record: Record) -> bool:
    if record.employee is None or record.part is not None:
        return False
    employee, month = ground.staff[record.employee].model, record.month
    last = employee.post_in(month)
    return any(
        last is not None and post.department != last.department and employee.days_in(post, month)
        for post in employee.post
    )


class Scorer:
    """Scores records in which no error was found.

    What lies around a record is asked of `records_of` only where `looks_around` says so.  What one
    scorer has found of a month holds as long as that month's records are the same.
    """

    def __init__(self, ground: Ground, records_of: RecordsOf) -> None:
        self._ground = ground
        self._records_of = records_of
        self._forms: dict[str, Form] = {}
        self._months: dict[Month, Around] = {}

    def card(self, filed: Filed[Record]) -> Scorecard:
        """The record's scorecard.

        A department's total may count in its people's, so that it is found first; of people whose
        form asks for the department's average a first scorecard is made for that.
        """
        card = self._settled(filed)
        if _has_moved(self._ground, filed.model):
            others = self._around(filed).other_parts(card.appraisee.id)
            if others:
                return joined(self._ground, card, [self._settled(one) for one in others])
        return card

    def _settled(self, filed: Filed[Record]) -> Scorecard:
        """The scorecard by itself, as rulings left it."""
        scheme, around = self._scheme(filed), self._around(filed)
        appraisee = _appraisee(self._ground, filed.model)
        if "average" not in scheme.model.looks_at or not appraisee.is_person:
            return ruled(around.found(filed) or self._scored(filed))
        average = around.average(appraisee.department, scheme.model.points)
        card = ruled(self._scored(filed, average))
        waits = card.is_provisional or around.waits(appraisee.department)
        return replace(card, is_provisional=waits)

    def _around(self, filed: Filed[Record]) -> Around:
        month = filed.model.month
        if month not in self._months:
            records = partial(self._records_of, month)
            self._months[month] = Around(self._ground, records, self._scored)
        return self._months[month]

    def _scheme(self, filed: Filed[Record]) -> Filed[Scheme]:
        scheme = self._ground.scheme_of(filed.model)
        assert scheme is not None, "checked"
        return scheme

    def _form(self, scheme: Filed[Scheme]) -> Form:
        if scheme.path not in self._forms:
            self._forms[scheme.path] = Form(scheme.model)
        return self._forms[scheme.path]

    def _scored(self, filed: Filed[Record], average: Working | None = None) -> Scorecard:
        """The record's scorecard, given the average of its department, once that is known."""
        record, scheme, around = filed.model, self._scheme(filed), self._around(filed)
        form, appraisee = self._form(scheme), _appraisee(self._ground, record)

        def figures(within: str, metric: str) -> Figures:
            if within == "department" and appraisee.is_person:
                return around.figures("department", appraisee.department, metric)
            return around.figures("scheme", scheme.model.id, metric)

        department = None
        if "department" in scheme.model.looks_at and appraisee.is_person:
            department = around.department(appraisee.department)
        sheet = Sheet(
            record=record,
            at=filed.at(),
            figures=figures,
            reports=partial(around.group, "reports", appraisee.id),
            department=None if department is None else department.total,
            average=average,
        )
        return Scorecard(
            record=filed,
            appraisee=appraisee,
            scheme=scheme,
            total=form.total(sheet),
            is_provisional=form.is_provisional(record)
            or self._waits(filed, figures)
            or (department is not None and department.is_provisional),
        )

    def _waits(self, filed: Filed[Record], figures: Callable[[Within, str], Figures]) -> bool:
        """Whether something of the record is still to come, or a figure that it is ranked by."""
        if not self._ground.waits_in(filed.model.month):
            return False
        rows = self._scheme(filed).model.indicators.values()
        ranked = (figures(within, metric) for one in rows for within, metric in one.ranks())
        return bool(awaited(self._ground, filed)) or any(one.lacking for one in ranked)


def _appraisee(ground: Ground, record: Record) -> Appraisee:
    if record.department is not None:
        department = ground.department_by_id[record.department]
        return Appraisee(
            id=department.id,
            name=department.name,
            title=DEPARTMENT,
            department=department.id,
            superior=department.manager,
            is_person=False,
        )
    post, employee = ground.post_of(record), ground.staff[record.appraisee].model
    assert post is not None, "checked"
    return Appraisee(
        id=employee.id,
        name=Text(zh=employee.name, en=employee.name),
        title=post.title,
        department=post.department,
        superior=post.superior,
        is_person=True,
    )
