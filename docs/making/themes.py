"""themes.md: what templates get, between its `<!-- facts: … -->` marks."""

import re
from dataclasses import fields, is_dataclass
from inspect import formatannotation
from typing import Any

from jinja2 import Environment
from jinja2.meta import find_undeclared_variables

from kpisite.pages import (
    attention,
    charts,
    company,
    compared,
    grades,
    lines,
    overview,
    pay,
    payroll,
    row,
    scale,
    scorecard,
    signers,
    trend,
)
from kpisite.write.template import FILTERS
from making import sources

FACTS = re.compile(r"<!-- facts: (\w+) -->\n.*?<!-- end -->\n", re.DOTALL)


def themes() -> str:
    """themes.md with its lists of facts set anew."""
    made = {"templates": _facts_of_templates(), "types": _types_of_facts()}
    return FACTS.sub(
        lambda found: f"<!-- facts: {found[1]} -->\n{made[found[1]]}\n<!-- end -->\n",
        sources.page("themes.md"),
    )


#: The modules that make the types of facts.
MODULES = (
    row,
    charts,
    scale,
    compared,
    signers,
    scorecard,
    trend,
    lines,
    attention,
    overview,
    company,
    grades,
    pay,
    payroll,
)

#: What every template gets, told in a table of its own.
EVERYWHERE = {"page", "card", "w", "company"}


def _facts_of_templates() -> str:
    """The names that each template of the default theme takes from the page's facts."""
    folder = sources.ROOT / "kpisite/themes/default"
    rows = ["| Template | Names |", "| --- | --- |"]
    environment = Environment()
    environment.filters.update(FILTERS)
    for template in sorted(folder.glob("*.html")):
        tree = environment.parse(template.read_text(encoding="utf-8"))
        names = sorted(find_undeclared_variables(tree) - EVERYWHERE)
        if names:
            rows.append(f"| `{template.name}` | {', '.join(f'`{name}`' for name in names)} |")
    return "\n".join(rows)


def _types_of_facts() -> str:
    """Every type of facts with its fields, from the modules that make them."""
    reported = []
    for module in MODULES:
        for one in vars(module).values():
            if is_dataclass(one) and one.__module__ == module.__name__:
                listed = ", ".join(
                    f"`{field.name}`: {_kind(field.type)}"
                    for field in fields(one)
                    if not field.name.startswith("_")
                )
                says = " ".join((one.__doc__ or "").split())
                reported.append(f"**{one.__name__}**: {says}<br>\n{listed}\n")
    return "\n".join(reported)


def _kind(annotation: Any) -> str:
    return re.sub(r"[\w.]+\.(\w+)", r"\1", formatannotation(annotation)).replace("|", "or")
