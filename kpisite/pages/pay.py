"""Wages as pages show them: the components of one, and sheets of many people's."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial

from kpisite.check.ground import Ground
from kpisite.core.digest import digest
from kpisite.core.money import Money
from kpisite.core.text import Language, Text
from kpisite.language.policy import Policy
from kpisite.language.scheme import Scheme
from kpisite.outcomes.brief import Brief
from kpisite.pages.paid import Leading, Paid
from kpisite.pages.pay_sums import PaidSums
from kpisite.pages.remembered import Lines
from kpisite.pages.row import Row
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


@dataclass(frozen=True, kw_only=True)
class PayTable:
    """What one policy gives many people, person by person in the order of ids; `added` is what is
    to be known of all of them.

    `before` are the columns before the amounts, and `sum_name` is what the sum of the
    components is called that people see.  Those that only payroll and HR see follow it, and
    `in_all_name` is what the sum of all is called.  `rows_of` gives the components of a line of
    `lines`, by its section and name there, with their workings, as they unfold.
    """

    policy: Policy
    before: tuple[Column, ...]
    lines: Lines[Paid]
    added: PaidSums
    rows_of: Callable[[str, str], tuple[Row, ...]]
    sum_name: str
    in_all_name: str
    money: Money

    @cached_property
    def columns(self) -> Mapping[str, Text]:
        """The names of all components that anybody has and sees, by id."""
        return self.added.names

    @cached_property
    def hidden_columns(self) -> Mapping[str, Text]:
        """The names of those that only payroll and HR see."""
        return self.added.hidden_names

    @cached_property
    def shape(self) -> str:
        """A digest of what every line rests on besides its own: which columns there are."""
        before = (f"{index} {look}" for index, look in self.shown)
        columns, hidden = map(repr, self.columns.items()), map(repr, self.hidden_columns.items())
        return digest(self.policy.id, str(self.money), *before, "", *columns, "", *hidden)

    @cached_property
    def shown(self) -> tuple[tuple[int, str], ...]:
        """The columns before the amounts that a page shows, as their places and looks; none that is
        empty for everybody, such as grades where the policy has none."""
        return tuple(
            (index, column.look)
            for index, column in enumerate(self.before)
            if column.look is not None and self.added.leading[index]
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class WageLine:
    """One person's pay, component by component; `before` are texts and how they are set, and
    `in_all` is empty where nobody has components that only payroll and HR see.  `rows` are the
    components with their workings, as `unfold` finds them."""

    employee: str
    name: str
    before: tuple[tuple[str, str], ...]
    amounts: tuple[str, ...]
    wage: str
    hidden: tuple[str, ...]
    in_all: str
    unfold: Callable[[], tuple[Row, ...]]

    @property
    def rows(self) -> tuple[Row, ...]:
        """The components with their workings, which take long to find, and which a list on paper
        does without."""
        return self.unfold()


@dataclass(frozen=True, slots=True, kw_only=True)
class PaySheet:
    """The pay that one policy gives in a month or year, with the sums of its columns; of components
    that only payroll and HR see, where there are any, the columns, the sums, and what is paid in
    all.  The `lines` are made when they are asked for."""

    policy: str
    before: tuple[tuple[str, str], ...]
    columns: tuple[str, ...]
    sum_name: str
    lines: Lines[WageLine]
    sums: tuple[str, ...]
    wage: str
    hidden_columns: tuple[str, ...]
    in_all_name: str
    hidden_sums: tuple[str, ...]
    in_all: str


def pay_sheet(table: PayTable, language: Language) -> PaySheet:
    """A table of pay put into words for a page."""
    words, show = page_words(language), table.money.show
    return PaySheet(
        policy=table.policy.name.say(language),
        before=tuple((words[table.before[index].key], look) for index, look in table.shown),
        columns=tuple(name.say(language) for name in table.columns.values()),
        sum_name=table.sum_name,
        lines=table.lines.named(partial(_pay_line, table), table.shape),
        sums=tuple(show(table.added.sums[component]) for component in table.columns),
        wage=show(table.added.wages),
        hidden_columns=tuple(of_payroll(name, language) for name in table.hidden_columns.values()),
        in_all_name=table.in_all_name,
        hidden_sums=tuple(show(table.added.sums[id]) for id in table.hidden_columns),
        in_all=show(table.added.in_all),
    )


def _pay_line(table: PayTable, section: str, name: str, paid: Paid) -> WageLine:
    show, values = table.money.show, paid.by_component

    def amounts(components: Iterable[str]) -> tuple[str, ...]:
        return tuple(show(values[one]) if one in values else "" for one in components)

    return WageLine(
        employee=paid.employee,
        name=paid.name,
        before=tuple((paid.before[index].shown, look) for index, look in table.shown),
        amounts=amounts(table.columns),
        wage=show(paid.value),
        hidden=amounts(table.hidden_columns),
        in_all=show(paid.in_all) if table.hidden_columns else "",
        unfold=partial(table.rows_of, section, name),
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
    return Leading(text=department), Leading(text=form.name.say(language))
