"""From a site's folder to its checked book: the first three stages in one call."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path

from kpisite.acceptance import accept, waivers
from kpisite.check.assemble import check
from kpisite.check.book import Book
from kpisite.check.located import Located, all_located
from kpisite.core.fault import Issue, Outcome
from kpisite.core.memory import gc_paused
from kpisite.outcomes.results import Result, results
from kpisite.outcomes.summary_checks import after_faults
from kpisite.read.site import File, read_site
from kpisite.score.scorecard import score
from kpisite.source import packaged_theme, scan, theme_files
from kpisite.words import has_errors
from kpisite.write.theme import Theme, theme_of


@dataclass(frozen=True)
class Loaded:
    """A site's book, everything wrong in it, and its results, which are reckoned once."""

    book: Book
    issues: list[Located]
    accepted: list[Located] = field(default_factory=list)
    """The warnings that HR has accepted in their files, with reasons."""

    @cached_property
    def results(self) -> tuple[Result, ...]:
        """The results of a book in which no error was found."""
        with gc_paused():
            return results(self.book, score(self.book))


FindTheme = Callable[[str], list[File] | None]
"""Gives the files of a theme of the site, by name."""


def examine(root: Path) -> Loaded:
    """The site at `root`, read, checked and, where no error was found, scored: what cannot be
    scored is met here, and not first by the build."""
    return examine_files(partial(scan, root), partial(theme_files, root))


def examine_files(files: Callable[[], list[File]], find_theme: FindTheme) -> Loaded:
    """The site of these files, wherever they were read from, as `examine` does it."""
    return examined(assembled(files), find_theme)


def assembled(files: Callable[[], list[File]]) -> Loaded:
    """The site of these files, read and checked; what shows only in its results, or in its theme,
    is left to `examined`."""
    with gc_paused():
        found = files()
        documents, issues = read_site(found)
        unread = frozenset(
            file.path
            for file in found
            if documents.get(file.path) is None and file.trouble != "stray-file"
        )
        book, faults = check(documents, unread)
    return Loaded(book, all_located(issues + faults, documents.get))


def examined(loaded: Loaded, find_theme: FindTheme) -> Loaded:
    """An assembled site with everything wrong in it."""
    book = loaded.book
    documents = book.documents
    with gc_paused():
        if not has_errors(loaded.issues):
            found_after = after_faults(book, loaded.results)
            loaded.issues.extend(all_located(found_after, documents.get))
        theme, faults = theme_in(book, find_theme)
        loaded.issues.extend(all_located(faults, documents.get))
        if theme is not None and theme.is_own and not has_errors(loaded.issues):
            loaded.issues.extend(all_located(_theme_shown(loaded, theme), documents.get))
        given = (waiver for document in documents for waiver in waivers(document))
        accepted, loaded.issues[:] = accept(given, loaded.issues)
        loaded.accepted.extend(accepted)
    return loaded


def _theme_shown(loaded: Loaded, theme: Theme) -> list[Issue]:
    """What goes wrong in the site's own theme when it is tried on some pages."""
    from kpisite.pages.plan import Plan, Selection  # late: most sites have no theme of their own
    from kpisite.write.trial import faults_when_shown

    plan = Plan(loaded.book, loaded.results, Selection())
    return list(faults_when_shown(plan, theme, loaded.book.site.model.theme))


def site_theme(root: Path, book: Book) -> Outcome[Theme | None]:
    """The theme of the site at `root`, and what is wrong in it."""
    return theme_in(book, partial(theme_files, root))


def theme_in(book: Book, find_theme: FindTheme) -> Outcome[Theme | None]:
    """The theme that a site names, and what is wrong in it."""
    site = book.site
    return theme_of(site.model.theme, site.at("theme"), find_theme, packaged_theme)


def load(root: Path) -> tuple[Book, list[Located]]:
    """The book of the site at `root`, and everything wrong in it."""
    loaded = examine(root)
    return loaded.book, loaded.issues
