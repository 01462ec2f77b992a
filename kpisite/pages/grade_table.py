"""The grade table (考核结果应用表) of a policy: from which total on, and what follows."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from kpisite.core.exact import percent, plain, with_minus
from kpisite.core.money import Money
from kpisite.core.text import Language
from kpisite.language.base import Quantity
from kpisite.language.grade import Grade
from kpisite.language.policy import Policy
from kpisite.pages.rule_places import page_of, place_of
from kpisite.words import money_words

#: The columns of the grade table that hold amounts of pay.
AMOUNTS = ("salary", "bonus")
#: Those that advise how many should have a grade, or with a quota bound it.
ADVICE = ("suggested",)
TEXTS = ("training", "promotion", "level", "text")
BOUNDS = ("at_least", "at_most")


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeRow:
    """A row of the grade-to-salary table."""

    place: str
    name: str
    span: str
    cells: tuple[str, ...]
    is_own: bool = False
    """Whether it is the grade that the reader last reached."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeTable:
    """The grade-to-salary table (考核结果应用表) of one policy; all else that it states
    stands on its page, at `href` from the root of the tree."""

    name: str
    since: str
    href: str
    spans: str
    """What the column says by which a grade comes about: totals, or with a quota how many."""
    columns: tuple[tuple[str, bool], ...]
    rows: tuple[GradeRow, ...]


def grade_table(
    policy: Policy, money: Money, language: Language, *, with_pay: bool, with_advice: bool = False
) -> GradeTable:
    """The table of a policy with grades; without `with_pay` it says nothing of amounts, and with
    `with_advice` how many are to have a grade."""
    words = money_words(language, money)
    columns = [
        key
        for key in (
            *("training", "promotion", "level"),
            *(AMOUNTS if with_pay else ()),
            *((*BOUNDS, *ADVICE) if with_advice else ()),
            "text",
        )
        if any(getattr(grade, key) is not None for grade in policy.grade)
    ]
    rows = []
    above: Decimal | None = None
    for grade in policy.grade:
        rows.append(
            GradeRow(
                place=place_of("grade", grade.id),
                name=grade.name.say(language),
                span=_span(grade.from_, above, words)
                if policy.quota is None
                else _share(grade, words),
                cells=tuple(_cell(grade, key, money, language) for key in columns),
            )
        )
        above = grade.from_
    return GradeTable(
        name=policy.name.say(language),
        since=words["since"].format(month=policy.from_),
        href=page_of(policy),
        spans=words["span" if policy.quota is None else "span-share"],
        columns=tuple(
            (words[f"grade-{key.replace('_', '-')}"], key not in TEXTS) for key in columns
        ),
        rows=tuple(rows),
    )


def _cell(grade: Grade, key: str, money: Money, language: Language) -> str:
    value = getattr(grade, key)
    if value is None:
        return "–"
    if key in AMOUNTS:
        return money.show(value)
    if isinstance(value, Quantity):
        return with_minus(value.text)
    said: str = percent(value) if isinstance(value, Decimal) else value.say(language)
    return said


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
