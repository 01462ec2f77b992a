"""Where the lists of a tree lead besides what they list: a table, so that a page which joins it is
linked to from everywhere."""

from collections.abc import Callable
from dataclasses import dataclass

from kpisite.pages.audience import Audience
from kpisite.pages.page import Link
from kpisite.pages.plan import SitePlan
from kpisite.pages.rule_places import GRADES, RULES


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A page by its path from the tree's root, the word for it, and whether a tree has it."""

    word: str
    path: str
    is_there: Callable[[SitePlan, Audience], bool]


WAYS: tuple[Way, ...] = (
    Way(word="grades-title", path=GRADES, is_there=SitePlan.has_grades),
    Way(word="rules-title", path=RULES, is_there=SitePlan.has_rules),
)  # fmt: skip


def ways(plan: SitePlan, audience: Audience) -> dict[str, object]:
    """The facts of a page about where it leads: the `links` of its tree, in the order of the table;
    `has_grades` is for themes that were made when there was one such page."""
    there = [way for way in WAYS if way.is_there(plan, audience)]
    return {
        "links": tuple(Link(plan.words(way.word), way.path) for way in there),
        "has_grades": any(way.path == GRADES for way in there),
    }
