"""From a checked book to the site on disk: score, plan the pages, write them, print them.

The work on people is shared out over forked processes, which inherit the book and send nothing
back but counts; a small site is not worth a fork and is built in place.
"""

import ctypes
import os
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from multiprocessing import get_all_start_methods, get_context
from pathlib import Path

from kpisite import __version__, disk, fonts
from kpisite.core.memory import uncollected
from kpisite.disk import Aside, PdfStore
from kpisite.load import Loaded
from kpisite.pages.audience import Role
from kpisite.pages.offices import Share, shares
from kpisite.pages.plan import Page, Plan, Selection
from kpisite.words import page_words
from kpisite.write.html import Renderer, Theme
from kpisite.write.pdf import Job, print_all
from kpisite.write.table import csv_bytes
from kpisite.write.workbook import xlsx

#: Below so many scorecards a fork costs more than it saves.
WORTH_A_FORK = 300
#: People whose pages a worker makes at a time.
PEOPLE_AT_A_TIME = 25

_PR_SET_PDEATHSIG = 1

Progress = Callable[[str, int, int], None]
"""Told the stage, how much of it is done, and how much there is."""


class NothingSelected(Exception):
    """There are scorecards, but none of them is among those asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What a build wrote: pages by role, printed forms, and how many of these were new."""

    pages: Mapping[Role, int]
    forms: int
    printed: int
    scorecards: int


@dataclass(frozen=True, kw_only=True)
class Workshop:
    """All that writing pages takes."""

    plan: Plan
    renderer: Renderer
    aside: Aside
    shares: Sequence[Share]

    def write(self, share: int) -> dict[Role, int]:
        """Writes the pages of one share; how many for each role."""
        counts: dict[Role, int] = dict.fromkeys(Role, 0)
        for page in self.shares[share].pages():
            writer = WRITERS.get(page.path.rpartition(".")[2])
            if writer is not None:
                self.aside.write(page.place, writer(self.renderer, page))
                counts[page.audience.role] += 1
        return counts


Writer = Callable[[Renderer, Page], bytes]

#: The writer of a page by its suffix; forms are printed apart, for that takes longer.
WRITERS: dict[str, Writer] = {
    "html": lambda renderer, page: renderer.render(page).encode(),
    "xlsx": lambda _, page: xlsx(page.facts["workbook"]),
    "csv": lambda _, page: csv_bytes(page.facts["rows"]),
}


def build(
    loaded: Loaded,
    output: Path,
    theme: Theme,
    selection: Selection,
    *,
    store: PdfStore,
    workers: int,
    progress: Progress,
) -> Built:
    """Builds a site in which no error was found into `output`, whole or not at all.

    `store` keeps printed forms from one build to the next.  Raises `disk.NotOurs` where `output`
    holds what kpisite did not build, and `NothingSelected` rather than put an empty site there.
    """
    book, found = loaded.book, loaded.results
    plan = Plan(book, found, selection)
    if found and not plan.results:
        raise NothingSelected
    language, company = plan.language, book.site.model.company.say(plan.language)
    renderer = Renderer(theme, language, company)
    with disk.built_aside(output) as aside:
        pieces = tuple(shares(plan, PEOPLE_AT_A_TIME))
        shop = Workshop(plan=plan, renderer=renderer, aside=aside, shares=pieces)
        for audience in plan.audiences:
            aside.write(f"{audience.folder}/style.css", theme["style.css"].encode())
        with uncollected():
            counts = _write_pages(shop, workers, progress)
        forms, printed = 0, 0
        if selection.pdf:
            forms, printed = _print_forms(shop, theme, store, workers, progress)
    if selection.is_all and selection.pdf:
        store.forget_the_rest()
    return Built(pages=counts, forms=forms, printed=printed, scorecards=len(plan.results))


