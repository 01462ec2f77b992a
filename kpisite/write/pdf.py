"""Prints a page as a PDF file.

The only module that asks WeasyPrint for anything, and it imports it when something is to be
printed: that takes half a second and needs system libraries that somebody who only wants web pages
need not have.

The same page gives the same bytes: in another process, in another order, on another day and with
other fonts on the machine. Nothing here reads a clock, and Fontconfig is shown no fonts but ours,
and the further typefaces of `kpisite.fonts` for what ours lack.
"""

import ctypes
import os
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from io import StringIO
from pathlib import Path
from types import ModuleType
from typing import Any, cast

from kpisite import fonts
from kpisite.core.attachment import Attachment
from kpisite.disk.scratch import scratch

#: The libraries that set the type, and what each is asked for its version by.
LIBRARIES = {
    "pango": ("libpango-1.0.so.0", "pango_version_string"),
    "harfbuzz": ("libharfbuzz.so.0", "hb_version_string"),
}
#: The medium of a style sheet's rules for what is set closer to save a page.
CLOSER = "compact"
#: The WeasyPrint of which is known what may be kept from page to page (`memoized.py`).
MEMOIZED = "70.0"
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

    __slots__ = ("_closer", "_fetcher", "_fonts", "_rules_as_written", "_stylesheet", "_weasyprint")

    def __init__(self, stylesheet: str) -> None:
        with _hide_system_fonts():
            self._weasyprint = _import_weasyprint()
            from weasyprint.text.fonts import FontConfiguration
            from weasyprint.urls import URLFetcher

            self._fonts = FontConfiguration()
        # A record's text may name any file or address. No page needs one: nothing is fetched.
        self._fetcher = URLFetcher(allowed_protocols=())
        self._rules_as_written = stylesheet
        self._stylesheet = self._rules(stylesheet, "print")
        has_closer = CLOSER in stylesheet
        self._closer = self._rules(stylesheet, CLOSER) if has_closer else self._stylesheet

    def _rules(self, stylesheet: str, media: str) -> Any:
        rules = self._weasyprint.CSS(
            string=stylesheet,
            font_config=self._fonts,
            url_fetcher=self._fetcher,
            media_type=media,
        )
        if self._weasyprint.__version__ == MEMOIZED:
            from kpisite.write.styles import keep_styles_of

            keep_styles_of(rules, stylesheet)
        return rules

    def _page(self, html: str) -> Any:
        if self._weasyprint.__version__ != MEMOIZED:
            return self._weasyprint.HTML(string=html, url_fetcher=self._fetcher)
        from kpisite.write.memoized import page_from

        return page_from(html, self._rules_as_written, self._fetcher)

    def _laid_out(self, html: str) -> Any:
        """The page in pages of paper: set closer where it takes fewer then."""
        from kpisite.write.room import may_save_a_page

        page = self._page(html)

        def pages(stylesheet: Any) -> Any:
            return page.render(
                font_config=self._fonts, stylesheets=[stylesheet], pdf_variant=VARIANT
            )

        usual = pages(self._stylesheet)
        if self._closer is self._stylesheet or not may_save_a_page(usual.pages):
            return usual
        closer = pages(self._closer)
        return closer if len(closer.pages) < len(usual.pages) else usual

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

        from kpisite.write.archival import Finish, finished  # with pikepdf, which takes long too

        document = self._laid_out(html)
        document.metadata = DocumentMetadata(
            title=title, authors=[author], lang=language, generator="kpisite"
        )
        # Finishing compresses, and would have to do it again.
        printed: bytes = document.write_pdf(pdf_variant=VARIANT, uncompressed_pdf=True)
        return finished(
            printed,
            Finish(
                title=title,
                author=author,
                language=language,
                revised=revised,
                identifier=fingerprint,
                attachments=attachments,
            ),
        )


@lru_cache(maxsize=2)
def press_for(stylesheet: str) -> Press:
    """A press for a style sheet, which is kept: it takes half a second to make."""
    return Press(stylesheet)


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


def _import_weasyprint() -> ModuleType:
    """WeasyPrint, imported without what it says on standard output when it cannot be.

    Called where the system's fonts are hidden.
    """
    from kpisite.write.declared import parsed_declarations

    with redirect_stdout(StringIO()), parsed_declarations():
        import weasyprint.pdf

        from kpisite.write.tags import add_tags
    if weasyprint.__version__ == MEMOIZED:
        from kpisite.write.memoized import memoize

        memoize()
    weasyprint.pdf.add_tags = add_tags
    return cast(ModuleType, weasyprint)


def _fonts_shown(cache: Path) -> str:
    """Fontconfig's configuration: our fonts, and of the machine's the further typefaces alone,
    without their neighbours. Pango takes one of these for a character that the family asked for
    lacks, so that a form without rare characters has the same bytes with them and without.
    Whatever family is asked for and not here is ours, and not that of a single language."""
    further = fonts.installed()
    folders = [fonts.FOLDER, *dict.fromkeys(file.parent for file in further)]
    shown = "".join(f"<dir>{escape(str(one))}</dir>" for one in folders)
    hidden = "".join(f"<glob>{escape(str(one))}/*</glob>" for one in folders[1:])
    kept = "".join(f"<glob>{escape(str(one))}</glob>" for one in further)
    ours = f'<edit name="family" mode="append_last"><string>{fonts.FAMILY}</string></edit>'
    return (
        f"<fontconfig>{shown}<cachedir>{escape(str(cache))}</cachedir>"
        f'<match target="pattern">{ours}</match><selectfont>'
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
