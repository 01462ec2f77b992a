"""From a site's folder to what follows from it: the stages up to the pages in one call."""

from collections.abc import Callable, Iterable
from functools import cached_property, partial
from pathlib import Path

from kpisite.check.book import Book
from kpisite.check.ground import Ground
from kpisite.check.located import Located
from kpisite.core.digest import digest
from kpisite.core.issue import Issue, Outcome
from kpisite.core.memory import gc_paused
from kpisite.examine.acceptance import accept
from kpisite.examine.examination import Examination
from kpisite.examine.kept import NOTHING_KEPT, WHOLE, Kept, KeptWhole
from kpisite.look import Look
from kpisite.outcomes.results import Result
from kpisite.packaged import code_digest, packaged_theme
from kpisite.pages.site_results import SiteResults
from kpisite.read.file import File
from kpisite.source import scan, theme_files
from kpisite.words import has_errors
from kpisite.write.theme import Theme, theme_of


class Loaded:
    """A site's files, everything wrong in them, and what follows from them."""

    def __init__(self, examination: Examination, issues: list[Located]) -> None:
        self.examination = examination
        self.issues = issues
        #: The warnings that HR has accepted in their files, with reasons.
        self.accepted: list[Located] = []

    @property
    def ground(self) -> Ground:
        """Everything HR wrote but the records."""
        return self.examination.ground

    @property
    def kept(self) -> Kept:
        """What one run hands on to the next."""
        return self.examination.kept

    @cached_property
    def book(self) -> Book:
        """Everything HR wrote."""
        return self.examination.book

    @cached_property
    def all(self) -> SiteResults:
        """What there is to show of a site in which no error was found."""
        with gc_paused():
            return self.examination.site_results

    @cached_property
    def results(self) -> tuple[Result, ...]:
        """Every result of a site in which no error was found, by month, then appraisee."""
        with gc_paused():
            return self.examination.results


FindTheme = Callable[[str], list[File] | None]
"""Gives the files of a theme of the site, by name."""


def examine(
    root: Path,
    kept: Kept = NOTHING_KEPT,
    workers: int = 1,
    look: Look | None = None,
    *,
    only_checks: bool = False,
) -> Loaded:
    """The site at `root`, read, checked and, where no error was found, scored: what cannot be
    scored is met here, and not first by the build.  What is `kept` of a run before is not found
    again, and what this one finds is kept.  `look` has the files where somebody looked already.
    `only_checks` says that nobody means to ask what there is to show."""
    find_theme = partial(theme_files, root)
    if look is None:
        return examine_again(
            partial(scan, root), find_theme, kept, workers, only_checks=only_checks
        )
    return examine_again(
        lambda: look.files, find_theme, kept, workers, only_checks=only_checks, code=look.code
    )


def examine_again(
    files: Callable[[], Iterable[File]],
    find_theme: FindTheme,
    kept: Kept = NOTHING_KEPT,
    workers: int = 1,
    *,
    only_checks: bool = False,
    code: str = "",
) -> Loaded:
    """The site of these files, wherever they were read from, as `examine` does it; `code` is a
    digest of the program, where somebody has it."""
    if not kept.is_there:
        return examine_files(files, find_theme, workers, only_checks=only_checks)
    with gc_paused(), kept.together():
        found = Examination(files(), code or code_digest(), kept, workers, only_checks=only_checks)
        return _examined_again(found, find_theme)


def examine_files(
    files: Callable[[], Iterable[File]],
    find_theme: FindTheme,
    workers: int = 1,
    *,
    only_checks: bool = False,
) -> Loaded:
    """The same, with nothing kept."""
    with gc_paused():
        found = Examination(files(), "", NOTHING_KEPT, workers, only_checks=only_checks)
        return _examined(found, find_theme)


def assembled(files: Callable[[], Iterable[File]]) -> Loaded:
    """The site of these files, read and checked; what shows only in its results, or in its theme,
    is left out."""
    with gc_paused():
        found = Examination(files(), "", NOTHING_KEPT, workers=1)
        return Loaded(found, list(found.issues_before_scoring))


def _examined(found: Examination, find_theme: FindTheme) -> Loaded:
    """A site with everything wrong in it."""
    theme, issues = theme_in(found.ground, find_theme)
    if theme is not None and theme.is_own:  # it is tried on some pages
        found.expect_pages()
    loaded = Loaded(found, list(found.issues))
    loaded.issues.extend(found.located(issues))
    if theme is not None and theme.is_own and not has_errors(loaded.issues):
        loaded.issues.extend(found.located(_theme_shown(loaded, theme)))
    loaded.accepted[:], loaded.issues[:] = accept(found.waivers, loaded.issues)
    return loaded


def _examined_again(found: Examination, find_theme: FindTheme) -> Loaded:
    """A site with everything wrong in it, or what was when all files and the theme were as they
    are."""
    name = found.ground.site.model.theme
    files = sorted(f"{file.path} {file.digest}" for file in find_theme(name) or ())
    key = digest(found.inputs.of_all, name, *files)
    kept = found.kept.get("whole", key, WHOLE)
    if kept is None:
        loaded = _examined(found, find_theme)
        whole = KeptWhole(issues=tuple(loaded.issues), accepted=tuple(loaded.accepted))
        found.kept.put("whole", key, WHOLE, whole)
        return loaded
    loaded = Loaded(found, list(kept.issues))
    loaded.accepted = list(kept.accepted)
    return loaded


def _theme_shown(loaded: Loaded, theme: Theme) -> list[Issue]:
    """What goes wrong in the site's own theme when it is tried on some pages."""
    from kpisite.pages.page_plan import PagePlan  # late: most sites have no theme of their own
    from kpisite.pages.selection import Selection
    from kpisite.write.trial import issues_when_shown

    plan = PagePlan(loaded.all, Selection())
    return list(issues_when_shown(plan, theme, loaded.ground.site.model.theme))


def site_theme(root: Path, ground: Ground) -> Outcome[Theme | None]:
    """The theme of the site at `root`, and what is wrong in it."""
    return theme_in(ground, partial(theme_files, root))


def theme_in(ground: Ground, find_theme: FindTheme) -> Outcome[Theme | None]:
    """The theme that a site names, and what is wrong in it."""
    site = ground.site
    return theme_of(site.model.theme, site.at("theme"), find_theme, packaged_theme)


def load(root: Path) -> tuple[Book, list[Located]]:
    """The book of the site at `root`, and everything wrong in it."""
    loaded = examine(root)
    return loaded.book, loaded.issues
