"""The forms of a person as jobs to print: what a build prints, and verifying prints again."""

from collections.abc import Iterable, Iterator
from importlib.metadata import version

from kpisite import fonts
from kpisite.pages.plan import Page, Plan
from kpisite.words import page_words
from kpisite.write.html import Renderer
from kpisite.write.pdf import Job, versions_of_libraries

#: The libraries whose versions show in a printed form's bytes.
PRESS = ("weasyprint", "pydyf", "fonttools", "pikepdf")


def jobs_of(plan: Plan, renderer: Renderer, employee: str) -> Iterator[tuple[Job, list[str]]]:
    """Each form of a person to print, with the places it belongs in."""
    for _, pages in plan.cards_of(employee):
        yield from jobs_from(plan, renderer, pages)


def jobs_from(
    plan: Plan, renderer: Renderer, card_pages: Iterable[Page]
) -> Iterator[tuple[Job, list[str]]]:
    """The forms among the pages of one scorecard: one for those who see pay and one without, or one
    for all where there is no pay to see."""
    lang = page_words(plan.language)["lang"]
    company = plan.book.site.model.company.say(plan.language)
    by_card: dict[int, list[Page]] = {}
    for page in card_pages:
        if page.path.endswith(".pdf"):
            by_card.setdefault(id(page.card), []).append(page)
    by_html: dict[str, list[Page]] = {}
    for pages in by_card.values():
        html = fonts.with_stand_ins(renderer.render(pages[0]))
        by_html.setdefault(html, []).extend(pages)
    for html, pages in by_html.items():
        first = pages[0]
        assert first.card is not None
        revision = plan.history.of(first.record)
        job = Job(
            key=first.place,
            html=html,
            title=first.title,
            author=company,
            language=lang,
            fingerprint=first.card.fingerprint,
            attachments=plan.attachments.of(
                plan.results[first.record], first.card, revision, fonts.typefaces_for(html)
            ),
            revised=revision.day,
        )
        yield job, [page.place for page in pages]


def made_by() -> dict[str, str]:
    """The versions of all that shows in a printed form's bytes, by what it is called."""
    return {name: version(name) for name in PRESS} | versions_of_libraries()
