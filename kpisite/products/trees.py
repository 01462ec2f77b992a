"""The trees of a site without a folder: each page is made when somebody asks for it.

What is asked for is, byte for byte, what a build writes under the same path.
"""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from kpisite.archive.published import publish_signed
from kpisite.examine.load import Loaded
from kpisite.history.authors import NO_AUTHORS, Authors
from kpisite.history.commits import History
from kpisite.pages.audience import Audience
from kpisite.pages.page import PrintedForm, PrintedList
from kpisite.pages.page_plan import PagePlan
from kpisite.pages.registry import page_at
from kpisite.pages.selection import Selection
from kpisite.products.build import FIXED
from kpisite.products.jobs import jobs_from, made_by
from kpisite.products.printing import list_job
from kpisite.products.work import bytes_of
from kpisite.write.html import Renderer
from kpisite.write.pdf import Job
from kpisite.write.theme import Theme


class _Signed:
    """The signed copies by their place in the trees."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.remarks: list[tuple[str, Path]] = []

    def write(self, path: str, content: bytes) -> bool:
        self.files[path] = content
        return True


class Trees:
    """What there is to read of one state of a site, for everybody.

    A place is a path under the output folder, as `hr/index.html`.
    """

    def __init__(
        self,
        loaded: Loaded,
        theme: Theme,
        selection: Selection,
        *,
        renderer: Renderer | None = None,
        archive: Path | None = None,
        authors: Authors = NO_AUTHORS,
    ) -> None:
        """`renderer` may be one that was used before for the same theme, language and company."""
        self.theme = theme
        self.plan = PagePlan(
            loaded.all, selection, authors=authors, made_by=made_by(), issues=loaded.issues
        )
        self.renderer = renderer or renderer_of(loaded, theme)
        signed = _Signed()
        if archive is not None and selection.pdf:
            self.plan.signed = publish_signed(self.plan, archive, signed)
        self._signed = signed.files

    @property
    def audiences(self) -> tuple[Audience, ...]:
        """Everybody who has a tree."""
        return self.plan.audiences

    @cached_property
    def _by_folder(self) -> Mapping[str, Audience]:
        return {one.folder: one for one in self.audiences}

    def file(self, place: str) -> bytes | None:
        """The bytes of any file but a printed one; None where a build writes none there."""
        if place in self._signed:
            return self._signed[place]
        audience, path = self._split(place)
        if audience is None:
            return None
        if path in FIXED and path in self.theme.files:
            return self.theme.files[path].encode()
        page = page_at(self.plan, audience, path)
        return None if page is None else bytes_of(self.renderer, page)

    def job(self, place: str, history: History) -> Job | None:
        """What is to be printed as the file at `place`, with the revision in `history`; None where
        a build prints none there."""
        audience, path = self._split(place)
        if audience is None or not path.endswith(".pdf"):
            return None
        page = page_at(self.plan, audience, path)
        if isinstance(page, PrintedList):
            return list_job(self.plan, self.renderer, page)
        if not isinstance(page, PrintedForm):
            return None
        self.plan.history = history
        whose = self.plan.results[page.record].appraisee_id
        one = next(one for one in self.plan.of_employee(whose) if one.path == page.record)
        jobs = jobs_from(self.plan, self.renderer, self.plan.cards.of_card(one))
        return next(job for job, places in jobs if place in places)

    def _split(self, place: str) -> tuple[Audience | None, str]:
        """The audience in whose tree a place lies, and the path from the tree's root."""
        parts = place.split("/")
        for count in (1, 2):
            audience = self._by_folder.get("/".join(parts[:count]))
            if audience is not None:
                return audience, "/".join(parts[count:])
        return None, ""


def renderer_of(loaded: Loaded, theme: Theme) -> Renderer:
    """The templates of a theme, ready for a site."""
    language = loaded.ground.site.model.language
    return Renderer(theme, language, loaded.ground.site.model)
