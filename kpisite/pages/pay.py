"""Wages as pages show them: the components of one, and sheets of many people's."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from kpisite.check.ground import Ground
from kpisite.core.exact import fixed, total
from kpisite.core.money import Money
from kpisite.core.text import Language, Text
from kpisite.language.policy import Policy
from kpisite.language.scheme import Scheme
from kpisite.outcomes.brief import Amount, Brief, paid_in_all
from kpisite.pages.pay_rows import PayRow
from kpisite.pages.row import Row
from kpisite.score.card import Appraisee
from kpisite.words import money_words, page_words


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
class Leading:
    """What stands in a column before the amounts: a text, or a number to so many places."""

    value: str | Decimal
    places: int = 0

    @property
    def shown(self) -> str:
        """The text, or the number as people read it."""
        return self.value if isinstance(self.value, str) else fixed(self.value, self.places)


@dataclass(frozen=True, kw_only=True)
class Paid:
    """What one person is paid, component by component, what stands before it,
    and the components with their workings, as they unfold."""

    appraisee: Appraisee
    before: tuple[Leading, ...]
    amounts: tuple[Amount, ...]
    value: Decimal
    hidden: tuple[Amount, ...]
    """The components that only payroll and HR see."""
    rows: tuple[Row, ...]

    @property
    def in_all(self) -> Decimal:
        """All that is paid, with these."""
        return paid_in_all(self.value, self.hidden)

    @cached_property
    def by_component(self) -> Mapping[str, Decimal]:
        """All components by id."""
        return {one.id: one.value for one in (*self.amounts, *self.hidden)}


@dataclass(frozen=True, kw_only=True)
class PayTable:
    """What one policy gives many people, person by person in the order of ids.

    `before` are the columns before the amounts, and `sum_name` is what the sum of the
    components is called that people see.  Those that only payroll and HR see follow it, and
    `in_all_name` is what the sum of all is called.
    """

    policy: Policy
    before: tuple[Column, ...]
    people: tuple[Paid, ...]
    sum_name: str
    in_all_name: str
    money: Money

    @cached_property
    def columns(self) -> Mapping[str, Text]:
        """The names of all components that anybody has and sees, by id."""
        return {amount.id: amount.label for one in self.people for amount in one.amounts}

    @cached_property
    def hidden_columns(self) -> Mapping[str, Text]:
        """The names of those that only payroll and HR see."""
        return {amount.id: amount.label for one in self.people for amount in one.hidden}

    def amounts(self, component: str) -> list[Decimal]:
        """What everybody has of a component."""
        having = [one.by_component.get(component) for one in self.people]
        return [value for value in having if value is not None]

    @property
    def wages(self) -> Decimal:
        """What everybody sees of their pay, added up."""
        return total(one.value for one in self.people)

    @property
    def in_all(self) -> Decimal:
        """What everybody is paid, added up."""
        return total(one.in_all for one in self.people)


@dataclass(frozen=True, slots=True, kw_only=True)
class WageLine:
    """One person's pay, component by component; `before` are texts and how they are set."""

    employee: str
    name: str
    before: tuple[tuple[str, str], ...]
    amounts: tuple[str, ...]
    wage: str
    hidden: tuple[str, ...]
    in_all: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaySheet:
    """The pay that one policy gives in a month or year, with the sums of its columns; of components
    that only payroll and HR see, where there are any, the columns, the sums, and what is paid in
    all."""

    policy: str
    before: tuple[tuple[str, str], ...]
    columns: tuple[str, ...]
    sum_name: str
    lines: tuple[WageLine, ...]
    sums: tuple[str, ...]
    wage: str
    hidden_columns: tuple[str, ...]
    in_all_name: str
    hidden_sums: tuple[str, ...]
    in_all: str


