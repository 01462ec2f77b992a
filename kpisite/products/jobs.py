"""The forms of a person as jobs to print: what a build prints, and verifying prints again."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from importlib.metadata import version
from types import MappingProxyType

from kpisite import fonts
from kpisite.pages.page import Page, PrintedForm, View
from kpisite.pages.page_plan import PagePlan
from kpisite.words import page_words
from kpisite.write.html import Renderer
from kpisite.write.pdf import Job, versions_of_libraries

#: The libraries whose versions show in a printed form's bytes.
PRESS = ("weasyprint", "pydyf", "fonttools", "pikepdf")


def jobs_of(plan: PagePlan, renderer: Renderer, employee: str) -> Iterator[tuple[Job, list[str]]]:
    """Each form of a person to print, with the places it belongs in."""
    for one in plan.of_employee(employee):
        yield from jobs_from(plan, renderer, plan.cards.of_card(one))


def jobs_from(
    plan: PagePlan, renderer: Renderer, card_pages: Iterable[Page]
) -> Iterator[tuple[Job, list[str]]]:
    """The forms among the pages of one scorecard, one for each view of it; what is the same in all
    that is printed and carried is one form."""
    by_view: dict[View, list[PrintedForm]] = {}
    for page in card_pages:
        if isinstance(page, PrintedForm):
            by_view.setdefault(page.view, []).append(page)
    return merged(
        (_job(plan, renderer, alike[0]), [page.place for page in alike])
        for alike in by_view.values()
    )


def _job(plan: PagePlan, renderer: Renderer, page: PrintedForm) -> Job:
    html, revision = fonts.with_stand_ins(renderer.render(page)), plan.history.of(page.record)
    return Job(
        key=page.place,
        html=html,
        title=page.title,
        author=plan.book.site.model.company.say(plan.language),
        language=page_words(plan.language)["lang"],
        fingerprint=page.shown.fingerprint,
        attachments=plan.attachments.of(
            plan.results[page.record], page.shown, revision, fonts.typefaces_for(html)
        ),
        revised=revision.day,
    )


def merged(jobs: Iterable[tuple[Job, list[str]]]) -> Iterator[tuple[Job, list[str]]]:
    """The jobs with their places, those that differ in nothing but their key taken together: what a
    form carries is compared too, for a theme may show less than that."""
    found: dict[Job, tuple[Job, list[str]]] = {}
    for job, places in jobs:
        _, all_places = found.setdefault(replace(job, key=""), (job, []))
        all_places += places
    yield from found.values()


@cache
def made_by() -> Mapping[str, str]:
    """The versions of all that shows in a printed form's bytes, by what it is called."""
    return MappingProxyType({name: version(name) for name in PRESS} | dict(versions_of_libraries()))
