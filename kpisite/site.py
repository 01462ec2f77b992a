"""The one door to a site: what the commands, the server and the tests ask of a folder of records.

Behind it stand the stages, from the files to what readers see; before it, arguments are parsed and
answers shown.  A `Site` remembers nothing: each call reads what stands in the folder then, and
nothing of it outlives its answer, so that one process may build a thousand times.
"""

from collections.abc import Mapping
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Self

from kpisite.check.known import addresses_called
from kpisite.core.immutable import immutable
from kpisite.core.month import Month
from kpisite.core.spread import default_workers
from kpisite.core.text import Language, Text
from kpisite.disk.root import find_site
from kpisite.examine.kept import NOTHING_KEPT, Kept
from kpisite.examine.load import FindTheme, Loaded, examine, examine_again, theme_in
from kpisite.look import Look
from kpisite.outcomes.results import Result
from kpisite.read.file import File
from kpisite.source import content_of, scan, theme_files, themes_of
from kpisite.words import has_errors

if TYPE_CHECKING:  # imported where they are used: checking needs none of them
    from kpisite.history.authors import Authors
    from kpisite.history.commits import History
    from kpisite.language.scheme import Scheme
    from kpisite.language.staff import Employee
    from kpisite.pages.selection import Selection
    from kpisite.products.build import Built
    from kpisite.products.past import Past
    from kpisite.products.trees import Trees
    from kpisite.products.work import Progress
    from kpisite.write.html import Renderer
    from kpisite.write.theme import Theme

#: Where a site is built, from its folder, if no other place is named.
OUTPUT = "output"


class NoSite(Exception):
    """No folder from `start` upwards holds a `kpisite.toml`."""

    def __init__(self, start: Path) -> None:
        super().__init__(start)
        self.start = start


class Unsound(Exception):
    """A site in which an error stands, so that nothing can be scored: what was found in it."""

    def __init__(self, loaded: Loaded) -> None:
        super().__init__(len(loaded.issues))
        self.loaded = loaded


class NoScorecard(Exception):
    """Nobody of that id has a scorecard of the month; `reason` says why the person is excused."""

    def __init__(self, address: str, month: Month, reason: Text | None) -> None:
        super().__init__(address, month)
        self.reason = reason


@immutable
class Explained:
    """A scorecard, and what stands beside it: parts of the month in former departments,
    which it takes in, and one-off appraisals."""

    result: Result
    beside: tuple[Result, ...]


