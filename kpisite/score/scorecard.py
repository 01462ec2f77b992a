"""Records to scorecards, one at a time: departments before their people, then what overrides a
total."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from kpisite.check.awaited import awaited
from kpisite.check.book import Book
from kpisite.check.entry import Entry
from kpisite.check.filed import Filed
from kpisite.check.givens import Givens
from kpisite.check.ground import Ground
from kpisite.core.address import address_of
from kpisite.core.captions import caption
from kpisite.core.month import Month
from kpisite.core.text import Text
from kpisite.core.working import OWN_RECORD, Working
from kpisite.language.methods import Sheet
from kpisite.language.methods.sheet import Figures, Within
from kpisite.language.record import Record
from kpisite.language.scheme import Scheme
from kpisite.score.around import Around
from kpisite.score.card import Appraisee, Scorecard
from kpisite.score.form import Form
from kpisite.score.handed import Handed, handed_on
from kpisite.score.totals import joined, ruled

DEPARTMENT = caption("department")

#: Gives all records of a month, in their order.
RecordsOf = Callable[[Month], Sequence[Filed[Record]]]


def score(book: Book) -> tuple[Scorecard, ...]:
    """The scorecard of every record of a book in which no error was found, in its order."""
    by_month: defaultdict[Month, list[Filed[Record]]] = defaultdict(list)
    for filed in book.records:
        by_month[filed.model.month].append(filed)
    handed = Handed()
    scorer = Scorer(book, by_month.__getitem__, handed)
    cards = []
    for filed in book.records:
        cards.append(scorer.card(filed))
        handed.put(filed.path, handed_on(book, cards[-1]))
    return tuple(cards)


def looks_around(ground: Ground, record: Record) -> bool:
    """Whether other records of its month can change the record's scorecard: its form rests on them,
    or the person held posts elsewhere in the month, the records of which it takes in."""
    scheme = ground.scheme_of(record)
    assert scheme is not None, "no error was found in the record"
    return bool(scheme.model.looks_at) or _has_moved(ground, record)


def _has_moved(ground: Ground, record: Record) -> bool:
    filed = ground.staff.get(record.employee or "")
    if filed is None or len(filed.model.post) == 1 or ground.qualifier_of(record) is not None:
        return False
    employee, month = filed.model, record.month
    last = employee.post_in(month)
    return last is not None and any(
        post.department != last.department and employee.days_in(post, month)
        for post in employee.post
    )


def _form_of(entry: Entry) -> Filed[Scheme]:
    assert entry.scheme is not None, "no error was found in the record"
    return entry.scheme


class Scorer:
    """Scores records in which no error was found.

    What lies around a record is asked of `records_of` only where `looks_around` says so, and
    `handed` has what the months before hand on.  What one scorer has found of a month holds as long
    as that month's records are the same.
    """

    def __init__(self, ground: Ground, records_of: RecordsOf, handed: Handed | None = None) -> None:
        self._ground = ground
        self._records_of = records_of
        self._handed = Handed() if handed is None else handed
        self._forms: dict[str, Form] = {}
        self._months: dict[Month, Around] = {}

    def card(self, filed: Filed[Record]) -> Scorecard:
        """The record's scorecard."""
        return self.card_of(Entry.of(self._ground, filed))

    def card_of(self, entry: Entry) -> Scorecard:
        """The same, where it was looked up already what the record stands on.

        A department's total may count in its people's, so that it is found first; of people whose
        form asks for the department's average a first scorecard is made for that.
        """
        card = self._settled(entry)
        if _has_moved(self._ground, entry.record):
            parts = self._around(entry.filed).other_parts(card.appraisee.id)
            if parts:
                others = [self._settled(Entry.of(self._ground, one)) for one in parts]
                return joined(self._ground, card, others)
        return card

    def _settled(self, entry: Entry) -> Scorecard:
        """The scorecard by itself, as rulings left it."""
        scheme, around = _form_of(entry).model, self._around(entry.filed)
        if "average" not in scheme.looks_at or entry.post is None:
            return ruled(around.found(entry.filed) or self._scored(entry))
        department = entry.post.department
        card = ruled(self._scored(entry, around.average(department, scheme.points)))
        waits = card.is_provisional or around.waits(department)
        return replace(card, is_provisional=waits)

    def _around(self, filed: Filed[Record]) -> Around:
        month = filed.model.month
        if month not in self._months:
            records = partial(self._records_of, month)
            self._months[month] = Around(self._ground, records, self._first)
        return self._months[month]

    def _first(self, filed: Filed[Record]) -> Scorecard:
        """The scorecard of a record that others rest on."""
        return self._scored(Entry.of(self._ground, filed))

    def _form(self, scheme: Filed[Scheme]) -> Form:
        if scheme.path not in self._forms:
            handed_on = self._ground.handed_on.get(scheme.model.id, frozenset())
            self._forms[scheme.path] = Form(scheme.model, handed_on)
        return self._forms[scheme.path]

    def _scored(self, entry: Entry, average: Working | None = None) -> Scorecard:
        """The record's scorecard, given the average of its department, once that is known."""
        filed, scheme, around = entry.filed, _form_of(entry), self._around(entry.filed)
        form, appraisee = self._form(scheme), _appraisee(self._ground, entry)

        def figures(within: str, metric: str) -> Figures:
            if within == "department" and appraisee.is_person:
                among = address_of(appraisee.department, entry.one_off)
                return around.figures("department", among, metric)
            return around.figures("scheme", scheme.model.id, metric)

        givens, took = Givens(self._ground, entry), self._handed.taken_by(entry)
        department = None
        if "department" in scheme.model.looks_at and appraisee.is_person:
            department = around.department(appraisee.department)
        sheet = Sheet(
            record=entry.record,
            at=OWN_RECORD,
            figures=figures,
            reports=partial(around.group, "reports", appraisee.id),
            department=None if department is None else department.total,
            average=average,
            form=scheme.path,
            stated=givens.stated,
            built_in=givens.built_in,
            earlier=took,
        )
        total, hands_on = form.scored(sheet)
        return Scorecard(
            record=filed,
            appraisee=appraisee,
            scheme=scheme,
            total=total,
            took=took,
            hands_on=hands_on,
            is_provisional=form.is_provisional(entry.record)
            or self._waits(entry, figures)
            or (took is not None and took.is_provisional)
            or (department is not None and department.is_provisional),
        )

    def _waits(self, entry: Entry, figures: Callable[[Within, str], Figures]) -> bool:
        """Whether something of the record is still to come, or a figure that it is ranked by."""
        if not self._ground.waits_in(entry.record.month):
            return False
        rows = _form_of(entry).model.indicators.values()
        ranked = (figures(within, metric) for one in rows for within, metric in one.ranks())
        return bool(awaited(self._ground, entry.filed)) or any(one.lacking for one in ranked)


def _appraisee(ground: Ground, entry: Entry) -> Appraisee:
    record, person, post = entry.record, entry.person, entry.post
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
    assert person is not None and post is not None, "no error was found in the record"
    return Appraisee(
        id=person.model.id,
        name=Text(zh=person.model.name, en=person.model.name),
        title=post.title,
        department=post.department,
        superior=post.superior,
        is_person=True,
    )
