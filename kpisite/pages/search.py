"""The index that people are found by: of one tree, over what its reader may see and no more."""

import json
from collections import defaultdict
from collections.abc import Iterator

from kpisite.core.address import name_in_month
from kpisite.outcomes.outline import Outline
from kpisite.pages.audience import Audience
from kpisite.pages.page import Page, ScriptPage
from kpisite.pages.plan import SitePlan
from kpisite.pages.seen import Seen
from kpisite.words import month_in_words, with_form

#: The file of a tree that its pages load when somebody begins to search.
INDEX = "search.js"


def search_index(plan: SitePlan, audience: Audience, seen: Seen) -> Iterator[Page]:
    """Everybody's id, name, post, and the months and departments that there are scorecards of; and
    one-off appraisals, each by the name of its page."""
    months = seen.months
    departments = [department for department, _ in plan.departments(seen.every)]
    at_month = {month: index for index, month in enumerate(months)}
    at_department = {one.id: index for index, one in enumerate(departments)}
    of_person: defaultdict[str, list[Outline]] = defaultdict(list)
    for one in seen.outlines:
        if one.part is None:
            of_person[one.appraisee_id].append(one)
    newest = seen.of(several[-1] for several in of_person.values())
    people = [
        [
            one.appraisee_id,
            one.appraisee.name.say(plan.language),
            one.appraisee.title.say(plan.language),
            [
                [at_month[month.month], at_department[month.department_id]]
                for month in sorted(of_person[one.appraisee_id], key=lambda one: one.month)
            ],
        ]
        for one in sorted(newest, key=lambda one: one.appraisee_id)
    ]
    people += [
        [
            name_in_month(one.appraisee_id, one.qualifier),
            with_form(
                one.appraisee.name.say(plan.language),
                plan.book.scheme_at(one.scheme).name,
                plan.language,
            ),
            one.appraisee.title.say(plan.language),
            [[at_month[one.month], at_department[one.department_id]]],
        ]
        for one in sorted(seen.one_off_briefs, key=lambda one: (one.appraisee_id, one.month))
    ]
    index = {
        "path": f"{audience.layout.card}.html",
        "months": [[str(month), month_in_words(month, plan.language)] for month in months],
        "departments": [[one.id, one.name.say(plan.language)] for one in departments],
        "people": people,
    }
    text = json.dumps(index, ensure_ascii=False, separators=(",", ":"))
    yield ScriptPage(
        audience=audience, path=INDEX, title=INDEX, text=f"window.kpisiteIndex({text});\n"
    )
