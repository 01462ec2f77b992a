"""The words that kpisite itself says, in each language: faults and pages.

Words stand in TOML beside this module, one table an entry, so that a translation is a matter of
text; a test holds the languages against one another.
"""

import errno
import os
from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

from kpisite.core.catalogue import further, message_language, table, words_in
from kpisite.core.exact import plain
from kpisite.core.immutable import immutable
from kpisite.core.issue import Fact, Issue, Severity
from kpisite.core.money import Money
from kpisite.core.month import MONTHS_IN, Month, Period
from kpisite.core.text import Language, Text

if TYPE_CHECKING:  # the command line says words before it knows whether a site is to be read
    from kpisite.check.located import Located

#: So many names a message lists, and how many more there are.
MOST_LISTED = 40


@immutable(kw_only=False)
class Wording:
    """An issue in words: how grave it is, what is wrong, and how to mend it."""

    severity: Severity
    message: str
    help: str


def issue_codes() -> tuple[str, ...]:
    """Every code that an issue may have."""
    return tuple(sorted(code for code in table("faults") if code != "expected"))


def severity_of(code: str) -> Severity:
    """`error` where the site cannot be built, `warning` where it can."""
    severity: Severity = table("faults")[code].get("severity", "error")
    return severity


def has_errors(issues: "Iterable[Issue | Located]") -> bool:
    """Whether any of `issues` forbids building."""
    return any(severity_of(issue.code) == "error" for issue in issues)


def worded(issue: "Issue | Located", language: Language) -> Wording:
    """The issue in `language`, or in English where the catalogue has no faults in that."""
    language = message_language(language)
    write = _written(issue) if isinstance(issue, Issue) else issue.write
    facts = {name: _said(fact, language) for name, fact in issue.facts.items()}
    if "expected" in facts:
        facts["expected"] = expected_words(language).get(facts["expected"], facts["expected"])
    words = words_in("faults", language)[issue.code]
    help = words.get("near") if facts.get("meant") else None
    if write is not None and "apply" in words:
        facts["write"], help = write, words["apply"]
    help = help or words["none" if _lists_nothing(words, issue.facts) else "help"]
    return Wording(severity_of(issue.code), words["says"].format_map(facts), help.format_map(facts))


def _lists_nothing(words: Mapping[str, str], facts: Mapping[str, Fact]) -> bool:
    """Whether the remedy would end in a list of names of which there are none."""
    return "none" in words and facts.get("known") == ()


@cache
def expected_words(language: Language) -> Mapping[str, str]:
    """What is expected of a value, in words."""
    own = further("faults", language).get("expected", {})
    entries = table("faults")["expected"].items()
    return {key: own.get(key) or words.get(language, words["en"]) for key, words in entries}


def _written(issue: Issue) -> str | None:
    return None if issue.fix is None else issue.fix.text


def worded_in_general(code: str, language: Language) -> Wording:
    """What a fault is about, with an ellipsis for each fact of a case in hand."""
    words = words_in("faults", message_language(language))[code]
    facts: defaultdict[str, str] = defaultdict(lambda: "…")
    says, help = (words[key].format_map(facts) for key in ("says", "help"))
    return Wording(severity_of(code), says, help)


def _said(fact: Fact, language: Language) -> str:
    match fact:
        case Text():
            return fact.say(language)
        case Decimal():
            return plain(fact)
        case tuple():
            listed = page_words(language)["list-comma"].join(fact[:MOST_LISTED])
            more = len(fact) - MOST_LISTED
            return (
                listed
                if more <= 0
                else page_words(language)["listed"].format(listed=listed, more=more)
            )
        case _:
            return str(fact)


@cache
def page_words(language: Language) -> Mapping[str, str]:
    """The words of pages and of the command line, by their key."""
    return words_in("pages", language)


@cache
def money_words(language: Language, money: Money) -> Mapping[str, str]:
    """The words of pages, in which amounts are of this money."""
    unit = money.unit.say(language)
    words = page_words(language).items()
    return {key: said.replace("{unit}", unit) for key, said in words}


@cache
def command_words(language: Language) -> Mapping[str, str]:
    """The words of the command line, by their key."""
    return words_in("commands", language)


def refused_by_system(error: OSError | MemoryError, language: Language) -> str:
    """What the machine refused, in words of ours where we have any, else in its own."""
    words, number = command_words(language), getattr(error, "errno", None)
    said = getattr(error, "strerror", None) or str(error)
    if number is None or said != os.strerror(number):  # it was said already what is amiss
        return said or words["no-memory"]
    return words.get(f"system-{errno.errorcode.get(number)}", said)


@cache
def click_words(language: Language) -> Mapping[str, str]:
    """What click says by itself, by its own English words."""
    return table("click") if language == "zh" else {}


def with_form(name: str, form: Text, language: Language) -> str:
    """Somebody's name with the form of a one-off appraisal: `王芳（转正考核）`."""
    return page_words(language)["one-off-of"].format(name=name, form=form.say(language))


def month_in_words(month: Month, language: Language, *, with_year: bool = True) -> str:
    """The month as people say it."""
    words = page_words(language)
    key = "month-of-year" if with_year else "month-alone"
    name = words["months"].split(" ")[month.number - 1]
    return words[key].format(year=month.year, month=name)


def period_in_words(period: Period, language: Language, *, with_year: bool = True) -> str:
    """The month, the quarter, the year or the like that is appraised, as people say it."""
    words = page_words(language)
    if period.per == "month":
        return month_in_words(period.last, language, with_year=with_year)
    part = (period.last.number - 1) // MONTHS_IN[period.per] + 1
    key = period.per if with_year or period.per == "year" else f"{period.per}-alone"
    said = words[f"period-{key}"].format(year=period.last.year, part=part)
    if period.is_whole:
        return said
    month = month_in_words(period.last, language, with_year=False)
    return words["period-through"].format(period=said, month=month)


@cache
def key_words() -> Mapping[str, Mapping[str, Text]]:
    """What each key of a file means, by model and key."""
    return {
        model: {key: Text(zh=zh, en=en) for key, (zh, en) in keys.items()}
        for model, keys in table("keys").items()
    }


@cache
def headings() -> Mapping[str, Any]:
    """The heads under which people's tables have what can be taken in, by what it is."""
    return table("headings")
