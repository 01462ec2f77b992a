"""The last whole state of a site that is being edited, and what is wrong in the newest.

All of this happens in the thread of the engine; what browsers wait for is on the board.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Event
from typing import Any

from kpisite.disk.cache import FormCache
from kpisite.examine.load import Loaded
from kpisite.pages.audience import AUDIENCES, Audience
from kpisite.pages.selection import Selection
from kpisite.products.print_key import job_key, salt_of
from kpisite.products.trees import Trees
from kpisite.serve.board import Board
from kpisite.site import Site
from kpisite.words import has_errors, page_words
from kpisite.write.html import Renderer
from kpisite.write.pdf import Job

Describe = Callable[[Loaded | Exception], Mapping[str, Any]]
"""What the bar says of a state of the site, or of what kept it from being read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormRequest:
    """A form as it is asked for: its bytes where they were kept, or else what is to be printed."""

    key: str
    job: Job
    stylesheet: str
    kept: bytes | None


class Preview:
    """What there is to see of a site."""

    def __init__(self, site: Site, selection: Selection, describe: Describe) -> None:
        self.site = site
        self.board = Board()
        self._selection = selection
        self._describe = describe
        self._is_stale = Event()
        self._digest = ""
        self._built = 0
        self._trees: Trees | None = None
        self._renderer: tuple[object, Renderer] | None = None

    def outdate(self) -> bool:
        """Notes that something was saved; whether a `refresh` is wanted that nobody has asked for
        yet.  For any thread."""
        if self._is_stale.is_set():
            return False
        self._is_stale.set()
        return True

    def refresh(self) -> None:
        """Reads the site anew where it is another than before; whatever is saved meanwhile wins."""
        while True:
            self._is_stale.clear()
            look = self.site.look()
            if look.digest == self._digest:
                return
            state: Loaded | Exception
            try:
                state = self.site.check(keeps=True, look=look)
            except Exception as error:  # a failing disk, or our own mistake: shown, and lived with
                state = error
            if self._is_stale.is_set():
                continue
            self._digest = look.digest
            self._publish(state)
            return

    def _publish(self, state: Loaded | Exception) -> None:
        more: dict[str, Any] = {}
        if isinstance(state, Loaded) and not has_errors(state.issues):
            try:
                self._trees = self._made(state)
                self._built += 1
                listed = [_listed(one, state) for one in self._trees.audiences]
                more["audiences"] = sorted(listed, key=lambda one: bool(one["group"]))
            except Exception as error:
                state = error
        self.board.post({**more, **self._describe(state), "built": self._built})

    def _made(self, loaded: Loaded) -> Trees:
        theme, site = self.site.theme(loaded), loaded.ground.site.model
        key = theme, site.language, site.company, site.money
        warm = None if self._renderer is None or self._renderer[0] != key else self._renderer[1]
        trees = self.site.trees(loaded, self._selection, renderer=warm)
        self._renderer = key, trees.renderer
        return trees

    def file(self, place: str) -> bytes | None:
        """The bytes of a file of the trees; None where there is none, or it is a printed one."""
        return None if self._trees is None else self._trees.file(place)

    def form(self, place: str) -> FormRequest | None:
        """The printed file at a place of the trees, with the revision of its record as of now."""
        if self._trees is None or not place.endswith(".pdf"):
            return None
        job = self._trees.job(place, self.site.history())
        if job is None:
            return None
        stylesheet = self._trees.theme.files["print.css"]
        key = job_key(salt_of(stylesheet), job)
        store = FormCache(self.site.root)
        try:
            return FormRequest(key=key, job=job, stylesheet=stylesheet, kept=store.get(key))
        finally:
            store.close()

    def keep(self, form: FormRequest, content: bytes) -> None:
        """Keeps a form that was printed, for the next who asks, and for a build."""
        store = FormCache(self.site.root)
        try:
            store.put(form.key, content)
        finally:
            store.close()


def _listed(audience: Audience, loaded: Loaded) -> dict[str, str]:
    """How the bar names an audience, and the group of its like that it is listed in."""
    book, language = loaded.ground, loaded.ground.site.model.language
    words = page_words(language)
    person, departments = audience.scope.person, audience.scope.departments
    if audience.kind not in AUDIENCES:
        names = {one.id: one.name.say(language) for one in book.site.model.audience}
        return {"folder": audience.folder, "group": "", "name": names[audience.kind]}
    kind = words[f"audience-{audience.kind}"]
    if person:
        name = f"{book.staff[person].model.name} {person}"
        return {"folder": audience.folder, "group": kind, "name": name}
    if departments:
        named = (book.department_by_id[id].name.say(language) for id in sorted(departments))
        name = words["list-comma"].join(named)
        return {"folder": audience.folder, "group": kind, "name": name}
    return {"folder": audience.folder, "group": "", "name": kind}
