"""From a checked book to the site on disk: score, plan the pages, write them, print them.

The work on people is shared out over forked processes, which inherit the book and send nothing
back but counts; a small site is not worth a fork and is built in place.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from multiprocessing import active_children, get_all_start_methods, get_context
from pathlib import Path

from kpisite import __version__, fonts
from kpisite.archive.published import publish_signed
from kpisite.cache import FormCache
from kpisite.check.book import Book
from kpisite.core.memory import gc_paused, heap_set_aside
from kpisite.core.month import Month
from kpisite.core.text import Language
from kpisite.core.worker import become_worker, signals_held
from kpisite.history import NO_HISTORY, History
from kpisite.jobs import jobs_of, made_by, merged
from kpisite.language.scheme import Scheme
from kpisite.language.staff import Employee
from kpisite.load import Loaded
from kpisite.output import staged
from kpisite.pages.attachments import stating_nothing
from kpisite.pages.blank import blank_page
from kpisite.pages.page import HtmlPage, Page, PrintedList, TablePage, WorkbookPage
from kpisite.pages.plan import Plan, Selection
from kpisite.pages.registry import Share, printed_lists, shares
from kpisite.source import printing_code
from kpisite.staging import Staging
from kpisite.words import page_words
from kpisite.write.html import Renderer
from kpisite.write.pdf import Job
from kpisite.write.table import csv_bytes
from kpisite.write.theme import Theme
from kpisite.write.workbook import xlsx
from kpisite.write.workers import print_all

#: Below so many scorecards a fork costs more than it saves.
WORTH_A_FORK = 300
#: So many digits of its content identify a printed list.
LIST_DIGITS = 24
#: People whose pages a worker makes at a time.
PEOPLE_AT_A_TIME = 25

Progress = Callable[[str, int, int], None]
"""Told the stage, how much of it is done, and how much there is."""


class NothingSelected(Exception):
    """There are scorecards, but none of them is among those asked for."""


class PagesLost(Exception):
    """A process that wrote pages was ended from outside, mostly for want of memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What a build wrote: pages by kind of audience, printed forms, and how many of these were new;
    and what went otherwise than it should have when the site was out: a word of the catalogue, a
    path."""

    pages: Mapping[str, int]
    forms: int
    printed: int
    scorecards: int
    remarks: Sequence[tuple[str, Path]] = ()


@dataclass(frozen=True, kw_only=True)
class BuildContext:
    """All that writing pages takes."""

    plan: Plan
    renderer: Renderer
    staging: Staging
    shares: Sequence[Share]

    def write(self, share: int) -> Counter[str]:
        """Writes the pages of one share; how many for each kind of audience."""
        counts: Counter[str] = Counter()
        for page in self.shares[share].pages():
            content = bytes_of(self.renderer, page)
            if content is not None:
                self.staging.write(page.place, content)
                counts[page.audience.kind] += 1
        return counts


def bytes_of(renderer: Renderer, page: Page) -> bytes | None:
    """The bytes of a page; None of one that is printed apart, for that takes longer."""
    match page:
        case HtmlPage():
            return renderer.render(page).encode()
        case WorkbookPage():
            return xlsx(page.workbook)
        case TablePage():
            return csv_bytes(page.rows)
        case _:
            return None


def build(
    loaded: Loaded,
    output: Path,
    theme: Theme,
    selection: Selection,
    *,
    history: History = NO_HISTORY,
    archive: Path | None = None,
    store: FormCache,
    workers: int,
    progress: Progress,
) -> Built:
    """Builds a site in which no error was found into `output`, whole or not at all.

    Forms say which revision of a record in `history` they show, and signed copies from `archive`
    go beside their pages.  `store` keeps printed forms from
    one build to the next.  Raises `Unfit` where `output`
    holds what kpisite did not build, and `NothingSelected` rather than put an empty site there.
    """
    book, found = loaded.book, loaded.results
    plan = Plan(book, found, selection, history=history, made_by=made_by())
    if found and not plan.briefs:
        raise NothingSelected
    language, company = plan.language, book.site.model.company.say(plan.language)
    renderer = Renderer(theme, language, company)
    with staged(output) as staging:
        pieces = tuple(shares(plan, PEOPLE_AT_A_TIME))
        context = BuildContext(plan=plan, renderer=renderer, staging=staging, shares=pieces)
        for audience in plan.audiences:
            staging.write(f"{audience.folder}/style.css", theme.files["style.css"].encode())
        if archive is not None and selection.pdf:
            plan.signed = publish_signed(plan, archive, staging)
        with gc_paused():
            counts = _write_pages(context, workers, progress)
        forms, printed = 0, 0
        if selection.pdf:
            with heap_set_aside():
                forms, printed = _print_forms(context, theme, store, workers, progress)
    if selection.is_all and selection.pdf:
        store.forget_the_rest()
    return Built(
        pages=counts,
        forms=forms,
        printed=printed,
        scorecards=len(plan.briefs),
        remarks=staging.remarks,
    )


def _write_pages(context: BuildContext, workers: int, progress: Progress) -> Counter[str]:
    counts: Counter[str] = Counter()
    done, people = 0, len(context.plan.by_employee)
    for share, written in zip(context.shares, _written(context, workers), strict=True):
        done += share.people
        counts += written
        progress("pages", done, people)
    return counts


def _written(context: BuildContext, workers: int) -> Iterator[Counter[str]]:
    can_fork = workers > 1 and "fork" in get_all_start_methods()
    numbers = range(len(context.shares))
    if not can_fork or len(context.plan.briefs) < WORTH_A_FORK:
        yield from map(context.write, numbers)
        return
    pool = ProcessPoolExecutor(
        workers, mp_context=get_context("fork"), initializer=_enter, initargs=(context,)
    )
    try:
        with signals_held():
            shares = pool.map(_write_share, numbers)
        yield from shares
    except BrokenExecutor:
        raise PagesLost from None
    except BaseException:
        for worker in active_children():  # nobody wants any more what they are at
            worker.terminate()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


_entered: list[BuildContext] = []
"""In a forked worker, what it inherits."""


def _enter(context: BuildContext) -> None:
    become_worker()
    _entered.append(context)


def _write_share(share: int) -> Counter[str]:
    return _entered[0].write(share)


def _print_forms(
    context: BuildContext, theme: Theme, store: FormCache, workers: int, progress: Progress
) -> tuple[int, int]:
    """Prints every form once for all trees that hold the same one; how many files and prints."""
    stylesheet = theme.files["print.css"]
    salt = salt_of(stylesheet)
    places: dict[str, list[str]] = {}
    people = len(context.plan.by_employee)
    forms, printed = 0, 0

    def wanted() -> Iterator[Job]:
        nonlocal forms
        for number, job, where in _jobs(context):
            forms += len(where)
            key = job_key(salt, job)
            kept = store.get(key)
            if key in places:  # a form without pay is the same for those who see pay
                places[key] += where
            elif kept is None:
                places[key] = where
                yield Job(
                    key=key, html=job.html, title=job.title, author=job.author,
                    language=job.language, fingerprint=job.fingerprint,
                    revised=job.revised, attachments=job.attachments,
                )  # fmt: skip
            else:
                _write_all(context.staging, where, kept)
            progress("forms", number, people)

    for key, content in print_all(wanted(), stylesheet=stylesheet, workers=workers):
        store.put(key, content)
        _write_all(context.staging, places.pop(key), content)
        printed += 1
    return forms, printed


def _jobs(context: BuildContext) -> Iterator[tuple[int, Job, list[str]]]:
    """Each list and form to print, with the number of its person and the places it belongs in."""
    for job, places in lists_of(context.plan, context.renderer):
        yield 0, job, places
    for number, employee in enumerate(context.plan.by_employee, 1):
        for job, places in jobs_of(context.plan, context.renderer, employee):
            yield number, job, places


def print_blank(
    book: Book,
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
    book: Book,
    theme: Theme,
    scheme: Scheme,
    language: Language,
    person: Employee | None,
    month: Month | None,
) -> Job:
    """A form to fill in by hand, to print."""
    page = blank_page(book, scheme, language, person, month)
    company = book.site.model.company.say(language)
    html = fonts.with_stand_ins(Renderer(theme, language, company).render(page))
    return Job(
        key="blank",
        html=html,
        title=page.title,
        author=company,
        language=page_words(language)["lang"],
        fingerprint=sha256(html.encode()).hexdigest()[:LIST_DIGITS],
        attachments=(stating_nothing("blank", company, page.title, language),),
    )


def lists_of(plan: Plan, renderer: Renderer) -> Iterator[tuple[Job, list[str]]]:
    """Each list to print, with the places it belongs in: one that several read alike is one."""
    return merged((list_job(plan, renderer, page), [page.place]) for page in printed_lists(plan))


def list_job(plan: Plan, renderer: Renderer, page: PrintedList) -> Job:
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


def _write_all(staging: Staging, places: list[str], content: bytes) -> None:
    for place in places:
        staging.write(place, content)


def job_key(salt: str, job: Job) -> str:
    """A digest of all that a printed form's bytes depend on: what the job says, the typefaces that
    its rare characters are drawn with, and the salt."""
    parts = [salt, job.html, job.title, job.author, job.language, job.fingerprint, job.revised]
    parts += fonts.versions_for(job.html)
    for one in job.attachments:
        content = sha256(one.content).hexdigest()
        parts += [one.name, one.mime, one.relationship, one.description, content]
    return sha256("\0".join(parts).encode()).hexdigest()


def salt_of(stylesheet: str) -> str:
    """All but the job itself that a printed form's bytes depend on."""
    parts = [__version__, printing_code(), stylesheet, *made_by().values()]
    parts += [f"{file.name} {file.stat().st_size}" for file in fonts.FILES.values()]
    return sha256("\0".join(parts).encode()).hexdigest()


def default_workers() -> int:
    """One process for every processor that this one may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
