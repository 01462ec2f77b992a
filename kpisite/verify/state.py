"""A site as it stood at a commit, scored and printed by the functions that a build uses."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from kpisite.check.ground import Ground
from kpisite.core.memory import gc_paused
from kpisite.core.month import Month
from kpisite.core.spread import default_workers
from kpisite.disk.cache import CACHE, RUNS, Store
from kpisite.examine.examination import Examination
from kpisite.examine.kept import NOTHING_KEPT, Kept
from kpisite.examine.load import FindTheme, theme_in
from kpisite.history.commits import History, Revision
from kpisite.outcomes.after import version_of
from kpisite.outcomes.results import Result
from kpisite.pages.page_plan import PagePlan
from kpisite.pages.selection import Selection
from kpisite.pages.site_results import SiteResults
from kpisite.products.jobs import jobs_of, made_by
from kpisite.products.past import Past
from kpisite.products.print_key import job_key, salt_of
from kpisite.verify.assistant import Assistant
from kpisite.verify.prints import Prints
from kpisite.verify.report import Printing
from kpisite.words import has_errors
from kpisite.write.html import Renderer
from kpisite.write.pdf import Job
from kpisite.write.template import ThemeError
from kpisite.write.theme import Theme


def state_of_site(past: Past, kept: Kept, assistant: Assistant, prints: Prints) -> "State":
    """The site as it stood at a commit, whose files were read."""
    code = str(assistant.answer("program")) if kept.is_there else ""
    return State(
        commit=past.commit,
        examination=Examination(past.files, code, kept, default_workers()),
        find_theme=past.find_theme,
        has_todays_pay=past.has_todays_pay,
        assistant=assistant,
        prints=prints,
    )


def kept_in(root: Path) -> Kept:
    """What the last run of this user's found in the folder, which is kept by what the files say: it
    holds for every state in which they say the same."""
    store = Store(root, RUNS)
    is_there = (root / CACHE / RUNS).is_file() and store.is_authentic
    return Kept(store, only_read=True) if is_there else NOTHING_KEPT


@dataclass(frozen=True, kw_only=True)
class State:
    """A site as it stood at a commit; `has_todays_pay` where the pay files are in no commit and
    were taken as they lie in the folder now.

    One person is scored, and the form printed, before everybody is: what is wrong in the results of
    others can be found meanwhile.
    """

    commit: str
    examination: Examination
    find_theme: FindTheme
    has_todays_pay: bool
    assistant: Assistant
    prints: Prints
    _people: dict[str, SiteResults] = field(default_factory=dict)
    _jobs: dict[tuple[str, Revision], tuple[Job, ...]] = field(default_factory=dict)
    _printed: "dict[Job, _Print]" = field(default_factory=dict)

    @property
    def ground(self) -> Ground:
        """Everything HR wrote but the records."""
        return self.examination.ground

    @cached_property
    def theme(self) -> Theme | None:
        """Its theme, where nothing is wrong in that.

        It is not tried on other pages: whether it shows this form is seen when it shows it.
        """
        theme, issues = theme_in(self.ground, self.find_theme)
        return None if has_errors(issues) else theme

    @cached_property
    def is_sound(self) -> bool:
        """Whether a build could have been made of its records."""
        with gc_paused():
            return self.theme is not None and not has_errors(self.examination.issues)

    def result(self, appraisee: str, qualifier: str, month: Month) -> Result | None:
        """The scorecard of somebody's month, or of what stands beside it; none where an error keeps
        the site from being scored."""
        if self.theme is None or not self.examination.is_sound:
            return None
        found = self._of(appraisee).results.values()
        key = (qualifier, month)
        return next((one for one in found if (one.qualifier or "", one.month) == key), None)

    def _of(self, appraisee: str) -> SiteResults:
        """What there is to show of one person."""
        if appraisee not in self._people:
            with gc_paused():
                self._people[appraisee] = self.examination.of_person(appraisee)
        return self._people[appraisee]

    def jobs(self, result: Result, revision: Revision) -> tuple[Job, ...] | None:
        """Each form of a person's month that a build would print that knew this revision of the
        record; None where the theme cannot show them."""
        record = result.card.record.path
        key = (record, revision)
        if key not in self._jobs:
            history = History(revisions={record: revision})
            self._jobs.clear()  # the forms of one person at a time
            try:
                self._jobs[key] = tuple(self._made(result.appraisee_id, result.month, history))
            except ThemeError:
                return None
        return self._jobs[key]

    def _made(self, appraisee: str, month: Month, history: History) -> Iterator[Job]:
        assert self.theme is not None
        selection = Selection(employees=frozenset({appraisee}), months=frozenset({month}))
        plan = PagePlan(self._of(appraisee), selection, history=history, made_by=made_by())
        renderer = Renderer(self.theme, plan.language, self.ground.site.model)
        for job, _ in jobs_of(plan, renderer, appraisee):
            yield job

    def begin_to_print(self, job: Job, form: bytes) -> Job:
        """Has a job printed as a build would, unless it is known that this gives what the form
        begins with; `printed` gives the bytes."""
        held = self._printed.get(job)
        if held is None or not held.serves(form):
            self._printed.clear()
            key = job_key(self._salt, job)
            kept = self.prints.found(key, form)
            if kept is not None:
                self._printed[job] = _Print(key, Printing.KEPT, content=kept)
            else:
                ticket = self.assistant.begin("printed", self._stylesheet, job)
                self._printed[job] = _Print(key, Printing.ANEW, ticket=ticket)
        return job

    def version_of(self, result: Result) -> str:
        """Which version of a scorecard it is: `open`, `closed`, or `amended-2`."""
        return version_of(self.ground, result)

    def printed(self, job: Job) -> "Printed":
        """The bytes of a job that it was begun to print, and where they are from."""
        held = self._printed[job]
        content: bytes | None = held.content
        if content is None:
            content = self.assistant.take(held.ticket)
            assert content is not None
            self.prints.keep(held.key, content)
            self._printed[job] = replace(held, content=content)
        return Printed(key=held.key, content=content, printing=held.printing)

    @property
    def _stylesheet(self) -> str:
        assert self.theme is not None
        return self.theme.files["print.css"]

    @cached_property
    def _salt(self) -> str:
        return salt_of(self._stylesheet)


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """The bytes of a form, where they are from, and the key of all that they depend on."""

    key: str
    content: bytes
    printing: Printing


@dataclass(frozen=True, slots=True)
class _Print:
    """A print under its key: what was kept, or what a ticket of the assistant's gives."""

    key: str
    printing: Printing
    ticket: int = -1
    content: bytes | None = None

    def serves(self, form: bytes) -> bool:
        """Whether a form may be held against it: what was kept never speaks against one."""
        return self.printing is Printing.ANEW or form.startswith(self.content or b"")
