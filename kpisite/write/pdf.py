"""Prints pages as PDF files, one after the other or in several processes at once.

The only module that knows WeasyPrint, and it imports it when something is to be printed: that takes
half a second and needs system libraries that somebody who only wants web pages need not have.

The same page gives the same bytes: in another process, in another order, on another day and with
other fonts on the machine. Nothing here reads a clock, and Fontconfig is shown no fonts but ours.
"""

import gc
import os
import signal
import traceback
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkProcess
from types import ModuleType
from typing import NoReturn

from kpisite import fonts

# A process that has printed 40 forms has grown by some 200 MiB; a new one costs a few milliseconds.
FORMS_A_WORKER = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One page to print, under a key that its caller knows it by."""

    key: str
    html: str
    title: str
    author: str
    language: str
    fingerprint: str


class PrintError(Exception):
    """A page that could not be printed: our own mistake, or a failing machine."""

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(f"{key}: {reason}")
        self.key = key


def missing_libraries() -> str | None:
    """What keeps PDF files from being printed here, in a line; None where nothing does.

    HarfBuzz's subsetter counts as needed. WeasyPrint does without it, but then takes seconds for a
    page, and makes other bytes than everybody else's machine.
    """
    try:
        _weasyprint()
        from weasyprint.text.ffi import harfbuzz_subset  # type: ignore[import-untyped]
    except (ImportError, OSError) as error:
        return str(error).splitlines()[0]
    return None if harfbuzz_subset else "cannot load library 'libharfbuzz-subset'"


class Press:
    """WeasyPrint made ready for one stylesheet: fonts loaded, rules parsed.

    Making one takes longer than printing with it, so each process makes one and keeps it.
    """

    __slots__ = ("_fetcher", "_fonts", "_sheets", "_weasyprint")

    def __init__(self, stylesheet: str) -> None:
        self._weasyprint = _weasyprint()
        from weasyprint.text.fonts import FontConfiguration  # type: ignore[import-untyped]
        from weasyprint.urls import URLFetcher  # type: ignore[import-untyped]

        with _no_system_fonts():
            self._fonts = FontConfiguration()
        faces = self._weasyprint.CSS(
            string=_font_faces(),
            font_config=self._fonts,
            url_fetcher=URLFetcher(allowed_protocols=("file",)),
        )

        class Refusing(URLFetcher):  # type: ignore[misc]
            """Fetches nothing: a record's text may name any file or address, and none is needed."""

            def fetch(self, url: str, headers: object = None) -> NoReturn:
                raise ValueError(f"a form fetches nothing, not {url}")

        self._fetcher = Refusing()
        theme = self._weasyprint.CSS(
            string=stylesheet, font_config=self._fonts, url_fetcher=self._fetcher
        )
        self._sheets = (faces, theme)

    def pdf(self, html: str, *, title: str, author: str, language: str, fingerprint: str) -> bytes:
        """The page as a tagged PDF/UA file, whose identifier is the fingerprint.

        What the page says of itself in its head is not believed: title, author and language are
        those given here, and there is no date.
        """
        document = self._weasyprint.HTML(string=html, url_fetcher=self._fetcher).render(
            font_config=self._fonts, stylesheets=self._sheets, pdf_variant="pdf/ua-1"
        )
        document.metadata = type(document.metadata)(title=title, authors=[author], lang=language)
        printed: bytes = document.write_pdf(
            pdf_variant="pdf/ua-1", pdf_identifier=fingerprint.encode()
        )
        return printed


def print_all(
    jobs: Iterable[Job], *, stylesheet: str, workers: int
) -> Iterator[tuple[str, bytes]]:
    """Prints every job and gives its key and bytes as soon as they are there, in any order.

    The first is printed here. That warms up what the workers, forked after it, then share. With one
    worker, or where a process cannot fork, the others are printed here too. Jobs are asked for one
    at a time, so they may be made while others print.
    """
    waiting = iter(jobs)
    first = next(waiting, None)
    if first is None:
        return
    press = Press(stylesheet)
    yield first.key, _printed(press, first)
    if workers > 1 and "fork" in get_all_start_methods():
        yield from _printed_by_workers(press, waiting, workers)
    else:
        yield from ((job.key, _printed(press, job)) for job in waiting)


def _printed(press: Press, job: Job) -> bytes:
    try:
        return press.pdf(
            job.html,
            title=job.title,
            author=job.author,
            language=job.language,
            fingerprint=job.fingerprint,
        )
    except Exception as error:
        raise PrintError(job.key, traceback.format_exc()) from error


@dataclass(slots=True, kw_only=True)
class _Worker:
    """A forked process, the end of its pipe that is ours, and the job it is at."""

    process: ForkProcess
    pipe: "Connection[Job | None, bytes | str]"
    key: str = ""
    given: int = 0

    def give(self, job: Job) -> None:
        self.key = job.key
        self.given += 1
        self.pipe.send(job)

    def taken(self) -> bytes:
        try:
            answer = self.pipe.recv()
        except EOFError:
            self.process.join()
            reason = f"its process ended with {self.process.exitcode}"
            raise PrintError(self.key, reason) from None
        if isinstance(answer, str):
            raise PrintError(self.key, answer)
        return answer

    def end(self) -> None:
        self.pipe.close()
        self.process.join()


def _printed_by_workers(
    press: Press, waiting: Iterator[Job], workers: int
) -> Iterator[tuple[str, bytes]]:
    """Keeps every worker at one job, and gives each a successor when it has done its share."""
    busy: list[_Worker] = []
    try:
        for job in waiting:
            if len(busy) < workers:
                ...
    finally:
        for worker in busy:
            worker.process.terminate()
            worker.end()
