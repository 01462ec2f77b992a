"""One appraisee's month, scored: who, on which form, and the tree of workings of the total."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from kpisite.check.book import Book
from kpisite.check.shape import Filed
from kpisite.core.month import Month
from kpisite.core.text import Text
from kpisite.core.working import Working
from kpisite.language.methods import Sheet
from kpisite.language.record import Record
from kpisite.language.scheme import Scheme
from kpisite.score.form import Form

DEPARTMENT = Text(zh="部门", en="Department")


@dataclass(frozen=True, slots=True, kw_only=True)
class Appraisee:
    """Who was appraised, a person or a department, and in which capacity."""

    id: str
    name: Text
    title: Text
    department: str
    superior: str | None
    is_person: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Scorecard:
    """A record scored on its form.  A provisional one lacks marks that its scheme waits for."""

    record: Filed[Record]
    appraisee: Appraisee
    scheme: Filed[Scheme]
    total: Working
    is_provisional: bool


def score(book: Book) -> tuple[Scorecard, ...]:
    """The scorecard of every record of a book in which no error was found, in its order.

    Departments come first, because their totals may count in their people's.
    """
    scorer = _Scorer(book)
    departments = {
        filed.path: scorer.card(filed, None)
        for filed in book.records
        if filed.model.department is not None
    }
    totals = {
        (card.appraisee.id, card.record.model.month): card.total for card in departments.values()
    }
    return tuple(
        departments.get(filed.path) or scorer.card(filed, totals) for filed in book.records
    )


class _Scorer:
    """The forms of a book made ready, and its records by the groups in which they are ranked."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._forms = {filed.path: Form(filed.model) for filed in book.schemes}

    @cached_property
    def _groups(self) -> Mapping[tuple[str, Month, str | None], tuple[Record, ...]]:
        groups: defaultdict[tuple[str, Month, str | None], list[Record]] = defaultdict(list)
        for filed in self._book.records:
            record = filed.model
            if record.department is None:
                groups["department", record.month, self._department(record)].append(record)
            groups["scheme", record.month, self._book.scheme_id_of(record)].append(record)
        return {name: tuple(records) for name, records in groups.items()}

    def _department(self, record: Record) -> str | None:
        post = self._book.post_of(record)
        return None if post is None else post.department

    def card(
        self,
        filed: Filed[Record],
        departments: Mapping[tuple[str, Month], Working] | None,
    ) -> Scorecard:
        """The record's scorecard, given the totals of the departments."""
        record = filed.model
        scheme = self._book.scheme_of(record)
        assert scheme is not None, "checked"
        form, appraisee = self._forms[scheme.path], _appraisee(self._book, record)

        def group(within: str) -> Sequence[Record]:
            name = appraisee.department if within == "department" else scheme.model.id
            return self._groups[within, record.month, name]

        sheet = Sheet(
            record=record,
            at=filed.at(),
            group=group,
            department=(departments or {}).get((appraisee.department, record.month)),
        )
        return Scorecard(
            record=filed,
            appraisee=appraisee,
            scheme=scheme,
            total=form.total(sheet),
            is_provisional=form.is_provisional(record),
        )


def _appraisee(book: Book, record: Record) -> Appraisee:
    if record.department is not None:
        department = book.department_by_id[record.department]
        return Appraisee(
            id=department.id,
            name=department.name,
            title=DEPARTMENT,
            department=department.id,
            superior=department.manager,
            is_person=False,
        )
    post, employee = book.post_of(record), book.staff[record.appraisee].model
    assert post is not None, "checked"
    return Appraisee(
        id=employee.id,
        name=Text(zh=employee.name, en=employee.name),
        title=post.title,
        department=post.department,
        superior=post.superior,
        is_person=True,
    )
