"""A person's own first page."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from kpisite.outcomes.results import Result
from kpisite.pages.audience import Audience
from kpisite.pages.lines import line_of
from kpisite.pages.plan import Page, Plan, card_path, has_grades


def own_months(plan: Plan, audience: Audience, seen: Sequence[Result]) -> Iterator[Page]:
    """A person's months, the newest first."""
    lines = [
        line_of(
            result,
            plan.language,
            href=f"{card_path(audience, result)}.html",
            pdf=f"{card_path(audience, result)}.pdf" if plan.selection.pdf else "",
            sees_pay=True,
            months=seen[: index + 1],
        )
        for index, result in enumerate(seen)
    ]
    for index, result in enumerate(seen):
        if result.record.part is not None:
            former = plan.book.department_by_id[result.department_id].name.say(plan.language)
            lines[index] = replace(lines[index], month=f"{lines[index].month} {former}")
    newest = seen[-1]
    facts = {
        "name": newest.card.appraisee.name.say(plan.language),
        "employee": newest.appraisee_id,
        "department": plan.book.department_by_id[newest.department_id].name.say(plan.language),
        "title": newest.card.appraisee.title.say(plan.language),
        "lines": tuple(reversed(lines)),
        "has_grades": has_grades(seen),
    }
    yield Page(
        audience=audience,
        path="index.html",
        template="person.html",
        title=newest.card.appraisee.name.say(plan.language),
        facts=facts,
    )