@immutable(kw_only=False)
class Site:
    """The site whose `kpisite.toml` stands in the folder `root`."""

    root: Path

    @classmethod
    def find(cls, start: Path) -> Self:
        """The site that `start` lies in: the nearest from there upwards; NoSite where none is."""
        root = find_site(start)
        if root is None:
            raise NoSite(start)
        return cls(root)

    def look(self) -> Look:
        """Its files as they stand now, and a digest of them, for less than it takes to check
        them."""
        return Look(self.root)

    def check(
        self,
        *,
        keeps: bool = False,
        workers: int | None = None,
        look: Look | None = None,
        only_checks: bool = False,
    ) -> Loaded:
        """All that is wrong in the site, and what was read of it: the first argument of whatever
        is asked next about this state of it.

        What the run before found and `keeps` is not found again, and what this one finds is kept.
        It is of the state that `look` saw, where one is given.  `only_checks` says that nobody
        means to ask what there is to show, which takes a third of the time.
        """
        from kpisite.disk.cache import RUNS, Store

        kept = Kept(Store(self.root, RUNS) if keeps else None)
        workers = workers or default_workers()
        return examine(self.root, kept, workers, look, only_checks=only_checks)

    def check_with(self, changed: Mapping[str, bytes], kept: Kept = NOTHING_KEPT) -> Loaded:
        """All that would be wrong in the site with these files in it, by their paths; what is
        `kept` of a call before is not found again."""

        def files() -> list[File]:
            there = [file for file in scan(self.root) if file.path not in changed]
            return there + [File(path, content) for path, content in changed.items()]

        find_theme = partial(theme_files, self.root)
        return examine_again(files, find_theme, kept, only_checks=True)

    def content(self, path: str) -> bytes | None:
        """The bytes of one of its files, None where it is not there; OSError for what is no file
        or lies elsewhere."""
        return content_of(self.root, path)

    def sound(self, *, keeps: bool = False) -> Loaded:
        """The site as `check` gives it; Unsound where an error stands in it."""
        loaded = self.check(keeps=keeps)
        require_sound(loaded)
        return loaded

    def theme(self, loaded: Loaded, find_theme: FindTheme | None = None) -> "Theme":
        """The theme of its pages, as it lies in the folder now, or by `find_theme`."""
        theme, _ = theme_in(loaded.ground, find_theme or partial(theme_files, self.root))
        if theme is None:
            raise Unsound(loaded)
        return theme

    def history(self, commit: str = "") -> "History":
        """The revision of each of its files, as far as git knows it, now or at a commit."""
        from kpisite.history.commits import history_of

        return history_of(self.root, commit)

    def at(self, revision: str) -> "Past":
        """The site as it stood at a commit; GitRefuses where there is none of that name."""
        from kpisite.products.past import commit_named, past_of

        return past_of(self.root, commit_named(self.root, revision))

    def authors(self, loaded: Loaded, history: "History", *, is_past: bool = False) -> "Authors":
        """Who wrote each entry of its files, which is found once for each commit."""
        from kpisite.blame import authors_of
        from kpisite.disk.cache import RUNS, Store

        files = loaded.examination.inputs.files
        kept = Kept(None if is_past else Store(self.root, RUNS))
        return authors_of(self.root, history, kept, {} if is_past else files)

    def archive(self, loaded: Loaded) -> Path:
        """The folder of its archive of signed forms, which need not be there."""
        from kpisite.archive.folder import archive_of

        return archive_of(self.root, loaded.ground.site.model.archive)

    def restore(self, target: Path) -> str:
        """Finishes, or takes back, what a killed build had begun at `target`; what it did as a word
        of the catalogue, nothing where there was nothing.

        To be asked before `check`, whose work would be for nothing where the disk refuses.
        """
        from kpisite.products.output import restore

        return restore(target)

    def build(
        self,
        loaded: Loaded,
        target: Path,
        selection: "Selection | None" = None,
        *,
        workers: int | None = None,
        progress: "Progress | None" = None,
        why: str = "",
        past: "Past | None" = None,
    ) -> "Built":
        """Builds the pages and forms that are selected, by default all, into `target`, whole or
        not at all; by default with a process for every processor.  Of a `past` state, which
        `loaded` is of, the archive is left out: it is in no commit.

        Raises Unsound, and what `products.build.build` and `products.output.refuse_unfit` raise.
        """
        from kpisite.disk.cache import FormCache
        from kpisite.pages.selection import Selection
        from kpisite.products.build import build
        from kpisite.products.output import refuse_unfit

        require_sound(loaded)
        themes = themes_of(self.root)  # read once: the pages are made, and the state known, by it
        theme = self.theme(loaded, themes.get if past is None else past.find_theme)
        archive = self.archive(loaded)
        refuse_unfit(self.root, target, archive)
        store = FormCache(self.root)
        try:
            return build(
                loaded,
                target,
                theme,
                selection or Selection(),
                history=self.history("" if past is None else past.commit),
                authors=partial(self.authors, loaded, is_past=past is not None),
                archive=archive if past is None else None,
                store=store,
                workers=workers or default_workers(),
                progress=progress or (lambda _stage, _done, _total: None),
                why=why,
                state=str if past is not None else partial(_state, loaded, themes),
            )
        finally:
            store.close()

    def trees(
        self,
        loaded: Loaded,
        selection: "Selection | None" = None,
        *,
        renderer: "Renderer | None" = None,
    ) -> "Trees":
        """What `build` would write, each page made when it is asked for."""
        from kpisite.pages.selection import Selection
        from kpisite.products.trees import Trees

        require_sound(loaded)
        return Trees(
            loaded,
            self.theme(loaded),
            selection or Selection(),
            renderer=renderer,
            archive=self.archive(loaded),
            authors=self.authors(loaded, self.history()),
        )

    def explain(self, loaded: Loaded, address: str, month: Month) -> Explained:
        """The scorecard of `CS017`, or of what stands beside it: `CS017@store`, the part in a
        former department, or `CS017@probation`, a one-off appraisal, which may be called as in a
        closed month too: `CS017-probation`; NoScorecard where there is
        none."""
        require_sound(loaded)
        called = addresses_called(loaded.ground, address)
        of_month = [one for one in loaded.results if one.month == month]
        found = next((one for one in of_month if one.address in called), None)
        if found is None:
            missing = (one for one in loaded.examination.unrecorded if one.month == month)
            reason = next((one.reason for one in missing if one.address in called), None)
            raise NoScorecard(address, month, reason)
        beside = (
            one
            for one in of_month
            if found.is_of_month and not one.is_of_month and one.appraisee_id == found.appraisee_id
        )
        return Explained(result=found, beside=tuple(beside))

    def workbook(self, loaded: Loaded, result: Result, language: Language) -> bytes:
        """A scorecard as a workbook that computes."""
        from kpisite.pages.workbook import scorecard_workbook
        from kpisite.write.workbook import xlsx

        return xlsx(scorecard_workbook(loaded.ground, result, language))

    def blank(
        self,
        loaded: Loaded,
        scheme: "Scheme",
        language: Language,
        person: "Employee | None" = None,
        month: Month | None = None,
    ) -> bytes:
        """A form to fill in by hand, as a PDF."""
        from kpisite.products.printing import print_blank

        require_sound(loaded)
        return print_blank(loaded.ground, self.theme(loaded), scheme, language, person, month)

    def bundle(self, loaded: Loaded, department: str, month: Month, audience: str) -> bytes | None:
        """A department's month as one PDF for a kind of audience; None where it has no form."""
        from kpisite.disk.cache import FormCache
        from kpisite.products.bundle import bundle_of

        require_sound(loaded)
        store = FormCache(self.root)
        try:
            return bundle_of(
                loaded,
                self.theme(loaded),
                department,
                month,
                audience,
                history=self.history(),
                store=store,
                workers=default_workers(),
            )
        finally:
            store.close()


def _state(loaded: Loaded, themes: Mapping[str, list[File]]) -> str:
    """By what the state of a site is known that was loaded, and had these themes."""
    from kpisite.products.state import state_of

    inputs = loaded.examination.inputs
    files = [*inputs.files.values(), *chain.from_iterable(themes.values())]
    return state_of(inputs.code, {one.path: one.git_id for one in files})


def require_sound(loaded: Loaded) -> None:
    """Unsound where an error stands in what was found."""
    if has_errors(loaded.issues):
        raise Unsound(loaded)
