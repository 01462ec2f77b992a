"""themes.md: what templates get, between its `<!-- facts: … -->` marks."""

import re
from dataclasses import fields, is_dataclass
from inspect import formatannotation
from typing import Any

from kpisite.load import load
from kpisite.outcomes.results import results
from kpisite.pages import lists as pages_of_lists
from kpisite.pages import scorecard as pages_of_cards
from kpisite.pages.plan import Plan, Selection
from kpisite.score.scorecard import score
from making import sources

FACTS = re.compile(r"<!-- facts: (\w+) -->\n.*?<!-- end -->\n", re.DOTALL)


def themes() -> str:
    """themes.md with its lists of facts set anew."""
    made = {"templates": _facts_of_templates(), "types": _types_of_facts()}
    return FACTS.sub(
        lambda found: f"<!-- facts: {found[1]} -->\n{made[found[1]]}\n<!-- end -->\n",
        sources.page("themes.md"),
    )


def _facts_of_templates() -> str:
    """The names that each template gets, as a build of the sample company hands them over."""
    book, _ = load(sources.ROOT)
    plan = Plan(book, results(book, score(book)), Selection())
    names: dict[str, set[str]] = {}
    pages = [page for one in plan.by_employee for page in plan.employee_pages(one)]
    pages += [page for one in plan.office_audiences() for page in plan.list_pages(one)]
    for page in pages:
        names.setdefault(page.template, set()).update(page.facts)
    rows = [
        f"| `{template}` | {', '.join(f'`{name}`' for name in sorted(names[template])) or '–'} |"
        for template in sorted(names)
    ]
    return "\n".join(["| Template | Names |", "| --- | --- |", *rows])


def _types_of_facts() -> str:
    """Every type of facts with its fields, from the modules that make them."""
    told = []
    for module in (pages_of_cards, pages_of_lists):
        for one in vars(module).values():
            if is_dataclass(one) and one.__module__ == module.__name__:
                listed = ", ".join(f"`{field.name}`: {_kind(field.type)}" for field in fields(one))
                says = " ".join((one.__doc__ or "").split())
                told.append(f"**{one.__name__}**: {says}<br>\n{listed}\n")
    return "\n".join(told)


def _kind(annotation: Any) -> str:
    return re.sub(r"[\w.]+\.(\w+)", r"\1", formatannotation(annotation)).replace("|", "or")
