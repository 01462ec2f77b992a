"""What is stated of a figure that the form asks for, by whoever it comes from, and what is known of
everybody without being stated: days, months, full points."""

from collections.abc import Callable, Mapping
from decimal import Decimal

from kpisite.check.entry import Entry
from kpisite.check.ground import Ground
from kpisite.core.immutable import immutable
from kpisite.core.issue import Source
from kpisite.core.month import Month
from kpisite.core.working import OWN_RECORD, Kind, Unit, Working
from kpisite.language.dated import DatedFigure, held_in
from kpisite.language.figures.compute import Computation, Lookup
from kpisite.language.figures.earlier import Earlier
from kpisite.language.figures.model import Figure, Origin
from kpisite.language.figures.plan import BUILT_IN
from kpisite.language.figures.stated import Stated
from kpisite.language.staff import Employee


@immutable(kw_only=False)
class Givens:
    """What is stated of the figures of one record, which stands `at`."""

    ground: Ground
    entry: Entry
    at: Source = OWN_RECORD

    def stated(self, figure: Figure) -> Stated | None:
        """What was stated of a figure, and where; None where nobody did."""
        assert figure.from_ is not None
        return _ORIGINS[figure.from_](self, figure)

    def in_pay(self, figure: Figure) -> Stated | None:
        """What the pay file states of a figure; for pay alone, which the rest would give away."""
        record = self.entry.record
        filed = self.ground.pay.get(record.employee or "")
        if filed is None:
            return None
        return _dated(filed.model.figure, figure.id, record.month, filed.at("figure"))

    def _pay_file(self) -> Source | None:
        record = self.entry.record
        return None if record.employee is None else Source(f"records/pay/{record.employee}.toml")

    def built_in(self, name: str) -> Working | None:
        """What is known of everybody."""
        count = _BUILT_IN.get(name)
        value = None if count is None else count(self.entry)
        if value is None:
            return None
        return Working(
            id=name, kind=Kind.FIGURE, label=BUILT_IN[name], value=Decimal(value), unit=Unit.FIGURE
        )

    def computation(
        self, others: Lookup | None = None, earlier: Earlier | None = None
    ) -> Computation:
        """The figures of the record; `others` are the rows of the form, once it is scored, and
        `earlier` the months before, once they are."""
        scheme = self.entry.scheme
        assert scheme is not None, "the caller has looked"
        return Computation(
            scheme.model.plan,
            at=self.at,
            form=scheme.path,
            stated=self.stated,
            rows=self.entry.record.list_,
            others=others or self.built_in,
            events=lambda rule: scheme.model.times(rule, self.entry.record, self.at),
            earlier=earlier,
        )

    def held_by(self, figure: Figure) -> Source | None:
        """The file or entry that would state a figure, where there is one."""
        entry, ground = self.entry, self.ground
        department = _department_of(self)
        places: Mapping[Origin, Source | None] = {
            "record": entry.filed.at(),
            "month": Source(f"records/{entry.record.month}/month.toml"),
            "person": None if entry.person is None else entry.person.at(),
            "post": None if entry.person is None else entry.person.at("post"),
            "department": None if department is None else ground.department_at(department),
            "company": Source("records/company.toml"),
            "pay": self._pay_file(),
        }
        return places[figure.from_ or "record"]


def _of_record(givens: Givens, figure: Figure) -> Stated | None:
    record = givens.entry.record
    if figure.unit == "choice":
        word = record.choices.get(figure.id)
        return None if word is None else (word, givens.at.at("choices", figure.id))
    quantity = record.metrics.get(figure.id)
    return None if quantity is None else (quantity, givens.at.at("metrics", figure.id))


def _of_month(givens: Givens, figure: Figure) -> Stated | None:
    filed = givens.ground.months.get(givens.entry.record.month)
    value = None if filed is None else filed.model.figures.get(figure.id)
    if filed is None or value is None:
        return None
    return value, filed.at("figures", figure.id)


def _of_person(givens: Givens, figure: Figure) -> Stated | None:
    person = givens.entry.person
    if person is None:
        return None
    return _dated(person.model.figure, figure.id, givens.entry.record.month, person.at("figure"))


def _of_post(givens: Givens, figure: Figure) -> Stated | None:
    person, post = givens.entry.person, givens.entry.post
    if person is None or post is None or figure.id not in post.figures:
        return None
    index = person.model.post.index(post)
    return post.figures[figure.id], person.at("post", index, "figures", figure.id)


def _department_of(givens: Givens) -> str | None:
    record, post = givens.entry.record, givens.entry.post
    return record.department if post is None else post.department


def _of_department(givens: Givens, figure: Figure) -> Stated | None:
    ground, id = givens.ground, _department_of(givens)
    department = ground.department_by_id.get(id or "")
    if department is None or id is None:
        return None
    at = ground.department_at(id).at("figure")
    return _dated(department.figure, figure.id, givens.entry.record.month, at)


def _of_company(givens: Givens, figure: Figure) -> Stated | None:
    company = givens.ground.company
    if company is None:
        return None
    at = company.at("figure")
    return _dated(company.model.figure, figure.id, givens.entry.record.month, at)


def _dated(figures: tuple[DatedFigure, ...], id: str, month: Month, at: Source) -> Stated | None:
    index = held_in(figures, id, month)
    return None if index is None else (figures[index].is_, at.at(index, "is"))


def _nobody(_: Givens, __: Figure) -> Stated | None:
    """None: what comes from pay files enters no total."""
    return None


_ORIGINS: Mapping[Origin, Callable[[Givens, Figure], Stated | None]] = {
    "record": _of_record,
    "month": _of_month,
    "person": _of_person,
    "post": _of_post,
    "department": _of_department,
    "company": _of_company,
    "pay": _nobody,
}


def _employee(entry: Entry) -> Employee | None:
    return None if entry.person is None else entry.person.model


def _days_employed(entry: Entry) -> int | None:
    employee = _employee(entry)
    if employee is None:
        return None
    return sum(employee.days_employed(month) for month in entry.period.months)


def _days_in_month(entry: Entry) -> int:
    return sum(month.last_day.day for month in entry.period.months)


def _months_served(entry: Entry) -> int | None:
    employee, month = _employee(entry), entry.record.month
    if employee is None:
        return None
    year = (month.plus(-back) for back in range(month.number))
    return sum(employee.is_employed_in(one) for one in year)


def _service_months(entry: Entry) -> int | None:
    """The months since joining, the first and the last as whole ones."""
    employee, month = _employee(entry), entry.record.month
    if employee is None:
        return None
    joined = Month.of(employee.joined)
    return (month.year - joined.year) * 12 + month.number - joined.number + 1


def _absent_days(entry: Entry) -> int | None:
    employee = _employee(entry)
    return None if employee is None else employee.absent_days(entry.record.month)


def _full(entry: Entry) -> Decimal | None:
    return None if entry.scheme is None else entry.scheme.model.points


_BUILT_IN: Mapping[str, Callable[[Entry], int | Decimal | None]] = {
    "days-employed": _days_employed,
    "days-in-month": _days_in_month,
    "months-served": _months_served,
    "service-months": _service_months,
    "absent-days": _absent_days,
    "full": _full,
}
assert _BUILT_IN.keys() == BUILT_IN.keys()
