"""Wages as pages show them: the components of one, and sheets of many people's."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from markupsafe import Markup

from kpisite.check.book import Book
from kpisite.core.exact import fixed, money, total
from kpisite.core.text import Language, Text
from kpisite.core.working import Working
from kpisite.language.policy import Policy
from kpisite.language.scheme import Scheme
from kpisite.outcomes.income import Income
from kpisite.outcomes.results import Result
from kpisite.pages.row import Leaf, Row, Work
from kpisite.pages.unfold import Unfolding
from kpisite.score.card import Appraisee
from kpisite.words import page_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column before the amounts: the key of its words, and how a page sets it; None leaves it to
    the workbook."""

    key: str
    look: str | None = ""


#: The columns before the amounts of a month, and of a year.
OF_MONTH = (
    Column(key="department", look="wide"),
    Column(key="form", look=None),
    Column(key="total", look="n"),
    Column(key="grade", look="grade"),
)
OF_YEAR = (
    Column(key="department", look="wide"),
    Column(key="form", look=None),
    Column(key="months-paid", look="n"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What stands in a column before the amounts: a text, or a number to so many places."""

    value: str | Decimal
    places: int = 0

    @property
    def shown(self) -> str:
        """The text, or the number as people read it."""
        return self.value if isinstance(self.value, str) else fixed(self.value, self.places)


@dataclass(frozen=True, kw_only=True)
class Paid:
    """What one person is paid, as a working, and what stands before it; `result` is the month's
    own, and None where months are added up."""

    appraisee: Appraisee
    result: Result | None
    before: tuple[Told, ...]
    working: Working

    @cached_property
    def by_component(self) -> Mapping[str, Working]:
        """The components of the amount by id."""
        return {part.id: part for part in self.working.parts}


@dataclass(frozen=True, kw_only=True)
class PayTable:
    """What one policy gives many people, person by person in the order of ids.

    `before` are the columns before the amounts, and `sum_name` is what the last one, the
    sum of the components, is called.
    """

    policy: Policy
    before: tuple[Column, ...]
    people: tuple[Paid, ...]
    sum_name: str

    @cached_property
    def columns(self) -> Mapping[str, Text]:
        """The names of all components that anybody has, by id."""
        return {part.id: part.label for one in self.people for part in one.working.parts}

    def amounts(self, component: str) -> list[Decimal]:
        """What everybody has of a component."""
        having = [one.by_component.get(component) for one in self.people]
        return [part.value for part in having if part is not None]

    @property
    def in_all(self) -> Decimal:
        """What everybody is paid, added up."""
        return total(one.working.value for one in self.people)


@dataclass(frozen=True, slots=True, kw_only=True)
class PayLine:
    """One person's pay, component by component; `before` are texts and how they are set."""

    employee: str
    name: str
    before: tuple[tuple[str, str], ...]
    amounts: tuple[str, ...]
    wage: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaySheet:
    """The pay that one policy gives in a month or year, with the sums of its columns."""

    policy: str
    before: tuple[tuple[str, str], ...]
    columns: tuple[str, ...]
    sum_name: str
    lines: tuple[PayLine, ...]
    sums: tuple[str, ...]
    wage: str


def pay_rows(working: Working, unfolding: Unfolding) -> Iterator[Row]:
    """The components of an amount with their workings, one a row; what is nothing and made of
    nothing has none."""
    grade, language = unfolding.result.grade, unfolding.language
    dot = page_words(language)["dot"]
    for line in working.parts:
        if not line.value and not line.parts:
            continue
        level = ""
        if line.parts and grade is not None and line.parts[0].id == grade.id:
            level = dot.join(
                text.say(language) for text in (grade.name, grade.level) if text is not None
            )
        yield Row(
            kind=line.kind.value,
            label=line.label.say(language),
            most=level,
            marks=(),
            value=line.shown,
            bar="",
            text=Markup(""),
            work=unfolding.work(line, line.parts) if line.parts else None,
        )


def income_rows(working: Working, language: Language) -> Iterator[Row]:
    """The components of a year's income, each with the amounts of its months."""
    for line in working.parts:
        leaves = tuple(
            Leaf(label=month.label.say(language), value=month.shown) for month in line.parts
        )
        yield Row(
            kind=line.kind.value,
            label=line.label.say(language),
            most="",
            marks=(),
            value=line.shown,
            bar="",
            text=Markup(""),
            work=Work(reckoning=line.reckoning, leaves=leaves, places=(), note=Markup("")),
        )


def tables_of_month(
    book: Book, results: Iterable[Result], language: Language
) -> tuple[PayTable, ...]:
    """The wages of a month by policy."""
    governed: dict[str, list[Paid]] = {}
    for one in sorted(results, key=lambda one: one.appraisee_id):
        if one.wage is not None and one.policy is not None:
            grade, total_of = one.grade, one.card.total
            form = one.card.scheme.model
            before = (
                *_placed(book, one.department_id, form, language),
                Told(value=total_of.value, places=total_of.places or 0),
                Told(value="" if grade is None else grade.name.say(language)),
            )
            appraisee = one.card.appraisee
            paid = Paid(appraisee=appraisee, result=one, before=before, working=one.wage)
            governed.setdefault(one.policy.path, []).append(paid)
    return tuple(
        PayTable(
            policy=policy,
            before=OF_MONTH,
            people=tuple(governed[path]),
            sum_name=wage_name(policy, language),
        )
        for path in sorted(governed)
        if (policy := book.policy_at(path)) is not None
    )


def tables_of_year(
    book: Book, incomes: Iterable[Income], language: Language
) -> tuple[PayTable, ...]:
    """The incomes of a year by policy."""
    governed: dict[str, list[Paid]] = {}
    policies: dict[str, Policy] = {}
    for income in incomes:
        newest = income.newest
        form, policy = book.scheme_at(newest.scheme), book.policy_at(newest.policy)
        assert policy is not None, "whoever is paid is under a policy"
        before = (
            *_placed(book, newest.department_id, form, language),
            Told(value=Decimal(len(income.paid))),
        )
        paid = Paid(appraisee=newest.appraisee, result=None, before=before, working=income.working)
        governed.setdefault(policy.id, []).append(paid)
        policies[policy.id] = policy
    return tuple(
        PayTable(
            policy=policies[id],
            before=OF_YEAR,
            people=tuple(people),
            sum_name=in_yuan(people[-1].working.label, language),
        )
        for id, people in sorted(governed.items())
    )


def pay_sheet(table: PayTable, language: Language) -> PaySheet:
    """A table of pay put into words for a page."""
    words = page_words(language)
    shown = _shown(table)
    return PaySheet(
        policy=table.policy.name.say(language),
        before=tuple((words[table.before[index].key], look) for index, look in shown),
        columns=tuple(name.say(language) for name in table.columns.values()),
        sum_name=table.sum_name,
        lines=tuple(_pay_line(table, one, shown, language) for one in table.people),
        sums=tuple(money(total(table.amounts(component))) for component in table.columns),
        wage=money(table.in_all),
    )


def _shown(table: PayTable) -> list[tuple[int, str]]:
    """The columns before the amounts that a page shows, as their places and looks; none that is
    empty for everybody, such as grades where the policy has none."""
    return [
        (index, column.look)
        for index, column in enumerate(table.before)
        if column.look is not None and any(one.before[index].shown for one in table.people)
    ]


def _pay_line(
    table: PayTable, paid: Paid, shown: Iterable[tuple[int, str]], language: Language
) -> PayLine:
    if paid.result is None:
        rows = income_rows(paid.working, language)
    else:
        rows = pay_rows(paid.working, Unfolding(result=paid.result, language=language))
    parts = [paid.by_component.get(component) for component in table.columns]
    return PayLine(
        employee=paid.appraisee.id,
        name=paid.appraisee.name.say(language),
        before=tuple((paid.before[index].shown, look) for index, look in shown),
        amounts=tuple("" if part is None else part.shown for part in parts),
        wage=paid.working.shown,
        rows=tuple(rows),
    )


def wage_name(policy: Policy, language: Language) -> str:
    """What the policy calls the sum of the pay, with its unit."""
    named = policy.sum
    return page_words(language)["wage"] if named is None else in_yuan(named, language)


def in_yuan(name: Text, language: Language) -> str:
    """The name of an amount with its unit."""
    return page_words(language)["in-yuan"].format(name=name.say(language))


def _placed(book: Book, id: str, form: Scheme, language: Language) -> tuple[Told, Told]:
    """The department and the form."""
    department = book.department_by_id[id].name.say(language)
    return Told(value=department), Told(value=form.name.say(language))
