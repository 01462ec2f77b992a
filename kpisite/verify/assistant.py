"""Other processes, which read git, look at the signatures and get ready to print while this one
imports what reads and scores a site: none needs anything of another until there is a form to print.

They are forked before this one has imported what it reads sites with.  What they do can be done
here as well, where no process can be forked or one was ended from outside.
"""

import gc
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from functools import lru_cache, partial
from importlib.resources import files
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from kpisite.core.worker import Remote, RemoteLost
from kpisite.history.commits import Commit, line_of
from kpisite.history.states import ids_at, site_at
from kpisite.packaged import code_digest
from kpisite.paper.pdf import Unreadable
from kpisite.read.file import LARGEST_FILE
from kpisite.verify.changes import Since
from kpisite.verify.paper import Paper, read_paper
from kpisite.verify.prints import as_printed
from kpisite.verify.report import Signature

if TYPE_CHECKING:
    from asn1crypto import x509

    from kpisite.write.pdf import Job


#: What is in every file that somebody has signed.
SIGNED = b"/ByteRange"


class Work:
    """What the assistant can be asked to do: it trusts `certificates` at the moment `now`, and has
    the bytes of the `first` form already."""

    def __init__(self, certificates: Sequence[bytes], first: bytes, now: datetime | None) -> None:
        self._certificates = certificates
        self._first = first
        self._now = now
        self._lines: dict[Path, list[Commit]] = {}

    def paper(self, content: bytes = b"") -> Paper:
        """What a file holds besides its pages, by default the first; Unreadable where it is no
        form."""
        return read_paper(content or self._first)

    def line(self, root: Path) -> list[Commit]:
        """Every commit of the line that changed the site, newest first."""
        if root not in self._lines:
            self._lines[root] = line_of(root, "")
        return self._lines[root]

    def tree(self, root: Path, commit: str = "") -> dict[str, bytes | None]:
        """The files of the site as it stood at a commit, by default at the newest of its line;
        nothing where there is none."""
        at = commit or self._newest(root)
        return site_at(root, at, largest=LARGEST_FILE) if at else {}

    def ids(self, root: Path, commit: str = "") -> dict[str, str]:
        """By what git knows the content of each of these files."""
        at = commit or self._newest(root)
        return ids_at(root, at, largest=LARGEST_FILE) if at else {}

    def _newest(self, root: Path) -> str:
        line = self.line(root)
        return line[0].id if line else ""

    def program(self) -> str:
        """A digest of the program."""
        return code_digest()

    def bad_certificate(self) -> int | None:
        """The number of the first file that holds no certificate."""
        for number, content in enumerate(self._certificates):
            try:
                _roots(content)
            except ValueError:
                return number
        return None

    def signatures(self, content: bytes = b"") -> tuple[Signature, ...]:
        """The signatures of a form, by default the first; none where nobody has signed, or it is
        no form."""
        content = content or self._first
        try:
            paper = self.paper(content)
        except Unreadable:
            return ()
        if not paper.is_signed or self.bad_certificate() is not None:
            return ()
        from kpisite.verify.signatures import signatures_of

        assert self._now is not None
        roots = [root for one in self._certificates for root in _roots(one)]
        found = signatures_of(paper, roots, self._now)
        self.since_print(content, len(as_printed(content)))  # it will be asked for
        return found

    def since_print(self, content: bytes, length: int) -> Since:
        """What was added to the first bytes of a file."""
        return _since_print(content, length)

    def printed(self, stylesheet: str, job: "Job") -> bytes:
        """The bytes that a build would print."""
        from kpisite.write.pdf import press_for, print_one

        return print_one(press_for(stylesheet), job)


@lru_cache(maxsize=2)
def _since_print(content: bytes, length: int) -> Since:
    from kpisite.verify.changes import since_print

    return since_print(content, length)


@lru_cache(maxsize=100)
def _roots(content: bytes) -> "list[x509.Certificate]":
    from kpisite.verify.signatures import roots_in

    return roots_in([content])