def _write_pages(shop: Workshop, workers: int, progress: Progress) -> dict[Role, int]:
    counts: dict[Role, int] = dict.fromkeys(Role, 0)
    done, people = 0, len(shop.plan.by_employee)
    for share, written in zip(shop.shares, _written(shop, workers), strict=True):
        done += share.people
        for role, count in written.items():
            counts[role] += count
        progress("pages", done, people)
    return counts


def _written(shop: Workshop, workers: int) -> Iterator[dict[Role, int]]:
    can_fork = workers > 1 and "fork" in get_all_start_methods()
    numbers = range(len(shop.shares))
    if not can_fork or len(shop.plan.results) < WORTH_A_FORK:
        yield from map(shop.write, numbers)
        return
    with ProcessPoolExecutor(
        workers, mp_context=get_context("fork"), initializer=_enter, initargs=(shop,)
    ) as pool:
        yield from pool.map(_write_share, numbers)


_entered: list[Workshop] = []
"""In a forked worker, the workshop it was born in."""


def _enter(shop: Workshop) -> None:
    _end_with_parent()
    _entered.append(shop)


def _end_with_parent() -> None:
    """Lets the system end this worker when its parent is killed, which could not tell it so."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _write_share(share: int) -> dict[Role, int]:
    return _entered[0].write(share)


def _print_forms(
    shop: Workshop, theme: Theme, store: PdfStore, workers: int, progress: Progress
) -> tuple[int, int]:
    """Prints every form once for all trees that hold the same one; how many files and prints."""
    stylesheet = theme["print.css"]
    craft = _craft(stylesheet)
    places: dict[str, list[str]] = {}
    people = len(shop.plan.by_employee)
    forms, printed = 0, 0

    def wanted() -> Iterator[Job]:
        nonlocal forms
        for number, job, where in _jobs(shop):
            forms += len(where)
            key = sha256(f"{craft}\0{job.html}\0{job.title}".encode()).hexdigest()
            kept = store.get(key)
            if key in places:  # a form without pay is the same for those who see pay
                places[key] += where
            elif kept is None:
                places[key] = where
                yield Job(
                    key=key, html=job.html, title=job.title, author=job.author,
                    language=job.language, fingerprint=job.fingerprint,
                )  # fmt: skip
            else:
                _write_all(shop.aside, where, kept)
            progress("forms", number, people)

    for key, content in print_all(wanted(), stylesheet=stylesheet, workers=workers):
        store.put(key, content)
        _write_all(shop.aside, places.pop(key), content)
        printed += 1
    return forms, printed


def _jobs(shop: Workshop) -> Iterator[tuple[int, Job, list[str]]]:
    """Each form to print, with the number of its person and the places it belongs in: one form for
    those who see pay and one without, or one for all where there is no pay to see."""
    plan = shop.plan
    lang = page_words(plan.language)["lang"]
    company = plan.book.site.model.company.say(plan.language)
    for number, employee in enumerate(plan.by_employee, 1):
        by_card: dict[int, list[Page]] = {}
        for page in plan.card_pages(employee):
            if page.path.endswith(".pdf"):
                by_card.setdefault(id(page.card), []).append(page)
        by_html: dict[str, list[Page]] = {}
        for pages in by_card.values():
            by_html.setdefault(shop.renderer.render(pages[0]), []).extend(pages)
        for html, pages in by_html.items():
            first = pages[0]
            assert first.card is not None
            job = Job(
                key=first.place,
                html=html,
                title=first.title,
                author=company,
                language=lang,
                fingerprint=first.card.fingerprint,
            )
            yield number, job, [page.place for page in pages]


def _write_all(aside: Aside, places: list[str], content: bytes) -> None:
    for place in places:
        aside.write(place, content)


def _craft(stylesheet: str) -> str:
    """All but the page itself that a printed form's bytes depend on."""
    parts = [__version__, version("weasyprint"), version("pydyf"), version("fonttools"), stylesheet]
    parts += [f"{file.name} {file.stat().st_size}" for file in fonts.FILES.values()]
    return sha256("\0".join(parts).encode()).hexdigest()


def default_workers() -> int:
    """One process for every processor that this one may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
