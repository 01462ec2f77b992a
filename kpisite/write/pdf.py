"""Prints pages as PDF files, one after the other or in several processes at once.

The only module that knows WeasyPrint, and it imports it when something is to be printed: that takes
half a second and needs system libraries that somebody who only wants web pages need not have.

The same page gives the same bytes: in another process, in another order, on another day and with
other fonts on the machine. Nothing here reads a clock, and Fontconfig is shown no fonts but ours,
and the further typefaces of `kpisite.fonts` for what ours lack.
"""

import ctypes
import gc
import os
import traceback
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout, suppress
from dataclasses import dataclass
from html import escape
from io import StringIO
from itertools import islice
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.connection import Connection, Pipe, wait
from multiprocessing.context import ForkProcess
from pathlib import Path
from types import ModuleType
from typing import cast

from kpisite import fonts
from kpisite.cache import scratch
from kpisite.core.worker import become_worker, signals_held
from kpisite.pages.attachments import Attachment
from kpisite.write.archival import Finish, finished

#: The libraries that set the type, and what each is asked for its version by.
LIBRARIES = {
    "pango": ("libpango-1.0.so.0", "pango_version_string"),
    "harfbuzz": ("libharfbuzz.so.0", "hb_version_string"),
}
# A process that has printed 40 forms has grown by some 200 MiB; a new one costs a few milliseconds.
FORMS_A_WORKER = 40
#: For archives, as `archival.py` completes it; what screen readers need besides is in `tags.py`.
VARIANT = "pdf/a-3a"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One page to print, under a key that its caller knows it by."""

    key: str
    html: str
    title: str
    author: str
    language: str
    fingerprint: str
    revised: str = ""
    attachments: tuple[Attachment, ...] = ()


def versions_of_libraries() -> dict[str, str]:
    """What the shared libraries that set the type say of their versions, without WeasyPrint, which
    takes long to import; nothing where they bear other names."""
    return {name: _version_of(*one) for name, one in LIBRARIES.items()}


def _version_of(library: str, function: str) -> str:
    try:
        ask = getattr(ctypes.CDLL(library), function)
    except (OSError, AttributeError):
        return ""
    ask.restype = ctypes.c_char_p
    said: bytes = ask()
    return said.decode()


class PrintError(Exception):
    """A page that could not be printed, by its title: our own mistake, for which `reason` is the
    traceback."""

    def __init__(self, key: str, title: str, reason: str) -> None:
        super().__init__(key, title, reason)
        self.key = key
        self.title = title
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.title}: {self.reason}"


class WorkerLost(PrintError):
    """A page whose process was ended from outside, mostly for want of memory."""


def missing_libraries() -> str | None:
    """What keeps PDF files from being printed here, in a line; None where nothing does.

    HarfBuzz's subsetter counts as needed. WeasyPrint does without it, but then takes seconds for a
    page, and makes other bytes than everybody else's machine.
    """
    with _hide_system_fonts():  # a disk that has no place for that is no missing library
        try:
            _import_weasyprint()
            from weasyprint.text.ffi import harfbuzz_subset
        except (ImportError, OSError) as error:
            return str(error).split(": ")[0].splitlines()[0]
    return None if harfbuzz_subset else "cannot load library 'libharfbuzz-subset'"


class Press:
    """WeasyPrint made ready for one stylesheet: fonts loaded, rules parsed.

    Made once in a process and kept: WeasyPrint takes half a second to import, and fonts that are
    open already are quicker to print with.
    """

    __slots__ = ("_fetcher", "_fonts", "_stylesheet", "_weasyprint")

    def __init__(self, stylesheet: str) -> None:
        with _hide_system_fonts():
            self._weasyprint = _import_weasyprint()
            from weasyprint.text.fonts import FontConfiguration
            from weasyprint.urls import URLFetcher

            self._fonts = FontConfiguration()
        # A record's text may name any file or address. No page needs one: nothing is fetched.
        self._fetcher = URLFetcher(allowed_protocols=())
        self._stylesheet = self._weasyprint.CSS(
            string=stylesheet, font_config=self._fonts, url_fetcher=self._fetcher
        )

    def pdf(
        self,
        html: str,
        *,
        title: str,
        author: str,
        language: str,
        fingerprint: str,
        revised: str = "",
        attachments: Sequence[Attachment] = (),
    ) -> bytes:
        """The page as a file for archives and screen readers, whose identifier is the fingerprint.

        What the page says of itself in its head is not believed: title, author and language are
        those given here, and its day is `revised`, or it has none.
        """
        from weasyprint.document import DocumentMetadata

        document = self._weasyprint.HTML(string=html, url_fetcher=self._fetcher).render(
            font_config=self._fonts, stylesheets=[self._stylesheet], pdf_variant=VARIANT
        )
        document.metadata = DocumentMetadata(
            title=title, authors=[author], lang=language, generator="kpisite"
        )
        printed: bytes = document.write_pdf(
            pdf_variant=VARIANT, pdf_identifier=fingerprint.encode()
        )
        return finished(
            printed,
            Finish(
                title=title,
                author=author,
                language=language,
                revised=revised,
                attachments=attachments,
            ),
        )


def print_all(jobs: Iterable[Job], *, stylesheet: str, workers: int) -> Iterator[tuple[str, bytes]]:
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
    yield first.key, print_one(press, first)
    if workers > 1 and "fork" in get_all_start_methods():
        yield from _print_by_workers(press, waiting, workers)
    else:
        yield from ((job.key, print_one(press, job)) for job in waiting)


def print_one(press: Press, job: Job) -> bytes:
    """What a job asks for; a PrintError where that cannot be printed."""
    try:
        return press.pdf(
            job.html,
            title=job.title,
            author=job.author,
            language=job.language,
            fingerprint=job.fingerprint,
            revised=job.revised,
            attachments=job.attachments,
        )
    except Exception as error:
        raise PrintError(job.key, job.title, traceback.format_exc()) from error


@dataclass(slots=True, kw_only=True)
class _Worker:
    """A forked process, our end of the pipe to it, and the job that it is at."""

    process: ForkProcess
    pipe: "Connection[Job, bytes | PrintError]"
    key: str = ""
    title: str = ""
    given: int = 0

    def give(self, job: Job) -> None:
        self.key, self.title = job.key, job.title
        self.given += 1
        with suppress(BrokenPipeError):  # it is gone, as `take` will say
            self.pipe.send(job)

    def take(self) -> bytes:
        try:
            answer = self.pipe.recv()
        except (EOFError, ConnectionError):
            self.process.join()
            raise WorkerLost(self.key, self.title, str(self.process.exitcode)) from None
        if isinstance(answer, PrintError):
            raise answer
        return answer

    def end(self) -> None:
        self.pipe.close()
        self.process.join()


def _print_by_workers(
    press: Press, waiting: Iterator[Job], workers: int
) -> Iterator[tuple[str, bytes]]:
    """Keeps each worker at one job, and sends a fresh one in its place when it has grown large."""
    busy: dict[object, _Worker] = {}
    try:
        for job in islice(waiting, workers):
            _fork(press, busy).give(job)
        while busy:
            for pipe in wait([worker.pipe for worker in busy.values()]):
                worker = busy[pipe]
                done = worker.key, worker.take()
                following = next(waiting, None)
                if following is None or worker.given == FORMS_A_WORKER:
                    busy.pop(pipe).end()
                if following is not None:
                    successor = worker if pipe in busy else _fork(press, busy)
                    successor.give(following)
                yield done
    finally:
        for worker in busy.values():
            worker.process.terminate()
            worker.end()


def _fork(press: Press, busy: dict[object, _Worker]) -> _Worker:
    """A new worker, entered among the busy ones."""
    ours, theirs = Pipe()
    others = [worker.pipe for worker in busy.values()]
    process = get_context("fork").Process(
        target=_work, args=(press, theirs, [ours, *others]), daemon=True
    )
    with signals_held():
        process.start()
    theirs.close()
    busy[ours] = _Worker(process=process, pipe=ours)
    return busy[ours]


def _work(
    press: Press,
    pipe: "Connection[bytes | PrintError, Job]",
    not_ours: "list[Connection[Job, bytes | PrintError]]",
) -> None:
    """What a worker does: print what it is given, until the other end of its pipe is closed."""
    become_worker()
    for other in not_ours:
        other.close()  # while a copy is open here, nobody would learn that the parent has gone
    gc.disable()  # the process ends before the garbage matters
    with suppress(EOFError, ConnectionError):  # the parent has gone, maybe while we printed
        while True:
            job = pipe.recv()
            try:
                pipe.send(print_one(press, job))
            except PrintError as error:
                pipe.send(error)


def _import_weasyprint() -> ModuleType:
    """WeasyPrint, imported without what it says on standard output when it cannot be.

    Called where the system's fonts are hidden.
    """
    with redirect_stdout(StringIO()):
        import weasyprint.pdf

        from kpisite.write.tags import add_tags
    weasyprint.pdf.add_tags = add_tags
    return cast(ModuleType, weasyprint)


def _fonts_shown(cache: Path) -> str:
    """Fontconfig's configuration: our fonts, and of the machine's the further typefaces alone,
    without their neighbours. Pango takes one of these for a character that the family asked for
    lacks, so that a form without rare characters has the same bytes with them and without."""
    further = fonts.installed()
    folders = [fonts.FOLDER, *dict.fromkeys(file.parent for file in further)]
    shown = "".join(f"<dir>{escape(str(one))}</dir>" for one in folders)
    hidden = "".join(f"<glob>{escape(str(one))}/*</glob>" for one in folders[1:])
    kept = "".join(f"<glob>{escape(str(one))}</glob>" for one in further)
    return (
        f"<fontconfig>{shown}<cachedir>{escape(str(cache))}</cachedir><selectfont>"
        f"<rejectfont>{hidden}</rejectfont><acceptfont>{kept}</acceptfont>"
        "</selectfont></fontconfig>"
    )


@contextmanager
def _hide_system_fonts() -> Iterator[None]:
    """Hides the machine's fonts, and its settings about fonts, from a Fontconfig that starts.

    Fontconfig learns where its configuration is from the environment and from nowhere else, so it
    is changed for that moment. The cache beside it keeps it from complaining where the home folder
    cannot be written.
    """
    before = os.environ.get("FONTCONFIG_FILE")
    with scratch() as folder:
        configuration = folder / "fonts.conf"
        configuration.write_text(_fonts_shown(folder), encoding="utf-8")
        os.environ["FONTCONFIG_FILE"] = str(configuration)
        try:
            yield
        finally:
            if before is None:
                del os.environ["FONTCONFIG_FILE"]
            else:
                os.environ["FONTCONFIG_FILE"] = before
