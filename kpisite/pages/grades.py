"""The page of the grade-to-salary tables (考核结果应用表) that people are graded by."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from kpisite.check.ground import Ground
from kpisite.core.exact import percent, plain
from kpisite.core.money import Money
from kpisite.core.text import Language
from kpisite.language.grade import Grade
from kpisite.language.policy import Policy
from kpisite.outcomes.brief import Brief
from kpisite.outcomes.outline import Carded
from kpisite.pages.audience import Audience, Capability
from kpisite.pages.page import HtmlPage, Link, Page, PrintedList
from kpisite.pages.plan import SitePlan
from kpisite.pages.seen import Seen
from kpisite.words import money_words

#: The columns of the grade table that hold amounts of pay.
AMOUNTS = ("salary", "bonus")


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeRow:
    """A row of the grade-to-salary table."""

    name: str
    span: str
    cells: tuple[str, ...]
    is_own: bool = False
    """Whether it is the grade that the reader last reached."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeTable:
    """The grade-to-salary table (考核结果应用表) of one policy."""

    name: str
    since: str
    columns: tuple[tuple[str, bool], ...]
    rows: tuple[GradeRow, ...]


def grades_page(plan: SitePlan, audience: Audience, seen: Seen) -> Iterator[Page]:
    """The grade-to-salary tables that apply to what the audience sees."""
    found = _grade_tables(
        plan.book, seen.outlines, plan.language, with_pay=audience.can(Capability.PAY)
    )
    if found:
        yield HtmlPage(
            audience=audience,
            path="grades.html",
            template="grades.html",
            title=plan.words("grades-title"),
            facts={
                "tables": _with_own(plan.book, found, seen.briefs)
                if audience.scope.person
                else found,
                "up": Link(plan.first_page_of(audience), "index.html"),
                "pdf": "grades.pdf" if plan.selection.pdf else "",
            },
        )
    if found and plan.selection.pdf:
        yield PrintedList(
            audience=audience,
            path="grades.pdf",
            template="paper-grades.html",
            title=plan.words("grades-title"),
            facts={"tables": found, "confidential": False, "version": ""},
        )


def _with_own(
    book: Ground, tables: Sequence[GradeTable], seen: Sequence[Brief]
) -> tuple[GradeTable, ...]:
    """The tables with the row marked that the person last reached."""
    newest = next((one for one in reversed(seen) if one.grade is not None), None)
    if newest is None or newest.grade is None:
        return tuple(tables)
    at = _governing(book, seen).index(newest.policy)
    rows = list(tables[at].rows)
    rows[newest.grade] = replace(rows[newest.grade], is_own=True)
    return (*tables[:at], replace(tables[at], rows=tuple(rows)), *tables[at + 1 :])


def _governing(book: Ground, briefs: Iterable[Carded]) -> list[str]:
    """The policies with grades that governed some scorecards, each version once, by their paths."""
    paths = sorted({brief.policy for brief in briefs})
    return [path for path in paths if (policy := book.policy_at(path)) is not None and policy.grade]


def _grade_tables(
    book: Ground, briefs: Iterable[Carded], language: Language, *, with_pay: bool
) -> tuple[GradeTable, ...]:
    """The grade tables of the policies that governed `briefs`, each version once; without
    `with_pay` they say nothing of amounts."""
    policies = map(book.policy_at, _governing(book, briefs))
    return tuple(
        _grade_table(policy, book.money_of(policy), language, with_pay=with_pay)
        for policy in policies
        if policy is not None and policy.grade
    )


def _grade_table(policy: Policy, money: Money, language: Language, *, with_pay: bool) -> GradeTable:
    words = money_words(language, money)
    columns = [
        key
        for key in ("training", "promotion", "level", *(AMOUNTS if with_pay else ()), "text")
        if any(getattr(grade, key) is not None for grade in policy.grade)
    ]
    rows = []
    above: Decimal | None = None
    for grade in policy.grade:
        cells = []
        for key in columns:
            cell = getattr(grade, key)
            is_amount = isinstance(cell, Decimal)
            cells.append(
                "–" if cell is None
                else money.show(cell) if is_amount
                else cell.say(language)
            )  # fmt: skip
        rows.append(
            GradeRow(
                name=grade.name.say(language),
                span=_span(grade.from_, above, words)
                if policy.quota is None
                else _share(grade, words),
                cells=tuple(cells),
            )
        )
        above = grade.from_
    return GradeTable(
        name=policy.name.say(language),
        since=words["since"].format(month=policy.from_),
        columns=tuple((words[f"grade-{key}"], key in AMOUNTS) for key in columns),
        rows=tuple(rows),
    )


def _share(grade: Grade, words: Mapping[str, str]) -> str:
    """How many have a grade by a quota, and from which total on."""
    said = [] if grade.share is None else [percent(grade.share)]
    said += [] if grade.from_ is None else [words["span-from"].format(low=plain(grade.from_))]
    return words["list-comma"].join(said)


def _span(low: Decimal | None, above: Decimal | None, words: Mapping[str, str]) -> str:
    """From its own bound up to, not including, that of the grade above."""
    if low is None:
        return "" if above is None else words["span-below"].format(above=plain(above))
    key = "span-from" if above is None else "span-between"
    return words[key].format(low=plain(low), above="" if above is None else plain(above))
