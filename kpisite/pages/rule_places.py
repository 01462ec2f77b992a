"""Where rules are set out to be read: a page for each version of a form and of a policy, the same
in every tree, and a place on it for each rule, made of the rule's id."""

from collections.abc import Collection

from kpisite.core.working import Kind, Working
from kpisite.language.policy import Policy
from kpisite.language.scheme import Scheme

#: The list of them, from the root of a tree, and the page of grades.
RULES, GRADES = "rules.html", "grades.html"
#: What stands before the id of a rule, by the kind of the working that it makes.
_OF_KINDS = {
    Kind.PART: "part",
    Kind.SECTION: "section",
    Kind.INDICATOR: "indicator",
    Kind.ADJUSTMENT: "rule",
    Kind.PAY: "pay",
}


def page_of(rules: Scheme | Policy) -> str:
    """The page of a version, from the root of a tree; no department's page is called so."""
    kind = "scheme" if isinstance(rules, Scheme) else "policy"
    return f"rules/{kind}-{rules.id}-{rules.from_}.html"


def place_of(kind: str, id: str) -> str:
    """The place of a rule on its page.

    >>> place_of("indicator", "attitude")
    'indicator-attitude'
    """
    return f"{kind}-{id}"


def place_of_working(working: Working, figures: Collection[str] = ()) -> str:
    """The place of the rule that a row of a scorecard is made by, `figures` being those that the
    form has; empty where none states it.

    A figure that a form shows is a row among those that move the total.
    """
    kind = "figure" if working.id in figures else _OF_KINDS.get(working.kind)
    return "" if kind is None else place_of(kind, working.id)