def _warmed_up(work: Work) -> Work:
    """Printing takes long to begin with: WeasyPrint is imported, and the fonts are opened."""
    from kpisite.write.pdf import Job, PrintError, missing_libraries

    gc.disable()  # the process ends before the garbage matters
    if missing_libraries() is None:
        stylesheet = (files("kpisite") / "themes/default/print.css").read_text(encoding="utf-8")
        page = Job(key="", html="<p>〇</p>", title="", author="", language="zh", fingerprint="")
        with suppress(PrintError):
            work.printed(stylesheet, page)
    return work


def _as_it_is(work: Work) -> Work:
    gc.disable()
    return work


class _NeverUsed(ModuleType):
    """Stands for a library that is named while another is imported, and never called."""

    def __getattr__(self, name: str) -> type:
        if name.startswith("__"):
            raise AttributeError(name)
        return object


def _offline(work: Work) -> Work:
    """Nothing is fetched to look at signatures, so what pyHanko would fetch by is not imported,
    which takes nearly as long as all of pyHanko.  The process does nothing else, and ends."""
    sys.modules.setdefault("aiohttp", _NeverUsed("aiohttp"))
    return _as_it_is(work)


#: What each of the other processes is asked for.
PRINTS, READS, PAPER = ("printed",), ("line", "tree", "ids", "program"), ("paper",)
OF_SIGNATURES = ("signatures", "bad_certificate", "since_print")


class Assistant:
    """Does what it is asked, in other processes if it may: one reads; one prints, which begins at
    once where that is likely; and where somebody has signed the first form, one looks at
    signatures.  What is begun is taken by a ticket."""

    def __init__(
        self,
        certificates: Sequence[bytes] = (),
        first: bytes = b"",
        now: datetime | None = None,
        *,
        may_fork: bool = False,
        printing_is_likely: bool = True,
    ) -> None:
        self._work = Work(certificates, first, now)
        self._asked: list[tuple[Remote | None, str, tuple[Any, ...]]] = []
        self._begun: dict[tuple[str, tuple[Any, ...]], int] = {}
        self._remotes: dict[str, Remote | None] = {}
        self._may_begin_press = may_fork
        self.printing_is_likely = printing_is_likely
        if may_fork:
            if printing_is_likely:
                self._begin_press()
            # Else there is little to do here meanwhile, and that is done here.
            self._begin((*READS, *PAPER) if printing_is_likely else READS, _as_it_is)
            if SIGNED in first:
                self._begin(OF_SIGNATURES, _offline)

    def _begin_press(self) -> None:
        if self._may_begin_press:
            self._may_begin_press = False
            self._begin(PRINTS, _warmed_up)

    def _begin(self, names: Sequence[str], make: Callable[[Work], Work]) -> None:
        """Has another process do what bears these names."""
        self._remotes |= dict.fromkeys(names, Remote.start(partial(make, self._work)))

    def begin(self, name: str, *arguments: Any) -> int:
        """Asks for something, a method of `Work`; the ticket by which it is taken."""
        if name in PRINTS:
            self._begin_press()
        remote = self._remotes.get(name)
        ticket = len(self._asked)
        self._asked.append((remote, name, arguments))
        self._begun[name, arguments] = ticket
        if remote is not None:
            remote.ask(ticket, name, *arguments)
        return ticket

    def take(self, ticket: int) -> Any:
        """What was asked for; the exception that came of it is raised."""
        remote, name, arguments = self._asked[ticket]
        self._begun.pop((name, arguments), None)
        if remote is not None:
            try:
                return remote.answer(ticket)
            except RemoteLost:  # ended from outside, mostly for want of memory
                pass
        return getattr(self._work, name)(*arguments)

    def answer(self, name: str, *arguments: Any) -> Any:
        """What a method of `Work` gives, which may have been begun before."""
        ticket = self._begun.get((name, arguments))
        return self.take(self.begin(name, *arguments) if ticket is None else ticket)

    def end(self) -> None:
        """Lets the other processes go."""
        for remote in dict.fromkeys(self._remotes.values()):
            if remote is not None:
                remote.end()
