"""What is printed besides forms, as jobs for the press."""

from collections.abc import Iterator
from hashlib import sha256

from kpisite import fonts
from kpisite.check.ground import Ground
from kpisite.core.month import Month
from kpisite.core.text import Language
from kpisite.language.scheme import Scheme
from kpisite.language.staff import Employee
from kpisite.pages.attachments import stating_nothing
from kpisite.pages.blank import blank_page
from kpisite.pages.page import PrintedList
from kpisite.pages.page_plan import PagePlan
from kpisite.pages.shares import Part, Shares
from kpisite.products.jobs import jobs_from, merged
from kpisite.words import page_words
from kpisite.write.html import Renderer
from kpisite.write.pdf import Job
from kpisite.write.theme import Theme
from kpisite.write.workers import print_all

#: So many digits of its content identify a printed list.
LIST_DIGITS = 24


def print_blank(
    book: Ground,
    theme: Theme,
    scheme: Scheme,
    language: Language,
    person: Employee | None,
    month: Month | None,
) -> bytes:
    """A form to fill in by hand, as a PDF."""
    job = blank_job(book, theme, scheme, language, person, month)
    ((_, content),) = print_all([job], stylesheet=theme.files["print.css"], workers=1)
    return content


def blank_job(
    book: Ground,
    theme: Theme,
    scheme: Scheme,
    language: Language,
    person: Employee | None,
    month: Month | None,
) -> Job:
    """A form to fill in by hand, to print."""
    page = blank_page(book, scheme, language, person, month)
    company = book.site.model.company.say(language)
    html = fonts.with_stand_ins(Renderer(theme, language, book.site.model).render(page))
    return Job(
        key="blank",
        html=html,
        title=page.title,
        author=company,
        language=page_words(language)["lang"],
        fingerprint=sha256(html.encode()).hexdigest()[:LIST_DIGITS],
        attachments=(stating_nothing("blank", company, page.title, language),),
    )


def lists_of(plan: PagePlan, renderer: Renderer) -> Iterator[tuple[Job, list[str]]]:
    """Each list of a tree about several people to print, with the places it belongs in: one that
    several read alike is one."""
    return merged((list_job(plan, renderer, one), [one.place]) for one in printed_lists(plan))


def printed_lists(plan: PagePlan) -> Iterator[PrintedList]:
    """Each list of a tree about several people."""
    for share in Shares(plan, "").lists():
        yield from (one for one in share.pages() if isinstance(one, PrintedList))


def jobs_of_part(
    plan: PagePlan, renderer: Renderer, part: Part
) -> Iterator[tuple[bool, Job, list[str]]]:
    """Each list and form of a part of a share to print, with the places it belongs in; whether it
    is a list."""
    if part.record:
        for job, places in jobs_from(plan, renderer, part.pages()):
            yield False, job, places
        return
    for page in part.pages():
        if isinstance(page, PrintedList):
            yield True, list_job(plan, renderer, page), [page.place]


def list_job(plan: PagePlan, renderer: Renderer, page: PrintedList) -> Job:
    """A list to print."""
    html = fonts.with_stand_ins(renderer.render(page))
    company = plan.book.site.model.company.say(plan.language)
    return Job(
        key=page.place,
        html=html,
        title=page.title,
        author=company,
        language=page_words(plan.language)["lang"],
        fingerprint=sha256(html.encode()).hexdigest()[:LIST_DIGITS],
        attachments=(stating_nothing("list", company, page.title, plan.language),),
    )