def tables_of_month(
    ground: Ground, briefs: Iterable[Brief], row_of: Callable[[Brief], PayRow], language: Language
) -> tuple[PayTable, ...]:
    """The wages of a month by policy."""
    governed: dict[str, list[Paid]] = {}
    for one in sorted(briefs, key=lambda one: one.appraisee_id):
        policy = ground.policy_at(one.policy)
        if one.wage is not None and policy is not None:
            grade = "" if one.grade is None else policy.grade[one.grade].name.say(language)
            before = (
                *placed(ground, one.department_id, ground.scheme_at(one.scheme), language),
                Leading(value=one.total, places=one.places),
                Leading(value=grade),
            )
            paid = Paid(
                appraisee=one.appraisee,
                before=before,
                amounts=one.wage.amounts,
                value=one.wage.value,
                hidden=one.wage.hidden,
                rows=row_of(one).rows,
            )
            governed.setdefault(one.policy, []).append(paid)
    return tuple(
        PayTable(
            policy=policy,
            before=OF_MONTH,
            people=tuple(governed[path]),
            sum_name=wage_name(policy, ground.money_of(policy), language),
            in_all_name=in_all_name(ground.money_of(policy), language),
            money=ground.money_of(policy),
        )
        for path in sorted(governed)
        if (policy := ground.policy_at(path)) is not None
    )


def pay_sheet(table: PayTable, language: Language) -> PaySheet:
    """A table of pay put into words for a page."""
    words, show = page_words(language), table.money.show
    shown = _shown(table)
    return PaySheet(
        policy=table.policy.name.say(language),
        before=tuple((words[table.before[index].key], look) for index, look in shown),
        columns=tuple(name.say(language) for name in table.columns.values()),
        sum_name=table.sum_name,
        lines=tuple(_pay_line(table, one, shown, language) for one in table.people),
        sums=tuple(show(total(table.amounts(component))) for component in table.columns),
        wage=show(table.wages),
        hidden_columns=tuple(of_payroll(name, language) for name in table.hidden_columns.values()),
        in_all_name=table.in_all_name,
        hidden_sums=tuple(show(total(table.amounts(id))) for id in table.hidden_columns),
        in_all=show(table.in_all),
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
) -> WageLine:
    show = table.money.show

    def amounts(components: Iterable[str]) -> tuple[str, ...]:
        values = (paid.by_component.get(component) for component in components)
        return tuple("" if value is None else show(value) for value in values)

    return WageLine(
        employee=paid.appraisee.id,
        name=paid.appraisee.name.say(language),
        before=tuple((paid.before[index].shown, look) for index, look in shown),
        amounts=amounts(table.columns),
        wage=show(paid.value),
        hidden=amounts(table.hidden_columns),
        in_all=show(paid.in_all),
        rows=paid.rows,
    )


def wage_name(policy: Policy, money: Money, language: Language) -> str:
    """What the policy calls the sum of the pay, with its unit."""
    named = policy.sum
    return (
        money_words(language, money)["wage"] if named is None else in_unit(named, money, language)
    )


def shared_wage_name(ground: Ground, briefs: Iterable[Brief], language: Language) -> str:
    """What the sum of the pay is called in a list of these; empty where their policies call it by
    several names, and where nobody is paid."""
    policies = {one.policy: ground.policy_at(one.policy) for one in briefs if one.wage is not None}
    return the_name(
        wage_name(policy, ground.money_of(policy), language)
        for policy in policies.values()
        if policy is not None
    )


def the_name(names: Iterable[str]) -> str:
    """The name that all are; empty where there are several, or none."""
    distinct = set(names)
    return distinct.pop() if len(distinct) == 1 else ""


def of_payroll(name: Text, language: Language) -> str:
    """What a component is called in lists that only payroll and HR see it in."""
    return page_words(language)["of-payroll"].format(name=name.say(language))


def in_all_name(money: Money, language: Language) -> str:
    """What all is called that is paid, with what only payroll and HR see."""
    return money_words(language, money)["paid-in-all"]


def in_unit(name: Text, money: Money, language: Language) -> str:
    """The name of an amount with its unit."""
    return money_words(language, money)["in-unit"].format(name=name.say(language))


def placed(ground: Ground, id: str, form: Scheme, language: Language) -> tuple[Leading, Leading]:
    """The department and the form."""
    department = ground.department_by_id[id].name.say(language)
    return Leading(value=department), Leading(value=form.name.say(language))
