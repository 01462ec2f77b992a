"""The book to scorecards: departments first, then their people, then what overrides a total."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property

from kpisite.check.book import Book
from kpisite.check.shape import Filed
from kpisite.core.exact import compare, quotient, total
from kpisite.core.formula import Part, Rounded
from kpisite.core.month import Month
from kpisite.core.text import Text
from kpisite.core.working import Kind, Working, derive
from kpisite.language.methods import DepartmentAverage, DepartmentScore, Sheet
from kpisite.language.record import Record
from kpisite.language.scheme import Scheme
from kpisite.score.card import Appraisee, Scorecard
from kpisite.score.form import Form
from kpisite.score.totals import joined, out_of, ruled

UNROUNDED = Text(zh="取整前的平均分", en="Mean before rounding")
DEPARTMENT = Text(zh="部门", en="Department")


def score(book: Book) -> tuple[Scorecard, ...]:
    """The scorecard of every record of a book in which no error was found, in its order.

    Departments come first, because their totals may count in their people's; people whose form
    asks for the department's average come twice, because theirs are averaged first.
    """
    scorer = _Scorer(book)
    around = _Around()
    departments = [filed for filed in book.records if filed.model.department is not None]
    cards = {filed.path: ruled(scorer.card(filed, around)) for filed in departments}
    around = _Around(
        totals={
            _appraised(card): replace(card.total, sources=(card.record.at(),))
            for card in cards.values()
        },
        waiting=frozenset(_appraised(card) for card in cards.values() if card.is_provisional),
    )
    people = [filed for filed in book.records if filed.model.department is None]
    cards |= {filed.path: scorer.card(filed, around) for filed in people}
    asking = [filed for filed in people if scorer.asks_for_average(filed)]
    if asking:
        scales = {cards[filed.path].scheme.model.points for filed in asking}
        averages = _averages((cards[filed.path] for filed in people), scales)
        around = replace(around, averages=averages)
        cards |= {filed.path: scorer.card(filed, around) for filed in asking}
    cards |= {filed.path: ruled(cards[filed.path]) for filed in people if filed.model.appeal}
    cards |= joined(book, [cards[filed.path] for filed in people])
    return tuple(cards[filed.path] for filed in book.records)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Around:
    """What departments came to, by department and month, and which of them still lack marks."""

    totals: Mapping[tuple[str, Month], Working] = field(default_factory=dict)
    waiting: frozenset[tuple[str, Month]] = frozenset()
    averages: Mapping[tuple[str, Month, Decimal], Working] = field(default_factory=dict)


def _appraised(card: Scorecard) -> tuple[str, Month]:
    return card.appraisee.id, card.record.model.month


def _averages(
    cards: Iterable[Scorecard], scales: Iterable[Decimal]
) -> dict[tuple[str, Month, Decimal], Working]:
    """The mean of the totals of each department's people, by department and month, and out of
    which full points: of each of the `scales`, those of the forms that ask for it."""
    totals: defaultdict[tuple[str, Month], list[Working]] = defaultdict(list)
    for card in cards:
        if not card.is_provisional:
            name = (card.appraisee.department, card.record.model.month)
            totals[name].append(ruled(card).total)
    return {
        (*name, full): _mean([out_of(one, full) for one in several])
        for name, several in totals.items()
        for full in scales
    }


def _mean(totals: Sequence[Decimal]) -> Working:
    """The mean of totals as they are shown, and as rulings left them, half up to two places.

    It is held against steps as it is shown, so that 90.00 is never below 90; where rounding changed
    it, it stands on what it was before.
    """
    label = Text(zh=f"部门平均分（{len(totals)} 人）", en=f"Department's mean of {len(totals)}")
    mean = quotient(total(totals), Decimal(len(totals)))
    exact = Working(id="mean-before-rounding", kind=Kind.FIGURE, label=UNROUNDED, value=mean)
    rounded = Rounded(Part(0), 2)
    made = derive("department-average", Kind.FIGURE, label, rounded, (exact,), places=2)
    return made if compare(mean, made.value) else replace(made, formula=None, parts=())


class _Scorer:
    """The forms of a book made ready, and its records by the groups in which they are ranked."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._forms = {filed.path: Form(filed.model) for filed in book.schemes}

    @cached_property
    def _groups(self) -> Mapping[tuple[str, Month, str | None], tuple[Record, ...]]:
        groups: defaultdict[tuple[str, Month, str | None], list[Record]] = defaultdict(list)
        for filed in self._book.records:
            record, post = filed.model, self._book.post_of(filed.model)
            if post is not None:
                groups["department", record.month, post.department].append(record)
                groups["reports", record.month, post.superior].append(record)
            groups["scheme", record.month, self._book.scheme_id_of(record)].append(record)
        return {name: tuple(records) for name, records in groups.items()}

    def asks_for_average(self, filed: Filed[Record]) -> bool:
        """Whether the record's form counts the department's average."""
        scheme = self._book.scheme_of(filed.model)
        return scheme is not None and any(
            isinstance(indicator, DepartmentAverage)
            for indicator in scheme.model.indicators.values()
        )

    def card(self, filed: Filed[Record], around: _Around) -> Scorecard:
        """The record's scorecard, given what departments came to."""
        record = filed.model
        scheme = self._book.scheme_of(record)
        assert scheme is not None, "checked"
        form, appraisee = self._forms[scheme.path], _appraisee(self._book, record)

        def group(within: str) -> Sequence[Record]:
            if within == "department" and appraisee.is_person:
                return self._groups["department", record.month, appraisee.department]
            return self._groups["scheme", record.month, scheme.model.id]

        def reports() -> Sequence[Record]:
            return self._groups.get(("reports", record.month, appraisee.id), ())

        department = (appraisee.department, record.month)
        sheet = Sheet(
            record=record,
            at=filed.at(),
            group=group,
            reports=reports,
            department=around.totals.get(department),
            average=around.averages.get((*department, scheme.model.points)),
        )
        return Scorecard(
            record=filed,
            appraisee=appraisee,
            scheme=scheme,
            total=form.total(sheet),
            is_provisional=form.is_provisional(record)
            or (department in around.waiting and _counts_department(scheme.model)),
        )


def _counts_department(scheme: Scheme) -> bool:
    return any(isinstance(one, DepartmentScore) for one in scheme.indicators.values())


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
